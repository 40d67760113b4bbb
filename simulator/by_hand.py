"""What a person wants done, by the control API: sales that the autopilot places, a decision on one document."""

from typing import Any

from swsim.simulator import pipeline, played
from swsim.simulator.autopilot import cues
from swsim.simulator.core import questions, rulings
from swsim.simulator.core.facts import Needs
from swsim.simulator.core.keys import external
from swsim.simulator.core.model import Decision, Event, Stage
from swsim.simulator.core.rulings import Order
from swsim.simulator.store.journal import INPUT
from swsim.simulator.turn import Turn


async def trade(turn: Turn, count: int) -> list[Decision]:
    """Orders that the autopilot places by itself, so that a role which begins nothing has something to do."""
    await pipeline.fire(turn)
    number = turn.note(INPUT, "sales", {"count": count})
    decisions: list[Decision] = []
    for ours in played.placed(count, turn, number):
        decisions += await pipeline.take_played(turn, *ours, turn.now)
    held = [one.held for one in decisions if one.held is not None]
    turn.plan(cues.sales(held, turn.now, turn.facts, turn.sandbox.settings.autopilot))
    await pipeline.fire(turn)
    return decisions


async def order(turn: Turn, kind: str, key: str, said: Order, words: dict[str, Any]) -> list[Decision]:
    """What a person orders for a document (control API): looked up like a step at customs, journaled as an input.

    LookupError where there is no such document, NotAllowedError where its machine knows no such step.
    """
    await pipeline.fire(turn)
    await turn.know(Needs(refs={("key", kind): {key}}))
    held = turn.facts.held(kind, key)
    if held is None:
        raise LookupError(key)
    event = Event(said.at or turn.now, Stage.CUSTOMS, held.number, held.message_guid, [held.serial])
    for question in questions.asked(event, [held]):
        await turn.know(question(event, [held], turn.facts))
    decisions = rulings.rule(held, said, turn.now, turn.facts)
    number = turn.note(INPUT, "force", {"kind": kind, "key": external(key), "said": words})
    pipeline.keep(turn, decisions, event.at, number)
    await pipeline.fire(turn)
    return decisions
