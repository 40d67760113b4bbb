"""The line to customs, behind two calls: deliver a message, take returns one by one. Over HTTP, or over AMQP.

Whatever the line: a message is delivered when customs (or the broker) has it for good, and a return is done with when
what it asks for was sent; a line that breaks in between brings it again.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import NamedTuple, Protocol

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aio_pika.exceptions import AMQPError
from aiohttp import ClientError, ClientSession

from swsim.conformance.enterprise.envelope import EXPORT_SYSTEM, number_of

FINAL_REFUSALS = {400, 413, 422}
"""The message will never be taken as it is. Everything else that is no 2xx passes: it is sent again, byte for byte."""
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
"""Seconds before a message is sent again; the pause doubles. Nothing announces that a line is back."""
POLL = 30
"""Seconds customs holds the line open when there is nothing."""
TAKEN = 202
BROKEN = (ClientError, AMQPError, ConnectionError, TimeoutError)
"""What a line that breaks raises."""

log = logging.getLogger(__name__)


class Handed(NamedTuple):
    """A return, and how to say that it is done with."""

    data: bytes
    done: Callable[[], Awaitable[None]]


class Line(Protocol):
    """A line to customs. `direct`: what is delivered and acknowledged customs knows at once, with nobody in between."""

    direct: bool

    async def deliver(self, body: bytes) -> tuple[int, str]:
        """Send a message until it is taken or refused for good: the status of HTTP, and what was said."""

    def returns(self, dxp_id: str) -> AsyncIterator[Handed | None]:
        """Returns for a user number in their order, None when nothing came for a while; raises one of BROKEN."""


class HttpLine:
    """Messages are posted, returns are asked for by a long poll."""

    direct = True

    def __init__(self, http: ClientSession, sandbox_path: str) -> None:
        self._http, self._path = http, sandbox_path

    async def deliver(self, body: bytes) -> tuple[int, str]:
        pause = FIRST_PAUSE
        while True:
            try:
                headers = {"Content-Type": "application/xml"}
                async with self._http.post(f"{self._path}/messages", data=body, headers=headers) as answer:
                    text = await answer.text()
                    if answer.ok or answer.status in FINAL_REFUSALS:
                        return answer.status, text
                    log.warning("customs answered %s, sending again: %s", answer.status, text[:200])
                    wait = float(answer.headers.get("Retry-After", pause))
            except (ClientError, TimeoutError, ValueError) as error:
                log.warning("no answer from customs, sending again: %r", error)
                wait = pause
            await asyncio.sleep(min(wait, LONGEST_PAUSE))
            pause = min(pause * 2, LONGEST_PAUSE)

    async def returns(self, dxp_id: str) -> AsyncIterator[Handed | None]:
        params = {"dxpId": dxp_id, "wait": str(POLL)}
        while True:
            async with self._http.get(f"{self._path}/returns/next", params=params) as answer:
                answer.raise_for_status()
                number, data = answer.headers.get("X-Return-Id", ""), await answer.read()
                nothing = answer.status == 204
            yield None if nothing else Handed(data, partial(self._acknowledge, number))

    async def _acknowledge(self, number: str) -> None:
        async with self._http.delete(f"{self._path}/returns/{number}") as answer:
            answer.raise_for_status()


class AmqpLine:
    """Messages go in envelopes to the queue of customs, returns come to the queue of each user number.

    A message is delivered when the broker has confirmed it: then it is on its disk. A return is acknowledged to the
    broker when it is done with; the next one comes behind that, and what was not done with comes again.
    """

    direct = False

    def __init__(self, url: str, sandbox: str) -> None:
        self._url = url
        self._prefix = "" if sandbox == "default" else f"{sandbox}."
        self._out: AbstractConnection | None = None

    async def aclose(self) -> None:
        """Hang up; what is not confirmed by then was not delivered."""
        if self._out is not None:
            await self._out.close()

    async def deliver(self, body: bytes) -> tuple[int, str]:
        made = aio_pika.Message(
            body,
            content_type="text/xml",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            message_id=number_of(body),
        )
        pause = FIRST_PAUSE
        while True:
            try:
                async with await self._outgoing() as channel:
                    await channel.default_exchange.publish(made, f"{self._prefix}{EXPORT_SYSTEM}", mandatory=True)
            except BROKEN as error:
                log.warning("the broker did not confirm, sending again: %r", error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                return TAKEN, ""

    async def returns(self, dxp_id: str) -> AsyncIterator[Handed | None]:
        arrived: asyncio.Queue[AbstractIncomingMessage | None] = asyncio.Queue()
        async with await aio_pika.connect(self._url) as connection:
            connection.close_callbacks.add(lambda *_: arrived.put_nowait(None))
            channel = await connection.channel()
            await channel.set_qos(prefetch_count=1)
            queue = await channel.declare_queue(f"{self._prefix}{dxp_id}", durable=True)
            await queue.consume(arrived.put)
            while True:
                try:
                    one = await asyncio.wait_for(arrived.get(), POLL)
                except TimeoutError:
                    yield None
                    continue
                if one is None:
                    raise ConnectionError("the broker ended the line")
                yield Handed(one.body, one.ack)

    async def _outgoing(self) -> AbstractChannel:
        """A channel that confirms, on a connection that is made again where it broke."""
        if self._out is None or self._out.is_closed:
            self._out = await aio_pika.connect(self._url)
        return await self._out.channel(publisher_confirms=True)
