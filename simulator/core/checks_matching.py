"""Predicates of the customs stage: what had to be there, and the match of list, order, receipt and waybill (§4, §7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from swsim.simulator.clock import BEIJING, from_ms, read_compact
from swsim.simulator.core.checks_common import NONE, Fault
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.keys import external
from swsim.simulator.core.model import LIVE, Held, State
from swsim.simulator.profile import receipts_required

HEAD = "InventoryHead"
ORDER_NAMES = (("ebp_name", "ebpName"), ("ebc_name", "ebcName"))
LINE_FIELDS = (
    ("item_no", "itemNo"),
    ("currency", "currency"),
    ("qty", "qty"),
    ("price", "price"),
    ("total_price", "totalPrice"),
)
"""What a line of list and order must share (MAT-03)."""
ORDER_TYPES = {"9610": "E", "1210": "E", "1239": "E", "9710": "B", "9810": "W"}
"""orderType by trade mode (ORD-04)."""


@dataclass(slots=True)
class Match:
    """A list at customs beside what it names; None or empty where nothing is held under that key."""

    held: Held
    order: Held | None
    waybill: Held | None
    receipts: list[Held]
    """In force when the list was received."""
    received: list[Held]
    """All of them, in whatever state."""
    until_ms: int
    """Under `match = wait(T)` what was received before this is there too (ORD-02); 0 where nothing waits."""
    settled: frozenset[str]
    """The prints (`model.Prints`) that are equal: the rules that look closer have nothing to find."""

    @property
    def document(self) -> Any:
        """The list."""
        return self.held.document

    def unsettled(self) -> list[Held]:
        """The documents whose content the rules look at."""
        list_and_order = () if self.order is None or "order" in self.settled else (self.held, self.order)
        list_and_waybill = () if self.waybill is None or "waybill" in self.settled else (self.held, self.waybill)
        receipts_and_order = () if self.order is None or "receipt" in self.settled else (self.order, *self.receipts)
        return [*list_and_order, *list_and_waybill, *receipts_and_order]


def match_of(held: Held, facts: Facts) -> Match:
    """Lay a list beside its order, waybill and payment receipts."""
    received = facts.found("order_ref", "403", held.order_ref)
    wait = facts.profile.at(held.customs_code).match
    until_ms = held.received_ms + round(wait * 1000) if wait is not None else 0
    in_force = [one for one in received if _was_there(one, held, until_ms)]
    order, waybill = facts.order_of(held.order_ref), facts.waybill_of(held.waybill_ref)
    ours, settled = held.prints, []
    if order is not None and order.prints.order == ours.order:
        settled.append("order")
    if waybill is not None and waybill.prints.waybill == ours.waybill:
        settled.append("waybill")
    if not in_force or (order and len(in_force) == 1 and in_force[0].prints.receipt == order.prints.receipt):
        settled.append("receipt")
    return Match(held, order, waybill, in_force, received, until_ms, frozenset(settled))


def _was_there(other: Held | None, item: Held, until_ms: int) -> bool:
    """Received before the list, and in force: judged by receipt, whenever the match runs (architecture, decision 5)."""
    return (
        other is not None
        and other.state in LIVE
        and (other.number < item.number or (until_ms > 0 and other.received_ms < until_ms))
    )


def lacks(item: Match, facts: Facts) -> bool:
    """Whether a document the list needs is not there yet (ORD-02)."""
    there = _was_there(item.order, item.held, item.until_ms) and _was_there(item.waybill, item.held, item.until_ms)
    return not there or (_needs_receipts(item, facts) and not item.receipts)


def _by(item: Match) -> str:
    """Before when a document had to be received."""
    return f"received before {from_ms(item.until_ms).isoformat()}" if item.until_ms else "received before the list"


def _when(other: Held | None, item: Held) -> str:
    if other is None:
        return "nothing received"
    when = "before" if other.number < item.number else "after"
    entries = f"journal entry {other.number}, {when} the list's {item.number}"
    return f"{external(other.key)} in state {other.state}, received {other.received_at.isoformat()} ({entries})"


def order_was_not_there(item: Match, _: Facts) -> Iterable[Fault]:
    order = item.order
    if _was_there(order, item.held, item.until_ms):
        return NONE
    return ((f"{HEAD}/orderNo", f"an order (CEB303) {_by(item)}", _when(order, item.held)),)


def waybill_was_not_there(item: Match, _: Facts) -> Iterable[Fault]:
    waybill = item.waybill
    if _was_there(waybill, item.held, item.until_ms):
        return NONE
    return ((f"{HEAD}/logisticsNo", f"a waybill (CEB505) {_by(item)}", _when(waybill, item.held)),)


def receipts_were_not_there(item: Match, facts: Facts) -> Iterable[Fault]:
    if item.receipts or not _needs_receipts(item, facts):
        return NONE
    found = _when(item.received[0] if item.received else None, item.held)
    return ((f"{HEAD}/orderNo", f"a payment receipt (CEB403) {_by(item)}", found),)


def _needs_receipts(item: Match, facts: Facts) -> bool:
    """PAY-01, PAY-02: by the regime of the day the list was declared on."""
    declared = read_compact(item.held.app_time) or item.held.received_at.astimezone(BEIJING)
    return receipts_required(facts.regime, declared)


def names_differ_from_the_order(item: Match, _: Facts) -> Iterable[Fault]:
    order = item.order
    if order is None:
        return
    ours, theirs = item.document.head, order.document.head
    for name, xml in ORDER_NAMES:
        if (found := getattr(ours, name)) != (expected := getattr(theirs, name)):
            yield f"{HEAD}/{xml}", f"{expected} as in the order", found


def line_count_differs_from_the_order(item: Match, _: Facts) -> Iterable[Fault]:
    order = item.order
    if order is None or len(order.document.lines) == len(item.document.lines):
        return NONE
    return (("InventoryList", f"{len(order.document.lines)} lines as in the order", str(len(item.document.lines))),)


def line_differs_from_the_order(item: Match, _: Facts) -> Iterable[Fault]:
    order = item.order
    if order is None:
        return
    theirs: dict[int, Any] = {line.gnum: line for line in order.document.lines}
    for i, line in enumerate(item.document.lines, 1):
        other = theirs.get(line.gnum)
        if other is None:
            yield f"InventoryList[{i}]/gnum", f"a line number of the order: {sorted(theirs)}", str(line.gnum)
            continue
        for name, xml in LINE_FIELDS:
            if line.raw(name) != other.raw(name) and getattr(line, name) != getattr(other, name):
                yield f"InventoryList[{i}]/{xml}", f"{other.raw(name)} as in the order", line.raw(name)


def total_differs_from_the_order(item: Match, _: Facts) -> Iterable[Fault]:
    order = item.order
    if order is None:
        return NONE
    total = sum((line.total_price for line in item.document.lines), Decimal(0))
    if total == order.document.head.goods_value:
        return NONE
    return (
        (
            "InventoryList/totalPrice",
            f"sum = goodsValue {order.document.head.raw('goods_value')} of the order",
            str(total),
        ),
    )


def waybill_differs(item: Match, _: Facts) -> Iterable[Fault]:
    """MAT-05. Code and number are the key it was found by; what can differ is the name."""
    waybill = item.waybill
    if waybill is None or waybill.document.logistics_name == item.document.head.logistics_name:
        return NONE
    return (
        (
            f"{HEAD}/logisticsName",
            f"{waybill.document.logistics_name} as in the waybill",
            item.document.head.logistics_name,
        ),
    )


def waybill_weight_differs(item: Match, _: Facts) -> Iterable[Fault]:
    waybill = item.waybill
    if waybill is None:
        return
    ours, theirs = item.document.head, waybill.document
    for name, xml in (("gross_weight", "grossWeight"), ("pack_no", "packNo")):
        if ours.raw(name) != theirs.raw(name) and getattr(ours, name) != getattr(theirs, name):
            yield f"{HEAD}/{xml}", f"{theirs.raw(name)} as in the waybill", ours.raw(name)


def waybill_fees_differ(item: Match, _: Facts) -> Iterable[Fault]:
    """MAT-06: freight and insurance are totals (flag 3) on both sides; other currencies are not compared."""
    waybill = item.waybill
    if waybill is None:
        return
    ours, theirs = item.document.head, waybill.document
    for name, currency, xml in (("freight", "f_currency", "freight"), ("insured_fee", "i_currency", "insuredFee")):
        if getattr(ours, currency) == theirs.currency and getattr(ours, name) != getattr(theirs, name):
            yield f"{HEAD}/{xml}", f"{theirs.raw(name)} as in the waybill", ours.raw(name)


def order_type_does_not_fit_the_mode(item: Match, _: Facts) -> Iterable[Fault]:
    """ORD-04: E for 9610, 1210 and 1239, B for 9710, W for 9810."""
    order = item.order
    if order is None:
        return NONE
    mode = item.document.head.trade_mode
    if (wanted := ORDER_TYPES.get(mode)) in {None, order.document.head.order_type}:
        return NONE
    found = f"trade mode {mode} of an order of type {order.document.head.order_type}"
    return ((f"{HEAD}/tradeMode", f"an order of type {wanted} for trade mode {mode}", found),)


def piece_is_reported_later(item: Match, _: Facts) -> Iterable[Fault]:
    """MAT-08: order, payment receipt and waybill are reported before the list, or with it."""
    pieces = (("order", item.order), ("waybill", item.waybill), *(("payment receipt", one) for one in item.receipts))
    return [
        (f"{HEAD}/appTime", f"not before {held.app_time}, the appTime of the {what}", item.held.app_time)
        for what, held in pieces
        if held is not None and held.app_time > item.held.app_time
    ]


def waybill_names_another_seller(item: Match, _: Facts) -> Iterable[Fault]:
    waybill = item.waybill
    if waybill is None or waybill.document.ebc_code in {None, "", item.document.head.ebc_code}:
        return NONE
    return ((f"{HEAD}/ebcCode", f"{waybill.document.ebc_code} as in the waybill", item.document.head.ebc_code),)


def waybill_is_bound_to_another_list(item: Match, facts: Facts) -> Iterable[Fault]:
    return [
        (f"{HEAD}/logisticsNo", "a waybill of one live list", f"also in list {external(other.key)}")
        for other in facts.live_lists(waybill=item.held.waybill_ref, but=item.held.serial)
        if other.number < item.held.number and not _had_its_use(other, item)
    ]


def _had_its_use(other: Held, item: Match) -> bool:
    """A list that closed before the number of its waybill was given again (LOG-01)."""
    return other.state == State.CLOSED and item.waybill is not None and other.number < item.waybill.number


def receipts_differ_from_the_order(item: Match, _: Facts) -> Iterable[Fault]:
    """MAT-07: a receipt that is there must fit, required or not (PAY-02, PAY-10, PAY-11)."""
    order = item.order
    receipts = item.receipts
    if order is None or not receipts:
        return
    if len(receipts) > 1:
        yield f"{HEAD}/orderNo", "one payment receipt for an order", f"{len(receipts)} receipts"
    head, receipt = order.document.head, receipts[0].document
    for name, xml in ORDER_NAMES:
        if getattr(head, name) != getattr(receipt, name):
            yield f"CEB403:{xml}", f"{getattr(head, name)} as in the order", getattr(receipt, name)
    if receipt.currency != head.currency:
        yield "CEB403:currency", f"{head.currency} as in the order", receipt.currency
    elif receipt.charge > head.goods_value + head.freight:
        yield "CEB403:charge", f"goodsValue + freight = {head.goods_value + head.freight}", receipt.raw("charge")


def receipts_are_less_than_the_order(item: Match, _: Facts) -> Iterable[Fault]:
    order = item.order
    receipts = item.receipts
    if order is None or not receipts or receipts[0].document.currency != order.document.head.currency:
        return
    head, receipt = order.document.head, receipts[0].document
    if receipt.charge < head.goods_value + head.freight:
        yield "CEB403:charge", f"goodsValue + freight = {head.goods_value + head.freight}", receipt.raw("charge")
