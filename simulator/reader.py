"""Reading: everything that needs no sandbox and no order. Large messages are read in threads: lxml releases the GIL."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from swsim.simulator.messages.codec import Invalid, Refused, fault_of_direction, parse, read_tree
from swsim.simulator.store.journal import compress

INLINE_BYTES = 32 * 1024
"""A message up to this size is read on the event loop: handing it over would cost more than it takes."""


@dataclass(frozen=True, slots=True)
class Received:
    """What came in: the business message as bytes, how it came, and the journal's form of the original bytes."""

    business: bytes
    channel: str
    packed: bytes
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A business message that passed the schema."""

    received: Received
    type: str
    kind: str
    upload: Any


class Reader:
    """Parses, validates and decodes, in `threads` threads."""

    def __init__(self, threads: int = 2) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="read")

    async def read(self, data: bytes, channel: str) -> tuple[Received, Message | Refused]:
        """The message, or the refusal with its faults."""
        if len(data) <= INLINE_BYTES:
            return read(data, channel)
        received, tree = await asyncio.get_running_loop().run_in_executor(self._pool, _prepare, data, channel)
        return received, tree if isinstance(tree, Refused) else _decode(received, tree)

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(wait=True)


def read(data: bytes, channel: str) -> tuple[Received, Message | Refused]:
    """As `Reader.read`, here and now."""
    received, tree = _prepare(data, channel)
    return received, tree if isinstance(tree, Refused) else _decode(received, tree)


def _prepare(data: bytes, channel: str) -> tuple[Received, Any]:
    """The part without the GIL: pack for the journal, parse, validate."""
    received = Received(data, channel, compress(data))
    try:
        return received, read_tree(parse(data))
    except Refused as refused:
        return received, refused


def _decode(received: Received, tree: Any) -> Message | Refused:
    """The part under the GIL, on the event loop: there it cannot take turns with the statements of a group."""
    business, message, root = tree
    if business is None:
        return Invalid([fault_of_direction(root)], message.__name__, root.get("guid", ""), "")
    return Message(received, message.__name__, business.number, message.read(root))
