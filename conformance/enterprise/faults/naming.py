"""Faults of who sends what under which name and number, of parts, and of what counts when."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from swsim.conformance.enterprise.books import Copy, Mail, Sale, head_of
from swsim.conformance.enterprise.clerk import Clerk
from swsim.conformance.enterprise.desk import RELEASED, Desk
from swsim.conformance.enterprise.faults.model import Fault
from swsim.conformance.enterprise.line import Handed
from swsim.conformance.enterprise.machine import INVENTORY, LOGISTICS, RECEIPTS, Answer
from swsim.conformance.enterprise.receiver import Receiver
from swsim.conformance.enterprise.sender import Sender
from swsim.conformance.enterprise.wishes import Paper, Shipment
from swsim.fixtures.batch import transfer
from swsim.simulator.messages.transfer import Upload

A_DAY = timedelta(days=1)
EVE = 24
"""Day on which `WaitsForTheLastDay` sums up: the last one for January's lists, behind the spring festival."""


class _Respells(Sender):
    """Spoils the messages of a kind."""

    kind = ""

    def respelt(self, message: Any) -> Any:
        """The message as the fault has it."""
        raise NotImplementedError

    def compose(self, batch: Sequence[Mail], guid: str) -> Upload[Any]:
        message = super().compose(batch, guid)
        return self.respelt(message) if batch[0].copy.kind == self.kind else message


class BorrowsANumber(_Respells):
    """Sends the payment firm's receipts under the platform's dxpId."""

    kind = RECEIPTS

    def respelt(self, message: Any) -> Any:
        node = message.base_transfer.replaced(dxp_id=self._firms.sender("303").dxp_id)
        return message.replaced(base_transfer=node)


class SendsTheReceiptsItself(_Respells):
    """Transmits the payment receipts as the platform, in its own name."""

    kind = RECEIPTS

    def respelt(self, message: Any) -> Any:
        return message.replaced(base_transfer=transfer(self._firms.sender("303")))


class ShortensNames(_Respells):
    """Writes the seller's name in lists as people say it."""

    kind = INVENTORY

    def respelt(self, message: Any) -> Any:
        made = [one.replaced(head=one.head.replaced(ebc_name=one.head.ebc_name[:6])) for one in message.documents]
        return message.replaced(documents=tuple(made))


class OneParcelForAll(_Respells):
    """Names the first waybill of the day in every list."""

    kind = INVENTORY
    _first = ""

    def respelt(self, message: Any) -> Any:
        self._first = self._first or message.documents[0].head.logistics_no
        made = [one.replaced(head=one.head.replaced(logistics_no=self._first)) for one in message.documents]
        return message.replaced(documents=tuple(made))


class ReusesNumbers(Sender):
    """Gives a new parcel the number of one that is on its way, in a message of its own."""

    _first = ""

    def split(self, mail: Sequence[Mail]) -> list[list[Mail]]:
        """Each waybill apart."""
        return [
            [letter] if batch[0].copy.kind == LOGISTICS else batch
            for batch in super().split(mail)
            for letter in (batch if batch[0].copy.kind == LOGISTICS else batch[:1])
        ]

    def compose(self, batch: Sequence[Mail], guid: str) -> Upload[Any]:
        message: Any = super().compose(batch, guid)
        if batch[0].copy.kind != LOGISTICS:
            return message  # type: ignore[no-any-return]
        self._first = self._first or message.documents[0].logistics_no
        made = tuple(one.replaced(logistics_no=self._first) for one in message.documents)
        return message.replaced(documents=made)  # type: ignore[no-any-return]


class CountsNoParts(Sender):
    """Numbers every part of a split document as the first."""

    def compose(self, batch: Sequence[Mail], guid: str) -> Upload[Any]:
        message: Any = super().compose(batch, guid)
        if not hasattr(head_of(message.documents[0]), "msg_seq_no"):
            return message  # type: ignore[no-any-return]
        made = tuple(one.replaced(head=one.head.replaced(msg_seq_no=1)) for one in message.documents)
        return message.replaced(documents=made)  # type: ignore[no-any-return]


class AcknowledgesFirst(Receiver):
    """Acknowledges a return when it has it, and acts on it then."""

    async def take(self, handed: Handed) -> None:
        await handed.done()
        await self._sender.post(self.act_on(handed.data))


class TakesA120ForAPromise(Clerk):
    """Takes a list that was taken in (120) for as good as approved: a 100 behind it is overlooked."""

    def notice(self, copy: Copy, record: Any) -> Answer | None:
        overlooks = copy.kind == INVENTORY and copy.status == "120" and record.return_status == "100"
        return None if overlooks else copy.notice(record)


class ClosesAtRelease(Desk):
    """Books a list as closed when it is released."""

    def list_said(self, sale: Sale, record: Any) -> list[Mail]:
        if record.return_status == RELEASED and not sale.closed_at:
            sale.closed_at = record.return_time
        return super().list_said(sale, record)


class BooksReturnsEarly(Desk):
    """Books goods as back when customs has taken the application in."""

    def book(self, paper: Paper, kind: str, record: Any) -> None:
        early = kind == "213" and record.return_status == "120"
        if early:
            for line in paper.copies[0].right.lines:  # type: ignore[attr-defined] # an application has lines
                paper.sales[0].returned[line.gnum] = line.qty
        super().book(paper, kind, record)


class WaitsForTheLastDay(Desk):
    """Sums up on the last day, so that the declaration comes too late."""

    put_off = ""

    def close_month(self, month: str) -> list[Mail]:
        self.put_off = month
        return []

    def time_passed(self) -> list[Mail]:
        if not self.put_off or self.clock.now().day < EVE:
            return []
        month, self.put_off = self.put_off, ""
        return super().close_month(month)


class LosesPatienceWithInspections(Desk):
    """Lets inspected goods go when the inspection has taken a day."""

    let_go: frozenset[str] | set[str] = frozenset()

    def time_passed(self) -> list[Mail]:
        shipments = {id(one.shipment): one.shipment for one in self.wishes.values() if one.shipment}
        return [letter for one in shipments.values() if self._waited(one) for letter in self._let_go(one)]

    def _waited(self, shipment: Shipment) -> bool:
        stopped = all(sale.copies[INVENTORY].status == "500" for sale in shipment.sales)
        return stopped and not shipment.left and self.clock.now() - shipment.bill.trip.at > A_DAY

    def may_leave(self, sale: Sale) -> bool:
        return sale.order_no in self.let_go or super().may_leave(sale)

    def _let_go(self, shipment: Shipment) -> list[Mail]:
        for sale in shipment.sales:
            sale.released_at = f"{self.clock.now():%Y%m%d%H%M%S}000"
            self.let_go = {*self.let_go, sale.order_no}
        return self._leave(shipment)


FAULTS = (
    Fault("borrows-a-number", "sends-under-its-own-number", "SND-07", sender=BorrowsANumber),
    Fault("sends-the-receipts-itself", "each-firm-sends-its-own", "SND-28", sender=SendsTheReceiptsItself),
    Fault("shortens-names", "registered-names", "SND-29", sender=ShortensNames),
    Fault("one-parcel-for-all", "one-waybill-one-list", "SND-30", sender=OneParcelForAll),
    Fault("reuses-numbers", "waybill-numbers-are-new", "DDL-08", sender=ReusesNumbers),
    Fault("counts-no-parts", "parts-agree", "SND-27", sender=CountsNoParts),
    Fault("acknowledges-first", "acts-before-it-acknowledges", "RCV-18", receiver=AcknowledgesFirst),
    Fault("takes-a-120-for-a-promise", "refused-behind-a-120", "RCV-22", clerk=TakesA120ForAPromise),
    Fault("closes-at-release", "closed-at-899", "LIF-09", desk=ClosesAtRelease),
    Fault("books-returns-early", "unreleased-return-counts-not-yet", "LIF-13", desk=BooksReturnsEarly),
    Fault("waits-for-the-last-day", "declaration-in-time", "DDL-02", desk=WaitsForTheLastDay),
    Fault("loses-patience", "holds-while-inspection-lasts", "LIF-07", desk=LosesPatienceWithInspections),
)
