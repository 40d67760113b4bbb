"""The JUnit file: valid by the schema CI systems share, each verdict where they look for it."""

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from reports_sample import hostile, sample

from swsim.reports import junit
from swsim.reports.model import Report, Verdict


@pytest.fixture
def report() -> Report:
    """A run with a bit of everything."""
    return sample()


SHAPE = etree.XMLSchema(etree.parse(Path(__file__).with_name("junit.xsd")))
"""What a strict reader accepts."""

WHERE = {
    Verdict.PASS: None,
    Verdict.WARNING: None,
    Verdict.FAIL: "failure",
    Verdict.INCONCLUSIVE: "failure",
    Verdict.NOT_OBSERVED: "failure",
    Verdict.ERROR: "error",
    Verdict.SKIPPED: "failure",
    Verdict.NOT_APPLICABLE: "skipped",
}


def read(report: Report) -> etree._Element:
    """The rendered file, valid or the test ends here."""
    root = etree.fromstring(junit.render(report))
    SHAPE.assertValid(root)
    return root


@pytest.mark.parametrize("verdict", Verdict, ids=lambda verdict: verdict.name)
def test_verdict_stands_where_ci_looks(report: Report, verdict: Verdict) -> None:
    """Each verdict is nothing, a failure, an error or a skip; a failure's type is the verdict."""
    only = replace(report, cases=[case for case in report.cases if case.verdict is verdict], refusals=[], load=[])
    (test,) = read(only).iter("testcase")
    found = [child.tag for child in test if child.tag != "system-out"]
    assert found == ([WHERE[verdict]] if WHERE[verdict] else [])
    if WHERE[verdict] in {"failure", "error"}:
        assert test[0].get("type") == verdict
        assert test[0].get("message") == only.cases[0].reason


def test_totals_are_the_sums_of_the_suites(report: Report) -> None:
    """The numbers CI shows: 8 cases, 2 refusals, 2 load scenarios; failures 4 + 0 + 1, one error, one skip."""
    root = read(report)
    assert [suite.get("name") for suite in root] == ["conformance", "documents", "load"]
    assert [root.get(name) for name in ("tests", "failures", "errors")] == ["12", "5", "1"]
    assert root[0].get("skipped") == "1"


def test_warning_is_a_property_of_the_suite(report: Report) -> None:
    """A warning passes, and its reason stands beside the facts of the run."""
    root = read(report)
    properties = {item.get("name"): item.get("value") for item in root.iter("property")}
    (warned,) = [case for case in report.cases if case.verdict is Verdict.WARNING]
    assert properties == report.facts | {f"warning {warned.id}": warned.reason}


def test_planted_refusal_passes_and_a_surprise_fails(report: Report) -> None:
    """The demo's planted faults do not turn CI red."""
    planted, surprise = next(suite for suite in read(replace(report, cases=[])) if suite.get("name") == "documents")
    assert planted.find("failure") is None
    failure = surprise.find("failure")
    assert failure is not None
    assert failure.get("type") == "REFUSED"
    assert "ORD-11" in (failure.get("message") or "")


def test_cases_judge_where_there_are_any(report: Report) -> None:
    """A refusal that a case brought about is for that case to judge, so the suite of documents has no failure."""
    (documents,) = [suite for suite in read(report) if suite.get("name") == "documents"]
    assert documents.get("failures") == "0"


def test_hostile_and_impossible_characters_stay_text() -> None:
    """Markup comes back as it went in; what XML cannot carry becomes U+FFFD."""
    bell = replace(hostile().cases[0], verdict=Verdict.FAIL, reason="bell \x07 and \x00", expected="")
    root = read(replace(hostile(), cases=[bell], started_at="2026-01-05T09:00:00+08:00"))
    failure = next(root.iter("failure"))
    assert failure.get("message") == "bell \ufffd and \ufffd"
    assert "<script>" in (failure.text or "")


def test_empty_report_is_valid() -> None:
    """A run without results is a file without suites."""
    assert len(read(Report("empty", "", ""))) == 0


def test_equal_reports_give_equal_files(report: Report) -> None:
    """No clock, no host name."""
    assert junit.render(report) == junit.render(replace(report))
