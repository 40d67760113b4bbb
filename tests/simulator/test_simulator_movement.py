"""A shipment over HTTP: sales, master list, arrival, departure, cancellation, with what comes back for each."""

from collections import Counter
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
from swsim.simulator.messages.codec import encode

SEED = 7
FIRMS = parties(SEED)
SENDERS = ("303", "403", "505", "603")


def shipment(**knobs: Any) -> Chains:
    """A shipment of eight sales, some of them cancelled."""
    return chains_of(SEED, 0, datetime.fromisoformat(NOW), firms=FIRMS, mix=Mix(shipment=8, **knobs))


async def report(line: Line, made: Chains, kind: str) -> list[bytes]:
    """Send the documents of a kind at the time they are reported, let customs finish; the returns."""
    if kind not in SENDERS:
        await line.clock(advance_to=made.trip.when(kind).isoformat())
    documents = made.documents(kind)
    if kind in SENDERS:
        await line.accepted(encode(upload(documents, FIRMS.sender(kind), guid=f"{kind:0>36}")))
    else:
        for place, document in enumerate(documents):
            message = upload([document], FIRMS.sender(kind), guid=f"{kind}{place:0>33}")
            await line.accepted(encode(message))
    await line.clock(advance="PT1M")
    return [one.body for firm in FIRMS.all for one in await line.drain(firm.dxp_id)]


@pytest.fixture
async def firms(served: Line) -> Line:
    """A sandbox in which the firms of the shipment are registered, and nobody else."""
    return await served.create(registry=registry(FIRMS))


async def test_a_shipment_is_closed_and_what_was_cancelled_is_withdrawn(firms: Line) -> None:
    """Every list that leaves ends at 899, every cancelled one is withdrawn, each return is valid by the schema."""
    made = shipment(cancels=Decimal("0.25"))
    returns: list[bytes] = []
    for kind in (*SENDERS, "605", "607", "507", "509"):
        returns += await report(firms, made, kind)
        made = made.follow(returns)
    cancelled = {sold.head.cop_no for sold in made.having(Fate.CANCELLED)}
    assert cancelled
    states: Counter[int] = Counter()
    for sold in made.sold:
        document = await firms.document("603", sold.head.agent_code, sold.head.cop_no)
        states[document["state"]] += 1
        assert (document["state"] == -2) is (sold.head.cop_no in cancelled)
    assert states == {899: 8 - len(cancelled), -2: len(cancelled)}
    roots = {etree.QName(etree.fromstring(body)).localname for body in returns}
    assert roots == {f"CEB{kind}Message" for kind in ("304", "404", "506", "508", "510", "604", "606", "608")}
    schema = etree.XMLSchema(etree.parse(reference("gacc-202205/xsd/export-business-202205.xsd")))
    for body in returns:
        schema.assertValid(etree.fromstring(body))


async def test_goods_come_back(firms: Line) -> None:
    """213 is stored and, once the site has tallied the goods (215), released; each return is valid by the schema."""
    made = shipment(cancels=Decimal(0), returns=Decimal("0.5"))
    returns: list[bytes] = []
    for kind in (*SENDERS, "607", "507", "509"):
        returns += await report(firms, made, kind)
        made = made.follow(returns)
    before = len(returns)
    for kind in ("213", "215"):
        returns += await report(firms, made, kind)
    applications = made.documents("213")
    assert applications
    for application in applications:
        head = application.head
        shown = await firms.document("213", head.agent_code, head.co_el_no)
        assert (shown["state"], [step["status"] for step in shown["history"]]) == (800, [2, 3, 120, 800])
    roots = {etree.QName(etree.fromstring(body)).localname for body in returns[before:]}
    assert roots == {"CEB214Message", "CEB216Message"}
    schema = etree.XMLSchema(etree.parse(reference("gacc-202205/xsd/export-business-202205.xsd")))
    for body in returns[before:]:
        schema.assertValid(etree.fromstring(body))


async def test_a_list_tells_its_way(firms: Line) -> None:
    """Its history has every step, also those no return speaks of; the returns are those that do."""
    made = shipment(cancels=Decimal(0))
    returns: list[bytes] = []
    for kind in (*SENDERS, "607", "507", "509"):
        returns += await report(firms, made, kind)
        made = made.follow(returns)
    head = made.sold[0].head
    document = await firms.document("603", head.agent_code, head.cop_no)
    told = [(step["stage"], step["status"]) for step in document["history"]]
    assert told[:4] == [("receive", 2), ("send", 3), ("customs", 120), ("approve", 399)]
    assert told[-2:] == [("arrive", 800), ("depart", 899)]
    assert len(document["returns"]) == len([stage for stage, _ in told if stage != "fill"])


async def test_an_arrival_before_its_lists_is_rejected_and_explained(firms: Line) -> None:
    """100 with the waybills it names; nothing moves."""
    made = shipment(cancels=Decimal(0))
    await report(firms, made, "507")
    for document in made.documents("507"):
        head = document.head
        shown = await firms.document("507", head.operator_code, head.cop_no, str(head.msg_seq_no))
        assert shown["state"] == 100
        assert {one["rule"] for one in shown["explain"] if one["kind"] == "fault"} == {"ARR-03"}
        assert len(shown["explain"]) >= len(document.lines)
