"""Is the list held back until customs has accepted the data before it? (SND-01)"""

from collections.abc import Sequence
from datetime import timedelta

from swsim.conformance.conversation import Advance, Case, Expect, Fault, Judge, Row, Send
from swsim.conformance.journal import Entry
from swsim.conformance.provoking import delay, of_order, reject
from swsim.conformance.sightings import TITLES, Answered, Sent, answers, sent, shown, standing, waybill_key
from swsim.conformance.story import Judgement, Story
from swsim.reports.model import Evidence, Verdict

SLOW, REFUSED = "slow", "refused"
ORDER_LATE, WAYBILL_LATE = timedelta(minutes=5), timedelta(minutes=10)
RECEIPTS_DROPPED = "2024-12-15"
REFUSAL = "[Code:1399;Desc:订单信息有误，退单]"
"""Text of the refusal: our own, in the grammar of observed ones."""


def required_kinds(regime: str, at: str) -> tuple[str, ...]:
    """What must be there before a list declared at `at` (ISO): announcement 2024-167 §2 drops the payment receipt."""
    dropped = regime == "2024-167" or (regime == "by-date" and at >= RECEIPTS_DROPPED)
    return ("303", "505") if dropped else ("303", "403", "505")


def lists_follow_answers(story: Story, order: str) -> Judgement:
    """FAIL if a list of the order was received while customs' last word on some of its data was not "accepted".

    The waybill is the one the list names, since a 505 knows no order (LOG-04).
    """
    order_no, proof = story.orders[order].order_no, list[Evidence]()
    for declared in sent(story.entries, "603", order_no=order_no):
        before = [entry for entry in story.entries if entry.n < declared.entry.n]
        proof += shown(declared)
        for kind in required_kinds(story.regime, declared.entry.at):
            document = data_of(declared, kind, before)
            last = standing(before, kind, document.key) if document else None
            proof += (*shown(document), *shown(last))
            if last is None or not last.accepts:
                stood = f"answered {last.status}" if last else "not answered" if document else "not there"
                reason = f"a list of {order_no} came (entry {declared.entry.n}) while its {TITLES[kind]} was {stood}"
                return Judgement(Verdict.FAIL, reason, tuple(proof))
    return Judgement(Verdict.PASS, f"no list of {order_no} before its data were accepted", tuple(proof))


def data_of(declared: Sent, kind: str, before: Sequence[Entry]) -> Sent | None:
    """The newest document of `kind` that the list declares goods of."""
    return next((one for one in reversed([*sent(before, kind)]) if _belongs(one, declared)), None)


def _belongs(one: Sent, declared: Sent) -> bool:
    if one.kind == "505":
        return one.logistics_no == declared.logistics_no
    return one.order_no == declared.order_no


def answers_are_kept_back(story: Story) -> Judgement:
    """INCONCLUSIVE if the provocation missed: order or waybill was answered already."""
    order, waybill = _order(story, SLOW), _waybill(story)
    early = [standing(story.entries, one.kind, one.key) for one in (order, waybill) if one]
    if any(early):
        proof = tuple(item for one in early for item in shown(one))
        return Judgement(Verdict.INCONCLUSIVE, "customs answered before the answers could be kept back", proof)
    return Judgement(Verdict.PASS, "", (*shown(order), *shown(waybill)))


def _order(story: Story, order: str) -> Sent | None:
    return next(sent(story.entries, "303", order_no=story.orders[order].order_no), None)


def _waybill(story: Story) -> Sent | None:
    key = waybill_key(story.entries, story.orders[SLOW].logistics_no)
    return next((one for one in sent(story.entries, "505") if one.key == key), None)


def _list(story: Story) -> Sent | None:
    return next(sent(story.entries, "603", order_no=story.orders[SLOW].order_no), None)


def _refusal(story: Story) -> Answered | None:
    order = _order(story, REFUSED)
    found = answers(story.entries, "303", order.key) if order else ()
    return next((one for one in found if one.refuses), None)


def _slow(story: Story) -> list[Row]:
    return [
        delay("303", of_order(story, SLOW), "120", ORDER_LATE),
        delay("505", waybill_key(story.entries, story.orders[SLOW].logistics_no), "399", WAYBILL_LATE),
    ]


def _refuse(story: Story) -> list[Row]:
    return [reject("303", of_order(story, REFUSED), 100, REFUSAL)]


CASE = Case(
    id="transmits-before-declaring",
    title_zh="先传输数据，后申报清单",
    title_en="Transmits before declaring",
    description="Customs is slow to answer an order (303) and its waybill (505); then it refuses another order.",
    expectation=(
        "No list (603) leaves before order, payment receipt and waybill are answered as accepted, "
        "and none behind a refusal until what was refused is accepted."
    ),
    provokes="late answers to order and waybill, a refused order",
    plans=("9610-declaration",),
    steps=(
        Send(SLOW),
        Expect("the order at customs", lambda story: _order(story, SLOW), "transmit"),
        Expect("the waybill at customs", _waybill, "transmit"),
        Fault("customs keeps the answers to order and waybill back", _slow),
        Advance(ORDER_LATE - timedelta(minutes=1)),
        Judge("both answers are still out", answers_are_kept_back),
        Judge("no list before the answers", lambda story: lists_follow_answers(story, SLOW), "SND-01"),
        Advance(timedelta(minutes=2)),
        Judge("no list while the waybill is open", lambda story: lists_follow_answers(story, SLOW), "SND-01"),
        Expect("the list, when both are answered", _list, WAYBILL_LATE * 2),
        Judge("the list follows the answers", lambda story: lists_follow_answers(story, SLOW), "SND-01"),
        Send(REFUSED),
        Expect("the order to be refused, at customs", lambda story: _order(story, REFUSED), "transmit"),
        Fault("customs refuses the order", _refuse),
        Expect("the refusal of the order", _refusal, timedelta(minutes=10)),
        Advance(timedelta(minutes=2)),
        Judge("no list behind the refusal", lambda story: lists_follow_answers(story, REFUSED), "SND-01"),
    ),
)
