"""Rows of the fault table as cases write them, and the keys by which it knows the documents of an order."""

from datetime import timedelta

from swsim.conformance.conversation import Row
from swsim.conformance.sightings import waybill_key
from swsim.conformance.story import Story


def delay(kind: str, key: str, stage: str, by: timedelta) -> Row:
    """Customs keeps the return of status `stage` back for `by` longer."""
    return {"kind": kind, "key": key, "action": "delay", "stage": stage, "by": f"PT{by.total_seconds():.0f}S"}


def reject(kind: str, key: str, status: int, info: str) -> Row:
    """The next customs decision on the document is `status`, once."""
    return {"kind": kind, "key": key, "action": "reject", "status": status, "info": info}


def of_order(story: Story, order: str) -> str:
    """The key by which the fault table names an order's documents (not its waybill, which knows no order)."""
    return f"orderNo={story.number(order)}"


def key_of(story: Story, order: str, kind: str) -> str:
    """The key by which the fault table names the order's document of a kind."""
    if kind == "505":
        return waybill_key(story.entries, story.orders[order].logistics_no)
    return of_order(story, order)
