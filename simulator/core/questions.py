"""What must be looked up before customs decides, as data: `needs` before `decide`, QUESTIONS in turn before `due`."""

from collections.abc import Iterable, Sequence

from swsim.simulator.core.checks_matching import match_of
from swsim.simulator.core.facts import Facts, Needs
from swsim.simulator.core.incoming import Paper, Submission
from swsim.simulator.core.model import Event, Held, Stage
from swsim.simulator.core.movement import (
    MOVING,
    RETURNED,
    SPLIT,
    dossier_of,
    list_of,
    masters_beside,
    needs_of_lists,
    needs_of_parts,
    needs_of_returned,
    parts_of,
    returned_beside,
)
from swsim.simulator.core.numbers import serial_of
from swsim.simulator.core.request import SUMMARY, needs_of_summary
from swsim.simulator.core.schedule import PIECES
from swsim.simulator.profile import Profile


def needs(kind: str, items: Sequence[Submission | Paper]) -> Needs:
    """What `decide` has to know of: the documents under the same keys, and the lists that bind them."""
    wanted = Needs()
    for item in items:
        wanted.ask("key", kind, item.key)
        wanted.ask("guid", kind, item.guid)
        if kind in {"403", "603"}:
            wanted.ask("order_ref", kind, item.order_ref)
        elif kind in {"605", "213"}:
            wanted.ask("list_ref", kind, item.list_ref)
            if (serial := serial_of(item.list_ref)) is not None:
                wanted.serials.add(serial)
        if kind not in {"603", "605", "213"} and item.app_type != "1":
            wanted.ask("order_ref", "603", item.order_ref)
            wanted.ask("waybill_ref", "603", item.waybill_ref)
    return wanted


def needs_on_arrival(kind: str, items: Sequence[Submission], facts: Facts) -> Needs:
    """Whose content `decide` has to see: of the list that goods return from, of other applications for it.

    Of a waybill whose number is known, the lists that had their use of it (LOG-01).
    """
    wanted = Needs()
    for item in items if kind in PIECES and facts.profile.waits else ():  # lists may wait for them (ORD-02)
        wanted.ask("order_ref", "603", item.order_ref)
        wanted.ask("waybill_ref", "603", item.waybill_ref)
    for item in items if kind == "505" else ():
        if facts.held(kind, item.key) is not None and item.app_type == "1":
            wanted.ask("waybill_ref", "603", item.waybill_ref)
    for item in items if kind == "213" else ():
        listed = list_of(item.list_ref, facts)
        known = [*([listed] if listed else []), *facts.found("list_ref", "213", item.list_ref)]
        wanted.contents |= {one.serial for one in known if not one.content}
    return wanted


def needs_of_event(event: Event, held: Iterable[Held], _: Facts) -> Needs:
    """At customs: what a list is matched with, the other messages of a split document, the list that is cancelled."""
    wanted = Needs()
    for one in _judged(event, held):
        if one.kind == "603":
            _ask_for_match(wanted, one)
        elif one.kind in MOVING:
            wanted.add(needs_of_parts(one))
    return wanted


def _judged(event: Event, held: Iterable[Held]) -> list[Held]:
    """Those that are judged beside others: at customs, and returned goods until they are released (RET-12)."""
    if event.stage is Stage.CUSTOMS:
        return list(held)
    return [one for one in held if one.kind == "213"] if event.stage in {Stage.REVIEW, Stage.RELEASE} else []


def needs_closer(event: Event, held: Iterable[Held], facts: Facts) -> Needs:
    """Whose content `due` has to see: where prints differ, so that a rule of the match may have a say; of documents
    that move lists; of the lists that a master list fills.
    """
    wanted = Needs()
    looked_at: list[Held] = []
    for one in _judged(event, held):
        if one.kind == "603":
            looked_at += match_of(one, facts).unsettled()
        elif one.kind in MOVING:
            looked_at += [one, *parts_of(one, facts)]
    wanted.contents = {other.serial for other in looked_at if not other.content}
    return wanted


def needs_of_named(event: Event, held: Iterable[Held], facts: Facts) -> Needs:
    """The lists that a document names, which its content tells; other master lists of its bill of lading."""
    wanted = Needs()
    for one in _judged(event, held):
        for part in parts_of(one, facts) if one.kind in SPLIT else ():
            wanted.add(needs_of_lists(part))
        if one.kind == SUMMARY:
            wanted.add(needs_of_summary(one, facts))
        elif one.kind in RETURNED:
            wanted.add(needs_of_returned(one, facts))
        elif one.kind == "607":
            wanted.ask("bill_ref", "607", one.bill_ref)
    return wanted


def needs_of_filled(event: Event, held: Iterable[Held], facts: Facts) -> Needs:
    """The content of the lists that a master list fills, or that goods come back to; of other master lists."""
    wanted = Needs()
    for one in _judged(event, held):
        looked_at: list[Held | None] = []
        if one.kind in RETURNED:
            looked_at += returned_beside(one, facts)
        for part in parts_of(one, facts) if one.kind == "607" else ():
            looked_at += [row.held for row in dossier_of(part, facts).lists]
            looked_at += masters_beside(part, facts)
        wanted.contents |= {beside.serial for beside in looked_at if beside is not None and not beside.content}
    return wanted


QUESTIONS = (needs_of_event, needs_closer, needs_of_named, needs_of_filled)
"""What `due` asks, each question with the answers to those before it."""


def needs_ahead(kind: str, papers: Sequence[Paper], profile: Profile) -> Needs:
    """What a message will ask for, seen before its turn: so that several can be looked up together."""
    wanted = needs(kind, papers)
    if kind == "603" and profile.instant:
        for paper in papers:
            _ask_for_match(wanted, paper)
    return wanted


def _ask_for_match(wanted: Needs, one: Held | Paper) -> None:
    wanted.ask("key", "303", one.order_ref)
    wanted.ask("key", "505", one.waybill_ref)
    wanted.ask("order_ref", "403", one.order_ref)
    wanted.ask("waybill_ref", "603", one.waybill_ref)
