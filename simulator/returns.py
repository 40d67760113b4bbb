"""Returns (回执): kept as facts, written as XML when fetched. Nothing stands on the wire that the format lacks."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from swsim.simulator.clock import compact, from_ms
from swsim.simulator.codes.texts import DESCS, TEXTS
from swsim.simulator.core.incoming import Finding
from swsim.simulator.core.keys import IDENTITY, external
from swsim.simulator.core.model import Decision
from swsim.simulator.core.numbers import pre_no
from swsim.simulator.core.request import SUMMARY
from swsim.simulator.core.rules import BY_ROW, Wire
from swsim.simulator.duty.table import DUTIES
from swsim.simulator.faults.returning import SPOILED, spoiled
from swsim.simulator.messages.codec import encode
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.format_return import CEB900Message, MessageReturn
from swsim.simulator.messages.summary import CEB792Message, SummaryResult, SummaryResultHead, SummaryResultList
from swsim.simulator.profile import Profile
from swsim.simulator.store.protocol import ReturnRow

RESULT = "792"
BREACH = "9732"
"""Text of a 100 for a breach of a duty, where a profile answers so."""
ROW = ("invt_no", "logistics_no", "gseqno", "gnum", "gcode")
"""What a row of a CEB792 says."""


def return_id(number: int) -> str:
    """The id of the contract (`X-Return-Id`)."""
    return f"R{number:010d}"


def return_number(text: str) -> int | None:
    """Back from an id; None where it is none."""
    return int(text[1:]) if text[:1] == "R" and text[1:].isascii() and text[1:].isdigit() and len(text) < 20 else None


def identities(decisions: Sequence[Decision], serials: Sequence[int]) -> orjson.Fragment:
    """Who each record speaks of: serial, key, identity, preNo, guid. The same for every stage of a message."""
    rows = []
    for decision, serial in zip(decisions, serials, strict=True):
        subject, held = decision.subject, decision.held
        number = held.pre_no if held else pre_no(subject.kind, from_ms(subject.received_ms), serial)
        rows.append([serial, subject.key, orjson.Fragment(subject.identity), number, subject.guid])
    return orjson.Fragment(orjson.dumps(rows))


def facts(kind: str, who: orjson.Fragment, decisions: Sequence[Decision]) -> bytes:
    """Facts of a return: who, the status most share, and by place what is odd (status, text, faults, info)."""
    usual = decisions[0]
    odd = {
        str(place): [int(d.status), d.text, [[f.rule, f.path, f.expected, f.found] for f in d.faults], d.info]
        for place, d in enumerate(decisions)
        if d.faults or d.info or d.status != usual.status or d.text != usual.text
    }
    numbers = [
        (d.held.invt_no or d.held.sum_no if kind == "701" else d.held.invt_no) if d.held else d.subject.list_ref or ""
        for d in decisions
    ]
    value = {
        "kind": kind,
        "who": who,
        "status": int(usual.status),
        "text": usual.text,
        "invt": numbers if any(numbers) else [],
    }
    return orjson.dumps(value | {"odd": odd})


def _number(kind: str, decision: Decision) -> str:
    """The number that customs gave: of the list, of the summary."""
    if decision.held is None:
        return decision.subject.list_ref or ""
    return decision.held.sum_no if kind == SUMMARY else decision.held.invt_no


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a return, as it is read back."""

    serial: int
    key: str
    identity: tuple[str | None, ...]
    pre_no: str
    invt_no: str
    guid: str
    status: int
    text: str
    faults: tuple[Finding, ...]
    info: str


def read_facts(value: dict[str, Any]) -> list[Record]:
    """The records of a return's facts."""
    usual = [value["status"], value["text"], [], ""]
    records = []
    for place, (serial, key, identity, number, guid) in enumerate(value["who"]):
        status, text, faults, info = value["odd"].get(str(place), usual)
        invt = value["invt"][place] if value["invt"] else ""
        found = tuple(Finding(*fault) for fault in faults)
        records.append(Record(serial, key, tuple(identity), number, invt, guid, status, text, found, info))
    return records


def format_facts(status: int, info: str, original: str, message_type: str, body: str) -> bytes:
    """Facts of a CEB900: the message failed the schema."""
    return orjson.dumps({"kind": "900", "records": [[status, info, original, message_type, body]]})


def guid_of(seed: int, sandbox: str, number: int, place: int) -> str:
    """A guid in upper case (英文字母大写), a pure function of its arguments."""
    text = hashlib.sha256(f"{seed}/{sandbox}/{number}/{place}".encode()).hexdigest()[:32].upper()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def render(row: ReturnRow, sandbox: str, seed: int, profile: Profile) -> bytes:
    """The wire form of a return."""
    value = orjson.loads(row.facts)
    mark = value.get(SPOILED, {})
    body = _written(value, from_ms(row.at), (seed, sandbox, mark.get("as", row.number)), profile)
    return spoiled(body, mark) if mark else body


def _written(value: dict[str, Any], at: datetime, source: tuple[int, str, int], profile: Profile) -> bytes:
    """A return's facts as XML; its guids are drawn from `source`: seed, sandbox, number."""
    guid = guid_of(*source, 0)
    time = compact(at, milliseconds=True)
    if value["kind"] == "900":
        status, info, original, message_type, body = value["records"][0]
        record_guid = guid_of(*source, 1)
        original = value.get(SPOILED, {}).get("copMsgId", original)
        inner = MessageReturn(
            guid=record_guid,
            return_status=str(status),
            return_info=info[:5000],
            return_time=time,
            ori_cop_msg_id=original[:255],
            ori_message_type=message_type,
            ori_biz_message=body,
        )
        refused = CEB900Message(guid=guid, version="1.0", message_return=inner)
        return encode(refused, prefix=profile.prefix, **profile.written)
    if value["kind"] == RESULT:
        return _render_result(value, guid, source, profile)
    business = EDITION_202205.by_number[value["kind"]]
    of = business.answer.parts[0].of
    names = IDENTITY[value["kind"]]
    own, needed = {f.name for f in of.fields}, {f.name for f in of.fields if not f.optional}
    records = []
    for place, one in enumerate(read_facts(value), 1):
        identity = zip(names, one.identity, strict=True)
        given = (("pre_no", one.pre_no), ("invt_no", one.invt_no), ("sum_no", one.invt_no or None))
        numbers = {name: value for name, value in given if name in own}
        records.append(
            of(
                guid=guid_of(*source, place),
                return_status=str(one.status),
                return_time=time,
                return_info=info_of(one),
                **{name: "" if value is None and name in needed else value for name, value in identity},
                **numbers,
            )
        )
    if value.get(SPOILED, {}).get("twice"):
        records = [record for record in records for _ in range(2)]
    message = business.answer(guid=guid, version="1.0", records=tuple(records))
    return encode(message, prefix=profile.prefix, **profile.written)


def result_facts(said: Sequence[tuple[dict[str, Any], list[Any]]]) -> bytes:
    """Facts of a CEB792: heads of declarations with rows (invtNo, logisticsNo, gseqno, gnum, gcode)."""
    return orjson.dumps({"kind": RESULT, "records": said})


def _render_result(value: Any, guid: str, source: tuple[int, str, int], profile: Profile) -> bytes:
    records = tuple(
        SummaryResult(
            head=SummaryResultHead(guid=guid_of(*source, place), **head),
            lines=tuple(SummaryResultList(**dict(zip(ROW, row, strict=True))) for row in rows),
        )
        for place, (head, rows) in enumerate(value["records"], 1)
    )
    return encode(CEB792Message(guid=guid, version="1.0", records=records), prefix=profile.prefix, **profile.written)


def info_of(one: Record) -> str:
    """returnInfo of a record, at most 1000 characters."""
    if one.info:
        return one.info[:1000]
    template = TEXTS.get(one.text) or TEXTS.get(str(one.status))
    shown = render_faults(one.faults)
    if template is None:
        return shown[:1000] or str(one.status)
    key, of = external(one.key).replace("~", "+"), one.invt_no
    return template.zh.format(guid=one.guid, key=key, list=of, faults=shown)[:1000]


_COPY = b'{"copy":'


def copy_of(what: str, number: int) -> bytes:
    """Facts of a copy for a subscriber: of a ``return`` by its number, of a ``message`` by its journal number."""
    return orjson.dumps({"copy": what, "of": number})


def copy_of_answer(data: bytes) -> bytes:
    """Facts of a DxpRep that leaves as a return, since its channel has no answer at once."""
    return orjson.dumps({"copy": "answer", "xml": data.decode()})


def is_copy(facts: bytes) -> bool:
    """Whether facts only name what is copied."""
    return facts.startswith(_COPY)


def records_of(row: ReturnRow) -> list[dict[str, Any]]:
    """A return's records for the journal and the control API; a copy has none of its own."""
    if is_copy(row.facts):
        return []
    value = orjson.loads(row.facts)
    if value["kind"] == "900":
        return [{"kind": "900", "key": one[2], "status": one[0], "info": one[1]} for one in value["records"]]
    if value["kind"] == RESULT:
        return [
            {
                "kind": RESULT,
                "key": f"{head['sum_no']}~{head['decl_seq_no']}",
                "status": head["dec_state"],
                "info": head["entry_id"] or head["dec_pre_no"] or head["dec_tmp_no"] or "",
            }
            for head, _ in value["records"]
        ]
    names = IDENTITY[value["kind"]]
    out = []
    for one in read_facts(value):
        known = dict(zip(names, one.identity, strict=True))
        item: dict[str, Any] = {
            "kind": value["kind"],
            "key": external(one.key),
            "status": one.status,
            "info": info_of(one),
        }
        item |= {
            camel: known[name]
            for name, camel in (("order_no", "orderNo"), ("logistics_no", "logisticsNo"))
            if name in known
        }
        if one.invt_no:
            item["invtNo"] = one.invt_no
        out.append(item | {"rules": [fault.rule for fault in one.faults]})
    return out


def render_faults(faults: Sequence[Finding]) -> str:
    """Faults as a returnInfo has them: ``[field:found;expected]``, the first one whole, cut at 1000 characters."""
    shown = []
    for finding in faults:
        rule = BY_ROW.get(finding.rule)
        if rule and isinstance(rule.answer, Wire):
            shown.append(
                f"[Code:{rule.answer.code};Desc:{rule.answer.zh}],[{finding.path}:{finding.found};{finding.expected}]"
            )
        elif (duty := DUTIES.get(finding.rule)) is not None:
            shown.append(f"[Code:{BREACH};Desc:{DESCS[BREACH].zh}],[{duty.zh}:{finding.found};{finding.expected}]")
        else:
            shown.append(f"[{finding.path}:{finding.found};{rule.zh if rule else finding.expected}]")
    return ",".join(shown)[:1000]
