"""What the fault table plans for single documents: delays, rejections, and which documents its rows meet."""

from dataclasses import replace
from datetime import timedelta

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
    final,
    sale,
    with_delays,
)
from test_core_ordering import BY_KIND, SLOW, S, sent

from swsim.fixtures.chain import chain
from swsim.simulator.core.faults import FaultPlan
from swsim.simulator.core.model import Stage, State
from swsim.simulator.profile import Profile
from swsim.simulator.profiles.signatures import Signatures


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
