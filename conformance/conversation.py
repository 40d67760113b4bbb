"""A case: a short conversation with an enterprise, as data. `runner` carries it out, the journal decides.

    Send      make the enterprise take an order
    Act       make it do something else: cancel, take back, close a month (the table of actions: `actions`)
    Fault     make customs slow or strict with some documents
    Customs   make customs do something else: recall an item, note an event, inspect a list
    Question  let customs ask the enterprise at one of its interfaces: tracking, evidence
    Switch    set switches of the sandbox's profile
    Advance   let sandbox time pass, due event by due event
    Expect    wait until the journal shows something, letting time pass
    Ask       ask the enterprise what it believes of an order, or for its books
    Judge     give a verdict on what the journal shows and the enterprise believes

A step that judges names the requirement it speaks of. The first one that does not pass ends the case with its verdict;
a WARNING is noted and the case goes on. Judges and sightings are pure functions of a `Story`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from swsim.conformance.requirements import Basis
from swsim.conformance.sightings import Sighting
from swsim.conformance.story import Judgement, Story
from swsim.reports.model import Verdict

NO_TIME = timedelta(0)
"""An expectation within no sandbox time: the enterprise acts of its own accord, on an order or a return it holds."""
Span = timedelta | str
"""Sandbox time, or the name of a reaction, for the time that the capability statement gives it."""
Row = dict[str, Any]
"""A row of the fault table, without its id."""


@dataclass(frozen=True, slots=True)
class Send:
    """Place an order, called `order` in the case, with a defect of `fixtures.defects` if the driver can plant one.

    `wants` are knobs of the order beyond the usual (`driver.Wish.wants`), such as ``{"tradeMode": "9710"}``.
    """

    order: str
    defect: str = ""
    wants: dict[str, str] = field(default_factory=dict)
    many: int = 1
    """More than one: that many at once, called ``order-1``, ``order-2``…"""


@dataclass(frozen=True, slots=True)
class Act:
    """Make the enterprise carry out an action of the table, on an order where the action takes one.

    `refusable`: what is asked must not be done as things stand, so that it says no is no fault of the driver's.
    """

    action: str
    order: str = ""
    details: Callable[[Story], dict[str, Any]] = lambda _: {}
    refusable: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """Add rows to the sandbox's fault table, until the end of the case."""

    what: str
    rows: Callable[[Story], list[Row]]


@dataclass(frozen=True, slots=True)
class Customs:
    """A POST to the sandbox's control API: its path under the sandbox, and its body."""

    what: str
    call: Callable[[Story], tuple[str, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Question:
    """Customs asks for a subject at the enterprise's interface (docs/reference/duty.md); the journal keeps the answer.

    Where the interface is, the capability statement says (`endpoints`).
    """

    ask: str
    subject: Callable[[Story], str]


@dataclass(frozen=True, slots=True)
class Switch:
    """Set switches of the sandbox's profile (docs/reference/profiles.md), until the end of the case.

    All documents of the sandbox meet them: only for a case that runs `alone`.
    """

    what: str
    switches: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Advance:
    """Let sandbox time pass, or let it come to an instant; the enterprise may react to all that falls due."""

    by: Span | Callable[[Story], datetime]


@dataclass(frozen=True, slots=True)
class Expect:
    """Let time pass until `seen` finds something, at most `within`; `otherwise` is the verdict when it does not.

    With `requirement` it is a check of that requirement, without one a precondition.
    """

    what: str
    seen: Callable[[Story], Sighting | None]
    within: Span
    otherwise: Verdict = Verdict.INCONCLUSIVE
    requirement: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask for the state of an order; with no order, for the books."""

    order: str = ""


@dataclass(frozen=True, slots=True)
class Judge:
    """Judge what the journal shows and the enterprise believes; without `requirement` it judges the provocation."""

    what: str
    by: Callable[[Story], Judgement]
    requirement: str = ""


@dataclass(frozen=True, slots=True)
class Watch:
    """Judge everything of the run, whoever started it: each subject that is found is judged, none is NOT OBSERVED.

    What passive mode and recorded journals are judged by. `of` yields a judgement a subject.
    """

    what: str
    of: Callable[[Story], Iterable[Judgement]]
    requirement: str
    basis: Basis | None = None
    """Of what it is judged by, where that is weaker than the requirement."""


Step = Send | Act | Fault | Customs | Question | Switch | Advance | Expect | Ask | Judge | Watch


@dataclass(frozen=True, slots=True)
class Case:
    """A conformance case. `version` rises when the same enterprise may get another verdict than before.

    `provokes` says in a phrase what the case does to the enterprise, `plans` in which plans it runs, `needs` what of
    the capability statement it takes (`capabilities.WORDS`). `alone`: nothing else runs meanwhile, because it touches
    what cases share (the line, whole messages, the profile).
    """

    id: str
    title_zh: str
    title_en: str
    description: str
    expectation: str
    provokes: str
    plans: tuple[str, ...]
    steps: tuple[Step, ...]
    needs: tuple[str, ...] = ()
    version: int = 1
    alone: bool = False

    @property
    def requirements(self) -> tuple[str, ...]:
        """What its checks speak of, in their order."""
        named = (getattr(step, "requirement", "") for step in self.steps)
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def watches(self) -> bool:
        """It only looks: it runs last, and without a driver too."""
        return all(isinstance(step, Watch) for step in self.steps)
