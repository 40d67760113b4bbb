"""A case: a short conversation with an enterprise, as data. `runner` carries it out, the journal decides.

    Send      make the enterprise take an order
    Fault     make customs slow or strict with some documents
    Advance   let sandbox time pass, due event by due event
    Expect    wait until the journal shows something, letting time pass
    Judge     give a verdict on what the journal shows

The first step that does not pass ends the case with its verdict. Judges and sightings are pure functions of a `Story`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from swsim.conformance.driver import Placed
from swsim.conformance.journal import Entry
from swsim.conformance.sightings import Answered, Sent
from swsim.reports.model import Evidence, Verdict

NO_TIME = timedelta(0)
"""An expectation within no sandbox time: the enterprise acts of its own accord, on an order or a return it holds."""


@dataclass(frozen=True, slots=True)
class Story:
    """What has happened in a case so far: the journal since it began, its orders by the case's name for them."""

    entries: Sequence[Entry]
    orders: dict[str, Placed] = field(default_factory=dict)
    regime: str = "2018-194"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reason and the entries it rests on."""

    verdict: Verdict
    reason: str
    evidence: tuple[Evidence, ...] = ()


Row = dict[str, Any]
"""A row of the fault table, without its id."""
Sighting = Sent | Answered


@dataclass(frozen=True, slots=True)
class Send:
    """Place an order, called `order` in the case, with a defect of `fixtures.defects` if the driver can plant one."""

    order: str
    defect: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Add rows to the sandbox's fault table, until the end of the case."""

    what: str
    rows: Callable[[Story], list[Row]]


@dataclass(frozen=True, slots=True)
class Advance:
    """Let sandbox time pass; the enterprise is given time to react to all that falls due."""

    by: timedelta


@dataclass(frozen=True, slots=True)
class Expect:
    """Let time pass until `seen` finds something, at most `within`; `otherwise` is the verdict when it does not."""

    what: str
    seen: Callable[[Story], Sighting | None]
    within: timedelta
    otherwise: Verdict = Verdict.INCONCLUSIVE


@dataclass(frozen=True, slots=True)
class Judge:
    """Judge what the journal shows."""

    what: str
    by: Callable[[Story], Judgement]


Step = Send | Fault | Advance | Expect | Judge


@dataclass(frozen=True, slots=True)
class Case:
    """A conformance case. `version` rises when the same enterprise may get another verdict than before."""

    id: str
    title_zh: str
    title_en: str
    description: str
    expectation: str
    requirements: tuple[str, ...]
    version: int
    steps: tuple[Step, ...]


def delay(kind: str, key: str, stage: str, by: timedelta) -> Row:
    """Customs keeps the return of status `stage` back for `by` longer."""
    return {"kind": kind, "key": key, "action": "delay", "stage": stage, "by": f"PT{by.total_seconds():.0f}S"}


def reject(kind: str, key: str, status: int, info: str) -> Row:
    """The next customs decision on the document is `status`, once."""
    return {"kind": kind, "key": key, "action": "reject", "status": status, "info": info}


def of_order(story: Story, order: str) -> str:
    """The key by which the fault table names an order's documents (not its waybill, which knows no order)."""
    return f"orderNo={story.orders[order].order_no}"
