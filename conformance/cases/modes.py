"""What is particular to a trade mode: the type of its orders, the papers of a special area, how its goods come back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from swsim.conformance.cases.lists import ORDER, about, head_of, list_of, status_of
from swsim.conformance.cases.steps import SOON, expect, ships
from swsim.conformance.conversation import Act, Advance, Case, Judge, Send
from swsim.conformance.sightings import Sent, sent, shown
from swsim.conformance.story import Judgement, Story, fails, missed, passes


@dataclass(frozen=True, slots=True)
class Mode:
    """A trade mode, the type of its orders (§2.1.4) and, where goods of it may return, the mode they return under."""

    code: str
    order_type: str
    zh: str
    en: str
    returned: str = ""


ROWS = (
    Mode("9710", "B", "B2B直接出口", "business to business, direct"),
    Mode("9810", "W", "出口海外仓", "an overseas warehouse"),
    Mode("1210", "E", "特殊区域出口", "retail from a special area", "1261"),
    Mode("9610", "E", "零售出口", "retail", "9661"),
)


def order_at_customs(story: Story) -> Sent | None:
    """The order."""
    return next(sent(story.entries, "303", order_no=story.number(ORDER)), None)


def types_fit(mode: Mode) -> Callable[[Story], Judgement]:
    """SND-21: the order's type is that of the mode which its list declares."""

    def judge(story: Story) -> Judgement:
        ordered, listed = order_at_customs(story), list_of(story)
        if ordered is None:
            return missed("no order")
        said = head_of(ordered).order_type
        if said != mode.order_type:
            return fails(f"orderType {said} for {mode.code}; expected {mode.order_type}", shown(ordered))
        if listed is not None and head_of(listed).trade_mode != mode.code:
            told = f"the list declares {head_of(listed).trade_mode}, the order was one of {mode.code}"
            return fails(told, shown(listed))
        return passes(f"orderType {said}, tradeMode {mode.code}", (*shown(ordered), *shown(listed)))

    return judge


def names_the_area(story: Story) -> Judgement:
    """SND-23."""
    found = list_of(story)
    if found is None:
        return missed("no list")
    head = head_of(found)
    lacks = [xml for xml, name in AREA.items() if not getattr(head, name, None)]
    lacks += [f"itemRecordNo of line {line.gnum}" for line in found.document.lines if not line.item_record_no]
    if lacks:
        return fails(f"a list from a special area lacks {', '.join(lacks)}", shown(found))
    return passes("it names the firm in the area, its book and the record numbers", shown(found))


AREA = {"iacCode": "iac_code", "emsNo": "ems_no"}
"""Fields of the head that name the special area."""


def comes_back_as(mode: Mode) -> Callable[[Story], Judgement]:
    """LIF-11, of one mode."""

    def judge(story: Story) -> Judgement:
        found = about("213")(story)
        said: Any = head_of(found) if found else None
        if said is None:
            return missed("no application")
        if said.trade_mode != mode.returned:
            return fails(f"tradeMode {said.trade_mode}: goods of {mode.code} return as {mode.returned}", shown(found))
        return passes(f"{mode.code} returns as {said.trade_mode}", shown(found))

    return judge


def type_case(mode: Mode) -> Case:
    """The order's type."""
    return Case(
        id=f"order-type-of-{mode.code}",
        title_zh=f"{mode.code}{mode.zh}的订单类型为{mode.order_type}",
        title_en=f"Orders of {mode.code} are of type {mode.order_type}",
        description=f"An order for {mode.en} ({mode.code}) comes in.",
        expectation=f"Its order (303) says orderType {mode.order_type}, its list tradeMode {mode.code}.",
        provokes=f"an order of {mode.code}",
        plans=("9610-declaration",) if mode.code == "9610" else (mode.code,),
        needs=(mode.code,),
        steps=(
            Send(ORDER, wants={"tradeMode": mode.code}),
            expect("the order at customs", order_at_customs, "transmit"),
            Advance(SOON),  # its list, where customs takes the order
            Judge("order and list", types_fit(mode), "SND-21"),
        ),
        version=2,
    )


def return_case(mode: Mode) -> Case:
    """Under which mode its goods return."""
    return Case(
        id=f"{mode.code}-returns-as-{mode.returned}",
        title_zh=f"{mode.code}退货按{mode.returned}申报",
        title_en=f"Goods of {mode.code} return as {mode.returned}",
        description=f"Goods of a closed list of {mode.code} come back.",
        expectation=f"The application (213) is one of {mode.returned}, and customs takes it in.",
        provokes=f"goods of {mode.code} that come back",
        plans=("returned-goods",) if mode.code == "9610" else ("returned-goods", mode.code),
        needs=(mode.code, "ship", "take-back"),
        steps=(
            Send(ORDER, wants={"tradeMode": mode.code}),
            expect("the approval of the list", status_of("399"), "declare"),
            *ships(ORDER),
            Act("take-back", ORDER),
            expect("the application", about("213"), "take-back"),
            Judge("its mode", comes_back_as(mode), "LIF-11"),
        ),
    )


CASES = (
    *map(type_case, ROWS),
    *(return_case(mode) for mode in ROWS if mode.returned),
    Case(
        id="area-list-names-its-book",
        title_zh="特殊区域清单填报区内企业、账册和备案号",
        title_en="A list from a special area names firm, book and records",
        description="An order is declared from a special area (1210).",
        expectation="The list names the firm in the area, its book (emsNo), and a record number for each line.",
        provokes="an order from a special area",
        plans=("1210",),
        needs=("1210",),
        steps=(
            Send(ORDER, wants={"tradeMode": "1210"}),
            expect("the list", list_of, "declare"),
            Judge("what it names", names_the_area, "SND-23"),
        ),
    ),
)
