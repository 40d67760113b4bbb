"""The suite judged: a real simulator, the reference enterprise as its own process, right and with each seeded fault."""

import asyncio
import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from swsim.conformance.cases import CASES
from swsim.conformance.command import Order, judge
from swsim.conformance.enterprise.faults import FAULTS
from swsim.conformance.runner import REFERENCE_PACE
from swsim.reports.model import CaseResult, Verdict
from swsim.simulator.cli import main


def judged(fault: str, seed: int = 3) -> list[CaseResult]:
    order = Order(
        url="",
        enterprise="reference",
        fault=fault,
        cases=CASES,
        sandbox="cases",
        seed=seed,
        pace=REFERENCE_PACE,
        progress=False,
    )
    results, settings = asyncio.run(judge(order))
    assert settings["regime"] == "2018-194"
    return results


@pytest.mark.parametrize("fault", FAULTS)
def test_a_seeded_fault_makes_exactly_its_case_fail(fault: str) -> None:
    results = judged(fault)
    verdicts = {result.id: result.verdict for result in results}
    assert verdicts == {case.id: Verdict.FAIL if case.id == FAULTS[fault].case else Verdict.PASS for case in CASES}
    [failed] = [result for result in results if result.verdict is Verdict.FAIL]
    assert FAULTS[fault].requirement in failed.requirements
    assert failed.evidence


def test_the_right_enterprise_passes_and_reports_are_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SWSIM_URL", raising=False)
    assert main(["conformance", "--out", str(tmp_path), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [case["verdict"] for case in told["cases"]] == ["PASS"] * len(CASES)
    assert all(case["evidence"] for case in told["cases"])
    assert "transmits-before-declaring" in (tmp_path / "index.html").read_text("utf-8")
    assert len(ET.parse(tmp_path / "junit.xml").findall(".//testcase")) == len(CASES)  # noqa: S314 - our own


def test_the_demo_runs_end_to_end(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Smaller than its default: 24 orders hold two of the planted faults, and two seconds of load."""
    code = main(["demo", "--orders", "24", "--load", "2", "--users", "3", "--out", str(tmp_path / "out")])
    out = capfd.readouterr().out
    assert code == 0, out
    assert "24 orders, 2 with a planted fault: 24 declared and approved" in out
    assert re.search(r"603 +399 +24", out)
    assert "ORD-01" in out
    assert "planted: wrong-total" in out
    assert "3 PASS" in out
    assert (tmp_path / "out" / "index.html").stat().st_size > 10_000


def test_wrong_use_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SWSIM_URL", raising=False)
    assert main(["conformance", "--enterprise", "http://127.0.0.1:9"]) == 2
    assert main(["conformance", "--enterprise", "http://127.0.0.1:9", "--fault", "declares-early"]) == 2
    assert main(["conformance", "--url", "http://127.0.0.1:9"]) == 2
    told = capsys.readouterr().err
    assert "--fault is for the reference enterprise" in told
    assert "--url names the simulator" in told
    assert "no answer from the simulator" in told
