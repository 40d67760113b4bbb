"""The driver by hand: a person is told in the terminal what to do, does it, and answers in time."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any

import orjson

from swsim.conformance.actions import ACTIONS
from swsim.conformance.driver import DriverError, NotOfferedError, Placed, Wish
from swsim.conformance.drivers.orders import in_full

PATIENCE = 600.0
"""Seconds a person is waited for."""

Asking = Callable[[str], Awaitable[str]]
"""Shows a text, gives the line that was typed; empty at the end of input."""


class ManualDriver:
    """Asks a person."""

    def __init__(self, ask: Asking, patience: float = PATIENCE) -> None:
        self._ask, self._patience = ask, patience

    async def place_orders(self, wishes: list[Wish]) -> list[Placed]:
        """Shows each order in full; the person enters it and types the numbers it got."""
        placed = []
        for wish in wishes:
            order = orjson.dumps(in_full(wish)["detail"], option=orjson.OPT_INDENT_2).decode()
            told = await self._told(f"请录入此订单 Enter this order:\n{order}\n订单编号 its orderNo, waybill number: ")
            order_no, _, rest = told.partition(" ")
            placed.append(Placed(order_no.strip(","), "", rest.strip()))
        return placed

    async def state_of(self, order_no: str) -> dict[str, Any]:
        """The status the person reads in the system."""
        status = await self._told(f"{order_no}: 系统中清单状态及清单编号 status of the list, its number (399 2244…): ")
        status, _, invt_no = status.partition(" ")
        return {"orderNo": order_no, "invtNo": invt_no.strip(), "documents": {"603": {"status": status}}}

    async def act(self, action: str, order_no: str, details: dict[str, Any]) -> dict[str, Any]:
        """The sentence of the table of actions."""
        row = ACTIONS[action]
        more = f" {orjson.dumps(details).decode()}" if details else ""
        told = await self._told(
            f"{order_no} {row.zh}。{row.en}.{more}\n完成后回车，不支持输入no Enter when done, or no: "
        )
        if told.strip().lower() == "no":
            raise NotOfferedError(f"{action}: not offered, the operator says")
        return {"told": told}

    async def books(self) -> list[dict[str, str]]:
        """A person does not type books."""
        raise NotOfferedError("books: not offered by hand")

    async def set_clock(self, now: datetime) -> datetime | None:
        """The system keeps its own time."""
        del now
        return None

    async def repoint(self, simulator: str, sandbox: str) -> None:
        """Nobody sets a system up anew for every case by hand."""
        raise NotOfferedError(f"repoint to {simulator}, sandbox {sandbox}: not offered by hand")

    async def at_rest(self) -> bool:
        """Cannot be told."""
        return False

    async def _told(self, text: str) -> str:
        try:
            async with asyncio.timeout(self._patience):
                return (await self._ask(text)).rstrip("\n")
        except TimeoutError:
            raise DriverError(f"nobody answered within {self._patience:g} s: {text.splitlines()[0]}") from None


@contextlib.asynccontextmanager
async def terminal() -> AsyncIterator[Asking]:
    """Asks on standard error, reads standard input; a wait that times out leaves no thread behind."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)

    async def ask(text: str) -> str:
        print(f"\n{text}", end="", file=sys.stderr, flush=True)
        line = await reader.readline()
        if not line:
            raise DriverError("standard input has ended: nobody answers")
        return line.decode("utf-8", "replace")

    try:
        yield ask
    finally:
        transport.close()
