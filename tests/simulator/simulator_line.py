"""A single window on a free port of the loopback, and what a client does with it."""

import asyncio
import io
import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import ClientSession, ClientTimeout, web
from simulator_annex import DXP, records, root_of
from simulator_surface import check_answer, check_request
from yarl import URL

from swsim.simulator.clock import read_clock, real_now
from swsim.simulator.sandbox import Settings
from swsim.simulator.single_window import SingleWindow
from swsim.simulator.store.sqlite import SqliteStore
from swsim.simulator.transport.amqp import Binding
from swsim.simulator.transport.channels import Channels
from swsim.simulator.transport.http import MAX_BODY, make_app

NOW = "2026-01-05T09:00:00+08:00"
"""Where the virtual clocks of the tests begin."""


@dataclass
class Got:
    """An answer: status, headers, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def problem(self) -> Any:
        """The problem document; the assertion says what came instead."""
        assert self.headers["Content-Type"] == "application/problem+json", self.body
        value = self.json
        assert value["status"] == self.status
        assert b"Traceback" not in self.body
        return value


@dataclass
class Taken:
    """A return that was taken: its id, root element, and records."""

    id: str
    root: str
    body: bytes
    records: list[dict[str, str]] = field(default_factory=list)

    @property
    def statuses(self) -> list[int]:
        return [int(one["returnStatus"]) for one in self.records]


@dataclass
class Line:
    """A client of one sandbox. `window` is the simulator's inside, for tests that must look there."""

    url: str
    session: ClientSession
    window: SingleWindow
    sandbox: str = "s"
    token: str = ""
    channels: Channels | None = None
    """Those of the server; its own line has them."""

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    async def ask(self, method: str, path: str, *, body: bytes | None = None, **more: Any) -> Got:
        """One request of the surface; its answer is one that the OpenAPI document lists."""
        if "json" not in more and body is not None:
            more["data"] = io.BytesIO(body) if len(body) > 1 << 20 else body
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        url = URL(self.url + path, encoded=True)  # as written: yarl would turn %7E into ~
        async with self.session.request(method, url, headers=headers, **more) as answer:
            got = Got(answer.status, dict(answer.headers), await answer.read())
        check_answer(method, path, got.status, got.headers.get("Content-Type", ""), got.body)
        if got.status < 300 and more.get("json") is not None:
            check_request(method, path, more["json"])
        return got

    async def control(self, method: str, path: str, value: Any = None) -> Got:
        """One request of this sandbox's control API."""
        more = {} if value is None else {"json": value}
        return await self.ask(method, f"/_control/sandboxes/{self.sandbox}{path}", **more)

    async def create(self, name: str = "s", **settings: Any) -> "Line":
        """Make a sandbox, on a virtual clock unless told otherwise; a line into it."""
        settings = {"clock": {"mode": "virtual", "now": NOW}, "seed": 7, "regime": "2018-194"} | settings
        got = await self.ask("POST", "/_control/sandboxes", json={"id": name} | settings)
        assert got.status == 201, got.body
        return self.of(name)

    def of(self, name: str) -> "Line":
        """A line into a sandbox that is there."""
        return Line(self.url, self.session, self.window, name, self.token)

    async def post(self, body: bytes, **query: str) -> Got:
        """Send a message."""
        return await self.ask("POST", f"/sandboxes/{self.sandbox}/messages", body=body, params=query)

    async def accepted(self, body: bytes) -> Any:
        """Send a message that must be taken in; the answer."""
        got = await self.post(body)
        assert got.status == 202, got.body
        return got.json

    async def take(self, dxp_id: str = DXP, wait: float = 0, visibility: float = 30) -> Taken | None:
        """The next return, not yet acknowledged."""
        query = {"dxpId": dxp_id, "wait": str(wait), "visibility": str(visibility)}
        got = await self.ask("GET", f"/sandboxes/{self.sandbox}/returns/next", params=query)
        if got.status == 204:
            return None
        assert got.status == 200, got.body
        return Taken(got.headers["X-Return-Id"], root_of(got.body), got.body, records(got.body))

    async def acknowledge(self, return_id: str) -> Got:
        return await self.ask("DELETE", f"/sandboxes/{self.sandbox}/returns/{return_id}")

    async def drain(self, dxp_id: str = DXP) -> list[Taken]:
        """Take and acknowledge everything that waits."""
        found: list[Taken] = []
        while (one := await self.take(dxp_id)) is not None:
            assert (await self.acknowledge(one.id)).status == 204
            found.append(one)
        return found

    async def listed(self, **query: str) -> list[dict[str, Any]]:
        """The outbox, without taking anything."""
        got = await self.ask("GET", f"/sandboxes/{self.sandbox}/returns", params=query)
        items: list[dict[str, Any]] = got.json["items"]
        return items

    async def clock(self, **said: Any) -> Any:
        """Move the clock; where it stands."""
        got = await self.control("POST", "/clock", said)
        assert got.status == 200, got.body
        return got.json

    async def now(self) -> datetime:
        got = await self.control("GET", "/clock")
        return datetime.fromisoformat(got.json["now"])

    async def document(self, kind: str, *key: str) -> Any:
        """A document by the parts of its key, with its explanation."""
        got = await self.control("GET", f"/documents/{kind}/{key_path(*key)}")
        assert got.status == 200, got.body
        return got.json

    async def journal(self, after: int = 0, wait: float = 0, limit: int = 1000) -> list[dict[str, Any]]:
        """Journal entries behind a number."""
        got = await self.control("GET", f"/journal?after={after}&wait={wait}&limit={limit}")
        assert got.status == 200, got.body
        return [json.loads(line) for line in got.body.splitlines()]

    async def entry(self, what: str, after: int = 0, within: float = 20) -> dict[str, Any]:
        """The first journal entry of a kind, waiting for it by the journal's long poll."""
        async with asyncio.timeout(within):
            while True:
                for one in await self.journal(after, wait=within):
                    after = one["n"]
                    if one["what"] == what:
                        return one


def key_path(*parts: str) -> str:
    """A key in a path: each part percent-encoded, `~` too, joined by `~`."""
    return "~".join(quote(part, safe="").replace("~", "%7E") for part in parts)


@asynccontextmanager
async def serving(
    store: Path,
    *,
    clock: str = f"virtual:{NOW}",
    max_body: int = MAX_BODY,
    guard: str = "",
    readers: int = 0,
    brokers: Sequence[str] = (),
    folder: Path | None = None,
) -> AsyncIterator[Line]:
    """A single window over a store, served as `swsim serve` does it; a line to its sandbox `default`.

    `guard` is the control token of a single window that asks for tokens; `brokers` and `folder` as `--amqp` and
    `--folder` have them.
    """
    window = SingleWindow(
        SqliteStore(store),
        lambda: Settings(read_clock(clock, real_now()), regime="2018-194", seed=7),
        readers=readers,
    )
    channels = Channels(window, [Binding.read(one) for one in brokers], folder, largest=max_body)
    runner = web.AppRunner(
        make_app(window, max_body=max_body, control_token=guard, channels=channels),
        access_log=None,
        shutdown_timeout=1.0,
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    try:
        async with ClientSession(timeout=ClientTimeout(total=30)) as session:
            yield Line(f"http://127.0.0.1:{port}", session, window, "default", guard, channels)
    finally:
        await runner.cleanup()


def reference(path: str) -> Path:
    """A file of the reference data beside the checkout; the test is skipped where it is not there.

    With REQUIRE_SERVICES=1 (a full run) its absence is a failure.
    """
    file = Path(__file__).parents[2].parent / "shared" / path
    if not file.exists():
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail(f"{file} is not there, and REQUIRE_SERVICES=1 asks for it")
        pytest.skip(f"the reference data is not beside the checkout: {file}")
    return file
