"""Closing a month without its goods leaving: open lists get their 899 at a past time, so that a month end can be
rehearsed without moving a clock. A forced input, journaled; returnTime then lies in the past (MSG-05 excepts it).
"""

from datetime import datetime
from typing import Any

from swsim.simulator import pipeline
from swsim.simulator.core import schedule
from swsim.simulator.core.model import Held, State
from swsim.simulator.core.months import ends_at, starts_at
from swsim.simulator.core.movement import force_closed
from swsim.simulator.sandbox import Sandbox
from swsim.simulator.single_window import SingleWindow
from swsim.simulator.store import journal
from swsim.simulator.turn import Turn

PAGE = 1_000
"""Lists closed in one turn."""


async def close_month(window: SingleWindow, sandbox: Sandbox, month: str) -> dict[str, Any]:
    """Close the open lists (399, 500, 800) at the end of a month, or now where it still runs; ValueError."""
    after, closed, at = 0, 0, ""

    async def work(turn: Turn) -> bool:
        nonlocal after, closed, at
        when, lists, done = await close_page(turn, month, after)
        at, closed, after = when.isoformat(), closed + done, lists[-1].serial if lists else after
        return len(lists) < PAGE

    while not await window.submit(sandbox, work):
        pass  # each page is an item of its own
    return {"month": month, "at": at, "closed": closed}


async def close_page(turn: Turn, month: str, after: int) -> tuple[datetime, list[Held], int]:
    """Close the open lists behind serial `after`, at most PAGE: when, which were looked at, how many were closed."""
    await pipeline.fire(turn)
    if starts_at(month) > turn.now:
        raise ValueError(f"month: expected one not after {turn.now:%Y-%m}, got {month}")
    when = min(ends_at(month), turn.now)
    lists = await turn.group.open_lists(turn.sandbox.box, after, PAGE)
    if not lists:
        return when, [], 0
    said = {"month": month, "at": when.isoformat(), "after": after, "lists": len(lists)}
    number = turn.note(journal.INPUT, "close-month", said)
    turn.facts.load(lists)
    decisions = [one for held in lists for one in force_closed(turn.facts.by_serial[held.serial], when)]
    turn.record(decisions, when, number)
    turn.plan(schedule.plan(decisions, turn.now, turn.facts))
    await pipeline.fire(turn)
    return when, lists, sum(one.state == State.CLOSED for one in decisions)
