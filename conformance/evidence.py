"""What a verdict rests on, kept: a file a case with the messages both ways, its timeline, the decisions explained.

Files are chained: each names the digest of the one before, and the index the last. Who changes one breaks the chain.
"""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from swsim.conformance.control import ControlError
from swsim.conformance.conversation import Case
from swsim.conformance.journal import Entry
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
    """A case that has ended, and the journal entries of its business."""

    case: Case
    result: CaseResult
    entries: Sequence[Entry]

    @property
    def name(self) -> str:
        """File name: the id of the case."""
        return f"{self.result.id.replace('/', '-')}.json"

    @property
    def kept(self) -> Sequence[Entry]:
        """Entries that go into the file."""
        named = {one.entry for one in self.result.evidence}
        some = [entry for entry in self.entries if entry.n in named] if self.case.watches else self.entries
        return some[:MOST_ENTRIES]


@dataclass(slots=True)
class Explained:
    """Customs' explanation of each document, asked once."""

    ask_for: Callable[[str, str], Awaitable[dict[str, Any]]]
    found: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    async def ask(self, files: Sequence[CaseFile]) -> None:
        """Ask for every document that some file speaks of."""
        for key in dict.fromkeys(key for file in files for key in documents(file.kept)):
            try:
                self.found[key] = await self.ask_for(*key)
            except ControlError:  # a document that was refused before it had a key
                continue


def documents(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """Kind and key of every document that was received."""
    rows = [row for e in entries if e.name == "input/message" for row in e.data.get("documents") or ()]
    return list(dict.fromkeys((str(row["kind"]), str(row["key"])) for row in rows if isinstance(row, dict)))


def write_evidence(folder: Path, files: Sequence[CaseFile], explained: Explained, seed: int) -> str:
    """Write the files and their index below `folder`; the digest at the end of the chain, hex."""
    target = folder / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    before, rows = "", []
    for file in files:
        data = orjson.dumps(_as_json(file, explained, seed, before), option=orjson.OPT_INDENT_2)
        (target / file.name).write_bytes(data)
        before = hashlib.sha256(data).hexdigest()
        rows.append({"case": file.result.id, "file": file.name, "sha256": before})
    (target / INDEX).write_bytes(orjson.dumps({"files": rows, "end": before}, option=orjson.OPT_INDENT_2))
    return before


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


def _as_json(file: CaseFile, explained: Explained, seed: int, before: str) -> dict[str, Any]:
    result, entries = file.result, file.kept
    return {
        "before": before,
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
        "decisions": [explained.found[key] for key in documents(entries) if key in explained.found],
    }
