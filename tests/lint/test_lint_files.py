"""One file: its verdict, the places of its faults, envelopes opened, documents judged each by itself."""

import json
from typing import Any

import pytest
from lint_messages import DXP_ID, GUID, KINDS, SHIPMENT, STANDARD, STRICT, dxp_msg, found, loud, message, put, value
from lxml import etree

from swsim.fixtures.batch import upload
from swsim.simulator.core.checks_simplified import UNSAID
from swsim.simulator.core.rules import BY_ROW, EVERY, KEY_RULES
from swsim.simulator.lint.examine import MOST_FINDINGS, lint
from swsim.simulator.lint.findings import reason
from swsim.simulator.lint.places import places_of
from swsim.simulator.lint.wire import OF_ENVELOPES, OF_MESSAGES, OF_SEVERAL, WIRE
from swsim.simulator.messages.codec import encode, parse
from swsim.simulator.messages.node import DXP

CODE = {"303": "ebcCode", "403": "ebcCode", "505": "logisticsCode", "507": "operatorCode", "509": "logisticsCode"}
CODE |= {"603": "agentCode", "605": "agentCode", "607": "agentCode", "213": "agentCode", "215": "operatorCode"}
CODE |= {"701": "declAgentCode"}


@pytest.mark.parametrize("how", [STANDARD, STRICT], ids=["standard", "strict"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_sound_is_found_sound(kind: str, how: Any) -> None:
    """Of every kind, a hundred documents: nothing, but that it is not signed yet."""
    file = lint("m.xml", message(kind, 100), how)
    assert {finding.row for finding in file.findings} <= {"MSG-14/missing"} | UNSAID
    assert file.message_type == f"CEB{kind}Message"
    assert file.documents == len(SHIPMENT.documents(kind)[:100])
    assert loud(lint("m.xml", message(kind, 100, prefix="ceb", bom=True), STANDARD)) == []


@pytest.mark.parametrize("kind", EVERY)
def test_an_enterprise_code_is_judged_by_its_form(kind: str) -> None:
    """ENT-11, with its check digit, of every kind; the field's title and section stand beside it."""
    finding = found(put(message(kind), CODE[kind], "91440300708461136X"))["ENT-11"]
    assert (finding.name, finding.severity, finding.value) == (CODE[kind], "refuse", "91440300708461136X")
    assert finding.title_zh
    assert finding.title_en
    assert finding.section.startswith("2.")


def test_a_place_is_that_of_the_start_tag() -> None:
    """Line and column in characters, on one line or indented, whatever stands before it."""
    one_line = put(message("303"), "goodsValue", "1").replace(b"Order", b"Order")
    line, column = found(one_line)["ORD-12"].place
    text = one_line.decode().splitlines()[line - 1]
    assert text[column - 1 :].startswith("<goodsValue>")
    indented = etree.tostring(etree.fromstring(one_line), pretty_print=True, encoding="UTF-8")
    line, column = found(indented)["ORD-12"].place
    assert indented.decode().splitlines()[line - 1][column - 1 :].startswith("<goodsValue>")
    assert line > 5


def test_a_start_tag_over_several_lines_has_the_place_of_its_beginning() -> None:
    """libxml2 alone would tell the line it ends on."""
    data = b'<a>\n <b\n  x="1"\n  />\n</a>'
    root = parse(data)
    assert places_of(data, root, [root[0]]) == {root[0]: (2, 2)}


def test_a_missing_element_is_shown_at_the_one_above() -> None:
    """What is not there has no place of its own."""
    finding = found(put(message("603"), "tradeMode", "1210"))["INV-02/area"]
    assert finding.path == "/CEB603Message/Inventory[1]/InventoryHead/iacCode"
    assert finding.title_zh == "区内企业代码"


def test_documents_that_are_valid_are_judged_beside_one_that_is_not() -> None:
    """The schema refuses one order, a rule finds fault with another: both are told."""
    data = put(put(message("303", 3), "orderType", "EE", place=0), "goodsValue", "1", place=2)
    file = lint("m.xml", data, STANDARD)
    assert [(f.row, f.path) for f in file.findings] == [
        ("XSD", "/CEB303Message/Order[1]/OrderHead/orderType"),
        ("ORD-12", "/CEB303Message/Order[3]/OrderHead/goodsValue"),
    ]
    assert (file.verdict, file.documents) == ("schema_invalid", 3)


def test_a_document_that_is_deleted_need_not_be_right() -> None:
    """As customs judges it: only the message that says so."""
    wrong = put(message("303"), "goodsValue", "1")
    assert loud(lint("m.xml", put(wrong, "appType", "3"), STANDARD)) == []
    assert loud(lint("m.xml", put(put(wrong, "appType", "3"), "appStatus", "9"), STANDARD)) == ["X1/appStatus"]


def test_what_customs_decides_by_keys_is_found_where_one_message_shows_it() -> None:
    """A key twice, an appType that is none."""
    documents = SHIPMENT.documents("303")[:1] * 2
    rows = found(encode(upload(documents, SHIPMENT.trip.firms.agent, guid=GUID)))
    assert set(rows) == {"MSG-13", "MSG-01/twice"}
    assert rows["MSG-13"].path == "/CEB303Message/Order[2]"
    assert found(put(message("303"), "appType", "7"))["X1"].name == "appType"


@pytest.mark.parametrize(
    ("xml", "text", "row"),
    [
        ("dxpMode", "MQS", "MSG-06/mode"),
        ("copCode", " ", "MSG-16/transfer"),
        ("copName", "", "MSG-16/transfer"),
        ("copCode", "12345", "ENT-11/sender"),
    ],
)
def test_the_transfer_is_judged(xml: str, text: str, row: str) -> None:
    """Who sends."""
    assert found(put(message("505"), xml, text))[row].path == f"/CEB505Message/BaseTransfer/{xml}"


def test_an_empty_element_that_stands_for_a_default_is_told() -> None:
    """Of appStatus it is a draft (X6c); others are told too."""
    assert set(found(put(message("303"), "appStatus", ""))) == {"X6c/appStatus"}
    assert found(put(message("303"), "freight", ""))["X6c/default"].name == "freight"


# --- what is no message -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"", (1, 1)),
        (b"  \n", (1, 1)),
        (b"<a>\n<b></a>", (2, 8)),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', (1, 1)),
        ("<a>中</a>".encode("gbk"), (1, 4)),
        (b"\x89PNG\r\n\x1a\n", (1, 1)),
        (b'{"Message": 1}', (1, 1)),
        (b"[]", (1, 1)),
    ],
)
def test_what_cannot_be_read_says_where(data: bytes, place: tuple[int, int]) -> None:
    """Verdict unreadable, one finding, no crash."""
    file = lint("m.xml", data, STANDARD)
    assert file.verdict == "unreadable"
    assert [finding.rule for finding in file.findings] == ["XML"]
    assert file.findings[0].place[0] == place[0]


def test_an_unknown_root_is_no_message() -> None:
    """It says which roots are."""
    file = lint("m.xml", b"<order/>", STANDARD)
    assert file.verdict == "schema_invalid"
    assert "CEB303Message" in file.findings[0].expected


@pytest.mark.parametrize("kind", ["304", "404", "604", "702"])
def test_a_return_is_judged_by_the_schema_alone(kind: str) -> None:
    """Customs makes it."""
    from swsim.simulator.messages.edition import EDITION_202205  # noqa: PLC0415 - of this test

    declared = EDITION_202205.messages[f"CEB{kind}Message"]
    data = f'<CEB{kind}Message xmlns="http://www.chinaport.gov.cn/ceb" guid="{GUID}" version="1.0"/>'.encode()
    file = lint("m.xml", data, STANDARD)
    assert (file.verdict, file.message_type) == ("schema_invalid", declared.xml)


# --- envelopes --------------------------------------------------------------------------------------------------------


def test_an_envelope_is_opened() -> None:
    """One entry: the type of the message inside, a fault at `Data` and at its place inside."""
    data = dxp_msg(put(message("303"), "goodsValue", "1"))
    file = lint("m.xml", data, STANDARD)
    assert (file.envelope, file.message_type, file.documents) == ("DxpMsg", "CEB303Message", 1)
    (finding,) = file.findings
    assert finding.path == "/DxpMsg/Data/CEB303Message/Order[1]/OrderHead/goodsValue"
    assert data.decode().splitlines()[finding.place[0] - 1].startswith("<Data>")
    assert finding.inside == found(put(message("303"), "goodsValue", "1"))["ORD-12"].place
    assert finding.title_zh == "商品金额"


def test_an_envelope_of_a_transport_node_is_opened() -> None:
    """`DxpMsgSv` around a `DxpMsg`."""
    inner = dxp_msg(put(message("303"), "goodsValue", "1")).decode().partition("\n")[2].replace(f' xmlns="{DXP}"', "")
    route = (
        f'<DxpMsgSv xmlns="{DXP}" ver="1.0"><SvNo Ver="1.0"><MsgId>000000012026010509000000000000001</MsgId>'
        "<SendTime>2026-01-05T09:00:00</SendTime><EndNode>1</EndNode><StaNode>2</StaNode></SvNo>"
    ).replace("000000012026010509000000000000001", "00000001202601050900000000000001")
    file = lint("m.xml", f"{route}{inner}</DxpMsgSv>".encode(), STANDARD)
    assert (file.envelope, [finding.path for finding in file.findings]) == (
        "DxpMsgSv",
        ["/DxpMsgSv/DxpMsg/Data/CEB303Message/Order[1]/OrderHead/goodsValue"],
    )


def test_a_json_envelope_is_opened() -> None:
    """As local platforms write it, in either case of its keys."""
    import base64  # noqa: PLC0415 - of this test

    inner = base64.b64encode(put(message("303"), "goodsValue", "1")).decode()
    for keys in (("Message", "MessageBody", "data"), ("message", "messageBody", "data")):
        value: Any = inner
        for key in reversed(keys):
            value = {key: value}
        file = lint("m.json", json.dumps(value).encode(), STANDARD)
        assert (file.envelope, loud(file)) == ("JSON", ["ORD-12"])


def test_what_an_envelope_cannot_carry_is_told() -> None:
    """Something that is no XML, or a kind of faults of its own."""
    assert lint("m.xml", dxp_msg(b"hello"), STANDARD).verdict == "unreadable"
    assert set(found(dxp_msg(b"", CopMsgId=""))) == {"XSD"}


@pytest.mark.parametrize(
    ("changes", "row"),
    [
        ({"MsgType": "CEB603Message"}, "DXP/MsgType"),
        ({"SenderId": "DXPENT0000000000"}, "DXP/SenderId"),
        ({"ReceiverId": "DXPEDCCEB0000002"}, "DXP/ReceiverId"),
    ],
)
def test_an_envelope_fits_its_message(changes: dict[str, str], row: str) -> None:
    """Type, sender, receiver."""
    assert set(found(dxp_msg(message("303"), **changes))) == {row}
    assert value(message("303"), "dxpId") == DXP_ID


def test_every_row_of_the_wire_has_a_case() -> None:
    """A row taken out of its table would fail a test here or in `test_lint_clients`."""
    from test_lint_clients import ERRORS  # noqa: PLC0415 - of this test

    here = {"MSG-06/mode", "MSG-16/transfer", "ENT-11/sender", "X6c/default", "DXP/MsgType", "DXP/SenderId"}
    here |= {"DXP/ReceiverId", "MSG-14/digest", "MSG-01/chunks"}
    assert {row for _, row, _ in ERRORS.values()} | here >= set(WIRE)
    assert len(WIRE) == len(OF_MESSAGES) + len(OF_ENVELOPES) + len(OF_SEVERAL)
    assert not WIRE.keys() & (BY_ROW.keys() | KEY_RULES.keys())


def test_every_row_has_its_reason() -> None:
    """In both languages, with what it rests on."""
    for row in (*BY_ROW, *KEY_RULES, *WIRE, "XML", "XSD"):
        told = reason(row)
        assert told.zh
        assert told.en
        assert str(told.citation)
        assert told.basis


def test_a_changed_message_no_longer_fits_its_signature() -> None:
    """MSG-14: a digest over other bytes."""
    from test_lint_clients import signed  # noqa: PLC0415 - of this test

    assert found(signed())["MSG-14/digest"].severity == "remark"
    assert found(signed(), STRICT)["MSG-14/digest"].severity == "refuse"


def test_findings_of_a_file_are_bounded() -> None:
    """The first are kept, the rest is counted."""
    data = message("303", 100)
    for place in range(data.count(b"<unit>")):
        data = put(data, "unit", "999", place=place)
    data = data.replace(b"<currency>300", b"<currency>999").replace(b"<totalPrice>", b"<totalPrice>9")
    file = lint("m.xml", data, STANDARD)
    units = data.count(b"<unit>")
    assert len(file.findings) + file.left_off >= units
    assert len(file.findings) <= MOST_FINDINGS
