"""The fault table at work in the core: whom a row meets, how often, what becomes of the step it meets."""

from datetime import timedelta
from typing import Any

import pytest
from core_desk import AT, SEED, Desk, sale
from core_shipment import Shipment
from test_core_switches import ONE, profile

from swsim.simulator.codes.status import SYSTEM_CODES
from swsim.simulator.core.draws import fraction
from swsim.simulator.core.faults import FaultPlan, Faults
from swsim.simulator.core.machines import MACHINES, Input
from swsim.simulator.core.model import Held, Stage, State

S, OTHER = sale(), sale(1)
MINUTE = timedelta(minutes=1)


def laid(*plans: FaultPlan) -> Desk:
    """A desk with these rows, and both sales through."""
    desk = Desk(ONE, faults=plans)
    for one in (S, OTHER):
        for document in one.documents:
            desk.send(document)
    desk.settle()
    return desk


def held_of(desk: Desk, document: Any) -> Held:
    """What customs keeps of a document."""
    held = desk.held(document)
    assert held is not None
    return held


# --- whom a row meets -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "key", "met"),
    [
        ("*", f"orderNo={S.order.head.order_no}", {"303", "403", "603"}),
        ("403", f"orderNo={S.order.head.order_no}", {"403"}),
        ("*", f"logisticsNo={S.logistics.logistics_no}", {"505", "603"}),
        ("*", f"orderNo={S.logistics.logistics_no}", set()),
        ("*", "orderNo=", set()),
        ("*", "copNo=1", set()),
    ],
)
def test_a_row_meets_the_documents_of_a_number(kind: str, key: str, met: set[str]) -> None:
    """Of one sale, whatever kind they are; never those of the other sale, nor a number of another name."""
    desk, plan = laid(), FaultPlan("F", kind, key, "reject")
    assert {one.number for one in S.documents if plan.meets(held_of(desk, one))} == met
    assert not any(plan.meets(held_of(desk, one)) for one in OTHER.documents)


def test_a_row_of_a_number_rejects_that_sale() -> None:
    """Its order gets 100 and its list too, which has lost its order; the other sale goes through."""
    desk = laid(FaultPlan("F", "303", f"orderNo={S.order.head.order_no}", "reject", info="no"))
    assert [desk.statuses(one.order)[-1] for one in (S, OTHER)] == [100, 120]


def test_a_row_meets_a_message_by_its_kind_or_by_a_document_in_it() -> None:
    """`*` speaks of every message of its kind; a key only of messages that carry it."""
    desk = laid()
    mine, other = held_of(desk, S.order), held_of(desk, OTHER.order)
    every = FaultPlan("F", "303", "*", "busy")
    assert every.meets_message("303", ())
    assert not every.meets_message("403", [mine])
    assert FaultPlan("F", "*", "*", "busy").meets_message("403", ())
    one = FaultPlan("F", "303", f"orderNo={S.order.head.order_no}", "busy")
    assert one.meets_message("303", [other, mine])
    assert not one.meets_message("303", [other])


@pytest.mark.parametrize(
    ("kind", "final", "passing"),
    [
        ("303", (120, 100, -301010), (1, 2, 3, 4)),
        ("505", (399, 120, 100, -504011), (2, 3)),
        ("603", (399, 100, -621001), (2, 120, 300, 500, 800, 899)),
        ("213", (120, 800, 100), (2, 300, 500)),
        ("507", (399, 100), (2, 3, 120)),
        ("900", (-999999,), (2,)),
    ],
)
def test_a_stage_is_a_status_or_the_last_one(kind: str, final: tuple[int, ...], passing: tuple[int, ...]) -> None:
    """`final` is what ends a document's own way; a number is that status alone; nothing and `*` are all."""
    last, any_of, two = (FaultPlan("F", kind, "*", "late", stage=stage) for stage in ("final", "*", "2"))
    assert all(last.at_stage(kind, status) for status in final)
    assert not any(last.at_stage(kind, status) for status in passing)
    assert all(any_of.at_stage(kind, status) for status in (*final, *passing))
    assert [status for status in (*final, *passing) if two.at_stage(kind, status)] == [2] * (2 in passing)


def test_most_counts_all_documents() -> None:
    """The first one is met, the others are not."""
    desk = laid(FaultPlan("F", "303", "*", "reject", most=1))
    assert [desk.statuses(one.order)[-1] for one in (S, OTHER)] == [100, 120]
    desk = laid(FaultPlan("F", "303", "*", "reject"))
    assert [desk.statuses(one.order)[-1] for one in (S, OTHER)] == [100, 100]


def test_a_table_without_rows_says_so() -> None:
    """Nothing is asked of it, nothing fires; a table with rows has none of another action."""
    assert Faults().none
    assert Faults().rows("reject", "late") == []
    plan = FaultPlan("F", "*", "*", "reject")
    assert not Faults([plan]).none
    assert (Faults([plan]).rows("late"), Faults([plan]).rows("late", "reject")) == ([], [plan])


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_a_share_is_drawn_by_document(share: float) -> None:
    """Those whose draw lies below it are met, by every turn alike; at one half some are and some are not."""
    desk, plan = laid(), FaultPlan("F", "*", "*", "late", share=share)
    held = [held_of(desk, document) for one in (S, OTHER) for document in one.documents]
    drawn = {one.serial for one in held if fraction(SEED, "fault/F", f"{one.kind}/{one.key}/late/0") < share}
    for _ in range(2):
        faults = Faults([plan], SEED)
        assert {one.serial for one in held if faults.met(plan, one, "late")} == drawn
        assert len(faults.take()) == (1 if drawn else 0)
    assert {0.0: not drawn, 0.5: 0 < len(drawn) < len(held), 1.0: len(drawn) == len(held)}[share]


def test_what_fired_is_told_once() -> None:
    """Documents that a row meets at one stage are one entry; what says more of itself stands alone."""
    desk, plan = laid(), FaultPlan("F", "303", "*", "reject")
    faults = Faults([plan])
    for one in (S, OTHER):
        assert list(faults.on(held_of(desk, one.order), Stage.CUSTOMS, "reject")) == [plan]
        assert list(faults.on(held_of(desk, one.receipts), Stage.CUSTOMS, "reject")) == []
    faults.note(plan, Stage.CUSTOMS, [("303", "A")], number=7)
    both, alone = (one.as_json() for one in faults.take())
    assert both | {"documents": len(both["documents"])} == {
        "fault": "F",
        "action": "reject",
        "side": "deciding",
        "stage": "customs",
        "documents": 2,
    }
    assert (alone["documents"], alone["number"]) == ([["303", "A"]], 7)
    assert faults.take() == []


# --- what becomes of the step -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [0, -301008])
def test_a_system_error_refuses_on_arrival(status: int) -> None:
    """With the code of its kind, or the row's; the document takes no key, and sent again it passes."""
    desk = Desk(ONE, faults=[FaultPlan("F", "303", "*", "system-error", status=status, info="away")])
    (refused,) = desk.send(S.order)
    assert (refused.status, refused.info) == (status or SYSTEM_CODES["303"], "away")
    assert [fault.rule for fault in refused.faults] == ["FAULT"]
    assert desk.state(S.order) is State.ABSENT
    (taken,) = desk.send(S.order)
    assert (taken.status, taken.faults) == (2, [])


def test_a_sending_that_fails_is_tried_again() -> None:
    """4 instead of 3, 3 after the row's pause, then on; the remark names the row."""
    desk = Desk(ONE, faults=[FaultPlan("F", "303", "*", "send-failed", retry=MINUTE)])
    desk.send(S.order)
    failed = desk.wait(1)
    assert [(int(one.status), [fault.rule for fault in one.remarks]) for one in failed] == [(4, ["FAULT"])]
    desk.settle()
    assert [(status, at - AT) for status, at in desk.times(S.order)] == [
        (2, timedelta(0)),
        (4, timedelta(seconds=1)),
        (3, timedelta(seconds=61)),
        (120, timedelta(seconds=62)),
    ]


def test_without_a_pause_it_is_never_tried_again() -> None:
    """retry null: the document stays at 4."""
    desk = Desk(ONE, faults=[FaultPlan("F", "303", "*", "send-failed")])
    desk.send(S.order)
    desk.settle()
    assert (desk.statuses(S.order), desk.state(S.order)) == ([2, 4], State.SEND_FAILED)


@pytest.mark.parametrize("kind", sorted(MACHINES))
def test_every_machine_can_fail_to_send(kind: str) -> None:
    """Why the step of a document that is being declared is always there."""
    assert [row.target for row in MACHINES[kind] if (row.source, row.input) == (State.DECLARING, Input.FAIL)] == [
        State.SEND_FAILED
    ]


def test_a_message_may_be_taken_up_late() -> None:
    """2 at once, everything after it a minute later."""
    desk = Desk(ONE, faults=[FaultPlan("F", "303", "*", "accepted-late", by=MINUTE)])
    desk.send(S.order)
    desk.settle()
    assert [(status, at - AT) for status, at in desk.times(S.order)] == [
        (2, timedelta(0)),
        (3, timedelta(seconds=61)),
        (120, timedelta(seconds=62)),
    ]


@pytest.mark.parametrize("stage", ["800", "release"])
def test_the_release_of_inspected_goods_may_come_later(stage: str) -> None:
    """500, and 800 later by what the row says than without it."""
    inspects = profile({"inspection_rate": 1.0, "inspected_after": 30})
    took = []
    for plans in ((), (FaultPlan("F", "603", "*", "delay", stage=stage, by=MINUTE),)):
        shipment = Shipment(profile=inspects, faults=plans)
        shipment.report(*shipment.arrival)
        at = dict(shipment.desk.times(shipment.listed()))
        took.append(at[800] - at[500])
    assert took == [timedelta(seconds=30), timedelta(seconds=90)]


# --- a list that waits ------------------------------------------------------------------------------------------------


def test_a_waiting_list_goes_on_waiting_for_the_second_piece() -> None:
    """ORD-02: with the order there and the waybill missing it is looked at again, and nothing is said."""
    desk = Desk(profile({"match": "wait(600)"}))
    desk.send(S.receipts)
    desk.send(S.inventory)
    desk.wait(5)
    assert desk.statuses(S.inventory) == [2, 3]
    desk.send(S.order)
    assert [one for one in desk.wait(0) if one.subject.kind == "603"] == []
    assert held_of(desk, S.inventory).waits == "match"
    desk.send(S.logistics)
    desk.settle()
    assert desk.statuses(S.inventory) == [2, 3, 120, 399]


def test_what_befalls_a_return_on_the_line_does_so_once() -> None:
    """By its number, and by what it is; counted among what is kept of the table."""
    before: dict[str, int] = {}
    faults = Faults(spent=before)
    assert faults.first("lost", 7)
    assert not faults.first("lost", 7)
    assert faults.first("redelivered", 7)
    assert faults.changed
    assert faults.spent == {"/lost/7": 1, "/redelivered/7": 1}
    assert before == {}
