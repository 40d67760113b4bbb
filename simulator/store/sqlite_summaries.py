"""Summaries in the embedded store: lists by the time they were closed, declarations, where each line of a list went."""

import asyncio
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from swsim.simulator.core.declaring import Declaration
from swsim.simulator.core.facts import Listed, Selection
from swsim.simulator.core.keys import HEADS
from swsim.simulator.core.model import Held
from swsim.simulator.core.summary import MOST_LINES, Mark, Placed
from swsim.simulator.store.sqlite_rows import HELD, IN, SERIALS, held_of, packed

LISTED = "id, invt_no, state, closed_at, sum_ref, sum_no, returned"
ANY_OF_KIND_B = ("B~", "B~\U0010ffff")
LOCT_NO = f"json_extract(CAST(content AS TEXT), '$[0][{HEADS['603'].places['loct_no']}]')"
"""The supervision site of a list, which no column has: seldom asked, and only of lists in a range."""
TOGETHER = 5_000
"""Rows that are read at a time."""
OPEN = "kind = '603' AND taken = 1 AND state IN (399, 500, 800)"


class SummaryGroup:
    """The part of a group that speaks of summaries."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    async def listed(self, box: int, serials: Iterable[int]) -> list[Listed]:
        ids = orjson.dumps([packed(box, serial) for serial in serials]).decode()
        rows = self._db.execute(f"SELECT {LISTED} FROM document WHERE id {IN} AND kind = '603' AND taken = 1", (ids,))
        return await _listed(rows)

    async def select(self, box: int, selection: Selection) -> list[Listed]:
        low, high = (selection.sum_ref, selection.sum_ref) if selection.sum_ref else ANY_OF_KIND_B
        sql = (
            f"SELECT {LISTED} FROM document WHERE box = ? AND closed_at > 0 AND closed_at BETWEEN ? AND ? "
            "AND sum_ref BETWEEN ? AND ? AND sum_no = ''"
        )
        values: list[Any] = [box, selection.first_ms, selection.last_ms, low, high]
        if selection.loct_no:
            sql += f" AND {LOCT_NO} = ?"
            values.append(selection.loct_no)
        return await _listed(self._db.execute(f"{sql} ORDER BY id", values))

    async def open_lists(self, box: int, after: int, limit: int) -> list[Held]:
        sql = f"SELECT {HELD} FROM document WHERE id > ? AND id < ? AND {OPEN} ORDER BY id LIMIT ?"
        return [held_of(row) for row in self._db.execute(sql, (packed(box, after), packed(box + 1, 0), limit))]

    async def mark(self, box: int, marks: Sequence[Mark]) -> None:
        self._db.executemany(
            "UPDATE document SET sum_no = CASE ?1 WHEN '' THEN sum_no ELSE ?1 END, trail = trail || ?2 WHERE id = ?3",
            [(one.sum_no, one.trail, packed(box, one.serial)) for one in marks],
        )

    async def summed(self, box: int, sum_no: str) -> list[int]:
        sql = "SELECT id FROM document WHERE box = ? AND sum_no = ? AND sum_no != '' AND kind = '603'"
        return [row[0] % SERIALS for row in self._db.execute(sql, (box, sum_no))]

    async def put_declarations(self, box: int, rows: Sequence[Declaration]) -> None:
        self._db.executemany(
            "INSERT INTO declaration VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
            "progress = excluded.progress, declared_at = excluded.declared_at, head = excluded.head",
            [_values(box, one) for one in rows],
        )

    async def declarations(self, box: int, *, sum_no: str = "", month: str = "") -> list[Declaration]:
        return declarations(self._db, box, sum_no=sum_no, month=month)

    async def put_placed(self, box: int, rows: Sequence[Placed]) -> None:
        self._db.executemany(
            "INSERT INTO placed VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(packed(box, one.list), one.gnum, packed(box, one.declaration), *one[3:]) for one in rows],
        )

    async def placed(self, box: int, declaration: int, after: tuple[int, int], limit: int) -> list[Placed]:
        return placed(self._db, box, declaration, after, limit)

    async def forget_placed(self, box: int, lists: Iterable[int]) -> None:
        ids = orjson.dumps([packed(box, serial) for serial in lists]).decode()
        self._db.execute(f"DELETE FROM placed WHERE list {IN}", (ids,))

    async def put_judged(self, box: int, month: str, at: int, data: bytes) -> None:
        self._db.execute("INSERT INTO judged VALUES (?, ?, ?, ?)", (box, month, at, data))


async def _listed(rows: sqlite3.Cursor) -> list[Listed]:
    """Of very many rows some at a time: whoever reads is answered meanwhile."""
    found: list[Listed] = []
    while some := rows.fetchmany(TOGETHER):
        found += map(listed_of, some)
        await asyncio.sleep(0)
    return found


def listed_of(row: Sequence[Any]) -> Listed:
    return Listed(row[0] % SERIALS, *row[1:])


def _values(box: int, one: Declaration) -> tuple[Any, ...]:
    head = [
        one.serial, one.sum_no, one.decl_seq_no, one.month, one.customs_code, one.made_ms, one.gross_weight,
        one.net_weight, one.sources, [], int(one.progress), one.dec_state, one.dec_tmp_no, one.dec_pre_no, one.entry_id,
        one.declared_ms,
    ]  # fmt: skip
    return (
        packed(box, one.serial), box, one.sum_no, one.month, int(one.progress), one.declared_ms, orjson.dumps(head),
        orjson.dumps(one.lines),
    )  # fmt: skip


def declarations(
    db: sqlite3.Connection, box: int, *, sum_no: str = "", month: str = "", lines: bool = False
) -> list[Declaration]:
    """Of a summary or a month; with `lines` what they say too."""
    column, value = ("sum_no", sum_no) if sum_no else ("month", month)
    what = "head, lines" if lines else "head, '[]'"
    sql = f"SELECT {what} FROM declaration WHERE box = ? AND {column} = ? ORDER BY id"
    found = []
    for head, said in db.execute(sql, (box, value)):
        one = Declaration(*orjson.loads(head))
        one.lines = orjson.loads(said)
        found.append(one)
    return found


def placed(db: sqlite3.Connection, box: int, declaration: int, after: tuple[int, int], limit: int) -> list[Placed]:
    """Rows of a declaration behind (list, gnum)."""
    where = "declaration = ? AND (list, gnum) > (?, ?) ORDER BY list, gnum LIMIT ?"
    return _placed(db, where, (packed(box, declaration), packed(box, after[0]), after[1], limit))


def came(db: sqlite3.Connection, box: int, declaration: int, line: int, after: int, limit: int) -> list[Placed]:
    """Rows of a declaration, or of one of its lines, behind list `after`."""
    where = "declaration = ? AND list > ? AND line BETWEEN ? AND ? ORDER BY list, gnum LIMIT ?"
    return _placed(db, where, (packed(box, declaration), packed(box, after), line, line or MOST_LINES, limit))


def went(db: sqlite3.Connection, box: int, lists: Iterable[int]) -> list[Placed]:
    """Rows of lists."""
    ids = orjson.dumps([packed(box, serial) for serial in lists]).decode()
    return _placed(db, f"list {IN} ORDER BY list, gnum", (ids,))


def _placed(db: sqlite3.Connection, where: str, values: Sequence[Any]) -> list[Placed]:
    sql = f"SELECT list, gnum, declaration, line, gcode, invt_no, logistics_no FROM placed WHERE {where}"
    return [Placed(row[0] % SERIALS, row[1], row[2] % SERIALS, *row[3:]) for row in db.execute(sql, values)]


def made(db: sqlite3.Connection, box: int, serials: Iterable[int]) -> list[Declaration]:
    """Declarations by serial, without their lines."""
    ids = orjson.dumps([packed(box, serial) for serial in serials]).decode()
    rows = db.execute(f"SELECT head FROM declaration WHERE id {IN} ORDER BY id", (ids,))
    return [Declaration(*orjson.loads(head)) for (head,) in rows]


def months(db: sqlite3.Connection, box: int, first_ms: int, last_ms: int) -> list[tuple[str, str, int, int]]:
    """Lists closed in a range, by what they are summed up by, their summary, what came back: counts."""
    sql = (
        "SELECT sum_ref, sum_no, returned, count(*) FROM document WHERE box = ? AND closed_at > 0 "
        "AND closed_at BETWEEN ? AND ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    return list(db.execute(sql, (box, first_ms, last_ms)))


def closed(db: sqlite3.Connection, box: int, span: tuple[int, int], low: str, after: int, limit: int) -> list[Any]:
    """(serial, content) of lists closed in a span whose sumRef begins with `low`, behind serial `after`, in order."""
    sql = (
        "SELECT id, content FROM document WHERE box = ? AND closed_at > 0 AND closed_at BETWEEN ? AND ? "
        "AND sum_ref BETWEEN ? AND ? AND id > ? ORDER BY id LIMIT ?"
    )
    rows = db.execute(sql, (box, *span, low, f"{low}\U0010ffff", packed(box, after), limit))
    return [(row[0] % SERIALS, row[1]) for row in rows]


def judged(db: sqlite3.Connection, box: int, month: str) -> list[tuple[int, bytes]]:
    """(at, what was found) each time a month was judged."""
    sql = "SELECT at, data FROM judged WHERE box = ? AND month = ? ORDER BY at"
    return [(row[0], row[1]) for row in db.execute(sql, (box, month))]
