"""Tables of the embedded store, and rows to objects and back."""

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import orjson

from swsim.simulator.clock import from_ms
from swsim.simulator.core.incoming import Prints
from swsim.simulator.core.model import Event, Held, Stage
from swsim.simulator.hours import Queue
from swsim.simulator.store.protocol import DocumentRow, FoundDocument, Position, ReturnRow, SandboxRow

SERIALS = 1 << 40
"""Room for rows of one sandbox inside a packed id."""

VERSION = 10
"""Of the tables; raised with every change of them."""

TABLES = """
CREATE TABLE IF NOT EXISTS sandbox (
    box INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, settings BLOB NOT NULL,
    entry INTEGER NOT NULL, digest BLOB NOT NULL, serial INTEGER NOT NULL, returned INTEGER NOT NULL,
    queue INTEGER NOT NULL DEFAULT 0, queued_at INTEGER NOT NULL DEFAULT 0, begun BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS document (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, order_ref TEXT, waybill_ref TEXT, list_ref TEXT,
    part_ref TEXT, bill_ref TEXT, guid TEXT NOT NULL, message_guid TEXT NOT NULL, state INTEGER NOT NULL,
    app_time TEXT NOT NULL, received_at INTEGER NOT NULL, number INTEGER NOT NULL, dxp_id TEXT NOT NULL,
    path TEXT NOT NULL, pre_no TEXT NOT NULL, invt_no TEXT NOT NULL, customs_code TEXT NOT NULL,
    identity BLOB NOT NULL, order_print BLOB NOT NULL, waybill_print BLOB NOT NULL, receipt_print BLOB NOT NULL,
    released_at INTEGER NOT NULL, forced INTEGER NOT NULL, waits TEXT NOT NULL, via TEXT NOT NULL,
    closed_at INTEGER NOT NULL, sum_ref TEXT NOT NULL, sum_no TEXT NOT NULL, returned INTEGER NOT NULL,
    content BLOB NOT NULL, box INTEGER NOT NULL, taken INTEGER NOT NULL,
    guid_hash INTEGER NOT NULL, trail BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS document_key ON document (box, kind, key, taken);
CREATE INDEX IF NOT EXISTS document_order ON document (box, order_ref, kind) WHERE order_ref IS NOT NULL;
CREATE INDEX IF NOT EXISTS document_waybill ON document (box, waybill_ref, kind) WHERE waybill_ref IS NOT NULL;
CREATE INDEX IF NOT EXISTS document_list ON document (box, list_ref, kind) WHERE list_ref IS NOT NULL;
CREATE INDEX IF NOT EXISTS document_part ON document (box, part_ref, kind) WHERE part_ref IS NOT NULL;
CREATE INDEX IF NOT EXISTS document_bill ON document (box, bill_ref, kind) WHERE bill_ref IS NOT NULL;
CREATE INDEX IF NOT EXISTS document_closed ON document (box, closed_at, sum_ref, sum_no) WHERE closed_at > 0;
CREATE INDEX IF NOT EXISTS document_sum ON document (box, sum_no, kind) WHERE sum_no != '';
CREATE INDEX IF NOT EXISTS document_guid ON document (guid_hash);
CREATE TABLE IF NOT EXISTS journal (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, what TEXT NOT NULL, data BLOB NOT NULL, body BLOB,
    digest BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY, box INTEGER NOT NULL, dxp_id TEXT NOT NULL, message_type TEXT NOT NULL, at INTEGER NOT NULL,
    facts BLOB NOT NULL, acknowledged INTEGER NOT NULL, form TEXT NOT NULL,
    place INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS outbox_waiting ON outbox (box, dxp_id, place) WHERE acknowledged = 0;
CREATE INDEX IF NOT EXISTS outbox_reader ON outbox (box, dxp_id, place);
CREATE INDEX IF NOT EXISTS outbox_all ON outbox (box, place);
CREATE TABLE IF NOT EXISTS mark (box INTEGER NOT NULL, mark BLOB NOT NULL, PRIMARY KEY (box, mark)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS due (
    id INTEGER PRIMARY KEY AUTOINCREMENT, box INTEGER NOT NULL, at INTEGER NOT NULL, stage TEXT NOT NULL,
    number INTEGER NOT NULL, message_guid TEXT NOT NULL, serials BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS declaration (
    id INTEGER PRIMARY KEY, box INTEGER NOT NULL, sum_no TEXT NOT NULL, month TEXT NOT NULL, progress INTEGER NOT NULL,
    declared_at INTEGER NOT NULL, head BLOB NOT NULL, lines BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS declaration_sum ON declaration (box, sum_no, id);
CREATE INDEX IF NOT EXISTS declaration_month ON declaration (box, month, id);
CREATE TABLE IF NOT EXISTS placed (
    list INTEGER NOT NULL, gnum INTEGER NOT NULL, declaration INTEGER NOT NULL, line INTEGER NOT NULL,
    gcode TEXT NOT NULL, invt_no TEXT NOT NULL, logistics_no TEXT NOT NULL, PRIMARY KEY (list, gnum)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS placed_declaration ON placed (declaration, list, gnum);
CREATE TABLE IF NOT EXISTS judged (
    box INTEGER NOT NULL, month TEXT NOT NULL, at INTEGER NOT NULL, data BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS judged_month ON judged (box, month, at);
CREATE INDEX IF NOT EXISTS due_next ON due (box, at, id);
"""

HELD = (
    "id, kind, key, order_ref, waybill_ref, list_ref, part_ref, bill_ref, guid, message_guid, state, app_time, "
    "received_at, number, dxp_id, path, pre_no, invt_no, customs_code, identity, order_print, waybill_print, "
    "receipt_print, released_at, forced, waits, via, closed_at, sum_ref, sum_no, returned"
)
COLUMNS = f"{HELD}, content, box, taken, guid_hash, trail"
WIDTH = COLUMNS.count(",") + 1
REPLACE = "".join(
    f", {c} = excluded.{c}" for c in COLUMNS.replace(" ", "").split(",")[1:] if c not in {"kind", "key", "box", "trail"}
)
MANY = 100
IN = "IN (SELECT value FROM json_each(?))"
SANDBOX = "box, name, settings, entry, digest, serial, returned, queue, queued_at"
RETURN = "id, dxp_id, message_type, at, facts, acknowledged, form, place"


def sandbox_of(row: Sequence[Any]) -> SandboxRow:
    box, name, settings, entry, digest, serial, returned, *queue = row
    return SandboxRow(box, name, settings, Position(entry, digest, serial, returned, Queue(*queue)))


def packed(box: int, number: int) -> int:
    return box * SERIALS + number


@lru_cache(maxsize=256)
def look_up(columns: tuple[str, ...]) -> str:
    """One statement that looks documents up by several columns: box, kind and a JSON list each; by `id` a list only."""
    by_column = f"SELECT {HELD} FROM document WHERE box = ? AND kind = ? AND {{}} {IN} AND taken = 1"
    # `+` keeps the planner from the index of box and kind, which would walk through all documents of a kind
    by_guid = f"SELECT {HELD} FROM document WHERE +box = ? AND +kind = ? AND guid_hash {IN} AND taken = 1"
    by_id = f"SELECT {HELD} FROM document WHERE id {IN}"
    statements = {"id": by_id, "guid": by_guid}
    return " UNION ALL ".join(statements.get(column) or by_column.format(column) for column in columns)


@lru_cache(maxsize=MANY + 1)
def upsert(count: int) -> str:
    """Insert `count` documents in one statement; a known serial takes the new version and keeps its trail."""
    values = ", ".join(["(" + ", ".join("?" * WIDTH) + ")"] * count)
    insert = f"INSERT INTO document ({COLUMNS}) VALUES {values}"
    return f"{insert} ON CONFLICT (id) DO UPDATE SET trail = trail || excluded.trail{REPLACE}"


def document_values(box: int, row: DocumentRow) -> tuple[Any, ...]:
    h = row.held
    return (
        packed(box, h.serial), h.kind, h.key, h.order_ref, h.waybill_ref, h.list_ref, h.part_ref, h.bill_ref,
        h.guid, h.message_guid, h.state, h.app_time, h.received_ms, h.number, h.dxp_id, h.path, h.pre_no, h.invt_no,
        h.customs_code, h.identity, *h.prints, h.released_ms, h.forced, h.waits, h.via,
        h.closed_ms, h.sum_ref, h.sum_no, h.returned, h.content, box, row.taken, guid_hash(h.guid), row.trail,
    )  # fmt: skip


def changing(held: Held) -> tuple[int | str, ...]:
    """What of a document changes while its content stays, in the order of the statement that keeps it."""
    summed = held.closed_ms, held.sum_ref, held.sum_no, held.returned
    return (held.state, held.invt_no, held.released_ms, held.forced, held.waits, *summed)


def guid_hash(guid: str) -> int:
    """Stands for a guid in its index: guids come in no order, so a text index would touch a page for each of them."""
    return int.from_bytes(blake2b(guid.encode(), digest_size=8).digest(), "big", signed=True)


def held_of(row: Sequence[Any]) -> Held:
    return Held(row[0] % SERIALS, *row[1:20], Prints(*row[20:23]), *row[23:31])  # type: ignore[call-arg] # a row's length is not typed


def found_of(row: Sequence[Any]) -> FoundDocument:
    held, (content, _, taken, _, trail) = held_of(row), row[31:]
    held.content = content
    trail = trail.encode() if isinstance(trail, str) else trail  # `||` makes text of the blobs it joins
    return FoundDocument(held, orjson.loads(b"[" + trail[1:] + b"]"), bool(taken))


def return_of(row: Sequence[Any]) -> ReturnRow:
    return ReturnRow(row[0] % SERIALS, row[1], row[2], row[3], row[4], bool(row[5]), row[6], row[7])


def next_due(connection: sqlite3.Connection, box: int, at: int = 0, after: int = 0) -> Event | None:
    row = connection.execute(
        "SELECT id, at, stage, number, message_guid, serials FROM due WHERE box = ? AND (at, id) > (?, ?) "
        "ORDER BY at, id LIMIT 1",
        (box, at, after),
    ).fetchone()
    return Event(from_ms(row[1]), Stage(row[2]), row[3], row[4], orjson.loads(row[5]), row[0]) if row else None
