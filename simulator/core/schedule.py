"""When the next step is due, and which documents the fault table speaks of."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from swsim.simulator.codes.status import ReturnStatus
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.keys import external, split
from swsim.simulator.core.model import Decision, Event, FaultPlan, Held, Stage, State
from swsim.simulator.profile import Delay

DELAYS = {
    Stage.SEND: "sent_after",
    Stage.CUSTOMS: "customs_after",
    Stage.APPROVE: "approved_after",
    Stage.RELEASE: "inspected_after",
}
"""By the stage that comes next: the switch that says how long it takes."""


def plan(decisions: Sequence[Decision], at: datetime, facts: Facts) -> list[Event]:
    """The next events of decided documents: one a stage, more only where the fault table delays some of them."""
    events: dict[tuple[datetime, Stage], Event] = {}
    draws: dict[tuple[str, Stage, str], datetime] = {}
    for decision in decisions:
        held, following = decision.held, _following(decision)
        if held is None or following is None:
            continue
        travels = held.message_guid, following, held.customs_code  # a message's documents travel together
        if travels not in draws:
            draws[travels] = _due(held, following, at, facts)
        when = draws[travels]
        for fault in facts.faults:
            if fault.action == "delay" and _delayed_stage(fault, held.kind) is following and matches(fault, held):
                when += fault.by
        event = events.get((when, following))
        if event is None:
            event = events[when, following] = Event(when, following, held.number, held.message_guid, [])
        event.serials.append(held.serial)
    return list(events.values())


def _due(held: Held, stage: Stage, at: datetime, facts: Facts) -> datetime:
    profile = facts.profile.at(held.customs_code)
    delay: Delay = getattr(profile, DELAYS[stage])
    return profile.due(at, delay, fraction(facts.seed, stage, held.message_guid) if delay.most else 0.0)


def fraction(seed: int, purpose: str, name: str) -> float:
    """A draw in [0, 1): a pure function of its arguments, never the next value of a stream (decision 9)."""
    digest = hashlib.sha256(f"{seed}/{purpose}/{name}".encode()).digest()
    return int.from_bytes(digest[:7], "big") / (1 << 56)


def matches(fault: FaultPlan, held: Held) -> bool:
    """Whether a row of the fault table speaks of this document."""
    if fault.kind != held.kind:
        return False
    if fault.key.startswith("orderNo="):
        return held.order_ref is not None and split(held.order_ref)[0] == fault.key.removeprefix("orderNo=")
    return fault.key in {"*", external(held.key)}


def _delayed_stage(fault: FaultPlan, kind: str) -> Stage:
    if fault.stage in {"3", Stage.SEND}:
        return Stage.SEND
    return Stage.APPROVE if kind == "603" and fault.stage in {"399", Stage.APPROVE} else Stage.CUSTOMS


def _following(decision: Decision) -> Stage | None:
    if decision.state is None or decision.status in {ReturnStatus.STAGED, ReturnStatus.REJECTED} or decision.status < 0:
        return None
    if decision.stage is Stage.RECEIVE:
        return Stage.CUSTOMS if decision.state == State.DELETED else Stage.SEND
    if decision.stage is Stage.SEND:
        return Stage.CUSTOMS
    if decision.held is None or decision.held.kind != "603":
        return None
    if decision.state == State.UNDER_INSPECTION:
        return Stage.RELEASE
    return Stage.APPROVE if decision.stage is Stage.CUSTOMS and decision.state == State.STORED else None
