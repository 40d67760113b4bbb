"""What was recorded, judged offline: an exported journal, or a folder of XML as an enterprise sent it.

    swsim conformance --driver recorded:journal.jsonl
    swsim conformance --driver recorded:folder/

Only what watches is judged: nobody can be asked or provoked. A folder is read in the order of its file names.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import orjson

from swsim.conformance.conversation import Case, Watch
from swsim.conformance.driver import DriverError
from swsim.conformance.evidence import FOLDER, file_name
from swsim.conformance.journal import Entry, read_entry
from swsim.conformance.runner import result_of
from swsim.conformance.story import Judgement, Story
from swsim.conformance.verdicts import capped, worst
from swsim.reports.model import CaseResult, Check, Evidence, Verdict
from swsim.simulator.messages.codec import Refused
from swsim.simulator.reading import read
from swsim.simulator.views import documents_of

UNKNOWN_TIME = "2000-01-01T00:00:00+08:00"


def read_recording(path: Path) -> list[Entry]:
    """Entries of a recording; `DriverError` says which file cannot be read, and why."""
    try:
        if path.is_dir():
            files = sorted(file for file in path.rglob("*") if file.suffix.lower() == ".xml")
            entries = [_entry(n, file.read_bytes()) for n, file in enumerate(files, 1)]
        else:
            entries = [read_entry(line) for line in path.read_bytes().splitlines() if line.strip()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DriverError(f"{path}: {type(error).__name__}: {error}") from error
    if not entries:
        raise DriverError(f"{path}: expected journal lines or XML files, found nothing")
    return entries


def _entry(number: int, data: bytes) -> Entry:
    """A file as if customs had received it: at the time of report of its first document, or as refused."""
    found = read(data, signed=False)
    text = data.decode("utf-8", "replace")
    if isinstance(found.found, Refused):
        return Entry(number, UNKNOWN_TIME, "input", "refused-message", {"xml": text, "code": found.found.code})
    message = found.found
    at = message.papers[0].app_time if message.papers else ""
    moment = f"{at[:4]}-{at[4:6]}-{at[6:8]}T{at[8:10]}:{at[10:12]}:{at[12:14]}+08:00" if len(at) == 14 else UNKNOWN_TIME
    said = {"messageType": message.type, "guid": message.guid, "documents": documents_of(message)}
    inside = found.inside.decode("utf-8", "replace") if found.inside else text
    return Entry(number, moment, "input", "message", said | {"xml": inside})


def judge_recorded(entries: Sequence[Entry], cases: Sequence[Case], raised: Collection[str] = ()) -> list[CaseResult]:
    """The verdict of every case that only watches, in their order."""
    story = Story(entries, everything=entries)
    return [_result(case, story, raised) for case in cases if case.watches]


def _result(case: Case, story: Story, raised: Collection[str]) -> CaseResult:
    checks: list[Check] = []
    reasons: list[str] = []
    evidence: list[Evidence] = []
    for step in case.steps:
        assert isinstance(step, Watch)  # noqa: S101 - what watches consists of nothing else
        found = list(step.of(story)) or [Judgement(Verdict.NOT_OBSERVED, f"nothing to judge was seen: {step.what}")]
        for one in found:
            verdict = capped(one.verdict, step.requirement, raised, step.basis)
            checks.append(Check(step.requirement, step.what, verdict, one.reason))
            reasons.append(one.reason)
            evidence += one.evidence
    whole = result_of(case, worst([check.verdict for check in checks]), "; ".join(dict.fromkeys(reasons)))
    return replace(whole, evidence=tuple(evidence), checks=tuple(checks), file=f"{FOLDER}/{file_name(case.id)}")


def written(entries: Sequence[Entry]) -> bytes:
    """Entries as lines, the way a journal is exported for this."""
    rows = [{"n": e.n, "at": e.at, "kind": e.kind, "what": e.what, "data": e.data} for e in entries]
    return b"".join(orjson.dumps(row) + b"\n" for row in rows)
