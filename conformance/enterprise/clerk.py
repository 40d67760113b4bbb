"""The clerk: decides what is sent, when, and in which version. No I/O; the tables are in `machine`.

Every method returns the mail to send now, in order. Two rules stand above the rest: the list leaves only when customs
has accepted order, payment receipt and waybill, and it is sent once, and again only after a refusal.
"""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from swsim.conformance.enterprise.books import (
    Books,
    BusinessClock,
    Copy,
    Mail,
    Sale,
    came_back,
    head_of,
    items_of,
    names_of,
    trade_mode_of,
    worth_of,
)
from swsim.conformance.enterprise.desk import Desk
from swsim.conformance.enterprise.machine import (
    DOCUMENT,
    INVENTORY,
    ORDER,
    RESULT,
    SALE,
    TRANSMITTED,
    Answer,
    Paper,
    Stage,
    Task,
    Turn,
    read_news,
)
from swsim.conformance.enterprise.wishes import NotNowError
from swsim.simulator.clock import compact

MOST_ATTEMPTS = 3
"""Times a document is sent before a person has to look."""
BANNED = ("象牙", "ivory", "管制刀具")
"""Words of goods that are not sold: endangered species, controlled knives."""
BUSINESS = ("9710", "9810")
BUSINESS_LIMIT = 5000
"""RMB up to which these are declared here."""
BELIEVABLE = 500_000
"""RMB above which a sale is held for a person."""
LIST_FIRST, TWICE = "list-before-order", "duplicate"
"""Plants of conduct: what the clerk is made to do wrong with one order. Plants of data are `fixtures.defects`."""


class Clerk:
    """Runs the sales of `books` through the tables. Faults of `faults.py` override what they spoil."""

    def __init__(self, books: Books, clock: BusinessClock) -> None:
        self.books = books
        self.clock = clock
        self.desk: Desk | None = None
        """What follows the lists; an enterprise without it transmits and declares only."""

    def take(self, sale: Sale) -> list[Mail]:
        """A new order: enter it, and transmit its data."""
        self.books.open(sale)
        if self.is_recalled(sale) or self.is_banned(sale) or self.is_too_dear(sale) or self.is_doubtful(sale):
            return self._hold(sale)
        first = [INVENTORY] if sale.plant == LIST_FIRST else []
        mail = [self._send(sale, kind) for kind in (*first, *TRANSMITTED)]
        if sale.plant == TWICE:
            mail.append(self._again(sale, ORDER))
        return mail

    def change(self, order_no: str, freight: str) -> list[Mail]:
        """The order gets another freight, by appType 2 once customs has it; NotNowError when its list is out.

        An order that customs is still judging is left alone: it can be changed when it is accepted.
        """
        sale = self.books.sales.get(order_no)
        if sale is None:
            raise NotNowError(f"order {order_no}: unknown here")
        copy = sale.copies[ORDER]
        if copy.paper is not Paper.ACCEPTED or sale.copies[INVENTORY].paper is not Paper.TO_SEND:
            raise NotNowError(f"order {order_no}: expected an accepted order whose list has not been declared")
        for document in (copy, sale.copies[INVENTORY]):  # the list names the same freight
            right: Any = document.right
            document.right = right.replaced(head=right.head.replaced(freight=freight))
        return [self._send(sale, ORDER)]

    def call_off(self, order_no: str) -> list[Mail] | None:
        """The buyer cancels before the list is declared: it never is, and what customs holds of the sale is deleted.

        None where the list is out, or the order unknown: then it is the desk's to cancel.
        """
        sale = self.books.sales.get(order_no)
        if sale is None or sale.copies[INVENTORY].paper is not Paper.TO_SEND:
            return None
        sale.called_off = True
        return self._hold(sale) + self._delete(sale)

    def _delete(self, sale: Sale) -> list[Mail]:
        """What customs has accepted is deleted; the rest when it is, so that no answer is still on its way."""
        due = [kind for kind in TRANSMITTED if sale.copies[kind].paper is Paper.ACCEPTED and kind not in sale.deleted]
        sale.deleted.update(due)
        return [self._again(sale, kind, "3") for kind in due]

    def read(self, kind: str, record: Any) -> list[Mail]:
        """One record of a return: note it, then do what it asks for. An unknown key is set aside."""
        if kind == RESULT:
            if self.desk is None or not self.desk.result(record):
                self.books.set_aside.append(repr(record))
            return []
        sale = self.books.find(kind, record)
        if sale is None:
            mail = self.desk.read(kind, record) if self.desk else None
            if mail is None:
                self.books.set_aside.append(repr(record))
            return mail or []
        copy = sale.copies[kind]
        answer = self.notice(copy, record)
        if answer is None:
            return self.repeated(sale, copy)
        if kind == INVENTORY and record.invt_no:
            sale.invt_no = record.invt_no
        if copy.status == record.return_status:
            sale.last_return = _last_return(kind, copy)
        mail = self.answered(sale, copy, answer)
        if kind == INVENTORY and self.desk:
            mail += self.desk.list_said(sale, record)
        return mail

    def notice(self, copy: Copy, record: Any) -> Answer | None:
        """Note a record on the document it is about; None where it says nothing new."""
        return copy.notice(record)

    def answered(self, sale: Sale, copy: Copy, answer: Answer) -> list[Mail]:
        """Something new about a document."""
        _move(copy, answer)
        sale.was_refused |= answer is Answer.REFUSES
        return self._delete(sale) if sale.called_off else self._go_on(sale)

    def repeated(self, sale: Sale, copy: Copy) -> list[Mail]:  # noqa: ARG002 - the place where a fault acts
        """A record that says nothing new: nothing to do."""
        return []

    def refused(self, copies: Iterable[Copy], info: str) -> list[Mail]:
        """A whole message refused for its form (an HTTP error or a CEB900): every document of it was refused."""
        mail = []
        for copy in copies:
            sale = self.books.find(copy.kind, head_of(copy.right))
            if sale is not None and copy.paper is Paper.SENT:
                copy.status, copy.info = "format", info
                sale.last_return = {"messageType": "CEB900", "status": "format", "info": info}
                mail += self.answered(sale, copy, Answer.REFUSES)
        return mail

    def time_passed(self) -> list[Mail]:
        """The business clock was moved, or a while passed. A list without an answer is waited for, never sent again."""
        return self.desk.time_passed() if self.desk else []

    def _go_on(self, sale: Sale) -> list[Mail]:
        """Follow the table of sales until it has nothing more to say."""
        mail: list[Mail] = []
        while row := SALE.get((sale.stage, read_news(sale.papers))):
            task, sale.stage = row
            mail += self._do(sale, task)
        return mail

    def is_recalled(self, sale: Sale) -> bool:
        """Some of its goods are: they are declared no more."""
        return not self.books.recalled.isdisjoint(items_of(sale))

    def is_banned(self, sale: Sale) -> bool:
        """Some of its goods may not be traded; a real shop asks its compliance desk, here a few words stand for it."""
        return any(word in names_of(sale) for word in BANNED)

    def is_too_dear(self, sale: Sale) -> bool:
        """Business to business above the limit is declared in H2018, not here (announcement 2020-75)."""
        return trade_mode_of(sale) in BUSINESS and worth_of(sale) > BUSINESS_LIMIT

    def is_doubtful(self, sale: Sale) -> bool:
        """Risk control: no parcel is worth so much, so a person looks whether the sale is a true one."""
        return worth_of(sale) > BELIEVABLE

    def sold_again(self, sale: Sale) -> str:
        """An item of the sale that came back from an earlier buyer: customs is told. Empty where there is none."""
        items = items_of(sale)
        return next((item for one in self.books.sales.values() for item in came_back(one) if item in items), "")

    def _hold(self, sale: Sale) -> list[Mail]:
        """Nothing more of the sale is sent."""
        sale.stage = Stage.HELD
        return []

    def _do(self, sale: Sale, task: Task) -> list[Mail]:
        if task is not Task.NOTHING and self.is_recalled(sale):
            return self._hold(sale)
        data = [sale.copies[kind] for kind in TRANSMITTED]
        if task is Task.CORRECT_DATA:
            return self._correct(sale, [copy for copy in data if copy.paper is Paper.REFUSED])
        # A refusal makes the enterprise check the whole sale. What it finds wrong in data that customs has accepted,
        # it amends first: the list is compared with them.
        wrong = [copy for copy in data if copy.wrong is not None and sale.was_refused]
        if task is Task.DECLARE:
            return self._correct(sale, wrong) if wrong else [self._send(sale, INVENTORY)]
        if task is Task.CORRECT_LIST:
            return self._correct(sale, wrong or [sale.copies[INVENTORY]])
        return []

    def _correct(self, sale: Sale, copies: Sequence[Copy]) -> list[Mail]:
        mail = []
        for copy in copies:
            if copy.attempts >= MOST_ATTEMPTS:
                _move(copy, Turn.GIVE_UP)
                continue
            copy.wrong = None
            mail.append(self._send(sale, copy.kind))
        return mail

    def _send(self, sale: Sale, kind: str) -> Mail:
        """A document under its key with a new guid: new (appType 1), or a change (2) of what customs has accepted."""
        copy = sale.copies[kind]
        change = copy.paper is Paper.ACCEPTED
        _move(copy, Turn.AMEND if change else Turn.SEND)
        copy.attempts += 1
        copy.sent_at = self.clock.now()
        return self._again(sale, kind, "2" if change else "1")

    def _again(self, sale: Sale, kind: str, app_type: str = "1") -> Mail:
        """The document as it is reported now: new guid, kind and time of report, but a fault planted in them stays."""
        copy = sale.copies[kind]
        document, right = copy.wrong or copy.right, head_of(copy.right)
        head = head_of(document)
        report = {
            "guid": str(uuid.uuid4()).upper(),
            "app_type": app_type,
            "app_time": compact(self.clock.now()),
            "app_status": "2",
        }
        stamped = head.replaced(**{name: value for name, value in report.items() if head.raw(name) == right.raw(name)})
        return Mail(copy, stamped if head is document else document.replaced(head=stamped), sale.order_no)


def _move(copy: Copy, event: Answer | Turn) -> None:
    """What the table does not know changes nothing."""
    copy.paper = DOCUMENT.get((copy.paper, event), copy.paper)


def _last_return(kind: str, copy: Copy) -> dict[str, str]:
    return {"messageType": f"CEB{int(kind) + 1}", "status": copy.status, "info": copy.info}


__all__ = ["LIST_FIRST", "MOST_ATTEMPTS", "TWICE", "Clerk", "Mail"]
