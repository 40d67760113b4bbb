"""The shop's side of the enterprise over HTTP: orders come in, "state of order N" is answered. The driver's contract.

    POST /orders            {"orders":[{"seed":1,"index":0,"at":ISO?,"defect":NAME?,"wants":{}?} | {"detail":{...}}]}
                            -> 202 {"accepted":[{"orderNo","copNo","logisticsNo"}]}; the same order again is taken once
    GET  /orders            -> {"orders":[state, ...]}
    GET  /orders/{orderNo}  -> state, 404 for an unknown one
    POST /clock             {"now":ISO|null} -> {"now":ISO}; null is real time
    GET  /idle              -> 204 when customs has all that was to be sent
    GET  /health            -> {"setAside": how many returns wait for a person}

400 with `title` and `detail` (application/problem+json) for a body that cannot be read; nothing of it is taken.
"""

from typing import Any

import orjson
from aiohttp import web

from swsim.conformance.enterprise.books import Books, BusinessClock, Sale, numbers, open_sale
from swsim.conformance.enterprise.clerk import Clerk
from swsim.conformance.enterprise.detail import read_chain
from swsim.conformance.enterprise.plants import read_plant
from swsim.conformance.enterprise.sender import Sender
from swsim.fixtures.chain import chain
from swsim.fixtures.parties import Parties
from swsim.fixtures.wishes import mix_of
from swsim.simulator.clock import read_instant


class Intake:
    """Handlers over the books of one enterprise."""

    def __init__(self, firms: Parties, clock: BusinessClock, clerk: Clerk, sender: Sender) -> None:
        self._firms, self._clock, self._clerk, self._sender = firms, clock, clerk, sender
        self._books: Books = clerk.books

    def routes(self) -> list[web.RouteDef]:
        """The whole surface."""
        return [
            web.post("/orders", self.take_orders),
            web.get("/orders", self.list_orders),
            web.get("/orders/{order_no}", self.state_of),
            web.post("/clock", self.set_clock),
            web.get("/idle", self.idle),
            web.get("/health", self.health),
        ]

    async def take_orders(self, request: web.Request) -> web.Response:
        """Enter the orders and start on them; the answer does not wait for customs."""
        try:
            sales = [self._sale(row) for row in (await request.json(loads=orjson.loads))["orders"]]
        except (ValueError, KeyError, TypeError) as error:
            return _problem("orders: expected a list of {seed, index} or {detail}", repr(error))
        new = [sale for sale in sales if sale.order_no not in self._books.sales]
        self._sender.queue([mail for sale in new for mail in self._clerk.take(sale)])
        return web.json_response(
            {"accepted": [{"orderNo": sale.order_no, **numbers(sale)} for sale in sales]}, status=202
        )

    def _sale(self, row: dict[str, Any]) -> Sale:
        at = read_instant(row["at"]) if row.get("at") else self._clock.now()
        documents = (
            read_chain(row["detail"])
            if "detail" in row
            else chain(int(row["seed"]), int(row["index"]), at, firms=self._firms, mix=mix_of(row.get("wants") or {}))
        )
        plant = str(row.get("defect") or "")
        return open_sale(documents, plant, read_plant(documents, plant))

    async def list_orders(self, _: web.Request) -> web.Response:
        """Every order, in the order of arrival."""
        return web.json_response({"orders": [sale.as_json() for sale in self._books.sales.values()]})

    async def state_of(self, request: web.Request) -> web.Response:
        """One order."""
        sale = self._books.sales.get(request.match_info["order_no"])
        if sale is None:
            return _problem("unknown order", request.match_info["order_no"], 404)
        return web.json_response(sale.as_json())

    async def set_clock(self, request: web.Request) -> web.Response:
        """Move business time; what became due by it is done now."""
        try:
            now = (await request.json(loads=orjson.loads))["now"]
            self._clock.set(None if now is None else read_instant(now))
        except (ValueError, KeyError, TypeError) as error:
            return _problem("clock: expected {now: ISO 8601 or null}", repr(error))
        self._sender.queue(self._clerk.time_passed())
        return web.json_response({"now": self._clock.now().isoformat()})

    async def idle(self, _: web.Request) -> web.Response:
        """Answered when nothing is on its way out."""
        await self._sender.at_rest()
        return web.Response(status=204)

    async def health(self, _: web.Request) -> web.Response:
        """Alive, and what waits for a person."""
        return web.json_response({"orders": len(self._books.sales), "setAside": len(self._books.set_aside)})


def _problem(title: str, detail: str, status: int = 400) -> web.Response:
    body = {"title": title, "status": status, "detail": detail}
    return web.json_response(body, status=status, content_type="application/problem+json")
