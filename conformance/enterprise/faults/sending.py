"""Faults of sending: when a document leaves, how often, and in which version."""

from datetime import timedelta

from swsim.conformance.enterprise.books import Copy, Sale
from swsim.conformance.enterprise.clerk import Clerk, Mail
from swsim.conformance.enterprise.faults.model import Fault
from swsim.conformance.enterprise.machine import INVENTORY, Answer, Paper

IMPATIENCE = timedelta(minutes=10)
"""Business time after which `DeclaresTwice` loses its patience."""


class DeclaresEarly(Clerk):
    """Sends the list behind the data, without waiting for what customs says to them."""

    def take(self, sale: Sale) -> list[Mail]:
        """As it should be, and the list at once."""
        return [*super().take(sale), self._send(sale, INVENTORY)]


class NeverCorrects(Clerk):
    """Files a refusal and waits on."""

    def answered(self, sale: Sale, copy: Copy, answer: Answer) -> list[Mail]:
        """Anything but a refusal is acted on."""
        return [] if answer is Answer.REFUSES else super().answered(sale, copy, answer)


class DeclaresTwice(Clerk):
    """Takes a slow or repeated answer for a lost list, and sends it again."""

    def repeated(self, sale: Sale, copy: Copy) -> list[Mail]:
        """A return that came twice."""
        return [self._again(sale, INVENTORY)] if copy.kind == INVENTORY and copy.paper is Paper.SENT else []

    def time_passed(self) -> list[Mail]:
        """Lists without a final answer for ten minutes."""
        late = [sale for sale in self.books.sales.values() if self._is_late(sale.copies[INVENTORY])]
        for sale in late:
            sale.copies[INVENTORY].sent_at = self.clock.now()
        return [self._again(sale, INVENTORY) for sale in late]

    def _is_late(self, copy: Copy) -> bool:
        return copy.paper is Paper.SENT and copy.sent_at is not None and self.clock.now() - copy.sent_at > IMPATIENCE


class KeepsOrdersToItself(Clerk):
    """Takes orders and sends nothing."""

    def take(self, sale: Sale) -> list[Mail]:
        """Entered, and that is all."""
        self.books.open(sale)
        return []


FAULTS = (
    Fault("keeps-orders-to-itself", "sanity", "RES-01", clerk=KeepsOrdersToItself),
    Fault("declares-early", "transmits-before-declaring", "SND-01", clerk=DeclaresEarly),
    Fault("never-corrects", "corrects-after-rejection", "RCV-01", clerk=NeverCorrects),
    Fault("declares-twice", "never-declares-twice", "SND-02", clerk=DeclaresTwice),
)
