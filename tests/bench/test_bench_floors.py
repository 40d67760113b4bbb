"""The floors, the exit code and the report."""

import pytest

from swsim.loadtests.bench.bodies import Size
from swsim.loadtests.bench.floors import FLOORS, Floor, Standing, exit_code
from swsim.loadtests.bench.parsing import Parsing
from swsim.loadtests.bench.run import Pass, Result, together
from swsim.loadtests.bench.table import text

GOOD: dict[str, float | None] = {
    "hundred_wiremock": 0.8,
    "single_wiremock": 1.6,
    "hundred_bound": 0.3,
    "read_bare": 2.1,
}


@pytest.mark.parametrize(
    ("ratio", "standing"),
    [
        (0.69, Standing.MISSED),
        (0.7, Standing.FLOOR),
        (0.99, Standing.FLOOR),
        (1.0, Standing.AIM),
        (None, Standing.UNMEASURED),
    ],
)
def test_a_ratio_stands_to_floor_and_aim(ratio: float | None, standing: Standing) -> None:
    assert Floor("x", "x", floor=0.7, aim=1.0).standing(ratio) is standing


@pytest.mark.parametrize(("ratio", "standing"), [(3.1, Standing.MISSED), (3.0, Standing.FLOOR), (2.0, Standing.FLOOR)])
def test_a_cost_must_not_exceed_its_floor(ratio: float | None, standing: Standing) -> None:
    assert Floor("x", "x", floor=3.0, at_most=True).standing(ratio) is standing


@pytest.mark.parametrize("name", [floor.name for floor in FLOORS])
def test_each_floor_decides_the_exit_code(name: str) -> None:
    bad = 99.0 if name == "read_bare" else 0.01
    assert exit_code(GOOD, failed=False) == 0
    assert exit_code(GOOD | {name: bad}, failed=False) == 1
    assert exit_code(GOOD | {name: None}, failed=False) == 2


def test_a_failed_run_fails_whatever_was_reached() -> None:
    assert exit_code(GOOD, failed=True) == 1


def measured() -> Result:
    result = Result(Size(3, 2, 100), 8, 60, "2026-01-05T09:00:00+08:00")
    for drift in (1.0, 2.0, 4.0):  # the machine is slow in the second and third round, both sides alike
        result.parsing.append(Parsing(bare=30_000 / drift, read=15_000 / drift))
        result.swsim["hundred"].append(Pass(2, 200, 9_000 / drift, 9_000 / drift, 11.0, 0.1, 0.0, 0.9, 20.0, 40.0))
        result.wiremock["hundred"].append(Pass(2, 200, 10_000 / drift, None, 16.0, 0.1, 0.0, 0.9, 20.0, 40.0))
        result.swsim["single"].append(Pass(100, 100, 3_000 / drift, 3_000 / drift, 0.3, 0.1, 0.0, 0.9, 2.0, 4.0))
        result.wiremock["single"].append(Pass(100, 100, 2_000 / drift, None, 0.9, 0.1, 0.0, 0.9, 2.0, 4.0))
    result.wiremock_warm["hundred"].append(Pass(2, 200, 18_000, None, 6.0, 0.1, 0.0, None, 9.0, 20.0))
    result.wiremock_warm["single"].append(Pass(100, 100, 6_000, None, 0.3, 0.1, 0.0, None, 1.0, 2.0))
    return result


def test_ratios_are_taken_within_a_round() -> None:
    assert measured().ratios() == pytest.approx(
        {"hundred_wiremock": 0.9, "single_wiremock": 1.5, "hundred_bound": 0.3, "read_bare": 2.0}
    )


def test_a_warm_wiremock_stands_beside_and_has_no_floor() -> None:
    result = measured()
    assert result.warm_ratios() == pytest.approx({"hundred": 0.25, "single": 0.25})
    assert text(result, result.ratios()).count("0.25  no floor") == 2


def test_passes_over_one_folder_make_one() -> None:
    passes = [Pass(2, 200, rate, None, spent, 0.1, 0.0, None, 9.0, rate / 10) for rate, spent in ((100, 4), (300, 2))]
    assert together(passes) == Pass(4, 400, 150, None, 3, 0.1, 0, None, 9.0, 30.0)


def test_what_was_not_measured_is_said() -> None:
    result = measured()
    result.wiremock = result.wiremock_warm = {"hundred": [], "single": []}
    result.notes.append("java is missing")
    report = text(result, result.ratios())
    assert result.ratios()["hundred_wiremock"] is None
    assert report.count("not measured") == 6
    assert "note: java is missing" in report


def test_the_report_shows_rates_standing_and_failures() -> None:
    result = measured()
    result.failures.append("of 200 lists 199 have reached 399")
    report = text(result, result.ratios())
    assert [word in report for word in ("4,500", "1,500", "floor met", "aim met", "FAILED: of 200 lists 199")] == [
        True
    ] * 5
