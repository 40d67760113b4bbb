"""What is read is what was written: any document that a declaration allows, in every form of the wire."""

from base64 import b64encode
from decimal import Decimal
from functools import cache
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree
from message_samples import DECLARED, ENVELOPES, OPAQUE, SIGNATURE, full, judge_of, validator_of

from swsim.simulator.messages.codec import encode, read_envelope, read_message
from swsim.simulator.messages.declare import Field
from swsim.simulator.messages.envelope import DxpMsg, TransInfo
from swsim.simulator.messages.node import Node

PREFIXES = ("", "ceb", "any")

# --- documents drawn from the declarations ----------------------------------------------------------------------------

CHARACTER = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
MIXED = st.one_of(st.text(CHARACTER, max_size=8), st.text("<>&'\"]\t\n\r %~测试😀", max_size=8))


def text_of(field: Field) -> st.SearchStrategy[str]:
    """Text the schema takes for a field, short, empty, or as long as may be."""
    form = field.format
    if field.fixed:
        return st.just(str(field.default))
    exact, most = form.length, form.length or form.max_length or 20
    if exact is not None or form.min_length:
        least = exact or form.min_length or 1
        alphabet = st.characters(codec="ascii", categories=["L", "N"]) if field.collapse else CHARACTER
        return st.text(alphabet, min_size=1, max_size=4).map(lambda text: (text * least)[:least])
    texts = st.one_of(MIXED.map(lambda text: text[:most]), st.just("长" * most))
    return texts.map(lambda text: " ".join(text.replace("\u3000", "x").split())) if field.collapse else texts


BUILT_IN: dict[str, st.SearchStrategy[str]] = {
    "dateTime": st.datetimes().map(lambda at: at.replace(year=max(at.year, 1)).isoformat()),
    "date": st.dates().map(str),
    "base64Binary": st.binary(max_size=40).map(lambda data: b64encode(data).decode()),
}


def number_of(field: Field) -> st.SearchStrategy[str]:
    """A number as somebody may write it, within the digits of the format."""
    form = field.format
    digits = form.total_digits or 1
    whole = st.integers(0, 10 ** min(digits, 9) - 1)
    if form.fraction_digits is None:
        plain = whole.map(str)
    else:
        places = st.integers(0, form.fraction_digits)
        plain = st.builds(lambda n, at: f"{Decimal(n).scaleb(-at):f}", st.integers(0, 10**digits - 1), places)
    return st.builds(
        lambda sign, zeros, text: f"{sign}{zeros}{text}",
        st.sampled_from(["", "", "-", "+"]),
        st.sampled_from(["", "", "00"]),
        plain,
    )


SIGNATURES = st.uuids().map(lambda one: SIGNATURE.replace('"S1"', f'"S-{one}"'))
"""Signatures of different Id: one document may hold two."""


def value_of(field: Field) -> st.SearchStrategy[str]:
    """Any value the schema takes for a field."""
    kind = field.format.kind
    if kind == "ID":
        return st.uuids().map(lambda one: f"I-{one}")
    return text_of(field) if kind == "C" else number_of(field) if kind == "N" else BUILT_IN[kind]


@cache
def drawn(of: type[Node]) -> st.SearchStrategy[Any]:
    """Any node of a declaration."""
    members: dict[str, st.SearchStrategy[Any]] = {}
    for member in of.members:
        if isinstance(member, Field):
            one: st.SearchStrategy[Any] = value_of(member)
        elif member.of is None:
            one = st.just(OPAQUE[of]) if of in OPAQUE else SIGNATURES
        elif member.many:
            one = st.lists(drawn(member.of), min_size=member.least, max_size=2).map(tuple)
        else:
            one = drawn(member.of)
        members[member.name] = st.none() | one if member.default is None else one
    return st.fixed_dictionaries(members).map(lambda values: of(**values))


def read(root: str, data: bytes) -> Any:
    """Decode a message or an envelope."""
    return read_envelope(data) if root in ENVELOPES else read_message(data).message


@pytest.mark.parametrize("root", DECLARED)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), prefix=st.sampled_from(PREFIXES), bom=st.booleans())
def test_what_is_written_is_read_back(root: str, data: st.DataObject, prefix: str, bom: bool) -> None:
    """Any valid document: schema-valid on the wire by both schemas, the same values after reading, of the same type."""
    message = data.draw(drawn(DECLARED[root]))
    written = encode(message, prefix=prefix, bom=bom)
    found = read(root, written)
    assert found == message
    assert type(found) is type(message)
    assert encode(found, prefix=prefix, bom=bom) == written
    assert judge_of(root).validate(etree.fromstring(written))


@pytest.mark.parametrize("root", DECLARED)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_forms_of_the_namespace_read_alike(root: str, data: st.DataObject) -> None:
    """The default namespace of real returns and the prefix of the official samples give the same message."""
    message = data.draw(drawn(DECLARED[root]))
    assert read(root, encode(message)) == read(root, encode(message, prefix="ceb"))


@pytest.mark.parametrize("root", DECLARED)
def test_every_form_of_the_wire_reads_alike(root: str) -> None:
    """Default namespace or a prefix, with or without declaration and byte order mark, pretty or in one line."""
    message = full(root)
    texts = [
        encode(message, prefix=prefix, declaration=d, bom=b)
        for prefix in PREFIXES
        for d in (True, False)
        for b in (True, False)
    ]
    assert [read(root, text) == message for text in texts] == [True] * len(texts)
    plain = without_opaque(message)
    tree = etree.fromstring(encode(plain))
    etree.indent(tree)
    for text in (etree.tostring(tree, encoding="UTF-8", xml_declaration=True), etree.tostring(tree)):
        assert read(root, text) == plain


def without_opaque(node: Any) -> Any:
    """The node without the optional XML that is kept as it came, white space and all."""
    changes: dict[str, Any] = {}
    for part in type(node).parts:
        value = getattr(node, part.name)
        if part.of is None or part.xml == "ExtendMessage":
            changes[part.name] = None
        elif value is not None:
            changes[part.name] = tuple(map(without_opaque, value)) if part.many else without_opaque(value)
    return node.replaced(**changes)


@pytest.mark.parametrize("root", DECLARED)
def test_a_stored_message_comes_back(root: str) -> None:
    """The JSON form of a node is its nested values; `restore` makes it the node it was."""
    message = full(root)
    again = type(message).restore(orjson.loads(orjson.dumps(message, default=tuple)))
    assert again == message
    assert encode(again) == encode(message)


@pytest.mark.parametrize("root", DECLARED)
def test_what_the_samples_draw_is_valid(root: str) -> None:
    """The order, names and presence on the wire are the declaration's, so the schema has nothing to object to."""
    assert validator_of(root).validate(etree.fromstring(encode(full(root), prefix="ceb")))


@settings(max_examples=100, deadline=None)
@given(text=st.from_regex(r"[+-]?0{0,3}[0-9]{1,12}(\.[0-9]{0,5})?", fullmatch=True))
@example("10.50000")
@example("+0010")
@example("-0")
def test_a_number_keeps_the_text_it_was_written_in(text: str) -> None:
    """`raw` gives the exact characters, the value converts; trailing zeros, signs and leading zeros survive."""
    order = full("CEB303Message").documents[0]
    line = order.lines[0].replaced(qty=text)
    found = read_message(encode(full("CEB303Message").replaced(documents=(order.replaced(lines=(line,)),))))
    assert found.message.documents[0].lines[0].raw("qty") == text
    assert found.message.documents[0].lines[0].qty == Decimal(text)


def test_an_envelope_reads_as_it_is_named() -> None:
    """Names as the annex spells them, times and Base64 without the white space around them, a head used twice."""
    message = full("DxpMsg")
    data = encode(message).decode()
    assert "<CreatTime>2026-01-05T09:00:00</CreatTime>" in data
    wide = data.replace("<CreatTime>", "<CreatTime>\n ").replace("YWJj</Data>", " YW\r\nJj\t</Data>")
    found = read_envelope(wide.encode())
    assert isinstance(found, DxpMsg)
    assert (found.trans_info.create_time, found.data.text) == ("2026-01-05T09:00:00", "YW Jj")
    assert [one.text for one in found.trans_info.receivers.items] == [
        one.text for one in message.trans_info.receivers.items
    ]
    answer = full("DxpRep")
    assert b"<RecevierId>" in encode(answer)
    assert type(read_envelope(encode(answer)).responses[0].ori_head) is TransInfo
    assert read_envelope(encode(full("DxpMsgSv"))).dxp_msg == full("DxpMsgSv").dxp_msg
