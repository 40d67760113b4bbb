"""The matrix of faults and cases: what a row says, what is missing, what a case could do without."""

from pathlib import Path

import pytest

from swsim.conformance import matrix
from swsim.conformance.cases import BY_ID, CASES
from swsim.conformance.enterprise.faults import FAULTS
from swsim.conformance.matrix import RIGHT, Row, as_kept, checks_of, holes, idle, only_by, read_kept, stale
from swsim.reports.model import CaseResult, Check, Verdict

FAULT = FAULTS["declares-early"]
CASE = BY_ID[FAULT.case]


def result(case: str, verdict: Verdict, *noticed: str) -> CaseResult:
    """A result whose checks named by `matrix.named` noticed something."""
    named = [one.partition(": ") for one in noticed]
    checks = [Check(requirement, what, Verdict.FAIL) for requirement, _, what in named]
    return CaseResult(case, "例", "case", "d", "e", verdict, "r", checks=tuple(checks))


def full(name: str) -> Row:
    """A row over all cases in which the fault's own case noticed it by the check it names."""
    row = Row(name, "2026-01-05")
    row.takes([result(case.id, Verdict.PASS) for case in CASES])
    if name != RIGHT:
        fault = FAULTS[name]
        row.takes([result(fault.case, Verdict.FAIL, f"{fault.requirement}: w")])
    return row


def whole() -> dict[str, Row]:
    return {name: full(name) for name in (RIGHT, *FAULTS)}


def test_a_whole_matrix_has_no_hole_and_is_not_stale() -> None:
    rows = whole()
    assert (holes(rows), stale(rows)) == ([], [])


@pytest.mark.parametrize("by", ["SND-99: w", ""])
def test_a_fault_that_its_case_missed_is_a_hole(by: str) -> None:
    rows = whole()
    rows[FAULT.id].takes([result(FAULT.case, Verdict.FAIL if by else Verdict.INCONCLUSIVE, *filter(None, [by]))])
    assert f"{FAULT.id}: no case failed for {FAULT.requirement}" in holes(rows)


def test_the_right_enterprise_has_to_pass_and_every_case_to_catch_something() -> None:
    rows = whole()
    rows[RIGHT].takes([result(FAULT.case, Verdict.INCONCLUSIVE)])
    rows |= {name: Row(name) for name, fault in FAULTS.items() if fault.case == FAULT.case}
    assert f"the right enterprise: {FAULT.case} INCONCLUSIVE" in holes(rows)
    assert f"no fault is caught by {FAULT.case}" in holes(rows)


def test_what_was_not_run_or_is_gone_is_stale() -> None:
    rows = whole()
    rows[RIGHT].ran[CASE.id] = CASE.version - 1
    rows[FAULT.id].ran["no-case"] = 1
    rows["no-fault"] = Row("no-fault")
    last = list(FAULTS)[-1]
    del rows[last]
    told = stale(rows)
    assert [line.partition(":")[0] for line in told] == ["no-fault", RIGHT, FAULT.id, last]
    assert f"not run: {CASE.id}; run `make matrix`" in told[1]
    rows = whole()
    other = next(case.id for case in CASES if case.id != FAULT.case)
    del rows[FAULT.id].ran[other]  # no cell that CI wants to be there
    assert (stale(rows), matrix.cells_to_run(rows, own=True)[FAULT.id]) == ([], [])
    assert matrix.cells_to_run(rows)[FAULT.id] == [other]
    rows[RIGHT].ran[CASE.id] = CASE.version - 1
    assert matrix.cells_to_run(rows)[RIGHT] == [CASE.id]


def test_a_check_is_idle_unless_some_fault_is_noticed_by_it_alone() -> None:
    checks = checks_of(CASE)
    assert len(checks) > 1
    row = Row(FAULT.id)
    row.takes([result(CASE.id, Verdict.FAIL, *checks[:2])])
    assert {f"{CASE.id}: {one}" for one in checks} <= set(idle({FAULT.id: row}))
    row.takes([result(CASE.id, Verdict.FAIL, checks[0])])
    left = idle({FAULT.id: row})
    assert f"{CASE.id}: {checks[0]}" not in left
    assert f"{CASE.id}: {checks[1]}" in left


def test_checks_of_a_case_are_told_apart_by_what_they_say() -> None:
    for case in CASES:
        named = [step for step in case.steps if getattr(step, "requirement", "")]
        assert len(checks_of(case)) == len(named), case.id


def test_a_fault_that_one_case_alone_notices_is_told() -> None:
    rows = whole()
    assert FAULT.id in only_by(rows)[FAULT.case]
    rows[FAULT.id].takes([result("sanity", Verdict.FAIL)])
    assert FAULT.id not in only_by(rows).get(FAULT.case, [])


def test_a_kept_matrix_is_read_as_it_was_written(tmp_path: Path) -> None:
    rows = whole()
    del rows[RIGHT].ran[CASE.id]
    path = tmp_path / "matrix.json"
    path.write_bytes(as_kept(rows))
    assert read_kept(path) == rows
    assert read_kept(tmp_path / "none.json") == {}
