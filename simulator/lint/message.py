"""A business message by itself: what the schema and the rules find of it, each with its path from the root.

Rules are those of `core.rules` that judge a document alone, and what customs decides at its desk and one message shows:
codes of enterprises, appType, a key twice in a message, an appTime ahead. A message that the schema refuses for some of
its documents is judged by the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from lxml import etree

from swsim.simulator.clock import compact, read_compact
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core.checks_common import SKEW, code_is_malformed, head_path
from swsim.simulator.core.engine import OF_THE_MESSAGE
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.incoming import Reading
from swsim.simulator.core.keys import external
from swsim.simulator.core.papers import found_alone, reading_of
from swsim.simulator.lint.wire import OF_MESSAGES, Written
from swsim.simulator.messages.codec import Fault, Invalid, read_tree, validator
from swsim.simulator.messages.edition import EDITION_202205, Business
from swsim.simulator.messages.node import CEB
from swsim.simulator.profile import PROFILES, Profile
from swsim.simulator.registry import Registry

NOBODY = Facts(PROFILES["standard"], "by-date", Registry())
"""Nobody is registered: then the form of a code is all there is to judge it by."""


@dataclass(frozen=True, slots=True)
class How:
    """What the findings depend on beside the file. `now` is when it is, for an appTime that lies ahead."""

    profile: Profile
    codes: Codes
    now: datetime


class Told(NamedTuple):
    """A finding whose place is not looked up yet. `line` is known of what the schema finds."""

    kind: str
    row: str
    path: str
    expected: str
    value: str
    line: int = 0


@dataclass(slots=True)
class Found:
    """What is known of a message and what was found of it."""

    type: str
    told: list[Told] = field(default_factory=list)
    documents: int = 0
    dxp_id: str = ""


def of_form(row: str, faults: Sequence[Fault]) -> list[Told]:
    """Faults of the form."""
    return [Told("schema", row, fault.path, fault.expected, fault.value, fault.line) for fault in faults]


def examine(data: bytes, root: etree._Element, how: How) -> Found:
    """Everything that a message shows, in whatever order."""
    found = Found(etree.QName(root).localname)
    business = EDITION_202205.declared.get(found.type)
    message: Any = None
    try:
        read_tree(root)
        message = business.upload.read(root) if business else None
    except Invalid as refused:
        found.told += of_form("XSD", refused.faults)
    if business is None:
        return found
    elements = root.findall(f"{{{CEB}}}{business.document.xml}")
    found.documents, found.dxp_id = len(elements), message.base_transfer.dxp_id if message else ""
    documents = message.documents if message else [_read(business, element) for element in elements]
    readings = [
        reading_of(business.number, document, root.get("guid", ""), root.get("version", ""), how.codes, element)
        for document, element in zip(documents, elements, strict=True)
        if document is not None
    ]
    places = {element: place for place, element in enumerate(elements, 1)}
    for reading in readings:
        path = f"/{found.type}/{business.document.xml}[{places[reading.written]}]/"
        found.told += [told._replace(path=path + told.path) for told in _of_document(reading, how)]
    if message is None:  # what is said of the root's attributes the schema has said
        found.told = [told for told in found.told if "/../@" not in told.path]
    else:
        written = Written(data, root, business, message, tuple(readings))
        found.told += [told._replace(path=f"/{found.type}/{told.path}") for told in _of_message(written)]
    return found


def _read(business: Business, element: etree._Element) -> Any:
    """A document of a message that the schema refuses; None where it refuses the document too."""
    return business.document.read(element) if validator().validate(element) else None


def _of_document(reading: Reading, how: How) -> Iterator[Told]:
    """What is deleted need not be right any more, only the message that says so: as customs judges it."""
    head, deleted = reading.head, reading.head.app_type == "3"
    for finding in found_alone(reading):
        if not deleted or finding.rule.partition("/")[0] in OF_THE_MESSAGE:
            yield Told("rule", finding.rule, finding.path, finding.expected, finding.found)
    for path, expected, value in code_is_malformed(reading, NOBODY):
        yield Told("rule", "ENT-11", path, expected, value)
    if head.app_type not in {"1", "2", "3"}:
        yield Told("rule", "X1", f"{head_path(reading)}appType", "1 (new), 2 (change) or 3 (delete)", head.app_type)
    at = read_compact(head.app_time)
    if at is not None and at > how.now + SKEW:
        yield Told(
            "rule", "MSG-04/ahead", f"{head_path(reading)}appTime", f"not after {compact(how.now)}", head.app_time
        )


def _of_message(written: Written) -> Iterator[Told]:
    seen: set[str] = set()
    for place, reading in enumerate(written.readings):
        if reading.key in seen:
            yield Told("rule", "MSG-13", written.document(place), "a key once in a message", external(reading.key))
        seen.add(reading.key)
    for rule in OF_MESSAGES:
        for path, expected, value in rule.check(written):
            yield Told("rule", rule.row, path, expected, value)
