"""One group of the order of work: the items it takes, the turns they share, what is undone when one fails."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from swsim.simulator.core.facts import Needs
from swsim.simulator.sandbox import Sandbox, Standing, UnknownSandboxError
from swsim.simulator.store.protocol import Group
from swsim.simulator.turn import Turn

LOG = logging.getLogger("swsim.run")
GROUP_SECONDS = 0.2
"""A group stops taking items after this long, so that those already decided are not kept waiting."""
RETRY_SECONDS = 1.0
"""Until a turn of a merge that failed is tried again."""
LOOK_AHEAD = 64
"""Items whose needs are looked up together, at most."""
ENOUGH = 1_000
"""Values to look up at once; beyond them it saves nothing, and the group may end before their items are reached."""


@dataclass(slots=True)
class Item:
    """Work, the sandbox it changes, and who waits for it.

    `needs` is what its work is known to look up, `known_to` the turn that has looked it up. `alone`: its work cannot be
    done twice, or must not be kept, so it gets a turn of its own. `whole`: it gets the group instead of a turn.
    `merges`: it goes on with a large summary. `idle`: it only does what is due, which whoever merges will see to.
    """

    sandbox: Sandbox | None
    work: Callable[[Any], Awaitable[Any]]
    done: asyncio.Future[Any]
    needs: Needs | None = None
    alone: bool = False
    whole: bool = False
    merges: bool = False
    idle: bool = False
    result: Any = None
    known_to: Turn | None = None


class Behind:
    """What waits while large summaries are merged: by sandbox, its items in their order.

    A merge takes its pages in turns of their own, one at the end of the queue at a time, so that other sandboxes have
    theirs in between; of its own sandbox nothing comes before it is done, as what falls due comes in order.
    """

    def __init__(self, queue: deque[Item], merge: Callable[[Any], Awaitable[Any]], wake: Callable[[], None]) -> None:
        self._queue = queue
        self._merge = merge
        self._wake = wake
        self._items: dict[int, list[Item]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._items.values()))

    def takes(self, item: Item) -> bool:
        """Whether an item has to wait; if so, it does."""
        if item.merges or item.sandbox is None or not item.sandbox.merging:
            return False
        self.go_on(item.sandbox)
        if item.idle:
            item.done.set_result(None)
        else:
            self._items[item.sandbox.box].append(item)
        return True

    def go_on(self, sandbox: Sandbox) -> None:
        """Let a sandbox's merge have its next turn."""
        if sandbox.box not in self._items:
            self._items[sandbox.box] = []
            self._put(sandbox)

    def written(self, sandbox: Sandbox, item: Item | None = None) -> None:
        """A turn was written: the merge it began or went on with goes on; what waits behind a whole one is next."""
        if sandbox.merging and not sandbox.gone:
            self._put(sandbox) if item is not None and item.merges else self.go_on(sandbox)
        elif (items := self._items.pop(sandbox.box, None)) is not None:
            self._queue.extendleft(reversed(items))

    def failed(self, item: Item) -> None:
        """A turn of a merge was not written: it is tried again later, from its beginning."""
        assert item.sandbox is not None  # noqa: S101 - a merge is of a sandbox
        asyncio.get_running_loop().call_later(RETRY_SECONDS, self._put, item.sandbox)

    def _put(self, sandbox: Sandbox) -> None:
        done = asyncio.get_running_loop().create_future()
        self._queue.append(Item(sandbox, self._merge, done, alone=True, merges=True))
        self._wake()


@dataclass(slots=True)
class Joint:
    """A turn that items of a sandbox share, and how the sandbox stood before it."""

    turn: Turn
    before: Standing
    items: list[Item] = field(default_factory=list)


class Run:
    """One group on its way: the items it took, the turns that were written."""

    def __init__(self, queue: deque[Item], behind: Behind) -> None:
        self.taken: list[Item] = []
        self.turns: list[Turn] = []
        self.before: dict[int, tuple[Sandbox, Standing]] = {}
        self._queue = queue
        self._behind = behind
        self._joints: dict[int, Joint] = {}

    async def through(self, group: Group) -> None:
        """Take items until the queue is empty or the time is over."""
        until = time.monotonic() + GROUP_SECONDS
        while self._queue and time.monotonic() < until:
            item = self._queue.popleft()
            if not self._behind.takes(item):
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
            await self._look_ahead(joint, item)
            item.result = await item.work(joint.turn)
        except Exception:  # noqa: BLE001 - which item it belongs to shows when each has a turn of its own
            await self._apart(group, joint)
        else:
            if joint.turn.new_settings is not None:  # what comes next is judged by them
                await self._close(group, joint)

    async def _look_ahead(self, joint: Joint, item: Item) -> None:
        """Look up what this item and those behind it need, at once."""
        if item.needs is None or item.known_to is joint.turn:
            return
        wanted = Needs()
        for one in (item, *islice(self._queue, LOOK_AHEAD)):
            if wanted.size >= ENOUGH:
                break
            if one.sandbox is item.sandbox and one.needs is not None:
                wanted.add(one.needs)
                one.known_to = joint.turn
        await joint.turn.know(wanted)

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
            self._behind.written(joint.turn.sandbox)

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
        except Exception as error:
            sandbox.restore(before)
            item.result = error
            if item.merges:
                LOG.exception("a summary of sandbox %s was not merged on", sandbox.name)
                self._behind.failed(item)
        else:
            self.turns.append(turn)
            self._behind.written(sandbox, item)

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
