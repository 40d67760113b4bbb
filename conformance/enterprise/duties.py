"""What the enterprise owes customs beside its messages: tracking, evidence, reports of violations, recalls.

    GET  /tracking?logisticsNo=N   where a parcel has been, in the order of time
    GET  /evidence?orderNo=N       order, payment and waybill of a sale
    POST /violations               {"orderNo","what"}: seen by the platform, told to customs at once
    POST /recalls                  {"itemNo"}: declared no more, and open lists with it are cancelled

The two answers are those of docs/reference/duty.md.
"""

import contextlib
import logging
from datetime import datetime
from typing import Any

from aiohttp import ClientError, ClientSession, web

from swsim.conformance.enterprise.books import Books, Sale, head_of, items_of
from swsim.conformance.enterprise.clerk import Clerk, Mail
from swsim.conformance.enterprise.desk import CANCELLABLE
from swsim.conformance.enterprise.intake import details_of, problem
from swsim.conformance.enterprise.machine import INVENTORY, LOGISTICS, ORDER, RECEIPTS, Answer, read_status
from swsim.conformance.enterprise.sender import Sender
from swsim.conformance.enterprise.wishes import NotNowError
from swsim.simulator.clock import read_compact

log = logging.getLogger(__name__)
SEEN_BY = "ebp"
"""The role that reports: this enterprise sees its sales as the platform."""
Event = tuple[datetime, str]


class Duties:
    """Handlers over the books of one enterprise. Faults override what they spoil."""

    def __init__(self, http: ClientSession, sandbox_path: str, clerk: Clerk, sender: Sender) -> None:
        self._http, self._reports = http, f"{sandbox_path}/duty/reports"
        self._clerk, self._sender = clerk, sender
        self._books: Books = clerk.books

    def routes(self) -> list[web.RouteDef]:
        """The whole surface."""
        return [
            web.get("/tracking", self.track),
            web.get("/evidence", self.show),
            web.post("/violations", self.report),
            web.post("/recalls", self.recall),
        ]

    async def track(self, request: web.Request) -> web.Response:
        """Customs, or a buyer, asks where a parcel is."""
        number = request.query.get("logisticsNo", "")
        sale = next((one for one in self._books.sales.values() if _waybill(one) == number), None)
        if sale is None or not (events := self.events(sale)):
            return problem("no such waybill", number, 404)
        told = [{"at": at.isoformat(), "what": what} for at, what in events]
        return web.json_response({"logisticsNo": number, "events": told})

    def events(self, sale: Sale) -> list[Event]:
        """What happened to its parcel."""
        times = (
            (sale.copies[LOGISTICS].sent_at, "揽收 collected"),
            (read_compact(sale.released_at[:14]), "放行 released"),
            (read_compact(sale.closed_at[:14]), "离境 left"),
        )
        return sorted((at, what) for at, what in times if at is not None)

    async def show(self, request: web.Request) -> web.Response:
        """Customs asks for the evidence of an order."""
        sale = self._books.sales.get(request.query.get("orderNo", ""))
        if sale is None:
            return problem("unknown order", request.query_string, 404)
        return web.json_response(self.evidence(sale))

    def evidence(self, sale: Sale) -> dict[str, Any]:
        """Order, payment and waybill, as they were transmitted."""
        order: Any = sale.copies[ORDER].right
        paid = head_of(sale.copies[RECEIPTS].right)
        items = [{"itemNo": line.item_no, "itemName": line.item_name, "qty": str(line.qty)} for line in order.lines]
        return {
            "order": {
                "orderNo": sale.order_no,
                "goodsValue": str(order.head.goods_value),
                "currency": order.head.currency,
                "items": items,
            },
            "payment": {"payNo": paid.pay_no or "", "charge": str(paid.charge)},
            "logistics": {"logisticsNo": _waybill(sale)},
        }

    async def report(self, request: web.Request) -> web.Response:
        """Something suspicious was seen: customs is told before the answer goes out."""
        said = await details_of(request)
        if not said.get("orderNo") or not said.get("what"):
            return problem("violations: expected orderNo and what", repr(said))
        try:
            await self.tell(str(said["orderNo"]), str(said["what"]))
        except (ClientError, TimeoutError) as error:
            return problem("customs could not be told", repr(error), 503)
        return web.json_response({"reported": said["orderNo"]}, status=202)

    async def notice(self, sale: Sale) -> None:
        """Secondary sale: goods that came back are sold again, and customs is told of it."""
        if item := self._clerk.sold_again(sale):
            try:
                await self.tell(sale.order_no, f"TEST 二次销售 item {item} came back and is sold again")
            except (ClientError, TimeoutError) as error:
                log.warning("customs could not be told of %s: %r", sale.order_no, error)

    async def tell(self, order_no: str, what: str) -> None:
        """The report itself; ClientError where customs did not take it."""
        body = {"subject": order_no, "role": SEEN_BY, "text": what}
        async with self._http.post(self._reports, json=body) as answer:
            answer.raise_for_status()

    async def recall(self, request: web.Request) -> web.Response:
        """An item is recalled."""
        said = await details_of(request)
        if not said.get("itemNo"):
            return problem("recalls: expected itemNo", repr(said))
        mail = self.call_back(str(said["itemNo"]))
        self._sender.queue(mail)
        return web.json_response({"sent": sorted({letter.copy.kind for letter in mail})}, status=202)

    def call_back(self, item_no: str) -> list[Mail]:
        """It is declared no more (the clerk looks at `recalled`), and lists that have not left are cancelled."""
        self._books.recalled.add(item_no)
        mail: list[Mail] = []
        for sale in self._books.sales.values():
            if self._clerk.desk and item_no in items_of(sale) and _is_out(sale):
                with contextlib.suppress(NotNowError):  # it has left, or customs is looking at it
                    mail += self._clerk.desk.cancel(sale.order_no, f"TEST 商品召回 {item_no}")
        return mail


def _waybill(sale: Sale) -> str:
    return str(head_of(sale.copies[LOGISTICS].right).logistics_no)


def _is_out(sale: Sale) -> bool:
    """Its list is at customs, approved or on its way to be."""
    copy = sale.copies[INVENTORY]
    return copy.status in CANCELLABLE or (
        copy.sent_at is not None and read_status(INVENTORY, copy.status) is Answer.MOVES_ON
    )
