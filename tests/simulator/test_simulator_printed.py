"""Log injection: what others write comes into the log and onto a terminal on one line, and does nothing there."""

import asyncio
import io
import logging
import re
from pathlib import Path

import pytest
from simulator_annex import Sale, message
from simulator_line import Line

from swsim.simulator.cli import main
from swsim.simulator.printed import OneLine, escaped
from swsim.simulator.transport.folder_boxes import Boxes

EVIL = "a\r\n2026-01-05 09:00:00,000 ERROR swsim: all is lost \x1b[2J\x9b31m\x07\u2028\u202e b"
RECORD = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2},\d{3} [A-Z]+ [\w.]+: ")
LINE = re.compile(rf"({RECORD.pattern}|  \| )[^\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]*")


@pytest.fixture
def log() -> io.StringIO:
    """What `swsim serve` would write to standard error."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(OneLine())
    logger = logging.getLogger("swsim")
    logger.addHandler(handler)
    return out


def fails(*_: object) -> None:
    """With words of others."""
    raise RuntimeError(EVIL)


def records(log: io.StringIO) -> list[str]:
    """Lines of the log that are records; each line is one, or of a traceback."""
    lines = log.getvalue().split("\n")
    assert lines.pop() == ""
    assert all(LINE.fullmatch(line) for line in lines), lines
    return [line for line in lines if RECORD.match(line)]


def test_a_text_is_escaped_and_the_rest_stays() -> None:
    """Line ends, escape sequences, separators, marks of direction; Chinese and spaces are left alone."""
    assert escaped("订单 a\\b\t\x00é😀") == "订单 a\\b\\x09\\x00é😀"
    assert escaped(EVIL).isprintable()
    assert "\\x1b[2J\\x9b31m\\x07\\u2028\\u202e" in escaped(EVIL)


def test_a_record_is_one_line_and_a_traceback_is_marked(log: io.StringIO) -> None:
    """Whether the words are arguments, the message itself, or those of an exception."""
    logger = logging.getLogger("swsim.test")
    logger.warning("a message of %s: %r", EVIL, EVIL)
    logger.warning(EVIL)
    try:
        fails()
    except RuntimeError:
        logger.exception("it failed for %s", EVIL)
    assert len(records(log)) == 3
    assert log.getvalue().count("\n  | ") > 3


async def test_a_path_cannot_write_into_the_log(line: Line, log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that fails inside is named by its path, decoded."""

    monkeypatch.setattr("swsim.simulator.transport.control.documents.find_view", fails)
    for path in ("/find?q=1", "/documents/603/%0D%0A2026-01-05%20ERROR%1B[2J"):
        monkeypatch.setattr(line.window.store, "documents", fails)
        assert (await line.control("GET", path)).problem["status"] == 500
    assert len(records(log)) == 2
    assert "\\x0d\\x0a" in log.getvalue()


async def test_names_of_a_channel_cannot_write_into_the_log(
    line: Line, log: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file somebody has open is named; so is a queue that a profile names."""
    from swsim.simulator.transport.folder_inbound import FolderInbound  # noqa: PLC0415 - only here

    boxes = Boxes(tmp_path, "s")
    boxes.prepare()
    (boxes.out / "a\n2026 ERROR\x1b[2J.xml").write_bytes(message("303", Sale("PRINTED-1").document("303")))

    def locked(*_: object) -> str:
        raise PermissionError(13, EVIL)

    monkeypatch.setattr(Boxes, "to_sent", locked)
    inbound = FolderInbound(line.window, line.window.sandbox("s"), boxes, 1 << 20)
    inbound.start()
    await line.entry("message")
    async with asyncio.timeout(30):
        while not log.getvalue():
            await asyncio.sleep(0.05)  # the log rings no bell
    await inbound.stop()
    assert "stays for now" in records(log)[0]


async def test_numbers_do_nothing_to_a_terminal(line: Line, capsys: pytest.CaptureFixture[str]) -> None:
    """`swsim why` and `swsim tail` show an order number of controls that XML allows, written out."""
    number = "P\x9b31m\u202e1"
    await line.accepted(message("303", Sale(number).document("303")))
    for words in (["why", number], ["tail", "--once"]):
        await asyncio.to_thread(main, [*words, "--url", line.url, "--sandbox", "s"])
        out = capsys.readouterr().out
        assert "P\\x9b31m\\u202e1" in out or words[0] == "tail"  # which shows keys as a path has them
        assert all(part.isprintable() for part in out.split("\n"))


def test_a_file_name_does_nothing_to_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`swsim lint` names files and quotes what they hold."""
    text = message("303", Sale("PRINTED-2").document("303")).decode().replace(">28<", ">x\x9b31m<")
    (tmp_path / "a\x1b[2J.xml").write_text(text, "utf-8")
    assert main(["lint", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "a\\x1b[2J.xml" in out
    assert "x\\x9b31m" in out
    assert all(part.isprintable() for part in out.split("\n"))
