"""The report, a writer a format. Each takes the files one by one and keeps none: ten thousand fit as well as one."""

import json
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TextIO
from xml.sax.saxutils import escape, quoteattr

from swsim.simulator import __version__
from swsim.simulator.core.rules import NOTE
from swsim.simulator.lint.findings import Finding, Linted, Verdict, reason
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.printed import escaped

EDITION = EDITION_202205.name
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True)
class Count:
    """What was seen so far."""

    verdicts: Counter[str] = field(default_factory=Counter)
    severities: Counter[str] = field(default_factory=Counter)
    documents: int = 0

    def add(self, file: Linted) -> None:
        """Count a file."""
        self.verdicts[file.verdict] += 1
        self.documents += file.documents
        self.severities.update(finding.severity for finding in file.findings)
        self.severities["left off"] += file.left_off


class Writer(Protocol):
    """One report."""

    def add(self, file: Linted) -> None:
        """Write a file's part."""

    def close(self, count: Count) -> None:
        """Write what stands at the end."""


class Text:
    """For people: a fault has its place, its field with what was found and expected, and its reason in both languages.

    Notes of files that are valid are told once each, at the end.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._notes: dict[str, tuple[int, str]] = {}

    def add(self, file: Linted) -> None:
        if file.verdict is Verdict.VALID:
            for finding in file.findings:
                times, first = self._notes.get(finding.row, (0, f"{file.path}:{finding.place[0]}:{finding.place[1]}"))
                self._notes[finding.row] = times + 1, first
            return
        carried = f" in {file.envelope}" if file.envelope not in {"", file.message_type} else ""
        self._out.write(escaped(f"{file.path}  {file.message_type}{carried}  {file.verdict}") + "\n")
        for finding in file.findings:
            self._out.write("".join(f"  {escaped(line)}\n" for line in _lines(finding)))
        self._out.write(f"  and {file.left_off} more\n\n" if file.left_off else "\n")

    def close(self, count: Count) -> None:
        for row, (times, first) in self._notes.items():
            told = reason(row)
            self._out.write(f"note, {times} times: {row} {told.zh} | {told.en}, first at {escaped(first)}\n")
        told_verdicts = ", ".join(f"{count.verdicts[v]} {v}" for v in reversed(Verdict) if count.verdicts[v])
        found = "".join(f"; {count.severities[s]} {name}" for s, name in _NAMES.items() if count.severities[s])
        files = count.verdicts.total()
        self._out.write(f"{files} files, {count.documents} documents: {told_verdicts or 'nothing'}{found}\n")


_NAMES = {"refuse": "to be refused", "remark": "remarks", "note": "notes", "left off": "not shown"}


def _lines(finding: Finding) -> Iterator[str]:
    told = reason(finding.row)
    place = f"{finding.place[0]}:{finding.place[1]}"
    if finding.inside:
        place += f" (inside {finding.inside[0]}:{finding.inside[1]})"
    yield f"{place}  {finding.severity}  {finding.row}  {finding.path}"
    title = " ".join(filter(None, (finding.title_zh, finding.title_en)))
    yield f"    {title}: found {finding.value!r}, expected {finding.expected}".replace("    : ", "    ")
    yield f"    {told.zh} | {told.en}  [{finding.citation}, {told.basis}]"


class Json:
    """The contract's shape, one file a line."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._first = out, True
        out.write('{"files":[')

    def add(self, file: Linted) -> None:
        self._out.write(("\n" if self._first else ",\n") + json.dumps(file.as_json(EDITION), ensure_ascii=False))
        self._first = False

    def close(self, count: Count) -> None:
        summary = {"verdicts": count.verdicts, "severities": count.severities, "documents": count.documents}
        self._out.write(f'\n],"summary":{json.dumps(summary)}}}\n')


class Sarif:
    """SARIF 2.1.0, for code hosts and editors. The rules that spoke stand behind the results."""

    LEVELS = {"refuse": "error", "remark": "warning", "note": "note"}  # noqa: RUF012 - a table

    def __init__(self, out: TextIO) -> None:
        self._out, self._first, self._rules = out, True, dict[str, int]()
        schema = "https://json.schemastore.org/sarif-2.1.0.json"
        out.write(f'{{"$schema":"{schema}","version":"2.1.0","runs":[{{"columnKind":"unicodeCodePoints","results":[')

    def add(self, file: Linted) -> None:
        for finding in file.findings:
            self._out.write(
                ("\n" if self._first else ",\n") + json.dumps(self._result(file, finding), ensure_ascii=False)
            )
            self._first = False

    def _result(self, file: Linted, finding: Finding) -> dict[str, Any]:
        uri = "stdin" if file.path == "-" else Path(file.path.partition("!")[0]).as_posix()
        region = {"startLine": finding.place[0], "startColumn": finding.place[1]}
        text = f"{finding.message('zh')} | {finding.message('en')}; expected {finding.expected}"
        return {
            "ruleId": finding.row,
            "ruleIndex": self._rules.setdefault(finding.row, len(self._rules)),
            "level": self.LEVELS[finding.severity],
            "message": {"text": text},
            "locations": [
                {
                    "physicalLocation": {"artifactLocation": {"uri": _uri(uri)}, "region": region},
                    "logicalLocations": [{"fullyQualifiedName": finding.path, "kind": "element"}],
                }
            ],
        }

    def close(self, _: Count) -> None:
        rules = []
        for row in self._rules:
            told = reason(row)
            words = {"shortDescription": {"text": f"{told.zh} | {told.en}"}}
            rules.append(
                {"id": row} | words | {"properties": {"citation": str(told.citation), "basis": str(told.basis)}}
            )
        driver = {"name": "swsim lint", "version": __version__, "rules": rules}
        self._out.write(f'\n],"tool":{json.dumps({"driver": driver}, ensure_ascii=False)}}}]}}\n')


def _uri(path: str) -> str:
    from urllib.parse import quote  # noqa: PLC0415 - of this format alone

    return quote(path, safe="/:.-_~")


class JUnit:
    """A test case a file: it fails where something would be refused or is remarked on."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._cases = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed with the report
        self._failed = 0

    def add(self, file: Linted) -> None:
        counting = [finding for finding in file.findings if finding.severity != NOTE]
        self._cases.write(
            f"  <testcase classname={_attribute(file.message_type or 'unreadable')} name={_attribute(file.path)}>"
        )
        if counting:
            self._failed += 1
            text = "\n".join(line for finding in file.findings for line in _lines(finding))
            head = f"{len(counting)} findings, first {counting[0].row} at line {counting[0].place[0]}"
            kind = f"type={_attribute(file.verdict)} message={_attribute(head)}"
            self._cases.write(f"<failure {kind}>{escape(_clean(text))}</failure>")
        self._cases.write("</testcase>\n")

    def close(self, count: Count) -> None:
        totals = f'name="swsim lint" tests="{sum(count.verdicts.values())}" failures="{self._failed}" errors="0"'
        self._out.write(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {totals}>\n <testsuite {totals} skipped="0">\n'
        )
        self._cases.seek(0)
        while block := self._cases.read(1 << 16):
            self._out.write(block)
        self._cases.close()
        self._out.write(" </testsuite>\n</testsuites>\n")


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    """Text as XML 1.0 can carry it: what it cannot becomes U+FFFD, visibly."""
    return _NOT_XML.sub("\ufffd", text)


WRITERS: dict[str, Callable[[TextIO], Writer]] = {"text": Text, "json": Json, "sarif": Sarif, "junit": JUnit}
