"""Faults of the end of a month: which lists are summed up, when, how often, and what is booked."""

from typing import Any

from swsim.conformance.enterprise.books import Copy, Mail, Sale
from swsim.conformance.enterprise.desk import APPROVED, Desk
from swsim.conformance.enterprise.faults.changing import Changes
from swsim.conformance.enterprise.faults.model import Fault
from swsim.conformance.enterprise.wishes import Paper

LATE_DAY = 25
"""Behind the due day of every month, however it rolls."""


class SumsUpLate(Desk):
    """Puts the summary off to the end of the month."""

    def close_month(self, month: str) -> list[Mail]:
        self.put_off = month
        return []

    def time_passed(self) -> list[Mail]:
        month = getattr(self, "put_off", "")
        if not month or self.clock.now().day < LATE_DAY:
            return []
        self.put_off = ""
        return super().close_month(month)


class ForgetsTheLast(Desk):
    """Leaves the last list of the month out of the summary."""

    def is_due(self, sale: Sale, month: str) -> bool:
        of_month = [one.order_no for one in self.books.sales.values() if self.is_of(one, month)]
        return super().is_due(sale, month) and (len(of_month) == 1 or sale.order_no != of_month[-1])


class SumsUpTheCurrentMonth(Desk):
    """Sums up whatever is closed, of whichever month."""

    def is_of(self, sale: Sale, month: str) -> bool:  # noqa: ARG002 - whichever it is
        return bool(sale.closed_at)


class SumsUpKindA(Desk):
    """Sums up lists that customs releases for statistics alone."""

    def is_summarised(self, sale: Sale) -> bool:  # noqa: ARG002 - whatever it is
        return True


class SumsUpWhatWasCancelled(Desk):
    """Sums up the lists of a month as they were approved, cancelled ones too."""

    def is_due(self, sale: Sale, month: str) -> bool:
        return super().is_due(sale, month) or sale.void


class SumsUpWhatIsOpen(Desk):
    """Sums up a list as soon as it is approved."""

    def is_due(self, sale: Sale, month: str) -> bool:
        approved = [copy for copy in sale.copies.values() if copy.kind == "603" and copy.status == APPROVED]
        return super().is_due(sale, month) or (bool(approved) and not sale.void)


class SumsUpWhatCameBack(Desk):
    """Does not book returned goods."""

    def book(self, paper: Paper, kind: str, record: Any) -> None:
        if kind != "213":
            super().book(paper, kind, record)


class SumsUpAgain(Desk):
    """Forgets what it has summed up."""

    def close_month(self, month: str) -> list[Mail]:
        self.summed.clear()
        return super().close_month(month)


class GivesHalfARange(Changes):
    """Sums up from a time on, without an end."""

    kind = "701"

    def changed(self, document: Any) -> Any:
        return document.replaced(head=document.head.replaced(start_time="20200101000000"))


class BooksTheFirstResult(Desk):
    """Reads the first result of a summary only: the declaration had no number then."""

    def result(self, record: Any) -> bool:
        known = any(sale.decl_seq_no == record.head.decl_seq_no for sale in self.books.sales.values())
        return known or super().result(record)


class NeverBooksResults(Desk):
    """Takes the 702 for the end of it."""

    def result(self, record: Any) -> bool:  # noqa: ARG002 - whatever it says
        return True


class LosesTheClosing(Desk):
    """Does not note when a list was closed."""

    def list_said(self, sale: Sale, record: Any) -> list[Mail]:
        mail = super().list_said(sale, record)
        sale.closed_at = ""
        return mail


class GivesTheSummaryUp(Desk):
    """Files a refused summary and waits on."""

    def sum_up_again(self, paper: Paper, copy: Copy) -> list[Mail]:  # noqa: ARG002 - whatever it was
        return []


FAULTS = (
    Fault("sums-up-late", "summary-in-time", "DDL-01", desk=SumsUpLate),
    Fault("forgets-the-last-list", "summary-of-all", "DDL-01", desk=ForgetsTheLast),
    Fault("sums-up-the-current-month", "current-month-kept-out", "DDL-03", desk=SumsUpTheCurrentMonth),
    Fault("sums-up-kind-a", "kind-a-kept-out", "DDL-04", desk=SumsUpKindA),
    Fault("sums-up-what-was-cancelled", "withdrawn-kept-out", "DDL-05", desk=SumsUpWhatWasCancelled),
    Fault("sums-up-what-is-open", "open-kept-out", "DDL-05", desk=SumsUpWhatIsOpen),
    Fault("sums-up-what-came-back", "returned-kept-out", "DDL-13", desk=SumsUpWhatCameBack),
    Fault("sums-up-again", "summed-up-only-once", "DDL-06", desk=SumsUpAgain),
    Fault("gives-half-a-range", "summary-names-its-lists", "DDL-09", desk=GivesHalfARange),
    Fault("books-the-first-result", "books-the-summary", "DDL-10", desk=BooksTheFirstResult),
    Fault("never-books-results", "books-the-summary", "DDL-10", desk=NeverBooksResults),
    Fault("loses-the-closing", "books-agree", "DDL-12", desk=LosesTheClosing),
    Fault("gives-the-summary-up", "refused-summary", "DDL-11", desk=GivesTheSummaryUp),
)
