"""A document that was split into several messages, of every kind that may be: what is asked of its parts (ARR-01)."""

from typing import Any

import pytest
from core_desk import Desk, changed, rows
from core_shipment import TRIP, Shipment

from swsim.fixtures.later import Fate, Sold, summaries
from swsim.simulator.core.model import Decision, State

SPLIT = {
    "507": ("arrival", "domestic_traf_no"),
    "509": ("departure", "voyage_no"),
    "607": ("master", "voyage_no"),
    "701": ("summary", "decl_agent_name"),
}
"""By kind: the shipment's document, and a field of its head in which the parts may differ."""


def parts_of(kind: str) -> tuple[Desk, list[Any]]:
    """A desk at which everything before has happened, and the two parts of the document."""
    shipment = Shipment(2, split=1)
    before = {"507": ["master"], "509": ["master", "arrival"], "607": [], "701": ["master", "arrival", "departure"]}
    for name in before[kind]:
        shipment.report(*getattr(shipment, name))
    if kind == "701":
        return shipment.desk, summaries(TRIP, [Sold(one.chain, Fate.LEAVES, one.given) for one in shipment.sold], 1)
    return shipment.desk, getattr(shipment, SPLIT[kind][0])


def sent(desk: Desk, *parts: Any) -> list[Decision]:
    """The parts, each at the time it is reported; what customs says until nothing is left to do."""
    when = TRIP.when(parts[0].number)
    desk.wait(max(0.0, (when - desk.now).total_seconds()))
    return [one for part in parts for one in desk.send(part)] + desk.settle()


@pytest.mark.parametrize("kind", SPLIT)
def test_parts_that_do_not_come_are_named(kind: str) -> None:
    """100 at the time-out, for that alone."""
    desk, parts = parts_of(kind)
    decisions = sent(desk, parts[0])
    assert rows(decisions[-1]) == {"ARR-01/missing"}
    assert decisions[-1].faults[0].expected == "messages 1 to 2"
    assert desk.state(parts[0]) is State.REJECTED


@pytest.mark.parametrize("kind", SPLIT)
def test_parts_have_one_head(kind: str) -> None:
    """A part that says something else of the whole: nobody knows which is right, both are rejected."""
    desk, (first, second) = parts_of(kind)
    decisions = sent(desk, first, changed(second, **{SPLIT[kind][1]: "ANOTHER"}))
    assert {fault.rule for one in decisions if one.subject.kind == kind for fault in one.faults} == {"ARR-01"}
    assert [desk.state(part) for part in (first, second)] == [State.REJECTED] * 2


@pytest.mark.parametrize("kind", SPLIT)
def test_parts_that_agree_are_taken(kind: str) -> None:
    """The same two as they should be."""
    desk, parts = parts_of(kind)
    decisions = sent(desk, *parts)
    assert not any(row.startswith("ARR-01") for one in decisions for row in rows(one))
    assert {desk.state(part) for part in parts} <= {State.STORED, State.APPROVED}
