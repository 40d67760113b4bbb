"""Ways through the machines: what to send, and which step to take, to bring a document into a state."""

from core_desk import Desk, again

from swsim.simulator.core.faults import FaultPlan
from swsim.simulator.core.machines import MACHINES, Input, by_customs
from swsim.simulator.core.model import Decision, Stage, State
from swsim.simulator.messages.transfer import Document

REPORT = {
    Input.DRAFT: ("1", "1"),
    Input.DECLARE: ("1", "2"),
    Input.REDRAFT: ("2", "1"),
    Input.CHANGE: ("2", "2"),
    Input.DELETE: ("3", "2"),
}
"""What an enterprise sends for an input; the others are customs' own."""
STAGE = {Input.SEND: Stage.SEND, Input.STORE: Stage.CUSTOMS, Input.REJECT: Stage.CUSTOMS, Input.APPROVE: Stage.APPROVE}
ORDERED = frozenset(Input) - REPORT.keys() - STAGE.keys() - {Input.WITHDRAW}
"""What customs decides by itself, of one document: here somebody orders it."""
PLANTED = frozenset({State.SEND_FAILED, State.WITHDRAWN})
"""States that nothing an enterprise sends of the document itself leads to: 4 needs a failing line, W a cancellation."""


def way_to(kind: str, state: State) -> list[Input] | None:
    """The shortest way from nothing to a state, through the table."""
    ways: dict[State, list[Input]] = {State.ABSENT: []}
    waiting = [State.ABSENT]
    while waiting:
        here = waiting.pop(0)
        for row in MACHINES[kind]:
            if row.source is here and row.target not in ways:
                ways[row.target] = [*ways[here], row.input]
                waiting.append(row.target)
    return ways.get(state)


def ordered(desk: Desk, document: Document, asked: Input) -> list[Decision]:
    """Order the step of an input; nothing where the machine has none."""
    state = desk.state(document)
    arcs = by_customs(document.number, state)
    target = next((status for status, row in arcs.items() if row.input is asked), None)
    return desk.order(document, target) if target is not None else []


def perform(desk: Desk, document: Document, asked: Input) -> list[int]:
    """Let an input happen to a document; the statuses that answer it."""
    kind = document.number
    if asked in REPORT:
        return [int(one.status) for one in desk.send(again(document, *REPORT[asked], seconds=desk.number))]
    if asked in ORDERED:
        return [int(one.status) for one in ordered(desk, document, asked) if one.told and one.subject.kind == kind]
    desk.faults = (FaultPlan(f"F{desk.number}", kind, "*", "reject"),) if asked is Input.REJECT else ()
    event = desk.event(document, STAGE[asked])
    planned = [one for one in desk.events if one.stage is event.stage and one.serials == event.serials]
    desk.events = [one for one in desk.events if one not in planned]
    return [int(one.status) for one in desk.fire((planned or [event])[0]) if one.subject.kind == kind]


def bring(desk: Desk, document: Document, state: State) -> None:
    """Bring a document into a state, by sending and waiting wherever a way leads there."""
    if state in PLANTED:
        perform(desk, document, Input.DECLARE)
        desk.plant(document, state)
        return
    for asked in way_to(document.number, state) or []:
        perform(desk, document, asked)
    assert desk.state(document) is state
