"""What every message of a run shows of the duties: data in real time, goods that can be traced (RES)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from swsim.conformance.cases.responsibility import PLANS
from swsim.conformance.conversation import Case, Watch
from swsim.conformance.requirements import Basis
from swsim.conformance.sightings import Sent, evidence, sent, shown
from swsim.conformance.story import Judgement, Story, fails, passes
from swsim.simulator.clock import read_compact, read_instant

REAL_TIME = timedelta(minutes=15)
"""How old a document may be when it comes in: ours, no announcement gives a number (DUT-01)."""


def documents_of(story: Story) -> Iterator[tuple[Sent, Any]]:
    """Documents of the run without a planted defect, decoded, with their heads."""
    for one in sent(story.everything):
        document = one.document
        if document is not None and one.order_no not in story.planted:
            yield one, document


def in_real_time(story: Story) -> Iterator[Judgement]:
    """Received soon after the time of report that they bear."""
    late, count = None, 0
    for one, document in documents_of(story):
        told = read_compact(str(getattr(document, "head", document).app_time))
        if told is None or one.kind == "701":
            continue
        count += 1
        received: datetime = read_instant(one.entry.at)
        if late is None and received - told > REAL_TIME:
            late = fails(f"received {received - told} after its appTime {one.app_time}", shown(one))
    if count:
        yield late or passes(f"{count} documents, each within {REAL_TIME} of its appTime")


def traceable(story: Story) -> Iterator[Judgement]:
    """Every line of a list leads to its order's line by the item number."""
    orders = {one.order_no: document for one, document in documents_of(story) if one.kind == "303"}
    lists = [(one, document) for one, document in documents_of(story) if one.kind == "603" and one.order_no in orders]
    for one, document in lists:
        items = {line.gnum: line.item_no for line in orders[one.order_no].lines}
        for line in document.lines:
            if not line.item_no or line.item_no != items.get(line.gnum):
                told = f"line {line.gnum}: item {line.item_no or 'empty'}, the order has {items.get(line.gnum)}"
                yield fails(told, (evidence(one.entry, told),))
                return
    if lists:
        yield passes(f"{len(lists)} lists, every line with its order's item")


CASES = (
    Case(
        id="transmits-in-real-time",
        title_zh="数据实时传输",
        title_en="Transmits in real time",
        description="The time of report of every document of the run is compared with the time it came in.",
        expectation="None came in later than a quarter of an hour behind it.",
        provokes="nothing: what comes in is looked at",
        plans=PLANS,
        steps=(Watch("documents and the time they came", in_real_time, "RES-01", Basis.ASSUMED),),
    ),
    Case(
        id="goods-are-traceable",
        title_zh="商品可溯源",
        title_en="Goods are traceable",
        description="Every line of every list of the run is followed to its order.",
        expectation="Each bears the item number of its order's line.",
        provokes="nothing: what comes in is looked at",
        plans=PLANS,
        steps=(Watch("items of lists and orders", traceable, "RES-06"),),
    ),
)
