"""The machines: every state answers every input, every arc is taken by some way of sending, no other way leads on."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from core_desk import AT, KINDS, SEED, STANDARD, SUCCESS, Desk, again, sale, with_delays
from core_ways import REPORT, STAGE, bring, perform, way_to
from hypothesis import given, settings
from hypothesis import strategies as st

from swsim.fixtures.chain import chain
from swsim.simulator.core import machines
from swsim.simulator.core.faults import FaultPlan
from swsim.simulator.core.machines import INPUT_OF, MACHINES, Input, Transition, step
from swsim.simulator.core.model import LIVE, Stage, State
from swsim.simulator.messages.transfer import Document

S = sale()
BY_KIND: dict[str, Document] = {document.number: document for document in S.documents}
MOVED = {Input.ARRIVE, Input.INSPECT, Input.RELEASE, Input.DEPART, Input.WITHDRAW}
ROWS = [(kind, row) for kind in KINDS for row in MACHINES[kind] if row.input not in MOVED]
"""What these documents do by themselves; what others do to them is in `test_core_movement`."""
every_row = pytest.mark.parametrize(
    ("kind", "row"), ROWS, ids=[f"{kind} {row.source.name} {row.input} {row.target.name}" for kind, row in ROWS]
)
LISTED = {State.IN_REVIEW, State.APPROVED, State.UNDER_INSPECTION, State.RELEASED, State.CLOSED, State.WITHDRAWN}
STATUSES = {
    "303": {1, 2, 3, 100, 120},
    "403": {1, 2, 3, 100, 120},
    "505": {1, 2, 3, 100, 399},
    "603": {1, 2, 3, 100, 120, 399},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("bound", [False, True])
def test_every_state_answers_every_input(kind: str, bound: bool) -> None:
    """A row of the table or None for each pair, never an exception; a bound document loses its free arcs only."""
    for state in State:
        for asked in Input:
            row = step(kind, state, asked, bound=bound)
            listed = [one for one in MACHINES[kind] if (one.source, one.input) == (state, asked)]
            assert [row] == ([None] if not listed or (bound and listed[0].free) else listed)
            assert step(kind, int(state), asked, bound=bound) is row


@pytest.mark.parametrize("kind", KINDS)
@given(state=st.integers(), asked=st.sampled_from(Input), bound=st.booleans())
def test_a_number_that_is_no_state_has_no_arc(kind: str, state: int, asked: Input, bound: bool) -> None:
    """Whatever number a store hands back, the machine answers."""
    row = step(kind, state, asked, bound=bound)
    assert row is None or (row.source == state and row.input is asked)


def test_no_pair_has_two_rows() -> None:
    """One state and one input lead to one state."""
    assert len({(kind, row.source, row.input) for kind, row in ROWS}) == len(ROWS)


def test_every_row_cites_where_it_is_written() -> None:
    """A row has a source, a place in it and a basis."""
    assert all(row.citation.source and row.citation.place and row.basis for _, row in ROWS)
    assert {str(row.citation) for kind, row in ROWS if row.input is Input.SEND} == {"2.12.4 returnStatus"}


def test_an_input_for_every_pair_of_app_type_and_app_status() -> None:
    """appType 1, 2, 3 with appStatus 1, 2; both deletes are one input."""
    assert {report: asked for asked, report in REPORT.items()} | {("3", "1"): Input.DELETE} == INPUT_OF


# --- every arc is taken, and missed when it is gone -------------------------------------------------------------------


def brought_to(kind: str, state: State) -> Desk:
    """A desk whose document of this kind stands in a state."""
    desk = Desk(with_delays(1))
    for other in S.documents[:3] if kind == "603" else ():
        desk.send(other)
    desk.settle()
    bring(desk, BY_KIND[kind], state)
    return desk


def status_of(kind: str, row: Transition) -> int:
    """The return status an arc is answered with: a deletion like a declaration, else the state it leads to."""
    return {State.DELETED: 2}.get(row.target, int(row.target))


@every_row
def test_an_arc_is_taken(kind: str, row: Transition) -> None:
    """From its source its input leads to its target, and the return says so."""
    desk = brought_to(kind, row.source)
    assert perform(desk, BY_KIND[kind], row.input) == [status_of(kind, row)]
    assert desk.state(BY_KIND[kind]) is row.target


@every_row
def test_an_arc_taken_out_is_missed(kind: str, row: Transition, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the row the same input is refused, or the step is not taken, and the document stays where it was."""
    desk = brought_to(kind, row.source)
    monkeypatch.delitem(machines._ARCS[kind], (row.source, row.input))
    before = desk.held(BY_KIND[kind])
    assert all(status < 0 for status in perform(desk, BY_KIND[kind], row.input))
    assert desk.held(BY_KIND[kind]) == before


@pytest.mark.parametrize(
    ("kind", "row"),
    [(kind, row) for kind, row in ROWS if row.free],
    ids=[f"{kind} {row.source.name} {row.input}" for kind, row in ROWS if row.free],
)
def test_a_free_arc_is_closed_by_a_live_list(kind: str, row: Transition) -> None:
    """The same input is refused once a live list refers to the document, in each state such a list can have."""
    for state in sorted(LIVE):
        desk = brought_to(kind, row.source)
        desk.send(S.inventory)
        events = desk.events
        desk.plant(S.inventory, state)
        desk.events = [event for event in events if desk.event(S.inventory, Stage.SEND).serials != event.serials]
        assert perform(desk, BY_KIND[kind], row.input) == [{"303": -301011, "403": -401008, "505": -504016}[kind]]
        assert desk.state(BY_KIND[kind]) is row.source


@pytest.mark.parametrize("kind", KINDS)
def test_the_states_without_a_way_in_are_known(kind: str) -> None:
    """Arcs leave W, which only a cancellation leads a list to. No other is cut off."""
    sources = {row.source for row in MACHINES[kind]}
    assert {state for state in sources if way_to(kind, state) is None} == {State.WITHDRAWN} - (
        LISTED if kind == "603" else set()
    )
    reached = {State.STAGED, State.DECLARING, State.SENT, State.SEND_FAILED, State.REJECTED, State.DELETED}
    success = {State.APPROVED} if kind == "505" else {State.STORED}
    listed = LISTED if kind == "603" else set()
    assert {row.target for row in MACHINES[kind]} == reached | success | listed


# --- no other way -----------------------------------------------------------------------------------------------------

NO_WAY = [
    *((kind, state, Input.APPROVE) for kind in KINDS for state in State if (kind, state) != ("603", State.STORED)),
    *((kind, state, Input.STORE) for kind in KINDS for state in State if state is not State.SENT),
    *(
        (kind, state, Input.SEND)
        for kind in KINDS
        for state in State
        if state not in {State.DECLARING, State.SEND_FAILED}
    ),
    *(
        (kind, state, Input.REJECT)
        for kind in KINDS
        for state in State
        if state is not State.SENT and (kind, state) != ("603", State.STORED)
    ),
    *(
        (kind, state, asked)
        for kind in KINDS
        for state in (*LIVE,)
        for asked in (Input.DRAFT, Input.DECLARE, Input.REDRAFT)
    ),
    *(("603", state, asked) for state in (*LIVE,) for asked in (Input.CHANGE, Input.DELETE)),
    *(
        (kind, state, asked)
        for kind in KINDS
        for state in (State.ABSENT, State.DELETED, State.WITHDRAWN)
        for asked in (Input.REDRAFT, Input.CHANGE, Input.DELETE)
    ),
]


def test_forbidden_jumps_have_no_arc() -> None:
    """399 after 100, 3 after 120, 120 without 3, a new one over a live key, a list changed after 2 (rules.md §5)."""
    assert [jump for jump in NO_WAY if step(*jump) is not None] == []


@pytest.mark.parametrize(
    ("kind", "state", "asked"),
    [
        (kind, state, asked)
        for kind, state, asked in NO_WAY
        if asked in STAGE and state not in {State.ABSENT, State.DELETED}
    ],
)
def test_a_forbidden_step_is_not_taken(kind: str, state: State, asked: Input) -> None:
    """An event that comes at the wrong time, a second time or too late, gives no return and changes no state.

    A deletion is answered like any message: see `test_core_ordering`.
    """
    desk = Desk(with_delays(1))
    for document in S.documents:
        desk.send(document)
    desk.settle()
    desk.plant(BY_KIND[kind], state)
    assert perform(desk, BY_KIND[kind], asked) == []
    assert desk.state(BY_KIND[kind]) is state


def test_an_event_of_nothing_does_nothing() -> None:
    """Serials nobody knows, or a version that came again since, take no step."""
    desk = Desk(with_delays(1))
    desk.send(S.order)
    event = desk.event(S.order, Stage.SEND)
    assert desk.fire(replace(event, serials=[99])) == []
    assert desk.fire(replace(event, number=event.number + 1)) == []
    assert [int(one.status) for one in desk.fire(event)] == [3]
    assert desk.fire(event) == []


# --- any sequence -----------------------------------------------------------------------------------------------------

MOVES = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.sampled_from([*REPORT, *STAGE, "wait"]),
        st.sampled_from(["", "", "", "old", "other guid", "other list"]),
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(moves=MOVES, reject=st.sampled_from(["", *KINDS]))
def test_any_sequence_of_inputs_ends_in_a_state(moves: list[tuple[str, str, str]], reject: str) -> None:
    """Nothing crashes, every state is one, every status is one the kind may have, no return follows out of turn."""
    faults = [FaultPlan("F", reject, "*", "reject")] if reject else []
    desk = Desk(with_delays(1), faults=faults)
    for place, (kind, move, how) in enumerate(moves):
        document = BY_KIND[kind]
        if how == "other list" and kind == "603":
            document = again(document, "1", cop_no="ANOTHER")
        if move in REPORT:
            desk.send(again(document, *REPORT[Input(move)], seconds=-60 if how == "old" else place))
        elif move == "wait":
            desk.wait(1.5)
        elif desk.held(document) is not None:
            desk.fire(desk.event(document, STAGE[Input(move)]))
        else:
            desk.settle()
    desk.settle()
    for document in (*S.documents, again(S.inventory, "1", cop_no="ANOTHER")):
        assert desk.state(document) in State
        statuses = [status for status in desk.statuses(document) if status > 0]
        assert set(statuses) <= STATUSES[document.number]
        for before, after in pairwise(statuses):
            assert (before, after) not in {(100, 3), (100, 120), (100, 399), (120, 3), (399, 3), (399, 120), (1, 3)}
        held = desk.held(document)
        assert held is None or held.pre_no == f"B20260105{held.serial:09d}"
    lists = [held for held in desk.kept.values() if held.kind == "603" and held.state in LIVE]
    assert len(lists) <= 1


@settings(max_examples=60, deadline=None)
@given(
    second=st.integers(0, 10**9),
    indexes=st.lists(st.integers(0, 1000), min_size=1, max_size=5, unique=True),
    gaps=st.lists(st.integers(0, 20), min_size=4, max_size=4),
)
def test_a_sale_sent_in_order_always_reaches_its_end(second: int, indexes: list[int], gaps: list[int]) -> None:
    """Whatever the goods, the hour and the pauses between messages: 120, 120, 399, and 399 of the list."""
    at = AT + timedelta(seconds=second)
    sales = [chain(SEED, index, at) for index in indexes]
    desk = Desk(STANDARD, now=at)
    for place, gap in enumerate(gaps):
        desk.send(*[made.documents[place] for made in sales], after=gap)
    desk.settle()
    for made in sales:
        assert {d.number: desk.statuses(d) for d in made.documents} == SUCCESS
