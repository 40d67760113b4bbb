"""From what a check found to the verdict that counts: the cap, the expected failures, the gate."""

import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from swsim.conformance.requirements import REQUIREMENTS, Basis, Level
from swsim.reports.model import CaseResult, Verdict

EXECUTED = frozenset({Verdict.PASS, Verdict.WARNING, Verdict.FAIL})
"""The enterprise did something and was judged by it."""
LEAST_EXECUTED = 0.5
"""Share of the cases that apply which has to be executed for the run to say anything."""
SEVERITY = (
    Verdict.PASS,
    Verdict.NOT_APPLICABLE,
    Verdict.WARNING,
    Verdict.SKIPPED,
    Verdict.NOT_OBSERVED,
    Verdict.INCONCLUSIVE,
    Verdict.FAIL,
    Verdict.ERROR,
)
"""Of several, the last one counts."""


class ExpectedFileError(ValueError):
    """The file of expected failures cannot be read; says what was expected, found, and where."""


def capped(verdict: Verdict, requirement: str, raised: Collection[str] = (), basis: Basis | None = None) -> Verdict:
    """FAIL becomes WARNING where the requirement is a SHOULD, or rests on OBSERVED or ASSUMED, unless it is raised.

    `basis` is that of what the check judges by, where it is weaker than the requirement.
    """
    row = REQUIREMENTS.get(requirement)
    if verdict is not Verdict.FAIL or row is None or requirement in raised:
        return verdict
    soft = row.level is Level.SHOULD or {row.basis, basis} & {Basis.OBSERVED, Basis.ASSUMED}
    return Verdict.WARNING if soft else Verdict.FAIL


def worst(verdicts: Collection[Verdict]) -> Verdict:
    """The verdict of a whole; PASS for nothing."""
    return max(verdicts, key=SEVERITY.index, default=Verdict.PASS)


def read_expected(path: Path, cases: Collection[str]) -> dict[str, str]:
    """Case id -> reason, of a TOML file ``[expected]`` with a line ``case-id = "reason"`` a failure."""
    try:
        value = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ExpectedFileError(f"{path}: {error}") from error
    rows = value.get("expected")
    if not isinstance(rows, dict) or value.keys() != {"expected"}:
        raise ExpectedFileError(f"{path}: expected one table [expected], found {sorted(value)}")
    for name, reason in rows.items():
        if name not in cases:
            raise ExpectedFileError(f"{path}: {name!r} is no case; `swsim conformance --list` names them")
        if not isinstance(reason, str) or not reason.strip():
            raise ExpectedFileError(f"{path}: {name}: expected a reason in quotes, found {reason!r}")
    return rows


def with_expected(results: Sequence[CaseResult], expected: Mapping[str, str]) -> list[CaseResult]:
    """A failure that was expected keeps its verdict and bears the reason; a pass that was not expected fails."""
    return [_against(result, expected[result.id]) if result.id in expected else result for result in results]


def _against(result: CaseResult, reason: str) -> CaseResult:
    if result.verdict is Verdict.PASS:
        told = f"unexpected pass: it was expected to fail ({reason}); take its line out of the file"
        return replace(result, verdict=Verdict.FAIL, reason=told)
    return replace(result, expected=reason) if result.verdict in EXECUTED else result


def shortfalls(results: Sequence[CaseResult]) -> list[str]:
    """What makes a run too thin to go by, in words; the gate is red for each."""
    applies = [result for result in results if result.verdict is not Verdict.NOT_APPLICABLE]
    executed = sum(result.verdict in EXECUTED for result in applies)
    if not applies:
        return ["no case applies"]
    if executed < LEAST_EXECUTED * len(applies):
        return [f"too few executed: {executed} of {len(applies)} cases, expected at least half"]
    return []
