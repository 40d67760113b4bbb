"""What follows the lists: shipping, cancellation, goods that come back, the month's summary. No I/O.

An action notes a wish; each return that arrives lets the desk go on with the wishes that it concerns. What is sent is
made from the books: the documents of the sales, and the numbers and times that customs gave.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from swsim.conformance.enterprise.books import Books, BusinessClock, Copy, Mail, Sale, business_key, head_of, stamped
from swsim.conformance.enterprise.machine import DOCUMENT, INVENTORY, Answer, Turn
from swsim.conformance.enterprise.months import application, due_by_itself, sharing
from swsim.conformance.enterprise.wishes import NotNowError, Paper, Shipment, Wishes
from swsim.fixtures.chain import Chain
from swsim.fixtures.later import (
    Bill,
    Fate,
    Sold,
    Trip,
    arrivals,
    cancel,
    departures,
    master_lists,
    refund,
    tally,
)
from swsim.fixtures.parties import Parties
from swsim.simulator.clock import compact, read_compact
from swsim.simulator.messages.transfer import Document

APPROVED, RELEASED, CLOSED = "399", "800", "899"
CANCELLABLE = {APPROVED, RELEASED}
CANCELLATION, RETURNED, SUMMARY = "605", "213", "701"
MOST_ATTEMPTS = 3
"""Times a summary is sent before a person has to look."""
SECOND = timedelta(seconds=1)


class Desk:
    """Carries out the actions of one enterprise. Faults override what they spoil."""

    def __init__(self, books: Books, clock: BusinessClock, firms: Parties, seed: int) -> None:
        self.books, self.clock, self._firms, self._seed = books, clock, firms, seed
        self.wishes: dict[str, Wishes] = {}
        self.papers: dict[tuple[str, ...], Paper] = {}
        self.summed: set[str] = set()
        """Orders whose list is in a summary."""
        self._batched_on: date | None = None
        self._trips = 0

    # --- actions ------------------------------------------------------------------------------------------------------

    def ship(self, order_nos: Sequence[str], split: int | None = None) -> list[Mail]:
        """They leave, a bill for each customs and transport mode (§2.15.4); NotNowError: a list cannot leave yet."""
        sales = [self._sale(order_no) for order_no in order_nos]
        for sale in sales:
            if sale.copies[INVENTORY].status != APPROVED or self._of(sale).shipment or self._of(sale).cancel:
                raise NotNowError(f"order {sale.order_no}: expected an approved list that is not on another bill")
        ways: dict[tuple[str, str, str], list[Sale]] = {}
        for sale in sales:
            head = head_of(sale.copies[INVENTORY].right)
            ways.setdefault((head.customs_code, head.port_code, head.traf_mode), []).append(sale)
        mail: list[Mail] = []
        for (_, port, traf_mode), parcels in ways.items():
            shipment = Shipment(Bill(self._trip(), port, traf_mode, tuple(map(self._sold, parcels))), parcels, split)
            for sale in parcels:
                self._of(sale).shipment = shipment
            mail += self.depart_from(shipment)
        return mail

    def depart_from(self, shipment: Shipment) -> list[Mail]:
        """The master list first: it gives the lists their bill of lading. The arrival follows when it is accepted."""
        masters = master_lists(shipment.bill, shipment.split)
        return self.send(masters, lambda: self._arrive(shipment), sales=shipment.sales)

    def cancel(self, order_no: str, reason: str = "") -> list[Mail]:
        """The buyer cancels: at once where the list can be cancelled, later where it is on its way to be approved."""
        sale = self._sale(order_no)
        if sale.copies[INVENTORY].status in {"500", CLOSED}:
            raise NotNowError(f"order {order_no}: expected a list that has not left and is not inspected")
        self._of(sale).cancel = reason or "TEST 买家取消"
        return self._cancel(sale)

    def take_back(self, order_no: str, lines: Sequence[dict[str, Any]] = ()) -> list[Mail]:
        """Goods come back: all of them, or of some lines some; NotNowError unless the list was closed within a year."""
        sale = self._sale(order_no)
        if sale.copies[INVENTORY].status != CLOSED or self.is_too_late(sale):
            raise NotNowError(f"order {order_no}: expected a closed list, released no longer than a year ago")
        trip, sold = self._trip(), self._sold(sale)
        made = refund(trip, sold, whole=True)
        if lines:
            wanted = {int(one["gnum"]): str(one["qty"]) for one in lines}
            made = made.replaced(
                lines=tuple(row.replaced(qty=wanted[row.gnum]) for row in made.lines if row.gnum in wanted)
            )
        return self.send([made], lambda: self.send([tally(trip, sold)], sales=[sale]), sales=[sale])

    def close_month(self, month: str) -> list[Mail]:
        """Summaries of the lists of kind B that were closed in a month (YYYY-MM) and are in none yet; may be none."""
        due = [sale for sale in self.books.sales.values() if sale.invt_no and self.is_due(sale, month)]
        self.summed |= {sale.order_no for sale in due}
        made = [(sales, application(self._trip(), list(map(self._sold, sales)))) for sales in sharing(due)]
        return [letter for sales, documents in made for letter in self.send(documents, sales=sales)]

    def is_too_late(self, sale: Sale) -> bool:
        """Goods come back within a year of their release (announcement 2020-44)."""
        released = sale.released_at or sale.closed_at
        return compact(self.clock.now()) > f"{int(released[:4]) + 1}{released[4:14]}"

    def is_due(self, sale: Sale, month: str) -> bool:
        """Closed in that month, to be summarised, still standing, and not summarised yet."""
        return (
            self.is_of(sale, month)
            and self.is_summarised(sale)
            and not sale.void
            and not sale.came_back_whole
            and sale.order_no not in self.summed
        )

    def is_of(self, sale: Sale, month: str) -> bool:
        """The month in which customs closed it, by its returnTime."""
        return sale.closed_at[:6] == month.replace("-", "")

    def is_summarised(self, sale: Sale) -> bool:
        """Lists of kind A are counted by customs alone."""
        return bool(head_of(sale.copies[INVENTORY].right).statistics_flag == "B")

    def time_passed(self) -> list[Mail]:
        """The clock moved on: the daily batch sums up what is left of last month, whether or not anybody asked."""
        now = self.clock.now()
        month = due_by_itself(now)
        if not month or self._batched_on == now.date():
            return []
        self._batched_on = now.date()
        return self.close_month(month)

    # --- what customs says --------------------------------------------------------------------------------------------

    def read(self, kind: str, record: Any) -> list[Mail] | None:
        """A record about a document of this desk; None where it is about none."""
        paper = self.papers.get(business_key(kind, record))
        if paper is None:
            return None
        copy = next(one for one in paper.copies if business_key(kind, head_of(one.right)) == business_key(kind, record))
        answer = copy.notice(record)
        if answer is None:
            return []
        self.book(paper, kind, record)
        if answer is Answer.REFUSES and kind == SUMMARY:
            return self.sum_up_again(paper, copy)
        if answer is Answer.REFUSES and kind == CANCELLATION:
            self.stands(paper.sales[0])
        if not paper.accepted or paper.then is None:
            return []
        then, paper.then = paper.then, None
        return then()

    def book(self, paper: Paper, kind: str, record: Any) -> None:
        """What a return says of the sales behind a document."""
        if kind == SUMMARY and record.sum_no:
            for sale in paper.sales:
                sale.sum_no = record.sum_no
        if kind == RETURNED and record.return_status == RELEASED:
            lines: Any = paper.copies[0].right
            for line in lines.lines:
                came = paper.sales[0].returned
                came[line.gnum] = came.get(line.gnum, 0) + line.qty

    def stands(self, sale: Sale) -> None:
        """Its cancellation was refused: the list is what it was, to be shipped or cancelled."""
        self.wishes[sale.order_no] = Wishes(shipment=self._of(sale).shipment)

    def sum_up_again(self, paper: Paper, copy: Copy) -> list[Mail]:
        """A refused summary goes out again under its number; at last its lists are free for another one."""
        if copy.attempts >= MOST_ATTEMPTS:
            self.summed -= {sale.order_no for sale in paper.sales}
            return []
        copy.attempts += 1
        copy.right, copy.sent_at = stamped(copy.right, self.clock.now()), self.clock.now()
        return [Mail(copy, copy.right, head_of(copy.right).guid)]

    def result(self, record: Any) -> bool:
        """A result of a summary (792): first without a number, then with it. False for none here."""
        numbers = {line.invt_no for line in record.lines}
        sales = [sale for sale in self.books.sales.values() if sale.invt_no in numbers]
        for sale in sales:
            sale.sum_no, sale.decl_seq_no = record.head.sum_no, record.head.decl_seq_no
            sale.entry_id = record.head.entry_id or sale.entry_id
        return bool(sales)

    def list_said(self, sale: Sale, record: Any) -> list[Mail]:
        """A record about a list: its parcel may leave, its cancellation may be asked for."""
        if record.return_status == CLOSED and not sale.closed_at:
            sale.closed_at = record.return_time
        if record.return_status == RELEASED and not sale.released_at:
            sale.released_at = record.return_time
        wishes = self._of(sale)
        mail = self._cancel(sale) if wishes.cancel else []
        return mail + (self._leave(wishes.shipment) if wishes.shipment else [])

    # --- in between ---------------------------------------------------------------------------------------------------

    def _cancel(self, sale: Sale) -> list[Mail]:
        wishes = self._of(sale)
        if wishes.cancelled or sale.copies[INVENTORY].status not in CANCELLABLE or not sale.invt_no:
            return []
        wishes.cancelled = True
        made = cancel(self._trip(), self._sold(sale))
        return self.send([made.replaced(reason=wishes.cancel)], lambda: self._strike_out(sale), sales=[sale])

    def _strike_out(self, sale: Sale) -> list[Mail]:
        """Customs approved the cancellation."""
        sale.void = True
        return []

    def _arrive(self, shipment: Shipment) -> list[Mail]:
        """The goods stand at the supervision site."""
        if shipment.arrived:
            return []
        shipment.arrived = True
        return self.send(arrivals(shipment.bill, shipment.split), sales=shipment.sales)

    def _leave(self, shipment: Shipment) -> list[Mail]:
        """They leave when every list of the bill is released: what is inspected is held, and the others with it."""
        if shipment.left or not all(self.may_leave(sale) for sale in shipment.sales):
            return []
        shipment.left = True
        released = max(read_compact(sale.released_at[:14]) or self.clock.now() for sale in shipment.sales)
        at = max(self.clock.now(), released + SECOND)
        return self.send(departures(shipment.bill, shipment.split), at=at, sales=shipment.sales)

    def may_leave(self, sale: Sale) -> bool:
        """Customs has released it."""
        return sale.copies[INVENTORY].status == RELEASED

    def send(
        self,
        documents: Sequence[Document],
        then: Callable[[], list[Mail]] | None = None,
        at: datetime | None = None,
        sales: Sequence[Sale] = (),
    ) -> list[Mail]:
        """Documents as they are reported now, `then` what follows when customs has accepted them all."""
        made = [stamped(one, at or self.clock.now()) for one in documents]
        copies = [Copy(one.number, one) for one in made]
        paper = Paper(copies, then, sales)
        for copy in copies:
            copy.paper = DOCUMENT.get((copy.paper, Turn.SEND), copy.paper)
            copy.attempts, copy.sent_at = 1, self.clock.now()
            self.papers[business_key(copy.kind, head_of(copy.right))] = paper
        return [Mail(copy, copy.right, head_of(copy.right).guid) for copy in copies]

    def _trip(self) -> Trip:
        self._trips += 1
        return Trip(self._seed, self._trips, self.clock.now(), self._firms)

    def _sold(self, sale: Sale) -> Sold:
        order, receipts, logistics, listed = (copy.right for copy in sale.copies.values())
        chain = Chain(sale.place, order, receipts, logistics, listed)  # type: ignore[arg-type] # documents by kind
        return Sold(chain, Fate.LEAVES, sale.invt_no)

    def _sale(self, order_no: str) -> Sale:
        if order_no not in self.books.sales:
            raise NotNowError(f"order {order_no}: unknown here")
        return self.books.sales[order_no]

    def _of(self, sale: Sale) -> Wishes:
        return self.wishes.setdefault(sale.order_no, Wishes())
