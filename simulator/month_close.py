"""Closing a month without its goods leaving: open lists get their 899 at a past time, so that a month end can be
rehearsed without moving a clock. A forced input, journaled; returnTime then lies in the past (MSG-05 excepts it).
"""

from datetime import datetime
from typing import Any, NamedTuple

import orjson

from swsim.simulator import pipeline
from swsim.simulator.core import schedule
from swsim.simulator.core.model import Held, State
from swsim.simulator.core.months import ends_at, starts_at
from swsim.simulator.core.movement import force_closed
from swsim.simulator.core.risk import FIRMS
from swsim.simulator.sandbox import Sandbox
from swsim.simulator.single_window import SingleWindow
from swsim.simulator.store import journal
from swsim.simulator.turn import Turn

PAGE = 1_000
"""Lists closed in one turn."""


class Whose(NamedTuple):
    """Whose lists are closed: of a consignor, of an agent, of both; empty codes are of anybody."""

    ebc_code: str = ""
    agent_code: str = ""

    def has(self, held: Held) -> bool:
        """Whether a list is of them."""
        ebc, agent = (orjson.loads(held.identity)[place] for place in FIRMS)
        return self.ebc_code in ("", ebc) and self.agent_code in ("", agent)

    def as_json(self) -> dict[str, str]:
        """The codes that are given, by the names of the specification."""
        said = {"ebcCode": self.ebc_code, "agentCode": self.agent_code}
        return {name: code for name, code in said.items() if code}


ANYBODY = Whose()


async def close_month(window: SingleWindow, sandbox: Sandbox, month: str, whose: Whose = ANYBODY) -> dict[str, Any]:
    """Close the open lists (399, 500, 800) at the end of a month, or now where it still runs; ValueError."""
    after, closed, at = 0, 0, ""

    async def work(turn: Turn) -> bool:
        nonlocal after, closed, at
        when, lists, done = await close_page(turn, month, after, whose)
        at, closed, after = when.isoformat(), closed + done, lists[-1].serial if lists else after
        return len(lists) < PAGE

    while not await window.submit(sandbox, work):
        pass  # each page is an item of its own
    return {"month": month, "at": at, "closed": closed, **whose.as_json()}


async def close_page(turn: Turn, month: str, after: int, whose: Whose = ANYBODY) -> tuple[datetime, list[Held], int]:
    """Look at the open lists behind serial `after`, at most PAGE: when, which, how many of `whose` were closed."""
    await pipeline.fire(turn)
    if starts_at(month) > turn.now:
        raise ValueError(f"month: expected one not after {turn.now:%Y-%m}, got {month}")
    when = min(ends_at(month), turn.now)
    lists = await turn.group.open_lists(turn.sandbox.box, after, PAGE)
    if not lists:
        return when, [], 0
    said = {"month": month, "at": when.isoformat(), "after": after, "lists": len(lists), **whose.as_json()}
    number = turn.note(journal.INPUT, "close-month", said)
    turn.facts.load(lists)
    open_ones = [turn.facts.by_serial[held.serial] for held in lists if whose.has(held)]
    decisions = [one for held in open_ones for one in force_closed(held, when)]
    turn.record(decisions, when, number)
    turn.plan(schedule.plan(decisions, turn.now, turn.facts))
    await pipeline.fire(turn)
    return when, lists, sum(one.state == State.CLOSED for one in decisions)
