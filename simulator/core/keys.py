"""Business keys (rules.md §2) as joined text.

Inside, the parts stand in reverse order, so that the number a user knows (orderNo, logisticsNo, copNo) comes first and
an index on the key also finds it; the contract's order is `external`.
"""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any
from urllib.parse import quote, unquote

from swsim.simulator.messages.edition import EDITION_202205

SEPARATOR = "~"
ORDER = ("order_no", "ebp_code", "ebc_code")
WAYBILL = ("logistics_no", "logistics_code")

MADE_BY_CUSTOMS = frozenset({"guid", "pre_no", "invt_no", "sum_no", "return_status", "return_time", "return_info"})
IDENTITY = {
    number: tuple(f.name for f in business.answer.parts[0].of.fields if f.name not in MADE_BY_CUSTOMS)
    for number, business in EDITION_202205.by_number.items()
}
"""Fields of a return's record that repeat those of the document, by kind."""
HEADS: dict[str, Any] = {b.number: b.head for b in EDITION_202205.businesses}
"""The node with guid, appType, appTime, appStatus, by kind: the document itself where it has no lines."""
_ORDER_KINDS = ("303", "403", "603")
_WAYBILL_KINDS = ("505", "603", "213", "215")
_LIST_KINDS = ("605", "213", "215")


def taker(kind: str, names: Sequence[str]) -> Callable[[Any], tuple[str | None, ...]]:
    """Takes fields of a head as they were written, always a tuple."""
    places = [HEADS[kind].places[name] for name in names]
    if len(places) > 1:
        return itemgetter(*places)
    return lambda head: (head[places[0]],)


_NAMES = {b.number: tuple(reversed(b.document.key)) for b in EDITION_202205.businesses}
_KEYS = {kind: taker(kind, names) for kind, names in _NAMES.items()}
_PARTS = {
    kind: taker(kind, [name for name in names if name != "msg_seq_no"])
    for kind, names in _NAMES.items()
    if "msg_seq_no" in names
}
_ORDERS = {kind: taker(kind, ORDER) for kind in _ORDER_KINDS}
_WAYBILLS = {kind: taker(kind, WAYBILL) for kind in _WAYBILL_KINDS}


def join(parts: Sequence[str | None]) -> str:
    """Join parts, an absent one as an empty one; a part that holds the separator is escaped."""
    written = [part or "" for part in parts]
    joined = SEPARATOR.join(written)
    if joined.count(SEPARATOR) == len(written) - 1 and "%" not in joined:
        return joined
    return SEPARATOR.join(part.replace("%", "%25").replace(SEPARATOR, "%7E") for part in written)


def key_of(kind: str, head: Any) -> str:
    """The business key of a document; an absent part is empty."""
    return join(_KEYS[kind](head))


def key_told(kind: str, record: Any) -> str:
    """The business key of the document of a kind that a return's record speaks of."""
    return join([str(getattr(record, name) or "") for name in _NAMES[kind]])


def order_ref(kind: str, head: Any) -> str | None:
    """The order a document belongs to; None for a waybill, which knows none (LOG-04)."""
    return join(_ORDERS[kind](head)) if kind in _ORDERS else None


def waybill_ref(kind: str, head: Any) -> str | None:
    """The waybill a document belongs to, of returned goods that of the export or of the way back; else None."""
    return join(_WAYBILLS[kind](head)) if kind in _WAYBILLS else None


def list_ref(kind: str, head: Any) -> str | None:
    """The list (invtNo) that a cancellation or a return of goods speaks of."""
    return head.invt_no or None if kind in _LIST_KINDS else None


def part_ref(kind: str, head: Any) -> str | None:
    """What the messages share that one document was split into: its key without msgSeqNo (ARR-01)."""
    return join(_PARTS[kind](head)) if kind in _PARTS else None


def bill_ref(kind: str, head: Any) -> str | None:
    """The bill of lading of a master list, and of a list where it is known (a master list may fill it later)."""
    return head.bill_no or None if kind in {"603", "607"} else None


def split(key: str) -> list[str]:
    """The parts of a joined key."""
    return [part.replace("%7E", SEPARATOR).replace("%25", "%") for part in key.split(SEPARATOR)]


def external(key: str) -> str:
    """The key as the contract writes it: parts in the order of rules.md §2, percent-encoded, joined by `~`."""
    return SEPARATOR.join(quote(part, safe="").replace(SEPARATOR, "%7E") for part in reversed(split(key)))


def internal(key: str) -> str:
    """The joined key of a key as the contract writes it."""
    return join([unquote(part) for part in reversed(key.split(SEPARATOR))])
