"""What the control API shows: documents with their explanation, the journal with what stands beside it. Read only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from swsim.simulator import signed
from swsim.simulator.clock import from_ms
from swsim.simulator.codes.hints import hint_of
from swsim.simulator.core.keys import external, split
from swsim.simulator.core.machines import arc_to
from swsim.simulator.core.model import UNTOLD, Basis
from swsim.simulator.core.rules import BY_ROW, KEY_RULES, Rule, Wire
from swsim.simulator.duty.table import DUTIES
from swsim.simulator.messages.codec import Refused
from swsim.simulator.reading import Message, read
from swsim.simulator.registry import PLAYED_DXP_ID
from swsim.simulator.returns import records_of, return_id
from swsim.simulator.store.journal import INPUT, decompress
from swsim.simulator.store.protocol import Entry, FoundDocument, Store

Json = dict[str, Any]


def explained(finding: list[str], kind: str = "fault") -> Json:
    """A finding as `explain` gives it: rule and what it says, citation, basis, path, expected, found, what to do."""
    row, path, expected, found = finding
    rule, hint = BY_ROW.get(row) or KEY_RULES.get(row) or DUTIES.get(row), hint_of(row)
    out: Json = {
        "rule": row.split("/")[0],
        "row": row,
        "kind": kind,
        "citation": str(rule.citation) if rule else "",
        "basis": str(rule.basis if rule else Basis.ASSUMED),
        "path": path,
        "expected": expected,
        "found": found,
        "zh": rule.zh if rule else "",
        "en": rule.en if rule else "",
        "hint_zh": hint.zh or (rule.zh if rule else ""),
        "hint_en": hint.en or (rule.en if rule else ""),
    }
    if isinstance(rule, Rule) and isinstance(rule.answer, Wire):
        out["wording"] = str(rule.answer.origin)
    return out


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a document's trail, as `Turn` wrote it."""

    at: int
    stage: str
    status: int
    returned: int
    number: int
    faults: list[list[str]] = field(default_factory=list)
    remarks: list[list[str]] = field(default_factory=list)
    info: str = ""
    path: str = ""


async def signature_of(store: Store, box: int, found: list[FoundDocument]) -> Json:
    """The step-by-step diagnosis of the signature of the message that brought a document last; empty without one."""
    number = max(one.held.number for one in found)
    entries = await store.journal(box, number - 1, 1)
    said = orjson.loads(entries[0].data).get("signature") if entries and entries[0].number == number else None
    return {"signature": signed.told(said)} if said else {}


def document_view(found: list[FoundDocument]) -> Json:
    """A document by its key: state, history, returns and explanation; refused attempts stand in the history too."""
    first = found[0]
    oldest_first = sorted(found, key=lambda one: one.held.serial)  # in one message: in its order
    steps = sorted((Step(*step) for one in oldest_first for step in one.trail), key=lambda step: step.returned)
    explain = [
        explained([row, _full(path, step.path), expected, value], kind)
        | {"at": from_ms(step.at).isoformat(), "status": step.status}
        for step in steps
        for kind, findings in (("fault", step.faults), ("remark", step.remarks))
        for row, path, expected, value in findings
    ]
    held = first.held
    return {
        "kind": held.kind,
        "key": external(held.key),
        "state": held.state if first.taken else steps[-1].status,
        "autopilot": held.dxp_id == PLAYED_DXP_ID,
        "history": [_history(held.kind, step) for step in steps],
        "returns": [return_id(step.returned) for step in steps if step.stage not in UNTOLD],
        "explain": explain,
        "numbers": _numbers(first),
    }


def _history(kind: str, step: Step) -> Json:
    """A step; what refused it is a rule, what let it pass an arc of the machine: both say where they are written."""
    fault = explained(step.faults[0]) if step.faults else None
    arc = None if fault else arc_to(kind, step.status)
    return {
        "at": from_ms(step.at).isoformat(),
        "status": step.status,
        "stage": step.stage,
        "rule": fault["rule"] if fault else None,
        "citation": fault["citation"] if fault else str(arc.citation) if arc else "",
        "basis": fault["basis"] if fault else str(arc.basis) if arc else "",
    }


def _full(path: str, document: str) -> str:
    """An XPath from the root of the message: `../` leads out of the document."""
    if path.startswith("../"):
        return f"{document.rsplit('/', 1)[0]}/{path[3:]}"
    return f"{document}/{path}" if path and ":" not in path else path or document


def _numbers(found: FoundDocument) -> Json:
    held = found.held
    numbers = {"guid": held.guid, "orderNo": _first(held.order_ref), "logisticsNo": _first(held.waybill_ref)}
    if held.sum_no:
        numbers |= {"sumNo": held.sum_no}
    if held.kind == "603":
        numbers |= {"copNo": _first(held.key), "preNo": held.pre_no, "invtNo": held.invt_no}
    return {name: value for name, value in numbers.items() if value}


def _first(ref: str | None) -> str | None:
    return split(ref)[0] if ref else None


async def find_view(store: Store, box: int, number: str) -> list[Json]:
    """Everything that bears a number, and what the lists among it name: each document once, with its timeline.

    A waybill knows no order (LOG-04): only the list joins them.
    """
    found = await store.find(box, number, 200)
    named = {
        split(ref)[0]
        for one in found
        if one.held.kind == "603"
        for ref in (one.held.order_ref, one.held.waybill_ref)
        if ref
    }
    for other in sorted(named - {number})[:20]:
        found += await store.find(box, other, 200)
    keys = {(one.held.kind, one.held.key) for one in found}
    out = []
    for kind, key in sorted(keys):
        documents = await store.documents(box, kind, key)
        out.append(document_view(documents) | await signature_of(store, box, documents))
    return out


async def journal_details(store: Store, box: int, entries: list[Entry]) -> dict[int, Json]:
    """What stands beside journal entries: the documents of a message, the records of a decision or return."""
    said = {one.number: orjson.loads(one.data) for one in entries}
    rows = await store.returns_by_number(box, [data["return"] for data in said.values() if "return" in data])
    details: dict[int, Json] = {}
    for one in entries:
        data = said[one.number]
        if one.kind == INPUT and one.what == "message" and one.body:
            details[one.number] = {"documents": _documents(one.body)}
        elif (row := rows.get(data.get("return", -1))) is not None:
            details[one.number] = {"id": return_id(row.number)}
            if one.what in {"decision", "return"}:
                records = records_of(row)
                for place, record in enumerate(records if "usual" in data else ()):
                    record["state"] = data["odd"].get(str(place), data["usual"])[1]
                details[one.number] |= {"records": records}
    return details


def _documents(body: bytes) -> list[Json]:
    message = read(decompress(body), signed=False).found
    return [] if isinstance(message, Refused) else documents_of(message)


def documents_of(message: Message) -> list[Json]:
    """The documents of a message with the numbers a user knows."""
    out = []
    for paper in message.papers:
        item = {
            "kind": message.kind,
            "key": external(paper.key),
            "guid": paper.guid,
            "appType": paper.app_type,
            "appStatus": paper.app_status,
            "appTime": paper.app_time,
        }
        names = (("orderNo", paper.order_ref), ("logisticsNo", paper.waybill_ref), ("invtNo", paper.list_ref))
        out.append(item | {name: split(ref)[0] for name, ref in names if ref})
    return out


def message_view(kind: str, decisions: list[Any], later: Sequence[tuple[Any, Any]] = ()) -> list[Json]:
    """The decisions of a dry run: what would come back, what would come later, what would befall other documents."""
    ours = {one.held.serial for one in decisions if one.held is not None}
    said = [
        {
            "kind": kind,
            "key": external(d.subject.key),
            "status": int(d.status),
            "stage": str(d.stage),
            "explain": _explained(d),
            "later": [
                {"at": at.isoformat(), "status": int(one.status), "stage": str(one.stage), "explain": _explained(one)}
                for at, one in later
                if d.held is not None and one.held.serial == d.held.serial
            ],
        }
        for d in decisions
    ]
    others = [
        {"at": at.isoformat(), "kind": one.held.kind, "key": external(one.held.key), "status": int(one.status)}
        for at, one in later
        if one.held.serial not in ours
    ]
    if said and others:
        said[0]["moves"] = others
    return said


def _explained(decision: Any) -> list[Json]:
    return [
        explained([f.rule, _full(f.path, decision.subject.path), f.expected, f.found], name)
        for name, findings in (("fault", decision.faults), ("remark", decision.remarks))
        for f in findings
    ]
