"""The order of work: one item of a sandbox at a time, many items a turn, many turns a commit.

Items wait in one queue. A group takes what is there and commits once; when the disk has it, and only then, are the
items answered: acknowledged means durable. While the disk syncs, the next group is on its way. Items of one sandbox
share a turn, which looks up and writes once for all of them. Should one of them fail, nothing of the turn was written
yet: it is taken back, and each of its items gets a turn of its own, so that only the one that fails is undone. A commit
that fails answers every item of its group with the error.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from swsim.simulator.core.facts import Needs
from swsim.simulator.run import Behind, Item, Run
from swsim.simulator.sandbox import Sandbox
from swsim.simulator.store.protocol import Group, Store
from swsim.simulator.turn import Turn

LOG = logging.getLogger("swsim.sequencer")
QUEUE_LIMIT = 10_000
"""Items that may wait; beyond it a message is answered 503 with Retry-After."""


class OverloadedError(Exception):
    """Too many items wait."""


class Sequencer:
    """Runs items in the order they were submitted."""

    def __init__(
        self, store: Store, committed: Callable[[Turn], None], merge: Callable[[Turn], Awaitable[Any]]
    ) -> None:
        self._store = store
        self._committed = committed
        self._queue: deque[Item] = deque()
        self._filled = asyncio.Event()
        self._behind = Behind(self._queue, merge, self._filled.set)
        self._stopped = False
        self._written: list[Run] = []
        self._syncing: asyncio.Task[None] | None = None
        self._broken: OSError | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="sequencer")

    async def stop(self) -> None:
        """Finish what is queued and end."""
        if self._task is not None:
            self._stopped = True
            self._filled.set()
            await self._task
            await self.settled()
            self._task = None

    def check(self) -> None:
        """OSError when the disk has failed: nothing is taken in any more."""
        if self._broken is not None:
            raise self._broken

    @property
    def waiting(self) -> int:
        """Items not yet begun."""
        return len(self._queue) + len(self._behind)

    def go_on(self, sandbox: Sandbox) -> None:
        """Go on with the merge of a large summary, if nobody does."""
        self._behind.go_on(sandbox)

    async def submit(
        self,
        sandbox: Sandbox,
        work: Callable[[Turn], Awaitable[Any]],
        *,
        needs: Needs | None = None,
        alone: bool = False,
    ) -> Any:
        """Queue an item and wait until it is durable; what `work` returned, or its error.

        Unless it is `alone`, `work` may be called twice: what the first call did to the turn is then forgotten.
        """
        # A client that goes away cancels its request; the item is decided and kept all the same.
        return await asyncio.shield(self._put(Item(sandbox, work, self._future(), needs, alone)))

    async def submit_group(self, work: Callable[[Group], Awaitable[Any]], sandbox: Sandbox | None = None) -> Any:
        """Queue work on the store itself: a sandbox is made, or `sandbox` is cleared."""
        return await asyncio.shield(self._put(Item(sandbox, work, self._future(), whole=True)))

    async def submit_idle(self, sandbox: Sandbox, work: Callable[[Turn], Awaitable[Any]]) -> None:
        """Queue an item that only does what is due; where a large summary is merged it is done without."""
        await asyncio.shield(self._put(Item(sandbox, work, self._future(), idle=True)))

    def post(self, sandbox: Sandbox, work: Callable[[Turn], Awaitable[Any]]) -> asyncio.Future[Any]:
        """Queue an item without waiting for it; OverloadedError."""
        return self._put(Item(sandbox, work, self._future()))

    def _put(self, item: Item) -> asyncio.Future[Any]:
        self.check()
        if self.waiting >= QUEUE_LIMIT:
            raise OverloadedError
        item.done.add_done_callback(_noticed)
        self._queue.append(item)
        self._filled.set()
        return item.done

    def _future(self) -> asyncio.Future[Any]:
        return asyncio.get_running_loop().create_future()

    async def _run(self) -> None:
        while self._queue or not self._stopped:
            if self._queue:
                await self._group()
            else:
                self._filled.clear()
                await self._filled.wait()

    async def _group(self) -> None:
        """Run one group."""
        run = Run(self._queue, self._behind)
        try:
            async with self._store.group() as group:
                await run.through(group)
        except Exception as error:
            if not run.taken and self._queue:  # the group did not even begin
                run.taken.append(self._queue.popleft())
            LOG.exception("a group of %d items was not committed", len(run.taken))
            for sandbox, standing in run.before.values():
                sandbox.restore(standing)
            for item in run.taken:
                _answer(item.done, error)
                if item.merges:
                    self._behind.failed(item)
            return
        self._written.append(run)
        if self._syncing is None or self._syncing.done():
            self._syncing = asyncio.get_running_loop().create_task(self._sync(), name="sync")

    async def settled(self) -> None:
        """Wait until everything committed so far is durable."""
        if self._syncing is not None:
            await asyncio.shield(self._syncing)

    async def _sync(self) -> None:
        """Make groups durable and answer them: those of a moment together.

        After a sync that failed nobody knows what the disk has: nothing is taken in any more until a restart.
        """
        while self._written:
            runs, self._written = self._written, []
            try:
                await self._store.sync()
            except OSError as error:
                LOG.exception("the disk did not take %d groups; nothing more is taken in", len(runs))
                self._broken = error
            for run in runs:
                for turn in run.turns if self._broken is None else ():
                    self._committed(turn)
                for item in run.taken:
                    _answer(item.done, self._broken or item.result)


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
