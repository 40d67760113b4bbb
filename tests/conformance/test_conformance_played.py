"""What the simulator played for other roles is not the enterprise's: judges pass over it, reports mark it."""

from conformance_journals import KEYS, Book

from swsim.conformance.demo import states_as_text
from swsim.conformance.sightings import sent
from swsim.conformance.tally import count_states
from swsim.reports.model import StateCount
from swsim.simulator.registry import PLAYED_DXP_ID


def test_a_played_document_was_not_sent_by_the_enterprise() -> None:
    book = Book().sends("505", channel="autopilot").sends("603")
    assert [one.kind for one in sent(book.entries)] == ["603"]


def test_played_documents_are_counted_apart() -> None:
    """By the dxpId that the return goes to; the text of the demo says so."""
    book = Book().answers("303", 120).answers("303", 120, key="EBC~EBP~O2", dxp_id=PLAYED_DXP_ID)
    counts = count_states(book.answers("603", 899, key=KEYS["603"]).entries)
    assert [(one.kind, one.state, one.count, one.played) for one in counts] == [
        ("303", "120", 1, False),
        ("303", "120", 1, True),
        ("603", "899", 1, False),
    ]
    lines = states_as_text(counts).splitlines()
    assert [line.endswith("(played 自动驾驶)") for line in lines if line.startswith(("303", "603"))] == [
        False,
        True,
        False,
    ]


def test_a_state_is_the_enterprises_unless_it_is_said_otherwise() -> None:
    assert StateCount("303", "订单", "Order", "120", 1).played is False
