"""What the trade of a sandbox shows by itself (rules.md §12): late data, fake trade, prohibited goods, traces."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

from swsim.simulator.clock import read_compact
from swsim.simulator.core.checks_simplified import LIMIT
from swsim.simulator.core.keys import external
from swsim.simulator.duty.model import Piece, Sign, Signs, Trade, sign
from swsim.simulator.profile import receipts_required
from swsim.simulator.profiles.duties import TRANSMITTED
from swsim.simulator.profiles.signatures import KINDS

UNPAID, STANDING = timedelta(hours=24), timedelta(days=30)
SIGNED = tuple(kind for kind, must in KINDS.items() if must)
SOUND = frozenset({"MSG-14/variant", "MSG-14/first-seen"})
"""Remarks on a signature that binds all the same."""
RUN = 10
"""So many lists of one seller and day with one weight and one value are no accident."""
ODD_PRICE, FEW = 10, 5
"""A price so many times above or below the middle of its commodity; commodities with fewer lines are not judged."""


def data_are_late(trade: Trade) -> Signs:
    """DUT-01: 实时传输."""
    for kind in TRANSMITTED:
        most = timedelta(seconds=trade.lags.of(kind))
        for piece in trade.live(kind):
            at = read_compact(piece.app_time)
            if at is not None and (late := piece.received_at - at) > most:
                yield sign("DUT-01/lag", piece, f"received within {most} of appTime", f"{late} after it")


def waybill_of_several_orders(trade: Trade) -> Signs:
    orders: dict[str, set[str | None]] = defaultdict(set)
    for piece in trade.live("603"):
        if piece.waybill_ref:
            orders[piece.waybill_ref].add(piece.order_ref)
    for piece in trade.live("603"):
        if len(orders.get(piece.waybill_ref or "", ())) > 1:
            count = len(orders[piece.waybill_ref or ""])
            yield sign(
                "DUT-02/waybill", piece, "a waybill of one order", f"{count} orders on {piece.head.logistics_no}"
            )


def order_without_receipts(trade: Trade) -> Signs:
    paid = {piece.order_ref for piece in trade.live("403")}
    for piece in trade.live("303"):
        required = receipts_required(trade.regime, piece.received_at)
        if required and piece.order_ref not in paid and trade.now - piece.received_at > UNPAID:
            yield sign("DUT-02/unpaid", piece, "a payment receipt within 24 hours", "none")


def charge_is_another(trade: Trade) -> Signs:
    orders = {piece.order_ref: piece.head for piece in trade.live("303")}
    for piece in trade.live("403"):
        order = orders.get(piece.order_ref)
        if order and order.currency == piece.head.currency and piece.head.charge != order.goods_value + order.freight:
            expected = f"goodsValue + freight = {order.goods_value + order.freight}"
            yield sign("DUT-02/charge", piece, expected, str(piece.head.charge))


def lists_are_all_alike(trade: Trade) -> Signs:
    runs: dict[tuple[str, str, str, Decimal], list[Piece]] = defaultdict(list)
    for piece in trade.live("603"):
        head = piece.head
        runs[head.ebc_code, piece.app_time[:8], f"{head.gross_weight.normalize():f}", value_of(piece)].append(piece)
    for (_, _, weight, value), pieces in runs.items():
        if len(pieces) >= RUN:
            found = f"{len(pieces)} lists of {weight} kg and value {value} on one day"
            yield sign("DUT-02/run", pieces[0], f"fewer than {RUN} lists alike", found, pieces)


def price_is_odd(trade: Trade) -> Signs:
    prices: dict[tuple[str, str, str], list[Decimal]] = defaultdict(list)
    lines = [(piece, line) for piece in trade.live("603") for line in piece.document.lines]
    for _, line in lines:
        prices[line.gcode, line.currency, line.unit].append(line.price)
    for piece, line in lines:
        known = prices[line.gcode, line.currency, line.unit]
        middle = median(known)
        if len(known) >= FEW and not middle / ODD_PRICE <= line.price <= middle * ODD_PRICE:
            expected = f"about {middle}, the middle of {len(known)} lines of {line.gcode}"
            yield sign("DUT-02/price", piece, expected, f"{line.price} of item {line.item_no}")


def goods_never_leave(trade: Trade) -> Signs:
    for piece in trade.live("603"):
        since = piece.first(800) or piece.first(399)
        if piece.state in {399, 800} and since is not None and trade.now - since > STANDING:
            expected = f"departure within {STANDING.days} days"
            yield sign("DUT-02/stays", piece, expected, f"{piece.state} since {since.date()}")


def return_without_export(trade: Trade) -> Signs:
    for piece in trade.live("213"):
        listed = trade.list_of(piece.list_ref)
        if listed is None or listed.state != 899:
            found = f"list {piece.list_ref} in state {listed.state}" if listed else f"no list {piece.list_ref}"
            yield sign("DUT-02/return", piece, "goods that have left (899)", found)


def returned_goods_are_sold_again(trade: Trade) -> Signs:
    """DUT-03: an item that came back stands in a later order of the same seller."""
    back: dict[tuple[str, str], tuple[datetime, str]] = {}
    for piece in trade.live("213"):
        listed = trade.list_of(piece.list_ref)
        lines = {line.gnum: line for line in listed.document.lines} if listed else {}
        for line in piece.document.lines:
            if (sent := lines.get(line.gnum)) is not None and sent.item_no:
                back[piece.head.ebc_code, sent.item_no] = (piece.received_at, external(piece.key))
    for piece in trade.live("303"):
        for line in piece.document.lines:
            returned = back.get((piece.head.ebc_code, line.item_no))
            if returned is not None and piece.received_at > returned[0]:
                found = f"item {line.item_no}, which came back with {returned[1]}"
                yield sign("DUT-03", piece, "no item that was returned before", found)


def goods_are_prohibited(trade: Trade) -> Signs:
    """DUT-04: by the user's list; the words are looked for in gname, gmodel and itemName."""
    for piece in trade.live("603"):
        for line in piece.document.lines:
            words = " ".join(filter(None, (line.gname, line.gmodel, line.item_name))).casefold()
            for how, what, reason in trade.prohibited:
                if line.gcode.startswith(what) if how == "gcode" else what.casefold() in words:
                    yield sign("DUT-04", piece, f"no goods of {how} {what} ({reason})", f"{line.gcode} {line.gname}")


def trace_is_broken(trade: Trade) -> Signs:
    """DUT-05: item, order, list, invtNo; what follows is told by `simulator.tracing`."""
    orders = {piece.order_ref: piece for piece in trade.live("303")}
    for piece in trade.live("603"):
        order = orders.get(piece.order_ref)
        if order is None:
            yield sign("DUT-05", piece, "an order that is held", "none")
            continue
        items = {line.item_no for line in order.document.lines}
        for line in piece.document.lines:
            if line.item_no not in items:
                yield sign("DUT-05", piece, "an itemNo of the order", f"{line.item_no} in line {line.gnum}")


def nobody_answers_for_it(trade: Trade) -> Signs:
    """DUT-07: the message that brought it is in the journal, but no signature binds who sent it (MSG-14)."""
    for kind in SIGNED:
        for piece in trade.live(kind):
            unsigned = [found for row, found in piece.remarks if row.partition("/")[0] == "MSG-14" and row not in SOUND]
            if unsigned:
                yield sign("DUT-07", piece, "a signature of who declares it, which verifies", unsigned[0] or "none")


def goods_leave_under_inspection(trade: Trade) -> Signs:
    """DUT-08: between 500 and 800 no departure names the waybill."""
    departures = [
        (piece.received_at, line.logistics_no, external(piece.key))
        for piece in trade.of("509")
        for line in piece.document.lines
    ]
    for piece in trade.of("603"):
        begun, ended = piece.first(500), piece.first(800) or trade.now
        for at, number, key in departures if begun else ():
            if begun and number == piece.head.logistics_no and begun <= at < ended:
                yield sign(
                    "DUT-08", piece, "no departure while goods are inspected", f"departure {key} at {at.isoformat()}"
                )


def ticket_is_split(trade: Trade) -> Signs:
    """STA-09: simplified lists of one seller, day and item, each within the limit, above it together."""
    tickets: dict[tuple[str, str, str], list[tuple[Piece, Decimal]]] = defaultdict(list)
    for piece in trade.live("603"):
        at = read_compact(piece.app_time)
        if piece.head.statistics_flag != "A" or at is None:
            continue
        worth = [trade.codes.rmb(line.total_price, line.currency, at.date()) for line in piece.document.lines]
        if None not in worth:
            total = sum(filter(None, worth), Decimal(0))
            for item in {line.item_no for line in piece.document.lines}:
                tickets[piece.head.ebc_code, piece.app_time[:8], item or ""].append((piece, total))
    for (_, day, item), pieces in tickets.items():
        total = sum((worth for _, worth in pieces), Decimal(0))
        if len(pieces) > 1 and total > LIMIT:
            found = f"{len(pieces)} lists of item {item} on {day}, {total} RMB together"
            yield sign("STA-09", pieces[0][0], f"one ticket within {LIMIT} RMB", found, [one for one, _ in pieces])


def value_of(piece: Piece) -> Decimal:
    """The sum of a list's lines."""
    return sum((line.total_price for line in piece.document.lines), Decimal(0)).normalize()


PATTERNS: tuple[Callable[[Trade], Signs], ...] = (
    data_are_late,
    waybill_of_several_orders,
    order_without_receipts,
    charge_is_another,
    lists_are_all_alike,
    price_is_odd,
    goods_never_leave,
    return_without_export,
    returned_goods_are_sold_again,
    goods_are_prohibited,
    trace_is_broken,
    nobody_answers_for_it,
    goods_leave_under_inspection,
    ticket_is_split,
)


def signs_of(trade: Trade) -> list[Sign]:
    """Everything the trade shows, in the order of the table."""
    return [one for pattern in PATTERNS for one in pattern(trade)]
