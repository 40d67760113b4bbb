"""One sale as its sender sees it: what was sent, what customs said of it so far. Pure; free of Locust."""

from typing import Any

from swsim.fixtures.chain import Chain
from swsim.simulator.core.keys import key_of, key_told
from swsim.simulator.messages.codec import read_message
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.transfer import Document, Return

KIND_OF_RETURN = {business.answer: business.number for business in EDITION_202205.businesses}
LIST = "603"
ENDS_LIST = "399"


class Sale:
    """The four documents of a chain and the last status of each."""

    def __init__(self, chain: Chain) -> None:
        self._kinds = {
            (document.number, key_of(document.number, _head(document))): document.number for document in chain.documents
        }
        self.status: dict[str, str] = {}
        """Kind -> last returnStatus."""
        self.refused = ""
        """The first refusal with its text, empty as long as there is none."""

    def take(self, data: bytes) -> None:
        """Note what a return message says of this sale; records of other sales are passed over.

        `Refused` (of `messages.codec`) where the return itself breaks the schema.
        """
        message = read_message(data).message
        if not isinstance(message, Return):  # a CEB900 answers a message, and names none of its documents
            return
        kind = KIND_OF_RETURN[type(message)]
        for record in message.records:
            if (kind, key_told(kind, record)) in self._kinds:
                self.status[kind] = record.return_status
                if is_refusal(record.return_status) and not self.refused:
                    self.refused = f"{kind} {record.return_status} {record.return_info or ''}".strip()

    @property
    def received(self) -> bool:
        """Customs has said something of the order, the receipt and the waybill: the list may go."""
        return self.status.keys() >= {"303", "403", "505"}

    @property
    def ended(self) -> bool:
        """The list has its final return."""
        status = self.status.get(LIST, "")
        return status == ENDS_LIST or is_refusal(status)


def is_refusal(status: str) -> bool:
    """100 (退单) and every code below 0."""
    return status == "100" or status.startswith("-")


def _head(document: Document) -> Any:
    return getattr(document, "head", document)
