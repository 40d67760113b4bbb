"""A later edition is a table of changes; the way from this edition to the one of 2018 shows how far that carries."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from lxml import etree
from message_samples import OFFICIAL, full, official, sample
from test_messages_components import components, differences, elements

from swsim.simulator.messages.codec import encode, nodes, read_message, validator
from swsim.simulator.messages.declare import F, Field
from swsim.simulator.messages.edition import EDITION_202205, EDITIONS, Edition
from swsim.simulator.messages.node import CEB, Node
from swsim.simulator.messages.order import Order, OrderHead
from swsim.simulator.messages.revision import Add, Change, Drop, Row, revise
from swsim.simulator.messages.schema import write_schema

OF_2018 = OFFICIAL.parent / "gacc-2018" / "xsd" / "export-business-2018.xsd"

LATER = revise(
    EDITION_202205,
    "209912",
    Change("OrderHead", "ebp_code", format="C1..50"),
    Change("OrderHead", "freight", default=...),
    Change("Order", "lines", most=3),
    Add("OrderHead", "tax_no", F("C..20", "税号", "Tax number", default=None), after="ebc_name"),
    Add("OrderList", "line_id", F("N5", "行号", "Line id")),
    Drop("OrderHead", "order_type"),
)
"""An edition nobody issued."""


def order(edition: Edition, **changes: Any) -> Any:
    """An order message of an edition, its first head changed."""
    message = sample(edition.messages["CEB303Message"], random.Random(2), optional=0, most=1)
    document = message.documents[0]
    return message.replaced(documents=(document.replaced(head=document.head.replaced(**changes)),))


def test_only_one_edition_is_live() -> None:
    """The command line offers what is live."""
    assert list(EDITIONS) == ["202205"]


def test_a_later_edition_is_read_and_written_by_its_own_table() -> None:
    """A longer code and a new field pass in the later edition, and only there; what it dropped is refused."""
    later = order(LATER, ebp_code="X" * 50, tax_no="T1")
    found = read_message(encode(later), LATER)
    head = found.message.documents[0].head
    assert (found.message, head.tax_no, head.ebp_code) == (later, "T1", "X" * 50)
    assert found.business is LATER.by_number["303"]
    assert found.message.documents[0].lines[0].line_id is not None
    with pytest.raises(AttributeError):
        _ = head.order_type
    for data, edition in ((encode(later), EDITION_202205), (encode(order(EDITION_202205)), LATER)):
        assert not validator(edition).validate(etree.fromstring(data))
    names = [f.xml for f in type(head).fields]
    assert names[names.index("ebcName") + 1] == "taxNo"


def test_what_did_not_change_is_shared() -> None:
    """Nodes that changed, and those around them, are derived from the old ones; all others are the same classes."""
    assert LATER.by_number["303"].document is not Order
    assert issubclass(LATER.by_number["303"].document, Order)
    assert isinstance(order(LATER).documents[0].head, OrderHead)
    assert LATER.by_number["303"].document.key == Order.key
    changed = {name for name, node in nodes(LATER).items() if node is not nodes(EDITION_202205)[name]}
    assert changed == {"CEB303Message", "Order", "OrderHead", "OrderList"}
    assert not any(hasattr(OrderHead, name) for name in ("tax_no",))
    assert read_message(encode(full("CEB303Message"))).message == full("CEB303Message")


@pytest.mark.parametrize(
    "row",
    [
        Change("OrderHeat", "note", format="C1"),
        Change("OrderHead", "notes", format="C1"),
        Drop("OrderHead", "notes"),
        Add("OrderHead", "x", F("C1", "x", "x"), after="notes"),
    ],
)
def test_a_row_that_misses_is_named(row: Row) -> None:
    """A misspelt node or member does not pass unnoticed."""
    with pytest.raises(KeyError, match=r"OrderHeat|notes"):
        revise(EDITION_202205, "x", row)


# --- the edition of 2018, by the same table ---------------------------------------------------------------------------


def format_of(of: Any) -> str:
    """A format as the specification would write what xmlschema found."""
    facets = {etree.QName(name).localname: facet.value for name, facet in of.facets.items() if name and "}" in name}
    if of.root_type.name.endswith("}decimal"):
        digits, fraction = facets["totalDigits"], facets.get("fractionDigits")
        return f"N{digits}" if fraction in {None, 0} else f"N{digits},{fraction}"
    if "length" in facets:
        return f"C{facets['length']}"
    return f"C{facets.get('minLength', '')}..{facets.get('maxLength', '')}"


def rows_to(schema: xmlschema.XMLSchema, edition: Edition) -> list[Row]:
    """The table of changes from an edition to a schema: what each column would have to say."""
    rows: list[Row] = []
    for name, node in nodes(edition).items():
        element: Any = schema.maps.elements.get(f"{{{CEB}}}{name}")
        if element is not None:
            there = {child.local_name: child for child in element.type.content if hasattr(child, "local_name")}
            rows += [row for member in node.members if (row := _row(node, member, there))]
    return rows


def _row(node: type[Node], member: Any, there: dict[str, Any]) -> Row | None:
    if isinstance(member, Field) and member.attribute:
        return None
    child = there.get(member.xml)
    if child is None:
        return Drop(node.xml, member.name)
    columns: dict[str, Any] = {}
    if not isinstance(member, Field):
        columns = {"least": child.min_occurs, "most": child.max_occurs}
    elif child.type.is_simple():
        default = None if child.min_occurs == 0 else child.default or child.fixed or ...
        columns = {
            "default": default,
            "fixed": child.fixed is not None,
            "collapse": child.type.white_space == "collapse" and member.format.kind == "C",
        }
    other = {name: value for name, value in columns.items() if value != getattr(member, name)}
    if isinstance(member, Field) and format_of(child.type) != member.format.text:
        other["format"] = format_of(child.type)
    return Change(node.xml, member.name, **other) if other else None


def test_the_edition_of_2018_is_such_a_table(tmp_path: Path) -> None:
    """96 rows, none of them kept, lead to the older schema without a difference left, and its samples are read."""
    theirs = xmlschema.XMLSchema(str(official(OF_2018)))
    without = tuple(b for b in EDITION_202205.businesses if f"{{{CEB}}}{b.upload.xml}" in theirs.maps.elements)
    now = replace(EDITION_202205, businesses=without, notices=EDITION_202205.notices[:1])
    rows = rows_to(theirs, now)
    older = revise(now, "2018", *rows)
    ours = xmlschema.XMLSchema(str(write_schema(older, tmp_path)[0]))
    names = elements(theirs, CEB)
    assert elements(ours, CEB) == names
    assert differences(components(ours, names), components(theirs, names)) == []
    assert len(rows) == 96
    assert Drop("SummaryResultList", "gseqno") in rows
    samples = sorted(OF_2018.parents[1].glob("samples/*.xml"))
    read = [read_message(one.read_bytes(), older) for one in samples]
    assert len(read) == 19
    assert all(read_message(encode(one.message), older).message == one.message for one in read)
