"""Reading processes: what they hand over is what is read here; one that ends takes one message with it."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from simulator_annex import Sale, message
from simulator_line import serving

from swsim.simulator.reader import Reader, ReaderLostError
from swsim.simulator.reading import Message, from_plain, read, to_plain

ORDER = message("303", Sale("O-1").document("303"))
WRONG_TOTAL = message("303", Sale("O-1").document("303", goodsValue="29"))
KINDS = [message(kind, Sale("O-1").document(kind)) for kind in ("303", "403", "505", "603")]
REFUSED = [b"", b"<a", b"<!DOCTYPE a><a/>", ORDER.replace(b"orderNo", b"orderNr"), ORDER.replace(b"CEB303", b"CEB304")]


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    """A reader with one process."""
    one = Reader(1)
    await one.open()
    yield one
    await one.close()


def plain(data: bytes) -> tuple[object, ...]:
    """What is read here, as it travels."""
    return to_plain(read(data)[1])


@pytest.mark.parametrize("data", [*KINDS, WRONG_TOTAL, *REFUSED])
def test_what_was_read_survives_the_way(data: bytes) -> None:
    """Papers with findings, faults with line and path: the same on the other side."""
    packed, found, *_ = read(data)
    there = from_plain(to_plain(found))
    assert type(there) is type(found)
    assert to_plain(there) == to_plain(found)
    if isinstance(found, Message):
        assert there == found
    assert packed


async def test_a_process_reads_as_this_one_does(reader: Reader) -> None:
    """Good and bad messages at once, each answered for itself."""
    bodies = [*KINDS, *REFUSED, WRONG_TOTAL, *[message("303", Sale(f"O-{n}").document("303")) for n in range(50)]]
    answers = await asyncio.gather(*[reader.read(data, "http") for data in bodies])
    for data, (received, found) in zip(bodies, answers, strict=True):
        assert (received.business, received.channel, received.packed) == (data, "http", read(data)[0])
        assert to_plain(found) == plain(data)


async def test_a_process_that_ends_takes_one_message_with_it(reader: Reader) -> None:
    """The first in its hands is lost and told so; the others are read by the next process."""
    process = reader._hands[0].process
    os.kill(process.pid, signal.SIGSTOP)  # whatever it would have answered, it has not
    reading = [asyncio.ensure_future(reader.read(data, "http")) for data in KINDS]
    await asyncio.sleep(0)
    os.kill(process.pid, signal.SIGKILL)
    lost, *rest = await asyncio.gather(*reading, return_exceptions=True)
    assert isinstance(lost, ReaderLostError)
    for data, answer in zip(KINDS[1:], rest, strict=True):
        assert not isinstance(answer, BaseException)
        assert to_plain(answer[1]) == plain(data)
    _, again = await reader.read(KINDS[0], "http")
    assert to_plain(again) == plain(KINDS[0])
    assert reader._hands[0].process.pid != process.pid


async def test_a_lost_message_is_told_and_the_next_one_passes(tmp_path: Path) -> None:
    """Over HTTP: 500 without a trace, nothing kept, and customs goes on."""
    async with serving(tmp_path / "store.sqlite3", readers=1) as line:
        hand = line.window.reader._hands[0]
        os.kill(hand.process.pid, signal.SIGSTOP)
        posted = asyncio.ensure_future(line.post(ORDER))
        while not hand.errands:
            await asyncio.sleep(0.01)
        os.kill(hand.process.pid, signal.SIGKILL)
        got = await posted
        assert (got.status, got.problem["code"]) == (500, "3001")
        assert await line.journal() == []
        await line.accepted(ORDER)


def test_a_process_ends_with_its_input() -> None:
    """Whoever started it is gone: it does not stay behind."""
    process = subprocess.Popen(
        [sys.executable, "-m", "swsim.simulator.reader_process"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.read(4) == bytes(4)
    process.stdin.close()
    assert process.wait(20) == 0
    process.stdout.close()
