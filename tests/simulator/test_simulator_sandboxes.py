"""Sandboxes: snapshot and restore, limits, how one is chosen, and that none sees another."""

import asyncio
import json
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, TCPConnector
from simulator_annex import DXP, Sale, message
from simulator_line import Line, serving

from swsim.simulator.codes.lookup import Codes
from swsim.simulator.intake import Mark
from swsim.simulator.reader import READ_LIMIT, Reader, ReaderFullError
from swsim.simulator.replay.recording import read_lines
from swsim.simulator.replay.replaying import Replay
from swsim.simulator.store.journal import broken_at

SALE = Sale("O-1")
ORDER = message("303", SALE.document("303"))
OTHER = message("303", Sale("O-2").document("303"))


async def everything(line: Line) -> dict[str, Any]:
    """All that the control API shows of a sandbox."""
    shown = {
        path: (await line.control("GET", path)).json for path in ("", "/clock", "/registry", "/profile", "/faults")
    }
    export = (await line.control("GET", "/journal/export")).body
    return shown | {"journal": await line.journal(), "returns": await line.listed(), "export": export}


# --- snapshot and restore ---------------------------------------------------------------------------------------------


def without_restore(shown: dict[str, Any]) -> dict[str, Any]:
    """What is shown of a sandbox, but for the entry that says it was restored, and all that counts or chains it."""
    entries = [(one["what"], one["at"], one["data"]) for one in shown["journal"] if one["what"] != "restore"]
    counted = {name: value for name, value in shown[""].items() if name != "entries"}
    return shown | {"": counted, "journal": entries, "export": b""}


async def test_a_restored_sandbox_stands_as_it_was_kept(line: Line) -> None:
    """Documents, journal, outbox, due work, clock and settings; what comes after goes on from there, equally."""
    await line.accepted(ORDER)
    kept = await line.control("POST", "/snapshot", {"name": "a"})
    assert kept.status == 201
    before = await everything(line)
    assert kept.json["digest"] == before["journal"][-1]["digest"]

    async def restored() -> dict[str, Any]:
        await line.control("PUT", "/profile", "strict")
        assert (await line.control("POST", "/restore", {"name": "a"})).status == 200
        return await everything(line)

    async def go_on() -> dict[str, Any]:
        await line.accepted(OTHER)
        await line.clock(advance="PT1H")
        return await everything(line)

    assert without_restore(await restored()) == without_restore(before)
    after = await go_on()
    assert without_restore(await restored()) == without_restore(before)
    assert without_restore(await go_on()) == without_restore(after)
    assert after["journal"][-1]["n"] > before["journal"][-1]["n"]


async def test_a_restore_is_journaled_and_replayed_over(line: Line) -> None:
    """Its entry chains on behind the snapshot, and says where the journal that was dropped had come to."""
    await line.accepted(ORDER)
    await line.control("POST", "/snapshot")
    await line.accepted(OTHER)
    last = (await line.journal())[-1]
    await line.control("POST", "/restore")
    (entry,) = [one for one in await line.journal() if one["what"] == "restore"]
    assert entry["kind"] == "input"
    assert entry["data"] == {"snapshot": "snapshot", "dropped": {"entries": last["n"], "digest": last["digest"]}}
    await line.accepted(OTHER)
    await line.clock(advance="PT1H")
    recording = read_lines((await line.control("GET", "/journal/export")).body)
    assert broken_at(recording.entries) is None
    assert await Replay(recording, Codes.builtin()).run() is None


async def test_a_restored_sandbox_still_knows_what_was_redelivered(line: Line) -> None:
    """The marks of messages that a channel may bring again are kept with it."""
    sandbox, intake = line.window.sandbox("s"), line.window.intake
    received, found = await line.window.reader.read(ORDER, "amqp")
    assert (await intake.take(sandbox, received, found, mark=Mark(b"one", again=False))).number
    await line.control("POST", "/snapshot")
    await line.control("POST", "/restore")
    assert (await intake.take(sandbox, received, found, mark=Mark(b"one", again=True))).number == 0


async def test_a_snapshot_takes_the_place_of_the_one_before(line: Line) -> None:
    """Of the same name; without a name there is one."""
    await line.control("POST", "/snapshot")
    await line.accepted(ORDER)
    await line.control("POST", "/snapshot")
    await line.control("POST", "/reset")
    await line.control("POST", "/restore")
    assert (await line.document("303", *SALE.key("303")))["state"] == 2


async def test_a_snapshot_survives_a_restart_and_shows_nowhere(tmp_path: Path) -> None:
    """It is no sandbox of its own, and goes with the one it is of."""
    async with serving(tmp_path / "s") as first:
        line = await first.create()
        await line.accepted(ORDER)
        await line.control("POST", "/snapshot", {"name": "a"})
    async with serving(tmp_path / "s") as again:
        listed = (await again.ask("GET", "/_control/sandboxes")).json["sandboxes"]
        assert [one["id"] for one in listed] == ["default", "s"]
        line = Line(again.url, again.session, again.window, "s")
        await line.control("POST", "/reset")
        assert (await line.control("POST", "/restore", {"name": "a"})).status == 200
        assert len(await line.listed()) == 1
        assert (await line.control("DELETE", "")).status == 204
        line = await again.create()
        assert (await line.control("POST", "/restore", {"name": "a"})).problem["status"] == 404


async def test_an_unknown_snapshot_is_404_and_changes_nothing(line: Line) -> None:
    """The error names those there are."""
    await line.accepted(ORDER)
    await line.control("POST", "/snapshot", {"name": "a"})
    got = await line.control("POST", "/restore", {"name": "b"})
    assert "expected one of a" in got.problem["detail"]
    assert len(await line.listed()) == 1
    for name in ("", "a/b", "../a", 5):
        assert (await line.control("POST", "/snapshot", {"name": name})).problem["status"] == 400


async def test_snapshots_are_counted(line: Line) -> None:
    """The twenty-first is 409; one of a name that is there is taken."""
    for number in range(20):
        assert (await line.control("POST", "/snapshot", {"name": f"n{number}"})).status == 201
    assert (await line.control("POST", "/snapshot", {"name": "more"})).problem["status"] == 409
    assert (await line.control("POST", "/snapshot", {"name": "n0"})).status == 201


# --- limits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limits", "status", "name"),
    [
        ({"messages": 1}, 429, "messages"),
        ({"documents": 1}, 429, "documents"),
        ({"bytes": 900}, 429, "bytes"),
        ({"body": 100}, 413, "body"),
    ],
)
async def test_a_limit_refuses_what_goes_beyond(served: Line, limits: dict[str, int], status: int, name: str) -> None:
    """The error says which limit, how much is used, how to raise it; raised or reset, the message is taken."""
    line = await served.create(limits=limits)
    got = await line.post(ORDER)
    if name != "body":
        assert got.status == 202, got.body
        got = await line.post(OTHER)
    assert got.problem["status"] == status
    assert all(word in got.problem["detail"] for word in (f"limit {name} is", "PUT /_control/sandboxes/s/limits"))
    assert (await served.create("other")).sandbox == "other"
    assert (await line.control("PUT", "/limits", {})).json == {"messages": 0, "bytes": 0, "documents": 0, "body": 0}
    await line.accepted(OTHER)
    if name == "messages":
        await line.control("PUT", "/limits", {"messages": 2})
        assert (await line.post(ORDER)).status == 429
        await line.control("POST", "/reset")
        await line.accepted(ORDER)


@pytest.mark.parametrize("said", [[], {"messages": -1}, {"messages": True}, {"hours": 5}])
async def test_limits_that_make_no_sense_are_400(line: Line, said: Any) -> None:
    """And the old ones stay."""
    assert "expected" in (await line.control("PUT", "/limits", said)).problem["detail"]
    assert (await line.control("GET", "/limits")).json["messages"] == 0


async def test_reading_is_bounded() -> None:
    """Beyond READ_LIMIT waiting bytes nothing more is taken; a large message alone is."""
    reader = Reader()
    reader.waiting = READ_LIMIT
    with pytest.raises(ReaderFullError):
        await reader.read(ORDER, "http")
    reader.waiting = 0
    await reader.read(ORDER, "http")
    assert reader.waiting == 0


# --- which sandbox ----------------------------------------------------------------------------------------------------


async def test_a_token_chooses_its_sandbox(served: Line) -> None:
    """On a path that names none; an unknown token, or none, is for `default`."""
    made = (await served.ask("POST", "/_control/sandboxes", json={"id": "mine"})).json
    for token, count in ((made["token"], 1), ("unknown", 0), ("", 0)):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with served.session.post(f"{served.url}/messages", data=ORDER, headers=headers) as answer:
            assert answer.status == 202
        mine = Line(served.url, served.session, served.window, "mine")
        assert len(await mine.listed()) == 1, (token, count)


async def test_a_token_opens_nothing_else(tmp_path: Path) -> None:
    """With tokens asked: not another sandbox, not the list, not its own limits."""
    async with serving(tmp_path / "s", guard="control") as line:
        token = (await line.ask("POST", "/_control/sandboxes", json={"id": "a"})).json["token"]
        await line.ask("POST", "/_control/sandboxes", json={"id": "b"})
        line.token = token
        asked = [("GET", "/sandboxes/b/returns"), ("GET", "/_control/sandboxes/b"), ("GET", "/_control/sandboxes")]
        for method, path in (*asked, ("PUT", "/_control/sandboxes/a/limits"), ("GET", "/metrics")):
            assert (await line.ask(method, path)).status == 401, path
        for path in ("/sandboxes/a/returns", "/returns", "/_control/sandboxes/a/limits"):
            assert (await line.ask("GET", path)).status == 200, path
        line.token = ""
        assert (await line.ask("GET", "/returns")).status == 401


def test_a_sandbox_has_a_port_of_its_own_and_tls(tmp_path: Path) -> None:
    """`--port-of shop=0`: paths without a name are the sandbox's, others are not there; all over https."""
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2"]
    subprocess.run(
        ["openssl", *made, "-keyout", "k.pem", "-out", "c.pem"], cwd=tmp_path, check=True, capture_output=True
    )
    command = [
        sys.executable,
        "-m",
        "swsim.simulator.cli",
        "serve",
        "--port",
        "0",
        "--db",
        ":memory:",
        "--readers",
        "0",
    ]
    command += ["--ready-json", "--tls-cert", "c.pem", "--tls-key", "k.pem", "--port-of", "shop=0"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = json.loads(process.stdout.readline())
            asyncio.run(_ask_both(said["url"], said["sandboxes"]["shop"]))
        finally:
            process.terminate()


async def _ask_both(common: str, own: str) -> None:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    async with ClientSession(connector=TCPConnector(ssl=trusting)) as session:
        async with session.post(f"{own}/messages", data=ORDER) as answer:
            assert answer.status == 202
        for url, path, status, count in (
            (own, "/returns", 200, 1),
            (common, "/sandboxes/shop/returns", 200, 1),
            (common, "/returns", 200, 0),
            (own, "/sandboxes/default/returns", 404, 0),
            (own, "/_control/sandboxes/default", 404, 0),
        ):
            async with session.get(f"{url}{path}") as answer:
                assert answer.status == status, path
                if status == 200:
                    assert len((await answer.json())["items"]) >= count, path


@pytest.mark.parametrize(
    "options",
    [
        ["--tls-cert", "nothing.pem"],
        ["--tls-cert", "nothing.pem", "--tls-key", "nothing.pem"],
        ["--port-of", "a/b=1"],
        ["--host", "0.0.0.0"],  # noqa: S104 - it is to be refused
    ],
)
def test_options_that_do_not_fit_end_with_2(options: list[str], tmp_path: Path) -> None:
    """The error says what was expected."""
    command = [sys.executable, "-m", "swsim.simulator.cli", "serve", "--db", ":memory:", "--port", "0", *options]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


# --- isolation --------------------------------------------------------------------------------------------------------


async def test_two_hundred_sandboxes_at_once_do_not_see_each_other(served: Line) -> None:
    """The same keys in each, at once: each has its own documents, returns and journal, as if it were alone."""
    lines = [await served.create(f"n{number}", profile="instant") for number in range(200)]
    await asyncio.gather(*(line.accepted(ORDER) for line in lines))
    await asyncio.gather(*(line.accepted(OTHER) for line in lines[::2]))
    for number, line in enumerate(lines):
        orders = 2 if number % 2 == 0 else 1
        statuses = [one.statuses for one in await line.drain(DXP)]
        assert statuses == [[2], [3], [120]] * orders, line.sandbox
        entries = await line.journal()
        assert [one["n"] for one in entries] == list(range(1, len(entries) + 1))
    assert await served.listed() == []
    digests = {(await line.journal())[0]["digest"] for line in lines[1::2]}
    assert len(digests) == 1, "what an order does in one sandbox it does in each"
