"""What an enterprise answers, read: the shapes of `docs/how-to/drive.md`, whichever driver brought them.

An answer of another shape says nothing about the enterprise's conformance: it is a `DriverError`, no verdict.
"""

from datetime import datetime
from typing import Any

import orjson

from swsim.conformance.driver import DriverError, Placed
from swsim.simulator.clock import read_instant

MOST_SHOWN = 200
"""Bytes of an answer that an error quotes."""


def object_of(data: bytes, call: str) -> dict[str, Any]:
    """A JSON object; an empty body is an empty one."""
    try:
        value = orjson.loads(data) if data.strip() else {}
    except orjson.JSONDecodeError as error:
        raise DriverError(f"{call}: expected JSON, got {data[:MOST_SHOWN]!r}: {error}") from error
    if not isinstance(value, dict):
        raise DriverError(f"{call}: expected a JSON object, got {data[:MOST_SHOWN]!r}")
    return value


def placed_of(row: Any, call: str) -> Placed:
    """The numbers of an order that was taken; its order number is a must."""
    if not isinstance(row, dict) or not row.get("orderNo"):
        raise DriverError(f'{call}: expected {{"orderNo", "copNo"?, "logisticsNo"?}}, got {row!r}')
    return Placed(str(row["orderNo"]), str(row.get("copNo") or ""), str(row.get("logisticsNo") or ""))


def all_placed(said: dict[str, Any], count: int, call: str) -> list[Placed]:
    """`accepted` of an answer: a row an order, in their order."""
    rows = said.get("accepted")
    if not isinstance(rows, list) or len(rows) != count:
        raise DriverError(f'{call}: expected {{"accepted":[…]}} with {count} orders, got {said}')
    return [placed_of(row, call) for row in rows]


def next_of(said: dict[str, Any], call: str) -> datetime | None:
    """When the enterprise has something to do by its own clock; None where it does not tell."""
    following = said.get("next")
    try:
        return read_instant(str(following)) if following else None
    except ValueError as error:
        raise DriverError(f"{call}: next: {error}") from error


def state_of(said: dict[str, Any], call: str) -> dict[str, Any]:
    """What is believed of an order."""
    for name in ("documents", "lastReturn", "amounts"):
        if not isinstance(said.get(name) or {}, dict):
            raise DriverError(f"{call}: {name}: expected an object, got {said[name]!r}")
    for kind, document in (said.get("documents") or {}).items():
        if not isinstance(document or {}, dict):
            raise DriverError(f'{call}: documents.{kind}: expected {{"status"}}, got {document!r}')
    return said
