"""Predicates on what is used once more: a guid, a waybill number, an order paid before (rules.md §2, §6)."""

import calendar
from collections.abc import Iterable
from datetime import datetime

from swsim.simulator.clock import BEIJING, from_ms
from swsim.simulator.core.checks_common import NONE, Fault, head_path
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.incoming import Submission
from swsim.simulator.core.keys import external
from swsim.simulator.core.model import LIVE, Held, State

MONTHS_APART = 6
"""A waybill number is not used again for so many calendar months (§2.5.4: 6个月内不重复)."""
OVER = frozenset({State.CLOSED, State.WITHDRAWN})
"""States of a list whose waybill has had its use."""


def months_later(at: datetime, months: int) -> datetime:
    """The same day and time `months` calendar months later; the last day of a month that has no such day."""
    year, month = divmod(at.month - 1 + months, 12)
    year, month = at.year + year, month + 1
    return at.replace(year=year, month=month, day=min(at.day, calendar.monthrange(year, month)[1]))


def guid_is_of_another_document(item: Submission, facts: Facts) -> Iterable[Fault]:
    """MSG-01: a guid names one document of a kind, whatever its key."""
    other = facts.of_guid(item.kind, item.guid)
    if other is None or other.key == item.key:
        return NONE
    return ((f"{head_path(item)}guid", "a guid that no other document bears", f"also of {external(other.key)}"),)


def order_has_a_receipt_already(item: Submission, facts: Facts) -> Iterable[Fault]:
    """PAY-10: one payment receipt an order."""
    return [
        ("orderNo", "an order without another payment receipt", f"receipt {external(other.key)} in state {other.state}")
        for other in facts.found("order_ref", "403", item.order_ref)
        if other.state in LIVE and other.key != item.key
    ]


def last_use(held: Held, facts: Facts) -> datetime | None:
    """When the number of a waybill was last used: by the waybill, by a list that has closed or was withdrawn.

    None where no list has had its use of it: then the number is that of a waybill on its way.
    """
    lists = facts.found("waybill_ref", "603", held.waybill_ref)
    if not any(one.state in OVER for one in lists) or any(one.state in LIVE - OVER for one in lists):
        return None
    return from_ms(max(one.received_ms for one in (held, *lists))).astimezone(BEIJING)


def waybill_number_rests(item: Submission, held: Held, facts: Facts) -> datetime | None:
    """LOG-01: until when the number of a waybill that has had its use rests; None where this is no new use."""
    if item.kind != "505" or item.app_type != "1" or held.guid == item.guid:
        return None
    used = last_use(held, facts)
    return None if used is None else months_later(used, MONTHS_APART)
