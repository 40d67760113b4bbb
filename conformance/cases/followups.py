"""Returns on what follows a list are read too: 606, 608, 508, 510, 214, 216 (RCV-08).

Clients that know the returns of order, receipt, waybill and list often know no others. The enterprise is asked what it
holds a document to be when customs has said its last word on it.
"""

from collections.abc import Callable
from datetime import timedelta

from swsim.conformance.cases.lists import ORDER, about
from swsim.conformance.cases.steps import expect, sells, ships
from swsim.conformance.conversation import Act, Advance, Ask, Case, Judge
from swsim.conformance.sightings import TITLES, Answered, answers, shown
from swsim.conformance.story import Judgement, Story, believed, fails, missed, passes

OLD = timedelta(days=20)
ON_THE_WAY = frozenset({"1", "2", "3"})


def last_word(kind: str) -> Callable[[Story], Answered | None]:
    """Customs' newest word on the document of a kind that concerns the order, stages on the way left out."""

    def seen(story: Story) -> Answered | None:
        document = about(kind)(story)
        found = answers(story.everything, kind, document.key) if document else ()
        return next(reversed([one for one in found if one.status not in ON_THE_WAY]), None)

    return seen


def knows(kind: str) -> Judge:
    """The enterprise holds the document for what customs said of it."""

    def by(story: Story) -> Judgement:
        word, held = last_word(kind)(story), believed(story, ORDER, kind)
        if word is None:
            return missed(f"customs said nothing of the {TITLES[kind]}")
        if kind not in (story.beliefs[ORDER].get("documents") or {}):
            return missed(f"the state of the order tells nothing of its {TITLES[kind]}", shown(word))
        if held == word.status:
            return passes(f"the {TITLES[kind]} is believed to be {held}", shown(word))
        told = held or "nothing"
        return fails(f"the {TITLES[kind]} is believed to be {told}, customs said {word.status}", shown(word))

    return Judge(f"knows what {int(kind) + 1} said", by, "RCV-08")


CLOSED = (*sells(ORDER), *ships(ORDER))
AT_REST = Advance(timedelta(minutes=10))

CASES = (
    Case(
        id="knows-the-cancellation",
        title_zh="接收撤销申请回执（606）",
        title_en="Reads what becomes of a cancellation",
        description="A list is cancelled, and customs approves that (606).",
        expectation="The enterprise holds the cancellation for what customs said.",
        provokes="a sale that is called off",
        plans=("receiving",),
        needs=("state", "cancel"),
        steps=(
            *sells(ORDER),
            Act("cancel", ORDER, lambda _: {"reason": "TEST 买家取消订单"}),
            expect("the answer to the cancellation", last_word("605"), "cancel"),
            AT_REST,
            Ask(ORDER),
            knows("605"),
        ),
    ),
    Case(
        id="knows-the-shipment",
        title_zh="接收总分单、运抵、离境回执（608、508、510）",
        title_en="Reads what becomes of master list, arrival and departure",
        description="The parcel of an approved list leaves; customs answers each of its documents.",
        expectation="The enterprise holds each of them for what customs said.",
        provokes="a shipment",
        plans=("receiving", "9610-statistics"),
        needs=("state", "ship"),
        steps=(*CLOSED, AT_REST, Ask(ORDER), knows("607"), knows("507"), knows("509")),
    ),
    Case(
        id="knows-what-came-back",
        title_zh="接收退货申请、理货回执（214、216）",
        title_en="Reads what becomes of returned goods and their tally",
        description="Goods of a closed list come back; customs answers application and tally.",
        expectation="The enterprise holds both for what customs said.",
        provokes="goods that come back",
        plans=("receiving", "returned-goods"),
        needs=("state", "ship", "take-back"),
        steps=(
            *CLOSED,
            Advance(OLD),
            Act("take-back", ORDER),
            expect("the answer to the tally", last_word("215"), "take-back"),
            AT_REST,
            Ask(ORDER),
            knows("213"),
            knows("215"),
        ),
    ),
)
