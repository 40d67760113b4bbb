"""Documents that move lists: master list (607), arrival (507), departure (509), cancellation (605).

Each names lists, by waybill, by bill of lading or by the number customs gave; once it is accepted, the lists it names
take a step of their own. The first three may be split into several messages, which act when all of them are in,
whatever their order (ARR-01).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from swsim.simulator.core import risk
from swsim.simulator.core.facts import Facts, Needs
from swsim.simulator.core.incoming import Finding
from swsim.simulator.core.keys import join, split
from swsim.simulator.core.machines import Input
from swsim.simulator.core.model import PART, WHOLE, Decision, Held, Stage, State
from swsim.simulator.core.numbers import serial_of
from swsim.simulator.core.taking import is_kept, keep, take

SPLIT = frozenset({"507", "509", "607"})
PARTED = SPLIT | {"701"}
"""Those that may be split into several messages."""
MOVING = SPLIT | {"605", "213", "215", "701"}
RETURNED = frozenset({"213", "215"})
OF_THE_HEAD = ("traf_name", "voyage_no", "bill_no")
OF_THE_LINE = "total_package_no"
"""Fields of a list's head that a master list fills where they are empty (§2.15, §2.11.4 notes)."""
IN_HAND = frozenset({State.SENT, State.STORED, State.APPROVED})
"""States of a message of a split document that customs has."""


@dataclass(frozen=True, slots=True)
class Named:
    """A list that a document names: path of the row, what names it, the list or None."""

    path: str
    number: str
    held: Held | None
    line: Any = None


@dataclass(slots=True)
class Dossier:
    """A moving document before customs, with its other messages and the lists it names."""

    held: Held
    head: Any
    parts: list[Held]
    lists: list[Named]


def needs_of_parts(held: Held) -> Needs:
    """The other messages of a split document; the list that a cancellation speaks of; the content of the one itself."""
    wanted = Needs()
    wanted.ask("part_ref", held.kind, held.part_ref)
    if held.kind in RETURNED:
        for kind in RETURNED:
            wanted.ask("list_ref", kind, held.list_ref)
            wanted.ask("waybill_ref", kind, held.waybill_ref)
    if (serial := serial_of(held.list_ref)) is not None:
        wanted.serials.add(serial)
    return wanted


def needs_of_lists(held: Held) -> Needs:
    """The lists that a split document names, once its content is known."""
    wanted = Needs()
    head, lines = held.document
    for line in lines:
        wanted.ask("waybill_ref", "603", join([line.logistics_no, head.logistics_code]))
        if (serial := serial_of(getattr(line, "invt_no", None))) is not None:
            wanted.serials.add(serial)
    if not lines:
        wanted.ask("bill_ref", "603", head.bill_no)
    return wanted


def parts_of(held: Held, facts: Facts) -> list[Held]:
    """The messages of a split document that customs has in hand, the one itself among them."""
    return [one for one in facts.found("part_ref", held.kind, held.part_ref) if one.state in IN_HAND]


def is_complete(dossier: Dossier) -> bool:
    """Whether every message of a split document is in."""
    if dossier.held.kind not in PARTED:
        return True
    numbers = {part.document.head.msg_seq_no for part in dossier.parts}
    return numbers >= set(range(1, dossier.head.msg_count + 1))


def list_of(invt_no: str | None, facts: Facts) -> Held | None:
    """The list that customs gave this number."""
    held = facts.by_serial.get(serial_of(invt_no) or -1)
    return held if held is not None and held.kind == "603" and held.invt_no == invt_no else None


def dossier_of(held: Held, facts: Facts) -> Dossier:
    """Lay a moving document beside the lists it names."""
    if held.kind not in SPLIT:
        listed = list_of(held.list_ref, facts)
        head = getattr(held.document, "head", held.document)
        return Dossier(held, head, [held], [Named("invtNo", held.list_ref or "", listed)])
    head, lines = held.document
    kind = type(lines[0]).__name__ if lines else ""
    lists = [
        Named(f"{kind}[{i}]/logisticsNo", line.logistics_no, _named_by(line, head, facts), line)
        for i, line in enumerate(lines, 1)
    ]
    if not lines:  # an arrival of everything under a bill of lading
        known = facts.found("bill_ref", "603", head.bill_no)
        lists = [
            Named("ArrivalHead/billNo", one.key, one)
            for one in known
            if one.state in {State.APPROVED, State.UNDER_INSPECTION, State.RELEASED, State.CLOSED}
            and split(one.waybill_ref or "")[-1] == head.logistics_code
        ]
    return Dossier(held, head, parts_of(held, facts), lists)


def masters_beside(held: Held, facts: Facts) -> list[Held]:
    """Other master lists (607) of the same bill of lading that customs stored (WB-03)."""
    found = facts.found("bill_ref", "607", held.bill_ref)
    return [one for one in found if one.state == State.STORED and one.part_ref != held.part_ref]


def _named_by(line: Any, head: Any, facts: Facts) -> Held | None:
    if invt_no := getattr(line, "invt_no", None):
        return list_of(invt_no, facts)
    known = facts.found("waybill_ref", "603", join([line.logistics_no, head.logistics_code]))
    return max(known, key=lambda one: (one.state > State.REJECTED, one.number), default=None)


def moves(dossier: Dossier, at: datetime, facts: Facts) -> list[Decision]:
    """What an accepted document does to the lists it names, or to the application that it speaks of."""
    if dossier.held.kind in RETURNED:
        return _released(dossier.held, at, facts)
    if dossier.held.kind == "607":
        return [decision for one in dossier.lists if (decision := _fill(dossier.head, one)) is not None]
    named = [one.held for one in dossier.lists if one.held is not None]
    if dossier.held.kind == "507":
        return _steps(named, Stage.ARRIVE, [_arrives(one, facts) for one in named], at)
    if dossier.held.kind == "509":
        return _steps(named, Stage.DEPART, [Input.DEPART] * len(named), at)
    return _steps(named, Stage.WITHDRAW, [Input.WITHDRAW] * len(named))


def _arrives(held: Held, facts: Facts) -> Input:
    return risk.arriving(held, facts.profile.at(held.customs_code), facts)


def _waiting(held: Held, facts: Facts) -> tuple[bool, list[Held]]:
    """Whether goods are tallied (215), and the applications (213) that waited for it, whichever came first (RET-10).

    A tally names the list, or else the waybill only.
    """
    if held.kind == "215":
        by_list = facts.found("list_ref", "213", held.list_ref)
        return True, by_list if held.list_ref else facts.found("waybill_ref", "213", held.waybill_ref)
    by_waybill = [one for one in facts.found("waybill_ref", "215", held.waybill_ref) if not one.list_ref]
    found = facts.found("list_ref", "215", held.list_ref) + by_waybill
    return any(one.state == State.APPROVED for one in found), [held]


def needs_of_returned(held: Held, facts: Facts) -> Needs:
    """Of goods that come back: the list they left with, the other applications for it."""
    wanted = Needs()
    for one in _waiting(held, facts)[1]:
        wanted.ask("list_ref", "213", one.list_ref)
        if (serial := serial_of(one.list_ref)) is not None:
            wanted.serials.add(serial)
    return wanted


def returned_beside(held: Held, facts: Facts) -> list[Held]:
    """The documents that tell how much came back, of which the content is looked at."""
    lists = {one.list_ref for one in _waiting(held, facts)[1]}
    listed = [found for ref in lists if (found := list_of(ref, facts)) is not None]
    return listed + [one for ref in lists for one in facts.found("list_ref", "213", ref)]


def _released(held: Held, at: datetime, facts: Facts) -> list[Decision]:
    """Applications that are released now."""
    tallied, waiting = _waiting(held, facts)
    if not tallied:
        return []
    some = [one for one in waiting if one.state == State.STORED]
    asked = [risk.tallied(one, facts.profile.at(one.customs_code), facts) for one in some]
    return _steps(some, Stage.RELEASE, asked, at)


def come_back(decisions: list[Decision], facts: Facts) -> list[Decision]:
    """What was decided, and what it means for lists: their goods are back once an application is released, however it
    came to that (RET-12).
    """
    released = {one.held.list_ref for one in decisions if one.subject.kind == "213" and one.held and is_back(one.held)}
    lists = [listed for ref in sorted(filter(None, released)) if (listed := list_of(ref, facts)) is not None]
    return decisions + [_comes_back(listed, facts) for listed in lists if listed.content]


def is_back(application: Held) -> bool:
    """Whether the goods of an application (213) are released."""
    return application.state == State.RELEASED


def refunded(listed: Held, facts: Facts) -> list[Any]:
    """The lines of applications (213) whose goods came back to a list."""
    found = facts.found("list_ref", "213", listed.invt_no)
    return [line for one in found if is_back(one) for line in one.document.lines]


def _comes_back(listed: Held, facts: Facts) -> Decision:
    """Goods of a list are back: the summary leaves them out, or came before that (RET-12)."""
    back = refunded(listed, facts)
    whole = all(sum(one.qty for one in back if one.gnum == line.gnum) >= line.qty for line in listed.document.lines)
    listed.returned = WHOLE if whole else PART
    late = [Finding("RET-12", "", "a return before the summary", f"summed up in {listed.sum_no}")]
    remarks = late if listed.sum_no else []
    return Decision(listed, Stage.COME_BACK, listed.state, listed.state, "", [], remarks, held=listed)


CLOSING = {
    State.APPROVED: ((Stage.ARRIVE, Input.ARRIVE), (Stage.DEPART, Input.DEPART)),
    State.UNDER_INSPECTION: ((Stage.RELEASE, Input.RELEASE), (Stage.DEPART, Input.DEPART)),
    State.RELEASED: ((Stage.DEPART, Input.DEPART),),
}
"""How a list that is open comes to be closed."""


def force_closed(held: Held, at: datetime) -> list[Decision]:
    """Close an open list without arrival and departure, for rehearsal; nothing where it is not open."""
    ways = CLOSING.get(State(held.state), ())
    return [decision for stage, asked in ways for decision in _steps([held], stage, [asked], at)]


def _steps(
    documents: Sequence[Held], stage: Stage, asked: Iterable[Input], at: datetime | None = None
) -> list[Decision]:
    """Each takes its step; one that is kept takes it when it is let go."""
    decisions = []
    for held, one in zip(documents, asked, strict=True):
        if is_kept(held):
            decisions.append(keep(held, stage))
        elif (decision := take(held, stage, one, at=at)) is not None:
            decisions.append(decision)
    return decisions


def moved(held: Held, stage: Stage, at: datetime, facts: Facts) -> list[Decision]:
    """The step that a document takes that was kept when others moved it."""
    if stage is Stage.ARRIVE:
        return _steps([held], stage, [_arrives(held, facts)], at)
    if held.kind == "213":
        return _steps([held], stage, [risk.tallied(held, facts.profile.at(held.customs_code), facts)])
    return _steps([held], stage, [Input.DEPART if stage is Stage.DEPART else Input.WITHDRAW], at)


def _fill(head: Any, named: Named) -> Decision | None:
    """Fill what a list left empty; None where nothing is left, and for the list of returned goods (WB-04)."""
    held = named.held
    if held is None or named.line.invt_no:
        return None
    values = {name: getattr(head, name) for name in OF_THE_HEAD} | {OF_THE_LINE: getattr(named.line, OF_THE_LINE)}
    ours = held.document.head
    changes = {name: value for name, value in values.items() if value and not getattr(ours, name)}
    if not changes:
        return None
    held.decoded = held.document.replaced(head=ours.replaced(**changes))
    held.content, held.bill_ref = orjson.dumps(held.decoded, default=tuple), held.bill_ref or head.bill_no
    return Decision(held, Stage.FILL, held.state, held.state, "", held=held, changed=True)
