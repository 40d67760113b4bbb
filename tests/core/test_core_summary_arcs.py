"""The machine of the summary: each arc is taken by some way of sending, and missed when it is gone."""

from typing import Any

import pytest
from core_desk import Desk, with_delays
from core_month import Month
from core_ways import bring, perform

from swsim.simulator.core import machines
from swsim.simulator.core.machines import MACHINES, Transition
from swsim.simulator.core.model import State

ROWS = MACHINES["701"]


def brought_to(state: State) -> tuple[Desk, Any]:
    """A summary in a state, and the desk it lies on."""
    month = Month(with_delays(1), count=1)
    bring(month.desk, month.summary, state)
    return month.desk, month.summary


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.source.name} {row.input}" for row in ROWS])
@pytest.mark.parametrize("there", [True, False])
def test_an_arc_is_taken_where_it_is(row: Transition, there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """From its source its input leads to its target; without the row the document stays where it was."""
    desk, document = brought_to(row.source)
    if not there:
        monkeypatch.delitem(machines._ARCS["701"], (row.source, row.input))
    before = desk.state(document)
    told = perform(desk, document, row.input)
    if there:
        assert told == [{State.DELETED: 2}.get(row.target, int(row.target))]
        assert desk.state(document) is row.target
    else:
        assert all(status < 0 or status == 100 for status in told)
        assert desk.state(document) is before
