"""What the fault table makes of a return: held back, doubled, followed by another, spoiled when it is written.

All of it is settled in the turn that says the return, so it is journaled and can be replayed. A spoiled return comes
beside the good one, before it, so that what customs decided still arrives; only a wrong copMsgId stands in its place.
Copies for subscribers (BaseSubscribe) are never spoiled.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from swsim.simulator.clock import from_ms, later, to_ms
from swsim.simulator.codes.status import ReturnStatus
from swsim.simulator.core.faults import SUCCESSES, FaultPlan, Faults
from swsim.simulator.core.keys import IDENTITY
from swsim.simulator.core.model import Decision, Stage
from swsim.simulator.store.protocol import ReturnRow

BESIDE = ("malformed", "unknown-type", "wrong-encoding", "unknown-key", "same-number", "duplicate", "two-final")
IN_PLACE = ("duplicate-record", "wrong-cop-msg-id", "wrapped", "lost", "redelivered")
HOLDING = ("late", "burst", "reorder")
SPOILED = "spoiled"
"""Key in a return's facts: what is to go wrong when it is written or handed out."""
STRANGE = "-UNKNOWN-TO-YOU"
"""Ends the numbers of a return on documents nobody sent."""


NO_TYPE = "CEB999Message"
"""A type that no edition has."""
_TYPE = re.compile(rb"CEB[0-9]{3}Message")
NUMBERS = frozenset({"order_no", "cop_no", "logistics_no", "pay_no", "co_el_no"})
FIRMS = frozenset({"ebp_code", "ebc_code", "agent_code", "pay_code", "logistics_code"})


@dataclass(slots=True)
class Handed:
    """A return on its way to the outbox; `until`: held back until this sandbox time."""

    row: ReturnRow
    until: datetime | None = None
    fault: str = ""
    """The row of the fault table that added it."""


class Spoiler:
    """Applies the rows of a fault table to one return and notes what fired."""

    def __init__(self, faults: Faults, decisions: Sequence[Decision] = (), kind: str = "") -> None:
        self._faults = faults
        self._decisions = decisions
        self._kind = kind
        self._number = 0

    def hand(self, row: ReturnRow, at: datetime) -> list[Handed]:
        """The returns in the order they go out; numbers behind `row.number` are free for those that are added."""
        if self._faults.none:
            row.place = row.number
            return [Handed(row)]
        self._number = row.number
        added: dict[int, str] = {}
        before: list[ReturnRow] = []
        after: list[ReturnRow] = []
        number = row.number
        for plan in self._fire(*IN_PLACE):
            row = _marked(row, _mark(plan, row))
        for plan in self._fire(*BESIDE):
            for _ in range(plan.copies if plan.action == "duplicate" else 1):
                number += 1
                added[number] = plan.id
                made = _beside(plan, row, number)
                (after if plan.action in {"duplicate", "two-final"} else before).append(made)
        until = self._until(row, at)
        rows = [*before, row, *after]
        places = sorted(one.number for one in rows)
        return [
            Handed(replace(one, place=0 if until else place), until, added.get(one.number, ""))
            for one, place in zip(rows, places, strict=True)
        ]

    def _until(self, row: ReturnRow, at: datetime) -> datetime | None:
        """When it goes out, None at once. A mirror of the window lets the last go first."""
        times = []
        for plan in self._fire(*HOLDING):
            if plan.action == "late":
                times.append(later(at, plan.by))
                continue
            window = max(plan.by // timedelta(milliseconds=1), 1)
            end = (to_ms(at) // window + 1) * window
            mirrored = end + (end - to_ms(at)) - row.number % 1000
            times.append(from_ms(end if plan.action == "burst" else max(mirrored, to_ms(at))))
        if not self._decisions or self._decisions[0].stage is Stage.RECEIVE:
            times += [later(at, plan.by) for plan in self._fire("accepted-late")]
        held = max(times, default=at)
        return held if held > at else None

    def _fire(self, *actions: str) -> list[FaultPlan]:
        return [plan for plan in self._faults.rows(*actions) if self._fires(plan)]

    def _fires(self, plan: FaultPlan) -> bool:
        """Whether a row fires for this return: by the first of its documents that the row speaks of."""
        for decision in self._decisions:
            subject, status = decision.subject, int(decision.status)
            if plan.meets(subject) and plan.at_stage(subject.kind, status):
                if not self._faults.fires(plan, f"{subject.kind}/{subject.key}/{status}"):
                    return False
                self._faults.note(plan, str(status), [(subject.kind, subject.key)], number=self._number)
                return True
        if self._decisions or plan.key != "*" or plan.kind not in {"*", "900", self._kind}:
            return False
        fires = plan.stage in {"", "*", "final"} and self._faults.fires(plan, f"900/{self._number}")
        if fires:
            self._faults.note(plan, "900", [], number=self._number)
        return fires


PLAIN = Spoiler(Faults())
"""Lets everything go out as it is."""


def _mark(plan: FaultPlan, row: ReturnRow) -> dict[str, Any]:
    if plan.action == "duplicate-record":
        return {"twice": True}
    if plan.action == "wrong-cop-msg-id":
        return {"copMsgId": f"00000000-0000-4000-8000-{row.number:012d}"}
    if plan.action == "wrapped":
        return {"wrapped": True}
    return {"lost": [plan.id, plan.by.total_seconds()]} if plan.action == "lost" else {"redelivered": plan.id}


def _beside(plan: FaultPlan, row: ReturnRow, number: int) -> ReturnRow:
    """The return that a row adds."""
    if plan.action == "malformed":
        return _marked(row, {"as": row.number, "cut": True}, number)
    if plan.action == "unknown-type":
        return _marked(row, {"as": row.number, "type": NO_TYPE}, number)
    if plan.action == "wrong-encoding":
        return _marked(row, {"as": row.number, "encoding": plan.encoding}, number)
    if plan.action == "duplicate":
        return _marked(row, {"as": row.number}, number)
    value = orjson.loads(row.facts)
    if value["kind"] == "900":
        value["records"] = [[status, info, STRANGE[1:], *rest] for status, info, _, *rest in value["records"]]
    elif plan.action == "unknown-key":
        value["who"] = [_stranger(value["kind"], *who) for who in value["who"]]
    else:
        if plan.action == "same-number":
            value["who"] = [_namesake(value["kind"], *who) for who in value["who"]]
        status = plan.status or _contrary(value["kind"], value["status"])
        value |= {"status": status, "text": str(status)}
        value["odd"] = {str(i): [status, str(status), [], plan.info] for i in range(len(value["who"])) if plan.info}
    return replace(row, number=number, facts=orjson.dumps(value))


def _stranger(kind: str, serial: int, key: str, identity: list[str | None], pre_no: str, guid: str) -> list[Any]:
    """A record's facts, with numbers that no document of the enterprise bears; they keep the lengths of the format."""
    strange = [
        f"{value[:5]}{STRANGE}" if value and name in NUMBERS else value
        for name, value in zip(IDENTITY[kind], identity, strict=True)
    ]
    return [serial, key + STRANGE, strange, pre_no[:9] + "999999999", guid[:-8] + "FFFFFFFF"]


def _namesake(kind: str, serial: int, key: str, identity: list[str | None], pre_no: str, guid: str) -> list[Any]:
    """A record's facts with the same numbers, of firms whose codes end otherwise."""
    other = list(identity)
    for place, name in enumerate(IDENTITY[kind]):
        if (code := identity[place]) and name in FIRMS:
            other[place] = code[:-1] + ("0" if code[-1] != "0" else "1")
            key = key.replace(code, str(other[place]))
    return [serial, key, other, pre_no[:9] + "999999998", guid[:-8] + "EEEEEEEE"]


def _contrary(kind: str, status: int) -> int:
    """A last status that contradicts this one."""
    return ReturnStatus.REJECTED if status in SUCCESSES[kind] else max(SUCCESSES[kind])


def _marked(row: ReturnRow, mark: dict[str, Any], number: int | None = None) -> ReturnRow:
    value = orjson.loads(row.facts)
    value[SPOILED] = value.get(SPOILED, {}) | mark
    return replace(row, facts=orjson.dumps(value), number=row.number if number is None else number)


def spoiled(body: bytes, mark: dict[str, Any]) -> bytes:
    """The bytes of a return as the fault table lets them go out."""
    if "type" in mark:
        body = _TYPE.sub(mark["type"].encode(), body)
    if "encoding" in mark:
        body = body.decode().encode(mark["encoding"])
    return body[: len(body) * 2 // 3] if mark.get("cut") else body


def marks(row: ReturnRow) -> dict[str, Any]:
    """What is to go wrong with a return when it is written or handed out; nothing with most."""
    found: dict[str, Any] = orjson.loads(row.facts).get(SPOILED, {}) if b'"spoiled":{' in row.facts else {}
    return found


def unspoiled(row: ReturnRow) -> ReturnRow:
    """A return as customs said it: what a subscriber gets a copy of. A fault is one of the sender's line."""
    if not marks(row):
        return row
    value = orjson.loads(row.facts)
    del value[SPOILED]
    return replace(row, facts=orjson.dumps(value))


def line_faults(row: ReturnRow) -> dict[str, Any]:
    """What is to go wrong when a return is handed out: ``lost`` [row, seconds], ``redelivered`` row."""
    mark = marks(row)
    return {name: mark[name] for name in ("lost", "redelivered") if name in mark}
