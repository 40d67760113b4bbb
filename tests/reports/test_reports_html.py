"""The HTML page: it is whole, says everything the model says, and lets nothing of the run out as markup."""

from dataclasses import fields, replace
from html.parser import HTMLParser

import pytest
from reports_sample import hostile, sample

from swsim.reports import html
from swsim.reports.model import Refusal, Report, Verdict


@pytest.fixture
def report() -> Report:
    """A run with a bit of everything."""
    return sample()


class Tags(HTMLParser):
    """Start tags and text of a page; unclosed elements stay in `open`."""

    VOID = frozenset({"meta", "br", "img", "link", "input"})

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "action", "data"}]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_page_says_every_value_of_the_model(report: Report) -> None:
    """No text of a case, a refusal, its evidence or a fact is lost on the way to the page."""
    text = Tags(html.render(report)).text
    said = [report.title, report.started_at, report.finished_at, *report.facts, *report.facts.values()]
    for case in report.cases:
        said += [
            case.id,
            case.title_zh,
            case.title_en,
            case.reason,
            case.expectation,
            case.citation,
            *case.requirements,
        ]
        said += [part for item in case.evidence for part in (f"#{item.entry}", item.at, item.what, item.text)]
        said += [f"{report.again} --case {case.id}", case.file]
        said += [part for check in case.checks for part in (check.what, check.reason) if case.verdict != "PASS"]
    for one in report.requirements:
        if one.verdict is not Verdict.PASS:
            said += [one.id, one.level, one.basis, one.title_zh, one.title_en, one.citation, one.reason]
    for refusal in report.refusals:
        said += [getattr(refusal, field.name) for field in fields(Refusal)]
    assert [value for value in said if value not in text] == []


def test_page_is_well_nested_and_asks_for_nothing(report: Report) -> None:
    """Elements close in order; links are to its own sections and to what lies beside it; no script, no import."""
    page = html.render(report)
    tags = Tags(page)
    assert tags.open == []
    inside = {link.removeprefix("#") for link in tags.links if link.startswith("#")}
    assert inside - set(tags.ids) == set()
    assert {name for name in tags.ids if not name.startswith("case-")} - inside == set()
    beside = {link for link in tags.links if not link.startswith("#")}
    assert beside == {*report.pages.values(), *(case.file for case in report.cases)}
    assert not {"script", "img", "link", "iframe", "object"} & set(tags.tags)
    assert b"url(" not in page
    assert b"@import" not in page


def test_hostile_values_are_text() -> None:
    """Every string of the model set to markup adds no element to the page."""
    page = html.render(hostile())
    assert not {"script", "img"} & set(Tags(page).tags)
    assert b"&lt;script&gt;" in page


def test_headline_counts_what_is_not_pass(report: Report) -> None:
    """One verdict that is not PASS, and the page says NOT GREEN with its name."""
    text = Tags(html.render(report)).text
    assert "NOT GREEN" in text
    assert "1 FAIL" in text
    passed = replace(report, cases=[case for case in report.cases if case.verdict is Verdict.PASS], load=[])
    assert "NOT GREEN" not in Tags(html.render(passed)).text


def test_what_is_wrong_stands_first_by_requirement_worst_first(report: Report) -> None:
    """Who reads the page alone is told what is asked, on what ground, and which cases show it."""
    text = Tags(html.render(report)).text
    places = [text.index(word) for word in ("What is wrong问题", "SND-05", "1 of 2 cases", "RCV-04", "Run运行")]
    assert places == sorted(places)
    assert "SND-01" not in text
    assert "What is wrong" not in Tags(html.render(replace(report, requirements=[]))).text


def test_empty_report_is_a_page() -> None:
    """A run that left nothing says so, and shows no empty table."""
    tags = Tags(html.render(Report("empty", "", "")))
    assert "NOTHING JUDGED" in tags.text
    assert "table" not in tags.tags


def test_equal_reports_give_equal_pages(report: Report) -> None:
    """The page has no clock and no random number of its own."""
    assert html.render(report) == html.render(replace(report))
