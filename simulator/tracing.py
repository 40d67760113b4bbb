"""Traceability (溯源, DUT-05): from an item, order, waybill or list to its merged line and declaration, and back.

A way is a line of a list with everything it came from and went to. Read only.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from swsim.simulator.clock import BEIJING, from_ms
from swsim.simulator.core.declaring import Declaration
from swsim.simulator.core.numbers import serial_of
from swsim.simulator.core.summary import Placed
from swsim.simulator.store.protocol import FoundDocument, Store
from swsim.simulator.trades import MOST, PAGE

Json = dict[str, Any]
BY_DOCUMENT = {"orderNo": "order_no", "logisticsNo": "logistics_no", "copNo": "cop_no"}
"""Numbers that stand in the head of a list, and where."""
BY_DECLARATION = {"declSeqNo": "decl_seq_no", "entryId": "entry_id"}
NUMBERS = ("itemNo", *BY_DOCUMENT, "invtNo", *BY_DECLARATION)
"""What a trace can begin with."""
MOST_WAYS = 1_000
"""Lines of lists that one answer names, more than a list has; a merged line may come from many more."""
ORDER, LIST = "303", "603"


async def trace_view(store: Store, box: int, name: str, number: str, *, line: int = 0, after: int = 0) -> Json:
    """The ways of a number: ``{name: number, "partial", "next", "ways"}``.

    `line` is a merged line (gseqno) of a declaration; `after` and `next` are places (serials of lists) in a declaration
    of more than MOST_WAYS lines. `partial`: there are more documents than were looked through for an item.
    """
    if name in BY_DECLARATION:
        ways, following = await _of_declaration(store, box, name, number, line, after)
        return {name: number, "partial": False, "next": following, "ways": ways}
    found, partial = await _of_item(store, box, number) if name == "itemNo" else (
        await _of_number(store, box, name, number), False)  # fmt: skip
    lists = [one for one in found if one.held.kind == LIST]
    orders = {one.held.key: one for one in found if one.held.kind == ORDER}
    went = {(one.list, one.gnum): one for one in await store.went(box, [one.held.serial for one in lists])}
    made = {one.serial: one for one in await store.made(box, {one.declaration for one in went.values()})}
    ways = [way for one in lists for way in _ways(one, went, made)]
    listed = {one.held.order_ref for one in lists}
    ways += [_not_listed(one, item) for key, one in orders.items() if key not in listed for item in _items(one)]
    if name == "itemNo":
        ways = [way for way in ways if way["itemNo"] == number]
    return {name: number, "partial": partial, "next": None, "ways": ways}


async def _of_item(store: Store, box: int, item: str) -> tuple[list[FoundDocument], bool]:
    """Orders and lists that have an item, among the oldest documents; whether there are more."""
    found: list[FoundDocument] = []
    after, seen = 0, 0
    while seen < MOST:
        page = await store.scan(box, after, PAGE)
        found += [one for one in page if one.held.kind in {ORDER, LIST} and item in _items(one)]
        seen += len(page)
        if len(page) < PAGE:
            return found, False
        after = page[-1].held.serial
    return found, True


async def _of_number(store: Store, box: int, name: str, number: str) -> list[FoundDocument]:
    """Lists that bear a number, and the order of that number."""
    found = await store.find(box, number, MOST_WAYS)
    return [
        one
        for one in found
        if one.taken
        and (
            (one.held.kind == LIST and number == _said(one, name))
            or (one.held.kind == ORDER and name == "orderNo" and one.held.document.head.order_no == number)
        )
    ]


def _said(listed: FoundDocument, name: str) -> Any:
    return listed.held.invt_no if name == "invtNo" else getattr(listed.held.document.head, BY_DOCUMENT[name])


async def _of_declaration(
    store: Store, box: int, name: str, number: str, line: int, after: int
) -> tuple[list[Json], int | None]:
    """Back from a declaration, or from one of its merged lines: whole lists, until there are MOST_WAYS lines."""
    serial = serial_of(number)
    made = {one.serial: one for one in await store.made(box, {serial} if serial is not None else set())}
    if serial not in made or getattr(made[serial], BY_DECLARATION[name]) != number:
        return [], None
    rows = await store.came(box, serial, line, after, MOST_WAYS + 1)
    following = None
    if len(rows) > MOST_WAYS:  # the list the answer ends in is begun anew in the next
        last = rows[-1].list
        rows = [row for row in rows if row.list != last]
        following = rows[-1].list
    went = {(row.list, row.gnum): row for row in rows}
    documents = await store.by_serial(box, {row.list for row in rows})
    return [way for one in documents for way in _ways(one, went, made) if way["declSeqNo"]], following


def _ways(
    listed: FoundDocument, went: Mapping[tuple[int, int], Placed], made: Mapping[int, Declaration]
) -> Iterable[Json]:
    """The lines of a list, each with where it went."""
    held, document = listed.held, listed.held.document
    closed = from_ms(held.closed_ms).astimezone(BEIJING).isoformat() if held.closed_ms else None
    for line in document.lines:
        placed = went.get((held.serial, line.gnum))
        into = made.get(placed.declaration) if placed else None
        yield {
            "itemNo": line.item_no,
            "orderNo": document.head.order_no,
            "logisticsNo": document.head.logistics_no,
            "copNo": document.head.cop_no,
            "invtNo": held.invt_no or None,
            "gnum": line.gnum,
            "gcode": line.gcode,
            "closed": closed,
            "sumNo": held.sum_no or None,
            "declSeqNo": into.decl_seq_no if into else None,
            "gseqno": placed.line if placed and into else None,
            "decState": into.dec_state or None if into else None,
            "entryId": into.entry_id if into else None,
        }


WAY = (
    "itemNo", "orderNo", "logisticsNo", "copNo", "invtNo", "gnum", "gcode", "closed", "sumNo", "declSeqNo", "gseqno",
    "decState", "entryId",
)  # fmt: skip
"""What a way says, in its order; None where it has not come so far."""


def _not_listed(order: FoundDocument, item: str | None) -> Json:
    """An item that is ordered, and in no list yet."""
    return dict.fromkeys(WAY) | {"itemNo": item, "orderNo": order.held.document.head.order_no}


def _items(found: FoundDocument) -> Sequence[str | None]:
    return [line.item_no for line in found.held.document.lines]
