"""The reference enterprise on the line: intake, sender, receiver against a small scripted single window."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from swsim.conformance.enterprise import line as line_module
from swsim.conformance.enterprise import receiver as receiver_module
from swsim.conformance.enterprise.books import BEIJING, Books, BusinessClock, head_of, open_sale
from swsim.conformance.enterprise.clerk import Clerk, Mail
from swsim.conformance.enterprise.detail import read_chain
from swsim.conformance.enterprise.duties import Duties
from swsim.conformance.enterprise.intake import Intake
from swsim.conformance.enterprise.line import HttpLine
from swsim.conformance.enterprise.receiver import Receiver
from swsim.conformance.enterprise.sender import Sender, batches
from swsim.conformance.enterprise.signing import Keyring
from swsim.fixtures.chain import chain
from swsim.fixtures.parties import parties
from swsim.simulator.messages.codec import encode, read_message
from swsim.simulator.messages.declare import Field
from swsim.simulator.messages.format_return import CEB900Message, MessageReturn
from swsim.simulator.messages.node import Node
from swsim.simulator.messages.order import CEB304Message, OrderReturn

AT = datetime(2026, 1, 5, 9, tzinfo=BEIJING)
FIRMS = parties(1)
Answer = Callable[[bytes], web.Response]


@dataclass
class Window:
    """A single window that keeps what it gets and answers from a script; returns are handed out once, then again."""

    received: list[Any] = field(default_factory=list)
    script: list[web.Response] = field(default_factory=list)
    returns: list[tuple[str, bytes]] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.news.set()
        if self.script:
            return self.script.pop(0)
        self.received.append(read_message(body).message)
        return web.json_response({"status": "accepted"}, status=202)

    async def next(self, _: web.Request) -> web.Response:
        if not self.returns:
            await asyncio.sleep(0.05)
            return web.Response(status=204)
        return_id, data = self.returns[0]
        return web.Response(body=data, content_type="application/xml", headers={"X-Return-Id": return_id})

    async def acknowledge(self, request: web.Request) -> web.Response:
        self.acknowledged.append(request.match_info["id"])
        self.returns = [one for one in self.returns if one[0] != request.match_info["id"]]
        self.news.set()
        return web.Response(status=204)

    async def until(self, seen: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not seen():
                self.news.clear()
                await self.news.wait()


@dataclass
class Firm:
    """The enterprise's parts over one window."""

    window: Window
    clerk: Clerk
    sender: Sender
    receiver: Receiver
    shop: TestClient[web.Request, web.Application]


@pytest.fixture
async def firm() -> AsyncIterator[Firm]:
    window = Window()
    customs = web.Application()
    customs.add_routes(
        [
            web.post("/sandboxes/s/messages", window.take),
            web.get("/sandboxes/s/returns/next", window.next),
            web.delete("/sandboxes/s/returns/{id}", window.acknowledge),
        ]
    )
    clock = BusinessClock()
    clock.set(AT)
    clerk = Clerk(Books(), clock)
    async with TestClient(TestServer(customs)) as line:
        sender = Sender(line.session, str(line.make_url("/sandboxes/s/messages")), FIRMS, clerk)
        receiver = Receiver(HttpLine(line.session, str(line.make_url("/sandboxes/s"))), FIRMS.ebp.dxp_id, clerk, sender)
        duties = Duties(line.session, str(line.make_url("/sandboxes/s")), clerk, sender)
        shop_side = web.Application()
        shop_side.add_routes(Intake(FIRMS, clock, clerk, sender, duties.notice).routes())
        async with TestClient(TestServer(shop_side)) as shop:
            tasks = [asyncio.create_task(sender.run()), asyncio.create_task(receiver.run())]
            yield Firm(window, clerk, sender, receiver, shop)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def answer(*orders: Any, status: str = "120") -> bytes:
    records = tuple(
        OrderReturn(
            guid=f"{n:036d}",
            ebp_code=order.head.ebp_code,
            ebc_code=order.head.ebc_code,
            order_no=order.head.order_no,
            return_status=status,
            return_time=f"20260105090000{n:03d}",
            return_info="text",
        )
        for n, order in enumerate(orders)
    )
    return encode(CEB304Message(guid="A" * 36, version="1.0", records=records))


async def test_orders_travel_together_and_each_kind_from_its_sender(firm: Firm) -> None:
    body = {"orders": [{"seed": 1, "index": index} for index in range(120)]}
    answered = await firm.shop.post("/orders", json=body)
    assert answered.status == 202
    assert len((await answered.json())["accepted"]) == 120
    await firm.window.until(lambda: len(firm.window.received) == 6)
    sent = [(type(m).__name__, len(m.documents), m.base_transfer.dxp_id) for m in firm.window.received]
    assert sorted(sent) == sorted(
        (f"CEB{kind}Message", count, FIRMS.sender(kind).dxp_id) for kind in ("303", "403", "505") for count in (100, 20)
    )


async def test_the_same_order_is_taken_once_and_its_state_told(firm: Firm) -> None:
    row = {"seed": 1, "index": 5, "at": AT.isoformat()}
    first = await (await firm.shop.post("/orders", json={"orders": [row]})).json()
    again = await (await firm.shop.post("/orders", json={"orders": [row]})).json()
    assert first == again
    state = await (await firm.shop.get(f"/orders/{first['accepted'][0]['orderNo']}")).json()
    assert (state["status"], state["stage"], state["lastReturn"]) == ("working", "transmitting", None)
    assert len((await (await firm.shop.get("/orders")).json())["orders"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"orders":[{"seed":1}]}',
        b'{"orders":[{"seed":1,"index":-1}]}',
        b'{"orders":[{"seed":1,"index":0,"at":"soon"}]}',
        b'{"orders":[{"seed":1,"index":0,"defect":"none"}]}',
        b'{"orders":[{"detail":{"Order":{"nonsense":1}}}]}',
    ],
)
async def test_a_body_that_cannot_be_read_is_refused_and_nothing_taken(firm: Firm, body: bytes) -> None:
    refused = await firm.shop.post("/orders", data=body)
    assert (refused.status, refused.content_type) == (400, "application/problem+json")
    assert firm.clerk.books.sales == {}
    assert (await firm.shop.get("/orders/none")).status == 404
    assert (await firm.shop.post("/clock", json={"now": 1})).status == 400


async def test_a_clock_told_is_the_time_of_report(firm: Firm) -> None:
    told = await firm.shop.post("/clock", json={"now": "2026-02-01T08:00:00+08:00"})
    assert (await told.json())["now"] == "2026-02-01T08:00:00+08:00"
    await firm.shop.post("/orders", json={"orders": [{"seed": 1, "index": 0}]})
    await firm.window.until(lambda: len(firm.window.received) == 3)
    assert {head_of(m.documents[0]).app_time for m in firm.window.received} == {"20260201080000"}
    assert (await (await firm.shop.get("/health")).json()) == {"orders": 1, "setAside": 0}


def as_json(node: Node) -> dict[str, Any]:
    """A node as a shop would post it."""
    out: dict[str, Any] = {}
    for member, value in zip(type(node).members, node, strict=True):
        if isinstance(member, Field):
            if value is not None and member.name not in {"guid", "app_time", "app_type", "app_status"}:
                out[member.xml] = value
        else:
            out[member.xml] = [as_json(child) for child in value] if member.many else as_json(value)
    return out


async def test_an_order_in_full_detail_is_taken_as_it_is(firm: Firm) -> None:
    documents = chain(1, 3, AT, firms=FIRMS)
    detail = {type(document).xml: as_json(document) for document in documents.documents}
    assert read_chain(detail).order.lines == documents.order.lines
    taken = await (await firm.shop.post("/orders", json={"orders": [{"detail": detail}]})).json()
    assert taken["accepted"][0]["orderNo"] == documents.order.head.order_no
    await firm.window.until(lambda: len(firm.window.received) == 3)


async def test_every_record_of_a_return_is_acted_on_before_it_is_acknowledged(firm: Firm) -> None:
    await firm.shop.post("/orders", json={"orders": [{"seed": 1, "index": index} for index in range(3)]})
    await firm.window.until(lambda: len(firm.window.received) == 3)
    orders = [sale.copies["303"].right for sale in firm.clerk.books.sales.values()]
    firm.window.returns.append(("r1", answer(*orders, status="-301008")))
    await firm.window.until(lambda: firm.window.acknowledged == ["r1"])
    assert len(firm.window.received[-1].documents) == 3
    assert {sale.copies["303"].attempts for sale in firm.clerk.books.sales.values()} == {2}


async def test_nothing_customs_sends_kills_the_receiver(firm: Firm) -> None:
    stranger = chain(1, 77, AT).order
    lost = CEB900Message(
        guid="B" * 36,
        version="1.0",
        message_return=MessageReturn(
            guid="C" * 36,
            return_status="-999999",
            return_info="not valid",
            return_time="20260105090000000",
            ori_cop_msg_id="unknown",
            ori_message_type="Unknown",
            ori_biz_message="",
        ),
    )
    firm.window.returns += [("a", b"no xml"), ("b", b"<x/>"), ("c", answer(stranger)), ("d", encode(lost))]
    await firm.window.until(lambda: firm.window.acknowledged == ["a", "b", "c", "d"])
    assert len(firm.clerk.books.set_aside) == 4


async def test_a_format_refusal_is_tied_to_its_message_and_told_once(firm: Firm) -> None:
    """The answer 422 and the CEB900 that follows it are one refusal."""
    firm.window.script.append(web.json_response({"title": "not valid"}, status=422))
    await firm.shop.post("/orders", json={"orders": [{"seed": 1, "index": 0}]})
    await firm.window.until(lambda: len(firm.window.received) == 3)
    [sale] = firm.clerk.books.sales.values()
    assert sale.copies["303"].attempts == 2
    guid = firm.window.received[-1].guid
    format_return = firm.receiver.act_on(encode(format_refusal(guid)))
    assert len(format_return) == 1
    assert firm.receiver.act_on(encode(format_refusal(guid))) == []
    assert sale.last_return["messageType"] == "CEB900"


def format_refusal(message_guid: str) -> CEB900Message:
    return CEB900Message(
        guid="B" * 36,
        version="1.0",
        message_return=MessageReturn(
            guid="C" * 36,
            return_status="-999999",
            return_info="not valid",
            return_time="20260105090000000",
            ori_cop_msg_id=message_guid,
            ori_message_type="CEB303",
            ori_biz_message="",
        ),
    )


async def test_a_line_that_is_down_is_tried_again_with_the_same_message(
    firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_module, "FIRST_PAUSE", 0.01)
    firm.window.script += [web.Response(status=503, headers={"Retry-After": "0.01"}), web.Response(status=404)]
    await firm.shop.post("/orders", json={"orders": [{"seed": 1, "index": 0}]})
    await firm.window.until(lambda: len(firm.window.received) == 3)
    [sale] = firm.clerk.books.sales.values()
    assert {copy.attempts for copy in sale.copies.values()} == {0, 1}


async def test_returns_are_asked_for_again_when_the_line_breaks(firm: Firm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiver_module, "PAUSE", 0.01)
    broken = iter([web.Response(status=500), web.Response(status=500)])
    usual = firm.window.next

    async def flaky(request: web.Request) -> web.Response:
        return next(broken, None) or await usual(request)

    monkeypatch.setattr(firm.window, "next", flaky)
    firm.window.returns.append(("r", answer(chain(1, 1, AT).order)))
    await firm.window.until(lambda: firm.window.acknowledged == ["r"])


def letters(*wanted: tuple[int, str]) -> list[Mail]:
    sales = {index: open_sale(chain(1, index, AT)) for index, _ in wanted}
    return [Mail(sales[i].copies[kind], sales[i].copies[kind].right, sales[i].order_no) for i, kind in wanted]


def test_batches_keep_the_order_within_an_order() -> None:
    mail = letters((0, "303"), (0, "403"), (1, "603"), (1, "303"), (2, "303"), (2, "403"), (0, "303"))
    shape = [[letter.copy.kind for letter in batch] for batch in batches(mail)]
    assert shape == [["303", "303"], ["403", "403"], ["603"], ["303", "303"]]


def test_batches_hold_at_most_a_hundred() -> None:
    mail = letters(*((index, "303") for index in range(205)))
    assert [len(batch) for batch in batches(mail)] == [100, 100, 5]


async def test_certificates_are_renewed_by_one_who_signs(firm: Firm) -> None:
    async with firm.shop.post("/certificates/renew") as answer:
        assert answer.status == 501
    firm.sender.keyring = ring = Keyring(FIRMS, BusinessClock())
    first = ring.identity(FIRMS.agent)
    async with firm.shop.post("/certificates/renew") as answer:
        assert (answer.status, await answer.json()) == (202, {"sent": []})
    assert ring.identity(FIRMS.agent).certificate.serial != first.certificate.serial
