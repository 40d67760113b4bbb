"""The capability statement: what an enterprise says of itself, in TOML. It selects the cases and sets their waits.

    name = "Shop of mine"
    roles = ["ebp", "ebc", "pay", "logistics", "agent"]      # what it plays
    channels = ["http"]                                      # http, amqp, folder
    modes = ["9610"]                                         # trade modes it declares
    actions = ["cancel"]                                     # of `conformance/actions.py`
    facilities = ["state", "clock"]                          # what its driver offers: state, books, clock, defects
    orders = "detail"                                        # detail: orders come in full; seed: it generates them
    [reactions]                                              # sandbox time, ISO 8601: how long it may take
    declare = "PT4H"
    [endpoints]                                              # where customs can ask (docs/reference/duty.md)
    tracking = "http://127.0.0.1:9000/tracking"
    [pace]                                                   # real seconds
    settle = 2.0
    patience = 20.0
    [[instances]]                                            # for --parallel: enterprises that run beside each other
    driver = "http://127.0.0.1:9001"                         # each with a driver and a sandbox of its own,
    sandbox = "one"                                          # and endpoints of its own where it has some
    [not_implemented]                                        # what it does not do, and why
    "9810" = "we have no overseas warehouse"

What a case needs and the statement has is carried out; what `not_implemented` names is NOT APPLICABLE with its reason;
what it leaves unsaid is SKIPPED, and red at the gate.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from swsim.conformance.actions import ACTIONS
from swsim.simulator.clock import read_duration

ROLES = ("ebp", "ebc", "pay", "logistics", "agent", "operator")
CHANNELS = ("http", "amqp", "folder")
MODES = ("9610", "9710", "9810", "1210")
FACILITIES = {
    "state": "state of an order",
    "books": "the books as CSV",
    "clock": "its business time can be set",
    "defects": "it plants a named defect in an order",
    "simplified": "it declares lists of kind A",
    "signature": "it signs",
    "tracking": "its tracking interface",
    "evidence": "it answers customs' data requests",
    "repoint": "it can be pointed at another sandbox, with empty books",
}
WORDS = frozenset({*ROLES, *CHANNELS, *MODES, *FACILITIES, *ACTIONS})
"""Everything a case may need."""

ENDPOINTS = ("tracking", "evidence")
"""Facilities that are interfaces of the enterprise: customs asks there."""
REACTIONS = {
    "transmit": timedelta(minutes=5),
    "declare": timedelta(minutes=10),
    "correct": timedelta(minutes=30),
    "cancel": timedelta(hours=1),
    "take-back": timedelta(days=1),
    "ship": timedelta(days=1),
    "summary": timedelta(days=1),
    "report": timedelta(days=1),
    "recall": timedelta(days=1),
}
"""How long an enterprise may take where it says nothing: from an order to its data at customs, from the data accepted
to the list, from a refusal to the next version, and from each action to what it brings about."""


class StatementError(ValueError):
    """The statement cannot be read: says what was expected, found, and where."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the enterprise is, in real seconds.

    No entry for `quiet` means it has reacted, `patience` is how long a return may stay unacknowledged, `grace` how long
    an expectation is waited for when all its sandbox time has passed.
    """

    quiet: float = 2.0
    patience: float = 20.0
    grace: float = 5.0


REFERENCE_PACE = Pace(quiet=0.08, patience=6.0, grace=0.5)
"""The reference enterprise acknowledges a return when what it asks for has been sent: behind that there is quiet."""


OVER_AMQP = Pace(quiet=1.0, patience=20.0, grace=2.0)
"""Over a broker a return counts as acknowledged before the enterprise has acted on it, so quiet is all there is."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One of several enterprises that run beside each other: how it is reached, and the sandbox it talks to."""

    driver: str
    sandbox: str
    endpoints: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statement:
    """A capability statement, read."""

    name: str
    has: frozenset[str]
    not_implemented: dict[str, str] = field(default_factory=dict)
    reactions: dict[str, timedelta] = field(default_factory=dict)
    pace: Pace = Pace()
    orders: str = "detail"
    instances: tuple[Instance, ...] = ()
    endpoints: dict[str, str] = field(default_factory=dict)
    """`tracking` and `evidence`: the URL at which customs asks for it."""

    def within(self, span: timedelta | str) -> timedelta:
        """A span as it is, or the time of a reaction."""
        if isinstance(span, timedelta):
            return span
        return self.reactions.get(span, REACTIONS[span])

    def left_out(self, needs: Sequence[str]) -> tuple[bool, str] | None:
        """None where everything needed is there; else whether the statement gives a reason, and the reason."""
        missing = [word for word in needs if word not in self.has]
        for word in missing:
            if reason := self.not_implemented.get(word):
                return True, f"{word}: {reason}"
        if missing:
            return False, f"the capability statement neither offers {', '.join(missing)} nor says why not"
        return None


EVERYTHING = Statement("reference", WORDS, pace=REFERENCE_PACE, orders="seed")
"""Nothing is left out."""


def over_http(statement: Statement) -> Statement:
    """The statement of the reference enterprise where no broker is named."""
    if "amqp" not in statement.has:
        return statement
    reasons = statement.not_implemented | {"amqp": "no broker is named (--amqp URL)"}
    return replace(statement, has=statement.has - {"amqp"}, not_implemented=reasons)


def over_amqp(statement: Statement) -> Statement:
    """The same over a broker."""
    return replace(statement, pace=OVER_AMQP) if statement.pace == REFERENCE_PACE else statement


_KEYS = {
    "name",
    "roles",
    "channels",
    "modes",
    "actions",
    "facilities",
    "orders",
    "reactions",
    "pace",
    "instances",
    "endpoints",
}


def read_statement(path: Path) -> Statement:
    """The statement of a file; `StatementError` names what is wrong and what is known."""
    try:
        value = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise StatementError(f"{path}: {error}") from error
    try:
        return statement_of(value)
    except ValueError as error:
        raise StatementError(f"{path}: {error}") from error


def statement_of(value: dict[str, Any]) -> Statement:
    """A statement from its table; ValueError names the key."""
    _known("statement", value.keys(), _KEYS | {"not_implemented"})
    has: set[str] = set()
    for key, known in (
        ("roles", ROLES),
        ("channels", CHANNELS),
        ("modes", MODES),
        ("actions", ACTIONS),
        ("facilities", FACILITIES),
    ):
        given = value.get(key, [])
        if not isinstance(given, list):
            raise ValueError(f"{key}: expected a list, found {given!r}")
        _known(key, given, known)
        has |= set(given)
    reasons = value.get("not_implemented", {})
    _known("not_implemented", reasons, WORDS)
    if both := sorted(has & reasons.keys()):
        raise ValueError(f"not_implemented: {', '.join(both)} stands among what is offered too")
    for word, reason in reasons.items():
        if not isinstance(reason, str) or not reason.strip():
            raise ValueError(f"not_implemented.{word}: expected a reason in quotes, found {reason!r}")
    reactions = value.get("reactions", {})
    _known("reactions", reactions, REACTIONS)
    pace = value.get("pace", {})
    _known("pace", pace, {"settle", "patience", "grace"})
    orders = value.get("orders", "detail")
    if orders not in {"detail", "seed"}:
        raise ValueError(f"orders: expected detail or seed, found {orders!r}")
    endpoints = value.get("endpoints", {})
    _known("endpoints", endpoints, ENDPOINTS)
    for ask in ENDPOINTS:
        if ask in has and not str(endpoints.get(ask, "")).startswith(("http://", "https://")):
            found = endpoints.get(ask, "nothing")
            raise ValueError(f"endpoints.{ask}: expected an http or https URL, since {ask} is offered; found {found!r}")
    usual = Pace()
    return Statement(
        str(value.get("name", "unnamed")),
        frozenset(has),
        dict(reasons),
        {name: read_duration(str(span)) for name, span in reactions.items()},
        Pace(
            float(pace.get("settle", usual.quiet)),
            float(pace.get("patience", usual.patience)),
            float(pace.get("grace", usual.grace)),
        ),
        orders,
        _instances(value.get("instances", [])),
        {name: str(url) for name, url in endpoints.items()},
    )


def _instances(rows: Any) -> tuple[Instance, ...]:
    found = []
    for row in rows if isinstance(rows, list) else [rows]:
        if not isinstance(row, dict) or not row.get("driver") or not row.get("sandbox"):
            raise ValueError(f"instances: expected tables [[instances]] with driver and sandbox, found {row!r}")
        _known("instances", row, {"driver", "sandbox", "endpoints"})
        endpoints = row.get("endpoints", {})
        _known("instances.endpoints", endpoints, ENDPOINTS)
        found.append(Instance(str(row["driver"]), str(row["sandbox"]), {k: str(v) for k, v in endpoints.items()}))
    for name in ("driver", "sandbox"):
        if len({getattr(one, name) for one in found}) < len(found):
            raise ValueError(f"instances: expected a {name} of its own for each, found one twice")
    return tuple(found)


def _known(where: str, given: Any, known: Any) -> None:
    if unknown := sorted(set(given) - set(known)):
        raise ValueError(f"{where}: expected of {', '.join(sorted(known))}; found {', '.join(unknown)}")
