"""`swsim why`: what the stages that no return tells look like."""

from swsim.simulator.core.model import UNTOLD, Stage
from swsim.simulator.transport.ask import UNTOLD_TITLES, timeline


def test_every_stage_without_a_return_has_words() -> None:
    assert UNTOLD_TITLES.keys() == UNTOLD


def test_a_list_that_was_filled_does_not_look_approved_twice() -> None:
    at = "2026-01-05T09:00:00+08:00"
    history = [{"at": at, "status": 399, "stage": stage} for stage in (Stage.APPROVE, Stage.FILL)]
    shown = timeline({"kind": "603", "key": "A~B", "numbers": {}, "history": history, "explain": []})

    assert shown.count("399") == 1
    assert "filled in by the master list" in shown
