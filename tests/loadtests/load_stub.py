"""A single window of a hundred lines for the load tests: it speaks the contract and answers what a test tells it to."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import web

from swsim.simulator.messages.codec import encode, read_message
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.transfer import AnyUpload, Document

FINAL = {"303": "120", "403": "120", "505": "399", "603": "399"}


def well(kind: str) -> list[str]:
    """The statuses of a document that customs takes."""
    return ["2", FINAL[kind]]


def returned(document: Document, status: str) -> bytes:
    """The return that gives a document its status, with the fields the document knows taken from it."""
    business = EDITION_202205.by_number[document.number]
    head: Any = getattr(document, "head", document)
    record = business.answer.parts[0].of
    known = {field.name: head.raw(field.name) for field in record.fields if field.name in type(head).places}
    given = {"return_status": status, "return_time": "20260105090000000", "return_info": f"[{status}]"}
    empty = {name: value for name, value in (("pre_no", "0" * 18), ("invt_no", "")) if name in record.places}
    return encode(business.answer(guid="A" * 36, version="1.0", records=(record(**known | given | empty),)))


@dataclass
class Stub:
    """Simulator and enterprise at one address. `statuses` says how a kind is answered, `busy` how often with 429."""

    statuses: Callable[[str], list[str]] = well
    final_after: float = 0.0
    busy: int = 0
    order_states: tuple[str, ...] = ("working", "done")
    queues: dict[str, asyncio.Queue[bytes]] = field(default_factory=lambda: defaultdict(asyncio.Queue))
    handed_in: list[tuple[str, str]] = field(default_factory=list)
    """Kind and dxpId of each document, as they came."""
    taken: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    orders: list[dict[str, int]] = field(default_factory=list)
    looks: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    numbers: Iterator[int] = field(default_factory=count)

    async def message(self, request: web.Request) -> web.Response:
        """Accept a message and queue its returns."""
        if self.busy:
            self.busy -= 1
            return web.json_response({}, status=429, headers={"Retry-After": "0.01"})
        message: AnyUpload = read_message(await request.read()).message
        (document,) = message.documents
        dxp_id = message.base_transfer.dxp_id
        self.handed_in.append((document.number, dxp_id))
        for status in self.statuses(document.number):
            delay = self.final_after if document.number == "603" and status != "2" else 0.0
            data = returned(document, status)
            asyncio.get_running_loop().call_later(delay, self.queues[dxp_id].put_nowait, data)
        return web.json_response({"status": "accepted"}, status=202)

    async def next_return(self, request: web.Request) -> web.Response:
        """The oldest return, or 204 after the wait."""
        try:
            async with asyncio.timeout(float(request.query["wait"])):
                data = await self.queues[request.query["dxpId"]].get()
        except TimeoutError:
            return web.Response(status=204)
        number = str(next(self.numbers))
        self.taken.add(number)
        return web.Response(body=data, content_type="application/xml", headers={"X-Return-Id": number})

    async def acknowledge(self, request: web.Request) -> web.Response:
        """Note the acknowledgement."""
        self.acknowledged.add(request.match_info["id"])
        return web.Response(status=204)

    async def intake(self, request: web.Request) -> web.Response:
        """Take orders as the reference enterprise does."""
        rows = (await request.json())["orders"]
        self.orders += rows
        return web.json_response({"accepted": [{"orderNo": f"TEST/{row['index']}"} for row in rows]}, status=202)

    async def state_of(self, request: web.Request) -> web.Response:
        """The next of `order_states`, the last one again and again."""
        number = request.match_info["number"]
        state = self.order_states[min(self.looks[number], len(self.order_states) - 1)]
        self.looks[number] += 1
        return web.json_response({"orderNo": number, "status": state, "lastReturn": "399"})

    async def health(self, _: web.Request) -> web.Response:
        """Alive."""
        return web.json_response({})

    @asynccontextmanager
    async def serve(self) -> AsyncIterator[str]:
        """Listen on a free port of the loopback interface; gives the address."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/healthz", self.health),
                web.get("/health", self.health),
                web.post("/sandboxes/{sb}/messages", self.message),
                web.get("/sandboxes/{sb}/returns/next", self.next_return),
                web.delete("/sandboxes/{sb}/returns/{id}", self.acknowledge),
                web.post("/orders", self.intake),
                web.get("/orders/{number}", self.state_of),
            ]
        )
        runner = web.AppRunner(app, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()
