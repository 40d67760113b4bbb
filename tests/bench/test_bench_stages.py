"""The stages: each names a function that is there, and their times add up."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from swsim.loadtests.bench import stages
from swsim.loadtests.bench.bodies import Size, build


@pytest.mark.parametrize("stage", stages.STAGES, ids=lambda stage: stage.title)
def test_a_stage_names_a_function_of_the_simulator(stage: stages.Stage) -> None:
    holder, name = stages.owner_of(stage)
    assert callable(getattr(holder, name))


def test_time_inside_another_stage_is_not_counted_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([0.0, 1.0, 3.0, 4.0])  # outer begins, inner begins, inner ends, outer ends
    monkeypatch.setattr("swsim.loadtests.bench.stages.time.perf_counter", lambda: next(ticks))
    clock = stages.Clock()
    with clock.stage("outer"), clock.stage("inner"):
        pass
    assert clock.spent == {"inner": 2000.0, "outer": 2000.0}


def test_every_stage_is_passed_and_nothing_stays_wrapped(tmp_path: Path) -> None:
    before = [getattr(*stages.owner_of(stage)) for stage in stages.STAGES]
    bodies = build(tmp_path / "bodies", Size(1, 1, 100), seed=3, at=datetime.now(UTC))
    found = stages.measure(bodies, tmp_path, seed=3)
    assert [getattr(*stages.owner_of(stage)) for stage in stages.STAGES] == before
    assert {stage.title for stage in stages.STAGES} <= found["hundred"].keys()
    assert {stage.title for stage in stages.STAGES} <= found["single"].keys()
    assert all(spent >= 0 for kind in found.values() for spent in kind.values())
