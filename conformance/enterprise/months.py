"""The end of a month: who declares which lists in one application, in how many messages, and when unasked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from swsim.conformance.enterprise.books import Sale, head_of
from swsim.conformance.enterprise.machine import INVENTORY
from swsim.fixtures.later import Sold, Trip, summaries
from swsim.simulator.messages.summary import SummaryApply

MOST_LISTS = 1000
"""Lists in one message of an application (701). The specification has no limit; a message has to stay small enough to
be sent again over a bad line.
"""
BATCH_DAY, BATCH_HOUR = 5, 2
"""A daily batch sums last month up from then on, if nobody asked: ten days before the term (2018-194, art. 11)."""


def sharing(sales: Sequence[Sale]) -> list[list[Sale]]:
    """The lists that may stand in one application: one customs of declaration, one consignor (§2.21.4, SUM-06)."""
    found: dict[tuple[str, str], list[Sale]] = {}
    for sale in sales:
        head = head_of(sale.copies[INVENTORY].right)
        found.setdefault((head.customs_code, head.ebc_code), []).append(sale)
    return list(found.values())


def application(trip: Trip, lists: Sequence[Sold]) -> list[SummaryApply]:
    """The application over lists that share customs and consignor, in as many messages as it takes.

    Customs acts when all of its messages are in; each has an answer of its own.
    """
    of: Any = lists[0].head
    own = {name: getattr(of, name) for name in ("customs_code", "ebc_code", "ebc_name")}
    made: Sequence[Any] = summaries(trip, lists, MOST_LISTS, of_kind_b=False)
    return [one.replaced(head=one.head.replaced(**own)) for one in made]


def due_by_itself(now: datetime) -> str:
    """The month (YYYY-MM) that is over and whose batch has come; empty from the first of a month until that hour."""
    if (now.day, now.hour) < (BATCH_DAY, BATCH_HOUR):
        return ""
    return f"{now.replace(day=1) - timedelta(days=1):%Y-%m}"
