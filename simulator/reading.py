"""Reading: from bytes to papers. Everything that needs no sandbox and no order, so it may run in any process."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core.incoming import Finding, Paper, Prints
from swsim.simulator.core.papers import paper_of
from swsim.simulator.envelope.cover import BARE, Cover, Way, answered_in
from swsim.simulator.envelope.opening import opened, terminal_of
from swsim.simulator.messages.codec import Fault, Invalid, Refused, Unreadable, fault_of_direction, parse, read_tree
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.node import DS
from swsim.simulator.messages.transfer import SUBSCRIPTIONS, BaseTransfer
from swsim.simulator.signature.canonical import alone, without_outer_names
from swsim.simulator.signature.canonical import parse as with_comments
from swsim.simulator.signature.report import Problem, Step
from swsim.simulator.signature.verify import Examined, examine
from swsim.simulator.store.journal import compress


@dataclass(frozen=True, slots=True)
class Received:
    """What came in: the bytes, how they came, and the journal's form of them.

    `codes` is the digest of the code tables they were read with. `cover` is the envelope they came in, `inside` the
    bytes of the message it carries where that was refused.
    """

    data: bytes
    channel: str
    packed: bytes
    codes: str = ""
    cover: Cover = BARE
    inside: bytes = b""

    @property
    def business(self) -> bytes:
        """The business message, of one that was refused."""
        return self.inside or self.data


@dataclass(frozen=True, slots=True)
class Message:
    """A business message that passed the schema: its kind (`603`), and a paper for each document."""

    kind: str
    guid: str
    version: str
    transfer: BaseTransfer
    papers: list[Paper]
    signature: Examined | None = None
    """What its signature shows by itself; None for a message without one."""
    subscribers: tuple[tuple[str, str], ...] = ()
    """(status, dxpAddress) of each BaseSubscribe."""

    @property
    def type(self) -> str:
        """Name of its root."""
        return EDITION_202205.by_number[self.kind].upload.__name__


class Read(NamedTuple):
    """What reading gives: the bytes packed for the journal, the message or the refusal, and what `Received` has."""

    packed: bytes
    found: Message | Refused
    cover: Cover = BARE
    inside: bytes = b""


def read(data: bytes, codes: Codes | None = None, *, signed: bool = True, counted: bool = True) -> Read:
    """A message, its envelope opened, or the refusal with its faults; codes by default that ship.

    Without `signed` nobody looks at signatures: for who reads a second time. Not `counted`: counts and empty bodies are
    left to the e-port (`limits = eport`).
    """
    packed, cover, inside = compress(data), BARE, b""
    try:
        envelope, root = opened(data)
        if envelope is not None:
            cover, inside = envelope.cover, envelope.payload
            if signed and cover.signed and cover.platform:
                cover = cover._replace(signature=_examined_terminal(data).plain_tuple())
            if envelope.fault is not None:
                raise envelope.fault
            data, root = inside, parse(inside)
        return Read(packed, _message(root, data, codes, signed=signed, counted=counted), cover)
    except Invalid as refused:
        if inside:  # the envelope holds, so its sender is known where the message does not name him
            refused.dxp_id = refused.dxp_id or cover.sender
        return Read(packed, refused, cover, inside)
    except Refused as refused:
        return Read(packed, refused, cover, inside)


def recounted(received: Received, found: Message | Refused, limits: str, codes: Codes | None) -> Message | Refused:
    """What the schema refused, read again where the e-port counts itself; without a document it stays refused."""
    if limits != "eport" or not isinstance(found, Invalid):
        return found
    again = read(received.data, codes, counted=False).found
    return again if not isinstance(again, Refused) and again.papers else found


def way_of_returns(cover: Cover, message: Message) -> Way:
    """How the returns of a message leave."""
    known = tuple((status, address) for status, address in message.subscribers if status in SUBSCRIPTIONS)
    return Way(answered_in(cover), known)


def _message(root: Any, data: bytes, codes: Codes | None, *, signed: bool, counted: bool) -> Message:
    business, declared, root = read_tree(root, counted=counted)
    if business is None:
        raise Invalid([fault_of_direction(root)], declared.__name__, root.get("guid", ""), "")
    kind, upload, known = business.number, business.upload.read(root), codes or Codes.builtin()
    papers = [
        paper_of(kind, document, upload.guid, upload.version, known, element)
        for document, element in zip(upload.documents, root, strict=False)  # documents come first in a message
    ]
    signature = _examined(data) if signed and root.find(_SIGNATURE) is not None else None
    subscribers = tuple((one.status.strip(), one.dxp_address.strip()) for one in upload.base_subscribe)
    return Message(kind, upload.guid, upload.version, upload.base_transfer, papers, signature, subscribers)


_SIGNATURE = f"{{{DS}}}Signature"


def _examined_terminal(data: bytes) -> Examined:
    """The signature that a terminal put on its `DxpMsg`. What a transport node signs around it is the port's business:
    the inner envelope is read as it came to that node, a document of its own.
    """
    try:
        root = with_comments(data)
    except ValueError:
        return _examined(data)
    inside = terminal_of(root)
    if inside is root:
        return _examined(data)
    found = _examined(alone(inside))
    if any(step.problem is Problem.DIFFERS for step in found.steps):
        return _examined(without_outer_names(inside))
    return found


def _examined(data: bytes) -> Examined:
    """A signature by itself. It is read anew, with comments and instructions: they decide what was signed."""
    try:
        return examine(data)
    except ValueError as error:
        step = Step("form", "fail", "XML that can be canonicalised", str(error)[:200], "form", Problem.FORM)
        return Examined("", signed=True, steps=(step,))


def to_plain(found: Message | Refused) -> tuple[Any, ...]:
    """What was read as nested tuples, to be marshalled between processes of one machine."""
    if isinstance(found, Invalid):
        return "invalid", [_plain(fault) for fault in found.faults], found.root, found.guid, found.dxp_id
    if isinstance(found, Refused):
        return "unreadable", [_plain(fault) for fault in found.faults]
    papers = [
        (*paper[:-2], tuple(paper.prints), [(f.rule, f.path, f.expected, f.found) for f in paper.findings])
        for paper in found.papers
    ]
    signature = found.signature.plain_tuple() if found.signature else None
    return found.kind, found.guid, found.version, tuple(found.transfer), papers, signature, found.subscribers


def from_plain(value: tuple[Any, ...]) -> Message | Refused:
    """Back from `to_plain`."""
    if value[0] == "invalid":
        return Invalid([Fault(*fault) for fault in value[1]], *value[2:])
    if value[0] == "unreadable":
        return Unreadable([Fault(*fault) for fault in value[1]])
    kind, guid, version, transfer, papers, signature, subscribers = value
    make = tuple.__new__
    found = [
        make(Paper, (*said, make(Prints, prints), [Finding(*finding) for finding in findings]))
        for *said, prints, findings in papers
    ]
    examined = Examined.from_tuple(signature) if signature else None
    return Message(kind, guid, version, make(BaseTransfer, transfer), found, examined, subscribers)


def _plain(fault: Fault) -> tuple[Any, ...]:
    return fault.line, fault.path, fault.value, fault.expected, fault.title_zh, fault.title_en, fault.section
