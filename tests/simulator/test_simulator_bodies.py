"""Journal entries in full: what came and what left, byte for byte."""

import base64
import hashlib
import json
from typing import Any

import pytest
from simulator_annex import DXP, Sale, message
from simulator_line import Line

SALE = Sale("O-1")
ORDER = message("303", SALE.document("303"))


async def in_full(line: Line) -> list[dict[str, Any]]:
    got = await line.control("GET", "/journal?bodies=true")
    return [json.loads(one) for one in got.body.splitlines()]


def body_of(data: dict[str, Any]) -> bytes:
    """The bytes behind an entry."""
    return base64.b64decode(data["base64"]) if "base64" in data else str(data["xml"]).encode()


async def left(line: Line) -> list[tuple[bytes, dict[str, Any]]]:
    """What a reader got, each beside the data of its delivery."""
    got = []
    while (one := await line.ask("GET", f"/sandboxes/{line.sandbox}/returns/next?dxpId={DXP}")).status == 200:
        await line.acknowledge(one.headers["X-Return-Id"])
        got.append(one.body)
    deliveries = [one["data"] for one in await in_full(line) if one["what"] == "delivery"]
    return list(zip(got, deliveries, strict=True))


@pytest.mark.parametrize(
    ("profile", "fault"),
    [
        ({}, {}),
        ({"prefix": "ceb", "bom": "yes"}, {}),
        ({}, {"action": "wrong-encoding"}),
        ({}, {"action": "malformed"}),
    ],
)
async def test_what_left_for_a_reader_is_in_the_journal_byte_for_byte(
    line: Line, profile: dict[str, str], fault: dict[str, str]
) -> None:
    one = await line.create("t", profile={"base": "standard"} | profile)
    if fault:
        await one.control("PUT", "/faults", {"faults": [{"id": "f", "kind": "303"} | fault]})
    await one.accepted(ORDER)
    await one.clock(advance="PT1M")
    found = await left(one)
    assert len(found) >= 3
    for body, data in found:
        assert body_of(data) == body
        assert data["sha256"] == hashlib.sha256(body).hexdigest()
    assert any("base64" in data for _, data in found) is (fault.get("action") == "wrong-encoding")


async def test_what_can_no_longer_be_made_is_not_made_up(line: Line) -> None:
    one = await line.create("t")
    await one.accepted(ORDER)
    [(body, data)] = await left(one)
    assert body_of(data) == body
    await one.control("PUT", "/profile", {"profile": {"base": "standard", "bom": "yes"}})
    [again] = [entry["data"] for entry in await in_full(one) if entry["what"] == "delivery"]
    assert again == {name: value for name, value in data.items() if name != "xml"}


async def test_a_message_is_kept_as_it_came(line: Line) -> None:
    one = await line.create("t")
    odd = ORDER.replace(b"</ebpCode>", b"\xff</ebpCode>", 1)
    assert odd != ORDER
    await one.post(odd)
    await one.accepted(ORDER)
    entries = [entry for entry in await in_full(one) if entry["kind"] == "input" and "xml" in entry["data"]]
    assert [body_of(entry["data"]) for entry in entries] == [odd, ORDER]
