"""A sale that is called off before its list, and a cancellation that customs refuses (SND-26, LIF-04)."""

from datetime import timedelta

from swsim.conformance.cases.lists import ORDER, about, list_of
from swsim.conformance.cases.steps import SOON, expect, sells, ship
from swsim.conformance.conversation import Act, Advance, Case, Fault, Judge, Send
from swsim.conformance.provoking import delay, key_of, reject
from swsim.conformance.sightings import Answered, Sent, answers, sent, shown, standing
from swsim.conformance.story import Judgement, Story, fails, missed, passes

LATE = timedelta(minutes=30)
QUIET = timedelta(minutes=5)
DELETES = "3"
CANCEL = Act("cancel", ORDER, lambda _: {"reason": "TEST 买家取消订单"})


def order_accepted(story: Story) -> Answered | None:
    """Customs has the order, and no list of it."""
    found = next(sent(story.entries, "303", order_no=story.number(ORDER)), None)
    last = standing(story.entries, "303", found.key) if found else None
    return last if last and last.accepts else None


def waybill(story: Story) -> Sent | None:
    """The order's waybill at customs."""
    number = story.orders[ORDER].logistics_no
    return next((one for one in sent(story.entries, "505") if number in {"", one.logistics_no}), None)


def order_deleted(story: Story) -> Sent | None:
    """The order again, by appType 3."""
    found = sent(story.entries, "303", order_no=story.number(ORDER))
    return next((one for one in found if one.app_type == DELETES), None)


def not_out(story: Story) -> Judgement:
    """The provocation: there was no list when it was called off."""
    return missed("the list was declared before", shown(list_of(story))) if list_of(story) else passes("")


def never_declared(story: Story) -> Judgement:
    """SND-26."""
    found = list_of(story)
    return fails("a list of a sale that was called off came", shown(found)) if found else passes("no list came")


def refusal(story: Story) -> Answered | None:
    """Customs' 100 for the cancellation."""
    found = about("605")(story)
    return next((one for one in answers(story.everything, "605", found.key) if one.refuses), None) if found else None


CASES = (
    Case(
        id="called-off-before-the-list",
        title_zh="申报前取消的交易删除已传输数据",
        title_en="Deletes what was transmitted of a sale that is called off",
        description="Customs has accepted an order and is slow with its waybill; the buyer cancels before the list.",
        expectation="The order is deleted (appType 3), and its list is never declared, though the waybill is accepted.",
        provokes="a sale that is called off between order and list",
        plans=("9610-declaration", "9710", "9810"),
        needs=("cancel",),
        steps=(
            Send(ORDER),
            expect("the waybill at customs", waybill, "transmit"),
            Fault("customs is slow with it", lambda story: [delay("505", key_of(story, ORDER, "505"), "399", LATE)]),
            expect("the acceptance of the order", order_accepted, SOON),
            Judge("its list is not out", not_out),
            CANCEL,
            expect("the deletion of the order", order_deleted, "cancel", "SND-26"),
            Advance(LATE - QUIET),
            Advance(2 * QUIET),
            Judge("no list", never_declared, "SND-26"),
        ),
    ),
    Case(
        id="cancellation-refused",
        title_zh="撤销被退时清单仍有效",
        title_en="A refused cancellation leaves the list as it was",
        description="The buyer cancels; customs refuses the cancellation (606 = 100). Then the goods go after all.",
        expectation="The list is what it was: its parcel can be shipped, and a master list (607) comes.",
        provokes="a refusal of the cancellation",
        plans=("9610-declaration", "receiving"),
        needs=("cancel", "ship"),
        steps=(
            *sells(ORDER),
            Fault("customs refuses it", lambda _: [reject("605", "*", 100, "TEST 撤销申请退单")]),
            CANCEL,
            expect("the refusal", refusal, "cancel"),
            Advance(SOON),
            ship(ORDER, refusable=True),
            expect("the master list", about("607"), "ship", "LIF-04"),
        ),
        version=2,
        alone=True,
    ),
)
