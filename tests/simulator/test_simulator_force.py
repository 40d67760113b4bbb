"""Decisions that a person orders by the control API: journaled, told, refused where the machine knows no such step."""

from pathlib import Path

import pytest
from simulator_annex import DXP
from simulator_line import NOW, Line, key_path, serving

from swsim.fixtures.batch import upload
from swsim.fixtures.chain import chain
from swsim.fixtures.parties import parties
from swsim.simulator.clock import read_instant
from swsim.simulator.messages.codec import encode

FIRMS = parties(7)
SALE = chain(7, 0, read_instant(NOW))
KEY = (SALE.inventory.head.agent_code, SALE.inventory.head.cop_no)
FORCE = f"/documents/603/{key_path(*KEY)}/force"


async def declared(line: Line) -> None:
    """A sale up to the list's 399."""
    for document in SALE.documents:
        await line.accepted(encode(upload([document], FIRMS.sender(document.number), guid="0" * 36)))
    await line.clock(advance="PT1M")


async def test_a_decision_is_ordered_now_and_in_the_past(tmp_path: Path) -> None:
    """800 now, 899 a month ago: returns say so with their own times, the journal has what was said as an input."""
    async with serving(tmp_path / "db") as whole:
        line = await whole.create()
        await declared(line)
        got = await line.control("POST", FORCE, {"status": 800, "info": "[Code:1;Desc:ours]"})
        assert (got.status, got.json["state"]) == (200, 800)
        past = "2025-12-01T16:00:00+08:00"
        got = await line.control("POST", FORCE, {"status": 899, "at": past})
        assert (got.status, got.json["state"]) == (200, 899)
        assert [one["at"] for one in got.json["history"] if one["status"] == 899] == [past]
        assert [one["rule"] for one in got.json["explain"] if one["status"] in {800, 899}] == ["FORCED", "FORCED"]
        sender = FIRMS.sender("603").dxp_id
        told = [one for taken in await line.drain(sender) for one in taken.records if taken.root == "CEB604Message"]
        assert [(one["returnStatus"], one["returnTime"]) for one in told][-1] == ("899", "20251201160000000")
        assert told[-2]["returnInfo"] == "[Code:1;Desc:ours]"
        inputs = [one["data"] for one in await line.journal() if one["what"] == "force"]
        assert [one["said"] for one in inputs] == [
            {"status": 800, "info": "[Code:1;Desc:ours]"},
            {"status": 899, "at": past},
        ]


async def test_what_the_machine_does_not_know_is_refused(tmp_path: Path) -> None:
    """409 with what is allowed, 404 for no document, 400 for what is no order; nothing is journaled."""
    async with serving(tmp_path / "db") as whole:
        line = await whole.create()
        await declared(line)
        before = len(await line.journal())
        got = await line.control("POST", FORCE, {"status": 899})
        assert got.status == 409
        assert "customs goes to 500, 800 from there, not to 899" in got.problem["detail"]
        assert (await line.control("POST", FORCE, {"hold": False})).status == 409
        assert (await line.control("POST", "/documents/603/NO~NO/force", {"status": 800})).status == 404
        for said in (
            {},
            {"status": "800"},
            {"status": True},
            {"status": 800, "when": "soon"},
            {"status": 800, "at": "2099-01-01T00:00:00+08:00"},
            {"status": 800, "at": "yesterday"},
            {"status": 800, "at": NOW, "when": "next"},
            {"hold": 1},
            {"status": 800, "colour": 1},
        ):
            assert (await line.control("POST", FORCE, said)).status == 400, said
        assert len(await line.journal()) == before


@pytest.mark.parametrize("restarted", [False, True])
async def test_orders_survive_a_restart(tmp_path: Path, restarted: bool) -> None:
    """What is kept stays kept, and what was ordered ahead is still ordered."""
    async with serving(tmp_path / "db") as whole:
        line = await whole.create()
        for document in SALE.documents:
            await line.accepted(encode(upload([document], FIRMS.sender(document.number), guid="0" * 36)))
        assert (await line.control("POST", FORCE, {"status": 300, "when": "next"})).status == 200
        assert (await line.control("POST", FORCE, {"hold": True})).status == 200
        if not restarted:
            await line.clock(advance="PT1M")
    async with serving(tmp_path / "db") as whole:
        line = Line(whole.url, whole.session, whole.window)
        await line.clock(advance="PT1M")
        assert (await line.document("603", *KEY))["state"] == 2
        assert (await line.control("POST", FORCE, {"hold": False})).status == 200
        await line.clock(advance="PT1M")
        assert (await line.document("603", *KEY))["state"] == 300
        assert DXP
