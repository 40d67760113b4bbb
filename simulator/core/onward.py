"""The steps a document takes by itself: sent, approved, reviewed, looked at (draws: `core.risk`)."""

from swsim.simulator.core import risk
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.faults import FaultPlan
from swsim.simulator.core.incoming import Finding
from swsim.simulator.core.machines import Input
from swsim.simulator.core.model import NEVER, Decision, Event, Held, Stage, State
from swsim.simulator.core.taking import LET_GO, keep, take


def steps_of(held: Held, event: Event, facts: Facts) -> list[Decision]:
    """The step of a stage, where the document still stands before it."""
    profile = facts.profile.at(held.customs_code)
    asked: Input | None = None
    fails = facts.faults.on(held, Stage.SEND, "send-failed") if held.state == State.DECLARING else iter(())
    if event.stage is Stage.SEND and (fault := next(fails, None)) is not None:
        return _failed(held, fault)
    if event.stage is Stage.SEND:
        asked = risk.sending(held, profile.answered(event.at) != event.at, profile, facts)
    elif event.stage is Stage.APPROVE and held.state == State.STORED:
        asked = risk.approving(held, profile, facts)
    elif event.stage is Stage.REVIEW and held.state == State.IN_REVIEW:
        asked = risk.reviewed(held, profile, facts)
    elif event.stage is Stage.RELEASE and held.state in {State.UNDER_INSPECTION, State.SUSPENDED}:
        if held.kind == "603" and held.waits != LET_GO and risk.is_drawn(held, "hold", profile.hold_rate, facts):
            return [keep(held, Stage.RELEASE)]
        asked = risk.looked_at(held, profile, facts)
    decision = take(held, event.stage, asked, at=event.at) if asked is not None else None
    if decision is None:
        return []
    if asked is Input.DECLINE:
        decision.faults = [Finding("REVIEW", "", "a document that passes the review", "turned down by hand")]
    return [decision]


def _failed(held: Held, fault: FaultPlan) -> list[Decision]:
    """A sending that the fault table lets fail, and when it is tried again."""
    decision = take(held, Stage.SEND, Input.FAIL)
    assert decision is not None  # noqa: S101 - it is being declared, and every machine can fail there
    decision.remarks = [fault.found(decision.status)]
    decision.again = NEVER if fault.retry is None else fault.retry
    return [decision]
