"""AMQP on a real RabbitMQ: in and out, nothing lost when the broker restarts, nothing twice when it redelivers."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aio_pika
import pytest
from simulator_annex import DXP, Sale, message, records, root_of
from simulator_broker import Broker
from simulator_envelopes import EXPORT, ID, codes, dxp_msg, inside
from simulator_line import Line, serving

from swsim.simulator.messages.codec import read_message
from swsim.simulator.transport.amqp import Amqp, Binding, ClaimError, check_bindings

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """One node for the module; a test has queues of its own by its sandbox's name."""
    node = Broker(tmp_path_factory.mktemp("broker"))
    node.start()
    yield node
    node.stop()


@dataclass
class Client:
    """An enterprise on AMQP: what it publishes is confirmed, what it reads is acknowledged."""

    connection: aio_pika.abc.AbstractConnection
    channel: aio_pika.abc.AbstractChannel
    prefix: str

    async def publish(self, body: bytes, message_id: str | None = None) -> None:
        made = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT, message_id=message_id)
        await self.channel.default_exchange.publish(made, f"{self.prefix}{EXPORT}")

    async def take(self, queue: str, count: int, within: float = 60) -> list[aio_pika.abc.AbstractIncomingMessage]:
        """The next messages of a queue, in order, acknowledged."""
        source = await self.channel.declare_queue(f"{self.prefix}{queue}", durable=True)
        found: list[aio_pika.abc.AbstractIncomingMessage] = []
        async with asyncio.timeout(within), source.iterator() as messages:
            async for one in messages:
                await one.ack()
                found.append(one)
                if len(found) == count:
                    return found
        return found


@asynccontextmanager
async def client(broker: Broker, sandbox: str) -> AsyncIterator[Client]:
    async with client_at(broker.url, f"{sandbox}." if sandbox != "default" else "") as made:
        yield made


@asynccontextmanager
async def client_at(url: str, prefix: str = "") -> AsyncIterator[Client]:
    connection = await aio_pika.connect(url)
    try:
        yield Client(connection, await connection.channel(), prefix)
    finally:
        await connection.close()


def brokers_of(line: Line) -> list[Amqp]:
    """The brokers of a server."""
    assert line.channels is not None
    return line.channels.amqp


async def listening(line: Line, name: str) -> Line:
    """A new sandbox whose inbound queue is there (`publish` would lose a message to no queue)."""
    sandbox = await line.create(name)
    async with asyncio.timeout(60):
        for one in brokers_of(line):
            await one.listens(name)
    return sandbox


async def test_a_sale_over_amqp_from_order_to_399(broker: Broker, tmp_path: Path) -> None:
    """DxpMsg in, in the order of the queue; every return on the queue of the dxpId, in a DxpMsg, in order."""
    sale = Sale("AMQP-1")
    async with serving(tmp_path / "s.sqlite3", brokers=[broker.url]) as served, client(broker, "a1") as firm:
        line = await listening(served, "a1")
        for kind, document in sale.documents():
            await firm.publish(b"\x00" + dxp_msg(message(kind, document)))
        first = await firm.take(DXP, 4)
        await line.clock(advance="PT1H")
        got = first + await firm.take(DXP, 9)
        told = [(root_of(inside(one.body)), records(inside(one.body))[0]["returnStatus"]) for one in got]
        assert [one for one in told if one[0] == "CEB604Message"] == [
            ("CEB604Message", status) for status in ("2", "3", "120", "399")
        ]
        assert {one.content_type for one in got} == {"text/xml"}
        assert {one.delivery_mode for one in got} == {aio_pika.DeliveryMode.PERSISTENT}
        ids = [one.message_id for one in got]
        assert ids == sorted(ids)  # type: ignore[type-var] # each has one
        assert len(set(ids)) == 13
        assert (await line.document("603", *sale.key("603")))["state"] == 399
        await until_acknowledged(line)


async def until_acknowledged(line: Line) -> None:
    """Every return was confirmed by the broker and acknowledged in the outbox: the journal says so."""
    wanted, after = {one["seq"] for one in await line.listed()}, 0
    async with asyncio.timeout(60):
        while wanted:
            for one in await line.journal(after, wait=5):
                after = one["n"]
                if one["what"] == "acknowledged":
                    wanted.discard(one["data"]["return"])


async def until_taken(line: Line, count: int) -> None:
    """So many messages stand in the journal."""
    after, seen = 0, 0
    async with asyncio.timeout(60):
        while seen < count:
            for one in await line.journal(after, wait=5):
                after, seen = one["n"], seen + (one["what"] == "message")


async def test_a_bare_message_goes_back_bare_and_its_format_fault_as_ceb900(broker: Broker, tmp_path: Path) -> None:
    """Format errors are always async here, whatever the profile says."""
    order = message("303", Sale("AMQP-2").document("303"))
    async with serving(tmp_path / "s.sqlite3", brokers=[broker.url]) as served, client(broker, "a2") as firm:
        line = await listening(served, "a2")
        await line.control("PUT", "/profile", {"base": "standard", "format_errors": "sync"})
        await firm.publish(order)
        await firm.publish(order.replace(b">28<", b">much<"))
        good, bad = await firm.take(DXP, 2)
        assert root_of(good.body) == "CEB304Message"
        assert read_message(bad.body).message.message_return.ori_message_type == "CEB303Message"


async def test_what_cannot_be_read_is_a_dead_letter_with_its_reason(broker: Broker, tmp_path: Path) -> None:
    """No sender is known, so nobody else could be told; what comes behind it is taken."""
    async with serving(tmp_path / "s.sqlite3", brokers=[broker.url]) as served, client(broker, "a3") as firm:
        await listening(served, "a3")
        await firm.publish(b"this is no XML", "bad-1")
        await firm.publish(message("303", Sale("AMQP-3").document("303")))
        (dead,) = await firm.take(f"{EXPORT}.dead", 1)
        assert (dead.body, dead.message_id) == (b"this is no XML", "bad-1")
        assert "well-formed XML" in str(dead.headers["x-swsim-reason"])
        assert len(await firm.take(DXP, 1)) == 1


async def test_what_goes_beyond_a_limit_is_a_dead_letter(broker: Broker, tmp_path: Path) -> None:
    """Sent again it would be refused again: the reason names the limit and how to raise it."""
    async with serving(tmp_path / "s.sqlite3", brokers=[broker.url]) as served, client(broker, "a6") as firm:
        line = await listening(served, "a6")
        await line.control("PUT", "/limits", {"messages": 1})
        for number in (1, 2):
            await firm.publish(message("303", Sale(f"AMQP-L{number}").document("303")), f"limit-{number}")
        (dead,) = await firm.take(f"{EXPORT}.dead", 1)
        assert dead.message_id == "limit-2"
        assert "limit messages is 1" in str(dead.headers["x-swsim-reason"])
        assert "PUT /_control/sandboxes/a6/limits" in str(dead.headers["x-swsim-reason"])


@pytest.mark.parametrize("row", [{"action": "busy"}, {"action": "reset"}, {"action": "reset", "taken": True}])
async def test_a_fault_of_the_line_brings_the_message_again(
    broker: Broker, tmp_path: Path, row: dict[str, object]
) -> None:
    """Not acknowledged, so the broker redelivers: taken in once, whether it had come in before or not."""
    name = f"a7-{row['action']}-{'taken' in row}"
    async with serving(tmp_path / "s.sqlite3", brokers=[broker.url]) as served, client(broker, name) as firm:
        line = await listening(served, name)
        assert (await line.control("PUT", "/faults", {"faults": [{"id": "f"} | row]})).status == 200
        await firm.publish(message("303", Sale("AMQP-F").document("303")), "faulted")
        (told,) = await firm.take(DXP, 1)
        assert records(told.body)[0]["returnStatus"] == "2"
        if "taken" in row:
            assert (await line.entry("redelivery"))["data"]["channel"] == "amqp"
        whats = [one["what"] for one in await line.journal()]
        assert (whats.count("message"), whats.count("fault")) == (1, 1)


async def test_a_fault_of_the_envelope_comes_back_as_a_dxprep(broker: Broker, tmp_path: Path) -> None:
    """The channel has no answer at once: 2001 goes to the sender's queue; success sends none."""
    order = message("303", Sale("AMQP-4").document("303"))
    async with serving(tmp_path / "s.sqlite3", brokers=[broker.url]) as served, client(broker, "a4") as firm:
        await listening(served, "a4")
        await firm.publish(dxp_msg(order, ("DXPNOBODY",)))
        await firm.publish(dxp_msg(order))
        rep, told = await firm.take(DXP, 2)
        assert codes(rep.body) == {"DXPNOBODY": "2001"}
        assert ID.encode() in rep.body
        assert root_of(inside(told.body)) == "CEB304Message"


async def test_a_redelivery_is_swallowed_and_a_new_publish_is_not(broker: Broker, tmp_path: Path) -> None:
    """Taken in and not acknowledged (the line broke between): the broker brings it again, customs knows it.

    The same bytes published anew are a duplicate, and get its code.
    """
    order = message("303", Sale("AMQP-5").document("303"))
    async with serving(tmp_path / "s.sqlite3", brokers=[broker.url]) as served, client(broker, "a5") as firm:
        line = await listening(served, "a5")
        window = served.window
        taken = window.intake.take
        lost = asyncio.Event()

        async def take_and_break(*given: object, **more: object) -> object:
            outcome = await taken(*given, **more)  # type: ignore[arg-type] # passed through
            if not lost.is_set():
                lost.set()
                await brokers_of(served)[0].hang_up()
                await asyncio.Event().wait()  # never comes to acknowledge
            return outcome

        window.intake.take = take_and_break  # type: ignore[method-assign,assignment] # a line that breaks at the worst moment
        await firm.publish(order, "once")
        assert (await line.entry("redelivery"))["data"]["channel"] == "amqp"
        await firm.publish(order, "once")
        first, second = await firm.take(DXP, 2)
        assert records(first.body)[0]["returnStatus"] == "2"
        assert records(second.body)[0]["returnStatus"] == "-301010"


async def test_nothing_is_lost_when_the_broker_is_killed_and_comes_back(tmp_path: Path) -> None:
    """SIGKILL of the broker while returns flow: reconnected, every order held once, every return on the queue."""
    node = Broker(tmp_path / "broker")
    await asyncio.to_thread(node.start)
    orders = [Sale(f"AMQP-R{n}") for n in range(30)]
    try:
        async with serving(tmp_path / "s.sqlite3", brokers=[node.url]) as served:
            line = await listening(served, "r")
            async with client(node, "r") as firm:
                for sale in orders[:15]:
                    await firm.publish(message("303", sale.document("303")), sale.order_no)
                await line.entry("acknowledged")
            await asyncio.to_thread(node.stop, signal.SIGKILL)
            await line.clock(advance="PT1H")  # returns are due while nobody can take them
            assert (await line.entry("delivery-failed"))["data"]["channel"] == "amqp"
            await asyncio.to_thread(node.start)
            async with asyncio.timeout(60):
                await brokers_of(served)[0].listens("r")
            async with client(node, "r") as firm:
                for sale in orders[15:]:
                    await firm.publish(message("303", sale.document("303")), sale.order_no)
                await until_taken(line, 30)
                await line.clock(advance="PT1H")
                got: dict[tuple[str, str], bytes] = {}
                by_id: dict[str | None, bytes] = {}
                source = await firm.channel.declare_queue(f"r.{DXP}", durable=True)
                async with asyncio.timeout(60), source.iterator() as messages:
                    async for one in messages:
                        await one.ack()
                        assert by_id.setdefault(one.message_id, one.body) == one.body
                        for record in records(one.body):
                            got[record["orderNo"], record["returnStatus"]] = one.body
                        if len(got) == 30 * 3:
                            break
            assert set(got) == {(sale.order_no, status) for sale in orders for status in ("2", "3", "120")}
            await until_acknowledged(line)
    finally:
        await asyncio.to_thread(node.stop)


async def test_a_virtual_host_and_a_prefix_choose_the_sandbox(broker: Broker, tmp_path: Path) -> None:
    """`URL/vhost#own`: the names without a prefix are its own there; the others have theirs on the common host."""
    order = message("303", Sale("AMQP-V").document("303"))
    url = await asyncio.to_thread(broker.host, "shop")
    async with serving(tmp_path / "s.sqlite3", brokers=[broker.url, f"{url}#own"]) as served:
        lines = {name: await served.create(name) for name in ("own", "one", "two")}
        common, alone = brokers_of(served)
        async with asyncio.timeout(60):
            await alone.listens("own")
            await common.listens("one")
            await common.listens("two")
        assert not common.serves("own")
        assert not alone.serves("one")
        for name, firm_at in (("own", client_at(url)), ("two", client(broker, "two"))):
            async with firm_at as firm:
                await firm.publish(order)
                (told,) = await firm.take(DXP, 1)
                assert str(told.message_id).startswith(f"{name}/")
        counts = {name: len(await line.listed()) for name, line in lines.items()}
        assert counts == {"own": 1, "one": 0, "two": 1}
        assert await served.listed() == []


async def test_two_sandboxes_cannot_claim_one_queue() -> None:
    """Set-up says who would share what."""
    check_bindings([Binding.read("amqp://h/a"), Binding.read("amqp://h/b#x")])
    with pytest.raises(ClaimError, match="sandboxes x and y would both claim"):
        check_bindings([Binding.read("amqp://h/a#x"), Binding.read("amqp://u:p@h:5672/a#y")])
    with pytest.raises(ValueError, match="got 'http://h'"):
        Binding.read("http://h")
