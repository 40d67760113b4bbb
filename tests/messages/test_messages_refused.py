"""What cannot be read, and what the schema refuses."""

import re
import time
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree
from message_samples import ENVELOPES, ROOTS, SIGNATURE, full
from test_messages_codec import BOM

from swsim.simulator.messages import codec
from swsim.simulator.messages.codec import (
    Invalid,
    Unreadable,
    encode,
    fault_of_direction,
    parse,
    read_envelope,
    read_message,
)
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.node import CEB
from swsim.simulator.messages.transfer import ExtendMessage

GOOD = encode(full("CEB303Message"))
BODY = GOOD.partition(b"\n")[2]
ENTITY = b'<!DOCTYPE x [<!ENTITY e "expanded">]>'
UNREADABLE: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "", "an XML document, the body is empty"),
    "blank": (b" \r\n\t", "", "an XML document, the body is empty"),
    "byte order mark alone": (BOM, "", "an XML document, the body is empty"),
    "not XML": (b'{"guid": 1}', "", "well-formed XML"),
    "cut in the middle": (GOOD[: len(GOOD) // 2], "", "well-formed XML"),
    "two roots": (GOOD + BODY, "", "well-formed XML"),
    "text behind": (GOOD + b"x", "", "well-formed XML"),
    "space before the declaration": (b" " + GOOD, "", "well-formed XML"),
    "DTD": (b"<!DOCTYPE x>" + BODY, "<!DOCTYPE", "without DTD and entities"),
    "DTD behind the declaration": (b"<?xml version='1.0'?>" + ENTITY + BODY, "<!DOCTYPE", "without DTD"),
    "DTD behind comment and instruction": (b"<!-- <a> --> <?p <?x?>\n" + ENTITY + BODY, "<!DOCTYPE", "without DTD"),
    "DTD behind a byte order mark": (BOM + ENTITY + BODY, "<!DOCTYPE", "without DTD and entities"),
    "DTD behind two byte order marks": (BOM + BOM + ENTITY + BODY, "<!DOCTYPE", "without DTD and entities"),
    "external DTD": (b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + BODY, "<!DOCTYPE", "without DTD"),
    "entity nobody declared": (GOOD.replace(b"<note>", b"<note>&e;", 1), "", "Entity 'e' not defined"),
    "UTF-16": (BODY.decode().encode("utf-16"), "UTF-16", "encoding UTF-8"),
    "UTF-16 without mark": (BODY.decode().encode("utf-16-le"), "UTF-16", "encoding UTF-8"),
    "UTF-16 big end": (BODY.decode().encode("utf-16-be"), "UTF-16", "encoding UTF-8"),
    "UTF-32": (BODY.decode().encode("utf-32"), "UTF-16", "encoding UTF-8"),
    "GBK as declared": (b'<?xml version="1.0" encoding="GBK"?>' + BODY, "GBK", "encoding UTF-8"),
    "gb18030, single quotes": (b"<?xml version='1.0' encoding='gb18030' ?>" + BODY, "gb18030", "encoding UTF-8"),
    "GBK undeclared": (
        GOOD.replace(b"<note>", b"<note>" + "订".encode("gbk"), 1),
        "bytes of another",
        "encoding UTF-8",
    ),
    "control character": (GOOD.replace(b"<note>", b"<note>\x01", 1), "", "well-formed XML"),
    "no end of nesting": (b"<a>" * 5000 + b"</a>" * 5000, "", "well-formed XML: Excessive depth"),
    "undeclared prefix": (b"<q:CEB303Message/>", "", "well-formed XML"),
}


@pytest.mark.parametrize(("data", "value", "expected"), UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable_bytes_are_refused_with_the_reason(data: bytes, value: str, expected: str) -> None:
    """0001 with one fault: line, value and what was expected; nothing is parsed twice and nothing crashes."""
    with pytest.raises(Unreadable) as refused:
        read_message(data)
    (fault,) = refused.value.faults
    assert refused.value.code == "0001"
    assert expected in fault.expected
    assert fault.value.startswith(value)
    assert fault.line >= 1
    assert fault.path.startswith("/")
    assert str(refused.value) == f"line {fault.line}, {fault.path}: expected {fault.expected}, got {fault.value!r}"


@pytest.mark.parametrize(
    "data", [GOOD, BOM + GOOD, BODY, GOOD.replace(b"UTF-8", b"utf-8"), GOOD.replace(b"UTF-8", b"UTF8")]
)
def test_utf_8_is_accepted_in_every_spelling(data: bytes) -> None:
    """With a byte order mark, without a declaration, in small letters."""
    assert read_message(data).message == full("CEB303Message")


LAUGHS = b"<!DOCTYPE l [<!ENTITY a0 'ha'>%b]>" % b"".join(
    b"<!ENTITY a%d '%b'>" % (level, b"&a%d;" % (level - 1) * 10) for level in range(1, 12)
)


@pytest.mark.parametrize("seen", [True, False], ids=["seen before parsing", "seen after parsing"])
def test_entities_are_never_expanded(seen: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A billion laughs is refused in no time; even unseen by the first look it would not be expanded."""
    if not seen:
        monkeypatch.setattr(codec, "_DOCTYPE", re.compile(rb"(?!)"))
    start = time.perf_counter()
    for body in (b"<l>&a11;</l>", b"<l k='&a2;'/>", BODY.replace(b"<note>", b"<note>&a11;", 1)):
        with pytest.raises(Unreadable):
            read_message(LAUGHS + body)
    assert time.perf_counter() - start < 5


def test_an_external_entity_is_not_fetched(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text of a file named by an entity never gets into a message."""
    monkeypatch.setattr(codec, "_DOCTYPE", re.compile(rb"(?!)"))
    secret = tmp_path / "secret"
    secret.write_text("SECRET", "utf-8")
    dtd = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
    with pytest.raises(Unreadable) as refused:
        parse(dtd + BODY.replace(b"<note>", b"<note>&e;", 1))
    assert "SECRET" not in str(refused.value)


NAMESPACE = f' xmlns="{CEB}"'.encode()
WRONG_ROOTS = {
    "unknown root": BODY.replace(b"CEB303Message", b"CEB999Message"),
    "a document alone": BODY[BODY.index(b"<Order>") : BODY.index(b"</Order>") + 8].replace(
        b"<Order>", b"<Order%b>" % NAMESPACE, 1
    ),
    "a node alone": b"<BaseTransfer%b/>" % NAMESPACE,
    "no namespace": BODY.replace(NAMESPACE, b""),
    "another namespace": BODY.replace(NAMESPACE, b' xmlns="http://www.chinaport.gov.cn/CEB"'),
    "a signature": SIGNATURE.encode(),
    "200 levels": b"<a>" * 200 + b"</a>" * 200,
    "CEB900 of another namespace": b"<CEB900Message xmlns='urn:x'/>",
}


@pytest.mark.parametrize("data", WRONG_ROOTS.values(), ids=WRONG_ROOTS)
def test_a_wrong_root_is_told_what_roots_there_are(data: bytes) -> None:
    """0002 with one fault that names the root as found, every message, and the namespace."""
    with pytest.raises(Invalid) as refused:
        read_message(data)
    (fault,) = refused.value.faults
    root = etree.fromstring(data)
    assert (fault.line, fault.value) == (1, root.tag)
    assert fault.path == f"/{etree.QName(root).localname}"
    assert all(name in fault.expected for name in (*ROOTS, CEB))
    assert (refused.value.code, refused.value.root) == ("0002", etree.QName(root).localname)


def test_deep_nesting_inside_a_message_is_a_fault_of_the_schema() -> None:
    """200 levels in a note: refused at the first of them, and inside an extension they pass unread."""
    with pytest.raises(Invalid) as refused:
        read_message(GOOD.replace(b"<note>", b"<note>" + b"<a>" * 200 + b"</a>" * 200, 1))
    assert refused.value.faults[0].path == "/CEB303Message/Order[1]/OrderHead/note"
    deep = f'<ceb:Message xmlns:ceb="{CEB}"><a xmlns="urn:y">{"<a>" * 199}{"</a>" * 200}</ceb:Message>'
    message = full("CEB303Message")
    extended = message.replaced(extend_message=ExtendMessage(name="n", version="1", message=deep))
    assert read_message(encode(extended)).message == extended


def test_a_hundred_documents_pass_and_one_more_does_not() -> None:
    """MSG-07 by the schema: the fault stands at the 101st document, or line."""
    message = full("CEB303Message")
    order = message.documents[0]
    assert len(read_message(encode(message.replaced(documents=(order,) * 100))).message.documents) == 100
    with pytest.raises(Invalid) as refused:
        read_message(encode(message.replaced(documents=(order,) * 101)))
    assert [fault.path for fault in refused.value.faults] == ["/CEB303Message/Order[101]"]
    lines = order.replaced(lines=order.lines[:1] * 101)
    with pytest.raises(Invalid) as refused:
        read_message(encode(message.replaced(documents=(lines,))))
    assert [fault.path for fault in refused.value.faults] == ["/CEB303Message/Order[1]/OrderList[101]"]


TAKEN_IN = f"a message to customs: {', '.join(sorted(EDITION_202205.by_root))}"


@pytest.mark.parametrize("root", [root for root in ROOTS if root not in EDITION_202205.by_root])
def test_what_customs_does_not_take_in_is_read_and_told_why(root: str) -> None:
    """A return, or a message without rules yet, has no business here; the fault names it and what may be sent."""
    data = encode(full(root))
    assert read_message(data).business is None
    fault = fault_of_direction(parse(data))
    message = EDITION_202205.messages[root]
    assert (fault.line, fault.path, fault.value) == (2, f"/{root}", root)
    assert (fault.title_zh, fault.title_en, fault.section) == (message.zh, message.en, message.section)
    yet = (
        "" if root not in EDITION_202205.declared else "a message that is taken in already (this one is valid, but has "
    )
    assert fault.expected == f"{yet}{'no rules yet): ' if yet else ''}{TAKEN_IN}"


def test_what_is_taken_in_is_data() -> None:
    """Eleven businesses are declared; one is taken in by adding its number, and only then the reader has it."""
    assert len(EDITION_202205.declared) == 11
    assert set(EDITION_202205.by_number) == EDITION_202205.taken_in
    few = replace(EDITION_202205, taken_in=frozenset({"303"}))
    more = replace(few, taken_in=few.taken_in | {"507"})
    data = encode(full("CEB507Message"))
    assert read_message(data, few).business is None
    told = fault_of_direction(parse(data), few).expected
    assert told.startswith("a message that is taken in already (this one is valid, but has no rules yet): ")
    assert told.endswith("a message to customs: CEB303Message")
    assert more.by_root["CEB507Message"].answer is EDITION_202205.messages["CEB508Message"]
    assert read_message(data, more).business is more.by_number["507"]


@pytest.mark.parametrize("root", ENVELOPES)
def test_an_envelope_is_no_message_of_its_own(root: str) -> None:
    """Refused with its name and titles as long as envelopes are not opened; and a message is no envelope."""
    with pytest.raises(Invalid) as refused:
        read_message(encode(full(root)))
    (fault,) = refused.value.faults
    assert fault.expected.startswith(
        "the message without its envelope, which is not opened yet: a root of CEB213Message"
    )
    assert (fault.path, fault.title_zh, fault.section) == (f"/{root}", ENVELOPES[root].zh, ENVELOPES[root].section)
    with pytest.raises(Invalid) as refused:
        read_envelope(encode(full("CEB303Message")))
    assert "a root of DxpMsg, DxpMsgSv, DxpRep in namespace" in refused.value.faults[0].expected


def test_a_refusal_keeps_what_is_known_of_the_message() -> None:
    """Root, guid and dxpId serve the CEB900; where there is no transfer node the dxpId is empty."""
    message = full("CEB603Message").replaced(guid="G" * 36)
    broken = encode(message).replace(b"<copNo>", b"<cop>").replace(b"</copNo>", b"</cop>")
    with pytest.raises(Invalid) as refused:
        read_message(broken)
    found = refused.value
    assert (found.root, found.guid, found.dxp_id) == ("CEB603Message", "G" * 36, message.base_transfer.dxp_id.strip())
    with pytest.raises(Invalid) as refused:
        read_message(re.sub(rb"<BaseTransfer>.*</BaseTransfer>", b"", encode(message)))
    assert refused.value.dxp_id == ""
