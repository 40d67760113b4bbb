"""What the bench must reach: one row a floor, and how a measured ratio stands to it."""

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """How a ratio stands to its floor and its aim."""

    MISSED = "MISSED"
    FLOOR = "floor met"
    AIM = "aim met"
    UNMEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class Floor:
    """A ratio that must be reached. `at_most` turns it round: the ratio must not exceed the floor."""

    name: str
    title: str
    floor: float
    aim: float | None = None
    at_most: bool = False

    def standing(self, ratio: float | None) -> Standing:
        """Judge a ratio; None is one that could not be measured."""
        if ratio is None:
            return Standing.UNMEASURED
        if not self._reached(ratio, self.floor):
            return Standing.MISSED
        return Standing.AIM if self.aim is not None and self._reached(ratio, self.aim) else Standing.FLOOR

    def _reached(self, ratio: float, mark: float) -> bool:
        return ratio <= mark if self.at_most else ratio >= mark


FLOORS = (
    Floor("hundred_wiremock", "100-list CEB603, final lists/s, to WireMock", floor=0.7, aim=1.0),
    Floor("single_wiremock", "single CEB603, final lists/s, to WireMock", floor=1.0, aim=1.5),
    Floor("hundred_bound", "100-list CEB603, final lists/s, to lxml's bound", floor=0.2),
    Floor("read_bare", "parse + validate + decode, time to lxml's bare parse + validate", floor=3.0, at_most=True),
)


def exit_code(ratios: dict[str, float | None], *, failed: bool) -> int:
    """1 when a run failed or a floor is missed, 2 when one could not be measured, 0 when all are reached."""
    standings = [floor.standing(ratios.get(floor.name)) for floor in FLOORS]
    if failed or Standing.MISSED in standings:
        return 1
    return 2 if Standing.UNMEASURED in standings else 0
