"""Summaries: each row refuses or remarks what breaks it; merged lines keep every line, sum and key; deadlines."""

from datetime import datetime, timedelta

import pytest
from core_desk import FIRMS, STANDARD, STRICT, changed, rows
from core_month import IN_TIME, LATE, Month, named, ranged
from core_shipment import TRIP

from swsim.fixtures.chain import BEIJING
from swsim.fixtures.later import Fate, Sold, cancel, summaries
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core import checks_summary, rules
from swsim.simulator.core.model import PART, WHOLE, Decision, State
from swsim.simulator.core.months import ends_at, late_from, month_of, span, starts_at
from swsim.simulator.core.rules import RULES
from swsim.simulator.profile import Profile

OTHER = "1101960X99"


def broken(row: str, profile: Profile) -> Decision:
    """A summary that breaks a row of customs."""
    month = Month(profile)
    number = month.summary.lines[0].invt_no
    if row == "SUM-06/unknown":
        return month.judge(named(month, f"{number[:9]}999999999"))
    if row == "SUM-03/closed":
        return month.changed(state=int(State.WITHDRAWN)).judge()
    if row == "SUM-06/ebc":
        return month.changed(sum_ref=f"B~{FIRMS.district.code}~{OTHER}").judge()
    if row == "SUM-06/customs":
        return month.changed(sum_ref=f"B~0000~{FIRMS.ebc.code}").judge()
    if row == "STA-06":
        return month.changed(sum_ref=f"A~{FIRMS.district.code}~{FIRMS.ebc.code}").judge()
    if row == "SUM-14/second":
        return month.changed(sum_no="22442026S000000001").judge()
    if row == "SUM-03/returned":
        return month.changed(returned=WHOLE).judge()
    if row == "SUM-05/nothing":
        return month.judge(ranged(month, "20260201000000", "20260201000001"))
    if row == "SUM-04":
        return month.judge(at=datetime(2026, 1, 31, 23, 59, 59, tzinfo=BEIJING))
    if row == "SUM-01":
        return month.judge(at=LATE)
    assert row == "SUM-10/producer"
    return month.judge(changed(month.summary, summary_flag="1"))


MINE = [rule for rule in RULES if rule.check.__module__ == checks_summary.__name__ and rule.kinds == ("701",)]
every_row = pytest.mark.parametrize("row", [rule.row for rule in MINE])
ALWAYS = {
    "SUM-06/unknown",
    "SUM-03/closed",
    "SUM-06/ebc",
    "SUM-06/customs",
    "STA-06",
    "SUM-14/second",
    "SUM-05/nothing",
}
"""Rows that refuse in both columns; SUM-10 only remarks, the others refuse in `strict`."""


@every_row
@pytest.mark.parametrize("profile", [STANDARD, STRICT], ids=lambda one: one.name)
def test_what_breaks_a_row_is_answered(row: str, profile: Profile) -> None:
    """100 or a remark, by column; nothing else speaks."""
    decision = broken(row, profile)
    refuses = row in ALWAYS or (profile is STRICT and row != "SUM-10/producer")
    assert rows(decision) == {row}
    assert (decision.status, decision.state) == ((100, 100) if refuses else (399, 399))


@every_row
def test_without_its_row_nobody_speaks(row: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row taken out of the table leaves its breach unseen."""
    for place, checks in rules.CHECKS.items():
        monkeypatch.setitem(rules.CHECKS, place, tuple(pair for pair in checks if pair[1].row != row))
    assert rows(broken(row, STANDARD)) == set()


def test_a_sound_summary_gets_its_number() -> None:
    """399 with a sumNo of customs, year, S and nine digits; in both columns without a word."""
    for profile in (STANDARD, STRICT):
        month = Month(profile)
        decision = month.judge()
        assert (decision.status, rows(decision)) == (399, set())
        assert decision.held is not None
        assert decision.held.sum_no == f"{FIRMS.district.code}2026S{decision.held.serial:09d}"


def test_a_list_in_a_summary_cannot_be_cancelled() -> None:
    """SUM-14: -623005 beside CAN-02, as a closed list cannot be cancelled anyway."""
    month = Month().changed(sum_no="22442026S000000001")
    decision = month.desk.send(cancel(TRIP, month.shipment.sold[0]))[0]
    assert (decision.status, rows(decision)) == (-623005, {"SUM-14/cancel", "CAN-02"})


@pytest.mark.parametrize(("second", "late"), [(-1, False), (0, True), (1, True)])
def test_the_due_day_ends_at_midnight(second: int, late: bool) -> None:
    """T-1s is in time, T and T+1s are not (SUM-01)."""
    decision = Month().judge(at=LATE + timedelta(seconds=second))
    assert rows(decision) == ({"SUM-01"} if late else set())


@pytest.mark.parametrize(("second", "taken"), [(-1, False), (0, True), (1, True)])
def test_a_range_has_its_end(second: int, taken: bool) -> None:
    """A list closed at T is taken by a range that ends at T, not by one that ends a second earlier."""
    month = Month()
    held = month.desk.held(month.shipment.listed())
    assert held is not None
    closed = datetime.fromtimestamp(held.closed_ms // 1000, BEIJING) + timedelta(seconds=second)
    decision = month.judge(ranged(month, "20260101000000", f"{closed:%Y%m%d%H%M%S}"))
    assert rows(decision) == (set() if taken else {"SUM-05/nothing"})


@pytest.mark.parametrize(("second", "month"), [(-1, "2026-01"), (0, "2026-02"), (1, "2026-02")])
def test_a_month_ends_at_midnight_in_beijing(second: int, month: str) -> None:
    """Not at midnight UTC."""
    edge = datetime(2026, 2, 1, tzinfo=BEIJING) + timedelta(seconds=second)
    assert month_of(edge) == month
    assert month_of(edge.astimezone(tz=None)) == month


@pytest.mark.parametrize(
    ("month", "due"),
    [("2021-01", "2021-02-18"), ("2024-01", "2024-02-18"), ("2026-01", "2026-02-24"), ("2025-12", "2026-01-15")],
)
def test_a_month_is_late_the_day_after_it_is_due(month: str, due: str) -> None:
    """The vectors of due days, a December among them."""
    assert (late_from(month, Codes.builtin()) - timedelta(days=1)).date().isoformat() == due


def test_a_month_has_a_first_and_a_last_millisecond() -> None:
    """December runs into the next year; what is no month is refused."""
    assert ends_at("2025-12") + timedelta(milliseconds=1) == starts_at("2026-01")
    assert span("2026-02")[1] - span("2026-02")[0] == 28 * 86_400_000 - 1
    for wrong in ("2026-13", "2026-1", "26-01", "", "2026-0１"):
        with pytest.raises(ValueError, match="expected YYYY-MM"):
            starts_at(wrong)


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 3, 1)])
def test_a_split_summary_acts_when_its_last_part_is_in(order: tuple[int, ...]) -> None:
    """Whatever the order: one sumNo for all parts, none before."""
    month = Month(count=3)
    sold = [Sold(one.chain, Fate.LEAVES, one.given) for one in month.shipment.sold]
    parts = {part.head.msg_seq_no: part for part in summaries(TRIP, sold, 1)}
    assert len(parts) == 3
    month.desk.wait((IN_TIME - month.desk.now).total_seconds())
    for place, number in enumerate(order, 1):
        month.desk.send(parts[number])
        month.desk.wait(60)
        states = {int(month.desk.state(parts[n])) for n in order[:place]}
        assert states == ({399} if place == 3 else {3})
    kept = [month.desk.held(part) for part in parts.values()]
    assert len({one.sum_no for one in kept if one is not None}) == 1


def test_goods_that_come_back_mark_their_list() -> None:
    """213 and 215 done: PART where a line stays abroad, WHOLE where none does."""
    from swsim.fixtures.later import refund, tally  # noqa: PLC0415 - only here

    month = Month()
    one = month.shipment.sold[0]
    application = refund(TRIP, one)
    whole = {line.gnum for line in application.lines} == {line.gnum for line in one.chain.inventory.lines}
    month.desk.wait(21 * 86400.0)
    month.desk.send(application)
    month.desk.settle()
    month.desk.send(tally(TRIP, one))
    month.desk.settle()
    held = month.desk.held(one.chain.inventory)
    assert held is not None
    assert held.returned == (WHOLE if whole else PART)
