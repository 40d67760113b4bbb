"""The reader: hands messages to reading processes of its own, or reads here where there are none.

Reading takes more time than deciding, and Python runs one thread at a time: only processes bring in another core. A
process that ends (a crash below Python) takes one message with it, the one in its hands; the others are read again.
"""

import asyncio
import gc
import logging
import marshal
import os
import pickle
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

from swsim.simulator.codes.lookup import Codes
from swsim.simulator.envelope.cover import Cover
from swsim.simulator.messages.codec import Refused
from swsim.simulator.reading import Message, Read, Received, from_plain, read

LOG = logging.getLogger("swsim.reader")
LENGTH = struct.Struct("<I")
CODES = "--codes"
"""Tells a process that the first frame is the user's code tables."""
INLINE_BYTES = 32 * 1024
"""Without processes, a message up to this size is read on the event loop: a thread would cost more than it takes."""


READ_LIMIT = 256 * 1024 * 1024
"""Bytes that may wait to be read; beyond it a message is answered 503 with Retry-After, as a full order of work is."""


class ReaderFullError(Exception):
    """Too much waits to be read."""


class ReaderLostError(Exception):
    """The reading process ended with the message in its hands."""


@dataclass(slots=True)
class Errand:
    """A message on its way through a process."""

    data: bytes
    done: asyncio.Future[Read]


@dataclass(slots=True)
class Hand:
    """One process and what it has been given, oldest first."""

    process: Process
    errands: deque[Errand] = field(default_factory=deque)
    load: int = 0
    """Bytes not yet read."""


class Reader:
    """Reads messages by the code tables given; with `processes` 0 in this process."""

    def __init__(self, processes: int = 0, codes: Codes | None = None) -> None:
        self._processes = processes
        self.waiting = 0
        """Bytes that wait to be read."""
        self.codes = codes or Codes.builtin()
        self._digest = self.codes.digest()
        # Tables of the user's go to each process as they were loaded: the files may have changed since.
        self._first = pickle.dumps(codes) if codes else b""
        self._hands: list[Hand] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Start the processes; they are ready when this returns."""
        self._tasks = [
            asyncio.get_running_loop().create_task(self._serve(await self._start()), name="reader")
            for _ in range(self._processes)
        ]

    async def close(self) -> None:
        """End the processes; what they still have is not read."""
        for task in self._tasks:
            task.cancel()
        for hand in self._hands:
            assert hand.process.stdin is not None  # noqa: S101 - it was opened with pipes
            hand.process.stdin.close()
            await hand.process.wait()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def read(self, data: bytes, channel: str) -> tuple[Received, Message | Refused]:
        """The message, or the refusal with its faults; ReaderLostError, ReaderFullError."""
        if self.waiting and self.waiting + len(data) > READ_LIMIT:
            raise ReaderFullError
        self.waiting += len(data)
        try:
            return await self._read(data, channel)
        finally:
            self.waiting -= len(data)

    async def _read(self, data: bytes, channel: str) -> tuple[Received, Message | Refused]:
        if self._hands:
            errand = Errand(data, asyncio.get_running_loop().create_future())
            self._give(min(self._hands, key=lambda hand: hand.load), errand)
            got = await errand.done
        elif len(data) <= INLINE_BYTES:
            got = read(data, self.codes)
        else:
            got = await asyncio.get_running_loop().run_in_executor(None, read, data, self.codes)
        return Received(data, channel, got.packed, self._digest, got.cover, got.inside), got.found

    def _give(self, hand: Hand, errand: Errand) -> None:
        hand.errands.append(errand)
        hand.load += len(errand.data)
        assert hand.process.stdin is not None  # noqa: S101 - it was opened with pipes
        hand.process.stdin.writelines((LENGTH.pack(len(errand.data)), errand.data))

    async def _start(self) -> Hand:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "swsim.simulator.reader_process",
            *([CODES] if self._first else []),
            stdin=PIPE,
            stdout=PIPE,
            limit=1 << 22,
        )
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - it was opened with pipes
        if self._first:
            process.stdin.writelines((LENGTH.pack(len(self._first)), self._first))
        await process.stdout.readexactly(LENGTH.size)  # an empty frame: it is ready
        hand = Hand(process)
        self._hands.append(hand)
        return hand

    async def _serve(self, hand: Hand) -> None:
        """Take answers from a process; where it ended, start another and give it what was not in its hands."""
        while True:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                await self._answers(hand)
            self._hands.remove(hand)
            code = await hand.process.wait()
            LOG.error("a reading process ended with code %s, %d messages waited for it", code, len(hand.errands))
            if hand.errands and not (lost := hand.errands.popleft().done).done():
                lost.set_exception(ReaderLostError(f"the reading process ended with code {code}"))
            waiting, hand = hand.errands, await self._start()
            for errand in waiting:
                self._give(hand, errand)

    async def _answers(self, hand: Hand) -> None:
        stream = hand.process.stdout
        assert stream is not None  # noqa: S101 - it was opened with pipes
        while True:
            (length,) = LENGTH.unpack(await stream.readexactly(LENGTH.size))
            packed, plain, cover, inside = marshal.loads(await stream.readexactly(length))  # noqa: S302 - written by our own process
            errand = hand.errands.popleft()
            hand.load -= len(errand.data)
            if not errand.done.done():
                errand.done.set_result(Read(packed, from_plain(plain), Cover(*cover), inside))


def collect_seldom() -> None:
    """Let the garbage collector pass over what stays, and look seldom: a message of a hundred lists makes tens of
    thousands of tuples, none of them in a cycle, and would set it off every few lists.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def usual_processes() -> int:
    """As many as leave one core to customs."""
    return max((os.cpu_count() or 1) - 1, 0)
