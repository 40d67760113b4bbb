"""A message that fails the schema: what is noted of it, and whom a CEB900 tells (FormatReturnMessage, §2.26)."""

from datetime import datetime

from swsim.simulator import returns
from swsim.simulator.envelope.answer import said_by
from swsim.simulator.envelope.cover import answered_in
from swsim.simulator.faults.returning import Spoiler
from swsim.simulator.messages.codec import Invalid, Refused
from swsim.simulator.reading import Received
from swsim.simulator.store.journal import INPUT, OUTPUT
from swsim.simulator.turn import Turn

FORMAT_STATUS = -999999
"""returnStatus of a CEB900: the specification says "below 0", an open simulator uses this number (OBSERVED)."""
ASYNC_CHANNELS = frozenset({"amqp", "folder"})
"""Channels without an answer at once."""


def is_told(turn: Turn, received: Received, refused: Refused) -> bool:
    """Whether a CEB900 follows: the message is well-formed, its dxpId known, and channel or profile want it."""
    if not isinstance(refused, Invalid) or not refused.dxp_id:
        return False
    return received.channel in ASYNC_CHANNELS or turn.sandbox.profile.format_errors != "sync"


def answer(turn: Turn, received: Received, refused: Refused) -> int:
    """Journal a message that failed the schema; a CEB900 answers it where its sender is known."""
    number, faults = note(turn, received, refused, turn.now)
    if isinstance(refused, Invalid) and is_told(turn, received, refused):
        known = refused.root if len(refused.root) <= 15 and refused.root.startswith("CEB") else "Unknown"
        body = received.business.decode("utf-8", "replace")
        original = received.cover.message_id or refused.guid
        facts = returns.format_facts(FORMAT_STATUS, "; ".join(faults), original, known, body)
        form = answered_in(received.cover)
        spoiler = Spoiler(turn.faults, kind=known[3:6])
        returned = turn.send(refused.dxp_id, "CEB900Message", facts, turn.now, form, spoiler)
        turn.note(OUTPUT, "decision", {"stage": "format", "of": number, "return": returned, "outcome": []})
    return number


def note(turn: Turn, received: Received, refused: Refused, at: datetime) -> tuple[int, list[str]]:
    """Journal what was refused and why; the number of the entry, the faults in words."""
    faults = [f"line {f.line}, {f.path}: expected {f.expected}, got {f.value!r}" for f in refused.faults]
    root = getattr(refused, "root", "")
    data = {"code": refused.code, "faults": faults, "channel": received.channel, "messageType": root}
    data |= said_by(received.cover)
    return turn.note(INPUT, "refused-message", data, received.packed, at), faults
