"""Judges of who sends what under which name and number, over hand-made journals of generated documents."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from conformance_messages import AT, FIRMS, ONE, TWO, Run, changed, head_of

from swsim.conformance.cases import watching
from swsim.conformance.story import Judgement, Story
from swsim.fixtures.chain import Chain
from swsim.fixtures.later import Bill, Fate, Sold, Trip, master_lists
from swsim.fixtures.parties import Party


def verdict(judge: Callable[[Story], Iterator[Judgement]], run: Run) -> tuple[str, str]:
    found = list(judge(run.story()))
    assert len(found) < 2
    return (str(found[0].verdict), found[0].reason) if found else ("NOT OBSERVED", "")


def whole(one: Chain) -> Run:
    run = Run()
    for document in one.documents:
        run.sends(document)
    return run


JUDGES = [watching.own_number, watching.own_data, watching.one_name, watching.one_list, watching.new_number]


@pytest.mark.parametrize("judge", JUDGES)
def test_a_sale_as_it_should_be_passes_and_nothing_at_all_is_not_observed(judge: Any) -> None:
    assert verdict(judge, whole(ONE))[0] == "PASS"
    assert verdict(judge, Run())[0] == "NOT OBSERVED"


def test_a_user_number_of_another_firm_fails() -> None:
    borrowed = FIRMS.pay.__class__(**{**as_dict(FIRMS.pay), "dxp_id": FIRMS.sender("303").dxp_id})
    run = Run().sends(ONE.order).sends(ONE.receipts, by=borrowed)
    told = verdict(watching.own_number, run)
    assert told[0] == "FAIL"
    assert FIRMS.sender("303").dxp_id in told[1]


def as_dict(party: Party) -> dict[str, Any]:
    return {name: getattr(party, name) for name in party.__dataclass_fields__}


@pytest.mark.parametrize(("kind", "index"), [("303", 0), ("403", 1), ("505", 2)])
def test_data_of_another_firm_fail(kind: str, index: int) -> None:
    told = verdict(watching.own_data, Run().sends(ONE.documents[index], by=FIRMS.agent))
    assert told[0] == "FAIL"
    assert FIRMS.agent.code in told[1]
    assert ONE.documents[index].number == kind


def test_two_names_for_one_code_and_a_name_that_customs_does_not_know_fail() -> None:
    assert (
        verdict(watching.one_name, Run().sends(ONE.order).sends(changed(ONE.inventory, ebc_name="other")))[0] == "FAIL"
    )
    unknown = Run().sends(ONE.order).answers(ONE.order, "120", rules=("ENT-08",))
    assert verdict(watching.one_name, unknown)[0] == "FAIL"


def test_a_waybill_in_lists_of_two_orders_fails_unless_one_was_refused() -> None:
    shared = changed(TWO.inventory, logistics_no=head_of(ONE.inventory).logistics_no)
    assert verdict(watching.one_list, Run().sends(ONE.inventory).sends(shared))[0] == "FAIL"
    refused = Run().sends(ONE.inventory).answers(ONE.inventory, "100").sends(shared)
    assert verdict(watching.one_list, refused)[0] == "PASS"


def test_a_number_is_used_again_only_for_the_same_waybill_or_behind_a_refusal() -> None:
    again = changed(ONE.logistics, guid="B" * 36)
    accepted = Run().sends(ONE.logistics).answers(ONE.logistics, "399")
    assert verdict(watching.new_number, accepted.sends(again))[0] == "FAIL"
    refused = Run().sends(ONE.logistics).answers(ONE.logistics, "100").sends(again)
    assert verdict(watching.new_number, refused)[0] == "PASS"
    same = Run().sends(ONE.logistics).answers(ONE.logistics, "399").sends(ONE.logistics)
    assert verdict(watching.new_number, same)[0] == "PASS"
    change = Run().sends(ONE.logistics).answers(ONE.logistics, "399").sends(changed(again, app_type="2"))
    assert verdict(watching.new_number, change)[0] == "PASS"


def bill() -> Bill:
    sold = tuple(Sold(one, Fate.LEAVES, "") for one in (ONE, TWO))
    head = head_of(ONE.inventory)
    return Bill(Trip(3, 1, AT, FIRMS), head.port_code, head.traf_mode, sold)


def test_parts_count_and_agree() -> None:
    first, second = master_lists(bill(), 1)
    assert verdict(watching.parts_agree, Run().sends(first).sends(second))[0] == "PASS"
    assert verdict(watching.parts_agree, Run().sends(first))[0] == "FAIL"
    twice = changed(second, msg_seq_no=1)
    assert "came twice" in verdict(watching.parts_agree, Run().sends(first).sends(twice))[1]
    other = changed(second, bill_no="ANOTHER")
    assert "different heads" in verdict(watching.parts_agree, Run().sends(first).sends(other))[1]
    [unsplit] = master_lists(bill())
    assert verdict(watching.parts_agree, Run().sends(unsplit))[0] == "NOT OBSERVED"


def accepted_sale() -> Run:
    run = Run()
    for document, status in ((ONE.order, "120"), (ONE.receipts, "120"), (ONE.logistics, "399")):
        run.sends(document).answers(document, status)
    return run


def test_one_acceptance_is_acknowledged_behind_the_list_it_asks_for() -> None:
    ids = [str(one.data["id"]) for one in accepted_sale().entries if one.name == "output/return"]
    late = accepted_sale()
    for name in ids[:2]:
        late.note("channel/acknowledged", id=name)
    late.sends(ONE.inventory).note("channel/acknowledged", id=ids[2])
    assert verdict(watching.acted_first, late)[0] == "PASS"
    early = accepted_sale()
    for name in ids:
        early.note("channel/acknowledged", id=name)
    assert verdict(watching.acted_first, early.sends(ONE.inventory))[0] == "FAIL"


def test_a_return_that_is_handed_out_again_and_again_fails() -> None:
    run = Run()
    for _ in range(watching.MANY):
        run.note("channel/delivery", id="R1")
    assert "not acknowledged" in verdict(watching.acted_first, run)[1]
    assert verdict(watching.acted_first, run.note("channel/acknowledged", id="R1"))[0] == "NOT OBSERVED"
