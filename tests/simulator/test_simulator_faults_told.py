"""What a verdict can tell faults by: each stands in the journal, a restart repeats none, copies are spared."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError
from simulator_annex import DXP, Sale, message
from simulator_line import NOW, Line, key_path, serving
from test_simulator_faults import ORDER, SALE, fired, put

from swsim.simulator.core.faults import ACTIONS, Side


async def everything_fetched(line: Line) -> None:
    """Take and acknowledge what waits, whatever its bytes are; what was lost comes within a second."""
    while (got := await line.ask("GET", f"/sandboxes/s/returns/next?dxpId={DXP}&wait=0.1")).status == 200:
        await line.acknowledge(got.headers["X-Return-Id"])


@pytest.mark.parametrize(
    ("row", "at_first", "later"),
    [
        ({"action": "lost", "by": "PT60S"}, [[3], [120]], [[2]]),
        ({"action": "redelivered"}, [[2], [2], [3], [120]], []),
    ],
)
async def test_what_befell_a_return_on_the_line_is_not_repeated_after_a_restart(
    tmp_path: Path, row: dict[str, Any], at_first: list[list[int]], later: list[list[int]]
) -> None:
    """Kept with the sandbox: a return that was lost once arrives, whatever the fault table is by then."""
    async with serving(tmp_path / "s") as first:
        line = await first.create()
        await put(line, {"stage": "2"} | row)
        await line.accepted(ORDER)
        await line.clock(advance="PT10M")
        assert [one.statuses for one in await line.drain()] == at_first
        await put(line, {"action": "slow", "by": "PT0S"})
    async with serving(tmp_path / "s") as again:
        line = Line(again.url, again.session, again.window, "s")
        assert [one.statuses for one in await line.drain()] == later
        assert len([one for one in await fired(line) if one[0] == "channel"]) == 1


@pytest.mark.parametrize("action", [one.name for one in ACTIONS.values() if one.side is Side.RETURNING])
async def test_a_copy_for_a_subscriber_is_never_spoiled(line: Line, action: str) -> None:
    """What the sender is told goes wrong; who subscribed gets what customs said, at once and once, to the byte."""
    subscribed = ORDER.replace(
        b"</BaseTransfer>",
        b"</BaseTransfer><BaseSubscribe><status>RET</status><dxpMode>DXP</dxpMode>"
        b"<dxpAddress>DXPENTTEST000009</dxpAddress></BaseSubscribe>",
    )
    await line.accepted(subscribed)
    await line.clock(advance="PT10M")
    good = [one.body for one in await line.drain("DXPENTTEST000009")]
    assert len(good) == 3
    await line.control("POST", "/reset")
    await line.control("POST", "/clock", {"mode": "virtual", "now": NOW})
    await put(line, {"action": action})
    await line.accepted(subscribed)
    await line.clock(advance="PT10M")
    got = await line.drain("DXPENTTEST000009")
    assert [[one.statuses, len(one.records)] for one in got] == [[[2], 1], [[3], 1], [[120], 1]]
    assert [one.root for one in got] == ["CEB304Message"] * 3
    assert await fired(line)
    sizes = [abs(len(one.body) - len(body)) for one, body in zip(got, good, strict=True)]
    assert max(sizes) <= 1, "only numbers and guids differ"


@pytest.mark.parametrize("how", ["control", "profile"])
@pytest.mark.parametrize("action", ACTIONS)
async def test_each_action_stands_in_the_journal(served: Line, action: str, how: str) -> None:
    """By row, action and side, and whom it befell: documents, a message, a return. From the control API or a profile,
    for one kind of message and one document alone.
    """
    line = await served.create(profile="instant")
    key = key_path(*SALE.key("303"))
    row = {"id": "f", "kind": "303", "key": key, "action": action}
    quick = {"slow": {"by": "PT0.01S"}, "lost": {"by": "PT0.01S"}, "hurry": {"stage": "120"}}.get(action, {})
    if how == "profile":
        got = await line.control("PUT", "/profile", {"base": "instant", "faults": [row | quick]})
    else:
        got = await line.control("PUT", "/faults", {"faults": [row | quick]})
    assert got.status == 200, got.body
    await line.accepted(message("303", Sale("O-2").document("303")))
    assert await fired(line) == [], "another document"
    for _ in range(2):
        with suppress(ClientError):
            await line.post(ORDER)
    await line.clock(advance="P1D")
    await everything_fetched(line)
    entries = [one["data"] for one in await line.journal() if one["what"] == "fault"]
    assert entries
    for said in entries:
        assert (said["fault"].rpartition("/")[2], said["action"], said["side"]) == ("f", action, ACTIONS[action].side)
        befell = said.get("documents") or said.get("message") or said.get("return")
        assert befell
        assert "documents" not in said or said["documents"] in ([["303", key]], [])
