"""What a run leaves behind while it runs: a line a result, a file of evidence a case. `--resume` goes on from there."""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from swsim.conformance.conversation import Case
from swsim.conformance.evidence import CaseFile, Folder
from swsim.conformance.journal import Entry
from swsim.conformance.parts import merged
from swsim.reports.model import CaseResult, Check, Evidence, Verdict

KEPT = "results.jsonl"
"""Results in the order in which they came, a line each: what `--resume` reads."""
SAID_NOTHING = frozenset({Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.SKIPPED})
"""Verdicts that say nothing of the enterprise: their cases are run again."""


class Keeper:
    """Keeps results and evidence of a run in the folder of its reports; with none it keeps nothing."""

    def __init__(self, folder: Path | None, *, resume: bool) -> None:
        self.done: Mapping[str, CaseResult] = {}
        self.evidence: Folder | None = None
        self._file: BinaryIO | None = None
        if folder is None:
            return
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / KEPT
        self.done = read_kept(path) if resume and path.exists() else {}
        self.evidence = Folder(folder, keep=self.done.keys())
        self._file = path.open("ab" if self.done else "wb")

    def result(self, result: CaseResult) -> None:
        """A case has ended."""
        if self._file is not None:
            self._file.write(orjson.dumps(result) + b"\n")
            self._file.flush()

    async def shown(
        self, case: Case, result: CaseResult, entries: Sequence[Entry], numbers: Collection[str], of: Mapping[str, Any]
    ) -> None:
        """A case has ended: its evidence. `of` is what `evidence.Folder.write` takes of the run."""
        if self.evidence is not None:
            await self.evidence.write(CaseFile(case, result, entries, frozenset(numbers)), **of)

    def end(self, results: Sequence[CaseResult]) -> None:
        """The run has come to its end: its evidence is chained in the order of the results."""
        if self.evidence is not None:
            self.evidence.chain([result.id for result in results])

    def close(self) -> None:
        """Nothing more is kept."""
        if self._file is not None:
            self._file.close()


def read_kept(path: Path) -> dict[str, CaseResult]:
    """Results by case id, less those that say nothing; a case that several parts of a run had is merged."""
    found: dict[str, list[CaseResult]] = {}
    for line in path.read_bytes().splitlines():
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError:  # the last line of a run that was killed
            continue
        row["verdict"] = Verdict(row["verdict"])
        row["requirements"] = tuple(row["requirements"])
        row["evidence"] = tuple(Evidence(**one) for one in row["evidence"])
        row["checks"] = tuple(Check(**{**one, "verdict": Verdict(one["verdict"])}) for one in row["checks"])
        result = CaseResult(**row)
        if result.verdict not in SAID_NOTHING:
            found.setdefault(result.id, []).append(dataclasses.replace(result, expected=""))
    return {name: merged(some) for name, some in found.items()}
