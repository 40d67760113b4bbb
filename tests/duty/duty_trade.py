"""A trade laid out by hand: generated sales as pieces, with what a test changes of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from swsim.fixtures.chain import BEIJING, Chain, chain
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core.keys import key_of, list_ref, order_ref, waybill_ref
from swsim.simulator.duty.model import Piece, Prohibited, Trade
from swsim.simulator.messages.transfer import Document

AT = datetime(2026, 1, 5, 9, tzinfo=BEIJING)
DAY = timedelta(days=1)
STATES = {"303": 120, "403": 120, "505": 399, "603": 399, "213": 120, "509": 399}


def sale(index: int = 0) -> Chain:
    """A generated sale."""
    return chain(11, index, AT)


def changed(document: Any, **head: Any) -> Any:
    """The document with other values in its head."""
    if "head" in type(document).places:
        return document.replaced(head=document.head.replaced(**head))
    return document.replaced(**head)


def line(document: Any, **values: Any) -> Any:
    """The document with other values in its first line."""
    first, *others = document.lines
    return document.replaced(lines=(first.replaced(**values), *others))


def piece(
    document: Document,
    *,
    state: int | None = None,
    received: datetime | None = None,
    history: Iterable[tuple[int, datetime]] = (),
    invt_no: str = "",
) -> Piece:
    """A document as it is held, received when it was reported unless told otherwise."""
    kind = document.number
    head: Any = getattr(document, "head", document)
    at = received or datetime.strptime(head.app_time, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
    stands = STATES[kind] if state is None else state
    refs = order_ref(kind, head), waybill_ref(kind, head), list_ref(kind, head)
    return Piece(kind, key_of(kind, head), stands, document, head.app_time, at, *refs, invt_no, tuple(history))


def trade(
    *pieces: Piece, now: datetime = AT, prohibited: tuple[Prohibited, ...] = (), codes: Codes | None = None
) -> Trade:
    """The trade of these pieces."""
    made = Trade(now, codes or Codes.builtin(), prohibited=prohibited)
    for one in pieces:
        made.pieces.setdefault(one.kind, []).append(one)
    return made
