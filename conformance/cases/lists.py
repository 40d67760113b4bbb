"""Sightings of an order's list and of what names it: cancellation, master list, arrival, departure, return, tally."""

from collections.abc import Callable, Iterable
from typing import Any

from swsim.conformance.sightings import Answered, Sent, answers, sent
from swsim.conformance.story import Story

ORDER = "a"
"""What a case with one order calls it."""


def list_of(story: Story, order: str = ORDER) -> Sent | None:
    """The newest list of the order."""
    return next(iter([*sent(story.entries, "603", order_no=story.number(order))][::-1]), None)


def status_of(status: str, order: str = ORDER) -> Callable[[Story], Answered | None]:
    """The return of a status about the order's list."""

    def seen(story: Story) -> Answered | None:
        listed = list_of(story, order)
        found = answers(story.entries, "603", listed.key) if listed else ()
        return next((one for one in found if one.status == status), None)

    return seen


def about(kind: str, order: str = ORDER) -> Callable[[Story], Sent | None]:
    """The first document of a kind that names the order's list or its waybill."""

    def seen(story: Story) -> Sent | None:
        return next(iter(all_about(story, kind, order)), None)

    return seen


def all_about(story: Story, kind: str, order: str = ORDER) -> list[Sent]:
    """Every document of a kind that does."""
    approved, waybill = status_of("399", order)(story), story.orders[order].logistics_no
    number = approved.invt_no if approved else "-"
    return [one for one in sent(story.everything, kind) if _names(one.document, number, waybill)]


def _names(document: Any, invt_no: str, waybill: str) -> bool:
    head = getattr(document, "head", document)
    lines: Iterable[Any] = getattr(document, "lines", ())
    rows = [head, *lines]
    return any(invt_no == (getattr(row, "invt_no", None) or "") for row in rows) or any(
        waybill == getattr(row, "logistics_no", "") for row in rows
    )


def head_of(one: Sent) -> Any:
    """Its node with guid and key."""
    return getattr(one.document, "head", one.document)
