"""Predicates on arrival, departure, master list and cancellation by themselves (rules.md §8)."""

from collections.abc import Iterable
from itertools import pairwise

from swsim.simulator.clock import read_compact
from swsim.simulator.codes.formats import customs_of
from swsim.simulator.core.checks_common import NONE, Fault, head_path
from swsim.simulator.core.incoming import Reading

MAIL = "6"
"""trafMode of the postal route (邮路)."""
LONGEST_PACKAGE_NO = 37
"""Characters of totalPackageNo in a list; a master list allows 60."""


def _lines(item: Reading) -> str:
    name: str = type(item.document).parts[1].xml
    return name


def part_number_does_not_fit(item: Reading) -> Iterable[Fault]:
    """ARR-01: 1/1 where a document is not split."""
    count, number, path = item.head.msg_count, item.head.msg_seq_no, head_path(item)
    if count < 1:
        yield f"{path}msgCount", "1 or more", item.head.raw("msg_count")
    elif not 1 <= number <= count:
        yield f"{path}msgSeqNo", f"1 to msgCount {count}", item.head.raw("msg_seq_no")


def row_number_is_repeated(item: Reading) -> Iterable[Fault]:
    seen: set[int] = set()
    for i, line in enumerate(item.document.lines, 1):
        if line.gnum in seen:
            yield f"{_lines(item)}[{i}]/gnum", "a line number used once", str(line.gnum)
        seen.add(line.gnum)


def row_numbers_do_not_rise(item: Reading) -> Iterable[Fault]:
    """From 1 in the first message of a document that was split; the others may go on or start anew."""
    numbers = [line.gnum for line in item.document.lines]
    if numbers and numbers[0] != 1 and item.head.msg_seq_no == 1:
        yield f"{_lines(item)}[1]/gnum", "1", str(numbers[0])
    for i, (before, after) in enumerate(pairwise(numbers), 2):
        if after < before:
            yield f"{_lines(item)}[{i}]/gnum", f"more than {before}", str(after)


def waybill_stands_twice(item: Reading) -> Iterable[Fault]:
    seen: set[str] = set()
    for i, line in enumerate(item.document.lines, 1):
        if line.logistics_no in seen:
            yield f"{_lines(item)}[{i}]/logisticsNo", "a waybill that stands once", line.logistics_no
        seen.add(line.logistics_no)


def arrival_is_not_export(item: Reading) -> Iterable[Fault]:
    return NONE if item.head.ie_flag == "E" else (("ArrivalHead/ieFlag", "E (export)", item.head.ie_flag),)


def transport_is_missing(item: Reading) -> Iterable[Fault]:
    """DEP-01: only by mail means of transport, voyage and bill of lading may be empty."""
    if item.head.traf_mode == MAIL:
        return NONE
    fields = [f for f in type(item.head).fields if f.name in {"traf_name", "voyage_no", "bill_no"}]
    expected = f"a value: only by mail (trafMode {MAIL}) it may be empty"
    return [(f"{head_path(item)}{f.xml}", expected, "") for f in fields if not (item.head.raw(f.name) or "").strip()]


def leave_time_is_no_time(item: Reading) -> Iterable[Fault]:
    if read_compact(item.head.leave_time):
        return NONE
    return (("DepartureHead/leaveTime", "a date and time YYYYMMDDhhmmss", item.head.leave_time),)


def departure_is_reported_ahead(item: Reading) -> Iterable[Fault]:
    left, reported = read_compact(item.head.leave_time), read_compact(item.head.app_time)
    if left is not None and reported is not None and left > reported:
        return (("DepartureHead/leaveTime", f"not after appTime {item.head.app_time}", item.head.leave_time),)
    return NONE


def master_weight_is_not_positive(item: Reading) -> Iterable[Fault]:
    if item.head.gross_weight > 0:
        return NONE
    return (("WayBillHead/grossWeight", "more than 0 kg", item.head.raw("gross_weight")),)


def package_number_is_too_long_for_a_list(item: Reading) -> Iterable[Fault]:
    return [
        (f"WayBillList[{i}]/totalPackageNo", f"at most {LONGEST_PACKAGE_NO} characters, as a list takes", number)
        for i, line in enumerate(item.document.lines, 1)
        if len(number := line.total_package_no or "") > LONGEST_PACKAGE_NO
    ]


def reason_is_missing(item: Reading) -> Iterable[Fault]:
    return NONE if item.head.reason.strip() else (("reason", "the reason of the cancellation", item.head.reason),)


def cancelled_list_is_of_another_customs(item: Reading) -> Iterable[Fault]:
    """CAN-03, as far as the number tells it: its first four digits are the customs that gave it."""
    number, customs = item.head.invt_no, item.head.customs_code
    if not number[:4].isdigit() or customs_of(number) == customs:
        return NONE
    return (("customsCode", f"{customs_of(number)}, which gave {number}", customs),)
