"""Examples of the rules, found by running the cases of their tests: what breaks a row, what it finds, what passes."""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/core"))

import test_core_declaring as declaring
import test_core_enterprises as enterprises
import test_core_limits as limits
import test_core_movement as movement
import test_core_refund as refund
import test_core_reused as reused
import test_core_signature as signature
import test_core_summary as summary
import test_core_switches as switches
from core_alone import BROKEN, SOUND
from core_cases import CASES
from core_desk import STANDARD, Desk
from test_core_enterprises import CASES as REGISTERED
from test_core_enterprises import judged
from test_core_key_rules import KEY_CASES
from test_core_movement import CASES as MOVED
from test_core_movement import Shipment
from test_core_refund import CASES as RETURNED
from test_core_refund import Returned
from test_core_rules import judge

from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core.incoming import Finding
from swsim.simulator.core.model import Decision

LEFT_OUT = "(left out 不填)"
SIGNED = {
    "unsigned": ("a signature of the enterprise that declares", "no Signature"),
    "form": ("enveloped, canonical XML, sm2-sm3 or rsa-sha1", "an exclusive canonicalisation"),
    "differs": ("the digest of the message as it was sent", "one character was changed after it was signed"),
    "invalid": ("a SignatureValue that the key of the certificate verifies", "a value made with another key"),
    "unknown": ("a certificate that is bound to an enterprise", "a certificate that customs never saw"),
    "expired": ("a certificate that is valid today", "a certificate that ended yesterday"),
    "owner": ("the agent or the seller of the list signs", "the logistics firm signs"),
    "variant": ("the form of §6.2", "line breaks inside X509Certificate"),
    "first-seen": ("a certificate that was bound before", "a certificate seen first with this message"),
}
"""No field has the value of a signature: what passes and what fails, by part; `_signed` holds them to the rows."""
IN_THE_MESSAGE = {
    "SUB-01": ("/BaseSubscribe/status", "ALL", "SOME", "ALL, DATA or RET"),
    "X6c/appStatus": ("OrderHead/appStatus", "1", "<appStatus/>", "a value: an empty one stands for 1"),
}
"""Rows that only the bytes tell, before there is a document (`test_core_alone`, `test_core_every_kind`)."""

STEP = re.compile(r"(\w+?)(?:\[(\d+)\])?$")


class Example(NamedTuple):
    """A case that was run: the document, the field, the value that fails, what is expected, a value that passes."""

    kind: str
    path: str
    fails: str
    expected: str
    passes: str


def examples() -> dict[str, Example]:
    """By row; the first case of each."""
    found: dict[str, Example] = {}
    for row, kind, findings, sound in _run():
        told = next((one for one in findings if one.rule == row), None)
        if told is not None and row not in found:
            passes = _value(sound, told.path) or told.expected
            found[row] = Example(kind, told.path, told.found, told.expected, passes)
    for row, (path, passes, fails, expected) in IN_THE_MESSAGE.items():
        found[row] = Example("303", path, fails, expected, passes)
    return found | _signed()


def _signed() -> dict[str, Example]:
    """Of each row of MSG-14; the row speaks where a signature is wrong in this and in nothing else."""
    found = {}
    for part, (passes, fails) in SIGNED.items():
        [decision] = signature.sent(signature.fact(part), signature.LIST, profile=STANDARD)
        row = f"MSG-14/{part}"
        if row not in {one.rule for one in (*decision.faults, *decision.remarks)}:
            raise LookupError(row)
        found[row] = Example("603", "Signature", fails, passes, passes)
    return found


def _run() -> Iterator[tuple[str, str, list[Any], Any]]:
    for alone in BROKEN:
        yield alone.row, alone.document.number, alone.found(), SOUND[alone.document.number]
    for case in CASES:
        decision = judge(case, STANDARD)
        yield case.row, case.kind, [*decision.faults, *decision.remarks], SOUND[case.kind]
    for row, registry, document, via, *_ in REGISTERED:
        decision = judged(registry, document, STANDARD, **via)
        yield row, document.number, [*decision.faults, *decision.remarks], document
    for row, kind, _, made in MOVED:
        shipment = Shipment()
        decisions = shipment.report(made(shipment))
        yield row, kind, [one for d in decisions for one in (*d.faults, *d.remarks)], None
    for row, _, _, made_of in RETURNED:
        returned = Returned()
        decision = returned.desk.send(made_of(returned))[0]
        yield row, "213", [*decision.faults, *decision.remarks], returned.application
    for row, (make, kinds) in KEY_CASES.items():
        yield row, kinds[0], make(kinds[0])[0].faults, None
    for rule in limits.HERE:
        decision = limits.judged(rule, limits.wrong(rule))
        yield rule.row, rule.kinds[0], decision.faults, None
    for change in ({"statistics_flag": "A"}, {"trade_mode": "9710"}):
        for row, (path, expected, told) in reused.found(reused.head("603", **change), Codes.builtin()).items():
            yield row, "603", [Finding(row, path, expected, told)], None
    for rule in summary.MINE:
        decision = summary.broken(rule.row, STANDARD)
        yield rule.row, "701", [*decision.faults, *decision.remarks], None
    yield from _watched()


def _watched() -> Iterator[tuple[str, str, list[Any], Any]]:
    """What is decided while tests of other scenes run."""
    decided: list[Decision] = []
    close = Desk.conclude

    def watched(desk: Desk, facts: Any, decisions: list[Decision], at: Any) -> list[Decision]:
        decided.extend(decisions)
        return close(desk, facts, decisions, at)

    Desk.conclude = watched  # type: ignore[method-assign] # the tests say nothing of what they saw
    try:
        for scene in SCENES:
            scene()
    finally:
        Desk.conclude = close  # type: ignore[method-assign] # and back
    for decision in decided:
        for one in (*decision.faults, *decision.remarks):
            yield one.rule, decision.subject.kind, [one], None


SCENES: tuple[Callable[[], object], ...] = (
    lambda: reused.test_a_guid_names_one_document(strict=False),
    lambda: reused.test_an_order_has_one_receipt(strict=False),
    lambda: reused.test_a_card_that_is_anothers_has_its_code("605"),
    lambda: reused.test_a_card_that_is_anothers_has_its_code("213"),
    enterprises.test_an_agent_cancels_for_who_authorised_it,
    enterprises.test_an_agent_brings_back_for_who_authorised_it,
    lambda: enterprises.test_an_agent_fills_lists_for_who_authorised_it((), True, 100, {"ENT-12/607"}),
    lambda: enterprises.test_an_overseas_warehouse_is_filed_until_a_day("2024-12-14T23:59:59+08:00", False, True),
    lambda: declaring.sent(STANDARD, authorised=False),
    lambda: declaring.test_goods_that_come_back_after_the_summary_get_a_word(summed=True),
    lambda: switches.test_a_reviewed_list_is_approved_or_turned_down(1.0, [300, 100]),
    lambda: switches.refused_there("STA-01/denied"),
    lambda: switches.refused_there("ARR-02/site"),
    switches.test_a_master_list_comes_first_in_strict,
    movement.test_what_was_missing_is_named,
    movement.test_the_heads_of_a_split_document_agree,
    movement.test_an_empty_arrival_of_an_unknown_bill_is_rejected,
    movement.test_a_list_that_left_while_its_cancellation_was_under_way_stays,
    summary.test_a_list_in_a_summary_cannot_be_cancelled,
    lambda: refund.test_goods_of_a_list_that_has_not_left_are_not_returned(strict=False),
)
"""Scenes of the tests of the core in which a row speaks that no table of cases has."""


def _value(document: Any, path: str) -> str:
    """The value of a path in a document that no rule speaks of; empty where there is none, or it is not in it."""
    node = document
    for step in path.split("/"):
        matched = STEP.fullmatch(step)
        if node is None or matched is None:
            return ""
        name, place = matched[1], int(matched[2] or 1)
        if node is document and "lines" in type(node).places and name == type(node).parts[1].xml:
            node = node.lines[place - 1] if place <= len(node.lines) else None
        elif node is document and "head" in type(node).places and name == type(node).parts[0].xml:
            node = node.head
        else:
            field = next((f for f in type(node).fields if f.xml == name), None)
            return str(node.raw(field.name) or LEFT_OUT) if field else ""
    return ""
