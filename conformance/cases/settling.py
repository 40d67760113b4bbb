"""When something counts: a list closed at 899, goods back at 800, a month declared with entryId, a hold at its end."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from swsim.conformance.cases.lists import ORDER, about, list_of, status_of
from swsim.conformance.cases.month_end import (
    A,
    B,
    closed_in,
    declared,
    next_month,
    summed_up,
    takes_every_one,
)
from swsim.conformance.cases.steps import expect, sells, ship, ships
from swsim.conformance.conversation import Act, Advance, Ask, Case, Customs, Fault, Judge, Switch
from swsim.conformance.provoking import delay
from swsim.conformance.sightings import Answered, Seen, answers, shown
from swsim.conformance.story import Judgement, Story, fails, missed, passes
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core.months import late_from

TWO_DAYS, LONG = timedelta(days=2), timedelta(days=60)
MONTH = timedelta(days=28)
SLOW: dict[str, Any] = {"declared_after": [43_200, 43_200]}
HELD: dict[str, Any] = {"inspection_rate": 1.0, "hold_rate": 1.0}
CLOSE = Act("close-month", details=lambda story: {"month": closed_in(story)})


def books_say(closed: str) -> Callable[[Story], Judgement]:
    """LIF-09: the books have a time of closing, or none as yet."""

    def judge(story: Story) -> Judgement:
        row = next((row for row in story.books if row.get("orderNo") == story.number(ORDER)), None)
        released, end = status_of("800")(story), status_of("899")(story)
        if row is None:
            return missed("the books have no row of the order")
        if not closed and end is not None:
            return missed("customs closed it already", shown(end))
        if not closed and row.get("closedAt"):
            told = f"the books close it at {row['closedAt']}, customs has only released it (800)"
            return fails(told, shown(released))
        if closed and not row.get("closedAt"):
            return fails("customs closed it (899), the books do not", shown(end))
        return passes(f"closedAt {row.get('closedAt') or 'empty'}", shown(end or released))

    return judge


def declared_in_time(story: Story) -> Judgement:
    """DDL-02: the 792 with entryId came before the due day was over."""
    result, month = declared(story), closed_in(story)
    if result is None:
        return fails(f"no declaration with entryId was made of the lists of {month}", shown(summed_up(story)))
    late = late_from(month, Codes.builtin())
    if datetime.fromisoformat(result.entry.at) >= late:
        told = f"declared at {result.entry.at[:16]}: lists of {month} are late from {late:%Y-%m-%d %H:%M} on"
        return fails(told, (*shown(summed_up(story)), *shown(result)))
    return passes(f"declared before {late:%Y-%m-%d}", shown(result))


def accepted_back(story: Story) -> Answered | None:
    """The 120 of the application for returned goods of the second list."""
    found = about("213", B)(story)
    return (
        next((one for one in answers(story.everything, "213", found.key) if one.status == "120"), None)
        if found
        else None
    )


def not_released(story: Story) -> Judgement:
    """The provocation: customs has not released what came back."""
    found = about("213", B)(story)
    freed = [one for one in answers(story.everything, "213", found.key) if one.status == "800"] if found else []
    return missed("customs released it already", shown(freed[0])) if freed else passes("")


def kept(story: Story) -> Judgement:
    """LIF-07: no departure while the inspection goes on."""
    stopped, left, freed = status_of("500")(story), about("509")(story), status_of("800")(story)
    if stopped is None or freed is not None:
        return missed("the inspection was over already, or never begun", shown(freed))
    if left is not None:
        return fails("goods under inspection (500) were reported as left (509)", (*shown(stopped), *shown(left)))
    return passes("the goods are held", shown(stopped))


def _release(story: Story) -> tuple[str, dict[str, Any]]:
    listed = list_of(story)
    return f"documents/603/{listed.key if listed else ''}/force", {"status": 800}


def first_summary(story: Story) -> Seen | None:
    """The summary that takes the list, as what was seen of it."""
    found = summed_up(story)
    return Seen(found.entry, "the summary") if found else None


CASES = (
    Case(
        id="closed-at-899",
        title_zh="899之前不视为出口完成",
        title_en="Takes a list for closed at 899, not before",
        description="The goods are released (800) and leave; two days pass before customs closes the list (899).",
        expectation="Until then the books have no time of closing; then they have.",
        provokes="a late 899",
        plans=("9610-statistics", "receiving"),
        needs=("ship", "books"),
        steps=(
            *sells(ORDER),
            Fault("customs takes its time over the departure", lambda _: [delay("509", "*", "399", TWO_DAYS)]),
            ship(ORDER),
            expect("the departure", about("509"), "ship"),
            Advance(timedelta(hours=6)),
            Ask(),
            Judge("open", books_say(""), "LIF-09"),
            expect("the list closed", status_of("899"), 2 * TWO_DAYS),
            Advance(timedelta(hours=1)),
            Ask(),
            Judge("closed", books_say("899"), "LIF-09"),
        ),
        alone=True,
    ),
    Case(
        id="unreleased-return-counts-not-yet",
        title_zh="退货放行（214=800）前不冲减",
        title_en="Counts returned goods when they are released",
        description="All goods of a list come back; customs accepts that (120), and releases them after month end.",
        expectation="The list stands in the summary: the goods are not back before 214 says 800.",
        provokes="a return that is not released",
        plans=("returned-goods", "9610-statistics"),
        needs=("ship", "take-back", "close-month"),
        steps=(
            *sells(A, B),
            *ships(A, B),
            Fault("customs does not release what comes back", lambda _: [delay("215", "*", "399", LONG)]),
            Act("take-back", B),
            expect("the 120 of the return", accepted_back, "take-back"),
            Advance(next_month()),
            CLOSE,
            expect("the summary", first_summary, "summary"),
            Judge("the return is open", not_released),
            Judge("the list whose goods are on their way", takes_every_one(A, B), "LIF-13"),
        ),
        alone=True,
    ),
    Case(
        id="declaration-in-time",
        title_zh="期限内形成报关单",
        title_en="Has its declaration made in time",
        description="A list of kind B is closed; it takes a day and a half from a summary to the declaration's number.",
        expectation="The declaration has its entryId (792) before the due day is over: the summary leaves that time.",
        provokes="a slow declaration",
        plans=("9610-statistics",),
        needs=("ship", "close-month"),
        steps=(
            Switch("the declaration takes its time", SLOW),
            *sells(A),
            *ships(A),
            Advance(next_month()),
            CLOSE,
            expect("the declaration with entryId", declared, MONTH, "DDL-02"),
            Judge("in time", declared_in_time, "DDL-02"),
        ),
        alone=True,
    ),
    Case(
        id="holds-while-inspection-lasts",
        title_zh="查验未结束货物留置",
        title_en="Holds goods as long as the inspection lasts",
        description="Customs inspects the goods (500) and keeps them for two days before it releases them (800).",
        expectation="They do not leave (509) before that; then they do.",
        provokes="a long inspection",
        plans=("9610-statistics", "responsibility"),
        needs=("ship",),
        steps=(
            Switch("customs keeps what it inspects", HELD),
            *sells(ORDER),
            ship(ORDER),
            expect("the inspection", status_of("500"), "ship"),
            Advance(TWO_DAYS),
            Judge("held", kept, "LIF-07"),
            Customs("the release", _release),
            expect("the departure", about("509"), "ship"),
        ),
        version=2,
        alone=True,
    ),
)
