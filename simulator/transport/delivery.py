"""Delivery: returns leave by the channel of their dxpId, in order, until each is acknowledged.

HTTP readers fetch for themselves; here a carrier (webhook, AMQP, folder) is handed what waits, as much at once as it
takes. A return that could not be delivered is tried again on real time, and those behind it after it: the order of a
dxpId stays. It is acknowledged only when its carrier says it arrived, so a crash in between delivers it twice, under
the same id.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from swsim.simulator.returns import return_id
from swsim.simulator.sandbox import Sandbox
from swsim.simulator.single_window import SingleWindow

LOG = logging.getLogger("swsim.delivery")
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
"""Seconds between two tries: doubled from the first to the longest."""
WAIT = 3600.0
CARRIERS = "carriers"
"""The bell that a carrier rings when it is there again."""
HELD = float(1 << 40)
"""A return in a carrier's hands stays there."""


class DeliveryError(Exception):
    """A carrier could not deliver; the text is kept in the journal."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A return on its way: whose, which, what. `settings` are those of the subscription."""

    sandbox: str
    dxp_id: str
    number: int
    message_type: str
    body: bytes
    settings: dict[str, Any]

    @property
    def id(self) -> str:
        """Id of the return, as the control API has it."""
        return return_id(self.number)


class Carrier(Protocol):
    """A way out."""

    name: str
    ahead: int
    """Returns of one dxpId that may be on their way together."""

    def serves(self, sandbox: str) -> bool:
        """Whether returns of this sandbox may go this way."""
        ...

    async def send(self, parcels: Sequence[Parcel], arrived: Callable[[Parcel], None]) -> None:
        """Deliver some, at most `ahead`, in order, and say of each when it arrived; DeliveryError at the first that
        did not.
        """
        ...


class Deliveries:
    """Keeps one task for each dxpId that has a channel."""

    def __init__(self, window: SingleWindow) -> None:
        self._window = window
        self._carriers: list[Carrier] = []
        self._tasks: dict[tuple[int, str], tuple[dict[str, Any], asyncio.Task[None]]] = {}
        self._keeper: asyncio.Task[None] | None = None

    def add(self, carrier: Carrier) -> None:
        """One more way out."""
        self._carriers.append(carrier)

    def start(self) -> None:
        """Begin to deliver."""
        self._keeper = asyncio.get_running_loop().create_task(self._keep(), name="deliveries")

    async def stop(self) -> None:
        """End; what was not acknowledged is delivered after the next start."""
        tasks = [task for _, task in self._tasks.values()] + ([self._keeper] if self._keeper else [])
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep(self) -> None:
        """Have a task for every subscription, and none for those that ended or changed."""
        while not self._window.bells.closed:
            bell = self._window.bells.listen("settings")
            wanted = {
                (sandbox.box, dxp_id): (sandbox, said)
                for sandbox in list(self._window.sandboxes.values())
                for dxp_id, said in sandbox.settings.channels.items()
            }
            for key, (said, task) in list(self._tasks.items()):
                if key not in wanted or wanted[key][1] != said or task.done():
                    task.cancel()
                    with suppress(asyncio.CancelledError, Exception):
                        await task
                    del self._tasks[key]
            for key, (sandbox, said) in wanted.items():
                carrier = self._carrier(sandbox, said["channel"])
                if key not in self._tasks and carrier is not None:
                    work = self._deliver(sandbox, key[1], said, carrier)
                    task = asyncio.get_running_loop().create_task(work, name=f"delivery {key[1]}")
                    self._tasks[key] = (said, task)
            await bell.wait()

    def _carrier(self, sandbox: Sandbox, name: str) -> Carrier | None:
        return next((one for one in self._carriers if one.name == name and one.serves(sandbox.name)), None)

    async def _deliver(self, sandbox: Sandbox, dxp_id: str, said: dict[str, Any], carrier: Carrier) -> None:
        """Deliver what waits for a dxpId, oldest first, for ever."""
        while not sandbox.gone and not self._window.bells.closed:
            parcels = await self._waiting(sandbox, dxp_id, said, carrier.ahead)
            try:
                await self._until_they_arrived(sandbox, carrier, parcels)
            except Exception:
                LOG.exception("returns of sandbox %s are not delivered now", sandbox.name)
                await asyncio.sleep(LONGEST_PAUSE)
            finally:
                for one in parcels:
                    self._window.outbox.release(sandbox, one.number)

    async def _waiting(self, sandbox: Sandbox, dxp_id: str, said: dict[str, Any], most: int) -> list[Parcel]:
        """What waits for a dxpId, the oldest first; waits for something."""
        found = await self._window.outbox.next_returns(sandbox, dxp_id, WAIT, HELD, most=most)
        return [Parcel(sandbox.name, dxp_id, row.number, row.message_type, body, said) for row, body in found]

    async def _until_they_arrived(self, sandbox: Sandbox, carrier: Carrier, parcels: Sequence[Parcel]) -> None:
        """Hand them to the carrier, from the first that did not arrive on again; acknowledge what did."""
        tries, left = 0, list(parcels)
        while left:
            bell, done = self._window.bells.listen(CARRIERS), list[Parcel]()
            failed: DeliveryError | None = None
            try:
                await carrier.send(left, done.append)
            except DeliveryError as error:
                failed = error
            await self._window.outbox.acknowledge(sandbox, *(one.number for one in done))
            left, tries = left[len(done) :], 0 if done else tries
            if failed is not None and left:
                pause = min(FIRST_PAUSE * 2**tries, LONGEST_PAUSE)
                tries += 1
                noted = {"return": left[0].number, "dxpId": left[0].dxp_id, "channel": carrier.name, "try": tries}
                self._window.outbox.channel(sandbox, "delivery-failed", noted | {"why": str(failed), "again": pause})
                with suppress(TimeoutError):  # a carrier that is back says so
                    await asyncio.wait_for(bell.wait(), pause)
