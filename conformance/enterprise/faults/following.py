"""Faults of what follows the lists: shipping, cancellation, goods that come back."""

from typing import Any

from swsim.conformance.enterprise.books import Mail, Sale
from swsim.conformance.enterprise.desk import Desk
from swsim.conformance.enterprise.faults.changing import Changes
from swsim.conformance.enterprise.faults.model import Fault
from swsim.conformance.enterprise.wishes import Shipment


class GivesNoReason(Changes):
    """Cancels without saying why."""

    kind = "605"

    def changed(self, document: Any) -> Any:
        return document.replaced(reason=" ")


class ReturnsAsExport(Changes):
    """Applies for returned goods with the trade mode of the export."""

    kind = "213"

    def changed(self, document: Any) -> Any:
        return document.replaced(head=document.head.replaced(trade_mode="9610"))


class TalliesAnother(Changes):
    """Tallies returned goods under another waybill than the application's."""

    kind = "215"

    def changed(self, document: Any) -> Any:
        return document.replaced(logistics_no=f"{document.logistics_no}X")


class ReturnsTooMuch(Changes):
    """Applies for more than was sold."""

    kind = "213"

    def changed(self, document: Any) -> Any:
        return document.replaced(lines=tuple(line.replaced(qty=line.qty + 1) for line in document.lines))


class ForgetsToCancel(Desk):
    """Notes that the buyer cancelled, and tells nobody."""

    def cancel(self, order_no: str, reason: str = "") -> list[Mail]:  # noqa: ARG002 - whatever it is
        return []


class CancelsTwice(Desk):
    """Cancels, and again under another number to be sure."""

    def cancel(self, order_no: str, reason: str = "") -> list[Mail]:
        mail = super().cancel(order_no, reason)
        self._of(self._sale(order_no)).cancelled = False
        return mail + super().cancel(order_no, reason)


class ShipsWhatIsVoid(Desk):
    """Lets the parcel of a list whose cancellation was approved go with the others."""

    def _strike_out(self, sale: Sale) -> list[Mail]:
        self.wishes.pop(sale.order_no)
        return self.ship([sale.order_no])


class ShipsWithoutMasterList(Desk):
    """Reports the arrival of parcels whose bill of lading customs does not know."""

    def depart_from(self, shipment: Shipment) -> list[Mail]:
        return self._arrive(shipment)


class LeavesUnreleased(Desk):
    """Reports the departure with the arrival, without waiting for the release."""

    def may_leave(self, sale: Sale) -> bool:  # noqa: ARG002 - whatever it is
        return True

    def _arrive(self, shipment: Shipment) -> list[Mail]:
        return [*super()._arrive(shipment), *self._leave(shipment)]


FAULTS = (
    Fault("forgets-to-cancel", "cancels-an-approved-list", "LIF-01", desk=ForgetsToCancel),
    Fault("cancels-without-reason", "cancels-an-approved-list", "LIF-02", desk=GivesNoReason),
    Fault("cancels-twice", "cancels-an-approved-list", "LIF-14", desk=CancelsTwice),
    Fault("ships-what-is-void", "cancels-an-approved-list", "LIF-03", desk=ShipsWhatIsVoid),
    Fault("no-master-list", "ships-in-order", "LIF-08", desk=ShipsWithoutMasterList),
    Fault("leaves-unreleased", "ships-in-order", "LIF-06", desk=LeavesUnreleased),
    Fault("returns-too-much", "takes-goods-back", "LIF-10", desk=ReturnsTooMuch),
    Fault("returns-as-export", "takes-goods-back", "LIF-11", desk=ReturnsAsExport),
    Fault("tallies-another", "takes-goods-back", "LIF-12", desk=TalliesAnother),
)
