"""The outbox: returns wait until they are acknowledged; one that was handed out comes back when its time is up.

What belongs to the line runs on real time: how long a reader may wait, how long a return stays in its hands. Who holds
what is not kept: after a restart a return that was not acknowledged is offered again at its old place.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from swsim.simulator.bells import Bells
from swsim.simulator.envelope.sending import wire
from swsim.simulator.faults.returning import line_faults
from swsim.simulator.sandbox import Sandbox
from swsim.simulator.sequencer import Sequencer
from swsim.simulator.store import journal
from swsim.simulator.store.protocol import ReturnRow, Store
from swsim.simulator.turn import Turn


class Outbox:
    """Hands returns out, by dxpId, oldest first."""

    def __init__(self, store: Store, sequencer: Sequencer, bells: Bells) -> None:
        self._store = store
        self._sequencer = sequencer
        self._bells = bells
        self._hands: dict[int, dict[int, float]] = {}
        """By sandbox and return: until when (monotonic seconds) a reader holds it."""

    async def next_return(
        self, sandbox: Sandbox, dxp_id: str, wait: float, visibility: float, gone: Callable[[], bool] = bool
    ) -> tuple[ReturnRow, bytes] | None:
        """The oldest return for a dxpId neither acknowledged nor in a reader's hands; None after `wait` seconds.

        `gone` says whether the reader has hung up: what comes then is left to the next one.
        """
        until = time.monotonic() + wait
        hands = self._hands.setdefault(sandbox.box, {})
        while True:
            bell = self._bells.listen((sandbox.box, dxp_id))
            now = time.monotonic()
            for number in [number for number, back in hands.items() if back <= now]:
                del hands[number]
            row = await self._store.next_return(sandbox.box, dxp_id, list(hands))
            if row is not None:
                await self._sequencer.settled()  # what is handed out must still be there after a crash
            if row is not None and row.number not in hands and not gone():
                hands[row.number] = now + visibility
                if lost := await self._lost(sandbox, row):
                    hands[row.number] = now + lost
                    continue
                self.channel(sandbox, "delivery", {"return": row.number, "dxpId": dxp_id})
                return row, await wire(self._store, sandbox, row)
            if until <= now or self._bells.closed or gone():
                return None
            with suppress(TimeoutError):
                await asyncio.wait_for(bell.wait(), min([until, *hands.values()]) - now)

    async def acknowledge(self, sandbox: Sandbox, number: int) -> bool:
        """Acknowledge a return; False where there is none. The second time changes nothing."""

        row = (await self._store.returns_by_number(sandbox.box, [number])).get(number)
        fault = line_faults(row).get("redelivered") if row is not None else None
        if row is not None and fault and await self._happens(sandbox, fault, "redelivered", row):
            self._hands.get(sandbox.box, {}).pop(number, None)
            self._bells.ring((sandbox.box, row.dxp_id))
            return True

        async def work(turn: Turn) -> bool | None:
            done = await turn.acknowledge(number)
            if done:
                turn.note(journal.CHANNEL, "acknowledged", {"return": number}, at=turn.now)
            return done

        known = await self._sequencer.submit(sandbox, work)
        self._hands.get(sandbox.box, {}).pop(number, None)
        return known is not None

    async def _lost(self, sandbox: Sandbox, row: ReturnRow) -> float:
        """Seconds that a return is lost on its way, as the fault table wants it once; 0 where it arrives."""
        fault, seconds = line_faults(row).get("lost", ("", 0.0))
        try:
            return float(seconds) if fault and await self._happens(sandbox, fault, "lost", row) else 0.0
        except BaseException:
            self.release(sandbox, row.number)
            raise

    async def _happens(self, sandbox: Sandbox, fault: str, what: str, row: ReturnRow) -> bool:
        """Whether this happens to a return for the first time; it is remembered with the sandbox, and journaled."""

        async def work(turn: Turn) -> bool:
            first = turn.faults.first(what, row.number)
            if first:
                turn.note(journal.CHANNEL, "fault", _said(fault, what, row))
            return first

        first: bool = await self._sequencer.submit(sandbox, work)
        return first

    def release(self, sandbox: Sandbox, number: int) -> None:
        """A return that was handed out is free again, unless it was acknowledged."""
        self._hands.get(sandbox.box, {}).pop(number, None)

    def channel(self, sandbox: Sandbox, what: str, data: dict[str, Any]) -> None:
        """Note evidence of the line; nobody waits for it."""

        async def work(turn: Turn) -> None:
            turn.note(journal.CHANNEL, what, data)

        _ = self._sequencer.post(sandbox, work)

    def forget(self, sandbox: Sandbox) -> None:
        """A sandbox was emptied: nobody holds anything of it. Readers that wait across a reset share the table."""
        self._hands.get(sandbox.box, {}).clear()


def _said(fault: str, action: str, row: ReturnRow) -> dict[str, Any]:
    """What the journal says of a fault on the line."""
    return {"fault": fault, "action": action, "side": "returning", "return": row.number, "dxpId": row.dxp_id}
