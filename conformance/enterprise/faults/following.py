"""Faults of what follows the lists: shipping, cancellation, goods that come back."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from swsim.conformance.enterprise.books import Mail, Sale, head_of
from swsim.conformance.enterprise.desk import Desk
from swsim.conformance.enterprise.faults.model import Fault
from swsim.conformance.enterprise.wishes import Shipment
from swsim.simulator.messages.transfer import Document


class _Changes(Desk):
    """Sends documents of a kind with other values in their head."""

    kind = ""

    def changed(self, head: Any) -> Any:
        """The head as the fault has it."""
        raise NotImplementedError

    def send(
        self,
        documents: Sequence[Document],
        then: Callable[[], list[Mail]] | None = None,
        at: datetime | None = None,
        sales: Sequence[Sale] = (),
    ) -> list[Mail]:
        made: list[Any] = list(documents)
        if made and made[0].number == self.kind:
            heads = [self.changed(head_of(one)) for one in made]
            made = [
                head if head_of(one) is one else one.replaced(head=head) for one, head in zip(made, heads, strict=True)
            ]
        return super().send(made, then, at, sales)


class GivesNoReason(_Changes):
    """Cancels without saying why."""

    kind = "605"

    def changed(self, head: Any) -> Any:
        return head.replaced(reason=" ")


class ReturnsAsExport(_Changes):
    """Applies for returned goods with the trade mode of the export."""

    kind = "213"

    def changed(self, head: Any) -> Any:
        return head.replaced(trade_mode="9610")


class TalliesAnother(_Changes):
    """Tallies returned goods under another waybill than the application's."""

    kind = "215"

    def changed(self, head: Any) -> Any:
        return head.replaced(logistics_no=f"{head.logistics_no}X")


class ReturnsTooMuch(Desk):
    """Applies for more than was sold."""

    def send(
        self,
        documents: Sequence[Document],
        then: Callable[[], list[Mail]] | None = None,
        at: datetime | None = None,
        sales: Sequence[Sale] = (),
    ) -> list[Mail]:
        made: list[Any] = list(documents)
        if made and made[0].number == "213":
            made = [one.replaced(lines=tuple(line.replaced(qty=line.qty + 1) for line in one.lines)) for one in made]
        return super().send(made, then, at, sales)


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
