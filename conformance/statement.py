"""The conformance statement: what a run shows, on what ground, and what it does not prove; signed with the run's key.

It is refused while an applicable MUST is neither PASS nor WARNING, or the gate is red, or too little was carried out
(`below_the_floor`), or the run was not the whole plan. The key is made for the run and lives as long as it, unless it
is kept in a file (`keys`); the statement holds its public half, and `verify` compares its fingerprint.
"""

import base64
import math
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from swsim.conformance.coverage import Covered
from swsim.conformance.evidence import BrokenChainError, check_evidence
from swsim.conformance.keys import fingerprint
from swsim.conformance.plans import LEAST_CASES, LEAST_SHARE
from swsim.conformance.requirements import Level
from swsim.conformance.verdicts import EXECUTED
from swsim.reports.model import Report, Verdict
from swsim.reports.view import gate

FILE = "statement.json"
GROUND = frozenset({Verdict.PASS, Verdict.WARNING})
RECEIPTS_DROPPED = date(2024, 12, 15)
NOT_PROVEN = (
    ("真实的电子口岸卡与DXPID", "a real e-port card and dxpId: the keys and numbers of the run are for testing"),
    ("各关区的习惯做法", "habits of a customs district: customs here follows the announcements and the specification"),
    ("税则与许可证数据", "tariff and licence data: the tables here are not complete"),
    ("出口回执的实际文字", "the wording of export returns: none is public"),
)
"""What a statement says nothing of, in Chinese and English."""


class StatementRefusedError(ValueError):
    """A statement does not hold; says why."""


def regime_on(day: date) -> str:
    """The regime in force on a day: since 2024-12-15 the payment receipt is not required."""
    return "2024-167" if day >= RECEIPTS_DROPPED else "2018-194"


def statement_of(
    report: Report, covered: Sequence[Covered], evidence: str, go_live: date, *, whole: bool
) -> dict[str, Any]:
    """What is to be signed. `refused` lists why it is none; `evidence` is the end of the chain."""
    answer = gate(report)
    must = [one for one in covered if one.requirement.level is Level.MUST and one.verdict is not None]
    applies = [one for one in must if one.verdict is not Verdict.NOT_APPLICABLE]
    refused = [f"{one.requirement.id} is {one.verdict}" for one in applies if one.verdict not in GROUND]
    refused += below_the_floor(report, must)
    if answer.tone != "good":
        refused.append(f"the gate is red: {answer.line}")
    if not whole:
        refused.append("not the whole plan was run, or the enterprise had a fault on purpose")
    return {
        "what": "swsim conformance statement",
        "granted": not refused,
        "refused": refused,
        "facts": report.facts,
        "cases": {case.id: case.version for case in report.cases},
        "ran": {"from": report.started_at, "to": report.finished_at},
        "goLive": go_live.isoformat(),
        "regimeOnGoLive": regime_on(go_live),
        "musts": {
            basis: dict(Counter(str(one.verdict) for one in applies if str(one.requirement.basis) == basis))
            for basis in ("LAW", "SPEC", "OBSERVED", "ASSUMED")
        },
        "notApplicable": {one.requirement.id: one.reason for one in must if one.verdict is Verdict.NOT_APPLICABLE},
        "notSpokenOf": [one.requirement.id for one in covered if one.verdict is None],
        "requirements": {
            one.requirement.id: {"verdict": one.verdict, "cases": one.cases}
            for one in covered
            if one.verdict is not None
        },
        "expectedFailures": {case.id: case.expected for case in report.cases if case.expected},
        "doesNotProve": [{"zh": zh, "en": en} for zh, en in NOT_PROVEN],
        "evidence": evidence,
    }


def below_the_floor(report: Report, must: Sequence[Covered]) -> list[str]:
    """What is missing for the run to say anything: cases carried out, MUSTs of the plan verified (`plans`)."""
    executed = sum(case.verdict in EXECUTED for case in report.cases)
    verified = sum(one.verdict in GROUND for one in must)
    cases = max(LEAST_CASES, math.ceil(LEAST_SHARE * len(report.cases)))
    musts = math.ceil(LEAST_SHARE * len(must))
    missing = []
    if executed < cases:
        missing.append(f"{executed} of {len(report.cases)} cases were carried out, expected at least {cases}")
    if verified < musts:
        missing.append(f"{verified} of the plan's {len(must)} MUSTs were verified, expected at least {musts}")
    return missing


def signed(statement: dict[str, Any], key: Ed25519PrivateKey) -> bytes:
    """The statement as a file: what is said, the public key, the signature over the canonical text."""
    text = canonical(statement)
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    value = {
        "statement": statement,
        "key": base64.b64encode(public).decode(),
        "signature": base64.b64encode(key.sign(text)).decode(),
    }
    return orjson.dumps(value, option=orjson.OPT_INDENT_2)


def canonical(statement: dict[str, Any]) -> bytes:
    """JSON with sorted keys: what is signed."""
    return orjson.dumps(statement, option=orjson.OPT_SORT_KEYS)


def verify(folder: Path, expected: str = "") -> tuple[dict[str, Any], str]:
    """The statement of a report folder and its key's fingerprint; `StatementRefusedError` says what does not hold.

    `expected` is the fingerprint of the key that has to have signed it; without it any key will do.
    """
    try:
        value = orjson.loads((folder / FILE).read_bytes())
        statement, public = value["statement"], base64.b64decode(value["key"])
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(value["signature"]), canonical(statement))
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise StatementRefusedError(f"{folder / FILE}: {error}") from error
    except InvalidSignature:
        raise StatementRefusedError(f"{folder / FILE}: the signature does not fit what is said") from None
    if expected and fingerprint(public) != expected:
        raise StatementRefusedError(f"{folder / FILE}: signed by key {fingerprint(public)}, expected {expected}")
    try:
        end = check_evidence(folder)
    except BrokenChainError as error:
        raise StatementRefusedError(str(error)) from error
    if end != statement["evidence"]:
        raise StatementRefusedError(f"the evidence ends in {end}, the statement speaks of {statement['evidence']}")
    if not statement["granted"]:
        raise StatementRefusedError("it was refused: " + "; ".join(statement["refused"]))
    return statement, fingerprint(public)
