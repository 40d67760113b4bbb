"""The words of the core for what comes in: a reading, a paper, a submission, and what a rule finds in them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

from swsim.simulator.clock import compact, read_compact, shifted, to_ms
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.messages.edition import EDITION_202205


class Prints(NamedTuple):
    """Digests of what two documents must share: where they are equal, the match need not be looked at closer.

    `order` stands in order and list, `waybill` in waybill and list, `receipt` in order and payment receipt; the others
    have an empty one.
    """

    order: bytes = b""
    waybill: bytes = b""
    receipt: bytes = b""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: the rule's row (`id` or `id/part`), the path inside the document, expected and found."""

    rule: str
    path: str
    expected: str
    found: str


class Strange(NamedTuple):
    """A code that its table does not have: the rule that speaks of it, its path, what was expected, the code."""

    rule: str
    path: str
    expected: str
    code: str
    complete: bool
    """Whether the table is: only then the code is wrong."""


class Signed(NamedTuple):
    """What is known of the signature of a message: a fact that is worked out beside the core (MSG-14).

    `owner` is the code of the enterprise whose key it is, empty where nobody knows. `told` is what fails or asks for a
    word: the part of the rule, what was expected, what was found.
    """

    owner: str = ""
    told: tuple[tuple[str, str, str], ...] = ()


@dataclass(slots=True)
class Reading:
    """A decoded document, and what its message says of itself: all that a predicate of the document alone may see.

    `head` is the node with guid, appType, appTime, appStatus: the document itself where it has no lines. `content` is
    the whole document as JSON, `strange` are the codes that `codes` do not have, `firms` those of the enterprises it
    names; `hollow`: some element is empty, `odd_guids`: something may be said of its guid or that of its message.
    `written` is its XML element, for what decoding does not keep; None where it does not come from XML.
    """

    kind: str
    document: Any
    head: Any
    content: bytes
    key: str
    message_guid: str
    version: str
    codes: Codes
    strange: list[Strange]
    firms: tuple[str, ...]
    hollow: bool
    odd_guids: bool
    written: Any = None


class Paper(NamedTuple):
    """One document as a reader hands it over (`core.papers`): nothing here depends on a sandbox or on other documents.

    What nearly every decision looks at is taken out of the document, which stays packed in `content` (JSON). `firms`
    and `names` are the codes and names of the enterprises it names, `identity` the values that its returns repeat
    (JSON); `key` and the refs (REFS) are joined keys (`core.keys`), `findings` what the rules of the document alone
    found.
    """

    kind: str
    guid: str
    app_type: str
    app_time: str
    app_status: str
    customs_code: str
    firms: tuple[str, ...]
    names: tuple[str, ...]
    content: bytes
    identity: bytes
    key: str
    order_ref: str | None
    waybill_ref: str | None
    list_ref: str | None
    part_ref: str | None
    bill_ref: str | None
    prints: Prints
    findings: list[Finding]


@dataclass(slots=True)
class Submission:
    """One document as it was received: what its paper says, and how it came.

    `path` is its XPath in the message, `number` the journal number of the message, `shift` what decision 7 adds to its
    enterprise-made times.
    """

    kind: str
    guid: str
    app_type: str
    app_time: str
    app_status: str
    customs_code: str
    firms: tuple[str, ...]
    names: tuple[str, ...]
    content: bytes
    identity: bytes
    key: str
    order_ref: str | None
    waybill_ref: str | None
    list_ref: str | None
    part_ref: str | None
    bill_ref: str | None
    prints: Prints
    findings: list[Finding]
    path: str
    message_guid: str
    version: str
    dxp_id: str
    cop_code: str
    received_at: datetime
    number: int
    shift: timedelta = timedelta(0)
    via: str = ""
    """How it came, in the words of its channel: its returns go the same way."""

    @property
    def document(self) -> Any:
        """The document; decoded each time it is asked for."""
        return EDITION_202205.by_number[self.kind].document.restore(orjson.loads(self.content))

    @property
    def head(self) -> Any:
        """The node with guid, appType, appTime, appStatus."""
        document = self.document
        return getattr(document, "head", document)

    @property
    def received_ms(self) -> int:
        """`received_at` as it is stored."""
        return to_ms(self.received_at)

    @property
    def judged_time(self) -> str:
        """appTime as it is judged: moved as its message says (architecture, decision 7)."""
        if not self.shift:
            return self.app_time
        at = read_compact(self.app_time)
        return compact(shifted(at, self.shift)) if at else self.app_time
