"""Reading: from bytes to papers. Everything that needs no sandbox and no order, so it may run in any process."""

from dataclasses import dataclass
from typing import Any

from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core.incoming import Finding, Paper, Prints
from swsim.simulator.core.papers import paper_of
from swsim.simulator.messages.codec import Fault, Invalid, Refused, Unreadable, fault_of_direction, parse, read_tree
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.node import DS
from swsim.simulator.messages.transfer import BaseTransfer
from swsim.simulator.signature.report import Problem, Step
from swsim.simulator.signature.verify import Examined, examine
from swsim.simulator.store.journal import compress


@dataclass(frozen=True, slots=True)
class Received:
    """What came in: the business message as bytes, how it came, and the journal's form of the original bytes."""

    business: bytes
    channel: str
    packed: bytes
    codes: str = ""
    """Digest of the code tables it was read with."""
    message_id: str = ""


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

    @property
    def type(self) -> str:
        """Name of its root."""
        return EDITION_202205.by_number[self.kind].upload.__name__


def read(data: bytes, codes: Codes | None = None) -> tuple[bytes, Message | Refused]:
    """The bytes packed for the journal, and the message or the refusal with its faults; codes by default that ship."""
    packed = compress(data)
    try:
        business, declared, root = read_tree(parse(data))
        if business is None:
            raise Invalid([fault_of_direction(root)], declared.__name__, root.get("guid", ""), "")
    except Refused as refused:
        return packed, refused
    kind, upload, known = business.number, business.upload.read(root), codes or Codes.builtin()
    papers = [
        paper_of(kind, document, upload.guid, upload.version, known, element)
        for document, element in zip(upload.documents, root, strict=False)  # documents come first in a message
    ]
    signature = _examined(data) if root.find(_SIGNATURE) is not None else None
    return packed, Message(kind, upload.guid, upload.version, upload.base_transfer, papers, signature)


_SIGNATURE = f"{{{DS}}}Signature"


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
    return found.kind, found.guid, found.version, tuple(found.transfer), papers, signature


def from_plain(value: tuple[Any, ...]) -> Message | Refused:
    """Back from `to_plain`."""
    if value[0] == "invalid":
        return Invalid([Fault(*fault) for fault in value[1]], *value[2:])
    if value[0] == "unreadable":
        return Unreadable([Fault(*fault) for fault in value[1]])
    kind, guid, version, transfer, papers, signature = value
    make = tuple.__new__
    found = [
        make(Paper, (*said, make(Prints, prints), [Finding(*finding) for finding in findings]))
        for *said, prints, findings in papers
    ]
    return Message(
        kind, guid, version, make(BaseTransfer, transfer), found, signature and Examined.from_tuple(signature)
    )


def _plain(fault: Fault) -> tuple[Any, ...]:
    return fault.line, fault.path, fault.value, fault.expected, fault.title_zh, fault.title_en, fault.section
