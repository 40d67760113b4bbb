"""What a person at customs orders for one document: a decision now, in the past, or at its next step; to keep it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from swsim.simulator.clock import read_instant
from swsim.simulator.core.engine import SUCCESS, due
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.incoming import Finding
from swsim.simulator.core.machines import MACHINES, REPORTED, Input, by_customs
from swsim.simulator.core.model import Decision, Event, Held, Stage, State
from swsim.simulator.core.movement import MOVING, come_back, dossier_of, moved, moves
from swsim.simulator.core.taking import KEPT, LET_GO, is_kept, keep, take

STAGE_OF = {
    Input.SEND: Stage.SEND,
    Input.FAIL: Stage.SEND,
    Input.STORE: Stage.CUSTOMS,
    Input.REJECT: Stage.CUSTOMS,
    Input.MISMATCH: Stage.CUSTOMS,
    Input.APPROVE: Stage.APPROVE,
    Input.REVIEW: Stage.APPROVE,
    Input.PASS: Stage.REVIEW,
    Input.DECLINE: Stage.REVIEW,
    Input.ARRIVE: Stage.ARRIVE,
    Input.INSPECT: Stage.ARRIVE,
    Input.DEPART: Stage.DEPART,
}
"""The stage an ordered decision belongs to; others are those of the release."""
OTHERS_MOVE = frozenset({Stage.ARRIVE, Stage.DEPART, Stage.WITHDRAW})
"""Stages a document takes because another one moves it."""


class NotAllowedError(Exception):
    """The machine knows no such step; the text says which there are."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order. `status` at `at` (None: now), or, `ahead`, at the document's next decision that may be this status.

    `keep` True keeps the document where it is, False lets it go; `info` is the returnInfo of the decision.
    """

    status: int = 0
    at: datetime | None = None
    ahead: bool = False
    keep: bool | None = None
    info: str = ""


def read_order(value: dict[str, Any], now: datetime) -> Order:
    """``{"status", "at"|"when": "next", "info"}`` or ``{"hold": true|false}``; ValueError."""
    form = 'force: expected {"status": 899}, with "at" a time in the past or "when": "next", or {"hold": true}'
    if value.keys() == {"hold"} and isinstance(value["hold"], bool):
        return Order(keep=value["hold"])
    status, when, info = value.get("status"), value.get("when", "now"), value.get("info", "")
    if (
        not value.keys() <= {"status", "at", "when", "info"}
        or isinstance(status, bool)
        or not isinstance(status, int)
        or when not in ("now", "next")
        or not isinstance(info, str)
        or ("at" in value and when == "next")
    ):
        raise ValueError(f"{form}, got {value!r}")
    at = read_instant(str(value["at"])) if "at" in value else None
    if at is not None and at > now:
        raise ValueError(f"force: expected a time not after {now.isoformat()}, got {at.isoformat()}")
    return Order(status, at, when == "next", info=info)


def rule(held: Held, order: Order, now: datetime, facts: Facts) -> list[Decision]:
    """Carry an order out; NotAllowedError. The caller has looked up what an event of the customs stage asks for."""
    if order.keep is not None:
        return _kept(held) if order.keep else _let_go(held, now, facts)
    if order.ahead:
        allowed = _ahead(held)
        if order.status not in allowed:
            raise NotAllowedError(_told(held, order.status, sorted(allowed), "leads to"))
        held.forced = order.status
        return [Decision(held, Stage.HOLD, held.state, held.state, "", held=held)]
    arcs = by_customs(held.kind, held.state)
    own = int(SUCCESS[held.kind]) if held.state == State.SENT else 0
    arc = arcs.get(order.status) or (arcs.get(own) if order.status == facts.profile.logistics_success else None)
    if arc is None:
        raise NotAllowedError(_told(held, order.status, sorted(arcs), "goes to"))
    return _decided(held, arc.input, order, order.at or now, facts)


def _decided(held: Held, asked: Input, order: Order, at: datetime, facts: Facts) -> list[Decision]:
    dossier = dossier_of(held, facts) if held.kind in MOVING and asked is Input.STORE else None
    decision = take(held, STAGE_OF.get(asked, Stage.RELEASE), asked, order.status, at)
    assert decision is not None  # noqa: S101 - the arc was looked up
    held.waits = LET_GO if held.waits == LET_GO else ""
    ordered = Finding("FORCED", "", "", f"{order.status} at {at.isoformat()}")
    decision.faults, decision.remarks = ([ordered], []) if order.status == State.REJECTED else ([], [ordered])
    decision.info = order.info
    return come_back([decision, *(moves(dossier, at, facts) if dossier is not None else ())], facts)


def _kept(held: Held) -> list[Decision]:
    if held.state <= State.ABSENT or not by_customs(held.kind, held.state):
        raise NotAllowedError(f"{held.kind} in state {held.state}: nothing comes next that could be kept")
    return [] if is_kept(held) else [keep(held)]


def _let_go(held: Held, now: datetime, facts: Facts) -> list[Decision]:
    if not is_kept(held):
        raise NotAllowedError(f"{held.kind} in state {held.state}: it is not kept")
    _, _, waiting = held.waits.partition(f"{KEPT}:")
    held.waits = LET_GO
    told = Decision(held, Stage.HOLD, held.state, held.state, "", held=held)
    if not waiting:
        return [told]
    stage = Stage(waiting)
    if stage in OTHERS_MOVE or (stage is Stage.RELEASE and held.state == State.STORED):
        return come_back([told, *moved(held, stage, now, facts)], facts)
    return [told, *due(Event(now, stage, held.number, held.message_guid, [held.serial]), facts)]


def _ahead(held: Held) -> set[int]:
    """Statuses that customs may still give a document, however it gets there."""
    reached, waiting = {held.state}, [held.state]
    while waiting:
        here = waiting.pop()
        for row in MACHINES[held.kind]:
            if row.source == here and row.input not in REPORTED and int(row.target) not in reached:
                reached.add(int(row.target))
                waiting.append(int(row.target))
    return reached - {held.state}


def _told(held: Held, status: int, allowed: Sequence[int], verb: str) -> str:
    there = ", ".join(map(str, allowed)) or "nothing"
    return f"{held.kind} in state {held.state}: customs {verb} {there} from there, not to {status}"
