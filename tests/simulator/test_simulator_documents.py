"""What the control API says of documents and of the journal."""

import asyncio
import time
from typing import Any

import pytest
from simulator_annex import CARRIER, Sale, message, records
from simulator_line import Line
from test_simulator_http import ORDER, SALE, send_chain

# --- what a document says ---------------------------------------------------------------------------------------------


ODD = "A/1~无 %2F+?#&中"


async def test_a_document_is_found_by_its_percent_encoded_key(line: Line) -> None:
    """Slash, tilde, percent, space and Chinese inside a part; a foreign platform is 无."""
    sale = Sale(ODD, platform=("无", "TEST foreign platform"))
    await send_chain(line, sale)
    await line.clock(advance="PT1M")
    for kind, final in (("303", 120), ("403", 120), ("505", 399), ("603", 399)):
        document = await line.document(kind, *sale.key(kind))
        assert document["state"] == final, kind
        got = await line.control("GET", f"/documents/{kind}/{document['key']}")
        assert got.json == document, "the key of the answer leads back to it"


async def test_keys_in_the_journal_lead_to_the_documents(line: Line) -> None:
    """The key a message entry and a decision entry name is the one the documents call takes."""
    sale = Sale(ODD, platform=("无", "TEST foreign platform"))
    answer = await line.accepted(message("303", sale.document("303")))
    taken, decided, _ = await line.journal()
    key = taken["data"]["documents"][0]["key"]
    assert decided["data"]["records"][0]["key"] == key
    assert (await line.control("GET", f"/documents/303/{key}")).status == 200
    explained = (await line.ask("GET", answer["explain"])).json
    assert [one["state"] for one in explained["documents"]] == [2]


@pytest.mark.parametrize("key", ["A~B~C", "A", "~~", "%", "%zz~x", "x" * 2000])
async def test_an_unknown_document_is_404(line: Line, key: str) -> None:
    """Also where the key has the wrong number of parts or is no proper encoding."""
    await line.accepted(ORDER)
    assert (await line.control("GET", f"/documents/303/{key}")).problem["status"] == 404


async def test_a_document_tells_its_history_and_its_returns(line: Line) -> None:
    """Each step with time and status, and the ids of the returns that told it."""
    await send_chain(line)
    await line.clock(advance="PT1M")
    document = await line.document("603", *SALE.key("603"))
    assert document.keys() >= {"kind", "key", "state", "history", "returns", "explain"}
    assert [step["status"] for step in document["history"]] == [2, 3, 120, 399]
    assert all(step.keys() >= {"at", "status", "rule"} for step in document["history"])
    told = [(await line.ask("GET", f"/sandboxes/s/returns/{one}")).body for one in document["returns"]]
    assert [records(one)[0]["returnStatus"] for one in told] == ["2", "3", "120", "399"]


async def test_a_refused_document_is_explained(line: Line) -> None:
    """Rule, citation, basis, path, expected, found and a hint in both languages; the return carries none of it."""
    await line.accepted(message("303", SALE.document("303"), Sale("O-2", goods_value="28.01").document("303")))
    document = await line.document("303", *Sale("O-2").key("303"))
    assert document["state"] == -301008
    [fault] = [one for one in document["explain"] if one["kind"] == "fault"]
    assert fault["rule"] == "ORD-12"
    assert fault["path"] == "/CEB303Message/Order[2]/OrderHead/goodsValue"
    assert fault["found"] == "28.01"
    assert "28" in fault["expected"]
    assert fault["basis"] in {"LAW", "SPEC", "OBSERVED", "ASSUMED"}
    assert all(fault[name] for name in ("citation", "hint_zh", "hint_en"))
    assert [step["rule"] for step in document["history"]] == ["ORD-12"]
    [told] = await line.drain()
    assert told.statuses == [2, -301008]
    assert b"ORD-12" not in told.body


async def test_find_takes_any_number_the_user_knows(line: Line) -> None:
    """By each number: the documents that bear it, and those that a list among them names."""
    await send_chain(line)
    await send_chain(line, Sale("O-12"))
    await line.clock(advance="PT1M")
    numbers = (await line.document("603", *SALE.key("603")))["numbers"]
    for number in ("O-1", SALE.cop_no, SALE.logistics_no, numbers["preNo"], numbers["invtNo"], numbers["guid"]):
        found = (await line.control("GET", f"/find?q={number}")).json
        assert found["q"] == number
        assert [one["kind"] for one in found["documents"]] == ["303", "403", "505", "603"], number
        assert all(one["history"] for one in found["documents"])
    assert (await line.control("GET", "/find?q=O-99")).json["documents"] == []


@pytest.mark.parametrize("number", ["A~1", "50%25", "无", "A/1"])
async def test_find_takes_numbers_with_odd_characters(line: Line, number: str) -> None:
    """A tilde or a percent sign in an order number does not hide it."""
    await line.accepted(message("303", Sale(number).document("303")))
    got = await line.ask("GET", "/_control/sandboxes/s/find?q=" + "".join(f"%{b:02X}" for b in number.encode()))
    assert [one["kind"] for one in got.json["documents"]] == ["303"]


async def test_find_without_a_number_is_400(line: Line) -> None:
    """Expected and received stand in the answer."""
    assert "expected" in (await line.control("GET", "/find")).problem["detail"]


# --- the journal ------------------------------------------------------------------------------------------------------


async def test_the_journal_is_json_lines_in_order(line: Line) -> None:
    """A message, its decision, its return: numbered without a gap, chained by digest, readable behind any number."""
    got = await line.control("GET", "/journal")
    assert got.status == 200
    assert got.body == b""
    await line.accepted(ORDER)
    got = await line.control("GET", "/journal")
    assert got.headers["Content-Type"] == "application/x-ndjson"
    entries = await line.journal()
    assert [(e["n"], e["kind"], e["what"]) for e in entries] == [
        (1, "input", "message"),
        (2, "output", "decision"),
        (3, "output", "return"),
    ]
    assert entries[0]["data"]["documents"][0]["orderNo"] == "O-1"
    assert entries[1]["data"]["records"][0]["status"] == 2
    assert len({e["digest"] for e in entries}) == 3
    assert [e["n"] for e in await line.journal(after=1, limit=1)] == [2]


async def test_the_journal_wakes_who_waits_for_it(line: Line) -> None:
    """A long poll ends with the entry that is committed; without one it is empty when the wait is over."""
    assert await line.journal(wait=0.1) == []
    begun = time.monotonic()
    waiting = asyncio.create_task(line.journal(wait=30))
    await line.accepted(ORDER)
    assert (await waiting)[0]["what"] == "message"
    waiting = asyncio.create_task(line.journal(after=3, wait=30))
    await line.control("PUT", "/profile", "instant")
    assert [one["what"] for one in await waiting] == ["profile"]
    assert time.monotonic() - begun < 10


async def test_a_waiting_client_does_not_hold_up_the_end_of_the_server(line: Line) -> None:
    """Long polls end when the server does."""
    waiting = [asyncio.create_task(line.take(wait=50)), asyncio.create_task(line.journal(wait=50))]
    assert await line.take("DXPENTOTHER00001", wait=0.1) is None
    begun = time.monotonic()
    line.window.bells.close()
    found: list[Any] = await asyncio.gather(*waiting)
    assert found == [None, []]
    assert time.monotonic() - begun < 5


async def test_a_refusal_of_form_is_in_the_journal(line: Line) -> None:
    """400 and 422 are final and journaled, with the bytes that came."""
    got = await line.post(b"<no")
    [entry] = await line.journal()
    assert entry["what"] == "refused-message"
    assert got.json["id"] == "M0000000001"
    assert entry["data"]["code"] == "0001"


async def test_a_carrier_is_no_seller(line: Line) -> None:
    """The registry that grew by itself says who came with which part."""
    await send_chain(line)
    known = {one["code"]: one for one in (await line.control("GET", "/registry")).json["enterprises"]}
    assert known[CARRIER[0]]["roles"] == ["logistics"]
