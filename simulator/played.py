"""The autopilot's messages: looked up, made, written as bytes and read back like anybody's (`pipeline` takes them in).

A played message is a real message of an enterprise: its bytes come from the declarations, it passes the schema, and the
same rules judge it. It bears the dxpId of the autopilot; what is returned to it is kept apart, acknowledged at once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from swsim.simulator.autopilot import ahead as before
from swsim.simulator.autopilot import play
from swsim.simulator.autopilot.cast import Cast
from swsim.simulator.autopilot.sale import order_of_nobody
from swsim.simulator.autopilot.settings import CHANNEL, Autopilot
from swsim.simulator.core.checks_common import NO_CODE
from swsim.simulator.core.facts import Needs
from swsim.simulator.core.keys import join
from swsim.simulator.core.model import Event
from swsim.simulator.messages.codec import Refused, encode
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.transfer import BaseTransfer, Document
from swsim.simulator.reading import Message, Received, read
from swsim.simulator.registry import PLAYED_DXP_ID
from swsim.simulator.turn import Turn

Played = tuple[Received, Message | Refused]
SENDERS = {
    "303": "ebp",
    "403": "pay",
    "505": "logistics",
    "603": "agent",
    "607": "agent",
    "507": "operator",
    "509": "logistics",
    "215": "operator",
    "701": "agent",
}
"""The role that sends a kind (rules.md §3); an order by its seller where the platform has no code."""
MOST = 100
"""Documents of a message (the schema)."""


async def ahead(turn: Turn, message: Message, shift: timedelta) -> list[Played]:
    """What has to come in before the lists of a message."""
    autopilot = turn.sandbox.settings.autopilot
    if message.kind != "603" or not autopilot.plays.intersection(before.KINDS):
        return []
    papers = before.wanted(message.papers, turn.sandbox.profile)
    await turn.know(before.needs_of_pieces(papers))
    await turn.know(before.needs_of_orders(papers, turn.facts, autopilot))
    made = before.documents(papers, shift, turn.facts, autopilot, turn.now)
    return [one for some in made.values() for one in messages(some, turn, autopilot, turn.now)]


async def due(turn: Turn, event: Event) -> list[Played]:
    """What an event of the autopilot plays."""
    autopilot = turn.sandbox.settings.autopilot
    await turn.know(Needs(serials=set(event.serials)))
    for question in play.QUESTIONS:
        await turn.know(question(event, turn.facts, autopilot))
    return messages(play.documents(event, turn.facts, autopilot), turn, autopilot, event.at)


def placed(count: int, turn: Turn, number: int) -> list[Played]:
    """Orders that the autopilot places by itself; `number` is the journal entry that asked for them."""
    autopilot = turn.sandbox.settings.autopilot
    cast = Cast(autopilot, turn.facts, turn.now)
    orders: list[Document] = []
    for place in range(1, count + 1):
        ref = join((cast.number("O", number, place), cast.firm("ebp").code, cast.firm("ebc").code))
        orders.append(order_of_nobody(ref, cast, cast.report("303", ref)))
    return messages(orders, turn, autopilot, turn.now)


def messages(documents: Sequence[Document], turn: Turn, autopilot: Autopilot, at: datetime) -> list[Played]:
    """Documents of one kind as messages, of each sender one, at most 100 documents each."""
    cast = Cast(autopilot, turn.facts, at)
    by_sender: dict[tuple[str, str], list[Document]] = {}
    for document in documents:
        by_sender.setdefault(_sender(document), []).append(document)
    return [
        _message(some[start : start + MOST], BaseTransfer(**_transfer(*sender)), cast, turn)
        for sender, some in by_sender.items()
        for start in range(0, len(some), MOST)
    ]


def _message(documents: Sequence[Document], transfer: BaseTransfer, cast: Cast, turn: Turn) -> Played:
    upload = EDITION_202205.by_number[documents[0].number].upload
    guid = cast.guid("message", *[_head(one).guid for one in documents])
    data = encode(upload(guid=guid, version="1.0", documents=tuple(documents), base_transfer=transfer))
    packed, found, *_ = read(data, turn.sandbox.codes)
    return Received(data, CHANNEL, packed, turn.sandbox.codes.digest()), found


def _head(document: Document) -> Any:
    return getattr(document, "head", document)


def _sender(document: Document) -> tuple[str, str]:
    """Code and name of the firm that the rules name; a platform abroad has no code, its seller sends for it."""
    head, role = _head(document), SENDERS[document.number]
    code = getattr(head, f"{role}_code")
    role = role if code not in {None, *NO_CODE} else "ebc"
    return getattr(head, f"{role}_code"), getattr(head, f"{role}_name")


def _transfer(code: str, name: str) -> dict[str, str]:
    return {"cop_code": code, "cop_name": name, "dxp_mode": "DXP", "dxp_id": PLAYED_DXP_ID}
