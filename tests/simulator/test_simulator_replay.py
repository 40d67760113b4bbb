"""Replay: what is recorded is decided again, byte for byte; what was tampered with is found."""

import asyncio
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from simulator_line import NOW, Line, key_path, serving

from swsim.fixtures.batch import upload
from swsim.fixtures.chain import chain
from swsim.fixtures.chains import chains_of
from swsim.fixtures.mix import Mix
from swsim.fixtures.parties import parties, registry
from swsim.simulator.cli import main
from swsim.simulator.clock import read_instant
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.messages.codec import encode
from swsim.simulator.messages.transfer import Document
from swsim.simulator.replay.recording import RecordingError, read_lines
from swsim.simulator.replay.replaying import Replay

FIRMS = parties(7)


def body(*documents: Document, guid: str = "A" * 36) -> bytes:
    return encode(upload(list(documents), FIRMS.sender(documents[0].number), guid=guid))


async def exported(line: Line) -> bytes:
    got = await line.control("GET", "/journal/export")
    assert got.status == 200
    return got.body


async def traded(line: Line) -> None:
    """A busy sandbox: a shipment to 899, refusals, the same bytes again, orders, a profile, faults, deliveries."""
    made = chains_of(7, 0, datetime.fromisoformat(NOW), firms=FIRMS, mix=Mix(shipment=4))
    returns: list[bytes] = []
    for kind in ("303", "403", "505", "603", "607", "507", "509"):
        if kind in {"607", "507", "509"}:
            await line.clock(advance_to=max(made.trip.when(kind), await line.now()).isoformat())
        for place, document in enumerate(made.documents(kind)):
            message = body(document, guid=f"{kind}{place:0>33}")
            await line.accepted(message)
            await line.accepted(message)
        await line.clock(advance="PT1M")
        returns += [one.body for firm in FIRMS.all for one in await line.drain(firm.dxp_id)]
        made = made.follow(returns)
    assert (await line.post(b"<no")).status == 400
    unknown = body(*made.documents("303")).replace(b"orderType>", b"orderTypo>")
    assert (await line.post(unknown)).status == 422
    fault = {"faults": [{"id": "F", "kind": "303", "key": "*", "action": "reject", "status": -301013, "info": "x"}]}
    assert (await line.control("PUT", "/faults", fault)).status == 200
    await line.accepted(body(chain(7, 98, await line.now()).order))
    await line.clock(advance="PT1M")
    assert (await line.control("PUT", "/faults", {"faults": []})).status == 200
    assert (await line.control("PUT", "/profile", {"base": "peak-day", "review_rate": 1.0})).status == 200
    sale = chain(7, 99, await line.now())
    for document in sale.documents:
        await line.accepted(body(document))
        await line.clock(step=1)
    await line.clock(advance="PT6H")
    key = key_path(sale.inventory.head.agent_code, sale.inventory.head.cop_no)
    assert (await line.control("POST", f"/documents/603/{key}/force", {"hold": True})).status == 200
    await line.control("PUT", "/registry", {"mode": "open", "enterprises": registry(FIRMS)})
    assert (await line.control("POST", f"/documents/603/{key}/force", {"hold": False})).status == 200
    await line.clock(advance="P1D")


async def test_a_busy_sandbox_is_replayed_byte_for_byte(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Inputs of every kind; the exported file and the database give the same."""
    async with serving(tmp_path / "db") as whole:
        line = await whole.create(profile={"base": "inspection-heavy", "send_failed_rate": 0.5})
        await traded(line)
        data = await exported(line)
    recording = read_lines(data)
    assert {one.kind for one in recording.entries} == {"input", "output", "channel"}
    assert {one.what for one in recording.entries if one.kind == "input"} >= {
        *("message", "refused-message", "clock", "profile", "faults", "registry", "force"),
    }
    assert b"".join(recording.lines()) == data
    assert await Replay(recording, Codes.builtin()).run() is None
    path = tmp_path / "s.ndjson"
    path.write_bytes(data)
    for words in ([str(path)], [str(tmp_path / "db"), "--sandbox", "s"]):
        assert await asyncio.to_thread(main, ["replay", *words]) == 0
        assert "every one came out the same" in capsys.readouterr().out


async def test_a_running_clock_is_replayed(tmp_path: Path) -> None:
    """On a scaled clock due work fires while messages come; the recorded order drives the replay."""
    async with serving(tmp_path / "db", clock="scaled:600") as line:
        sale = chain(7, 0, await line.now())
        for document in sale.documents:
            await line.accepted(body(document))
        async with asyncio.timeout(20):
            while (await line.document("603", sale.inventory.head.agent_code, sale.inventory.head.cop_no))[
                "state"
            ] != 399:
                await line.journal(line.window.sandboxes["default"].position.entry, wait=1)
        data = await exported(line)
    assert await Replay(read_lines(data), Codes.builtin()).run() is None


async def test_played_messages_are_played_again(tmp_path: Path) -> None:
    """The autopilot's messages are no inputs of their own: they come out of the replay."""
    async with serving(tmp_path / "db") as whole:
        line = await whole.create(autopilot={"role": "seller"}, profile="instant")
        sale = chain(7, 0, await line.now())
        await line.accepted(body(sale.order))
        await line.accepted(body(sale.inventory))
        await line.clock(advance="P3D")
        data = await exported(line)
    recording = read_lines(data)
    assert any(b'"channel":"autopilot"' in one.data for one in recording.entries)
    assert await Replay(recording, Codes.builtin()).run() is None


async def test_a_reset_begins_a_journal_of_its_own(tmp_path: Path) -> None:
    """Registry and profile stay with the sandbox: the journal that begins then can be replayed too."""
    async with serving(tmp_path / "db") as whole:
        line = await whole.create()
        await line.control("PUT", "/profile", "instant")
        assert (await line.control("POST", "/reset")).status == 200
        await line.accepted(body(chain(7, 0, read_instant(NOW)).order))
        data = await exported(line)
    assert json.loads(data.splitlines()[0])["begun"]["profile"] == "instant"
    assert await Replay(read_lines(data), Codes.builtin()).run() is None


def tampered(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data
    return data.replace(old, new, 1)


async def test_what_was_changed_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A changed output differs, its chain is broken; another seed decides otherwise; what is no journal is told."""
    async with serving(tmp_path / "db") as whole:
        line = await whole.create()
        await line.accepted(body(chain(7, 0, read_instant(NOW)).order))
        await line.clock(advance="PT1M")
        data = await exported(line)
    changed = tampered(data, b'\\"usual\\":[2,2,[]]', b'\\"usual\\":[1,2,[]]')
    found = await Replay(read_lines(changed), Codes.builtin()).run()
    assert found is not None
    assert found.replayed is not None
    assert (found.recorded.what, found.replayed.what) == ("decision", "decision")
    seeded = await Replay(read_lines(tampered(data, b'"seed":7', b'"seed":8')), Codes.builtin()).run()
    assert seeded is not None
    path = tmp_path / "s.ndjson"
    path.write_bytes(changed)
    assert await asyncio.to_thread(main, ["replay", str(path), "--format", "json"]) == 1
    said: Any = json.loads(capsys.readouterr().out)
    assert (said["same"], "broken" in said) == (False, True)
    for wrong in (b"", b"{}", b"no", data + b"no\n"):
        with pytest.raises(RecordingError, match="expected an exported journal"):
            read_lines(wrong)
