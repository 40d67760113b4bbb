"""When the next step of a document is due."""

from datetime import timedelta

from core_desk import (
    AT,
    SEED,
    SUCCESS,
    Desk,
    changed,
    sale,
    with_delays,
)
from test_core_ordering import S, sent

from swsim.simulator.core.model import Stage
from swsim.simulator.core.schedule import fraction
from swsim.simulator.profile import Delay


def test_the_steps_of_a_message_are_due_at_the_profiles_delays() -> None:
    """2 at once, 3 after one delay, 120 after the next, 399 after the third; a waybill's 399 is its third status."""
    desk = Desk(with_delays(2))
    sent(desk, S.documents)
    seen = []
    for second in range(8):
        now = [(int(d.subject.kind), int(d.status)) for d in desk.wait(1 if second else 0)]
        seen.append(now)
    third = [(303, 120), (403, 120), (505, 399), (603, 120)]
    assert seen == [[], [], [(303, 3), (403, 3), (505, 3), (603, 3)], [], third, [], [(603, 399)], []]


def test_without_delays_everything_is_due_at_once() -> None:
    """Profile `instant`: all steps lie at the time of receipt."""
    desk = Desk(with_delays(0))
    sent(desk, S.documents)
    assert {event.at for event in desk.events} == {AT}
    desk.wait(0)
    assert {d.number: desk.statuses(d) for d in S.documents} == SUCCESS


def test_the_standard_delays_lie_in_their_range() -> None:
    """3 after 1 s, 120 another 2 to 7 s later, 399 another 2 to 5 s later: drawn, in whole milliseconds."""
    customs: list[timedelta] = []
    approved: list[timedelta] = []
    desk, sales = Desk(), [sale(index) for index in range(60)]
    sent(desk, [document for made in sales for document in made.documents])
    desk.settle()
    for made in sales:
        for document in made.documents:
            (_, first), (_, second), (_, third), *rest = desk.times(document)
            assert (first, second - first) == (AT, timedelta(seconds=1))
            customs.append(third - second)
            approved += [at - third for _, at in rest]
    assert timedelta(seconds=2) <= min(customs) < timedelta(seconds=2.2)
    assert timedelta(seconds=6.8) < max(customs) <= timedelta(seconds=7)
    assert timedelta(seconds=2) <= min(approved) < timedelta(seconds=2.5)
    assert timedelta(seconds=4.5) < max(approved) <= timedelta(seconds=5)
    assert [delay for delay in (*customs, *approved) if delay.microseconds % 1000] == []


def test_the_documents_of_a_message_travel_together() -> None:
    """One event a stage for all of them, drawn from the message's guid; another message draws another delay."""
    desk = Desk()
    desk.send(*[sale(index).order for index in range(100)])
    assert [len(event.serials) for event in desk.events] == [100]
    desk.wait(1)
    assert [(event.stage, len(event.serials)) for event in desk.events] == [(Stage.CUSTOMS, 100)]
    due = desk.events[0].at
    other = Desk()
    other.send(S.order, guid="M" * 36)
    other.wait(1)
    assert other.events[0].at != due


def test_refused_and_staged_documents_plan_nothing() -> None:
    """Of a message with a good, a bad and a draft document only the good one has a next step."""
    desk = Desk()
    good, bad, draft = sale(0).order, changed(sale(1).order, goods_value="1"), changed(sale(2).order, app_status="1")
    decisions = desk.send(bad, good, draft)
    held = decisions[1].held
    assert held is not None
    assert [event.serials for event in desk.events] == [[held.serial]]


def test_a_delay_is_a_pure_function_of_seed_stage_and_message() -> None:
    """The same arguments give the same draw whatever was drawn before; each argument matters."""
    first = fraction(SEED, "send", "GUID")
    assert fraction(SEED, "customs", "GUID") != first
    assert fraction(SEED + 1, "send", "GUID") != first
    assert fraction(SEED, "send", "OTHER") != first
    assert fraction(SEED, "send", "GUID") == first
    assert all(0 <= fraction(seed, "send", "GUID") < 1 for seed in range(1000))
    assert Delay(2, 7).draw(0) == timedelta(seconds=2)
    assert Delay(2, 7).draw(0.5) == timedelta(seconds=4.5)
    assert Delay(1, 1.0005).draw(0.999) == timedelta(seconds=1)
