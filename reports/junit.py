"""The report as JUnit XML (testsuites, testsuite, testcase), in the subset that Jenkins, GitLab and GitHub tools share.

PASS and WARNING pass, a warning is told as a property of its suite; FAIL, INCONCLUSIVE, NOT OBSERVED and SKIPPED are a
`failure` whose type is the verdict, since tools take a skipped test for a harmless one; ERROR is an `error`; NOT
APPLICABLE and a failure that was expected are `skipped`. What makes a run too thin to go by is a test case of its own.
Refused documents and load scenarios are suites of their own: a load scenario fails where a request failed, a refusal
where nobody planted its fault and no case judges the run.

Properties below a `testcase` are not in the common schema, so what a case rests on stands in its `system-out`.
"""

import re
from collections.abc import Iterable, Sequence

from lxml import etree

from swsim.reports.model import CaseResult, LoadResult, Refusal, Report, Verdict
from swsim.reports.view import duration, milliseconds_text, surprises

FAILURES = frozenset({Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.NOT_OBSERVED, Verdict.SKIPPED})
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report) -> bytes:
    """The file, UTF-8; the same bytes for an equal report."""
    root = etree.Element("testsuites", name=_clean(report.title), time=f"{duration(report):.3f}")
    warnings = {f"warning {case.id}": case.reason for case in report.cases if case.verdict is Verdict.WARNING}
    surprising = set(surprises(report))
    suites = (
        _suite("conformance", _cases(report), report, report.facts | warnings),
        _suite("documents", (_refusal(refusal, surprising) for refusal in report.refusals), report),
        _suite("load", map(_load, report.load), report),
    )
    root.extend(suite for suite in suites if len(suite))
    for total in ("tests", "failures", "errors"):
        root.set(total, str(sum(int(suite.get(total, "0")) for suite in root)))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _suite(
    name: str, tests: Iterable[etree._Element], report: Report, facts: dict[str, str] | None = None
) -> etree._Element:
    """A suite; without tests it stays empty and is left out."""
    suite = etree.Element("testsuite", name=name)
    cases = list(tests)
    if not cases:
        return suite
    if facts:
        properties = etree.SubElement(suite, "properties")
        for key, value in facts.items():
            etree.SubElement(properties, "property", name=_clean(key), value=_clean(value))
    suite.extend(cases)
    suite.set("tests", str(len(cases)))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")
    suite.set("timestamp", _clean(report.started_at[:19]))  # the schema wants it without a zone
    return suite


def _cases(report: Report) -> Iterable[etree._Element]:
    yield from map(_case, report.cases)
    for shortfall in report.shortfalls:
        test = _test("conformance", "enough was executed", 0.0)
        _complain(test, "failure", "SHORTFALL", shortfall, [])
        yield test


def _case(case: CaseResult) -> etree._Element:
    test = _test("conformance", f"{case.id} {case.title_en}", case.seconds)
    if case.expected:
        etree.SubElement(test, "skipped", message=_clean(f"expected {case.verdict}: {case.expected}: {case.reason}"))
    elif case.verdict is Verdict.NOT_APPLICABLE:
        etree.SubElement(test, "skipped", message=_clean(f"{case.verdict}: {case.reason}"))
    elif case.verdict in FAILURES:
        _complain(test, "failure", case.verdict, case.reason, [f"expected: {case.expectation}", *_evidence(case)])
    elif case.verdict is Verdict.ERROR:
        _complain(test, "error", case.verdict, case.reason, _evidence(case))
    rests_on = [f"{case.verdict}: {case.title_zh}"]
    rests_on += [f"requirement: {requirement}" for requirement in case.requirements]
    rests_on += [f"citation: {case.citation} ({case.basis})"] if case.citation else []
    _say(test, rests_on)
    return test


def _evidence(case: CaseResult) -> list[str]:
    return [f"journal entry {item.entry}, {item.at}, {item.what}: {item.text}" for item in case.evidence]


def _refusal(refusal: Refusal, surprising: set[Refusal]) -> etree._Element:
    test = _test("documents", f"CEB{refusal.kind} {refusal.key} {refusal.status}", 0.0)
    lines = [
        f"rule: {refusal.rule}, {refusal.citation} ({refusal.basis})",
        f"path: {refusal.path}",
        f"expected: {refusal.expected}",
        f"found: {refusal.found}",
        f"hint: {refusal.hint_en}",
        f"提示: {refusal.hint_zh}",
    ]
    if refusal in surprising:
        _complain(test, "failure", "REFUSED", f"{refusal.status} by rule {refusal.rule}", lines)
    else:
        _say(test, [f"planted: {refusal.planted or 'nothing'}", *lines])
    return test


def _load(load: LoadResult) -> etree._Element:
    test = _test("load", f"{load.scenario}, {load.users} users", load.seconds)
    lines = [
        f"sent {load.sent}, final {load.final}, failures {load.failures}, {load.per_second:.1f} final returns a second",
        f"HTTP p50 {milliseconds_text(load.http_p50)}, p95 {milliseconds_text(load.http_p95)}",
        f"final return p50 {milliseconds_text(load.final_p50)}, p95 {milliseconds_text(load.final_p95)}",
        f"final return, longest {milliseconds_text(load.final_max)}",
    ]
    if load.failures:
        _complain(test, "failure", "LOAD", f"{load.failures} failures", lines)
    else:
        _say(test, lines)
    return test


def _test(classname: str, name: str, seconds: float) -> etree._Element:
    return etree.Element("testcase", classname=f"swsim.{classname}", name=_clean(name), time=f"{seconds:.3f}")


def _complain(test: etree._Element, tag: str, kind: str, reason: str, lines: Sequence[str]) -> None:
    complaint = etree.SubElement(test, tag, type=kind, message=_clean(reason))
    complaint.text = _clean("\n".join(lines))


def _say(test: etree._Element, lines: Sequence[str]) -> None:
    etree.SubElement(test, "system-out").text = _clean("\n".join(lines))


def _clean(text: str) -> str:
    """Text as XML 1.0 can carry it: what it cannot becomes U+FFFD, visibly."""
    return _NOT_XML.sub("\ufffd", text)
