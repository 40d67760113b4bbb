"""Webhooks on a real server of the enterprise: signed, in order, tried again until 2xx, evidence in the journal."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from simulator_annex import DXP, Sale, message, records, root_of
from simulator_line import Line

from swsim.simulator.transport import delivery
from swsim.simulator.transport.webhook import read_channels, signature

pytestmark = pytest.mark.timeout(60)
SECRET = "a secret of two, shared"  # noqa: S105 - of this test alone


@dataclass
class Enterprise:
    """A server that returns are pushed to; `answers` are given first, then 204."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    pushed: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        self.pushed.append((dict(request.headers), await request.read()))
        self.came.set()
        status = self.answers.pop(0) if self.answers else 204
        return web.Response(status=status, headers={"Location": "/elsewhere"} if status == 302 else None)

    async def until(self, count: int) -> list[tuple[dict[str, str], bytes]]:
        """What was pushed, once it is so many."""
        async with asyncio.timeout(30):
            while len(self.pushed) < count:
                self.came.clear()
                await self.came.wait()
        return self.pushed


@pytest.fixture
async def enterprise() -> AsyncIterator[Enterprise]:
    async with listening() as made:
        yield made


@asynccontextmanager
async def listening() -> AsyncIterator[Enterprise]:
    """A server on a free port of the loopback."""
    made = Enterprise()
    app = web.Application()
    app.router.add_post("/returns", made.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/returns"
    yield made
    await runner.cleanup()


async def subscribe(line: Line, url: str, **more: str) -> None:
    got = await line.control("PUT", "/channels", {"channels": {DXP: {"channel": "webhook", "url": url} | more}})
    assert got.status == 200, got.body


async def acknowledged(line: Line, count: int) -> list[int]:
    """Returns in the order in which they were acknowledged."""
    after, found = 0, list[int]()
    async with asyncio.timeout(30):
        while len(found) < count:
            for one in await line.journal(after, wait=5):
                after = one["n"]
                if one["what"] == "acknowledged":
                    found.append(one["data"]["return"])
    return found


async def test_returns_are_pushed_signed_and_in_order(line: Line, enterprise: Enterprise) -> None:
    """All of a sale; the signature is over timestamp, id and body; each is acknowledged by 2xx."""
    await subscribe(line, enterprise.url, secret=SECRET)
    sale = Sale("HOOK-1")
    for kind, document in sale.documents():
        await line.accepted(message(kind, document))
    await line.clock(advance="PT1H")
    pushed = await enterprise.until(13)
    ids = [headers["X-Return-Id"] for headers, _ in pushed]
    assert ids == sorted(set(ids))
    for headers, body in pushed:
        said = f"{headers['X-Swsim-Timestamp']}.{headers['X-Return-Id']}.".encode() + body
        wanted = hmac.new(SECRET.encode(), said, hashlib.sha256).hexdigest()
        assert headers["X-Swsim-Signature"] == f"sha256={wanted}"
        assert (headers["X-Dxp-Id"], headers["X-Message-Type"]) == (DXP, root_of(body))
        assert headers["Content-Type"] == "text/xml; charset=utf-8"
    statuses = [records(body)[0]["returnStatus"] for _, body in pushed if root_of(body) == "CEB604Message"]
    assert statuses == ["2", "3", "120", "399"]
    assert await acknowledged(line, 13) == sorted(range(1, 14))
    assert await line.take() is None


async def test_what_is_not_answered_by_2xx_is_tried_again_and_keeps_its_order(
    line: Line, enterprise: Enterprise, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server error, a redirect (not followed), a refusal: the same return again, later each time, before the next."""
    monkeypatch.setattr(delivery, "FIRST_PAUSE", 0.05)
    enterprise.answers += [500, 302, 404]
    await subscribe(line, enterprise.url)
    await line.accepted(message("303", Sale("HOOK-2").document("303")))
    await line.accepted(message("303", Sale("HOOK-3").document("303")))
    pushed = await enterprise.until(5)
    ids = [headers["X-Return-Id"] for headers, _ in pushed]
    assert ids == ["R0000000001"] * 4 + ["R0000000002"]
    assert not any("X-Swsim-Signature" in headers for headers, _ in pushed)
    await acknowledged(line, 2)
    failed = [one["data"] for one in await line.journal() if one["what"] == "delivery-failed"]
    assert [(one["channel"], one["try"], one["again"]) for one in failed] == [
        ("webhook", 1, 0.05),
        ("webhook", 2, 0.1),
        ("webhook", 3, 0.2),
    ]
    assert [one["why"].rpartition(" ")[2] for one in failed] == ["500", "302", "404"]


async def test_a_server_that_is_away_is_waited_for_and_another_address_takes_over(
    line: Line, enterprise: Enterprise, unused_tcp_port: int
) -> None:
    """Nothing listens there; the subscription is changed, and what waits goes to the new address at once."""
    await subscribe(line, f"http://127.0.0.1:{unused_tcp_port}/returns")
    await line.accepted(message("303", Sale("HOOK-4").document("303")))
    assert "ClientConnectorError" in (await line.entry("delivery-failed"))["data"]["why"]
    await subscribe(line, enterprise.url)
    ((headers, _),) = await enterprise.until(1)
    assert headers["X-Return-Id"] == "R0000000001"


async def test_a_secret_is_neither_shown_nor_journaled(line: Line) -> None:
    """`signed` says that there is one; it stays while the address stays, and another address does not inherit it."""
    await subscribe(line, "http://127.0.0.1:9/a", secret=SECRET)
    shown = (await line.control("GET", "/channels")).json
    assert shown == {"channels": {DXP: {"channel": "webhook", "url": "http://127.0.0.1:9/a", "signed": True}}}
    assert (await line.control("PUT", "/channels", shown)).json == shown
    await line.accepted(message("303", Sale("HOOK-5").document("303")))
    exported = await line.control("GET", "/journal/export")
    assert exported.status == 200
    assert b"/a" in exported.body
    assert SECRET.encode() not in exported.body
    assert (await line.control("POST", "/reset")).status == 200  # the next journal begins with what is set now
    exported = await line.control("GET", "/journal/export")
    assert b"127.0.0.1:9/a" in exported.body
    assert SECRET.encode() not in exported.body
    await subscribe(line, "http://127.0.0.1:9/b")
    assert (await line.control("GET", "/channels")).json["channels"][DXP]["signed"] is False
    assert (await line.control("PUT", "/channels", {"channels": {}})).json == {"channels": {}}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ([], "expected an object with channel"),
        ({"channel": "pigeon"}, "one of webhook, amqp, folder"),
        ({"channel": "amqp", "url": "http://h/"}, "expected only channel beside amqp"),
        ({"channel": "webhook"}, "expected http:// or https://"),
        ({"channel": "webhook", "url": "file:///etc/passwd"}, "expected http:// or https://"),
        ({"channel": "webhook", "url": "http://u:p@h/"}, "expected http:// or https://"),
        ({"channel": "webhook", "url": "http://h:99999/"}, "expected http:// or https://"),
        ({"channel": "webhook", "url": "http://h/", "secret": "short"}, "a text of 16 to 256 bytes"),
        ({"channel": "webhook", "url": "http://h/", "secret": 7}, "a text of 16 to 256 bytes"),
        ({"channel": "webhook", "url": "http://h/", "hurry": 1}, "expected only channel, url and secret"),
    ],
)
async def test_subscriptions_that_do_not_fit_are_refused(line: Line, said: object, why: str) -> None:
    """What was expected and what was received; nothing is changed."""
    got = await line.control("PUT", "/channels", {"channels": {DXP: said}})
    assert got.status == 400
    assert why in got.problem["detail"]
    assert (await line.control("GET", "/channels")).json == {"channels": {}}


def test_a_dxpid_that_is_none_is_refused() -> None:
    """It becomes a header, a queue, a file name."""
    for name in ("", "a b", "a\r\nX-Evil: 1", "../x", "单"):
        with pytest.raises(ValueError, match="expected a dxpId"):
            read_channels({"channels": {name: {"channel": "folder"}}}, {})
    with pytest.raises(ValueError, match=r"expected \{"):
        read_channels({}, {})


def test_the_signature_of_the_how_to() -> None:
    """Frozen: integrators have written code for it."""
    digest = "ab7892020904363937987c4fb533b77ff1bc9594907c0bf354b2ea677045a67d"
    assert signature("0123456789abcdef", 1767574800, "R0000000001", b"<a/>") == digest
