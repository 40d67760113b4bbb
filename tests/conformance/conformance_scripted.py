"""A scripted simulator and an enterprise that does what a test has it do: what the runner is tested against."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from aiohttp import web
from conformance_journals import START, Book

from swsim.conformance.capabilities import EVERYTHING, Pace
from swsim.conformance.conversation import Case
from swsim.conformance.driver import DriverError, Placed, Wish
from swsim.conformance.journal import Entry
from swsim.conformance.runner import How

HOW = How(seed=9, statement=replace(EVERYTHING, pace=Pace(quiet=0.02, patience=0.2, grace=0.1)), lanes=1)


class Simulator:
    """A control API over a clock and a list of what falls due: (time, entries to write)."""

    def __init__(self) -> None:
        self.now, self.mode = START, "virtual"
        self.due: list[tuple[datetime, list[Entry]]] = []
        self.faults: list[Any] = []
        self.tables: list[list[Any]] = []
        self.lines: list[Entry] = []
        self.more = asyncio.Event()

    def write(self, *entries: Entry) -> None:
        for entry in entries:
            n = len(self.lines) + 1
            self.lines.append(Entry(n, self.now.isoformat(), entry.kind, entry.what, entry.data))
        self.more.set()

    async def journal(self, request: web.Request) -> web.Response:
        after = int(request.query["after"])
        if len(self.lines) <= after:
            self.more.clear()
            await self.more.wait()
        rows = [{"n": e.n, "at": e.at, "kind": e.kind, "what": e.what, "data": e.data} for e in self.lines[after:]]
        return web.Response(body=b"".join(orjson.dumps(row) + b"\n" for row in rows))

    async def get(self, _: web.Request) -> web.Response:
        return web.json_response({"id": "s", "entries": len(self.lines)})

    def _state(self) -> web.Response:
        following = {"at": self.due[0][0].isoformat(), "what": "due"} if self.due else None
        return web.json_response({"now": self.now.isoformat(), "mode": self.mode, "next": following})

    async def get_clock(self, _: web.Request) -> web.Response:
        return self._state()

    async def post_clock(self, request: web.Request) -> web.Response:
        asked = await request.json()
        to = self.due[0][0] if "step" in asked else datetime.fromisoformat(asked["advance_to"])
        self.now = to
        while self.due and self.due[0][0] <= to:
            self.write(*self.due.pop(0)[1])
        return self._state()

    async def put_faults(self, request: web.Request) -> web.Response:
        self.faults = (await request.json())["faults"]
        self.tables.append(self.faults)
        return web.json_response({"faults": self.faults})


class Enterprise:
    """A driver whose enterprise does what the test has it do when an order comes."""

    def __init__(self, simulator: Simulator, does: Book | None = None) -> None:
        self.simulator, self.does = simulator, does
        self.wishes: list[Wish] = []
        self.told: list[datetime] = []

    async def place_orders(self, wishes: list[Wish]) -> list[Placed]:
        self.wishes += wishes
        if self.does:
            self.simulator.write(*self.does.entries)
        return [Placed("O1", "L1", "W1") for _ in wishes]

    async def state_of(self, order_no: str) -> dict[str, Any]:
        raise DriverError(f"no state of {order_no}")

    async def act(self, action: str, order_no: str, details: dict[str, Any]) -> dict[str, Any]:
        raise DriverError(f"no {action} of {order_no} {details}")

    async def repoint(self, simulator: str, sandbox: str) -> None:
        raise DriverError(f"no repoint to {simulator} {sandbox}")

    async def at_rest(self) -> bool:
        return False

    async def books(self) -> list[dict[str, str]]:
        raise DriverError("no books")

    async def set_clock(self, now: datetime) -> datetime | None:
        self.told.append(now)
        return None


def case(*steps: Any) -> Case:
    return Case("c", "例", "case", "d", "e", "p", ("receiving",), steps)
