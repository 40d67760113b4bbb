"""Does anything go its way at all? One order, its data, its list, its approval. Runs first and last."""

from swsim.conformance.conversation import Case, Expect, Send
from swsim.conformance.sightings import Answered, Sent, answers, sent
from swsim.conformance.story import Story
from swsim.reports.model import Verdict


def approved(story: Story, order: str = "one") -> Answered | None:
    """Customs' approval of the order's list."""
    for declared in sent(story.entries, "603", order_no=story.number(order)):
        return next((one for one in answers(story.entries, "603", declared.key) if one.accepts), None)
    return None


def transmitted(story: Story) -> Sent | None:
    """The order at customs."""
    return next(sent(story.entries, "303", order_no=story.number("one")), None)


CASE = Case(
    id="sanity",
    title_zh="基本流程可行",
    title_en="One order goes its way",
    description="An order is placed, and nothing is in its way.",
    expectation="Order, payment receipt and waybill are transmitted, the list is declared, and customs approves it.",
    provokes="nothing",
    plans=(
        "9610-declaration",
        "9610-statistics",
        "9710",
        "9810",
        "1210",
        "returned-goods",
        "receiving",
        "recovery",
        "signature",
        "amqp",
        "responsibility",
    ),
    steps=(
        Send("one"),
        Expect("the order at customs", transmitted, "transmit", Verdict.FAIL, "RES-01"),
        Expect("the approval of its list", approved, "correct", Verdict.FAIL, "SND-03"),
    ),
)
