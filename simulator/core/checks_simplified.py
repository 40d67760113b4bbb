"""Predicates on the simplified declaration and on business to business (rules.md §10, STA and B2B)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from swsim.simulator.clock import read_compact
from swsim.simulator.core.checks_common import NONE, Fault
from swsim.simulator.core.incoming import Reading

LIMIT = Decimal(5000)
"""RMB of one list (GACC 2018-194: 单票价值人民币5000元)."""
REMEMBERED = 10_000
TO_BUSINESS = frozenset({"9710", "9810"})


def _day(item: Reading) -> date | None:
    at = read_compact(item.head.app_time)
    return at.date() if at else None


def zone_is_wrong(item: Reading) -> Iterable[Fault]:
    return _zone(item) if item.codes.tables["pilot_zone"].complete else NONE


def zone_is_unknown(item: Reading) -> Iterable[Fault]:
    return NONE if item.codes.tables["pilot_zone"].complete else _zone(item)


def _zone(item: Reading) -> Iterable[Fault]:
    """STA-01: the customs of a simplified declaration lies in a comprehensive pilot zone."""
    if item.head.statistics_flag != "A":
        return NONE
    day, customs = _day(item), item.head.customs_code
    known = item.codes.answers.setdefault("zone", {})
    if (customs, day) not in known:
        if len(known) > REMEMBERED:
            known.clear()
        known[customs, day] = day is None or item.codes.zone_of(customs, day) is not None
    if known[customs, day]:
        return NONE
    return (("InventoryHead/customsCode", "a customs of a comprehensive pilot zone 综试区", customs),)


def simplified_list_has_a_licence(item: Reading) -> Iterable[Fault]:
    if item.head.statistics_flag != "A" or not item.head.license_no:
        return NONE
    return (("InventoryHead/licenseNo", "no value for a simplified declaration (A)", item.head.license_no),)


def simplified_goods_are_excluded(item: Reading) -> Iterable[Fault]:
    """STA-02, where the tariff says what bears an export duty and what needs a licence."""
    tariff = item.codes.tariff
    if not tariff.restricts or item.head.statistics_flag != "A":
        return
    for i, line in enumerate(item.document.lines, 1):
        given = row.more if (row := tariff.row(line.gcode)) else {}
        for what in ("export_duty", "licence"):
            if given.get(what) == "yes":
                yield f"InventoryList[{i}]/gcode", f"goods without {what.replace('_', ' ')} in the tariff", line.gcode


def simplified_list_is_dear(item: Reading) -> Iterable[Fault]:
    return _dear(item, "a simplified declaration (A)") if item.head.statistics_flag == "A" else NONE


def business_list_is_dear(item: Reading) -> Iterable[Fault]:
    return _dear(item, f"trade mode {item.head.trade_mode}") if item.head.trade_mode in TO_BUSINESS else NONE


def business_list_has_a_licence(item: Reading) -> Iterable[Fault]:
    if item.head.trade_mode not in TO_BUSINESS or not item.head.license_no:
        return NONE
    return (("InventoryHead/licenseNo", f"no value for trade mode {item.head.trade_mode}", item.head.license_no),)


def _dear(item: Reading, what: str) -> Iterable[Fault]:
    """Judged where the rate of the month is known; what is not known does not count."""
    if (day := _day(item)) is None:
        return NONE
    amounts: dict[str, Decimal] = {}
    for line in item.document.lines:
        amounts[line.currency] = amounts.get(line.currency, Decimal(0)) + line.total_price
    total = sum((item.codes.rmb(amount, currency, day) or 0 for currency, amount in amounts.items()), Decimal(0))
    if total <= LIMIT:
        return NONE
    return (("InventoryList/totalPrice", f"at most {LIMIT} RMB for {what}", f"{total} RMB"),)
