"""Counts and empty bodies under `limits = eport`; what a turn asks for; codes and deadlines as the tables say them."""

from dataclasses import replace
from typing import Any

import pytest
from core_alone import KEYED_TOO, SOUND, head
from core_desk import STANDARD, Desk, sale

from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core import checks_limits, rules
from swsim.simulator.core.deadlines import DEADLINES
from swsim.simulator.core.facts import Facts, Needs
from swsim.simulator.core.model import Decision
from swsim.simulator.core.papers import paper_of
from swsim.simulator.core.questions import needs_ahead
from swsim.simulator.core.rules import BY_ROW, KEY_RULES, RULES, Own, Rule
from swsim.simulator.profile import PROFILES
from swsim.simulator.registry import Registry

COUNTING = replace(STANDARD, limits="eport")
HERE = [rule for rule in RULES if rule.check.__module__ == checks_limits.__name__]
each_rule = pytest.mark.parametrize("rule", HERE, ids=lambda rule: f"{rule.row} {rule.kinds[0]} {rule.check.__name__}")


def numbered(kind: str, count: int) -> list[Any]:
    """As many documents of a kind, each under its own key."""
    name = KEYED_TOO[kind][0]
    made = [head(kind, **{name: f"K{place:03d}", "guid": f"{'A' * 33}{place:03d}"}) for place in range(1, count + 1)]
    return made if kind != "603" else [one.replaced(head=one.head.replaced(cop_no=one.head.order_no)) for one in made]


def with_count(kind: str, count: int) -> Any:
    """The sound document of a kind with as many lines."""
    first = SOUND[kind].lines[0]
    return SOUND[kind].replaced(lines=tuple(first.replaced(gnum=place) for place in range(1, count + 1)))


def judged(rule: Rule, count: int) -> Decision:
    """The last document of a message that has `count` of what the rule counts."""
    (kind,), desk = rule.kinds, Desk(COUNTING)
    if rule.check is checks_limits.document_is_one_too_many:
        return desk.send(*numbered(kind, count))[-1]
    return desk.send(with_count(kind, count))[-1]


def wrong(rule: Rule) -> int:
    """How many are too many, or too few."""
    return 0 if rule.check is checks_limits.document_has_no_lines else 101


def spoken(decision: Decision) -> set[str]:
    """Rows that refused."""
    return {fault.rule for fault in decision.faults}


@each_rule
def test_one_too_many_has_its_own_code(rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hundred and first, or a body without a line: refused before anything else is looked at; the edge is not."""
    edge = 1 if wrong(rule) == 0 else 100
    refused = judged(rule, wrong(rule))
    assert (refused.status, spoken(refused)) == (rule.answer, {rule.row})
    assert rule.own_codes == (rule.answer,)
    assert rule.row not in spoken(judged(rule, edge))
    for place, checks in rules.CHECKS.items():
        monkeypatch.setitem(rules.CHECKS, place, tuple(pair for pair in checks if pair[1] is not rule))
    assert rule.row not in spoken(judged(rule, wrong(rule)))


@each_rule
def test_by_default_the_schema_counts(rule: Rule) -> None:
    """Under `limits = schema` no document is judged by its count: it cannot come here."""
    decision = _last(rule) if wrong(rule) else Desk().send(with_count(rule.kinds[0], 0))[-1]
    assert rule.row not in spoken(decision)


def _last(rule: Rule) -> Decision:
    (kind,) = rule.kinds
    made = numbered(kind, 101) if rule.check is checks_limits.document_is_one_too_many else [with_count(kind, 101)]
    return Desk().send(*made)[-1]


def test_the_other_documents_of_a_message_are_taken() -> None:
    """Each is judged alone."""
    decisions = Desk(COUNTING).send(*numbered("303", 101))
    assert [int(one.status) for one in decisions] == [2] * 100 + [-301015]


# --- codes, deadlines -------------------------------------------------------------------------------------------------


def test_a_rule_names_the_codes_of_its_own() -> None:
    """One, or one a kind; none where each kind takes its parameter code, and none where customs answers with 100."""
    answers = {rule.row: rule.answer for rule in RULES}
    three = next(row for row, answer in answers.items() if isinstance(answer, Own))
    own = answers[three]
    assert isinstance(own, Own)
    assert BY_ROW[three].own_codes == (own.inventory, own.cancel, own.refund)
    assert BY_ROW["MSG-16"].own_codes == BY_ROW["MAT-01"].own_codes == ()


def test_deadlines_are_those_of_the_predicates() -> None:
    """Every row is of a rule, of the regime or of the term, and its numbers are those that are judged by."""
    ids = {rule.id for rule in RULES} | set(KEY_RULES) | {"PAY-02", "SUM-02"}
    assert [one.rule for one in DEADLINES if one.rule not in ids] == []
    assert len({one.rule for one in DEADLINES}) == len(DEADLINES)
    ends = {one.rule: one.ends for one in DEADLINES}
    assert ends["MSG-04"] == "appTime at most 10 minutes ahead"
    assert ends["LOG-01"] == "the same second 6 calendar months later"
    assert ends["PAY-02"] == "from 2024-12-15 on"
    assert ends["RET-07"] == "pilot of twenty customs from 2024-12-15, 9610 everywhere from 2026-03-13"


# --- what is asked ----------------------------------------------------------------------------------------------------


def test_what_was_asked_in_a_turn_is_not_asked_again() -> None:
    """Only the rest is new, by column and kind; a document that is there is not looked up by its number."""
    facts = Facts(STANDARD, "2018-194", Registry())
    first = Needs(serials={1})
    first.ask("key", "303", "A")
    asked = facts.new(first)
    assert (asked.serials, asked.refs) == ({1}, {("key", "303"): {"A"}})
    second = Needs()
    for value in ("A", "B"):
        second.ask("key", "303", value)
    second.ask("key", "403", "A")
    assert facts.new(second).refs == {("key", "303"): {"B"}, ("key", "403"): {"A"}}
    assert facts.new(second).refs == {}
    desk = Desk()
    (taken,) = desk.send(sale().order)
    assert taken.held is not None
    facts.put(taken.held)
    assert facts.new(Needs(serials={taken.held.serial, 99})).serials == {99}


@pytest.mark.parametrize(("name", "ahead"), [("instant", True), ("standard", False)])
def test_a_list_that_is_matched_at_once_asks_for_its_pieces_ahead(name: str, ahead: bool) -> None:
    """Order, waybill and receipts of a list, where nothing lies before the match; of others nothing."""
    made, profile = sale(), PROFILES[name]
    order = paper_of("303", made.order, "A" * 36, "1.0", Codes.builtin())
    listed = paper_of("603", made.inventory, "A" * 36, "1.0", Codes.builtin())
    refs = needs_ahead("603", [listed], profile).refs
    pieces = {
        ("key", "303"): listed.order_ref,
        ("key", "505"): listed.waybill_ref,
        ("order_ref", "403"): listed.order_ref,
    }
    assert {place: refs.get(place) for place in pieces} == {
        place: {ref} if ahead else None for place, ref in pieces.items()
    }
    assert ("order_ref", "403") not in needs_ahead("303", [order], profile).refs
