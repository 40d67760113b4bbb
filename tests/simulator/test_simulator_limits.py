"""`limits = eport`: counts and empty bodies are answered by codes of table 7-2 (MSG-07, MSG-08)."""

import re
from typing import Any

import pytest
from simulator_line import NOW, Line

from swsim.fixtures.batch import upload
from swsim.fixtures.chain import chain
from swsim.fixtures.parties import parties
from swsim.simulator.clock import read_instant
from swsim.simulator.core import rules
from swsim.simulator.messages.codec import encode

FIRMS = parties(7)
AT = read_instant(NOW)
LINE = {"303": "OrderList", "603": "InventoryList"}


ROOTS = {"303": "Order", "403": "Receipts", "505": "Logistics", "603": "Inventory"}


def message(kind: str, count: int = 1) -> bytes:
    """A message of as many documents; those beyond the hundredth are put behind the others, as text."""
    documents = [next(d for d in chain(7, index, AT).documents if d.number == kind) for index in range(count)]
    sender = FIRMS.sender(kind)
    body = encode(upload(documents[:100], sender, guid="A" * 36))
    for one in documents[100:]:
        alone = encode(upload([one], sender, guid="A" * 36))
        element = re.search(rf"<(\w+:)?{ROOTS[kind]}>.*</(\w+:)?{ROOTS[kind]}>".encode(), alone, re.DOTALL)
        assert element is not None
        end = body.rindex(f"{ROOTS[kind]}>".encode()) + len(ROOTS[kind]) + 1
        body = body[:end] + element[0] + body[end:]
    return body


def lines(kind: str, count: int) -> bytes:
    """One document with as many lines, numbered from 1."""
    body = message(kind)
    name = LINE[kind]
    first = re.search(rf"<(\w+:)?{name}>.*?</(\w+:)?{name}>".encode(), body, re.DOTALL)
    assert first is not None
    every = [re.sub(rb"(gnum>)\d+<", rf"\g<1>{place}<".encode(), first[0]) for place in range(1, count + 1)]
    begin = first.start()
    end = body.rindex(f"{name}>".encode()) + len(name) + 1
    return body[:begin] + b"".join(every) + body[end:]


async def statuses(line: Line, body: bytes) -> list[int]:
    got = await line.post(body, dryRun="true")
    assert got.status == 200, got.body
    return [one["status"] for one in got.json["documents"]]


@pytest.fixture
async def counting(served: Line) -> Line:
    return await served.create(profile={"limits": "eport"})


@pytest.mark.parametrize(("kind", "code"), [("303", -301015), ("403", -401013), ("505", -505017), ("603", -621030)])
async def test_the_hundred_and_first_document_is_refused(served: Line, counting: Line, kind: str, code: int) -> None:
    """By its own code; those before it are taken. By default the schema refuses the whole message."""
    assert (await served.post(message(kind, 101), dryRun="true")).status == 422
    assert await statuses(counting, message(kind, 101)) == [2] * 100 + [code]
    assert await statuses(counting, message(kind, 100)) == [2] * 100


@pytest.mark.parametrize(
    ("kind", "count", "code"), [("303", 101, -301015), ("603", 101, -621030), ("303", 0, -301001), ("603", 0, -621000)]
)
async def test_a_body_is_counted(served: Line, counting: Line, kind: str, count: int, code: int) -> None:
    """101 lines, or none."""
    assert (await served.post(lines(kind, count), dryRun="true")).status == 422
    assert await statuses(counting, lines(kind, count)) == [code]


async def test_without_its_row_a_count_goes_unseen(counting: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row taken out of the table does not refuse."""
    place: Any = ("403", rules.Step.KEYS)
    monkeypatch.setitem(rules.CHECKS, place, ())
    assert await statuses(counting, message("403", 101)) == [2] * 101


async def test_what_else_breaks_the_schema_is_refused_as_ever(counting: Line) -> None:
    """An unknown element, and a message without any document, are answered by CEB900 and 422."""
    assert (await counting.post(message("303").replace(b"orderType>", b"orderTypo>"))).status == 422
    body = re.sub(rb"<(\w+:)?Order>.*</(\w+:)?Order>", b"", message("303"), flags=re.DOTALL)
    assert (await counting.post(body)).status == 422
