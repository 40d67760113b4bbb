"""`kill -9` under load: what was acknowledged is there after the restart, and every return that was due comes."""

import asyncio
import json
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from simulator_annex import Sale, message
from simulator_line import Line

from swsim.simulator.store.journal import broken_at
from swsim.simulator.store.sqlite import SqliteStore

PROFILE = {
    "base": "standard",
    "sent_after": [0.05, 0.1],
    "customs_after": [0.05, 0.2],
    "approved_after": [0.05, 0.1],
}
CLIENTS = 6
KILLS = (3, 40, 90)
"""Acknowledged messages of a round at which the process is killed: while it begins, in full run, later."""
FINAL = {"303": 120, "403": 120, "505": 399, "603": 399}


@dataclass
class Load:
    """Clients that send whole sales without a pause, and what they were told."""

    line: Line
    acknowledged: list[dict[str, Any]] = field(default_factory=list)
    progress: asyncio.Event = field(default_factory=asyncio.Event)

    async def client(self, name: str) -> None:
        """Send sale after sale, each document in its turn, some in messages of three, until nobody answers."""
        number = 0
        while True:
            number += 1
            now = datetime.now(timezone(timedelta(hours=8))).strftime("%Y%m%d%H%M%S")
            sales = [Sale(f"{name}-{number}-{n}", at=now) for n in range(3 if number % 3 == 0 else 1)]
            for kind in FINAL:
                body = message(kind, *(sale.document(kind) for sale in sales))
                try:
                    answer = await self.line.accepted(body)
                except (ClientError, OSError):
                    return
                keys = [(kind, sale.key(kind)) for sale in sales]
                self.acknowledged.append(answer | {"keys": keys})
                self.progress.set()

    async def until(self, count: int) -> None:
        """Wait until `count` messages are acknowledged."""
        async with asyncio.timeout(30):
            while len(self.acknowledged) < count:
                self.progress.clear()
                await self.progress.wait()


@asynccontextmanager
async def simulator(store: Path) -> AsyncIterator[tuple[Line, asyncio.subprocess.Process]]:
    """`swsim serve` as a process of its own, over a file."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "swsim.simulator.cli", "serve", "--port", "0", "--ready-json", "--db", str(store)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(30):
            url = json.loads(await process.stdout.readline())["url"]
        async with ClientSession(timeout=ClientTimeout(total=30)) as session:
            unseen: Any = None
            yield Line(url, session, unseen, "default"), process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        _, log = await process.communicate()
        assert b"Traceback" not in log, log.decode()


async def settled(line: Line) -> list[dict[str, Any]]:
    """The whole journal, once every document has had its last return; the journal's long poll says when to look."""
    entries: list[dict[str, Any]] = []
    async with asyncio.timeout(30):
        while True:
            entries += await line.journal(after=entries[-1]["n"] if entries else 0, wait=5)
            sent = sum(len(e["data"]["documents"]) for e in entries if e["what"] == "message")
            ended = sum(
                record["status"] == FINAL[record["kind"]]
                for e in entries
                if e["what"] == "decision"
                for record in e["data"]["records"]
            )
            if sent == ended:
                return entries


async def test_nothing_acknowledged_is_lost_by_kill_9(tmp_path: Path) -> None:
    """Three times: load, SIGKILL, restart. Messages, documents, due returns, chain; nothing twice."""
    store = tmp_path / "store.sqlite3"
    acknowledged: list[dict[str, Any]] = []
    for round_, kill_at in enumerate(KILLS):
        async with simulator(store) as (line, process):
            if round_ == 0:
                assert (await line.control("PUT", "/profile", PROFILE)).status == 200
            load = Load(line)
            clients = [asyncio.create_task(load.client(f"R{round_}C{n}")) for n in range(CLIENTS)]
            await load.until(kill_at)
            process.kill()
            await asyncio.gather(*clients)
            acknowledged += load.acknowledged
        assert len(load.acknowledged) >= kill_at
        async with simulator(store) as (line, _):
            entries = await settled(line)
            by_number = {e["n"]: e for e in entries}
            for answer in acknowledged:
                entry = by_number[int(answer["id"][1:])]
                assert (entry["what"], entry["data"]["guid"]) == ("message", answer["guid"])
                assert len(entry["data"]["documents"]) == answer["documents"]
            assert [e["n"] for e in entries] == list(range(1, len(entries) + 1))
            await every_document_is_there_once(line, entries, acknowledged)
    await the_file_is_sound(store)


async def every_document_is_there_once(
    line: Line, entries: list[dict[str, Any]], acknowledged: list[dict[str, Any]]
) -> None:
    """Each document of the journal has each of its returns once; the store counts as many, in their final states."""
    keys = Counter(
        (document["kind"], document["key"])
        for e in entries
        if e["what"] == "message"
        for document in e["data"]["documents"]
    )
    assert set(keys.values()) == {1}
    told: dict[tuple[str, str], list[int]] = {key: [] for key in keys}
    for e in entries:
        for record in e["data"].get("records", ()) if e["what"] == "decision" else ():
            told[record["kind"], record["key"]].append(record["status"])
    for (kind, _), statuses in told.items():
        assert statuses == ([2, 3, 120, 399] if kind == "603" else [2, 3, FINAL[kind]])
    counted = (await line.control("GET", "")).json
    expected = Counter(kind for kind, _ in keys)
    assert {(c["kind"], c["state"]): c["documents"] for c in counted["documents"]} == {
        (kind, FINAL[kind]): count for kind, count in expected.items()
    }
    for answer in acknowledged[-5:]:
        for kind, key in answer["keys"]:
            assert (await line.document(kind, *key))["state"] == FINAL[kind]
    returns = [e["data"]["id"] for e in entries if e["what"] == "return"]
    assert len(set(returns)) == len(returns) == counted["returns"]
    assert (await line.control("GET", "/clock")).json["next"] is None


async def the_file_is_sound(store: Path) -> None:
    """The chain of digests holds over all restarts, nothing is due any more, and the database is whole."""
    kept = SqliteStore(store)
    await kept.open()
    [row] = await kept.sandboxes()
    journal = await kept.journal(row.box, 0, 1_000_000)
    assert broken_at(journal) is None
    assert (row.position.entry, row.position.digest) == (journal[-1].number, journal[-1].digest)
    assert await kept.due(row.box) is None
    assert kept._write.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    await kept.close()


async def test_sigterm_ends_in_order(tmp_path: Path) -> None:
    """What was submitted is finished, waiting readers are let go, the exit code is 0, no journal is left behind."""
    store = tmp_path / "store.sqlite3"
    async with simulator(store) as (line, process):
        await line.accepted(message("303", Sale("O-1").document("303")))
        waiting = asyncio.create_task(line.take("DXPENTOTHER00001", wait=50))
        assert await line.take("DXPENTOTHER00002", wait=0.1) is None
        process.send_signal(signal.SIGTERM)
        assert await waiting is None
        async with asyncio.timeout(10):
            assert await process.wait() == 0
    assert not store.with_name("store.sqlite3-wal").exists()
    async with simulator(store) as (line, _):
        assert len(await line.journal()) >= 3
