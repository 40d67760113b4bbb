"""A recording: how a sandbox stood when its journal began, and every entry; from a database or an exported file."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

from swsim.simulator.store.protocol import Entry, Store
from swsim.simulator.store.sqlite import SqliteStore

PAGE = 1000


class RecordingError(ValueError):
    """It cannot be read; the text says what was expected and received."""


@dataclass(frozen=True, slots=True)
class Recording:
    """`begun` is JSON of the settings (`sandbox.Settings.dump`), without token and secrets."""

    sandbox: str
    begun: bytes
    entries: list[Entry]

    def lines(self) -> Iterator[bytes]:
        """As JSON lines: the sandbox first. `data` is the entry's own text, which its digest is over."""
        yield orjson.dumps({"sandbox": self.sandbox, "begun": orjson.loads(self.begun)}) + b"\n"
        for one in self.entries:
            line = {"n": one.number, "at": one.at, "kind": one.kind, "what": one.what, "data": one.data.decode()}
            body = {"body": base64.b64encode(one.body).decode()} if one.body is not None else {}
            yield orjson.dumps(line | body | {"digest": one.digest.hex()}) + b"\n"


def read_lines(data: bytes) -> Recording:
    """Back from `Recording.lines`; RecordingError names the line."""
    place = 1
    try:
        head, *rows = data.splitlines()
        said = orjson.loads(head)
        sandbox, begun, entries = str(said["sandbox"]), orjson.dumps(said["begun"]), []
        for place, row in enumerate(rows, 2):  # noqa: B007 - the error below names it
            one = orjson.loads(row)
            body = base64.b64decode(one["body"], validate=True) if "body" in one else None
            digest = bytes.fromhex(one["digest"])
            entries.append(Entry(one["n"], one["at"], one["kind"], one["what"], one["data"].encode(), body, digest))
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        form = "an exported journal (GET …/journal/export)"
        raise RecordingError(f"line {place}: expected {form}, got {error}") from None
    return Recording(sandbox, begun, entries)


async def recorded(store: Store, name: str) -> Recording:
    """The recording of a sandbox in an open store."""
    rows = {row.name: row for row in await store.sandboxes()}
    if name not in rows:
        raise RecordingError(f"sandbox: expected one of {', '.join(rows)}, got {name!r}")
    box, entries = rows[name].box, list[Entry]()
    while page := await store.journal(box, entries[-1].number if entries else 0, PAGE):
        entries += page
    begun = orjson.loads(await store.begun(box))
    channels = {
        dxp_id: {name: at for name, at in one.items() if name != "secret"} for dxp_id, one in begun["channels"].items()
    }
    return Recording(name, orjson.dumps(begun | {"token": "", "channels": channels}), entries)


async def load(path: Path, name: str) -> Recording:
    """From a file of JSON lines, or the database of a stopped simulator; OSError, RecordingError."""
    with path.open("rb") as file:
        data = file.read(16)
        if not data.startswith(b"SQLite format 3"):
            return read_lines(data + file.read())
    store = SqliteStore(path)
    await store.open()
    try:
        return await recorded(store, name)
    finally:
        await store.close()
