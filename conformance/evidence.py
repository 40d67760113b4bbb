"""What a verdict rests on, kept: a file a case with the messages both ways, its timeline, the decisions explained.

Messages stand there as they came, returns as customs wrote them (`output/return`) and as they left for the reader
(`channel/delivery`: envelope, prefix, byte order mark, what a fault spoilt), with `base64` where text is not all of it.
A file is written when its case has ended. At the end of the run files are chained: each names the digest of the one
before, and the index the last. Who changes one breaks the chain.
"""

import hashlib
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from swsim.conformance.control import ControlError
from swsim.conformance.conversation import Case
from swsim.conformance.journal import Entry, numbers_of
from swsim.conformance.talk import describe, first_order
from swsim.reports.model import CaseResult

FOLDER = "evidence"
INDEX = "index.json"
MOST_ENTRIES = 2_000
"""Of a case; a watch sees the whole run and keeps what its verdict names."""


class BrokenChainError(ValueError):
    """Evidence is missing or was changed; says which file."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case that has ended, and the journal entries of its business; `numbers` are those of its orders, if told."""

    case: Case
    result: CaseResult
    entries: Sequence[Entry]
    numbers: frozenset[str] = frozenset()

    @property
    def kept(self) -> Sequence[Entry]:
        """Entries that go into the file."""
        named = {one.entry for one in self.result.evidence}
        some = [entry for entry in self.entries if entry.n in named] if self.case.watches else self.entries
        return some[:MOST_ENTRIES]

    def documents(self) -> list[tuple[str, str]]:
        """Kind and key of its documents, less those of others that came in the same message."""
        rows = [row for e in self.kept if e.name == "input/message" for row in e.data.get("documents") or ()]
        ours = [row for row in rows if isinstance(row, dict) and (not self.numbers or self.numbers & numbers_of(row))]
        return list(dict.fromkeys((str(row["kind"]), str(row["key"])) for row in ours))


Explain = Callable[[str, str], Awaitable[dict[str, Any]]]
"""Customs' explanation of a document, by kind and key."""


class Folder:
    """The evidence of a run below the folder of its reports. Of the cases `keep` the files of an earlier run stay;
    `BrokenChainError` where these were changed since.
    """

    def __init__(self, folder: Path, keep: Collection[str] = ()) -> None:
        self._target = folder / FOLDER
        if keep and (self._target / INDEX).exists():
            check_evidence(folder)
        self._target.mkdir(parents=True, exist_ok=True)
        self._files: dict[str, list[Path]] = {}
        for path in sorted(self._target.glob("*.json")):
            case = path.name != INDEX and _read(path).get("case")
            if case in keep:
                self._files.setdefault(str(case), []).append(path)
            else:
                path.unlink()

    async def write(self, file: CaseFile, explain: Explain, seed: int, sandbox: str) -> None:
        """The file of a case; a second one where several parts of the run had it."""
        files = self._files.setdefault(file.result.id, [])
        files.append(self._target / file_name(file.result.id, len(files) + 1))
        explained = []
        for key in file.documents():
            try:
                explained.append(await explain(*key))
            except ControlError:  # a document that was refused before it had a key
                continue
        value = {"before": "", "sandbox": sandbox, **_as_json(file, explained, seed)}
        files[-1].write_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2))

    def chain(self, order: Sequence[str]) -> str:
        """Chain the files, by case in this order, and write their index; the digest at the end of the chain, hex."""
        before, rows = "", []
        for case in order:
            for path in self._files.get(case, ()):
                data = orjson.dumps(_read(path) | {"before": before}, option=orjson.OPT_INDENT_2)
                path.write_bytes(data)
                before = hashlib.sha256(data).hexdigest()
                rows.append({"case": case, "file": path.name, "sha256": before})
        (self._target / INDEX).write_bytes(orjson.dumps({"files": rows, "end": before}, option=orjson.OPT_INDENT_2))
        return before


def file_name(case: str, place: int = 1) -> str:
    """The name of a case's file; a place above 1 where several parts of a run had it."""
    return f"{case.replace('/', '-')}{f'.{place}' if place > 1 else ''}.json"


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(orjson.loads(path.read_bytes()))
    except (ValueError, TypeError) as error:
        raise BrokenChainError(f"{path.name}: {error}") from error


def journals_of(folder: Path) -> list[list[Entry]]:
    """The journal entries that the evidence below `folder` holds, by case."""
    found = []
    for path in sorted((folder / FOLDER).glob("*.json")):
        if path.name == INDEX:
            continue
        rows = _read(path).get("timeline", ())
        found.append([_entry_of(row) for row in rows])
    return found


def _entry_of(row: dict[str, Any]) -> Entry:
    kind, _, what = row["what"].partition("/")
    return Entry(row["n"], row["at"], kind, what, row["data"])


def check_evidence(folder: Path) -> str:
    """The digest at the end of the chain; BrokenChainError names the first file that does not fit."""
    target, before = folder / FOLDER, ""
    try:
        index = orjson.loads((target / INDEX).read_bytes())
        for row in index["files"]:
            data = (target / row["file"]).read_bytes()
            if orjson.loads(data)["before"] != before:
                raise BrokenChainError(f"{row['file']}: does not follow from the file before it")
            before = hashlib.sha256(data).hexdigest()
            if before != row["sha256"]:
                raise BrokenChainError(f"{row['file']}: was changed: {before}, the index has {row['sha256']}")
    except (OSError, KeyError, TypeError, orjson.JSONDecodeError) as error:
        raise BrokenChainError(f"evidence below {folder}: {type(error).__name__}: {error}") from error
    if index["end"] != before:
        raise BrokenChainError(f"{INDEX}: the chain ends in {before}, not in {index['end']}")
    return before


def _as_json(file: CaseFile, explained: Sequence[dict[str, Any]], seed: int) -> dict[str, Any]:
    result, entries = file.result, file.kept
    return {
        "case": result.id,
        "version": file.case.version,
        "verdict": result.verdict,
        "reason": result.reason,
        "checks": result.checks,
        "provokes": file.case.provokes,
        "steps": [describe(step) for step in file.case.steps],
        "seed": seed,
        "firstOrder": first_order(file.case.id),
        "clock": {"from": entries[0].at, "to": entries[-1].at} if entries else None,
        "timeline": [{"n": one.n, "at": one.at, "what": one.name, "data": one.data} for one in entries],
        "decisions": explained,
    }
