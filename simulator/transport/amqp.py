"""AMQP 0-9-1, as the platform's clients speak it to RabbitMQ: an inbound queue, and a queue named after each dxpId.

Customs listens on the queue named after its own user number (`DXPEDCCEB0000003`); returns go to `<dxpId>`. Of a URL
that serves several sandboxes, those other than `default` have `{sandbox}.` before every name; `URL#SANDBOX` gives a
virtual host to one sandbox alone. All queues are durable. A message is acknowledged when it is on the disk, one that
cannot be read and tells no sender goes to `<queue>.dead` with the reason, and after a lost connection everything is
set up again: what was not acknowledged comes again, and is known by its id.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from yarl import URL

from swsim.simulator.single_window import SingleWindow
from swsim.simulator.transport.amqp_inbound import ERRORS, Inbound
from swsim.simulator.transport.delivery import CARRIERS, DeliveryError, Parcel

LOG = logging.getLogger("swsim.amqp")
DEAD = ".dead"
AHEAD = 64
"""Returns of a dxpId that are published before the first is confirmed."""
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
CONFIRM_SECONDS = 30.0


class ClaimError(ValueError):
    """Two sandboxes would share a queue."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A broker's virtual host, and the sandbox it is for; all of them where none is named."""

    url: str
    sandbox: str = ""

    @staticmethod
    def read(text: str) -> "Binding":
        """``amqp://user:password@host:port/vhost[#SANDBOX]``; ValueError."""
        url = URL(text)
        if url.scheme not in {"amqp", "amqps"} or not url.host:
            raise ValueError(f"--amqp: expected amqp://user:password@host:port/vhost[#SANDBOX], got {text!r}")
        return Binding(str(url.with_fragment(None)), url.fragment)

    @property
    def place(self) -> tuple[str | None, int | None, str]:
        """Two of the same place share their queues."""
        url = URL(self.url)
        return url.host, url.port or 5672, url.path.strip("/") or "/"

    def prefix(self, sandbox: str) -> str:
        """What stands before the names of a sandbox's queues."""
        return "" if self.sandbox or sandbox == "default" else f"{sandbox}."


def check_bindings(bindings: list[Binding]) -> None:
    """ClaimError where two bindings name the same virtual host: a dxpId's queue would be claimed by two sandboxes."""
    seen: dict[Any, Binding] = {}
    for one in bindings:
        if (other := seen.setdefault(one.place, one)) is not one:
            names = [binding.sandbox or "default" for binding in (other, one)]
            raise ClaimError(
                f"--amqp: sandboxes {names[0]} and {names[1]} would both claim the queues of virtual host "
                f"{one.place[2]!r} at {one.place[0]}:{one.place[1]}; give each one of its own"
            )


class Amqp:
    """One binding at work."""

    name = "amqp"
    ahead = AHEAD

    def __init__(self, window: SingleWindow, binding: Binding, alone: frozenset[str] = frozenset()) -> None:
        self._window = window
        self._binding = binding
        self._alone = alone
        """Sandboxes that have a virtual host of their own."""
        self._task: asyncio.Task[None] | None = None
        self._out: AbstractChannel | None = None
        self._connection: AbstractConnection | None = None
        self._listening: set[str] = set()
        self._declared: set[str] = set()
        self._claims: dict[str, str] = {}

    def serves(self, sandbox: str) -> bool:
        return sandbox == self._binding.sandbox if self._binding.sandbox else sandbox not in self._alone

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run(), name="amqp")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def listens(self, sandbox: str) -> None:
        """Wait until the queues of a sandbox are set up."""
        while sandbox not in self._listening:
            bell = self._window.bells.listen((self, "listening"))
            if sandbox not in self._listening:
                await bell.wait()

    async def hang_up(self) -> None:
        """Break the connection as a fault of the line would; it is made again."""
        if self._connection is not None:
            await self._connection.close()

    # --- out ----------------------------------------------------------------------------------------------------------

    async def send(self, parcels: Sequence[Parcel], arrived: Callable[[Parcel], None]) -> None:
        """Publish returns in order and wait for the confirmations together; DeliveryError."""
        _ = await self._declare(self._queue_of(parcels[0]))
        sending = [asyncio.ensure_future(self._send(one)) for one in parcels]  # a channel publishes first come first
        try:
            for parcel, sent in zip(parcels, sending, strict=True):
                await sent
                arrived(parcel)
        finally:
            for sent in sending:
                sent.cancel()
            await asyncio.gather(*sending, return_exceptions=True)

    def _queue_of(self, parcel: Parcel) -> str:
        return self._claim(f"{self._binding.prefix(parcel.sandbox)}{parcel.dxp_id}", parcel.sandbox)

    async def _send(self, parcel: Parcel) -> None:
        queue = self._queue_of(parcel)
        message = aio_pika.Message(
            parcel.body,
            content_type="text/xml",
            content_encoding="utf-8",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            message_id=f"{parcel.sandbox}/{parcel.id}",
            type=parcel.message_type,
            app_id="swsim",
        )
        await self._publish(queue, message)

    async def _declare(self, queue: str) -> AbstractChannel:
        """Have a durable queue there; the channel to publish on. DeliveryError."""
        if self._out is None:
            raise DeliveryError("the broker is away")
        if queue not in self._declared:
            try:
                await self._out.declare_queue(queue, durable=True)
            except ERRORS as error:
                raise DeliveryError(f"queue {queue}: {type(error).__name__}: {error}") from None
            self._declared.add(queue)
        return self._out

    async def _publish(self, queue: str, message: aio_pika.Message) -> None:
        """Publish into a durable queue and wait for the broker's confirmation; DeliveryError."""
        channel = await self._declare(queue)
        try:
            await channel.default_exchange.publish(message, queue, mandatory=True, timeout=CONFIRM_SECONDS)
        except aio_pika.exceptions.DeliveryError as error:
            self._declared.discard(queue)  # the queue is gone: it is made again
            raise DeliveryError(f"queue {queue}: {error}") from None
        except (*ERRORS, asyncio.CancelledError) as error:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                raise
            # a connection that closes cancels what waits for its confirmations
            raise DeliveryError(f"queue {queue}: {type(error).__name__}: {error}") from None

    def _claim(self, queue: str, sandbox: str) -> str:
        if (owner := self._claims.setdefault(queue, sandbox)) != sandbox:
            raise DeliveryError(f"queue {queue} belongs to sandbox {owner}, sandbox {sandbox} cannot have it too")
        return queue

    # --- the connection -----------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        """Stay connected: after a broken connection again, a little later each time that fails."""
        pause = FIRST_PAUSE
        while True:
            try:
                async with self._connected() as connection:
                    pause = FIRST_PAUSE
                    await self._serve(connection)
            except ERRORS as error:
                LOG.warning("AMQP %s: %s: %s", self._binding.place, type(error).__name__, error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AbstractConnection]:
        connection = self._connection = await aio_pika.connect(self._binding.url, timeout=10)
        try:
            self._out = await connection.channel(publisher_confirms=True)
            self._declared.clear()
            self._window.bells.ring(CARRIERS)
            yield connection
        finally:
            self._out = self._connection = None
            self._listening.clear()
            await asyncio.shield(_closed(connection))

    async def _serve(self, connection: AbstractConnection) -> None:
        """Listen for every sandbox this binding serves, those that come later too, until the connection ends."""
        inbounds: dict[int, Inbound] = {}
        over = asyncio.Event()
        connection.close_callbacks.add(lambda *_: over.set())
        ended = asyncio.get_running_loop().create_task(over.wait())
        try:
            while not ended.done():
                bell = self._window.bells.listen("settings")
                serving = {one.box: one for one in list(self._window.sandboxes.values()) if self.serves(one.name)}
                for box in [box for box in inbounds if box not in serving]:
                    await inbounds.pop(box).stop()
                for box, sandbox in serving.items():
                    queue = self._claim(f"{self._binding.prefix(sandbox.name)}{sandbox.profile.receiver}", sandbox.name)
                    if box in inbounds and inbounds[box].queue != queue:
                        await inbounds.pop(box).stop()
                    if box not in inbounds:
                        inbounds[box] = Inbound(self._window, sandbox, queue, self._dead)
                        await inbounds[box].start(connection)
                self._listening = {one.name for one in serving.values()}
                self._window.bells.ring((self, "listening"))
                ring = asyncio.get_running_loop().create_task(bell.wait())
                await asyncio.wait((ring, ended), return_when=asyncio.FIRST_COMPLETED)
                ring.cancel()
        finally:
            ended.cancel()
            for inbound in inbounds.values():
                await inbound.stop()

    async def _dead(self, queue: str, message: AbstractIncomingMessage, why: str) -> None:
        headers = dict(message.headers) | {"x-swsim-reason": why[:1000]}
        copy = aio_pika.Message(
            message.body,
            headers=headers,
            content_type=message.content_type,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            message_id=message.message_id,
            type=message.type,
        )
        await self._publish(f"{queue}{DEAD}", copy)


async def _closed(connection: AbstractConnection) -> None:
    try:
        await connection.close()
    except ERRORS:
        LOG.debug("the connection was gone already")
