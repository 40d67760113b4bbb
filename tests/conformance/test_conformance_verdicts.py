"""The cap, the gate, expected failures, the capability statement."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from swsim.conformance.actions import ACTIONS
from swsim.conformance.capabilities import EVERYTHING, REACTIONS, WORDS, StatementError, read_statement, statement_of
from swsim.conformance.cases import CASES
from swsim.conformance.enterprise.faults import FAULTS
from swsim.conformance.plans import PLANS, cases_of
from swsim.conformance.requirements import REQUIREMENTS, ROWS, Basis, Level
from swsim.conformance.talk import first_order
from swsim.conformance.verdicts import ExpectedFileError, capped, read_expected, shortfalls, with_expected, worst
from swsim.reports.model import CaseResult, Report, Verdict
from swsim.reports.view import gate


def result(verdict: Verdict, name: str = "c") -> CaseResult:
    return CaseResult(name, "例", "case", "d", "e", verdict, "because")


@pytest.mark.parametrize(
    ("requirement", "raised", "basis", "verdict"),
    [
        ("SND-01", (), None, Verdict.FAIL),
        ("SND-01", (), Basis.ASSUMED, Verdict.WARNING),
        ("RCV-04", (), None, Verdict.WARNING),
        ("RCV-04", ("RCV-04",), None, Verdict.FAIL),
        ("RCV-17", (), None, Verdict.WARNING),
        ("RCV-01", (), Basis.SPEC, Verdict.FAIL),
        ("", (), None, Verdict.FAIL),
    ],
)
def test_a_soft_ground_caps_a_failure(
    requirement: str, raised: tuple[str, ...], basis: Basis | None, verdict: Verdict
) -> None:
    assert capped(Verdict.FAIL, requirement, raised, basis) is verdict
    assert capped(Verdict.INCONCLUSIVE, requirement, raised, basis) is Verdict.INCONCLUSIVE


def test_an_error_is_worse_than_a_failure_and_nothing_is_a_pass() -> None:
    assert worst([Verdict.PASS, Verdict.ERROR, Verdict.FAIL]) is Verdict.ERROR
    assert worst([Verdict.WARNING, Verdict.INCONCLUSIVE]) is Verdict.INCONCLUSIVE
    assert worst([]) is Verdict.PASS


@pytest.mark.parametrize("verdict", Verdict)
def test_only_pass_and_warning_are_green(verdict: Verdict) -> None:
    report = Report("t", "", "", cases=[result(Verdict.PASS), result(verdict, "d")])
    green = verdict in {Verdict.PASS, Verdict.WARNING, Verdict.NOT_APPLICABLE}
    assert (gate(report).tone == "good") is green
    expected = replace(report, cases=[result(Verdict.PASS), replace(result(verdict, "d"), expected="known")])
    assert gate(expected).tone == "good"


def test_too_few_executed_are_red() -> None:
    few = [result(Verdict.PASS), result(Verdict.SKIPPED), result(Verdict.SKIPPED)]
    assert shortfalls(few) == ["too few executed: 1 of 3 cases, expected at least half"]
    assert shortfalls([result(Verdict.NOT_APPLICABLE)]) == ["no case applies"]
    assert shortfalls([*few[:2], result(Verdict.NOT_APPLICABLE)]) == []
    assert gate(Report("t", "", "", cases=[result(Verdict.PASS)], shortfalls=["x"])).tone == "bad"


def test_an_expected_failure_bears_its_reason_and_an_unexpected_pass_fails() -> None:
    results = [result(Verdict.FAIL), result(Verdict.PASS, "d"), result(Verdict.ERROR, "e")]
    failed, passed, broke = with_expected(results, {"c": "ticket 1", "d": "ticket 2", "e": "ticket 3"})
    assert (failed.verdict, failed.expected) == (Verdict.FAIL, "ticket 1")
    assert (passed.verdict, passed.expected) == (Verdict.FAIL, "")
    assert "unexpected pass" in passed.reason
    assert (broke.verdict, broke.expected) == (Verdict.ERROR, "")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[expected]\nnone = 'x'", "'none' is no case"),
        ("[expected]\nsanity = ''", "expected a reason"),
        ("[other]\na = 1", "expected one table"),
        ("=", "Invalid"),
    ],
)
def test_a_wrong_file_of_expected_failures_is_told(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "expected.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ExpectedFileError, match=told):
        read_expected(path, ["sanity"])


STATEMENT = """
name = "shop"
roles = ["ebc"]
channels = ["http"]
modes = ["9610"]
facilities = ["state"]
[reactions]
declare = "PT4H"
[pace]
settle = 0.5
[not_implemented]
"9810" = "no warehouse abroad"
"""


def test_a_statement_selects_what_applies_and_sets_the_waits(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text(STATEMENT, "utf-8")
    shop = read_statement(path)
    assert shop.left_out(("9610", "state")) is None
    assert shop.left_out(("9810", "cancel")) == (True, "9810: no warehouse abroad")
    assert shop.left_out(("cancel",)) == (
        False,
        "the capability statement neither offers cancel nor says why not",
    )
    assert (shop.within("declare"), shop.within("transmit")) == (timedelta(hours=4), REACTIONS["transmit"])
    assert (shop.pace.quiet, shop.orders, shop.name) == (0.5, "detail", "shop")
    assert EVERYTHING.left_out(tuple(WORDS)) is None


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"roles": ["king"]}, "found king"),
        ({"colour": 1}, "found colour"),
        ({"modes": "9610"}, "expected a list"),
        ({"actions": ["cancel"], "not_implemented": {"cancel": "x"}}, "among what is offered"),
        ({"not_implemented": {"cancel": " "}}, "expected a reason"),
        ({"reactions": {"declare": "soon"}}, "soon"),
        ({"orders": "all"}, "expected detail or seed"),
    ],
)
def test_a_wrong_statement_is_told(value: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        statement_of(value)


def test_a_statement_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StatementError, match=r"none\.toml"):
        read_statement(tmp_path / "none.toml")


def test_the_tables_hang_together() -> None:
    """Ids once; plans, needs, requirements known; every requirement cited; the plan `all` is all."""
    assert len(REQUIREMENTS) == len(ROWS) >= 60
    assert all(row.citation and row.zh and row.en and row.family and row.level in Level for row in ROWS)
    for case in CASES:
        assert set(case.plans) <= PLANS.keys(), case.id
        assert set(case.needs) <= WORDS, case.id
        assert case.provokes, case.id
        assert case.description, case.id
        assert case.requirements, case.id
    assert cases_of("all", CASES) == list(CASES)
    assert len(cases_of("9610-declaration", CASES)) >= 60
    assert {action.reaction for action in ACTIONS.values()} <= REACTIONS.keys()


def test_every_case_has_its_own_orders_and_a_fault_that_it_catches() -> None:
    firsts = [first_order(case.id) for case in CASES]
    assert len(set(firsts)) == len(firsts)
    assert {fault.case for fault in FAULTS.values()} == {case.id for case in CASES}
    assert all(fault.description and fault.requirement in REQUIREMENTS for fault in FAULTS.values())
