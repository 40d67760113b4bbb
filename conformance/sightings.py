"""What a journal shows of documents and answers: pure functions over entries, for judges and tables.

The reading of statuses is the judges' own: the enterprise under test, ours too, is judged by code it does not share.
Statuses: §2.2.4, §2.4.4, §2.6.4, §2.12.4. Duplicate codes: table 7-2.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from swsim.conformance.journal import Entry
from swsim.reports.model import Evidence
from swsim.simulator.autopilot.settings import CHANNEL
from swsim.simulator.envelope.opening import message_inside
from swsim.simulator.messages.codec import Refused, read_message
from swsim.simulator.messages.edition import EDITION_202205

TITLES = {
    "303": "order",
    "403": "payment receipt",
    "505": "waybill",
    "507": "arrival",
    "509": "departure",
    "603": "list",
    "605": "cancellation",
    "607": "master list",
    "213": "return of goods",
    "215": "tally",
    "701": "summary",
    "900": "format refusal",
}
ACCEPTED = {"303": {"120"}, "403": {"120"}, "505": {"399", "120"}, "603": {"399", "800", "899"}}
ACCEPTED |= {"507": {"399"}, "509": {"399"}, "605": {"399"}, "607": {"120", "399"}, "213": {"120", "800"}}
ACCEPTED |= {"215": {"399"}, "701": {"399"}}
"""Statuses that end a document well."""
DUPLICATE_CODES = {"-301010", "-401007", "-504015", "-621004"}
"""They refuse a second copy and say nothing against the first."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A document in a message that customs received. `number` is its order number, or waybill number for a 505."""

    entry: Entry
    kind: str
    key: str
    guid: str
    order_no: str
    logistics_no: str
    app_type: str
    app_status: str
    app_time: str = ""
    invt_no: str = ""
    place: int = 0

    @property
    def document(self) -> Any:
        """The document itself, decoded; None where the journal does not hold the message."""
        documents = _documents_of(str(self.entry.data.get("xml", "")))
        return documents[self.place] if self.place < len(documents) else None


@dataclass(frozen=True, slots=True)
class Answered:
    """A record of a return."""

    entry: Entry
    kind: str
    key: str
    status: str
    info: str = ""
    invt_no: str = ""

    @property
    def refuses(self) -> bool:
        """The document has to be sent again before it counts."""
        return (self.status == "100" or self.status.startswith("-")) and self.status not in DUPLICATE_CODES

    @property
    def accepts(self) -> bool:
        """The document counts."""
        return self.status in ACCEPTED.get(self.kind, ())


@dataclass(frozen=True, slots=True)
class Seen:
    """Any other entry that a case waits for, with a word on it."""

    entry: Entry
    text: str


Sighting = Sent | Answered | Seen


def sent(entries: Iterable[Entry], kind: str = "", *, order_no: str = "") -> Iterator[Sent]:
    """Documents received, oldest first, of a kind and an order where given (a 505 knows no order: LOG-04).

    What the simulator played for other roles is no document of the enterprise's.
    """
    for entry in entries:
        if entry.name == "input/message" and entry.data.get("channel") != CHANNEL:
            for place, row in enumerate(entry.data.get("documents", ())):
                if kind in {"", str(row.get("kind"))} and order_no in {"", str(row.get("orderNo") or "")}:
                    yield _sent(entry, row, place)


def answers(entries: Iterable[Entry], kind: str, key: str) -> Iterator[Answered]:
    """What was returned about the document under `key`, oldest first."""
    for entry in entries:
        if entry.name == "output/return":
            for row in entry.data.get("records", ()):
                if str(row["kind"]) == kind and unquote(str(row["key"])) == unquote(key):
                    told = str(row.get("info") or ""), str(row.get("invtNo") or "")
                    yield Answered(entry, kind, key, str(row["status"]), *told)


def standing(entries: Iterable[Entry], kind: str, key: str) -> Answered | None:
    """The last answer that settled something: accepted or refused; None while customs is still at it."""
    last = None
    for answer in answers(entries, kind, key):
        if answer.accepts or answer.refuses:
            last = answer
    return last


def waybill_key(entries: Iterable[Entry], logistics_no: str) -> str:
    """The key of the waybill with this number, newest first; of the newest waybill where the number is unknown."""
    keys = [found.key for found in sent(entries, "505") if logistics_no in {"", found.logistics_no}]
    return keys[-1] if keys else ""


def evidence(entry: Entry, text: str) -> Evidence:
    """An entry as evidence."""
    return Evidence(entry.n, entry.at, entry.name, text)


def shown(seen: Sighting | None) -> tuple[Evidence, ...]:
    """A sighting as evidence, nothing for None."""
    if seen is None:
        return ()
    if isinstance(seen, Seen):
        return (evidence(seen.entry, seen.text),)
    title = f"{seen.kind} {TITLES[seen.kind]} {unquote(seen.key)}"
    if isinstance(seen, Sent):
        return (evidence(seen.entry, f"{title} received, appType {seen.app_type}, guid {seen.guid}"),)
    return (evidence(seen.entry, f"{title} answered {seen.status}"),)


def _sent(entry: Entry, row: dict[str, Any], place: int) -> Sent:
    def text(name: str) -> str:
        return str(row.get(name) or "")

    key, logistics_no = text("key"), text("logisticsNo")
    if text("kind") == "505" and not logistics_no:
        logistics_no = unquote(key.rsplit("~", 1)[-1])
    return Sent(
        entry,
        text("kind"),
        key,
        text("guid"),
        text("orderNo"),
        logistics_no,
        text("appType"),
        text("appStatus"),
        text("appTime"),
        text("invtNo"),
        place,
    )


@lru_cache(maxsize=256)
def _documents_of(xml: str) -> tuple[Any, ...]:
    """The documents of a message in the order of its journal entry."""
    if not xml:
        return ()
    try:
        message: Any = read_message(message_inside(xml.encode())).message
    except Refused:
        return ()
    return tuple(message.documents) if type(message) in _UPLOADS else ()


_UPLOADS = {business.upload for business in EDITION_202205.businesses}
