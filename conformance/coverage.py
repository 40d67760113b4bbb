"""What a run covers: requirement by requirement, and how much of the annex this enterprise met."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from swsim.conformance.conversation import Case
from swsim.conformance.journal import Entry
from swsim.conformance.requirements import ROWS, Requirement
from swsim.conformance.verdicts import worst
from swsim.reports.model import CaseResult, Judged, Verdict
from swsim.simulator.core.machines import MACHINES
from swsim.simulator.core.rules import KEY_RULES, RULES
from swsim.simulator.messages.edition import EDITION_202205


@dataclass(frozen=True, slots=True)
class Covered:
    """A requirement, its verdict in the run, and the cases whose checks speak of it with theirs."""

    requirement: Requirement
    verdict: Verdict | None
    """None: no case of the plan speaks of it."""
    cases: dict[str, Verdict]
    reason: str = ""


def requirements(cases: Sequence[Case], results: Sequence[CaseResult]) -> list[Covered]:
    """Every requirement of the table, in its order."""
    by_id = {result.id: result for result in results}
    rows = []
    for row in ROWS:
        named = [case for case in cases if row.id in case.requirements and case.id in by_id]
        verdicts = {case.id: _verdict_of(row.id, by_id[case.id]) for case in named}
        applies = [verdict for verdict in verdicts.values() if verdict is not Verdict.NOT_APPLICABLE]
        if not verdicts:
            rows.append(Covered(row, None, {}))
            continue
        reason = next((by_id[n].reason for n, v in verdicts.items() if v is Verdict.NOT_APPLICABLE), "")
        rows.append(Covered(row, worst(applies) if applies else Verdict.NOT_APPLICABLE, verdicts, reason))
    return rows


def judged(covered: Sequence[Covered], results: Sequence[CaseResult]) -> list[Judged]:
    """What the report says of the requirements that the plan speaks of."""
    return [_judged(one, results) for one in covered if one.verdict is not None]


def _judged(one: Covered, results: Sequence[CaseResult]) -> Judged:
    row, verdict = one.requirement, one.verdict or Verdict.NOT_OBSERVED
    checks = [check for result in results for check in result.checks if check.requirement == row.id]
    reasons = [check.reason for check in checks if check.verdict is verdict and check.reason]
    reasons += [result.reason for result in results if one.cases.get(result.id) is verdict and result.reason]
    reason = "" if verdict is Verdict.PASS else next(iter(reasons), "")
    return Judged(row.id, row.level, row.basis, row.zh, row.en, row.citation, verdict, one.cases, reason)


def _verdict_of(requirement: str, result: CaseResult) -> Verdict:
    """Of the checks on it; of the case where it ended before they were made."""
    found = [check.verdict for check in result.checks if check.requirement == requirement]
    if found and worst(found) is not Verdict.PASS:
        return worst(found)
    whole = result.verdict
    if found and whole in {Verdict.PASS, Verdict.WARNING, Verdict.FAIL}:
        return Verdict.PASS
    return Verdict.INCONCLUSIVE if whole in {Verdict.FAIL, Verdict.WARNING, Verdict.PASS} else whole


def annex(*journals: Iterable[Entry]) -> dict[str, dict[str, Any]]:
    """Message types, return statuses, rules and transitions: which were met, and which never. A journal a sandbox."""
    met: dict[str, set[str]] = {"messages": set(), "returns": set(), "rules": set(), "transitions": set()}
    for entries in journals:
        _meet(met, entries)
    known = {
        "messages": set(EDITION_202205.messages),
        "returns": {f"{kind} {int(arc.target)}" for kind, arcs in MACHINES.items() for arc in arcs if arc.target > 0},
        "rules": {rule.id for rule in RULES} | set(KEY_RULES),
        "transitions": {
            f"{kind} {max(int(arc.source), 0)}>{int(arc.target)}"
            for kind, arcs in MACHINES.items()
            for arc in arcs
            if arc.target > 0
        },
    }
    return {
        name: {
            "met": sorted(met[name]),
            "never": sorted(known[name] - met[name]),
            "of": len(known[name]),
            "share": round(len(met[name] & known[name]) / max(len(known[name]), 1), 3),
        }
        for name in known
    }


def _meet(met: dict[str, set[str]], entries: Iterable[Entry]) -> None:
    stood: dict[tuple[str, str], str] = {}
    for entry in entries:
        if entry.name == "input/message":
            met["messages"].add(str(entry.data.get("messageType")))
        if entry.name != "output/return":
            continue
        met["messages"].add(str(entry.data.get("messageType")))
        for row in entry.data.get("records") or ():
            kind, status = str(row["kind"]), str(row["status"])
            met["returns"].add(f"{kind} {status}")
            met["rules"].update(str(rule).partition("/")[0] for rule in row.get("rules", ()))
            key = (kind, str(row["key"]))
            if not status.startswith("-"):
                met["transitions"].add(f"{kind} {stood.get(key, '0')}>{status}")
                stood[key] = status
