"""What a report says, whatever it is written as. Filled by the conformance run, the load run and the demo; read by one
writer a format (`html`, `junit`, `json`)."""

from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """How a case or a check ended. PASS and WARNING are green at the gate, NOT APPLICABLE does not count."""

    PASS = "PASS"  # noqa: S105 - a verdict
    FAIL = "FAIL"
    WARNING = "WARNING"
    INCONCLUSIVE = "INCONCLUSIVE"
    NOT_OBSERVED = "NOT OBSERVED"
    NOT_APPLICABLE = "NOT APPLICABLE"
    SKIPPED = "SKIPPED"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One journal entry that a verdict rests on. `entry` is its number in the sandbox's journal, `at` ISO 8601."""

    entry: int
    at: str
    what: str
    text: str


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a case: what was judged, the requirement it speaks of, the verdict, why."""

    requirement: str
    what: str
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case's verdict. `requirements` are ids, `citation` says where they come from.

    `basis` is LAW, SPEC, OBSERVED or ASSUMED. `expected` is the reason of a failure that was expected.
    """

    id: str
    title_zh: str
    title_en: str
    description: str
    expectation: str
    verdict: Verdict
    reason: str
    requirements: tuple[str, ...] = ()
    citation: str = ""
    basis: str = ""
    evidence: tuple[Evidence, ...] = ()
    seconds: float = 0.0
    checks: tuple[Check, ...] = ()
    expected: str = ""
    version: int = 1
    file: str = ""
    """Its evidence, beside the report; empty where it was not run."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A requirement that cases spoke of: what it asks, on what ground, its verdict, and the cases with theirs.

    `reason` is that of the first case that decided the verdict.
    """

    id: str
    level: str
    basis: str
    title_zh: str
    title_en: str
    citation: str
    verdict: Verdict
    cases: dict[str, Verdict]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many documents of a kind (``303``) ended in a state (a returnStatus such as ``120``)."""

    kind: str
    title_zh: str
    title_en: str
    state: str
    count: int
    played: bool = False
    """Sent by the simulator for another role (autopilot)."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused document with the explanation that real customs never gives."""

    kind: str
    key: str
    status: str
    rule: str
    citation: str
    basis: str
    path: str
    expected: str
    found: str
    hint_zh: str
    hint_en: str
    planted: str = ""
    """The fault that was mixed in on purpose, empty where none was."""


@dataclass(frozen=True, slots=True)
class LoadResult:
    """A load scenario. Times in milliseconds, measured by the sender, from the send to the final return."""

    scenario: str
    users: int
    seconds: float
    sent: int
    final: int
    failures: int
    per_second: float
    http_p50: float
    http_p95: float
    final_p50: float
    final_p95: float
    final_max: float


@dataclass(slots=True)
class Report:
    """A run. Times ISO 8601."""

    title: str
    started_at: str
    finished_at: str
    facts: dict[str, str] = field(default_factory=dict)
    """What was run: version, edition, regime, profile, seed, clock; shown as a table."""
    states: list[StateCount] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    cases: list[CaseResult] = field(default_factory=list)
    requirements: list[Judged] = field(default_factory=list)
    again: str = ""
    """The command that runs a case again, less the case's id."""
    pages: dict[str, str] = field(default_factory=dict)
    """What lies beside the report: title -> file."""
    shortfalls: list[str] = field(default_factory=list)
    """What makes the run too thin to go by, in words; the gate is red for each."""
    load: list[LoadResult] = field(default_factory=list)
