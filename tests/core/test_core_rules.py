"""Every rule refuses or remarks what breaks it, says where and why, and lets pass what does not."""

import inspect
from collections.abc import Iterable
from typing import Any

import pytest
from core_alone import BROKEN
from core_answers import ALWAYS, ANSWERS, AT_CUSTOMS, NEVER, PARAMETER, REFUSE
from core_case import Case, S
from core_cases import CASES, KEPT
from core_desk import (
    AT,
    FIRMS,
    KINDS,
    SEED,
    STANDARD,
    STRICT,
    SUCCESS,
    Desk,
    changed,
    closed_registry,
    final,
    rows,
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
from swsim.simulator.core.checks_simplified import UNSAID
from swsim.simulator.core.incoming import Finding
from swsim.simulator.core.model import Decision, State
from swsim.simulator.core.rules import RULES
from swsim.simulator.messages.codec import encode, read_message
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
