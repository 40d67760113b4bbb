"""Real input: the official samples of the May 2022 edition, as shipped and with one BaseTransfer.

Expectations are read from the rules, not from the simulator: what customs says to each document, by which rule, in the
columns `standard` and `strict`.
"""

import re
from typing import Any

import pytest
from simulator_annex import records
from simulator_line import Line, reference

DXP = "DXPLGS0000000001"
FIRM = "1105910159"
MAY_2018 = {"mode": "virtual", "now": "2018-05-08T09:00:00+08:00"}
"""The day after the samples' appTime: nothing in them lies ahead."""
KEYS = {
    "303": (FIRM, FIRM, "order2018050711340001"),
    "403": (FIRM, "order2018050711340001", "P20180507001"),
    "505": (FIRM, "L2018050700001"),
    "603": (FIRM, "Cop20180507001"),
}
SECOND_TRANSFER = {"303": 321, "403": 191, "505": 201, "603": 721}
"""Line of the BaseTransfer that the schema does not allow."""


def shipped(kind: str) -> bytes:
    """A sample as the authority ships it: with a BOM, and one BaseTransfer too many."""
    return reference(f"gacc-202205/samples/CEB{kind}Message.xml").read_bytes()


def trimmed(kind: str) -> bytes:
    """The sample with its first BaseTransfer only."""
    extra = re.compile(rb"(?<=</ceb:BaseTransfer>)\s*<ceb:BaseTransfer>.*?</ceb:BaseTransfer>", re.DOTALL)
    body, removed = extra.subn(b"", shipped(kind))
    assert removed == 1
    return body


async def sandbox(served: Line, profile: Any = "standard") -> Line:
    return await served.create(clock=MAY_2018, profile=profile)


async def explained(line: Line, kind: str, what: str = "fault") -> set[tuple[str, str]]:
    """(rule, last step of the path) of what was found, without the copies' repeated key."""
    document = await line.document(kind, *KEYS[kind])
    return {
        (one["rule"], one["path"].rpartition("/")[2])
        for one in document["explain"]
        if one["kind"] == what and one["rule"] != "MSG-13"
    }


@pytest.mark.parametrize("kind", KEYS)
async def test_a_sample_as_shipped_gets_the_schema_answer_with_line_and_path(served: Line, kind: str) -> None:
    """422, table 7-1 code 0002, the second BaseTransfer named where it stands; CEB900 follows to its dxpId."""
    line = await sandbox(served)
    got = await line.post(shipped(kind))
    assert got.status == 422
    assert got.problem["code"] == "0002"
    [fault] = got.problem["errors"]
    assert fault["line"] == SECOND_TRANSFER[kind]
    assert fault["path"] == f"/CEB{kind}Message/BaseTransfer[2]"
    assert "not expected" in fault["expected"]
    assert fault["section"] == {"303": "2.1", "403": "2.3", "505": "2.5", "603": "2.11"}[kind]
    told = await line.take(DXP)
    assert told is not None
    assert told.root == "CEB900Message"
    assert told.records[0]["oriCopMsgId"] == "311af125-6fed-4603-8c5d-49b1fa4b4b9b"
    assert told.records[0]["oriMessageType"] == f"CEB{kind}Message"


@pytest.mark.parametrize("kind", KEYS)
async def test_a_trimmed_sample_passes_the_schema(served: Line, kind: str) -> None:
    """Its ten documents are taken in; a lower-case guid and an illustrative signature are no matter of form."""
    answer = await (await sandbox(served)).accepted(trimmed(kind))
    assert answer["messageType"] == f"CEB{kind}Message"
    assert answer["documents"] == 10
    assert answer["guid"] == "311af125-6fed-4603-8c5d-49b1fa4b4b9b"


async def statuses(line: Line) -> list[list[int]]:
    return [one.statuses for one in await line.drain(DXP)]


async def test_the_order_sample_is_refused_for_its_sum(served: Line) -> None:
    """goodsValue 12345678912345.12345 is not 2000 (ORD-12); the nine copies repeat the key (MSG-13)."""
    line = await sandbox(served)
    await line.accepted(trimmed("303"))
    assert await statuses(line) == [[-301008] + [-301010] * 9]
    assert await explained(line, "303") == {("ORD-12", "goodsValue")}
    document = await line.document("303", *KEYS["303"])
    [total] = [one for one in document["explain"] if one["rule"] == "ORD-12" and one["kind"] == "fault"]
    assert total["found"] == "12345678912345.12345"
    assert "2000" in total["expected"]
    assert [one["rule"] for one in document["explain"] if one["kind"] == "fault"] == ["ORD-12"] + ["MSG-13"] * 9


async def test_the_order_sample_has_findings_beside_its_fault(served: Line) -> None:
    """Two currencies (head 142, line aaa), lower-case guids of message and head, a firm seen for the first time."""
    line = await sandbox(served)
    await line.accepted(trimmed("303"))
    remarks = await explained(line, "303", what="remark")
    assert {("MSG-01", "guid"), ("ORD-12", "currency")} <= remarks
    assert "ENT-01" in {rule for rule, _ in remarks}
    assert not {"ORD-10", "ORD-11", "ORD-13", "MSG-04", "MSG-16"} & {rule for rule, _ in remarks}


async def test_the_receipt_sample_is_stored_once(served: Line) -> None:
    """Nothing of the receipt itself is wrong: 2, 3, 120; the nine copies repeat the key (MSG-13)."""
    line = await sandbox(served)
    await line.accepted(trimmed("403"))
    await line.clock(advance="PT1M")
    assert await statuses(line) == [[2] + [-401007] * 9, [3], [120]]
    document = await line.document("403", *KEYS["403"])
    assert document["state"] == 120
    assert {one["rule"] for one in document["explain"] if one["kind"] == "fault"} == {"MSG-13"}


async def test_the_waybill_sample_is_approved_once(served: Line) -> None:
    """Nothing of the waybill itself is wrong: 2, 3, 399; the nine copies repeat the key (MSG-13)."""
    line = await sandbox(served)
    await line.accepted(trimmed("505"))
    await line.clock(advance="PT1M")
    assert await statuses(line) == [[2] + [-504015] * 9, [3], [399]]
    document = await line.document("505", *KEYS["505"])
    assert document["state"] == 399
    assert {one["rule"] for one in document["explain"] if one["kind"] == "fault"} == {"MSG-13"}


async def test_the_list_sample_is_refused_for_flag_mode_and_arithmetic(served: Line) -> None:
    """ieFlag a (INV-01), tradeMode 0101 (INV-02), 100 x 20 = 200 (INV-05); the copies, drafts, repeat the key."""
    line = await sandbox(served)
    await line.accepted(trimmed("603"))
    [first] = await line.drain(DXP)
    assert first.statuses == [-621001] + [-621004] * 9
    assert await explained(line, "603") == {
        ("INV-01", "ieFlag"),
        ("INV-02", "tradeMode"),
        ("INV-05", "totalPrice"),
    }
    info = first.records[0]["returnInfo"]
    assert all(text in info for text in ("ieFlag:a", "tradeMode:0101", "totalPrice:200"))
    document = await line.document("603", *KEYS["603"])
    arithmetic = next(one for one in document["explain"] if one["rule"] == "INV-05")
    assert arithmetic["path"] == "/CEB603Message/Inventory[1]/InventoryList[1]/totalPrice"
    assert "2000" in arithmetic["expected"]
    assert arithmetic["found"] == "200"


async def test_the_list_sample_has_findings_beside_its_faults(served: Line) -> None:
    """The same unit with two quantities (INV-06), an item of an account book outside a special area (INV-15)."""
    line = await sandbox(served)
    await line.accepted(trimmed("603"))
    remarks = {rule for rule, _ in await explained(line, "603", what="remark")}
    assert {"INV-06", "INV-15", "MSG-01"} <= remarks
    assert "MSG-16" not in remarks, "empty optional fields are no empty mandatory ones"


@pytest.mark.parametrize(
    ("kind", "code", "rules"),
    [
        ("303", -301008, {("MSG-01", "@guid"), ("MSG-01", "guid"), ("ORD-12", "goodsValue"), ("ORD-12", "currency")}),
        ("403", -401009, {("MSG-01", "@guid")}),
        ("505", -504011, {("MSG-01", "@guid")}),
        (
            "603",
            -621001,
            {
                ("MSG-01", "@guid"),
                ("INV-01", "ieFlag"),
                ("INV-02", "tradeMode"),
                ("INV-05", "totalPrice"),
                ("INV-06", "qty1"),
            },
        ),
    ],
)
async def test_strict_refuses_what_standard_remarks(
    served: Line, kind: str, code: int, rules: set[tuple[str, str]]
) -> None:
    """A lower-case guid among others: the document is refused with the code of its kind."""
    line = await sandbox(served, {"base": "strict", "signature": "off"})
    await line.accepted(trimmed(kind))
    [first] = await line.drain(DXP)
    assert first.statuses[0] == code
    assert await explained(line, kind) == rules


async def test_the_samples_together_end_where_the_rules_say(served: Line) -> None:
    """All four in order: receipt 120, waybill 399; of order and list the last copy was refused for its key."""
    line = await sandbox(served)
    for kind in KEYS:
        await line.accepted(trimmed(kind))
    assert (await line.clock(advance="P1D"))["next"] is None
    states = {kind: (await line.document(kind, *KEYS[kind]))["state"] for kind in KEYS}
    assert states == {"303": -301010, "403": 120, "505": 399, "603": -621004}
    found = (await line.control("GET", "/find?q=order2018050711340001")).json["documents"]
    assert [one["kind"] for one in found] == ["303", "403", "505", "603"]
    for one in found:
        for said in one["explain"]:
            assert all(said[name] for name in ("rule", "citation", "basis", "hint_zh", "hint_en"))


async def test_a_closed_registry_knows_nobody_of_the_samples(served: Line) -> None:
    """-10102, before anything of the document is looked at."""
    line = await served.create(clock=MAY_2018, registry=[])
    await line.accepted(trimmed("603"))
    [first] = await line.drain(DXP)
    assert first.statuses == [-10102] * 10
    assert len(records(first.body)) == 10
