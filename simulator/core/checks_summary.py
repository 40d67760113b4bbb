"""Predicates on a summary application beside the lists it takes (rules.md §9, SUM; STA-06)."""

from collections.abc import Iterable
from itertools import islice

from swsim.simulator.clock import compact, from_ms
from swsim.simulator.core.checks_common import NONE, Fault
from swsim.simulator.core.facts import Facts, Listed
from swsim.simulator.core.incoming import Submission
from swsim.simulator.core.keys import split
from swsim.simulator.core.model import WHOLE, State
from swsim.simulator.core.months import late, month_of, month_of_ms, runs
from swsim.simulator.core.movement import list_of
from swsim.simulator.core.request import BY_CONSIGNOR, MOST_ALIKE, TO_SUM_UP, Request


def _some(faults: Iterable[Fault]) -> list[Fault]:
    return list(islice(faults, MOST_ALIKE))


def _known(item: Request) -> Iterable[tuple[str, Listed]]:
    return ((one.path, one.list) for one in item.samples if one.list is not None)


def _closed(item: Request) -> Iterable[tuple[str, Listed]]:
    return ((path, one) for path, one in _known(item) if one.closed_ms)


def _told(one: Listed) -> str:
    return f"{one.invt_no}, closed {compact(from_ms(one.closed_ms))}"


def summed_list_is_unknown(item: Request, _: Facts) -> Iterable[Fault]:
    return _some((one.path, "the number of a list", one.number) for one in item.samples if one.list is None)


def summed_list_is_not_closed(item: Request, _: Facts) -> Iterable[Fault]:
    """SUM-03: withdrawn and open lists alike."""
    return _some(
        (path, "a closed list (899)", f"{one.invt_no} in state {one.state}")
        for path, one in _known(item)
        if one.state != State.CLOSED
    )


def summed_list_is_another_consignors(item: Request, _: Facts) -> Iterable[Fault]:
    ebc = item.head.ebc_code
    return _some(
        (path, f"a list of consignor {ebc}", f"{one.invt_no} of {split(one.sum_ref)[2]}")
        for path, one in _closed(item)
        if split(one.sum_ref)[2] != ebc
    )


def summed_list_was_declared_elsewhere(item: Request, _: Facts) -> Iterable[Fault]:
    customs = item.head.customs_code
    return _some(
        (path, f"a list declared at customs {customs}", f"{one.invt_no}, customs {split(one.sum_ref)[1]}")
        for path, one in _closed(item)
        if split(one.sum_ref)[1] != customs
    )


def summed_list_is_released_by_the_list_alone(item: Request, _: Facts) -> Iterable[Fault]:
    """STA-06: a list of statisticsFlag A never becomes part of a declaration."""
    return _some(
        (path, "a list of statisticsFlag B", f"{one.invt_no} of statisticsFlag {split(one.sum_ref)[0]}")
        for path, one in _closed(item)
        if split(one.sum_ref)[0] != TO_SUM_UP
    )


def summed_list_came_back_whole(item: Request, _: Facts) -> Iterable[Fault]:
    return _some(
        (path, "a list whose goods did not all come back", one.invt_no)
        for path, one in _known(item)
        if one.returned == WHOLE
    )


def list_is_summed_up_before(item: Request, _: Facts) -> Iterable[Fault]:
    """SUM-14: a list is in one summary."""
    return _some(
        (path, "a list that no summary has", f"{one.invt_no} in summary {one.sum_no}")
        for path, one in _known(item)
        if one.sum_no
    )


def range_takes_nothing(item: Request, _: Facts) -> Iterable[Fault]:
    if item.selection is None or any(one.list is not None and one.list.returned != WHOLE for one in item.wanted):
        return NONE
    found = f"{item.head.start_time} to {item.head.end_time}"
    return (("SummaryApplyHead/startTime", "a range in which lists of kind B were closed and not summed up", found),)


def month_is_not_over(item: Request, facts: Facts) -> Iterable[Fault]:
    """SUM-04."""
    now = month_of(item.at)
    return _some(
        (path, f"a list closed before {now}", _told(one))
        for path, one in _closed(item)
        if runs(month_of_ms(one.closed_ms), item.at, facts)
    )


def summary_is_late(item: Request, facts: Facts) -> Iterable[Fault]:
    """SUM-01, the first of the two instants: the application is accepted. One fault a month."""
    months = sorted({month_of_ms(one.closed_ms) for _, one in _closed(item)})
    terms = [(month, late(month, facts)) for month in months]
    return [
        ("SummaryApplyHead/appTime", f"lists of {month} summed up before {compact(until)}", compact(item.at))
        for month, until in terms
        if item.at >= until
    ]


def producer_stays_apart(item: Request, facts: Facts) -> Iterable[Fault]:
    """SUM-10: the announcement's eight fields have the producer, the table's flag 1 leaves it out."""
    if item.head.summary_flag != BY_CONSIGNOR or facts.profile.summary_flag_1 != "eight_same":
        return NONE
    return (("SummaryApplyHead/summaryFlag", "2, as lists are merged by producer too", item.head.summary_flag),)


def cancelled_list_is_summed_up(item: Submission, facts: Facts) -> Iterable[Fault]:
    """SUM-14: a list in a summary is frozen."""
    listed = list_of(item.list_ref, facts)
    if listed is None or not listed.sum_no:
        return NONE
    return (("invtNo", "a list that no summary has", f"{listed.invt_no} in summary {listed.sum_no}"),)
