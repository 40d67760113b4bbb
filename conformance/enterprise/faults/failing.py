# ruff: noqa: E501 - a table at the end: a row a line
"""Faults of an enterprise whose line fails: it gives up, doubles, loses its order, or repeats what was refused."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from aiohttp import ClientError

from swsim.conformance.enterprise.books import Copy
from swsim.conformance.enterprise.clerk import Clerk, Mail
from swsim.conformance.enterprise.faults.model import Fault
from swsim.conformance.enterprise.machine import ORDER, Answer, Paper
from swsim.conformance.enterprise.sender import Sender
from swsim.simulator.messages.transfer import Upload

log = logging.getLogger(__name__)
HEADERS = {"Content-Type": "application/xml"}


def _is(body: bytes, kind: str) -> bool:
    return f"CEB{kind}Message".encode() in body[:400]


def gives_up(kind: str, *statuses: int) -> type[Sender]:
    """A sender that takes an answer of these statuses, or a line that breaks (0), for the last word on a kind."""

    class GivesUp(Sender):
        async def _deliver(self, body: bytes) -> tuple[int, str]:
            if not _is(body, kind):
                return await super()._deliver(body)
            try:
                async with self._http.post(self._path, data=body, headers=HEADERS) as answer:
                    status, text = answer.status, await answer.text()
            except ClientError as error:
                log.warning("the line broke: %r", error)
                status, text = 0, ""
            return (202, text) if status in {*statuses, 202} else await super()._deliver(body)

    return GivesUp


def gives_up_when_known(kind: str, code: str) -> type[Clerk]:
    """A clerk that buries a document when customs says that it has it already."""

    class GivesUpWhenKnown(Clerk):
        def notice(self, copy: Copy, record: Any) -> Answer | None:
            answer = copy.notice(record)
            if (copy.kind, record.return_status) == (kind, code):
                copy.paper = Paper.GIVEN_UP
            return answer

    return GivesUpWhenKnown


class DoublesWhenSlow(Sender):
    """Waits half a second for an answer, then sends a list again in a message of its own."""

    async def _deliver(self, body: bytes) -> tuple[int, str]:
        first = asyncio.ensure_future(super()._deliver(body))
        done, _ = await asyncio.wait({first}, timeout=0.5)
        if not done and _is(body, "603"):
            await super()._deliver(body)
        return await first


class DeclaresBehindAnOutage(Sender):
    """Puts an order that customs is too busy for aside, goes on with the sale, and sends it behind the list."""

    async def _deliver(self, body: bytes) -> tuple[int, str]:
        if _is(body, ORDER):
            async with self._http.post(self._path, data=body, headers=HEADERS) as answer:
                if answer.status != 503:
                    return answer.status, await answer.text()
            self._late = [*getattr(self, "_late", ()), body]
            for letter in self._batch:
                letter.copy.paper = Paper.ACCEPTED
            return 202, ""
        told = await super()._deliver(body)
        if _is(body, "603"):
            for late in self.__dict__.pop("_late", ()):
                await super()._deliver(late)
        return told

    def compose(self, batch: Sequence[Mail], guid: str) -> Upload[Any]:
        self._batch = batch
        return super().compose(batch, guid)


class ResendsUnchanged(Clerk):
    """Sends what was refused for its form again as it is."""

    def refused(self, copies: Any, info: str) -> list[Mail]:
        """What was wrong stays wrong."""
        known = [(copy, copy.wrong) for copy in copies]
        mail = super().refused([copy for copy, _ in known], info)
        for copy, wrong in known:
            copy.wrong = wrong
        return [
            self._again(sale, letter.copy.kind)
            for letter in mail
            if (sale := self.books.sales.get(letter.order_no)) is not None
        ]


class _Keeps(OrderedDict[str, list[Copy]]):
    """What is on the line stays there."""

    def pop(self, key: str, default: Any = None) -> Any:  # what the enterprise uses of it
        return self.get(key, default)


class CorrectsTwice(Sender):
    """Takes the answer on the line and the CEB900 for refusals of two messages."""

    def compose(self, batch: Sequence[Mail], guid: str) -> Upload[Any]:
        if not isinstance(self._books.on_the_line, _Keeps):
            self._books.on_the_line = _Keeps(self._books.on_the_line)
        return super().compose(batch, guid)


def row(name: str, case: str, requirement: str, part: type[Sender] | type[Clerk], says: str) -> Fault:
    """A fault of the sender or the clerk."""
    if issubclass(part, Sender):
        return Fault(name, case, requirement, sender=part, says=says)
    return Fault(name, case, requirement, clerk=part, says=says)


FAULTS = (
    row("loses-busy-orders", "order-line-busy", "REC-06", gives_up("303", 503), "Gives an order up at a 503."),
    row("loses-busy-receipts", "receipt-line-busy", "REC-06", gives_up("403", 503), "Gives a receipt up at a 503."),
    row("loses-busy-waybills", "waybill-line-busy", "REC-06", gives_up("505", 503), "Gives a waybill up at a 503."),
    row("loses-limited-lists", "list-line-limited", "REC-06", gives_up("603", 429), "Gives a list up at a 429."),
    row("loses-broken-orders", "order-line-breaks", "REC-01", gives_up("303", 0), "Gives an order up when the line breaks."),
    row("loses-broken-receipts", "receipt-line-breaks", "REC-01", gives_up("403", 0), "Gives a receipt up when the line breaks."),
    row("loses-broken-waybills", "waybill-line-breaks", "REC-01", gives_up("505", 0), "Gives a waybill up when the line breaks."),
    row("buries-known-orders", "order-answer-lost", "REC-05", gives_up_when_known("303", "-301010"), "Buries an order at -301010."),
    row("buries-known-receipts", "receipt-answer-lost", "REC-05", gives_up_when_known("403", "-401007"), "Buries a receipt at -401007."),
    row("buries-known-waybills", "waybill-answer-lost", "REC-05", gives_up_when_known("505", "-504015"), "Buries a waybill at -504015."),
    Fault("doubles-when-slow", "list-answered-slowly", "REC-01", sender=DoublesWhenSlow),
    Fault("declares-behind-an-outage", "data-first-behind-an-outage", "REC-08", sender=DeclaresBehindAnOutage),
    Fault("resends-unchanged", "refused-for-its-form", "REC-07", clerk=ResendsUnchanged),
    Fault("corrects-twice", "refused-for-its-form", "RCV-07", sender=CorrectsTwice),
)  # fmt: skip
