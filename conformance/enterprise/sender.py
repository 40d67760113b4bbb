"""Documents into messages, messages to customs, in order, until customs has them or refuses them for good."""

import asyncio
import uuid
from collections.abc import Sequence
from typing import Any

from aiohttp import ClientSession

from swsim.conformance.enterprise.books import Books
from swsim.conformance.enterprise.clerk import Clerk, Mail
from swsim.conformance.enterprise.envelope import ENVELOPED, enveloped, refusal
from swsim.conformance.enterprise.line import FINAL_REFUSALS, HttpLine, Line
from swsim.conformance.enterprise.signing import Keyring, enrol
from swsim.fixtures.batch import MOST, upload
from swsim.fixtures.parties import Parties
from swsim.simulator.messages.codec import encode
from swsim.simulator.messages.transfer import Upload


class Sender:
    """One queue, one message on the line at a time, so that what has to be there first is sent first."""

    def __init__(
        self,
        http: ClientSession,
        path: str,
        firms: Parties,
        clerk: Clerk,
        keyring: Keyring | None = None,
        line: Line | None = None,
    ) -> None:
        self._http, self._path, self._firms, self._clerk = http, path, firms, clerk
        self._line: Line = line or HttpLine(http, path.removesuffix("/messages"))
        self.keyring = keyring
        """None signs nothing."""
        self._books: Books = clerk.books
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self._queue: asyncio.Queue[tuple[Sequence[Mail], asyncio.Future[None]]] = asyncio.Queue()

    def queue(self, mail: Sequence[Mail]) -> asyncio.Future[None] | None:
        """Queue mail. The future is done when customs has all of it, or has refused it; None where there is none."""
        if not mail:
            return None
        sent: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.put_nowait((mail, sent))
        self._at_rest.clear()
        return sent

    async def post(self, mail: Sequence[Mail]) -> None:
        """Queue mail and wait until customs has it."""
        if sent := self.queue(mail):
            await sent

    async def run(self) -> None:
        """Take everything queued, batch it, send it; until cancelled."""
        while True:
            taken = [await self._queue.get()]
            while not self._queue.empty():
                taken.append(self._queue.get_nowait())
            mail = [letter for letters, _ in taken for letter in letters]
            while mail:
                mail = [answer for batch in self.split(mail) for answer in await self._send(batch)]
            for _, sent in taken:
                if not sent.done():
                    sent.set_result(None)
            if self._queue.empty():
                self._at_rest.set()

    async def at_rest(self) -> None:
        """Wait until customs has everything that was queued."""
        await self._at_rest.wait()

    @property
    def knows_rest(self) -> bool:
        """Whether `at_rest` says that nothing is on its way; with a broker in between nobody can."""
        return self._line.direct

    async def _send(self, batch: Sequence[Mail]) -> list[Mail]:
        """Send one message; returns the mail that a refusal of its form asks for."""
        guid = str(uuid.uuid4()).upper()
        message = self.compose(batch, guid)
        self._books.remember(guid, [mail.copy for mail in batch])
        kind = batch[0].copy.kind
        body = self.covered(kind, guid, await self._signed(kind, encode(message, prefix="ceb")))
        status, answer = await self._deliver(body)
        if status in FINAL_REFUSALS or (kind in ENVELOPED and refusal(answer)):
            # A CEB900 may have told it first, then the message is no longer on the line.
            return self._clerk.refused(self._books.on_the_line.pop(guid, []), f"HTTP {status} {answer}")
        return []

    async def _signed(self, kind: str, body: bytes) -> bytes:
        """The bytes that leave; sent again they stay as they are. Customs is told of a new certificate first."""
        if self.keyring is None:
            return body
        signed = self.keyring.sign(kind, body)
        place = self._path.removesuffix("/messages")
        await enrol(self._http, f"/_control{place}/certificates", self.keyring)
        return signed

    def covered(self, kind: str, guid: str, body: bytes) -> bytes:
        """In its envelope, where its firm sends by a terminal of the platform, or the line is one of the platform."""
        if kind not in ENVELOPED and self._line.direct:
            return body
        sender, now = self._firms.sender(kind).dxp_id, self._clerk.clock.now()
        return enveloped(body, f"CEB{kind}Message", guid, sender, now)

    def compose(self, batch: Sequence[Mail], guid: str) -> Upload[Any]:
        """The message that brings some documents of one kind."""
        return upload([mail.document for mail in batch], self._firms.sender(batch[0].copy.kind), guid=guid)

    def split(self, mail: Sequence[Mail]) -> list[list[Mail]]:
        """The messages that mail goes out in."""
        return batches(mail)

    async def _deliver(self, body: bytes) -> tuple[int, str]:
        return await self._line.deliver(body)


def batches(mail: Sequence[Mail]) -> list[list[Mail]]:
    """Messages of one kind and at most 100 documents, so that each order's documents keep their order.

    Orders travel together: a letter joins the first message behind its order's last one that has its kind and room.
    """
    messages: list[list[Mail]] = []
    behind: dict[str, int] = {}
    for letter in mail:
        start = behind.get(letter.order_no, 0)
        place = next((at for at in range(start, len(messages)) if _fits(letter, messages[at])), len(messages))
        if place == len(messages):
            messages.append([])
        messages[place].append(letter)
        behind[letter.order_no] = place + 1
    return messages


def _fits(letter: Mail, message: Sequence[Mail]) -> bool:
    return message[0].copy.kind == letter.copy.kind and len(message) < MOST
