"""What a profile and a person at customs decide: waiting, failures, reviews, inspections, kept goods, orders."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from core_desk import AT, FIRMS, SEED, STANDARD, STRICT, Desk, changed, final, rows, sale, with_delays
from core_shipment import Shipment
from test_core_refund import Returned

from swsim.simulator.core import rules as table
from swsim.simulator.core.model import Stage, State
from swsim.simulator.core.rules import CHECKS
from swsim.simulator.core.schedule import fraction
from swsim.simulator.profile import PROFILES, Profile, read_profile
from swsim.simulator.registry import Registry

S = sale()
ONE = with_delays(1)


def profile(said: dict[str, Any], base: Profile = ONE) -> Profile:
    """Switches over a profile whose every stage takes a second."""
    read = read_profile(said)
    return replace(
        read, sent_after=base.sent_after, customs_after=base.customs_after, approved_after=base.approved_after
    )


def told(desk: Desk) -> list[int]:
    return desk.statuses(S.inventory)


# --- ORD-02 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("late", ["303", "403", "505"])
@pytest.mark.parametrize(("after", "matched"), [(599.999, True), (600.0, False), (600.001, False)])
def test_a_list_waits_for_what_it_needs(late: str, after: float, matched: bool) -> None:
    """Under wait(T) the list stands at 3 until the last piece is received; at T the list gets its 100."""
    desk = Desk(profile({"match": "wait(600)"}))
    for document in S.documents:
        if document.number != late:
            desk.send(document)
    received = desk.now
    desk.wait(5)
    assert told(desk) == [2, 3], "it waits"
    piece = next(one for one in S.documents if one.number == late)
    desk.send(piece, after=after - 5)
    desk.settle()
    assert told(desk) == ([2, 3, 120, 399] if matched else [2, 3, 100])
    expected = received + timedelta(seconds=after if matched else 600)
    assert desk.times(S.inventory)[2][1] == expected, "with the last piece, or at T"


def test_at_its_end_the_waiting_list_is_told_what_was_missing() -> None:
    """The 100 at T says before when the order had to be received."""
    desk = Desk(profile({"match": "wait(PT10M)"}))
    desk.send(S.logistics)
    desk.send(S.inventory)
    decision = final(desk.settle(), S.inventory)
    assert {fault.rule for fault in decision.faults} == {"ORD-01/order", "PAY-01"}
    assert f"received before {(AT + timedelta(minutes=10)).isoformat()}" in decision.faults[0].expected


def test_whoever_is_complete_does_not_wait() -> None:
    """Under wait(T) a list whose documents are there is judged when it is due; under `strict` it never waits."""
    desk = Desk(profile({"match": "wait(600)"}))
    for document in S.documents:
        desk.send(document)
    desk.wait(3)
    assert told(desk) == [2, 3, 120, 399]
    strict = Desk(ONE)
    strict.send(S.inventory)
    strict.wait(2)
    assert told(strict) == [2, 3, 100]


def test_only_where_a_customs_waits() -> None:
    """`match` may differ by customs."""
    here = S.inventory.head.customs_code
    for code, statuses in ((here, [2, 3]), ("0000", [2, 3, 100])):
        desk = Desk(profile({"customs": {code: {"match": "wait(600)", "sent_after": 1, "customs_after": 1}}}))
        desk.send(S.inventory)
        desk.wait(10)
        assert told(desk) == statuses


# --- who is answered, how severely ------------------------------------------------------------------------------------


@pytest.mark.parametrize("answers", ["list", "all"])
def test_a_mismatch_answers_the_other_pieces_where_it_should(answers: str) -> None:
    """`match_answers = all`: order, receipt and waybill get 100 too, and are sent again; else they stay as they are."""
    desk = Desk(profile({"match_answers": answers}))
    wrong = changed(S.inventory, ebc_name="Another")
    for document in (*S.documents[:3], wrong):
        desk.send(document)
    desk.settle()
    last = [desk.statuses(document)[-1] for document in S.documents]
    assert last == ([100] * 4 if answers == "all" else [120, 120, 399, 100])
    states = {int(desk.state(document)) for document in S.documents[:3]}
    assert states == ({100} if answers == "all" else {120, 399})


def test_lenient_refuses_only_what_keys_refuse() -> None:
    """A list without anything, with wrong sums, is stored with its findings; the same key again is refused."""
    desk = Desk(PROFILES["lenient"])
    wrong = changed(S.inventory, net_weight="9999", ie_flag="I")
    first = desk.send(wrong)[0]
    assert (first.status, first.faults) == (2, [])
    assert {"INV-01", "INV-04"} <= rows(first)
    decision = final(desk.settle(), wrong)
    assert (decision.status, decision.faults) == (120, [])
    assert {"ORD-01/order", "ORD-01/waybill", "PAY-01"} <= rows(decision)
    assert desk.send(changed(wrong, guid="A" * 36))[0].status == -621004


@pytest.mark.parametrize("row", ["STA-01/denied", "ARR-02/site", "ORD-03"])
@pytest.mark.parametrize("there", [True, False])
def test_a_customs_asks_for_what_its_profile_says(row: str, there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """No pilot zone, loctNo, a master list before the arrival: refused there, not elsewhere, not without the row."""
    if not there:
        for place, checks in CHECKS.items():
            monkeypatch.setitem(table.CHECKS, place, tuple(pair for pair in checks if pair[1].row != row))
    refused_there(row, there=there)


def refused_there(row: str, *, there: bool = True) -> None:
    """The row refuses at the customs whose profile says so, and at no other."""
    here = S.inventory.head.customs_code if row.startswith("STA") else FIRMS.district.code
    for code in (here, "0000"):
        switched = profile({"customs": {code: {"rules": {row: "refuse"}, "sent_after": 1, "customs_after": 1}}})
        if row == "STA-01/denied":
            decision = Desk(switched).send(changed(S.inventory, statistics_flag="A"))[0]
        else:
            shipment = Shipment(profile=switched)
            arrival = changed(shipment.arrival[0], loct_no=None)
            decision = next(one for one in reversed(shipment.report(arrival)) if one.subject.kind == "507")
        refuses = there and code == here
        assert (row in {fault.rule for fault in decision.faults}) is refuses
        if refuses:
            assert int(decision.status) == (-621001 if row.startswith("STA") else 100)


def test_a_master_list_comes_first_in_strict() -> None:
    """ORD-03 remarks in `standard` and refuses in `strict`; with the master list nobody says anything."""
    for known, refuses in ((STANDARD, False), (STRICT, True)):
        shipment = Shipment(profile=known)
        decision = next(one for one in shipment.report(*shipment.arrival) if one.subject.kind == "507" and rows(one))
        assert ("ORD-03" in {fault.rule for fault in decision.faults}) is refuses
        shipment = Shipment(profile=known)
        decisions = shipment.report(*shipment.master, *shipment.arrival)
        assert all("ORD-03" not in rows(one) for one in decisions)


# --- 4 and 3 ----------------------------------------------------------------------------------------------------------


def test_what_cannot_be_sent_is_sent_again() -> None:
    """4, then 3 after the pause, then on; a message's documents travel together."""
    desk = Desk(profile({"send_failed_rate": 1.0, "retried_after": 40}))
    other = sale(1)
    desk.send(S.order, other.order)
    desk.settle()
    for order in (S.order, other.order):
        assert [(status, at - AT) for status, at in desk.times(order)] == [
            (2, timedelta(0)),
            (4, timedelta(seconds=1)),
            (3, timedelta(seconds=41)),
            (120, timedelta(seconds=42)),
        ]


def test_which_message_fails_is_drawn_by_seed_and_guid() -> None:
    """At one half some fail and some do not, the same ones again."""
    half = profile({"send_failed_rate": 0.5})
    guids = [f"{place:08X}-0000-4000-8000-000000000000" for place in range(8)]
    for place, guid in enumerate(guids):
        desk = Desk(half)
        desk.send(sale(place).order, guid=guid)
        desk.settle()
        failed = fraction(SEED, "send-failed", guid) < 0.5
        assert (4 in desk.statuses(sale(place).order)) is failed
    assert len({fraction(SEED, "send-failed", guid) < 0.5 for guid in guids}) == 2


def test_an_outage_fails_sending_and_puts_answers_off() -> None:
    """Inside the window: 4, and 3 not before its end. What customs owes comes at its end too."""
    desk = Desk(profile({"outages": ["09:00-09:10"], "retried_after": 30}))
    desk.send(S.order)
    desk.settle()
    assert [(status, at - AT) for status, at in desk.times(S.order)][1:] == [
        (4, timedelta(seconds=1)),
        (3, timedelta(minutes=10)),
        (120, timedelta(minutes=10, seconds=1)),
    ]
    late = Desk(replace(profile({"outages": ["09:00-09:10"]})), now=AT - timedelta(seconds=1.5))
    late.send(S.order)
    late.settle()
    assert [(status, at - AT) for status, at in late.times(S.order)][1:] == [
        (3, timedelta(seconds=-0.5)),
        (120, timedelta(minutes=10)),
    ]


def test_a_list_that_could_not_be_sent_binds_its_order() -> None:
    """It is sent again: a second list of the same order is one too many (ORD-05)."""
    desk = Desk(profile({"send_failed_rate": 1.0}))
    for document in S.documents:
        desk.send(document)
    desk.wait(2)
    assert desk.state(S.inventory) is State.SEND_FAILED
    assert rows(desk.send(changed(S.inventory, cop_no="ANOTHER", guid="A" * 36))[0]) == {"ORD-05"}


# --- 300, 500 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("declined", "last"), [(0.0, [300, 399]), (1.0, [300, 100])])
def test_a_reviewed_list_is_approved_or_turned_down(declined: float, last: list[int]) -> None:
    """120, 300, and after the review 399 with its number or 100, which says why."""
    desk = Desk(profile({"review_rate": 1.0, "review_reject_rate": declined, "reviewed_after": 60}))
    for document in S.documents:
        desk.send(document)
    decisions = desk.settle()
    assert told(desk) == [2, 3, 120, *last]
    held = desk.held(S.inventory)
    assert held is not None
    assert bool(held.invt_no) is (not declined)
    review = final(decisions, S.inventory, Stage.REVIEW)
    assert rows(review) == ({"REVIEW"} if declined else set())
    assert desk.times(S.inventory)[-1][1] - desk.times(S.inventory)[-2][1] == timedelta(seconds=60)


@pytest.mark.parametrize("credit", ["失信", ""])
def test_a_dishonest_seller_is_inspected(credit: str) -> None:
    """ENT-09: the credit of seller or agent raises the rate."""
    bare = Desk().registry
    known = {
        code: replace(one, credit=credit if code == S.inventory.head.ebc_code else "")
        for code, one in bare.enterprises.items()
    }
    switched = profile({"credit_rates": {"失信": 1.0}})
    shipment = Shipment(profile=switched, registry=Registry("closed", known))
    shipment.report(*shipment.arrival)
    assert (500 in shipment.desk.statuses(shipment.listed())) is bool(credit)


def test_kept_goods_stay_until_they_are_let_go() -> None:
    """hold_rate: after its inspection a list stays at 500, whatever time passes; let go, it is released at once."""
    shipment = Shipment(profile=profile({"inspection_rate": 1.0, "hold_rate": 1.0}))
    shipment.report(*shipment.arrival)
    shipment.desk.wait(30 * 86400)
    assert shipment.states() == [500, 500]
    decisions = shipment.desk.order(shipment.listed(), keep=False)
    assert [int(one.status) for one in decisions if one.told] == [800]
    assert shipment.states() == [800, 500]


# --- refunds ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "statuses"),
    [
        ({}, [800]),
        ({"refund_review_rate": 1.0}, [300, 800]),
        ({"refund_review_rate": 1.0, "review_reject_rate": 1.0}, [300, 100]),
        ({"refund_inspection_rate": 1.0}, [500, 800]),
        ({"refund_inspection_rate": 1.0, "refund_hand_over_rate": 1.0}, [500, 505]),
        ({"refund_suspend_rate": 1.0}, [600, 800]),
        ({"refund_suspend_rate": 1.0, "refund_hand_over_rate": 1.0}, [600, 505]),
    ],
    ids=str,
)
def test_tallied_goods_are_released_or_looked_at(said: dict[str, Any], statuses: list[int]) -> None:
    """120 to 800 when the site has tallied them, or by 300, 500, 600; to 505 or 100 where they do not pass."""
    returned = Returned(profile=profile(said))
    returned.report(returned.application)
    returned.report(returned.tally)
    assert returned.statuses() == [2, 3, 120, *statuses]
