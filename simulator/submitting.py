"""From papers to submissions: the input is noted, its signature judged, copies go to whoever subscribed."""

from datetime import datetime, timedelta

from swsim.simulator import returns, signed
from swsim.simulator.core.incoming import Submission
from swsim.simulator.envelope.answer import said_by
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.reading import Message, Received, way_of_returns
from swsim.simulator.store.journal import INPUT
from swsim.simulator.turn import Turn


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
        | (signature.said() if signature else {})
        | _queued(turn, len(papers), at),
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


def _queued(turn: Turn, count: int, at: datetime) -> dict[str, float]:
    """Documents that came in queue up, where the profile says what a load of them does; how long the queue is now."""
    if (load := turn.sandbox.profile.load) is None:
        return {}
    turn.facts.queue = load.joined(turn.facts.queue, count, at)
    return {"queue": turn.facts.queue.level / 1000}


def copy(turn: Turn, received: Received, message: Message, number: int) -> None:
    """Give a copy of the message to who subscribed to its data, and to other users that its envelope names."""
    way = way_of_returns(received.cover, message)
    profile, registry = turn.sandbox.profile, turn.sandbox.settings.registry
    named = received.cover.receivers if received.cover.platform else ()
    others = [one for one in named if one != profile.receiver and registry.is_user(one)]
    for address in dict.fromkeys((*way.to("ALL", "DATA"), *others)):
        turn.send(address, message.type, returns.copy_of("message", number), turn.now, way.form)
