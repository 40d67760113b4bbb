"""What lint says: a finding with its place and its reason, and what becomes of a file. Plain data, to be sent between
processes and written in any format.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from swsim.simulator.core.model import Basis, Citation
from swsim.simulator.core.rules import BY_ROW, KEY_RULES, Severity
from swsim.simulator.lint.wire import WIRE

Place = tuple[int, int]
"""Line and column, counted from 1."""


class Verdict(StrEnum):
    """What was found of a file, worst first."""

    UNREADABLE = "unreadable"
    SCHEMA_INVALID = "schema_invalid"
    RULE_FINDINGS = "rule_findings"
    VALID = "valid"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `rule` is an id of the rule table, or ``XSD``, ``XML``; `row` the row of the table.

    `place` is where it is in the file; for a message in an envelope that is its `Data`, and `inside` where it is in the
    message.
    """

    kind: str
    row: str
    severity: str
    place: Place
    path: str
    value: str
    expected: str
    title_zh: str = ""
    title_en: str = ""
    section: str = ""
    inside: Place | None = None

    @property
    def rule(self) -> str:
        return self.row.partition("/")[0]

    def as_json(self) -> dict[str, Any]:
        """The shape of the report."""
        told = reason(self.row)
        value: dict[str, Any] = {
            "kind": self.kind,
            "rule": self.rule,
            "row": self.row,
            "severity": self.severity,
            "line": self.place[0],
            "column": self.place[1],
            "path": self.path,
            "value": self.value,
            "expected": self.expected,
            "title_zh": self.title_zh,
            "title_en": self.title_en,
            "message_zh": self.message("zh"),
            "message_en": self.message("en"),
            "hint_zh": told.zh,
            "hint_en": told.en,
            "section": self.section,
            "citation": self.citation,
            "basis": str(told.basis),
        }
        if self.inside:
            value["inside"] = {"line": self.inside[0], "column": self.inside[1]}
        return value

    @property
    def name(self) -> str:
        """The element or attribute."""
        return self.path.rpartition("/")[2].lstrip("@").partition("[")[0]

    @property
    def citation(self) -> str:
        """Where it is written: a fault of the form in the field table, a rule where its row says."""
        if self.row == "XSD" and self.section:
            return f"§{self.section} {self.name}"
        return str(reason(self.row).citation)

    def message(self, language: str) -> str:
        """What is wrong, ``zh`` or ``en``; the schema's own words for what it expects."""
        told = reason(self.row)
        title, verb, says = (self.title_zh, "为", told.zh) if language == "zh" else (self.title_en, " is ", told.en)
        says = f"{says}: {self.expected}" if self.kind == "schema" else says
        return f"{title} {self.name}{verb}{self.value!r}: {says}".lstrip()


@dataclass(frozen=True, slots=True)
class Reason:
    """What a rule says and rests on."""

    zh: str
    en: str
    citation: Citation
    basis: Basis


_FORM = {
    "XML": Reason("应为格式良好的UTF-8 XML报文", "well-formed XML in UTF-8", Citation("§7.1", "0001"), Basis.SPEC),
    "XSD": Reason("报文应符合XSD", "valid by the schema", Citation("§7.1", "0002"), Basis.SPEC),
}


def reason(row: str) -> Reason:
    """Of a row of the rule table, a rule of keys, a rule of the message as written, or of the form."""
    rule = BY_ROW.get(row) or KEY_RULES.get(row) or WIRE.get(row)
    return Reason(rule.zh, rule.en, rule.citation, rule.basis) if rule else _FORM[row]


@dataclass(frozen=True, slots=True)
class Linted:
    """A file and what was found. `message_type` is the root of the message, in whatever `envelope` it came."""

    path: str
    message_type: str
    envelope: str
    documents: int
    findings: tuple[Finding, ...] = ()
    left_off: int = 0
    """Findings beyond the most that are kept of a file."""
    guid: str = ""
    """Of the message, to be compared with those of the others."""
    place: tuple[int, int] = (1, 1)
    """Where the message begins in the file."""

    @property
    def verdict(self) -> Verdict:
        """A note does not count: it says what may well be meant."""
        rows = {finding.row for finding in self.findings if finding.severity != Severity.NOTE}
        if "XML" in rows:
            return Verdict.UNREADABLE
        if "XSD" in rows:
            return Verdict.SCHEMA_INVALID
        return Verdict.RULE_FINDINGS if rows else Verdict.VALID

    def as_json(self, edition: str) -> dict[str, Any]:
        """The shape of the report."""
        value: dict[str, Any] = {
            "path": self.path,
            "messageType": self.message_type,
            "edition": edition,
            "verdict": self.verdict,
            "documents": self.documents,
            "findings": [finding.as_json() for finding in self.findings],
        }
        if self.envelope:
            value["envelope"] = self.envelope
        if self.left_off:
            value["leftOff"] = self.left_off
        return value
