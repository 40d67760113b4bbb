"""Is a list that customs returned corrected and declared again? (RCV-01)"""

from datetime import timedelta

from swsim.conformance.conversation import Case, Expect, Fault, Judge, Row, Send
from swsim.conformance.provoking import of_order, reject
from swsim.conformance.sightings import Answered, Sent, answers, sent, shown, standing
from swsim.conformance.story import Judgement, Story
from swsim.reports.model import Evidence, Verdict

RETURNED, WRONG = "returned", "wrong"
DEFECT = "line-mismatch"
"""A list line that differs from the order's: found by customs in the match, so the answer is a genuine 100."""
REFUSAL = "[Code:1398;Desc:清单信息有误，退单]"
"""Text of the refusal: our own, in the grammar of observed ones."""
SOON = timedelta(minutes=20)


def lists_of(story: Story, order: str) -> list[Sent]:
    """Every list received for the order."""
    return [*sent(story.entries, "603", order_no=story.orders[order].order_no)]


def refusal_of(story: Story, order: str) -> Answered | None:
    """The first refusal of a list of the order."""
    for one in lists_of(story, order)[:1]:
        return next((answer for answer in answers(story.entries, "603", one.key) if answer.refuses), None)
    return None


def sent_again(story: Story, order: str) -> Sent | None:
    """The first list received behind that refusal."""
    refusal = refusal_of(story, order)
    behind = [one for one in lists_of(story, order) if refusal and one.entry.n > refusal.entry.n]
    return behind[0] if behind else None


def accepted(story: Story, order: str) -> Answered | None:
    """Customs' acceptance, where it is the last word on the order's newest list."""
    for one in lists_of(story, order)[-1:]:
        last = standing(story.entries, "603", one.key)
        return last if last and last.accepts else None
    return None


def settled(story: Story, order: str) -> Answered | None:
    """Customs' first word on the order's list: accepted or refused."""
    return refusal_of(story, order) or accepted(story, order)


def resubmitted_properly(story: Story, order: str) -> Judgement:
    """PASS if a refused list came again under the same key with a new guid, and the last version was accepted."""
    order_no, lists, proof = story.orders[order].order_no, lists_of(story, order), list[Evidence]()
    refusal, again, end = refusal_of(story, order), sent_again(story, order), accepted(story, order)
    proof += (*shown(lists[0] if lists else None), *shown(refusal), *shown(again), *shown(end))
    if refusal is None:
        return Judgement(Verdict.PASS, f"the list of {order_no} was accepted as it came", tuple(proof))
    if again is None:
        return Judgement(Verdict.FAIL, f"the list of {order_no} was refused and not declared again", tuple(proof))
    if again.key != lists[0].key:
        reason = f"declared again as {again.key}, expected the key that was refused, {lists[0].key}"
        return Judgement(Verdict.FAIL, reason, tuple(proof))
    if again.guid in {one.guid for one in lists if one.entry.n < again.entry.n}:
        return Judgement(Verdict.FAIL, f"declared again with the old guid {again.guid}", tuple(proof))
    if again.app_type not in {"1", "2"} or again.app_status != "2":
        reason = f"sent again with appType {again.app_type}, appStatus {again.app_status}, expected 1 or 2, and 2"
        return Judgement(Verdict.FAIL, reason, tuple(proof))
    if end is None:
        return Judgement(Verdict.FAIL, f"no version of the list of {order_no} was accepted", tuple(proof))
    return Judgement(Verdict.PASS, f"the list of {order_no} was corrected and accepted ({end.status})", tuple(proof))


def _refuse(story: Story) -> list[Row]:
    return [reject("603", of_order(story, RETURNED), 100, REFUSAL)]


CASE = Case(
    id="corrects-after-rejection",
    title_zh="退单后更正重报",
    title_en="Corrects and resubmits after a 100",
    description="Customs returns a faultless list with 100; then it finds a list that differs from its order.",
    expectation=(
        "Each list comes again under the same key with a new guid, corrected, and ends accepted. "
        "(The second half only where the driver can plant the difference.)"
    ),
    provokes="a 100 for the list",
    plans=("9610-declaration", "receiving", "amqp"),
    steps=(
        Send(RETURNED),
        Expect("the list at customs", lambda story: next(iter(lists_of(story, RETURNED)), None), SOON),
        Fault("customs returns the list", _refuse),
        Expect("the 100", lambda story: refusal_of(story, RETURNED), SOON),
        Expect(
            "the list again behind the 100",
            lambda story: sent_again(story, RETURNED),
            "correct",
            Verdict.FAIL,
            "RCV-01",
        ),
        Expect("its acceptance", lambda story: accepted(story, RETURNED), SOON, Verdict.FAIL, "RCV-01"),
        Judge("resubmitted properly", lambda story: resubmitted_properly(story, RETURNED), "RCV-01"),
        Send(WRONG, DEFECT),
        Expect("customs' word on the list with a difference", lambda story: settled(story, WRONG), SOON),
        Expect(
            "its acceptance once corrected", lambda story: accepted(story, WRONG), "correct", Verdict.FAIL, "RCV-01"
        ),
        Judge("corrected", lambda story: resubmitted_properly(story, WRONG), "RCV-01"),
    ),
)
