"""What is read is what was written; what cannot be read is refused with the reason and the place."""

import random
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from message_mutations import mutations
from message_samples import ENVELOPES, ROOTS, SIGNATURE, full, sample

from swsim.simulator.codes.lookup import FILES
from swsim.simulator.messages import codec, faults, node
from swsim.simulator.messages.codec import (
    MAX_FAULTS,
    Fault,
    Invalid,
    Refused,
    Unreadable,
    defaults_taken,
    encode,
    fault_of_direction,
    nodes,
    parse,
    read_envelope,
    read_message,
    validator,
)
from swsim.simulator.messages.declare import camel_case, cap_words, parse_format
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.inventory import CEB603Message, InventoryHead, InventoryList
from swsim.simulator.messages.logistics import Logistics
from swsim.simulator.messages.node import CEB, DXP, SPELLING, Node
from swsim.simulator.messages.order import CEB303Message, Order, OrderHead, OrderList
from swsim.simulator.messages.receipts import Receipts
from swsim.simulator.messages.transfer import BaseTransfer, ExtendMessage, Message

BOM = b"\xef\xbb\xbf"
NODES = nodes(EDITION_202205)
PLAIN = [one for one in dict.fromkeys(NODES.values()) if one.plain]

# --- absent, empty, default -------------------------------------------------------------------------------------------


def wire(root: str, changes: dict[str, str | None]) -> bytes:
    """The full message with elements (by local name, everywhere) given another inner XML, or taken away."""
    text = encode(full(root)).decode()
    for name, inner in changes.items():
        replacement = "" if inner is None else f"<{name}>{inner}</{name}>"
        text, count = re.subn(rf"<{name}>[^<]*</{name}>", replacement.replace("\\", r"\\"), text)
        assert count
    return text.encode()


def first(data: bytes) -> Any:
    """The head of the first document of a message."""
    document = read_message(data).message.documents[0]
    return getattr(document, "head", document)


def test_an_absent_element_is_not_an_empty_one() -> None:
    """None where the element is missing, "" where it stands there empty."""
    assert first(wire("CEB303Message", {"note": None})).note is None
    assert first(wire("CEB303Message", {"note": ""})).note == ""
    assert first(wire("CEB603Message", {"qty2": None})).note is not None
    line = read_message(wire("CEB603Message", {"qty2": None})).message.documents[0].lines[0]
    assert (line.qty2, line.raw("qty2")) == (None, None)


@pytest.mark.parametrize("empty", ["", "<!-- nothing -->", "<?pi?>"])
@pytest.mark.parametrize(
    ("root", "xml", "name", "value"),
    [
        ("CEB303Message", "freight", "freight", Decimal(0)),
        ("CEB303Message", "appStatus", "app_status", "1"),
        ("CEB403Message", "appStatus", "app_status", "1"),
        ("CEB505Message", "appStatus", "app_status", "2"),
        ("CEB603Message", "fFlag", "f_flag", "3"),
        ("CEB603Message", "iFlag", "i_flag", "3"),
    ],
)
def test_an_empty_element_with_a_default_takes_it(root: str, xml: str, name: str, value: object, empty: str) -> None:
    """XSD 1.0: the default or fixed value applies where the element is empty; `<freight/>` is a freight of 0."""
    assert getattr(first(wire(root, {xml: empty})), name) == value
    if not empty:
        data = wire(root, {xml: ""}).replace(f"<{xml}></{xml}>".encode(), f"<{xml}/>".encode())
        assert getattr(first(data), name) == value


def test_a_default_taken_is_told() -> None:
    """Each empty element that stands for a default: where, and for what; appStatus is then a draft, or in 505 not."""
    for root, place, value in (
        ("CEB303Message", "/CEB303Message/Order[1]/OrderHead/appStatus", "1"),
        ("CEB403Message", "/CEB403Message/Receipts[1]/appStatus", "1"),
        ("CEB505Message", "/CEB505Message/Logistics[1]/appStatus", "2"),
        ("CEB507Message", "/CEB507Message/Arrival[1]/ArrivalHead/appStatus", "1"),
        ("CEB701Message", "/CEB701Message/SummaryApply[1]/SummaryApplyHead/appStatus", "2"),
    ):
        assert defaults_taken(parse(encode(full(root)))) == []
        found = defaults_taken(parse(wire(root, {"appStatus": "<![CDATA[]]>"})))
        assert (found[0].path, found[0].value, found[0].title_zh) == (place, "", "报送状态")
        assert found[0].expected.endswith(f", a value: empty it stands for {value!r}")
    flags = defaults_taken(parse(wire("CEB603Message", {"fFlag": "", "freight": "1"})))
    assert {one.path.rpartition("/")[2] for one in flags} == {"fFlag"}
    assert defaults_taken(parse(encode(full("CEB304Message")))) == []


@pytest.mark.parametrize("nothing", ["<![CDATA[]]>", "<![CDATA[]]><!-- --><![CDATA[]]>"])
def test_an_empty_cdata_section_is_nothing(nothing: str) -> None:
    """By the W3C's reading an element with an empty CDATA section is empty, and its default applies."""
    assert first(wire("CEB303Message", {"freight": nothing})).freight == 0
    assert first(wire("CEB303Message", {"note": nothing})).note == ""
    assert first(wire("CEB303Message", {"note": f"a{nothing}b"})).note == "ab"
    assert first(wire("CEB303Message", {"note": "<![CDATA[<![CDATA[]]>"})).note == "<![CDATA["


@pytest.mark.parametrize(("root", "xml"), [("CEB603Message", "appStatus"), ("CEB505Message", "freight")])
def test_an_empty_element_without_a_default_is_refused(root: str, xml: str) -> None:
    """603.appStatus and 505.freight have no default in the schema."""
    with pytest.raises(Invalid):
        read_message(wire(root, {xml: ""}))


def test_white_space_collapses_where_the_schema_says_so() -> None:
    """goodsInfo, gmodel, barCode, trafMode, POD, wrapType collapse before they are measured; others keep theirs."""
    wide = "\n  a\t b \r\n c  "
    assert first(wire("CEB505Message", {"goodsInfo": wide})).goods_info == "a b c"
    head = first(wire("CEB603Message", {"POD": " \n HK G\t", "trafMode": " 2 ", "wrapType": "\t4"}))
    assert (head.pod, head.traf_mode, head.wrap_type) == ("HK G", "2", "4")
    lines = read_message(wire("CEB603Message", {"gmodel": " x  y ", "barCode": " 无 "})).message.documents[0].lines
    assert {(line.gmodel, line.bar_code) for line in lines} == {("x y", "无")}
    assert first(wire("CEB303Message", {"note": " a  b\t"})).note == " a  b\t"
    assert first(wire("CEB505Message", {"goodsInfo": " \u3000 a"})).goods_info == "\u3000 a"
    collapsing = {f.xml for one in NODES.values() for f in one.fields if f.collapse}
    assert collapsing == {
        *("goodsInfo", "gmodel", "barCode", "trafMode", "POD", "wrapType"),
        *("domesticTrafNo", "reason", "trafName", "voyageNo"),  # 507, 605, 607
    }


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("a<!-- c -->b", "ab"),
        ("<!-- c -->ab<!-- d -->", "ab"),
        ("a<?target data?>b", "ab"),
        ("<![CDATA[<&]]>", "<&"),
        ("a<![CDATA[b]]>c<!---->d<![CDATA[e]]>", "abcde"),
        ("&lt;&amp;&gt;&quot;&apos;&#20013;&#x1F600;", "<&>\"'中😀"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a&#13;b", "a\rb"),
    ],
)
def test_text_is_whole_however_it_is_written(inner: str, text: str) -> None:
    """Comments, processing instructions, CDATA and references in the middle of a value leave one text."""
    assert first(wire("CEB303Message", {"ebcName": inner})).ebc_name == text


def test_length_counts_characters_beyond_the_basic_plane_once() -> None:
    """XSD counts characters, not UTF-16 units: 60 of them are an orderNo, 61 are not."""
    assert first(wire("CEB303Message", {"orderNo": "😀" * 60})).order_no == "😀" * 60
    with pytest.raises(Invalid):
        read_message(wire("CEB303Message", {"orderNo": "😀" * 61}))


# --- optional elements in changing patterns ---------------------------------------------------------------------------


def patterns(of: type[Node]) -> list[tuple[str, ...]]:
    """Sets of optional fields: every single one, every pair, all but one, none, all."""
    optional = [field.name for field in of.fields if field.optional]
    sets = [combinations(optional, count) for count in {0, 1, 2, len(optional) - 1, len(optional)} if count >= 0]
    return [chosen for group in sets for chosen in group]


def with_only(drawn_node: Any, present: tuple[str, ...]) -> Any:
    """The node without its optional fields but those."""
    fields = type(drawn_node).fields
    return drawn_node.replaced(**{f.name: None for f in fields if f.optional and f.name not in present})


def read_flat(one: Node) -> Any:
    """A node of the lowest level through bytes and back."""
    out: list[str] = []
    codec._write_members(one, "", out)
    return type(one).read(etree.fromstring(f"<x xmlns='{type(one).namespace}'>{''.join(out)}</x>".encode()))


CHANGING = [one for one in PLAIN if sum(field.optional for field in one.fields) >= 2]


@pytest.mark.parametrize("of", CHANGING, ids=lambda of: of.__name__)
def test_optional_elements_of_equal_count_do_not_mix(of: type[Node]) -> None:
    """Arrangements of one length take turns, in many orders; each value stays with its own element."""
    whole = sample(of, random.Random(of.__name__), optional=1)
    chosen = patterns(of)
    for seed in range(3):
        turns = sorted(chosen * 2, key=len)
        random.Random(seed).shuffle(turns)
        for present in (*sorted(turns, key=len), *turns):
            one = with_only(whole, present)
            assert read_flat(one) == one


def test_a_cache_that_trusts_the_length_alone_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above fails for a decoder that takes the last arrangement of the same length unseen."""
    true_shape = node._shape

    def careless(cls: type[Node], element: etree._Element, length: int) -> tuple[int, ...]:
        return cls.shapes[length][0] if length in cls.shapes else true_shape(cls, element, length)

    monkeypatch.setattr(node, "_shape", careless)
    with pytest.raises(AssertionError):
        test_optional_elements_of_equal_count_do_not_mix(InventoryHead)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_lines_of_one_message_may_differ_in_what_they_leave_out(data: st.DataObject) -> None:
    """Documents and lines in one message each with their own optional elements, in any mixture."""
    message = full("CEB603Message")
    (document,) = message.documents[:1]
    drawn_lines = st.lists(st.sampled_from(patterns(InventoryList)), min_size=1, max_size=6)
    documents = []
    for present in data.draw(st.lists(st.sampled_from(patterns(InventoryHead)), min_size=1, max_size=4)):
        lines = tuple(with_only(document.lines[0], chosen) for chosen in data.draw(drawn_lines))
        documents.append(document.replaced(head=with_only(document.head, present), lines=lines))
    changed = message.replaced(documents=tuple(documents))
    assert read_message(encode(changed)).message == changed


def test_threads_read_changing_patterns_right() -> None:
    """Reading is safe in several threads at once: validator, parser and arrangements are shared."""
    whole = full("CEB603Message")
    document = whole.documents[0]
    messages = [
        whole.replaced(documents=(document.replaced(head=with_only(document.head, present)),))
        for present in patterns(InventoryHead)
    ]
    bodies = [encode(message) for message in messages] * 2
    broken = [body.replace(b"<POD>", b"<pod>").replace(b"</POD>", b"</pod>") for body in bodies]

    def read(pair: tuple[bytes, bytes]) -> Any:
        with pytest.raises(Invalid) as refused:
            read_message(pair[1])
        assert [fault.path for fault in refused.value.faults][:1] == ["/CEB603Message/Inventory[1]/InventoryHead/pod"]
        return read_message(pair[0]).message

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(read, zip(bodies, broken, strict=True))) == messages * 2


# --- what passes through ----------------------------------------------------------------------------------------------


def test_a_signature_is_kept_as_it_came_however_it_was_nested() -> None:
    """Canonical text of its own names: the form of the message around it, its tail and the place do not show."""
    message = full("CEB603Message")
    pretty = etree.fromstring(encode(message, prefix="ceb"))
    signature = pretty.find("{*}Signature")
    assert signature is not None
    signature.tail = "\n  \n"
    assert read_message(etree.tostring(pretty)).message.signature == SIGNATURE
    moved = encode(message).replace(b' xmlns:ds="http://www.w3.org/2000/09/xmldsig#"', b"")
    moved = moved.replace(b"<CEB603Message", b'<CEB603Message xmlns:ds="http://www.w3.org/2000/09/xmldsig#"')
    assert read_message(moved).message.signature == SIGNATURE
    assert read_message(encode(message.replaced(signature=None))).message.signature is None


def test_an_extension_passes_through() -> None:
    """Foreign XML in ExtendMessage is neither judged nor changed."""
    inner = (
        '<ceb:Message xmlns:ceb="http://www.chinaport.gov.cn/ceb"><a xmlns="urn:y" k="&lt;">文<b></b></a></ceb:Message>'
    )
    message = full("CEB303Message")
    extended = message.replaced(extend_message=ExtendMessage(name="n", version="1", message=inner))
    assert read_message(encode(extended)).message == extended


def test_encoding_escapes_what_xml_would_change() -> None:
    """Markup, a carriage return and quotes in attributes survive; the bytes are UTF-8."""
    message = full("CEB303Message").replaced(guid="\"<&'>\t\n".ljust(36, "é"), version="1")
    order = message.documents[0]
    hard = order.replaced(head=order.head.replaced(note="]]> <&>\r\n\t\"' é中😀"))
    message = message.replaced(documents=(hard,))
    data = encode(message, prefix="ceb", bom=True)
    assert data.startswith(BOM + b'<?xml version="1.0" encoding="UTF-8"?>\n<ceb:CEB303Message xmlns:ceb=')
    assert read_message(data).message == message


# --- what is refused --------------------------------------------------------------------------------------------------

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


# --- a fault says where, what, and what instead -----------------------------------------------------------------------

HEAD = "/CEB303Message/Order[1]/OrderHead"


def pretty(root: str) -> list[str]:
    """The full message, an element a line."""
    tree = etree.fromstring(encode(full(root)))
    etree.indent(tree)
    return etree.tostring(tree, encoding="unicode").splitlines()


def one_line(root: str, name: str, changed: str | None) -> tuple[bytes, int]:
    """That message with the first line of an element changed or taken out, and the line's number."""
    lines = pretty(root)
    at = next(i for i, line in enumerate(lines) if f"<{name}>" in line)
    lines[at : at + 1] = [] if changed is None else [changed]
    return "\n".join(lines).encode(), at + 1


FAULTS: list[tuple[str, str, str, Fault]] = [
    (
        "CEB303Message",
        "orderNo",
        f"<orderNo>{'X' * 61}</orderNo>",
        Fault(
            0,
            f"{HEAD}/orderNo",
            "X" * 61,
            "maximum length of '60'",
            "电商订单/海外仓订仓单编号",
            "Order number",
            "2.1.4",
        ),
    ),
    (
        "CEB303Message",
        "guid",
        "<guid>short</guid>",
        Fault(0, f"{HEAD}/guid", "short", "length of '36'", "系统唯一序号", "Unique serial number", "2.1.4"),
    ),
    (
        "CEB303Message",
        "goodsValue",
        "<goodsValue>1,5</goodsValue>",
        Fault(
            0,
            f"{HEAD}/goodsValue",
            "1,5",
            "is not a valid value",
            "商品金额",
            "Goods value, FOB, without freight",
            "2.1.4",
        ),
    ),
    (
        "CEB303Message",
        "goodsValue",
        "<goodsValue>1.123456</goodsValue>",
        Fault(
            0,
            f"{HEAD}/goodsValue",
            "1.123456",
            "more fractional digits",
            "商品金额",
            "Goods value, FOB, without freight",
            "2.1.4",
        ),
    ),
    (
        "CEB603Message",
        "fFlag",
        "<fFlag>1</fFlag>",
        Fault(
            0,
            "/CEB603Message/Inventory[1]/InventoryHead/fFlag",
            "1",
            "fixed value constraint '3'",
            "运费标志",
            "Kind of freight, 3 total",
            "2.11.4",
        ),
    ),
    (
        "CEB505Message",
        "packNo",
        "<packNo>1.5</packNo>",
        Fault(
            0,
            "/CEB505Message/Logistics[1]/packNo",
            "1.5",
            "is not a valid value",
            "件数",
            "Number of packages",
            "2.5.4",
        ),
    ),
]


@pytest.mark.parametrize(("root", "name", "changed", "expected"), FAULTS, ids=lambda part: str(part)[:30])
def test_a_wrong_value_is_named_with_its_field(root: str, name: str, changed: str, expected: Fault) -> None:
    """Line, path, value, what was expected with format and titles, and the section of the specification."""
    data, line = one_line(root, name, changed)
    with pytest.raises(Invalid) as refused:
        read_message(data)
    fault = refused.value.faults[0]
    assert expected.expected in fault.expected
    assert f"{expected.title_zh} {expected.title_en}, format " in fault.expected
    told = (fault.line, fault.path, fault.value, fault.title_zh, fault.title_en, fault.section)
    assert told == (line, expected.path, expected.value, expected.title_zh, expected.title_en, expected.section)


ENVELOPE_FAULTS = [
    ('ver="1.0"', 'ver="1.1"', "/DxpMsg/@ver", "1.1", "版本", "fixed value constraint '1.0'"),
    (
        "<ReceiverId>",
        f"<ReceiverId>{'X' * 16}",
        "/DxpMsg/TransInfo/ReceiverIds/ReceiverId[1]",
        "X" * 16,
        "接收方id",
        "'16'",
    ),
    ("<CreatTime>2026", "<CreatTime>x2026", "/DxpMsg/TransInfo/CreatTime", "x2026", "原始报文创建时间", "'dateTime'"),
    ("YWJj</Data>", "YW-Jj</Data>", "/DxpMsg/Data", "YW-Jj", "待传输数据", "format base64Binary: "),
    (
        "<SenderId>",
        "<SenderIt/><SenderId>",
        "/DxpMsg/TransInfo/SenderIt",
        "",
        "终端信息节点",
        "Expected is ( SenderId )",
    ),
]


@pytest.mark.parametrize(("before", "after", "path", "value", "title", "expected"), ENVELOPE_FAULTS)
def test_a_fault_of_an_envelope_is_named_alike(
    before: str, after: str, path: str, value: str, title: str, expected: str
) -> None:
    """Attribute, text of a node, built-in types, order: each with path, value and title."""
    data = encode(full("DxpMsg")).decode().replace(before, after, 1)
    with pytest.raises(Invalid) as refused:
        read_envelope(data.encode())
    fault = refused.value.faults[0]
    assert (fault.path, fault.value[: len(value)], fault.title_zh) == (path, value, title)
    assert expected in fault.expected


def test_every_code_table_named_is_kept() -> None:
    """`codes` of a field names a table of `simulator.codes`, or the statuses."""
    assert {f.codes for one in NODES.values() for f in one.fields} - set(FILES) == {"", "status"}


def test_a_missing_element_is_named_where_the_next_one_stands() -> None:
    """Without goodsValue the schema finds freight in its place and says what it expected."""
    data, line = one_line("CEB303Message", "goodsValue", None)
    with pytest.raises(Invalid) as refused:
        read_message(data)
    fault = refused.value.faults[0]
    assert (fault.line, fault.path) == (line, f"{HEAD}/freight")
    assert "Expected is ( goodsValue )" in fault.expected
    assert "{" not in fault.expected


def test_a_missing_last_element_is_named_at_its_parent() -> None:
    """An order without lines: the fault stands at the order and names the line."""
    data = re.sub(rb"<OrderList>.*?</OrderList>", b"", GOOD)
    with pytest.raises(Invalid) as refused:
        read_message(data)
    faults = refused.value.faults
    assert [fault.path for fault in faults] == [f"/CEB303Message/Order[{i}]" for i in range(1, len(faults) + 1)]
    assert {fault.expected for fault in faults} == {"Missing child element(s). Expected is ( OrderList )."}
    assert {(fault.title_zh, fault.section) for fault in faults} == {("订单报文", "2.1")}


def test_an_attribute_is_named_with_its_path() -> None:
    """The root's guid is too short: path, value and titles are the attribute's."""
    message = full("CEB303Message")
    data = encode(message).replace(f'guid="{message.guid}"'.encode(), b'guid="G1"')
    with pytest.raises(Invalid) as refused:
        read_message(data)
    fault = refused.value.faults[0]
    assert (fault.path, fault.value, fault.title_zh, fault.section) == ("/CEB303Message/@guid", "G1", "报文编号", "2.1")
    assert "format C36" in fault.expected


def test_at_most_twenty_faults_are_told() -> None:
    """A hundred bad lines give the first twenty faults, in the order of the document, each with its line's number."""
    message = full("CEB303Message")
    order = message.documents[0]
    line = order.lines[0].replaced(currency="TOO LONG")
    with pytest.raises(Invalid) as refused:
        read_message(encode(message.replaced(documents=(order.replaced(lines=(line,) * 100),))))
    faults = refused.value.faults
    assert len(faults) == MAX_FAULTS == 20
    assert [fault.path for fault in faults] == [
        f"/CEB303Message/Order[1]/OrderList[{place}]/currency" for place in range(1, 21)
    ]


def test_only_the_faults_that_are_told_are_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message with ten thousand faults costs as much to explain as one with twenty."""
    explained: list[Any] = []
    true = faults._explained

    def counted(*given: Any) -> Fault:
        explained.append(given)
        return true(*given)

    monkeypatch.setattr(faults, "_explained", counted)
    message = full("CEB303Message")
    order = message.documents[0]
    bad = order.replaced(lines=(order.lines[0].replaced(currency="TOO LONG"),) * 100)
    with pytest.raises(Invalid):
        read_message(encode(message.replaced(documents=(bad,) * 5)))
    assert len(explained) == MAX_FAULTS


def test_many_siblings_are_explained_as_fast_as_few() -> None:
    """Ten thousand empty orders are refused in a fraction of a second: no fault counts its siblings in Python."""
    body = re.sub(rb"<Order>.*</Order>", b"<Order/>" * 10_000, BODY)
    start = time.perf_counter()
    with pytest.raises(Invalid) as refused:
        read_message(body)
    taken = time.perf_counter() - start
    assert refused.value.faults[19].path == "/CEB303Message/Order[20]"
    assert taken < 0.2


def test_a_long_value_is_cut_in_the_fault() -> None:
    """The value found is shown, at most 200 characters of it."""
    with pytest.raises(Invalid) as refused:
        read_message(wire("CEB303Message", {"note": "x" * 5000}))
    assert {len(fault.value) for fault in refused.value.faults} == {200}


def reformed(tree: etree._Element, form: str) -> bytes:
    """The tree's bytes with another prefix for the namespace of the messages."""
    moved = etree.Element(tree.tag, nsmap={form or None: CEB})
    for name, value in tree.attrib.items():
        moved.set(name, value)
    moved.text = tree.text
    moved.extend(deepcopy(child) for child in tree)
    return etree.tostring(moved)


def seeded_breaches() -> Iterator[tuple[str, etree._Element]]:
    """Messages with one change that the schema refuses (a name without namespace gets one when it is written)."""
    chance = random.Random(900)
    for root in ROOTS:
        unlike = ("without namespace", "empty CDATA")
        known = [(name, mutate) for name, mutate in mutations(root) if not any(text in name for text in unlike)]
        for name, mutate in chance.sample(known, 60):
            tree = etree.fromstring(encode(full(root)))
            mutate(tree)
            if not validator().validate(tree):
                yield name, tree


def test_every_breach_is_explained_alike_in_every_form() -> None:
    """Whatever is wrong and whatever prefix is used: a fault with line, path and text, never a crash, the same told."""
    count = 0
    for name, tree in seeded_breaches():
        told = []
        for form in ("", "ceb", "q"):
            with pytest.raises(Refused) as refused:
                read_message(reformed(tree, form))
            faults = refused.value.faults
            assert 1 <= len(faults) <= MAX_FAULTS
            assert all(fault.line >= 1 and fault.path.startswith("/") and fault.expected for fault in faults), name
            told.append([(f.path, f.value, f.expected, f.title_zh, f.title_en, f.section) for f in faults])
        count += 1
        assert told[0] == told[1] == told[2], name
    assert count > 200


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=60), at=st.integers(0, len(GOOD)), gone=st.integers(0, 40))
@example(b"\xef\xbb\xbf" * 3, 0, 0)
@example(b"<!DOCTYPE", 39, 0)
def test_no_bytes_crash_the_reader(data: bytes, at: int, gone: int) -> None:
    """Any damage to a good message is read or refused, and the next good one passes."""
    for damaged in (data, GOOD[:at] + data + GOOD[at + gone :]):
        try:
            read_message(damaged)
        except Refused as refused:
            faults = refused.faults
        else:
            continue
        assert faults
    assert read_message(GOOD).message == full("CEB303Message")


# --- nodes and formats ------------------------------------------------------------------------------------------------


def test_a_node_is_built_by_keyword_and_complete() -> None:
    """A missing or unknown value is named; numbers and texts are both taken."""
    with pytest.raises(
        TypeError, match=r"BaseTransfer: unknown \['nope'\], missing \['cop_name', 'dxp_mode', 'dxp_id'\]"
    ):
        BaseTransfer(cop_code="1", nope="2")  # type: ignore[call-arg] # that is the point
    line = sample(OrderList, random.Random(1)).replaced(qty=Decimal("1E+2"), gnum=7, price="1.50")
    assert (line.raw("qty"), line.raw("gnum"), line.raw("price")) == ("100", "7", "1.50")
    assert (line.qty, line.gnum, line.price) == (Decimal(100), 7, Decimal("1.5"))


def test_a_node_does_not_change() -> None:
    """`replaced` gives a copy; the node itself has nothing to assign to."""
    head = sample(OrderHead, random.Random(1))
    other = head.replaced(note="x")
    assert (other.note, other == head, type(other)) == ("x", False, OrderHead)
    with pytest.raises(AttributeError):
        head.note = "y"
    with pytest.raises(KeyError):
        head.replaced(nope=1)


def test_a_walk_meets_every_field_in_the_order_of_the_schema() -> None:
    """Attributes first, then the elements as they stand on the wire; what passes through is left out."""
    message = full("CEB603Message").replaced(signature=None, extend_message=None)
    walked = [(field.xml, value) for field, value in message.walk() if value is not None and not field.attribute]
    tree = etree.fromstring(encode(message))
    assert walked == [(etree.QName(e).localname, e.text or "") for e in tree.iter("*") if len(e) == 0]


def test_a_repr_shows_what_is_there() -> None:
    """Absent members are left out."""
    transfer = BaseTransfer(cop_code="1", cop_name="n", dxp_mode="DXP", dxp_id="D", note=None)
    assert repr(transfer) == "BaseTransfer(cop_code='1', cop_name='n', dxp_mode='DXP', dxp_id='D')"


@pytest.mark.parametrize("text", ["", "C", "N", "C-1", "N5,", "X5", "C..5,2", "N,5", "c36", "C36 ", "N5.2"])
def test_what_is_no_format_is_refused(text: str) -> None:
    """The error shows the text and what would be one."""
    with pytest.raises(ValueError, match="not a data format of the specification") as error:
        parse_format(text)
    assert repr(text) in str(error.value)


@pytest.mark.parametrize(
    ("text", "base", "lengths"),
    [
        ("C36", "string", (36, None, None, None, None)),
        ("C..60", "string", (None, None, 60, None, None)),
        ("C1..10", "string", (None, 1, 10, None, None)),
        ("C0..", "string", (None, 0, None, None, None)),
        ("N5", "int", (None, None, None, 5, None)),
        ("N19,5", "decimal", (None, None, None, 19, 5)),
    ],
)
def test_a_format_reads_as_in_the_specification(text: str, base: str, lengths: tuple[int | None, ...]) -> None:
    """Exact, bounded, open at one end, whole and decimal; the declaration keeps its spelling."""
    form = parse_format(text)
    numbers = (form.length, form.min_length, form.max_length, form.total_digits, form.fraction_digits)
    assert (form.base, numbers, form.text) == (base, lengths, text)


def test_names_follow_one_rule_with_declared_exceptions() -> None:
    """order_no is orderNo, in an envelope OrderNo; few fields depart, among them what the annex misspells."""
    assert (camel_case("order_no"), cap_words("order_no")) == ("orderNo", "OrderNo")
    for namespace, names in (
        (CEB, {"POD"}),
        (DXP, {"ver", "Id", "CreatTime", "RecevierId", "name"}),
    ):
        known = [f for one in NODES.values() if one.namespace == namespace for f in one.fields if not f.content]
        assert {f.xml for f in known if f.xml != SPELLING[namespace](f.name)} == names


def test_the_nodes_of_the_edition_are_all_reached() -> None:
    """Messages, documents, heads, lines, and what every message carries."""
    assert {CEB303Message, CEB603Message, Order, Receipts, Logistics, BaseTransfer, ExtendMessage} <= set(
        NODES.values()
    )
    assert all(one.section and one.zh and one.en for one in NODES.values())
    assert {one.__name__ for one in NODES.values() if issubclass(one, Message)} == set(ROOTS)
    assert len(ROOTS) == 24
    assert {one.__name__ for one in NODES.values() if one in ENVELOPES.values()} == {"DxpMsg", "DxpRep", "DxpMsgSv"}
