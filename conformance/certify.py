"""Writes the statement of a run and its coverage beside the reports; the command `swsim conformance verify`."""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jinja2 import Environment, PackageLoader, StrictUndefined

from swsim.conformance import coverage
from swsim.conformance.conversation import Case
from swsim.conformance.evidence import check_evidence
from swsim.conformance.keys import fingerprint_of, signing_key
from swsim.conformance.run import Outcome
from swsim.conformance.statement import FILE, StatementRefusedError, signed, statement_of, verify
from swsim.reports.model import Report

COVERAGE = "coverage.json"
STATEMENT_PAGE = "statement.html"


def certify(
    folder: Path,
    report: Report,
    outcome: Outcome,
    cases: Sequence[Case],
    go_live: date,
    *,
    whole: bool,
    key: Ed25519PrivateKey | None = None,
) -> list[str]:
    """Write statement (JSON, HTML) and coverage; why it was refused, nothing where it was granted."""
    covered, annex = coverage.requirements(cases, outcome.results), coverage.annex(*outcome.journals)
    said = statement_of(report, covered, check_evidence(folder), go_live, whole=whole)
    key = key or signing_key(None)
    public = fingerprint_of(key)
    (folder / FILE).write_bytes(signed(said, key))
    rows = [{"id": r.requirement.id, "verdict": r.verdict, "cases": r.cases} for r in covered]
    value = {"requirements": rows, "annex": annex}
    (folder / COVERAGE).write_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2))
    pages = Environment(loader=PackageLoader("swsim.reports"), autoescape=True, undefined=StrictUndefined)
    page = pages.get_template("statement.html.j2").render(said=said, covered=covered, annex=annex, key=public)
    (folder / STATEMENT_PAGE).write_text(page, "utf-8")
    print(f"statement: {folder / FILE}, key {public}", file=sys.stderr)
    refused: list[str] = said["refused"]
    return refused


def check(folder: Path, expected: str = "") -> int:
    """`swsim conformance verify`: 0 where the statement holds, and is signed by the expected key; else 1."""
    try:
        said, public = verify(folder, expected)
    except StatementRefusedError as error:
        print(f"does not hold: {error}")
        return 1
    print(f"holds: plan {said['facts'].get('plan', '')}, edition {said['facts'].get('edition', '')}, key {public}")
    for basis, counts in said["musts"].items():
        print(f"  {basis:<9} " + (", ".join(f"{count} {verdict}" for verdict, count in counts.items()) or "none"))
    return 0
