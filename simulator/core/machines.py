"""What may happen to a document, one table a document: rows of (from, input, to), each with where it is written.

An input that finds no row is refused: the code says whether the key is taken, unknown, or in another state. The
returns of the customs side (2, 3, 120, 399, 100) are the statuses the rows lead to.
"""

from dataclasses import dataclass
from enum import StrEnum

from swsim.simulator.core.model import Basis, Citation, State

S = State


class Input(StrEnum):
    """What an enterprise asks for (appType, appStatus) and what customs does."""

    DRAFT = "draft"
    DECLARE = "declare"
    REDRAFT = "redraft"
    CHANGE = "change"
    DELETE = "delete"
    SEND = "send"
    STORE = "store"
    APPROVE = "approve"
    REJECT = "reject"
    ARRIVE = "arrive"
    INSPECT = "inspect"
    RELEASE = "release"
    DEPART = "depart"
    WITHDRAW = "withdraw"
    FAIL = "fail"
    REVIEW = "review"
    PASS = "pass"  # noqa: S105 - no password: the review is passed
    DECLINE = "decline"
    SUSPEND = "suspend"
    HAND_OVER = "hand-over"
    MISMATCH = "mismatch"


INPUT_OF = {
    ("1", "1"): Input.DRAFT,
    ("1", "2"): Input.DECLARE,
    ("2", "1"): Input.REDRAFT,
    ("2", "2"): Input.CHANGE,
    ("3", "1"): Input.DELETE,
    ("3", "2"): Input.DELETE,
}
"""(appType, appStatus) -> input; appType 1 new, 2 change, 3 delete, appStatus 1 draft, 2 declare (X1)."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One arc. `free`: only while no live list refers to the document."""

    source: State
    input: Input
    target: State
    citation: Citation
    basis: Basis
    free: bool = False


def arcs(
    sources: tuple[State, ...], asked: Input, target: State, citation: Citation, basis: Basis, *, free: bool = False
) -> tuple[Transition, ...]:
    """The same arc from several states."""
    return tuple(Transition(source, asked, target, citation, basis, free) for source in sources)


UNDECIDED = (S.STAGED, S.SEND_FAILED, S.REJECTED)
"""States a document may be sent again from, under the same key."""
OPEN = (S.ABSENT, *UNDECIDED, S.DELETED, S.WITHDRAWN)
APP_TYPE = Citation("2.1.4", "appType")
RETURN = Citation("2.12.4", "returnStatus")
MOVED = Citation("observed", "open simulator: arrival releases, departure closes")
RESUBMIT = Citation("observed", "open simulator: a rejected key is checked again")

SENDING = (
    Transition(S.DECLARING, Input.SEND, S.SENT, RETURN, Basis.SPEC),
    Transition(S.DECLARING, Input.FAIL, S.SEND_FAILED, RETURN, Basis.SPEC),
    Transition(S.SEND_FAILED, Input.SEND, S.SENT, RETURN, Basis.SPEC),
)


def _transmitted(success: State) -> tuple[Transition, ...]:
    """Order, payment receipt and waybill differ only in the status of success."""
    return (
        *arcs(OPEN, Input.DRAFT, S.STAGED, Citation("2.1.4", "appStatus"), Basis.SPEC),
        *arcs(OPEN, Input.DECLARE, S.DECLARING, RESUBMIT, Basis.OBSERVED),
        *arcs(UNDECIDED, Input.REDRAFT, S.STAGED, APP_TYPE, Basis.SPEC),
        *arcs((*UNDECIDED, S.DECLARING), Input.CHANGE, S.DECLARING, APP_TYPE, Basis.SPEC),
        *arcs((S.SENT, success), Input.CHANGE, S.DECLARING, Citation("7.2", "-301011"), Basis.SPEC, free=True),
        *arcs(UNDECIDED, Input.DELETE, S.DELETED, APP_TYPE, Basis.SPEC),
        *arcs(
            (S.DECLARING, S.SENT, success), Input.DELETE, S.DELETED, Citation("7.2", "-301011"), Basis.SPEC, free=True
        ),
        *SENDING,
        Transition(S.SENT, Input.STORE, success, RETURN, Basis.SPEC),
        Transition(S.SENT, Input.REJECT, S.REJECTED, RETURN, Basis.SPEC),
        Transition(success, Input.MISMATCH, S.REJECTED, Citation("observed", "import returns"), Basis.OBSERVED),
    )


_INVENTORY = (
    *arcs(OPEN, Input.DRAFT, S.STAGED, Citation("2.11.4", "appStatus"), Basis.SPEC),
    *arcs(OPEN, Input.DECLARE, S.DECLARING, RESUBMIT, Basis.OBSERVED),
    *arcs(UNDECIDED, Input.REDRAFT, S.STAGED, Citation("7.2", "-621012"), Basis.SPEC),
    *arcs(UNDECIDED, Input.CHANGE, S.DECLARING, Citation("7.2", "-621012"), Basis.SPEC),
    *arcs(UNDECIDED, Input.DELETE, S.DELETED, Citation("7.2", "-621012"), Basis.SPEC),
    *SENDING,
    Transition(S.SENT, Input.STORE, S.STORED, RETURN, Basis.SPEC),
    Transition(S.SENT, Input.REJECT, S.REJECTED, RETURN, Basis.SPEC),
    Transition(S.STORED, Input.APPROVE, S.APPROVED, RETURN, Basis.OBSERVED),
    Transition(S.STORED, Input.REJECT, S.REJECTED, RETURN, Basis.SPEC),
    Transition(S.STORED, Input.REVIEW, S.IN_REVIEW, RETURN, Basis.SPEC),
    Transition(S.IN_REVIEW, Input.PASS, S.APPROVED, RETURN, Basis.SPEC),
    Transition(S.IN_REVIEW, Input.DECLINE, S.REJECTED, RETURN, Basis.SPEC),
    Transition(S.APPROVED, Input.ARRIVE, S.RELEASED, MOVED, Basis.OBSERVED),
    Transition(S.APPROVED, Input.INSPECT, S.UNDER_INSPECTION, MOVED, Basis.OBSERVED),
    Transition(S.UNDER_INSPECTION, Input.RELEASE, S.RELEASED, RETURN, Basis.SPEC),
    Transition(S.RELEASED, Input.DEPART, S.CLOSED, MOVED, Basis.OBSERVED),
    *arcs((S.APPROVED, S.RELEASED), Input.WITHDRAW, S.WITHDRAWN, Citation("7.2", "-623005"), Basis.ASSUMED),
)


def _moving(success: State) -> tuple[Transition, ...]:
    """Arrival, departure, master list and cancellation: what they did to a list is not taken back by changing them."""
    return (
        *arcs(OPEN, Input.DRAFT, S.STAGED, Citation("2.7.4", "appStatus"), Basis.SPEC),
        *arcs(OPEN, Input.DECLARE, S.DECLARING, RESUBMIT, Basis.ASSUMED),
        *arcs(UNDECIDED, Input.REDRAFT, S.STAGED, APP_TYPE, Basis.SPEC),
        *arcs(UNDECIDED, Input.CHANGE, S.DECLARING, APP_TYPE, Basis.SPEC),
        *arcs(UNDECIDED, Input.DELETE, S.DELETED, APP_TYPE, Basis.SPEC),
        *SENDING,
        Transition(S.SENT, Input.STORE, success, RETURN, Basis.SPEC),
        Transition(S.SENT, Input.REJECT, S.REJECTED, RETURN, Basis.SPEC),
    )


REFUNDED = Citation("2.18.4", "returnStatus")
LOOKED_AT = (S.IN_REVIEW, S.UNDER_INSPECTION, S.SUSPENDED)
_REFUND = (
    *_moving(S.STORED),
    Transition(S.STORED, Input.RELEASE, S.RELEASED, REFUNDED, Basis.ASSUMED),
    Transition(S.STORED, Input.REVIEW, S.IN_REVIEW, REFUNDED, Basis.ASSUMED),
    Transition(S.STORED, Input.INSPECT, S.UNDER_INSPECTION, REFUNDED, Basis.ASSUMED),
    Transition(S.STORED, Input.SUSPEND, S.SUSPENDED, REFUNDED, Basis.ASSUMED),
    *arcs(LOOKED_AT, Input.RELEASE, S.RELEASED, REFUNDED, Basis.ASSUMED),
    *arcs(LOOKED_AT, Input.HAND_OVER, S.HANDED_OVER, REFUNDED, Basis.ASSUMED),
    *arcs(LOOKED_AT, Input.DECLINE, S.REJECTED, REFUNDED, Basis.ASSUMED),
)
"""Returned goods are released when the site has tallied them (RET-10), at once or after somebody looked at them."""

MACHINES = {
    "213": _REFUND,
    "215": _moving(S.APPROVED),
    "303": _transmitted(S.STORED),
    "403": _transmitted(S.STORED),
    "505": _transmitted(S.APPROVED),
    "507": _moving(S.APPROVED),
    "509": _moving(S.APPROVED),
    "603": _INVENTORY,
    "605": _moving(S.APPROVED),
    "607": _moving(S.STORED),
    "701": _moving(S.APPROVED),
}

_ARCS = {kind: {(row.source, row.input): row for row in rows} for kind, rows in MACHINES.items()}


REPORTED = frozenset(INPUT_OF.values()) | {Input.WITHDRAW}
"""What an enterprise asks for, itself or by a cancellation; the other inputs are customs' own."""


def by_customs(kind: str, state: int) -> dict[int, Transition]:
    """What customs may decide on a document in a state, by the status it leads to."""
    rows = _ARCS[kind].items()
    return {int(row.target): row for (source, asked), row in rows if source == state and asked not in REPORTED}


def arc_to(kind: str, status: int) -> Transition | None:
    """An arc that is answered with this status: where it is written that customs may say so."""
    return next((arc for arc in MACHINES[kind] if arc.target == status), None)


def step(kind: str, state: int, asked: Input, *, bound: bool = False) -> Transition | None:
    """The arc a document takes, None where there is none. `bound`: a live list refers to it."""
    row = _ARCS[kind].get((state, asked))  # type: ignore[arg-type] # a State is its int
    return None if row is None or (row.free and bound) else row
