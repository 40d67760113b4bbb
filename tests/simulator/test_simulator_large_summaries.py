"""A large summary is merged page by page in turns of its own: others are served between, nothing is lost on the way."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from simulator_line import NOW, Line, serving
from simulator_months import FIRMS, closed, report, shipment, view

from swsim.fixtures.batch import upload
from swsim.fixtures.parties import registry
from swsim.simulator import pipeline, run, summing
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core.model import Event, Stage
from swsim.simulator.messages.codec import encode
from swsim.simulator.replay.recording import read_lines
from swsim.simulator.replay.replaying import Replay
from swsim.simulator.turn import Turn

LISTS, PAGE = 8, 3
PAGES = 3
GoOn = Callable[[Turn, Event], Awaitable[None]]


@pytest.fixture(autouse=True)
def pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight lists are three pages; what fails is tried again at once."""
    monkeypatch.setattr(summing, "PAGE", PAGE)
    monkeypatch.setattr(run, "RETRY_SECONDS", 0)


@pytest.fixture
async def firms(served: Line) -> Line:
    """A sandbox in which the firms of the shipment are registered, and nobody else."""
    return await served.create(registry=registry(FIRMS))


def watched(monkeypatch: pytest.MonkeyPatch, before: Callable[[Turn, int], None]) -> list[str]:
    """Every page is noted; `before` sees its turn and its number."""
    seen: list[str] = []
    go_on: GoOn = summing.go_on

    async def page(turn: Turn, event: Event) -> None:
        before(turn, seen.count("page") + 1)
        await go_on(turn, event)
        seen.append("page")

    monkeypatch.setattr(summing, "go_on", page)
    monkeypatch.setitem(pipeline.MONTH_END, Stage.SUM_UP, page)
    return seen


async def summed(line: Line) -> Any:
    """The summary of a month, once its clock call has answered."""
    made, _ = await closed(line, shipment())
    await report(line, made, "701")
    (number,) = [one["sumNo"] for one in (await view(line, "/months/2026-01"))["summaries"]]
    return await view(line, f"/summaries/{number}")


async def test_others_are_served_between_its_pages(firms: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another sandbox asks for during the first page has its turn before the second; what its own sandbox asks for
    waits until all of it is merged, in order.
    """
    other = await firms.create("other")
    window, seen = firms.window, []
    asked: list[asyncio.Future[Any]] = []

    def ask(name: str, sandbox: str) -> None:
        async def work(_: Turn) -> None:
            seen.append(name)

        asked.append(window._sequencer.post(window.sandbox(sandbox), work))

    def before(_: Turn, number: int) -> None:
        if number == 1:
            ask("own 1", firms.sandbox)
            ask("other", other.sandbox)
            ask("own 2", firms.sandbox)

    seen = watched(monkeypatch, before)
    assert (await summed(firms))["declarations"]
    await asyncio.gather(*asked)
    assert seen == ["page", "other", "page", "page", "own 1", "own 2"]


async def test_pages_give_what_one_page_gives(firms: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same declarations, lines and sums, numbers and all."""
    in_pages = await summed(firms)
    monkeypatch.setattr(summing, "PAGE", LISTS)
    async with serving(tmp_path / "whole.sqlite3") as served:
        whole = await summed(await served.create(registry=registry(FIRMS)))
    assert in_pages == whole
    assert sum(one["sources"] for one in whole["declarations"]) >= LISTS


@pytest.mark.parametrize("failing", range(1, PAGES + 1))
async def test_a_page_that_fails_begins_the_merge_anew(
    firms: Line, failing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every line once, every list marked once: as if nothing had failed."""
    failed: list[int] = []

    def before(_: Turn, number: int) -> None:
        if number == failing and not failed:
            failed.append(number)
            raise OSError("the disk of a test")

    watched(monkeypatch, before)
    made = await summed(firms)
    assert failed == [failing]
    lines = [line for one in made["declarations"] for line in one["lines"]]
    assert sum(line["sources"] for line in lines) == sum(len(one.chain.inventory.lines) for one in shipment().sold)
    for one in shipment().sold:
        shown = await firms.document("603", one.head.agent_code, one.head.cop_no)
        assert [step["stage"] for step in shown["history"]].count("sum-up") == 1
    month = await view(firms, "/months/2026-01")
    assert (month["lists"]["summarised"], month["lists"]["missing"]) == (LISTS, 0)


async def test_a_merge_that_was_broken_off_goes_on_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No message has to come for it."""
    store = tmp_path / "store.sqlite3"
    async with serving(store) as served:
        line = await served.create(registry=registry(FIRMS))
        made, _ = await closed(line, shipment())
        await line.clock(advance_to=made.trip.when("701").isoformat())
        (summary,) = made.documents("701")
        await line.accepted(encode(upload([summary], FIRMS.agent, guid="7" * 36)))
        with monkeypatch.context() as broken:
            broken.setattr(run.Behind, "_put", lambda *_: None)
            advance = asyncio.create_task(line.clock(advance="PT1M"))
            while not line.window.sandbox(line.sandbox).merging:
                await asyncio.sleep(0)
            advance.cancel()
    merged = asyncio.Event()

    def before(_: Turn, number: int) -> None:
        if number == PAGES:
            merged.set()

    watched(monkeypatch, before)
    async with serving(store) as served:
        await merged.wait()
        line = Line(served.url, served.session, served.window, line.sandbox)
        await line.clock(advance="PT1S")
        month = await view(line, "/months/2026-01")
        assert (month["lists"]["summarised"], len(month["summaries"])) == (LISTS, 1)


async def test_what_goes_on_in_pages_is_replayed_byte_for_byte(firms: Line) -> None:
    """And a dry run of the application says what would come."""
    made, _ = await closed(firms, shipment())
    await firms.clock(advance_to=made.trip.when("701").isoformat())
    (summary,) = made.documents("701")
    data = encode(upload([summary], FIRMS.agent, guid="7" * 36))
    dry = await firms.ask("POST", f"/sandboxes/{firms.sandbox}/messages?dryRun=true", data=data)
    assert dry.status == 200, dry.body
    await firms.accepted(data)
    await firms.clock(advance="P1D")
    month = await view(firms, "/months/2026-01")
    assert month["lists"]["declared"] == LISTS
    got = await firms.control("GET", "/journal/export")
    assert await Replay(read_lines(got.body), Codes.builtin()).run() is None


async def test_what_falls_due_behind_a_merge_waits_for_it(firms: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """One jump over a summary and the steps of its declarations: everything comes in its order."""
    seen = watched(monkeypatch, lambda *_: None)
    made, _ = await closed(firms, shipment())
    await firms.clock(advance_to=made.trip.when("701").isoformat())
    (summary,) = made.documents("701")
    await firms.accepted(encode(upload([summary], FIRMS.agent, guid="7" * 36)))
    await firms.clock(advance_to=datetime.fromisoformat(NOW).replace(month=3).isoformat())
    assert seen == ["page"] * PAGES
    month = await view(firms, "/months/2026-01")
    assert (month["lists"]["declared"], month["findings"]) == (LISTS, [])
