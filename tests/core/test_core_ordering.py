"""What had to be there before, what becomes of the same document again, and when the next step is due."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from core_desk import (
    AT,
    KINDS,
    SEED,
    STANDARD,
    STRICT,
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

from swsim.fixtures.chain import BEIJING, chain
from swsim.simulator.core.facts import Facts, Needs
from swsim.simulator.core.faults import FaultPlan
from swsim.simulator.core.model import Decision, Held, Stage, State
from swsim.simulator.core.questions import asked, needs, needs_of_match
from swsim.simulator.core.schedule import fraction
from swsim.simulator.messages.transfer import Document
from swsim.simulator.profile import Delay, Profile, Regime, receipts_required
from swsim.simulator.profiles.signatures import Signatures
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


# --- the same document again ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("app_type", ["2", "3"])
@pytest.mark.parametrize("kind", ["303", "403", "505"])
def test_a_live_list_binds_what_it_refers_to(kind: str, app_type: str) -> None:
    """Change and delete of accepted data are refused while a live list refers to it, and free once it is rejected."""
    desk = Desk(SLOW, faults=[FaultPlan("f", "603", "*", "reject")])
    sent(desk, [*S.documents[:3]])
    desk.settle()
    sent(desk, [S.inventory])
    bound = desk.send(again(BY_KIND[kind], app_type, seconds=1))[0]
    assert [fault.rule for fault in bound.faults] == ["MSG-12"]
    assert f"bound by list {S.inventory.head.agent_code}~{S.inventory.head.cop_no}" in bound.faults[0].found
    desk.settle()
    assert desk.state(S.inventory) == State.REJECTED
    assert desk.send(again(BY_KIND[kind], app_type, seconds=2))[0].faults == []


@pytest.mark.parametrize("state", ["draft", "deleted"])
@pytest.mark.parametrize("kind", ["303", "403", "505"])
def test_a_list_that_is_not_live_binds_nothing(kind: str, state: str) -> None:
    """A draft or deleted list leaves its data free."""
    desk = Desk(SLOW)
    sent(desk, [*S.documents[:3], changed(S.inventory, app_status="1")])
    if state == "deleted":
        sent(desk, [again(S.inventory, "3", seconds=1)])
    desk.settle()
    assert desk.send(again(BY_KIND[kind], "2", seconds=1))[0].faults == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_old_message_changes_nothing(kind: str) -> None:
    """MSG-09: an appTime before the stored one is refused, equal or later is not old."""
    for seconds, old in ((-1, True), (0, False), (1, False)):
        desk = Desk(SLOW)
        sent(desk, [changed(BY_KIND[kind], app_status="1")])
        decision = desk.send(again(BY_KIND[kind], "2", seconds=seconds))[0]
        assert (rows(decision) == {"MSG-09"}) is old
        assert desk.state(BY_KIND[kind]) == (State.STAGED if old else State.DECLARING)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("waited", [0, 1, 2, 5])
def test_a_new_document_under_a_live_key_is_a_duplicate(kind: str, waited: int) -> None:
    """MSG-10: in 2, 3, 120 or 399 the key is taken, for a declaration and for a draft; states stay as they are."""
    desk = Desk(with_delays(1))
    sent(desk, S.documents)
    desk.wait(waited)
    before = desk.state(BY_KIND[kind])
    for app_status in "12":
        assert rows(desk.send(again(BY_KIND[kind], "1", app_status, seconds=9))[0]) == {"MSG-10"}
    assert desk.state(BY_KIND[kind]) == before
    desk.settle()
    assert [status for status in desk.statuses(BY_KIND[kind]) if status > 0] == SUCCESS[kind]


@pytest.mark.parametrize("app_type", ["1", "2"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_document_rejected_with_100_is_sent_again_under_its_key(kind: str, app_type: str) -> None:
    """New or change, both resubmit; preNo stays, the first return has one, and the flow runs to the end."""
    desk = Desk(SLOW, faults=[FaultPlan("f", kind, "*", "reject")])
    sent(desk, [d for d in S.documents if kind in {d.number, "603"}])
    desk.settle()
    first = desk.held(BY_KIND[kind])
    assert first is not None
    assert (desk.statuses(BY_KIND[kind]), first.state) == ([2, 3, 100], 100)
    sent(desk, [again(BY_KIND[kind], app_type, seconds=30)])
    desk.settle()
    second = desk.held(BY_KIND[kind])
    assert second is not None
    assert desk.statuses(BY_KIND[kind]) == [2, 3, 100, *SUCCESS[kind]]
    assert (second.serial, second.pre_no) == (first.serial, first.pre_no)
    assert second.number > first.number


@pytest.mark.parametrize("first", ["draft", "changed", "rejected"])
def test_the_same_bytes_again_are_a_duplicate_in_any_state(first: str) -> None:
    """Sent a second time byte for byte (a publish repeated), a draft, a change, a rejected document stays as it is."""
    document = BY_KIND["303"]
    desk = Desk(SLOW, faults=[FaultPlan("f", "303", "*", "reject")] if first == "rejected" else [])
    if first == "draft":
        document = changed(document, app_status="1")
    elif first == "changed":
        sent(desk, [changed(document, app_status="1")])
        document = again(document, "2", seconds=1)
    sent(desk, [document])
    if first == "rejected":
        desk.settle()
    before = desk.state(document)
    assert desk.send(document)[0].status == -301010
    assert desk.state(document) == before


@pytest.mark.parametrize(("kind", "app_type"), [("603", "2"), ("303", "3")])
def test_a_change_or_delete_sent_twice_is_a_duplicate_too(kind: str, app_type: str) -> None:
    """The same bytes of a change of a list, or of a deletion, get the duplicate code, not -621012 or 'not found'."""
    desk = Desk(SLOW)
    sent(desk, [changed(BY_KIND[kind], app_status="1")])
    repeated = again(BY_KIND[kind], app_type, seconds=1)
    sent(desk, [repeated])
    assert desk.send(repeated)[0].status == {"303": -301010, "603": -621004}[kind]


def test_a_deletion_is_judged_by_the_rules_of_every_message() -> None:
    """appTime, appStatus and guid of a deletion are looked at like those of any document."""
    deletion = again(S.order, "3", seconds=1)
    found = []
    for wrong in ({"app_time": "20260230090000"}, {"app_status": "7"}, {"guid": "!" * 36}):
        desk = Desk(STRICT)
        sent(desk, [changed(S.order, app_status="1")])
        found.append(rows(desk.send(changed(deletion, **wrong))[0]))
    assert found == [{"MSG-04/form"}, {"X1/appStatus"}, {"MSG-01/form"}]


def test_a_waybill_belongs_to_the_list_that_named_it_first() -> None:
    """In `strict` the later list gets the 100; one received after it does not take the first one's waybill away."""
    desk, other = Desk(with_delays(10, STRICT)), sale(1)
    later = changed(other.inventory, logistics_no=S.logistics.logistics_no)
    sent(desk, [*S.documents, other.order, other.receipts, later])
    desk.settle()
    assert (desk.statuses(S.inventory)[-1], desk.statuses(later)[-1]) == (399, 100)


def test_a_list_that_changed_its_order_frees_the_one_it_had() -> None:
    """In one message a rejected list moves to another order and a second list takes the first order."""
    desk, other = Desk(SLOW, faults=[FaultPlan("f", "603", "*", "reject")]), sale(1)
    sent(desk, S.documents)
    desk.settle()
    moved = again(S.inventory, "2", seconds=1, order_no=other.order.head.order_no)
    second = changed(S.inventory, cop_no="ANOTHER", guid="SECOND")
    assert [int(one.status) for one in desk.send(moved, second)] == [2, 2]
    assert rows(desk.send(changed(other.inventory, cop_no="THIRD"))[0]) == {"ORD-05"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_waits_until_it_is_declared(kind: str) -> None:
    """A draft is answered with 1 and plans nothing; declared by new or by change it takes the whole way."""
    for app_type in "12":
        desk = Desk(SLOW)
        sent(desk, [d for d in S.documents[:3] if kind == "603"])
        sent(desk, [changed(BY_KIND[kind], app_status="1")])
        assert desk.statuses(BY_KIND[kind]) == [1]
        desk.settle()
        sent(desk, [again(BY_KIND[kind], app_type, seconds=1)])
        desk.settle()
        assert desk.statuses(BY_KIND[kind]) == [1, *SUCCESS[kind]]


def test_two_draft_lists_of_one_order_conflict_only_when_declared() -> None:
    """A draft never enters conflict checks; of two, the second one declared is refused, as draft-change or new."""
    other = changed(S.inventory, cop_no="ANOTHER")
    for app_type in "12":
        desk = Desk()
        sent(desk, [changed(S.inventory, app_status="1"), changed(other, app_status="1")])
        sent(desk, [again(S.inventory, "2", seconds=1)])
        assert rows(desk.send(again(other, app_type, seconds=1))[0]) == {"ORD-05"}
        assert desk.state(other) == State.STAGED


def test_a_rejected_list_may_not_come_back_beside_the_one_that_took_its_place() -> None:
    """After the 100 another list declares the order; the first one sent again is refused."""
    desk = Desk(faults=[FaultPlan("f", "603", "*", "reject")])
    other = changed(S.inventory, cop_no="ANOTHER")
    sent(desk, S.documents)
    desk.settle()
    sent(desk, [other])
    assert rows(desk.send(again(S.inventory, "1", seconds=1))[0]) == {"ORD-05"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_deleted_document_is_gone_and_its_key_free(kind: str) -> None:
    """Deleted: confirmed by customs, change finds nothing, new begins anew."""
    desk = Desk(SLOW)
    sent(desk, [d for d in S.documents[:3] if kind == "603"])
    sent(desk, [changed(BY_KIND[kind], app_status="1"), again(BY_KIND[kind], "3", seconds=1)])
    assert desk.state(BY_KIND[kind]) == State.DELETED
    desk.settle()
    assert desk.statuses(BY_KIND[kind]) == [1, 2, SUCCESS[kind][2]]
    assert desk.state(BY_KIND[kind]) == State.DELETED
    for app_type in "23":
        assert rows(desk.send(again(BY_KIND[kind], app_type, seconds=2))[0]) == {"MSG-11"}
    sent(desk, [again(BY_KIND[kind], "1", seconds=2)])
    desk.settle()
    assert [status for status in desk.statuses(BY_KIND[kind]) if status > 0][3:] == SUCCESS[kind]


@pytest.mark.parametrize("kind", ["303", "403", "505"])
def test_a_step_planned_for_an_earlier_version_is_not_taken(kind: str) -> None:
    """Changed before the step was due, the document travels once, on the later version's times."""
    desk = Desk(SLOW)
    sent(desk, [BY_KIND[kind]])
    sent(desk, [again(BY_KIND[kind], "2", seconds=5)], after=5)
    assert desk.wait(5) == []
    assert [int(one.status) for one in desk.wait(5)] == [3]
    desk.settle()
    assert desk.statuses(BY_KIND[kind]) == [2, 2, 3, SUCCESS[kind][-1]]


def test_a_changed_order_is_matched_in_its_latest_version() -> None:
    """The list is laid beside what the order says now, not beside what it said first."""
    desk = Desk(SLOW)
    sent(desk, [changed(S.order, ebp_name="OLD NAME"), S.receipts, S.logistics])
    sent(desk, [again(S.order, "2", seconds=1), S.inventory])
    assert last_of_list(desk).faults == []


@pytest.mark.parametrize("app_type", ["2", "3"])
def test_an_impossible_app_time_does_not_lock_its_key(app_type: str) -> None:
    """A draft or a delete whose appTime is no time must not make every later message of its key an old one."""
    desk = Desk(SLOW)
    sent(desk, [changed(S.order, app_status="1")])
    desk.send(again(S.order, app_type, "1", app_time="99999999999999"))
    assert desk.send(again(S.order, "1", seconds=60))[0].status == 2


# --- when the next step is due ----------------------------------------------------------------------------------------


def test_the_steps_of_a_message_are_due_at_the_profiles_delays() -> None:
    """2 at once, 3 after one delay, 120 after the next, 399 after the third; a waybill's 399 is its third status."""
    desk = Desk(with_delays(2))
    sent(desk, S.documents)
    seen = []
    for second in range(8):
        now = [(int(d.subject.kind), int(d.status)) for d in desk.wait(1 if second else 0)]
        seen.append(now)
    third = [(303, 120), (403, 120), (505, 399), (603, 120)]
    assert seen == [[], [], [(303, 3), (403, 3), (505, 3), (603, 3)], [], third, [], [(603, 399)], []]


def test_without_delays_everything_is_due_at_once() -> None:
    """Profile `instant`: all steps lie at the time of receipt."""
    desk = Desk(with_delays(0))
    sent(desk, S.documents)
    assert {event.at for event in desk.events} == {AT}
    desk.wait(0)
    assert {d.number: desk.statuses(d) for d in S.documents} == SUCCESS


def test_the_standard_delays_lie_in_their_range() -> None:
    """3 after 1 s, 120 another 2 to 7 s later, 399 another 2 to 5 s later: drawn, in whole milliseconds."""
    customs: list[timedelta] = []
    approved: list[timedelta] = []
    desk, sales = Desk(), [sale(index) for index in range(60)]
    sent(desk, [document for made in sales for document in made.documents])
    desk.settle()
    for made in sales:
        for document in made.documents:
            (_, first), (_, second), (_, third), *rest = desk.times(document)
            assert (first, second - first) == (AT, timedelta(seconds=1))
            customs.append(third - second)
            approved += [at - third for _, at in rest]
    assert timedelta(seconds=2) <= min(customs) < timedelta(seconds=2.2)
    assert timedelta(seconds=6.8) < max(customs) <= timedelta(seconds=7)
    assert timedelta(seconds=2) <= min(approved) < timedelta(seconds=2.5)
    assert timedelta(seconds=4.5) < max(approved) <= timedelta(seconds=5)
    assert [delay for delay in (*customs, *approved) if delay.microseconds % 1000] == []


def test_the_documents_of_a_message_travel_together() -> None:
    """One event a stage for all of them, drawn from the message's guid; another message draws another delay."""
    desk = Desk()
    desk.send(*[sale(index).order for index in range(100)])
    assert [len(event.serials) for event in desk.events] == [100]
    desk.wait(1)
    assert [(event.stage, len(event.serials)) for event in desk.events] == [(Stage.CUSTOMS, 100)]
    due = desk.events[0].at
    other = Desk()
    other.send(S.order, guid="M" * 36)
    other.wait(1)
    assert other.events[0].at != due


def test_refused_and_staged_documents_plan_nothing() -> None:
    """Of a message with a good, a bad and a draft document only the good one has a next step."""
    desk = Desk()
    good, bad, draft = sale(0).order, changed(sale(1).order, goods_value="1"), changed(sale(2).order, app_status="1")
    decisions = desk.send(bad, good, draft)
    held = decisions[1].held
    assert held is not None
    assert [event.serials for event in desk.events] == [[held.serial]]


def test_a_delay_is_a_pure_function_of_seed_stage_and_message() -> None:
    """The same arguments give the same draw whatever was drawn before; each argument matters."""
    first = fraction(SEED, "send", "GUID")
    assert fraction(SEED, "customs", "GUID") != first
    assert fraction(SEED + 1, "send", "GUID") != first
    assert fraction(SEED, "send", "OTHER") != first
    assert fraction(SEED, "send", "GUID") == first
    assert all(0 <= fraction(seed, "send", "GUID") < 1 for seed in range(1000))
    assert Delay(2, 7).draw(0) == timedelta(seconds=2)
    assert Delay(2, 7).draw(0.5) == timedelta(seconds=4.5)
    assert Delay(1, 1.0005).draw(0.999) == timedelta(seconds=1)


# --- the fault table --------------------------------------------------------------------------------------------------


def plan_row(kind: str, action: str, key: str = "*", **more: object) -> FaultPlan:
    """A row of the fault table."""
    return replace(FaultPlan("F1", kind, key, action), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "stage", "step"),
    [
        ("303", "3", Stage.SEND),
        ("303", "send", Stage.SEND),
        ("303", "120", Stage.CUSTOMS),
        ("403", "100", Stage.CUSTOMS),
        ("505", "399", Stage.CUSTOMS),
        ("603", "customs", Stage.CUSTOMS),
        ("603", "399", Stage.APPROVE),
        ("603", "approve", Stage.APPROVE),
    ],
)
def test_a_planned_delay_makes_one_stage_later(kind: str, stage: str, step: Stage) -> None:
    """The step that brings that status comes an hour later, the others keep their distance."""
    desk = Desk(with_delays(1), faults=[plan_row(kind, "delay", stage=stage, by=timedelta(hours=1))])
    sent(desk, S.documents)
    desk.settle()
    seconds = [(at - AT).total_seconds() for _, at in desk.times(BY_KIND[kind])]
    steps = [Stage.RECEIVE, Stage.SEND, Stage.CUSTOMS, Stage.APPROVE][: len(seconds)]
    late = steps.index(step)
    assert seconds == [place + (3600 if place >= late else 0) for place in range(len(steps))]
    assert desk.statuses(BY_KIND[kind]) == SUCCESS[kind]


def test_a_delay_parts_one_document_from_its_message() -> None:
    """Of two orders in a message the one named by orderNo comes later, the other in time; delays add up."""
    one, other = sale(0), sale(1)
    by = timedelta(seconds=30)
    key = f"orderNo={one.order.head.order_no}"
    desk = Desk(
        with_delays(1),
        faults=[plan_row("303", "delay", key, stage="3", by=by), plan_row("303", "delay", key, stage="3", by=by)],
    )
    desk.send(one.order, other.order)
    assert sorted((event.at - AT).total_seconds() for event in desk.events) == [1, 61]
    desk.wait(1)
    assert (desk.state(one.order), desk.state(other.order)) == (State.DECLARING, State.SENT)
    desk.settle()
    assert desk.statuses(one.order) == desk.statuses(other.order) == SUCCESS["303"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("status", "state"), [(100, State.REJECTED), (-301013, State.REJECTED)])
def test_a_planned_rejection_happens_once_a_document(kind: str, status: int, state: State) -> None:
    """The next decision of customs is the planned one, with its text and rule FAULT; sent again it passes."""
    desk = Desk(SLOW, faults=[plan_row(kind, "reject", status=status, info="planned")])
    sent(desk, S.documents[:3] if kind == "603" else [])
    sent(desk, [BY_KIND[kind]])
    decision = final(desk.settle(), BY_KIND[kind])
    assert (int(decision.status), decision.state, decision.info) == (status, state, "planned")
    assert [(fault.rule, fault.found) for fault in decision.faults] == [("FAULT", f"F1: {status} planned")]
    assert desk.statuses(BY_KIND[kind]) == [2, 3, status]
    sent(desk, [again(BY_KIND[kind], "1", seconds=60)])
    desk.settle()
    assert desk.statuses(BY_KIND[kind]) == [2, 3, status, *SUCCESS[kind]]


def test_a_planned_rejection_meets_every_document_of_its_kind_once() -> None:
    """`*` speaks of each order, a second row of the table rejects a second time."""
    first, second = plan_row("303", "reject"), replace(plan_row("303", "reject"), id="F2")
    desk = Desk(SLOW, faults=[first, second])
    orders = [sale(index).order for index in range(3)]
    desk.send(*orders)
    desk.settle()
    assert [desk.statuses(order) for order in orders] == [[2, 3, 100]] * 3
    for place, order in enumerate(orders):
        sent(desk, [again(order, "1", seconds=60)])
        desk.settle()
        assert desk.statuses(order)[3:] == [2, 3, 100], place
        sent(desk, [again(order, "1", seconds=120)])
        desk.settle()
        assert desk.statuses(order)[6:] == SUCCESS["303"]


@pytest.mark.parametrize(
    ("kind", "key", "meets"),
    [
        ("303", "*", {"303"}),
        ("403", f"orderNo={S.order.head.order_no}", {"403"}),
        ("603", f"orderNo={S.order.head.order_no}", {"603"}),
        ("505", f"orderNo={S.order.head.order_no}", set()),
        ("303", "orderNo=ANOTHER", set()),
        ("505", f"{S.logistics.logistics_code}~{S.logistics.logistics_no}", {"505"}),
        ("505", f"{S.logistics.logistics_no}~{S.logistics.logistics_code}", set()),
        ("303", f"{S.order.head.ebc_code}~{S.order.head.ebp_code}~{S.order.head.order_no}", {"303"}),
    ],
)
def test_a_row_of_the_fault_table_speaks_of_its_kind_and_key(kind: str, key: str, meets: set[str]) -> None:
    """`*`, the contract's key, or an order number; a waybill knows no order."""
    desk = Desk(SLOW, faults=[plan_row(kind, "reject", key)])
    sent(desk, S.documents)
    desk.settle()
    rejected = {d.number for d in S.documents if 100 in desk.statuses(d) and desk.statuses(d)[-1] == 100}
    assert rejected - {"603"} | ({"603"} if kind == "603" and rejected else set()) == meets


def test_generated_sales_of_two_columns_take_the_same_way() -> None:
    """Ten sales in batches of a message a kind: every document its statuses, in `standard` and in `strict`."""
    for profile in (STANDARD, STRICT):
        desk = Desk(profile)
        sales = [chain(SEED, index, AT) for index in range(10)]
        for place in range(4):
            desk.send(*[made.documents[place] for made in sales])
        desk.settle()
        for made in sales:
            assert {d.number: desk.statuses(d) for d in made.documents} == SUCCESS


def test_profile_severity_is_all_that_tells_strict_from_standard_here() -> None:
    """The two columns differ in severity, in signatures and in who reports a format error, in nothing else."""
    alike = replace(STRICT, name="standard", severity="standard", format_errors="both", signature=Signatures())
    assert alike == STANDARD == Profile()


def test_lists_of_one_message_wait_until_the_same_moment() -> None:
    """ORD-02: each of them is answered when the time is up, not the last one only."""
    desk = Desk(replace(STANDARD, match=600.0))
    first, second = sale(0).inventory, sale(1).inventory
    desk.send(first, second)
    desk.wait(599)
    assert [desk.state(one) for one in (first, second)] == [State.SENT, State.SENT]
    desk.wait(1)
    assert [desk.state(one) for one in (first, second)] == [State.REJECTED, State.REJECTED]
