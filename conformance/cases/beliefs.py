"""What the enterprise believes of an order while nothing goes wrong, and whether every record of a return counts."""

from datetime import timedelta

from swsim.conformance.cases.sanity import approved
from swsim.conformance.conversation import Advance, Ask, Case, Expect, Fault, Judge, Send
from swsim.conformance.provoking import delay, of_order
from swsim.conformance.sightings import ACCEPTED, Answered, Sent, Sighting, answers, sent, shown
from swsim.conformance.story import Judgement, Story, believed, fails, missed, passes
from swsim.reports.model import Verdict

ONE = "one"
SEVERAL = 7
SOON = timedelta(minutes=20)


def declared(story: Story, order: str = ONE) -> Sent | None:
    """The order's list at customs."""
    return next(sent(story.entries, "603", order_no=story.number(order)), None)


def believes(story: Story, status: str) -> Judgement:
    """The enterprise holds the list to have a status."""
    held, proof = believed(story, ONE), shown(approved(story))
    if held == status:
        return passes(f"the list is believed to be {held}", proof)
    return fails(f"the list of {story.number(ONE)} is believed to be {held or 'nothing'}, customs said {status}", proof)


def keeps_the_number(story: Story) -> Judgement:
    """The list number that came with the approval is the one the enterprise tells."""
    approval, told = approved(story), str(story.beliefs[ONE].get("invtNo") or "")
    proof = shown(approval)
    if approval is None or not approval.invt_no:
        return missed("no list number came", proof)
    if told == approval.invt_no:
        return passes(f"keeps {told}", proof)
    return fails(f"tells invtNo {told or 'nothing'}, customs gave {approval.invt_no}", proof)


def believes_nothing_yet(story: Story) -> Judgement:
    """While customs has only taken the list in, it is not held for accepted."""
    held, proof = believed(story, ONE), shown(declared(story))
    if approved(story):
        return missed("customs approved before it could be asked", proof)
    if held in ACCEPTED["603"] | {"120"}:
        return fails(f"the list is believed to be {held}, customs has only taken it in", proof)
    return passes(f"the list is believed to be {held or 'nothing'}", proof)


def all_approved(story: Story) -> Sighting | None:
    """The last approval, when every order's list has one."""
    found: list[Answered] = [one for order in story.orders if (one := approved(story, order))]
    return max(found, key=lambda one: one.entry.n) if len(found) == len(story.orders) else None


def shared(story: Story) -> Judgement:
    """The provocation: some return speaks of several orders at once."""
    mine = {placed.order_no for placed in story.orders.values()}
    for declaration in [one for order in story.orders if (one := declared(story, order))]:
        for answer in answers(story.entries, "603", declaration.key):
            if len([row for row in answer.entry.data["records"] if row.get("orderNo") in mine]) > 1:
                return passes("", shown(answer))
    records = [entry.data["records"] for entry in story.entries if entry.name == "output/return"]
    if any(len([row for row in rows if row.get("orderNo") in mine]) > 1 for rows in records):
        return passes("")
    return missed("no return held several records: the enterprise sends one document a message")


CASES = (
    Case(
        id="believes-approval",
        title_zh="清单审结后的认知",
        title_en="Knows an approved list for approved",
        description="A list is approved, nothing in its way; then the enterprise is asked.",
        expectation="It believes the list to be 399 and tells the list number that customs gave it.",
        provokes="nothing",
        plans=("9610-declaration", "receiving"),
        needs=("state",),
        steps=(
            Send(ONE),
            Expect("the approval", approved, SOON),
            Advance(timedelta(seconds=5)),
            Ask(ONE),
            Judge("believes 399", lambda story: believes(story, "399"), "RCV-08"),
            Judge("keeps invtNo", keeps_the_number, "RCV-09"),
        ),
    ),
    Case(
        id="believes-nothing-early",
        title_zh="过程状态不视为接受",
        title_en="Takes no stage on the way for an acceptance",
        description="A list has its 2 and 3, and customs takes its time for the rest; the enterprise is asked.",
        expectation="It does not hold the list for accepted.",
        provokes="a late answer to the list",
        plans=("receiving", "9610-declaration"),
        needs=("state",),
        steps=(
            Send(ONE),
            Expect("the list at customs", declared, SOON),
            Fault(
                "customs takes its time",
                lambda story: [delay("603", of_order(story, ONE), "120", timedelta(minutes=30))],
            ),
            Advance(timedelta(minutes=2)),
            Ask(ONE),
            Judge("holds it for open", believes_nothing_yet, "RCV-20"),
        ),
    ),
    Case(
        id="every-record",
        title_zh="回执的每条记录都处理",
        title_en="Acts on every record of a return",
        description=f"{SEVERAL} orders come in at once; customs answers documents of one message in one return.",
        expectation="All of them are declared and approved.",
        provokes="returns with several records",
        plans=("receiving", "9610-declaration"),
        steps=(
            Send("several", many=SEVERAL),
            Expect("the approval of every list", all_approved, SOON, Verdict.FAIL, "RCV-02"),
            Judge("several records came in one return", shared),
        ),
    ),
    Case(
        id="more-than-a-hundred",
        title_zh="超过100份单证分批报送",
        title_en="Splits more than a hundred documents",
        description="130 orders come in at once.",
        expectation="They leave in messages of at most 100 documents, and all of them are approved.",
        provokes="a batch above the limit of a message",
        plans=("9610-declaration",),
        steps=(
            Send("many", many=130),
            Expect("the approval of every list", all_approved, SOON, Verdict.FAIL, "SND-08"),
        ),
        alone=True,
    ),
)
