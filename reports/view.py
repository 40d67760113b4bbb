"""What the HTML page and the JUnit file both need to know of a report: what stops the gate, what a state means.

Pure: no clock, no files. Everything is computed from the model, so equal models give equal pages.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from swsim.reports.model import CaseResult, Judged, Refusal, Report, StateCount, Verdict
from swsim.simulator.codes.status import STATUS_TITLES, ReturnStatus

ORDER = (
    Verdict.ERROR,
    Verdict.FAIL,
    Verdict.INCONCLUSIVE,
    Verdict.NOT_OBSERVED,
    Verdict.WARNING,
    Verdict.SKIPPED,
    Verdict.PASS,
    Verdict.NOT_APPLICABLE,
)
"""The order in which a reader wants them: what needs an answer first."""

TONES = {
    Verdict.PASS: "good",
    Verdict.FAIL: "bad",
    Verdict.ERROR: "bad",
    Verdict.WARNING: "warn",
    Verdict.INCONCLUSIVE: "warn",
    Verdict.NOT_OBSERVED: "warn",
    Verdict.SKIPPED: "idle",
    Verdict.NOT_APPLICABLE: "idle",
}

GREEN = frozenset({Verdict.PASS, Verdict.WARNING})
"""Verdicts that do not stop the gate."""
ENDED_WELL = frozenset({"120", "399", "800", "899"})
HELD = frozenset({"300", "500"})
_STATUSES = frozenset(str(status.value) for status in ReturnStatus)


@dataclass(frozen=True, slots=True)
class Kind:
    """The documents of one kind: its states in the order of the report, and the sum."""

    number: str
    title_zh: str
    title_en: str
    states: tuple[StateCount, ...]

    @property
    def total(self) -> int:
        """Documents of this kind."""
        return sum(state.count for state in self.states)


@dataclass(frozen=True, slots=True)
class Gate:
    """The one-line answer. `tone` is ``good``, ``bad`` or ``idle``; `word` is shown large, `line` beside it."""

    tone: str
    word: str
    line: str


def state_tone(state: str) -> str:
    """Colour of a returnStatus: 100 and every code below 0 are refusals, 300 and 500 wait for an officer."""
    if state == "100" or state.startswith("-"):
        return "bad"
    if state in ENDED_WELL:
        return "good"
    return "warn" if state in HELD else "idle"


def state_titles(state: str) -> tuple[str, str] | None:
    """Chinese and English name of a returnStatus of §2.12.4; None for a code below 0 or an unknown one."""
    return STATUS_TITLES.get(ReturnStatus(int(state))) if state in _STATUSES else None


def kinds(states: list[StateCount]) -> list[Kind]:
    """State counts by kind, both in the order of the report."""
    found: dict[str, list[StateCount]] = {}
    for state in states:
        found.setdefault(state.kind, []).append(state)
    return [Kind(number, rows[0].title_zh, rows[0].title_en, tuple(rows)) for number, rows in found.items()]


def counted(cases: list[CaseResult]) -> list[tuple[Verdict, int]]:
    """The verdicts that occur and how often, worst first."""
    count = Counter(case.verdict for case in cases)
    return [(verdict, count[verdict]) for verdict in ORDER if count[verdict]]


def by_verdict(cases: list[CaseResult]) -> Iterator[tuple[Verdict, list[CaseResult]]]:
    """Cases grouped by verdict, worst first, each group in the order of the report."""
    ranked = sorted(cases, key=lambda case: ORDER.index(case.verdict))
    return ((verdict, list(group)) for verdict, group in groupby(ranked, key=lambda case: case.verdict))


def amiss(report: Report) -> list[Judged]:
    """Requirements that an answer is needed for, worst first, those that most cases speak of before others."""
    open_ones = [one for one in report.requirements if one.verdict not in {Verdict.PASS, Verdict.NOT_APPLICABLE}]
    return sorted(open_ones, key=lambda one: (ORDER.index(one.verdict), -len(deciding(one))))


def deciding(one: Judged) -> list[str]:
    """The cases by which a requirement has its verdict."""
    return [name for name, verdict in one.cases.items() if verdict is one.verdict]


def surprises(report: Report) -> list[Refusal]:
    """Refusals that nobody planted. Where there are cases, those judge what was refused, and nothing is a surprise."""
    return [] if report.cases else [refusal for refusal in report.refusals if not refusal.planted]


def gate(report: Report) -> Gate:
    """Green where every case that applies is PASS, WARNING or failed as expected, and no load request failed.

    A run without cases (a demo, a load run) must not have had a document refused by surprise; an empty one is not
    judged.
    """
    judged = [case for case in report.cases if case.verdict is not Verdict.NOT_APPLICABLE]
    stopping = [case for case in judged if case.verdict not in GREEN and not case.expected]
    amiss = [*report.shortfalls, *(f"{count} {verdict}" for verdict, count in counted(stopping))]
    if refused := len(surprises(report)):
        amiss.append(f"{_documents(refused)} refused without a planted fault")
    if failures := sum(load.failures for load in report.load):
        amiss.append(f"{failures} load failures")
    if not (judged or report.refusals or report.states or report.load):
        return Gate("idle", "NOTHING JUDGED", "the run left neither cases nor documents")
    if amiss:
        return Gate("bad", "NOT GREEN", ", ".join(amiss))
    return Gate("good", "GREEN", _all_is_well(report, judged))


def _all_is_well(report: Report, judged: list[CaseResult]) -> str:
    if judged:
        passed = sum(case.verdict is Verdict.PASS for case in judged)
        warned = sum(case.verdict is Verdict.WARNING and not case.expected for case in judged)
        failed = sum(bool(case.expected) for case in judged)
        more = [f"{warned} WARNING"] * bool(warned) + [f"{failed} failed as expected"] * bool(failed)
        return ", ".join([f"{passed} of {len(judged)} cases PASS", *more])
    if len(report.refusals) == 1:
        return "1 document refused, for the fault planted in it"
    if report.refusals:
        return f"{len(report.refusals)} documents refused, each for the fault planted in it"
    return "nothing refused, nothing failed"


def _documents(count: int) -> str:
    return "1 document" if count == 1 else f"{count} documents"


def duration(report: Report) -> float:
    """Seconds from start to finish; 0.0 where a time is not ISO 8601."""
    try:
        span = datetime.fromisoformat(report.finished_at) - datetime.fromisoformat(report.started_at)
    except (ValueError, TypeError):  # a time that is none, or one with a zone and one without
        return 0.0
    return span.total_seconds()


def seconds_text(seconds: float) -> str:
    """A span for people: ``850 ms``, ``12.4 s``, ``3 min 05 s``, ``2 h 10 min``."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def milliseconds_text(value: float) -> str:
    """A load time for people: three digits that matter and the unit."""
    return f"{value:.1f} ms" if value < 100 else f"{value:,.0f} ms" if value < 10_000 else f"{value / 1000:,.1f} s"
