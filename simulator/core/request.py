"""A summary application (CEB701) before customs: its parts, the lists it takes, what it needs to be judged.

A range of time takes every closed list of its consignor and customs, and its lines are ignored; without a range the
lines name the lists (SUM-05). startTime and endTime are customs' own time: no clock translation moves them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from swsim.simulator.clock import read_compact, to_ms
from swsim.simulator.core.facts import Facts, Listed, Needs, Selection
from swsim.simulator.core.keys import join
from swsim.simulator.core.model import WHOLE, Held
from swsim.simulator.core.movement import parts_of
from swsim.simulator.core.numbers import serial_of
from swsim.simulator.core.summary import Switches

SUMMARY = "701"
TO_SUM_UP = "B"
"""statisticsFlag of lists that are summed up; A is released by the list alone (STA-06)."""
BY_CONSIGNOR, BY_ITEM_NAME = "1", "1"
MOST_ALIKE = 100
"""Lists that a finding names: an application may take a hundred thousand."""
DAY, OF_BEIJING = 86_400_000, 28_800_000
"""Milliseconds."""


class Wanted(NamedTuple):
    """A list that an application takes: the path of what names it, its number, what is known of it."""

    path: str
    number: str
    list: Listed | None


@dataclass(slots=True)
class Request:
    """An application with all its parts. `at`: when it is judged."""

    held: Held
    head: Any
    parts: list[Held]
    wanted: list[Wanted]
    selection: Selection | None
    at: datetime
    samples: list[Wanted]
    """Of the lists that the rules cannot tell apart the first MOST_ALIKE, in their order."""

    @property
    def complete(self) -> bool:
        """Whether every message that it was split into is in."""
        numbers = {part.document.head.msg_seq_no for part in self.parts}
        return numbers >= set(range(1, self.head.msg_count + 1))

    def taken(self) -> list[Listed]:
        """The lists to sum up, each once; of those a range takes, not the ones that came back whole."""
        found = {one.list.serial: one.list for one in self.wanted if one.list is not None}
        return [one for one in found.values() if one.returned != WHOLE]


def switches_of(head: Any, facts: Facts) -> Switches:
    """How the lists of an application are merged (SUM-10, SUM-11)."""
    alone = head.summary_flag == BY_CONSIGNOR and facts.profile.summary_flag_1 == "consignor_only"
    return Switches(by_producer=not alone, by_item_name=head.item_name_flag == BY_ITEM_NAME)


def selection_of(head: Any) -> Selection | None:
    """What a range of time takes; None where the lines name the lists. Both ends are whole seconds, included."""
    start, end = read_compact(head.start_time or ""), read_compact(head.end_time or "")
    if start is None or end is None:
        return None
    consignor = join([TO_SUM_UP, head.customs_code, head.ebc_code])
    return Selection(consignor, to_ms(start), to_ms(end) + 999, head.loct_no or "")


def needs_of_summary(held: Held, facts: Facts) -> Needs:
    """The lists that an application takes, once the content of its parts is known."""
    wanted, parts = Needs(), parts_of(held, facts)
    selection = selection_of(held.document.head)
    if selection is not None:
        wanted.selections.add(selection)
        return wanted
    for part in parts:
        wanted.listed |= {serial for _, number in _lines(part) if (serial := serial_of(number)) is not None}
    return wanted


def _lines(part: Held) -> Iterator[tuple[str, str]]:
    for i, line in enumerate(part.document.lines, 1):
        yield f"SummaryApplyList[{i}]/invtNo", line.invt_no


def request_of(held: Held, at: datetime, facts: Facts) -> Request:
    """Lay an application beside the lists it takes."""
    head, parts = held.document.head, sorted(parts_of(held, facts), key=lambda one: one.document.head.msg_seq_no)
    selection = selection_of(head)
    if selection is not None:
        found = facts.selected.get(selection, [])
        wanted = [Wanted("SummaryApplyHead/startTime", one.invt_no, one) for one in found]
    else:
        wanted = [Wanted(path, number, _listed(number, facts)) for part in parts for path, number in _lines(part)]
    return Request(held, head, parts, wanted, selection, at, samples_of(wanted))


def samples_of(wanted: Sequence[Wanted]) -> list[Wanted]:
    """What the rules look at of very many lists: enough of each sort to name in a finding."""
    seen: dict[tuple[object, ...], int] = {}
    samples = []
    for one in wanted:
        found = one.list
        alike = (found.state, found.sum_ref, found.sum_no, found.returned, _day(found.closed_ms)) if found else ()
        seen[alike] = count = seen.get(alike, 0) + 1
        if count <= MOST_ALIKE:
            samples.append(one)
    return samples


def _day(closed_ms: int) -> int:
    """A number for the day in Beijing: lists of a day are of a month."""
    return (closed_ms + OF_BEIJING) // DAY


def _listed(number: str, facts: Facts) -> Listed | None:
    found = facts.listed.get(serial_of(number) or -1)
    return found if found is not None and found.invt_no == number else None
