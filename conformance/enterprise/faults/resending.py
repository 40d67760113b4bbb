"""Faults of sending again: under which number, how often, and what follows it."""

from collections.abc import Sequence
from typing import Any

from aiohttp import ClientError

from swsim.conformance.enterprise.books import Copy, Mail, Sale, head_of
from swsim.conformance.enterprise.clerk import Clerk
from swsim.conformance.enterprise.faults.model import Fault
from swsim.conformance.enterprise.machine import HEIGHT, INVENTORY, Task
from swsim.conformance.enterprise.sender import Sender


class KeepsTheGuid(Clerk):
    """Sends what was refused again under the guid of its first version."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._first: dict[tuple[str, str], str] = {}

    def _again(self, sale: Sale, kind: str, app_type: str = "1") -> Mail:
        letter = super()._again(sale, kind, app_type)
        document: Any = letter.document
        head = head_of(document)
        kept = head.replaced(guid=self._first.setdefault((sale.order_no, kind), head.guid))
        return Mail(letter.copy, kept if head is document else document.replaced(head=kept), letter.order_no)


class ForgetsTheSaleBehindARefusal(Clerk):
    """Corrects what was refused, and has lost sight of the sale when it is accepted."""

    def _do(self, sale: Sale, task: Task) -> list[Mail]:
        return [] if task is Task.DECLARE and sale.was_refused else super()._do(sale, task)


class CorrectsForTheWorse(Clerk):
    """Changes a price where it corrects a list."""

    def _correct(self, sale: Sale, copies: Sequence[Copy]) -> list[Mail]:
        mail = super()._correct(sale, copies)
        return [self._spoilt(letter) if letter.copy.kind == INVENTORY else letter for letter in mail]

    def _spoilt(self, letter: Mail) -> Mail:
        document: Any = letter.document
        first = document.lines[0]
        dearer = first.replaced(price=first.price + 1, total_price=first.qty * (first.price + 1))
        return Mail(letter.copy, document.replaced(lines=(dearer, *document.lines[1:])), letter.order_no)


class AlarmedByOldNews(Clerk):
    """Sends a list again when a return says less than one before it."""

    def read(self, kind: str, record: Any) -> list[Mail]:
        sale = self.books.find(kind, record) if kind == INVENTORY else None
        held = sale.copies[kind].status if sale else ""
        mail = super().read(kind, record)
        if sale is None or HEIGHT.get(record.return_status, 99) >= HEIGHT.get(held, -1):
            return mail
        return [*mail, self._again(sale, kind)]


class DoublesBehindAnOutage(Sender):
    """Sends a message again, in one of its own, when it went through at last."""

    async def _deliver(self, body: bytes) -> tuple[int, str]:
        failed = False
        try:
            async with self._http.post(self._path, data=body, headers={"Content-Type": "application/xml"}) as answer:
                if answer.ok:
                    return answer.status, await answer.text()
        except ClientError:
            failed = True
        told = await super()._deliver(body)
        return await super()._deliver(body) if failed or told[0] < HTTP_REFUSES else told


class StopsBehindAHold(Clerk):
    """Lets no sale pass behind one that was held."""

    _stopped = False

    def take(self, sale: Sale) -> list[Mail]:
        if self._stopped:
            self.books.open(sale)
            return self._hold(sale)
        mail = super().take(sale)
        self._stopped = not mail
        return mail


HTTP_REFUSES = 400

FAULTS = (
    Fault("keeps-the-guid", "answers-303-100", "RCV-25", clerk=KeepsTheGuid),
    Fault("forgets-the-sale", "answers-403-100", "RCV-25", clerk=ForgetsTheSaleBehindARefusal),
    Fault("corrects-for-the-worse", "answers-603-621001", "RCV-19", clerk=CorrectsForTheWorse),
    Fault("alarmed-by-old-news", "late-2", "RCV-04", clerk=AlarmedByOldNews),
    Fault("doubles-behind-an-outage", "order-line-busy", "REC-06", sender=DoublesBehindAnOutage),
    Fault("stops-behind-a-hold", "unbelievable-sale-stays", "RES-03", clerk=StopsBehindAHold),
)
