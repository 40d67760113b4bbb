"""Examples of the rules, found by running the cases of their tests: what breaks a row, what it finds, what passes."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests/core"))

from core_alone import BROKEN, SOUND
from core_cases import CASES
from core_desk import STANDARD
from test_core_enterprises import CASES as REGISTERED
from test_core_enterprises import judged
from test_core_movement import CASES as MOVED
from test_core_movement import Shipment
from test_core_refund import CASES as RETURNED
from test_core_refund import Returned
from test_core_rules import KEY_CASES, judge

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
            found[row] = Example(kind, told.path, told.found, told.expected, _value(sound, told.path))
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
            return str(node.raw(field.name) or "") if field else ""
    return ""
