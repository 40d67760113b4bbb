"""Predicates on the declaration list itself (rules.md §7, INV)."""

from collections.abc import Iterable

from swsim.simulator.clock import read_compact
from swsim.simulator.core.checks_common import NONE, Fault
from swsim.simulator.core.checks_transmitted import HALF_A_UNIT
from swsim.simulator.core.incoming import Reading

TRADE_MODES = frozenset({"9610", "1210", "1239", "9710", "9810"})
CHINA = "142"
NO_BAR_CODE = frozenset(
    {"NO", "NONE", "NULL", "N/A", "NA", "NIL", "/", "-", "--", "0", "没有", "暂无", "无条码", "无条形码"}
)
"""Words that stand for 无 in systems of enterprises."""
SPECIAL_AREA = frozenset({"1210", "1239"})


def ie_flag_is_not_export(item: Reading) -> Iterable[Fault]:
    return NONE if item.head.ie_flag == "E" else (("InventoryHead/ieFlag", "E (export)", item.head.ie_flag),)


def trade_mode_is_unknown(item: Reading) -> Iterable[Fault]:
    if item.head.trade_mode in TRADE_MODES:
        return NONE
    return (("InventoryHead/tradeMode", "9610, 1210, 1239, 9710 or 9810", item.head.trade_mode),)


def special_area_field_is_missing(item: Reading) -> Iterable[Fault]:
    head = item.head
    if head.trade_mode not in SPECIAL_AREA:
        return
    for name, xml in (("iac_code", "iacCode"), ("iac_name", "iacName"), ("ems_no", "emsNo")):
        if not getattr(head, name):
            yield f"InventoryHead/{xml}", f"a value, trade mode {head.trade_mode} is of a special area", ""
    for i, line in enumerate(item.document.lines, 1):
        if not line.item_record_no:
            yield f"InventoryList[{i}]/itemRecordNo", f"a value, trade mode {head.trade_mode} is of a special area", ""


def special_area_field_is_filled(item: Reading) -> Iterable[Fault]:
    head = item.head
    if head.trade_mode in SPECIAL_AREA:
        return
    if head.iac_code:
        yield "InventoryHead/iacCode", f"no value for trade mode {head.trade_mode}", head.iac_code
    if head.ems_no:
        yield "InventoryHead/emsNo", f"no value for trade mode {head.trade_mode}", head.ems_no
    for i, line in enumerate(item.document.lines, 1):
        if line.item_record_no:
            yield f"InventoryList[{i}]/itemRecordNo", f"no value for trade mode {head.trade_mode}", line.item_record_no


def list_line_number_is_repeated(item: Reading) -> Iterable[Fault]:
    numbers, seen = [line.gnum for line in item.document.lines], set[int]()
    if len(set(numbers)) == len(numbers):
        return
    for i, line in enumerate(item.document.lines, 1):
        if line.gnum in seen:
            yield f"InventoryList[{i}]/gnum", "a line number used once", str(line.gnum)
        seen.add(line.gnum)


def list_line_numbers_are_not_consecutive(item: Reading) -> Iterable[Fault]:
    for i, line in enumerate(item.document.lines, 1):
        if line.gnum != i:
            yield f"InventoryList[{i}]/gnum", str(i), str(line.gnum)
            return


def weights_do_not_fit(item: Reading) -> Iterable[Fault]:
    net, gross = item.head.net_weight, item.head.gross_weight
    if net <= 0:
        yield "InventoryHead/netWeight", "more than 0 kg", item.head.raw("net_weight")
    if net > gross:
        yield (
            "InventoryHead/netWeight",
            f"at most grossWeight {item.head.raw('gross_weight')}",
            item.head.raw("net_weight"),
        )


def list_line_total_is_not_qty_times_price(item: Reading) -> Iterable[Fault]:
    for i, line in enumerate(item.document.lines, 1):
        price, total = line.price, line.total_price
        product = line.qty * price
        if abs(product - total) > HALF_A_UNIT:
            yield (
                f"InventoryList[{i}]/totalPrice",
                f"qty {line.raw('qty')} x price {line.raw('price')} = {product}",
                line.raw("total_price"),
            )
        if price <= 0:
            yield f"InventoryList[{i}]/price", "more than 0", line.raw("price")
        if total <= 0:
            yield f"InventoryList[{i}]/totalPrice", "more than 0", line.raw("total_price")


def same_unit_has_two_quantities(item: Reading) -> Iterable[Fault]:
    return [
        (f"InventoryList[{i}]/qty1", f"qty {line.raw('qty')}, the unit {line.unit} is the same", line.raw("qty1"))
        for i, line in enumerate(item.document.lines, 1)
        if line.unit == line.unit1 and line.raw("qty") != line.raw("qty1") and line.qty != line.qty1
    ]


def second_quantity_and_unit_do_not_fit(item: Reading) -> Iterable[Fault]:
    for i, line in enumerate(item.document.lines, 1):
        unit, quantity = line.unit2, line.raw("qty2")
        if not unit and quantity:
            yield f"InventoryList[{i}]/qty2", "no value, unit2 is empty", quantity
        elif unit and (not quantity or line.qty2 <= 0):
            yield f"InventoryList[{i}]/qty2", f"more than 0, unit2 is {unit}", quantity or ""


def ie_date_is_no_date(item: Reading) -> Iterable[Fault]:
    if read_compact(f"{item.head.ie_date}000000"):
        return NONE
    return (("InventoryHead/ieDate", "a date YYYYMMDD", item.head.ie_date),)


def statistics_flag_is_unknown(item: Reading) -> Iterable[Fault]:
    if item.head.statistics_flag in {"A", "B"}:
        return NONE
    return (("InventoryHead/statisticsFlag", "A (simplified) or B (summary)", item.head.statistics_flag),)


def bar_code_says_none_otherwise(item: Reading) -> Iterable[Fault]:
    """INV-12: where there is no bar code the field says 无."""
    return [
        (f"InventoryList[{i}]/barCode", "a bar code, or 无 where there is none", line.bar_code)
        for i, line in enumerate(item.document.lines, 1)
        if line.bar_code.strip().upper() in NO_BAR_CODE
    ]


def goods_go_to_china(item: Reading) -> Iterable[Fault]:
    if item.head.country == CHINA:
        yield "InventoryHead/country", "another country than China", CHINA
    for i, line in enumerate(item.document.lines, 1):
        if line.country == CHINA:
            yield f"InventoryList[{i}]/country", "another country than China", CHINA


def list_amount_is_out_of_range(item: Reading) -> Iterable[Fault]:
    head = item.head
    if head.pack_no < 1:
        yield "InventoryHead/packNo", "1 or more", head.raw("pack_no")
    if head.freight < 0:
        yield "InventoryHead/freight", "0 or more", head.raw("freight")
    if head.insured_fee < 0:
        yield "InventoryHead/insuredFee", "0 or more", head.raw("insured_fee")
    for i, line in enumerate(item.document.lines, 1):
        if line.qty <= 0:
            yield f"InventoryList[{i}]/qty", "more than 0", line.raw("qty")
        if line.qty1 <= 0:
            yield f"InventoryList[{i}]/qty1", "more than 0", line.raw("qty1")
