"""What a run leaves behind: evidence that is chained, a statement that is refused or signed, coverage."""

import asyncio
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from conformance_journals import Book, accepted_data
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from swsim.conformance import coverage
from swsim.conformance.cases import BY_ID
from swsim.conformance.certify import certify, check
from swsim.conformance.evidence import BrokenChainError, CaseFile, Folder, check_evidence, journals_of
from swsim.conformance.keys import KeyFileError, fingerprint_of, kept_key, signing_key
from swsim.conformance.plans import LEAST_CASES, PLANS, cases_of
from swsim.conformance.requirements import REQUIREMENTS, Level
from swsim.conformance.run import Outcome
from swsim.conformance.statement import FILE, StatementRefusedError, regime_on, signed, statement_of, verify
from swsim.reports.model import CaseResult, Check, Evidence, Report, Verdict

CASES = [BY_ID["transmits-before-declaring"], BY_ID["late-120"], BY_ID["corrects-after-rejection"]]
SMALL = {"amqp"}
"""Plans that are too small for a statement yet."""
TODAY = date(2026, 1, 5)


def result(case: str, verdict: Verdict = Verdict.PASS) -> CaseResult:
    """A result with a check a requirement."""
    of = BY_ID[case]
    checks = tuple(Check(name, "w", verdict, "r") for name in of.requirements)
    shown = (Evidence(1, "2026-01-05T09:00:01+08:00", "input/message", "t"),)
    return CaseResult(case, "例", "case", "d", "e", verdict, "r", of.requirements, evidence=shown, checks=checks)


def outcome(*results: CaseResult) -> Outcome:
    return Outcome(list(results), {}, [accepted_data(Book()).sends("603").answers("603", 2, 3, 120, 399).entries])


async def explain(kind: str, key: str) -> dict[str, Any]:
    return {"kind": kind, "key": key, "explain": []}


async def keep(folder: Path, results: tuple[CaseResult, ...], *, earlier: tuple[str, ...] = ()) -> None:
    """Evidence of a run in a folder; that of `earlier` cases stays."""
    files, of = Folder(folder, earlier), outcome(*results)
    for one in results:
        await files.write(CaseFile(BY_ID[one.id], one, of.entries), explain, 7, "s")
    files.chain([*earlier, *(one.id for one in results)])


def left_behind(
    folder: Path, *results: CaseResult, whole: bool = True, key: Ed25519PrivateKey | None = None
) -> tuple[list[str], Report]:
    """Evidence and statement of a run in a folder; why the statement was refused."""
    asyncio.run(keep(folder, results))
    more = [replace(result("sanity"), id=f"more-{place}", requirements=()) for place in range(LEAST_CASES)]
    cases = [*results, *more]  # as many as it takes
    report = Report("t", "2026-01-05T09:00:00+08:00", "2026-01-05T09:00:01+08:00", {"plan": "p"}, cases=cases)
    return certify(folder, report, outcome(*results), CASES, TODAY, whole=whole, key=key), report


def passed(folder: Path) -> None:
    assert left_behind(folder, *(result(case.id) for case in CASES))[0] == []


def test_a_statement_is_granted_and_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    passed(tmp_path)
    assert check(tmp_path) == 0
    assert "LAW       1 PASS" in capsys.readouterr().out
    said, _ = verify(tmp_path)
    assert said["musts"] == {"LAW": {"PASS": 1}, "SPEC": {"PASS": 1}, "OBSERVED": {"PASS": 1}, "ASSUMED": {}}
    assert (said["regimeOnGoLive"], said["goLive"]) == ("2024-167", "2026-01-05")
    assert "RCV-02" in said["notSpokenOf"]
    page = (tmp_path / "statement.html").read_text("utf-8")
    assert "Conformance statement" in page
    assert "603 120&gt;399" in page or "603 120>399" in page


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.NOT_OBSERVED, Verdict.SKIPPED])
def test_an_open_must_refuses_it(tmp_path: Path, verdict: Verdict, capsys: pytest.CaptureFixture[str]) -> None:
    refused, _ = left_behind(tmp_path, result("late-120"), result("corrects-after-rejection", verdict))
    assert refused[0].startswith("RCV-01 is ")
    assert check(tmp_path) == 1
    assert "it was refused: RCV-01" in capsys.readouterr().out


def test_a_warning_does_not_refuse_it_and_half_a_plan_does(tmp_path: Path) -> None:
    warned = (result("late-120", Verdict.WARNING), result("corrects-after-rejection"))
    assert left_behind(tmp_path, *warned)[0] == []
    assert left_behind(tmp_path, *warned, whole=False)[0] == [
        "not the whole plan was run, or the enterprise had a fault on purpose"
    ]


def test_what_does_not_apply_stands_with_its_reason(tmp_path: Path) -> None:
    apart = replace(result("late-120", Verdict.NOT_APPLICABLE), checks=(), reason="state: none")
    assert left_behind(tmp_path, apart, result("corrects-after-rejection"), result(CASES[0].id))[0] == []
    assert verify(tmp_path)[0]["notApplicable"] == {"RCV-04": "state: none"}


def test_a_changed_word_breaks_the_signature(tmp_path: Path) -> None:
    passed(tmp_path)
    path = tmp_path / FILE
    value = orjson.loads(path.read_bytes())
    value["statement"]["facts"]["plan"] = "all"
    path.write_bytes(orjson.dumps(value))
    with pytest.raises(StatementRefusedError, match="signature does not fit"):
        verify(tmp_path)


@pytest.mark.parametrize("what", ["changed", "missing", "exchanged"])
def test_changed_evidence_breaks_the_chain(tmp_path: Path, what: str) -> None:
    passed(tmp_path)
    file = tmp_path / "evidence" / "late-120.json"
    if what == "missing":
        file.unlink()
    elif what == "changed":
        file.write_bytes(file.read_bytes().replace(b'"PASS"', b'"FAIL"', 1))
    else:
        file.write_bytes((tmp_path / "evidence" / "transmits-before-declaring.json").read_bytes())
    with pytest.raises(BrokenChainError, match=r"late-120\.json"):
        check_evidence(tmp_path)
    with pytest.raises(StatementRefusedError, match=r"late-120\.json"):
        verify(tmp_path)


def test_evidence_of_another_run_is_noticed(tmp_path: Path) -> None:
    passed(tmp_path)
    statement = (tmp_path / FILE).read_bytes()
    left_behind(tmp_path, result("late-120", Verdict.WARNING))
    (tmp_path / FILE).write_bytes(statement)
    with pytest.raises(StatementRefusedError, match="the statement speaks of"):
        verify(tmp_path)


def test_a_statement_that_was_refused_cannot_be_signed_into_one(tmp_path: Path) -> None:
    _, report = left_behind(tmp_path, result("late-120", Verdict.FAIL))
    covered = coverage.requirements(CASES, report.cases)
    said = statement_of(report, covered, check_evidence(tmp_path), TODAY, whole=True)
    (tmp_path / FILE).write_bytes(signed(said, Ed25519PrivateKey.generate()))
    with pytest.raises(StatementRefusedError, match="RCV-04 is FAIL"):
        verify(tmp_path)


def test_too_little_that_was_carried_out_refuses_it_and_says_what_is_missing() -> None:
    apart = [replace(result(name, Verdict.NOT_APPLICABLE), checks=()) for name in ("late-120", CASES[2].id)]
    report = Report("t", "", "", cases=[*apart, result(CASES[0].id)])
    covered = coverage.requirements(CASES, report.cases)
    musts = sum(one.requirement.level is Level.MUST for one in covered if one.verdict)
    verified = sum(one.verdict is Verdict.PASS for one in covered if one.requirement.level is Level.MUST)
    assert verified * 2 < musts
    assert statement_of(report, covered, "", TODAY, whole=True)["refused"] == [
        f"1 of 3 cases were carried out, expected at least {LEAST_CASES}",
        f"{verified} of the plan's {musts} MUSTs were verified, expected at least {-(-musts // 2)}",
    ]


@pytest.mark.parametrize("plan", PLANS)
def test_a_plan_has_as_many_cases_as_a_statement_takes(plan: str) -> None:
    """One that has not can be run, and says in its refusal how many it lacks."""
    assert plan in SMALL or len(cases_of(plan, list(BY_ID.values()))) >= LEAST_CASES


def test_a_kept_key_signs_every_statement_and_is_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "keys" / "run.pem"
    key = signing_key(path)
    assert path.stat().st_mode & 0o077 == 0
    assert fingerprint_of(signing_key(path)) == fingerprint_of(kept_key(path)) == fingerprint_of(key)
    left_behind(tmp_path, *(result(case.id) for case in CASES), key=key)
    assert check(tmp_path, fingerprint_of(key)) == 0
    assert check(tmp_path, fingerprint_of(signing_key(None))) == 1
    assert f"signed by key {fingerprint_of(key)}, expected" in capsys.readouterr().out


def test_a_file_that_holds_no_such_key_is_told(tmp_path: Path) -> None:
    path = tmp_path / "k.pem"
    path.write_text("no key", "utf-8")
    with pytest.raises(KeyFileError, match="expected an Ed25519 key in PEM"):
        signing_key(path)
    other = ec.generate_private_key(ec.SECP256R1())
    path.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(KeyFileError, match="expected an Ed25519 key, found"):
        signing_key(path)
    with pytest.raises(KeyFileError, match="nowhere"):
        kept_key(tmp_path / "nowhere")


def test_a_resumed_run_keeps_the_evidence_it_has(tmp_path: Path) -> None:
    first, second = result("late-120"), result(CASES[0].id)
    asyncio.run(keep(tmp_path, (first,)))
    asyncio.run(keep(tmp_path, (second,), earlier=("late-120",)))
    check_evidence(tmp_path)
    assert len(journals_of(tmp_path)) == 2
    asyncio.run(keep(tmp_path, (second,)))  # a run afresh begins with none
    assert [path.name for path in (tmp_path / "evidence").glob("late*")] == []
    (tmp_path / "evidence" / f"{CASES[0].id}.json").write_bytes(b"{}")
    with pytest.raises(BrokenChainError):
        Folder(tmp_path, (CASES[0].id,))


def test_evidence_of_a_case_explains_its_own_documents_alone() -> None:
    book = Book().sends("303").sends("303", key="A~B~O2")
    case, entries = BY_ID["late-120"], book.entries
    whole = CaseFile(case, result("late-120"), entries)
    assert len(whole.documents()) == 2
    assert len(replace(whole, numbers=frozenset({"O2"})).documents()) == 1


def test_the_regime_follows_the_day() -> None:
    assert [regime_on(date(2024, 12, day)) for day in (14, 15)] == ["2018-194", "2024-167"]


def test_coverage_of_the_annex_says_what_was_met_and_what_never() -> None:
    book = accepted_data(Book()).sends("603").answers("603", 2, 3, 120, 399).answers("303", -301008, key="X~Y~Z")
    found = coverage.annex(book.entries, Book().sends("505").entries)
    assert {"CEB303Message", "CEB505Message", "CEB603Message"} <= set(found["messages"]["met"])
    assert "CEB701Message" in found["messages"]["never"]
    assert {"603 399", "303 -301008"} <= set(found["returns"]["met"])
    assert "603 899" in found["returns"]["never"]
    assert {"603 0>2", "603 120>399"} <= set(found["transitions"]["met"])
    assert 0 < found["transitions"]["share"] < 1


def test_a_requirement_is_told_with_its_sentence_and_the_reason_of_the_case_that_decided() -> None:
    bad = replace(result("late-120", Verdict.FAIL), checks=(Check("RCV-04", "w", Verdict.FAIL, "believes 120"),))
    results = [bad, result("corrects-after-rejection")]
    told = {one.id: one for one in coverage.judged(coverage.requirements(CASES, results), results)}
    row = REQUIREMENTS["RCV-04"]
    assert (told["RCV-04"].verdict, told["RCV-04"].reason) == (Verdict.FAIL, "believes 120")
    assert (told["RCV-04"].title_zh, told["RCV-04"].citation) == (row.zh, row.citation)
    assert (told["RCV-01"].verdict, told["RCV-01"].reason) == (Verdict.PASS, "")
    assert "SND-03" not in told  # no case of the run speaks of it


def test_a_case_that_ended_early_leaves_its_later_requirements_open() -> None:
    ended = replace(result("believes-approval", Verdict.FAIL), checks=(Check("RCV-08", "w", Verdict.FAIL, ""),))
    [early] = [r for r in coverage.requirements([BY_ID["believes-approval"]], [ended]) if r.requirement.id == "RCV-09"]
    assert early.verdict is Verdict.INCONCLUSIVE
