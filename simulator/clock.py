"""Time of a sandbox: real, scaled or virtual. Everything customs decides reads this clock; the line reads real time."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Literal

BEIJING = timezone(timedelta(hours=8))
_EPOCH, _MILLISECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(milliseconds=1)
"""The specification's times are Beijing time; China has had no daylight saving since 1991."""

Mode = Literal["real", "scaled", "virtual"]
YEARS = range(1970, 9000)
"""Where a sandbox clock may stand: what is added to it stays a time."""
NEAR = timedelta(hours=36)
"""An appTime this near to a clock was made by it (architecture, decision 7)."""

_DURATION = re.compile(
    r"P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?", re.ASCII
)


class ClockError(ValueError):
    """A clock was asked to do what it cannot; the text says what was expected and received."""


class ClockRunsForwardError(ClockError):
    """A clock was asked to go back."""


@dataclass(frozen=True, slots=True)
class Clock:
    """`origin` is sandbox time at real time `since`; `factor` is 1 for real, 0 for virtual."""

    mode: Mode
    origin: datetime
    since: datetime
    factor: float

    def now(self, real: datetime) -> datetime:
        """Sandbox time at the real time `real`, in Beijing time, whole milliseconds."""
        moved = self.origin + (real - self.since) * self.factor
        return floor_ms(moved.astimezone(BEIJING))

    def real_delay(self, at: datetime, real: datetime) -> float | None:
        """Real seconds until sandbox time `at`; None on a frozen clock."""
        if not self.factor:
            return None
        return max(0.0, (at - self.now(real)).total_seconds() / self.factor)

    def moved_to(self, at: datetime) -> "Clock":
        """A virtual clock that stands at `at`; ClockError when it would go back or is not virtual."""
        if self.mode != "virtual":
            raise ClockError(f"clock: expected a virtual clock to move, this one is {self.mode}")
        if at < self.origin:
            raise ClockRunsForwardError(
                f"clock: expected a time not before {self.origin.isoformat()}, got {at.isoformat()}; reset instead"
            )
        return replace(self, origin=floor_ms(at.astimezone(BEIJING)))


def read_clock(text: str, real: datetime) -> Clock:
    """`real`, `scaled:60`, `scaled:60:<ISO time>` or `virtual:<ISO time>`."""
    mode, _, rest = text.partition(":")
    if mode == "real" and not rest:
        return Clock("real", real, real, 1.0)
    if mode == "virtual" and rest:
        return Clock("virtual", read_instant(rest), real, 0.0)
    factor, _, start = rest.partition(":")
    if mode == "scaled" and factor.replace(".", "", 1).isdigit() and 0 < float(factor) <= 1_000_000:
        return Clock("scaled", read_instant(start) if start else real, real, float(factor))
    raise ClockError(f"clock: expected real, scaled:60 or virtual:2026-01-05T09:00:00+08:00, got {text!r}")


def real_now() -> datetime:
    """Real time, aware. The only place that reads the machine's clock for customs."""
    return datetime.now(UTC)


def floor_ms(at: datetime) -> datetime:
    """`at` in whole milliseconds, as returnTime has them."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def read_instant(text: str) -> datetime:
    """ISO 8601 to Beijing time; a time without zone is Beijing time."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ClockError(f"time: expected ISO 8601 such as 2026-01-05T09:00:00+08:00, got {text!r}") from None
    if at.year not in YEARS:
        raise ClockError(f"time: expected a year from {YEARS.start} to {YEARS.stop - 1}, got {text!r}")
    return (at.replace(tzinfo=BEIJING) if at.tzinfo is None else at).astimezone(BEIJING)


def later(at: datetime, by: timedelta) -> datetime:
    """`at` moved by a duration; ClockError where that is no time a clock may stand at."""
    try:
        moved = at + by
        if moved.year in YEARS:
            return moved
    except OverflowError:
        pass
    raise ClockError(f"duration: expected one that ends before the year {YEARS.stop}, got {by.days} days")


def read_duration(text: str) -> timedelta:
    """ISO 8601 duration of days to seconds, ``P5DT4H``."""
    found = _DURATION.fullmatch(text)
    if not found or text in {"P", "PT"} or text.endswith("T"):
        raise ClockError(f"duration: expected ISO 8601 such as P5DT4H or PT30S, got {text!r}")
    try:
        return timedelta(**{name: float(value) for name, value in found.groupdict().items() if value})
    except OverflowError:
        raise ClockError(f"duration: expected at most {timedelta.max.days} days, got {text!r}") from None


def to_ms(at: datetime) -> int:
    """Whole milliseconds since 1970."""
    return (at - _EPOCH) // _MILLISECOND


def from_ms(value: int) -> datetime:
    """Beijing time of milliseconds since 1970."""
    return datetime.fromtimestamp(value // 1000, BEIJING).replace(microsecond=value % 1000 * 1000)


@lru_cache(maxsize=4096)
def read_compact(text: str) -> datetime | None:
    """``YYYYMMDDhhmmss`` as Beijing time, None where it is no real date-time (MSG-04)."""
    if len(text) != 14 or not text.isascii() or not text.isdigit():
        return None
    try:
        return datetime.fromisoformat(f"{text[:8]}T{text[8:]}").replace(tzinfo=BEIJING)
    except ValueError:
        return None


def compact(at: datetime, *, milliseconds: bool = False) -> str:
    """Beijing time as ``yyyyMMddHHmmss``, with ``fff`` for a returnTime (MSG-05)."""
    at = at.astimezone(BEIJING)
    text = f"{at.year:04d}{at:%m%d%H%M%S}"
    return f"{text}{at.microsecond // 1000:03d}" if milliseconds else text


def shifted(at: datetime, by: timedelta) -> datetime:
    """An enterprise-made time as customs judges it; a time at the end of all times stays."""
    try:
        return at + by
    except OverflowError:
        return at


def translation(app_time: datetime | None, sandbox_now: datetime, real: datetime, how: str) -> timedelta:
    """What to add to every enterprise-made time of a message (architecture, decision 7)."""
    if how == "follow" or app_time is None:
        return timedelta(0)
    shift = timedelta(seconds=round((sandbox_now - real).total_seconds()))
    if how == "always":
        return shift
    if abs(app_time - sandbox_now) <= NEAR:
        return timedelta(0)
    return shift if abs(app_time - real) <= NEAR else timedelta(0)
