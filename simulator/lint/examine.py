"""One file: bytes in, what was found of it out. Opens the envelope, looks the places up, says what each fault is."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lxml import etree

from swsim.simulator.core.checks_simplified import UNSAID
from swsim.simulator.core.rules import BY_ROW, KEY_RULES, NOTE, OFF, REFUSE, Severity
from swsim.simulator.envelope.opening import decoded, is_envelope, looks_like_json, open_json
from swsim.simulator.lint.findings import Finding, Linted
from swsim.simulator.lint.message import Found, How, Told, examine, of_form
from swsim.simulator.lint.places import element_at, places_of, plain
from swsim.simulator.lint.wire import OF_ENVELOPES, OF_SEVERAL, WIRE, Enveloped
from swsim.simulator.messages.codec import Fault, Invalid, Unreadable, nodes, parse, read_envelope
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.envelope import DxpMsgSv, DxpRep

MOST_FINDINGS = 1_000
"""Kept of a file; the rest is counted."""
LONGEST_VALUE = 200


def lint(path: str, data: bytes, how: How) -> Linted:
    """Everything that one file shows."""
    if data[:1] == b"\x00" and data[1:2] != b"\x00":
        data = data[1:]  # some queues put one before the XML
    envelope = ""
    if looks_like_json(data):
        carried = open_json(data)
        if carried.fault is not None:
            return unreadable(path, carried.fault.faults)
        envelope, data = "JSON", carried.payload
    try:
        root = parse(data)
    except Unreadable as refused:
        return unreadable(path, refused.faults)
    if is_envelope(root):
        return _envelope(path, data, root, how)
    found = examine(data, root, how)
    kept = placed(found.told, data, root, how)
    return Linted(path, found.type, envelope, found.documents, *_capped(kept), *_begins(data, root))


def unreadable(path: str, faults: Sequence[Fault], envelope: str = "") -> Linted:
    """What is no message at all. Where the parser knows the column, its path ends in it."""
    findings = []
    for fault in faults:
        _, _, column = fault.path.partition("column ")
        place = fault.line, int(column or 1)
        findings.append(Finding("schema", "XML", REFUSE, place, "/", fault.value, fault.expected))
    return Linted(path, "", envelope, 0, tuple(findings))


def _envelope(path: str, data: bytes, root: etree._Element, how: How) -> Linted:
    """An envelope and the message inside, whose places are told beside the place of `Data`."""
    name = etree.QName(root).localname
    try:
        node = read_envelope(data)
    except Invalid as refused:
        return Linted(path, name, name, 0, *_capped(placed(of_form("XSD", refused.faults), data, root, how)))
    if isinstance(node, DxpRep):
        return Linted(path, name, name, 0)
    node, prefix = (node.dxp_msg, "DxpMsg/") if isinstance(node, DxpMsgSv) else (node, "")
    at, payload = f"/{name}/{prefix}Data", decoded(node.data.text) or b""
    found, inside = Found(""), list[Finding]()
    told: list[Told] = []
    guid = ""
    try:
        tree = parse(payload)
        guid = tree.get("guid", "")
        found = examine(payload, tree, how)
        inside = placed(found.told, payload, tree, how)
    except Unreadable as refused:
        told += [
            Told("schema", "XML", at, f"{f.expected} (line {f.line} of the data)", f.value) for f in refused.faults
        ]
    wrapped = Enveloped(node, prefix, found.type, found.dxp_id)
    told += [
        Told("rule", rule.row, f"/{name}/{step}", expected, value)
        for rule in OF_ENVELOPES
        for step, expected, value in rule.check(wrapped)
    ]
    (place,) = places_of(data, root, [element_at(root, at)]).values()
    moved = [replace(one, place=place, inside=one.place, path=at + one.path) for one in inside]
    kept, left = _capped(placed(told, data, root, how) + moved)
    return Linted(path, found.type or name, name, found.documents, kept, left, guid, place)


def _begins(data: bytes, root: etree._Element) -> tuple[str, tuple[int, int]]:
    """Guid of a message, and where it begins."""
    name = f"{root.prefix}:" if root.prefix else ""
    at = max(data.find(f"<{name}{etree.QName(root).localname}".encode()), 0)
    return root.get("guid", ""), (data.count(b"\n", 0, at) + 1, at - data.rfind(b"\n", 0, at))


def compared(file: Linted, seen: dict[str, str], how: How) -> Linted:
    """A file beside those before it: what only several messages show. `seen` has where each guid was met first."""
    findings = [
        Finding("rule", rule.row, severity, file.place, f"/{file.message_type}/{step}", value, expected)
        for rule in OF_SEVERAL
        for step, expected, value in rule.check((file.path, file.guid, seen))
        if (severity := rule.strict if how.profile.strict else rule.standard) != OFF
    ]
    return replace(file, findings=(*file.findings, *findings)) if findings else file


def placed(told: Sequence[Told], data: bytes, root: etree._Element, how: How) -> list[Finding]:
    """Findings with severity, titles and places, in the order of the file."""
    speaking = [
        (one._replace(path=plain(one.path)), severity) for one in told if (severity := _severity(one, how)) != OFF
    ]
    if not speaking:
        return []
    elements = [element_at(root, one.path) for one, _ in speaking]
    places = places_of(data, root, elements)
    findings = [
        Finding(
            one.kind,
            one.row,
            severity,
            places[element],
            one.path,
            one.value[:LONGEST_VALUE],
            one.expected,
            *_titles(one.path),
        )
        for (one, severity), element in zip(speaking, elements, strict=True)
    ]
    return sorted(findings, key=lambda finding: finding.place)


def _severity(told: Told, how: How) -> Severity:
    if (rule := BY_ROW.get(told.row)) is not None:
        # What the tables do not say is no fault of the message.
        return Severity.NOTE if rule.row in UNSAID else rule.severity(how.profile)
    if (wire := WIRE.get(told.row)) is not None:
        return wire.strict if how.profile.strict else wire.standard
    return REFUSE if told.row in KEY_RULES or told.kind == "schema" else NOTE


def _titles(path: str) -> tuple[str, str, str]:
    """Titles and section of the element of a path: a field of the node above it, or a node."""
    *above, name = [step.partition("[")[0].lstrip("@") for step in path.split("/")]
    known: dict[str, Any] = nodes(EDITION_202205)
    owner = known.get(above[-1]) if above else None
    if owner is not None and (declared := next((f for f in owner.fields if f.xml == name), None)):
        return declared.zh, declared.en, owner.section
    node = known.get(name)
    return (node.zh, node.en, node.section) if node else ("", "", "")


def _capped(findings: Sequence[Finding]) -> tuple[tuple[Finding, ...], int]:
    return tuple(findings[:MOST_FINDINGS]), max(len(findings) - MOST_FINDINGS, 0)
