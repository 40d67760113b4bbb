"""Orders go in, every return comes out: how long it took."""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from time import perf_counter
from uuid import UUID

import aio_pika

from swsim.fixtures.batch import upload
from swsim.fixtures.chain import chain
from swsim.fixtures.parties import parties
from swsim.simulator.clock import BEIJING
from swsim.simulator.messages.codec import encode
from swsim.simulator.profile import read_profile

CUSTOMS = read_profile("standard").receiver
NOW = datetime(2026, 1, 5, 9, tzinfo=BEIJING)
FIRMS = parties(1)
SENDER = FIRMS.sender("303")
PUBLISHED_AT_ONCE = 200
LOOKS = 0.2
"""Seconds between two looks into a folder; nothing tells of its files."""


def main() -> int:
    """Measure one channel and print what it carried, as JSON."""
    parser = argparse.ArgumentParser(prog="python -m swsim.loadtests.channels", description=__doc__)
    parser.add_argument("channel", choices=("amqp", "folder"))
    parser.add_argument("place", help="URL of a broker whose virtual host is empty, or a folder that is")
    parser.add_argument("--count", type=int, default=5000, help="messages of one order each (default 5000)")
    arguments = parser.parse_args()
    work = over_amqp if arguments.channel == "amqp" else over_folder
    taken, returns, seconds = asyncio.run(work(arguments.place, arguments.count))
    said = {"channel": arguments.channel, "messages": taken, "returns": returns, "seconds": round(seconds, 1)}
    said |= {"messagesPerSecond": round(taken / seconds), "returnsPerSecond": round(returns / seconds)}
    print(json.dumps(said))
    return 0


def orders(count: int) -> Iterator[bytes]:
    """Messages of one order each, no two alike."""
    for index in range(count):
        made = upload([chain(1, index, NOW, firms=FIRMS).order], SENDER, guid=str(UUID(int=index + 1)).upper())
        yield encode(made)


@asynccontextmanager
async def simulator(*options: str) -> AsyncIterator[None]:
    """`swsim serve` with these options; it listens when this begins."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["serve", "--port", "0", "--db", str(Path(folder, "db")), "--ready-json", "--seed", "1"]
        words += ["--clock", f"virtual:{NOW.isoformat()}", *options]
        command = [sys.executable, "-m", "swsim.simulator.cli", *words]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        try:
            assert process.stdout is not None  # noqa: S101 - it is piped
            await process.stdout.readline()
            yield
        finally:
            process.terminate()
            await process.wait()


async def over_amqp(url: str, count: int) -> tuple[int, int, float]:
    """Messages wait in the queue when the simulator comes; over when three returns of each were read (2, 3, 120)."""
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel()
        await channel.declare_queue(CUSTOMS, durable=True)
        returns = await channel.declare_queue(SENDER.dxp_id, durable=True)
        bodies = [aio_pika.Message(one, delivery_mode=aio_pika.DeliveryMode.PERSISTENT) for one in orders(count)]
        for start in range(0, count, PUBLISHED_AT_ONCE):
            some = bodies[start : start + PUBLISHED_AT_ONCE]
            await asyncio.gather(*(channel.default_exchange.publish(one, CUSTOMS) for one in some))
        await channel.set_qos(prefetch_count=1000)
        got = 0
        async with simulator("--amqp", url, "--profile", "instant"):
            begun = perf_counter()
            async with returns.iterator() as messages:
                async for one in messages:
                    await one.ack()
                    got += 1
                    if got == count * 3:
                        break
            return count, got, perf_counter() - begun


async def over_folder(place: str, count: int) -> tuple[int, int, float]:
    """Files lie in the OutBox when the simulator comes; over when each is in the SentBox, its return in the InBox."""
    home = Path(place) / "default"
    out, sent, into = (home / name for name in ("OutBox", "SentBox", "InBox"))
    out.mkdir(parents=True)
    for number, body in enumerate(orders(count)):
        (out / f"{number:07d}.xml").write_bytes(body)
    async with simulator("--folder", place):
        begun = perf_counter()
        while min(_files(sent), _files(into)) < count:  # noqa: ASYNC110 - a folder tells nobody of its files
            await asyncio.sleep(LOOKS)
        return count, _files(into), perf_counter() - begun


def _files(box: Path) -> int:
    return sum(not one.name.startswith(".") for one in os.scandir(box)) if box.is_dir() else 0


if __name__ == "__main__":
    sys.exit(main())
