"""What is kept: the chain of digests, groups and savepoints, failures of the disk, and what a restart finds."""

import asyncio
import hashlib
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from simulator_annex import DXP, SELLER, Sale, message
from simulator_line import NOW, Line, serving

from swsim.simulator.clock import read_clock, real_now
from swsim.simulator.sandbox import Settings, UnknownSandboxError
from swsim.simulator.sequencer import OverloadedError
from swsim.simulator.single_window import SingleWindow
from swsim.simulator.store.journal import broken_at
from swsim.simulator.store.protocol import CannotOpenStoreError, Entry
from swsim.simulator.store.sqlite import SqliteStore
from swsim.simulator.turn import Turn

SALE = Sale("O-1")
ORDER = message("303", SALE.document("303"))


def order(name: str) -> bytes:
    return message("303", Sale(name).document("303"))


async def entries(line: Line) -> list[Entry]:
    """The journal as it is kept."""
    return await line.window.store.journal(line.window.sandbox(line.sandbox).box, 0, 100_000)


async def a_short_life(line: Line) -> None:
    """Messages, a refusal, a deletion of time, a change, an acknowledgement: every kind of entry."""
    for kind, document in SALE.documents():
        await line.accepted(message(kind, document))
    await line.post(b"<no")
    await line.post(message("303"))
    await line.clock(advance="PT1M")
    await line.control("PUT", "/profile", "instant")
    assert len(await line.drain()) == 14


# --- the chain --------------------------------------------------------------------------------------------------------


async def test_the_chain_of_digests_holds_from_the_first_entry(line: Line) -> None:
    """Every entry follows from the one before it, and the position holds the digest of the last."""
    await a_short_life(line)
    kept = await entries(line)
    assert {one.kind for one in kept} == {"input", "output", "channel"}
    assert broken_at(kept) is None
    assert [one.number for one in kept] == list(range(1, len(kept) + 1))
    assert line.window.sandbox("s").position.digest == kept[-1].digest
    assert broken_at(kept[10:], kept[9].digest) is None
    assert broken_at([]) is None


@pytest.mark.parametrize(
    "change",
    [
        {"data": b"{}"},
        {"body": b"other bytes"},
        {"body": None},
        {"at": 0},
        {"kind": "output"},
        {"what": "other"},
        {"number": 99},
        {"digest": b"\x00" * 32},
    ],
)
async def test_a_changed_entry_is_found(line: Line, change: Any) -> None:
    """Whatever of it was changed, the message's bytes too."""
    await a_short_life(line)
    kept = await entries(line)
    at = next(i for i, one in enumerate(kept) if i > 3 and one.body is not None)
    kept[at] = replace(kept[at], **change)
    assert broken_at(kept) == kept[at].number


async def test_a_removed_added_or_moved_entry_is_found(line: Line) -> None:
    """The chain breaks at the first entry that no longer follows."""
    await a_short_life(line)
    kept = await entries(line)
    assert broken_at(kept[:4] + kept[5:]) == kept[5].number
    assert broken_at(kept[:4] + kept[3:]) == kept[3].number
    assert broken_at([*kept[:4], kept[5], kept[4], *kept[6:]]) == kept[5].number


async def test_the_facts_of_a_return_are_chained(line: Line) -> None:
    """Returns stand beside the journal; the entry that announces one holds the digest of its facts."""
    await line.accepted(ORDER)
    said = orjson.loads(next(one.data for one in await entries(line) if one.what == "return"))
    [row] = await line.window.store.returns(line.window.sandbox("s").box, DXP, 0, 10)
    assert said["facts"] == hashlib.sha256(row.facts).hexdigest()


async def test_an_entry_changed_in_the_file_is_found(tmp_path: Path) -> None:
    """By who reads the file later, with no help of the one who wrote it."""
    store = tmp_path / "store.sqlite3"
    async with serving(store) as line:
        await line.accepted(ORDER)
        await line.accepted(ORDER)
        assert b"-301010" in (await entries(line))[4].data
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE journal SET data = CAST(replace(data, '301', '302') AS BLOB) WHERE id % 1024 = 5")
    connection.close()
    async with serving(store) as line:
        assert broken_at(await entries(line)) == 5


# --- groups -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("written", [False, True])
async def test_an_item_that_fails_leaves_nothing_and_its_neighbours_are_kept(
    line: Line, alone: bool, written: bool
) -> None:
    """What the failing one noted or changed is undone in the store and in memory, whether it fails before its turn is
    written or while it is, and the others of the turn are done again without it.
    """
    window, sandbox = line.window, line.window.sandbox("s")

    async def failing(turn: Turn) -> None:
        turn.note("input", "message", {"of": "nobody"}, b"body")
        turn.change(seed=99)
        turn.facts.take_serial()
        sandbox.position.returned += 5
        if not written:
            raise ValueError("on purpose")
        turn.entries.append(turn.entries[-1])  # the store refuses a second entry of one number

    results = await asyncio.gather(
        window.receive(sandbox, ORDER, "http"),
        window._sequencer.submit(sandbox, failing, alone=alone),
        window.receive(sandbox, order("O-2"), "http"),
        return_exceptions=True,
    )
    failure = "IntegrityError" if written else "ValueError"
    assert [type(one).__name__ for one in results] == ["Outcome", failure, "Outcome"]
    assert sandbox.settings.seed == 7
    assert [(e["n"], e["what"]) for e in await line.journal()] == [
        (1, "message"),
        (2, "decision"),
        (3, "return"),
        (4, "message"),
        (5, "decision"),
        (6, "return"),
    ]
    assert broken_at(await entries(line)) is None
    assert [one["id"] for one in await line.listed()] == ["R0000000001", "R0000000002"]
    assert (await line.clock(advance="PT1M"))["fired"] == 4


async def test_an_error_in_a_message_is_500_without_a_trace_and_leaves_nothing(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The simulator's own fault is told as such; the same message passes once it is mended."""
    with monkeypatch.context() as patched:
        patched.setattr(Turn, "record", lambda *_: 1 / 0)
        got = await line.post(ORDER)
    assert got.problem["status"] == 500
    assert b"ZeroDivision" not in got.body
    assert await line.journal() == []
    assert (await line.accepted(ORDER))["id"] == "M0000000001"


class Failing:
    """A connection to the store of which the next statements that begin with `word` fail."""

    def __init__(self, inner: sqlite3.Connection, word: str, times: int) -> None:
        self.inner, self.word, self.times = inner, word, times

    def execute(self, sql: str, *values: Any) -> Any:
        if self.times and sql.startswith(self.word):
            self.times -= 1
            raise sqlite3.OperationalError("disk I/O error")
        return self.inner.execute(sql, *values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def broken(line: Line, word: str, times: int = 1) -> None:
    """Let the store's next statements of a kind fail."""
    store: Any = line.window.store
    store._write = Failing(store._write, word, times)


@pytest.mark.parametrize("word", ["COMMIT", "BEGIN"])
async def test_a_commit_that_fails_answers_every_item_and_takes_nothing(line: Line, word: str) -> None:
    """Acknowledged means durable: all of the group get the error, positions go back, and the next group goes on."""
    window, sandbox = line.window, line.window.sandbox("s")
    await line.accepted(ORDER)
    before = replace(sandbox.position)
    broken(line, word)
    bodies = [order(f"F-{n}") for n in range(8)]
    results = await asyncio.gather(*(window.receive(sandbox, body, "http") for body in bodies), return_exceptions=True)
    failed = [isinstance(one, sqlite3.OperationalError) for one in results]
    assert failed[0]
    assert all(failed) or word == "BEGIN"
    if all(failed):
        assert sandbox.position == before
        assert len(await line.journal()) == 3
    for body, lost in zip(bodies, failed, strict=True):
        if lost:
            await line.accepted(body)
    assert broken_at(await entries(line)) is None
    assert [one["seq"] for one in await line.listed()] == list(range(1, 10))
    assert (await line.clock(advance="PT1M"))["fired"] == 18


async def test_a_failed_commit_is_told_as_500(line: Line) -> None:
    """Without a trace, and nothing was kept."""
    broken(line, "COMMIT")
    got = await line.post(ORDER)
    assert got.problem["status"] == 500
    assert b"disk" not in got.body
    assert await line.journal() == []
    assert await line.listed() == []
    await line.accepted(ORDER)


async def test_nothing_is_answered_or_handed_out_before_the_disk_has_it(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message waits for the sync that follows its commit; so does a reader who comes meanwhile."""
    synced, begun = asyncio.Event(), asyncio.Event()

    async def slow(*_: object) -> None:
        begun.set()
        await synced.wait()

    monkeypatch.setattr(line.window.store, "sync", slow)
    posted = asyncio.ensure_future(line.post(ORDER))
    await begun.wait()
    assert [e["what"] for e in await line.journal()] == ["message", "decision", "return"]  # committed it is
    taken = asyncio.ensure_future(line.take())
    done, _ = await asyncio.wait([posted, taken], timeout=0.2)
    assert not done
    synced.set()
    assert (await posted).status == 202
    assert await taken is not None


async def test_after_a_sync_that_failed_nothing_is_taken_in(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows what the disk has: the sender gets a 500, and so does whoever comes after."""

    async def failing(*_: object) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(line.window.store, "sync", failing)
        assert (await line.post(ORDER)).problem["status"] == 500
    assert (await line.post(order("O-2"))).problem["status"] == 500
    assert (await line.ask("GET", "/healthz")).status == 500


async def test_due_work_of_a_failed_commit_is_done_later(served: Line) -> None:
    """A running clock tries again; no step is lost and none is taken twice."""
    line = await served.create(clock={"mode": "scaled", "factor": 10_000, "now": NOW})
    await line.accepted(ORDER)
    broken(line, "COMMIT", 2)
    seen: list[int] = []
    while len(seen) < 3:
        one = await line.take(wait=20)
        assert one is not None
        seen += one.statuses
    assert seen == [2, 3, 120]
    assert broken_at(await entries(line)) is None


async def test_a_step_of_the_clock_that_fails_can_be_repeated(line: Line) -> None:
    """Position and fired work commit together: the clock stands where it stood, the work is still due."""
    await line.accepted(ORDER)
    broken(line, "COMMIT")
    assert (await line.control("POST", "/clock", {"advance": "PT1M"})).problem["status"] == 500
    assert (await line.control("GET", "/clock")).json["now"] == NOW
    assert len(await line.listed()) == 1
    assert (await line.clock(advance="PT1M"))["fired"] == 2
    assert len(await line.listed()) == 3


@pytest.mark.parametrize(("method", "path"), [("POST", "/reset"), ("DELETE", "")])
async def test_a_reset_or_deletion_that_fails_leaves_the_sandbox_as_it_was(line: Line, method: str, path: str) -> None:
    """Its documents, its numbers, its due work: the next message goes on from there."""
    await line.accepted(ORDER)
    broken(line, "COMMIT")
    assert (await line.control(method, path)).problem["status"] == 500
    assert len(await line.journal()) == 3
    assert (await line.accepted(order("O-2")))["id"] == "M0000000004"
    assert (await line.clock(advance="PT1M"))["fired"] == 4
    assert broken_at(await entries(line)) is None


async def test_a_sandbox_that_could_not_be_kept_is_not_there(served: Line) -> None:
    """Its name is free for the next try."""
    broken(served, "COMMIT")
    assert (await served.ask("POST", "/_control/sandboxes", json={"id": "x"})).problem["status"] == 500
    assert (await served.ask("GET", "/_control/sandboxes/x")).problem["status"] == 404
    assert (await served.ask("POST", "/_control/sandboxes", json={"id": "x"})).status == 201


async def test_a_full_disk_takes_nothing_half_and_is_over_when_there_is_room(line: Line) -> None:
    """SQLite refuses to grow: every message is answered with an error or kept whole."""
    store: Any = line.window.store
    pages = store._write.execute("PRAGMA page_count").fetchone()[0]
    store._write.execute(f"PRAGMA max_page_count = {pages + 40}")
    bodies = [
        message("603", *(Sale(f"D-{batch}-{n}").document("603") for n in range(30)), name=f"{batch}")
        for batch in range(12)
    ]
    answers = [(await line.post(body)).status for body in bodies]
    assert set(answers) == {202, 500}
    kept = [e for e in await line.journal() if e["what"] == "message"]
    assert len(kept) == answers.count(202)
    assert broken_at(await entries(line)) is None
    store._write.execute("PRAGMA max_page_count = 1073741823")
    for body, status in zip(bodies, answers, strict=True):
        if status == 500:
            await line.accepted(body)
    states = (await line.control("GET", "")).json["documents"]
    assert states == [{"kind": "603", "state": 2, "documents": 360}]
    assert broken_at(await entries(line)) is None
    assert (await line.clock(advance="PT1M"))["fired"] == 24


async def test_a_full_queue_is_503_and_over_when_it_is_empty(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Overload is told with Retry-After; nothing is kept of the message."""
    with monkeypatch.context() as patched:
        patched.setattr("swsim.simulator.sequencer.QUEUE_LIMIT", 0)
        got = await line.post(ORDER)
    assert got.problem["status"] == 503
    assert int(got.headers["Retry-After"]) >= 1
    await line.accepted(ORDER)
    assert len(await line.journal()) == 3


async def test_more_items_than_may_wait_are_refused_not_queued(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue is bounded; what was queued is done, and then there is room again."""
    monkeypatch.setattr("swsim.simulator.sequencer.QUEUE_LIMIT", 5)
    sequencer, sandbox = line.window._sequencer, line.window.sandbox("s")
    gate, begun = asyncio.Event(), asyncio.Event()

    async def slow(_: Turn) -> None:
        begun.set()
        await gate.wait()

    async def quick(turn: Turn) -> int:
        return turn.sandbox.box

    first = sequencer.post(sandbox, slow)
    await begun.wait()
    waiting = [sequencer.post(sandbox, quick) for _ in range(5)]
    with pytest.raises(OverloadedError):
        await sequencer.submit(sandbox, quick)
    assert (await line.ask("GET", "/healthz")).json["waiting"] == 5
    gate.set()
    await first
    assert await asyncio.gather(*waiting) == [sandbox.box] * 5
    assert await sequencer.submit(sandbox, quick) == sandbox.box


# --- restart ----------------------------------------------------------------------------------------------------------


async def test_a_restart_finds_everything_as_it_was(tmp_path: Path) -> None:
    """Sandboxes with settings and positions, documents, returns, due work: the next run goes on from there."""
    store = tmp_path / "store.sqlite3"
    rows = [{"code": SELLER[0], "name": SELLER[1], "roles": ["ebc"], "dxpIds": [DXP]}]
    async with serving(store) as served:
        line = await served.create(profile={"base": "standard", "prefix": "ceb"}, seed=3, regime="2024-167")
        await line.control("PUT", "/registry", {"mode": "open", "enterprises": rows})
        await line.control(
            "PUT", "/faults", {"faults": [{"id": "f", "kind": "505", "action": "reject", "status": 100}]}
        )
        await line.accepted(ORDER)
        await line.accepted(message("505", SALE.document("505")))
        await line.clock(step=1)
        first = await line.take()
        assert first is not None
        await line.acknowledge(first.id)
        before = [(await line.control("GET", path)).json for path in ("", "/registry", "/faults", "/clock", "/profile")]
        listed, written = await line.listed(), await line.journal()
        document = await line.document("303", *SALE.key("303"))
    async with serving(store) as served:
        again = Line(served.url, served.session, served.window, "s")
        after = [(await again.control("GET", path)).json for path in ("", "/registry", "/faults", "/clock", "/profile")]
        assert after == before
        assert await again.listed() == listed
        assert await again.journal() == written
        assert await again.document("303", *SALE.key("303")) == document
        assert (await again.accepted(order("O-2")))["id"] == f"M{written[-1]['n'] + 1:010d}"
        await again.clock(advance="PT1M")
        assert (await again.document("303", *SALE.key("303")))["state"] == 120
        assert (await again.document("505", *SALE.key("505")))["state"] == 100
        assert broken_at(await entries(again)) is None
        following = await again.take()
        assert following is not None
        assert following.id > first.id


async def test_what_fell_due_while_nothing_ran_fires_at_the_start(tmp_path: Path) -> None:
    """On a running clock the returns of the meantime come at once, at their due times."""
    store = tmp_path / "store.sqlite3"
    async with serving(store, clock="scaled:1:2026-01-05T09:00:00+08:00") as line:
        await line.control("PUT", "/profile", {"base": "standard", "sent_after": 0.2, "customs_after": 0.1})
        await line.accepted(ORDER)
        assert [one.statuses for one in await line.drain()] == [[2]]
    await asyncio.sleep(0.35)  # the time in which nothing runs is the test
    async with serving(store) as line:
        seen: list[tuple[int, str]] = []
        while len(seen) < 2:
            one = await line.take(wait=10)
            assert one is not None
            assert (await line.acknowledge(one.id)).status == 204
            seen.append((one.statuses[0], one.records[0]["returnTime"]))
        assert [status for status, _ in seen] == [3, 120]
        assert int(seen[1][1]) - int(seen[0][1]) == 100


async def test_a_return_in_a_readers_hands_is_offered_again_after_a_restart(tmp_path: Path) -> None:
    """Hands are of the line, not of the store: only an acknowledgement takes a return away."""
    store = tmp_path / "store.sqlite3"
    async with serving(store) as line:
        await line.accepted(ORDER)
        first = await line.take(visibility=3600)
        assert await line.take() is None
    async with serving(store) as line:
        again = await line.take()
        assert first is not None
        assert again is not None
        assert (again.id, again.body) == (first.id, first.body)


async def test_a_deleted_sandbox_is_gone_after_a_restart_too(tmp_path: Path) -> None:
    """And a new one of its name begins empty, with nothing of the old one's."""
    store = tmp_path / "store.sqlite3"
    async with serving(store) as served:
        line = await served.create()
        await line.accepted(ORDER)
        await line.control("DELETE", "")
        await served.create()
    async with serving(store) as served:
        again = Line(served.url, served.session, served.window, "s")
        assert await again.journal() == []
        assert (await again.control("GET", "/clock")).json["next"] is None
        assert (await again.accepted(ORDER))["id"] == "M0000000001"


async def test_two_simulators_do_not_share_a_file(tmp_path: Path) -> None:
    """The second one is told at once; the first goes on undisturbed."""
    store = tmp_path / "store.sqlite3"
    async with serving(store) as line:
        await line.accepted(ORDER)
        with pytest.raises(CannotOpenStoreError, match="another simulator"):
            async with serving(store):
                pass
        await line.accepted(order("O-2"))
        await line.clock(advance="PT1M")
        assert broken_at(await entries(line)) is None
    async with serving(store) as line:
        await line.accepted(order("O-3"))


async def test_what_waits_for_a_deleted_sandbox_is_refused(tmp_path: Path) -> None:
    """Queued behind the DELETE of its sandbox, a message gets UnknownSandboxError and leaves nothing."""
    window = SingleWindow(SqliteStore(tmp_path / "gone.sqlite3"), lambda: Settings(read_clock("real", real_now())))
    await window.open()
    sandbox, _ = await window.create("gone", Settings(read_clock("real", real_now())))
    clearing = asyncio.ensure_future(window.clear(sandbox, drop=True))
    await asyncio.sleep(0)
    with pytest.raises(UnknownSandboxError):
        await window.receive(sandbox, b"<a/>", "http")
    await clearing
    assert await window.store.journal(sandbox.box, 0, 10) == []
    await window.close()


@pytest.mark.parametrize("script", ["CREATE TABLE document (id)", "PRAGMA user_version = 1; CREATE TABLE a (b)"])
async def test_a_database_of_another_version_is_told_and_left_alone(tmp_path: Path, script: str) -> None:
    """Nothing is made in it, and the next file is free."""
    path = tmp_path / "old.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.executescript(script)
        before = connection.execute("SELECT sql FROM sqlite_schema").fetchall()
    connection.close()
    with pytest.raises(CannotOpenStoreError, match="version"):
        await SqliteStore(path).open()
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT sql FROM sqlite_schema").fetchall() == before
    connection.close()
