"""Master list, arrival, departure, cancellation: what they do to lists, what must be so beforehand (rules.md §8)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from core_desk import STANDARD, Desk, again, changed, head_of, rows, with_delays
from core_shipment import TRIP, Shipment, last, with_line, with_lines
from core_ways import bring, perform

from swsim.simulator.clock import from_ms
from swsim.simulator.core import machines
from swsim.simulator.core.machines import MACHINES, Input, Transition
from swsim.simulator.core.model import Stage, State
from swsim.simulator.core.rules import ALONE, AT_CUSTOMS, CHECKS
from swsim.simulator.delays import Delay

RELEASED, CLOSED, APPROVED = 800, 899, 399


# --- the way out ------------------------------------------------------------------------------------------------------


def test_a_shipment_goes_its_way() -> None:
    """607 is stored and fills the lists, 507 releases them, 509 closes them; each list is told each step once."""
    shipment = Shipment()
    stored = shipment.report(*shipment.master)
    assert shipment.states() == [APPROVED, APPROVED]
    assert [int(one.status) for one in stored if one.subject.kind == "607"] == [2, 3, 120]
    assert [one.stage for one in stored if one.subject.kind == "603"] == [Stage.FILL, Stage.FILL]
    arrived = shipment.report(*shipment.arrival)
    assert [int(one.status) for one in arrived if one.subject.kind == "507"] == [2, 3, 399]
    assert shipment.states() == [RELEASED, RELEASED]
    left = shipment.report(*shipment.departure)
    assert [int(one.status) for one in left if one.subject.kind == "509"] == [2, 3, 399]
    assert shipment.states() == [CLOSED, CLOSED]
    for index in range(2):
        told = shipment.desk.statuses(shipment.listed(index))
        assert [status for status in told if status != APPROVED] == [2, 3, 120, RELEASED, CLOSED]


def test_an_empty_arrival_is_of_everything_under_its_bill() -> None:
    """The body of a 507 may be empty: the lists of the bill of lading arrive."""
    shipment = Shipment()
    shipment.report(*shipment.master)
    shipment.report(with_lines(shipment.arrival[0]))
    assert shipment.states() == [RELEASED, RELEASED]


def test_an_empty_arrival_of_an_unknown_bill_is_rejected() -> None:
    """Without a master list nobody knows what is under the bill."""
    shipment = Shipment()
    decision = last(shipment.report(with_lines(shipment.arrival[0])), "507")
    assert (int(decision.status), rows(decision)) == (100, {"ARR-03/bill"})


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("kind", ["master", "arrival", "departure"])
def test_a_split_document_acts_when_all_of_it_is_in(kind: str, order: tuple[int, ...]) -> None:
    """Whatever the order of its messages: not when seq is count, but when the last one missing comes (ARR-01)."""
    shipment = Shipment(3, split=1)
    if kind != "master":
        shipment.report(*shipment.master)
    if kind == "departure":
        shipment.report(*shipment.arrival)
    before = shipment.states()
    *early, final = [getattr(shipment, kind)[place] for place in order]
    shipment.report_part(*early)
    assert shipment.states() == before
    assert {int(shipment.desk.state(one)) for one in early} == {State.SENT}
    shipment.report(final)
    success = 120 if kind == "master" else 399
    assert {int(shipment.desk.state(one)) for one in (*early, final)} == {success}
    assert shipment.states() == [{"master": APPROVED, "arrival": RELEASED, "departure": CLOSED}[kind]] * 3


DAY = 86400.0
"""Seconds until what lacks messages is rejected, in the profile `standard`."""


@pytest.mark.parametrize("kind", ["master", "arrival", "departure"])
@pytest.mark.parametrize(("seconds", "state"), [(-1, State.SENT), (0, State.REJECTED), (1, State.REJECTED)])
def test_a_split_document_waits_a_day_for_what_it_lacks(kind: str, seconds: float, state: State) -> None:
    """100 at the time-out, from the receipt of each message; nothing moves (ARR-01)."""
    shipment = Shipment(3, split=1)
    first, _, last_one = getattr(shipment, kind)
    shipment.report_part(first)
    sent = shipment.desk.now - timedelta(seconds=60)
    shipment.desk.wait((sent - shipment.desk.now).total_seconds() + DAY + seconds)
    assert shipment.desk.state(first) is state
    shipment.report_part(last_one)
    assert shipment.desk.state(last_one) is State.SENT
    assert shipment.states() == [APPROVED] * 3


def test_what_was_missing_is_named() -> None:
    """And it is 100 for that alone, whatever else would be wrong with it."""
    shipment = Shipment(3, split=1)
    decisions = shipment.report(shipment.departure[0], shipment.departure[2])
    first, second = [one for one in decisions if one.subject.kind == "509" and one.faults]
    (fault,), (later,) = first.faults, second.faults
    assert [int(first.status), int(second.status)] == [100, 100]
    assert (fault.rule, fault.path) == ("ARR-01/missing", "DepartureHead/msgCount")
    assert (fault.expected, fault.found) == ("messages 1 to 3", "only 1, 3")
    assert later.found in {"only 1", "only 3"}


def test_a_rejected_part_may_come_again() -> None:
    """Then with the others in time, it acts."""
    shipment = Shipment(2, split=1)
    first, second = shipment.arrival
    shipment.report(first)
    assert shipment.desk.state(first) is State.REJECTED
    shipment.report(again(first, "1", seconds=2 * int(DAY)), again(second, "1", seconds=2 * int(DAY)))
    assert shipment.states() == [RELEASED, RELEASED]


def test_the_time_is_a_switch() -> None:
    """Also for messages that came in one message: each is rejected."""
    shipment = Shipment(3, replace(STANDARD, parts_within=Delay(600, 600)), split=1)
    shipment.desk.wait((TRIP.when("507") - shipment.desk.now).total_seconds())
    shipment.desk.send(*shipment.arrival[:2])
    shipment.desk.wait(599)
    assert [shipment.desk.state(one) for one in shipment.arrival[:2]] == [State.SENT, State.SENT]
    shipment.desk.wait(1)
    assert [shipment.desk.state(one) for one in shipment.arrival[:2]] == [State.REJECTED, State.REJECTED]


@pytest.mark.parametrize("rate", [0.0, 1.0])
def test_an_inspected_list_is_released_later(rate: float) -> None:
    """500 when it arrives, 800 when the inspection is over; drawn by the profile's rate (ARR-05)."""
    shipment = Shipment(profile=replace(STANDARD, inspection_rate=rate))
    shipment.report(*shipment.arrival)
    told = shipment.desk.times(shipment.listed())
    assert [status for status, _ in told][4:] == ([500, 800] if rate else [800])
    assert shipment.states() == [RELEASED, RELEASED]
    if rate:
        assert 3600 <= (told[-1][1] - told[-2][1]).total_seconds() <= 7200


def test_who_is_inspected_is_drawn_by_seed_and_list() -> None:
    """Half of them at one half, and the same ones again."""
    half = replace(STANDARD, inspection_rate=0.5)
    twice = []
    for _ in range(2):
        shipment = Shipment(8, half)
        shipment.report(*shipment.arrival)
        twice.append([500 in shipment.desk.statuses(shipment.listed(index)) for index in range(8)])
    assert twice[0] == twice[1]
    assert {True, False} == set(twice[0])


# --- cancellation -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arrived", [False, True])
def test_a_cancelled_list_is_withdrawn_and_frees_its_order(arrived: bool) -> None:
    """606 says 399, no return speaks of the list; another list may be declared for the order (CAN-05)."""
    shipment = Shipment()
    if arrived:
        shipment.report(*shipment.arrival)
    before = len(shipment.desk.statuses(shipment.listed()))
    decisions = shipment.report(shipment.cancelled())
    assert [int(one.status) for one in decisions if one.subject.kind == "605"] == [2, 3, 399]
    withdrawn = last(decisions, "603")
    assert (withdrawn.stage, withdrawn.told) == (Stage.WITHDRAW, False)
    assert shipment.desk.state(shipment.listed()) is State.WITHDRAWN
    assert len(shipment.desk.statuses(shipment.listed())) == before + 1
    again = changed(shipment.listed(), cop_no="ANOTHER", guid="A" * 36)
    assert shipment.desk.send(again)[0].faults == []


def test_a_list_that_left_while_its_cancellation_was_under_way_stays() -> None:
    """The state is looked at again when customs decides."""
    shipment = Shipment()
    shipment.report(*shipment.arrival)
    shipment.desk.send(shipment.cancelled())
    shipment.desk.send(*shipment.departure)
    held = shipment.desk.held(shipment.listed())
    assert held is not None
    shipment.desk.kept[held.serial] = replace(held, state=CLOSED)
    decision = last(shipment.desk.settle(), "605")
    assert (int(decision.status), rows(decision)) == (100, {"CAN-02/meanwhile"})
    assert shipment.desk.state(shipment.listed()) is State.CLOSED


# --- what must be so beforehand ---------------------------------------------------------------------------------------


def unapproved(shipment: Shipment) -> Any:
    """The arrival of a waybill nobody declared."""
    return with_line(shipment.arrival[0], 0, logistics_no="UNKNOWN")


def left(shipment: Shipment) -> Any:
    shipment.report(*shipment.arrival)
    return changed(shipment.arrival[0], cop_no="AGAIN", guid="A" * 36)


def heavy(shipment: Shipment) -> Any:
    return changed(shipment.master[0], gross_weight=shipment.master[0].head.gross_weight + Decimal("0.00001"))


def another_master(shipment: Shipment) -> Any:
    shipment.report(*shipment.master)
    return changed(shipment.master[0], cop_no="AGAIN", guid="A" * 36, bill_no="ANOTHER")


def second_master(shipment: Shipment) -> Any:
    """The same waybills in a master list of another number."""
    shipment.report(*shipment.master)
    return changed(shipment.master[0], cop_no="AGAIN", guid="A" * 36)


def another_bill(shipment: Shipment) -> Any:
    shipment.report(*shipment.master)
    shipment.report(*shipment.arrival)
    return changed(shipment.departure[0], bill_no="ANOTHER")


def too_early(shipment: Shipment) -> Any:
    shipment.report(*shipment.master)
    shipment.report(*shipment.arrival)
    held = shipment.desk.held(shipment.listed())
    assert held is not None
    before = from_ms(held.released_ms) - timedelta(seconds=1)
    return changed(shipment.departure[0], leave_time=f"{before:%Y%m%d%H%M%S}")


def coming_back(shipment: Shipment) -> Any:
    return with_line(shipment.master[0], 0, invt_no=shipment.sold[0].given)


def cancelled_twice(shipment: Shipment) -> Any:
    shipment.desk.wait((TRIP.when("605") - shipment.desk.now).total_seconds())
    shipment.desk.send(shipment.cancelled())
    return shipment.cancelled(cop_no="AGAIN", guid="A" * 36)


def gone(shipment: Shipment) -> Any:
    shipment.report(*shipment.arrival)
    shipment.report(*shipment.departure)
    return shipment.cancelled()


CASES: list[tuple[str, str, int, Callable[[Shipment], Any]]] = [
    ("ARR-03", "507", 100, unapproved),
    ("ARR-03/customs", "507", 100, lambda s: changed(s.arrival[0], customs_code="9999")),
    ("ARR-04", "507", 100, left),
    ("DEP-01", "509", 100, lambda s: s.departure[0]),
    ("DEP-01", "509", 100, lambda s: with_line(s.departure[0], 1, logistics_no="UNKNOWN")),
    ("DEP-01/time", "509", 399, too_early),
    ("WB-03", "509", 100, another_bill),
    ("WB-01", "607", 100, lambda s: with_line(s.master[0], 1, logistics_no="UNKNOWN")),
    ("WB-01/head", "607", 100, lambda s: changed(s.master[0], traf_mode="2")),
    ("WB-01/value", "607", 100, another_master),
    ("WB-03/master", "607", 100, second_master),
    ("WB-02", "607", 120, heavy),
    ("WB-04", "607", 100, coming_back),
    ("CAN-01", "605", -623003, lambda s: s.cancelled(invt_no="99992026E000000001")),
    ("CAN-02", "605", -623005, gone),
    ("CAN-03", "605", -623014, lambda s: s.cancelled(customs_code="9999")),
    ("CAN-04", "605", -623009, cancelled_twice),
]
every_case = pytest.mark.parametrize(
    ("row", "kind", "status", "document"), CASES, ids=[f"{row} {i}" for i, (row, *_) in enumerate(CASES)]
)


@every_case
def test_a_breach_is_answered(row: str, kind: str, status: int, document: Callable[[Shipment], Any]) -> None:
    """The row speaks, with the answer it names, and no list moves."""
    shipment = Shipment()
    breach = document(shipment)
    before = shipment.states()
    decision = last([one for one in shipment.report(breach) if one.subject.guid == head_of(breach).guid], kind)
    assert row in rows(decision)
    assert int(decision.status) == status
    if status not in {120, 399} and row != "CAN-04":  # there the first cancellation takes its way
        assert shipment.states() == before


@every_case
def test_without_its_row_a_breach_goes_unseen(
    row: str, kind: str, status: int, document: Callable[[Shipment], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule taken out of the table does not speak: the test above would fail."""
    tables: list[dict[Any, Any]] = [ALONE, CHECKS, AT_CUSTOMS]
    for table in tables:
        for place, checks in table.items():
            monkeypatch.setitem(table, place, tuple(pair for pair in checks if pair[1].row != row))
    shipment = Shipment()
    breach = document(shipment)
    decisions = [one for one in shipment.report(breach) if one.subject.guid == head_of(breach).guid]
    assert all(row not in rows(one) for one in decisions)


def test_goods_may_leave_in_the_second_they_are_released() -> None:
    """DEP-01: T-1s is a remark, T is none; refused in strict."""
    for seconds, spoken in ((-1, {"DEP-01/time"}), (0, set[str]())):
        shipment = Shipment()
        shipment.report(*shipment.arrival)
        held = shipment.desk.held(shipment.listed())
        assert held is not None
        at = from_ms(held.released_ms) + timedelta(seconds=seconds)
        leaves = changed(shipment.departure[0], leave_time=f"{at:%Y%m%d%H%M%S}")
        assert rows(last(shipment.report(leaves), "509")) == spoken


def test_the_heads_of_a_split_document_agree() -> None:
    """One message of it with another vehicle: nobody knows which is right, both are rejected (ARR-01)."""
    shipment = Shipment(2, split=1)
    shipment.report(*shipment.master)
    first, second = shipment.arrival
    decisions = shipment.report(first, changed(second, domestic_traf_no="ANOTHER"))
    assert {row for one in decisions if one.subject.kind == "507" for row in rows(one)} == {"ARR-01"}
    assert shipment.states() == [APPROVED, APPROVED]


def test_a_departure_of_a_list_that_did_not_arrive_closes_nothing() -> None:
    """899 without 800 does not happen, nor 800 without 507."""
    shipment = Shipment()
    shipment.report(*shipment.departure)
    assert shipment.states() == [APPROVED, APPROVED]
    shipment.report(with_lines(shipment.arrival[0], 0))
    assert shipment.states() == [RELEASED, APPROVED]


# --- the machines -----------------------------------------------------------------------------------------------------

MOVING = ("507", "509", "605", "607")
ROWS = [(kind, row) for kind in MOVING for row in MACHINES[kind]]
every_row = pytest.mark.parametrize(
    ("kind", "row"), ROWS, ids=[f"{kind} {row.source.name} {row.input} {row.target.name}" for kind, row in ROWS]
)
MOVES = {Input.ARRIVE, Input.INSPECT, Input.RELEASE, Input.DEPART, Input.WITHDRAW}
OF_OTHERS = [row for row in MACHINES["603"] if row.input in MOVES]


def brought_to(kind: str, state: State) -> tuple[Desk, Any]:
    """A desk on which a document that moves lists stands in a state, and the lists where it finds them."""
    shipment = Shipment(profile=with_delays(1))
    if kind == "509":
        shipment.report(*shipment.arrival)
    by_kind: dict[str, list[Any]] = {
        "507": shipment.arrival,
        "509": shipment.departure,
        "607": shipment.master,
        "605": [shipment.cancelled()],
    }
    document = by_kind[kind][0]
    bring(shipment.desk, document, state)
    return shipment.desk, document


@every_row
def test_an_arc_is_taken(kind: str, row: Transition) -> None:
    """From its source its input leads to its target, and the return says so."""
    desk, document = brought_to(kind, row.source)
    assert perform(desk, document, row.input) == [{State.DELETED: 2}.get(row.target, int(row.target))]
    assert desk.state(document) is row.target


@every_row
def test_an_arc_taken_out_is_missed(kind: str, row: Transition, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the row the input is refused, or the step is not taken, and the document stays where it was."""
    desk, document = brought_to(kind, row.source)
    monkeypatch.delitem(machines._ARCS[kind], (row.source, row.input))
    before = desk.held(document)
    assert all(status < 0 or status == 100 for status in perform(desk, document, row.input))
    after = desk.held(document)
    assert (after and after.state) == (before and before.state)


@pytest.mark.parametrize("row", OF_OTHERS, ids=lambda row: f"{row.source.name} {row.input}")
@pytest.mark.parametrize("there", [True, False])
def test_a_list_is_moved_by_its_row(row: Transition, there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another document does to a list is an arc of the list: without the row it stays where it is."""
    inspected = row.input in {Input.INSPECT, Input.RELEASE}
    shipment = Shipment(profile=replace(STANDARD, inspection_rate=1.0 if inspected else 0.0))
    if row.source is not State.APPROVED:
        shipment.report(*shipment.arrival) if row.input is not Input.RELEASE else None
    if not there:
        monkeypatch.delitem(machines._ARCS["603"], (row.source, row.input))
    moved_by = {Input.DEPART: shipment.departure, Input.WITHDRAW: [shipment.cancelled()]}
    shipment.report(*moved_by.get(row.input, shipment.arrival))
    told = [*shipment.desk.statuses(shipment.listed()), shipment.states()[0]]
    assert (int(row.target) in told[4:]) is there
