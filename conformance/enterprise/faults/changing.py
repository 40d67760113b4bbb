"""What faults of the desk share: a document of one kind that leaves otherwise than it was made."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from swsim.conformance.enterprise.books import Mail, Sale
from swsim.conformance.enterprise.desk import Desk
from swsim.simulator.messages.transfer import Document


class Changes(Desk):
    """Sends documents of a kind as `changed` has them."""

    kind = ""

    def changed(self, document: Any) -> Any:
        """The document as the fault has it."""
        raise NotImplementedError

    def send(
        self,
        documents: Sequence[Document],
        then: Callable[[], list[Mail]] | None = None,
        at: datetime | None = None,
        sales: Sequence[Sale] = (),
    ) -> list[Mail]:
        made = [self.changed(one) if one.number == self.kind else one for one in documents]
        return super().send(made, then, at, sales)
