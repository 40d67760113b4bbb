"""Returns (回执): kept as facts, written as XML when they are fetched. Nothing stands on the wire that the format lacks."""

import hashlib
from collections.abc import Sequence
from typing import Any

import orjson

from swsim.simulator.clock import compact
from swsim.simulator.codes.status import TEXTS
from swsim.simulator.core.engine import pre_no, render_faults
from swsim.simulator.core.keys import external
from swsim.simulator.core.model import Decision, Finding
from swsim.simulator.core.rules import BY_ROW
from swsim.simulator.messages.codec import encode
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.format_return import CEB900Message, MessageReturn
from swsim.simulator.profile import Profile
from swsim.simulator.store.protocol import ReturnRow, from_ms

MADE_BY_CUSTOMS = frozenset({"guid", "pre_no", "invt_no", "return_status", "return_time", "return_info"})
IDENTITY = {
    number: tuple(f.name for f in business.answer.parts[0].of.fields if f.name not in MADE_BY_CUSTOMS)
    for number, business in EDITION_202205.by_number.items()
}
"""Fields of a return's record that repeat those of the document, by kind."""


def return_id(number: int) -> str:
    """The id of the contract (`X-Return-Id`)."""
    return f"R{number:010d}"


def return_number(text: str) -> int | None:
    """Back from an id; None where it is none."""
    return int(text[1:]) if text[:1] == "R" and text[1:].isascii() and text[1:].isdigit() and len(text) < 20 else None


def record(decision: Decision, serial: int) -> list[Any]:
    """A record's facts: serial, key, identity, numbers, status, text, faults, what to fill in."""
    subject, held = decision.subject, decision.held
    head = subject.head
    return [
        serial,
        subject.key,
        [getattr(head, name) for name in IDENTITY[subject.kind]],
        held.pre_no if held else pre_no(subject.received_at, serial),
        held.invt_no if held else "",
        decision.status,
        decision.text,
        [[f.rule, f.path, f.expected, f.found] for f in decision.faults],
        decision.info,
        head.guid,
    ]


def facts(kind: str, records: Sequence[list[Any]]) -> bytes:
    """Facts of a return of several records."""
    return orjson.dumps({"kind": kind, "records": records})


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
    guid = guid_of(seed, sandbox, row.number, 0)
    time = compact(from_ms(row.at), milliseconds=True)
    if value["kind"] == "900":
        status, info, original, message_type, body = value["records"][0]
        record_guid = guid_of(seed, sandbox, row.number, 1)
        inner = MessageReturn(
            guid=record_guid,
            return_status=str(status),
            return_info=info[:5000],
            return_time=time,
            ori_cop_msg_id=original,
            ori_message_type=message_type,
            ori_biz_message=body,
        )
        return encode(CEB900Message(guid=guid, version="1.0", message_return=inner), prefix=profile.prefix)
    business = EDITION_202205.by_number[value["kind"]]
    of = business.answer.parts[0].of
    names = IDENTITY[value["kind"]]
    own = {f.name for f in of.fields}
    records = []
    for place, one in enumerate(value["records"], 1):
        numbers = {"pre_no": one[3], "invt_no": one[4]} if "pre_no" in own else {}
        records.append(
            of(
                guid=guid_of(seed, sandbox, row.number, place),
                return_status=str(one[5]),
                return_time=time,
                return_info=info_of(one),
                **dict(zip(names, one[2], strict=True)),
                **numbers,
            )
        )
    return encode(business.answer(guid=guid, version="1.0", records=tuple(records)), prefix=profile.prefix)


def info_of(one: list[Any]) -> str:
    """returnInfo of a record, at most 1000 characters."""
    _, key, _, _, _, status, text, faults, info, guid = one
    if info:
        return str(info)[:1000]
    template = TEXTS.get(text) or TEXTS.get(str(status))
    shown = render_faults([Finding(*fault) for fault in faults], BY_ROW)
    if template is None:
        return shown[:1000] or str(status)
    return template.zh.format(guid=guid, key=external(key).replace("~", "+"), faults=shown)[:1000]


def records_of(row: ReturnRow) -> list[dict[str, Any]]:
    """A return's records for the journal and the control API."""
    value = orjson.loads(row.facts)
    if value["kind"] == "900":
        return [{"kind": "900", "key": one[2], "status": one[0], "info": one[1]} for one in value["records"]]
    names = IDENTITY[value["kind"]]
    out = []
    for one in value["records"]:
        known = dict(zip(names, one[2], strict=True))
        item = {"kind": value["kind"], "key": external(one[1]), "status": one[5], "info": info_of(one)}
        item |= {
            camel: known[name]
            for name, camel in (("order_no", "orderNo"), ("logistics_no", "logisticsNo"))
            if name in known
        }
        out.append(item | {"rules": [fault[0] for fault in one[7]]})
    return out
