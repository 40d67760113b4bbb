"""What the enterprise knows: its sales, what was sent of each, what customs said. Kept in memory, for one process."""

import uuid
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from swsim.conformance.enterprise.machine import HEIGHT, INVENTORY, KINDS, Answer, Paper, Stage, read_status
from swsim.fixtures.catalogue import DESTINATIONS
from swsim.fixtures.chain import Chain
from swsim.simulator.clock import compact
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.transfer import Document

FEN = {one.currency.code: one.currency.fen for one in DESTINATIONS}
"""Currency -> about how many RMB 分 it is worth."""
BEIJING = timezone(timedelta(hours=8))
MESSAGES_REMEMBERED = 10_000
"""How many messages on the line are remembered, to tie a CEB900 to what it refuses."""


class BusinessClock:
    """The enterprise's time: Beijing time, or the time it was told, which then stands still."""

    def __init__(self) -> None:
        self._told: datetime | None = None

    def set(self, now: datetime | None) -> None:
        """Stand at `now` (aware); None returns to real time."""
        self._told = now

    def now(self) -> datetime:
        """Business time, whole seconds."""
        return (self._told or datetime.now(BEIJING)).astimezone(BEIJING).replace(microsecond=0)


@dataclass(slots=True)
class Copy:
    """One document of a sale and its way so far. `wrong` is what a planted defect made of it, until it is corrected."""

    kind: str
    right: Document
    wrong: Document | None = None
    paper: Paper = Paper.TO_SEND
    attempts: int = 0
    sent_at: datetime | None = None
    status: str = ""
    info: str = ""
    noticed: set[tuple[str, str, str]] = field(default_factory=set)
    refused_at: str = ""

    def notice(self, record: Any) -> Answer | None:
        """Take in one record of a return; None when it says nothing new.

        A record delivered twice is told by its guid. A refusal older than the one acted on belongs to an earlier
        attempt. returnTime is 17 digits of one length, so text order is time order.
        """
        identity = (record.guid, record.return_status, record.return_time)
        if identity in self.noticed:
            return None
        self.noticed.add(identity)
        answer = read_status(self.kind, record.return_status)
        if answer is Answer.REFUSES:
            if record.return_time < self.refused_at:
                return None
            self.refused_at = record.return_time
        if answer is Answer.REFUSES or HEIGHT.get(record.return_status, -1) >= HEIGHT.get(self.status, -1):
            self.status, self.info = record.return_status, record.return_info or ""
        return answer


@dataclass(frozen=True, slots=True)
class Mail:
    """A document on its way out."""

    copy: Copy
    document: Document
    order_no: str


@dataclass(slots=True)
class Sale:
    """One order with its four documents. `plant` names what was mixed in on purpose at intake."""

    order_no: str
    copies: dict[str, Copy]
    plant: str = ""
    place: int = 0
    """Which sale of the books it is, from 0."""
    stage: Stage = Stage.TRANSMITTING
    was_refused: bool = False
    invt_no: str = ""
    released_at: str = ""
    """returnTime of the 800, as customs writes it; `closed_at` that of the 899."""
    closed_at: str = ""
    called_off: bool = False
    """The buyer cancelled before the list was declared: what was transmitted is deleted (appType 3)."""
    deleted: set[str] = field(default_factory=set)
    """Kinds whose deletion was sent."""
    void: bool = False
    """Customs approved its cancellation."""
    returned: dict[int, Decimal] = field(default_factory=dict)
    """Line of the list -> how much of it came back and was released."""
    sum_no: str = ""
    decl_seq_no: str = ""
    entry_id: str = ""
    """Of the summary (702), of the declaration made of it, and its number at customs once there is one (792)."""
    last_return: dict[str, str] = field(default_factory=dict)

    @property
    def papers(self) -> dict[str, Paper]:
        """Document kind -> where it stands."""
        return {kind: copy.paper for kind, copy in self.copies.items()}

    @property
    def came_back_whole(self) -> bool:
        """Nothing of it is left abroad."""
        lines = self.copies[INVENTORY].right.lines  # type: ignore[attr-defined] # a list has lines
        return all(self.returned.get(line.gnum, 0) >= line.qty for line in lines)

    def as_json(self) -> dict[str, Any]:
        """The answer to "state of order N" (the driver's contract)."""
        status = {Stage.DONE: "done", Stage.FAILED: "failed", Stage.HELD: "held"}.get(self.stage, "working")
        return {
            "orderNo": self.order_no,
            "status": status,
            "stage": self.stage,
            "invtNo": self.invt_no,
            "closedAt": self.closed_at,
            "sumNo": self.sum_no,
            "entryId": self.entry_id,
            **numbers(self),
            "lastReturn": self.last_return or None,
            "attempts": max(copy.attempts for copy in self.copies.values()),
            "documents": {
                kind: {"paper": copy.paper, "status": copy.status, "info": copy.info, "attempts": copy.attempts}
                for kind, copy in self.copies.items()
            },
        }


def came_back(sale: Sale) -> set[str]:
    """Items of its goods that came back and were released."""
    order: Any = sale.copies["303"].right
    return {line.item_no for line in order.lines if sale.returned.get(line.gnum)}


class Books:
    """Sales by order number and by the key of every document; messages on the line by guid."""

    def __init__(self) -> None:
        self.sales: dict[str, Sale] = {}
        self.on_the_line: OrderedDict[str, list[Copy]] = OrderedDict()
        self.recalled: set[str] = set()
        """Items that are sold no more."""
        self.set_aside: list[str] = []
        """Returns that name nothing known here, as text: kept for a person to look at."""
        self._by_key: dict[tuple[str, ...], Sale] = {}

    def open(self, sale: Sale) -> None:
        """Enter a new sale."""
        sale.place = len(self.sales)
        self.sales[sale.order_no] = sale
        for kind, copy in sale.copies.items():
            self._by_key[business_key(kind, head_of(copy.right))] = sale

    def find(self, kind: str, record: Any) -> Sale | None:
        """The sale a record of a return is about: a return carries the whole key of its document."""
        return self._by_key.get(business_key(kind, record))

    def remember(self, message_guid: str, copies: list[Copy]) -> None:
        """A message goes out."""
        self.on_the_line[message_guid] = copies
        while len(self.on_the_line) > MESSAGES_REMEMBERED:
            self.on_the_line.popitem(last=False)


def open_sale(chain: Chain, plant: str = "", wrong: dict[str, Document] | None = None) -> Sale:
    """A sale over generated documents; `wrong` holds the defective version of some, by kind."""
    copies = {
        kind: Copy(kind, right, (wrong or {}).get(kind)) for kind, right in zip(KINDS, chain.documents, strict=True)
    }
    return Sale(head_of(chain.order).order_no, copies, plant)


def numbers(sale: Sale) -> dict[str, str]:
    """The numbers by which others may ask for this sale."""
    head = head_of(sale.copies["603"].right)
    return {"copNo": head.cop_no, "logisticsNo": head.logistics_no}


def names_of(sale: Sale) -> str:
    """What its goods are called, in lower case."""
    order: Any = sale.copies["303"].right
    return " ".join(line.item_name for line in order.lines).lower()


def worth_of(sale: Sale) -> Decimal:
    """About what its goods are worth in RMB; a real shop takes the customs rate of the month."""
    order: Any = sale.copies["303"].right
    return Decimal(order.head.goods_value * FEN[order.head.currency] / 100)


def trade_mode_of(sale: Sale) -> str:
    """The trade mode that its list declares."""
    return str(head_of(sale.copies[INVENTORY].right).trade_mode)


def items_of(sale: Sale) -> set[str]:
    """The item numbers of its goods."""
    order: Any = sale.copies["303"].right
    return {line.item_no for line in order.lines}


def head_of(document: Any) -> Any:
    """The node that bears guid, appType, appTime and the key."""
    return getattr(document, "head", document)


def stamped(document: Any, at: datetime) -> Any:
    """The document as it is reported at an instant: with a guid of its own."""
    head, said = head_of(document), {"guid": str(uuid.uuid4()).upper(), "app_time": compact(at)}
    if "leave_time" in type(head).places:
        said["leave_time"] = compact(at)
    changed = head.replaced(**said)
    return changed if head is document else document.replaced(head=changed)


def business_key(kind: str, node: Any) -> tuple[str, ...]:
    """Kind and business key of a document's head or of a return's record: both bear the same fields."""
    fields = EDITION_202205.by_number[kind].document.key
    return (kind, *(getattr(node, name) or "" for name in fields))
