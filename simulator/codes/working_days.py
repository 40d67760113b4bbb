"""Working days in China (工作日): the plain week, less days of rest and with adjusted working days (调休上班).

The State Council gives each year's days out in the November before. Frozen here up to the last notice known; a year
beyond is answered by the plain week and marked provisional. A user's `calendar.csv` adds a year.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from swsim.simulator.codes.sheets import Sheet

SATURDAY = 5
DUE_DAY = 15
TERM, OLD_TERM = "2018-194", "2016-26"
"""Announcements that say when a month's lists are due; the older one held until the end of 2018 (SUM-02)."""
OLD_DUE_DAY, DECEMBER = 10, 12


class Due(NamedTuple):
    """A day something is due; `provisional` where the year's notice is not known yet."""

    day: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Days that differ from the plain week (True: of work), with the name of their holiday, and the years known."""

    days: Mapping[date, bool]
    names: Mapping[date, str]
    years: frozenset[int]
    source: str

    def is_working(self, day: date) -> bool:
        """Whether `day` is a working day; of a year not known, by the plain week."""
        return self.days.get(day, day.weekday() < SATURDAY)

    def is_provisional(self, day: date) -> bool:
        """Whether the notice for the year of `day` is not known."""
        return day.year not in self.years

    def roll(self, day: date) -> Due:
        """`day` itself if it is a working day, else the first one after it (顺延至其后的第一个工作日)."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return Due(day, self.is_provisional(day))

    def roll_back(self, day: date) -> Due:
        """`day` itself if it is a working day, else the last one before it."""
        while not self.is_working(day):
            day -= timedelta(days=1)
        return Due(day, self.is_provisional(day))

    def summary_due(self, year: int, month: int, term: str = TERM) -> Due:
        """When the lists closed in a month are to be summarised: the 15th of the month after, rolled (2018-194 art. 11).

        Under 2016-26 (art. 7, ASSUMED) the 10th, rolled, and December's by the last working day of December.
        """
        if term == OLD_TERM and month == DECEMBER:
            return self.roll_back(date(year, DECEMBER, 31))
        day = OLD_DUE_DAY if term == OLD_TERM else DUE_DAY
        return self.roll(date(year + month // 12, month % 12 + 1, day))


def days_of(sheet: Sheet, base: WorkingDays | None = None, origin: str = "") -> WorkingDays:
    """The calendar of a sheet; over `base` it extends that, its own days going first."""
    days = dict(base.days) if base else {}
    names = dict(base.names) if base else {}
    years = set(base.years) if base else set()
    for row in sheet.rows:
        day = date.fromisoformat(row["date"])
        days[day], names[day] = row["kind"] == "work", row["zh"]
        years.add(day.year)
    source = sheet.header.get("source") or origin
    return WorkingDays(days, names, frozenset(years), f"{base.source}; {source}" if base else source)
