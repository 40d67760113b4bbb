"""The switches of the duties (DUT-01..10): how soon data have to be there, and what a breach does to the list."""

from dataclasses import dataclass
from typing import Any

from swsim.simulator.clock import ClockError, read_duration
from swsim.simulator.codes.status import ReturnStatus

TRANSMITTED = ("303", "403", "505")
"""What is transmitted in real time (实时传输): transaction, collection, logistics."""
LONGEST = 366 * 86_400
SECONDS: list[dict[str, Any]] = [
    {"type": "number", "minimum": 0, "maximum": LONGEST},
    {"type": "string", "pattern": "^P"},
]
"""JSON Schemas of seconds and of an ISO 8601 duration."""
ANSWERS = {
    "finding": 0,
    "review": int(ReturnStatus.IN_REVIEW),
    "inspect": int(ReturnStatus.UNDER_INSPECTION),
    "refuse": int(ReturnStatus.REJECTED),
}
"""What a breach does to the list it concerns: nothing but a finding, or the status customs answers."""
Duties = dict[str, str]
"""Rows or ids of the duties to ANSWERS; where a row is not named a breach is a finding alone."""


@dataclass(frozen=True, slots=True)
class Lags:
    """Seconds from appTime to receipt that still are real time: of every kind, or of kinds with their own."""

    others: float = 3600.0
    kinds: tuple[tuple[str, float], ...] = ()

    def of(self, kind: str) -> float:
        """The limit of a kind."""
        return next((seconds for named, seconds in self.kinds if named == kind), self.others)

    def __str__(self) -> str:
        return ", ".join([f"{self.others:g} s", *(f"{kind} {seconds:g} s" for kind, seconds in self.kinds)])


def read_lags(given: Any) -> Lags:
    """Seconds or an ISO 8601 duration, or a table of them by kind with ``*`` for the others; ValueError."""
    said = given if isinstance(given, dict) else {"*": given}
    if unknown := sorted(said.keys() - {*TRANSMITTED, "*"}):
        raise ValueError(f"expected kinds {', '.join(TRANSMITTED)} or *, got {', '.join(map(str, unknown))}")
    read = {kind: _seconds(value) for kind, value in said.items()}
    return Lags(read.pop("*", Lags().others), tuple(sorted(read.items())))


def _seconds(given: Any) -> float:
    try:
        seconds = read_duration(given).total_seconds() if isinstance(given, str) else given
    except ClockError:
        seconds = None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= LONGEST:
        raise ValueError(f"expected seconds or an ISO 8601 duration such as PT30M, at most a year, got {given!r}")
    return float(seconds)


def read_duties(given: Any) -> Duties:
    """A table of rows to answers; the rows are held against the table of duties by `profiles.checked`."""
    if not isinstance(given, dict) or not all(isinstance(one, str) and one in ANSWERS for one in given.values()):
        raise ValueError(f"expected a table of duties to {', '.join(ANSWERS)}, got {given!r}")
    return dict(given)
