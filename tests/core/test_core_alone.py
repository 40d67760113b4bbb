"""Every rule of the document alone finds what breaks it, in every kind, and nothing where nothing is broken."""

from typing import Any

import pytest
from core_alone import BROKEN, GUID, HELD, SHIPMENT, SOUND, Alone
from core_answers import ANSWERS, PARAMETER
from core_cases import CASES
from core_desk import STANDARD

from swsim.fixtures.batch import upload
from swsim.fixtures.chains import KINDS as MADE
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core import rules
from swsim.simulator.core.checks_simplified import UNSAID
from swsim.simulator.core.incoming import Finding
from swsim.simulator.core.papers import found_alone, reading_of
from swsim.simulator.core.rules import EVERY, RULES
from swsim.simulator.messages.codec import encode, parse, read_tree
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.reading import read

every_case = pytest.mark.parametrize("case", BROKEN, ids=str)


def rows(found: list[Finding]) -> set[str]:
    """The rows that spoke."""
    return {finding.rule for finding in found} - UNSAID


@every_case
def test_breaking_a_rule_is_found(case: Alone) -> None:
    """The row speaks with path, expected and found, and no other."""
    found = case.found()
    assert rows(found) == {case.row} | case.also
    assert Finding(case.row, *case.finding) in found


@every_case
def test_without_its_row_a_breach_goes_unseen(case: Alone, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule taken out of the table finds nothing: the test above would fail."""
    for table in (rules.ALONE, rules.ALONE_BUT_CODES):
        for kind, checks in table.items():
            monkeypatch.setitem(table, kind, tuple(pair for pair in checks if pair[1].row != case.row))
    assert rows(case.found()) == case.also


@every_case
def test_the_schema_lets_a_breach_through(case: Alone) -> None:
    """No case is about a message that the schema refuses, and its XML says the same as what it was made of."""
    data = encode(upload([case.document], SHIPMENT.trip.firms.agent, guid=case.guid).replaced(version=case.version))
    _, declared, root = read_tree(parse(data))
    message: Any = declared.read(root)
    assert message.documents == (case.document,)


@pytest.mark.parametrize(("row", "document"), HELD, ids=[f"{row} {document.number}" for row, document in HELD])
def test_the_edge_of_a_rule_is_on_the_right_side(row: str, document: Any) -> None:
    """A value that is just allowed makes the row say nothing."""
    found = found_alone(reading_of(document.number, document, GUID, "1.0", Codes.builtin()))
    assert row not in rows(found)


def test_every_row_has_a_case_for_every_kind_it_judges() -> None:
    """A rule added to the table without a case fails here."""
    cases = {(case.row, case.document.number) for case in BROKEN} | {(case.row, case.kind) for case in CASES}
    wanted = {(rule.row, kind) for rule in RULES if rule.row not in UNSAID for kind in rule.kinds if rule.alone}
    only_in_xml = {("X6c/appStatus", kind) for kind in ("303", "403", "507")} | {("SUB-01", kind) for kind in EVERY}
    assert wanted - cases == only_in_xml  # below, and tests/simulator/test_simulator_envelopes.py
    assert set(EVERY) == set(SOUND)


def test_every_row_answers_as_written_down() -> None:
    """Severities and codes are those of the catalogue, of the kinds beyond the desk too."""
    table = {
        rule.row: ((str(rule.standard), str(rule.strict)), {kind: rule.code(kind, STANDARD) for kind in rule.kinds})
        for rule in RULES
        if rule.alone
    }
    kinds = {rule.row: rule.kinds for rule in RULES}
    wanted = {
        row: (severity, {kind: answer or PARAMETER[kind] for kind in kinds[row]})
        for row, (severity, answer) in ANSWERS.items()
        if row in table
    }
    assert table == wanted


@pytest.mark.parametrize("kind", MADE)
def test_generated_documents_are_found_sound(kind: str) -> None:
    """Of every kind: no false finding, not even a remark or a note."""
    for document in SHIPMENT.documents(kind):
        assert rows(found_alone(reading_of(kind, document, GUID, "1.0", Codes.builtin()))) == set()


@pytest.mark.parametrize("kind", ["303", "403", "507"])
def test_an_empty_app_status_is_a_draft_and_gets_a_finding(kind: str) -> None:
    """X6c: the schema reads it as 1; a 1 that was written is no finding."""
    document = SOUND[kind]
    empty = (
        (document.replaced(head=document.head.replaced(app_status="")))
        if kind != "403"
        else document.replaced(app_status="")
    )
    for status, wanted in ((empty, {"X6c/appStatus"}), (document, set[str]())):
        data = encode(upload([status], SHIPMENT.trip.firms.agent, guid=GUID))
        root = parse(data)
        message: Any = EDITION_202205.declared[f"CEB{kind}Message"].upload.read(read_tree(root)[2])
        found = found_alone(reading_of(kind, message.documents[0], GUID, "1.0", Codes.builtin(), root[0]))
        assert rows(found) == wanted
    taken = read(encode(upload([empty], SHIPMENT.trip.firms.agent, guid=GUID)))[1]
    if kind in EDITION_202205.by_number:
        assert [finding.rule for finding in taken.papers[0].findings] == ["X6c/appStatus"]  # type: ignore[union-attr]
