"""What an event of the autopilot plays: which facts it looks up, and which documents it sends. Pure.

Nothing is played twice, and nothing that the integrator sent itself in the meantime.
"""

from collections.abc import Callable, Iterable

from swsim.simulator.autopilot import shipment
from swsim.simulator.autopilot.cast import Cast
from swsim.simulator.autopilot.sale import (
    Sale,
    list_of_sale,
    order_of_receipts,
    order_of_waybill,
    receipts_of_order,
    sale_of,
    waybill_of_order,
)
from swsim.simulator.autopilot.settings import SALE, Autopilot
from swsim.simulator.core.facts import Facts, Needs
from swsim.simulator.core.keys import join
from swsim.simulator.core.model import LIVE, PLAYED_AS, Event, Held, State
from swsim.simulator.core.movement import list_of
from swsim.simulator.core.numbers import serial_of
from swsim.simulator.messages.transfer import Document
from swsim.simulator.profile import receipts_required

STATES = {"607": State.APPROVED, "507": State.APPROVED, "509": State.RELEASED, "215": State.STORED, "701": State.CLOSED}
"""Where a document has to stand still when it is played for."""


def sources(event: Event, facts: Facts) -> list[Held]:
    """The documents of an event that still are what they were when it was planned."""
    kind = PLAYED_AS[event.stage]
    held = [facts.by_serial[serial] for serial in event.serials if serial in facts.by_serial]
    return [
        one
        for one in held
        if one.number == event.number
        and (one.state == STATES[kind] if kind in STATES else one.state in LIVE)
        and not (kind == "607" and one.bill_ref)
    ]


def needs_of_sources(event: Event, facts: Facts, _: Autopilot) -> Needs:
    """What they say."""
    return Needs(contents={one.serial for one in sources(event, facts) if not one.content})


def needs_of_sales(event: Event, facts: Facts, autopilot: Autopilot) -> Needs:
    """What is there of their sales; whether a summary or a tally was sent before."""
    wanted, kind, cast = Needs(), PLAYED_AS[event.stage], Cast(autopilot, facts, event.at)
    for one in sources(event, facts):
        if kind in SALE:
            sale = sale_of(one, cast)
            wanted.ask("key", "303", sale.order_ref)
            wanted.ask("key", "505", sale.waybill_ref)
            wanted.ask("order_ref", "403", sale.order_ref)
            wanted.ask("order_ref", "603", sale.order_ref)
            wanted.ask("waybill_ref", "603", sale.waybill_ref)
            wanted.ask("key", "603", _key_of_list(sale, cast))
        elif kind == "215":
            wanted.ask("list_ref", "215", one.list_ref)
            if (serial := serial_of(one.list_ref)) is not None:
                wanted.serials.add(serial)
    for key in shipment.summary_keys(sources(event, facts), cast) if kind == "701" else ():
        wanted.ask("key", "701", key)
    return wanted


def needs_of_pieces(event: Event, facts: Facts, autopilot: Autopilot) -> Needs:
    """What order and waybill of a sale say."""
    wanted, cast = Needs(), Cast(autopilot, facts, event.at)
    for one in sources(event, facts) if PLAYED_AS[event.stage] in SALE else ():
        sale = sale_of(one, cast)
        pieces = facts.order_of(sale.order_ref), facts.waybill_of(sale.waybill_ref)
        wanted.contents |= {piece.serial for piece in pieces if piece is not None and not piece.content}
    return wanted


QUESTIONS: tuple[Callable[[Event, Facts, Autopilot], Needs], ...] = (needs_of_sources, needs_of_sales, needs_of_pieces)
"""What is asked before `documents`, each question with the answers to those before it."""


def documents(event: Event, facts: Facts, autopilot: Autopilot) -> list[Document]:
    """What is played."""
    kind, cast, found = PLAYED_AS[event.stage], Cast(autopilot, facts, event.at), sources(event, facts)
    if kind not in autopilot.plays:
        return []
    if kind in SALE:
        made = [_piece(kind, sale_of(one, cast), cast) for one in found]
        return [one for one in made if one is not None]
    if kind == "215":
        return [shipment.tally(one, cast) for one in found if not _tallied(one, facts)]
    return MOVERS[kind](found, cast)


MOVERS: dict[str, Callable[[Iterable[Held], Cast], list[Document]]] = {
    "607": shipment.master_lists,
    "507": shipment.arrivals,
    "509": shipment.departures,
    "701": shipment.summaries,
}


def _piece(kind: str, sale: Sale, cast: Cast) -> Document | None:
    """A document of a sale, where it is not there yet and can be made."""
    facts, source = cast.facts, sale.source
    order, waybill = facts.order_of(sale.order_ref), facts.waybill_of(sale.waybill_ref)
    if kind == "303":
        if _is_there(order) or source.kind == "303":
            return None
        report = cast.report(kind, sale.order_ref)
        if source.kind == "403":
            return order_of_receipts(source.document, cast, report)
        return order_of_waybill(source.document, sale, cast, report)
    if kind == "403":
        wanted = order is not None and receipts_required(facts.regime, cast.at)
        if order is None or not wanted or any(map(_is_there, facts.found("order_ref", "403", sale.order_ref))):
            return None
        return receipts_of_order(order.document, cast, cast.report(kind, sale.order_ref))
    if kind == "505":
        if order is None or _is_there(waybill):
            return None
        return waybill_of_order(order.document, sale, cast, cast.report(kind, sale.waybill_ref))
    return _list(sale, order, waybill, cast)


def _list(sale: Sale, order: Held | None, waybill: Held | None, cast: Cast) -> Document | None:
    """The list, once all that has to be there before it is there (ORD-01, PAY-01)."""
    facts = cast.facts
    paid = not receipts_required(facts.regime, cast.at) or any(
        map(_is_there, facts.found("order_ref", "403", sale.order_ref))
    )
    known = facts.live_lists(order=sale.order_ref) + facts.live_lists(waybill=sale.waybill_ref)
    if order is None or waybill is None or not (_is_there(order) and _is_there(waybill)) or not paid or known:
        return None
    report = cast.report("603", f"{sale.order_ref}/{order.number}")
    return list_of_sale(order.document, waybill.document, cast, report, _cop_no(sale, cast))


def _cop_no(sale: Sale, cast: Cast) -> str:
    return cast.number("L", sale.order_ref)


def _key_of_list(sale: Sale, cast: Cast) -> str:
    return join((_cop_no(sale, cast), cast.agent_of(sale.order_ref.rpartition("~")[2]).code))


def _is_there(held: Held | None) -> bool:
    """Sent, and not turned down: what the integrator sent stands for itself."""
    return held is not None and held.state in LIVE


def _tallied(application: Held, facts: Facts) -> bool:
    return list_of(application.list_ref, facts) is None or any(
        map(_is_there, facts.found("list_ref", "215", application.list_ref))
    )
