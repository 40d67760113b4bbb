"""One clock for many cases. A case that waits parks; when all are parked, the enterprise is given time to come to rest,
then the clock moves to the next thing due: of customs, of the enterprise, or the end of somebody's wait.

Waits are for a sighting or for an instant of sandbox time. Nothing sleeps: the journal wakes, with real deadlines.
"""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from swsim.conformance.capabilities import Pace
from swsim.conformance.control import Control, ControlError
from swsim.conformance.driver import Driver, DriverError
from swsim.conformance.journal import Journal, JournalLostError
from swsim.simulator.clock import BEIJING

BEGINNING = datetime(2000, 1, 1, tzinfo=BEIJING)
"""Until the clock is read."""
GRAIN = timedelta(seconds=1)
"""Events this close to each other fire in one move: the enterprise reacts to all of them."""
TICK = timedelta(hours=6)
"""The longest move. An enterprise that does not tell when it has something to do is asked this often."""
MOST_STUCK = 5
"""Returns that may stay unacknowledged before the enterprise counts as broken."""


def nothing() -> None:
    """What a wait for an instant looks for."""


class NoReactionError(RuntimeError):
    """The enterprise did not come to rest within its patience."""


@dataclass(slots=True)
class _Parked:
    """A case that waits. `seen` finds what it waits for, `numbers` are those of its business."""

    until: datetime
    seen: Callable[[], Any]
    numbers: Callable[[], Collection[str]]
    future: "asyncio.Future[Any]"


class Timeline:
    """The clock of a run. `drive` turns it until cancelled; `enter` and `leave` tell how many cases are at work."""

    def __init__(self, control: Control, journal: Journal, driver: Driver, pace: Pace) -> None:
        self._control, self._journal, self._driver, self._pace = control, journal, driver, pace
        self.now = BEGINNING
        self._due: datetime | None = None
        self._wanted: datetime | None = None
        self._active = 0
        self._parked: list[_Parked] = []
        self._changed = asyncio.Event()
        self._mark = journal.mark()
        self._stuck: set[str] = set()

    async def read(self) -> str:
        """Read the clock and tell it to the enterprise; its mode."""
        clock = await self._control.clock()
        self.now, self._due = clock.now, clock.due
        self._wanted = await self._driver.set_clock(clock.now)
        return clock.mode

    def enter(self) -> None:
        """A case goes to work."""
        self._active += 1

    def leave(self) -> None:
        """A case has ended."""
        self._active -= 1
        self._changed.set()

    async def wait(
        self, until: datetime, seen: Callable[[], Any] = nothing, numbers: Callable[[], Collection[str]] = tuple
    ) -> Any:
        """What `seen` finds, at the latest when sandbox time has reached `until` and the enterprise is at rest.

        None when it found nothing; NoReactionError when the enterprise does not come to rest on the case's business.
        """
        future = asyncio.get_running_loop().create_future()
        self._parked.append(_Parked(until, seen, numbers, future))
        self._active -= 1
        self._changed.set()
        return await future

    async def drive(self) -> None:
        """Round after round, whenever every case is parked."""
        while True:
            self._changed.clear()
            if self._active == 0 and self._parked:
                try:
                    await self._round()
                except (ControlError, JournalLostError, DriverError) as error:
                    self._fail(self._parked, error)
            else:
                await self._changed.wait()

    async def _round(self) -> None:
        if not await self._settle():
            return
        if self._tell([(one, one.seen()) for one in self._parked]):
            return
        if ended := [one for one in self._parked if one.until <= self.now]:
            if looking := [one for one in ended if one.seen is not nothing]:  # who only lets time pass needs no grace
                await self._journal.wait_for(lambda: any(one.seen() for one in looking) or None, self._pace.grace)
            self._tell([(one, one.seen()) for one in ended])
            self._answer([one for one in ended if not one.future.done()], None)
            return
        clock = await self._control.clock()
        self._due = clock.due
        ends = [one.until for one in self._parked]
        wanted = [moment for moment in (self._due, self._wanted) if moment is not None]
        target = min([self.now + TICK, *ends, *[max(moment, self.now + GRAIN) for moment in wanted]])
        clock = await self._control.move(advance_to=target)
        self.now, self._due = clock.now, clock.due
        self._wanted = await self._driver.set_clock(clock.now)
        if self._wanted is not None and self._wanted <= self.now:
            self._wanted = None

    async def _settle(self) -> bool:
        """Wait for rest. False when that had to be told to somebody: then this round is over."""
        pace, written = self._pace, await self._control.written()
        await self.read_up_to(written, pace.patience)
        if await self._rests():
            return True
        left = self._left()
        what = f"returns not acknowledged: {', '.join(left[:5])}" if left else "it does not stop sending"
        error = NoReactionError(f"the enterprise did not come to rest within {pace.patience:g} s, {what}")
        self._stuck.update(left)
        broken = not left or len(self._stuck) > MOST_STUCK
        concerned = [
            one for one in self._parked if broken or any(self._journal.speaks_of(name, one.numbers()) for name in left)
        ]
        self._fail(concerned or self._parked[:1], error)
        return False

    async def _rests(self) -> bool:
        """At rest: every return acknowledged and nothing more on its way; where it cannot tell, quiet for a while."""
        pace, loop = self._pace, asyncio.get_running_loop()
        end = loop.time() + pace.patience
        while (left := end - loop.time()) > 0:
            if await self._journal.wait_for(lambda: not self._left() or None, left) is None:
                return False
            if not await self._driver.at_rest():
                return await self._journal.settled(pace.quiet, pace.patience, self._mark, self._stuck)
            written = await self._control.written()
            if written == self._journal.mark() and not self._left():
                return True
            await self.read_up_to(written, left)
        return False

    async def read_up_to(self, written: int, seconds: float) -> None:
        """Wait until the journal was read up to an entry; `JournalLostError` where it is not within `seconds`."""
        if await self._journal.wait_for(lambda: self._journal.mark() >= written or None, seconds) is None:
            raise JournalLostError(f"the journal was not read up to entry {written} in {seconds:g} s")

    def _left(self) -> list[str]:
        return [name for name in self._journal.unacknowledged(self._mark) if name not in self._stuck]

    def _tell(self, found: list[tuple[_Parked, Any]]) -> bool:
        told = [(one, what) for one, what in found if what]
        for one, what in told:
            self._answer([one], what)
        return bool(told)

    def _answer(self, some: list[_Parked], what: Any) -> None:
        for one in list(some):
            self._parked.remove(one)
            self._active += 1
            one.future.set_result(what)

    def _fail(self, some: list[_Parked], error: Exception) -> None:
        for one in list(some):
            self._parked.remove(one)
            self._active += 1
            one.future.set_exception(error)
