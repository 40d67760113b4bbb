"""What an enterprise has to notice and to keep: goods sold a second time, and its own papers (RES-04, RES-08)."""

from datetime import timedelta

from swsim.conformance.cases.lists import ORDER, about, status_of
from swsim.conformance.cases.responsibility import answered, number, question
from swsim.conformance.cases.steps import expect, sells, ships
from swsim.conformance.conversation import NO_TIME, Act, Advance, Case, Judge, Question, Send
from swsim.conformance.sightings import Answered, Seen, answers
from swsim.conformance.story import Story

AGAIN = "again"
RETURNED = "TEST-CAME-BACK"
TWO_MONTHS = timedelta(days=60)
PLANS = ("responsibility",)


def back(story: Story) -> Answered | None:
    """The release of what came back."""
    found = about("213")(story)
    return (
        next((one for one in answers(story.everything, "213", found.key) if one.status == "800"), None)
        if found
        else None
    )


def told_of_it(story: Story) -> Seen | None:
    """A report that names the second sale."""
    for entry in story.everything:
        said = entry.data.get("said", {})
        if entry.name == "input/duty" and (said["what"], said.get("subject")) == ("report", story.number(AGAIN)):
            return Seen(entry, f"{said['role']} reports {story.number(AGAIN)}: {said['text']}")
    return None


CASES = (
    Case(
        id="notices-a-second-sale",
        title_zh="监控二次销售",
        title_en="Notices that returned goods are sold again",
        description="Goods of a closed list come back and are released; then the same item is sold again.",
        expectation="Customs is told of the second sale by a report that names its order.",
        provokes="a sale of goods that came back",
        plans=(*PLANS, "returned-goods"),
        needs=("ship", "take-back", "report"),
        steps=(
            Send(ORDER, wants={"itemNo": RETURNED, "lines": "1"}),
            expect("the approval of the list", status_of("399"), "declare"),
            *ships(ORDER),
            Act("take-back", ORDER),
            expect("the goods back", back, "take-back"),
            Advance(timedelta(hours=1)),
            Send(AGAIN, wants={"itemNo": RETURNED, "lines": "1"}),
            expect("the report", told_of_it, "report", "RES-04"),
        ),
    ),
    Case(
        id="keeps-its-papers",
        title_zh="留存订单数据备查",
        title_en="Keeps the papers of a sale",
        description="A list is closed; two months later customs asks for the evidence of its order.",
        expectation="Order, payment and waybill are shown, with the numbers that customs holds.",
        provokes="a data request on a sale that is long over",
        plans=PLANS,
        needs=("evidence", "ship"),
        steps=(
            *sells(ORDER),
            *ships(ORDER),
            Advance(TWO_MONTHS),
            Question("evidence", number),
            expect("the question", question("evidence", number), NO_TIME),
            Judge("the answer", answered("evidence", number), "RES-08"),
        ),
    ),
)
