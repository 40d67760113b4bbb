"""The driver by command: a TOML file says what to run for each call. For systems that are driven by scripts.

    [commands]
    place = ["./place.sh", "{file}"]          # the order as JSON in a file; prints its numbers: {"orderNo", …}
    state = ["./state.sh", "{order}"]         # prints the state of an order as JSON
    books = ["./books.sh"]                    # prints CSV
    clock = ["./clock.sh", "{now}"]           # sets its time, may print {"next": ISO 8601}
    repoint = ["./repoint.sh", "{url}"]       # empties it and points it at another sandbox
    cancel = ["./cancel.sh", "{order}", "{details}"]     # and any other action of the table

A call without a command is not offered. A command runs at most `PATIENCE` seconds; one that fails says why on stderr.
"""

import asyncio
import csv
import io
import re
import tempfile
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from swsim.conformance.actions import ACTIONS
from swsim.conformance.driver import DriverError, NotOfferedError, Placed, Wish
from swsim.conformance.drivers.answers import next_of, object_of, placed_of, state_of
from swsim.conformance.drivers.orders import by_seed, in_full

PATIENCE = 60.0
CALLS = ("place", "state", "books", "clock", "repoint", *ACTIONS)
Commands = dict[str, list[str]]


def read_commands(path: Path) -> Commands:
    """The commands of a file; `DriverError` says what was expected."""
    try:
        value = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DriverError(f"{path}: {error}") from error
    rows = value.get("commands")
    if not isinstance(rows, dict) or not rows or rows.keys() - set(CALLS):
        raise DriverError(f"{path}: expected a table [commands] with keys of {', '.join(CALLS)}, found {value}")
    for name, row in rows.items():
        if not isinstance(row, list) or not row or not all(isinstance(word, str) for word in row):
            raise DriverError(f"{path}: commands.{name}: expected a list of words, found {row!r}")
    return rows


class CommandDriver:
    """Runs the commands."""

    def __init__(self, commands: Commands, patience: float = PATIENCE) -> None:
        self._commands, self._patience = commands, patience

    async def place_orders(self, wishes: list[Wish]) -> list[Placed]:
        """A command an order; its file holds the order in full, and the seed it comes from."""
        placed = []
        for wish in wishes:
            with tempfile.TemporaryDirectory(prefix="swsim-order-") as folder:
                file = Path(folder) / "order.json"
                file.write_bytes(orjson.dumps(in_full(wish) | by_seed(wish), option=orjson.OPT_INDENT_2))
                placed.append(placed_of(object_of(await self._run("place", file=str(file)), "place"), "place"))
        return placed

    async def state_of(self, order_no: str) -> dict[str, Any]:
        """What the command prints."""
        return state_of(object_of(await self._run("state", order=order_no), "state"), "state")

    async def act(self, action: str, order_no: str, details: dict[str, Any]) -> dict[str, Any]:
        """Prints JSON or nothing."""
        return object_of(await self._run(action, order=order_no, details=orjson.dumps(details).decode()), action)

    async def books(self) -> list[dict[str, str]]:
        """CSV."""
        return list(csv.DictReader(io.StringIO((await self._run("books")).decode("utf-8-sig"))))

    async def set_clock(self, now: datetime) -> datetime | None:
        """A system without the command keeps its own time."""
        if "clock" not in self._commands:
            return None
        return next_of(object_of(await self._run("clock", now=now.isoformat()), "clock"), "clock")

    async def repoint(self, simulator: str, sandbox: str) -> None:
        """Prints nothing that is read."""
        await self._run("repoint", url=f"{simulator}/sandboxes/{sandbox}", simulator=simulator, sandbox=sandbox)

    async def at_rest(self) -> bool:
        """Cannot be told."""
        return False

    async def _run(self, call: str, **values: str) -> bytes:
        if call not in self._commands:
            raise NotOfferedError(f"{call}: no command for it")
        words = [_filled(word, {"order": "", "details": "{}"} | values) for word in self._commands[call]]
        try:
            process = await asyncio.create_subprocess_exec(
                *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
            )
        except OSError as error:
            raise DriverError(f"{call}: {words[0]}: {error}") from error
        try:
            async with asyncio.timeout(self._patience):
                out, told = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise DriverError(f"{call}: {words[0]} took longer than {self._patience:g} s") from None
        if process.returncode:
            raise DriverError(f"{call}: exit code {process.returncode}: {told.decode('utf-8', 'replace')[-300:]}")
        return out


def _filled(word: str, values: dict[str, str]) -> str:
    """A word with the values in the place of ``{name}``; other braces stay."""
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), word)
