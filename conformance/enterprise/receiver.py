"""Returns from customs: one reader a user number (dxpId). A return is acknowledged when its records were acted on."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from aiohttp import ClientError, ClientSession

from swsim.conformance.enterprise.clerk import Clerk, Mail
from swsim.conformance.enterprise.envelope import inside
from swsim.conformance.enterprise.machine import RESULT
from swsim.conformance.enterprise.sender import Sender
from swsim.simulator.messages.codec import Refused, read_message
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.format_return import CEB900Message
from swsim.simulator.messages.summary import CEB792Message
from swsim.simulator.messages.transfer import Return

POLL = 30
"""Seconds customs holds the line open when there is nothing."""
PAUSE = 1.0
"""Seconds before a broken line is tried again."""

KIND_OF: dict[type[Any], str] = {business.answer: business.number for business in EDITION_202205.businesses}
KIND_OF[CEB792Message] = RESULT
"""Return message -> the kind of document it answers; a result of a summary (792) answers none."""

log = logging.getLogger(__name__)


class Receiver:
    """Reads the returns of one dxpId until cancelled; dies of nothing that customs sends."""

    def __init__(self, http: ClientSession, sandbox_path: str, dxp_id: str, clerk: Clerk, sender: Sender) -> None:
        self._http, self._returns, self._dxp_id = http, f"{sandbox_path}/returns", dxp_id
        self._clerk, self._sender = clerk, sender

    async def run(self) -> None:
        """Ask, act, acknowledge."""
        while True:
            try:
                got = await self._next()
                if got is None:
                    await self._sender.post(self._clerk.time_passed())
                    continue
                return_id, data = got
                await self._sender.post(self.act_on(data))
                async with self._http.delete(f"{self._returns}/{return_id}") as answer:
                    answer.raise_for_status()
            except (ClientError, TimeoutError) as error:
                log.warning("returns of %s: %r, asking again", self._dxp_id, error)
                await asyncio.sleep(PAUSE)

    async def _next(self) -> tuple[str, bytes] | None:
        params = {"dxpId": self._dxp_id, "wait": str(POLL)}
        async with self._http.get(f"{self._returns}/next", params=params) as answer:
            answer.raise_for_status()
            return None if answer.status == 204 else (answer.headers["X-Return-Id"], await answer.read())

    def act_on(self, data: bytes) -> list[Mail]:
        """What a return asks to be sent. It holds 1 to 100 records, and each one counts."""
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
