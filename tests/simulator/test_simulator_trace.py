"""An item is traced to its merged line and its customs declaration, and back, over HTTP and by `swsim trace`."""

import asyncio
import json
from collections import Counter
from typing import Any

import pytest
from simulator_line import Line
from simulator_months import FIRMS, closed, report, shipment, view

from swsim.fixtures.chains import Chains
from swsim.fixtures.parties import registry
from swsim.simulator import tracing
from swsim.simulator.cli import main


@pytest.fixture
async def firms(served: Line) -> Line:
    """A sandbox in which the firms of the shipment are registered, and nobody else."""
    return await served.create(registry=registry(FIRMS))


@pytest.fixture
async def declared(firms: Line) -> tuple[Line, Chains]:
    """A month whose declarations are made."""
    made, _ = await closed(firms, shipment())
    await report(firms, made, "701")
    await firms.clock(advance="P1D")
    return firms, made


async def ways(at: Line, **query: Any) -> list[dict[str, Any]]:
    """The ways of a number."""
    said = "&".join(f"{name}={value}" for name, value in query.items())
    found: list[dict[str, Any]] = (await view(at, f"/duty/trace?{said}"))["ways"]
    return found


async def test_an_item_is_traced_to_the_declaration_and_back(declared: tuple[Line, Chains]) -> None:
    """Every line of the month: its item, order and waybill; the merged line has its sources, and no other."""
    line, made = declared
    (summary,) = (await view(line, "/months/2026-01"))["summaries"]
    merged = await view(line, f"/summaries/{summary['sumNo']}")
    back = []
    for one in merged["declarations"]:
        for row in one["lines"]:
            found = await ways(line, entryId=one["entryId"], line=row["gseqno"])
            assert len(found) == row["sources"]
            assert {way["gcode"] for way in found} == {row["gcode"]}
            back += found
        assert await ways(line, entryId=one["entryId"]) == await ways(line, declSeqNo=one["declSeqNo"])
    forth = []
    for sold in made.sold:
        chain = sold.chain
        of_list = await ways(line, invtNo=sold.given)
        assert of_list == await ways(line, orderNo=chain.order.head.order_no)
        assert of_list == await ways(line, logisticsNo=chain.logistics.logistics_no)
        assert of_list == await ways(line, copNo=sold.head.cop_no)
        assert [way["gnum"] for way in of_list] == [row.gnum for row in chain.inventory.lines]
        assert {way["orderNo"] for way in of_list} == {chain.order.head.order_no}
        assert {way["logisticsNo"] for way in of_list} == {chain.logistics.logistics_no}
        for row, way in zip(chain.inventory.lines, of_list, strict=True):
            assert way["itemNo"] == row.item_no
            assert way in await ways(line, itemNo=row.item_no)
        forth += of_list
    assert all(way["entryId"] and way["declSeqNo"] and way["gseqno"] and way["closed"] for way in forth)
    keys = [(way["invtNo"], way["gnum"]) for way in back]
    assert len(keys) == len(set(keys))
    assert sorted(map(str, back)) == sorted(map(str, forth))


async def test_a_way_goes_as_far_as_its_goods(firms: Line) -> None:
    """Ordered alone; listed, not closed; closed, in no summary: what has not come is null."""
    made = shipment()
    chain = made.sold[0].chain
    item = chain.order.lines[0].item_no
    await report(firms, made, "303")
    (way,) = await ways(firms, itemNo=item)
    assert {name for name, value in way.items() if value is not None} == {"itemNo", "orderNo"}
    for kind in ("403", "505", "603"):
        await report(firms, made, kind)
    (way,) = await ways(firms, itemNo=item)
    assert (way["copNo"], way["closed"], way["sumNo"]) == (chain.inventory.head.cop_no, None, None)
    assert (await firms.control("POST", "/months/2025-12/close")).status == 200
    (way,) = await ways(firms, itemNo=item)
    assert way["closed"].startswith("2025-12-31")
    assert (way["sumNo"], way["declSeqNo"], way["entryId"]) == (None, None, None)


async def test_a_declaration_of_many_lines_comes_in_pages(
    declared: tuple[Line, Chains], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whole lists a page; together everything, once. The command brings all pages."""
    line, _ = declared
    (summary,) = (await view(line, "/months/2026-01"))["summaries"]
    entry, everything, of_lists = "", [], Counter[str]()
    for one in summary["entryIds"]:
        found = await ways(line, entryId=one)
        if len(counted := Counter(way["invtNo"] for way in found)) > len(of_lists):
            entry, everything, of_lists = one, found, counted
    most = max(of_lists.values())
    monkeypatch.setattr(tracing, "MOST_WAYS", most)
    paged: list[dict[str, Any]] = []
    after, pages = 0, 0
    while after is not None:
        page = await view(line, f"/duty/trace?entryId={entry}&after={after}")
        assert 0 < len(page["ways"]) <= most
        paged, after, pages = paged + page["ways"], page["next"], pages + 1
    assert (paged, pages > 1) == (everything, True)
    where = ["--url", line.url, "--sandbox", line.sandbox]
    assert await asyncio.to_thread(main, ["trace", "--entry", entry, "--format", "json", *where]) == 0
    assert json.loads(capsys.readouterr().out)["ways"] == everything


async def test_the_command_tells_a_way(declared: tuple[Line, Chains], capsys: pytest.CaptureFixture[str]) -> None:
    """A line a way; 1 where nothing is known, 2 where the simulator refuses."""
    line, made = declared
    sold = made.sold[0]
    item = sold.chain.inventory.lines[0].item_no
    where = ["--url", line.url, "--sandbox", line.sandbox]
    assert await asyncio.to_thread(main, ["trace", "--item", str(item), *where]) == 0
    told = capsys.readouterr().out
    order, waybill = sold.chain.order.head.order_no, sold.chain.logistics.logistics_no
    assert told.startswith(f"{item}: order {order} → waybill {waybill} → list {sold.given} → line 1 → closed 2026-01-")
    assert " → entry " in told
    assert await asyncio.to_thread(main, ["trace", "--list", "22442026E999999999", *where]) == 1
    assert "no way of 22442026E999999999" in capsys.readouterr().err
    assert await asyncio.to_thread(main, ["trace", "--item", "A", "--line", "1", *where]) == 2
    assert "query line: expected with one of declSeqNo, entryId" in capsys.readouterr().err


@pytest.mark.parametrize("query", ["", "itemNo=A&orderNo=B", "itemNo=", "entryId=1&line=x", "orderNo=A&line=1"])
async def test_a_trace_begins_with_one_number(firms: Line, query: str) -> None:
    """400, and what was expected."""
    got = await firms.control("GET", f"/duty/trace?{query}")
    assert (got.status, "expected" in got.problem["detail"]) == (400, True)


@pytest.mark.parametrize(
    "query", ["entryId=224420260000000001", "declSeqNo=X", "invtNo=22442026E000000001", "itemNo=A"]
)
async def test_what_is_not_known_has_no_way(firms: Line, query: str) -> None:
    """An empty answer, also of a number whose serial is something else's."""
    await report(firms, shipment(), "303")
    assert (await view(firms, f"/duty/trace?{query}"))["ways"] == []
