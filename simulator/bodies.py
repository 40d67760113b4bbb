"""Journal entries in full: messages byte for byte as they came, returns as customs wrote them, deliveries as they left.

What left for a reader may be more than the return: an envelope, a prefix, a byte order mark, what a fault spoilt. The
journal keeps its digest; the bytes are made again from the same facts, and shown only where they have that digest (they
do not where the profile's way of writing was switched meanwhile).
"""

import base64
import hashlib
from typing import Any

import orjson

from swsim.simulator.envelope.sending import wire
from swsim.simulator.returns import render
from swsim.simulator.sandbox import Sandbox
from swsim.simulator.store.journal import CHANNEL, INPUT, OUTPUT, decompress
from swsim.simulator.store.protocol import Entry, Store

RETURN, DELIVERY = (OUTPUT, "return"), (CHANNEL, "delivery")


async def journal_bodies(store: Store, sandbox: Sandbox, entries: list[Entry]) -> dict[int, dict[str, str]]:
    """By entry number ``xml`` as text, and ``base64`` beside it where the text is not the bytes."""
    said = {one.number: orjson.loads(one.data) for one in entries if (one.kind, one.what) in {RETURN, DELIVERY}}
    rows = await store.returns_by_number(sandbox.box, [data["return"] for data in said.values()]) if said else {}
    bodies = {one.number: decompress(one.body) for one in entries if one.kind == INPUT and one.body}
    for one in entries:
        row = rows.get(said.get(one.number, {}).get("return", -1))
        if row is None:
            continue
        if (one.kind, one.what) == RETURN:
            bodies[one.number] = render(row, sandbox.name, sandbox.settings.seed, sandbox.profile)
        elif digest_of(left := await wire(store, sandbox, row)) == said[one.number].get("sha256"):
            bodies[one.number] = left
    return {number: as_text(body) for number, body in bodies.items()}


def digest_of(body: bytes) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(body).hexdigest()


def as_text(body: bytes) -> dict[str, Any]:
    """Bytes for JSON: the text, and the bytes themselves where it is not all of them."""
    text = body.decode("utf-8", "replace")
    return {"xml": text} if text.encode() == body else {"xml": text, "base64": base64.b64encode(body).decode()}
