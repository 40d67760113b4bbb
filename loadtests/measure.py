"""What a load run is told and what it brings home. Free of Locust, so the command line and the tests may import it.

Times are milliseconds of the sender's clock. A *final return* is the return that ends a list (603): 399, 100 or a code
below 0; for the reference enterprise it is the moment at which its own state of the order says so.
"""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from swsim.reports.model import LoadResult

MOST_USERS = 1000
GRACE = 10.0
"""Seconds that orders under way get to end in when the sending has stopped."""

FINAL = "FINAL"
"""Request type under which Locust counts a final return, beside GET, POST and DELETE."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One scenario to run. `duration` in seconds of sending, `url` the simulator, `enterprise` its intake."""

    scenario: str
    users: int
    duration: float
    url: str
    sandbox: str = "default"
    enterprise: str = ""
    seed: int = 1
    grace: float = GRACE

    def __post_init__(self) -> None:
        """ValueError names what is out of bounds."""
        if not 1 <= self.users <= MOST_USERS:
            raise ValueError(f"1 to {MOST_USERS} users, not {self.users}")
        if not 0 < self.duration < math.inf or not 0 <= self.grace <= GRACE:
            raise ValueError(
                f"a duration above 0 s and a grace of 0 to {GRACE:.0f} s, not {self.duration}, {self.grace}"
            )
        if self.scenario == "enterprise" and not self.enterprise:
            raise ValueError("the scenario `enterprise` needs the address of the enterprise's intake")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result, why what failed failed (reason -> how often), and how many orders were cut off in good health."""

    result: LoadResult
    reasons: dict[str, int]
    under_way: int = 0


PATIENCE = 2.0
"""How many times as long as the slowest order that ended an order may have waited at the cut and still be under way."""


@dataclass(slots=True)
class Tally:
    """Raw samples of a run. `request` is a listener of Locust's event of that name; `clock` gives seconds."""

    clock: Callable[[], float] = perf_counter
    http: list[float] = field(default_factory=list)
    final: list[float] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    under_way: dict[int, float] = field(default_factory=dict)
    """Order -> when it was sent."""
    sent: int = 0
    first_at: float = 0.0
    last_at: float = 0.0

    def request(
        self, *, request_type: str, name: str, response_time: float, exception: BaseException | None = None, **_: Any
    ) -> None:
        """Count one request or one final return. Only what is handed in (POST) counts as HTTP time: a poll may wait."""
        if exception is not None:
            self.reasons[f"{name}: {exception}"] += 1
        elif request_type == "POST":
            self.http.append(response_time)
        if request_type == FINAL:
            self.final.append(response_time)

    def began(self, started: float) -> int:
        """An order was sent at `started` and its end will be waited for; returns the number to end it with."""
        self.sent += 1
        self.under_way[self.sent] = started
        self.first_at = self.first_at or started
        return self.sent

    def ended(self, number: int) -> float:
        """An order has ended; returns how long that took, in milliseconds."""
        self.last_at = self.clock()
        return (self.last_at - self.under_way.pop(number)) * 1000

    def failed(self, reason: str) -> None:
        """Something went wrong that is no request."""
        self.reasons[reason] += 1

    def outcome(self, plan: Plan) -> Outcome:
        """The figures, taken when the run is cut.

        Customs may take longer than the grace (profile `standard`: up to 13 s), so an order without an end is a failure
        only if it has waited `PATIENCE` times as long as the slowest that ended, or none has. It is in no percentile.
        """
        reasons = dict(self.reasons)
        now, slowest = self.clock(), max(self.final, default=0.0)
        lost = sum((now - started) * 1000 > slowest * PATIENCE for started in self.under_way.values())
        if lost:
            reasons["no final return"] = lost
        seconds = self.last_at - self.first_at if self.final else plan.duration
        result = LoadResult(
            scenario=plan.scenario,
            users=plan.users,
            seconds=round(seconds, 3),
            sent=self.sent,
            final=len(self.final),
            failures=sum(reasons.values()),
            per_second=round(len(self.final) / seconds, 2) if seconds else 0.0,
            http_p50=percentile(self.http, 50),
            http_p95=percentile(self.http, 95),
            final_p50=percentile(self.final, 50),
            final_p95=percentile(self.final, 95),
            final_max=percentile(self.final, 100),
        )
        return Outcome(result, reasons, len(self.under_way) - lost)


def percentile(samples: Sequence[float], percent: float) -> float:
    """The smallest sample that `percent` of them do not exceed (nearest rank), in whole µs; 0.0 without samples."""
    if not samples:
        return 0.0
    rank = max(1, math.ceil(len(samples) * percent / 100))
    return round(sorted(samples)[rank - 1], 3)
