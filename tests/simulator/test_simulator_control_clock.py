"""The clock of a sandbox by the control API: read, moved, set, never back."""

import asyncio
from datetime import datetime
from typing import Any

import pytest
from simulator_annex import Sale, message
from simulator_line import NOW, Line
from test_simulator_control import ORDER


async def test_a_clock_tells_where_it_stands_and_what_comes_next(line: Line) -> None:
    """`next` is null while nothing is due."""
    assert (await line.control("GET", "/clock")).json == {"now": NOW, "mode": "virtual", "fired": 0, "next": None}
    await line.accepted(ORDER)
    following = (await line.control("GET", "/clock")).json["next"]
    assert following.keys() == {"at", "what"}
    assert following["at"] == "2026-01-05T09:00:01+08:00"


async def test_advancing_fires_everything_due_before_it_answers(line: Line) -> None:
    """`advance` moves by a duration, and what fell due in between lies in the outbox, at its due time."""
    await line.accepted(ORDER)
    moved = await line.clock(advance="P30DT1H")
    assert moved["now"] == "2026-02-04T10:00:00+08:00"
    assert (moved["fired"], moved["next"]) == (2, None)
    created = [one["createdAt"] for one in await line.listed()]
    assert len(created) == 3
    assert created[1] == "2026-01-05T09:00:01+08:00"
    assert created[2].startswith("2026-01-05T09:00:0")


async def test_advance_to_goes_to_a_time_and_no_further(line: Line) -> None:
    """What is due at that very time fires, what is due later does not."""
    await line.accepted(ORDER)
    moved = await line.clock(advance_to="2026-01-05T09:00:01+08:00")
    assert (moved["now"], moved["fired"]) == ("2026-01-05T09:00:01+08:00", 1)
    assert [one.statuses for one in await line.drain()] == [[2], [3]]
    same = await line.clock(advance_to="2026-01-05T01:00:01Z")
    assert (same["now"], same["fired"]) == ("2026-01-05T09:00:01+08:00", 0)
    assert (await line.clock(advance_to="2026-01-05T09:00:02"))["now"] == "2026-01-05T09:00:02+08:00"


async def test_a_step_goes_to_the_next_due_event_only(line: Line) -> None:
    """With nothing due it stays where it is."""
    await line.accepted(ORDER)
    assert (await line.clock(step=1))["now"] == "2026-01-05T09:00:01+08:00"
    second = await line.clock(step=1)
    assert (second["fired"], second["next"]) == (1, None)
    third = await line.clock(step=1)
    assert (third["now"], third["fired"]) == (second["now"], 0)


async def test_a_clock_never_goes_back(line: Line) -> None:
    """409, and it stands where it stood."""
    await line.clock(advance="PT1H")
    for said in (
        {"advance_to": "2026-01-05T09:59:59.999+08:00"},
        {"mode": "virtual", "now": NOW},
        {"mode": "scaled", "factor": 60, "now": NOW},
    ):
        assert (await line.control("POST", "/clock", said)).problem["status"] == 409, said
    assert (await line.control("GET", "/clock")).json["now"] == "2026-01-05T10:00:00+08:00"


async def test_a_clock_in_the_far_future_does_not_go_back_to_real_time(served: Line) -> None:
    """A sandbox that lives next century refuses to become `real`; the journal's times would run backwards."""
    line = await served.create(clock={"mode": "virtual", "now": "2126-01-05T09:00:00+08:00"})
    await line.accepted(ORDER)
    assert (await line.control("POST", "/clock", {"mode": "real"})).problem["status"] == 409


async def test_a_reset_sandbox_may_be_given_an_earlier_time(line: Line) -> None:
    """`reset instead`, says the refusal: an empty sandbox has no time it could go back behind."""
    await line.clock(advance="P400D")
    await line.control("POST", "/reset")
    got = await line.control("POST", "/clock", {"mode": "virtual", "now": NOW})
    assert got.status == 200, got.body
    assert got.json["now"] == NOW


async def test_setting_a_later_time_fires_what_fell_due(line: Line) -> None:
    """As an advance does: the answer comes when everything lies in the outbox."""
    await line.accepted(ORDER)
    moved = await line.clock(mode="virtual", now="2026-01-05T10:00:00+08:00")
    assert (moved["fired"], moved["next"]) == (2, None)
    assert len(await line.listed()) == 3
    times = [entry["at"] for entry in await line.journal() if entry["kind"] != "channel"]
    assert times == sorted(times)


@pytest.mark.parametrize("said", [{"advance": "PT1H"}, {"advance_to": "2126-01-01"}, {"step": 1}])
@pytest.mark.parametrize("clock", [{"mode": "real"}, {"mode": "scaled", "factor": 2}])
async def test_a_running_clock_cannot_be_moved(served: Line, clock: Any, said: Any) -> None:
    """Only a virtual one stands still to be moved."""
    line = await served.create(clock=clock)
    assert "virtual" in (await line.control("POST", "/clock", said)).problem["detail"]
    assert await line.journal() == []


@pytest.mark.parametrize(
    "said",
    [
        {},
        [],
        {"advance": "5 days"},
        {"advance": "P"},
        {"advance": "PT"},
        {"advance": "P1DT"},
        {"advance": "-PT1H"},
        {"advance": "P1M"},
        {"advance": ""},
        {"advance": 5},
        {"advance": "P999999999D"},
        {"advance": "P99999999999999D"},
        {"advance": "P٣D"},
        {"advance_to": "soon"},
        {"advance_to": "2026-02-30"},
        {"advance_to": "9999-12-31T23:59:59-12:00"},
        {"advance_to": 5},
        {"step": 2},
        {"step": 1, "advance": "PT1H"},
        {"mode": "lunar"},
        {"mode": "virtual", "now": "soon"},
        {"mode": "virtual", "speed": 3},
        {"now": NOW},
    ],
)
async def test_a_clock_command_that_makes_no_sense_is_400(line: Line, said: Any) -> None:
    """The answer says what was expected, and the clock stands where it stood."""
    got = await line.control("POST", "/clock", said)
    assert got.status == 400, got.body
    assert "expected" in got.problem["detail"], got.problem
    assert (await line.control("GET", "/clock")).json["now"] == NOW
    assert await line.journal() == []


async def test_two_advances_at_once_both_arrive(line: Line) -> None:
    """Each takes several turns; the one that is overtaken is answered, and nothing fires twice."""
    await line.control("PUT", "/profile", {"base": "standard", "sent_after": [1, 30], "customs_after": [1, 30]})
    for n in range(45):
        await line.accepted(message("303", Sale(f"O-{n}").document("303")))
    moved = await asyncio.gather(line.clock(advance="PT1M"), line.clock(advance="PT10M"))
    assert sum(one["fired"] for one in moved) == 90
    assert await line.now() >= max(datetime.fromisoformat(one["now"]) for one in moved)
    assert [one.statuses for one in await line.drain()].count([120]) == 45


async def test_messages_get_in_while_a_clock_is_moved(line: Line) -> None:
    """A long advance is made in turns; a message that comes in between is received at the time reached so far."""
    for n in range(60):
        await line.accepted(message("303", Sale(f"O-{n}").document("303")))
    _, answer = await asyncio.gather(
        line.clock(advance="PT1H"), line.accepted(message("303", Sale("O-late").document("303")))
    )
    await line.clock(advance="PT1M")
    assert (await line.ask("GET", answer["explain"])).json["documents"][0]["state"] == 120
    times = [entry["at"] for entry in await line.journal() if entry["what"] == "decision"]
    assert times == sorted(times)


async def test_a_clock_change_is_an_input_of_the_journal(line: Line) -> None:
    """It stands in the same order as the messages."""
    await line.clock(advance="PT1H")
    await line.accepted(ORDER)
    entries = await line.journal()
    assert [(e["kind"], e["what"]) for e in entries][:2] == [("input", "clock"), ("input", "message")]


async def test_a_scaled_clock_runs_and_fires_by_itself(served: Line) -> None:
    """At 10,000 times real time a list is through in the blink of an eye."""
    line = await served.create(clock={"mode": "scaled", "factor": 10_000, "now": NOW})
    await line.accepted(ORDER)
    statuses: list[int] = []
    while len(statuses) < 3:
        one = await line.take(wait=20)
        assert one is not None
        assert (await line.acknowledge(one.id)).status == 204
        statuses += one.statuses
    assert statuses == [2, 3, 120]
