"""The generated schema is the official one, component by component: nothing more, nothing less, nothing else."""

import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from lxml import etree
from message_samples import EXPORT, IMPORT, TERMINAL, TRANSPORT, official

from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.node import CEB, DS, DXP
from swsim.simulator.messages.schema import write_schema

Components = dict[str, Any]
Schemas = dict[str, xmlschema.XMLSchema]

EXCEPTIONS: dict[str, str] = {}
"""Differences between the generated and the official schema that are meant, by place, with the reason. There are none:
the schema files are cut otherwise (one for both envelopes, CEB900 beside the export messages), their components not.
"""


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Schemas:
    """The generated schemas as xmlschema reads them, by namespace."""
    files = write_schema(EDITION_202205, tmp_path_factory.mktemp("xsd"))
    return {CEB: xmlschema.XMLSchema(str(files[0])), DXP: xmlschema.XMLSchema(str(files[1]))}


def elements(schema: xmlschema.XMLSchema, namespace: str) -> set[str]:
    """Names of the global elements in a namespace."""
    return {name for name in schema.maps.elements if name.startswith(f"{{{namespace}}}")}


def types(schema: xmlschema.XMLSchema, namespace: str) -> set[str]:
    """Names of the global types in a namespace."""
    return {name for name in schema.maps.types if name.startswith(f"{{{namespace}}}")}


def components(schema: xmlschema.XMLSchema, names: set[str]) -> Components:
    """Global elements and all they refer to, described without annotations and prefixes."""
    found: Components = {}
    waiting = sorted(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = description = _element(schema.maps.elements[name])
            waiting += _references(description)
    return found


def _element(element: Any) -> Components:
    if element.ref is not None:
        return {"ref": element.name, "occurs": tuple(element.occurs)}
    return {
        "name": element.name,
        "occurs": tuple(element.occurs),
        "default": element.default,
        "fixed": element.fixed,
        "nillable": element.nillable,
        "abstract": element.abstract,
        "block": element.block,
        "identities": sorted(element.identities),
        "form": element.qualified,
        "type": _type(element.type),
    }


def _type(of: Any) -> Components:
    if of.is_simple():
        return _simple(of)
    content = of.content
    return {
        "name": of.name,
        "mixed": of.mixed,
        "abstract": of.abstract,
        "derivation": (of.derivation, of.base_type.name if of.base_type is not None else None),
        "content": _simple(content) if of.has_simple_content() else _particle(content),
        "attributes": {str(name): _attribute(attribute) for name, attribute in of.attributes.items()},
    }


def _simple(of: Any) -> Components:
    ancestors, one = [], of.base_type
    while one is not None:
        ancestors.append(one.name)
        one = one.base_type
    facets = {etree.QName(name).localname: _facet(facet) for name, facet in of.facets.items() if name is not None}
    return {"name": of.name, "ancestors": ancestors, "whiteSpace": of.white_space, "facets": facets}


def _facet(facet: Any) -> Any:
    value = getattr(facet, "value", None)
    return [str(one) for one in facet] if value is None else (value, getattr(facet, "fixed", False))


def _attribute(attribute: Any) -> Components:
    if isinstance(attribute, xmlschema.validators.XsdAnyAttribute):
        return {"any": (sorted(attribute.namespace), attribute.process_contents)}
    return {
        "use": attribute.use,
        "default": attribute.default,
        "fixed": attribute.fixed,
        "form": attribute.qualified,
        "type": _simple(attribute.type),
    }


def _particle(item: Any) -> Components:
    if isinstance(item, xmlschema.validators.XsdGroup):
        return {"model": item.model, "occurs": tuple(item.occurs), "items": [_particle(child) for child in item]}
    if isinstance(item, xmlschema.validators.XsdAnyElement):
        wildcard = (sorted(item.namespace), sorted(item.not_namespace), item.process_contents)
        return {"any": wildcard, "occurs": tuple(item.occurs)}
    return _element(item)


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("ref"), str):
            yield value["ref"]
        for child in value.values():
            yield from _references(child)
    elif isinstance(value, list):
        for child in value:
            yield from _references(child)


def differences(ours: Any, theirs: Any, path: str = "") -> list[str]:
    """Where two descriptions differ, each place once, with both values."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        label = ours.get("name") or ours.get("ref") or ""
        inside = f"{path}/{etree.QName(label).localname}" if isinstance(label, str) and label and path else path
        keys = sorted(ours.keys() | theirs.keys())
        return [d for key in keys for d in differences(ours.get(key), theirs.get(key), f"{inside}.{key}")]
    if isinstance(ours, list) and isinstance(theirs, list):
        return [d for one, other in zip_longest(ours, theirs) for d in differences(one, other, path)]
    return [] if ours == theirs else [f"{path}: {ours!r} here, {theirs!r} there"]


def unmeant(found: list[str]) -> list[str]:
    """Differences that no exception covers."""
    return [line for line in found if not any(place in line for place in EXCEPTIONS)]


FORMAT_CHECK = {f"{{{CEB}}}CEB900Message", f"{{{CEB}}}MessageReturn"}
"""What stands in the import schema only (§3.19)."""


def test_every_export_message_is_the_official_one(generated: Schemas) -> None:
    """Content models, order, occurrence, base types, facets, defaults, fixed values, attributes: no difference."""
    theirs = xmlschema.XMLSchema(str(official(EXPORT)))
    names = elements(theirs, CEB)
    assert elements(generated[CEB], CEB) - FORMAT_CHECK == names
    assert types(generated[CEB], CEB) == types(theirs, CEB)
    assert unmeant(differences(components(generated[CEB], names), components(theirs, names))) == []
    assert len([name for name in names if name.endswith("Message")]) == 24  # 23 messages and ExtendMessage


def test_the_format_check_return_is_the_official_one(generated: Schemas) -> None:
    """CEB900 stands in the import schema."""
    theirs = components(xmlschema.XMLSchema(str(official(IMPORT))), FORMAT_CHECK)
    assert unmeant(differences(components(generated[CEB], FORMAT_CHECK), theirs)) == []


def test_every_envelope_is_the_official_one(generated: Schemas) -> None:
    """DxpMsg and DxpRep of the terminal schema, DxpMsgSv and again both of the transport schema, which includes it."""
    for path, count in ((TERMINAL, 2), (TRANSPORT, 3)):
        theirs = xmlschema.XMLSchema(str(official(path)))
        names = elements(theirs, DXP)
        assert len(names) == count
        assert unmeant(differences(components(generated[DXP], names), components(theirs, names))) == []
    assert elements(generated[DXP], DXP) == elements(theirs, DXP)
    assert types(generated[DXP], DXP) == types(theirs, DXP)


@pytest.mark.parametrize("namespace", [CEB, DXP])
def test_the_whole_signature_schema_is_the_official_one(generated: Schemas, namespace: str) -> None:
    """Every global element and type of the signature namespace, reached from a message or not."""
    theirs = xmlschema.XMLSchema(str(official(EXPORT)))
    ours = generated[namespace]
    names = elements(theirs, DS)
    assert elements(ours, DS) == names
    assert types(ours, DS) == types(theirs, DS)
    assert unmeant(differences(components(ours, names), components(theirs, names))) == []
    for name in sorted(types(theirs, DS)):
        assert differences(_type(ours.maps.types[name]), _type(theirs.maps.types[name])) == []


PLANTED: list[tuple[str, str, str]] = [
    ('name="appType"', 'name="appTypo"', "OrderHead"),
    ('<xs:maxLength value="60"/>', '<xs:maxLength value="61"/>', "orderNo"),
    ('name="freight" default="0"', 'name="freight" default="1"', "freight"),
    ('name="fFlag" fixed="3"', 'name="fFlag" default="3"', "fFlag"),
    ('name="note" minOccurs="0"', 'name="note"', "note"),
    ('ref="ceb:OrderList" maxOccurs="100"', 'ref="ceb:OrderList" maxOccurs="99"', "OrderList"),
    ('<xs:fractionDigits value="5"/>', '<xs:fractionDigits value="4"/>', "goodsValue"),
    ('base="xs:int"', 'base="xs:integer"', "gnum"),
    ('<xs:whiteSpace value="collapse"/>', '<xs:whiteSpace value="replace"/>', "goodsInfo"),
    ('name="version" use="required"', 'name="version" use="optional"', "version"),
    ('processContents="skip"', 'processContents="lax"', "Message"),
    ('<xs:element ref="ds:Signature" minOccurs="0"/>', "", "CEB303Message"),
]
"""Text in the generated schema, what to put there once, and what a report of the difference must name."""
PLANTED_IN_ENVELOPES: list[tuple[str, str, str]] = [
    ('name="ver" use="required" fixed="1.0"', 'name="ver" use="required"', "ver"),
    ('name="Id" type="xs:ID"', 'name="Id" type="xs:NCName"', "Id"),
    ('name="RecevierId"', 'name="ReceiverId"', "DxpRep"),
    ('type="xs:dateTime"', 'type="xs:date"', "CreatTime"),
    ('base="xs:base64Binary"', 'base="xs:hexBinary"', "Data"),
    ('name="RecMapId" minOccurs="0"', 'name="RecMapId" type="xs:string" minOccurs="0"', "RecMapId"),
    ('name="Response" maxOccurs="unbounded"', 'name="Response"', "Response"),
    ('name="Key" maxOccurs="5"', 'name="Key" maxOccurs="4"', "Key"),
    ('<xs:maxLength value="32"/>', '<xs:maxLength value="33"/>', "name"),
]


@pytest.mark.parametrize(("number", "namespace", "planted"), [(0, CEB, PLANTED), (1, DXP, PLANTED_IN_ENVELOPES)])
def test_every_kind_of_difference_is_seen(
    generated: Schemas, tmp_path: Path, number: int, namespace: str, planted: list[tuple[str, str, str]]
) -> None:
    """The comparison above is worth its green: each planted change is reported at its place."""
    file = write_schema(EDITION_202205, tmp_path)[number]
    text = re.sub(r">\s+<", "><", file.read_text("utf-8"))
    for before, after, _ in planted:
        assert before in text, before
        text = text.replace(before, after, 1)
    file.write_text(text, "utf-8")
    names = elements(generated[namespace], namespace)
    changed = components(xmlschema.XMLSchema(str(file)), names)
    found = unmeant(differences(components(generated[namespace], names), changed))
    for _, _, place in planted:
        assert [line for line in found if place in line], place
