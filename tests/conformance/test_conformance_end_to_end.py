"""The suite judged: a real simulator, the reference enterprise as its own process, right and with each seeded fault."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import orjson
import pytest

from swsim.conformance import matrix, processes
from swsim.conformance.capabilities import EVERYTHING
from swsim.conformance.cases import BY_ID, SANITY
from swsim.conformance.enterprise.faults import FAULTS
from swsim.conformance.plans import cases_of
from swsim.conformance.run import Order, carry_out, expected_seconds
from swsim.conformance.sightings import sent
from swsim.reports.model import Verdict
from swsim.simulator.cli import main


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One simulator for the module; every run has a sandbox of its own."""
    loop = asyncio.new_event_loop()
    context = processes.simulator(tmp_path_factory.mktemp("simulator"))
    try:
        yield loop.run_until_complete(context.__aenter__())
    finally:
        loop.run_until_complete(context.__aexit__(None, None, None))
        loop.close()


@pytest.mark.timeout(900)
def test_every_seeded_fault_is_caught_by_its_case_for_its_requirement() -> None:
    """Each fault against its own case, some enterprises at a time, beside the right one over all cases."""
    rows: dict[str, matrix.Row] = {}
    asyncio.run(matrix.run(dict(matrix.pairs()), rows))
    assert rows.keys() == {matrix.RIGHT, *FAULTS}
    assert matrix.holes(rows) == []
    assert not rows[matrix.RIGHT].missing()


def test_the_kept_matrix_speaks_of_the_faults_and_cases_there_are() -> None:
    """A new case or fault is run before it is landed: `make matrix`."""
    rows = matrix.read_kept(matrix.KEPT)
    assert matrix.stale(rows) == []
    assert matrix.holes(rows) == []
    assert matrix.KEPT.read_bytes() == matrix.as_kept(rows)


def evidence_of(folder: Path, case: str) -> dict[str, Any]:
    """A case's evidence file."""
    return dict(orjson.loads((folder / "evidence" / f"{case}.json").read_bytes()))


def test_a_plan_runs_and_reports_are_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("SWSIM_URL", url)
    assert main(["conformance", "--case", SANITY, "--report", str(tmp_path), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["gate"], [case["verdict"] for case in told["cases"]]) == ("GREEN", ["PASS"])
    page = (tmp_path / "index.html").read_text("utf-8")
    assert "swsim conformance --plan 9610-declaration --seed 1 --case sanity" in page
    assert 'href="evidence/sanity.json"' in page
    deliveries = [one["data"] for one in evidence_of(tmp_path, SANITY)["timeline"] if one["what"] == "channel/delivery"]
    assert deliveries
    assert all(one["xml"].startswith("<?xml") for one in deliveries)
    assert len(ET.parse(tmp_path / "junit.xml").findall(".//testcase")) == 1  # noqa: S314 - our own
    assert main(["conformance", "verify", "--report", str(tmp_path)]) == 1
    assert "not the whole plan was run" in capsys.readouterr().out
    evidence = evidence_of(tmp_path, SANITY)
    assert "<" in next(one for one in evidence["timeline"] if one["what"] == "output/return")["data"]["xml"]
    assert {one["kind"] for one in evidence["decisions"]} == {"303", "403", "505", "603"}
    assert len((tmp_path / "results.jsonl").read_text("utf-8").splitlines()) == 1
    assert main(["conformance", "--case", SANITY, "--report", str(tmp_path), "--resume"]) == 0
    assert len((tmp_path / "results.jsonl").read_text("utf-8").splitlines()) == 1
    assert evidence_of(tmp_path, SANITY) == evidence  # kept, not lost
    assert main(["conformance", "--list"]) == 0
    assert f"{len(cases_of('9610-declaration', list(BY_ID.values())))} cases" in capsys.readouterr().out


@pytest.mark.parametrize(("mode", "order_type"), [("9710", "B"), ("9810", "W"), ("1210", "E")])
def test_the_orders_of_a_plan_are_of_its_trade_mode(mode: str, order_type: str, url: str) -> None:
    """Every order of the plan, unless its case says otherwise; the right enterprise passes the whole plan."""
    order = Order(plan=mode, url=url, sandbox=f"mode-{mode}")
    outcome = asyncio.run(carry_out(order))
    assert {one.id: str(one.verdict) for one in outcome.results if one.verdict is not Verdict.PASS} == {}
    declared, ordered = (
        {one.order_no: one.document.head for one in sent(outcome.entries, kind)} for kind in ("603", "303")
    )
    modes = [(head.trade_mode, ordered[number].order_type) for number, head in declared.items()]
    assert (mode, order_type) in modes
    assert modes.count((mode, order_type)) > len(modes) / 2
    apart = replace(EVERYTHING, has=EVERYTHING.has - {mode}, not_implemented={mode: "never"})
    [left_out] = asyncio.run(carry_out(replace(order, only=[SANITY], statement=apart, sandbox=f"no-{mode}"))).results
    assert (left_out.verdict, left_out.reason) == (Verdict.NOT_APPLICABLE, f"{mode}: never")


def test_the_expected_duration_follows_the_plan_and_the_pace() -> None:
    assert 0 < expected_seconds(Order(only=[SANITY])) < expected_seconds(Order()) < expected_seconds(Order(lanes=1))


def test_the_demo_runs_end_to_end(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Smaller than its default: 24 orders hold two of the planted faults, and two seconds of load."""
    code = main(["demo", "--orders", "24", "--load", "2", "--users", "3", "--out", str(tmp_path / "out")])
    out = capfd.readouterr().out
    assert code == 0, out
    assert "24 orders, 2 with a planted fault: 24 declared and approved" in out
    assert re.search(r"603 +399 +24", out)
    assert "ORD-01" in out
    assert "planted: wrong-total" in out
    assert re.search(r"\d PASS", out)
    assert (tmp_path / "out" / "index.html").stat().st_size > 10_000


def test_wrong_use_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SWSIM_URL", raising=False)
    assert main(["conformance", "--driver", "http://127.0.0.1:9"]) == 2
    assert main(["conformance", "--driver", "http://127.0.0.1:9", "--fault", "declares-early"]) == 2
    assert main(["conformance", "--driver", "nonsense", "--url", "http://127.0.0.1:9"]) == 2
    assert main(["conformance", "--url", "http://127.0.0.1:9"]) == 2
    told = capsys.readouterr().err
    assert "--fault is for the reference enterprise" in told
    assert "--url names the simulator" in told
    assert "expected one of http:URL" in told
    assert "no answer from the simulator" in told
