"""Predicates on what follows an export: returned goods (rules.md §11, RET) and the monthly summary (§9, SUM)."""

from collections.abc import Iterable

from swsim.simulator.clock import read_compact
from swsim.simulator.codes.formats import customs_of
from swsim.simulator.core.checks_common import NONE, Fault, head_path
from swsim.simulator.core.incoming import Reading

RETURN_MODES = frozenset({"9661", "1261"})
CHINA = "142"


def return_is_not_import(item: Reading) -> Iterable[Fault]:
    if item.head.ie_flag == "I":
        return NONE
    return ((f"{head_path(item)}ieFlag", "I: returned goods come in", item.head.ie_flag),)


def return_mode_is_unknown(item: Reading) -> Iterable[Fault]:
    mode = item.head.trade_mode
    if mode is None or mode in RETURN_MODES:
        return NONE
    return (("InvtRefundHead/tradeMode", "9661, or 1261 from a special area", mode),)


def return_mode_is_absent(item: Reading) -> Iterable[Fault]:
    """The table marks it 是, the schema lets it be absent (X6)."""
    if item.head.trade_mode is not None:
        return NONE
    return (("InvtRefundHead/tradeMode", "9661, or 1261 from a special area (必填)", ""),)


def goods_return_from_china(item: Reading) -> Iterable[Fault]:
    if item.head.country != CHINA:
        return NONE
    return (("InvtRefundHead/country", "another country than China", CHINA),)


def pre_no_is_given_by_the_enterprise(item: Reading) -> Iterable[Fault]:
    if item.head.app_type != "1" or not item.head.pre_no:
        return NONE
    return (("InvtRefundHead/preNo", "no value: the e-port gives it", item.head.pre_no),)


def returned_line_stands_twice(item: Reading) -> Iterable[Fault]:
    seen: set[int] = set()
    for i, line in enumerate(item.document.lines, 1):
        if line.gnum in seen:
            yield f"InvtRefundList[{i}]/gnum", "a line of the list that stands once", str(line.gnum)
        seen.add(line.gnum)


def returned_quantity_is_not_positive(item: Reading) -> Iterable[Fault]:
    return [
        (f"InvtRefundList[{i}]/{xml}", "more than 0", line.raw(name))
        for i, line in enumerate(item.document.lines, 1)
        for name, xml in (("qty", "qty"), ("qty1", "qty1"))
        if getattr(line, name) <= 0
    ]


def returned_second_quantity_does_not_fit(item: Reading) -> Iterable[Fault]:
    for i, line in enumerate(item.document.lines, 1):
        if not line.unit2 and line.qty2 is not None:
            yield f"InvtRefundList[{i}]/qty2", "no value, unit2 is empty", line.raw("qty2")
        if line.unit2 and (line.qty2 is None or line.qty2 <= 0):
            yield f"InvtRefundList[{i}]/qty2", f"more than 0, unit2 is {line.unit2}", line.raw("qty2") or ""


def _range(item: Reading) -> tuple[str, str]:
    return item.head.start_time or "", item.head.end_time or ""


def summary_time_is_no_time(item: Reading) -> Iterable[Fault]:
    return [
        (f"SummaryApplyHead/{xml}", "a date and time YYYYMMDDhhmmss", text)
        for xml, text in zip(("startTime", "endTime"), _range(item), strict=True)
        if text and read_compact(text) is None
    ]


def summary_time_stands_alone(item: Reading) -> Iterable[Fault]:
    start, end = _range(item)
    if bool(start) == bool(end):
        return NONE
    alone, missing = ("startTime", "endTime") if start else ("endTime", "startTime")
    return ((f"SummaryApplyHead/{missing}", f"a value beside {alone} {start or end}, or neither", ""),)


def summary_ends_before_it_starts(item: Reading) -> Iterable[Fault]:
    start, end = map(read_compact, _range(item))
    if start is None or end is None or end >= start:
        return NONE
    return (("SummaryApplyHead/endTime", f"not before startTime {item.head.start_time}", item.head.end_time),)


def summary_names_nothing(item: Reading) -> Iterable[Fault]:
    if any(_range(item)) or item.document.lines:
        return NONE
    return (("SummaryApplyList", "lists to sum up, or a range of time", ""),)


def summary_lines_are_ignored(item: Reading) -> Iterable[Fault]:
    if not all(_range(item)) or not item.document.lines:
        return NONE
    return (("SummaryApplyList[1]/invtNo", "no lines beside a range of time", item.document.lines[0].invt_no),)


def summary_flag_is_unknown(item: Reading) -> Iterable[Fault]:
    if item.head.summary_flag in {"1", "2"}:
        return NONE
    expected = "1 (by consignor) or 2 (by consignor and producer)"
    return (("SummaryApplyHead/summaryFlag", expected, item.head.summary_flag),)


def summed_list_stands_twice(item: Reading) -> Iterable[Fault]:
    seen: set[str] = set()
    for i, line in enumerate(item.document.lines, 1):
        if line.invt_no in seen:
            yield f"SummaryApplyList[{i}]/invtNo", "a list that stands once", line.invt_no
        seen.add(line.invt_no)


def summed_list_is_of_another_customs(item: Reading) -> Iterable[Fault]:
    """SUM-06, as far as the number tells it."""
    customs = item.head.customs_code
    return [
        (f"SummaryApplyList[{i}]/invtNo", f"a list of customs {customs}", line.invt_no)
        for i, line in enumerate(item.document.lines, 1)
        if line.invt_no[:4].isdigit() and customs_of(line.invt_no) != customs
    ]
