"""`swsim verify FILE`: does the signature hold, and if not, where and why."""

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from swsim.simulator.clock import BEIJING, real_now
from swsim.simulator.printed import escaped
from swsim.simulator.signature.certificates import Certificates
from swsim.simulator.signature.file import load
from swsim.simulator.signature.report import LEVELS, RULE, Verdict
from swsim.simulator.signature.verify import verify

_WRONG_USE = 2
_MARKS = {"ok": "ok  ", "note": "note", "fail": "FAIL"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("file", type=Path, help="the signed message, - for standard input")
    parser.add_argument(
        "--certs",
        type=Path,
        metavar="FILE|DIR",
        help="certificates, TOML or JSON, or the folder of `swsim certs` (default: none, any certificate is taken)",
    )
    parser.add_argument("--at", metavar="T", help="time to judge validity by, ISO 8601, Beijing time (default now)")
    parser.add_argument(
        "--level", choices=("any", *LEVELS), default="any", help="reading that has to hold (default any)"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(arguments: argparse.Namespace) -> int:
    """0 where it holds, 1 where it does not, 2 for what cannot be read."""
    try:
        at = _time(arguments.at)
        known = load(arguments.certs) if arguments.certs else Certificates()
        data = sys.stdin.buffer.read() if str(arguments.file) == "-" else arguments.file.read_bytes()
        verdict = verify(data, known, at, open_registry=not arguments.certs)
    except (ValueError, OSError) as error:
        print(f"swsim verify: {error}", file=sys.stderr)
        return _WRONG_USE
    if arguments.format == "json":
        print(json.dumps(as_json(verdict), ensure_ascii=False, indent=2))
    else:
        print("\n".join(map(escaped, lines(verdict, at, arguments.level))))
    return 0 if verdict.accepted(arguments.level) else 1


def lines(verdict: Verdict, at: datetime, level: str) -> Iterator[str]:
    """The verdict as text, Chinese beside English."""
    word = "accepted 通过" if verdict.accepted(level) else "refused 不通过"
    readings = ", ".join(f"{name} {'yes' if getattr(verdict, name) else 'no'}" for name in LEVELS)
    yield f"{word} ({readings}) at {at.isoformat(timespec='seconds')}"
    if one := verdict.certificate:
        yield f"{one.key.family}  {one.subject}"
        yield f"serial {one.serial}, KeyName {verdict.key_name or '-'}, owner {verdict.owner or '?'}"
    for step in verdict.steps:
        yield f"{_MARKS[step.state]} {step.title.zh} {step.title.en}"
        if step.state != "ok" and step.expected:
            yield f"       expected {step.expected}"
            yield f"       found    {step.found}"
        if step.hint:
            yield f"       {step.advice.zh}"
            yield f"       {step.advice.en}"


def as_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict as data."""
    return {
        "rule": RULE,
        "signed": verdict.signed,
        **{name: getattr(verdict, name) for name in LEVELS},
        "problem": verdict.problem,
        "owner": verdict.owner,
        "keyName": verdict.key_name,
        "subject": verdict.certificate.subject if verdict.certificate else "",
        "steps": [step.as_json() for step in verdict.steps],
    }


def _time(text: str | None) -> datetime:
    if not text:
        return real_now().astimezone(BEIJING)
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=BEIJING)
