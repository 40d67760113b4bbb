"""The whole flow, from bytes to returns. Read this file first.

    bytes -> read (parse, schema, decode, rules of the document alone: in parallel) -> one turn of the sandbox:
             fire what is due -> needs -> facts -> decide -> record (documents, journal, returns) -> plan the next

Due work takes the same way: due event -> needs -> facts -> due -> record -> plan. What is durable is answered; returns
lie in the outbox and are written as XML when they are fetched (`returns`). Nobody calls back up.
"""

from swsim.simulator.clock import read_compact, to_ms, translation
from swsim.simulator.core import engine, questions, schedule
from swsim.simulator.core.facts import Needs
from swsim.simulator.core.incoming import Submission
from swsim.simulator.core.model import Decision
from swsim.simulator.messages.codec import Invalid, Refused
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.reading import Message, Received
from swsim.simulator.returns import format_facts
from swsim.simulator.store.journal import INPUT, OUTPUT
from swsim.simulator.store.protocol import ReturnRow
from swsim.simulator.turn import Turn

FORMAT_STATUS = -999999
"""returnStatus of a CEB900: the specification says "below 0", an open simulator uses this number (OBSERVED)."""


async def take(turn: Turn, received: Received, message: Message) -> list[Decision]:
    """A message that passed the schema: judge its documents; what is due at once happens at once."""
    await fire(turn)
    items = submissions(turn, received, message)
    await turn.know(questions.needs(message.kind, items))
    await turn.know(questions.needs_on_arrival(message.kind, items, turn.facts))
    decisions = engine.decide(items, turn.facts)
    turn.record(decisions, turn.now, items[0].number)
    turn.plan(schedule.plan(decisions, turn.now, turn.facts))
    await fire(turn)
    return decisions


async def fire(turn: Turn, most: int = 10_000) -> int:
    """Take every due step up to now, in order, at its due time; at most `most` events, returns how many."""
    fired = 0
    while fired < most and (event := await turn.take_due(turn.now)) is not None:
        fired += 1
        await turn.know(Needs(serials=set(event.serials)))
        held = [turn.facts.by_serial[serial] for serial in event.serials if serial in turn.facts.by_serial]
        for question in questions.QUESTIONS:
            await turn.know(question(event, held, turn.facts))
        decisions = engine.due(event, turn.facts)
        turn.record(decisions, event.at, event.number)
        turn.plan(schedule.plan(decisions, event.at, turn.facts))
    return fired


async def refuse(turn: Turn, received: Received, refused: Refused) -> int:
    """A message that failed the schema: journaled, and answered by a CEB900 where its sender is known."""
    await fire(turn)
    faults = [f"line {f.line}, {f.path}: expected {f.expected}, got {f.value!r}" for f in refused.faults]
    number = turn.note(
        INPUT,
        "refused-message",
        {
            "code": refused.code,
            "faults": faults,
            "channel": received.channel,
            "messageType": getattr(refused, "root", ""),
        },
        received.packed,
    )
    if isinstance(refused, Invalid) and refused.dxp_id and turn.sandbox.profile.format_errors != "sync":
        known = refused.root if len(refused.root) <= 15 and refused.root.startswith("CEB") else "Unknown"
        body = received.business.decode("utf-8", "replace")
        facts = format_facts(FORMAT_STATUS, "; ".join(faults), received.message_id or refused.guid, known, body)
        turn.sandbox.position.returned += 1
        row = ReturnRow(turn.sandbox.position.returned, refused.dxp_id, "CEB900Message", to_ms(turn.now), facts)
        turn.put_return(row, turn.now)
        turn.note(OUTPUT, "decision", {"stage": "format", "of": number, "return": row.number, "outcome": []})
    return number


def submissions(turn: Turn, received: Received, message: Message) -> list[Submission]:
    """The documents of a message as customs takes them in; enterprise-made times may be moved (decision 7)."""
    kind, transfer, papers = message.kind, message.transfer, message.papers
    written = read_compact(papers[0].app_time)
    shift = translation(written, turn.now, turn.real, turn.sandbox.profile.translate)
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
        },
        received.packed,
    )
    path = f"/{message.type}/{EDITION_202205.by_number[kind].document.__name__}"
    return [
        Submission(
            *paper,
            f"{path}[{place}]",
            message.guid,
            message.version,
            transfer.dxp_id,
            transfer.cop_code,
            turn.now,
            number,
            shift,
        )
        for place, paper in enumerate(papers, 1)
    ]
