"""Two clocks (architecture, decision 7): customs stands in last month, the enterprise lives now. The whole story."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from simulator_line import Line

from swsim.fixtures.batch import upload
from swsim.fixtures.chains import Chains, chains_of
from swsim.fixtures.mix import Mix
from swsim.fixtures.parties import parties
from swsim.simulator.clock import BEIJING, compact, real_now
from swsim.simulator.messages.codec import encode

SEED = 7
FIRMS = parties(SEED)
MIX = Mix(shipment=3, cancels=Decimal(0), returns=Decimal(0), simplified=Decimal(0))
SALE = ("303", "403", "505", "603")
LATER = ("607", "507", "509")


def last_month(day: int) -> datetime:
    """Ten o'clock on a day of last month: where customs stands."""
    first = real_now().astimezone(BEIJING).replace(day=1, hour=10, minute=0, second=0, microsecond=0)
    return (first - timedelta(days=1)).replace(day=day)


def reported_now(document: Any) -> Any:
    """A document as an enterprise on real time reports it: every time it makes itself is now."""
    now = compact(real_now())
    head = getattr(document, "head", None)
    times = {"app_time": now} | ({"leave_time": now} if hasattr(head, "leave_time") else {})
    return document.replaced(head=head.replaced(**times)) if head is not None else document.replaced(**times)


async def sent(line: Line, made: Chains, kind: str) -> list[bytes]:
    """The documents of a kind, reported now, and a minute of customs' time; the returns."""
    for place, document in enumerate(made.documents(kind)):
        message = upload([reported_now(document)], FIRMS.sender(kind), guid=f"{kind}{place:0>33}")
        await line.accepted(encode(message))
    await line.clock(advance="PT1M")
    return [one.body for firm in FIRMS.all for one in await line.drain(firm.dxp_id)]


@pytest.fixture
async def october(served: Line) -> Line:
    """A sandbox that stands on the 20th of last month."""
    return await served.create(clock={"mode": "virtual", "now": last_month(20).isoformat()}, regime="by-date")


def made_now() -> Chains:
    """A shipment whose enterprise makes it now."""
    return chains_of(SEED, 0, real_now().astimezone(BEIJING), firms=FIRMS, mix=MIX)


async def test_an_enterprise_of_this_month_closes_lists_of_the_last(october: Line) -> None:
    """Its times are moved by what lies between the clocks: lists are declared and closed on the 20th of last month,
    no rule finds a time that lies ahead, and the journal says by how much was moved.
    """
    made, returns = made_now(), list[bytes]()
    for kind in (*SALE, *LATER):
        returns += await sent(october, made, kind)
        made = made.follow(returns)
    day = last_month(20)
    for sold in made.sold:
        shown = await october.document("603", sold.head.agent_code, sold.head.cop_no)
        assert shown["state"] == 899
        assert all(datetime.fromisoformat(step["at"]).date() == day.date() for step in shown["history"])
        assert [one for one in shown["explain"] if one["rule"] in {"MSG-04", "DEP-01"}] == []
        assert shown["numbers"]["preNo"][1:9] == f"{day:%Y%m%d}"
    messages = [one["data"] for one in await october.journal() if one["what"] == "message"]
    between = (real_now() - (await october.now())).total_seconds()
    assert all(abs(one["shift"] + between) < 1200 for one in messages)


async def test_the_jump_to_the_next_month_loses_nothing(october: Line) -> None:
    """On the 14th of this month everything of the last is closed, nothing is due; a clock goes no way back."""
    made, returns = made_now(), list[bytes]()
    for kind in (*SALE, *LATER):
        returns += await sent(october, made, kind)
        made = made.follow(returns)
    jump = real_now().astimezone(BEIJING).replace(day=14, hour=9, minute=0, second=0, microsecond=0)
    stands = await october.clock(advance_to=jump.isoformat())
    assert stands["now"] == jump.isoformat()
    assert stands["next"]["what"] == "month", "only the deadline of last month is still to come"
    for sold in made.sold:
        shown = await october.document("603", sold.head.agent_code, sold.head.cop_no)
        closed = [step["at"] for step in shown["history"] if step["status"] == 899]
        assert [one[:7] for one in closed] == [f"{last_month(20):%Y-%m}"], "the month of its 899 is last month"
    assert (await october.control("POST", "/clock", {"advance_to": last_month(20).isoformat()})).status == 409


async def test_the_month_end_sums_up_last_month(october: Line) -> None:
    """After the jump the summary is reported now, its range names last month and is not moved: every list, once."""
    made, returns = made_now(), list[bytes]()
    for kind in (*SALE, *LATER):
        returns += await sent(october, made, kind)
        made = made.follow(returns)
    jump = real_now().astimezone(BEIJING).replace(day=14, hour=9, minute=0, second=0, microsecond=0)
    await october.clock(advance_to=jump.isoformat())
    first, last = last_month(1), jump.replace(day=1) - timedelta(days=1)
    summary = made.documents("701")[0]
    times = {"start_time": f"{first:%Y%m%d}000000", "end_time": f"{last:%Y%m%d}235959"}
    summary = summary.replaced(head=summary.head.replaced(app_time=compact(real_now()), **times))
    await october.accepted(encode(upload([summary], FIRMS.sender("701"), guid="5" * 36)))
    await october.clock(advance="P2D")
    head = summary.head
    shown = await october.document("701", head.agent_code, head.cop_no, str(head.msg_seq_no))
    assert shown["state"] == 399
    assert [one for one in shown["explain"] if one["rule"].startswith("SUM-01")] == [], "before the 15th"
    told = [one for firm in FIRMS.all for one in await october.drain(firm.dxp_id) if one.root == "CEB792Message"]
    assert told
    numbers = {sold.given for sold in made.sold}
    assert numbers
    assert all(any(number.encode() in one.body for one in told) for number in numbers)


@pytest.mark.parametrize(
    ("translate", "offset", "moved"),
    [
        ("auto", timedelta(hours=35), True),
        ("auto", timedelta(hours=37), False),
        ("follow", timedelta(0), False),
        ("always", timedelta(days=400), True),
    ],
)
async def test_which_times_are_moved(october: Line, translate: str, offset: timedelta, moved: bool) -> None:
    """`auto` within 36 hours of real time, `follow` never, `always` always; what is not moved lies ahead (MSG-04)."""
    await october.control("PUT", "/profile", {"translate": translate})
    order = made_now().documents("303")[0]
    order = order.replaced(head=order.head.replaced(app_time=compact(real_now() - offset)))
    await october.accepted(encode(upload([order], FIRMS.sender("303"), guid="A" * 36)))
    shift = (await october.entry("message"))["data"]["shift"]
    assert bool(shift) is moved
    shown = await october.document("303", order.head.ebc_code, order.head.ebp_code, order.head.order_no)
    ahead = any(one["rule"] == "MSG-04" for one in shown["explain"])
    assert ahead is (not moved and real_now() - offset > last_month(20))


async def test_a_time_of_customs_own_month_stays(october: Line) -> None:
    """Within 36 hours of customs' clock nothing is moved: an enterprise that follows it has its times as they are."""
    order = made_now().documents("303")[0]
    order = order.replaced(head=order.head.replaced(app_time=compact(last_month(20) - timedelta(hours=30))))
    await october.accepted(encode(upload([order], FIRMS.sender("303"), guid="A" * 36)))
    assert (await october.entry("message"))["data"]["shift"] == 0
