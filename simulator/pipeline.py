"""The whole flow, from bytes to returns. Read this file first.

    bytes -> read (parse, schema, decode, rules of the document alone: in parallel) -> one turn of the sandbox:
             fire what is due -> needs -> facts -> decide -> record (documents, journal, returns) -> plan the next

Due work takes the same way: due event -> needs -> facts -> due -> record -> plan. What the autopilot plays for other
roles is due work that brings a message: its bytes are read and taken in like anybody's. What is durable is answered;
returns lie in the outbox and are written as XML when they are fetched (`returns`). Nobody calls back up.
"""

from datetime import datetime, timedelta

from swsim.simulator import played, refusal, submitting, summing, trades
from swsim.simulator.autopilot import cues
from swsim.simulator.clock import read_compact, translation
from swsim.simulator.core import engine, questions, schedule
from swsim.simulator.core.facts import Needs
from swsim.simulator.core.model import PLAYED_AS, Decision, Event, Stage
from swsim.simulator.messages.codec import Refused
from swsim.simulator.reading import Message, Received
from swsim.simulator.turn import Turn

NO_TIME = timedelta(0)
MONTH_END = {Stage.SUM_UP: summing.go_on, Stage.DECLARE: summing.declare, Stage.MONTH: summing.judge}
"""Due work of the month end: a large summary is merged, declarations go on, a month is late."""


async def take(turn: Turn, received: Received, message: Message) -> list[Decision]:
    """A message that passed the schema: judge its documents; what is due at once happens at once.

    What the autopilot plays ahead of it comes in before it, and so bears smaller numbers.
    """
    await fire(turn)
    written = read_compact(message.papers[0].app_time)
    shift = translation(written, turn.now, turn.real, turn.sandbox.profile.translate)
    for ours in await played.ahead(turn, message, shift):
        await take_played(turn, *ours, turn.now)
    decisions = await _enter(turn, received, message, turn.now, shift)
    await fire(turn)
    return decisions


async def _enter(turn: Turn, received: Received, message: Message, at: datetime, shift: timedelta) -> list[Decision]:
    items = submitting.submissions(turn, received, message, at, shift)
    submitting.copy(turn, received, message, items[0].number)
    await turn.know(questions.needs(message.kind, items))
    await turn.know(questions.needs_on_arrival(message.kind, items, turn.facts))
    decisions = engine.decide(items, turn.facts)
    keep(turn, decisions, at, items[0].number)
    return decisions


def keep(turn: Turn, decisions: list[Decision], at: datetime, number: int) -> None:
    """Record what was decided and plan what comes next: customs' next step, and what the autopilot plays."""
    turn.record(decisions, at, number)
    turn.plan(schedule.plan(decisions, at, turn.facts))
    turn.plan(cues.plan(decisions, at, turn.facts, turn.sandbox.settings.autopilot))


async def refuse(turn: Turn, received: Received, refused: Refused) -> int:
    """A message that failed the schema: journaled, and answered by a CEB900 where its sender is known."""
    await fire(turn)
    return refusal.answer(turn, received, refused)


async def fire(turn: Turn, most: int = 10_000) -> int:
    """Take every due step up to now, in order, at its due time; at most `most` events, returns how many.

    Before the merge of a large summary it ends: that has turns of its own, and what falls due behind it waits.
    """
    fired = 0
    while fired < most and (event := await turn.agenda.take(turn.now)) is not None:
        fired += 1
        await step(turn, event)
    return fired


async def merge(turn: Turn) -> None:
    """Go on with a large summary: one page in a turn of its own."""
    turn.agenda.merges = True
    await fire(turn, 1)


async def step(turn: Turn, event: Event) -> None:
    """Take one due step."""
    if event.stage is Stage.HAND_OUT:
        turn.hand_out(event)
        return
    if event.stage in PLAYED_AS:
        for ours in await played.due(turn, event):
            await take_played(turn, *ours, event.at)
        return
    if event.stage in MONTH_END:
        await MONTH_END[event.stage](turn, event)
        return
    await turn.know(Needs(serials=set(event.serials)))
    held = [turn.facts.by_serial[serial] for serial in event.serials if serial in turn.facts.by_serial]
    for question in questions.asked(event, held):
        await turn.know(question(event, held, turn.facts))
    await trades.suspect(turn, event, held)
    decisions = engine.due(event, turn.facts)
    keep(turn, decisions, event.at, event.number)
    await summing.sum_up(turn, event, decisions)


async def take_played(turn: Turn, received: Received, found: Message | Refused, at: datetime) -> list[Decision]:
    """Take a message of the autopilot in; its times are the sandbox's already."""
    if isinstance(found, Refused):  # made from the declarations, it fails the schema only by a fault of ours
        refusal.note(turn, received, found, at)
        return []
    return await _enter(turn, received, found, at, NO_TIME)
