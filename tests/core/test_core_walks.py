"""Whole chains in any order: no step but those of the machines; what must not matter does not matter."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from core_desk import AT, STANDARD, STRICT, Desk, changed, head_of, sale, with_delays
from core_shipment import TRIP, bill_of, of_one_bill
from hypothesis import given, settings
from hypothesis import strategies as st

from swsim.fixtures.later import Fate, Sold, arrivals, cancel, departures, master_lists, refund, summaries, tally
from swsim.simulator.codes.status import KIND_CODES
from swsim.simulator.core.machines import MACHINES, Input, by_customs, step
from swsim.simulator.core.model import LIVE, Decision, State
from swsim.simulator.core.rulings import NotAllowedError
from swsim.simulator.messages.transfer import Document
from swsim.simulator.profile import read_profile

SALES = [of_one_bill(sale(index)) for index in range(2)]
SOLD = [Sold(one, Fate.LEAVES, "") for one in SALES]
BILL = bill_of(SOLD)
PARTS: dict[str, list[Any]] = {
    "607": master_lists(BILL, 1),
    "507": arrivals(BILL, 1),
    "509": departures(BILL, 1),
}
"""Documents that move both lists, each split into two messages."""
NAMING: dict[str, Callable[[Sold], Any]] = {
    "605": lambda sold: cancel(TRIP, sold),
    "213": lambda sold: refund(TRIP, sold),
    "215": lambda sold: tally(TRIP, sold),
    "701": lambda sold: summaries(TRIP, [sold])[0],
}
"""Documents that name a list by its number."""
ONE = with_delays(1)
ROUGH = replace(
    read_profile({"base": "inspection-heavy", "send_failed_rate": 0.3, "match": "wait(600)", "match_answers": "all"}),
    sent_after=ONE.sent_after,
    customs_after=ONE.customs_after,
    approved_after=ONE.approved_after,
)
"""Reviews, inspections, goods that are kept, failures, lists that wait: all of it at once."""
ARCS = {
    kind: {(int(row.source), int(row.target)) for row in rows} | {(int(state), int(state)) for state in State}
    for kind, rows in MACHINES.items()
}
"""Ways a state may change: by an arc, or not at all (a deletion is confirmed, a list is filled or kept)."""


@pytest.mark.parametrize("kind", MACHINES)
def test_every_machine_answers_every_input_in_every_state(kind: str) -> None:
    """Total over (state, input): an arc or None; what customs may decide are the arcs that no enterprise asks for."""
    for state in State:
        for asked in Input:
            row = step(kind, state, asked)
            assert row is None or (row.source, row.input) == (state, asked)
        allowed = by_customs(kind, state)
        assert all(step(kind, state, row.input) is row and status == row.target for status, row in allowed.items())


class Walk:
    """A desk that remembers where each document stood, and looks at every step."""

    def __init__(self, profile: Any) -> None:
        self.desk = Desk(profile)
        self.stood: dict[int, int] = {}

    def see(self, decisions: Iterable[Decision]) -> None:
        for one in decisions:
            if one.held is None:
                assert one.status < 0 or one.status == 100, "refused: it enters no machine"
                continue
            assert one.state is not None
            before = self.stood.get(one.held.serial, int(State.ABSENT))
            kind = one.held.kind
            assert (before, one.state) in ARCS[kind], (kind, before, one.state)
            assert before != State.CLOSED or not one.told, "nothing is said after 899"
            self.stood[one.held.serial] = one.state

    def named(self, kind: str, index: int) -> Any:
        """A document that speaks of a list: only once the list has its number."""
        held = self.desk.held(SALES[index].inventory)
        if held is None or not held.invt_no:
            return None
        return NAMING[kind](Sold(SALES[index], Fate.LEAVES, held.invt_no))

    def document(self, kind: str, index: int) -> Any:
        if kind in PARTS:
            return PARTS[kind][index]
        if kind in NAMING:
            return self.named(kind, index)
        return next(one for one in SALES[index].documents if one.number == kind)


KINDS = ("303", "403", "505", "603", "603", "607", "507", "509", "605", "213", "215", "701")
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("send"), st.sampled_from(KINDS), st.integers(0, 1)),
        st.tuples(st.just("change"), st.sampled_from(KINDS), st.integers(0, 1)),
        st.tuples(st.just("delete"), st.sampled_from(KINDS), st.integers(0, 1)),
        st.tuples(st.just("wait"), st.sampled_from((0.5, 3, 60, 7200, 86400 * 40)), st.just(0)),
        st.tuples(st.just("order"), st.sampled_from(KINDS), st.sampled_from((3, 4, 100, 120, 300, 399, 500, 800, 899))),
        st.tuples(st.just("keep"), st.sampled_from(KINDS), st.integers(0, 1)),
        st.tuples(st.just("let go"), st.sampled_from(KINDS), st.integers(0, 1)),
    ),
    max_size=40,
)


@settings(max_examples=120, deadline=None)
@given(moves=MOVES, profile=st.sampled_from([ONE, ROUGH, STRICT, read_profile("instant"), read_profile("lenient")]))
def test_no_walk_leaves_the_machines(moves: list[tuple[str, Any, int]], profile: Any) -> None:
    """Any order of documents, duplicates, changes, deletions, orders, clock jumps of days: every step is an arc."""
    walk = Walk(profile)
    for place, (move, what, index) in enumerate(moves):
        if move == "wait":
            walk.see(walk.desk.wait(what))
            continue
        document = walk.document(what, index if move != "order" else place % 2)
        if document is None:
            continue
        if move in {"send", "change", "delete"}:
            app_type = {"send": "1", "change": "2", "delete": "3"}[move]
            own = {} if move == "send" else {"app_type": app_type, "guid": f"{place:0>36}"}
            walk.see(walk.desk.send(changed(document, **own)))
            walk.see(walk.desk.wait(0))
        elif walk.desk.held(document) is not None:
            said = {"status": index} if move == "order" else {"keep": move == "keep"}
            try:
                walk.see(walk.desk.order(document, **said))
            except NotAllowedError:
                continue
    walk.see(walk.desk.settle())
    for one in SALES:
        lists = [
            held
            for held in walk.desk.kept.values()
            if held.kind == "603" and held.state in LIVE and head_of(one.order).order_no in (held.order_ref or "")
        ]
        assert len(lists) <= 1, "one live list an order"


# --- what must not matter ---------------------------------------------------------------------------------------------

BREACHES: tuple[dict[str, str], ...] = (
    {},
    {"app_time": "20260230090000"},
    {"app_type": "2"},
    {"app_status": "1"},
    {"app_type": "7"},
)
"""None, and some that are answered in other ways."""


def answered(decisions: Iterable[Decision]) -> list[tuple[Any, ...]]:
    """What was said of each document, without what a message adds."""
    return sorted(
        (
            one.subject.kind,
            one.subject.key,
            str(one.stage),
            int(one.status),
            one.state,
            repr(one.faults),
            repr(one.remarks),
        )
        for one in decisions
    )


@settings(max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(("303", "403", "505", "603")),
    breaches=st.lists(st.sampled_from(BREACHES), min_size=2, max_size=6),
    data=st.data(),
    profile=st.sampled_from([ONE, STRICT]),
)
def test_a_batch_split_in_two_gives_the_same_decisions(
    kind: str, breaches: list[dict[str, str]], data: st.DataObject, profile: Any
) -> None:
    """Each document of a message is judged alone: the same in one message or in two."""
    sales = [sale(index) for index in range(len(breaches))]
    documents = [
        changed(next(one for one in made.documents if one.number == kind), **breach)
        for made, breach in zip(sales, breaches, strict=True)
    ]
    place = data.draw(st.integers(1, len(documents) - 1))
    told = []
    for messages in ([documents], [documents[:place], documents[place:]]):
        desk = Desk(profile)
        for made in sales if kind == "603" else ():
            for document in made.documents[:3]:
                desk.send(document)
        said = [decision for message in messages for decision in desk.send(*message)]
        told.append((answered(said), answered(desk.settle())))
    assert told[0] == told[1]


def left(kinds: Iterable[str] = ("507", "509")) -> Walk:
    """Both lists, approved and moved by documents of these kinds."""
    walk = Walk(ONE)
    for document in (*SALES[0].documents, *SALES[1].documents):
        walk.desk.send(document)
    walk.desk.settle()
    for kind in kinds:
        for part in PARTS[kind]:
            walk.desk.send(part)
        walk.desk.settle()
    return walk


@pytest.mark.parametrize("kind", ["605", "213", "215"])
@pytest.mark.parametrize("breach", BREACHES, ids=str)
def test_a_batch_of_what_names_lists_may_be_split_too(kind: str, breach: dict[str, str]) -> None:
    """Cancellations, applications, tallies of two lists in one message or in two: the same of each and of the lists."""
    told = []
    for together in (True, False):
        walk = left(() if kind == "605" else ("507", "509"))
        first, second = (walk.named(kind, index) for index in range(2))
        documents = [first, changed(second, **breach)]
        messages = [documents] if together else [[one] for one in documents]
        said = [decision for message in messages for decision in walk.desk.send(*message)]
        told.append((answered(said), answered(walk.desk.settle())))
    assert told[0] == told[1]


@pytest.mark.parametrize("kinds", [("605",), ("213", "215"), ("215", "213"), ("701",)], ids="-".join)
def test_what_names_a_list_is_a_duplicate_once_more(kinds: tuple[str, ...]) -> None:
    """The same bytes again, at every stage: the duplicate code of the kind, no state and no list changes."""
    walk = left(() if kinds == ("605",) else ("507", "509"))
    desk, sent = walk.desk, []
    for kind in kinds:
        sent += [walk.named(kind, index) for index in range(2)]
        for document in sent[-2:]:
            desk.send(document)
        for seconds in (0.0, 1.5, 60.0):
            desk.wait(seconds)
            before = {serial: (held.state, held.returned) for serial, held in desk.kept.items()}
            for again in sent:
                [decision] = desk.send(again)
                assert (int(decision.status), decision.state) == (KIND_CODES[again.number].duplicate, None)
            assert {serial: (held.state, held.returned) for serial, held in desk.kept.items()} == before
    ends = {"605": 399, "213": 800, "215": 399, "701": 399}
    assert [int(desk.state(one)) for one in sent] == [ends[one.number] for one in sent]


@pytest.mark.parametrize("profile", [STANDARD, STRICT], ids=lambda one: one.name)
def test_the_same_bytes_again_change_nothing(profile: Any) -> None:
    """A new publish of what is stored gets the kind's duplicate code at every stage of its life, and states stay."""
    desk = Desk(profile)
    sent: list[Document] = []
    for document in (*SALES[0].documents, *SALES[1].documents, *PARTS["607"], *PARTS["507"], *PARTS["509"]):
        desk.send(document)
        sent.append(document)
        for seconds in (0.0, 1.5, 60.0):
            desk.wait(seconds)
            before = {serial: held.state for serial, held in desk.kept.items()}
            for again in sent:
                [decision] = desk.send(again)
                assert (int(decision.status), decision.state) == (KIND_CODES[again.number].duplicate, None)
            assert {serial: held.state for serial, held in desk.kept.items()} == before
    closed = {899} if profile is STANDARD else {399}  # `strict` refuses arrivals that are reported ahead (MSG-04)
    assert {int(desk.state(one.inventory)) for one in SALES} == closed


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_where_order_is_free_it_changes_nothing(order: tuple[int, ...]) -> None:
    """Order, receipt and waybill may come in any order before the list, parts of a split document too."""
    desk = Desk(ONE)
    for made in SALES:
        for place in order:
            desk.send(made.documents[place])
        desk.send(made.inventory)
    desk.settle()
    for kind in ("607", "507", "509"):
        parts = PARTS[kind] if order[0] else PARTS[kind][::-1]
        for part in parts:
            desk.send(part)
        desk.settle()
    statuses = [desk.statuses(document) for made in SALES for document in made.documents]
    assert [one[-1] for one in statuses] == [120, 120, 399, 899] * 2


def test_a_seed_decides_alike_each_time() -> None:
    """The rough profile gives the same way twice: every draw is a pure function of its arguments."""
    ways = []
    for _ in range(2):
        desk = Desk(ROUGH, now=AT)
        for made in SALES:
            for document in made.documents:
                desk.send(document)
        desk.settle()
        ways.append(desk.trail)
    assert ways[0] == ways[1]
