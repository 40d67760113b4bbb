"""Judging: what the predicates find, sorted by what their rows do under the profile of the customs."""

from collections.abc import Iterable

from swsim.simulator.core.checks_matching import Match
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.incoming import Finding, Submission
from swsim.simulator.core.movement import Dossier
from swsim.simulator.core.request import Request
from swsim.simulator.core.rules import BY_ROW, Check, Rule, Severity

Judged = tuple[list[Finding], list[Finding], Rule | None]
"""Faults that refuse, remarks, the first rule that refuses."""


def judge(
    item: Submission | Match | Dossier | Request | None,
    checks: Iterable[Check],
    facts: Facts,
    found: Iterable[Finding] = (),
    kind: str = "",
) -> Judged:
    """Sort what was found and what the predicates find: faults that refuse, remarks, and the first rule that refuses
    (it decides the code).
    """
    faults: list[Finding] = []
    remarks: list[Finding] = []
    first: Rule | None = None
    all_found = [*found, *[Finding(rule.row, *fault) for check, rule in checks for fault in check(item, facts)]]
    profile = facts.profile.at(_customs(item)) if facts.profile.by_customs else facts.profile
    for finding in all_found:
        rule = BY_ROW[finding.rule]
        severity = rule.severity(profile, kind)
        if severity is Severity.REFUSE:
            first = first or rule
            faults.append(finding)
        elif severity is Severity.REMARK:
            remarks.append(finding)
    return faults, remarks, first


def _customs(item: Submission | Match | Dossier | Request | None) -> str:
    """The customs district that judges; orders, receipts and waybills name none."""
    if item is None:
        return ""
    return item.customs_code if isinstance(item, Submission) else item.held.customs_code
