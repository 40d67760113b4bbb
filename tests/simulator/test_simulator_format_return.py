"""A format fault told later: the CEB900, to whom, when, and that it is valid itself."""

import pytest
from lxml import etree
from simulator_annex import DXP, NAMESPACE, guid, message
from simulator_line import Line, reference
from test_simulator_bad_input import BOM, INVALID, SALE, XML, refused

BAD = XML.replace(">28<", ">twenty-eight<").encode()


async def test_a_format_return_follows_where_the_sender_is_known(line: Line) -> None:
    """CEB900: returnStatus below 0, the guid of the message, its type and the message itself."""
    got = await line.post(BAD)
    assert got.status == 422
    [told] = await line.drain()
    assert told.root == "CEB900Message"
    [record] = told.records
    assert record["returnStatus"] == "-999999"
    assert record["oriCopMsgId"] == guid(SALE.document("303"))
    assert record["oriMessageType"] == "CEB303Message"
    assert record["oriBizMessage"].encode() == BAD
    assert len(record["returnTime"]) == 17
    assert "twenty-eight" in record["returnInfo"]
    assert "goodsValue" in record["returnInfo"]


async def test_an_unknown_type_is_told_as_unknown(line: Line) -> None:
    """oriMessageType is `Unknown` where the root is not recognised."""
    for root in ("Bogus", "CEBMessageOfUnusualLength"):
        await line.post(XML.replace("CEB303Message", root).encode())
    for told in await line.drain():
        assert told.records[0]["oriMessageType"] == "Unknown"
        assert told.records[0]["oriBizMessage"]


@pytest.mark.parametrize("how", ["both", "sync", "async"])
async def test_the_profile_says_how_a_format_fault_is_told(line: Line, how: str) -> None:
    """`both`: 422 and CEB900; `sync`: 422 only; `async`: 202 and CEB900."""
    await line.control("PUT", "/profile", {"base": "standard", "format_errors": how})
    got = await line.post(BAD)
    assert got.status == (202 if how == "async" else 422)
    assert got.json["id"] == "M0000000002"
    assert [one.root for one in await line.drain()] == ([] if how == "sync" else ["CEB900Message"])
    assert (await line.post(b"<no")).problem["status"] == 400


async def test_who_cannot_be_told_later_is_told_at_once(line: Line) -> None:
    """Without a dxpId there is no CEB900, so even under `async` the answer is the refusal itself."""
    await line.control("PUT", "/profile", {"base": "standard", "format_errors": "async"})
    for body in (XML.replace(NAMESPACE, "urn:x").encode(), XML.replace(f"<dxpId>{DXP}</dxpId>", "").encode()):
        refused(await line.post(body), 422, "0002")
    assert await line.listed() == []


async def test_a_format_return_is_valid_whatever_was_wrong(line: Line) -> None:
    """By the official schema, also for a guid of 300 characters and for a message with 101 orders."""
    schema = etree.XMLSchema(etree.parse(reference("gacc-202205/xsd/import-business-202205.xsd")))
    bodies = [
        BAD,
        INVALID["101 orders"],
        XML.replace("CEB303Message", "Bogus").encode(),
        message("303", SALE.document("303"), attributes=f'guid="{"G" * 300}" version="1.0"'),
        message("303", SALE.document("303"), attributes='version="1.0"'),
        XML.replace("TEST item 1", "]]&gt; &amp; &#13; 😀" + "x" * 300).encode(),
        BOM + BAD,
    ]
    for body in bodies:
        assert (await line.post(body)).status == 422
    told = await line.drain()
    assert len(told) == len(bodies)
    for one in told:
        schema.assertValid(etree.fromstring(one.body))
