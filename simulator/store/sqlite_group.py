"""A group of the embedded store: one transaction on the writing connection."""

import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from itertools import chain
from typing import Any

import orjson

from swsim.simulator.clock import to_ms
from swsim.simulator.core.facts import Needs
from swsim.simulator.core.model import Event, Held
from swsim.simulator.store.protocol import (
    DocumentRow,
    Entry,
    FoundDocument,
    Position,
    ReturnRow,
    SandboxExistsError,
    SandboxRow,
)
from swsim.simulator.store.sqlite_rows import (
    COLUMNS,
    IN,
    MANY,
    SANDBOX,
    SERIALS,
    changing,
    document_values,
    found_of,
    guid_hash,
    held_of,
    look_up,
    next_due,
    packed,
    sandbox_of,
    upsert,
)
from swsim.simulator.store.sqlite_summaries import SummaryGroup

QUIETLY = (
    "UPDATE document SET state = ?, invt_no = ?, released_at = ?, forced = ?, waits = ?, closed_at = ?, sum_ref = ?, "
    "sum_no = ?, returned = ?, trail = trail || ? WHERE id = ?"
)
"""What changes of a document whose content stays."""

TABLES_BY_ID = ("document", "journal", "outbox", "declaration")
"""Tables whose id is packed of sandbox and number."""


class SqliteGroup(SummaryGroup):
    """One transaction on the writing connection."""

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        self._db.execute("SAVEPOINT item")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK TO item")
            self._db.execute("RELEASE item")
            raise
        self._db.execute("RELEASE item")

    async def look_up(self, box: int, needs: Needs) -> list[Held]:
        columns: list[str] = []
        values: list[Any] = []
        for (column, kind), keys in needs.refs.items():
            columns.append(column)
            wanted = [guid_hash(guid) for guid in keys] if column == "guid" else list(keys)
            values += (box, kind, orjson.dumps(wanted).decode())
        if needs.serials:
            columns.append("id")
            values.append(orjson.dumps([packed(box, serial) for serial in needs.serials]).decode())
        return [held_of(row) for row in self._db.execute(look_up(tuple(columns)), values).fetchall()]

    async def contents(self, box: int, serials: Iterable[int]) -> dict[int, bytes]:
        ids = orjson.dumps([packed(box, serial) for serial in serials]).decode()
        rows = self._db.execute(f"SELECT id, content FROM document WHERE id {IN}", (ids,))
        return {row[0] % SERIALS: row[1] for row in rows}

    async def documents(self, box: int, serials: Iterable[int], newest: int) -> list[FoundDocument]:
        ids = orjson.dumps([packed(box, serial) for serial in serials]).decode()
        last = "SELECT id FROM document WHERE id > ? AND id < ? AND taken = 1 ORDER BY id DESC LIMIT ?"
        sql = f"SELECT {COLUMNS} FROM document WHERE (id {IN} OR id IN ({last})) AND taken = 1 ORDER BY id"
        rows = self._db.execute(sql, (ids, packed(box, 0), packed(box + 1, 0), newest))
        return [found_of(row) for row in rows]

    async def put_documents(self, box: int, rows: Sequence[DocumentRow]) -> None:
        fresh = [row for row in rows if row.fresh]
        for start in range(0, len(fresh), MANY):
            some = fresh[start : start + MANY]
            self._db.execute(upsert(len(some)), list(chain.from_iterable(document_values(box, row) for row in some)))
        self._db.executemany(
            QUIETLY,
            [(*changing(r.held), r.trail, packed(box, r.held.serial)) for r in rows if not r.fresh],
        )

    async def append(self, box: int, entries: Sequence[Entry]) -> None:
        self._db.executemany(
            "INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(packed(box, e.number), e.at, e.kind, e.what, e.data, e.body, e.digest) for e in entries],
        )

    async def put_returns(self, box: int, rows: Sequence[ReturnRow]) -> None:
        self._db.executemany(
            "INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (packed(box, r.number), box, r.dxp_id, r.message_type, r.at, r.facts, r.acknowledged, r.form, r.place)
                for r in rows
            ],
        )

    async def hand_out(self, box: int, places: Sequence[tuple[int, int]]) -> None:
        rows = [(place, packed(box, number)) for number, place in places]
        self._db.executemany("UPDATE outbox SET place = ? WHERE id = ?", rows)

    async def waits(self, box: int, number: int) -> bool | None:
        sql = "SELECT acknowledged FROM outbox WHERE box = ? AND id = ?"
        row = self._db.execute(sql, (box, packed(box, number))).fetchone()
        return None if row is None else not row[0]

    async def acknowledge(self, box: int, numbers: Sequence[int]) -> None:
        ids = [(packed(box, number),) for number in numbers]
        self._db.executemany("UPDATE outbox SET acknowledged = 1 WHERE id = ?", ids)

    async def seen(self, box: int, mark: bytes) -> bool:
        return self._db.execute("SELECT 1 FROM mark WHERE box = ? AND mark = ?", (box, mark)).fetchone() is not None

    async def put_marks(self, box: int, marks: Sequence[bytes]) -> None:
        self._db.executemany("INSERT OR IGNORE INTO mark VALUES (?, ?)", [(box, mark) for mark in marks])

    async def plan(self, box: int, events: Iterable[Event]) -> None:
        self._db.executemany(
            "INSERT INTO due (box, at, stage, number, message_guid, serials) VALUES (?, ?, ?, ?, ?, ?)",
            [(box, to_ms(e.at), e.stage, e.number, e.message_guid, orjson.dumps(e.serials)) for e in events],
        )

    async def next_due(self, box: int, at: int = 0, after: int = 0) -> Event | None:
        return next_due(self._db, box, at, after)

    async def done(self, box: int, events: Sequence[int]) -> None:
        self._db.executemany("DELETE FROM due WHERE box = ? AND id = ?", [(box, event) for event in events])

    async def save_sandbox(self, row: SandboxRow, *, settings: bool) -> None:
        p = row.position
        self._db.execute(
            "UPDATE sandbox SET entry = ?, digest = ?, serial = ?, returned = ?, queue = ?, queued_at = ? "
            "WHERE box = ?",
            (p.entry, p.digest, p.serial, p.returned, *p.queue, row.box),
        )
        if settings:
            self._db.execute("UPDATE sandbox SET settings = ? WHERE box = ?", (row.settings, row.box))

    async def create_sandbox(self, name: str, settings: bytes) -> SandboxRow:
        try:
            cursor = self._db.execute(
                "INSERT INTO sandbox (name, settings, entry, digest, serial, returned, begun) "
                "VALUES (?, ?, 0, x'', 1, 0, ?)",
                (name, settings, settings),
            )
        except sqlite3.IntegrityError:
            raise SandboxExistsError(name) from None
        return SandboxRow(int(cursor.lastrowid or 0), name, settings, Position())

    async def snapshots(self, name: str) -> list[SandboxRow]:
        rows = self._db.execute(
            f"SELECT {SANDBOX} FROM sandbox WHERE name >= ? AND name < ?",
            (f"{name}@", f"{name}A"),  # A comes behind @
        )
        return [sandbox_of(row) for row in rows]

    async def copy_sandbox(self, source: int, target: int) -> None:
        begun = "(SELECT begun FROM sandbox WHERE box = ?)"
        self._db.execute(f"UPDATE sandbox SET begun = {begun} WHERE box = ?", (source, target))
        for table in (*TABLES_BY_ID, "due"):
            columns = [row[1] for row in self._db.execute(f"PRAGMA table_info({table})")]
            if table == "due":
                columns.remove("id")  # a number of its own
            moved = {"id": f"id + {packed(target, 0) - packed(source, 0)}", "box": str(target)}
            values = ", ".join(moved.get(column, column) for column in columns)
            of = f"box = {source}" if table == "due" else f"id >= {packed(source, 0)} AND id < {packed(source + 1, 0)}"
            order = "at, due.id" if table == "due" else "id"
            self._db.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} WHERE {of} ORDER BY {order}"
            )
        shift = packed(target, 0) - packed(source, 0)
        self._db.execute(
            "INSERT INTO placed SELECT list + ?, gnum, declaration + ?, line, gcode, invt_no, logistics_no FROM placed "
            "WHERE list >= ? AND list < ?",
            (shift, shift, packed(source, 0), packed(source + 1, 0)),
        )
        self._db.execute("INSERT INTO mark SELECT ?, mark FROM mark WHERE box = ?", (target, source))
        self._db.execute("INSERT INTO judged SELECT ?, month, at, data FROM judged WHERE box = ?", (target, source))

    async def clear_sandbox(self, box: int, *, drop: bool) -> None:
        low, high = packed(box, 0), packed(box + 1, 0)
        for table in TABLES_BY_ID:
            self._db.execute(f"DELETE FROM {table} WHERE id >= ? AND id < ?", (low, high))
        self._db.execute("DELETE FROM placed WHERE list >= ? AND list < ?", (low, high))
        for table in ("due", "judged", "mark"):
            self._db.execute(f"DELETE FROM {table} WHERE box = ?", (box,))
        if not drop:
            self._db.execute("UPDATE sandbox SET begun = settings WHERE box = ?", (box,))
        if drop:
            self._db.execute("DELETE FROM sandbox WHERE box = ?", (box,))
