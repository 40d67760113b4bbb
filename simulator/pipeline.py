"""The whole flow, from bytes to returns. Read this file first.

    bytes -> read (parse, schema, decode, rules of the document alone: in parallel) -> one turn of the sandbox:
             fire what is due -> needs -> facts -> decide -> record (documents, journal, returns) -> plan the next

Due work takes the same way: due event -> needs -> facts -> due -> record -> plan. What the autopilot plays for other
roles is due work that brings a message: its bytes are read and taken in like anybody's. What is durable is answered;
returns lie in the outbox and are written as XML when they are fetched (`returns`). Nobody calls back up.
"""

from datetime import datetime, timedelta
from typing import Any

from swsim.simulator import played, returns, signed, summing, trades
from swsim.simulator.autopilot import cues
from swsim.simulator.clock import read_compact, translation
from swsim.simulator.core import engine, questions, rulings, schedule
from swsim.simulator.core.facts import Needs
from swsim.simulator.core.incoming import Submission
from swsim.simulator.core.keys import external
from swsim.simulator.core.model import PLAYED_AS, Decision, Event, Stage
from swsim.simulator.core.rulings import Order
from swsim.simulator.envelope.answer import said_by
from swsim.simulator.envelope.cover import answered_in
from swsim.simulator.faults.returning import Spoiler
from swsim.simulator.messages.codec import Invalid, Refused
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.reading import Message, Received, way_of_returns
from swsim.simulator.store.journal import INPUT, OUTPUT
from swsim.simulator.turn import Turn

NO_TIME = timedelta(0)
FORMAT_STATUS = -999999
"""returnStatus of a CEB900: the specification says "below 0", an open simulator uses this number (OBSERVED)."""

ASYNC_CHANNELS = frozenset({"amqp", "folder"})
"""Channels without an answer at once."""


MONTH_END = {Stage.SUM_UP: summing.go_on, Stage.DECLARE: summing.declare, Stage.MONTH: summing.judge}
"""Due work of the month end: a large summary is merged, declarations go on, a month is late."""


async def take(turn: Turn, received: Received, message: Message) -> list[Decision]:
    """A message that passed the schema: judge its documents; what is due at once happens at once.

    What the autopilot plays ahead of it comes in before it, and so bears smaller numbers.
    """
    await fire(turn)
    written = read_compact(message.papers[0].app_time)
    shift = translation(written, turn.now, turn.real, turn.sandbox.profile.translate)
    for ours in await played.ahead(turn, message, shift):
        await _played(turn, *ours, turn.now)
    decisions = await _enter(turn, received, message, turn.now, shift)
    await fire(turn)
    return decisions


def copy(turn: Turn, received: Received, message: Message, number: int) -> None:
    """Give a copy of the message to who subscribed to its data, and to other users that its envelope names."""
    way = way_of_returns(received.cover, message)
    profile, registry = turn.sandbox.profile, turn.sandbox.settings.registry
    named = received.cover.receivers if received.cover.platform else ()
    others = [one for one in named if one != profile.receiver and registry.is_user(one)]
    for address in dict.fromkeys((*way.to("ALL", "DATA"), *others)):
        turn.send(address, message.type, returns.copy_of("message", number), turn.now, way.form)


async def fire(turn: Turn, most: int = 10_000) -> int:
    """Take every due step up to now, in order, at its due time; at most `most` events, returns how many.

    Before the merge of a large summary it ends: that has turns of its own, and what falls due behind it waits.
    """
    fired = 0
    while fired < most and (event := await turn.agenda.take(turn.now)) is not None:
        fired += 1
        await step(turn, event)
    return fired


async def merge(turn: Turn) -> None:
    """Go on with a large summary: one page in a turn of its own."""
    turn.agenda.merges = True
    await fire(turn, 1)


async def step(turn: Turn, event: Event) -> None:
    """Take one due step."""
    if event.stage is Stage.HAND_OUT:
        turn.hand_out(event)
        return
    if event.stage in PLAYED_AS:
        for ours in await played.due(turn, event):
            await _played(turn, *ours, event.at)
        return
    if event.stage in MONTH_END:
        await MONTH_END[event.stage](turn, event)
        return
    await turn.know(Needs(serials=set(event.serials)))
    held = [turn.facts.by_serial[serial] for serial in event.serials if serial in turn.facts.by_serial]
    for question in questions.asked(event, held):
        await turn.know(question(event, held, turn.facts))
    await trades.suspect(turn, event, held)
    decisions = engine.due(event, turn.facts)
    _keep(turn, decisions, event.at, event.number)
    await summing.sum_up(turn, event, decisions)


async def trade(turn: Turn, count: int) -> list[Decision]:
    """Orders that the autopilot places by itself, so that a role which begins nothing has something to do."""
    await fire(turn)
    number = turn.note(INPUT, "sales", {"count": count})
    decisions: list[Decision] = []
    for ours in played.placed(count, turn, number):
        decisions += await _played(turn, *ours, turn.now)
    held = [one.held for one in decisions if one.held is not None]
    turn.plan(cues.sales(held, turn.now, turn.facts, turn.sandbox.settings.autopilot))
    await fire(turn)
    return decisions


async def order(turn: Turn, kind: str, key: str, said: Order, words: dict[str, Any]) -> list[Decision]:
    """What a person orders for a document (control API): looked up like a step at customs, journaled as an input.

    LookupError where there is no such document, NotAllowedError where its machine knows no such step.
    """
    await fire(turn)
    await turn.know(Needs(refs={("key", kind): {key}}))
    held = turn.facts.held(kind, key)
    if held is None:
        raise LookupError(key)
    event = Event(said.at or turn.now, Stage.CUSTOMS, held.number, held.message_guid, [held.serial])
    for question in questions.asked(event, [held]):
        await turn.know(question(event, [held], turn.facts))
    decisions = rulings.rule(held, said, turn.now, turn.facts)
    number = turn.note(INPUT, "force", {"kind": kind, "key": external(key), "said": words})
    _keep(turn, decisions, event.at, number)
    await fire(turn)
    return decisions


async def _played(turn: Turn, received: Received, found: Message | Refused, at: datetime) -> list[Decision]:
    """Take a message of the autopilot in; its times are the sandbox's already."""
    if isinstance(found, Refused):  # made from the declarations, it fails the schema only by a fault of ours
        _note_refusal(turn, received, found, at)
        return []
    return await _enter(turn, received, found, at, NO_TIME)


async def _enter(turn: Turn, received: Received, message: Message, at: datetime, shift: timedelta) -> list[Decision]:
    items = submissions(turn, received, message, at, shift)
    copy(turn, received, message, items[0].number)
    await turn.know(questions.needs(message.kind, items))
    await turn.know(questions.needs_on_arrival(message.kind, items, turn.facts))
    decisions = engine.decide(items, turn.facts)
    _keep(turn, decisions, at, items[0].number)
    return decisions


def _keep(turn: Turn, decisions: list[Decision], at: datetime, number: int) -> None:
    """Record what was decided and plan what comes next: customs' next step, and what the autopilot plays."""
    turn.record(decisions, at, number)
    turn.plan(schedule.plan(decisions, at, turn.facts))
    turn.plan(cues.plan(decisions, at, turn.facts, turn.sandbox.settings.autopilot))


def is_told(turn: Turn, received: Received, refused: Refused) -> bool:
    """Whether a CEB900 follows: the message is well-formed, its dxpId known, and channel or profile want it."""
    if not isinstance(refused, Invalid) or not refused.dxp_id:
        return False
    return received.channel in ASYNC_CHANNELS or turn.sandbox.profile.format_errors != "sync"


async def refuse(turn: Turn, received: Received, refused: Refused) -> int:
    """A message that failed the schema: journaled, and answered by a CEB900 where its sender is known."""
    await fire(turn)
    number, faults = _note_refusal(turn, received, refused, turn.now)
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


def _note_refusal(turn: Turn, received: Received, refused: Refused, at: datetime) -> tuple[int, list[str]]:
    faults = [f"line {f.line}, {f.path}: expected {f.expected}, got {f.value!r}" for f in refused.faults]
    root = getattr(refused, "root", "")
    data = {"code": refused.code, "faults": faults, "channel": received.channel, "messageType": root}
    data |= said_by(received.cover)
    return turn.note(INPUT, "refused-message", data, received.packed, at), faults


def submissions(turn: Turn, received: Received, message: Message, at: datetime, shift: timedelta) -> list[Submission]:
    """The documents of a message as customs takes them in; enterprise-made times may be moved (decision 7)."""
    kind, transfer, papers = message.kind, message.transfer, message.papers
    signature = signed.found(received.channel, message, turn.settings, at)
    number = turn.note(
        INPUT,
        "message",
        {
            "messageType": message.type,
            "guid": message.guid,
            "dxpId": transfer.dxp_id,
            "channel": received.channel,
            "shift": shift.total_seconds(),
            "codes": received.codes,
            **said_by(received.cover),
        }
        | (signature.said() if signature else {}),
        received.packed,
        at,
    )
    if signature is not None:
        turn.facts.signed[number] = signature.fact
        if signature.binds and (verdict := signature.verdict) and verdict.certificate:
            turn.bind(signature.binds, verdict.certificate, verdict.key_name, number)
    via = way_of_returns(received.cover, message).write()
    path = f"/{message.type}/{EDITION_202205.by_number[kind].document.__name__}"
    return [
        Submission(
            *paper,
            f"{path}[{place}]",
            message.guid,
            message.version,
            transfer.dxp_id,
            transfer.cop_code,
            at,
            number,
            shift,
            via,
        )
        for place, paper in enumerate(papers, 1)
    ]
