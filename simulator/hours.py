"""When customs is slow and when nothing answers: factors by the hour of the day (Beijing time) and by load, windows of
outage.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from swsim.simulator.clock import BEIJING, ClockError, read_instant, to_ms

Stretch = tuple[float, ...]
"""By hour of the day (24): what a delay that begins in it is multiplied by. Empty: by nothing."""
MOST = 1000.0
"""A factor beyond it is a mistake."""
_DAY = timedelta(days=1)
_HOURS = re.compile(r"(\d{1,2})-(\d{1,2})", re.ASCII)
_DAILY = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


class Queue(NamedTuple):
    """Thousandths of documents that were in hand at a time (sandbox time, milliseconds since 1970)."""

    level: int = 0
    at_ms: int = 0


NOBODY = Queue()
"""Nothing waits."""


@dataclass(frozen=True, slots=True)
class Load:
    """Documents that come in wait in a queue, of which `works_off` leave each second. A delay that begins while
    `doubles_at` wait takes twice as long, while twice as many wait thrice, and so on, at most `most` times.
    """

    works_off: float
    doubles_at: float
    most: float

    def left(self, queue: Queue, at: datetime) -> int:
        """What of a queue is left at a time, in thousandths of documents."""
        return max(0, queue.level - int(self.works_off * max(0, to_ms(at) - queue.at_ms)))

    def joined(self, queue: Queue, count: int, at: datetime) -> Queue:
        """The queue when `count` documents have come in."""
        return Queue(self.left(queue, at) + count * 1000, to_ms(at))

    def factor(self, queue: Queue, at: datetime) -> float:
        """What a delay that begins at a time is multiplied by."""
        return min(self.most, 1 + self.left(queue, at) / 1000 / self.doubles_at)

    def __str__(self) -> str:
        return f"{self.works_off:g} a second, twice as long at {self.doubles_at:g}, at most {self.most:g} times"


@dataclass(frozen=True, slots=True)
class Outage:
    """A window in which nothing answers: from `begin` until before `end`, every day where they are times since midnight
    (a window that ends before it begins goes over midnight).
    """

    begin: datetime | timedelta
    end: datetime | timedelta

    def over(self, at: datetime) -> datetime:
        """`at`, or the end of the window where it lies in it."""
        if isinstance(self.begin, datetime) or isinstance(self.end, datetime):
            assert isinstance(self.begin, datetime)  # noqa: S101 - `read_outages` makes both of one kind
            assert isinstance(self.end, datetime)  # noqa: S101 - same
            return self.end.astimezone(BEIJING) if self.begin <= at < self.end else at
        local = at.astimezone(BEIJING)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        since = local - midnight
        if self.begin < self.end:
            return midnight + self.end if self.begin <= since < self.end else at
        if since >= self.begin:
            return midnight + _DAY + self.end
        return midnight + self.end if since < self.end else at


def answered_at(at: datetime, outages: tuple[Outage, ...]) -> datetime:
    """The first moment from `at` on that lies in no window."""
    for _ in range(len(outages) + 1):  # the end of one may lie in another
        moved = at
        for outage in outages:
            moved = outage.over(moved)
        if moved == at:
            break
        at = moved
    return at


def read_stretch(given: Any) -> Stretch:
    """``{"20-24": 5}``: hours from, up to; the factor. ValueError."""
    if not isinstance(given, dict):
        raise ValueError(f'expected a table of hours such as "20-24" = 5, got {given!r}')
    factors = [1.0] * 24
    for hours, factor in given.items():
        found = _HOURS.fullmatch(hours)
        begin, end = map(int, found.groups()) if found else (0, 0)
        if not begin < end <= 24:
            raise ValueError(f'expected hours of the day such as "20-24", got {hours!r}')
        if isinstance(factor, bool) or not isinstance(factor, int | float) or not 0 <= factor <= MOST:
            raise ValueError(f"expected a factor from 0 to {MOST:g} for {hours}, got {factor!r}")
        factors[begin:end] = [float(factor)] * (end - begin)
    return tuple(factors) if given else ()


LOAD = ("works_off", "doubles_at", "most")


def read_load(given: Any) -> Load:
    """``{"works_off": 20, "doubles_at": 500, "most": 10}``; ValueError."""
    form = "a table of works_off (documents a second), doubles_at (documents) and most (a factor from 1 to 1000)"
    if not isinstance(given, dict) or given.keys() != set(LOAD):
        raise ValueError(f"expected {form}, got {given!r}")
    values = [given[name] for name in LOAD]
    if not all(isinstance(one, int | float) and not isinstance(one, bool) and 0 < one <= 1e6 for one in values):
        raise ValueError(f"expected {form}, numbers above 0, got {given!r}")
    if not 1 <= given["most"] <= MOST:
        raise ValueError(f"expected {form}, got most {given['most']!r}")
    return Load(*map(float, values))


def read_outages(given: Any) -> tuple[Outage, ...]:
    """``["22:00-23:30", "2026-01-05T10:00/2026-01-05T12:00"]``: every day, or once. ValueError."""
    form = 'a list of windows such as "22:00-23:30" (every day) or "2026-01-05T10:00/2026-01-05T12:00"'
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise ValueError(f"expected {form}, got {given!r}")
    return tuple(_outage(one, form) for one in given)


def _outage(text: str, form: str) -> Outage:
    if found := _DAILY.fullmatch(text):
        hour, minute, end_hour, end_minute = map(int, found.groups())
        begin, end = timedelta(hours=hour, minutes=minute), timedelta(hours=end_hour, minutes=end_minute)
        if begin != end:
            return Outage(begin, end)
    first, slash, second = text.partition("/")
    if slash:
        try:
            once = Outage(read_instant(first), read_instant(second))
        except ClockError as error:
            raise ValueError(f"expected {form}, got {text!r}: {error}") from None
        if once.begin < once.end:  # type: ignore[operator] # both are instants
            return once
    raise ValueError(f"expected {form}, got {text!r}")
