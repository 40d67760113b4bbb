"""The shop's side of the enterprise over HTTP: orders come in, "state of order N" is answered. The driver's contract.

    POST /orders            {"orders":[{"seed":1,"index":0,"at":ISO?,"defect":NAME?,"wants":{}?} | {"detail":{...}}]}
                            -> 202 {"accepted":[{"orderNo","copNo","logisticsNo"}]}; the same order again is taken once
    GET  /orders            -> {"orders":[state, ...]}
    GET  /orders/{orderNo}  -> state, 404 for an unknown one
    GET  /books             -> CSV, a row an order
    POST /clock             {"now":ISO|null} -> {"now":ISO}; null is real time
    POST /orders/{orderNo}/cancel, .../change, .../take-back, /shipments, /months/{YYYY-MM}/close,
         /certificates/renew (the actions)
                            -> 202 {"sent":[KIND]}; 409 where it cannot be done as things stand
    GET  /idle              -> 204 when customs has all that was to be sent; 501 over AMQP
    GET  /health            -> {"setAside": how many returns wait for a person}

400 with `title` and `detail` (application/problem+json) for a body that cannot be read; nothing of it is taken.
"""

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import orjson
from aiohttp import web

from swsim.conformance.enterprise.books import Books, BusinessClock, Mail, Sale, numbers, open_sale
from swsim.conformance.enterprise.clerk import Clerk
from swsim.conformance.enterprise.desk import Desk
from swsim.conformance.enterprise.detail import read_chain
from swsim.conformance.enterprise.ledger import as_csv
from swsim.conformance.enterprise.plants import read_plant
from swsim.conformance.enterprise.sender import Sender
from swsim.conformance.enterprise.standing import state_of
from swsim.conformance.enterprise.wishes import NotNowError
from swsim.fixtures.parties import Parties
from swsim.fixtures.wishes import wished
from swsim.simulator.clock import read_instant


class Intake:
    """Handlers over the books of one enterprise."""

    def __init__(
        self,
        firms: Parties,
        clock: BusinessClock,
        clerk: Clerk,
        sender: Sender,
        notice: Callable[[Sale], Awaitable[None]],
    ) -> None:
        self._firms, self._clock, self._clerk, self._sender = firms, clock, clerk, sender
        self._notice = notice
        """Looks at each new sale: is there something that customs has to be told?"""
        self._books: Books = clerk.books

    def routes(self) -> list[web.RouteDef]:
        """The whole surface."""
        return [
            web.post("/orders", self.take_orders),
            web.get("/orders", self.list_orders),
            web.get("/orders/{order_no}", self.state_of),
            web.get("/books", self.books),
            web.post("/orders/{order_no}/cancel", self.cancel),
            web.post("/orders/{order_no}/change", self.change),
            web.post("/orders/{order_no}/take-back", self.take_back),
            web.post("/shipments", self.ship),
            web.post("/months/{month}/close", self.close_month),
            web.post("/certificates/renew", self.renew),
            web.post("/clock", self.set_clock),
            web.get("/idle", self.idle),
            web.get("/health", self.health),
        ]

    async def take_orders(self, request: web.Request) -> web.Response:
        """Enter the orders and start on them; the answer does not wait for customs."""
        try:
            sales = [self._sale(row) for row in (await request.json(loads=orjson.loads))["orders"]]
        except (ValueError, KeyError, TypeError) as error:
            return problem("orders: expected a list of {seed, index} or {detail}", repr(error))
        new = [sale for sale in sales if sale.order_no not in self._books.sales]
        self._sender.queue([mail for sale in new for mail in self._clerk.take(sale)])
        for sale in new:
            await self._notice(sale)
        return web.json_response(
            {"accepted": [{"orderNo": sale.order_no, **numbers(sale)} for sale in sales]}, status=202
        )

    def _sale(self, row: dict[str, Any]) -> Sale:
        at = read_instant(row["at"]) if row.get("at") else self._clock.now()
        documents = (
            read_chain(row["detail"])
            if "detail" in row
            else wished(int(row["seed"]), int(row["index"]), at, row.get("wants") or {}, firms=self._firms)
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
            return problem("unknown order", request.match_info["order_no"], 404)
        return web.json_response(state_of(sale, self._clerk.desk))

    async def books(self, _: web.Request) -> web.Response:
        """All orders as a table."""
        return web.Response(text=as_csv(self._books.sales.values()), content_type="text/csv")

    async def cancel(self, request: web.Request) -> web.Response:
        """The buyer cancels."""
        said, order_no = await details_of(request), request.match_info["order_no"]
        reason = str(said.get("reason") or "")

        def carry_out(desk: Desk) -> list[Mail]:
            mail = self._clerk.call_off(order_no)
            return desk.cancel(order_no, reason) if mail is None else mail

        return self._act(carry_out)

    async def change(self, request: web.Request) -> web.Response:
        """The order gets another freight."""
        said, order_no = await details_of(request), request.match_info["order_no"]
        try:
            freight = str(Decimal(str(said["freight"])))
        except (KeyError, ArithmeticError):
            return problem("change: expected freight, an amount", repr(said))
        return self._act(lambda _: self._clerk.change(order_no, freight))

    async def take_back(self, request: web.Request) -> web.Response:
        """Goods come back."""
        said, order_no = await details_of(request), request.match_info["order_no"]
        return self._act(lambda desk: desk.take_back(order_no, said.get("lines") or ()))

    async def ship(self, request: web.Request) -> web.Response:
        """Parcels leave on one bill."""
        said = await details_of(request)
        orders = said.get("orders")
        if not isinstance(orders, list) or not orders:
            return problem("shipments: expected orders, a list of order numbers", repr(said))
        return self._act(lambda desk: desk.ship(list(map(str, orders)), said.get("split")))

    async def close_month(self, request: web.Request) -> web.Response:
        """The summary of a month is sent."""
        month = request.match_info["month"]
        return self._act(lambda desk: desk.close_month(month))

    async def renew(self, _: web.Request) -> web.Response:
        """The next signature of each firm has a new key."""
        if self._sender.keyring is None:
            return problem("not offered", "this enterprise signs nothing", 501)
        self._sender.keyring.renew()
        return web.json_response({"sent": []}, status=202)

    def _act(self, action: Callable[[Desk], list[Mail]]) -> web.Response:
        """202 with the kinds of document that are sent now; 409 where it cannot be done as things stand."""
        if self._clerk.desk is None:
            return problem("not offered", "this enterprise transmits and declares only", 501)
        try:
            mail = action(self._clerk.desk)
        except NotNowError as error:
            return problem("not now", str(error), 409)
        self._sender.queue(mail)
        return web.json_response({"sent": sorted({letter.copy.kind for letter in mail})}, status=202)

    async def set_clock(self, request: web.Request) -> web.Response:
        """Move business time; what became due by it is done now."""
        try:
            now = (await request.json(loads=orjson.loads))["now"]
            self._clock.set(None if now is None else read_instant(now))
        except (ValueError, KeyError, TypeError) as error:
            return problem("clock: expected {now: ISO 8601 or null}", repr(error))
        self._sender.queue(self._clerk.time_passed())
        return web.json_response({"now": self._clock.now().isoformat()})

    async def idle(self, _: web.Request) -> web.Response:
        """Answered when nothing is on its way out."""
        if not self._sender.knows_rest:
            return problem("not offered", "a broker stands between: nobody can tell what is on its way", 501)
        await self._sender.at_rest()
        return web.Response(status=204)

    async def health(self, _: web.Request) -> web.Response:
        """Alive, and what waits for a person."""
        return web.json_response({"orders": len(self._books.sales), "setAside": len(self._books.set_aside)})


async def details_of(request: web.Request) -> dict[str, Any]:
    """The details of an action; an action without any may come without a body."""
    try:
        said = orjson.loads(await request.read() or b"{}")
    except orjson.JSONDecodeError:
        said = {}
    return said if isinstance(said, dict) else {}


def problem(title: str, detail: str, status: int = 400) -> web.Response:
    body = {"title": title, "status": status, "detail": detail}
    return web.json_response(body, status=status, content_type="application/problem+json")
