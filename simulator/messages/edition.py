"""The messages of an edition, by root element; who answers whom."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from swsim.simulator.messages.format_return import CEB900Message
from swsim.simulator.messages.inventory import CEB603Message, CEB604Message, Inventory
from swsim.simulator.messages.logistics import CEB505Message, CEB506Message, Logistics
from swsim.simulator.messages.order import CEB303Message, CEB304Message, Order
from swsim.simulator.messages.receipts import CEB403Message, CEB404Message, Receipts
from swsim.simulator.messages.transfer import Document, Message, Return, Upload


@dataclass(frozen=True, slots=True)
class Business:
    """One kind of business document: the message that brings it and the return that answers it.

    `must_sign` is the column 必填 of the signature in the head table: the schema leaves it optional everywhere (X7).
    """

    document: type[Document]
    upload: type[Upload[Any]]
    answer: type[Return[Any]]
    must_sign: bool

    @property
    def number(self) -> str:
        """The kind as the contract names it, ``303``."""
        return self.document.number


@dataclass(frozen=True)
class Edition:
    """An edition of the message specification. A later one is another value of this class."""

    name: str
    businesses: tuple[Business, ...]
    others: tuple[type[Message], ...]

    @cached_property
    def by_number(self) -> dict[str, Business]:
        """``303`` -> its business."""
        return {business.number: business for business in self.businesses}

    @cached_property
    def by_root(self) -> dict[str, Business]:
        """``CEB303Message`` -> its business."""
        return {business.upload.__name__: business for business in self.businesses}

    @cached_property
    def messages(self) -> dict[str, type[Message]]:
        """Every root element of the edition."""
        pairs = [message for business in self.businesses for message in (business.upload, business.answer)]
        return {message.__name__: message for message in (*pairs, *self.others)}


EDITION_202205 = Edition(
    "202205",
    businesses=(
        Business(Order, CEB303Message, CEB304Message, must_sign=False),
        Business(Receipts, CEB403Message, CEB404Message, must_sign=False),
        Business(Logistics, CEB505Message, CEB506Message, must_sign=False),
        Business(Inventory, CEB603Message, CEB604Message, must_sign=True),
    ),
    others=(CEB900Message,),
)

EDITIONS = {EDITION_202205.name: EDITION_202205}
