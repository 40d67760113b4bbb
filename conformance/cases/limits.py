"""What may be declared here, and as what: kinds A and B of retail, business to business up to 5,000 RMB, belief.

How the goods are worth so much is the wish `value` of an order; how much that is to customs its own rates say.
"""

from collections.abc import Callable
from datetime import timedelta

from swsim.conformance.cases.content import described, read
from swsim.conformance.cases.lists import ORDER, list_of, status_of
from swsim.conformance.cases.steps import KIND_A, KIND_B, SOON, expect
from swsim.conformance.conversation import Advance, Case, Judge, Send
from swsim.conformance.sightings import Sent, shown
from swsim.conformance.story import Judgement, Story, fails, missed, passes

DEAR, OTHER = "dear", "other"
LONG = timedelta(hours=2)
RETAIL = {"tradeMode": "9610"}
ABOVE = "9000"
"""RMB, well above the 5,000 of the announcements whatever the rates of the month."""
SIMPLIFIED = ("STA-01", "STA-02", "STA-03", "STA-04")
"""The rules of lists of kind A."""
ZEROS = "000000"
ABSURD = "900000"
"""RMB of one parcel: no sale that anybody would believe."""


def listed(order: str) -> Callable[[Story], Sent | None]:
    """The order's list at customs."""
    return lambda story: list_of(story, order)


def may_be_simplified(story: Story) -> Judgement:
    """SND-20: a list of kind A keeps to the rules of such lists; one of kind B misses the provocation."""
    found = list_of(story)
    if found is None:
        return missed("no list")
    if found.document.head.statistics_flag != "A":
        return missed("it declared no list of kind A", shown(found))
    for told in read(str(found.entry.data["xml"]), found.entry.at).told:
        if told.row.partition("/")[0] in SIMPLIFIED and not told.row.endswith("/unknown"):
            reason, proof = described(found.entry, told)
            return fails(f"{told.row}: {reason}", proof)
    return passes(f"a list of kind A, nothing against {', '.join(SIMPLIFIED)}", shown(found))


def of_the_tariff(story: Story) -> Judgement:
    """SND-19: a code that the tariff does not have, and that is a heading filled up with zeros, is none."""
    found = list_of(story)
    if found is None:
        return missed("no list")
    if found.document.head.statistics_flag != "B":
        return missed("it declared no list of kind B", shown(found))
    for told in read(str(found.entry.data["xml"]), found.entry.at).told:
        known = not told.row.endswith("/unknown")
        if told.row.startswith("STA-05") and (known or str(told.value).endswith(ZEROS)):
            reason, proof = described(found.entry, told)
            return fails(f"{told.row}: {reason}", proof)
    return passes("every line bears a commodity code", shown(found))


def not_simplified(story: Story) -> Judgement:
    """SND-20, of an order that is worth too much."""
    found = list_of(story, DEAR)
    if found is None:
        return missed("no list")
    if found.document.head.statistics_flag == "A":
        return fails(
            f"goods of {ABOVE} RMB were declared in the simplified way (A): at most 5,000 a ticket", shown(found)
        )
    return passes("a list of kind B", shown(found))


def stays(order: str, why: str) -> Callable[[Story], Judgement]:
    """No list of the order came."""

    def judge(story: Story) -> Judgement:
        found = list_of(story, order)
        return fails(f"a list was declared: {why}", shown(found)) if found else passes("its list was not declared")

    return judge


def held_at_shop(name: str, requirement: str, mode: str, value: str, words: tuple[str, str, str, str]) -> Case:
    """An order that must not become a list comes in, and another one that must."""
    zh, en, description, why = words
    plans = (mode,) if mode != "9610" else ("responsibility", "9610-declaration")
    wants = {"tradeMode": mode}
    return Case(
        id=name,
        title_zh=zh,
        title_en=en,
        description=description,
        expectation="No list of it is declared here; the other order goes its way.",
        provokes=f"an order over {value} RMB, {mode}",
        plans=plans,
        needs=(mode,),
        steps=(
            Send(DEAR, wants=wants | {"value": value, "lines": "1"}),
            Send(OTHER, wants=wants),
            expect("the approval of the other list", status_of("399", OTHER), "correct", requirement),
            Advance(LONG),
            Judge("the dear one stays", stays(DEAR, why), requirement),
        ),
    )


CASES = (
    Case(
        id="kind-b-has-commodity-codes",
        title_zh="B类清单填报真实的10位商品编码",
        title_en="A list of kind B bears commodity codes of the tariff",
        description="An order is to be declared for the monthly summary (kind B).",
        expectation="Each line bears ten digits that are a line of the tariff, not a heading filled up with zeros.",
        provokes="a list for summary declaration",
        plans=("9610-declaration", "9610-statistics"),
        steps=(
            Send(ORDER, wants=RETAIL | {"simplified": KIND_B}),
            expect("the list", listed(ORDER), "declare"),
            Judge("its commodity codes", of_the_tariff, "SND-19"),
        ),
    ),
    Case(
        id="kind-a-is-small-and-free",
        title_zh="A类清单：综试区、不涉证、不超过5000元",
        title_en="A list of kind A is what may be simplified",
        description="An order is to be declared in the simplified way (kind A).",
        expectation="In a pilot zone, of headings, without licence, export duty or rebate, at most 5,000 RMB.",
        provokes="a list of kind A",
        plans=("9610-declaration", "9610-statistics"),
        needs=("simplified",),
        steps=(
            Send(ORDER, wants=RETAIL | {"simplified": KIND_A}),
            expect("the list", listed(ORDER), "declare"),
            Judge("a list of kind A", may_be_simplified, "SND-20"),
            expect("its approval", status_of("399"), SOON),
        ),
    ),
    Case(
        id="dear-goods-are-not-simplified",
        title_zh="超过5000元不作A类申报",
        title_en="Declares no dear goods in the simplified way",
        description=f"A shop that simplifies what it can has an order of {ABOVE} RMB.",
        expectation="It is declared for the summary (kind B), or not here; never as kind A.",
        provokes="a dear order where kind A is wanted",
        plans=("9610-declaration", "9610-statistics"),
        needs=("simplified",),
        steps=(
            Send(DEAR, wants=RETAIL | {"simplified": KIND_A, "value": ABOVE, "lines": "1"}),
            expect("the list", listed(DEAR), "declare"),
            Judge("not simplified", not_simplified, "SND-20"),
        ),
    ),
    held_at_shop(
        "dear-9710-stays",
        "SND-22",
        "9710",
        ABOVE,
        (
            "9710超过5000元不走统一版",
            "Declares no 9710 above 5,000 RMB here",
            f"A business order (9710) of {ABOVE} RMB comes in, and a smaller one.",
            "business to business above 5,000 RMB is declared in H2018",
        ),
    ),
    held_at_shop(
        "dear-9810-stays",
        "SND-22",
        "9810",
        ABOVE,
        (
            "9810超过5000元不走统一版",
            "Declares no 9810 above 5,000 RMB here",
            f"An order for the overseas warehouse (9810) of {ABOVE} RMB comes in, and a smaller one.",
            "an overseas warehouse's goods above 5,000 RMB are declared in H2018",
        ),
    ),
    held_at_shop(
        "unbelievable-sale-stays",
        "RES-03",
        "9610",
        ABSURD,
        (
            "防控虚假交易：明显异常的订单暂停申报",
            "Holds back a sale that nobody would believe",
            f"A retail order of one item for {ABSURD} RMB comes in, and a usual one.",
            f"one retail parcel of {ABSURD} RMB is a fake sale or a mistake, and risk control has to stop it",
        ),
    ),
)
