"""What a person at customs orders for a document: now, in the past, ahead; to keep it and to let it go."""

from datetime import timedelta

import pytest
from core_desk import AT, Desk, rows
from core_shipment import Shipment
from test_core_refund import Returned
from test_core_switches import ONE, S, told

from swsim.simulator.core.model import Decision, State
from swsim.simulator.core.rulings import NotAllowedError


def at_customs(desk: Desk, seconds: float) -> None:
    for document in S.documents:
        desk.send(document)
    desk.wait(seconds)


def test_an_order_decides_now_and_the_way_goes_on() -> None:
    """300 on a list at 120: it is reviewed, and what was due for it before does nothing."""
    desk = Desk(ONE)
    at_customs(desk, 2)
    decisions = desk.order(S.inventory, 300)
    assert [(int(one.status), [f.rule for f in one.remarks]) for one in decisions] == [(300, ["FORCED"])]
    desk.wait(60)
    assert told(desk) == [2, 3, 120, 300]
    desk.settle()
    assert told(desk) == [2, 3, 120, 300, 399]


def test_a_decision_may_lie_in_the_past() -> None:
    """Its time is its own; the day of release is that one."""
    shipment = Shipment()
    past = AT - timedelta(days=30)
    for status in (800, 899):
        shipment.desk.order(shipment.listed(), status, at=past)
    assert shipment.desk.times(shipment.listed())[-2:] == [(800, past), (899, past)]
    held = shipment.desk.held(shipment.listed())
    assert held is not None
    assert held.released_ms == int(past.timestamp() * 1000)


@pytest.mark.parametrize(
    ("state", "status", "allowed"),
    [
        (State.APPROVED, 899, "500, 800"),
        (State.STORED, 800, "100, 300, 399"),
        (State.RELEASED, 500, "899"),
        (State.CLOSED, 100, "nothing"),
        (State.REJECTED, 399, "nothing"),
        (State.SENT, 2, "100, 120"),
    ],
)
def test_a_jump_is_not_allowed(state: State, status: int, allowed: str) -> None:
    """899 without 800, 800 without 399, 500 after 800, after 899 or 100: told what is allowed."""
    desk = Desk(ONE)
    at_customs(desk, 4)
    desk.plant(S.inventory, state)
    with pytest.raises(NotAllowedError, match=f"goes to {allowed} from there, not to {status}"):
        desk.order(S.inventory, status)
    assert desk.state(S.inventory) is state


def test_an_order_ahead_waits_for_its_step() -> None:
    """500 ordered while the list is being declared: inspected when it arrives, by no rate, once."""
    shipment = Shipment()
    shipment.desk.order(shipment.listed(), 500, ahead=True)
    shipment.report(*shipment.arrival)
    assert 500 in shipment.desk.statuses(shipment.listed())
    assert 500 not in shipment.desk.statuses(shipment.listed(1))
    held = shipment.desk.held(shipment.listed())
    assert held is not None
    assert held.forced == 0
    with pytest.raises(NotAllowedError, match="leads to 899 from there, not to 300"):
        shipment.desk.order(shipment.listed(), 300, ahead=True)


@pytest.mark.parametrize(
    ("seconds", "ordered", "statuses"),
    [(0, 4, [2, 4, 3, 120, 399]), (0, 300, [2, 3, 120, 300, 399]), (1, 300, [2, 3, 120, 300, 399])],
)
def test_orders_ahead_hold_for_the_steps_a_document_takes_itself(
    seconds: int, ordered: int, statuses: list[int]
) -> None:
    """4 instead of 3, 300 instead of 399."""
    desk = Desk(ONE)
    at_customs(desk, seconds)
    desk.order(S.inventory, ordered, ahead=True)
    desk.settle()
    assert told(desk) == statuses


def test_a_kept_list_is_moved_by_nobody() -> None:
    """It stays at its state while time passes and its goods arrive; let go, it takes the step that waited."""
    desk = Desk(ONE)
    at_customs(desk, 0)
    desk.order(S.inventory, keep=True)
    desk.wait(100)
    assert told(desk) == [2]
    desk.order(S.inventory, keep=False)
    desk.settle()
    assert told(desk) == [2, 3, 120, 399]
    with pytest.raises(NotAllowedError, match="it is not kept"):
        desk.order(S.inventory, keep=False)
    shipment = Shipment()
    shipment.desk.order(shipment.listed(), keep=True)
    shipment.report(*shipment.arrival)
    assert shipment.states() == [399, 800]
    shipment.desk.order(shipment.listed(), keep=False)
    assert shipment.states() == [800, 800]


def test_what_waited_for_a_kept_document_happens_when_it_is_let_go() -> None:
    """A departure, a tally; where nothing waited nothing happens, and what is closed cannot be kept."""
    shipment = Shipment()
    shipment.report(*shipment.arrival)
    shipment.desk.order(shipment.listed(), keep=True)
    assert [one.told for one in shipment.desk.order(shipment.listed(), keep=False)] == [False]
    shipment.desk.order(shipment.listed(), keep=True)
    shipment.report(*shipment.departure)
    assert shipment.states() == [800, 899]
    shipment.desk.order(shipment.listed(), keep=False)
    assert shipment.states() == [899, 899]
    with pytest.raises(NotAllowedError, match="nothing comes next that could be kept"):
        shipment.desk.order(shipment.listed(), keep=True)
    returned = Returned()
    returned.report(returned.application)
    returned.desk.order(returned.application, keep=True)
    returned.report(returned.tally)
    assert returned.statuses() == [2, 3, 120]
    returned.desk.order(returned.application, keep=False)
    assert returned.statuses() == [2, 3, 120, 800]


def test_an_arrival_that_is_ordered_moves_its_lists() -> None:
    """399 ordered of an arrival at 3: the lists it names are released."""
    shipment = Shipment(profile=ONE)
    shipment.desk.send(shipment.arrival[0], after=86400)
    shipment.desk.wait(1)
    shipment.desk.order(shipment.arrival[0], 399)
    assert shipment.states() == [800, 800]


def test_an_order_bears_its_own_text() -> None:
    """100 with the text that was given; the finding says that it was ordered."""
    desk = Desk(ONE)
    at_customs(desk, 2)
    decision: Decision = desk.order(S.inventory, 100, info="[Code:1;Desc:ours]")[0]
    assert (decision.status, decision.info, rows(decision)) == (100, "[Code:1;Desc:ours]", {"FORCED"})
