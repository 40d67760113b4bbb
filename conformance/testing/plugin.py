"""The pytest plugin: `single_window`, `customs_clock` and `chains` in every test that asks for them.

A single window runs in the process of the tests (of each worker, under pytest-xdist), every test gets a sandbox of its
own on a virtual clock. Nothing of the simulator is imported before a test asks for a fixture.

    @pytest.mark.customs(profile="strict", regime="2024-167", now="2026-01-05T09:00:00+08:00")
    def test_parcel(single_window, customs_clock, chains): ...
"""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from datetime import datetime

    from swsim.conformance.testing.in_process import InProcess
    from swsim.conformance.testing.line import CustomsClock, Line
    from swsim.conformance.testing.trade import Trade

DEFAULTS = {"profile": "standard", "regime": "2018-194", "now": "2026-01-05T09:00:00+08:00", "seed": 1}
"""What a sandbox is made with where neither the marker nor an ini option says otherwise."""
LINES_SHOWN = 40
"""Lines of what customs decided that a failed test shows, the newest."""
_LINE = pytest.StashKey["Line"]()
_NUMBERS = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The ini options."""
    for name, value in DEFAULTS.items():
        parser.addini(f"customs_{name}", f"{name} of the sandboxes of the single_window fixture", default=str(value))


def pytest_configure(config: pytest.Config) -> None:
    """The marker."""
    config.addinivalue_line(
        "markers",
        "customs(profile=, regime=, now=, seed=, registry=): how the sandbox of the single_window fixture is made",
    )


@pytest.fixture(scope="session")
def _single_window_process() -> Iterator[InProcess]:
    """The simulator of these tests."""
    from swsim.conformance.testing.in_process import InProcess  # noqa: PLC0415 - only where a test asks for it

    with InProcess() as process:
        yield process


@pytest.fixture
def single_window(request: pytest.FixtureRequest, _single_window_process: InProcess) -> Iterator[Line]:
    """A sandbox of this test's own: `url` for the enterprise under test, and what a test asks of customs."""
    from swsim.conformance.testing.line import Line  # noqa: PLC0415 - only where a test asks for it

    line = Line(_single_window_process.url, f"test-{next(_NUMBERS)}")
    settings = _settings(request)
    now = settings.pop("now")
    made = {"id": line.sandbox, "clock": {"mode": "virtual", "now": now}} | settings
    line.call("POST", f"{line.simulator}/_control/sandboxes", json.dumps(made).encode())
    request.node.stash[_LINE] = line
    yield line
    line.ask("DELETE", "")


@pytest.fixture
def customs_clock(single_window: Line) -> CustomsClock:
    """The virtual clock of the test's sandbox."""
    from swsim.conformance.testing.line import CustomsClock  # noqa: PLC0415 - only where a test asks for it

    return CustomsClock(single_window)


@pytest.fixture
def chains(request: pytest.FixtureRequest, customs_clock: CustomsClock) -> Callable[..., Trade]:
    """Makes consistent orders, receipts, waybills and lists: ``chains(3)``, ``chains(1, defect="wrong-total")``."""
    from swsim.conformance.testing.trade import Trade  # noqa: PLC0415 - only where a test asks for it

    seed, first = int(_settings(request)["seed"]), itertools.count()

    def make(count: int = 1, *, defect: str = "", at: datetime | None = None) -> Trade:
        indices = [next(first) for _ in range(count)]
        return Trade.of(seed, indices, at or customs_clock.now, defect)

    return make


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test shows what its customs decided."""
    report = yield
    line = item.stash.get(_LINE, None)
    if report.when == "call" and report.failed and line is not None:
        report.sections.append(("customs (海关)", "\n".join(line.trail()[-LINES_SHOWN:])))
    return report


def _settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    """What the marker says, above the ini options; UsageError for what a sandbox does not know."""
    settings: dict[str, Any] = {name: request.config.getini(f"customs_{name}") for name in DEFAULTS}
    for marker in request.node.iter_markers("customs"):
        known = {*DEFAULTS, "registry"}
        if marker.args or (unknown := marker.kwargs.keys() - known):
            given = list(marker.args) or sorted(unknown)
            raise pytest.UsageError(f"mark.customs: expected keywords of {sorted(known)}, got {given}")
        settings = marker.kwargs | {k: v for k, v in settings.items() if k not in marker.kwargs}
        break  # the marker nearest to the test
    settings["seed"] = int(settings["seed"])
    return settings
