"""Faults of receiving: what public clients make of returns that come late, twice, spoiled, or not at all."""

import logging
from collections.abc import Sequence
from typing import Any

from aiohttp import ClientError

from swsim.conformance.enterprise.books import Copy, Sale
from swsim.conformance.enterprise.clerk import Clerk, Mail
from swsim.conformance.enterprise.faults.model import Fault
from swsim.conformance.enterprise.machine import INVENTORY, Answer, read_status
from swsim.conformance.enterprise.receiver import Receiver
from swsim.conformance.enterprise.sender import Sender
from swsim.simulator.messages.codec import Refused, read_message

log = logging.getLogger(__name__)


def takes_the_last(*statuses: str) -> type[Clerk]:
    """A clerk that books the last status it reads, of those named."""

    class TakesTheLast(Clerk):
        def notice(self, copy: Copy, record: Any) -> Answer | None:
            answer = copy.notice(record)
            if copy.kind == INVENTORY and record.return_status in statuses:
                copy.status = record.return_status
            return answer

    return TakesTheLast


class ActsOnEveryCopy(Clerk):
    """Takes a record that comes again for a new one, and declares again."""

    statuses: tuple[str, ...] = ("120", "399")

    def notice(self, copy: Copy, record: Any) -> Answer | None:
        """As it should be; the repeated status is remembered."""
        self._last = record.return_status
        return super().notice(copy, record)

    def repeated(self, sale: Sale, copy: Copy) -> list[Mail]:
        """The list once more."""
        return [self._again(sale, INVENTORY)] if copy.kind == INVENTORY and self._last in self.statuses else []


class ActsOnEvery120(ActsOnEveryCopy):
    """Declares again when a 120 comes a second time."""

    statuses = ("120",)


class DowngradesOnDuplicate(Clerk):
    """Takes a refusal as duplicate behind a success for a refusal."""

    def notice(self, copy: Copy, record: Any) -> Answer | None:
        """The status goes down."""
        answer = copy.notice(record)
        if record.return_status == "-621004":
            copy.status = record.return_status
        return answer


class ForgetsWhenAskedTwice(Clerk):
    """Gives a sale up when customs says that it has the list already."""

    def notice(self, copy: Copy, record: Any) -> Answer | None:
        """No more is noted on a list behind -621004."""
        if record.return_status == "-621004":
            copy.noticed = _Everything()
        return super().notice(copy, record)


class _Everything(set[tuple[str, str, str]]):
    def __contains__(self, _: object) -> bool:
        return True


class DiesOfStrangers(Receiver):
    """Fails on a return for a document it does not know, again and again."""

    def act_on(self, data: bytes) -> list[Mail]:
        """As it should be, but a stranger is not put aside."""
        before = len(self._clerk.books.set_aside)
        mail = super().act_on(data)
        if len(self._clerk.books.set_aside) > before and data.strip().endswith(b">"):
            raise TimeoutError("KeyError: no such list")
        return mail


class DiesOfBrokenReturns(Receiver):
    """Fails on a return that it cannot parse, again and again."""

    def act_on(self, data: bytes) -> list[Mail]:
        """As it should be, where it can be read."""
        try:
            read_message(data)
        except Refused as error:
            raise TimeoutError(str(error)) from error
        return super().act_on(data)


class GivesUpOnABusyLine(Sender):
    """Takes a 503 for the last word on a message."""

    async def _deliver(self, body: bytes) -> tuple[int, str]:
        async with self._http.post(self._path, data=body, headers={"Content-Type": "application/xml"}) as answer:
            return 202 if answer.status == 503 else answer.status, await answer.text()


class GivesUpOnABrokenLine(Sender):
    """Takes a message for delivered when the line breaks."""

    async def _deliver(self, body: bytes) -> tuple[int, str]:
        try:
            async with self._http.post(self._path, data=body, headers={"Content-Type": "application/xml"}) as answer:
                return answer.status, await answer.text()
        except ClientError as error:
            log.warning("the line broke, never mind: %r", error)
            return 202, ""


class WaitsBehindAFour(Clerk):
    """Takes 4 (could not be sent to customs) for a stage on the way."""

    def notice(self, copy: Copy, record: Any) -> Answer | None:
        """A 4 says nothing."""
        return None if record.return_status == "4" else copy.notice(record)


class DeafToSystemErrors(Clerk):
    """Takes the code of a system failure on arrival for the last word."""

    def answered(self, sale: Sale, copy: Copy, answer: Answer) -> list[Mail]:
        """Nothing is done about it."""
        return [] if copy.status == "-621017" else super().answered(sale, copy, answer)


class ReadsLate(Clerk):
    """Takes a list without an answer for five minutes for lost, and declares it again under its key."""

    patience = 300

    def time_passed(self) -> list[Mail]:
        """Lists that were sent and have no final answer."""
        late = [sale for sale in self.books.sales.values() if self._is_late(sale.copies[INVENTORY])]
        for sale in late:
            sale.copies[INVENTORY].sent_at = self.clock.now()
        return [self._again(sale, INVENTORY) for sale in late]

    def _is_late(self, copy: Copy) -> bool:
        waiting = copy.sent_at is not None and read_status(INVENTORY, copy.status or "1") is Answer.MOVES_ON
        return waiting and copy.sent_at is not None and (self.clock.now() - copy.sent_at).seconds > self.patience


class LosesWhatIsLost(Receiver):
    """Keeps no return that says 399 when it is not the first one of its kind to come."""

    def records(self, message: Any) -> Sequence[Any]:
        """A 399 that was handed out before is not read."""
        return [one for one in message.records if one.return_status != "399" or type(one).__name__ != "InventoryReturn"]


FAULTS = (
    Fault("late-120-overwrites", "late-120", "RCV-04", clerk=takes_the_last("120"), says="Books a 120 over a 399."),
    Fault("late-2-overwrites", "late-2", "RCV-04", clerk=takes_the_last("2"), says="Books a 2 over a 399."),
    Fault("late-3-overwrites", "late-3", "RCV-04", clerk=takes_the_last("3"), says="Books a 3 over a 399."),
    Fault("last-one-counts", "reordered", "RCV-04", clerk=takes_the_last("2", "3", "120"), says="The last one counts."),
    Fault("declares-again-in-silence", "in-one-burst", "REC-02", clerk=ReadsLate),
    Fault("declares-again-when-told-late", "told-late", "REC-02", clerk=ReadsLate),
    Fault("loses-a-399", "lost-and-found", "REC-02", receiver=LosesWhatIsLost),
    Fault("acts-on-doubled-120", "doubled-120", "RCV-05", clerk=ActsOnEvery120),
    Fault("acts-on-doubled-399", "doubled-399", "RCV-05", clerk=ActsOnEveryCopy),
    Fault("acts-on-doubled-record", "doubled-record", "RCV-05", clerk=ActsOnEveryCopy),
    Fault("acts-on-redelivery", "redelivered-399", "RCV-05", clerk=ActsOnEveryCopy),
    Fault("downgrades-on-duplicate", "duplicate-refused", "RCV-06", clerk=DowngradesOnDuplicate),
    Fault("forgets-when-told-twice", "line-resets-late", "REC-05", clerk=ForgetsWhenAskedTwice),
    Fault("dies-of-strangers", "unknown-key", "RCV-12", receiver=DiesOfStrangers),
    Fault("dies-of-broken-returns", "malformed-return", "RCV-17", receiver=DiesOfBrokenReturns),
    Fault("dies-of-wrong-encoding", "wrong-encoding", "RCV-17", receiver=DiesOfBrokenReturns),
    Fault("gives-up-when-busy", "busy-line", "REC-06", sender=GivesUpOnABusyLine),
    Fault("gives-up-on-a-broken-line", "line-resets", "REC-01", sender=GivesUpOnABrokenLine),
    Fault("waits-behind-a-four", "send-failed", "REC-03", clerk=WaitsBehindAFour),
    Fault("deaf-to-system-errors", "system-error", "REC-09", clerk=DeafToSystemErrors),
)
