"""The runner and the journal it waits on, against a scripted simulator: time, silence, order of things."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer
from conformance_journals import KEYS, START, Book, accepted_data
from conformance_scripted import HOW, Enterprise, Simulator, case

from swsim.conformance.cases import CASES
from swsim.conformance.control import Control, ControlError, duration
from swsim.conformance.conversation import NO_TIME, Advance, Expect, Fault, Judge, Send
from swsim.conformance.driver import DriverError, Placed, Wish
from swsim.conformance.drivers.http import HttpDriver
from swsim.conformance.journal import Entry, Journal, JournalLostError, read_entry
from swsim.conformance.provoking import delay
from swsim.conformance.runner import Runner, WrongClockError
from swsim.conformance.sightings import Sent, sent, waybill_key
from swsim.conformance.story import Judgement, Story
from swsim.conformance.talk import describe, first_order
from swsim.conformance.tally import count_states, explain_refusals
from swsim.reports.model import Verdict


@pytest.fixture
def simulator() -> Simulator:
    return Simulator()


@pytest.fixture
async def ends(simulator: Simulator) -> AsyncIterator[tuple[Control, Journal]]:
    app, base = web.Application(), "/_control/sandboxes/s"
    app.add_routes(
        [
            web.get(f"{base}/journal", simulator.journal),
            web.get(base, simulator.get),
            web.get(f"{base}/clock", simulator.get_clock),
            web.post(f"{base}/clock", simulator.post_clock),
            web.put(f"{base}/faults", simulator.put_faults),
        ]
    )
    async with TestClient(TestServer(app)) as client:
        http: Any = client  # a TestClient asks like a session with a base
        journal = Journal(http, "s")
        following = asyncio.create_task(journal.run())
        yield Control(http, "s"), journal
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


def order_seen(story: Story) -> Sent | None:
    return next(sent(story.entries, "303"), None)


def list_seen(story: Story) -> Sent | None:
    return next(sent(story.entries, "603"), None)


def well(_: Story) -> Judgement:
    return Judgement(Verdict.PASS, "well")


async def test_a_case_waits_for_what_falls_due_and_tells_the_enterprise_the_time(
    simulator: Simulator, ends: tuple[Control, Journal]
) -> None:
    simulator.due.append((START + timedelta(minutes=3), Book().sends("603").entries))
    driver = Enterprise(simulator, Book().sends("303"))
    runner = Runner(*ends, driver, HOW)
    steps = (
        Send("a", "wrong-total"),
        Expect("order", order_seen, NO_TIME),
        Expect("list", list_seen, timedelta(minutes=5)),
    )
    [result] = await runner.run([case(*steps, Judge("j", well))])
    assert (result.verdict, result.reason) == (Verdict.PASS, "well")
    assert driver.wishes == [Wish(9, first_order("c"), START, "wrong-total")]
    assert driver.told == [START, START + timedelta(minutes=3)]
    assert [one.entry for one in result.evidence] == [1, 2]


async def test_a_silent_enterprise_costs_its_patience_and_is_inconclusive(
    simulator: Simulator, ends: tuple[Control, Journal]
) -> None:
    simulator.due.append((START + timedelta(hours=1), []))
    runner = Runner(*ends, Enterprise(simulator), HOW)
    steps = (Send("a"), Expect("the order at customs", order_seen, timedelta(minutes=5)))
    async with asyncio.timeout(5):
        [result] = await runner.run([case(*steps)])
    assert result.verdict is Verdict.INCONCLUSIVE
    assert result.reason.startswith("timed out: the order at customs was not seen within 0:05:00")
    assert simulator.now == START + timedelta(minutes=5)


async def test_an_expectation_may_say_that_its_absence_fails(
    simulator: Simulator, ends: tuple[Control, Journal]
) -> None:
    runner = Runner(*ends, Enterprise(simulator), HOW)
    [result] = await runner.run([case(Expect("the list", list_seen, NO_TIME, Verdict.FAIL))])
    assert result.verdict is Verdict.FAIL


async def test_a_return_nobody_acknowledges_is_no_rest(simulator: Simulator, ends: tuple[Control, Journal]) -> None:
    runner = Runner(*ends, Enterprise(simulator, Book().sends("303").answers("303", 2)), HOW)
    [result] = await runner.run([case(Send("a"), Advance(timedelta(minutes=1)))])
    assert result.verdict is Verdict.INCONCLUSIVE
    assert "returns not acknowledged: r2" in result.reason


async def test_an_acknowledged_return_is_rest(simulator: Simulator, ends: tuple[Control, Journal]) -> None:
    book = Book().sends("303").answers("303", 2).acknowledges("r2")
    runner = Runner(*ends, Enterprise(simulator, book), HOW)
    [result] = await runner.run([case(Send("a"), Advance(timedelta(minutes=1)), Judge("j", well))])
    assert result.verdict is Verdict.PASS
    assert simulator.now == START + timedelta(minutes=1)


async def test_faults_gather_and_are_taken_back_at_the_end(simulator: Simulator, ends: tuple[Control, Journal]) -> None:
    def rows(_: Story) -> list[dict[str, Any]]:
        return [delay("303", "*", "120", timedelta(minutes=5))]

    runner = Runner(*ends, Enterprise(simulator), HOW)
    await runner.run([case(Fault("slow", rows), Fault("slower", rows))])
    row = {"kind": "303", "key": "*", "action": "delay", "stage": "120", "by": "PT300S"}
    assert simulator.tables == [[{"id": "c-1", **row}], [{"id": "c-1", **row}, {"id": "c-2", **row}], []]


async def test_a_judge_that_fails_ends_the_case_with_its_evidence(
    simulator: Simulator, ends: tuple[Control, Journal]
) -> None:
    def badly(story: Story) -> Judgement:
        raise_next.append(len(story.entries))
        return Judgement(Verdict.FAIL, "badly")

    raise_next: list[int] = []
    runner = Runner(*ends, Enterprise(simulator), HOW)
    [result] = await runner.run([case(Judge("j", badly), Judge("never", badly))])
    assert (result.verdict, result.reason, len(raise_next)) == (Verdict.FAIL, "badly", 1)


async def test_to_the_end_every_check_is_heard_and_the_first_that_failed_gives_the_verdict(
    simulator: Simulator, ends: tuple[Control, Journal]
) -> None:
    def fails(reason: str) -> Any:
        return lambda _: Judgement(Verdict.FAIL, reason)

    def breaks(_: Story) -> Judgement:
        raise KeyError("what the failed check would have found")

    steps = [Judge(what, fails(what), "SND-01") for what in "ab"]
    runner = Runner(*ends, Enterprise(simulator), replace(HOW, to_the_end=True))
    for more in ((), (Judge("c", breaks),), (Send("a"), Judge("d", fails("d")), Judge("e", fails("e"), "SND-01"))):
        [result] = await runner.run([case(*steps, *more)])
        assert (result.verdict, result.reason, [one.what for one in result.checks]) == (Verdict.FAIL, "a", ["a", "b"])


async def test_a_judge_that_breaks_costs_its_case_and_not_the_run(
    simulator: Simulator, ends: tuple[Control, Journal]
) -> None:
    def breaks(_: Story) -> Judgement:
        raise AttributeError("x")

    runner = Runner(*ends, Enterprise(simulator), HOW)
    broken, next_one = await runner.run([case(Judge("j", breaks)), replace(case(Judge("j", well)), id="d")])
    assert (broken.verdict, broken.reason) == (Verdict.ERROR, "the case itself broke: AttributeError: x")
    assert next_one.verdict is Verdict.PASS


async def test_letting_time_pass_takes_no_grace(
    simulator: Simulator, ends: tuple[Control, Journal], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Grace is real time for an entry that is looked for; who looks for none would wait it out for nothing."""
    waits: list[float] = []
    wait_for = Journal.wait_for

    async def noting(self: Journal, seen: Any, seconds: float) -> Any:
        waits.append(seconds)
        return await wait_for(self, seen, seconds)

    monkeypatch.setattr(Journal, "wait_for", noting)
    runner, grace = Runner(*ends, Enterprise(simulator), HOW), HOW.statement.pace.grace
    await runner.run([case(Advance(timedelta(minutes=1)))])
    assert grace not in waits
    await runner.run([case(Expect("the list", list_seen, timedelta(minutes=1)))])
    assert grace in waits


async def test_what_does_not_apply_says_so_also_behind_a_sanity_case_that_does_not(
    simulator: Simulator, ends: tuple[Control, Journal]
) -> None:
    apart = replace(HOW.statement, has=frozenset(), not_implemented={"amqp": "no broker"})
    runner = Runner(*ends, Enterprise(simulator), replace(HOW, statement=apart, sanity="c"))
    sane = replace(case(Judge("j", well)), needs=("amqp",))
    results = await runner.run([sane, replace(sane, id="d"), replace(sane, id="e", needs=())])
    assert [(one.verdict, one.reason) for one in results] == [
        (Verdict.NOT_APPLICABLE, "amqp: no broker"),
        (Verdict.NOT_APPLICABLE, "amqp: no broker"),
        (Verdict.SKIPPED, "the sanity case did not pass: amqp: no broker"),
    ]


async def test_cases_see_only_what_came_behind_their_beginning(
    simulator: Simulator, ends: tuple[Control, Journal]
) -> None:
    seen: list[int] = []

    def counts(story: Story) -> Judgement:
        seen.append(len(story.entries))
        return Judgement(Verdict.PASS, "")

    runner = Runner(*ends, Enterprise(simulator, Book().sends("303")), HOW)
    one = case(Send("a"), Expect("order", order_seen, NO_TIME), Judge("j", counts))
    await runner.run([one, one])
    assert seen == [1, 1]


async def test_an_enterprise_that_cannot_be_reached_is_inconclusive(
    simulator: Simulator, ends: tuple[Control, Journal]
) -> None:
    class Away(Enterprise):
        async def place_orders(self, wishes: list[Wish]) -> list[Placed]:
            raise DriverError("nobody there")

    [result] = await Runner(*ends, Away(simulator), HOW).run([case(Send("a"))])
    assert (result.verdict, result.reason) == (Verdict.INCONCLUSIVE, "nobody there")


async def test_a_simulator_that_refuses_is_an_error_of_ours(
    simulator: Simulator, ends: tuple[Control, Journal]
) -> None:
    class Late(Enterprise):
        async def place_orders(self, wishes: list[Wish]) -> list[Placed]:
            raise ControlError("PUT /_control/sandboxes/s/faults: 400 no")

    control, _ = ends
    with pytest.raises(ControlError, match="GET /_control/sandboxes/s/documents/303/A~B: 404"):
        await control.document("303", "A~B")
    [result] = await Runner(*ends, Late(simulator), HOW).run([case(Send("a"))])
    assert (result.verdict, result.reason) == (Verdict.ERROR, "PUT /_control/sandboxes/s/faults: 400 no")


async def test_a_real_clock_cannot_be_moved(simulator: Simulator, ends: tuple[Control, Journal]) -> None:
    simulator.mode = "real"
    with pytest.raises(WrongClockError, match="virtual"):
        await Runner(*ends, Enterprise(simulator), HOW).run([])


async def test_a_lost_journal_fails_every_wait() -> None:
    async with TestClient(TestServer(web.Application())) as client:
        http: Any = client
        journal = Journal(http, "s")
        await journal.run()
        with pytest.raises(JournalLostError, match="404"):
            await journal.wait_for(lambda: None, 5)


async def test_a_journal_that_never_rests_is_told_from_one_that_does() -> None:
    http: Any = None
    journal = Journal(http, "s")

    async def chatter() -> None:
        for n in range(1, 1000):
            journal.extend([Entry(n, "", "input", "message")])
            await asyncio.sleep(0.005)

    talking = asyncio.create_task(chatter())
    assert not await journal.settled(quiet=0.1, patience=0.3)
    talking.cancel()
    assert await journal.settled(quiet=0.02, patience=1)


def test_a_journal_line_is_read() -> None:
    line = b'{"n":3,"at":"2026-01-05T09:00:00+08:00","kind":"output","what":"return","data":{"id":"r"}}'
    assert read_entry(line).name == "output/return"
    assert duration(timedelta(minutes=5)) == "PT300S"
    assert duration(timedelta(milliseconds=1500)) == "PT1.5S"


def test_steps_describe_themselves() -> None:
    words = [describe(step) for one in CASES for step in one.steps]
    assert all(words)
    assert describe(Send("a", "duplicate")) == "order a with duplicate"
    assert describe(Advance(timedelta(minutes=2))) == "0:02:00 pass"


def test_a_waybill_is_found_by_its_number_or_is_the_newest() -> None:
    book = Book().sends("505", key="LOG~W0").sends("505")
    assert waybill_key(book.entries, "W1") == KEYS["505"]
    assert waybill_key(book.entries, "") == KEYS["505"]
    assert waybill_key([], "W1") == ""


async def test_the_http_driver_tells_what_it_cannot_do() -> None:
    async def broken(_: web.Request) -> web.Response:
        return web.Response(text="no json")

    app = web.Application()
    app.add_routes([web.get("/orders/{n}", broken)])
    async with TestClient(TestServer(app)) as client:
        http: Any = client
        driver = HttpDriver(http)
        with pytest.raises(DriverError, match="expected JSON, got b'no json'"):
            await driver.state_of("1")
        with pytest.raises(DriverError, match="404"):
            await driver.place_orders([Wish(1, 0, START)])


async def test_an_enterprise_without_a_settable_clock_is_left_alone() -> None:
    async with TestClient(TestServer(web.Application())) as client:
        http: Any = client
        await HttpDriver(http).set_clock(START)


def test_documents_are_counted_by_the_state_they_ended_in() -> None:
    book = accepted_data(Book()).answers("303", -301010).answers("403", -401009, key="EBC~O2~P2").answers("603", 2, 100)
    counts = {(row.kind, row.state): row.count for row in count_states(book.entries)}
    assert counts == {("303", "120"): 1, ("403", "120"): 1, ("403", "-401009"): 1, ("505", "399"): 1, ("603", "100"): 1}


async def test_refusals_are_explained_a_row_a_rule() -> None:
    book = Book().sends("303").answers("303", -301008).sends("303").answers("303", 2, 3, 120)
    fault = {"kind": "fault", "status": -301008, "rule": "ORD-11", "citation": "§2.11.4", "basis": "SPEC"}
    other = {"kind": "remark", "status": -301008, "rule": "MSG-01"}

    async def explain(kind: str, key: str) -> dict[str, Any]:
        assert (kind, key) == ("303", KEYS["303"])
        return {"explain": [fault, other, fault | {"status": 100}]}

    [row] = await explain_refusals(book.entries, explain, {"O1": "wrong-total"})
    assert (row.rule, row.status, row.planted, row.path) == ("ORD-11", "-301008", "wrong-total", "")


async def test_a_refusal_without_explanation_is_still_told() -> None:
    async def explain(_kind: str, _key: str) -> dict[str, Any]:
        return {"explain": []}

    [row] = await explain_refusals(Book().answers("603", 100).entries, explain, {})
    assert (row.kind, row.status, row.rule) == ("603", "100", "")


async def test_a_simulator_that_is_gone_is_told() -> None:
    async with ClientSession("http://127.0.0.1:9") as http:
        with pytest.raises(ControlError, match="no answer from the simulator"):
            await Control(http, "s").clock()
