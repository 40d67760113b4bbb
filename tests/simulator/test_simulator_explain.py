"""`swsim explain`: rules, codes, messages and due dates, from the same tables that customs decides by."""

import json
from pathlib import Path
from typing import Any

import pytest

from swsim.simulator.cli import main
from swsim.simulator.codes.status import KIND_CODES
from swsim.simulator.codes.texts import DESCS, TEXTS, Reach
from swsim.simulator.core.deadlines import DEADLINES
from swsim.simulator.core.rules import KEY_RULES, RULES
from swsim.simulator.duty.table import DUTIES
from swsim.simulator.explain import UnknownError, explain
from swsim.simulator.messages.edition import EDITION_202205


def said(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """What the command prints as JSON."""
    assert main(["explain", *words, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_every_rule_is_explained() -> None:
    """By its id and by its row: Chinese and English, where it is written, what it rests on."""
    for rule in RULES:
        rows = explain(rule.id)
        assert rule.row in [one.get("row") for one in rows]
        (one,) = (one for one in explain(rule.row) if one.get("row") == rule.row)
        assert (one["zh"], one["en"], one["basis"]) == (rule.zh, rule.en, rule.basis)
    for key in KEY_RULES:
        assert any(one["citation"] for one in explain(key))


def test_duties_and_deadlines_are_explained() -> None:
    """A duty by its id with all its rows, a deadline beside the rule it is of."""
    assert {one["duty"] for one in explain("DUT-02")} == {row for row in DUTIES if row.startswith("DUT-02/")}
    for deadline in DEADLINES:
        (one,) = (one for one in explain(deadline.rule) if "deadline" in one)
        assert (one["ends"], one["basis"]) == (deadline.ends, str(deadline.basis))


def test_every_code_names_who_answers_with_it() -> None:
    """A text nobody answers with would be dead; a code without text would be mute."""
    codes = {str(code) for codes in KIND_CODES.values() for code in vars_of(codes)}
    for code in codes:
        (one, *_) = explain(code)
        assert one["keys"]
    for name, text in TEXTS.items():
        if name.startswith("-") and name.count("-") == 1:
            (one, *_) = explain(name)
            assert one["returnInfo"] == text.zh
            assert text.reach is not Reach.REACHABLE or one.get("rules") or one.get("keys"), name
    for number in DESCS:
        (one, *_) = explain(number)
        assert one["rules"], number


def vars_of(codes: Any) -> list[int]:
    """The codes of a row of KIND_CODES."""
    return [getattr(codes, name) for name in type(codes).__slots__]


def test_every_message_is_explained() -> None:
    """Both ways, by number or by root, also those customs does not take in yet."""
    for business in EDITION_202205.businesses:
        for message in (business.upload, business.answer):
            number = message.xml.removeprefix("CEB").removesuffix("Message")
            (one,) = (one for one in explain(number) if "message" in one)
            assert one == explain(message.xml)[0]
            assert (one["zh"], one["takenIn"]) == (message.zh, business.number in EDITION_202205.by_number)


@pytest.mark.parametrize(
    ("month", "due"), [("2021-01", "2021-02-18"), ("2024-01", "2024-02-18"), ("2026-01", "2026-02-24")]
)
def test_a_summary_is_due_on_a_working_day(capsys: pytest.CaptureFixture[str], month: str, due: str) -> None:
    """Two holidays, and an adjusted working Sunday."""
    one = said(capsys, "summary-due", month)
    assert (one["month"], one["due"], one["provisional"]) == (month, due, False)


def test_a_year_without_a_notice_is_provisional_and_a_users_calendar_settles_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Beyond the notices known the plain week answers; `calendar.csv` adds a year."""
    assert said(capsys, "summary-due", "2027-05")["provisional"] is True
    (tmp_path / "calendar.csv").write_text("date,kind,zh\n2027-06-15,rest,端午节\n", encoding="utf-8")
    one = said(capsys, "summary-due", "2027-05", "--codes", str(tmp_path))
    assert (one["due"], one["provisional"]) == ("2027-06-16", False)


def test_a_negative_code_is_no_option(capsys: pytest.CaptureFixture[str]) -> None:
    """As people type it."""
    assert said(capsys, "-621004")["keys"] == ["603 MSG-10, MSG-13"]


@pytest.mark.parametrize("words", [["NOTHING"], ["-999"], ["summary-due"], ["summary-due", "2026-13"]])
def test_what_is_unknown_is_said(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    """Exit 2, with what was expected."""
    assert main(["explain", *words]) == 2
    assert "expected" in capsys.readouterr().err


def test_an_unknown_name_lists_the_known() -> None:
    """So that a slip of the finger is seen."""
    with pytest.raises(UnknownError, match="INV-04"):
        explain("INV-4")
