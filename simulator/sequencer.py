"""The order of work: one item of a sandbox at a time, many items a commit.

Items wait in one queue. A group takes what is there, gives each item a savepoint and its own turn, and commits once;
then, and only then, are the items answered: acknowledged means durable. While the disk syncs, the next group gathers.
An item that fails is undone alone; a commit that fails answers every item of its group with the error.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
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
    """Work, the sandbox it changes, and who waits for it. `whole`: it gets the group instead of a turn."""

    sandbox: Sandbox | None
    work: Callable[[Any], Awaitable[Any]]
    done: asyncio.Future[Any]
    whole: bool = False


class Sequencer:
    """Runs items in the order they were submitted."""

    def __init__(self, store: Store, committed: Callable[[Sandbox, Turn], None]) -> None:
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

    async def submit(self, sandbox: Sandbox, work: Callable[[Turn], Awaitable[Any]]) -> Any:
        """Queue an item and wait until it is durable; what `work` returned, or its error."""
        return await self._put(sandbox, work)

    async def submit_group(self, work: Callable[[Group], Awaitable[Any]], sandbox: Sandbox | None = None) -> Any:
        """Queue work on the store itself: a sandbox is made, or `sandbox` is cleared."""
        return await self._put(sandbox, work, whole=True)

    async def _put(self, sandbox: Sandbox | None, work: Callable[[Any], Awaitable[Any]], *, whole: bool = False) -> Any:
        # A client that goes away cancels its request; the item is decided and kept all the same.
        return await asyncio.shield(self.post(sandbox, work, whole=whole))

    def post(
        self, sandbox: Sandbox | None, work: Callable[[Any], Awaitable[Any]], *, whole: bool = False
    ) -> asyncio.Future[Any]:
        """Queue an item without waiting for it; OverloadedError."""
        if self.waiting >= QUEUE_LIMIT:
            raise OverloadedError
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        done.add_done_callback(_noticed)
        self._queue.put_nowait(Item(sandbox, work, done, whole))
        return done

    async def _run(self) -> None:
        last: Item | None = await self._queue.get()
        while last is not None:
            last = await self._group(last)

    async def _group(self, first: Item) -> Item | None:
        """Run one group that begins with `first`; return the item that begins the next one (None: stop)."""
        taken: list[Item] = []
        turns: list[tuple[Turn | None, Any]] = []
        before: dict[int, tuple[Sandbox, Standing]] = {}
        item: Item | None = first
        try:
            async with self._store.group() as group:
                until = time.monotonic() + GROUP_SECONDS
                while item is not None:
                    taken.append(item)
                    if item.sandbox is not None:
                        before.setdefault(item.sandbox.box, (item.sandbox, item.sandbox.standing()))
                    turns.append(await self._run_item(item, group))
                    if self._queue.empty() or time.monotonic() > until:
                        break
                    item = self._queue.get_nowait()
        except Exception as error:
            LOG.exception("a group of %d items was not committed", len(taken))
            for sandbox, standing in before.values():
                sandbox.restore(standing)
            for one in taken or [first]:  # none is taken where the group did not begin
                _answer(one.done, error)
        else:
            for one, (turn, result) in zip(taken, turns, strict=True):
                if turn is not None:
                    self._committed(turn.sandbox, turn)
                _answer(one.done, result)
        return None if item is None else await self._queue.get()

    async def _run_item(self, item: Item, group: Group) -> tuple[Turn | None, Any]:
        sandbox = item.sandbox
        if sandbox is not None and sandbox.gone:
            return None, UnknownSandboxError(sandbox.name)
        standing = sandbox.standing() if sandbox else None
        turn = Turn(sandbox, group) if sandbox and not item.whole else None
        try:
            async with group.savepoint():
                result = await item.work(turn or group)
                if turn is not None:
                    await turn.flush()
        except Exception as error:  # noqa: BLE001 - it belongs to who submitted the item, the others go on
            if sandbox is not None and standing is not None:
                sandbox.restore(standing)
            return None, error
        return turn, result


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
