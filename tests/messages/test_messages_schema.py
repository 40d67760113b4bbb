"""The generated schema: its files, its titles, and that each bound in it is noticed by the mutations."""

import random
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from lxml import etree
from message_mutations import base, mutations, parent_of
from message_samples import DECLARED, ENVELOPES, official, validator_of

from swsim.simulator.messages.codec import nodes
from swsim.simulator.messages.declare import Field
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.node import CEB, DS, DXP, Node
from swsim.simulator.messages.schema import (
    XSD,
    business_schema,
    compile_schema,
    envelope_schema,
    facets_of,
    write_schema,
)

FIELDS = [
    (node, field)
    for node in dict.fromkeys(nodes(EDITION_202205).values())
    for field in node.fields
    if not field.attribute and not field.content
]


SCHEMAS = {CEB: business_schema(EDITION_202205), DXP: envelope_schema(EDITION_202205)}


def schema_of(node: type[Node]) -> etree._Element:
    """The generated schema that declares a node."""
    return SCHEMAS[node.namespace]


def declared_in(schema: etree._Element, node: type[Node], field: Field, below: str) -> list[Any]:
    """What stands below the declaration of a field."""
    where = f"xs:complexType[@name='{node.type_name}']" if node.type_name else f".//xs:element[@name='{node.xml}']"
    particles = "xs:sequence" if node.type_name else "xs:complexType/xs:sequence"
    found = schema.xpath(f"{where}/{particles}/xs:element[@name='{field.xml}']{below}", namespaces={"xs": XSD})
    assert isinstance(found, list)
    return found


def test_a_facet_changed_by_one_is_noticed() -> None:
    """The mutations tell a schema with one bound moved from the true one, for every bound of a seeded choice."""
    chance = random.Random(7)
    for node, field in chance.sample(FIELDS, 25):
        root = next(root for root in DECLARED if node in _below(DECLARED[root]))
        for facet, value in facets_of(field.format).items():
            for by in (-1, 1):
                changed = _with_facet(node, field, facet, value + by)
                if changed is not None:
                    assert _noticed(root, node, field, changed), (node.xml, field.xml, facet, by)


def _below(node: type[Node]) -> list[type[Node]]:
    return [node, *(one for part in node.parts if part.of is not None for one in _below(part.of))]


def _with_facet(node: type[Node], field: Field, facet: str, value: int) -> etree.XMLSchema | None:
    """The generated schema with one facet changed; None where that makes no schema or no difference."""
    if value < 0 or (facet == "minLength" and value <= 0) or field.fixed:
        return None
    schema = deepcopy(schema_of(node))
    (one,) = declared_in(schema, node, field, f"//xs:{facet}")
    one.set("value", str(value))
    return _compiled(schema)


def _compiled(schema: etree._Element) -> etree.XMLSchema | None:
    """Without the signature, which costs most and changes nothing here."""
    for element in schema.xpath("//xs:element[@ref='ds:Signature']|xs:import", namespaces={"xs": XSD}):
        assert isinstance(element, etree._Element)
        parent_of(element).remove(element)
    try:
        return compile_schema(schema)
    except etree.XMLSchemaParseError:
        return None


def _noticed(root: str, node: type[Node], field: Field, changed: etree.XMLSchema) -> bool:
    plain = deepcopy(base(root))
    for signature in list(plain.iter(f"{{{DS}}}Signature")):
        parent_of(signature).remove(signature)
    for path, mutate in mutations(root):
        if f"/{field.xml}=" in f"/{path}":
            tree = deepcopy(plain)
            mutate(tree)
            if changed.validate(tree) is not validator_of(root).validate(tree):
                return True
    return False


@pytest.mark.parametrize(("required", "outcome"), [("1", pytest.fail.Exception), ("0", pytest.skip.Exception)])
def test_without_the_annex_the_comparison_skips_or_fails(
    required: str, outcome: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Skipped with a reason where the annex is not at hand, a failure where it has to be."""
    monkeypatch.setenv("REQUIRE_SERVICES", required)
    with pytest.raises(outcome, match=r"official annex is not beside the checkout: absent\.xsd"):
        official(tmp_path / "absent.xsd")


# --- the files --------------------------------------------------------------------------------------------------------


def test_the_written_files_validate_what_the_built_in_validator_does(tmp_path: Path) -> None:
    """`swsim schema` writes two files that stand alone: parsed from disk they accept the full messages."""
    files = write_schema(EDITION_202205, tmp_path / "new" / "folder")
    assert [file.name for file in files] == ["ceb-export-202205.xsd", "dxp-202205.xsd", "xmldsig.xsd"]
    business, envelopes = (etree.XMLSchema(etree.parse(str(file))) for file in files[:2])
    for root in DECLARED:
        (envelopes if root in ENVELOPES else business).assertValid(base(root))
    assert "pattern" not in "".join(file.read_text("utf-8") for file in files)  # what helps libxml2 stays in memory


def test_every_element_of_the_schema_carries_its_titles() -> None:
    """A field's annotation has the Chinese and the English title of its declaration."""
    for node, field in FIELDS:
        found = declared_in(schema_of(node), node, field, "/xs:annotation/xs:documentation/text()")
        assert found == [f"{field.zh} | {field.en}"], (node.xml, field.xml)


def test_the_schema_is_the_same_every_time() -> None:
    """Generating twice gives the same bytes, and compiling needs no network and no file."""
    for make in (business_schema, envelope_schema):
        assert etree.tostring(make(EDITION_202205)) == etree.tostring(make(EDITION_202205))
    assert compile_schema(business_schema(EDITION_202205)).validate(base("CEB603Message"))
    assert compile_schema(envelope_schema(EDITION_202205)).validate(base("DxpMsgSv"))


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> list[xmlschema.XMLSchema]:
    """The generated schemas of messages and envelopes as xmlschema reads them."""
    return [xmlschema.XMLSchema(str(f)) for f in write_schema(EDITION_202205, tmp_path_factory.mktemp("xsd"))[:2]]


@pytest.mark.parametrize("root", ["CEB303Message", "CEB213Message", "CEB603Message", "CEB701Message", "DxpMsgSv"])
def test_xmlschema_reads_the_generated_schema_alike(generated: list[xmlschema.XMLSchema], root: str) -> None:
    """A further engine agrees on a seeded choice of changes (it takes milliseconds a document)."""
    unlike = ("xsi:type", "Algorithm=::", "URI=", "='１'", "='1 2'")  # it raises on types, is lenient with numbers
    known = [(name, mutate) for name, mutate in mutations(root) if not any(text in name for text in unlike)]
    disagreed = []
    for name, mutate in random.Random(3).sample(known, 40):
        tree = deepcopy(base(root))
        mutate(tree)
        data = etree.tostring(tree)
        if generated[root in ENVELOPES].is_valid(data) is not validator_of(root).validate(etree.fromstring(data)):
            disagreed.append(name)
    assert disagreed == []
