"""Months of closed lists: to which a list belongs, until when it is to be summed up and declared (rules.md SUM-01).

A list belongs to the month in which it was closed (899), Beijing time. "Before the 15th" is read as by the end of the
due day, so `late_from` is midnight after it.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from swsim.simulator.clock import BEIJING, from_ms, to_ms
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.codes.working_days import OLD_TERM, TERM
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.model import Event, Stage

MILLISECOND = timedelta(milliseconds=1)


def month_of(at: datetime) -> str:
    """``YYYY-MM`` in Beijing time."""
    at = at.astimezone(BEIJING)
    return f"{at.year:04d}-{at.month:02d}"


def month_of_ms(value: int) -> str:
    """The same of milliseconds since 1970."""
    return month_of(from_ms(value))


def starts_at(month: str) -> datetime:
    """The first instant of a month; ValueError where it is none."""
    year, _, number = month.partition("-")
    if len(year) != 4 or len(number) != 2 or not (year + number).isascii() or not (year + number).isdigit():
        raise ValueError(f"month: expected YYYY-MM, got {month!r}")
    try:
        return datetime(int(year), int(number), 1, tzinfo=BEIJING)
    except ValueError:
        raise ValueError(f"month: expected YYYY-MM, got {month!r}") from None


def ends_at(month: str) -> datetime:
    """The last millisecond of a month."""
    first = starts_at(month)
    return first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1) - MILLISECOND


def span(month: str) -> tuple[int, int]:
    """First and last millisecond of a month."""
    return to_ms(starts_at(month)), to_ms(ends_at(month))


def late_from(month: str, codes: Codes, term: str = TERM) -> datetime:
    """The first instant at which a summary or a declaration of a month's lists is late; `term` by SUM-02."""
    first = starts_at(month)
    due = codes.days.summary_due(first.year, first.month, term).day
    return datetime(due.year, due.month, due.day, tzinfo=BEIJING) + timedelta(days=1)


def late(month: str, facts: Facts) -> datetime:
    """The same, as this customs reads the term."""
    return late_from(month, facts.codes, facts.profile.summary_term)


def runs(month: str, now: datetime, facts: Facts) -> bool:
    """Whether a month is not over, so that its lists are not due (SUM-04); December's were due in it (SUM-02)."""
    in_december = facts.profile.summary_term == OLD_TERM and month.endswith("-12")
    return month >= month_of(now) and not in_december


def judgements(closed: Iterable[int], now: datetime, facts: Facts) -> list[Event]:
    """Due work for the months of lists closed just now (milliseconds): each month is judged once it is late.

    A month of which a list was closed after that, by a forced decision, is judged again at once.
    """
    events = []
    for month in sorted({month_of_ms(one) for one in closed}):
        until = late(month, facts)
        if month in facts.months and until > now:
            continue
        facts.months.add(month)
        events.append(Event(max(until, now), Stage.MONTH, 0, month, []))
    return events
