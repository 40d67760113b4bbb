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
from swsim.simulator.bodies import digest_of
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

    async def next_returns(
        self,
        sandbox: Sandbox,
        dxp_id: str,
        wait: float,
        visibility: float,
        *,
        most: int = 1,
        gone: Callable[[], bool] = bool,
    ) -> list[tuple[ReturnRow, bytes]]:
        """The oldest returns for a dxpId neither acknowledged nor in a reader's hands, at most `most`; none after
        `wait` seconds.

        `gone` says whether the reader has hung up: what comes then is left to the next one.
        """
        until = time.monotonic() + wait
        hands = self._hands.setdefault(sandbox.box, {})
        while True:
            bell = self._bells.listen((sandbox.box, dxp_id))
            now = time.monotonic()
            for number in [number for number, back in hands.items() if back <= now]:
                del hands[number]
            rows = await self._store.next_returns(sandbox.box, dxp_id, list(hands), most)
            if rows:
                await self._sequencer.settled()  # what is handed out must still be there after a crash
            free = [] if gone() else [row for row in rows if row.number not in hands]
            hands |= {row.number: now + visibility for row in free}
            if found := [row for row in free if not await self._is_lost(sandbox, row)]:
                left = [(row, await wire(self._store, sandbox, row)) for row in found]
                notes = ({"return": row.number, "dxpId": dxp_id, "sha256": digest_of(body)} for row, body in left)
                self.channel(sandbox, "delivery", *notes)
                return left
            if not free and (until <= now or self._bells.closed or gone()):
                return []
            if not free:
                with suppress(TimeoutError):
                    await asyncio.wait_for(bell.wait(), min([until, *hands.values()]) - now)

    async def acknowledge(self, sandbox: Sandbox, *numbers: int) -> bool:
        """Acknowledge returns; False where one is not there. The second time changes nothing."""
        rows = await self._store.returns_by_number(sandbox.box, numbers)
        again = [row for row in rows.values() if await self._is_redelivered(sandbox, row)]
        arrived = [number for number in numbers if number in rows and rows[number] not in again]

        async def work(turn: Turn) -> None:
            for number in arrived:
                if await turn.acknowledge(number):
                    turn.note(journal.CHANNEL, "acknowledged", {"return": number}, at=turn.now)

        if arrived:
            await self._sequencer.submit(sandbox, work)
        for number in numbers:
            self.release(sandbox, number)
        for row in again:
            self._bells.ring((sandbox.box, row.dxp_id))
        return len(rows) == len(set(numbers))

    async def _is_redelivered(self, sandbox: Sandbox, row: ReturnRow) -> bool:
        """Whether the acknowledgement of a return is lost, as the fault table wants it once."""
        fault = line_faults(row).get("redelivered")
        return bool(fault) and await self._happens(sandbox, str(fault), "redelivered", row)

    async def _is_lost(self, sandbox: Sandbox, row: ReturnRow) -> bool:
        """Whether a return is lost on its way, as the fault table wants it once; it is offered again later."""
        fault, seconds = line_faults(row).get("lost", ("", 0.0))
        if not fault:
            return False
        try:
            lost = await self._happens(sandbox, fault, "lost", row)
        except BaseException:
            self.release(sandbox, row.number)
            raise
        if lost:
            self._hands.setdefault(sandbox.box, {})[row.number] = time.monotonic() + seconds
        return lost

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

    def channel(self, sandbox: Sandbox, what: str, *said: dict[str, Any]) -> None:
        """Note evidence of the line, an entry each; nobody waits for it."""

        async def work(turn: Turn) -> None:
            for data in said:
                turn.note(journal.CHANNEL, what, data)

        _ = self._sequencer.post(sandbox, work)

    def forget(self, sandbox: Sandbox) -> None:
        """A sandbox was emptied: nobody holds anything of it. Readers that wait across a reset share the table."""
        self._hands.get(sandbox.box, {}).clear()


def _said(fault: str, action: str, row: ReturnRow) -> dict[str, Any]:
    """What the journal says of a fault on the line."""
    return {"fault": fault, "action": action, "side": "returning", "return": row.number, "dxpId": row.dxp_id}
