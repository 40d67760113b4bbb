"""What an enterprise answers when customs asks: the contract of docs/reference/duty.md, and how an answer is judged."""

from datetime import datetime
from itertools import pairwise
from typing import Any

import orjson

MOST_BYTES = 1_000_000
Faults = list[dict[str, str]]


def _fault(expected: str, found: object) -> dict[str, str]:
    return {"expected": expected, "found": str(found)[:200]}


def read_answer(status: int, body: bytes) -> tuple[dict[str, Any], Faults]:
    """The JSON object of an answer, or why there is none."""
    if status != 200:
        return {}, [_fault("status 200", status)]
    if len(body) > MOST_BYTES:
        return {}, [_fault(f"at most {MOST_BYTES} bytes", len(body))]
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return {}, [_fault("a JSON object", error)]
    return (value, []) if isinstance(value, dict) else ({}, [_fault("a JSON object", type(value).__name__)])


def judge_tracking(value: dict[str, Any], number: str, now: datetime) -> Faults:
    """``{"logisticsNo","events":[{"at","what","place"?}]}``: this waybill, some event, in order, none ahead of now."""
    faults: Faults = []
    if value.get("logisticsNo") != number:
        faults.append(_fault(f"logisticsNo {number}", value.get("logisticsNo")))
    events = value.get("events")
    if not isinstance(events, list) or not events:
        return [*faults, _fault("events, at least one", events)]
    times: list[datetime] = []
    for place, event in enumerate(events, 1):
        at = _time(event.get("at")) if isinstance(event, dict) else None
        if at is None or not isinstance(event.get("what"), str) or not event["what"]:
            faults.append(_fault(f"event {place} with at (ISO 8601, with zone) and what", event))
        else:
            times.append(at)
    if any(later < earlier for earlier, later in pairwise(times)):
        faults.append(_fault("events in the order of time", [at.isoformat() for at in times]))
    if times and max(times) > now:
        faults.append(_fault(f"events not after {now.isoformat()}", max(times).isoformat()))
    return faults


EVIDENCE = {
    "order": ("orderNo", "goodsValue", "currency", "items"),
    "payment": ("payNo", "charge"),
    "logistics": ("logisticsNo",),
}
"""Parts of the evidence of an order and the members each has to have."""


def judge_evidence(value: dict[str, Any], number: str, known: dict[str, str]) -> Faults:
    """``{"order":{…},"payment":{…},"logistics":{…}}``: all three, and in them what customs holds (`known`)."""
    faults: Faults = []
    for part, members in EVIDENCE.items():
        said = value.get(part)
        if not isinstance(said, dict):
            faults.append(_fault(f"{part}, an object with {', '.join(members)}", said))
            continue
        faults += [_fault(f"{part}.{member}", "nothing") for member in members if said.get(member) in (None, "", [])]
        for member, held in known.items():
            if member in members and said.get(member) is not None and str(said[member]) != held:
                faults.append(_fault(f"{part}.{member} {held}, as customs holds it", said[member]))
    order = value.get("order")
    if isinstance(order, dict) and order.get("orderNo") not in (None, "", number):
        faults.append(_fault(f"order.orderNo {number}", order["orderNo"]))
    return faults


def _time(text: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo is not None else None
