# ruff: noqa: E501 - a table: a row a line
"""What must not be done although somebody in the firm asks for it, a row a temptation.

The list is brought where the action has no place any more; the enterprise is asked all the same; it may say no, or
nothing at all, and what counts is what customs receives.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from swsim.conformance.cases.lists import ORDER, about, all_about, list_of, status_of
from swsim.conformance.cases.steps import expect, sells, ship, ships
from swsim.conformance.conversation import Act, Advance, Case, Judge, Send, Step, Switch
from swsim.conformance.sightings import TITLES, sent, shown
from swsim.conformance.story import Judgement, Story, fails, missed, passes

A_WHILE = timedelta(hours=2)
A_YEAR = timedelta(days=368)
HALF_AN_HOUR = timedelta(minutes=30)
MOST_OF_IT = timedelta(minutes=50)
"""Of the hour that a review takes."""
REVIEWED: dict[str, Any] = {"review_rate": 1.0, "reviewed_after": [3600, 3600]}
HELD: dict[str, Any] = {"inspection_rate": 1.0, "hold_rate": 1.0}


def cancelled_before(status: str, *, numbered: bool = True) -> Callable[[Story], Judgement]:
    """LIF-05: no cancellation came before the list had this status; an empty one: none came at all.

    Not `numbered`: the list has no number yet that a cancellation could name, so any counts; the case runs alone.
    """

    def judge(story: Story) -> Judgement:
        end = status_of(status)(story) if status else None
        found = about("605")(story) if numbered else next(sent(story.everything, "605"), None)
        early = found is not None and (end is None or found.entry.n < end.entry.n)
        if early:
            return fails("the cancellation (605) of a list that cannot be cancelled now was sent", shown(found))
        return passes("no cancellation was sent", shown(list_of(story)))

    return judge


def left_alone(story: Story) -> Judgement:
    """SND-25: order, receipt and waybill come once, as long as their list lives."""
    listed = list_of(story)
    if listed is None:
        return missed("no list")
    number = story.orders[ORDER].logistics_no
    data = [
        *sent(story.entries, "303", order_no=story.number(ORDER)),
        *sent(story.entries, "403", order_no=story.number(ORDER)),
    ]
    data += [one for one in sent(story.entries, "505") if one.logistics_no == number]
    late = next((one for one in data if one.entry.n > listed.entry.n), None)
    if late is not None:
        did = {"2": "changed", "3": "deleted"}.get(late.app_type, "sent again")
        return fails(
            f"the {TITLES[late.kind]} was {did} (appType {late.app_type}) behind its list, which lives", shown(late)
        )
    return passes("nothing before the list was touched", shown(listed))


def on_one_bill(story: Story) -> Judgement:
    """LIF-15."""
    found = all_about(story, "607")
    bills = {(one.document.head.cop_no, one.document.head.bill_no) for one in found}
    if not found:
        return missed("no master list")
    if len(bills) > 1:
        told = ", ".join(sorted(bill or "none" for _, bill in bills))
        return fails(f"the waybill stands in {len(bills)} master lists, of the bills {told}", shown(found[-1]))
    return passes("the waybill stands in one master list", shown(found[0]))


def not_taken_back(story: Story) -> Judgement:
    """DDL-07."""
    released, found = status_of("800")(story) or status_of("899")(story), about("213")(story)
    if released is None:
        return missed("the list was never released")
    if found is not None:
        return fails(
            f"an application (213) at {found.entry.at[:10]} for goods released at {released.entry.at[:10]}: more than a year",
            (*shown(released), *shown(found)),
        )
    return passes("no application came", shown(released))


@dataclass(frozen=True, slots=True)
class Temptation:
    """What brings the list there, what is asked then, how long is waited, and what customs must not have received."""

    id: str
    requirement: str
    zh: str
    en: str
    when: str
    asked: str
    never: str
    before: tuple[Step, ...]
    act: Act
    judge: Callable[[Story], Judgement]
    needs: tuple[str, ...]
    plans: tuple[str, ...]
    wait: timedelta = A_WHILE
    alone: bool = False


def _inspect(story: Story) -> tuple[str, dict[str, Any]]:
    listed = list_of(story)
    return f"documents/603/{listed.key if listed else ''}/force", {"status": 500, "when": "next"}


def _cancel(details: str = "TEST 买家取消订单") -> Act:
    return Act("cancel", ORDER, lambda _: {"reason": details}, refusable=True)


ROWS = (
    Temptation(
        "no-cancelling-under-review", "LIF-05", "人工审核期间不申请撤销", "Sends no cancellation while customs reviews",
        "Customs reviews a list by hand (300).", "The buyer cancels meanwhile.", "No cancellation (605) before the review is over.",
        (Switch("customs reviews every list", REVIEWED), Send(ORDER), expect("the 300", status_of("300"))),
        _cancel(), cancelled_before("399", numbered=False), ("cancel",), ("9610-declaration",), MOST_OF_IT, alone=True,
    ),
    Temptation(
        "no-cancelling-under-inspection", "LIF-05", "查验期间不申请撤销", "Sends no cancellation while goods are inspected",
        "Customs inspects the goods of a list (500), and goes on doing so.", "The buyer cancels meanwhile.", "No cancellation (605).",
        (Switch("customs keeps what it inspects", HELD), *sells(ORDER), ship(ORDER), expect("the inspection", status_of("500"), "ship")),
        _cancel(), cancelled_before("800"), ("cancel", "ship"), ("9610-declaration", "9610-statistics"), HALF_AN_HOUR, alone=True,
    ),
    Temptation(
        "no-cancelling-when-closed", "LIF-05", "结关后不申请撤销", "Sends no cancellation of a closed list",
        "The goods have left, the list is closed (899).", "The buyer cancels.", "No cancellation (605): such goods come back by 213.",
        (*sells(ORDER), *ships(ORDER)),
        _cancel(), cancelled_before(""), ("cancel", "ship"), ("9610-statistics",),
    ),
    Temptation(
        "no-changing-behind-the-list", "SND-25", "清单申报后不变更订单", "Does not change what a live list refers to",
        "A list is approved.", "The shop changes the freight of its order.", "Order, payment receipt and waybill stay as they are.",
        sells(ORDER),
        Act("change", ORDER, lambda _: {"freight": "7.5"}, refusable=True), left_alone, ("change",), ("9610-declaration", "9710", "9810"),
    ),
    Temptation(
        "no-second-bill", "LIF-15", "一个运单不上两个提运单", "Puts a waybill on one bill",
        "The parcel of an approved list is on a bill.", "The warehouse ships it again.", "One master list (607) names its waybill.",
        (*sells(ORDER), ship(ORDER), expect("the master list", about("607"), "ship")),
        ship(ORDER, refusable=True), on_one_bill, ("ship",), ("9610-statistics",),
    ),
    Temptation(
        "no-return-after-a-year", "DDL-07", "放行一年后不退货", "Takes no goods back after a year",
        "Goods were released and left, and more than a year passes.", "The buyer sends them back.", "No application for returned goods (213).",
        (*sells(ORDER), *ships(ORDER), Advance(A_YEAR)),
        Act("take-back", ORDER, refusable=True), not_taken_back, ("ship", "take-back"), ("returned-goods",), timedelta(days=1), alone=True,
    ),
)  # fmt: skip


def case_of(row: Temptation) -> Case:
    """The conversation of a row."""
    return Case(
        id=row.id,
        title_zh=row.zh,
        title_en=row.en,
        description=f"{row.when} {row.asked}",
        expectation=row.never,
        provokes="an action that has no place any more",
        plans=row.plans,
        needs=row.needs,
        steps=(*row.before, row.act, Advance(row.wait), Judge("what customs received", row.judge, row.requirement)),
        alone=row.alone,
    )


CASES = tuple(case_of(row) for row in ROWS)
