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
from swsim.simulator.core.keys import join, split
from swsim.simulator.core.machines import Input
from swsim.simulator.core.model import Decision, Held, Stage, State
from swsim.simulator.core.numbers import serial_of
from swsim.simulator.core.taking import is_kept, keep, take

SPLIT = frozenset({"507", "509", "607"})
MOVING = SPLIT | {"605", "213", "215"}
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
        other = "215" if held.kind == "213" else "213"
        wanted.ask("list_ref", other, held.list_ref)
        wanted.ask("waybill_ref", other, held.waybill_ref)
    if (serial := serial_of(held.list_ref)) is not None:
        wanted.serials.add(serial)
    return wanted


def needs_of_lists(held: Held) -> Needs:
    """The lists that a split document names, once its content is known."""
    wanted = Needs()
    if held.kind in SPLIT:
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
    if dossier.held.kind not in SPLIT:
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


def _named_by(line: Any, head: Any, facts: Facts) -> Held | None:
    if invt_no := getattr(line, "invt_no", None):
        return list_of(invt_no, facts)
    known = facts.found("waybill_ref", "603", join([line.logistics_no, head.logistics_code]))
    return max(known, key=lambda one: (one.state > State.REJECTED, one.number), default=None)


def moves(dossier: Dossier, at: datetime, facts: Facts) -> list[Decision]:
    """What an accepted document does to the lists it names, or to the application that it speaks of."""
    if dossier.held.kind in RETURNED:
        return _released(dossier.held, facts)
    if dossier.held.kind == "607":
        return [decision for one in dossier.lists if (decision := _fill(dossier.head, one)) is not None]
    named = [one.held for one in dossier.lists if one.held is not None]
    if dossier.held.kind == "507":
        return _steps(named, Stage.ARRIVE, [_arrives(one, facts) for one in named], at)
    if dossier.held.kind == "509":
        return _steps(named, Stage.DEPART, [Input.DEPART] * len(named))
    return _steps(named, Stage.WITHDRAW, [Input.WITHDRAW] * len(named))


def _arrives(held: Held, facts: Facts) -> Input:
    return risk.arriving(held, facts.profile.at(held.customs_code), facts)


def _released(held: Held, facts: Facts) -> list[Decision]:
    """Applications (213) whose goods the site has tallied (215), whichever came first (RET-10).

    A tally names the list, or else the waybill only.
    """
    if held.kind == "215":
        tallied = True
        by_list = facts.found("list_ref", "213", held.list_ref)
        waiting = by_list if held.list_ref else facts.found("waybill_ref", "213", held.waybill_ref)
    else:
        by_waybill = [one for one in facts.found("waybill_ref", "215", held.waybill_ref) if not one.list_ref]
        found = facts.found("list_ref", "215", held.list_ref) + by_waybill
        tallied, waiting = any(one.state == State.APPROVED for one in found), [held]
    some = [one for one in waiting if tallied and one.state == State.STORED]
    return _steps(some, Stage.RELEASE, [risk.tallied(one, facts.profile.at(one.customs_code), facts) for one in some])


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
    return _steps([held], stage, [Input.DEPART if stage is Stage.DEPART else Input.WITHDRAW])


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
