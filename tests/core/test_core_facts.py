"""What a decision may know: how much is looked up, what of it is found, what of very many lists is looked at."""

from dataclasses import replace

import pytest
from core_desk import STANDARD, Desk, sale
from core_shipment import Shipment

from swsim.simulator.core.facts import Facts, Listed, Needs
from swsim.simulator.core.model import State
from swsim.simulator.core.request import MOST_ALIKE, Wanted, samples_of


def test_documents_are_found_in_the_order_of_their_serials() -> None:
    """Whichever a turn came to know first: a replay has other turns."""
    shipment = Shipment(3, split=1)
    shipment.report(*shipment.master)
    held = [one for one in shipment.desk.kept.values() if one.kind == "607"]
    facts = Facts(STANDARD, "2018-194", shipment.desk.registry)
    facts.load(reversed(held))
    assert [one.serial for one in facts.found("part_ref", "607", held[0].part_ref)] == [one.serial for one in held]


def test_what_there_is_to_look_up_is_counted() -> None:
    """Serials and values, not what is asked of documents that are known."""
    needs = Needs(refs={("key", "303"): {"a", "b"}, ("guid", "303"): {"c"}}, serials={1, 2}, contents={3})
    assert (needs.size, Needs().size) == (5, 0)


@pytest.mark.parametrize("ref", ["list_ref", "waybill_ref"])
def test_a_new_version_is_found_by_what_it_says_now(ref: str) -> None:
    """The one before is forgotten, in columns in which it stood and in those in which it had nothing."""
    desk, made = Desk(), sale()
    desk.send(made.inventory)
    held = desk.held(made.inventory)
    assert held is not None
    facts = Facts(STANDARD, "2018-194", desk.registry)
    facts.put(held)
    before = getattr(held, ref)
    assert facts.found(ref, "603", "ANOTHER") == []
    assert facts.found(ref, "603", before) == ([held] if before else [])
    later = replace(held)
    setattr(later, ref, "ANOTHER")
    facts.put(later)
    assert facts.found(ref, "603", "ANOTHER") == [later]
    assert facts.found(ref, "603", before) == []


def test_of_lists_that_are_alike_some_are_looked_at() -> None:
    """Enough of each sort to be named in a finding: closed and withdrawn ones are two."""
    closed = [Listed(n, f"N{n}", State.CLOSED, 1, "B~1~2", "", 0) for n in range(MOST_ALIKE + 5)]
    withdrawn = [one._replace(state=State.WITHDRAWN) for one in closed[:2]]
    wanted = [Wanted(f"[{place}]", one.invt_no, one) for place, one in enumerate([*closed, *withdrawn])]
    assert samples_of(wanted) == [*wanted[:MOST_ALIKE], *wanted[-2:]]
