"""The directions of imports, read from the source: a core without I/O, no call back up, one reader of the clock."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SIMULATOR = ROOT / "simulator"
PURE = {
    "calendar",
    "collections.abc",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "functools",
    "hashlib",
    "inspect",
    "itertools",
    "operator",
    "orjson",
    "re",
    "typing",
    "unicodedata",
    "urllib.parse",
}
"""What the core may import from elsewhere: nothing that opens, waits, asks the time or draws."""
INNER = {f"swsim.simulator.{name}" for name in ("core", "messages", "codes", "profile", "registry", "clock")}
IO = {
    "aiohttp",
    "asyncio",
    "os",
    "pathlib",
    "random",
    "secrets",
    "socket",
    "sqlite3",
    "subprocess",
    "threading",
    "time",
}
CLOCK_CALLS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}


def sources(folder: Path) -> list[Path]:
    """The modules of a folder."""
    found = sorted(folder.rglob("*.py"))
    assert found
    return found


def imports(source: str) -> Iterator[str]:
    """Full names of what a module imports, at its top or inside a function: `a.b` and `a.b.name`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def calls(source: str) -> Iterator[tuple[str, str]]:
    """Calls of an attribute, `datetime.now()` as ("datetime", "now"), and of a name, `open()` as ("", "open")."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                owner = node.func.value
                yield getattr(owner, "attr", getattr(owner, "id", "")), node.func.attr
            elif isinstance(node.func, ast.Name):
                yield "", node.func.id


def below(name: str, packages: set[str]) -> bool:
    """Whether a name is one of the packages or lies in one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def name_of(path: Path) -> str:
    """Where a module is, for a reader of a failure."""
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", sources(SIMULATOR / "core"), ids=name_of)
def test_the_core_imports_what_is_pure_and_nothing_else(path: Path) -> None:
    """No I/O, no clock, no randomness, no transport, store or pipeline: only the words of the messages and tables."""
    found = set(imports(path.read_text("utf-8")))
    assert {name for name in found if below(name, IO)} == set()
    assert {name for name in found if not below(name, PURE | INNER)} == set()


@pytest.mark.parametrize("path", sources(SIMULATOR / "autopilot"), ids=name_of)
def test_the_autopilot_is_as_pure_as_the_core(path: Path) -> None:
    """It says what is sent, and when; who looks up and sends is `played`."""
    found = set(imports(path.read_text("utf-8")))
    assert {
        name
        for name in found
        if not below(name, PURE | INNER | {"uuid", "swsim.simulator.autopilot", "swsim.simulator.delays"})
    } == set()


@pytest.mark.parametrize("path", [*sources(SIMULATOR / "core"), *sources(SIMULATOR / "autopilot")], ids=name_of)
def test_the_core_asks_nobody_for_the_time_or_a_file(path: Path) -> None:
    """Time is handed in: the core neither reads a clock nor the function that does, and opens nothing."""
    source = path.read_text("utf-8")
    assert (
        set(calls(source)) & (CLOCK_CALLS | {("", "open"), ("", "input"), ("", "print"), ("", "__import__")}) == set()
    )
    assert "swsim.simulator.clock.real_now" not in set(imports(source))


@pytest.mark.parametrize("path", sources(SIMULATOR / "messages"), ids=name_of)
def test_the_messages_know_no_customs_behind_them(path: Path) -> None:
    """Declarations and codec stand alone: of the simulator they import each other only."""
    inner = {name for name in imports(path.read_text("utf-8")) if below(name, {"swsim"})}
    assert {name for name in inner if not below(name, {"swsim.simulator.messages"})} == set()


@pytest.mark.parametrize("path", sources(SIMULATOR), ids=name_of)
def test_the_simulator_does_not_know_who_uses_it(path: Path) -> None:
    """No import of the harness, the load tests or the reports; the command table of cli.py names them as text."""
    source = path.read_text("utf-8")
    above = {"swsim.conformance", "swsim.loadtests", "swsim.reports"}
    assert {name for name in imports(source) if below(name, above | {"swsim.fixtures"})} == set()
    texts = {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}
    named = {text for text in texts if isinstance(text, str) and below(text, above)}
    assert not named or path == SIMULATOR / "cli.py"


@pytest.mark.parametrize("path", sources(SIMULATOR), ids=name_of)
def test_one_module_reads_the_machines_clock(path: Path) -> None:
    """`datetime.now` stands in clock.py; everybody else is given the time."""
    found = set(calls(path.read_text("utf-8"))) & CLOCK_CALLS
    assert found == ({("datetime", "now")} if path == SIMULATOR / "clock.py" else set())


def test_the_core_loads_without_anything_that_does_io() -> None:
    """Importing the engine brings neither HTTP, nor a database, nor an event loop along, by whatever detour.

    (`socket` comes with python-stdnum, whose check digits the registry uses, and stays idle.)
    """
    program = (
        "import sys; before = set(sys.modules); import swsim.simulator.core.engine;"
        "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    loaded = subprocess.check_output([sys.executable, "-c", program], text=True).split()
    assert {"aiohttp", "asyncio", "sqlite3", "random", "xmlschema", "faker", "uvloop"} & set(loaded) == set()
    assert "swsim" in loaded


PLANTED = [
    ("import sqlite3", {"sqlite3"}),
    ("def f():\n    from swsim.simulator import store", {"swsim.simulator", "swsim.simulator.store"}),
    ("from os import path", {"os", "os.path"}),
    ("import asyncio.events as e", {"asyncio.events"}),
]


@pytest.mark.parametrize(("source", "found"), PLANTED)
def test_a_planted_import_is_seen(source: str, found: set[str]) -> None:
    """The reader of imports finds what is hidden in a function or under another name."""
    assert set(imports(source)) == found


def test_a_planted_call_is_seen() -> None:
    """The reader of calls finds a clock however the class is reached."""
    source = "import datetime\nx = datetime.datetime.now()\ny = [time.time() for _ in open('f')]"
    assert set(calls(source)) == {("datetime", "now"), ("time", "time"), ("", "open")}
