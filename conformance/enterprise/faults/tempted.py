"""Faults of one who does what it is asked, whether it may be done or not, and of one who does not look."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from swsim.conformance.enterprise.books import Mail, Sale
from swsim.conformance.enterprise.clerk import Clerk
from swsim.conformance.enterprise.desk import Desk
from swsim.conformance.enterprise.duties import Duties
from swsim.conformance.enterprise.faults.model import Fault
from swsim.conformance.enterprise.machine import INVENTORY, ORDER, Paper
from swsim.conformance.enterprise.sender import Sender
from swsim.fixtures.later import cancel
from swsim.simulator.messages.transfer import Upload


class CancelsAnything(Desk):
    """Sends the cancellation whatever the list's status is."""

    def cancel(self, order_no: str, reason: str = "") -> list[Mail]:
        sale = self._sale(order_no)
        made = cancel(self._trip(), self._sold(sale)).replaced(reason=reason or "TEST")
        return self.send([made], sales=[sale])


class ChangesAnything(Clerk):
    """Changes an order whatever refers to it."""

    def change(self, order_no: str, freight: str) -> list[Mail]:
        sale = self.books.sales[order_no]
        right: Any = sale.copies[ORDER].right
        sale.copies[ORDER].right = right.replaced(head=right.head.replaced(freight=Decimal(freight)))
        return [self._send(sale, ORDER)]


class ShipsAgain(Desk):
    """Puts parcels on a bill without looking whether they are on one."""

    def ship(self, order_nos: Sequence[str], split: int | None = None) -> list[Mail]:
        for order_no in order_nos:
            self._of(self._sale(order_no)).shipment = None
        return super().ship(order_nos, split)


class TakesBackForEver(Desk):
    """Takes goods back however long they were away."""

    def is_too_late(self, sale: Sale) -> bool:  # noqa: ARG002 - whenever it was
        return False


class DeclaresDearBusiness(Clerk):
    """Declares business to business whatever it is worth."""

    def is_too_dear(self, sale: Sale) -> bool:  # noqa: ARG002 - whatever it is
        return False


class BelievesEverything(Clerk):
    """Has no risk control: every sale is declared."""

    def is_doubtful(self, sale: Sale) -> bool:  # noqa: ARG002 - whatever it is
        return False


class SeesNoSecondSale(Duties):
    """Does not look whether goods that came back are sold again."""

    async def notice(self, sale: Sale) -> None:
        """Nothing is looked at."""


class ClearsItsDesk(Duties):
    """Throws the papers of a sale away when its list is closed."""

    def evidence(self, sale: Sale) -> dict[str, Any]:
        return {} if sale.closed_at else super().evidence(sale)


def as_kind(flag: str, when: Callable[[Any], bool]) -> type[Sender]:
    """A sender that declares some lists as another kind: the head's flag, and its commodity codes as headings."""

    class AsKind(Sender):
        def compose(self, batch: Sequence[Mail], guid: str) -> Upload[Any]:
            message: Any = super().compose(batch, guid)
            if batch[0].copy.kind != INVENTORY:
                return message  # type: ignore[no-any-return]
            return message.replaced(documents=tuple(map(self._simplified, message.documents)))  # type: ignore[no-any-return]

        def _simplified(self, listed: Any) -> Any:
            if not when(listed):
                return listed
            lines = tuple(line.replaced(gcode=f"{line.gcode[:4]}000000") for line in listed.lines)
            return listed.replaced(head=listed.head.replaced(statistics_flag=flag), lines=lines)

    return AsKind


class LicencesInA(Sender):
    """Names a licence in lists of kind A."""

    def compose(self, batch: Sequence[Mail], guid: str) -> Upload[Any]:
        message: Any = super().compose(batch, guid)
        if batch[0].copy.kind != INVENTORY:
            return message  # type: ignore[no-any-return]
        made = [one.replaced(head=one.head.replaced(license_no="TEST-LICENCE")) for one in message.documents]
        return message.replaced(documents=tuple(made))  # type: ignore[no-any-return]


class ForgetsWhatWasCalledOff(Clerk):
    """Notes that the buyer cancelled, and declares."""

    def call_off(self, order_no: str) -> list[Mail] | None:
        super().call_off(order_no)
        sale = self.books.sales[order_no]
        if sale.called_off:
            sale.called_off, sale.stage = False, type(sale.stage).TRANSMITTING
        return []


class LeavesDataBehind(Clerk):
    """Declares no more, and leaves at customs what was transmitted."""

    def _delete(self, sale: Sale) -> list[Mail]:  # noqa: ARG002 - whatever it is
        return []


class DeletesAndDeclares(Clerk):
    """Deletes the order, and declares when the waybill is accepted, by another part of the program."""

    def call_off(self, order_no: str) -> list[Mail] | None:
        mail = super().call_off(order_no)
        sale = self.books.sales[order_no]
        if sale.called_off:
            sale.called_off, sale.stage = False, type(sale.stage).TRANSMITTING
            sale.copies[ORDER].paper = Paper.ACCEPTED
        return mail


class TakesItForVoid(Desk):
    """Takes any answer to a cancellation for its approval."""

    def stands(self, sale: Sale) -> None:
        sale.void = True


FAULTS = (
    Fault("cancels-under-review", "no-cancelling-under-review", "LIF-05", desk=CancelsAnything),
    Fault("cancels-under-inspection", "no-cancelling-under-inspection", "LIF-05", desk=CancelsAnything),
    Fault("cancels-what-is-closed", "no-cancelling-when-closed", "LIF-05", desk=CancelsAnything),
    Fault("changes-behind-the-list", "no-changing-behind-the-list", "SND-25", clerk=ChangesAnything),
    Fault("ships-again", "no-second-bill", "LIF-15", desk=ShipsAgain),
    Fault("takes-back-for-ever", "no-return-after-a-year", "DDL-07", desk=TakesBackForEver),
    Fault("declares-dear-9710", "dear-9710-stays", "SND-22", clerk=DeclaresDearBusiness),
    Fault("declares-dear-9810", "dear-9810-stays", "SND-22", clerk=DeclaresDearBusiness),
    Fault("believes-everything", "unbelievable-sale-stays", "RES-03", clerk=BelievesEverything),
    Fault("sees-no-second-sale", "notices-a-second-sale", "RES-04", duties=SeesNoSecondSale),
    Fault("clears-its-desk", "keeps-its-papers", "RES-08", duties=ClearsItsDesk),
    Fault(
        "headings-in-kind-b",
        "kind-b-has-commodity-codes",
        "SND-19",
        sender=as_kind("B", lambda _: True),
        says="Declares lists of kind B by headings, filled up with zeros.",
    ),
    Fault("licences-in-kind-a", "kind-a-is-small-and-free", "SND-20", sender=LicencesInA),
    Fault(
        "simplifies-dear-goods",
        "dear-goods-are-not-simplified",
        "SND-20",
        sender=as_kind("A", lambda _: True),
        says="Declares everything in the simplified way, whatever it is worth.",
    ),
    Fault("forgets-what-was-called-off", "called-off-before-the-list", "SND-26", clerk=ForgetsWhatWasCalledOff),
    Fault("leaves-data-behind", "called-off-before-the-list", "SND-26", clerk=LeavesDataBehind),
    Fault("deletes-and-declares", "called-off-before-the-list", "SND-26", clerk=DeletesAndDeclares),
    Fault("takes-a-refusal-for-void", "cancellation-refused", "LIF-04", desk=TakesItForVoid),
)
