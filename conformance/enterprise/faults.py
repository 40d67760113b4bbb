"""Seeded faults: each makes the enterprise wrong in one way, and one case has to notice. A row a fault.

A fault overrides the part it spoils; the right enterprise holds no switches. It shows that the cases can fail.
"""

from dataclasses import dataclass
from datetime import timedelta

from swsim.conformance.enterprise.books import Copy, Sale
from swsim.conformance.enterprise.clerk import Clerk, Mail
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


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, the case that must fail by it, and the requirement that case must name."""

    clerk: type[Clerk]
    case: str
    requirement: str

    @property
    def description(self) -> str:
        """What the enterprise does wrong."""
        return (self.clerk.__doc__ or "").strip()


FAULTS = {
    "declares-early": Fault(DeclaresEarly, "transmits-before-declaring", "SND-01"),
    "never-corrects": Fault(NeverCorrects, "corrects-after-rejection", "RCV-01"),
    "declares-twice": Fault(DeclaresTwice, "never-declares-twice", "SND-02"),
}


def clerk_for(fault: str) -> type[Clerk]:
    """The clerk of a fault's name; the right one for an empty name. ValueError names what is known."""
    if not fault:
        return Clerk
    if fault not in FAULTS:
        raise ValueError(f"fault: expected one of {', '.join(FAULTS)}, got {fault!r}")
    return FAULTS[fault].clerk
