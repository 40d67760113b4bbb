"""Faults of receiving: what a return is taken for, and which of it is read."""

from collections.abc import Sequence
from typing import Any

from swsim.conformance.enterprise.books import Copy, Sale
from swsim.conformance.enterprise.clerk import Clerk, Mail
from swsim.conformance.enterprise.faults.model import Fault
from swsim.conformance.enterprise.machine import INVENTORY, Answer
from swsim.conformance.enterprise.receiver import Receiver
from swsim.simulator.messages.transfer import Return

DEAF_TO = (
    *(("303", code) for code in ("100", "-301002", "-301008", "-301012", "-301013", "-301014")),
    *(("403", code) for code in ("100", "-401009", "-401010", "-401011", "-401012")),
    *(("505", code) for code in ("100", "-504011", "-505015", "-505016")),
    *(("603", code) for code in ("-621001", "-621003", "-621017", "-621022", "-621027", "-621028", "-621029")),
)
"""(document, code): a switch over codes that leaves one out, as such switches do."""
REQUIREMENTS = {"100": "RCV-25"} | dict.fromkeys(("-301013", "-401011", "-505015", "-621017"), "REC-09")


class FirstRecordOnly(Receiver):
    """Reads the first record of a return and no other."""

    def records(self, message: Return[Any]) -> Sequence[Any]:
        """One."""
        return message.records[:1]


class LosesTheNumber(Clerk):
    """Does not keep the list number that comes with the approval."""

    def read(self, kind: str, record: Any) -> list[Mail]:
        """As it should be, less the number."""
        mail = super().read(kind, record)
        if sale := self.books.find(kind, record):
            sale.invt_no = ""
        return mail


class StaysBehind(Clerk):
    """Keeps the first status of a list and takes in none of the later ones."""

    def notice(self, copy: Copy, record: Any) -> Answer | None:
        """The status stays as it was first."""
        first = copy.status
        answer = copy.notice(record)
        if copy.kind == INVENTORY and first:
            copy.status = first
        return answer


class CountsTooEarly(Clerk):
    """Takes a list that was sent to customs (3) for approved."""

    def notice(self, copy: Copy, record: Any) -> Answer | None:
        """A 3 is booked as 399."""
        answer = copy.notice(record)
        if copy.kind == INVENTORY and copy.status == "3":
            copy.status = "399"
        return answer


class GivesUpOnSystemErrors(Clerk):
    """Takes a 100 that says 1301 (system error) for the last word."""

    def answered(self, sale: Sale, copy: Copy, answer: Answer) -> list[Mail]:
        """Everything else as it should be."""
        return [] if answer is Answer.REFUSES and "1301" in copy.info else super().answered(sale, copy, answer)


class SkipsByText(Clerk):
    """Skips what says 重复发送, 处理失败 or 已存在, whatever its status."""

    def notice(self, copy: Copy, record: Any) -> Answer | None:
        """The words decide."""
        words = ("重复发送", "处理失败", "已存在")
        return None if any(word in (record.return_info or "") for word in words) else copy.notice(record)


def deaf(kind: str, code: str) -> Fault:
    """A clerk that does not know one code of one document."""

    class Deaf(Clerk):
        def answered(self, sale: Sale, copy: Copy, answer: Answer) -> list[Mail]:
            return [] if (copy.kind, copy.status) == (kind, code) else super().answered(sale, copy, answer)

    name = code.lstrip("-")
    requirement = REQUIREMENTS.get(code, "RCV-19")
    says = f"Does not know {code} of a {kind}: nothing is done about it."
    return Fault(f"deaf-to-{kind}-{name}", f"answers-{kind}-{name}", requirement, clerk=Deaf, says=says)


FAULTS = (
    Fault("first-record-only", "every-record", "RCV-02", receiver=FirstRecordOnly),
    Fault("loses-list-number", "believes-approval", "RCV-09", clerk=LosesTheNumber),
    Fault("stays-behind", "believes-approval", "RCV-08", clerk=StaysBehind),
    Fault("counts-too-early", "believes-nothing-early", "RCV-20", clerk=CountsTooEarly),
    Fault("gives-up-on-system-errors", "answers-603-100-1301", "REC-04", clerk=GivesUpOnSystemErrors),
    Fault("skips-by-text", "answers-603-100-text", "RCV-11", clerk=SkipsByText),
    *(deaf(kind, code) for kind, code in DEAF_TO),
)
