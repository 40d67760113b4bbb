"""A document takes a step: one arc of its machine, with what customs notes beside the state."""

from datetime import datetime

import orjson

from swsim.simulator.clock import to_ms
from swsim.simulator.core.keys import IDENTITY, join
from swsim.simulator.core.machines import Input, step
from swsim.simulator.core.model import Decision, Held, Stage, State
from swsim.simulator.core.numbers import invt_no

KEPT = "kept"
"""`Held.waits` of a document that is kept where it is; a stage behind it (`kept:approve`) fell due meanwhile."""
MATCHING = "match"
"""`Held.waits` of a list at customs that waits for its documents (ORD-02)."""
LET_GO = "let go"
"""`Held.waits` of a document that was kept and is not to be kept again by a draw."""


def is_kept(held: Held) -> bool:
    """Whether customs keeps it at its state until it is let go."""
    return held.waits.startswith(KEPT)


def take(
    held: Held, stage: Stage, asked: Input, status: int | None = None, at: datetime | None = None
) -> Decision | None:
    """Take an arc; None where there is none. `status` answers where it is another than the state.

    At `at` a list gets its number (399, ID-02) its day of release (800, RET-01) and its month (899, SUM-01).
    """
    arc = step(held.kind, held.state, asked)
    if arc is None:
        return None
    held.state = int(arc.target)
    if held.kind == "603" and at is not None:
        if arc.target is State.APPROVED:
            held.invt_no = held.invt_no or invt_no(held.customs_code, at, held.serial)
        elif arc.target is State.RELEASED:
            held.released_ms = to_ms(at)
        elif arc.target is State.CLOSED:
            close(held, at)
    if held.forced in {held.state, status}:
        held.forced = 0
    said = held.state if status is None else status
    return Decision(held, stage, said, held.state, str(int(said)), held=held)


def close(held: Held, at: datetime) -> None:
    """A list is closed: from then on it belongs to a month, and to those it can be summed up with."""
    flag, ebc = (orjson.loads(held.identity)[IDENTITY["603"].index(name)] for name in ("statistics_flag", "ebc_code"))
    held.closed_ms, held.sum_ref = to_ms(at), join([flag, held.customs_code, ebc])


def keep(held: Held, stage: Stage | None = None) -> Decision:
    """Keep a document where it is; what fell due (`stage`) waits until it is let go. No return says so."""
    held.waits = f"{KEPT}:{stage}" if stage is not None else KEPT
    return Decision(held, Stage.HOLD, held.state, held.state, "", held=held)
