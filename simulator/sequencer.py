"""The order of work: one item of a sandbox at a time, many items a turn, many turns a commit.

Items wait in one queue. A group takes what is there and commits once; then, and only then, are the items answered:
acknowledged means durable. While the disk syncs, the next group gathers. Items of one sandbox share a turn, which
looks up and writes once for all of them. Should one of them fail, nothing of the turn was written yet: it is taken
back, and each of its items gets a turn of its own, so that only the one that fails is undone. A commit that fails
answers every item of its group with the error.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from swsim.simulator.sandbox import Sandbox, Standing, UnknownSandboxError
from swsim.simulator.store.protocol import Group, Store
from swsim.simulator.turn import Turn

LOG = logging.getLogger("swsim.sequencer")
GROUP_SECONDS = 0.2
"""A group stops taking items after this long, so that those already decided are not kept waiting."""
QUEUE_LIMIT = 10_000
"""Items that may wait; beyond it a message is answered 503 with Retry-After."""


class OverloadedError(Exception):
    """Too many items wait."""


@dataclass(slots=True)
class Item:
    """Work, the sandbox it changes, and who waits for it.

    `alone`: its work cannot be done twice, or must not be kept: it gets a turn of its own. `whole`: it gets the group
    instead of a turn.
    """

    sandbox: Sandbox | None
    work: Callable[[Any], Awaitable[Any]]
    done: asyncio.Future[Any]
    alone: bool = False
    whole: bool = False
    result: Any = None


@dataclass(slots=True)
class Joint:
    """A turn that items of a sandbox share, and how the sandbox stood before it."""

    turn: Turn
    before: Standing
    items: list[Item] = field(default_factory=list)


class Sequencer:
    """Runs items in the order they were submitted."""

    def __init__(self, store: Store, committed: Callable[[Turn], None]) -> None:
        self._store = store
        self._committed = committed
        self._queue: asyncio.Queue[Item | None] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="sequencer")

    async def stop(self) -> None:
        """Finish what is queued and end."""
        if self._task is not None:
            self._queue.put_nowait(None)
            await self._task
            self._task = None

    @property
    def waiting(self) -> int:
        """Items not yet begun."""
        return self._queue.qsize()

    async def submit(self, sandbox: Sandbox, work: Callable[[Turn], Awaitable[Any]], *, alone: bool = False) -> Any:
        """Queue an item and wait until it is durable; what `work` returned, or its error.

        Unless it is `alone`, `work` may be called twice: what the first call did to the turn is then forgotten.
        """
        # A client that goes away cancels its request; the item is decided and kept all the same.
        return await asyncio.shield(self.post(sandbox, work, alone=alone))

    async def submit_group(self, work: Callable[[Group], Awaitable[Any]], sandbox: Sandbox | None = None) -> Any:
        """Queue work on the store itself: a sandbox is made, or `sandbox` is cleared."""
        return await asyncio.shield(self._put(Item(sandbox, work, self._future(), whole=True)))

    def post(
        self, sandbox: Sandbox, work: Callable[[Turn], Awaitable[Any]], *, alone: bool = False
    ) -> asyncio.Future[Any]:
        """Queue an item without waiting for it; OverloadedError."""
        return self._put(Item(sandbox, work, self._future(), alone))

    def _put(self, item: Item) -> asyncio.Future[Any]:
        if self.waiting >= QUEUE_LIMIT:
            raise OverloadedError
        item.done.add_done_callback(_noticed)
        self._queue.put_nowait(item)
        return item.done

    def _future(self) -> asyncio.Future[Any]:
        return asyncio.get_running_loop().create_future()

    async def _run(self) -> None:
        last: Item | None = await self._queue.get()
        while last is not None:
            last = await self._group(last)

    async def _group(self, first: Item) -> Item | None:
        """Run one group that begins with `first`; return the item that begins the next one (None: stop)."""
        run = Run(first)
        try:
            async with self._store.group() as group:
                await run.through(group, self._queue)
        except Exception as error:
            LOG.exception("a group of %d items was not committed", len(run.taken))
            for sandbox, standing in run.before.values():
                sandbox.restore(standing)
            for item in run.taken:
                _answer(item.done, error)
            return None if run.stopped else await self._queue.get()
        for turn in run.turns:
            self._committed(turn)
        for item in run.taken:
            _answer(item.done, item.result)
        return None if run.stopped else await self._queue.get()


class Run:
    """One group on its way: the items it took, the turns that were written."""

    def __init__(self, first: Item) -> None:
        self.taken = [first]
        self.turns: list[Turn] = []
        self.before: dict[int, tuple[Sandbox, Standing]] = {}
        self.stopped = False
        self._joints: dict[int, Joint] = {}

    async def through(self, group: Group, queue: "asyncio.Queue[Item | None]") -> None:
        """Take items until the queue is empty or the time is over."""
        until = time.monotonic() + GROUP_SECONDS
        await self._take(group, self.taken[0])
        while not queue.empty() and time.monotonic() < until:
            item = queue.get_nowait()
            if item is None:
                self.stopped = True
                break
            self.taken.append(item)
            await self._take(group, item)
        for joint in list(self._joints.values()):
            await self._close(group, joint)

    async def _take(self, group: Group, item: Item) -> None:
        sandbox = item.sandbox
        if sandbox is None:
            await self._whole(group, item)
            return
        self.before.setdefault(sandbox.box, (sandbox, sandbox.standing()))
        joint = self._joints.get(sandbox.box)
        if item.alone or item.whole or sandbox.gone:
            if joint is not None:
                await self._close(group, joint)
            await (self._whole(group, item) if item.whole else self._alone(group, item))
            return
        if joint is None:
            joint = self._joints[sandbox.box] = Joint(Turn(sandbox, group), sandbox.standing())
        joint.items.append(item)
        try:
            item.result = await item.work(joint.turn)
        except Exception:  # noqa: BLE001 - which item it belongs to shows when each has a turn of its own
            await self._apart(group, joint)
        else:
            if joint.turn.new_settings is not None:  # what comes next is judged by them
                await self._close(group, joint)

    async def _close(self, group: Group, joint: Joint) -> None:
        """Write a turn."""
        try:
            async with group.savepoint():
                await joint.turn.flush()
        except Exception:  # noqa: BLE001 - as above
            await self._apart(group, joint)
        else:
            del self._joints[joint.turn.sandbox.box]
            self.turns.append(joint.turn)

    async def _apart(self, group: Group, joint: Joint) -> None:
        del self._joints[joint.turn.sandbox.box]
        joint.turn.sandbox.restore(joint.before)
        for item in joint.items:
            await self._alone(group, item)

    async def _alone(self, group: Group, item: Item) -> None:
        sandbox = item.sandbox
        assert sandbox is not None  # noqa: S101 - only work on the store itself has none
        if sandbox.gone:
            item.result = UnknownSandboxError(sandbox.name)
            return
        before, turn = sandbox.standing(), Turn(sandbox, group)
        try:
            item.result = await item.work(turn)
            async with group.savepoint():
                await turn.flush()
        except Exception as error:  # noqa: BLE001 - it belongs to who submitted the item, the others go on
            sandbox.restore(before)
            item.result = error
        else:
            self.turns.append(turn)

    async def _whole(self, group: Group, item: Item) -> None:
        sandbox = item.sandbox
        if sandbox is not None and sandbox.gone:
            item.result = UnknownSandboxError(sandbox.name)
            return
        before = sandbox.standing() if sandbox else None
        try:
            async with group.savepoint():
                item.result = await item.work(group)
        except Exception as error:  # noqa: BLE001 - as above
            if sandbox is not None and before is not None:
                sandbox.restore(before)
            item.result = error


def _noticed(done: asyncio.Future[Any]) -> None:
    """Whoever waits sees the error; a future nobody waits for must not complain when it is collected."""
    if not done.cancelled():
        done.exception()


def _answer(done: asyncio.Future[Any], result: Any) -> None:
    with suppress(asyncio.InvalidStateError):
        if isinstance(result, BaseException):
            done.set_exception(result)
        else:
            done.set_result(result)
