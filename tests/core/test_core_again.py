"""What becomes of the same document that comes again: changed, deleted, a duplicate, after a 100."""

import pytest
from core_desk import (
    KINDS,
    STRICT,
    SUCCESS,
    Desk,
    again,
    changed,
    rows,
    sale,
    with_delays,
)
from test_core_ordering import BY_KIND, SLOW, S, last_of_list, sent

from swsim.simulator.core.faults import FaultPlan
from swsim.simulator.core.model import State


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
