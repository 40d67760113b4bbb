"""The journal: append-only, hash-chained per sandbox. `input` is replayed, `output` compared, `channel` is evidence."""

import hashlib
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import orjson
import zstandard

from swsim.simulator.clock import from_ms
from swsim.simulator.store.protocol import Entry, Position

_OWN = threading.local()
"""This thread's compressor: making one costs more than packing a small message."""

INPUT, OUTPUT, CHANNEL = "input", "output", "channel"


def compress(data: bytes) -> bytes:
    """Message bytes as the journal keeps them."""
    if not hasattr(_OWN, "compressor"):
        _OWN.compressor = zstandard.ZstdCompressor(level=1)
    packed: bytes = _OWN.compressor.compress(data)
    return packed


def decompress(data: bytes) -> bytes:
    """The bytes that came in."""
    return zstandard.decompress(data, max_output_size=1 << 30)


def digest(data: bytes) -> str:
    """SHA-256 of facts that stand beside the journal and are chained through it."""
    return hashlib.sha256(data).hexdigest()


def chained(before: bytes, number: int, at: int, kind: str, what: str, data: bytes, body: bytes | None) -> bytes:
    """Digest of an entry: SHA-256 over the digest before it and everything it says."""
    chain = hashlib.sha256(before)
    chain.update(f"{number}/{at}/{kind}/{what}/{len(data)}/".encode())
    chain.update(data)
    if body is not None:
        chain.update(body)
    return chain.digest()


def entry(position: Position, at: int, kind: str, what: str, data: dict[str, Any], body: bytes | None = None) -> Entry:
    """The next entry of a sandbox; moves its position."""
    number = position.entry + 1
    text = orjson.dumps(data)
    position.entry, position.digest = number, chained(position.digest, number, at, kind, what, text, body)
    return Entry(number, at, kind, what, text, body, position.digest)


def broken_at(entries: Iterable[Entry], before: bytes = b"") -> int | None:
    """Number of the first entry that does not follow from the one before it; None when the chain holds."""
    for one in entries:
        if chained(before, one.number, one.at, one.kind, one.what, one.data, one.body) != one.digest:
            return one.number
        before = one.digest
    return None


def lines(entries: Iterable[Entry], details: dict[int, dict[str, Any]]) -> Iterator[bytes]:
    """Entries as JSON lines for the control API; `details` adds what stands elsewhere, by entry number."""
    for one in entries:
        data = orjson.loads(one.data) | details.get(one.number, {})
        line = {
            "n": one.number,
            "at": from_ms(one.at),
            "kind": one.kind,
            "what": one.what,
            "data": data,
            "digest": one.digest.hex(),
        }
        yield orjson.dumps(line) + b"\n"
