"""When something is played: what customs decided on one document calls for another, after a delay.

Read the table as: once a document of `kind` has reached `state`, the kinds of `plays` follow, those among them that the
sandbox's autopilot plays, one after the other. How it got there, by its own step, an order or a fault, does not matter.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from swsim.simulator.autopilot.settings import SALE, Autopilot
from swsim.simulator.core.draws import fraction
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.model import PLAYED_AS, Decision, Event, Held, Stage, State
from swsim.simulator.registry import PLAYED_DXP_ID

STAGE_OF = {kind: stage for stage, kind in PLAYED_AS.items()}
SUMMARY_DAY, SUMMARY_HOUR = 5, 10
"""A played summary is sent on this day of the month after departure, well before the 15th (SUM-01)."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A row of the table. `billed`: only for lists that name their bill of lading (True), or that do not (False);
    `filled`: once a master list has filled them.
    """

    kind: str
    state: State
    plays: tuple[str, ...]
    billed: bool | None = None
    filled: bool = False


CUES = (
    Cue("303", State.STORED, ("403", "505", "603")),
    Cue("403", State.STORED, ("303", "505", "603")),
    Cue("505", State.APPROVED, ("303", "403", "603")),
    Cue("603", State.APPROVED, ("607",), billed=False),
    Cue("603", State.APPROVED, ("507",), billed=True),
    Cue("603", State.APPROVED, ("507",), filled=True),
    Cue("603", State.RELEASED, ("509",)),
    Cue("603", State.CLOSED, ("701",)),
    Cue("213", State.STORED, ("215",)),
)


def plan(decisions: Sequence[Decision], at: datetime, facts: Facts, autopilot: Autopilot) -> list[Event]:
    """What is to be played for what was decided at `at`."""
    events: dict[tuple[datetime, Stage, int], Event] = {}
    for decision in decisions if autopilot.plays else ():
        held = decision.held
        if held is not None:
            for cue in CUES:
                if _calls(cue, decision, held, autopilot):
                    _follow(cue.plays, held, at, facts, autopilot, events)
    return list(events.values())


def sales(made: Iterable[Held], at: datetime, facts: Facts, autopilot: Autopilot) -> list[Event]:
    """What follows orders that the autopilot placed by itself: the rest of the sale."""
    events: dict[tuple[datetime, Stage, int], Event] = {}
    for held in made:
        _follow(SALE[1:], held, at, facts, autopilot, events)
    return list(events.values())


def _calls(cue: Cue, decision: Decision, held: Held, autopilot: Autopilot) -> bool:
    """Whether a decision is what a cue waits for. A sale is completed where its list is ours to send, and from what
    the integrator sent: otherwise its documents come ahead of the list (`ahead`).
    """
    filled = decision.stage is Stage.FILL
    if (held.kind, decision.state, filled) != (cue.kind, cue.state, cue.filled):
        return False
    if held.kind in SALE[:3]:
        return "603" in autopilot.plays and held.dxp_id != PLAYED_DXP_ID
    return cue.billed is None or cue.billed == (held.bill_ref is not None)


def _follow(
    kinds: Sequence[str],
    held: Held,
    at: datetime,
    facts: Facts,
    autopilot: Autopilot,
    events: dict[tuple[datetime, Stage, int], Event],
) -> None:
    when = at
    for kind in kinds:
        if kind not in autopilot.plays:
            continue
        when = _after(kind, held, when, facts, autopilot)
        place = when, STAGE_OF[kind], held.number
        if place not in events:
            events[place] = Event(when, STAGE_OF[kind], held.number, held.message_guid, [])
        events[place].serials.append(held.serial)


def _after(kind: str, held: Held, at: datetime, facts: Facts, autopilot: Autopilot) -> datetime:
    if kind == "701":
        month = at.replace(day=1) + timedelta(days=32)
        return month.replace(day=SUMMARY_DAY, hour=SUMMARY_HOUR, minute=0, second=0, microsecond=0)
    share = fraction(facts.seed, f"play {kind}", held.message_guid)
    return facts.profile.due(at, autopilot.delay(kind, facts.profile), share)
