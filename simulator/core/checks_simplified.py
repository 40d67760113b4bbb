"""Predicates on the simplified declaration and on business to business (rules.md §10, STA and B2B)."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from swsim.simulator.clock import read_compact
from swsim.simulator.core.checks_common import NONE, Fault
from swsim.simulator.core.checks_inventory import SPECIAL_AREA
from swsim.simulator.core.incoming import Reading

LIMIT = Decimal(5000)
"""RMB of one list (GACC 2018-194: 单票价值人民币5000元)."""
REMEMBERED = 10_000
TO_BUSINESS = frozenset({"9710", "9810"})
OF_SIMPLIFIED = ("export_duty", "licence")
OF_BUSINESS = (*OF_SIMPLIFIED, "inspection")
"""Columns of the table tariff that exclude goods."""


UNSAID = frozenset({"STA-02/unknown", "STA-03/unknown", "B2B-01/unknown", "B2B-01/value"})
"""Rows that speak of what the tables do not say: with those that ship, of every simplified list and every B2B list."""


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
    return _excluded(item, OF_SIMPLIFIED) if item.head.statistics_flag == "A" else NONE


def business_goods_are_excluded(item: Reading) -> Iterable[Fault]:
    """B2B-01: no duty, no licence, no inspection (不涉税、不涉证、不涉检)."""
    return _excluded(item, OF_BUSINESS) if item.head.trade_mode in TO_BUSINESS else NONE


def _excluded(item: Reading, columns: Sequence[str]) -> Iterable[Fault]:
    tariff = item.codes.tariff
    if not tariff.restricts:
        return
    for i, line in enumerate(item.document.lines, 1):
        for what in columns:
            if tariff.says(line.gcode, what) == "yes":
                yield f"InventoryList[{i}]/gcode", f"goods without {what.replace('_', ' ')} in the tariff", line.gcode


def simplified_goods_are_not_known(item: Reading) -> Iterable[Fault]:
    """STA-02: what the tariff does not say of goods is not guessed."""
    return _unsaid(item, OF_SIMPLIFIED) if item.head.statistics_flag == "A" else NONE


def business_goods_are_not_known(item: Reading) -> Iterable[Fault]:
    return _unsaid(item, OF_BUSINESS) if item.head.trade_mode in TO_BUSINESS else NONE


def _unsaid(item: Reading, columns: Sequence[str]) -> Iterable[Fault]:
    """Once a list: the first commodity of which a column says nothing."""
    known = item.codes.answers.setdefault(("unsaid", columns), {})
    for i, line in enumerate(item.document.lines, 1):
        if line.gcode not in known:
            if len(known) > REMEMBERED:
                known.clear()
            unsaid = [what for what in columns if item.codes.tariff.says(line.gcode, what) is None]
            known[line.gcode] = " and ".join(unsaid).replace("_", " ")
        if known[line.gcode]:
            expected = f"{known[line.gcode]} of this commodity, which the table tariff does not say: load your own"
            return ((f"InventoryList[{i}]/gcode", expected, line.gcode),)
    return NONE


def simplified_list_is_of_a_special_area(item: Reading) -> Iterable[Fault]:
    """STA-03: a simplified declaration is of retail exports (9610); business to business has six digits (2020-75)."""
    if item.head.statistics_flag != "A" or item.head.trade_mode not in SPECIAL_AREA:
        return NONE
    return (("InventoryHead/tradeMode", "9610 for a simplified declaration (A)", item.head.trade_mode),)


def simplified_value_is_not_known(item: Reading) -> Iterable[Fault]:
    """STA-03: without the month's rate the value in RMB is not known; nothing is guessed."""
    return _unvalued(item) if item.head.statistics_flag == "A" else NONE


def business_value_is_not_known(item: Reading) -> Iterable[Fault]:
    return _unvalued(item) if item.head.trade_mode in TO_BUSINESS else NONE


def _unvalued(item: Reading) -> Iterable[Fault]:
    day = _day(item)
    for currency in sorted({line.currency for line in item.document.lines}) if day else ():
        if day and item.codes.rmb(Decimal(1), currency, day) is None:
            expected = f"a customs rate of {currency} for {day:%Y-%m}, which is not known here: load your own rates.csv"
            return (("InventoryList/totalPrice", expected, currency),)
    return NONE


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
