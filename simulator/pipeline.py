"""The whole flow, from bytes to returns. Read this file first.

    bytes -> read (parse, schema, decode: in parallel) -> one turn of the sandbox:
             fire what is due -> needs -> facts -> decide -> record (documents, journal, returns) -> plan the next

Due work takes the same way: due event -> needs -> facts -> due -> record -> plan. What is durable is answered; returns
lie in the outbox and are written as XML when they are fetched (`returns`). Nobody calls back up.
"""

from swsim.simulator.clock import read_compact, to_ms, translation
from swsim.simulator.core import engine, schedule
from swsim.simulator.core.keys import key_of, order_ref, waybill_ref
from swsim.simulator.core.model import Decision, Needs, Submission
from swsim.simulator.messages.codec import Invalid, Refused
from swsim.simulator.reader import Message, Received
from swsim.simulator.returns import format_facts
from swsim.simulator.store.journal import INPUT, OUTPUT
from swsim.simulator.store.protocol import ReturnRow
from swsim.simulator.turn import Turn

FORMAT_STATUS = -999999
"""returnStatus of a CEB900: the specification says "below 0", an open simulator uses this number (OBSERVED)."""


async def take(turn: Turn, message: Message) -> list[Decision]:
    """A message that passed the schema: judge its documents; what is due at once happens at once."""
    await fire(turn)
    items = submissions(turn, message)
    await turn.know(engine.needs(items))
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
        await turn.know(Needs(serials=set(event.serials) - turn.facts.by_serial.keys()))
        held = [turn.facts.by_serial[serial] for serial in event.serials if serial in turn.facts.by_serial]
        await turn.know(engine.needs_of_event(event, held))
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


def submissions(turn: Turn, message: Message) -> list[Submission]:
    """The documents of a message as customs takes them in; enterprise-made times may be moved (decision 7)."""
    upload, kind = message.upload, message.kind
    head = getattr(upload.documents[0], "head", upload.documents[0])
    shift = translation(read_compact(head.app_time), turn.now, turn.real, turn.sandbox.profile.translate)
    number = turn.note(
        INPUT,
        "message",
        {
            "messageType": message.type,
            "guid": upload.guid,
            "dxpId": upload.base_transfer.dxp_id,
            "channel": message.received.channel,
            "shift": shift.total_seconds(),
        },
        message.received.packed,
    )
    items = []
    for place, document in enumerate(upload.documents, 1):
        head = getattr(document, "head", document)
        items.append(
            Submission(
                kind,
                document,
                head,
                key_of(kind, head),
                order_ref(kind, head),
                waybill_ref(kind, head),
                f"/{message.type}/{type(document).__name__}[{place}]",
                upload.guid,
                upload.version,
                upload.base_transfer.dxp_id,
                upload.base_transfer.cop_code,
                turn.now,
                number,
                shift,
            )
        )
    return items
