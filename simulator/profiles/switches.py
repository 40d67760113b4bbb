"""How a switch is declared, and how its value is read: what is expected stands in its type."""

import re
from collections.abc import Callable
from dataclasses import Field, field
from typing import Annotated, Any, TypeAlias, TypeVar, get_args

from swsim.simulator.clock import ClockError, read_duration
from swsim.simulator.delays import LONGEST, Delay, read_delay
from swsim.simulator.hours import LOAD, MOST, Load, Outage, Stretch, read_load, read_outages, read_stretch
from swsim.simulator.profiles.duties import ANSWERS, SECONDS, TRANSMITTED, Duties, Lags, read_duties, read_lags
from swsim.simulator.profiles.signatures import KINDS, Mode, Signatures, read_signatures

Value = TypeVar("Value")
Rates = dict[str, float]
Text9: TypeAlias = Annotated[str, 9]
Text16: TypeAlias = Annotated[str, 16]
"""Texts of at least one character and at most as many."""
Names = tuple[str, ...]
_SECONDS = re.compile(r"\d+(\.\d+)?", re.ASCII)
_WAIT = re.compile(r"wait\((.+)\)")


def switch(default: Value, says: str, rule: str = "", *, wide: bool = False) -> Value:
    """A switch of a profile: its default, one line of English, the rule it belongs to (rules.md).

    `wide`: it speaks of the line or of a whole message, so it cannot differ by customs (customsCode).
    """
    metadata = {"says": says, "rule": rule, "wide": wide}
    said: Any = (
        field(default_factory=dict, metadata=metadata) if default == {} else field(default=default, metadata=metadata)
    )
    return said  # type: ignore[no-any-return] # a field stands for its value, as `dataclasses` declares it


def read_switch(declared: Field[Any], given: Any) -> Any:
    """A value from TOML or JSON; ValueError names the switch, what is expected, what was given."""
    try:
        return _reader(declared)(given)
    except ValueError as error:
        raise ValueError(f"profile switch {declared.name}: {error}") from None


def forms(declared: Field[Any]) -> str:
    """What a switch may be, for the reference page."""
    kind = declared.type
    if kind in _SHAPES:
        return _SHAPES[kind][1]
    choices = get_args(kind)
    return ", ".join(f"`{one}`" for one in choices) if choices else "text"


def schema_of_switch(declared: Field[Any]) -> dict[str, Any]:
    """JSON Schema of what a switch may be."""
    kind = declared.type
    if kind in _SHAPES:
        return dict(_SHAPES[kind][2])
    choices = get_args(kind)
    return {"enum": list(choices)} if choices else {"type": "string"}


def _reader(declared: Field[Any]) -> Callable[[Any], Any]:
    kind = declared.type
    if kind in _SHAPES:
        return _SHAPES[kind][0]
    choices = get_args(kind)
    return (lambda given: _choice(choices, given)) if choices else _text


def _choice(choices: tuple[Any, ...], given: Any) -> Any:
    if isinstance(given, bool) or not isinstance(given, str | int) or given not in choices:
        raise ValueError(f"expected one of {', '.join(map(str, choices))}, got {given!r}")
    return given


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise ValueError(f"expected a text, got {given!r}")
    return given


def _at_most(most: int) -> Callable[[Any], str]:
    def read(given: Any) -> str:
        text = _text(given)
        if not 1 <= len(text) <= most:
            raise ValueError(f"expected 1 to {most} characters, got {given!r}")
        return text

    return read


def _count(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= 100:
        raise ValueError(f"expected a whole number from 1 to 100, got {given!r}")
    return given


def _share(given: Any) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= 1:
        raise ValueError(f"expected a share from 0 to 1, got {given!r}")
    return float(given)


def _rates(given: Any) -> Rates:
    if not isinstance(given, dict):
        raise ValueError(f"expected a table of shares from 0 to 1, got {given!r}")
    return {str(name): _share(share) for name, share in given.items()}


def _match(given: Any) -> float | None:
    """``strict``, or ``wait(T)``: seconds, or an ISO 8601 duration."""
    found = _WAIT.fullmatch(given) if isinstance(given, str) else None
    if given == "strict":
        return None
    try:
        if found is not None:
            plain = found[1].replace(".", "", 1)
            seconds = (
                float(found[1]) if plain.isascii() and plain.isdigit() else read_duration(found[1]).total_seconds()
            )
            if 0 < seconds <= 86400 * 366:
                return seconds
    except ClockError:
        pass
    raise ValueError(f"expected strict, or wait(T) such as wait(600) or wait(PT10M), got {given!r}")


def _dec_states(given: Any) -> Names:
    """Of a declaration that is made, drafted, entered, declared, refused: 1 to 3 characters each (§2.23.4)."""
    if isinstance(given, list | tuple) and len(given) == 5:
        names = tuple(one for one in given if isinstance(one, str) and 1 <= len(one) <= 3)
        if len(names) == len(given):
            return names
    raise ValueError(f"expected a list of 5 texts of 1 to 3 characters, got {given!r}")


_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_SECONDS_SAID = {"type": "number", "minimum": 0, "maximum": LONGEST}
DELAY = {
    "anyOf": [
        _SECONDS_SAID,
        {"type": "array", "items": _SECONDS_SAID, "minItems": 2, "maxItems": 2},
        {"type": "object", "additionalProperties": _SECONDS_SAID},
    ]
}
"""JSON Schema of a delay."""
_SHAPES: dict[Any, tuple[Callable[[Any], Any], str, dict[str, Any]]] = {
    Delay: (read_delay, "a delay", DELAY),
    int: (_count, "a whole number from 1 to 100", {"type": "integer", "minimum": 1, "maximum": 100}),
    Text9: (_at_most(9), "1 to 9 characters", {"type": "string", "minLength": 1, "maxLength": 9}),
    Text16: (_at_most(16), "1 to 16 characters", {"type": "string", "minLength": 1, "maxLength": 16}),
    float: (_share, "a share from 0 to 1", _SHARE),
    Rates: (_rates, "a table of shares from 0 to 1", {"type": "object", "additionalProperties": _SHARE}),
    float | None: (
        _match,
        "`strict`, or `wait(T)`: seconds or an ISO 8601 duration",
        {"type": "string", "pattern": r"^(strict|wait\(.+\))$"},
    ),
    Signatures: (
        read_signatures,
        "`off`, `report`, `enforce`, or a table of kinds (and `*`) to one of them",
        {
            "anyOf": [
                {"enum": list(get_args(Mode))},
                {
                    "type": "object",
                    "properties": {kind: {"enum": list(get_args(Mode))} for kind in ("*", *KINDS)},
                    "additionalProperties": False,
                },
            ]
        },
    ),
    Lags: (
        read_lags,
        "seconds or an ISO 8601 duration, or a table of kinds (and `*`) to them",
        {
            "anyOf": [
                *SECONDS,
                {
                    "type": "object",
                    "properties": {kind: {"anyOf": SECONDS} for kind in ("*", *TRANSMITTED)},
                    "additionalProperties": False,
                },
            ]
        },
    ),
    Duties: (
        read_duties,
        f"a table of duties to {', '.join(f'`{one}`' for one in ANSWERS)}",
        {"type": "object", "additionalProperties": {"enum": list(ANSWERS)}},
    ),
    Names: (
        _dec_states,
        "a list of five: made, drafted, entered, declared, refused",
        {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 3}, "minItems": 5, "maxItems": 5},
    ),
    Stretch: (
        read_stretch,
        "a table of hours to factors",
        {"type": "object", "additionalProperties": {"type": "number", "minimum": 0, "maximum": MOST}},
    ),
    Load | None: (
        read_load,
        "a table of works_off (documents a second), doubles_at (documents), most (a factor)",
        {
            "type": "object",
            "properties": {
                name: {"type": "number", "exclusiveMinimum": 0, "maximum": MOST if name == "most" else 1e6}
                for name in LOAD
            },
            "required": list(LOAD),
            "additionalProperties": False,
        },
    ),
    tuple[Outage, ...]: (read_outages, "a list of windows", {"type": "array", "items": {"type": "string"}}),
}
"""By the type of a switch: its reader, what the reference page says of it, its JSON Schema."""
