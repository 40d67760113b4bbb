"""The mock single window as one object: sandboxes, the order of work, the outbox. Only channels call it."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from swsim.simulator import by_hand, pipeline, snapshots
from swsim.simulator.bells import Bells
from swsim.simulator.clock import Clock, ClockRunsForwardError, real_now
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core.model import Decision
from swsim.simulator.core.rulings import Order
from swsim.simulator.duty.book import Book
from swsim.simulator.intake import Intake, Outcome
from swsim.simulator.outbox import Outbox
from swsim.simulator.reader import Reader
from swsim.simulator.sandbox import Sandbox, Settings, UnknownSandboxError, became, token_digest
from swsim.simulator.sequencer import Sequencer
from swsim.simulator.store import journal
from swsim.simulator.store.protocol import Group, Position, SandboxRow, Store
from swsim.simulator.turn import Turn

LOG = logging.getLogger("swsim.single_window")
RETRY_SECONDS = 1.0
EVENTS_A_TURN = 50
"""Events fired in one turn of an advance; the clock's position is committed with them, so it can be repeated."""


@dataclass(slots=True)
class Advanced:
    """Where a clock stands after it was moved."""

    now: datetime
    fired: int
    following: tuple[datetime, str] | None


class SingleWindow:
    """Everything customs does, over one store. `open` before use, `close` after."""

    def __init__(
        self, store: Store, default: Callable[[], Settings], *, readers: int = 0, codes: Codes | None = None
    ) -> None:
        self.store = store
        self.sandboxes: dict[str, Sandbox] = {}
        self.codes = codes or Codes.builtin()
        self.reader = Reader(readers, codes)
        self.bells = Bells()
        self.counters = {"messages": 0, "refused": 0, "documents": 0, "returns": 0}
        self._default = default
        self._sequencer = Sequencer(store, self._committed, pipeline.merge)
        self.intake = Intake(self.reader, store, self._sequencer, self.counters)
        self.outbox = Outbox(store, self._sequencer, self.bells)
        self._ticker: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Load what is kept, fire what fell due meanwhile, begin to work."""
        await self.store.open()
        for row in await self.store.sandboxes():
            if snapshots.MARK in row.name:
                continue
            settings = Settings.load(row.settings)
            sandbox = Sandbox(row.box, row.name, settings, row.position, settings.profile, self.codes)
            found = await self.store.due(row.box)
            sandbox.next_due, sandbox.next_what = (found.at, str(found.stage)) if found else (None, "")
            self.sandboxes[row.name] = sandbox
        await self.reader.open()
        self._sequencer.start()
        self._ticker = asyncio.get_running_loop().create_task(self._tick(), name="ticker")
        if "default" not in self.sandboxes:
            await self.create("default", self._default())

    async def close(self) -> None:
        """Finish what was submitted, then close the store."""
        self.bells.close()
        if self._ticker is not None:
            self._ticker.cancel()
            with suppress(asyncio.CancelledError):
                await self._ticker
        await self.reader.close()
        await self._sequencer.stop()
        await self.store.close()

    def sandbox(self, name: str) -> Sandbox:
        """The sandbox of this name; UnknownSandboxError."""
        if name not in self.sandboxes:
            raise UnknownSandboxError(name)
        return self.sandboxes[name]

    async def check(self) -> None:
        """Raise when messages cannot be taken in (liveness)."""
        self._sequencer.check()
        await self.store.check()

    @property
    def waiting(self) -> int:
        """Items in the order of work."""
        return self._sequencer.waiting

    async def receive(self, sandbox: Sandbox, data: bytes, channel: str, *, dry_run: bool = False) -> Outcome:
        """Take a message in; answered when it is durable (a dry run keeps nothing)."""
        return await self.intake.receive(sandbox, data, channel, dry_run=dry_run)

    async def trade(self, sandbox: Sandbox, count: int) -> list[Decision]:
        """Let the autopilot place orders by itself; their decisions once they are durable."""
        decisions: list[Decision] = await self._sequencer.submit(sandbox, lambda turn: by_hand.trade(turn, count))
        return decisions

    async def order(self, sandbox: Sandbox, kind: str, key: str, said: Order, words: dict[str, Any]) -> list[Decision]:
        """Decide on one document as a person at customs orders; LookupError, NotAllowedError."""
        decided: list[Decision] = await self._sequencer.submit(
            sandbox, lambda turn: by_hand.order(turn, kind, key, said, words), alone=True
        )
        return decided

    # --- sandboxes and their clocks ---------------------------------------------------------------------------------

    async def create(self, name: str, settings: Settings) -> tuple[Sandbox, str]:
        """A new sandbox and its token; SandboxExistsError."""
        token = secrets.token_urlsafe(24)
        settings.token_digest = token_digest(token)
        row = await self._sequencer.submit_group(lambda group: group.create_sandbox(name, settings.dump()))
        sandbox = self.sandboxes[name] = Sandbox(row.box, name, settings, row.position, settings.profile, self.codes)
        self.bells.ring("settings")
        return sandbox, token

    async def clear(self, sandbox: Sandbox, *, drop: bool) -> None:
        """Reset a sandbox (documents, journal, outbox, faults go; registry, profile, clock mode stay), or delete it."""

        async def work(group: Group) -> None:
            sandbox.settings = replace(sandbox.settings, faults=(), spent={}, duty=Book(), months=set())
            sandbox.position, sandbox.next_due, sandbox.next_what = Position(), None, ""
            sandbox.gone = drop
            if not drop:
                row = SandboxRow(sandbox.box, sandbox.name, sandbox.settings.dump(), sandbox.position)
                await group.save_sandbox(row, settings=True)
            await group.clear_sandbox(sandbox.box, drop=drop)
            if drop:
                await snapshots.drop(group, sandbox)

        await self._sequencer.submit_group(work, sandbox)
        self.outbox.forget(sandbox)
        self.intake.forget(sandbox)
        if drop and self.sandboxes.get(sandbox.name) is sandbox:
            del self.sandboxes[sandbox.name]
            self.bells.ring("settings")

    async def snapshot(self, sandbox: Sandbox, name: str) -> Position:
        """Keep a sandbox as it stands; TooManySnapshotsError."""
        return await snapshots.keep(self._sequencer, sandbox, name)

    async def restore(self, sandbox: Sandbox, name: str) -> None:
        """Let a sandbox stand as a snapshot has it; UnknownSnapshotError."""
        await snapshots.restore(self._sequencer, sandbox, name)
        self.outbox.forget(sandbox)
        self.intake.forget(sandbox)
        self.bells.ring("due")

    async def change(self, sandbox: Sandbox, what: str, said: Any, **changes: Any) -> None:
        """Change settings, in the order of work."""

        async def work(turn: Turn) -> None:
            await pipeline.fire(turn)
            turn.change(**changes)
            turn.note(journal.INPUT, what, {"said": said, "became": became(turn.settings, set(changes))})

        await self._sequencer.submit(sandbox, work)

    async def amend(
        self, sandbox: Sandbox, kind: str, what: str, make: Callable[[Turn], tuple[Any, dict[str, Any]]]
    ) -> Any:
        """Change settings by what they are when their turn comes: `make` gives what to journal and the changes."""

        async def work(turn: Turn) -> Any:
            await pipeline.fire(turn)
            said, changes = make(turn)
            turn.change(**changes)
            turn.note(kind, what, {"said": said})
            return said

        return await self._sequencer.submit(sandbox, work)

    async def submit(self, sandbox: Sandbox, work: Callable[[Turn], Awaitable[Any]]) -> Any:
        """Work in a turn of its own, in the order of work; what it returned, once that is durable."""
        return await self._sequencer.submit(sandbox, work, alone=True)

    async def set_clock(self, sandbox: Sandbox, said: Any, clock: Clock) -> Advanced:
        """Give a sandbox another clock; answered when what fell due by then lies in the outbox.

        ClockRunsForwardError when it stands earlier; a sandbox without a journal has no time to go back behind.
        """
        fired, given = 0, False

        async def work(turn: Turn) -> bool:
            nonlocal fired, given
            if not given:
                await pipeline.fire(turn)
                at = clock.now(turn.real)
                if at < turn.now and sandbox.position.entry:
                    raise ClockRunsForwardError(
                        f"clock: expected a time not before {turn.now.isoformat()}, got {at.isoformat()}; reset instead"
                    )
                turn.note(journal.INPUT, "clock", {"said": said})
                turn.change(clock=clock)
                turn.now, given = at, True
            fired += await pipeline.fire(turn, EVENTS_A_TURN)
            following = await turn.agenda.next()
            return following is None or following > turn.now

        while not await self._sequencer.submit(sandbox, work, alone=True):
            pass  # each turn is an item of its own: messages of other sandboxes come in between
        return self.stands(sandbox, fired)

    async def advance(self, sandbox: Sandbox, to: Callable[[Turn], datetime | None]) -> Advanced:
        """Move a virtual clock; answered when everything fired lies in the outbox. `to` None: to the next due event."""
        fired = 0
        target: datetime | None = None

        async def work(turn: Turn) -> bool:
            nonlocal fired, target
            clock = sandbox.settings.clock
            if target is None:
                target = to(turn) or await turn.agenda.next() or turn.now
                clock.moved_to(target)
                turn.note(journal.INPUT, "clock", {"to": target.isoformat()})
            elif target < turn.now:
                return True  # another advance came by; what fell due up to here has fired
            turn.now = target
            fired += await pipeline.fire(turn, EVENTS_A_TURN)
            following = await turn.agenda.next()
            reached = following if following is not None and following < target else target
            turn.change(clock=clock.moved_to(reached))
            return following is None or following > target

        while not await self._sequencer.submit(sandbox, work, alone=True):
            pass  # each turn is an item of its own: messages of other sandboxes come in between
        return self.stands(sandbox, fired)

    def stands(self, sandbox: Sandbox, fired: int = 0) -> Advanced:
        """Where a sandbox's clock stands and what comes next."""
        following = (sandbox.next_due, sandbox.next_what) if sandbox.next_due else None
        return Advanced(sandbox.now(real_now()), fired, following)

    # --- the machinery ------------------------------------------------------------------------------------------------

    def _committed(self, turn: Turn) -> None:
        sandbox = turn.sandbox
        if turn.entries:
            self.bells.ring((sandbox.box, "journal"))
        for row in turn.returns:
            self.bells.ring((sandbox.box, row.dxp_id))
        for dxp_id in turn.handed_to:
            self.bells.ring((sandbox.box, dxp_id))
        self.counters["returns"] += len(turn.returns)
        if turn.agenda.changed or turn.new_settings is not None:
            self.bells.ring("due")
        if turn.new_settings is not None:
            self.bells.ring("settings")

    async def _tick(self) -> None:
        """Fire due work of sandboxes whose clock runs. It sleeps until the next due time or until that changes."""
        while not self.bells.closed:
            bell = self.bells.listen("due")
            real, delays = real_now(), []
            for sandbox in list(self.sandboxes.values()):
                if sandbox.next_due is None:
                    continue
                if (
                    sandbox.merging
                ):  # a large summary: what falls due behind it waits, and the bell rings when it is done
                    self._sequencer.go_on(sandbox)
                    continue
                delay = sandbox.settings.clock.real_delay(sandbox.next_due, real)
                if delay == 0:
                    delay = await self._fire(sandbox)
                if delay is not None:
                    delays.append(delay)
            with suppress(TimeoutError):
                await asyncio.wait_for(bell.wait(), min(delays, default=None))

    async def _fire(self, sandbox: Sandbox) -> float | None:
        """Fire a running sandbox's due work; seconds until there is more. A failure is logged and tried again later."""
        try:
            await self._sequencer.submit_idle(sandbox, lambda turn: pipeline.fire(turn, EVENTS_A_TURN))
        except Exception:
            LOG.exception("due work of sandbox %s was not done", sandbox.name)
            return RETRY_SECONDS
        if sandbox.merging or sandbox.next_due is None:
            return None
        return sandbox.settings.clock.real_delay(sandbox.next_due, real_now())
