"""How long a step takes: a distribution of seconds, asked for by a share from 0 to 1. Pure functions of that share."""

import math
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

LONGEST = 86400.0 * 366
"""Seconds; a delay beyond it is a mistake."""
P95 = 1.6448536269514722
"""Standard deviations above the median below which 95 % of a normal distribution lie."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Seconds from one stage to the next, between `least` and `most`.

    Drawn evenly, unless there are `points` (share, seconds), between which it is drawn evenly, or a `median` and a
    `spread`, the standard deviation of its logarithm (lognormal, cut at `least` and `most`).
    """

    least: float
    most: float
    points: tuple[tuple[float, float], ...] = ()
    median: float = 0.0
    spread: float = 0.0

    def draw(self, share: float) -> timedelta:
        """The delay that a `share` (0..1) of all lies below, in whole milliseconds (returnTime has no more)."""
        return timedelta(milliseconds=round(self.seconds(share) * 1000))

    def seconds(self, share: float) -> float:
        """The same in seconds."""
        if self.points:
            return _between(self.points, share)
        if self.median:
            return min(max(self.median * math.exp(self.spread * _deviation(share)), self.least), self.most)
        return self.least + (self.most - self.least) * share

    def __str__(self) -> str:
        if self.points:
            return ", ".join(f"p{share * 100:g} {seconds:g}" for share, seconds in self.points)
        if self.median:
            p95 = self.median * math.exp(self.spread * P95)
            return f"median {self.median:g}, p95 {p95:g}, {self.least:g}-{self.most:g}"
        return f"{self.least:g}" if self.least == self.most else f"{self.least:g}-{self.most:g}"


NO_DELAY = Delay(0, 0)
FORMS = "seconds, [least, most], {median, p95, least, most} or percentiles {p0, p50, ..., p100}"


def read_delay(given: Any) -> Delay:
    """A delay from TOML or JSON, in one of FORMS; ValueError."""
    if isinstance(given, dict):
        return _lognormal(given) if "median" in given else _percentiles(given)
    pair = given if isinstance(given, list) else [given, given]
    if len(pair) != 2 or not all(map(_is_seconds, pair)) or pair[0] > pair[1]:
        raise ValueError(f"expected {FORMS}, got {given!r}")
    return Delay(float(pair[0]), float(pair[1]))


def _lognormal(given: dict[str, Any]) -> Delay:
    least, most = given.get("least", 0), given.get("most", LONGEST)
    values = [least, given["median"], given.get("p95"), most]
    if not given.keys() <= {"median", "p95", "least", "most"} or not all(map(_is_seconds, values)):
        raise ValueError(f"expected {FORMS}, got {given!r}")
    if not (0 < given["median"] <= given["p95"] and least <= given["median"] <= most):
        raise ValueError(f"expected 0 < median <= p95 and least <= median <= most, got {given!r}")
    spread = math.log(given["p95"] / given["median"]) / P95
    return Delay(float(least), float(most), median=float(given["median"]), spread=spread)


def _percentiles(given: dict[str, Any]) -> Delay:
    points = []
    for name, seconds in given.items():
        share = name[1:].replace(".", "", 1)
        if name[:1] != "p" or not (share.isascii() and share.isdigit()) or not _is_seconds(seconds):
            raise ValueError(f"expected {FORMS}, got {given!r}")
        points.append((float(name[1:]) / 100, float(seconds)))
    points.sort()
    rising = all(before[1] <= after[1] for before, after in pairwise(points))
    if not points or (points[0][0], points[-1][0]) != (0.0, 1.0) or not rising:
        raise ValueError(f"expected percentiles from p0 to p100 that rise, got {given!r}")
    return Delay(points[0][1], points[-1][1], tuple(points))


def _is_seconds(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LONGEST


def _between(points: tuple[tuple[float, float], ...], share: float) -> float:
    for (low, fast), (high, slow) in pairwise(points):
        if share <= high:
            return fast + (slow - fast) * (share - low) / (high - low)
    return points[-1][1]


def _deviation(share: float) -> float:
    """The standard normal deviate below which a share lies, found by halving (`statistics` would bring `random` in)."""
    low, high = -8.0, 8.0
    for _ in range(50):
        middle = (low + high) / 2
        if math.erfc(-middle / math.sqrt(2)) / 2 < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2
