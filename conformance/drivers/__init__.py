"""Drivers, a module each: over HTTP, by command, by hand, and none."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import ClientSession, ClientTimeout

from swsim.conformance.capabilities import Statement
from swsim.conformance.driver import Driver, DriverError
from swsim.conformance.drivers.command import CommandDriver, read_commands
from swsim.conformance.drivers.http import HttpDriver
from swsim.conformance.drivers.manual import ManualDriver, terminal
from swsim.conformance.drivers.passive import PassiveDriver

FORMS = "http:URL, command:FILE.toml, manual, recorded:PATH, none"


@contextlib.asynccontextmanager
async def opened(text: str, statement: Statement) -> AsyncIterator[Driver]:
    """The driver that a text names; `DriverError` says which forms there are."""
    form, _, rest = text.partition(":")
    if form in {"http", "https"}:
        url = rest if rest.startswith("http") else f"{form}:{rest}"
        async with ClientSession(url, timeout=ClientTimeout(total=60, connect=10)) as http:
            yield HttpDriver(http, statement.orders)
    elif form == "command" and rest:
        yield CommandDriver(read_commands(Path(rest)))
    elif text == "manual":
        async with terminal() as ask:
            yield ManualDriver(ask)
    elif text == "none":
        yield PassiveDriver()
    else:
        raise DriverError(f"driver: expected one of {FORMS}; got {text!r}")
