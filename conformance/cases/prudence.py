"""Returns that ask for prudence: a review, an unknown status, an older time, a refusal that names a whole message."""

from datetime import timedelta
from typing import Any

from swsim.conformance.cases.beliefs import declared
from swsim.conformance.cases.never_declares_twice import declared_once
from swsim.conformance.cases.receiving import ONE, SOON
from swsim.conformance.cases.sanity import approved
from swsim.conformance.conversation import Advance, Ask, Case, Customs, Expect, Fault, Judge, Send, Switch
from swsim.conformance.journal import Entry
from swsim.conformance.provoking import delay, of_order
from swsim.conformance.sightings import ACCEPTED, Answered, Seen, Sent, answers, sent, shown
from swsim.conformance.story import Judgement, Story, believed, fails, missed, passes
from swsim.reports.model import Verdict

OLDER, YOUNGER = "older", "younger"
TEN_MINUTES = timedelta(minutes=10)
HALF_AN_HOUR = timedelta(minutes=30)
REVIEW = 3600
"""Seconds that customs takes to review a list."""
UNKNOWN = 600
"""A status that returned goods may have (suspended) and a list never."""
BROKEN = "name-too-long"
"""A planted defect that the schema refuses, with the whole message."""


def said(story: Story, status: str) -> Answered | None:
    """The first record of a status on the order's list."""
    listed = declared(story)
    found = answers(story.entries, "603", listed.key) if listed else ()
    return next((one for one in found if one.status == status), None)


def waits(story: Story) -> Judgement:
    """RCV-21: neither declared again nor cancelled while customs reviews."""
    if approved(story):
        return missed("the review is over already", shown(approved(story)))
    cancelled = next((one for one in sent(story.entries, "605")), None)
    if cancelled:
        return fails("a list under review was cancelled", shown(cancelled))
    return declared_once(story, ONE)


def takes_it_for_no_success(story: Story) -> Judgement:
    """RCV-23."""
    held, proof = believed(story, ONE), shown(said(story, str(UNKNOWN)))
    if approved(story):
        return missed("customs approved before it could be asked", proof)
    if held in ACCEPTED["603"]:
        return fails(f"the list is believed to be {held}, customs said {UNKNOWN} last", proof)
    return passes(f"the list is believed to be {held or 'nothing'}", proof)


def handed_out(story: Story) -> Seen | None:
    """The older list's 399, handed out at last and acknowledged."""
    older = approved(story, OLDER)
    if older is None:
        return None
    name = str(older.entry.data["id"])
    done = [e for e in story.everything if e.name == "channel/acknowledged" and str(e.data.get("id")) == name]
    return Seen(done[0], "the return with the older time is acknowledged") if done else None


def older_came_later(story: Story) -> Judgement:
    """The provocation: what bears the older time came behind what bears the younger one."""
    older, younger, handed = approved(story, OLDER), approved(story, YOUNGER), handed_out(story)
    if not older or not younger or not handed or not older.entry.n < younger.entry.n < handed.entry.n:
        return missed("the returns did not overtake each other", (*shown(older), *shown(younger)))
    return passes("", (*shown(older), *shown(younger), *shown(handed)))


def believes_both(story: Story) -> Judgement:
    """RCV-10."""
    for order in (YOUNGER, OLDER):
        held, proof = believed(story, order), shown(approved(story, order))
        if held != "399":
            return fails(
                f"the list of the {order} order is believed to be {held or 'nothing'}, customs said 399", proof
            )
    return passes("both lists are believed approved", (*shown(approved(story, OLDER)), *shown(handed_out(story))))


def format_refusal(story: Story) -> Seen | None:
    """The CEB900 on the case's message: nothing else is under way when it runs."""
    for entry in story.everything:
        if entry.name == "output/return" and _of_format(entry):
            return Seen(entry, "CEB900: a message was refused for its form")
    return None


def _of_format(entry: Entry) -> bool:
    return any(str(row.get("kind")) == "900" for row in entry.data.get("records", ()))


def order_behind(story: Story) -> Sent | None:
    """The order, read by customs behind the CEB900."""
    refusal = format_refusal(story)
    found = sent(story.entries, "303", order_no=story.number(ONE))
    return next((one for one in found if refusal and one.entry.n > refusal.entry.n), None)


def _return(story: Story) -> tuple[str, dict[str, Any]]:
    listed = declared(story)
    return f"documents/603/{listed.key if listed else ''}/force", {"status": 100, "when": "next"}


def again(story: Story) -> Sent | None:
    """The list, received behind the 100 that came behind its 120."""
    first, refusal = said(story, "120"), said(story, "100")
    if first is None or refusal is None or refusal.entry.n < first.entry.n:
        return None
    found = sent(story.entries, "603", order_no=story.number(ONE))
    return next((one for one in found if one.entry.n > refusal.entry.n), None)


CASES = (
    Case(
        id="refused-behind-a-120",
        title_zh="120之后的100为退单",
        title_en="Takes a 100 behind a 120 for what it is",
        description="Customs takes a list in (120), looks at it, and returns it (100) in the place of its 399.",
        expectation="The list comes again: 120 was no promise.",
        provokes="a 100 behind a 120",
        plans=("receiving", "9610-declaration"),
        steps=(
            Send(ONE),
            Fault(
                "customs takes its time behind the 120",
                lambda story: [delay("603", of_order(story, ONE), "399", TEN_MINUTES)],
            ),
            Expect("the 120", lambda story: said(story, "120"), SOON),
            Customs("the return of the list", _return),
            Expect("the 100", lambda story: said(story, "100"), 2 * HALF_AN_HOUR),
            Expect("the list again", again, "correct", Verdict.FAIL, "RCV-22"),
        ),
        version=2,
    ),
    Case(
        id="waits-for-a-review",
        title_zh="人工审核时等待",
        title_en="Waits while a list is reviewed by hand",
        description="Customs reviews a list by hand (300) for an hour.",
        expectation="It is waited for: not declared again, not cancelled. Then it is approved.",
        provokes="a manual review",
        plans=("receiving", "9610-declaration"),
        steps=(
            Switch("customs reviews every list", {"review_rate": 1.0, "reviewed_after": [REVIEW, REVIEW]}),
            Send(ONE),
            Expect("the 300", lambda story: said(story, "300"), SOON),
            Advance(HALF_AN_HOUR),
            Judge("nothing is done about it", waits, "RCV-21"),
            Expect("the approval", approved, timedelta(hours=2)),
            Judge("one list in the end", lambda story: declared_once(story, ONE), "RCV-21"),
        ),
        alone=True,
    ),
    Case(
        id="unknown-status",
        title_zh="未知状态不视为成功",
        title_en="Takes an unknown status for no success",
        description=f"Behind a 3 customs says {UNKNOWN}, which no list may have, and takes its time for the rest.",
        expectation="The list is not held for accepted.",
        provokes="a status that nobody knows",
        plans=("receiving",),
        needs=("state",),
        steps=(
            Send(ONE),
            Fault(
                f"customs says {UNKNOWN}",
                lambda story: [
                    {
                        "kind": "603",
                        "key": of_order(story, ONE),
                        "action": "two-final",
                        "stage": "3",
                        "status": UNKNOWN,
                        "info": "TEST 未知状态",
                    },
                    delay("603", of_order(story, ONE), "120", HALF_AN_HOUR),
                ],
            ),
            Expect(f"the {UNKNOWN}", lambda story: said(story, str(UNKNOWN)), SOON),
            Advance(timedelta(minutes=2)),
            Ask(ONE),
            Judge("holds it for open", takes_it_for_no_success, "RCV-23"),
        ),
        alone=True,
    ),
    Case(
        id="older-time-later",
        title_zh="returnTime较早的回执后到",
        title_en="A return with an older time comes later",
        description="The 399 of a list is held back; meanwhile another list is approved at a later returnTime.",
        expectation="Both lists are believed approved: returnTime is no reason to drop a return.",
        provokes="returns of two lists that overtake each other",
        plans=("receiving",),
        needs=("state",),
        steps=(
            Send(OLDER),
            Fault(
                "customs hands the 399 out late",
                lambda story: [
                    {"kind": "603", "key": of_order(story, OLDER), "action": "late", "stage": "399", "by": "PT1H"}
                ],
            ),
            Expect("the approval of the older, on its way", lambda story: approved(story, OLDER), SOON),
            Send(YOUNGER),
            Expect("the approval of the younger", lambda story: approved(story, YOUNGER), SOON),
            Expect("the older return, acknowledged", handed_out, timedelta(hours=2), Verdict.FAIL, "RCV-10"),
            Judge("they overtook each other", older_came_later),
            Ask(OLDER),
            Ask(YOUNGER),
            Judge("believes both", believes_both, "RCV-10"),
        ),
        alone=True,
    ),
    Case(
        id="format-refusal",
        title_zh="CEB900对应原报文并更正重发",
        title_en="A CEB900 is tied to its message",
        description="An order's message breaks the schema; customs says so by CEB900 alone, which names the message.",
        expectation="What the message brought is corrected and sent again, and the list is approved in the end.",
        provokes="a message refused as a whole",
        plans=("receiving", "9610-declaration"),
        needs=("defects",),
        steps=(
            Switch("customs refuses by CEB900 alone", {"format_errors": "async"}),
            Send(ONE, BROKEN),
            Expect("the CEB900", format_refusal, SOON),
            Expect("the order again", order_behind, "correct", Verdict.FAIL, "RCV-07"),
            Expect("the approval of the list", approved, SOON, Verdict.FAIL, "RCV-07"),
        ),
        alone=True,
    ),
)
