"""A shipment on the desk: sales whose lists are approved, and the documents that move them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from core_desk import AT, FIRMS, SEED, STANDARD, Desk, changed, head_of, sale

from swsim.fixtures.chain import Chain
from swsim.fixtures.later import Bill, Fate, Sold, Trip, arrivals, cancel, departures, master_lists
from swsim.simulator.core.model import Decision
from swsim.simulator.messages.transfer import Document
from swsim.simulator.profile import Profile

TRIP = Trip(SEED, 0, AT, FIRMS)
LONG = timedelta(days=2)


def approved(count: int = 2, profile: Profile = STANDARD, **settings: Any) -> tuple[Desk, list[Sold]]:
    """A desk with the lists of `count` sales approved."""
    desk = Desk(profile, **settings)
    sales = [of_one_bill(sale(index)) for index in range(count)]
    for one in sales:
        for document in one.documents:
            desk.send(document)
    desk.settle()
    sold = []
    for one in sales:
        held = desk.held(one.inventory)
        assert held is not None
        assert held.invt_no
        sold.append(Sold(one, Fate.LEAVES, held.invt_no))
    return desk, sold


def of_one_bill(one: Chain) -> Chain:
    """The sale with a list that leaves its transport fields to the master list."""
    bare = {"traf_name": None, "voyage_no": None, "bill_no": None, "total_package_no": None, "traf_mode": "5"}
    listed = changed(one.inventory, **bare, port_code="0101", customs_code=FIRMS.district.code)
    return Chain(one.index, one.order, one.receipts, one.logistics, listed)


def bill_of(sold: Iterable[Sold]) -> Bill:
    """The bill of lading that they leave under."""
    return Bill(TRIP, "0101", "5", tuple(sold))


class Shipment:
    """Lists of one bill, and its documents, unsplit unless told otherwise."""

    def __init__(self, count: int = 2, profile: Profile = STANDARD, split: int | None = None, **settings: Any) -> None:
        self.desk, self.sold = approved(count, profile, **settings)
        bill = bill_of(self.sold)
        self.master, self.arrival, self.departure = (
            master_lists(bill, split),
            arrivals(bill, split),
            departures(bill, split),
        )

    def report(self, *documents: Document) -> list[Decision]:
        """Send documents at the time they are reported, each in its message, and let customs finish."""
        decisions: list[Decision] = []
        for document in documents:
            when = TRIP.when(document.number)
            self.desk.wait(max(0.0, (when - self.desk.now).total_seconds()))
            decisions += self.desk.send(document)
        return decisions + self.desk.settle()

    def report_part(self, *documents: Document) -> list[Decision]:
        """The same, and give customs a minute: what lacks messages still waits for them."""
        decisions: list[Decision] = []
        for document in documents:
            when = TRIP.when(document.number)
            self.desk.wait(max(0.0, (when - self.desk.now).total_seconds()))
            decisions += self.desk.send(document)
        return decisions + self.desk.wait(60)

    def states(self) -> list[int]:
        """Where the lists stand."""
        return [int(self.desk.state(one.chain.inventory)) for one in self.sold]

    def listed(self, index: int = 0) -> Document:
        """A list as it was sent."""
        return self.sold[index].chain.inventory

    def cancelled(self, index: int = 0, **head: Any) -> Any:
        """The cancellation of a list."""
        return changed(cancel(TRIP, self.sold[index]), **head)


def with_lines(document: Any, *lines: int) -> Any:
    """A document with these of its lines (from 0)."""
    return document.replaced(lines=tuple(document.lines[i] for i in lines))


def with_line(document: Any, index: int, **values: Any) -> Any:
    """A document one line of which has other values."""
    lines = list(document.lines)
    lines[index] = lines[index].replaced(**values)
    return document.replaced(lines=tuple(lines))


def last(decisions: list[Decision], kind: str) -> Decision:
    """The last word on a document of a kind."""
    return [one for one in decisions if one.subject.kind == kind][-1]


__all__ = ["LONG", "TRIP", "Shipment", "approved", "bill_of", "head_of", "last", "with_line", "with_lines"]
