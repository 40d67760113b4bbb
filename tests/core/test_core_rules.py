"""Every rule refuses or remarks what breaks it, says where and why, and lets pass what does not."""

import inspect
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from core_alone import BROKEN
from core_cases import ALWAYS, ANSWERS, AT_CUSTOMS, CASES, KEPT, NEVER, PARAMETER, REFUSE, Case, S
from core_desk import (
    AT,
    FIRMS,
    KINDS,
    SEED,
    STANDARD,
    STRICT,
    SUCCESS,
    Desk,
    again,
    changed,
    closed_registry,
    final,
    head_of,
    rows,
    sale,
)

from swsim.fixtures.batch import upload
from swsim.fixtures.chain import chain
from swsim.simulator.core import (
    checks_afterwards,
    checks_codes,
    checks_common,
    checks_inventory,
    checks_matching,
    checks_moved,
    checks_numbers,
    checks_simplified,
    checks_transmitted,
    rules,
)
from swsim.simulator.core.checks_common import Fault
from swsim.simulator.core.checks_reused import months_later
from swsim.simulator.core.checks_simplified import UNSAID
from swsim.simulator.core.incoming import Finding
from swsim.simulator.core.model import Decision, State
from swsim.simulator.core.rules import KEY_RULES, RULES
from swsim.simulator.messages.codec import encode, read_message
from swsim.simulator.messages.transfer import Document
from swsim.simulator.profile import Profile
from swsim.simulator.registry import Registry

ELSEWHERE = {
    f"swsim.simulator.core.checks_{name}"
    for name in ("movement", "enterprise", "filing", "refund", "reused", "signature", "switched", "summary", "limits")
}
HERE = [rule for rule in RULES if rule.check.__module__ not in ELSEWHERE]
"""Rows that have their cases here and in `core_alone`; the others in `test_core_` and the name of their module."""
COLUMNS = [pytest.param(0, STANDARD, id="standard"), pytest.param(1, STRICT, id="strict")]
every_case = pytest.mark.parametrize("case", CASES, ids=str)
every_column = pytest.mark.parametrize(("column", "profile"), COLUMNS)


def judge(case: Case, profile: Profile) -> Decision:
    """What customs decides on the last document of a case."""
    registry = closed_registry()
    known = Registry("open", registry.enterprises) if case.registry == "open" else registry
    desk = Desk(profile, registry=known, codes=case.codes)
    for document in case.sent[:-1]:
        assert desk.send(document)[0].faults == []
    decisions = desk.send(case.judged, **case.via)
    return final(desk.settle(), case.judged) if case.row in AT_CUSTOMS else decisions[0]


@every_column
@every_case
def test_breaking_a_rule_is_answered(case: Case, column: int, profile: Profile) -> None:
    """The row speaks with path, expected and found, and does what its column says: refuse with its code, or remark."""
    decision = judge(case, profile)
    refuses = ANSWERS[case.row][0][column] == REFUSE
    speaking = decision.faults if refuses else decision.remarks
    assert rows(decision) == {case.row} | case.also
    assert Finding(case.row, *case.finding) in speaking
    if refuses:
        assert decision.status == case.answer()
        assert decision.state == (State.REJECTED if case.row in AT_CUSTOMS else None)
    elif not case.also:
        assert decision.faults == []
        assert decision.status == (120 if case.row in AT_CUSTOMS else 2)


@every_column
@every_case
def test_without_its_row_a_breach_goes_unseen(
    case: Case, column: int, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule taken out of the table neither refuses nor remarks: the test above would fail."""
    tables: list[dict[Any, tuple[rules.Check, ...]]] = [
        rules.ALONE,
        rules.ALONE_BUT_CODES,
        rules.CHECKS,
        rules.AT_CUSTOMS,
    ]
    for table in tables:
        for place, checks in table.items():
            monkeypatch.setitem(table, place, tuple(pair for pair in checks if pair[1].row != case.row))
    decision = judge(case, profile)
    assert rows(decision) == case.also
    if not case.also:
        assert decision.status == (120 if case.row in AT_CUSTOMS else 2)


@every_case
def test_the_schema_lets_a_breach_through(case: Case) -> None:
    """No case is about a message that customs would never come to judge."""
    sender = FIRMS.sender(case.kind)
    message = upload([case.judged], sender, guid=case.via.get("guid", "0" * 36))
    assert read_message(encode(message)).message == message


@every_column
@pytest.mark.parametrize("case", KEPT, ids=lambda case: f"{case.row} {case.kind}")
def test_the_edge_of_a_rule_is_on_the_right_side(case: Case, column: int, profile: Profile) -> None:
    """A value that is just allowed makes the row say nothing."""
    assert case.row not in rows(judge(case, profile))


def test_every_row_has_a_case_for_every_kind_it_judges() -> None:
    """A rule added to the table without a case fails here."""
    cases = {(case.row, case.kind) for case in CASES} | {(case.row, case.document.number) for case in BROKEN}
    wanted = {(rule.row, kind) for rule in HERE if rule.row not in UNSAID for kind in rule.kinds if kind in KINDS}
    in_xml = {("X6c/appStatus", "303"), ("X6c/appStatus", "403")} | {("SUB-01", kind) for kind in KINDS}
    assert wanted - cases == in_xml  # only XML tells it: test_core_alone, test_simulator_envelopes


def test_every_predicate_stands_in_the_table() -> None:
    """A predicate that no row names judges nothing: there is none."""
    modules = (
        checks_afterwards,
        checks_codes,
        checks_common,
        checks_inventory,
        checks_matching,
        checks_moved,
        checks_numbers,
        checks_simplified,
        checks_transmitted,
    )
    predicates = {
        function
        for module in modules
        for function in vars(module).values()
        if inspect.isfunction(function)
        and not function.__name__.startswith("_")
        and str(function.__annotations__.get("return")) == str(Iterable[Fault])
    }
    names = {module.__name__ for module in modules}
    assert predicates == {rule.check for rule in RULES if rule.check.__module__ in names}


def test_every_row_has_its_answer_written_down() -> None:
    """Severities and codes of the table are those of the catalogue, a row a line."""
    table = {
        rule.row: (
            (str(rule.standard), str(rule.strict)),
            {kind: rule.code(kind, STANDARD) for kind in rule.kinds},
        )
        for rule in HERE
    }
    kinds = {rule.row: rule.kinds for rule in RULES}
    assert table == {
        row: (severity, {kind: answer or PARAMETER[kind] for kind in kinds[row]})
        for row, (severity, answer) in ANSWERS.items()
    }
    assert len(HERE) == len(table)


def test_what_rests_on_assumption_alone_never_refuses_in_standard() -> None:
    """Keys, arithmetic and the match apart, a rule on basis ASSUMED or OBSERVED is a remark in `standard`."""
    apart = {"ORD-11", "ORD-12", "INV-04", "MAT-02", "MAT-03", "MAT-04", "MAT-07"}
    said = {
        "X6c/appStatus",
        "X8/itemNo",
        "WB-04/long",
        "SUM-05/ignored",
        "SUB-01",
    }  # the catalogue asks for a finding only
    said |= {row for row in ANSWERS if row.endswith("/unknown")} | UNSAID
    weak = {rule.row for rule in HERE if rule.basis in {"ASSUMED", "OBSERVED"}}
    assert {row for row in weak if ANSWERS[row][0] == ALWAYS} == apart
    assert {row for row in ANSWERS if ANSWERS[row][0] == NEVER} <= weak | {"ENT-01/enrolled"} | said


@pytest.mark.parametrize("profile", [STANDARD, STRICT], ids=lambda profile: profile.name)
def test_an_unbroken_sale_finds_no_fault(profile: Profile) -> None:
    """Generated sales and the plain one pass every rule, in both columns, to the end."""
    for made in (S, *(chain(SEED, index, AT) for index in range(40))):
        desk = Desk(profile)
        decisions = [decision for document in made.documents for decision in desk.send(document)] + desk.settle()
        assert [rows(decision) for decision in decisions] == [set()] * len(decisions)
        assert {d.number: desk.statuses(d) for d in made.documents} == SUCCESS


@pytest.mark.parametrize("profile", [STANDARD, STRICT], ids=lambda profile: profile.name)
def test_every_fault_is_reported_and_the_first_decides_the_code(profile: Profile) -> None:
    """Two broken fields give two faults; a repeated line number stands before the sum (rules.md §14, 7)."""
    wrong = changed(S.order, order_type="I", goods_value="1")
    wrong = wrong.replaced(lines=(wrong.lines[0], wrong.lines[0]))
    decision = Desk(profile).send(wrong)[0]
    assert [fault.rule for fault in decision.faults] == ["ORD-04", "ORD-10/repeated", "ORD-12"]
    assert decision.status == -301008
    repeated = S.order.replaced(lines=(S.order.lines[0], S.order.lines[0]))
    decision = Desk(profile).send(repeated)[0]
    assert [fault.rule for fault in decision.faults] == ["ORD-10/repeated", "ORD-12"]
    assert decision.status == -301002


def test_a_fault_of_the_sender_hides_the_faults_behind_it() -> None:
    """Steps run in the order of rules.md §14: who sends, then the key, then the fields."""
    wrong = changed(S.order, order_type="I")
    desk = Desk()
    assert desk.send(wrong, cop_code="NOBODY")[0].status == -10102
    assert desk.send(S.order)[0].status == 2
    assert rows(desk.send(wrong)[0]) == {"MSG-10"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_is_kept_with_its_faults_as_remarks(kind: str) -> None:
    """What would refuse a declaration stands beside a draft, which is saved all the same."""
    for case in CASES:
        if case.kind == kind and case.row not in AT_CUSTOMS | {"X1/appStatus", "ENT-01", "ENT-11", "MSG-06/sender"}:
            if case.registry == "open":
                continue
            desk = Desk(codes=case.codes)
            decision = desk.send(changed(case.judged, app_status="1"), **case.via)[0]
            assert (decision.status, decision.faults) == (1, [])
            assert Finding(case.row, *case.finding) in decision.remarks


# --- keys and states, which the engine decides (KEY_RULES) ------------------------------------------------------------

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
