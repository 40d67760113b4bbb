"""The duties over HTTP: findings about a trade, recalls, reports, questions that an enterprise answers or does not."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from simulator_line import NOW, Line

from swsim.fixtures.batch import upload
from swsim.fixtures.chain import chain
from swsim.fixtures.parties import parties
from swsim.simulator.clock import read_instant
from swsim.simulator.messages.codec import encode

FIRMS = parties(11)
SALE = chain(11, 0, read_instant(NOW))


@pytest.fixture
async def traded(served: Line) -> Line:
    """A sandbox in which a sale has been declared; nobody looks at signatures."""
    line = await served.create(profile={"base": "standard", "signature": "off"})
    for document in SALE.documents:
        message = upload([document], FIRMS.sender(document.number), guid=f"{document.number:0>36}")
        await line.accepted(encode(message))
    await line.clock(advance="PT1M")
    return line


class Enterprise:
    """Answers what customs asks, as it is told."""

    def __init__(self) -> None:
        self.answer: Any = {}
        self.asked: list[dict[str, str]] = []
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        """One answer for all."""
        self.asked.append(dict(request.query))
        return web.json_response(self.answer)


@pytest.fixture
async def enterprise() -> AsyncIterator[Enterprise]:
    """On a free port of the loopback."""
    one, app = Enterprise(), web.Application()
    app.router.add_get("/customs", one.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    one.url = f"http://127.0.0.1:{runner.addresses[0][1]}/customs"
    yield one
    await runner.cleanup()


async def findings(line: Line) -> list[str]:
    """Rows that are shown."""
    got = await line.ask("GET", f"/_control/sandboxes/{line.sandbox}/duty")
    assert got.status == 200, got.body
    return [one["row"] for one in got.json["findings"]]


async def post(line: Line, what: str, value: dict[str, Any]) -> Any:
    """Plant or ask."""
    return await line.ask("POST", f"/_control/sandboxes/{line.sandbox}/duty/{what}", json=value)


async def test_a_recall_stops_what_is_open(traded: Line) -> None:
    """A sound trade shows nothing; a day after the recall the list that is still open does."""
    assert await findings(traded) == []
    item = SALE.inventory.lines[0].item_no
    assert (await post(traded, "recalls", {"itemNo": item})).status == 201
    await traded.clock(advance="PT24H")
    assert "DUT-10/open" not in await findings(traded)
    await traded.clock(advance="PT1S")
    assert "DUT-10/open" in await findings(traded)


async def test_a_report_is_kept_and_journaled(traded: Line) -> None:
    """An event without report is a finding; the role that saw it reports at the sandbox's own path."""
    event = {"subject": SALE.order.head.order_no, "role": "ebp", "within": "PT1H"}
    assert (await post(traded, "events", event)).status == 201
    report = {"subject": SALE.order.head.order_no, "role": "ebp", "text": "same address as forty others"}
    got = await traded.ask("POST", f"/sandboxes/{traded.sandbox}/duty/reports", json=report)
    assert (got.status, got.json["what"]) == (201, "report")
    await traded.clock(advance="PT2H")
    assert "DUT-06" not in await findings(traded)
    assert (await post(traded, "events", event | {"role": "logistics"})).status == 201
    await traded.clock(advance="PT2H")
    assert "DUT-06" in await findings(traded)
    journal = await traded.ask("GET", f"/_control/sandboxes/{traded.sandbox}/journal")
    assert journal.body.count(b'"duty"') >= 3


async def test_customs_asks_for_a_waybill(traded: Line, enterprise: Enterprise) -> None:
    """The answer is judged: in order it is good, of another waybill a finding."""
    number = SALE.logistics.logistics_no
    enterprise.answer = {"logisticsNo": number, "events": [{"at": "2026-01-05T08:00:00+08:00", "what": "collected"}]}
    ask = {"ask": "tracking", "subject": number, "url": enterprise.url}
    got = await post(traded, "requests", ask)
    assert (got.status, got.json["faults"], enterprise.asked) == (201, [], [{"logisticsNo": number}])
    assert await findings(traded) == []
    enterprise.answer = {"logisticsNo": "ANOTHER", "events": []}
    assert len((await post(traded, "requests", ask)).json["faults"]) == 2
    assert await findings(traded) == ["DUT-01/tracking"] * 2


async def test_customs_asks_for_the_evidence_of_an_order(traded: Line, enterprise: Enterprise) -> None:
    """What the enterprise says must be what it transmitted."""
    head, number = SALE.order.head, SALE.order.head.order_no
    order = {"orderNo": number, "goodsValue": str(head.goods_value), "currency": head.currency, "items": [1]}
    payment = {"payNo": SALE.receipts.pay_no, "charge": str(SALE.receipts.charge)}
    logistics = {"logisticsNo": SALE.logistics.logistics_no}
    enterprise.answer = {"order": order, "payment": payment, "logistics": logistics}
    ask = {"ask": "evidence", "subject": number, "url": enterprise.url}
    assert (await post(traded, "requests", ask)).json["faults"] == []
    enterprise.answer = {"order": order, "payment": payment | {"payNo": "ANOTHER"}, "logistics": logistics}
    assert len((await post(traded, "requests", ask)).json["faults"]) == 1
    assert await findings(traded) == ["DUT-09"]


async def test_an_enterprise_that_does_not_answer_is_a_finding(traded: Line) -> None:
    """Nobody listens: the request is kept with its fault, the simulator goes on."""
    ask = {"ask": "tracking", "subject": SALE.logistics.logistics_no, "url": "http://127.0.0.1:1/x", "timeout": 1}
    got = await post(traded, "requests", ask)
    assert [fault["expected"] for fault in got.json["faults"]] == ["an answer within 1 s"]
    assert await findings(traded) == ["DUT-01/tracking"]


async def test_an_item_is_traced_and_goods_are_prohibited(traded: Line) -> None:
    """By the user's own list; a wrong one is refused with its line."""
    item = SALE.inventory.lines[0].item_no
    got = await traded.ask("GET", f"/_control/sandboxes/{traded.sandbox}/duty/trace?itemNo={item}")
    assert [way["copNo"] for way in got.json["ways"]] == [SALE.inventory.head.cop_no]
    path = f"/_control/sandboxes/{traded.sandbox}/duty/prohibited"
    assert (await traded.ask("GET", path)).json["sample"] is True
    rows = f"how,what,reason\ngcode,{SALE.inventory.lines[0].gcode[:4]},test\n".encode()
    got = await traded.ask("PUT", path, body=rows)
    assert (got.status, got.json["sample"], len(got.json["rows"])) == (200, False, 1)
    assert "DUT-04" in await findings(traded)
    got = await traded.ask("PUT", path, body=b"how,what\nword,x\n")
    assert (got.status, "prohibited.csv:2" in got.problem["title"] + got.problem.get("detail", "")) == (400, True)


WRONG = [
    ("recalls", {"item": "A"}),
    ("events", {"subject": "A", "role": "nobody"}),
    ("requests", {"ask": "tracking", "subject": "A"}),
    ("requests", {"ask": "tracking", "subject": "A", "url": "file:///etc/passwd"}),
    ("requests", {"ask": "tracking", "subject": "A", "url": "http://127.0.0.1:1", "timeout": 31}),
]


@pytest.mark.parametrize(("what", "value"), WRONG)
async def test_a_wrong_request_is_told(traded: Line, what: str, value: dict[str, Any]) -> None:
    """400, with what was expected."""
    got = await post(traded, what, value)
    assert (got.status, "expected" in str(got.problem)) == (400, True)


async def test_what_is_not_there_is_not_asked_for(traded: Line) -> None:
    """404 for a waybill nobody sent, 400 for a trace of nothing."""
    got = await post(traded, "requests", {"ask": "tracking", "subject": "UNKNOWN", "url": "http://127.0.0.1:1"})
    assert got.status == 404
    got = await traded.ask("GET", f"/_control/sandboxes/{traded.sandbox}/duty/trace")
    assert got.status == 400
