"""The term until 2018 (SUM-02): the 10th, rolled; December's lists by its last working day."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

import pytest
from core_desk import STANDARD, STRICT, rows
from core_month import Month

from swsim.fixtures.chain import BEIJING
from swsim.simulator.clock import to_ms
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.codes.working_days import OLD_TERM
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.months import judgements, late, late_from
from swsim.simulator.profile import PROFILES
from swsim.simulator.registry import Registry

OLD = PROFILES["2016-26"]
SECOND = timedelta(seconds=1)


def facts(term: str) -> Facts:
    """What is known under a term."""
    return Facts(OLD if term == OLD_TERM else STANDARD, "2018-194", Registry("open", {}))


@pytest.mark.parametrize(
    ("month", "due"),
    [
        ("2017-01", "2017-02-10"),
        ("2017-05", "2017-06-12"),  # the 10th is a Saturday
        ("2017-12", "2017-12-29"),  # the 30th begins the New Year's holiday
        ("2018-09", "2018-10-10"),
        ("2018-12", "2018-12-29"),  # an adjusted working Saturday
        ("2026-12", "2026-12-31"),
    ],
)
def test_the_old_term_has_its_days(month: str, due: str) -> None:
    """Of the calendar; a month is late the day after."""
    at = late(month, facts(OLD_TERM))
    assert (at - timedelta(days=1)).date().isoformat() == due
    assert at == late_from(month, Codes.builtin(), OLD_TERM)


@pytest.mark.parametrize(("before", "is_late"), [(SECOND, False), (timedelta(0), True), (-SECOND, True)])
def test_a_summary_is_late_after_the_tenth(before: timedelta, is_late: bool) -> None:
    """T-1s, T, T+1s; a remark in `standard`."""
    month = Month(replace(STANDARD, summary_term="2016-26"))
    decision = month.judge(at=datetime(2026, 2, 11, tzinfo=BEIJING) - before)
    assert ("SUM-01" in rows(decision)) is is_late


@pytest.mark.parametrize(("term", "refused"), [("2018-194", True), ("2016-26", False)])
def test_december_is_summed_up_in_december_under_the_old_term_alone(
    term: Literal["2018-194", "2016-26"], refused: bool
) -> None:
    """SUM-04 speaks of a month that runs, but December's lists were due in it."""
    month = Month(replace(STRICT, summary_term=term))
    closed = to_ms(datetime(2026, 12, 15, tzinfo=BEIJING))
    for index in (0, 1):
        month.changed(index, closed_ms=closed)
    decision = month.judge(at=datetime(2026, 12, 20, tzinfo=BEIJING))
    assert ("SUM-04" in rows(decision)) is refused


def test_a_month_is_judged_when_its_term_is_over() -> None:
    """Due work of lists closed in December: at the end of its last working day; of a list closed behind it, at once."""
    closed = datetime(2017, 12, 15, tzinfo=BEIJING)
    (event,) = judgements([to_ms(closed)], closed, facts(OLD_TERM))
    assert event.at == datetime(2017, 12, 30, tzinfo=BEIJING)
    last = datetime(2017, 12, 31, 12, tzinfo=BEIJING)
    (event,) = judgements([to_ms(last)], last, facts(OLD_TERM))
    assert event.at == last
