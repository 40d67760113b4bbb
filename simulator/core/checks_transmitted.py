"""Predicates on order, payment receipt and waybill (rules.md §6)."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise

from swsim.simulator.clock import read_compact
from swsim.simulator.core.checks_common import NONE, Fault
from swsim.simulator.core.incoming import Reading

HALF_A_UNIT = Decimal("0.000005")
"""Tolerance of a product: half a unit of the fifth decimal, the last one a field can carry (ORD-11)."""

LONGEST_ITEM_NO = 20


def order_type_is_unknown(item: Reading) -> Iterable[Fault]:
    if item.head.order_type in {"E", "B", "W"}:
        return NONE
    return (("OrderHead/orderType", "E (B2C), B (B2B) or W (overseas warehouse)", item.head.order_type),)


def order_line_number_is_repeated(item: Reading) -> Iterable[Fault]:
    seen: set[int] = set()
    for i, line in enumerate(item.document.lines, 1):
        if line.gnum in seen:
            yield f"OrderList[{i}]/gnum", "a line number used once", str(line.gnum)
        seen.add(line.gnum)


def order_line_numbers_do_not_rise(item: Reading) -> Iterable[Fault]:
    numbers = [line.gnum for line in item.document.lines]
    if numbers[0] != 1:
        yield "OrderList[1]/gnum", "1", str(numbers[0])
    for i, (before, after) in enumerate(pairwise(numbers), 2):
        if after < before:
            yield f"OrderList[{i}]/gnum", f"more than {before}", str(after)


def order_line_numbers_have_a_gap(item: Reading) -> Iterable[Fault]:
    numbers = [line.gnum for line in item.document.lines]
    return [
        (f"OrderList[{i}]/gnum", str(before + 1), str(after))
        for i, (before, after) in enumerate(pairwise(numbers), 2)
        if after > before + 1
    ]


def order_line_total_is_not_qty_times_price(item: Reading) -> Iterable[Fault]:
    for i, line in enumerate(item.document.lines, 1):
        product = line.qty * line.price
        if abs(product - line.total_price) > HALF_A_UNIT:
            yield (
                f"OrderList[{i}]/totalPrice",
                f"qty {line.raw('qty')} x price {line.raw('price')} = {product}",
                line.raw("total_price"),
            )


def goods_value_is_not_the_sum_of_the_lines(item: Reading) -> Iterable[Fault]:
    total = sum((line.total_price for line in item.document.lines), Decimal(0))
    if total != item.head.goods_value:
        yield "OrderHead/goodsValue", f"sum of totalPrice = {total}", item.head.raw("goods_value")


def order_has_two_currencies(item: Reading) -> Iterable[Fault]:
    currency = item.head.currency
    return [
        (f"OrderList[{i}]/currency", f"{currency} as in the head", line.currency)
        for i, line in enumerate(item.document.lines, 1)
        if line.currency != currency
    ]


def order_amount_is_not_positive(item: Reading) -> Iterable[Fault]:
    if item.head.freight < 0:
        yield "OrderHead/freight", "0 or more", item.head.raw("freight")
    for i, line in enumerate(item.document.lines, 1):
        for name, xml in (("qty", "qty"), ("price", "price"), ("total_price", "totalPrice")):
            if getattr(line, name) <= 0:
                yield f"OrderList[{i}]/{xml}", "more than 0", line.raw(name)


def item_number_is_too_long_for_a_list(item: Reading) -> Iterable[Fault]:
    """X8: it can never match."""
    return [
        (f"OrderList[{i}]/itemNo", f"at most {LONGEST_ITEM_NO} characters, as a list takes", line.item_no)
        for i, line in enumerate(item.document.lines, 1)
        if len(line.item_no) > LONGEST_ITEM_NO
    ]


def accounting_date_is_no_time(item: Reading) -> Iterable[Fault]:
    if read_compact(item.head.accounting_date) is None:
        return (("accountingDate", "a date and time YYYYMMDDhhmmss", item.head.accounting_date),)
    return NONE


def accounting_date_is_after_the_report(item: Reading) -> Iterable[Fault]:
    paid, reported = read_compact(item.head.accounting_date), read_compact(item.head.app_time)
    if paid is not None and reported is not None and paid > reported:
        return (("accountingDate", f"not after appTime {item.head.app_time}", item.head.accounting_date),)
    return NONE


def charge_is_not_positive(item: Reading) -> Iterable[Fault]:
    return NONE if item.head.charge > 0 else (("charge", "more than 0", item.head.raw("charge")),)


def waybill_amount_is_out_of_range(item: Reading) -> Iterable[Fault]:
    head = item.head
    if head.freight < 0:
        yield "freight", "0 or more", head.raw("freight")
    if head.insured_fee < 0:
        yield "insuredFee", "0 or more", head.raw("insured_fee")
    if head.gross_weight <= 0:
        yield "grossWeight", "more than 0 kg", head.raw("gross_weight")
    if head.pack_no < 1:
        yield "packNo", "1 or more", head.raw("pack_no")
