"""A month end over HTTP: 701, 702, 792 in steps, the month's view, what is missing at the deadline, a rehearsal."""

import asyncio
import json
from decimal import Decimal

import pytest
from lxml import etree
from simulator_line import Line, reference
from simulator_months import BEFORE, FIRMS, closed, report, shipment, view

from swsim.fixtures.batch import upload
from swsim.fixtures.later import Fate
from swsim.fixtures.parties import registry
from swsim.simulator.cli import main
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.messages.codec import encode, read_message
from swsim.simulator.replay.recording import read_lines
from swsim.simulator.replay.replaying import Replay


@pytest.fixture
async def firms(served: Line) -> Line:
    """A sandbox in which the firms of the shipment are registered, and nobody else."""
    return await served.create(registry=registry(FIRMS))


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
    """T-1s nothing, T a finding in the month, in the list's explain and in the journal, once: T+1s no other."""
    made, _ = await closed(firms, shipment())
    await firms.clock(advance_to="2026-02-24T23:59:59+08:00")
    assert (await view(firms, "/months/2026-01"))["findings"] == []
    await firms.clock(advance_to="2026-02-25T00:00:00+08:00")
    month = await view(firms, "/months/2026-01")
    assert [one["rule"] for one in month["findings"]] == ["SUM-15"]
    assert month["judged"][0]["notSummarised"] == month["lists"]["missing"] == 8
    await firms.clock(advance_to="2026-02-25T00:00:01+08:00")
    assert len((await view(firms, "/months/2026-01"))["judged"]) == 1
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


async def test_only_lists_of_a_firm_are_closed(firms: Line, capsys: pytest.CaptureFixture[str]) -> None:
    """A month is closed for a consignor or an agent; others' lists stay open, and a replay does the same."""
    made = shipment()
    for kind in BEFORE[:4]:
        await report(firms, made, kind)
    for query in ("ebcCode=1101960X99", "agentCode=1101960X99", f"ebcCode={FIRMS.ebc.code}&agentCode=1101960X99"):
        got = await firms.control("POST", f"/months/2025-12/close?{query}")
        assert (got.status, got.json["closed"]) == (200, 0), got.body
    where = ["--url", firms.url, "--sandbox", firms.sandbox]
    mine = ["--consignor", FIRMS.ebc.code, "--agent", FIRMS.agent.code]
    assert await asyncio.to_thread(main, ["close-month", "2025-12", *mine, *where]) == 0
    assert capsys.readouterr().out.startswith("8 lists closed")
    got = await firms.control("GET", "/journal/export")
    assert await Replay(read_lines(got.body), Codes.builtin()).run() is None


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


@pytest.mark.parametrize(
    ("declares", "states", "entry"), [("never", ["1"], False), ("refused", ["1", "2", "3", "9"], False)]
)
async def test_the_declaring_agent_is_played(served: Line, declares: str, states: list[str], entry: bool) -> None:
    """SUM-16 by profile: never goes on, or is refused; at the deadline the application says so."""
    line = await served.create(registry=registry(FIRMS), profile={"base": "standard", "declares": declares})
    made, _ = await closed(line, shipment())
    await report(line, made, "701")
    await line.clock(advance_to="2026-02-25T00:00:00+08:00")
    results = [one for one in await line.drain(FIRMS.agent.dxp_id) if one.root == "CEB792Message"]
    records = [read_message(one.body).message.records for one in results]
    assert [some[0].head.dec_state for some in records] == states
    assert any(some[0].head.entry_id for some in records) is entry
    month = await view(line, "/months/2026-01")
    assert [one["rule"] for one in month["findings"]] == ["SUM-16"]
    (summary,) = made.documents("701")
    shown = await line.document("701", summary.head.agent_code, summary.head.cop_no, "1")
    assert "SUM-16" in {one["rule"] for one in shown["explain"]}


async def test_a_range_may_name_a_site(firms: Line) -> None:
    """loctNo: only lists of that supervision site are taken; where there is none, 100."""
    made, _ = await closed(firms, shipment())
    (summary,) = made.documents("701")
    ranged = {"start_time": "20260101000000", "end_time": "20260131235959", "loct_no": "NOWHERE"}
    await firms.clock(advance_to="2026-02-08T10:00:00+08:00")
    one = summary.replaced(head=summary.head.replaced(**ranged), lines=())
    await firms.accepted(encode(upload([one], FIRMS.agent, guid="7" * 36)))
    await firms.clock(advance="PT1M")
    shown = await firms.document("701", summary.head.agent_code, summary.head.cop_no, "1")
    assert (shown["state"], {one["rule"] for one in shown["explain"] if one["kind"] == "fault"}) == (100, {"SUM-05"})


async def test_a_result_with_many_rows_comes_in_parts(firms: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """msgCount and msgSeqNo of each declaration; together every row once."""
    monkeypatch.setattr("swsim.simulator.summing.MOST_ROWS", 1)
    made, _ = await closed(firms, shipment())
    await report(firms, made, "701")
    await firms.clock(advance="PT10M")
    results = [one for one in await firms.drain(FIRMS.agent.dxp_id) if one.root == "CEB792Message"]
    records = [record for one in results for record in read_message(one.body).message.records]
    assert all(len(record.lines) == 1 for record in records)
    parts: dict[str, list[tuple[int, int]]] = {}
    for record in records:
        parts.setdefault(record.head.decl_seq_no, []).append((record.head.msg_seq_no, record.head.msg_count))
    assert all(some == [(n, len(some)) for n in range(1, len(some) + 1)] for some in parts.values())
    wanted = sorted((one.given, line.gnum) for one in made.sold for line in one.chain.inventory.lines)
    assert sorted((line.invt_no, line.gnum) for record in records for line in record.lines) == wanted


async def test_what_is_instant_sums_up_in_one_turn(served: Line) -> None:
    """Every step of customs in the turn of the message: what was decided just now is seen."""
    delays = {"summed_after": 0, "declared_after": 0}
    line = await served.create(registry=registry(FIRMS), profile={"base": "instant"} | delays)
    made, _ = await closed(line, shipment())
    await report(line, made, "701")
    month = await view(line, "/months/2026-01")
    assert (month["lists"]["summarised"], month["lists"]["declared"]) == (8, 8)
    results = [one for one in await line.drain(FIRMS.agent.dxp_id) if one.root == "CEB792Message"]
    assert results == []  # they were drained with the 702


async def test_the_commands_tell_and_close(firms: Line, capsys: pytest.CaptureFixture[str]) -> None:
    """`swsim close-month`, then `swsim month` as text and JSON; 2 where the simulator refuses."""
    made = shipment()
    for kind in BEFORE[:4]:
        await report(firms, made, kind)
    where = ["--url", firms.url, "--sandbox", firms.sandbox]
    assert await asyncio.to_thread(main, ["close-month", "2025-12", *where]) == 0
    assert capsys.readouterr().out.startswith("8 lists closed at 2025-12-31T23:59:59.999")
    assert await asyncio.to_thread(main, ["month", "2025-12", *where]) == 0
    assert "missing 8" in capsys.readouterr().out
    await firms.clock(advance_to="2026-01-16T00:00:00+08:00")
    assert await asyncio.to_thread(main, ["month", "2025-12", "--format", "json", *where]) == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["rule"] == "SUM-15"
    for command in ("month", "close-month"):
        assert await asyncio.to_thread(main, [command, "2026-13", *where]) == 2
        assert "expected YYYY-MM" in capsys.readouterr().err
    assert (await firms.control("GET", "/summaries/22442026S000000001")).status == 404


async def test_a_month_goes_with_its_sandbox(firms: Line) -> None:
    """A reset forgets declarations and months, a snapshot brings all of it back: what comes next is told as before."""
    made, _ = await closed(firms, shipment())
    await report(firms, made, "701")
    number = (await view(firms, "/months/2026-01"))["summaries"][0]["sumNo"]
    merged = await view(firms, f"/summaries/{number}")
    assert (await firms.control("POST", "/snapshot", {"name": "a"})).status in {200, 201, 204}
    assert (await firms.control("POST", "/reset")).status == 200
    assert (await firms.control("GET", f"/summaries/{number}")).status == 404
    assert (await view(firms, "/months/2026-01"))["lists"]["closed"] == 0
    assert (await firms.control("POST", "/restore", {"name": "a"})).status == 200
    assert await view(firms, f"/summaries/{number}") == merged
    await firms.clock(advance="P1D")
    results = [one for one in await firms.drain(FIRMS.agent.dxp_id) if one.root == "CEB792Message"]
    wanted = sorted((one.given, line.gnum) for one in made.sold for line in one.chain.inventory.lines)
    for one in results:
        records = read_message(one.body).message.records
        assert sorted((line.invt_no, line.gnum) for r in records for line in r.lines) == wanted
    assert len(results) == 4
    month = await view(firms, "/months/2026-01")
    assert (month["lists"]["declared"], month["findings"]) == (8, [])
