"""The reference enterprise over AMQP, on a real broker: the plan passes, and nothing is lost when the line breaks."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import AsyncExitStack, aclosing
from pathlib import Path

import aio_pika
import pytest
from aiohttp import ClientSession
from simulator_broker import Broker

from swsim.conformance import processes
from swsim.conformance.cases import CASES
from swsim.conformance.enterprise.envelope import EXPORT_SYSTEM, enveloped, refused_by
from swsim.conformance.enterprise.line import AmqpLine
from swsim.conformance.plans import cases_of
from swsim.conformance.run import Order, carry_out
from swsim.conformance.session import create_case_sandbox
from swsim.reports.model import Verdict
from swsim.simulator.clock import real_now

pytestmark = pytest.mark.timeout(240)
DXP = "DXPENT0000000001"


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    node = Broker(tmp_path_factory.mktemp("broker"))
    node.start()
    yield node
    node.stop()


async def test_the_right_enterprise_passes_the_plan_over_a_broker(broker: Broker) -> None:
    """Every case of the plan, with the messages in envelopes and both ways over queues."""
    outcome = await carry_out(Order(plan="amqp", amqp=broker.url, sandbox="over-amqp"))
    assert {one.id.partition("/")[0] for one in outcome.results} >= {case.id for case in cases_of("amqp", CASES)}
    assert {one.id: one.verdict for one in outcome.results if one.verdict is not Verdict.PASS} == {}
    channels = {entry.data.get("channel") for entry in outcome.entries if entry.what == "message"}
    assert channels == {"amqp"}


async def test_without_a_broker_the_plan_is_not_applicable() -> None:
    """And says why."""
    outcome = await carry_out(Order(plan="amqp", sandbox="no-broker"))
    assert outcome.results[0].verdict is Verdict.NOT_APPLICABLE
    assert not any(one.verdict is Verdict.PASS for one in outcome.results)
    assert "no broker is named" in outcome.results[0].reason


async def test_a_message_waits_for_the_broker_to_confirm_it(broker: Broker) -> None:
    """While the broker is down nothing counts as delivered; it is there when the broker is back."""
    body = enveloped(b"<a/>", "CEB303Message", "G", DXP, real_now())
    line = AmqpLine(broker.url, "waits")
    connection = await aio_pika.connect(broker.url)
    await (await connection.channel()).declare_queue(f"waits.{EXPORT_SYSTEM}", durable=True)
    await connection.close()
    broker.stop(signal.SIGKILL)
    sending = asyncio.create_task(line.deliver(body))
    done, _ = await asyncio.wait({sending}, timeout=0.5)
    assert not done
    broker.start()
    assert await asyncio.wait_for(sending, 60) == (202, "")
    connection = await aio_pika.connect(broker.url)
    queue = await (await connection.channel()).declare_queue(f"waits.{EXPORT_SYSTEM}", durable=True)
    one = await queue.get(timeout=30)
    assert one is not None
    assert one.message_id == "G"
    await one.ack()
    await connection.close()
    await line.aclose()


async def test_a_return_that_was_not_done_with_comes_again(broker: Broker) -> None:
    """A line that breaks behind the reading and before the acknowledgement loses nothing."""
    line = AmqpLine(broker.url, "again")
    connection = await aio_pika.connect(broker.url)
    channel = await connection.channel()
    await channel.declare_queue(f"again.{DXP}", durable=True)
    await channel.default_exchange.publish(aio_pika.Message(b"<a/>"), f"again.{DXP}")
    for _ in range(2):
        returns = line.returns(DXP)
        handed = await anext(returns)
        assert handed is not None
        assert handed.data == b"<a/>"
        await returns.aclose()  # type: ignore[attr-defined] # it is a generator
    returns = line.returns(DXP)
    handed = await anext(returns)
    assert handed is not None
    await handed.done()
    await returns.aclose()  # type: ignore[attr-defined] # as above
    queue = await channel.declare_queue(f"again.{DXP}", durable=True, passive=True)
    assert queue.declaration_result.message_count == 0
    await connection.close()


async def test_an_envelope_for_nobody_is_told_as_a_refusal(broker: Broker, tmp_path: Path) -> None:
    """What the platform answers to an envelope (DxpRep) is read by the number of the message it carried."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(processes.simulator(tmp_path, ["--amqp", broker.url]))
        await create_case_sandbox(url, "nobody", 1)
        http = await stack.enter_async_context(ClientSession(url))
        line = await stack.enter_async_context(aclosing(AmqpLine(broker.url, "nobody")))
        right = enveloped(b"<a/>", "CEB303Message", "N-1", DXP, real_now())
        spoilt = right.replace(EXPORT_SYSTEM.encode(), DXP.encode(), 1)
        async with http.get("/_control/sandboxes/nobody") as answer:
            assert answer.ok
        connection = await aio_pika.connect(broker.url)
        channel = await connection.channel()
        await channel.declare_queue(f"nobody.{EXPORT_SYSTEM}", durable=True)
        await channel.default_exchange.publish(aio_pika.Message(spoilt), f"nobody.{EXPORT_SYSTEM}")
        handed = await asyncio.wait_for(anext(line.returns(DXP)), 60)
        assert handed is not None
        refused = refused_by(handed.data)
        assert refused is not None
        assert refused[0] == "N-1"
        assert refused[1].startswith("2001")
        await connection.close()


def test_a_return_is_no_answer_of_the_platform() -> None:
    assert refused_by(b"<a/>") is refused_by(b"no XML") is None
