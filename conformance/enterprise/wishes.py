"""What was asked of the desk and is not done yet, and the documents it has out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from swsim.conformance.enterprise.books import Copy, Mail, Sale
from swsim.fixtures.later import Bill

SUCCESS = {"605": "399", "607": "120", "507": "399", "509": "399", "213": "120", "215": "399", "701": "399"}
"""The status that accepts a document for good."""


class NotNowError(Exception):
    """The action cannot be carried out as things stand; says why."""


@dataclass(slots=True)
class Paper:
    """A document, or the messages it was split into, and what to do once customs has accepted all of it."""

    copies: list[Copy]
    then: Callable[[], list[Mail]] | None = None
    sales: Sequence[Sale] = ()
    """What it is about."""

    @property
    def accepted(self) -> bool:
        """All of it."""
        return all(copy.status == SUCCESS[copy.kind] for copy in self.copies)


@dataclass(slots=True)
class Shipment:
    """Parcels that leave on one bill, and the bill's documents, made when they are due."""

    bill: Bill
    sales: list[Sale]
    split: int | None
    arrived: bool = False
    left: bool = False


@dataclass(slots=True)
class Wishes:
    """What was asked for of a sale and is not done yet."""

    cancel: str = ""
    cancelled: bool = False
    shipment: Shipment | None = None
    returned: bool = False
