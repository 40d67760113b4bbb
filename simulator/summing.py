"""The month end, as the pipeline takes it: lists are merged page by page, declarations go on, months are judged.

What is decided is pure (`core.summary`, `core.declaring`, `core.months`); here its facts are brought in pages, so that
a month of a hundred thousand lists passes through memory a few hundred at a time.
"""

import asyncio
from array import array
from collections.abc import Sequence
from itertools import count
from typing import Any

import orjson

from swsim.simulator.clock import compact, to_ms
from swsim.simulator.core import declaring, schedule
from swsim.simulator.core.declaring import Declaration
from swsim.simulator.core.facts import Listed, Needs, Selection
from swsim.simulator.core.incoming import Finding
from swsim.simulator.core.keys import split
from swsim.simulator.core.model import Decision, Event, Held, Stage, State
from swsim.simulator.core.months import late, span
from swsim.simulator.core.movement import needs_of_parts, parts_of, refunded
from swsim.simulator.core.request import SUMMARY, needs_of_summary, request_of, switches_of
from swsim.simulator.core.summary import AMOUNTS, Back, Mark, Merge, Placed, Summing, plain
from swsim.simulator.envelope.cover import way_of
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.returns import copy_of, result_facts
from swsim.simulator.store import journal
from swsim.simulator.turn import MOST_RECORDS, Turn

PAGE = 500
"""Lists that are merged in one turn."""
MOST_ROWS = 5_000
"""Rows of a CEB792: a declaration with more is told in several messages."""
RESULT_MESSAGE = "CEB792Message"
NAMED = 100
"""Lists that a finding of a month names."""


async def sum_up(turn: Turn, event: Event, decisions: Sequence[Decision]) -> None:
    """Merge the lists of an application that was accepted just now: at once where they fit into a page, else in turns
    of its own, between which other sandboxes have theirs (`run.Behind`).
    """
    accepted = [one for one in decisions if one.subject.kind == SUMMARY and one.state == State.APPROVED]
    if not accepted or event.stage is not Stage.CUSTOMS or accepted[0].held is None:
        return
    request = request_of(accepted[0].held, event.at, turn.facts)
    held = request.parts[0]
    lists = array("q", sorted(one.serial for one in request.taken()))
    turn.summing = Summing(held.sum_no, lists, switches_of(request.head, turn.facts))
    going_on = Event(event.at, Stage.SUM_UP, held.number, held.message_guid, [held.serial])
    if len(lists) > PAGE:
        turn.facts.summed |= dict.fromkeys(lists, held.sum_no)  # marked page by page, taken from now on
        turn.plan([going_on])
    else:
        await go_on(turn, going_on)


async def go_on(turn: Turn, event: Event) -> None:
    """Merge the next page of a summary's lists; behind the last one its declarations are made."""
    await turn.know(Needs(serials=set(event.serials)))
    held = turn.facts.by_serial[event.serials[0]]
    summing = turn.summing_of(held.sum_no) or await _anew(turn, held, event)
    if summing.merge is None:  # its declarations take their serials once the last page is merged
        summing.merge = Merge(summing.switches, count(turn.facts.next_serial).__next__)
    page = summing.lists[summing.merged : summing.merged + PAGE]
    summing.merged += len(page)
    summing.nameless += await _merge(turn, summing.merge, page, held, event)
    if summing.merged < len(summing.lists):
        turn.summing = summing
        turn.plan([event])
    else:
        nameless = summing.nameless if summing.switches.by_item_name else 0
        _make(turn, summing.merge, nameless, held, event)


async def _anew(turn: Turn, held: Held, event: Event) -> Summing:
    """Begin a merge again that a restart or a failure broke off: the lists it had marked, and those it had not."""
    await turn.know(needs_of_parts(held))
    await turn.know(Needs(contents={one.serial for one in parts_of(held, turn.facts) if not one.content}))
    await turn.know(needs_of_summary(held, turn.facts))
    request = request_of(held, event.at, turn.facts)
    taken = {one.serial for one in request.taken()}
    marked = await turn.group.summed(turn.sandbox.box, held.sum_no)
    await turn.group.forget_placed(turn.sandbox.box, marked)
    taken.update(marked)
    return Summing(held.sum_no, array("q", sorted(taken)), switches_of(request.head, turn.facts))


async def _merge(turn: Turn, merge: Merge, page: Sequence[int], held: Held, event: Event) -> int:
    """Merge a page of lists; how many lines had no item name to be merged by."""
    await turn.know(Needs(listed=set(page)))
    lists, contents = [turn.facts.listed[serial] for serial in page], await turn.contents(page)
    backs = await _backs(turn, [one for one in lists if one.returned])
    step = turn.step(event.at, Stage.SUM_UP, int(State.CLOSED), held.number, [], held.sum_no)
    nameless = 0
    for one in lists:
        document: Any = EDITION_202205.by_number["603"].document.restore(orjson.loads(contents[one.serial]))
        turn.placed += merge.add(one.serial, one.closed_ms, document, one.invt_no, backs.get(one.serial, {}))
        nameless += sum(not line.item_name for line in document.lines)
        if one.sum_no != held.sum_no:  # begun anew, a merge finds lists that it has marked
            turn.mark(Mark(one.serial, held.sum_no, step))
    return nameless


def _make(turn: Turn, merge: Merge, nameless: int, held: Held, event: Event) -> None:
    """Every list is merged: the declarations, what is noted of them, their first CEB792."""
    made = [declaring.declaration_of(one, held.sum_no, held.customs_code, event.at) for one in merge.declarations]
    turn.facts.next_serial += len(made)
    turn.put_declarations(made)
    if remarks := _remarks(merge, nameless):
        said = Decision(held, Stage.SUM_UP, held.state, held.state, "", [], remarks, "", held)
        turn.record([said], event.at, event.number)
    told = [[one.decl_seq_no, len(one.lines), one.sources] for one in made]
    data = {"sumNo": held.sum_no, "of": event.number, "lists": merge.lists, "declarations": told}
    turn.note(journal.OUTPUT, "summary", data, at=event.at)
    if made:
        turn.plan([schedule.declares_at(held, True, 0, event.at, turn.facts)])


async def _backs(turn: Turn, lists: Sequence[Listed]) -> dict[int, dict[int, Back]]:
    """What came back of lists, by serial and line."""
    if not lists:
        return {}
    wanted = Needs(serials={one.serial for one in lists})
    for one in lists:
        wanted.ask("list_ref", "213", one.invt_no)
    await turn.know(wanted)
    found = {one.serial: turn.facts.found("list_ref", "213", one.invt_no) for one in lists}
    await turn.know(Needs(contents={ref.serial for refs in found.values() for ref in refs if not ref.content}))
    return {one.serial: _back(refunded(turn.facts.by_serial[one.serial], turn.facts)) for one in lists}


def _back(lines: Sequence[Any]) -> dict[int, Back]:
    back: dict[int, Back] = {}
    for line in lines:
        was = back.get(line.gnum, Back())
        back[line.gnum] = Back(was.qty + line.qty, was.qty1 + line.qty1, was.qty2 + (line.qty2 or 0))
    return back


def _remarks(merge: Merge, nameless: int) -> list[Finding]:
    remarks = []
    if nameless:
        remarks.append(Finding("SUM-11", "SummaryApplyHead/itemNameFlag", "lines with itemName", f"{nameless} without"))
    if any(merge.kept_out):
        out = dict(zip(AMOUNTS, merge.kept_out, strict=True))
        found = ", ".join(f"{name} {plain(out[name])}" for name in ("qty", "total_price", "gross_weight"))
        remarks.append(Finding("RET-12", "", "goods that came back are not summed up", f"kept out: {found}"))
    return remarks


async def declare(turn: Turn, event: Event) -> None:
    """Take the next step of a summary's declarations, and tell it (CEB792)."""
    await turn.know(Needs(serials=set(event.serials), contents=set()))
    held = turn.facts.by_serial[event.serials[0]]
    await turn.know(Needs(contents={held.serial}))
    rows = await turn.declarations(sum_no=held.sum_no)
    more = declaring.go_on(rows, event.at, turn.facts)
    turn.put_declarations(rows)
    said = rows[0]
    info = " ".join(filter(None, (f"decState {said.dec_state}", said.dec_tmp_no, said.dec_pre_no, said.entry_id)))
    late = declaring.late_declarations(rows, event.at, turn.facts)
    remarks = [one for one in late if said.declared_ms == to_ms(event.at)]
    decision = Decision(held, Stage.DECLARE, held.state, held.state, "", [], remarks, info, held)
    turn.record([decision], event.at, event.number)
    await _tell(turn, held, rows, event)
    if more:
        turn.plan([schedule.declares_at(held, False, int(said.progress), event.at, turn.facts)])


async def _tell(turn: Turn, held: Held, rows: Sequence[Declaration], event: Event) -> None:
    """Each declaration is a record, or several where it has many rows; records travel together up to MOST_ROWS."""
    apply = held.document.head
    together: list[tuple[dict[str, Any], list[Placed]]] = []
    waiting = 0
    for one in rows:
        count = max(1, -(-one.sources // MOST_ROWS))
        after = (0, 0)
        for place in range(1, count + 1):
            lines = await turn.placed_of(one.serial, after, MOST_ROWS)
            await asyncio.sleep(0)  # whoever reads is answered meanwhile
            after = (lines[-1].list, lines[-1].gnum) if lines else after
            if together and (waiting + len(lines) > MOST_ROWS or len(together) == MOST_RECORDS):
                _put(turn, held, together, event)
                together, waiting = [], 0
            head = declaring.result_head(one, apply, event.at) | {"msg_count": count, "msg_seq_no": place}
            together.append((head, lines))
            waiting += len(lines)
    _put(turn, held, together, event)


def _put(turn: Turn, held: Held, together: Sequence[tuple[dict[str, Any], list[Placed]]], event: Event) -> None:
    said = [(head, [(p.invt_no, p.logistics_no, p.line, p.gnum, p.gcode) for p in rows]) for head, rows in together]
    way = way_of(held.via)
    number = turn.send(held.dxp_id, RESULT_MESSAGE, result_facts(said), event.at, way.form)
    for address in way.to("ALL", "RET"):
        turn.send(address, RESULT_MESSAGE, copy_of("return", number), event.at, way.form)


async def judge(turn: Turn, event: Event) -> None:
    """A month is late: what is not summed up, or not declared, is found now (SUM-15, SUM-16)."""
    month, first_ms_last_ms = event.message_guid, span(event.message_guid)
    selection = Selection("", *first_ms_last_ms)
    await turn.know(Needs(selections={selection}))
    missing = [one for one in turn.facts.selected[selection] if one.returned != 2]
    until = compact(late(month, turn.facts))
    finding = Finding("SUM-15", "", f"a list closed in {month} is summed up before {until}", "in no summary")
    step = turn.step(event.at, Stage.MONTH, int(State.CLOSED), event.number, [finding], "")
    for one in missing:
        turn.mark(Mark(one.serial, "", step))
    undeclared = [one for one in await turn.declarations(month=month) if not one.declared_ms]
    await _undeclared(turn, undeclared, month, until, event)
    by_consignor: dict[str, int] = {}
    for one in missing:
        by_consignor[one.sum_ref] = by_consignor.get(one.sum_ref, 0) + 1
    found = {
        "month": month,
        "lateFrom": late(month, turn.facts).isoformat(),
        "notSummarised": len(missing),
        "byConsignor": [
            {"customsCode": split(ref)[1], "ebcCode": split(ref)[2], "lists": count}
            for ref, count in sorted(by_consignor.items())
        ],
        "lists": [one.invt_no for one in missing[:NAMED]],
        "notDeclared": [one.decl_seq_no for one in undeclared[:NAMED]],
        "declarationsNotMade": len(undeclared),
    }
    turn.judged.append((month, to_ms(event.at), orjson.dumps(found)))
    turn.note(journal.OUTPUT, "month", found, at=event.at)


async def _undeclared(turn: Turn, declarations: Sequence[Declaration], month: str, until: str, event: Event) -> None:
    """SUM-16 stands in the trail of the application whose declarations are not made."""
    for number in sorted({one.sum_no for one in declarations}):
        applied = await turn.summary(number)
        if applied is None:
            continue
        count = sum(one.sum_no == number for one in declarations)
        finding = Finding("SUM-16", "", f"lists of {month} declared before {until}", f"{count} declarations not made")
        decision = Decision(applied, Stage.MONTH, applied.state, applied.state, "", [], [finding], "", applied)
        turn.record([decision], event.at, event.number)
