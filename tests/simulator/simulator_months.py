"""A shipment of sales of kind B, brought to 899, and how its month stands."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from simulator_line import NOW, Line

from swsim.fixtures.batch import upload
from swsim.fixtures.chains import Chains, chains_of
from swsim.fixtures.mix import Mix
from swsim.fixtures.parties import parties
from swsim.simulator.messages.codec import encode

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


async def view(line: Line, path: str) -> Any:
    got = await line.control("GET", path)
    assert got.status == 200, got.body
    return got.json
