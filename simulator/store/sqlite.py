"""The embedded store: one SQLite file, write-ahead log, every commit synced to disk before it is answered.

Statements run on the event loop: each takes microseconds, and many rows travel in one statement, since every call into
SQLite releases the GIL and may lose it to another thread. A commit appends to the log without waiting for the disk
(`synchronous = NORMAL`); `sync` then waits, in a thread of its own, while the next group is on its way. SQLite itself
syncs the log before it writes a page of it back, so the file is whole at any moment.
Rows of all sandboxes share tables; a row's id is the sandbox's number and the row's, packed, so rows append in order.
"""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any

import orjson

from swsim.simulator.core.declaring import Declaration
from swsim.simulator.core.keys import SEPARATOR
from swsim.simulator.core.model import Event
from swsim.simulator.core.summary import Placed
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.store import sqlite_summaries as summaries
from swsim.simulator.store.protocol import (
    CannotOpenStoreError,
    Entry,
    FoundDocument,
    ReturnRow,
    SandboxRow,
)
from swsim.simulator.store.sqlite_group import SqliteGroup
from swsim.simulator.store.sqlite_rows import (
    COLUMNS,
    IN,
    RETURN,
    SANDBOX,
    SERIALS,
    TABLES,
    VERSION,
    found_of,
    guid_hash,
    next_due,
    packed,
    return_of,
    sandbox_of,
)

PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",  # acknowledged means on the disk: `sync` sees to it
    "wal_autocheckpoint = 16384",  # pages: a checkpoint writes the tables, so it comes seldom
    "cache_size = -65536",  # 64 MiB
    "temp_store = MEMORY",
)

SMALL = 500
"""Rows a commit may change to be done on the event loop: handing it to a thread would cost more."""


class SqliteStore:
    """A store in a file, or in memory for `:memory:` (tests)."""

    def __init__(self, path: str | Path) -> None:
        self.path = str(path)
        self._committer = ThreadPoolExecutor(1, thread_name_prefix="commit")
        self._syncer = ThreadPoolExecutor(1, thread_name_prefix="sync")
        self._log: int | None = None

    async def open(self) -> None:
        try:
            with ExitStack() as opened:
                self._lock = opened.enter_context(closing(self._locked()))
                self._write = opened.enter_context(closing(self._connect()))
                self._make_tables()
                self._read = self._write if self.path == ":memory:" else self._connect()
                if self.path != ":memory:":
                    self._log = os.open(f"{self.path}-wal", os.O_RDWR | getattr(os, "O_BINARY", 0))
                opened.pop_all()
        except sqlite3.Error as error:
            taken = "database is locked" in str(error)
            why = "another simulator works on it; choose another file" if taken else str(error)
            raise CannotOpenStoreError(f"cannot open the database {self.path}: {why}") from None

    def _make_tables(self) -> None:
        """Make the tables of a new file; those of another version are left alone."""
        (version,) = self._write.execute("PRAGMA user_version").fetchone()
        (made,) = self._write.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if made and version != VERSION:
            raise CannotOpenStoreError(
                f"cannot open the database {self.path}: its tables are of version {version}, expected {VERSION}; "
                "choose another file"
            )
        self._write.executescript(f"{TABLES} PRAGMA user_version = {VERSION};")

    def _locked(self) -> sqlite3.Connection:
        """Held while the store is open: two writers would each go on from positions of their own."""
        lock = sqlite3.connect(
            self.path if self.path == ":memory:" else f"{self.path}-lock", timeout=0, check_same_thread=False
        )
        try:
            lock.execute("PRAGMA journal_mode = MEMORY")
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error:
            lock.close()
            raise
        return lock

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None, cached_statements=512)
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        return connection

    async def close(self) -> None:
        self._committer.shutdown(wait=True)
        self._syncer.shutdown(wait=True)
        if self._log is not None:
            os.close(self._log)
        if self._read is not self._write:
            self._read.close()
        self._write.close()
        self._lock.close()

    async def check(self) -> None:
        self._read.execute("SELECT 1 FROM sandbox LIMIT 1").fetchone()

    @asynccontextmanager
    async def group(self) -> AsyncIterator[SqliteGroup]:
        self._write.execute("BEGIN IMMEDIATE")
        before = self._write.total_changes
        try:
            yield SqliteGroup(self._write)
        except BaseException:
            self._write.execute("ROLLBACK")
            raise
        loop = asyncio.get_running_loop()
        try:
            if self._write.total_changes - before < SMALL:
                self._write.execute("COMMIT")
            else:
                await asyncio.shield(loop.run_in_executor(self._committer, self._write.execute, "COMMIT"))
        except sqlite3.Error:
            if self._write.in_transaction:
                self._write.execute("ROLLBACK")
            raise

    async def sync(self) -> None:
        if self._log is not None:
            await asyncio.get_running_loop().run_in_executor(self._syncer, _sync, self._log)

    async def sandboxes(self) -> list[SandboxRow]:
        rows = self._read.execute(f"SELECT {SANDBOX} FROM sandbox ORDER BY box")
        return [sandbox_of(row) for row in rows]

    async def begun(self, box: int) -> bytes:
        (settings,) = self._read.execute("SELECT begun FROM sandbox WHERE box = ?", (box,)).fetchone()
        return bytes(settings)

    async def due(self, box: int) -> Event | None:
        return next_due(self._read, box)

    async def next_returns(self, box: int, dxp_id: str, but: Sequence[int], limit: int) -> list[ReturnRow]:
        ids = orjson.dumps([packed(box, number) for number in but]).decode()
        waiting = f"SELECT {RETURN} FROM outbox WHERE box = ? AND dxp_id = ? AND acknowledged = 0 AND place > 0"
        sql = f"{waiting} AND id NOT {IN} ORDER BY place LIMIT ?"
        return [return_of(row) for row in self._read.execute(sql, (box, dxp_id, ids, limit))]

    async def returns(self, box: int, dxp_id: str | None, after: int, limit: int) -> list[ReturnRow]:
        if dxp_id is None:
            sql = f"SELECT {RETURN} FROM outbox WHERE box = ? AND place > ? ORDER BY place LIMIT ?"
            return [return_of(row) for row in self._read.execute(sql, (box, after, limit))]
        sql = f"SELECT {RETURN} FROM outbox WHERE box = ? AND dxp_id = ? AND place > ? ORDER BY place LIMIT ?"
        return [return_of(row) for row in self._read.execute(sql, (box, dxp_id, after, limit))]

    async def returns_since(self, box: int, dxp_id: str, message_type: str, at: int, limit: int) -> list[ReturnRow]:
        sql = f"SELECT {RETURN} FROM outbox WHERE box = ? AND dxp_id = ? AND message_type = ? AND at >= ? AND place > 0"
        rows = self._read.execute(f"{sql} ORDER BY place LIMIT ?", (box, dxp_id, message_type, at, limit))
        return [return_of(row) for row in rows]

    async def returns_by_number(self, box: int, numbers: Sequence[int]) -> dict[int, ReturnRow]:
        ids = orjson.dumps([packed(box, number) for number in numbers]).decode()
        rows = self._read.execute(f"SELECT {RETURN} FROM outbox WHERE box = ? AND id {IN}", (box, ids))
        return {row.number: row for row in map(return_of, rows)}

    async def journal(self, box: int, after: int, limit: int) -> list[Entry]:
        sql = "SELECT id, at, kind, what, data, body, digest FROM journal WHERE id > ? AND id < ? ORDER BY id LIMIT ?"
        rows = self._read.execute(sql, (packed(box, after), packed(box + 1, 0), limit))
        return [Entry(row[0] % SERIALS, *row[1:]) for row in rows]

    async def documents(self, box: int, kind: str, key: str) -> list[FoundDocument]:
        sql = f"SELECT {COLUMNS} FROM document WHERE box = ? AND kind = ? AND key = ? ORDER BY taken DESC, id DESC"
        return [found_of(row) for row in self._read.execute(sql, (box, kind, key))]

    async def find(self, box: int, number: str, limit: int) -> list[FoundDocument]:
        part = number.replace("%", "%25").replace(SEPARATOR, "%7E")  # as `keys.join` writes it
        low, high = part + SEPARATOR, part + chr(ord(SEPARATOR) + 1)
        serial = int(number[-9:]) if number[-9:].isascii() and number[-9:].isdigit() else -1
        kinds = EDITION_202205.by_number
        queries: list[tuple[str, tuple[Any, ...]]] = [
            ("guid_hash = ? AND guid = ? AND box = ?", (guid_hash(number), number, box)),
            ("id = ? AND (pre_no = ? OR invt_no = ? OR sum_no = ?)", (packed(box, serial), number, number, number)),
            *(("box = ? AND kind = ? AND key >= ? AND key < ?", (box, kind, low, high)) for kind in kinds),
            ("box = ? AND order_ref >= ? AND order_ref < ?", (box, low, high)),
            ("box = ? AND waybill_ref >= ? AND waybill_ref < ?", (box, low, high)),
        ]
        found: dict[int, FoundDocument] = {}
        for where, values in queries:
            for row in self._read.execute(f"SELECT {COLUMNS} FROM document WHERE {where} LIMIT ?", (*values, limit)):
                found.setdefault(row[0], found_of(row))
        return [found[key] for key in sorted(found)][:limit]

    async def scan(self, box: int, after: int, limit: int) -> list[FoundDocument]:
        sql = f"SELECT {COLUMNS} FROM document WHERE id > ? AND id < ? AND taken = 1 ORDER BY id LIMIT ?"
        rows = self._read.execute(sql, (packed(box, after), packed(box + 1, 0), limit))
        return [found_of(row) for row in rows]

    async def by_serial(self, box: int, serials: Iterable[int]) -> list[FoundDocument]:
        ids = orjson.dumps([packed(box, serial) for serial in serials]).decode()
        rows = self._read.execute(f"SELECT {COLUMNS} FROM document WHERE id {IN} ORDER BY id", (ids,))
        return [found_of(row) for row in rows]

    async def went(self, box: int, lists: Iterable[int]) -> list[Placed]:
        return summaries.went(self._read, box, lists)

    async def came(self, box: int, declaration: int, line: int, after: int, limit: int) -> list[Placed]:
        return summaries.came(self._read, box, declaration, line, after, limit)

    async def made(self, box: int, serials: Iterable[int]) -> list[Declaration]:
        return summaries.made(self._read, box, serials)

    async def usage(self, box: int) -> tuple[int, int]:
        sql = (
            "SELECT count(*), coalesce(sum(length(body)), 0) FROM journal WHERE id > ? AND id < ? AND body IS NOT NULL"
        )
        messages, size = self._read.execute(sql, (packed(box, 0), packed(box + 1, 0))).fetchone()
        return messages, size

    async def declarations(self, box: int, *, sum_no: str = "", month: str = "") -> list[Declaration]:
        return summaries.declarations(self._read, box, sum_no=sum_no, month=month, lines=bool(sum_no))

    async def month(self, box: int, span: tuple[int, int]) -> list[tuple[str, str, int, int]]:
        return summaries.months(self._read, box, *span)

    async def closed(self, box: int, span: tuple[int, int], flag: str, after: int) -> list[tuple[int, bytes]]:
        return summaries.closed(self._read, box, span, flag, after, 500)

    async def judged(self, box: int, month: str) -> list[tuple[int, bytes]]:
        return summaries.judged(self._read, box, month)

    async def count_states(self, box: int) -> list[tuple[str, int, int]]:
        sql = "SELECT kind, CASE taken WHEN 1 THEN state ELSE 0 END, count(*) FROM document WHERE box = ? GROUP BY 1, 2"
        return list(self._read.execute(sql, (box,)))


def _sync(log: int) -> None:
    """As SQLite does it: the data and the length of a file, not its times."""
    getattr(os, "fdatasync", os.fsync)(log)
