"""A run in parts: how cases are dealt out, how their results come together, what is refused."""

from dataclasses import replace

import pytest

from swsim.conformance.capabilities import EVERYTHING, Instance, statement_of
from swsim.conformance.cases import BY_ID, CASES, SANITY
from swsim.conformance.parts import PartsError, a_case_each, in_order, in_parallel, merged
from swsim.conformance.run import INSTANCES, Order
from swsim.reports.model import CaseResult, Check, Verdict

TWO = [Instance("http:a", "one"), Instance("http:b", "two")]
STATEMENT = {
    "instances": [
        {"driver": "http://127.0.0.1:1", "sandbox": "one", "endpoints": {"tracking": "http://127.0.0.1:1/tracking"}},
        {"driver": "http://127.0.0.1:2", "sandbox": "two"},
    ]
}


def result(case: str, verdict: Verdict, reason: str = "") -> CaseResult:
    return CaseResult(case, "例", "case", "d", "e", verdict, reason, checks=(Check("SND-01", "w", verdict, reason),))


def test_each_case_is_in_one_part_and_what_watches_and_the_sanity_case_in_all() -> None:
    parts = in_parallel(CASES, SANITY, TWO)
    assert [part.instance for part in parts] == TWO
    names = [{case.id for case in part.cases} for part in parts]
    shared = {case.id for case in CASES if case.watches or case.id == SANITY}
    assert names[0] & names[1] == shared
    assert names[0] | names[1] == set(BY_ID)
    alone = [sum(case.alone for case in part.cases) for part in parts]
    assert abs(alone[0] - alone[1]) <= 1


def test_a_part_without_a_case_of_its_own_is_none() -> None:
    assert [part.instance for part in in_parallel([BY_ID[SANITY], BY_ID["late-120"]], SANITY, TWO)] == TWO[:1]


def test_a_sandbox_a_case() -> None:
    watching = next(case for case in CASES if case.watches)
    parts = a_case_each([BY_ID[SANITY], BY_ID["late-120"], watching], TWO[0])
    assert [(part.instance.sandbox, [case.id for case in part.cases]) for part in parts] == [
        ("one-1", [SANITY, watching.id]),
        ("one-2", ["late-120", watching.id]),
    ]


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        ((Verdict.PASS, Verdict.NOT_OBSERVED), Verdict.PASS),
        ((Verdict.NOT_OBSERVED, Verdict.FAIL), Verdict.FAIL),
        ((Verdict.PASS, Verdict.INCONCLUSIVE), Verdict.INCONCLUSIVE),
        ((Verdict.NOT_OBSERVED, Verdict.NOT_OBSERVED), Verdict.NOT_OBSERVED),
    ],
)
def test_what_was_seen_in_one_part_is_seen_and_the_worst_counts(verdicts: tuple[Verdict, ...], whole: Verdict) -> None:
    one = merged([result("c", verdict, str(verdict)) for verdict in verdicts])
    assert (one.verdict, one.reason) == (whole, str(whole))
    assert all(check.verdict is not Verdict.NOT_OBSERVED for check in one.checks) or whole is Verdict.NOT_OBSERVED


def test_results_come_in_the_order_of_the_cases() -> None:
    last = f"{SANITY}/last"
    parts = [
        [result(SANITY, Verdict.PASS), result("reordered", Verdict.PASS), result(last, Verdict.PASS)],
        [result(SANITY, Verdict.FAIL), result("late-120", Verdict.PASS), result(last, Verdict.PASS)],
    ]
    found = in_order([BY_ID[name] for name in (SANITY, "late-120", "reordered")], parts)
    assert [one.id for one in found] == [SANITY, "late-120", "reordered", last]
    assert found[0].verdict is Verdict.FAIL


def test_an_enterprise_that_names_too_few_instances_is_told() -> None:
    order = Order(driver=INSTANCES, parallel=3, statement=statement_of(STATEMENT))
    with pytest.raises(PartsError, match=r"--parallel 3: expected 3 \[\[instances\]\].*found 2 \(one, two\)"):
        _ = order.parts
    two = replace(order, parallel=2).parts
    assert [part.instance.sandbox for part in two] == ["one", "two"]
    assert two[0].instance.endpoints == {"tracking": "http://127.0.0.1:1/tracking"}


def test_a_sandbox_a_case_takes_an_enterprise_that_can_be_repointed() -> None:
    with pytest.raises(PartsError, match="facility repoint"):
        _ = Order(driver="http:x", repoint=True, statement=replace(EVERYTHING, has=frozenset())).parts
    with pytest.raises(PartsError, match="without --parallel"):
        _ = Order(repoint=True, parallel=2).parts
    assert len(Order(driver="http:x", repoint=True).parts) > 1


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["http://127.0.0.1:1"], "tables"),
        ([{"driver": "http:a"}], "with driver and sandbox"),
        ([{"driver": "http:a", "sandbox": "s", "port": 1}], "found port"),
        ([{"driver": "http:a", "sandbox": "s"}, {"driver": "http:b", "sandbox": "s"}], "a sandbox of its own"),
        ([{"driver": "http:a", "sandbox": "s"}, {"driver": "http:a", "sandbox": "t"}], "a driver of its own"),
        ([{"driver": "http:a", "sandbox": "s", "endpoints": {"x": "y"}}], "found x"),
    ],
)
def test_instances_that_cannot_be_read_are_told(rows: object, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        statement_of({"instances": rows})
