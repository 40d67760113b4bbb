"""Working days and due days: vectors computed by hand from the State Council's notices."""

from datetime import date, timedelta

import pytest

from swsim.simulator.codes.lookup import Codes
from swsim.simulator.codes.working_days import Due

DAYS = Codes.builtin().days


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2021, 2, 18), True),  # first working day after the Spring Festival
        (date(2021, 2, 17), False),
        (date(2024, 2, 18), True),  # an adjusted working Sunday
        (date(2024, 2, 17), False),
        (date(2026, 2, 24), True),
        (date(2026, 2, 23), False),
        (date(2026, 2, 28), True),  # an adjusted working Saturday
        (date(2026, 2, 14), True),
        (date(2026, 1, 2), False),  # a Friday of the New Year's holiday
        (date(2026, 10, 10), True),
        (date(2015, 2, 15), True),  # an adjusted working Sunday
        (date(2025, 10, 8), False),
    ],
)
def test_working_days(day: date, works: bool) -> None:
    """Days of rest and adjusted working days of the notices."""
    assert DAYS.is_working(day) is works


@pytest.mark.parametrize(
    ("closed", "due"),
    [
        ((2021, 1), date(2021, 2, 18)),
        ((2024, 1), date(2024, 2, 18)),
        ((2024, 8), date(2024, 9, 18)),
        ((2026, 1), date(2026, 2, 24)),
        ((2019, 5), date(2019, 6, 17)),
        ((2020, 1), date(2020, 2, 17)),
        ((2022, 9), date(2022, 10, 17)),
        ((2022, 12), date(2023, 1, 16)),
        ((2024, 5), date(2024, 6, 17)),
        ((2024, 11), date(2024, 12, 16)),
        ((2025, 5), date(2025, 6, 16)),
        ((2026, 7), date(2026, 8, 17)),
        ((2026, 10), date(2026, 11, 16)),
        ((2025, 12), date(2026, 1, 15)),  # no roll
        ((2015, 1), date(2015, 2, 15)),  # a working Sunday: no roll
    ],
)
def test_the_summary_of_a_month_is_due_on_the_rolled_15th_of_the_next(closed: tuple[int, int], due: date) -> None:
    """The 15th, or the first working day after it where it is a day of rest."""
    assert DAYS.summary_due(*closed) == Due(due, provisional=False)


def test_a_year_without_a_notice_is_provisional() -> None:
    """2027 is not known: the plain week answers, and says so."""
    assert DAYS.summary_due(2026, 12) == Due(date(2027, 1, 15), provisional=True)
    assert DAYS.is_provisional(date(2027, 1, 1))
    assert not DAYS.is_provisional(date(2026, 12, 31))


def test_each_year_is_known_and_moves_as_many_days_as_its_notice_can() -> None:
    """2006 to 2026 without a gap; a file of exceptions holds only days that differ from the plain week."""
    assert sorted(DAYS.years) == list(range(2006, 2027))
    assert [day for day, works in DAYS.days.items() if works == (day.weekday() < 5)] == []
    assert all(DAYS.names[day] for day in DAYS.days)


def test_2026_as_the_notice_of_2025_11_04_has_it() -> None:
    """Every day of rest on a weekday and every working day of a weekend, typed from the notice."""
    spans = [("01-01", "01-03"), ("02-15", "02-23"), ("04-04", "04-06"), ("05-01", "05-05"), ("06-19", "06-21")]
    spans += [("09-25", "09-27"), ("10-01", "10-07")]
    rest: set[date] = set()
    for first, last in spans:
        day = date.fromisoformat(f"2026-{first}")
        while day <= date.fromisoformat(f"2026-{last}"):
            rest.add(day)
            day += timedelta(days=1)
    work = {date.fromisoformat(f"2026-{day}") for day in ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10")}
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]

    assert [d for d in year if DAYS.is_working(d)] == [
        d for d in year if d in work or (d.weekday() < 5 and d not in rest)
    ]
