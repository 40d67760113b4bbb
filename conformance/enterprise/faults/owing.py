"""Faults of what is owed to customs beside the messages: tracking, evidence, reports, recalls, inspections."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from swsim.conformance.enterprise.books import Mail, Sale
from swsim.conformance.enterprise.clerk import Clerk
from swsim.conformance.enterprise.desk import RELEASED, Desk
from swsim.conformance.enterprise.duties import Duties, Event
from swsim.conformance.enterprise.faults.model import Fault
from swsim.conformance.enterprise.machine import INVENTORY, Stage
from swsim.conformance.enterprise.sender import Sender
from swsim.simulator.clock import compact
from swsim.simulator.messages.transfer import Upload


class TracksWhatLeft(Duties):
    """Knows nothing of a parcel until it has left."""

    def events(self, sale: Sale) -> list[Event]:
        return super().events(sale) if sale.closed_at else []


class TracksBackwards(Duties):
    """Tells the newest event first."""

    def events(self, sale: Sale) -> list[Event]:
        return super().events(sale)[::-1]


class ShowsNoPayment(Duties):
    """Keeps what was paid to itself when customs asks."""

    def evidence(self, sale: Sale) -> dict[str, Any]:
        return super().evidence(sale) | {"payment": {}}


class KeepsViolationsToItself(Duties):
    """Files what it sees, and tells nobody."""

    async def tell(self, order_no: str, what: str) -> None:
        """Nothing goes out."""


class ReportsNothingInParticular(Duties):
    """Tells customs that there was something."""

    async def tell(self, order_no: str, what: str) -> None:  # noqa: ARG002 - that is the fault
        await super().tell(order_no, "TEST something")


class ForgetsOpenLists(Duties):
    """Stops to declare what was recalled, and lets lists that are open go their way."""

    def call_back(self, item_no: str) -> list[Mail]:
        self._books.recalled.add(item_no)
        return []


class DeclaresWhatWasOrdered(Clerk):
    """Takes no new order of recalled goods, and declares those that it has."""

    def is_recalled(self, sale: Sale) -> bool:
        return not any(copy.attempts for copy in sale.copies.values()) and super().is_recalled(sale)


class TakesNewOrders(Clerk):
    """Holds back the orders that it had when the item was recalled; new ones it declares."""

    def take(self, sale: Sale) -> list[Mail]:
        self._new = getattr(self, "_new", set()) | ({sale.order_no} if super().is_recalled(sale) else set())
        return super().take(sale)

    def is_recalled(self, sale: Sale) -> bool:
        return sale.order_no not in getattr(self, "_new", set()) and super().is_recalled(sale)


class SellsIvory(Clerk):
    """Sells whatever is ordered."""

    def is_banned(self, sale: Sale) -> bool:  # noqa: ARG002 - whatever it is
        return False


class StopsEverything(Clerk):
    """Declares nothing at all any more once something was recalled."""

    def take(self, sale: Sale) -> list[Mail]:
        mail = super().take(sale)
        if self.books.recalled:
            sale.stage = Stage.HELD
            return []
        return mail


class ShipsWhatIsInspected(Desk):
    """Takes 500 for another word for released."""

    def may_leave(self, sale: Sale) -> bool:
        return sale.copies[INVENTORY].status in {RELEASED, "500"}


class ReportsOldTimes(Sender):
    """Bears the time at which the shop's batch began, an hour ago, as time of report."""

    def compose(self, batch: Sequence[Mail], guid: str) -> Upload[Any]:
        message: Any = super().compose(batch, guid)
        first: Any = message.documents[0]
        old = compact(self._clerk.clock.now() - timedelta(hours=1))
        head = getattr(first, "head", first).replaced(app_time=old)
        changed = first.replaced(head=head) if hasattr(first, "head") else head
        return message.replaced(documents=(changed, *message.documents[1:]))  # type: ignore[no-any-return]


class ListsWithoutItems(Sender):
    """Names the shelf in its lists instead of the item."""

    def compose(self, batch: Sequence[Mail], guid: str) -> Upload[Any]:
        message: Any = super().compose(batch, guid)
        if batch[0].copy.kind != INVENTORY:
            return message  # type: ignore[no-any-return]
        bare = [
            one.replaced(lines=tuple(line.replaced(item_no="TEST-STOCK") for line in one.lines))
            for one in message.documents
        ]
        return message.replaced(documents=tuple(bare))  # type: ignore[no-any-return]


FAULTS = (
    Fault("tracks-what-left", "tracks-a-parcel", "RES-02", duties=TracksWhatLeft),
    Fault("tracks-backwards", "tracks-a-parcel-that-left", "RES-02", duties=TracksBackwards),
    Fault("shows-no-payment", "shows-evidence", "RES-10", duties=ShowsNoPayment),
    Fault("keeps-violations-to-itself", "reports-a-violation", "RES-07", duties=KeepsViolationsToItself),
    Fault("reports-nothing-in-particular", "reports-a-violation", "RES-07", duties=ReportsNothingInParticular),
    Fault("recall-forgets-open-lists", "recall-cancels-open-lists", "RES-11", duties=ForgetsOpenLists),
    Fault("declares-what-was-ordered", "recall-stops-a-list", "RES-11", clerk=DeclaresWhatWasOrdered),
    Fault("recall-of-old-orders-only", "recall-stops-new-orders", "RES-11", clerk=TakesNewOrders),
    Fault("recall-stops-everything", "recall-stops-new-orders", "RES-11", clerk=StopsEverything),
    Fault("sells-ivory", "prohibited-goods-stay", "RES-05", clerk=SellsIvory),
    Fault("ships-what-is-inspected", "holds-inspected-goods", "RES-09", desk=ShipsWhatIsInspected),
    Fault("reports-old-times", "transmits-in-real-time", "RES-01", sender=ReportsOldTimes),
    Fault("lists-without-items", "goods-are-traceable", "RES-06", sender=ListsWithoutItems),
)
