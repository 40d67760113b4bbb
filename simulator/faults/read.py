"""The fault table from JSON or TOML and back. What is wrong with a row is said by its place, field and value."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from swsim.simulator.clock import read_duration
from swsim.simulator.codes.status import ReturnStatus
from swsim.simulator.codes.texts import Reach, reach_of
from swsim.simulator.core.faults import ACTIONS, COMMON, FINAL, Action, FaultPlan, Side
from swsim.simulator.core.model import Stage
from swsim.simulator.messages.edition import EDITION_202205

MOST_ROWS = 1000
LONGEST = timedelta(days=3660)
LONGEST_ON_THE_LINE = timedelta(minutes=1)
"""Of what runs on real time while a client waits."""
KINDS = ("*", *EDITION_202205.by_number, "900")
STATUSES = [int(status) for status in ReturnStatus]
STAGES = ("*", FINAL, *map(str, STATUSES), *(str(stage) for stage in Stage))
ENCODINGS = ("gb18030", "utf-16")
STATUSES_OF = {
    "busy": (429, 500, 502, 503, 504),
    "reject": (100,),
    "transient": (100,),
    "system-error": (0, 100),
    "two-final": (0, *STATUSES),
    "same-number": (*STATUSES,),
}
"""Statuses a row may name, by action; negative codes too, but for `busy`. 0: the one that fits."""


def read_faults(value: Any) -> tuple[FaultPlan, ...]:
    """The fault table of ``{"faults": [row…]}``; ValueError names the row."""
    rows = value.get("faults") if isinstance(value, dict) else None
    if not isinstance(rows, list) or value.keys() != {"faults"}:
        raise ValueError('faults: expected {"faults": [...]}')
    if len(rows) > MOST_ROWS:
        raise ValueError(f"faults: expected at most {MOST_ROWS} rows, got {len(rows)}")
    plans = tuple(_fault(place, row) for place, row in enumerate(rows, 1))
    names = [plan.id for plan in plans]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"faults: expected an id of its own for each row, got {sorted(twice)} twice")
    return plans


def _fault(place: int, row: Any) -> FaultPlan:
    name = row.get("action") if isinstance(row, dict) else None
    action = ACTIONS.get(name) if isinstance(name, str) else None
    if action is None:
        raise ValueError(f"fault {place}: expected an object with action one of {', '.join(ACTIONS)}, got {row!r}")
    known = {**COMMON, **action.fields}
    if unknown := row.keys() - known.keys():
        raise ValueError(f"fault {place}, {name}: expected only {', '.join(known)}, got {sorted(map(str, unknown))}")
    said = known | {"id": f"f{place}"} | row
    try:
        return FaultPlan(**{field: READERS[field](value, action) for field, value in said.items()})
    except ValueError as error:
        raise ValueError(f"fault {place}, {name}: {error}") from None


def _one_of(field: str, allowed: tuple[str, ...]) -> Callable[[Any, Action], str]:
    def read(value: Any, _: Action) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise ValueError(f"{field}: expected one of {', '.join(allowed)}, got {value!r}")
        return value

    return read


def _text(field: str, most: int, least: int = 0) -> Callable[[Any, Action], str]:
    def read(value: Any, _: Action) -> str:
        if not isinstance(value, str) or not least <= len(value) <= most or not value.isprintable():
            raise ValueError(f"{field}: expected {least} to {most} printable characters, got {value!r}")
        return value

    return read


def _id(value: Any, action: Action) -> str:
    text = _text("id", 64, 1)(value, action)
    if "/" in text:
        raise ValueError(f"id: expected a name without /, got {value!r}")
    return text


def _number(field: str, most: int) -> Callable[[Any, Action], int]:
    def read(value: Any, _: Action) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise ValueError(f"{field}: expected a whole number from 0 to {most}, got {value!r}")
        return value

    return read


def _times(value: Any, action: Action) -> int | None:
    return None if value is None else _number("times", 1_000_000)(value, action)


def _share(value: Any, _: Action) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f"share: expected a number from 0 to 1, got {value!r}")
    return float(value)


def _by(value: Any, action: Action) -> timedelta:
    return _duration("by", value, LONGEST_ON_THE_LINE if action.name in {"slow", "lost"} else LONGEST)


def _retry(value: Any, _: Action) -> timedelta | None:
    return None if value is None else _duration("retry", value, LONGEST)


def _duration(field: str, value: Any, most: timedelta) -> timedelta:
    if not isinstance(value, str) or (by := read_duration(value)) > most:
        raise ValueError(f"{field}: expected a duration of at most {as_duration(most)}, such as PT30S, got {value!r}")
    return by


def _status(value: Any, action: Action) -> int:
    allowed = STATUSES_OF[action.name]
    negative = action.side is not Side.RECEIVING and isinstance(value, int) and -999_999 <= value < 0
    if isinstance(value, bool) or (value not in allowed and not negative):
        more = " or a negative code" if action.side is not Side.RECEIVING else ""
        raise ValueError(f"status: expected {', '.join(map(str, allowed))}{more}, got {value!r}")
    if reach_of(int(value)) is Reach.NEVER:
        raise ValueError(f"status: expected a code that an export return may have, got {value}, of import alone")
    return int(value)


def _taken(value: Any, _: Action) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"taken: expected true or false, got {value!r}")
    return value


READERS: dict[str, Callable[[Any, Action], Any]] = {
    "id": _id,
    "action": _one_of("action", tuple(ACTIONS)),
    "kind": _one_of("kind", KINDS),
    "key": _text("key", 400, 1),
    "share": _share,
    "times": _times,
    "most": _number("most", 1_000_000),
    "stage": _one_of("stage", STAGES),
    "by": _by,
    "status": _status,
    "info": _text("info", 1000),
    "retry": _retry,
    "taken": _taken,
    "copies": _number("copies", 10),
    "encoding": _one_of("encoding", ENCODINGS),
}
"""A reader a field, named as in `FaultPlan`."""


def fault_as_json(plan: FaultPlan) -> dict[str, Any]:
    """The shape of the control API: what is common, and the fields of its action."""
    return {field: _plain(getattr(plan, field)) for field in (*COMMON, *ACTIONS[plan.action].fields)}


def _plain(value: Any) -> Any:
    return as_duration(value) if isinstance(value, timedelta) else value


def as_duration(by: timedelta) -> str:
    """ISO 8601, in seconds."""
    return f"PT{by.total_seconds():.3f}S"
