"""The example of a year: every month is closed, summed up and shown, the late one with its findings."""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from swsim.conformance import year
from swsim.fixtures.chain import BEIJING
from swsim.simulator.cli import main


@pytest.fixture(scope="module")
def traded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three months of 120 orders; the third summary is late."""
    out = tmp_path_factory.mktemp("year")
    assert main(["year", "--orders", "120", "--months", "3", "--start", "2026-01", "--out", str(out)]) == 0
    return out


def test_each_month_is_summed_up(traded: Path) -> None:
    """What was closed is summed up and declared, but what came back whole; orders that were cancelled never closed."""
    said: dict[str, Any] = json.loads((traded / "year.json").read_text("utf-8"))
    assert [one["month"] for one in said["months"]] == ["2026-01", "2026-02", "2026-03"]
    for month in said["months"]:
        lists = month["lists"]
        assert 0 < lists["closed"] < 40
        assert lists["summarised"] == lists["declared"] == lists["B"] - lists["returnedWhole"] > 0
        assert lists["missing"] == 0
        for summary in month["summaries"]:
            lines = [line for one in summary["merged"]["declarations"] for line in one["lines"]]
            assert sum(line["sources"] for line in lines) == summary["sources"]
            assert all(len(one["lines"]) <= 50 and one["entryId"] for one in summary["merged"]["declarations"])


def test_the_late_month_has_its_findings(traded: Path) -> None:
    """Not summed up on the due day, summed up late, declared late; the other months none."""
    said = json.loads((traded / "year.json").read_text("utf-8"))
    found = [[one["rule"] for one in month["findings"]] for month in said["months"]]
    assert found == [[], [], ["SUM-15", "SUM-01", "SUM-16"]]


def test_the_page_shows_them(traded: Path) -> None:
    """A row a month, a section a month; nothing is fetched from elsewhere."""
    page = html.fromstring((traded / "index.html").read_text("utf-8"))
    assert [link.text for link in page.cssselect("table:first-of-type td a")] == ["2026-01", "2026-02", "2026-03"]
    assert len(page.cssselect("h2")) == 3
    assert page.xpath("//script | //link | //img") == []
    assert "SUM-15" in page.cssselect("p.bad")[0].text_content()


def test_the_page_has_sums_to_hold_against_the_lists(traded: Path) -> None:
    """Of each summary the value by currency and the weights of all merged lines, not only of those shown."""
    said = json.loads((traded / "year.json").read_text("utf-8"))
    page = html.fromstring((traded / "index.html").read_text("utf-8"))
    told = [one.text_content() for one in page.xpath("//p[starts-with(., 'Sums')]")]
    summaries = [one for month in said["months"] for one in month["summaries"]]
    assert len(told) == len(summaries) == 3
    for text, summary in zip(told, summaries, strict=True):
        declarations = summary["merged"]["declarations"]
        gross = sum(Decimal(one["grossWeight"]) for one in declarations)
        worth: dict[str, Decimal] = {}
        for line in (line for one in declarations for line in one["lines"]):
            worth[line["currency"]] = worth.get(line["currency"], Decimal(0)) + Decimal(line["totalPrice"])
        assert Decimal(text.partition("gross ")[2].split()[0]) == gross
        assert all(f"{value} of currency {currency}" in text for currency, value in worth.items())
        assert f"{summary['sources']} of {summary['sources']} lines" in text


@pytest.mark.parametrize("wrong", [["--start", "2026-13"], ["--months", "0"], ["--orders", "2", "--months", "3"]])
def test_what_makes_no_sense_is_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """2, and what was expected."""
    assert main(["year", *wrong]) == 2
    assert "expected" in capsys.readouterr().err


def test_months_follow_each_other_over_the_year() -> None:
    """December is followed by January."""
    first = datetime(2025, 12, 1, tzinfo=BEIJING)
    assert year._month(first, 1).isoformat()[:7] == "2026-01"
