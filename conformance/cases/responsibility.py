"""What an enterprise owes customs beside its messages (企业主体责任): answers, reports, recalls, inspections (RES)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from swsim.conformance.cases.lists import ORDER, about, list_of, status_of
from swsim.conformance.cases.steps import SOON, expect, sells, ship, ships
from swsim.conformance.conversation import NO_TIME, Act, Advance, Case, Customs, Judge, Question, Send
from swsim.conformance.sightings import Seen, sent, shown
from swsim.conformance.story import Judgement, Story, fails, missed, passes

OTHER = "other"
LONG = timedelta(hours=2)
PLANS = ("responsibility",)


def question(ask: str, subject: Callable[[Story], str]) -> Callable[[Story], Seen | None]:
    """Customs' question and the answer to it, as the journal keeps both."""

    def seen(story: Story) -> Seen | None:
        for entry in reversed(story.everything):
            said = entry.data.get("said", {})
            if entry.name == "channel/duty" and (said.get("ask"), said.get("subject")) == (ask, subject(story)):
                return Seen(entry, f"customs asked for {ask} of {subject(story)}")
        return None

    return seen


def answered(ask: str, subject: Callable[[Story], str]) -> Callable[[Story], Judgement]:
    """The answer is the one that customs expects."""

    def judge(story: Story) -> Judgement:
        seen = question(ask, subject)(story)
        if seen is None:
            return missed("customs did not ask")
        wrong = [f"expected {one['expected']}, found {one['found']}" for one in seen.entry.data["said"]["faults"]]
        return fails(f"{ask}: {'; '.join(wrong)}", shown(seen)) if wrong else passes(f"{ask} was given", shown(seen))

    return judge


def waybill(story: Story) -> str:
    """The waybill of the order."""
    return story.orders[ORDER].logistics_no


def tells_of(*stages: str) -> Callable[[Story], Judgement]:
    """The tracking speaks of as many events as the parcel has had at least."""

    def judge(story: Story) -> Judgement:
        seen = question("tracking", waybill)(story)
        events = seen.entry.data["said"]["answer"].get("events", []) if seen else []
        if len(events) < len(stages):
            expected = ", ".join(stages)
            return fails(f"{len(events)} events, expected one each for: {expected}", shown(seen))
        return passes(f"{len(events)} events", shown(seen))

    return judge


def number(story: Story) -> str:
    """The order's number."""
    return story.number(ORDER)


def reported(story: Story) -> Seen | None:
    """The enterprise's report of the order."""
    for entry in story.everything:
        said = entry.data.get("said", {})
        if entry.name == "input/duty" and (said["what"], said.get("subject")) == ("report", number(story)):
            return Seen(entry, f"{said['role']} reports {number(story)}: {said['text']}")
    return None


def by_who_saw_it(story: Story) -> Judgement:
    """The report comes from the role that saw it, and says what it saw."""
    seen = reported(story)
    if seen is None:
        return missed("no report")
    role, text = seen.entry.data["said"]["role"], seen.entry.data["said"]["text"]
    if role != "ebp" or "forty" not in text:
        return fails(f"reported by {role}: {text!r}; expected ebp, and what it saw", shown(seen))
    return passes(f"reported by {role}", shown(seen))


def not_declared(story: Story, order: str = ORDER) -> Judgement:
    """No list of the order came behind the recall."""
    found = list_of(story, order)
    if found is not None:
        return fails(f"a list of {story.number(order)} came, with goods that were recalled", shown(found))
    return passes("its list was not declared")


def not_traded(story: Story) -> Judgement:
    """No list of the prohibited goods came."""
    found = list_of(story)
    return fails("a list of ivory was declared", shown(found)) if found else passes("its list was not declared")


def held_back(story: Story) -> Judgement:
    """The provocation: the order came in with the item, its list did not."""
    order = next(sent(story.entries, "303", order_no=number(story)), None)
    if order is None or list_of(story) is not None:
        return missed("the list was declared before the item was recalled", shown(order))
    return passes("", shown(order))


def inspected(story: Story) -> Judgement:
    """Nothing left between 500 and 800."""
    stopped, left, freed = status_of("500")(story), about("509")(story), status_of("800")(story)
    if stopped is None:
        return missed("the list was not inspected")
    if left is not None and (freed is None or freed.entry.n > left.entry.n):
        return fails("the departure of goods under inspection was reported", (*shown(stopped), *shown(left)))
    return passes("the goods stayed", (*shown(stopped), *shown(freed)))


def _recall(item_no: str) -> Act:
    return Act("recall", details=lambda _: {"itemNo": item_no})


def _inspect(story: Story) -> tuple[str, dict[str, Any]]:
    listed = list_of(story)
    return f"documents/603/{listed.key if listed else ''}/force", {"status": 500, "when": "next"}


_TRACKING = (Question("tracking", waybill), expect("the question", question("tracking", waybill), NO_TIME))
OPEN, STOPS, NEW = "TEST-RECALL-OPEN", "TEST-RECALL-STOPS", "TEST-RECALL-NEW"

CASES = (
    Case(
        id="tracks-a-parcel",
        title_zh="物流跟踪接口可查运单",
        title_en="Its tracking interface knows a waybill",
        description="Customs asks the tracking interface for the waybill of a list that was approved.",
        expectation="The answer names the waybill and at least one event, none ahead of now.",
        provokes="a question about a waybill",
        plans=PLANS,
        needs=("tracking",),
        steps=(
            *sells(ORDER),
            *_TRACKING,
            Judge("the answer", answered("tracking", waybill), "RES-02"),
        ),
    ),
    Case(
        id="tracks-a-parcel-that-left",
        title_zh="离境货物的物流轨迹按时间排列",
        title_en="Tracks a parcel that left, in the order of time",
        description="Customs asks the tracking interface for the waybill of a list that was closed.",
        expectation="At least three events, collected, released, left, in the order of time.",
        provokes="a question about a waybill that left",
        plans=PLANS,
        needs=("tracking", "ship"),
        steps=(
            *sells(ORDER),
            *ships(ORDER),
            Advance(SOON),
            *_TRACKING,
            Judge("the answer", answered("tracking", waybill), "RES-02"),
            Judge("nothing is left out", tells_of("collected", "released", "left"), "RES-02"),
        ),
    ),
    Case(
        id="shows-evidence",
        title_zh="按海关要求提供订单数据",
        title_en="Shows the evidence of an order",
        description="Customs asks for the evidence of an order whose list was approved.",
        expectation="Order, payment and waybill are given, with the numbers that customs holds.",
        provokes="a data request of customs",
        plans=PLANS,
        needs=("evidence",),
        steps=(
            *sells(ORDER),
            Question("evidence", number),
            expect("the question", question("evidence", number), NO_TIME),
            Judge("the answer", answered("evidence", number), "RES-10"),
        ),
    ),
    Case(
        id="reports-a-violation",
        title_zh="发现涉嫌违规主动告知海关",
        title_en="Reports a suspected violation",
        description="The platform sees forty orders to one address.",
        expectation="Customs is told in time, by the role that saw it, of what it saw.",
        provokes="a suspicious order",
        plans=PLANS,
        needs=("report",),
        steps=(
            *sells(ORDER),
            Customs("the event", lambda story: ("duty/events", {"subject": number(story), "role": "ebp"})),
            Act("report", details=lambda story: {"orderNo": number(story), "what": "TEST forty orders, one address"}),
            expect("the report", reported, "report", "RES-07"),
            Judge("who tells what", by_who_saw_it, "RES-07"),
        ),
    ),
    Case(
        id="recall-cancels-open-lists",
        title_zh="召回商品的在途清单撤销",
        title_en="A recall cancels the lists that are open",
        description="An item is recalled when a list with it is approved and has not left.",
        expectation="A cancellation (605) of the list.",
        provokes="a recall",
        plans=PLANS,
        needs=("recall",),
        steps=(
            Send(ORDER, wants={"itemNo": OPEN}),
            expect("the approval of the list", status_of("399"), "declare"),
            _recall(OPEN),
            expect("the cancellation", about("605"), "recall", "RES-11"),
        ),
    ),
    Case(
        id="recall-stops-a-list",
        title_zh="召回商品不再申报",
        title_en="A recall stops a list that is due",
        description="An item is recalled when an order with it was transmitted and customs has not accepted it yet.",
        expectation="Its list is not declared, though customs accepts the order in the end.",
        provokes="a recall between order and list",
        plans=PLANS,
        needs=("recall",),
        steps=(
            Send(ORDER, wants={"itemNo": STOPS}),
            expect("the order at customs", lambda story: next(sent(story.entries, "303"), None), "transmit"),
            _recall(STOPS),
            Judge("the order is there, its list is not", held_back),
            Advance(LONG),
            Judge("it is not declared", not_declared, "RES-11"),
        ),
    ),
    Case(
        id="recall-stops-new-orders",
        title_zh="召回后新订单不申报，其他商品不受影响",
        title_en="A recall stops new orders of the item, and no others",
        description="An item is recalled, then an order with it comes in, and one without it.",
        expectation="No list with the item is declared; the other order goes its way.",
        provokes="an order of an item that was recalled",
        plans=PLANS,
        needs=("recall",),
        steps=(
            _recall(NEW),
            Send(ORDER, wants={"itemNo": NEW}),
            Send(OTHER),
            expect("the approval of the other list", status_of("399", OTHER), "declare", "RES-11"),
            Advance(LONG),
            Judge("it is not declared", not_declared, "RES-11"),
        ),
    ),
    Case(
        id="prohibited-goods-stay",
        title_zh="不申报禁限商品",
        title_en="Declares no prohibited goods",
        description="An order of ivory comes in, and one of other goods.",
        expectation="No list with ivory is declared; the other order goes its way.",
        provokes="an order of prohibited goods",
        plans=PLANS,
        steps=(
            Send(ORDER, wants={"itemName": "TEST 象牙 ivory comb"}),
            Send(OTHER),
            expect("the approval of the other list", status_of("399", OTHER), "declare", "RES-05"),
            Advance(LONG),
            Judge("it is not declared", not_traded, "RES-05"),
        ),
    ),
    Case(
        id="holds-inspected-goods",
        title_zh="查验期间货物留置",
        title_en="Holds goods that are inspected",
        description="Customs inspects the goods when they arrive (500).",
        expectation="They leave (509) when they are released (800), not before.",
        provokes="an inspection",
        plans=(*PLANS, "9610-statistics"),
        needs=("ship",),
        steps=(
            *sells(ORDER),
            Customs("the inspection", _inspect),
            ship(ORDER),
            expect("the inspection", status_of("500"), "ship"),
            expect("the departure", about("509"), timedelta(days=3), "RES-09"),
            Judge("held until released", inspected, "RES-09"),
        ),
    ),
)
