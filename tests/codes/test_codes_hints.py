"""Every rule says what to do about a finding, and no hint is left over."""

from swsim.simulator.codes.hints import HINTS, hint_of
from swsim.simulator.core.rules import KEY_RULES, RULES

ROWS = {rule.row for rule in RULES} | set(KEY_RULES)


def test_every_rule_has_a_hint() -> None:
    """A rule added to the table without a line in hint.csv fails here."""
    assert {row for row in ROWS if not hint_of(row).en} == set()


def test_no_hint_is_left_over() -> None:
    """A hint is of a row, or of an id some row of which has none of its own."""
    ids = {row.partition("/")[0] for row in ROWS if row not in HINTS}
    assert set(HINTS) - ROWS - ids == set()


def test_a_hint_says_what_to_do() -> None:
    """Not what the rule says already; in both languages."""
    texts = {rule.row: (rule.zh, rule.en) for rule in RULES}
    for row, (zh, en) in texts.items():
        assert hint_of(row).zh.rstrip("。") != zh
        assert hint_of(row).en.rstrip(".").lower() != en.lower()
