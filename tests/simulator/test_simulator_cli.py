"""The command line: help with an example for every command, wrong use told with exit code 2, the schema written."""

import asyncio
import json
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from simulator_annex import NAMESPACE, Sale, message
from simulator_line import Line

from swsim.simulator.cli import COMMANDS, main


def helped(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What `--help` prints; its exit code is 0."""
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """One line each."""
    text = helped(capsys)
    for name, command in COMMANDS.items():
        assert re.search(rf"^ +{name}\b", text, re.MULTILINE), name
        assert command.summary in text


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """The example begins with `swsim` and names the command; asking for help patches nothing in this process."""
    text = helped(capsys, name)
    assert f"example: swsim {name}" in " ".join(text.split())
    assert "gevent" not in sys.modules


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """`swsim --version`."""
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert re.fullmatch(r"swsim \d+\.\d+\.\d+\n", capsys.readouterr().out)


@pytest.mark.parametrize(
    "words", [[], ["dance"], ["serve", "--colour"], ["why"], ["schema"], ["serve", "--regime", "1"]]
)
def test_wrong_use_is_exit_code_2(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    """Usage and the reason on stderr, nothing on stdout."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "usage:" in err


# --- serve ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def busy_port() -> Iterator[int]:
    """A port somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """`swsim serve` that does not begin: exit code 2 and what it says, without a trace."""
    code: object = None
    try:
        code = main(["serve", *words])
    except SystemExit as ended:
        code = ended.code
    out, err = capsys.readouterr()
    assert code == 2
    assert out == ""
    assert "Traceback" not in err
    return err


@pytest.mark.parametrize("clock", ["lunar", "virtual:", "virtual:soon", "scaled:0", "real:1", ""])
def test_serve_refuses_a_clock_it_does_not_know(capsys: pytest.CaptureFixture[str], clock: str) -> None:
    """It says what was expected and what was received."""
    said = refused(capsys, "--db", ":memory:", "--port", "0", "--clock", clock)
    assert "expected" in said
    assert repr(clock.removeprefix("virtual:") or clock) in said


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("r.json", "{", ""),
        ("r.json", "5", "expected a list"),
        ("r.json", '[{"name": "x"}]', "expected an object with a code"),
        ("r.json", '[{"code": "C", "roles": ["king"]}]', "king"),
        ("r.toml", "mode = ", ""),
        ("r.toml", 'mode = "ajar"', "open|closed"),
    ],
)
def test_serve_refuses_a_registry_it_cannot_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, text: str, reason: str
) -> None:
    """The message names the file and the fault."""
    file = tmp_path / name
    file.write_text(text)
    said = refused(capsys, "--db", ":memory:", "--port", "0", "--registry", str(file))
    assert str(file) in said
    assert reason in said


def test_serve_refuses_a_registry_that_is_not_there(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The message names the file."""
    assert "no.json" in refused(capsys, "--db", ":memory:", "--registry", str(tmp_path / "no.json"))


def test_serve_refuses_a_port_in_use(capsys: pytest.CaptureFixture[str], tmp_path: Path, busy_port: int) -> None:
    """And says how to get another; the database is let go again."""
    store = tmp_path / "store.sqlite3"
    for _ in range(2):
        said = refused(capsys, "--db", str(store), "--port", str(busy_port))
        assert f"127.0.0.1:{busy_port}" in said
        assert "--port 0" in said


@pytest.mark.parametrize("port", ["65536", "-1", "http", "8180.0"])
def test_serve_refuses_what_is_no_port(capsys: pytest.CaptureFixture[str], port: str) -> None:
    """It says which ones there are."""
    assert "65535" in refused(capsys, f"--port={port}")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.invalid"])  # noqa: S104 - refused
def test_serve_beyond_loopback_asks_for_auth(capsys: pytest.CaptureFixture[str], host: str) -> None:
    """An open customs on the network is not opened by mistake."""
    said = refused(capsys, "--db", ":memory:", "--port", "0", "--host", host)
    assert "--auth" in said
    assert "--open-to-network" in said


def test_serve_refuses_a_file_that_is_no_database(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Nor does it write into it; a folder that is not there is told too."""
    file = tmp_path / "letter.txt"
    file.write_text("Dear Sir or Madam, this is a letter and no database at all.")
    before = file.read_bytes()
    assert "letter.txt" in refused(capsys, "--db", str(file), "--port", "0")
    assert file.read_bytes() == before
    assert "nowhere" in refused(capsys, "--db", str(tmp_path / "nowhere" / "x.sqlite3"), "--port", "0")


async def test_serve_says_what_to_try_next(tmp_path: Path) -> None:
    """The address, the settings, commands to go on with; SIGINT ends it with code 0."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "swsim.simulator.cli", "serve", "--port", "0", "--db", str(tmp_path / "s.sqlite3")),
        *("--clock", "virtual:2026-01-05T09:00:00+08:00", "--auth"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        text = (await process.stdout.readuntil(b"swsim tail")).decode()
    process.send_signal(2)
    async with asyncio.timeout(30):
        await process.communicate()
    assert process.returncode == 0
    assert re.search(r"http://127\.0\.0\.1:\d+", text)
    assert "token" in text
    assert "swsim generate" in text
    assert "swsim why" in text


# --- schema -----------------------------------------------------------------------------------------------------------


def test_schema_writes_files_that_compile(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Into a folder it makes; it names the files, and a message of the annex is valid by them."""
    out = tmp_path / "deep" / "xsd"
    assert main(["schema", "--edition", "202205", "--out", str(out)]) == 0
    files = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert {file.parent for file in files} == {out}
    assert set(files) == set(out.iterdir())
    [business] = [file for file in files if NAMESPACE in file.read_text("utf-8").split("\n\n")[0][:2000]][:1]
    schema = etree.XMLSchema(etree.parse(business))
    for kind, document in Sale("O-1").documents():
        schema.assertValid(etree.fromstring(message(kind, document, prefix=True)))
    assert not schema.validate(etree.fromstring(message("303")))


def test_schema_of_an_unknown_edition_is_wrong_use(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """It says which editions there are."""
    with pytest.raises(SystemExit) as ended:
        main(["schema", "--edition", "1999", "--out", str(tmp_path)])
    assert ended.value.code == 2
    assert "202205" in capsys.readouterr().err


# --- why, tail --------------------------------------------------------------------------------------------------------


async def asked(line: Line, *words: str) -> int:
    """A command that asks the running simulator; its exit code."""
    return await asyncio.to_thread(main, [*words, "--url", line.url, "--sandbox", line.sandbox])


async def test_why_tells_a_timeline_with_every_fault(line: Line, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1 where something was refused, 0 where all is well; JSON on request."""
    good, bad = Sale("O-1"), Sale("O-2", goods_value="29")
    for sale in (good, bad):
        await line.accepted(message("303", sale.document("303")))
    await line.clock(advance="PT1M")
    assert await asked(line, "why", "O-1") == 0
    text = capsys.readouterr().out
    assert re.findall(r"\s(2|3|120)  ", text) == ["2", "3", "120"]
    assert await asked(line, "why", "O-2") == 1
    text = capsys.readouterr().out
    assert "ORD-12" in text
    assert "goodsValue: expected sum of totalPrice = 28" in text
    assert await asked(line, "why", "O-2", "--format", "json") == 1
    assert json.loads(capsys.readouterr().out)[0]["state"] == -301008


async def test_why_of_an_unknown_number_is_1_and_of_no_simulator_2(
    line: Line, capsys: pytest.CaptureFixture[str], busy_port: int
) -> None:
    """The reason goes to stderr."""
    assert await asked(line, "why", "O-99") == 1
    assert "O-99" in capsys.readouterr().err
    elsewhere = Line(line.url, line.session, line.window, "nobody")
    assert await asked(elsewhere, "why", "O-1") == 2
    assert "nobody" in capsys.readouterr().err
    for url in ("file:///etc/passwd", "http://127.0.0.1:1"):
        gone = Line(url, line.session, line.window, "s")
        assert await asked(gone, "why", "O-1") == 2
        assert capsys.readouterr().err


async def test_tail_prints_the_journal_a_line_an_entry(line: Line, capsys: pytest.CaptureFixture[str]) -> None:
    """Once, from the beginning or behind a number, as text or JSON."""
    await line.accepted(message("303", Sale("O-1").document("303")))
    assert await asked(line, "tail", "--once") == 0
    text = capsys.readouterr().out.splitlines()
    assert [row.split()[2:4] for row in text] == [["input", "message"], ["output", "decision"], ["output", "return"]]
    assert await asked(line, "tail", "--once", "--after", "2", "--format", "json") == 0
    assert [json.loads(row)["n"] for row in capsys.readouterr().out.splitlines()] == [3]
