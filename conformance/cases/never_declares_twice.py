"""Is a list sent once, however long the answer takes? (SND-02)"""

from datetime import timedelta
from itertools import pairwise

from swsim.conformance.conversation import Advance, Case, Expect, Fault, Judge, Row, Send
from swsim.conformance.provoking import delay, of_order
from swsim.conformance.sightings import Answered, answers, sent, shown
from swsim.conformance.story import Judgement, Story
from swsim.reports.model import Evidence, Verdict

ORDER = "unanswered"
LATE, SILENCE = timedelta(minutes=45), timedelta(minutes=30)
SOON = timedelta(minutes=20)


def declared_once(story: Story, order: str) -> Judgement:
    """FAIL if a list of the order came, under whatever key, while an earlier one was not refused."""
    order_no, proof = story.orders[order].order_no, list[Evidence]()
    lists = [one for one in sent(story.entries, "603", order_no=order_no) if one.app_status == "2"]
    for first, second in pairwise(lists):
        between = [entry for entry in story.entries if first.entry.n < entry.n < second.entry.n]
        refusal = next((one for one in answers(between, "603", first.key) if one.refuses), None)
        proof += (*shown(first), *shown(refusal), *shown(second))
        if refusal is None:
            reason = (
                f"the list of {order_no} came again (entry {second.entry.n}, appType {second.app_type}) "
                f"while the one of entry {first.entry.n} was not refused"
            )
            return Judgement(Verdict.FAIL, reason, tuple(proof))
    proof += [item for one in lists[-1:] for item in shown(one)]
    return Judgement(Verdict.PASS, f"{len(lists)} list of {order_no}, none without need", tuple(proof))


def answer_is_kept_back(story: Story) -> Judgement:
    """INCONCLUSIVE if the list was answered before its answer could be kept back."""
    if early := _approval(story):
        return Judgement(Verdict.INCONCLUSIVE, "customs answered before the answer could be kept back", shown(early))
    return Judgement(Verdict.PASS, "")


def _approval(story: Story) -> Answered | None:
    for one in sent(story.entries, "603", order_no=story.orders[ORDER].order_no):
        return next((answer for answer in answers(story.entries, "603", one.key) if answer.accepts), None)
    return None


def _slow(story: Story) -> list[Row]:
    return [delay("603", of_order(story, ORDER), "120", LATE)]


CASE = Case(
    id="never-declares-twice",
    title_zh="不重复申报清单",
    title_en="Never declares twice",
    description="Customs leaves a list (603) without an answer for most of an hour.",
    expectation="One list leaves for the order; it is waited for, and not sent again, under any key, unless refused.",
    provokes="a late answer to the list",
    plans=("9610-declaration", "recovery", "amqp"),
    steps=(
        Send(ORDER),
        Expect(
            "the list at customs",
            lambda story: next(sent(story.entries, "603", order_no=story.orders[ORDER].order_no), None),
            SOON,
        ),
        Fault("customs keeps the answer to the list back", _slow),
        Advance(SILENCE),
        Judge("no answer yet", answer_is_kept_back),
        Judge("one list while customs is silent", lambda story: declared_once(story, ORDER), "SND-02"),
        Expect("the approval", _approval, LATE * 2),
        Advance(SOON),
        Judge("one list in the end", lambda story: declared_once(story, ORDER), "SND-02"),
    ),
)
