"""The due work that a turn sees: what the store has, what the turn takes of it, and what it plans itself."""

from datetime import datetime

from swsim.simulator.clock import to_ms
from swsim.simulator.core.model import Event, Stage
from swsim.simulator.sandbox import Sandbox
from swsim.simulator.store.protocol import Group


class Agenda:
    """Due work of one sandbox within one turn; nothing of it is written before the turn ends."""

    def __init__(self, sandbox: Sandbox, group: Group) -> None:
        self._sandbox = sandbox
        self._group = group
        self.planned: list[Event] = []
        self.changed = False
        """What is due next in the store is another after this turn."""
        self.merges = False
        """Whether this turn is there to go on with a merge, which other turns leave alone."""
        self._taken: list[int] = []
        self._reached = (0, 0)

    async def take(self, until: datetime) -> Event | None:
        """The earliest event at or before `until`: of the store, or planned in this turn."""
        limit = to_ms(until)
        mine = min(self.planned, key=lambda event: event.at, default=None)
        stored = await self._stored()
        found = stored if stored is not None and (mine is None or stored.at <= mine.at) else mine
        if found is None or to_ms(found.at) > limit or (found.stage is Stage.SUM_UP and not self.merges):
            return None
        if found is not stored:
            self.planned.remove(found)
            return found
        self.changed = True
        self._taken.append(found.id)
        self._reached = (to_ms(found.at), found.id)
        return found

    def take_planned(self, number: int) -> Event | None:
        """The earliest event that message `number` planned in this turn, however far ahead (dry run)."""
        mine = [event for event in self.planned if event.number == number]
        event = min(mine, key=lambda one: one.at, default=None)
        if event is not None:
            self.planned.remove(event)
        return event

    async def next(self) -> datetime | None:
        """Time of the earliest event, of the store or planned in this turn."""
        stored = await self._stored()
        return min([event.at for event in (*self.planned, stored) if event is not None], default=None)

    async def flush(self) -> None:
        """Write what was taken and planned."""
        if self._taken:
            await self._group.done(self._sandbox.box, self._taken)
        if self.planned:
            await self._group.plan(self._sandbox.box, self.planned)
            self.changed = True
        if self.changed:
            found = await self._group.next_due(self._sandbox.box)
            self._sandbox.next_due, self._sandbox.next_what = (found.at, str(found.stage)) if found else (None, "")

    async def _stored(self) -> Event | None:
        """The earliest event of the store that this turn has not taken."""
        if self._sandbox.next_due is None:
            return None
        return await self._group.next_due(self._sandbox.box, *self._reached)
