"""Envelopes: opened by content, answered by table 7-1, returns in the form of the message they answer."""

import json

import pytest
from simulator_annex import BROKER, DXP, SELLER, Sale, message, records, root_of
from simulator_envelopes import EXPORT, ID, IMPORT, codes, dxp_msg, dxp_msg_sv, field, inside, json_envelope
from simulator_line import Line

from swsim.simulator.messages.codec import read_envelope, read_message

OTHER, THIRD = "DXPENTTEST000002", "DXPENTTEST000003"
SALE = Sale("ENV-1")
ORDER = message("303", SALE.document("303"))
BROKEN = ORDER.replace(b"<goodsValue>28<", b"<goodsValue>much<")
INSTANT = {"base": "instant"}


def subscribed(*pairs: tuple[str, str], body: bytes = ORDER) -> bytes:
    """A message with BaseSubscribe nodes."""
    nodes = "".join(
        f"<BaseSubscribe><status>{status}</status><dxpMode>DXP</dxpMode><dxpAddress>{address}</dxpAddress></BaseSubscribe>"
        for status, address in pairs
    )
    return body.replace(b"</BaseTransfer>", b"</BaseTransfer>" + nodes.encode())


# --- in ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrap", [dxp_msg, dxp_msg_sv])
async def test_an_envelope_of_the_platform_is_answered_by_a_valid_dxprep(line: Line, wrap: object) -> None:
    """200 `application/xml`; the code of success; OriHead repeats the head; the order is held."""
    got = await line.post(wrap(ORDER))  # type: ignore[operator] # both take the message
    assert (got.status, got.headers["Content-Type"]) == (200, "application/xml; charset=utf-8")
    answer = read_envelope(got.body)
    (response,) = answer.responses
    assert (answer.receiver_id, response.response_code, response.ori_head.cop_msg_id) == (DXP, "0000", ID)
    assert codes(got.body) == {EXPORT: "0000"}
    assert (await line.document("303", *SALE.key("303")))["state"] == 2
    entry = await line.entry("message")
    assert entry["data"]["envelope"]["copMsgId"] == ID


async def test_what_came_in_a_dxpmsg_is_answered_in_a_dxpmsg(line: Line) -> None:
    """Return at once and return later: `Data` on one line, CopMsgId is the message guid, FileName by type and id."""
    assert (await line.control("PUT", "/profile", INSTANT)).status == 200
    assert (await line.post(dxp_msg(ORDER))).status == 200
    taken = await line.drain()
    assert [records(inside(one.body))[0]["returnStatus"] for one in taken] == ["2", "3", "120"]
    for one in taken:
        node, inner = read_envelope(one.body), inside(one.body)
        assert root_of(inner) == node.trans_info.msg_type == "CEB304Message"
        assert node.trans_info.cop_msg_id == read_message(inner).message.guid
        assert node.trans_info.sender_id == EXPORT
        assert [receiver.text for receiver in node.trans_info.receivers.items] == [DXP]
        assert node.add_info.file_name == f"CEB304Message_{node.trans_info.cop_msg_id}.xml"


async def test_a_bare_message_is_answered_bare_beside_an_enveloped_one(line: Line) -> None:
    """The form goes with the message; a list keeps it through every later return."""
    bare, carried = Sale("ENV-2"), Sale("ENV-3")
    await line.accepted(message("303", bare.document("303")))
    await line.post(dxp_msg(message("303", carried.document("303"))))
    await line.clock(advance="PT1H")
    forms = [(b"DxpMsg" in one.body) for one in await line.drain()]
    assert sorted(forms) == [False] * 3 + [True] * 3


async def test_the_form_survives_a_restart_by_being_kept(line: Line) -> None:
    """A return listed and looked at without taking it has the same bytes."""
    await line.post(dxp_msg(ORDER))
    (item,) = await line.listed(dxpId=DXP)
    looked = await line.ask("GET", f"/sandboxes/s/returns/{item['id']}")
    taken = await line.take()
    assert taken is not None
    assert looked.body == taken.body
    assert read_envelope(looked.body).trans_info.msg_type == "CEB304Message"


@pytest.mark.parametrize("camel", [False, True])
async def test_the_json_envelope_is_taken_by_messages_and_by_cebcmsg(line: Line, camel: bool) -> None:
    """Either spelling; /cebcmsg says OK; its returns are bare, and the poll tells them in the client's shape."""
    assert (await line.post(json_envelope(ORDER, camel=camel))).status == 202
    other = message("303", Sale("ENV-4").document("303"))
    got = await line.ask("POST", "/sandboxes/s/cebcmsg", body=json_envelope(other, camel=camel))
    assert (got.status, got.body) == (200, b"OK")
    polled = await line.ask("GET", f"/sandboxes/s/ceb304msg?dxpid={DXP}&qryid=202601050900")
    assert [one["orderno"] for one in polled.json] == ["ENV-1", "ENV-4"]
    assert {key: polled.json[0][key] for key in ("trans_dxpid", "returnstatus", "ebccode", "org_id", "instm")} == {
        "trans_dxpid": DXP,
        "returnstatus": "2",
        "ebccode": SELLER[0],
        "org_id": SELLER[0],
        "instm": "2026-01-05 09:00:00",
    }
    assert polled.json[0]["re_order_guid"]
    assert (await line.ask("GET", f"/sandboxes/s/ceb304msg?dxpid={DXP}&qryid=20260105090001")).json == []
    assert [root_of(one.body) for one in await line.drain()] == ["CEB304Message", "CEB304Message"]


async def test_a_poll_says_what_it_expects(line: Line) -> None:
    assert "dxpid" in (await line.ask("GET", "/sandboxes/s/ceb304msg")).problem["detail"]
    got = await line.ask("GET", f"/sandboxes/s/ceb304msg?dxpid={DXP}&qryid=tomorrow")
    assert got.status == 400
    assert "'tomorrow'" in got.problem["detail"]
    assert (await line.ask("GET", f"/sandboxes/s/ceb303msg?dxpid={DXP}")).status in {404, 405}


@pytest.mark.parametrize(
    "body",
    [b"{", b'{"Message": 3}', b'{"Message":{"MessageBody":{"data":7}}}', b'{"Message":{"MessageBody":{"data":"%%"}}}'],
)
async def test_a_json_envelope_that_is_none_is_a_problem(line: Line, body: bytes) -> None:
    for path in ("messages", "cebcmsg"):
        got = await line.ask("POST", f"/sandboxes/s/{path}", body=body)
        assert got.status == 400
        assert got.problem["code"] == "0001"
    assert (await line.ask("POST", "/sandboxes/s/cebcmsg", body=ORDER)).status == 400


# --- table 7-1 --------------------------------------------------------------------------------------------------------


async def test_a_schema_fault_inside_is_0002_and_a_ceb900_with_the_number_of_the_envelope(line: Line) -> None:
    """CEB900 in a DxpMsg, oriCopMsgId = CopMsgId, the message inside as it was."""
    got = await line.post(dxp_msg(BROKEN))
    assert (got.status, codes(got.body)) == (200, {EXPORT: "0002"})
    assert field(got.body, "ResponseCode") == "0002"
    assert "goodsValue" in field(got.body, "ResponseInfo")
    (told,) = await line.drain()
    record = read_message(inside(told.body)).message.message_return
    assert (record.ori_cop_msg_id, record.ori_message_type) == (ID, "CEB303Message")
    assert record.ori_biz_message.encode() == BROKEN


@pytest.mark.parametrize(("how", "code", "returns"), [("both", "0002", 1), ("sync", "0002", 0), ("async", "0000", 1)])
async def test_the_switch_says_who_tells_a_format_fault(line: Line, how: str, code: str, returns: int) -> None:
    await line.control("PUT", "/profile", {"base": "standard", "format_errors": how})
    assert codes((await line.post(dxp_msg(BROKEN))).body) == {EXPORT: code}
    assert len(await line.drain()) == returns


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (dxp_msg(b"<CEB303Message>"), "0001"),
        (dxp_msg(b"\xff\xfe<\x00"), "0001"),
        (dxp_msg(b"", data="QUJD="), "0002"),
        (dxp_msg(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "0001"),
        (dxp_msg(dxp_msg(ORDER)), "0002"),
        (dxp_msg(b"<a/>"), "0002"),
        (dxp_msg(ORDER).replace(b"</DxpMsg>", b"<Extra/></DxpMsg>"), "0002"),
    ],
)
async def test_a_fault_of_form_has_its_code(line: Line, body: bytes, code: str) -> None:
    """What cannot be read 0001, what breaks a schema (its own or that of the message) 0002."""
    got = await line.post(body)
    assert got.status == 200, got.body
    assert set(codes(got.body).values()) == {code}


async def test_an_envelope_too_broken_to_be_answered_is_a_problem(line: Line) -> None:
    """No head to repeat: 422."""
    got = await line.post(b'<DxpMsg xmlns="http://www.chinaport.gov.cn/dxp" ver="1.0"/>')
    assert (got.status, got.problem["code"]) == (422, "0002")
    rep = await line.post(read_rep())
    assert rep.status == 422
    assert "this is an answer" in rep.problem["detail"]


def read_rep() -> bytes:
    return (
        b'<DxpRep xmlns="http://www.chinaport.gov.cn/dxp" ver="1.0"><RecevierId>X</RecevierId><Response>'
        b"<ResponseCode>0000</ResponseCode><NoticeTime>2026-01-05</NoticeTime><OriHead><CopMsgId>1</CopMsgId>"
        b"<SenderId>X</SenderId><ReceiverIds><ReceiverId>Y</ReceiverId></ReceiverIds>"
        b"<CreatTime>2026-01-05T09:00:00</CreatTime><MsgType/></OriHead></Response></DxpRep>"
    )


async def test_each_receiver_has_its_code_and_who_is_known_gets_a_copy(line: Line) -> None:
    """Customs 0000, a registered user 0000 and a copy, the import system 2002, nobody's number 2001."""
    enterprise = {"code": BROKER[0], "name": BROKER[1], "roles": ["agent"], "dxpIds": [OTHER]}
    await line.control("PUT", "/registry", {"mode": "open", "enterprises": [enterprise]})
    got = await line.post(dxp_msg(ORDER, (EXPORT, OTHER, IMPORT, "DXPNOBODY")))
    assert codes(got.body) == {EXPORT: "0000", OTHER: "0000", IMPORT: "2002", "DXPNOBODY": "2001"}
    assert field(got.body, "ResponseCode") == "2002"
    (copied,) = await line.drain(OTHER)
    assert inside(copied.body) == ORDER
    assert read_envelope(copied.body).trans_info.msg_type == "CEB303Message"
    assert (await line.document("303", *SALE.key("303")))["state"] == 2


@pytest.mark.parametrize(("receiver", "code"), [(IMPORT, "2002"), ("DXPNOBODY", "2001")])
async def test_what_is_not_for_customs_does_not_come_to_customs(line: Line, receiver: str, code: str) -> None:
    """Journaled, answered, no document."""
    got = await line.post(dxp_msg(ORDER, (receiver,)))
    assert codes(got.body) == {receiver: code}
    assert (await line.entry("message-to-others"))["data"]["envelope"]["receiverIds"] == [receiver]
    assert (await line.control("GET", f"/find?q={SALE.order_no}")).json["documents"] == []
    assert await line.drain() == []


async def test_six_receivers_are_too_many(line: Line) -> None:
    """The schema allows five."""
    got = await line.post(dxp_msg(ORDER, [f"R{n}" for n in range(6)]))
    assert got.status == 422
    assert got.problem["code"] == "0002"


# --- subscriptions ----------------------------------------------------------------------------------------------------


async def test_subscribers_get_what_their_status_says(line: Line) -> None:
    """ALL the message and its returns, DATA the message, RET the returns; the sender his returns as ever."""
    await line.control("PUT", "/profile", INSTANT)
    body = subscribed(("ALL", OTHER), ("DATA", THIRD), ("RET", "DXPENTTEST000004"))
    await line.accepted(body)
    mine = [one.body for one in await line.drain()]
    assert len(mine) == 3
    assert [one.body for one in await line.drain(OTHER)] == [body, *mine]
    assert [one.body for one in await line.drain(THIRD)] == [body]
    assert [one.body for one in await line.drain("DXPENTTEST000004")] == mine


async def test_a_copy_of_an_enveloped_message_comes_in_an_envelope_of_its_own(line: Line) -> None:
    """The message byte for byte, ExtendMessage with it."""
    extended = ORDER.replace(
        b"</CEB303Message>",
        b"<ExtendMessage><name>x</name><version>1</version><Message><own>1</own></Message></ExtendMessage></CEB303Message>",
    )
    body = subscribed(("ALL", OTHER), body=extended)
    got = await line.post(dxp_msg(body))
    assert codes(got.body) == {EXPORT: "0000"}
    data, told = await line.drain(OTHER)
    assert inside(data.body) == body
    assert read_envelope(told.body).trans_info.receivers.items[0].text == OTHER
    (own,) = await line.drain()
    assert inside(told.body) == inside(own.body)


async def test_an_unknown_subscription_is_a_finding_and_delivers_nothing(line: Line) -> None:
    """SUB-01 stands in the document's explanation; the message is taken in."""
    await line.accepted(subscribed(("SOME", OTHER)))
    document = await line.document("303", *SALE.key("303"))
    (finding,) = [one for one in document["explain"] if one["rule"] == "SUB-01"]
    assert (finding["found"], finding["kind"]) == ("SOME", "remark")
    assert finding["path"] == "/CEB303Message/BaseSubscribe[1]/status"
    assert await line.drain(OTHER) == []


# --- form of a return -------------------------------------------------------------------------------------------------


async def test_the_form_of_a_return_is_switched(line: Line) -> None:
    """Prefix, BOM, no declaration, one record a return; enveloped ones follow with `dxp:`."""
    switches = {"base": "standard", "prefix": "ceb", "bom": "yes", "declaration": "none", "records": 1}
    assert (await line.control("PUT", "/profile", switches)).status == 200
    two = [Sale("ENV-5").document("303"), Sale("ENV-6").document("303")]
    await line.post(dxp_msg(message("303", *two)))
    taken = await line.drain()
    assert len(taken) == 2
    for one in taken:
        assert one.body.startswith(b"\xef\xbb\xbf<dxp:DxpMsg ")
        assert inside(one.body).startswith(b"\xef\xbb\xbf<ceb:CEB304Message ")
        assert len(records(inside(one.body))) == 1


async def test_declaration_standalone_as_in_captures(line: Line) -> None:
    await line.control("PUT", "/profile", {"base": "standard", "declaration": "standalone"})
    await line.accepted(ORDER)
    (one,) = await line.drain()
    assert one.body.startswith(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>')


@pytest.mark.parametrize(
    ("switch", "value"),
    [("records", 0), ("records", 101), ("records", True), ("bom", True), ("declaration", "maybe"), ("receiver", ""),
     ("receiver", "X" * 17), ("success_code", 0)],
)  # fmt: skip
async def test_a_switch_says_what_it_expects(line: Line, switch: str, value: object) -> None:
    got = await line.control("PUT", "/profile", {"base": "standard", switch: value})
    assert got.status == 400
    assert switch in got.problem["detail"]


async def test_code_of_success_and_receiver_are_profile_data(line: Line) -> None:
    await line.control("PUT", "/profile", {"base": "standard", "success_code": "1", "receiver": "DXPTESTCUSTOMS"})
    assert codes((await line.post(dxp_msg(ORDER, ("DXPTESTCUSTOMS",)))).body) == {"DXPTESTCUSTOMS": "1"}
    (one,) = await line.drain()
    assert read_envelope(one.body).trans_info.sender_id == "DXPTESTCUSTOMS"


async def test_a_dry_run_of_an_envelope_keeps_nothing(line: Line) -> None:
    got = await line.post(dxp_msg(ORDER), dryRun="true")
    assert json.loads(got.body)["status"] == "dry-run"
    assert await line.journal() == []


async def test_an_envelope_is_read_in_a_reading_process_as_well(tmp_path: object) -> None:
    """Cover and refused message cross the process boundary."""
    from pathlib import Path  # noqa: PLC0415 - only here

    from simulator_line import serving  # noqa: PLC0415 - only here

    assert isinstance(tmp_path, Path)
    async with serving(tmp_path / "store.sqlite3", readers=1) as served:
        line = await served.create()
        assert codes((await line.post(dxp_msg(ORDER))).body) == {EXPORT: "0000"}
        assert codes((await line.post(dxp_msg(BROKEN))).body) == {EXPORT: "0002"}
        taken = await line.drain()
        assert read_message(inside(taken[1].body)).message.message_return.ori_biz_message.encode() == BROKEN
