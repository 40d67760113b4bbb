"""The parts of a run: cases that share an enterprise and a sandbox. One, unless `--parallel` or `--repoint` make more.

Verdicts do not depend on the parts: cases keep apart by their business keys anyway. The sanity case runs in every part;
what watches runs in every part too, over what was seen there, and its verdicts are merged.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from swsim.conformance.capabilities import Instance, Statement
from swsim.conformance.conversation import Case
from swsim.conformance.verdicts import worst
from swsim.reports.model import CaseResult, Verdict


class PartsError(ValueError):
    """A run cannot be divided as it was asked for; says what is missing."""


@dataclass(frozen=True, slots=True)
class Part:
    """Cases that run in one sandbox, against one instance of the enterprise."""

    instance: Instance
    cases: Sequence[Case]


def in_parallel(cases: Sequence[Case], sanity: str, instances: Sequence[Instance]) -> list[Part]:
    """A part an instance. Cases that run alone take longest, so they are dealt out first."""
    everywhere = [case for case in cases if case.watches or case.id == sanity]
    dealt = sorted((case for case in cases if case not in everywhere), key=lambda case: not case.alone)
    return [
        Part(instance, [*everywhere, *dealt[place :: len(instances)]])
        for place, instance in enumerate(instances)
        if not place or dealt[place:]
    ]


def a_case_each(cases: Sequence[Case], instance: Instance) -> list[Part]:
    """A part, and a sandbox, a case that acts."""
    watching = [case for case in cases if case.watches]
    return [
        Part(replace(instance, sandbox=f"{instance.sandbox}-{place}"), [case, *watching])
        for place, case in enumerate((case for case in cases if not case.watches), 1)
    ]


def chosen(statement: Statement, count: int) -> tuple[Instance, ...]:
    """The first `count` instances of a statement; `PartsError` where it does not name as many."""
    if len(statement.instances) < count:
        named = ", ".join(one.sandbox for one in statement.instances) or "none"
        raise PartsError(
            f"--parallel {count}: expected {count} [[instances]] with driver and sandbox in the capability statement, "
            f"since cases at once need an enterprise and a sandbox each; found {len(statement.instances)} ({named})"
        )
    return statement.instances[:count]


def merged(results: Sequence[CaseResult]) -> CaseResult:
    """One result of a case that several parts had: the worst verdict; seen in one part is seen."""
    if len(results) == 1:
        return results[0]
    seen = [one for one in results if one.verdict is not Verdict.NOT_OBSERVED] or list(results)
    verdict = worst([one.verdict for one in seen])
    deciding = next(one for one in seen if one.verdict is verdict)
    told = dict.fromkeys(one.reason for one in seen if one.verdict is verdict and one.reason)
    checks = [check for one in seen for check in one.checks if check.verdict is not Verdict.NOT_OBSERVED]
    return replace(
        deciding,
        reason="; ".join(told),
        checks=tuple(checks) or deciding.checks,
        seconds=round(sum(one.seconds for one in results), 3),
    )


def in_order(cases: Sequence[Case], parts: Sequence[Sequence[CaseResult]]) -> list[CaseResult]:
    """The results of all parts, a result a case, in the order of the cases; what ran again at the end last."""
    found: dict[str, list[CaseResult]] = {}
    for result in (one for part in parts for one in part):
        found.setdefault(result.id, []).append(result)
    order = dict.fromkeys([*(case.id for case in cases), *found])
    return [merged(found[name]) for name in order if name in found]
