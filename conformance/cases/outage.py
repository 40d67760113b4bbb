# ruff: noqa: E501 - a table: a row a line
"""Outages of the line, a row an outage of one kind of document, and messages that are refused for their form (REC).

Customs does not take a message in, or breaks the line, or answers late. Then everything has to be there once, the data
before the list, and the enterprise has to believe what customs holds.
"""

from dataclasses import dataclass
from datetime import timedelta

from swsim.conformance.cases.beliefs import declared
from swsim.conformance.cases.sanity import approved
from swsim.conformance.cases.transmits_before_declaring import lists_follow_answers
from swsim.conformance.conversation import Advance, Ask, Case, Expect, Fault, Judge, Row, Send
from swsim.conformance.journal import Entry
from swsim.conformance.sightings import TITLES, Seen, Sent, evidence, sent, shown
from swsim.conformance.story import Judgement, Story, believed, fails, missed, passes
from swsim.reports.model import Verdict

ONE = "one"
SOON = timedelta(minutes=20)
QUIET_AGAIN = timedelta(minutes=10)
PLANS = ("recovery", "9610-declaration")
BUSY: Row = {"action": "busy", "status": 503, "retry": "PT0.2S", "times": 2}
BREAKS: Row = {"action": "reset", "taken": False, "times": 2}
BREAKS_LATE: Row = {"action": "reset", "taken": True}
SLOW: Row = {"action": "slow", "by": "PT1S"}


@dataclass(frozen=True, slots=True)
class Outage:
    """An outage of the line for documents of a kind. `again`: customs has it already, and it may come once more."""

    id: str
    kind: str
    requirement: str
    row: Row
    zh: str
    does: str
    again: bool = False


ROWS = (
    Outage("order-line-busy", "303", "REC-06", BUSY, "订单报送遇503", "is too busy for the order, twice"),
    Outage("receipt-line-busy", "403", "REC-06", BUSY, "收款单报送遇503", "is too busy for the payment receipt, twice"),
    Outage("waybill-line-busy", "505", "REC-06", BUSY, "运单报送遇503", "is too busy for the waybill, twice"),
    Outage("list-line-limited", "603", "REC-06", BUSY | {"status": 429}, "清单报送遇429", "takes the list in at its third try (429)"),
    Outage("order-line-breaks", "303", "REC-01", BREAKS, "订单报送时线路中断", "breaks the line while the order comes in, twice"),
    Outage("receipt-line-breaks", "403", "REC-01", BREAKS, "收款单报送时线路中断", "breaks the line while the payment receipt comes in, twice"),
    Outage("waybill-line-breaks", "505", "REC-01", BREAKS, "运单报送时线路中断", "breaks the line while the waybill comes in, twice"),
    Outage("order-answer-lost", "303", "REC-05", BREAKS_LATE, "订单已接收，应答丢失", "takes the order in, and its answer is lost", again=True),
    Outage("receipt-answer-lost", "403", "REC-05", BREAKS_LATE, "收款单已接收，应答丢失", "takes the payment receipt in, and its answer is lost", again=True),
    Outage("waybill-answer-lost", "505", "REC-05", BREAKS_LATE, "运单已接收，应答丢失", "takes the waybill in, and its answer is lost", again=True),
    Outage("list-answered-slowly", "603", "REC-01", SLOW, "清单报送应答缓慢", "answers the list a second late"),
)  # fmt: skip


def fired(story: Story, row: Row) -> list[Entry]:
    """Entries by which the journal says that the row fired."""
    return [one for one in story.everything if one.what == "fault" and one.data.get("action") == row["action"]]


def disturbed(story: Story, row: Row) -> Judgement:
    """The provocation: it took place."""
    entries = fired(story, row)
    if not entries:
        return missed(f"no {row['action']} took place")
    return passes("", [evidence(entries[0], f"a fault of ours: {row['action']}")])


def documents(story: Story, kind: str) -> list[Sent]:
    """Every copy of the order's document that customs received."""
    if kind == "505":
        return [one for one in sent(story.everything, kind) if one.logistics_no == story.orders[ONE].logistics_no]
    return [*sent(story.everything, kind, order_no=story.number(ONE))]


def all_there_once(story: Story, twice: str = "") -> Judgement:
    """Every document of the order came in once; that of kind `twice` may have come again, as it was."""
    for kind in ("303", "403", "505", "603"):
        found = documents(story, kind)
        if not found:
            return fails(f"the {TITLES[kind]} of {story.number(ONE)} is lost")
        if len(found) > 1 and (kind != twice or len({one.key for one in found}) > 1):
            return fails(f"the {TITLES[kind]} of {story.number(ONE)} came {len(found)} times", shown(found[-1]))
    return passes("everything is there, once")


def believes_customs(story: Story) -> Judgement:
    """The enterprise holds the list for approved, as customs does."""
    held, proof = believed(story, ONE), shown(approved(story))
    if held != "399":
        return fails(f"the list is believed to be {held or 'nothing'}, customs holds it approved (399)", proof)
    return passes("believed to be 399", proof)


def case_of(row: Outage) -> Case:
    """The conversation of a row."""
    title = TITLES[row.kind]
    return Case(
        id=row.id,
        title_zh=row.zh,
        title_en=f"The line fails: customs {row.does}",
        description=f"Customs {row.does}.",
        expectation=f"The {title} is delivered all the same, nothing is lost or doubled, and the list is approved.",
        provokes=f"{row.row['action']} on the {title}",
        plans=PLANS,
        needs=("state",),
        steps=(
            Fault(f"customs {row.does}", lambda _: [{"kind": row.kind, "key": "*", **row.row}]),
            Send(ONE),
            Expect("the approval of the list", approved, SOON, Verdict.FAIL, row.requirement),
            Judge("it was disturbed", lambda story: disturbed(story, row.row)),
            Advance(QUIET_AGAIN),
            Judge(
                "all there, once", lambda story: all_there_once(story, row.kind if row.again else ""), row.requirement
            ),
            Ask(ONE),
            Judge("believes what customs holds", believes_customs, row.requirement),
        ),
        alone=True,  # a message is kept out as a whole
    )


def refusal(story: Story) -> Seen | None:
    """The message that was refused for its form."""
    found = [one for one in story.everything if one.name == "input/refused-message"]
    return Seen(found[0], f"refused for its form: {found[0].data.get('code')}") if found else None


def corrected(story: Story) -> Sent | None:
    """The order behind the refusal."""
    seen = refusal(story)
    return next((one for one in documents(story, "303") if seen and one.entry.n > seen.entry.n), None)


def not_unchanged(story: Story) -> Judgement:
    """It was refused for its form once, not again."""
    count = sum(one.name == "input/refused-message" for one in story.everything)
    proof = shown(refusal(story))
    if count > 1:
        return fails(f"refused for its form {count} times: it came again as it was", proof)
    return passes("it came again corrected", proof)


def once_for_both(story: Story) -> Judgement:
    """The answer on the line and the CEB900 speak of one message: it is corrected once."""
    found = documents(story, "303")
    if len(found) > 1:
        return fails(f"the corrected order came {len(found)} times", shown(found[-1]))
    return passes("corrected once", shown(found[0] if found else None))


CASES = (
    *map(case_of, ROWS),
    Case(
        id="data-first-behind-an-outage",
        title_zh="中断之后仍先数据后清单",
        title_en="Behind an outage too, the data come first",
        description="Customs is too busy for the order, three times; payment receipt and waybill go through.",
        expectation="The list waits until the order is delivered and accepted.",
        provokes="an outage for the order alone",
        plans=PLANS,
        steps=(
            Fault("customs is busy", lambda _: [{"kind": "303", "key": "*", **BUSY, "times": 3}]),
            Send(ONE),
            Expect("the list at customs", declared, SOON, Verdict.FAIL, "REC-08"),
            Judge("it was disturbed", lambda story: disturbed(story, BUSY)),
            Judge("the data first", lambda story: lists_follow_answers(story, ONE), "REC-08"),
        ),
        alone=True,
    ),
    Case(
        id="refused-for-its-form",
        title_zh="格式被拒（CEB900）后更正，不原样重发",
        title_en="A message refused for its form is corrected, once",
        description="An order that breaks the schema is refused on the line and by a CEB900 that names its message.",
        expectation="The order comes again corrected, once, and its list is approved.",
        provokes="an order with its currency by name",
        plans=("recovery", "receiving", "9610-declaration"),
        needs=("defects",),
        steps=(
            Send(ONE, defect="currency-by-name"),
            Expect("the refusal", refusal, "transmit"),
            Expect("the order again", corrected, "correct", Verdict.FAIL, "REC-07"),
            Judge("not as it was", not_unchanged, "REC-07"),
            Expect("the approval of the list", approved, SOON, Verdict.FAIL, "RCV-07"),
            Judge("once for answer and CEB900", once_for_both, "RCV-07"),
        ),
        alone=True,
    ),
)
