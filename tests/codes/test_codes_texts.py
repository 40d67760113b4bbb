"""The texts of returns: one file, every code of table 7-2 in it, the official ones as the specification has them."""

import re
from collections import Counter
from pathlib import Path

import pytest

from swsim.simulator.codes.status import KIND_CODES, ReturnStatus
from swsim.simulator.codes.texts import DESCS, TABLE_7_2, TEXTS, Origin, Reach, reach_of
from swsim.simulator.core.rules import RULES, Step, Wire
from swsim.simulator.returns import BREACH

SPEC = Path(__file__).parents[2].parent / "shared/gacc-202205/spec-202205.txt"
NO_WORD = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]")
HOLE = re.compile(r"\{\w+\}")


def test_every_status_has_a_text() -> None:
    """What customs may say has words, and none but the hole for faults where a 100 says its own."""
    assert {str(int(status)) for status in ReturnStatus} <= set(TEXTS)
    assert TEXTS["100"].zh == "{faults}"


def test_every_text_is_filled_in() -> None:
    """Only holes that the renderer knows stand in a text."""
    known = {"key": "K", "list": "L", "guid": "G", "faults": "F"}
    for text in TEXTS.values():
        assert "{" not in text.zh.format(**known), text.code


def test_every_text_of_a_rule_comes_from_the_file() -> None:
    """A 100 has the words of the file, and the file has none that nobody says."""
    said = {rule.answer for rule in RULES if isinstance(rule.answer, Wire)}
    said.add(Wire(BREACH, DESCS[BREACH].zh, DESCS[BREACH].origin))  # of duties, where a profile answers so
    assert said == {Wire(code, text.zh, text.origin) for code, text in DESCS.items()}


def test_codes_of_table_7_2_and_nothing_else_are_reachable() -> None:
    """No number is minted inside the official ranges (rules.md §0); counts lie behind the schema (`limits = eport`)."""
    counts = {code for rule in RULES if rule.step is Step.KEYS for code in rule.own_codes}
    assert {reach_of(code) for code in counts} == {Reach.SHADOWED}
    used = {code for rule in RULES for code in (*rule.own_codes, rule.eport or 0)} - counts
    used |= {getattr(codes, name) for codes in KIND_CODES.values() for name in type(codes).__slots__}
    codes = {code for code in used if code < 0} - {-625028}  # MSG-14/unsigned of a refund, which need not be signed
    assert {code: reach_of(code) for code in codes} == dict.fromkeys(codes, Reach.REACHABLE)
    assert reach_of(-999999) is None


def test_the_extent_of_the_table() -> None:
    """By hand counted: 147 codes, one of them twice with a text that goes another way."""
    counted = Counter(text.reach for text in TABLE_7_2.values())
    assert sum(counted.values()) == len(TABLE_7_2)
    assert {code for code, text in TABLE_7_2.items() if text.reach is Reach.NEVER} == {
        *(f"-80000{n}" for n in range(7)),
        *(f"-50500{n}" for n in (0,)),
        *(f"-5050{n}" for n in range(10, 15)),
        "-401001",
        "-401002",
        *(f"-6210{n}" for n in (13, 14, 18)),
        "-623025",
        *(f"-6250{n}" for n in (14, 15, 24, 25, 26)),
    }


@pytest.mark.skipif(not SPEC.exists(), reason="the official specification lies beside the project, not in it")
def test_official_texts_are_those_of_the_specification() -> None:
    """The words between the holes stand behind their code in table 7-2, which has no code that we lack."""
    text = SPEC.read_text("utf-8")
    table = text[text.index("7-2 出口统一版业务报文错误信息及其代码") : text.index("8. 报文对接流程", 100_000)]
    lines = [line for line in table.splitlines() if not re.fullmatch(r"\s*\d{0,3}\s*", line)]
    found: dict[str, list[str]] = {}
    code = ""
    for line in lines:
        begins = re.search(r"(?:.*\s|^)(-\d{5,6})\s+([^\s-].*)$", line)
        if begins:
            code = begins[1]
            found.setdefault(code, []).append("")
        if code:
            said = begins[2] if begins else re.sub(r"^\s*(-\d+\s+|至\S+\s+)?", "", line)
            found[code][-1] += re.sub(r"\s", "", said)
    assert set(found) == {code.removesuffix("-state") for code in TABLE_7_2}
    for name, words in TABLE_7_2.items():
        assert words.origin is Origin.OFFICIAL
        pattern = ".*".join(re.escape(NO_WORD.sub("", part)) for part in HOLE.split(words.zh))
        said_by_the_table = [NO_WORD.sub("", one) for one in found[name.removesuffix("-state")]]
        assert any(re.match(pattern, one) for one in said_by_the_table), (name, words.zh, said_by_the_table)
