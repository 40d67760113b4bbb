"""Limits of a sandbox: how much it may take in. What would go beyond is refused before it is read into the order."""

from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """0: no limit. `messages` and `bytes` (as kept, compressed) count what was taken in or refused since the sandbox
    was emptied, `documents` those in accepted messages; `body` is the largest message in bytes.
    """

    messages: int = 0
    bytes: int = 0
    documents: int = 0
    body: int = 0

    def as_json(self) -> dict[str, int]:
        """The shape of the control API."""
        return asdict(self)


class LimitReachedError(Exception):
    """A limit of the sandbox: `status` of HTTP, and which limit in the text."""

    def __init__(self, status: int, sandbox: str, name: str, most: int, got: str) -> None:
        super().__init__(
            f"sandbox {sandbox}: limit {name} is {most}, {got}; raise it by PUT /_control/sandboxes/{sandbox}/limits"
            + (", or reset the sandbox" if status == 429 else "")
        )
        self.status = status


@dataclass(slots=True)
class Used:
    """What a sandbox has taken in."""

    messages: int = 0
    bytes: int = 0


def read_limits(value: Any) -> Limits:
    """Limits from JSON; ValueError names the field."""
    names = [field.name for field in fields(Limits)]
    if not isinstance(value, dict) or value.keys() - set(names):
        raise ValueError(f"limits: expected an object of {', '.join(names)}, got {value!r}")
    for name, most in value.items():
        if isinstance(most, bool) or not isinstance(most, int) or not 0 <= most < 1 << 53:
            raise ValueError(f"limits, {name}: expected a whole number, 0 for no limit, got {most!r}")
    return Limits(**value)


def check(limits: Limits, used: Used, sandbox: str, size: int, packed: int, documents: tuple[int, int]) -> None:
    """Whether a message still fits: `size` as it came, `packed` as it is kept, `documents` there and in it.

    LimitReachedError.
    """
    there, more = documents
    if limits.body and size > limits.body:
        raise LimitReachedError(413, sandbox, "body", limits.body, f"this message has {size} bytes")
    for name, most, before, now in (
        ("messages", limits.messages, used.messages, 1),
        ("bytes", limits.bytes, used.bytes, packed),
        ("documents", limits.documents, there, more),
    ):
        if most and before + now > most:
            raise LimitReachedError(429, sandbox, name, most, f"{before} are used and this message has {now}")
