"""What is read is what was written; what cannot be read is refused with the reason and the place."""

import random
import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from message_samples import ENVELOPES, ROOTS, SIGNATURE, full, sample

from swsim.simulator.messages import codec, node
from swsim.simulator.messages.codec import (
    Invalid,
    defaults_taken,
    encode,
    nodes,
    parse,
    read_message,
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
