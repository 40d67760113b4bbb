"""What waited when the simulator ended goes out after the next start, on each channel: nothing lost, in order, nothing
twice but what was on its way.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from simulator_annex import DXP, Sale, message, records
from simulator_line import serving
from test_simulator_amqp import broker, client
from test_simulator_webhook import acknowledged, listening

from swsim.simulator.outbox import Outbox

__all__ = ["broker"]
pytestmark = pytest.mark.timeout(120)
ORDERS = [message("303", Sale(f"RESUME-{number}").document("303")) for number in range(20)]
WAYS = ("webhook", "amqp", "folder")
Received = list[tuple[str, bytes]]


@dataclass
class Way:
    """A channel on the enterprise's side: how the simulator is given it, and what came by it (id, body)."""

    options: dict[str, Any]
    said: dict[str, str]
    received: Callable[[int], Awaitable[Received]]


@pytest.fixture(params=WAYS)
async def way(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Way]:
    """Each channel, on the real thing."""
    async with _WAYS[request.param](request, tmp_path) as made:
        yield made


@asynccontextmanager
async def _webhook(_: pytest.FixtureRequest, __: Path) -> AsyncIterator[Way]:
    async with listening() as server:

        async def received(count: int) -> Received:
            return [(headers["X-Return-Id"], body) for headers, body in (await server.until(count))[:count]]

        yield Way({}, {"channel": "webhook", "url": server.url}, received)


@asynccontextmanager
async def _amqp(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Way]:
    node, name = request.getfixturevalue("broker"), tmp_path.name.replace("_", "-")[:40]
    async with client(node, name) as firm:

        async def received(count: int) -> Received:
            return [(str(one.message_id).rpartition("/")[2], one.body) for one in await firm.take(DXP, count)]

        yield Way({"brokers": [node.url], "name": name}, {"channel": "amqp"}, received)


@asynccontextmanager
async def _folder(_: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Way]:
    async def received(count: int) -> Received:
        inbox = tmp_path / "in/s/InBox"
        async with asyncio.timeout(60):
            while len(found := list(inbox.glob("*.xml"))) < count:
                await asyncio.sleep(0.05)  # a folder tells nobody of its files
        by_id = sorted((one.stem.split("_")[2].partition("~")[0], one.stem, one) for one in found)
        return [(number, one.read_bytes()) for number, _, one in by_id]

    yield Way({"folder": tmp_path / "in"}, {"channel": "folder"}, received)


_WAYS = {"webhook": _webhook, "amqp": _amqp, "folder": _folder}


async def test_what_waited_goes_out_after_a_restart(way: Way, tmp_path: Path) -> None:
    """Taken in over HTTP while there was no such channel; then there is one: all of it, in order, once."""
    name = way.options.pop("name", "s")
    async with serving(tmp_path / "store") as first:
        line = await first.create(name)
        for order in ORDERS:
            await line.accepted(order)
        ids = [one["id"] for one in await line.listed()]
        waiting = [(one, (await line.ask("GET", f"/sandboxes/{name}/returns/{one}")).body) for one in ids]
        assert len(waiting) == len(ORDERS)
        if way.said["channel"] != "webhook":  # a webhook is always there: it is told after the restart
            await line.control("PUT", "/channels", {"channels": {DXP: way.said}})
    async with serving(tmp_path / "store", **way.options) as again:
        line = again.of(name)
        await line.control("PUT", "/channels", {"channels": {DXP: way.said}})
        assert await way.received(len(ORDERS)) == waiting
        assert len(await acknowledged(line, len(ORDERS))) == len(ORDERS)
        assert all(one["acknowledged"] for one in await line.listed())


async def test_what_arrived_and_was_not_acknowledged_comes_again(
    way: Way, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The simulator ends in between: the same return, by the same id and to the byte, then the others."""
    name = way.options.pop("name", "s")
    arrived = asyncio.Event()
    real = Outbox.acknowledge

    async def dies(*_: Any) -> bool:
        arrived.set()
        await asyncio.Event().wait()
        return False

    monkeypatch.setattr(Outbox, "acknowledge", dies)
    async with serving(tmp_path / "store", **way.options) as first:
        line = await first.create(name)
        await line.control("PUT", "/channels", {"channels": {DXP: way.said}})
        await line.accepted(ORDERS[0])
        await asyncio.wait_for(arrived.wait(), 60)
        ((number, body),) = await way.received(1)
        assert records(body)[0]["returnStatus"] == "2"
    monkeypatch.setattr(Outbox, "acknowledge", real)
    async with serving(tmp_path / "store", **way.options) as again:
        line = again.of(name)
        await line.accepted(ORDERS[1])
        assert len(await acknowledged(line, 2)) == 2
        extra = 2 if way.said["channel"] == "amqp" else 3  # what was read from a queue is not there any more
        got = await way.received(extra)
        assert got.count((number, body)) == extra - 1
        assert got[-1][0] > number
