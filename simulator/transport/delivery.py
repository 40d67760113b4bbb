"""Delivery: returns leave by the channel of their dxpId, one after another, until each is acknowledged.

HTTP readers fetch for themselves; here a carrier (webhook, AMQP, folder) is handed what waits. A return that could not
be delivered is tried again on real time and holds up those behind it: the order of a dxpId stays. It is acknowledged
only when its carrier says it arrived, so a crash in between delivers it twice, under the same id.
"""

import asyncio
import logging
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

    def serves(self, sandbox: str) -> bool:
        """Whether returns of this sandbox may go this way."""
        ...

    async def send(self, parcel: Parcel) -> None:
        """Deliver, and return when it arrived; DeliveryError."""
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
        outbox = self._window.outbox
        while not sandbox.gone:
            found = await outbox.next_return(sandbox, dxp_id, WAIT, HELD)
            if found is None:
                if self._window.bells.closed:
                    return
                continue
            row, body = found
            parcel = Parcel(sandbox.name, dxp_id, row.number, row.message_type, body, said)
            try:
                await self._until_it_arrived(sandbox, carrier, parcel)
                await outbox.acknowledge(sandbox, row.number)
            except Exception:
                LOG.exception("return %s of sandbox %s is not delivered now", parcel.id, sandbox.name)
                await asyncio.sleep(LONGEST_PAUSE)
            finally:
                outbox.release(sandbox, row.number)

    async def _until_it_arrived(self, sandbox: Sandbox, carrier: Carrier, parcel: Parcel) -> None:
        tries = 0
        while True:
            bell = self._window.bells.listen(CARRIERS)
            try:
                await carrier.send(parcel)
            except DeliveryError as error:
                pause = min(FIRST_PAUSE * 2**tries, LONGEST_PAUSE)
                tries += 1
                said = {"return": parcel.number, "dxpId": parcel.dxp_id, "channel": carrier.name, "try": tries}
                self._window.outbox.channel(sandbox, "delivery-failed", said | {"why": str(error), "again": pause})
                with suppress(TimeoutError):  # a carrier that is back says so
                    await asyncio.wait_for(bell.wait(), pause)
            else:
                return
