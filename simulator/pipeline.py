"""The whole flow, from bytes to returns. Read this file first.

    bytes -> read (parse, schema, decode, rules of the document alone: in parallel) -> one turn of the sandbox:
             fire what is due -> needs -> facts -> decide -> record (documents, journal, returns) -> plan the next

Due work takes the same way: due event -> needs -> facts -> due -> record -> plan. What the autopilot plays for other
roles is due work that brings a message: its bytes are read and taken in like anybody's. What is durable is answered;
returns lie in the outbox and are written as XML when they are fetched (`returns`). Nobody calls back up.
"""

from datetime import datetime, timedelta
from typing import Any

from swsim.simulator import played, signed
from swsim.simulator.autopilot import cues
from swsim.simulator.clock import read_compact, to_ms, translation
from swsim.simulator.core import engine, questions, rulings, schedule
from swsim.simulator.core.facts import Needs
from swsim.simulator.core.incoming import Submission
from swsim.simulator.core.keys import external
from swsim.simulator.core.model import PLAYED_AS, Decision, Event, Stage
from swsim.simulator.core.rulings import Order
from swsim.simulator.messages.codec import Invalid, Refused
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.reading import Message, Received
from swsim.simulator.returns import format_facts
from swsim.simulator.store.journal import INPUT, OUTPUT
from swsim.simulator.store.protocol import ReturnRow
from swsim.simulator.turn import Turn

NO_TIME = timedelta(0)
FORMAT_STATUS = -999999
"""returnStatus of a CEB900: the specification says "below 0", an open simulator uses this number (OBSERVED)."""


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


async def fire(turn: Turn, most: int = 10_000) -> int:
    """Take every due step up to now, in order, at its due time; at most `most` events, returns how many."""
    fired = 0
    while fired < most and (event := await turn.take_due(turn.now)) is not None:
        fired += 1
        if event.stage in PLAYED_AS:
            for ours in await played.due(turn, event):
                await _played(turn, *ours, event.at)
            continue
        await turn.know(Needs(serials=set(event.serials)))
        held = [turn.facts.by_serial[serial] for serial in event.serials if serial in turn.facts.by_serial]
        for question in questions.QUESTIONS:
            await turn.know(question(event, held, turn.facts))
        _keep(turn, engine.due(event, turn.facts), event.at, event.number)
    return fired


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
    for question in questions.QUESTIONS:
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


async def refuse(turn: Turn, received: Received, refused: Refused) -> int:
    """A message that failed the schema: journaled, and answered by a CEB900 where its sender is known."""
    await fire(turn)
    number, faults = _note_refusal(turn, received, refused, turn.now)
    if isinstance(refused, Invalid) and refused.dxp_id and turn.sandbox.profile.format_errors != "sync":
        known = refused.root if len(refused.root) <= 15 and refused.root.startswith("CEB") else "Unknown"
        body = received.business.decode("utf-8", "replace")
        facts = format_facts(FORMAT_STATUS, "; ".join(faults), received.message_id or refused.guid, known, body)
        turn.sandbox.position.returned += 1
        row = ReturnRow(turn.sandbox.position.returned, refused.dxp_id, "CEB900Message", to_ms(turn.now), facts)
        turn.put_return(row, turn.now)
        turn.note(OUTPUT, "decision", {"stage": "format", "of": number, "return": row.number, "outcome": []})
    return number


def _note_refusal(turn: Turn, received: Received, refused: Refused, at: datetime) -> tuple[int, list[str]]:
    faults = [f"line {f.line}, {f.path}: expected {f.expected}, got {f.value!r}" for f in refused.faults]
    root = getattr(refused, "root", "")
    data = {"code": refused.code, "faults": faults, "channel": received.channel, "messageType": root}
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
        }
        | (signature.said() if signature else {}),
        received.packed,
        at,
    )
    if signature is not None:
        turn.facts.signed[number] = signature.fact
        if signature.binds and (verdict := signature.verdict) and verdict.certificate:
            turn.bind(signature.binds, verdict.certificate, verdict.key_name, number)
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
        )
        for place, paper in enumerate(papers, 1)
    ]
