"""A fault of form says where, what, and what instead."""

import random
import re
import time
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from message_mutations import mutations
from message_samples import ROOTS, full
from test_messages_codec import NODES, wire
from test_messages_refused import BODY, GOOD

from swsim.simulator.codes.lookup import FILES
from swsim.simulator.messages import faults
from swsim.simulator.messages.codec import (
    MAX_FAULTS,
    Fault,
    Invalid,
    Refused,
    encode,
    read_envelope,
    read_message,
    validator,
)
from swsim.simulator.messages.node import CEB

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
