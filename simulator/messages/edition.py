"""The messages of an edition: who answers whom, what customs takes in now, what stands around them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from swsim.simulator.messages.arrival import Arrival, CEB507Message, CEB508Message
from swsim.simulator.messages.departure import CEB509Message, CEB510Message, Departure
from swsim.simulator.messages.envelope import DxpMsg, DxpMsgSv, DxpRep, Envelope
from swsim.simulator.messages.format_return import CEB900Message
from swsim.simulator.messages.inventory import CEB603Message, CEB604Message, Inventory
from swsim.simulator.messages.invt_cancel import CEB605Message, CEB606Message, InvtCancel
from swsim.simulator.messages.invt_refund import (
    CEB213Message,
    CEB214Message,
    CEB215Message,
    CEB216Message,
    InvtRefund,
    InvtRefundDetail,
)
from swsim.simulator.messages.logistics import CEB505Message, CEB506Message, Logistics
from swsim.simulator.messages.order import CEB303Message, CEB304Message, Order
from swsim.simulator.messages.receipts import CEB403Message, CEB404Message, Receipts
from swsim.simulator.messages.summary import CEB701Message, CEB702Message, CEB792Message, SummaryApply
from swsim.simulator.messages.transfer import Document, Message, Return, Upload
from swsim.simulator.messages.way_bill import CEB607Message, CEB608Message, WayBill


@dataclass(frozen=True, slots=True)
class Business:
    """One kind of business document: the message that brings it and the return that answers it.

    `must_sign` is the column 必填 of the signature in the head table: the schema leaves it optional everywhere (X7).
    `signed_by` are the fields of its head that name who may sign it (2018-194 art. 7 and 8, required head fields).
    """

    document: type[Document]
    upload: type[Upload[Any]]
    answer: type[Return[Any]]
    must_sign: bool
    signed_by: tuple[str, ...]

    @property
    def head(self) -> Any:
        """The node with guid, appType, appTime, appStatus: the document itself where it has no lines."""
        return next((part.of for part in self.document.parts if part.name == "head"), self.document)

    @property
    def number(self) -> str:
        """The kind as the contract names it, ``303``."""
        return self.document.number


@dataclass(frozen=True, eq=False)
class Edition:
    """An edition of the message specification. A later one is another value of this class (docs/adr/0010-editions.md).

    `businesses` are all that it declares: their messages are in the schema, can be read and written. `taken_in` names
    those for which customs has rules and a machine now; the others are refused with that reason.
    """

    name: str
    businesses: tuple[Business, ...]
    taken_in: frozenset[str]
    notices: tuple[type[Message], ...]
    """Messages of customs that answer no message of their own kind."""
    envelopes: tuple[type[Envelope], ...]

    @cached_property
    def by_number(self) -> dict[str, Business]:
        """``303`` -> its business, of those that customs takes in now."""
        return {business.number: business for business in self.businesses if business.number in self.taken_in}

    @cached_property
    def by_root(self) -> dict[str, Business]:
        """``CEB303Message`` -> its business, of those that customs takes in now."""
        return {business.upload.xml: business for business in self.by_number.values()}

    @cached_property
    def declared(self) -> dict[str, Business]:
        """``CEB303Message`` -> its business, taken in or not."""
        return {business.upload.xml: business for business in self.businesses}

    def of_number(self, number: str) -> Business:
        """The business of a kind, taken in or not; KeyError."""
        return self._by_number[number]

    @cached_property
    def _by_number(self) -> dict[str, Business]:
        return {business.number: business for business in self.businesses}

    @cached_property
    def messages(self) -> dict[str, type[Message]]:
        """Every business message by root element, both ways."""
        pairs = [message for business in self.businesses for message in (business.upload, business.answer)]
        return {message.xml: message for message in (*pairs, *self.notices)}


DECLARANT = ("ebc_code", "agent_code")
"""What is declared is signed by the e-commerce firm or by its agent."""

EDITION_202205 = Edition(
    "202205",
    businesses=(
        Business(Order, CEB303Message, CEB304Message, must_sign=False, signed_by=("ebc_code", "ebp_code")),
        Business(
            Receipts, CEB403Message, CEB404Message, must_sign=False, signed_by=("ebc_code", "ebp_code", "pay_code")
        ),
        Business(Logistics, CEB505Message, CEB506Message, must_sign=False, signed_by=("logistics_code",)),
        Business(Arrival, CEB507Message, CEB508Message, must_sign=False, signed_by=("operator_code",)),
        Business(Departure, CEB509Message, CEB510Message, must_sign=True, signed_by=("logistics_code",)),
        Business(Inventory, CEB603Message, CEB604Message, must_sign=True, signed_by=DECLARANT),
        Business(InvtCancel, CEB605Message, CEB606Message, must_sign=True, signed_by=DECLARANT),
        Business(WayBill, CEB607Message, CEB608Message, must_sign=True, signed_by=("agent_code",)),
        Business(InvtRefund, CEB213Message, CEB214Message, must_sign=False, signed_by=DECLARANT),
        Business(InvtRefundDetail, CEB215Message, CEB216Message, must_sign=False, signed_by=("operator_code",)),
        Business(SummaryApply, CEB701Message, CEB702Message, must_sign=True, signed_by=DECLARANT),
    ),
    taken_in=frozenset({"213", "215", "303", "403", "505", "507", "509", "603", "605", "607", "701"}),
    notices=(CEB792Message, CEB900Message),
    envelopes=(DxpMsg, DxpRep, DxpMsgSv),
)

EDITIONS = {EDITION_202205.name: EDITION_202205}
