"""How a run makes an enterprise act and learns what it believes: the driver.

`HttpDriver` speaks the small contract of the reference enterprise's intake (`enterprise/intake.py`); any system can
offer it. Other drivers (a command, a person, a recorded journal) are other classes of this shape.
"""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import orjson
from aiohttp import ClientError, ClientResponse, ClientSession

NOT_OFFERED = {404, 405, 501}
"""Statuses by which an enterprise says that it does not offer a call."""


class DriverError(RuntimeError):
    """The enterprise could not be reached or did not understand: says nothing about its conformance."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An order the enterprise took. The numbers it does not tell are empty."""

    order_no: str
    cop_no: str = ""
    logistics_no: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """An order to place: number `index` of `seed`, as of `at`, with a planted defect (`fixtures.defects`) or none."""

    seed: int
    index: int
    at: datetime
    defect: str = ""


class Driver(Protocol):
    """What a case may ask of an enterprise. Every method raises `DriverError` when it cannot be carried out."""

    async def place_orders(self, wishes: list[Wish]) -> list[Placed]:
        """Place orders; returns when the enterprise has them, not when they are declared."""

    async def state_of(self, order_no: str) -> dict[str, Any]:
        """What the enterprise believes: ``{"orderNo","status","stage","invtNo","lastReturn","attempts"}``."""

    async def set_clock(self, now: datetime) -> None:
        """Set its business time. One that cannot leaves it: the sandbox then moves the times it receives."""


class HttpDriver:
    """The driver over HTTP; `http` has the enterprise's address as base."""

    def __init__(self, http: ClientSession) -> None:
        self._http = http
        self._has_clock = True

    async def place_orders(self, wishes: list[Wish]) -> list[Placed]:
        """POST /orders."""
        rows = [
            {"seed": wish.seed, "index": wish.index, "at": wish.at.isoformat()}
            | ({"defect": wish.defect} if wish.defect else {})
            for wish in wishes
        ]
        taken = (await self._call("POST", "/orders", {"orders": rows}))["accepted"]
        return [Placed(row["orderNo"], row.get("copNo", ""), row.get("logisticsNo", "")) for row in taken]

    async def state_of(self, order_no: str) -> dict[str, Any]:
        """GET /orders/{orderNo}."""
        return await self._call("GET", f"/orders/{order_no}")

    async def states(self) -> list[dict[str, Any]]:
        """GET /orders."""
        return list((await self._call("GET", "/orders"))["orders"])

    async def set_clock(self, now: datetime) -> None:
        """POST /clock; an enterprise without it keeps its own time, and is not asked again."""
        if self._has_clock:
            async with self._asking("POST", "/clock", {"now": now.isoformat()}) as answer:
                self._has_clock = answer.status not in NOT_OFFERED
                if self._has_clock:
                    await _read(answer, "POST /clock")

    async def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        async with self._asking(method, path, body) as answer:
            return await _read(answer, f"{method} {path}")

    @contextlib.asynccontextmanager
    async def _asking(self, method: str, path: str, body: dict[str, Any] | None) -> AsyncIterator[ClientResponse]:
        try:
            async with self._http.request(method, path, json=body) as answer:
                yield answer
        except (ClientError, TimeoutError, orjson.JSONDecodeError) as error:
            raise DriverError(f"{method} {path}: no usable answer from the enterprise: {error!r}") from error


async def _read(answer: ClientResponse, call: str) -> dict[str, Any]:
    data = await answer.read()
    if not answer.ok:
        raise DriverError(f"{call}: {answer.status} {data.decode('utf-8', 'replace')[:300]}")
    return dict(orjson.loads(data))
