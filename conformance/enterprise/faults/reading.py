"""Faults of reading: what is made of a return's form, its time, its status, and of a message refused as a whole."""

from typing import Any

from swsim.conformance.enterprise.books import Copy, business_key, head_of
from swsim.conformance.enterprise.clerk import Clerk, Mail
from swsim.conformance.enterprise.desk import Desk
from swsim.conformance.enterprise.faults.model import Fault
from swsim.conformance.enterprise.machine import HEIGHT, INVENTORY, Answer
from swsim.conformance.enterprise.receiver import Receiver
from swsim.simulator.messages.format_return import CEB900Message

BOM = b"\xef\xbb\xbf"


class _Picky(Receiver):
    """Throws away what does not look as expected."""

    def pleases(self, data: bytes) -> bool:
        """Whether a return is read."""
        raise NotImplementedError

    def act_on(self, data: bytes) -> list[Mail]:
        return super().act_on(data) if self.pleases(data) else []


class RoutesByText(_Picky):
    """Looks for ``<CEB604Message`` and the like in the first 100 bytes, and throws away what bears a prefix."""

    def pleases(self, data: bytes) -> bool:
        return b"<CEB" in data[:100]


class WantsADeclaration(_Picky):
    """Reads what has ``<?xml`` in front of it, and nothing else."""

    def pleases(self, data: bytes) -> bool:
        return data.removeprefix(BOM).startswith(b"<?xml")


class WantsItsDeclaration(_Picky):
    """Cuts the declaration off by its text: another one with standalone in it is in the way."""

    def pleases(self, data: bytes) -> bool:
        return b"standalone" not in data[:100]


class DiesOfAMark(_Picky):
    """Reads text without expecting a byte order mark: content is not allowed in prolog."""

    def pleases(self, data: bytes) -> bool:
        return not data.startswith(BOM)


class Knows399Only(Clerk):
    """Takes a waybill for accepted by 399 alone."""

    def notice(self, copy: Copy, record: Any) -> Answer | None:
        """A 120 of a waybill is a stage on the way."""
        answer = copy.notice(record)
        return Answer.MOVES_ON if (copy.kind, record.return_status) == ("505", "120") else answer


class DeclaresUnderReview(Clerk):
    """Takes a manual review for a refusal."""

    def notice(self, copy: Copy, record: Any) -> Answer | None:
        """300 refuses."""
        answer = copy.notice(record)
        return Answer.REFUSES if record.return_status == "300" and answer is Answer.MOVES_ON else answer


class TakesUnknownForSuccess(Clerk):
    """Takes every status that is no refusal and that it does not know for a success."""

    def notice(self, copy: Copy, record: Any) -> Answer | None:
        """What is unknown is booked as 399."""
        answer = copy.notice(record)
        if answer is Answer.MOVES_ON and copy.kind == INVENTORY and record.return_status not in HEIGHT:
            copy.status = "399"
        return answer


class DropsOlder(Clerk):
    """Remembers the latest returnTime of an approval as text and drops approvals with an older one."""

    latest = ""

    def notice(self, copy: Copy, record: Any) -> Answer | None:
        """A high-water mark over all lists."""
        if copy.kind == INVENTORY and record.return_status == "399":
            if record.return_time < self.latest:
                return None
            self.latest = record.return_time
        return copy.notice(record)


class KeysByNumber(Clerk):
    """Ties a return to a list by copNo alone, whoever declared it."""

    def read(self, kind: str, record: Any) -> list[Mail]:
        """A record on another firm's list is taken for one on ours."""
        if kind == INVENTORY:
            heads = (head_of(sale.copies[INVENTORY].right) for sale in self.books.sales.values())
            ours = next((head for head in heads if head.cop_no == record.cop_no), None)
            record = record.replaced(agent_code=ours.agent_code) if ours else record
        return super().read(kind, record)


class OnlyLogs900(Receiver):
    """Writes a CEB900 into a log, and that is all."""

    def _format_refusal(self, message: CEB900Message) -> list[Mail]:  # noqa: ARG002 - whatever it says
        return []


class Ties900ToTheLast(Receiver):
    """Takes a CEB900 for an answer to the message that was sent last."""

    def _format_refusal(self, message: CEB900Message) -> list[Mail]:
        last = next(reversed(self._clerk.books.on_the_line), message.message_return.ori_cop_msg_id)
        refusal = message.message_return.replaced(ori_cop_msg_id=last)
        return super()._format_refusal(message.replaced(message_return=refusal))


def ignores(kind: str, case: str) -> Fault:
    """A desk that goes on behind an answer, and books nothing of what it says."""

    class Ignores(Desk):
        def read(self, said_of: str, record: Any) -> list[Mail] | None:
            mail = super().read(said_of, record)
            paper = self.papers.get(business_key(said_of, record)) if said_of == kind else None
            for copy in paper.copies if paper else ():
                copy.status = ""
            return mail

    answer = int(kind) + 1
    return Fault(f"ignores-{answer}", case, "RCV-08", desk=Ignores, says=f"Books nothing of what {answer} says.")


FAULTS = (
    Fault("routes-by-text", "prefixed-returns", "RCV-15", receiver=RoutesByText),
    Fault("wants-a-declaration", "undeclared-returns", "RCV-14", receiver=WantsADeclaration),
    Fault("wants-its-declaration", "standalone-returns", "RCV-14", receiver=WantsItsDeclaration),
    Fault("dies-of-a-mark", "marked-returns", "RCV-14", receiver=DiesOfAMark),
    Fault("knows-399-only", "waybill-by-120", "RCV-24", clerk=Knows399Only),
    Fault("declares-under-review", "waits-for-a-review", "RCV-21", clerk=DeclaresUnderReview),
    Fault("takes-unknown-for-success", "unknown-status", "RCV-23", clerk=TakesUnknownForSuccess),
    Fault("drops-older", "older-time-later", "RCV-10", clerk=DropsOlder),
    Fault("keys-by-number", "same-number-elsewhere", "RCV-03", clerk=KeysByNumber),
    Fault("only-logs-900", "format-refusal", "RCV-07", receiver=OnlyLogs900),
    Fault("ties-900-to-the-last", "format-refusal", "RCV-07", receiver=Ties900ToTheLast),
    ignores("605", "knows-the-cancellation"),
    *(ignores(kind, "knows-the-shipment") for kind in ("607", "507", "509")),
    *(ignores(kind, "knows-what-came-back") for kind in ("213", "215")),
)
