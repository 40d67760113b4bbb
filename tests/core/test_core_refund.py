"""Returned goods: an application (213), the site's tally (215), what must be so beforehand (rules.md §11)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import orjson
import pytest
from core_desk import AT, STRICT, changed, head_of, rows, with_delays
from core_shipment import TRIP, Shipment, with_line, with_lines
from core_ways import bring, perform

from swsim.fixtures.later import refund, tally
from swsim.simulator.clock import from_ms, to_ms
from swsim.simulator.core import machines
from swsim.simulator.core.checks_reused import months_later
from swsim.simulator.core.machines import MACHINES, Input, Transition
from swsim.simulator.core.model import PART, WHOLE, Decision, State
from swsim.simulator.core.rules import CHECKS

OTHER_GUID = "B" * 36


class Returned:
    """A shipment that has left, and the application and tally of its first list, every line of it in full."""

    def __init__(self, *, left: bool = True, **settings: Any) -> None:
        self.shipment = Shipment(**settings)
        if left:
            self.shipment.report(*self.shipment.arrival)
            self.shipment.report(*self.shipment.departure)
        self.desk, self.listed = self.shipment.desk, self.shipment.sold[0].chain.inventory
        made = refund(TRIP, self.shipment.sold[0])
        same = ("gnum", "gcode", "gname", "gmodel", "qty", "qty1", "qty2", "unit", "unit1", "unit2")
        kind = type(made.lines[0])
        values: list[dict[str, Any]] = [{name: line.raw(name) for name in same} for line in self.listed.lines]
        lines = [kind(**line, note=None) for line in values]
        self.application = made.replaced(lines=tuple(lines))
        self.tally = tally(TRIP, self.shipment.sold[0])

    def report(self, *documents: Any) -> list[Decision]:
        """As of a shipment."""
        return self.shipment.report(*documents)

    def again(self, **head: Any) -> Any:
        """Another application for the same list."""
        return changed(self.application, **{"co_el_no": "AGAIN", "guid": OTHER_GUID} | head)

    def statuses(self) -> list[int]:
        """The returns of the application."""
        return self.desk.statuses(self.application)


# --- the way back -----------------------------------------------------------------------------------------------------


def test_goods_come_back_when_the_site_has_tallied_them() -> None:
    """213 is stored, 215 approved, then 213 released (RET-10); the list stays closed."""
    returned = Returned()
    returned.report(returned.application)
    assert returned.statuses() == [2, 3, 120]
    decisions = returned.report(returned.tally)
    assert [int(one.status) for one in decisions if one.subject.kind == "215"] == [2, 3, 399]
    assert returned.statuses() == [2, 3, 120, 800]
    assert returned.desk.state(returned.listed) is State.CLOSED


def test_a_tally_may_come_before_the_application() -> None:
    """Then the application is released as soon as it is stored."""
    returned = Returned()
    returned.report(returned.tally)
    returned.report(returned.application)
    assert returned.statuses() == [2, 3, 120, 800]


@pytest.mark.parametrize("first", ["213", "215"])
def test_a_tally_may_name_the_waybill_only(first: str) -> None:
    """RET-10: invtNo of a 215 is optional; then its waybill is that of the application, whichever came first."""
    returned = Returned()
    bare = changed(returned.tally, invt_no=None)
    pair = (returned.application, bare) if first == "213" else (bare, returned.application)
    returned.report(pair[0])
    returned.report(pair[1])
    assert returned.statuses() == [2, 3, 120, 800]


@pytest.mark.parametrize("first", ["213", "215"])
@pytest.mark.parametrize(
    "other", [{"invt_no": None, "logistics_no": "ANOTHER"}, {"invt_no": "99992026E000000001"}], ids=["waybill", "list"]
)
def test_a_tally_of_other_goods_releases_nothing(first: str, other: dict[str, Any]) -> None:
    """Of another waybill, and of another list though under the same waybill: the list goes first."""
    returned = Returned()
    tallied = changed(returned.tally, **other)
    pair = (returned.application, tallied) if first == "213" else (tallied, returned.application)
    returned.report(pair[0])
    returned.report(pair[1])
    assert returned.statuses() == [2, 3, 120]


def test_a_tally_of_another_list_releases_nothing() -> None:
    """It speaks of the list whose number it bears."""
    returned = Returned()
    returned.report(returned.application)
    returned.report(tally(TRIP, returned.shipment.sold[1]))
    assert returned.statuses() == [2, 3, 120]


# --- what must be so beforehand ---------------------------------------------------------------------------------------


def twice(returned: Returned) -> Any:
    returned.report(returned.application)
    return returned.again()


def late(returned: Returned) -> Any:
    held = returned.desk.held(returned.listed)
    assert held is not None
    released = datetime.fromtimestamp(held.released_ms / 1000, AT.tzinfo)
    return changed(returned.application, app_time=f"{released + timedelta(days=366):%Y%m%d%H%M%S}")


def abroad(returned: Returned, at: str, **listed: Any) -> Any:
    """The application at another customs, on a day; the list has other values in its head."""
    held = returned.desk.held(returned.listed)
    assert held is not None
    document = held.document.replaced(head=held.document.head.replaced(**listed))
    kept = replace(held, content=orjson.dumps(document, default=tuple), decoded=None, app_time="20240101000000")
    returned.desk.kept[held.serial] = kept
    other = next(code for code in ("2203", "5141") if code != returned.application.head.customs_code)
    return changed(returned.application, customs_code=other, app_time=at)


def half_a_year(returned: Returned, days: int) -> str:
    """appTime some days behind the half year since release."""
    held = returned.desk.held(returned.listed)
    assert held is not None
    return f"{months_later(from_ms(held.released_ms), 6) + timedelta(days=days):%Y%m%d%H%M%S}"


def food(returned: Returned) -> Any:
    """Goods of chapter 21."""
    held = returned.desk.held(returned.listed)
    assert held is not None
    lines = [line.replaced(gcode="2106909090") for line in held.document.lines]
    document = held.document.replaced(lines=tuple(lines))
    returned.desk.kept[held.serial] = replace(held, content=orjson.dumps(document, default=tuple), decoded=None)
    lines = [line.replaced(gcode="2106909090") for line in returned.application.lines]
    return returned.application.replaced(lines=tuple(lines))


def exported(returned: Returned, at: str) -> Any:
    """Released at another time, returned the day after."""
    held = returned.desk.held(returned.listed)
    assert held is not None
    released = datetime.fromisoformat(at)
    returned.desk.kept[held.serial] = replace(held, released_ms=to_ms(released))
    return changed(returned.application, app_time=f"{released + timedelta(days=1):%Y%m%d%H%M%S}")


def edge_of_a_return(returned: Returned) -> list[Any]:
    """What RET-07 and RET-11 let pass: 9610 abroad since 13 March 2026, the last day of the half year."""
    return [
        abroad(returned, "20260313000000"),
        changed(returned.application, app_time=half_a_year(returned, 0)),
        exported(returned, "2023-01-30T00:00:00+08:00"),
        exported(returned, "2027-12-31T23:59:59+08:00"),
    ]


@pytest.mark.parametrize("place", range(4))
def test_the_edge_of_place_and_time_is_on_the_right_side(place: int) -> None:
    """No word of RET-07 or RET-11."""
    returned = Returned()
    decision = returned.desk.send(edge_of_a_return(returned)[place])[0]
    assert rows(decision) & {"RET-07", "RET-07/pilot", "RET-11"} == set()


CASES: list[tuple[str, int, tuple[bool, bool], Callable[[Returned], Any]]] = [
    ("RET-04", -625204, (True, True), lambda r: changed(r.application, invt_no="99992026E000000001")),
    ("RET-01", -625001, (True, True), late),
    ("RET-05", -625001, (True, True), lambda r: changed(r.application, ebc_code=r.listed.head.owner_code)),
    ("RET-05", -625001, (True, True), lambda r: changed(r.application, ebp_code=r.listed.head.owner_code)),
    ("RET-02/line", -625209, (True, True), lambda r: with_line(r.application, 0, gnum=9)),
    ("RET-02/line", -625209, (True, True), lambda r: with_line(r.application, 1, gcode="0101210010")),
    ("RET-02/same", -625001, (True, True), lambda r: with_line(r.application, 0, gname="别的商品")),
    ("RET-02/same", -625001, (True, True), lambda r: with_line(r.application, 0, unit="035")),
    ("RET-03/sum", -625001, (True, True), lambda r: with_line(r.application, 0, qty=Decimal("2.00001"))),
    ("RET-03/sum", -625001, (True, True), lambda r: with_line(r.application, 1, qty1=Decimal("1.20001"))),
    ("RET-03/sum", -625001, (True, True), twice),
]
CASES += [
    ("RET-07", 100, (False, True), lambda r: abroad(r, "20241214235959")),
    ("RET-07", 100, (False, True), lambda r: abroad(r, "20260313000000", trade_mode="1210")),
    ("RET-07/pilot", -625001, (False, False), lambda r: abroad(r, "20241215000000")),
    ("RET-07/pilot", -625001, (False, False), lambda r: abroad(r, "20260312235959")),
    ("RET-11", -625001, (False, False), lambda r: changed(r.application, app_time=half_a_year(r, 1))),
    ("RET-11", -625001, (False, False), food),
    ("RET-11", -625001, (False, False), lambda r: exported(r, "2023-01-29T23:59:59+08:00")),
]
IDS = [f"{row} {i}" for i, (row, *_) in enumerate(CASES)]


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_breach_is_answered(
    case: tuple[str, int, tuple[bool, bool], Callable[[Returned], Any]], strict: bool
) -> None:
    """The row speaks, refuses in the profiles it should, and answers with its code."""
    row, code, refuses, document = case
    returned = Returned()
    breach = document(returned)
    if strict:
        returned.desk.profile = STRICT
    decision = returned.desk.send(breach)[0]
    assert row in rows(decision)
    assert (row in {fault.rule for fault in decision.faults}) is refuses[strict]
    assert not refuses[strict] or int(decision.status) == code or "MSG-04/ahead" in rows(decision)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_without_its_row_a_breach_goes_unseen(
    case: tuple[str, int, tuple[bool, bool], Callable[[Returned], Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule taken out of the table does not speak."""
    row, _, _, document = case
    for place, checks in CHECKS.items():
        monkeypatch.setitem(CHECKS, place, tuple(pair for pair in checks if pair[1].row != row))
    returned = Returned()
    assert row not in rows(returned.desk.send(document(returned))[0])


@pytest.mark.parametrize("strict", [False, True])
def test_goods_of_a_list_that_has_not_left_are_not_returned(strict: bool) -> None:
    """Shut out before departure: that is a cancellation (RET-04); ours, so a remark in `standard`."""
    returned = Returned(left=False)
    if strict:
        returned.desk.profile = STRICT
    returned.desk.wait((TRIP.when("213") - returned.desk.now).total_seconds())
    decision = returned.desk.send(returned.application)[0]
    assert "RET-04/state" in rows(decision)
    assert (int(decision.status) == 100) is strict


def test_without_its_row_nobody_asks_whether_goods_have_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for the others."""
    for place, checks in CHECKS.items():
        monkeypatch.setitem(CHECKS, place, tuple(pair for pair in checks if pair[1].row != "RET-04/state"))
    returned = Returned(left=False)
    assert "RET-04/state" not in rows(returned.desk.send(returned.application)[0])


@pytest.mark.parametrize("seconds", [0, 1])
def test_the_last_day_of_the_year_still_counts(seconds: int) -> None:
    """The end of the day a year after release, and one second more (RET-01)."""
    returned = Returned()
    held = returned.desk.held(returned.listed)
    assert held is not None
    released = datetime.fromtimestamp(held.released_ms / 1000, AT.tzinfo)
    end = released.replace(year=released.year + 1, hour=23, minute=59, second=59) + timedelta(seconds=seconds)
    decision = returned.desk.send(changed(returned.application, app_time=f"{end:%Y%m%d%H%M%S}"))[0]
    assert ("RET-01" in rows(decision)) is bool(seconds)


def test_goods_come_back_in_parts_up_to_what_was_sent() -> None:
    """One piece and one piece of two; a third is too many, and a rejected application does not count (RET-03)."""
    returned = Returned()
    part = with_line(with_lines(returned.application, 0), 0, qty=Decimal(1), qty1=Decimal(1))
    for place in range(3):
        one = changed(part, co_el_no=f"PART-{place}", guid=f"{place}" * 36)
        assert ("RET-03/sum" in rows(returned.desk.send(one)[0])) is (place == 2)


def tallied(returned: Returned) -> None:
    returned.report(returned.tally)


def looked_at(returned: Returned, status: int) -> None:
    """Somebody looks at the goods before they are released: 300, 500 or 600 (RET-10)."""
    returned.desk.order(returned.application, status, ahead=True)
    returned.report(returned.tally)
    assert returned.statuses()[-2:] == [status, State.RELEASED]


def kept_back(returned: Returned) -> None:
    """The application is kept when it should be released, then let go."""
    returned.desk.order(returned.application, keep=True)
    returned.report(returned.tally)
    assert returned.statuses()[-1] == State.STORED
    returned.desk.order(returned.application, keep=False)


def released_by_order(returned: Returned) -> None:
    """A person releases it, without a tally."""
    returned.desk.order(returned.application, int(State.RELEASED))


WAYS: dict[str, Callable[[Returned], None]] = {
    "at once": tallied,
    "after a review": lambda returned: looked_at(returned, State.IN_REVIEW),
    "after an inspection": lambda returned: looked_at(returned, State.UNDER_INSPECTION),
    "after a suspension": lambda returned: looked_at(returned, State.SUSPENDED),
    "let go": kept_back,
    "by order": released_by_order,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("lines", "much"), [((0,), PART), ((0, 1), WHOLE)])
def test_goods_are_back_however_their_application_is_released(way: str, lines: tuple[int, ...], much: int) -> None:
    """The list tells how much of it came back, which the summary goes by (RET-12)."""
    returned = Returned()
    returned.application = with_lines(returned.application, *lines)
    returned.report(returned.application)
    WAYS[way](returned)
    held = returned.desk.held(returned.listed)
    assert held is not None
    assert (returned.statuses()[-1], held.returned) == (State.RELEASED, much)


# --- the machines -----------------------------------------------------------------------------------------------------

ROWS = [(kind, row) for kind in ("213", "215") for row in MACHINES[kind] if row.input is not Input.RELEASE]


def brought_to(kind: str, state: State) -> tuple[Returned, Any]:
    """Goods on their way back, the application or tally in a state."""
    returned = Returned(profile=with_delays(1))
    document = returned.application if kind == "213" else returned.tally
    bring(returned.desk, document, state)
    return returned, document


@pytest.mark.parametrize(("kind", "row"), ROWS, ids=[f"{k} {r.source.name} {r.input}" for k, r in ROWS])
@pytest.mark.parametrize("there", [True, False])
def test_an_arc_is_taken_where_it_is(kind: str, row: Transition, there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """From its source its input leads to its target; without the row the document stays where it was."""
    returned, document = brought_to(kind, row.source)
    if not there:
        monkeypatch.delitem(machines._ARCS[kind], (row.source, row.input))
    before = returned.desk.state(document)
    told = perform(returned.desk, document, row.input)
    if there:
        assert told == [{State.DELETED: 2}.get(row.target, int(row.target))]
        assert returned.desk.state(document) is row.target
    else:
        assert all(status < 0 or status == 100 for status in told)
        assert returned.desk.state(document) is before


def test_without_its_arc_nothing_is_released(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tally leaves the application where it stands."""
    monkeypatch.delitem(machines._ARCS["213"], (State.STORED, Input.RELEASE))
    returned = Returned()
    returned.report(returned.application)
    returned.report(returned.tally)
    assert returned.statuses() == [2, 3, 120]


def test_a_deleted_application_counts_no_more() -> None:
    """A rejected one may be deleted, and its goods come back under another."""
    returned = Returned()
    bring(returned.desk, returned.application, State.REJECTED)
    returned.desk.send(deletion_of(returned.application))
    assert "RET-03/sum" not in rows(returned.desk.send(returned.again())[0])


def deletion_of(application: Any) -> Any:
    """The deletion of an application."""
    at = datetime.strptime(head_of(application).app_time, "%Y%m%d%H%M%S").replace(tzinfo=AT.tzinfo)
    time = f"{at + timedelta(minutes=1):%Y%m%d%H%M%S}"
    return changed(application, app_type="3", app_time=time, guid="C" * 36)
