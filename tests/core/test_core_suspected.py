"""What breaches of duties make of a list: the core takes it as a fact, and decides as if a person had ordered it."""

import pytest
from core_desk import AT, Desk, final, sale, with_delays

from swsim.simulator.core.facts import Facts, Suspicion
from swsim.simulator.core.incoming import Finding

BREACH = Finding("DUT-04", "", "no goods of gcode 9706", "9706100000")
SALE = sale()


class Suspicious(Desk):
    """A desk at which every list is suspected."""

    def __init__(self, status: int) -> None:
        super().__init__(with_delays(), now=AT)
        self.status = status

    def _facts(self) -> Facts:
        facts = super()._facts()
        lists = [serial for serial, held in self.kept.items() if held.kind == "603"]
        facts.suspected = dict.fromkeys(lists, Suspicion(self.status, [BREACH]))
        return facts


@pytest.mark.parametrize(("status", "way"), [(100, [2, 3, 100]), (300, [2, 3, 120, 300]), (500, [2, 3, 120, 399])])
def test_a_suspected_list_is_answered(status: int, way: list[int]) -> None:
    """100 at once with the breach as its fault; 300 at the next decision; 500 waits for the goods."""
    desk = Suspicious(status)
    for document in SALE.documents:
        desk.send(document)
    decisions = desk.wait(5)
    assert desk.statuses(SALE.inventory) == way
    told = final(decisions, SALE.inventory)
    assert BREACH in (told.faults if status == 100 else told.remarks)
    held = desk.held(SALE.inventory)
    assert held is not None
    assert held.forced == (500 if status == 500 else 0)


def test_a_list_that_the_match_refuses_is_not_refused_for_a_breach() -> None:
    """The match speaks first: without its order the list is 100 by ORD-01."""
    desk = Suspicious(300)
    desk.send(SALE.inventory)
    told = final(desk.wait(5), SALE.inventory)
    assert "ORD-01" in {fault.rule.partition("/")[0] for fault in told.faults}
    assert BREACH not in (*told.faults, *told.remarks)
