"""When the next step is due, and which documents the fault table speaks of."""

from collections.abc import Sequence
from datetime import datetime

from swsim.simulator.core.draws import fraction
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.faults import FaultPlan, Faults
from swsim.simulator.core.model import NEVER, Decision, Event, Held, Stage, State
from swsim.simulator.core.months import judgements
from swsim.simulator.core.taking import MATCHING
from swsim.simulator.profile import Delay

__all__ = ["fraction", "next_of", "plan"]

PIECES = frozenset({"303", "403", "505"})
DELAYS = {
    Stage.SEND: "sent_after",
    Stage.CUSTOMS: "customs_after",
    Stage.APPROVE: "approved_after",
    Stage.REVIEW: "reviewed_after",
    Stage.RELEASE: "inspected_after",
    Stage.SUM_UP: "summed_after",
    Stage.DECLARE: "declared_after",
}
"""By the stage that comes next: the switch that says how long it takes."""


def plan(decisions: Sequence[Decision], at: datetime, facts: Facts) -> list[Event]:
    """The next events of decided documents: one a stage, more only where the fault table delays some of them."""
    planned, facts.postponed = facts.postponed, []
    events: dict[tuple[datetime, Stage, int], Event] = {}
    for one in planned:  # documents of a message that wait until the same moment share an event
        shared = events.setdefault((one.at, one.stage, one.number), one)
        shared.serials += one.serials if shared is not one else ()
    draws: dict[tuple[str, Stage, str], datetime] = {}
    for decision in decisions if facts.profile.waits else ():
        for waiting in _awaiting(decision, facts):
            again = Event(at, Stage.CUSTOMS, waiting.number, waiting.message_guid, [waiting.serial])
            events[at, Stage.CUSTOMS, -waiting.serial] = again
    moved = facts.faults.rows("delay", "hurry", "accepted-late")
    for decision in decisions:
        held, following = decision.held, _following(decision)
        if held is None or following is None or decision.again == NEVER:
            continue
        travels = held.message_guid, following, held.customs_code  # a message's documents travel together
        if travels not in draws:
            draws[travels] = _due(held, following, at, facts)
        when = draws[travels]
        if decision.again is not None:
            when = at + decision.again
        elif moved:
            when = _moved(when, at, held, following, decision.stage, facts.faults)
        event = events.get((when, following, held.number))
        if event is None:
            event = events[when, following, held.number] = Event(when, following, held.number, held.message_guid, [])
        event.serials.append(held.serial)
    closed = [
        one.held.closed_ms
        for one in decisions
        if one.state == State.CLOSED and one.told and one.held is not None and one.held.closed_ms
    ]
    return list(events.values()) + (judgements(closed, at, facts) if closed else [])


def declares_at(held: Held, first: bool, step: int, at: datetime, facts: Facts) -> Event:
    """The next step of a summary's declarations: its first CEB792, or one more."""
    stage = Stage.SUM_UP if first else Stage.DECLARE
    profile = facts.profile.at(held.customs_code)
    share = fraction(facts.seed, f"{stage}/{step}", held.sum_no)
    when = profile.due(at, getattr(profile, DELAYS[stage]), share)
    return Event(when, Stage.DECLARE, held.number, held.message_guid, [held.serial])


def _awaiting(decision: Decision, facts: Facts) -> list[Held]:
    """Lists at customs that wait for a document that was received just now (ORD-02)."""
    held = decision.held
    if decision.stage is not Stage.RECEIVE or held is None or held.kind not in PIECES:
        return []
    lists = facts.found("order_ref", "603", held.order_ref) + facts.found("waybill_ref", "603", held.waybill_ref)
    return [one for one in lists if one.waits == MATCHING]


def _due(held: Held, stage: Stage, at: datetime, facts: Facts) -> datetime:
    """Nothing answers in an outage; what is sent in one the first time fails (`core.risk`)."""
    profile = facts.profile.at(held.customs_code)
    retried = held.state == State.SEND_FAILED
    delay: Delay = profile.retried_after if retried else getattr(profile, DELAYS[stage])
    share = fraction(facts.seed, stage, held.message_guid) if delay.most else 0.0
    when = profile.due(at, delay, share, facts.queue)
    return when if stage is Stage.SEND and not retried else profile.answered(when)


def _moved(when: datetime, at: datetime, held: Held, stage: Stage, after: Stage, faults: Faults) -> datetime:
    """When the fault table lets a step happen that is due at `when`, decided at `at`."""
    if after is Stage.RECEIVE:
        for fault in faults.on(held, "accepted", "accepted-late"):
            when += fault.by
    for fault in faults.rows("hurry", "delay"):
        if _delayed_stage(fault, held.kind) is stage and faults.met(fault, held, stage):
            when = at + fault.by if fault.action == "hurry" else when + fault.by
    return when


def _delayed_stage(fault: FaultPlan, kind: str) -> Stage:
    if fault.stage in {"3", "4", Stage.SEND}:
        return Stage.SEND
    if fault.stage in {"800", Stage.RELEASE}:
        return Stage.RELEASE
    return Stage.APPROVE if kind == "603" and fault.stage in {"399", Stage.APPROVE} else Stage.CUSTOMS


NEXT = {
    int(state): stage
    for state, stage in (
        (State.DECLARING, Stage.SEND),
        (State.SEND_FAILED, Stage.SEND),
        (State.SENT, Stage.CUSTOMS),
        (State.IN_REVIEW, Stage.REVIEW),
        (State.UNDER_INSPECTION, Stage.RELEASE),
        (State.SUSPENDED, Stage.RELEASE),
    )
}
"""What comes next from a state, by itself."""


def _following(decision: Decision) -> Stage | None:
    if decision.state is None or decision.status < 0 or not decision.told:
        return None
    if decision.state == State.DELETED:  # customs confirms the deletion, once
        return Stage.CUSTOMS if decision.stage is Stage.RECEIVE else None
    return next_of(decision.held) if decision.held is not None else None


def next_of(held: Held) -> Stage | None:
    """The stage that follows from where a document stands."""
    return Stage.APPROVE if held.state == State.STORED and held.kind == "603" else NEXT.get(held.state)
