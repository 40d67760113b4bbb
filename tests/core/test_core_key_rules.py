"""Keys and states, which the engine decides (KEY_RULES): old, duplicate, unknown, wrong state; what refusals leave."""

from datetime import timedelta
from decimal import Decimal

import pytest
from core_case import S
from core_desk import (
    AT,
    FIRMS,
    KINDS,
    STRICT,
    SUCCESS,
    Desk,
    again,
    changed,
    head_of,
    rows,
    sale,
)

from swsim.simulator.core.checks_reused import months_later
from swsim.simulator.core.incoming import Finding
from swsim.simulator.core.model import Decision, State
from swsim.simulator.core.rules import KEY_RULES
from swsim.simulator.messages.transfer import Document
from swsim.simulator.registry import Registry

DUPLICATE = {"303": -301010, "403": -401007, "505": -504015, "603": -621004}


OLD = {"303": -301014, "403": -401012, "505": -505016, "603": -621001}


NOT_FOUND = {"303": -301009, "403": -401006, "505": -504014, "603": -621011}


WRONG_STATE = {"303": -301011, "403": -401008, "505": -504016, "603": -621012}


NO_OPERATION = {"303": -301012, "403": -401010, "505": -504011, "603": -621001}


def closed_sale() -> Desk:
    """The plain sale whose list has closed, received at AT."""
    desk = Desk()
    for document in S.documents:
        desk.send(document)
    desk.settle()
    desk.plant(S.inventory, State.CLOSED)
    return desk


BY_KIND: dict[str, Document] = {document.number: document for document in S.documents}


def external(kind: str) -> str:
    """The key of the plain sale's document, parts in the order of rules.md §2."""
    order, receipt, parcel, listed = S.order.head, S.receipts, S.logistics, S.inventory.head
    return {
        "303": f"{order.ebc_code}~{order.ebp_code}~{order.order_no}",
        "403": f"{receipt.ebc_code}~{receipt.order_no}~{receipt.pay_no}",
        "505": f"{parcel.logistics_code}~{parcel.logistics_no}",
        "603": f"{listed.agent_code}~{listed.cop_no}",
    }[kind]


TITLES = {"303": "电子订单", "403": "收款单", "505": "运单", "603": "申报清单"}


def refusal(decision: Decision) -> tuple[int, list[Finding], State | None]:
    """The three things a key rule says."""
    return int(decision.status), decision.faults, State(decision.state) if decision.state is not None else None


def old(kind: str) -> tuple[Decision, int, Finding]:
    document, desk = BY_KIND[kind], Desk()
    desk.send(document)
    desk.settle()
    earlier = again(document, "1", seconds=-1)
    expected, found = f"appTime not before {head_of(document).app_time}", head_of(earlier).app_time
    return desk.send(earlier)[0], OLD[kind], Finding("MSG-09", "", expected, found)


def duplicate(kind: str) -> tuple[Decision, int, Finding]:
    document, desk = BY_KIND[kind], Desk()
    desk.send(document)
    desk.wait(1)
    found = f"{external(kind)} in state 3"
    return desk.send(document)[0], DUPLICATE[kind], Finding("MSG-10", "", f"a key not in use ({TITLES[kind]})", found)


def unknown(kind: str) -> tuple[Decision, int, Finding]:
    decision = Desk().send(again(BY_KIND[kind], "2"))[0]
    return decision, NOT_FOUND[kind], Finding("MSG-11", "", f"an existing {TITLES[kind]}", external(kind))


def wrong_state(kind: str) -> tuple[Decision, int, Finding]:
    desk = Desk()
    for document in S.documents:
        desk.send(document)
    desk.settle()
    state = SUCCESS[kind][-1]
    bound = "" if kind == "603" else f", bound by list {external('603')}"
    found = Finding("MSG-12", "", "a state that allows to change", f"state {state}{bound}")
    return desk.send(again(BY_KIND[kind], "2", seconds=1))[0], WRONG_STATE[kind], found


def twice(kind: str) -> tuple[Decision, int, Finding]:
    decision = Desk().send(BY_KIND[kind], again(BY_KIND[kind], "2", seconds=1))[1]
    return decision, DUPLICATE[kind], Finding("MSG-13", "", "a key once in a message", external(kind))


def second_list(kind: str) -> tuple[Decision, int, Finding]:
    desk = Desk()
    desk.send(S.inventory)
    found = Finding("ORD-05", "", "one live list an order", f"list {external('603')} in state 2")
    return desk.send(changed(S.inventory, cop_no="ANOTHER"))[0], DUPLICATE[kind], found


def used_again(kind: str) -> tuple[Decision, int, Finding]:
    desk = closed_sale()
    document = again(BY_KIND[kind], "1", seconds=60)
    rests = f"{months_later(AT, 6):%Y%m%d%H%M%S}"
    found = f"{desk.now:%Y%m%d%H%M%S}, {external(kind)} has had its use"
    return (
        desk.send(document)[0],
        -504012,
        Finding("LOG-01", "", f"a number not used for 6 months, until {rests}", found),
    )


def no_operation(kind: str) -> tuple[Decision, int, Finding]:
    found = Finding("X1", "", "1 (new), 2 (change) or 3 (delete)", "4")
    return Desk().send(again(BY_KIND[kind], "4"))[0], NO_OPERATION[kind], found


KEY_CASES = {
    "MSG-09": (old, KINDS),
    "MSG-10": (duplicate, KINDS),
    "MSG-11": (unknown, KINDS),
    "MSG-12": (wrong_state, KINDS),
    "MSG-13": (twice, KINDS),
    "LOG-01": (used_again, ("505",)),
    "ORD-05": (second_list, ("603",)),
    "X1": (no_operation, KINDS),
}


@pytest.mark.parametrize(("rule", "kind"), [(rule, kind) for rule, (_, kinds) in KEY_CASES.items() for kind in kinds])
def test_a_key_rule_refuses_with_the_kinds_own_code(rule: str, kind: str) -> None:
    """Old, duplicate, unknown, wrong state, twice in a message, a second list, no such appType: each has its code."""
    decision, code, found = KEY_CASES[rule][0](kind)
    assert refusal(decision) == (code, [found], None)


def test_every_key_rule_has_a_case() -> None:
    """The fault table is judged in `test_core_ordering`, reviews and orders in `test_core_switches`, what the month
    end finds in `test_core_summary`.
    """
    month_end = {"SUM-11", "SUM-15", "SUM-16", "RET-12"}
    assert set(KEY_CASES) == set(KEY_RULES) - {"FAULT", "REVIEW", "FORCED"} - month_end


@pytest.mark.parametrize("kind", KINDS)
def test_a_refused_document_takes_no_key(kind: str) -> None:
    """After a refusal at steps 3 to 7 the same key is free for a document that is right."""
    desk = Desk()
    assert desk.send(changed(BY_KIND[kind], app_time="20260230090000"))[0].state is None
    assert desk.state(BY_KIND[kind]) == State.ABSENT
    assert desk.send(BY_KIND[kind])[0].status == 2


def test_the_same_bytes_get_the_same_refusal() -> None:
    """Sent twice, a document that was refused is refused the same way, not as a duplicate."""
    desk, wrong = Desk(), changed(S.order, goods_value="1")
    first, second = desk.send(wrong)[0], desk.send(wrong)[0]
    assert refusal(first) == refusal(second)
    assert first.status == -301008


def test_a_document_carried_by_another_registered_firm_is_taken() -> None:
    """Any registered enterprise may carry another's document; a foreign dxpId of its own is no fault."""
    agent = FIRMS.agent
    decision = Desk(STRICT).send(S.order, cop_code=agent.code, dxp_id=agent.dxp_id)[0]
    assert (decision.status, rows(decision)) == (2, set())


def test_what_is_refused_enrols_nobody() -> None:
    """ENT-01: the firms of a refused document are as unknown as before, and those of its neighbour are not."""
    desk = Desk(registry=Registry("open", {}))
    wrong = changed(S.order, order_no="ANOTHER", goods_value=Decimal(1))
    assert rows(desk.send(wrong)[0]) >= {"ENT-01/enrolled", "ORD-12"}
    assert desk.registry.enterprises == {}
    desk.send(wrong, S.order)
    assert set(desk.registry.enterprises) == {S.order.head.ebp_code, S.order.head.ebc_code}


def test_an_open_registry_enrols_a_firm_once() -> None:
    """The second document of a firm unknown until a moment ago makes no remark, and a closed registry never enrols."""
    desk = Desk(registry=Registry("open"))
    assert rows(desk.send(S.order)[0]) == {"ENT-01/enrolled"}
    assert rows(desk.send(sale(1).order)[0]) == set()
    enrolled = desk.registry.enterprises[S.order.head.ebc_code]
    assert (enrolled.name, enrolled.roles, enrolled.enrolled) == (S.order.head.ebc_name, ("ebc",), True)
    closed = Desk(registry=Registry("closed"))
    assert {one.rule for one in closed.send(S.order)[0].faults} == {"MSG-06/sender", "ENT-01"}
    assert closed.registry.enterprises == {}


def test_a_translated_time_is_judged_where_customs_is() -> None:
    """Decision 7: what is judged is appTime plus the shift of the message, for the future and for old messages."""
    month = timedelta(days=30)
    ahead = changed(S.order, app_time=f"{AT + month:%Y%m%d%H%M%S}")
    desk = Desk(STRICT)
    assert desk.send(ahead, shift=-month)[0].status == 2
    held = desk.held(S.order)
    assert held is not None
    assert held.app_time == f"{AT:%Y%m%d%H%M%S}"
    assert rows(desk.send(changed(ahead, app_type="2"), shift=-month - timedelta(seconds=1))[0]) == {"MSG-09"}
    assert rows(Desk(STRICT).send(ahead)[0]) == {"MSG-04/ahead"}
