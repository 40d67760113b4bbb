"""The user's tables where customs reads: in this process and in reading processes, told at the start, journaled."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from swsim.fixtures.batch import upload
from swsim.fixtures.chain import BEIJING, chain
from swsim.fixtures.parties import parties
from swsim.simulator.cli import main
from swsim.simulator.codes.loading import load
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.messages.codec import encode
from swsim.simulator.reader import Reader
from swsim.simulator.reading import Message

WAYBILL = encode(
    upload(
        [chain(11, 0, datetime(2026, 1, 5, 9, tzinfo=BEIJING)).logistics.replaced(currency="999")],
        parties(11).logistics,
        guid="6F9619FF-8B86-4011-B42D-00C04FC964FF",
    )
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a table of currencies that is said to be all there are."""
    (tmp_path / "currency.csv").write_text("# complete: yes\n# mode: replace\ncode,zh\n502,美元\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize("processes", [0, 1])
@pytest.mark.parametrize(("own", "row"), [(False, "ORD-14/unknown"), (True, "ORD-14")])
async def test_a_code_is_judged_by_the_tables_given(folder: Path, processes: int, own: bool, row: str) -> None:
    """Absent from a complete table it is wrong, from the one that ships unknown; the message tells which it was."""
    codes = load(folder).codes if own else None
    reader = Reader(processes, codes)
    await reader.open()
    try:
        received, found = await reader.read(WAYBILL, "http")
    finally:
        await reader.close()
    assert isinstance(found, Message)
    assert [finding.rule for finding in found.papers[0].findings] == [row]
    assert received.codes == (codes or Codes.builtin()).digest()


def test_serve_says_what_it_loaded(folder: Path) -> None:
    """A line a file, on stderr where stdout is for a program."""
    words = ["--port", "0", "--db", ":memory:", "--readers", "0", "--ready-json", "--codes", str(folder)]
    server = subprocess.Popen(
        [sys.executable, "-m", "swsim.simulator.cli", "serve", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert server.stdout is not None
    assert "url" in json.loads(server.stdout.readline())
    server.terminate()
    _, told = server.communicate(timeout=30)
    assert "currency.csv: 1 rows, replaces currency 货币代码: now 1 codes, complete" in told.decode()


def test_serve_refuses_tables_it_cannot_use(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and the place in the file."""
    (folder / "currency.csv").write_text("code\n1\n", "utf-8")
    assert main(["serve", "--codes", str(folder)]) == 2
    assert "currency.csv:2: column code: expected 3 digits" in capsys.readouterr().err
