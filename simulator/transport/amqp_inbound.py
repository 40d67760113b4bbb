"""The inbound queue of AMQP: read ahead, taken in the order of the queue, acknowledged when it is on the disk."""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import aio_pika
from aio_pika.abc import AbstractConnection, AbstractIncomingMessage

from swsim.simulator.faults.receiving import HinderedError
from swsim.simulator.intake import Found, Mark, Outcome
from swsim.simulator.limits import LimitReachedError
from swsim.simulator.reading import Received
from swsim.simulator.sandbox import Sandbox, UnknownSandboxError
from swsim.simulator.single_window import SingleWindow
from swsim.simulator.transport.delivery import DeliveryError

LOG = logging.getLogger("swsim.amqp")
AHEAD = 64
"""Messages of a queue that are read before the first is acknowledged."""
Dead = Callable[[str, AbstractIncomingMessage, str], Awaitable[None]]
"""Puts a message of a queue among the dead letters, with the reason."""
ERRORS = (aio_pika.exceptions.AMQPError, ConnectionError, OSError, asyncio.TimeoutError, RuntimeError)
"""What a broker that goes away brings about."""


class Inbound:
    """A queue that customs listens on: read ahead, taken in the order of the queue, acknowledged when durable."""

    def __init__(self, window: SingleWindow, sandbox: Sandbox, queue: str, dead: Dead) -> None:
        self.queue = queue
        self._window = window
        self._sandbox = sandbox
        self._dead = dead
        self._waiting: asyncio.Queue[tuple[AbstractIncomingMessage, asyncio.Task[tuple[Received, Found]]]]
        self._waiting = asyncio.Queue()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def start(self, connection: AbstractConnection) -> None:
        """Declare the queue and listen."""
        channel = await connection.channel()
        await channel.set_qos(prefetch_count=AHEAD)
        queue = await channel.declare_queue(self.queue, durable=True)
        _ = self._spawn(self._take())
        await queue.consume(self._on_message)

    async def stop(self) -> None:
        """Leave what is not acknowledged to the broker."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _on_message(self, message: AbstractIncomingMessage) -> None:
        body = message.body
        if body[:1] == b"\x00" and body[1:2] != b"\x00":
            body = body[1:]  # some queues put one before the XML
        reading = self._spawn(self._window.reader.read(body, "amqp"))
        self._waiting.put_nowait((message, reading))

    async def _take(self) -> None:
        """Submit messages in the order of the queue; how each ends is awaited aside."""
        while True:
            message, reading = await self._waiting.get()
            try:
                received, found = await reading
            except Exception:
                LOG.exception("a message of queue %s was not read; it comes again", self.queue)
                await message.nack(requeue=True)
                continue
            mark = Mark(_mark(self.queue, message, received), again=bool(message.redelivered))
            work = self._window.intake.take(self._sandbox, received, found, mark=mark)
            _ = self._spawn(self._end(message, work))
            await asyncio.sleep(0)  # it is submitted before the next one

    async def _end(self, message: AbstractIncomingMessage, work: Coroutine[Any, Any, Outcome]) -> None:
        try:
            outcome = await work
            if outcome.refused is not None and not outcome.told:
                await self._dead(self.queue, message, str(outcome.refused))
            await message.ack()
        except LimitReachedError as error:
            await self._dead(self.queue, message, str(error))
            await message.ack()
        except HinderedError:  # the fault table: not acknowledged, so it comes again
            await message.nack(requeue=True)
        except (*ERRORS, DeliveryError, UnknownSandboxError) as error:
            LOG.warning("a message of queue %s is not acknowledged: %s", self.queue, error)
        except Exception:
            LOG.exception("a message of queue %s was not taken in; it comes again", self.queue)
            await asyncio.sleep(1.0)
            await message.nack(requeue=True)


def _mark(queue: str, message: AbstractIncomingMessage, received: Received) -> bytes:
    """What a redelivery is known by: the id the sender gave it, the number of its envelope, or its bytes."""
    name = message.message_id or received.cover.message_id
    said = name.encode() if name else b"\x00" + hashlib.sha256(message.body).digest()
    return hashlib.sha256(queue.encode() + b"\x00" + said).digest()[:16]
