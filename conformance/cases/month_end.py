"""What a journal shows of the end of a month, and the judges of the cases on it (`deadlines`)."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

from swsim.conformance.cases.lists import list_of, status_of
from swsim.conformance.journal import Entry
from swsim.conformance.sightings import Answered, Seen, Sent, answers, sent, shown
from swsim.conformance.story import Judgement, Story, fails, missed, passes
from swsim.simulator.clock import BEIJING
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core.months import late_from, month_of
from swsim.simulator.messages.codec import Refused, read_message

A, B = "a", "b"
DAY, HOUR = 3, 10
"""When the month is closed: the third of the next one."""


def closed_in(story: Story, order: str = A) -> str:
    """The month (YYYY-MM) in which customs closed the order's list."""
    closed = status_of("899", order)(story)
    return month_of(datetime.fromisoformat(closed.entry.at)) if closed else ""


def next_month(day: int = DAY) -> Callable[[Story], datetime]:
    """A day of the month after the first order's list was closed."""

    def when(story: Story) -> datetime:
        year, _, month = closed_in(story).partition("-")
        later = int(year) * 12 + int(month)
        return datetime(later // 12, later % 12 + 1, day, HOUR, tzinfo=BEIJING)

    return when


def number_of(story: Story, order: str = A) -> str:
    """invtNo of the order's list; empty where customs gave none."""
    approved = status_of("399", order)(story)
    return approved.invt_no if approved else ""


def takes(summary: Sent, number: str, closed_at: str) -> bool:
    """Whether a summary takes a list: it names it, or its range of time covers the closing (lines are then ignored).

    Without `closed_at` ranges do not count: customs itself leaves lists out of them that have no place there.
    """
    head = summary.document.head
    if head.start_time and head.end_time:
        return bool(closed_at and head.start_time <= closed_at <= head.end_time)
    return any(line.invt_no == number for line in summary.document.lines)


def summaries_of(story: Story, order: str = A, *, ranges: bool = True) -> list[Sent]:
    """The summaries that take the order's list, oldest first; `ranges`: by a range of time too."""
    number, closed = number_of(story, order), status_of("899", order)(story) if ranges else None
    at = f"{datetime.fromisoformat(closed.entry.at).astimezone(BEIJING):%Y%m%d%H%M%S}" if closed else ""
    found = [one for one in sent(story.everything, "701") if one.document is not None]
    return [one for one in found if number and takes(one, number, at)]


def summed_up(story: Story) -> Sent | None:
    """The first summary that takes the first order's list."""
    return next(iter(summaries_of(story)), None)


def accepted(story: Story) -> Answered | None:
    """The 399 of a summary that takes it."""
    for one in summaries_of(story):
        for answer in answers(story.everything, "701", one.key):
            if answer.accepts and answer.entry.n > one.entry.n:
                return answer
    return None


def refused(story: Story) -> Answered | None:
    """The 100 of a summary that takes it."""
    found = (answer for one in summaries_of(story) for answer in answers(story.everything, "701", one.key))
    return next((answer for answer in found if answer.refuses), None)


@lru_cache(maxsize=256)
def _records(xml: str) -> tuple[Any, ...]:
    try:
        message: Any = read_message(xml.encode()).message
    except Refused:
        return ()
    return tuple(getattr(message, "records", ()))


def results(story: Story, order: str = A) -> Iterator[tuple[Entry, Any]]:
    """The heads of the results (792) about the order's list, in the order in which customs sent them."""
    number = number_of(story, order)
    for entry in story.everything:
        xml = str(entry.data.get("xml", ""))
        if entry.name == "output/return" and "CEB792Message" in xml:
            for record in _records(xml):
                if any(line.invt_no == number for line in record.lines):
                    yield entry, record.head


def declared(story: Story) -> Seen | None:
    """The result that brings entryId."""
    found = next(((entry, head) for entry, head in results(story) if head.entry_id), None)
    return Seen(found[0], f"792 of {found[1].decl_seq_no}, entryId {found[1].entry_id}") if found else None


def in_time(story: Story) -> Judgement:
    """DDL-01: received before the due day is over."""
    summary, month = summed_up(story), closed_in(story)
    if summary is None:
        return fails("no summary takes the list")
    late = late_from(month, Codes.builtin())
    if datetime.fromisoformat(summary.entry.at) >= late:
        return fails(f"lists of {month} are late from {late:%Y-%m-%d %H:%M} on", shown(summary))
    return passes(f"summed up before {late:%Y-%m-%d}", shown(summary))


def takes_every_one(*orders: str) -> Callable[[Story], Judgement]:
    """DDL-01, of several lists."""

    def judge(story: Story) -> Judgement:
        missing = [order for order in orders if not summaries_of(story, order)]
        if missing:
            told = ", ".join(number_of(story, order) for order in missing)
            return fails(f"closed last month and in no summary: {told}", shown(summed_up(story)))
        return passes(f"all {len(orders)} lists are summed up", shown(summed_up(story)))

    return judge


def keeps_out(order: str, why: str, *, ranges: bool = False) -> Callable[[Story], Judgement]:
    """DDL-03 to 05, 13: no summary takes the list."""

    def judge(story: Story) -> Judgement:
        if not number_of(story, order):
            return missed("customs gave the list no number")
        found = summaries_of(story, order, ranges=ranges)
        if found:
            return fails(f"{number_of(story, order)} was summed up: {why}", shown(found[0]))
        return passes("it was kept out", shown(list_of(story, order)))

    return judge


def once(story: Story) -> Judgement:
    """DDL-06: documents with keys of their own; the same one sent again after a refusal is still one."""
    found = summaries_of(story)
    proof = [shown(one)[0] for one in found]
    if len({one.key for one in found}) > 1 or len(found) > 1 + (refused(story) is not None):
        return fails(f"the list stands in {len(found)} summaries", proof)
    return passes("it was summed up once", proof)


def names_properly(story: Story) -> Judgement:
    """DDL-09."""
    summary = summed_up(story) or next(iter(sent(story.everything, "701")), None)
    if summary is None:
        return missed("no summary")
    head = summary.document.head
    if bool(head.start_time) != bool(head.end_time):
        return fails("startTime and endTime go together", shown(summary))
    if not head.start_time and not summary.document.lines:
        return fails("it names neither a range of time nor a list", shown(summary))
    return passes("it names its lists", shown(summary))


def _row(story: Story) -> dict[str, str]:
    return next((row for row in story.books if row.get("orderNo") == story.number(A)), {})


def books_results(story: Story) -> Judgement:
    """DDL-10: what the last result says stands in the books."""
    told = list(results(story))
    if not told:
        return missed("customs sent no result")
    entry, head = told[-1]
    row = _row(story)
    said = {"sumNo": head.sum_no, "declSeqNo": head.decl_seq_no, "entryId": head.entry_id}
    for name, value in said.items():
        if row.get(name) != value:
            return fails(
                f"the books have {name} {row.get(name) or 'empty'}, customs said {value}", shown(Seen(entry, ""))
            )
    return passes("sumNo, declSeqNo and entryId are booked", shown(Seen(entry, f"792 of {head.decl_seq_no}")))


def books_agree(story: Story) -> Judgement:
    """DDL-12: month of closing, and for how much."""
    closed, row = status_of("899")(story), _row(story)
    order = next(iter(sent(story.entries, "303", order_no=story.number(A))), None)
    if closed is None or order is None:
        return missed("no closed list")
    at, value = row.get("closedAt", ""), str(order.document.head.goods_value)
    if at[:6] != closed_in(story).replace("-", "") and at[:7] != closed_in(story):
        return fails(f"the books close the list at {at or 'no time'}, customs in {closed_in(story)}", shown(closed))
    if row.get("goodsValue") != value or row.get("currency") != order.document.head.currency:
        return fails(f"the books have {row.get('goodsValue')} {row.get('currency')}, declared {value}", shown(order))
    return passes("month and amount agree", shown(closed))
