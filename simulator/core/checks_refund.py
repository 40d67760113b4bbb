"""Predicates on returned goods beside the list they left with (rules.md §11, RET): applications (CEB213)."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import orjson

from swsim.simulator.clock import BEIJING, from_ms, read_compact, shifted
from swsim.simulator.core.checks_common import NONE, Fault
from swsim.simulator.core.checks_reused import months_later
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.incoming import Submission
from swsim.simulator.core.keys import IDENTITY, external
from swsim.simulator.core.model import LIVE, Held, State
from swsim.simulator.core.movement import list_of

SAME = (("gname", "gname"), ("gmodel", "gmodel"), ("unit", "unit"), ("unit1", "unit1"), ("unit2", "unit2"))
"""What a returned line repeats of the line it left with (RET-02)."""
QUANTITIES = ("qty", "qty1", "qty2")
DAY = timedelta(days=1)
PILOT_FROM, NATIONWIDE_FROM = date(2024, 12, 15), date(2026, 3, 13)
"""Goods come back to another customs: pilot of twenty (GACC 2024-167 §4), then everywhere for 9610 (GACC 2026)."""
FREE_FROM, FREE_UNTIL = date(2023, 1, 30), date(2027, 12, 31)
"""Days of export whose goods come back free of import duty (MOF 2023-4, 2023-34, 2026-16)."""
FOOD = frozenset(f"{chapter:02d}" for chapter in (2, 3, 4, 7, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22))


def refunds_of(item: Submission, facts: Facts) -> list[Held]:
    """The other applications for goods of the same list that have not been turned down."""
    return [one for one in facts.found("list_ref", "213", item.list_ref) if one.state in LIVE and one.key != item.key]


def returned_list_is_unknown(item: Submission, facts: Facts) -> Iterable[Fault]:
    if list_of(item.list_ref, facts) is not None:
        return NONE
    return (("InvtRefundHead/invtNo", "the number of an export list", item.list_ref or ""),)


def returned_list_has_not_left(item: Submission, facts: Facts) -> Iterable[Fault]:
    """RET-04: goods that were shut out before departure are cancelled (605), not returned."""
    listed = list_of(item.list_ref, facts)
    if listed is None or listed.state == State.CLOSED:
        return NONE
    found = f"list {external(listed.key)} in state {listed.state}"
    return (("InvtRefundHead/invtNo", "a closed list (899)", found),)


def return_is_late(item: Submission, facts: Facts) -> Iterable[Fault]:
    """RET-01: within a year of release; the day of the year's end still counts."""
    listed, at = list_of(item.list_ref, facts), read_compact(item.app_time)
    if listed is None or not listed.released_ms or at is None:
        return NONE
    released = from_ms(listed.released_ms).astimezone(BEIJING).date()
    last = released.replace(year=released.year + 1) if (released.month, released.day) != (2, 29) else released
    last = last if last != released else released.replace(year=released.year + 1, month=3, day=1) - DAY
    if shifted(at, item.shift).astimezone(BEIJING).date() <= last:
        return NONE
    return (("InvtRefundHead/appTime", f"by {last.isoformat()}, a year after release", item.app_time),)


def _declared(item: Submission) -> date | None:
    at = read_compact(item.app_time)
    return shifted(at, item.shift).astimezone(BEIJING).date() if at else None


def return_is_at_another_customs(item: Submission, facts: Facts) -> Iterable[Fault]:
    """RET-07: at the customs of the list; since 13 March 2026 any of 9610 where retail exports are declared."""
    listed, day = list_of(item.list_ref, facts), _declared(item)
    if listed is None or day is None or not listed.content or listed.customs_code == item.customs_code:
        return NONE
    mode = listed.document.head.trade_mode
    if PILOT_FROM <= day < NATIONWIDE_FROM or (day >= NATIONWIDE_FROM and mode == "9610"):
        return NONE
    since = f", another one for 9610 since {NATIONWIDE_FROM}"
    return (
        ("InvtRefundHead/customsCode", f"{listed.customs_code}, the customs of the list{since}", item.customs_code),
    )


def return_is_at_another_customs_of_the_pilot(item: Submission, facts: Facts) -> Iterable[Fault]:
    """RET-07 from 15 December 2024: between twenty customs of a pilot, whose list is not public."""
    listed, day = list_of(item.list_ref, facts), _declared(item)
    if listed is None or day is None or listed.customs_code == item.customs_code:
        return NONE
    if not PILOT_FROM <= day < NATIONWIDE_FROM:
        return NONE
    expected = f"{listed.customs_code}, or both of the pilot's twenty customs, which are not known here"
    return (("InvtRefundHead/customsCode", expected, item.customs_code),)


def return_is_not_free_of_tax(item: Submission, facts: Facts) -> Iterable[Fault]:
    """RET-11: returned within six months of an export of 30 January 2023 to the end of 2027, and no food."""
    listed, day = list_of(item.list_ref, facts), _declared(item)
    if listed is None or day is None or not listed.released_ms:
        return
    released = from_ms(listed.released_ms).astimezone(BEIJING)
    if not FREE_FROM <= released.date() <= FREE_UNTIL:
        yield "InvtRefundHead/invtNo", f"exported from {FREE_FROM} to {FREE_UNTIL}", released.date().isoformat()
    elif day > (last := months_later(released, 6).date()):
        yield "InvtRefundHead/appTime", f"by {last}, six months after the export", item.app_time
    for i, line in enumerate(item.document.lines, 1):
        if line.gcode[:2] in FOOD:
            yield f"InvtRefundList[{i}]/gcode", "no food (chapters 02 to 04, 07 to 11, 16 to 22)", line.gcode


def return_names_other_firms(item: Submission, facts: Facts) -> Iterable[Fault]:
    """RET-05."""
    listed = list_of(item.list_ref, facts)
    if listed is None:
        return
    said, head = orjson.loads(listed.identity), item.head
    for name, xml in (("ebp_code", "ebpCode"), ("ebc_code", "ebcCode")):
        theirs = said[IDENTITY["603"].index(name)]
        if getattr(head, name) != theirs:
            yield f"InvtRefundHead/{xml}", f"{theirs} as in the list", getattr(head, name)


def _lines(item: Submission, facts: Facts) -> Iterator[tuple[str, Any, Any]]:
    """(path, returned line, the list's line of this number and commodity, or None)."""
    listed = list_of(item.list_ref, facts)
    if listed is None or not listed.content:
        return
    theirs = {(line.gnum, line.gcode): line for line in listed.document.lines}
    for i, line in enumerate(item.document.lines, 1):
        yield f"InvtRefundList[{i}]", line, theirs.get((line.gnum, line.gcode))


def returned_line_is_not_in_the_list(item: Submission, facts: Facts) -> Iterable[Fault]:
    return [
        (f"{path}/gnum", "a line number and commodity code of the list", f"{line.gnum}, {line.gcode}")
        for path, line, theirs in _lines(item, facts)
        if theirs is None
    ]


def returned_line_differs(item: Submission, facts: Facts) -> Iterable[Fault]:
    for path, line, theirs in _lines(item, facts):
        for name, xml in SAME if theirs is not None else ():
            if (getattr(line, name) or "") != (getattr(theirs, name) or ""):
                yield f"{path}/{xml}", f"{getattr(theirs, name)} as in the list", getattr(line, name) or ""


def returned_quantity_is_more(item: Submission, facts: Facts) -> Iterable[Fault]:
    """RET-03: with what was returned before."""
    before = [line for one in refunds_of(item, facts) if one.content for line in one.document.lines]
    for path, line, theirs in _lines(item, facts):
        for name in QUANTITIES if theirs is not None else ():
            sent, back = getattr(theirs, name), getattr(line, name)
            if back is None or sent is None:
                continue
            returned = sum((getattr(one, name) or Decimal(0) for one in before if one.gnum == line.gnum), Decimal(0))
            if returned + back > sent:
                yield f"{path}/{name}", f"at most {sent - returned}, of {sent} in the list", line.raw(name)
