"""What had to be there before, what becomes of the same document again, and when the next step is due."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from core_desk import (
    AT,
    KINDS,
    STANDARD,
    SUCCESS,
    Desk,
    again,
    changed,
    final,
    head_of,
    rows,
    sale,
    with_delays,
)

from swsim.fixtures.chain import BEIJING
from swsim.simulator.core.facts import Facts, Needs
from swsim.simulator.core.faults import FaultPlan
from swsim.simulator.core.model import Decision, Held, Stage, State
from swsim.simulator.core.questions import asked, needs, needs_of_match
from swsim.simulator.messages.transfer import Document
from swsim.simulator.profile import Regime, receipts_required
from swsim.simulator.registry import Registry

S = sale()
BY_KIND: dict[str, Document] = {document.number: document for document in S.documents}
PREREQUISITES = {"303": "ORD-01/order", "505": "ORD-01/waybill", "403": "PAY-01"}
EPORT = replace(STANDARD, missing="eport")
SLOW = with_delays(10)
NOTHING = Facts(STANDARD, "2018-194", Registry("open", {}))


def sent(desk: Desk, documents: Iterable[Document], after: float = 0) -> None:
    """Each document in a message of its own, accepted."""
    for document in documents:
        assert desk.send(document, after=after)[0].faults == []


def last_of_list(desk: Desk) -> Decision:
    """What customs decides on the plain sale's list in the end."""
    return final(desk.settle(), S.inventory)


# --- what had been received when the list was received ----------------------------------------------------------------


@pytest.mark.parametrize("late", PREREQUISITES)
def test_a_list_followed_by_what_it_needs_gets_its_100(late: str) -> None:
    """A journal number above the list's is too late, though the document is there long before the match is due."""
    desk = Desk(SLOW)
    sent(desk, [d for d in S.documents if d.number != late])
    sent(desk, [BY_KIND[late]], after=1)
    held = desk.held(BY_KIND[late])
    assert held is not None
    decision = last_of_list(desk)
    assert (int(decision.status), decision.state) == (100, State.REJECTED)
    assert [fault.rule for fault in decision.faults] == [PREREQUISITES[late]]
    assert f"in state 3, received {held.received_at.isoformat()}" in decision.faults[0].found
    assert "after the list's" in decision.faults[0].found
    assert desk.state(BY_KIND[late]) == SUCCESS[late][-1]


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_a_smaller_journal_number_is_early_enough(order: tuple[int, ...]) -> None:
    """The three documents before the list, at the same instant and in any order, let it pass."""
    desk = Desk(SLOW)
    sent(desk, [S.documents[place] for place in order])
    sent(desk, [S.inventory])
    assert [desk.settle(), desk.statuses(S.inventory)][1] == SUCCESS["603"]


@pytest.mark.parametrize("kind", PREREQUISITES)
def test_a_draft_is_not_there(kind: str) -> None:
    """Data saved as a draft has not been transmitted (state 1 is none of 2, 3, 120, 399)."""
    desk = Desk(SLOW)
    sent(desk, [changed(d, app_status="1") if d.number == kind else d for d in S.documents[:3]])
    sent(desk, [S.inventory])
    assert [fault.rule for fault in last_of_list(desk).faults] == [PREREQUISITES[kind]]


@pytest.mark.parametrize("kind", PREREQUISITES)
def test_what_was_deleted_is_not_there(kind: str) -> None:
    """Data deleted before the list was received does not count."""
    desk = Desk(SLOW)
    sent(desk, [*S.documents[:3], again(BY_KIND[kind], "3", seconds=1), S.inventory])
    assert PREREQUISITES[kind] in {fault.rule for fault in last_of_list(desk).faults}


@pytest.mark.parametrize("kind", PREREQUISITES)
def test_what_customs_rejected_is_not_there(kind: str) -> None:
    """Data that got a 100 itself does not count, though it was received in time."""
    desk = Desk(SLOW, faults=[FaultPlan("f", kind, "*", "reject")])
    sent(desk, S.documents)
    assert PREREQUISITES[kind] in {fault.rule for fault in last_of_list(desk).faults}


@pytest.mark.parametrize("stage", [Stage.RECEIVE, Stage.SEND, Stage.CUSTOMS])
def test_data_counts_from_its_acceptance(stage: Stage) -> None:
    """State 2 or 3 is enough: the list does not wait for the 120 of its order."""
    desk = Desk(SLOW)
    sent(desk, S.documents[:3])
    desk.wait({Stage.RECEIVE: 0, Stage.SEND: 10, Stage.CUSTOMS: 20}[stage])
    sent(desk, [S.inventory])
    assert last_of_list(desk).faults == []


def test_a_corrected_list_counts_what_came_meanwhile() -> None:
    """The list is judged by its own last receipt: sent again after its 100, it finds the order in time."""
    desk = Desk(SLOW)
    sent(desk, [S.receipts, S.logistics, S.inventory, S.order])
    assert last_of_list(desk).status == 100
    assert desk.send(again(S.inventory, "1", seconds=30))[0].status == 2
    desk.settle()
    assert desk.statuses(S.inventory) == [2, 3, 100, *SUCCESS["603"]]


def test_a_list_declared_from_a_draft_counts_from_its_declaration() -> None:
    """A draft list binds nothing; what had to be there had to be there when it was declared."""
    desk = Desk(SLOW)
    sent(desk, [changed(S.inventory, app_status="1"), *S.documents[:3]])
    sent(desk, [again(S.inventory, "2", seconds=1)])
    desk.settle()
    assert desk.statuses(S.inventory) == [1, *SUCCESS["603"]]


def test_several_faults_of_a_list_come_in_one_100() -> None:
    """Nothing but the list was sent: all three are named."""
    desk = Desk(SLOW)
    sent(desk, [S.inventory])
    assert [fault.rule for fault in last_of_list(desk).faults] == ["ORD-01/order", "ORD-01/waybill", "PAY-01"]


# --- regimes and who answers ------------------------------------------------------------------------------------------

LAST_DAY = datetime(2024, 12, 14, 23, 59, 59, tzinfo=BEIJING)
FIRST_DAY = datetime(2024, 12, 15, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("regime", "declared_at", "required"),
    [
        ("2018-194", AT, True),
        ("2018-194", LAST_DAY, True),
        ("2024-167", AT, False),
        ("2024-167", LAST_DAY, False),
        ("by-date", LAST_DAY, True),
        ("by-date", FIRST_DAY, False),
        ("by-date", LAST_DAY.astimezone(UTC), True),
        ("by-date", FIRST_DAY.astimezone(UTC), False),
    ],
)
def test_a_regime_says_whether_a_payment_receipt_is_needed(
    regime: Regime, declared_at: datetime, required: bool
) -> None:
    """2018-194 always, 2024-167 never, by-date until 2024-12-15 00:00 Beijing time, whatever zone the clock shows."""
    assert receipts_required(regime, declared_at) is required
    made = sale(0, declared_at.astimezone(BEIJING))
    desk = Desk(SLOW, regime=regime, now=declared_at)
    sent(desk, [made.order, made.logistics, made.inventory])
    faults = final(desk.settle(), made.inventory).faults
    assert [fault.rule for fault in faults] == (["PAY-01"] if required else [])


def test_the_date_of_a_regime_is_that_of_the_lists_app_time() -> None:
    """Reported on the last day, received on the first: the receipt is still required; a shift moves the date along."""
    made, moved = sale(0, LAST_DAY), timedelta(seconds=1)
    for shift, rules in ((timedelta(0), ["PAY-01"]), (moved, [])):
        desk = Desk(SLOW, regime="by-date", now=FIRST_DAY)
        sent(desk, [made.order, made.logistics])
        desk.send(made.inventory, shift=shift)
        assert [fault.rule for fault in final(desk.settle(), made.inventory).faults] == rules


def test_a_receipt_that_is_not_needed_must_still_match() -> None:
    """PAY-02: under 2024-167 a receipt that was sent is compared all the same."""
    desk = Desk(SLOW, regime="2024-167")
    sent(desk, [S.order, changed(S.receipts, charge="99"), S.logistics, S.inventory])
    assert [fault.rule for fault in last_of_list(desk).faults] == ["MAT-07"]


@pytest.mark.parametrize(("missing", "answer"), [("303", -301003), ("403", -401004), ("505", 100)])
def test_the_e_port_may_answer_for_what_is_missing(missing: str, answer: int) -> None:
    """`missing = eport`: order and receipt have a code of their own, the waybill none; either way it is a rejection."""
    for profile, status in ((EPORT, answer), (STANDARD, 100)):
        desk = Desk(profile)
        sent(desk, [d for d in S.documents if d.number != missing])
        decision = last_of_list(desk)
        assert (int(decision.status), decision.state) == (status, State.REJECTED)
        assert decision.text == str(status)
        assert desk.settle() == []


def test_the_waybills_success_is_399_or_120_by_profile() -> None:
    """The annex says 399, the alias 120 is a switch; the state is the same and a list finds it either way."""
    desk = Desk(replace(STANDARD, logistics_success=120))
    sent(desk, S.documents)
    assert last_of_list(desk).faults == []
    assert desk.statuses(S.logistics) == [2, 3, 120]
    assert desk.state(S.logistics) == State.APPROVED


# --- documents of one message -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_key_twice_in_a_message(kind: str) -> None:
    """MSG-13: the first is taken, the second refused as a duplicate, whatever its appType."""
    for app_type in "123":
        desk, second = Desk(), again(BY_KIND[kind], app_type, seconds=1)
        first, repeated = desk.send(BY_KIND[kind], second)
        assert (first.status, rows(first)) == (2, set())
        assert (repeated.state, rows(repeated)) == (None, {"MSG-13"})
        held = desk.held(BY_KIND[kind])
        assert held is not None
        assert held.guid == head_of(BY_KIND[kind]).guid


def test_a_key_refused_once_in_a_message_is_not_taken_by_its_repetition() -> None:
    """MSG-13 looks at the keys of the message, not at what became of the first."""
    desk = Desk()
    first, second = desk.send(changed(S.order, goods_value="1"), S.order)
    assert (rows(first), rows(second)) == ({"ORD-12"}, {"MSG-13"})
    assert desk.state(S.order) == State.ABSENT


def test_one_bad_document_leaves_its_neighbours_alone() -> None:
    """Documents are judged alone, each at its own place."""
    sales = [sale(index) for index in range(4)]
    orders = [made.order for made in sales]
    orders[1] = changed(orders[1], goods_value="1")
    decisions = Desk().send(*orders)
    assert [int(one.status) for one in decisions] == [2, -301008, 2, 2]
    assert [one.subject.path for one in decisions] == [f"/CEB303Message/Order[{i}]" for i in (1, 2, 3, 4)]


def test_two_lists_of_one_order_in_one_message_see_each_other() -> None:
    """ORD-05: the second list finds the first one live, though nothing is stored yet."""
    first, second = Desk().send(S.inventory, changed(S.inventory, cop_no="ANOTHER"))
    assert (first.status, second.status) == (2, -621004)
    assert [fault.rule for fault in second.faults] == ["ORD-05"]


def test_a_list_deleted_in_the_same_message_frees_its_order() -> None:
    """A rejected list is deleted and another declared for its order in one message."""
    desk = Desk(faults=[FaultPlan("f", "603", "*", "reject")])
    sent(desk, S.documents)
    desk.settle()
    decisions = desk.send(again(S.inventory, "3", seconds=1), changed(S.inventory, cop_no="ANOTHER"))
    assert [int(one.status) for one in decisions] == [2, 2]


def test_needs_ask_for_every_key_once_and_for_what_may_bind() -> None:
    """One query a set and kind: a message of 100 orders asks for 100 keys, a change also for lists."""
    desk = Desk()
    asked: list[Needs] = []
    desk.send(*[sale(index).order for index in range(100)])
    items = [decision.subject for decision in Desk().send(S.order, again(sale(1).order, "2"))]
    asked.append(needs("303", [item for item in items if not isinstance(item, Held)]))
    keys = {item.key for item in items}
    guids = {item.guid for item in items}
    wanted = {("key", "303"): keys, ("guid", "303"): guids, ("order_ref", "603"): {items[1].order_ref}}
    assert asked == [Needs(wanted)]  # type: ignore[arg-type]
    assert needs("303", []) == Needs()
    assert (needs("303", []).nothing, asked[0].nothing) == (True, False)


def test_a_list_at_customs_needs_what_it_names_and_nothing_else_is_asked() -> None:
    """Order and waybill by key, receipts by order, other lists by waybill; an order at customs needs nothing."""
    desk = Desk()
    sent(desk, S.documents)
    held = [desk.held(document) for document in S.documents]
    order, _, waybill, listed = (one for one in held if one is not None)
    event = desk.event(S.inventory, Stage.CUSTOMS)
    assert asked(event, [listed])[0] is needs_of_match
    assert needs_of_match(event, [listed], NOTHING) == Needs(
        {
            ("key", "303"): {order.key},
            ("key", "505"): {waybill.key},
            ("order_ref", "403"): {order.key},
            ("waybill_ref", "603"): {waybill.key},
        }
    )
    assert asked(desk.event(S.order, Stage.CUSTOMS), [order]) == ()
    assert asked(desk.event(S.inventory, Stage.SEND), [listed]) == ()
    assert asked(event, []) == ()
