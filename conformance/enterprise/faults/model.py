"""What a seeded fault is."""

from dataclasses import dataclass

from swsim.conformance.enterprise.clerk import Clerk
from swsim.conformance.enterprise.desk import Desk
from swsim.conformance.enterprise.duties import Duties
from swsim.conformance.enterprise.receiver import Receiver
from swsim.conformance.enterprise.sender import Sender
from swsim.conformance.enterprise.signing import Keyring


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, the case that must notice it, and the requirement that the case must name.

    Each of the parts is the right one or the one that the fault puts in its place, a subclass that spoils one method.
    """

    id: str
    case: str
    requirement: str
    clerk: type[Clerk] = Clerk
    receiver: type[Receiver] = Receiver
    sender: type[Sender] = Sender
    desk: type[Desk] = Desk
    duties: type[Duties] = Duties
    keyring: type[Keyring] = Keyring
    says: str = ""

    @property
    def description(self) -> str:
        """What the enterprise does wrong: `says`, or the docstring of the part that is spoilt."""
        parts: tuple[tuple[type, type], ...] = (
            (self.clerk, Clerk),
            (self.receiver, Receiver),
            (self.sender, Sender),
            (self.desk, Desk),
            (self.duties, Duties),
            (self.keyring, Keyring),
        )
        for part, right in parts:
            if part is not right and not self.says:
                return (part.__doc__ or "").strip()
        return self.says


RIGHT = Fault("", "", "")
"""The enterprise as it should be."""
