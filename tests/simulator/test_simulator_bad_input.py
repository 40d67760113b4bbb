"""Bad input: the contract's answer, nothing lost, and the next good message passes."""

import asyncio
import gzip
import logging
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from simulator_annex import DXP, NAMESPACE, Sale, guid, message
from simulator_line import Got, Line, serving

SALE = Sale("O-1")
ORDER = message("303", SALE.document("303"))
XML = ORDER.decode()
BOM = b"\xef\xbb\xbf"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))


def with_dtd(dtd: str, value: str = "") -> bytes:
    """The good order with a DTD, and `value` where a text could be."""
    head, root = XML.split("\n", 1)
    text = root.replace("TEST item 1", value) if value else root
    return f"{head}\n{dtd}{text}".encode()


def deep(levels: int) -> bytes:
    return (f'<CEB303Message guid="{guid("deep")}" version="1.0" xmlns="{NAMESPACE}">').encode() + (
        b"<Order>" * levels + b"</Order>" * levels + b"</CEB303Message>"
    )


UNREADABLE = {
    "empty": b"",
    "blank": b" \r\n\t",
    "only a BOM": BOM,
    "text": b"hello",
    "JSON": b'{"a": 1}',
    "zeros": b"\x00" * 64,
    "one zero byte before the XML": b"\x00" + ORDER,
    "noise": bytes(range(256)),
    "cut": ORDER[:-20],
    "two roots": ORDER + b"<b/>",
    "text behind the root": ORDER + b"x",
    "unknown entity": XML.replace("TEST item 1", "&nobody;").encode(),
    "forbidden character": XML.replace("TEST item 1", "&#1;").encode(),
    "unquoted attribute": b"<a b=c/>",
    "bare ampersand": XML.replace("TEST item 1", "A & B").encode(),
    "DTD": with_dtd("<!DOCTYPE CEB303Message>"),
    "DTD behind a comment": with_dtd("<!-- a --><?pi b?>\n<!DOCTYPE CEB303Message>"),
    "DTD behind a BOM": BOM + with_dtd("<!DOCTYPE CEB303Message>"),
    "entity": with_dtd('<!DOCTYPE a [<!ENTITY e "x">]>', "&e;"),
    "parameter entity": with_dtd('<!DOCTYPE a [<!ENTITY % e SYSTEM "file:///etc/passwd"> %e;]>'),
    "billion laughs": with_dtd(f"<!DOCTYPE a [{LAUGHS}]>", "&l9;"),
    "10,000 levels": deep(10_000),
    "one text of 11 MB": XML.replace("TEST item 1", "x" * 11_000_000).encode(),
}
ENCODINGS = {
    "UTF-16 with BOM": XML.replace("UTF-8", "UTF-16").encode("utf-16"),
    "UTF-16 little, no BOM": XML.replace("UTF-8", "UTF-16").encode("utf-16-le"),
    "UTF-16 big, no BOM": XML.replace("UTF-8", "UTF-16").encode("utf-16-be"),
    "UTF-16 said, UTF-8 sent": XML.replace("UTF-8", "UTF-16").encode(),
    "GBK": XML.replace("UTF-8", "GBK").encode("gbk"),
    "GB2312": XML.replace("UTF-8", "gb2312").encode("gbk"),
    "GB18030": XML.replace('"UTF-8"', "'GB18030'").encode("gb18030"),
    "GBK unsaid": XML.encode("gbk"),
    "Latin-1": XML.replace("UTF-8", "ISO-8859-1").encode(),
}
INVALID = {
    "unknown root": XML.replace("CEB303Message", "CEB999Message").encode(),
    "another edition's root": XML.replace("CEB303Message", "CEB311Message").encode(),
    "a document without a message": f'<Order xmlns="{NAMESPACE}"/>'.encode(),
    "wrong namespace": XML.replace(NAMESPACE, "http://www.chinaport.gov.cn/CEB").encode(),
    "no namespace": XML.replace(f' xmlns="{NAMESPACE}"', "").encode(),
    "no document": message("303"),
    "101 orders": message("303", *(Sale(f"N-{n}").document("303") for n in range(101))),
    "101 lines": message("303", Sale("O-101", lines=[("1", "1", "1")] * 101).document("303")),
    "200 levels": deep(200),
    "fields out of order": XML.replace("<currency>142</currency></OrderHead>", "</OrderHead>")
    .replace("<freight>", "<currency>142</currency><freight>")
    .encode(),
    "unknown field": XML.replace("<freight>", "<colour>red</colour><freight>").encode(),
    "field twice": XML.replace("<freight>0</freight>", "<freight>0</freight><freight>0</freight>").encode(),
    "guid of 35": XML.replace("<guid>", "<guid>", 1).replace(guid("303/O-1/1/20260105090000"), "A" * 35).encode(),
    "no guid attribute": message("303", SALE.document("303"), attributes='version="1.0"'),
    "money in words": XML.replace(">28<", ">twenty-eight<").encode(),
    "money in E notation": XML.replace(">28<", ">2.8E1<").encode(),
    "six decimals": XML.replace(">28<", ">28.000001<").encode(),
    "a date of 12 digits": XML.replace(">20260105090000<", ">202601050900<").encode(),
    "empty number": XML.replace("<qty>2</qty>", "<qty/>").encode(),
    "text between elements": XML.replace("<OrderList>", "x<OrderList>", 1).encode(),
}


async def the_next_good_message_passes(line: Line) -> None:
    """The process lives and takes messages as if nothing had been."""
    assert (await line.ask("GET", "/healthz")).status == 200
    answer = await line.accepted(message("303", Sale("O-good").document("303")))
    assert answer["documents"] == 1


def refused(got: Got, status: int, code: str) -> None:
    """A problem document as the contract has it, with at least one fault that can be found in the message."""
    value = got.problem
    assert (got.status, value["code"]) == (status, code)
    assert value["id"].startswith("M")
    assert 1 <= len(value["errors"]) <= 20
    for one in value["errors"]:
        assert one.keys() >= {"line", "path", "value", "expected", "title_zh", "title_en", "section"}
        assert one["line"] >= 1
        assert one["path"].startswith("/")
        assert one["expected"]


@pytest.fixture(autouse=True)
def nothing_is_logged_as_an_error(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Bad input is the client's fault: the simulator has nothing to complain about in its own log."""
    yield
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("name", UNREADABLE)
async def test_bytes_that_are_no_acceptable_xml_are_400_0001(line: Line, name: str) -> None:
    """Empty, not well-formed, or with a DTD; the bytes are journaled, no return is made."""
    refused(await line.post(UNREADABLE[name]), 400, "0001")
    [entry] = await line.journal()
    assert (entry["what"], entry["data"]["code"]) == ("refused-message", "0001")
    assert await line.listed() == []
    await the_next_good_message_passes(line)


@pytest.mark.parametrize("name", ENCODINGS)
async def test_another_encoding_than_utf_8_is_refused_with_the_reason(line: Line, name: str) -> None:
    """UTF-16 and GBK are 400; the answer names UTF-8."""
    got = await line.post(ENCODINGS[name])
    refused(got, 400, "0001")
    assert "UTF-8" in got.problem["detail"]
    await the_next_good_message_passes(line)


async def test_an_external_entity_is_never_opened(line: Line, tmp_path: Path) -> None:
    """No answer and no return holds what stands in the file."""
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET")
    bodies = [
        with_dtd(f'<!DOCTYPE a [<!ENTITY e SYSTEM "{secret.as_uri()}">]>', "&e;"),
        with_dtd(f'<!DOCTYPE a SYSTEM "{secret.as_uri()}">'),
        XML.replace(
            "<orderNo>", f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}"/><orderNo>'
        ).encode(),
    ]
    for body in bodies:
        got = await line.post(body)
        assert got.status in {400, 422}
        assert b"TOP-SECRET" not in got.body
    assert b"TOP-SECRET" not in b"".join(one.body for one in await line.drain())
    await the_next_good_message_passes(line)


@pytest.mark.parametrize("name", INVALID)
async def test_xml_that_breaks_the_schema_is_422_0002(line: Line, name: str) -> None:
    """With line, path, value and what was expected; it is journaled."""
    refused(await line.post(INVALID[name]), 422, "0002")
    [entry] = [one for one in await line.journal() if one["kind"] == "input"]
    assert (entry["what"], entry["data"]["code"]) == ("refused-message", "0002")
    assert (await line.control("GET", "")).json["documents"] == []
    await the_next_good_message_passes(line)


async def test_a_schema_fault_is_found_where_it_stands(line: Line) -> None:
    """Line, path, value, the field's titles in both languages and its section."""
    body = XML.replace("<price>12.50</price>", "\n\n<price>12,50</price>").encode()
    [fault] = (await line.post(body)).problem["errors"]
    assert fault["line"] == 4
    assert fault["path"] == "/CEB303Message/Order[1]/OrderList[1]/price"
    assert fault["value"] == "12,50"
    assert "N19,5" in fault["expected"]
    assert fault["title_zh"] == "单价"
    assert fault["section"] == "2.1.4"


@pytest.mark.parametrize("prefix", [b"ceb", b"ns2", b"x-1"])
async def test_a_schema_fault_is_found_under_any_prefix(line: Line, prefix: bytes) -> None:
    """Serialisers choose their own; the path names the elements without it."""
    body = message("303", SALE.document("303"), prefix=True).replace(b">28<", b">much<")
    foreign = b'<y:extra xmlns:y="urn:y"/><ceb:orderNo>'
    for wrong, path in ((body, "goodsValue"), (body.replace(b"<ceb:orderNo>", foreign), "extra")):
        got = await line.post(wrong.replace(b"ceb:", prefix + b":").replace(b":ceb=", b":" + prefix + b"="))
        refused(got, 422, "0002")
        assert got.problem["errors"][0]["path"] == f"/CEB303Message/Order[1]/OrderHead/{path}"


async def test_a_return_sent_to_customs_is_422(line: Line) -> None:
    """A valid message in the wrong direction is told which ones customs takes."""
    await line.accepted(ORDER)
    [told] = await line.drain()
    got = await line.post(told.body)
    refused(got, 422, "0002")
    assert "CEB303Message" in got.problem["errors"][0]["expected"]


async def test_a_body_over_the_limit_is_413(tmp_path: Path) -> None:
    """The limit is configurable; one byte less is read, and what is too large is not journaled."""
    limit = 100_000
    async with serving(tmp_path / "store.sqlite3", max_body=limit) as line:
        padded = ORDER + b" " * (limit - len(ORDER))
        assert (await line.post(padded)).status == 202
        got = await line.post(padded + b" ")
        assert got.status == 413
        assert str(limit) in got.problem["detail"]
        assert len([e for e in await line.journal() if e["kind"] == "input"]) == 1
        await the_next_good_message_passes(line)


async def test_the_limit_is_16_mib_by_default(line: Line) -> None:
    """17 MiB are too much, in one piece or in chunks; the largest message there is in practice (14 MB) passes."""
    assert (await line.post(b" " * (17 << 20))).problem["status"] == 413

    async def chunks() -> object:
        for _ in range(17):
            yield b" " * (1 << 20)

    got = await line.ask("POST", "/sandboxes/s/messages", data=chunks())
    assert got.problem["status"] == 413
    large = Sale("O-0", lines=[("1", "1", "1")] * 100).document("303", goodsValue="100")
    large = large.replace("测试商品", "测" * 400)
    body = message("303", *(large.replace("O-0", f"O-{n}") for n in range(1, 101)))
    assert 13 << 20 < len(body) < 16 << 20
    assert (await line.accepted(body))["documents"] == 100
    await the_next_good_message_passes(line)


async def test_a_compressed_bomb_does_not_pass_the_limit(line: Line) -> None:
    """What counts is the size once unpacked; packed nonsense is a bad request."""
    headers = {"Content-Encoding": "gzip"}
    for body, statuses in ((gzip.compress(b" " * (40 << 20), 1), {413}), (b"no gzip", {400})):
        async with line.session.post(f"{line.url}/sandboxes/s/messages", data=body, headers=headers) as answer:
            assert answer.status in statuses
            assert b"Traceback" not in await answer.read()
    await the_next_good_message_passes(line)


async def test_an_unknown_sandbox_is_404(line: Line) -> None:
    """And nothing of it reaches another sandbox."""
    got = await line.ask("POST", "/sandboxes/nobody/messages", body=ORDER)
    assert got.problem["status"] == 404
    assert await line.journal() == []
    await the_next_good_message_passes(line)


# --- clients that break off -------------------------------------------------------------------------------------------


def request(body: bytes, length: int | None = None) -> bytes:
    """A POST as bytes; `length` is what the header says."""
    head = f"POST /sandboxes/s/messages HTTP/1.1\r\nHost: x\r\nContent-Length: {length or len(body)}\r\n\r\n"
    return head.encode() + body


async def dial(line: Line, data: bytes, *, reset: bool) -> None:
    """Send bytes and hang up without reading, politely or with a reset."""
    _, writer = await asyncio.open_connection("127.0.0.1", line.port)
    writer.write(data)
    await writer.drain()
    if reset:
        raw: socket.socket = writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        writer.transport.abort()
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


@pytest.mark.parametrize("reset", [False, True])
async def test_a_body_cut_in_the_upload_leaves_nothing(line: Line, *, reset: bool) -> None:
    """Half a message is no message: nothing is journaled, nothing is answered to anyone."""
    for size in (0, 100, len(ORDER) - 1):
        await dial(line, request(ORDER[:size], len(ORDER)), reset=reset)
    await dial(
        line,
        b"POST /sandboxes/s/messages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n<a",
        reset=reset,
    )
    await the_next_good_message_passes(line)
    assert [e["n"] for e in await line.journal() if e["kind"] == "input"] == [1]


@pytest.mark.parametrize("count", [1, 100])
async def test_a_client_that_goes_away_before_the_answer_has_sent_its_message(line: Line, count: int) -> None:
    """The whole message came, so it is decided and kept, and its return waits."""
    body = message("603", *(Sale(f"G-{n}").document("603") for n in range(count)), name="gone")
    await dial(line, request(body), reset=False)
    entry = await line.entry("return")
    assert entry["data"]["messageType"] == "CEB604Message"
    [told] = await line.drain()
    assert told.statuses == [2] * count
    await the_next_good_message_passes(line)


async def test_a_reader_that_goes_away_takes_no_return_with_it(line: Line) -> None:
    """A long poll whose client hung up does not eat the return that comes later."""
    _, writer = await asyncio.open_connection("127.0.0.1", line.port)
    writer.write(f"GET /sandboxes/s/returns/next?dxpId={DXP}&wait=30 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    await writer.drain()
    assert await line.take("DXPENTOTHER00001", wait=0.1) is None
    writer.close()
    await writer.wait_closed()
    assert await line.take("DXPENTOTHER00001", wait=0.1) is None
    await line.accepted(ORDER)
    assert await line.take(wait=5) is not None


async def test_garbage_instead_of_http_ends_that_connection_only(line: Line) -> None:
    """The next client is served."""
    for data in (b"\x16\x03\x01\x02\x00\x01\x00", b"hello\r\n\r\n", b"POST / HTTP/9.9\r\n\r\n"):
        await dial(line, data, reset=False)
    await the_next_good_message_passes(line)


# --- what is odd, but good --------------------------------------------------------------------------------------------


GOOD = {
    "BOM": BOM + ORDER,
    "BOM, no declaration": BOM + XML.split("\n", 1)[1].encode(),
    "no declaration": XML.split("\n", 1)[1].encode(),
    "lower-case utf-8": XML.replace("UTF-8", "utf-8").encode(),
    "standalone": XML.replace("?>", ' standalone="yes"?>', 1).encode(),
    "CRLF": XML.replace("\n", "\r\n").encode(),
    "prefix ceb": message("303", SALE.document("303"), prefix=True),
    "prefix ns2": message("303", SALE.document("303"), prefix=True)
    .replace(b"ceb:", b"ns2:")
    .replace(b":ceb=", b":ns2="),
    "comments and instructions": XML.replace("<OrderList>", "<!-- a --><?b c?><OrderList>").encode(),
    "a comment inside a value": XML.replace("O-1<", "O<!-- a -->-1<").encode(),
    "CDATA": XML.replace("TEST item 1", "<![CDATA[A & B <c>]]>").encode(),
    "character references": XML.replace("TEST item 1", "&#x6D4B;&#35797;").encode(),
    "blank lines behind": ORDER + b"\n\n",
    "comment before the root": XML.replace("\n", "\n<!-- by hand -->\n", 1).encode(),
    "xsi declared": XML.replace(" xmlns=", ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns=', 1).encode(),
}


@pytest.mark.parametrize("name", GOOD)
async def test_every_good_form_of_a_message_is_the_same_order(line: Line, name: str) -> None:
    """A UTF-8 BOM (the official samples carry one), any prefix, comments, CDATA: the order O-1 is taken."""
    await line.accepted(GOOD[name])
    assert (await line.document("303", *SALE.key("303")))["state"] == 2


async def test_an_empty_element_with_a_default_has_the_default(line: Line) -> None:
    """`<freight/>` is valid by XSD 1.0 and means 0; `<fFlag/>` means 3; `<appStatus/>` of an order means draft (1)."""
    await line.accepted(message("303", SALE.document("303").replace("<freight>0</freight>", "<freight/>")))
    assert (await line.document("303", *SALE.key("303")))["state"] == 2
    await line.accepted(message("603", SALE.document("603").replace("<fFlag>3</fFlag>", "<fFlag></fFlag>")))
    assert (await line.document("603", *SALE.key("603")))["state"] == 2
    draft = Sale("O-2")
    await line.accepted(message("303", draft.document("303").replace("<appStatus>2</appStatus>", "<appStatus/>")))
    assert (await line.document("303", *draft.key("303")))["state"] == 1


@pytest.mark.parametrize(("field", "status"), [("<unit2/>", 202), ("<qty2/>", 422)])
async def test_an_empty_element_without_a_default_is_what_the_schema_says(line: Line, field: str, status: int) -> None:
    """`<unit2/>` may be empty, `<qty2/>` is no number."""
    document = SALE.document("603")
    before = "<unit>" if field == "<qty2/>" else "<price>"
    assert (await line.post(message("603", document.replace(before, field + before)))).status == status
