"""What must be looked up before customs decides, as data: `needs` before `decide`, questions in turn before `due`."""

from collections.abc import Callable, Sequence

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
    wanted.ask_all("key", kind, [item.key for item in items])
    wanted.ask_all("guid", kind, [item.guid for item in items])
    if kind in {"403", "603"}:
        wanted.ask_all("order_ref", kind, [item.order_ref for item in items])
    for item in items if kind in {"605", "213"} else ():
        wanted.ask("list_ref", kind, item.list_ref)
        if (serial := serial_of(item.list_ref)) is not None:
            wanted.serials.add(serial)
    for item in items if kind not in {"603", "605", "213"} else ():
        if item.app_type != "1":
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


def needs_of_match(_: Event, held: Sequence[Held], __: Facts) -> Needs:
    """What a list is matched with."""
    wanted = Needs()
    _ask_for_match(wanted, held)
    return wanted


def needs_of_differences(_: Event, held: Sequence[Held], facts: Facts) -> Needs:
    """Whose content the match has to see: where prints differ, so that a rule may have a say."""
    looked_at = [other for one in held for other in match_of(one, facts).unsettled()]
    return Needs(contents={other.serial for other in looked_at if not other.content})


def needs_of_messages(_: Event, held: Sequence[Held], __: Facts) -> Needs:
    """The other messages of a split document, the list that is cancelled or that goods come back from."""
    wanted = Needs()
    for one in held:
        wanted.add(needs_of_parts(one))
    return wanted


def needs_of_contents(_: Event, held: Sequence[Held], facts: Facts) -> Needs:
    """The content of documents that move lists."""
    looked_at = [other for one in held for other in (one, *parts_of(one, facts))]
    return Needs(contents={other.serial for other in looked_at if not other.content})


def needs_of_named(_: Event, held: Sequence[Held], facts: Facts) -> Needs:
    """The lists that a document names, which its content tells; other master lists of its bill of lading."""
    wanted = Needs()
    for one in held:
        for part in parts_of(one, facts) if one.kind in SPLIT else ():
            wanted.add(needs_of_lists(part))
        if one.kind == SUMMARY:
            wanted.add(needs_of_summary(one, facts))
        elif one.kind in RETURNED:
            wanted.add(needs_of_returned(one, facts))
        elif one.kind == "607":
            wanted.ask("bill_ref", "607", one.bill_ref)
    return wanted


def needs_of_filled(_: Event, held: Sequence[Held], facts: Facts) -> Needs:
    """The content of the lists that a master list fills, or that goods come back to; of other master lists."""
    wanted = Needs()
    for one in held:
        looked_at: list[Held | None] = []
        if one.kind in RETURNED:
            looked_at += returned_beside(one, facts)
        for part in parts_of(one, facts) if one.kind == "607" else ():
            looked_at += [row.held for row in dossier_of(part, facts).lists]
            looked_at += masters_beside(part, facts)
        wanted.contents |= {beside.serial for beside in looked_at if beside is not None and not beside.content}
    return wanted


Question = Callable[[Event, Sequence[Held], Facts], Needs]
MATCH: tuple[Question, ...] = (needs_of_match, needs_of_differences)
MOVE: tuple[Question, ...] = (needs_of_messages, needs_of_contents, needs_of_named, needs_of_filled)
AT_CUSTOMS = {"603": MATCH} | dict.fromkeys(sorted(MOVING), MOVE)
"""By kind of document what is asked before the step at customs, each question with the answers to those before it."""
LATER = {"213": MOVE}
"""The same before the steps behind it: returned goods are judged beside others until they are released (RET-12)."""


def asked(event: Event, held: Sequence[Held]) -> tuple[Question, ...]:
    """The questions before a step of documents that came in one message, and so are of one kind."""
    if not held or event.stage not in {Stage.CUSTOMS, Stage.REVIEW, Stage.RELEASE}:
        return ()
    return (AT_CUSTOMS if event.stage is Stage.CUSTOMS else LATER).get(held[0].kind, ())


def needs_ahead(kind: str, papers: Sequence[Paper], profile: Profile) -> Needs:
    """What a message will ask for, seen before its turn: so that several can be looked up together."""
    wanted = needs(kind, papers)
    if kind == "603" and profile.instant:
        _ask_for_match(wanted, papers)
    return wanted


def _ask_for_match(wanted: Needs, lists: Sequence[Held | Paper]) -> None:
    orders, waybills = [one.order_ref for one in lists], [one.waybill_ref for one in lists]
    wanted.ask_all("key", "303", orders)
    wanted.ask_all("key", "505", waybills)
    wanted.ask_all("order_ref", "403", orders)
    wanted.ask_all("waybill_ref", "603", waybills)
