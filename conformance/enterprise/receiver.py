"""Returns from customs: one reader a user number (dxpId). A return is acknowledged when its records were acted on."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from swsim.conformance.enterprise.clerk import Clerk, Mail
from swsim.conformance.enterprise.envelope import inside, refused_by
from swsim.conformance.enterprise.line import BROKEN, Handed, Line
from swsim.conformance.enterprise.machine import RESULT
from swsim.conformance.enterprise.sender import Sender
from swsim.simulator.messages.codec import Refused, read_message
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.format_return import CEB900Message
from swsim.simulator.messages.summary import CEB792Message
from swsim.simulator.messages.transfer import Return

PAUSE = 1.0
"""Seconds before a broken line is tried again."""

KIND_OF: dict[type[Any], str] = {business.answer: business.number for business in EDITION_202205.businesses}
KIND_OF[CEB792Message] = RESULT
"""Return message -> the kind of document it answers; a result of a summary (792) answers none."""

log = logging.getLogger(__name__)


class Receiver:
    """Reads the returns of one dxpId until cancelled; dies of nothing that customs sends."""

    def __init__(self, line: Line, dxp_id: str, clerk: Clerk, sender: Sender) -> None:
        self._line, self._dxp_id = line, dxp_id
        self._clerk, self._sender = clerk, sender

    async def run(self) -> None:
        """Take a return, act on it, say that it is done with; a line that breaks is taken up again."""
        while True:
            try:
                async for handed in self._line.returns(self._dxp_id):
                    if handed is None:
                        await self._sender.post(self._clerk.time_passed())
                        continue
                    await self.take(handed)
            except BROKEN as error:
                log.warning("returns of %s: %r, asking again", self._dxp_id, error)
                await asyncio.sleep(PAUSE)

    async def take(self, handed: Handed) -> None:
        """Act on a return, then say that it is done with: what breaks in between brings it again."""
        await self._sender.post(self.act_on(handed.data))
        await handed.done()

    def act_on(self, data: bytes) -> list[Mail]:
        """What a return asks to be sent. It holds 1 to 100 records, and each one counts."""
        if refused := refused_by(data):
            guid, said = refused
            return self._clerk.refused(self._clerk.books.on_the_line.pop(guid, []), said)
        try:
            message: Any = read_message(inside(data)).message
        except Refused as error:
            log.warning("a return that cannot be read was set aside: %s", error)
            self._clerk.books.set_aside.append(data.decode("utf-8", "replace"))
            return []
        if isinstance(message, CEB900Message):
            return self._format_refusal(message)
        if isinstance(message, Return) and (kind := KIND_OF.get(type(message))):
            return [mail for record in self.records(message) for mail in self._clerk.read(kind, record)]
        self._clerk.books.set_aside.append(data.decode("utf-8", "replace"))
        return []

    def records(self, message: Return[Any]) -> Sequence[Any]:
        """The records of a return that are acted on: all."""
        return message.records

    def _format_refusal(self, message: CEB900Message) -> list[Mail]:
        """CEB900 names a whole message, by its guid; without one it names nothing that could be corrected."""
        refusal = message.message_return
        copies = self._clerk.books.on_the_line.pop(refusal.ori_cop_msg_id, None)
        if copies is None:
            self._clerk.books.set_aside.append(repr(message))
            return []
        return self._clerk.refused(copies, refusal.return_info)
