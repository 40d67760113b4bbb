"""A dry run looks ahead: a message is followed to where customs' own steps lead, before all of it is undone."""

from collections.abc import Sequence
from datetime import datetime

from swsim.simulator import pipeline
from swsim.simulator.core.model import Decision, Stage
from swsim.simulator.turn import Turn

MOST_STEPS = 100
Later = list[tuple[datetime, Decision]]
"""What would be decided later, and when."""


async def foresee(turn: Turn, decisions: Sequence[Decision]) -> Later:
    """Take the steps that follow a message by themselves, nobody else sending anything; the turn must be undone.

    `turn.decided` was begun before the message was taken: what came in the same moment belongs to it too.
    """
    if not decisions:
        return []
    number = decisions[0].subject.number
    for _ in range(MOST_STEPS):
        event = turn.agenda.take_planned(number)
        if event is None:
            break
        await pipeline.step(turn, event)
    ours = {one.held.serial for one in decisions if one.held is not None}
    return [
        (at, one)
        for at, one in turn.decided or ()
        if one.stage is not Stage.RECEIVE and one.told and one.held is not None
        if one.held.serial in ours or at >= turn.now
    ]
