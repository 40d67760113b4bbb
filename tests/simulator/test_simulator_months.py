"""A month end over HTTP: 701, 702, 792 in steps, the month's view, what is missing at the deadline, a rehearsal."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree
from simulator_line import NOW, Line, reference

from swsim.fixtures.batch import upload
from swsim.fixtures.chains import Chains, chains_of
from swsim.fixtures.later import Fate
from swsim.fixtures.mix import Mix
from swsim.fixtures.parties import parties, registry
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.messages.codec import encode, read_message
from swsim.simulator.replay.recording import read_lines
from swsim.simulator.replay.replaying import Replay

SEED = 7
FIRMS = parties(SEED)
BEFORE = ("303", "403", "505", "603", "607", "507", "509")


def shipment(**knobs: Any) -> Chains:
    """Eight sales, all of kind B unless told otherwise."""
    knobs = {"cancels": Decimal(0), "returns": Decimal(0), "simplified": Decimal(0)} | knobs
    return chains_of(SEED, 0, datetime.fromisoformat(NOW), firms=FIRMS, mix=Mix(shipment=8, **knobs))


async def report(line: Line, made: Chains, kind: str, *, wait: bool = True) -> list[bytes]:
    """Send the documents of a kind when they are reported, let customs finish; the returns."""
    if wait and kind not in BEFORE[:4]:
        await line.clock(advance_to=made.trip.when(kind).isoformat())
    for place, document in enumerate(made.documents(kind)):
        await line.accepted(encode(upload([document], FIRMS.sender(kind), guid=f"{kind}{place:0>33}")))
    await line.clock(advance="PT1M")
    return [one.body for firm in FIRMS.all for one in await line.drain(firm.dxp_id)]


async def closed(line: Line, made: Chains) -> tuple[Chains, list[bytes]]:
    """A shipment brought to 899."""
    returns: list[bytes] = []
    for kind in BEFORE:
        returns += await report(line, made, kind)
        made = made.follow(returns)
    return made, returns


@pytest.fixture
async def firms(served: Line) -> Line:
    """A sandbox in which the firms of the shipment are registered, and nobody else."""
    return await served.create(registry=registry(FIRMS))


async def view(line: Line, path: str) -> Any:
    got = await line.control("GET", path)
    assert got.status == 200, got.body
    return got.json


async def test_a_month_is_summed_up_and_declared(firms: Line) -> None:
    """399 with sumNo; 792 with decState, then decTmpNo, decPreNo, entryId; every line once; sums agree."""
    made, _ = await closed(firms, shipment())
    said = await report(firms, made, "701")
    (summary,) = made.documents("701")
    shown = await firms.document("701", summary.head.agent_code, summary.head.cop_no, "1")
    assert [step["status"] for step in shown["history"]] == [2, 3, 399]
    records = [r for body in said for r in read_message(body).message.records if r.return_status == "399"]
    number = records[0].sum_no
    assert shown["numbers"]["sumNo"] == number
    assert number[8] == "S"
    await firms.clock(advance="P1D")
    results = [one for one in await firms.drain(FIRMS.agent.dxp_id) if one.root == "CEB792Message"]
    schema = etree.XMLSchema(etree.parse(reference("gacc-202205/xsd/export-business-202205.xsd")))
    for one in results:
        schema.assertValid(etree.fromstring(one.body))
    steps = [read_message(one.body).message.records for one in results]
    assert [{r.head.dec_state for r in step} for step in steps] == [{"1"}, {"2"}, {"3"}, {"4"}]
    assert [bool(step[0].head.dec_tmp_no) for step in steps] == [False, True, True, True]
    assert [bool(step[0].head.dec_pre_no) for step in steps] == [False, False, True, True]
    assert [bool(step[0].head.entry_id) for step in steps] == [False, False, False, True]
    wanted = sorted((one.given, line.gnum) for one in made.sold for line in one.chain.inventory.lines)
    for step in steps:
        assert sorted((line.invt_no, line.gnum) for r in step for line in r.lines) == wanted
    merged = await view(firms, f"/summaries/{number}")
    lines = [line for one in merged["declarations"] for line in one["lines"]]
    source = [line for one in made.sold for line in one.chain.inventory.lines]
    for name, ours in (("totalPrice", "total_price"), ("qty1", "qty1")):
        assert sum(Decimal(line[name]) for line in lines) == sum(getattr(line, ours) for line in source)
    gross = sum(one.head.gross_weight for one in made.sold)
    assert sum(Decimal(one["grossWeight"]) for one in merged["declarations"]) == gross
    month = await view(firms, "/months/2026-01")
    assert month["lists"] == {
        "closed": 8, "A": 0, "B": 8, "summarised": 8, "declared": 8, "returnedWhole": 0, "missing": 0
    }  # fmt: skip
    assert (month["due"], month["findings"]) == ("2026-02-24", [])
    assert month["summaries"][0]["entryIds"]


async def test_a_second_summary_and_a_cancellation_are_refused(firms: Line) -> None:
    """SUM-14: once is enough; a list in a summary is frozen."""
    made, _ = await closed(firms, shipment())
    await report(firms, made, "701")
    (summary,) = made.documents("701")
    head = summary.head.replaced(cop_no="ANOTHER", guid=f"A{summary.head.guid[1:]}")
    again = summary.replaced(head=head)
    await firms.accepted(encode(upload([again], FIRMS.agent, guid="7" * 36)))
    await firms.clock(advance="PT1M")
    shown = await firms.document("701", head.agent_code, "ANOTHER", "1")
    assert (shown["state"], {one["rule"] for one in shown["explain"] if one["kind"] == "fault"}) == (100, {"SUM-14"})


async def test_what_is_missing_becomes_a_finding_at_the_deadline(firms: Line) -> None:
    """T-1s nothing, T a finding in the month, in the list's explain and in the journal."""
    made, _ = await closed(firms, shipment())
    await firms.clock(advance_to="2026-02-24T23:59:59+08:00")
    assert (await view(firms, "/months/2026-01"))["findings"] == []
    await firms.clock(advance_to="2026-02-25T00:00:00+08:00")
    month = await view(firms, "/months/2026-01")
    assert [one["rule"] for one in month["findings"]] == ["SUM-15"]
    assert month["judged"][0]["notSummarised"] == month["lists"]["missing"] == 8
    head = made.sold[0].head
    shown = await firms.document("603", head.agent_code, head.cop_no)
    assert [one["rule"] for one in shown["explain"]][-1] == "SUM-15"
    late = await report(firms, made, "701", wait=False)
    assert late
    month = await view(firms, "/months/2026-01")
    assert [one["rule"] for one in month["findings"]] == ["SUM-15", "SUM-01"]
    assert month["lists"]["missing"] == 0


async def test_a_range_takes_what_was_closed_in_it(firms: Line) -> None:
    """startTime and endTime instead of lines; in parts, complete in any order."""
    made, _ = await closed(firms, shipment())
    (summary,) = made.documents("701")
    ranged = {"start_time": "20260101000000", "end_time": "20260131235959", "msg_count": 2}
    parts = [
        summary.replaced(
            head=summary.head.replaced(**ranged, msg_seq_no=n, guid=f"{n}{summary.head.guid[1:]}"), lines=()
        )
        for n in (2, 1)
    ]
    await firms.clock(advance_to=made.trip.when("701").isoformat())
    for place, part in enumerate(parts):
        await firms.accepted(encode(upload([part], FIRMS.agent, guid=f"{place}" * 36)))
        await firms.clock(advance="PT1M")
        shown = await firms.document("701", summary.head.agent_code, summary.head.cop_no, "2")
        assert shown["state"] == (3 if place == 0 else 399)
    month = await view(firms, "/months/2026-01")
    assert month["lists"]["summarised"] == 8
    assert len(month["summaries"]) == 1


async def test_a_month_is_closed_to_rehearse(firms: Line) -> None:
    """Open lists get 800 and 899 at the end of a past month; the clock stays."""
    made = shipment()
    for kind in BEFORE[:4]:
        await report(firms, made, kind)
    got = await firms.control("POST", "/months/2025-12/close")
    assert (got.status, got.json["closed"]) == (200, 8), got.body
    month = await view(firms, "/months/2025-12")
    assert month["lists"]["B"] == 8
    assert (await firms.control("POST", "/months/2026-02/close")).status == 400
    assert (await firms.control("POST", "/months/2026-2/close")).status == 400
    head = made.sold[0].head
    shown = await firms.document("603", head.agent_code, head.cop_no)
    assert {step["status"] for step in shown["history"]} >= {800, 899}
    assert {step["at"][:7] for step in shown["history"] if step["status"] == 899} == {"2025-12"}


async def test_goods_that_came_back_are_kept_out(firms: Line) -> None:
    """RET-12: a list whose goods all came back is left out of a range, a part of one is subtracted."""
    made, _ = await closed(firms, shipment(returns=Decimal("0.5")))
    for kind in ("213", "215"):
        await report(firms, made, kind)
    month = await view(firms, "/months/2026-01")
    returned = len(made.having(Fate.RETURNED))
    assert returned
    (summary,) = made.documents("701")
    ranged = {"start_time": "20260101000000", "end_time": "20260131235959"}
    ranged_one = summary.replaced(head=summary.head.replaced(**ranged), lines=())
    await firms.clock(advance_to="2026-02-08T10:00:00+08:00")
    await firms.accepted(encode(upload([ranged_one], FIRMS.agent, guid="7" * 36)))
    await firms.clock(advance="PT1M")
    after = await view(firms, "/months/2026-01")
    assert after["lists"]["summarised"] == 8 - month["lists"]["returnedWhole"]
    merged = await view(firms, f"/summaries/{after['summaries'][0]['sumNo']}")
    total = sum(Decimal(line["totalPrice"]) for one in merged["declarations"] for line in one["lines"])
    source = sum((line.total_price for one in made.sold for line in one.chain.inventory.lines), Decimal(0))
    assert total < source


async def test_statistics_of_a_month(firms: Line) -> None:
    """A lists alone, by customs, country and heading; what has no rate says so."""
    made, _ = await closed(firms, shipment(simplified=Decimal(1)))
    small = [one for one in made.sold if one.head.statistics_flag == "A"]
    assert small
    figures = await view(firms, "/months/2026-01/statistics")
    assert figures["lists"] == len(small)
    total = sum((line.total_price for one in small for line in one.chain.inventory.lines), Decimal(0))
    assert sum(Decimal(one) for one in figures["total"]["amounts"].values()) == total
    assert figures["complete"] is (not figures["missingRates"])
    assert all(one["rmb"] is None or Decimal(one["rmb"]) > 0 for one in figures["rows"])


async def test_a_month_end_is_replayed_byte_for_byte(firms: Line) -> None:
    """701, 792, a month judged, lists closed to rehearse: an exported journal gives the same again."""
    made, _ = await closed(firms, shipment(cancels=Decimal("0.25")))
    await report(firms, made, "701")
    assert (await firms.control("POST", "/months/2025-12/close")).json["closed"] == 2
    await firms.clock(advance_to="2026-02-25T00:00:00+08:00")
    got = await firms.control("GET", "/journal/export")
    recording = read_lines(got.body)
    assert {"close-month", "summary", "month"} <= {one.what for one in recording.entries}
    assert await Replay(recording, Codes.builtin()).run() is None
