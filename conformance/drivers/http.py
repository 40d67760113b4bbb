"""The driver over HTTP: the contract of `docs/how-to/drive.md`, which `enterprise/intake.py` offers too."""

import contextlib
import csv
import io
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from urllib.parse import quote

from aiohttp import ClientError, ClientResponse, ClientSession

from swsim.conformance.actions import ACTIONS
from swsim.conformance.driver import DriverError, NotOfferedError, Placed, Wish
from swsim.conformance.drivers.answers import all_placed, next_of, object_of, state_of
from swsim.conformance.drivers.orders import by_seed, in_full

NOT_OFFERED = {404, 405, 501}
"""Statuses by which an enterprise says that it does not offer a call."""


class HttpDriver:
    """The driver over HTTP; `http` has the enterprise's address as base."""

    def __init__(self, http: ClientSession, orders: str = "seed") -> None:
        self._http, self._orders = http, orders
        self._has_clock = self._tells_rest = True

    async def place_orders(self, wishes: list[Wish]) -> list[Placed]:
        """POST /orders."""
        rows = [in_full(wish) if self._orders == "detail" else by_seed(wish) for wish in wishes]
        return all_placed(await self._call("POST", "/orders", {"orders": rows}), len(rows), "POST /orders")

    async def state_of(self, order_no: str) -> dict[str, Any]:
        """GET /orders/{orderNo}."""
        call = f"/orders/{quote(order_no, safe='')}"
        return state_of(await self._call("GET", call), f"GET {call}")

    async def states(self) -> list[dict[str, Any]]:
        """GET /orders."""
        return list((await self._call("GET", "/orders"))["orders"])

    async def act(self, action: str, order_no: str, details: dict[str, Any]) -> dict[str, Any]:
        """The method and path of the table of actions."""
        row = ACTIONS[action]
        path = row.path.format(order=quote(order_no, safe=""), month=details.get("month", ""))
        return await self._call(row.method, path, details)

    async def books(self) -> list[dict[str, str]]:
        """GET /books, CSV with a line of column names."""
        async with self._asking("GET", "/books", None) as answer:
            return list(csv.DictReader(io.StringIO((await _bytes(answer, "GET /books")).decode("utf-8-sig"))))

    async def set_clock(self, now: datetime) -> datetime | None:
        """POST /clock; an enterprise without it keeps its own time, and is not asked again."""
        if not self._has_clock:
            return None
        async with self._asking("POST", "/clock", {"now": now.isoformat()}) as answer:
            self._has_clock = answer.status not in NOT_OFFERED
            return next_of(await _read(answer, "POST /clock"), "POST /clock") if self._has_clock else None

    async def repoint(self, simulator: str, sandbox: str) -> None:
        """POST /customs."""
        url = f"{simulator}/sandboxes/{quote(sandbox, safe='')}"
        await self._call("POST", "/customs", {"url": url, "simulator": simulator, "sandbox": sandbox})

    async def at_rest(self) -> bool:
        """GET /idle, answered when nothing is on its way out."""
        if self._tells_rest:
            async with self._asking("GET", "/idle", None) as answer:
                self._tells_rest = answer.status not in NOT_OFFERED
                if self._tells_rest:
                    await _bytes(answer, "GET /idle")
        return self._tells_rest

    async def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        async with self._asking(method, path, body) as answer:
            return await _read(answer, f"{method} {path}")

    @contextlib.asynccontextmanager
    async def _asking(self, method: str, path: str, body: dict[str, Any] | None) -> AsyncIterator[ClientResponse]:
        try:
            async with self._http.request(method, path, json=body) as answer:
                yield answer
        except (ClientError, TimeoutError) as error:
            raise DriverError(f"{method} {path}: no usable answer from the enterprise: {error!r}") from error


async def _bytes(answer: ClientResponse, call: str) -> bytes:
    data = await answer.read()
    if not answer.ok:
        told = f"{call}: {answer.status} {data.decode('utf-8', 'replace')[:300]}"
        raise NotOfferedError(told) if answer.status in NOT_OFFERED else DriverError(told)
    return data


async def _read(answer: ClientResponse, call: str) -> dict[str, Any]:
    return object_of(await _bytes(answer, call), call)
