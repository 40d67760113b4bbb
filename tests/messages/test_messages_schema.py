"""The generated schema is the official one: component by component, and in what it accepts."""

import random
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache, lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from lxml import etree
from message_samples import EXPORT, IMPORT, ROOTS, SIGNATURE, full, official, sample

from swsim.simulator.messages.codec import encode, nodes, validator
from swsim.simulator.messages.declare import Field
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.node import CEB, DS, Node
from swsim.simulator.messages.schema import (
    XSD,
    business_schema,
    compile_schema,
    facets_of,
    write_schema,
)

Components = dict[str, Any]
EXPORTED = [root for root in ROOTS if root != "CEB900Message"]

# --- component by component -------------------------------------------------------------------------------------------


def components(schema: xmlschema.XMLSchema, roots: list[str]) -> Components:
    """Every global element that the roots reach, described without annotations and prefixes."""
    found: Components = {}
    waiting = list(roots)
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
        "derivation": (of.derivation, of.base_type.name if of.base_type is not None else None),
        "content": _simple(content) if of.has_simple_content() else _particle(content),
        "attributes": {name: _attribute(attribute) for name, attribute in of.attributes.items()},
    }


def _simple(of: Any) -> Components:
    ancestors, base = [], of.base_type
    while base is not None:
        ancestors.append(base.name)
        base = base.base_type
    facets = {etree.QName(name).localname: _facet(facet) for name, facet in of.facets.items() if name is not None}
    return {"name": of.name, "ancestors": ancestors, "whiteSpace": of.white_space, "facets": facets}


def _facet(facet: Any) -> Any:
    value = getattr(facet, "value", None)
    return [str(one) for one in facet] if value is None else (value, getattr(facet, "fixed", False))


def _attribute(attribute: Any) -> Components:
    return {
        "use": attribute.use,
        "default": attribute.default,
        "fixed": attribute.fixed,
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


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> xmlschema.XMLSchema:
    """The generated schema as xmlschema reads it."""
    return xmlschema.XMLSchema(str(write_schema(EDITION_202205, tmp_path_factory.mktemp("xsd"))[0]))


def qualified(names: list[str]) -> list[str]:
    """Names in the namespace of the business messages."""
    return [f"{{{CEB}}}{name}" for name in names]


def test_every_export_message_is_the_official_one(generated: xmlschema.XMLSchema) -> None:
    """Content models, order, occurrence, base types, facets, defaults, fixed values, attributes: no difference."""
    theirs = components(xmlschema.XMLSchema(str(official(EXPORT))), qualified(EXPORTED))
    ours = components(generated, qualified(EXPORTED))
    assert differences(ours, theirs) == []
    assert len(ours) > 40


def test_the_format_check_return_is_the_official_one(generated: xmlschema.XMLSchema) -> None:
    """CEB900 stands in the import schema only."""
    roots = qualified(["CEB900Message"])
    theirs = components(xmlschema.XMLSchema(str(official(IMPORT))), roots)
    assert differences(components(generated, roots), theirs) == []


def test_the_whole_signature_schema_is_the_official_one(generated: xmlschema.XMLSchema) -> None:
    """Every global element and type of the signature namespace, reached from a message or not."""
    theirs = xmlschema.XMLSchema(str(official(EXPORT)))
    names = sorted(name for name in theirs.maps.elements if name.startswith(f"{{{DS}}}"))
    assert sorted(name for name in generated.maps.elements if name.startswith(f"{{{DS}}}")) == names
    assert differences(components(generated, names), components(theirs, names)) == []
    types = [sorted(name for name in one.maps.types if name.startswith(f"{{{DS}}}")) for one in (generated, theirs)]
    assert types[0] == types[1]


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


def test_every_kind_of_difference_is_seen(generated: xmlschema.XMLSchema, tmp_path: Path) -> None:
    """The comparison above is worth its green: each planted change is reported at its place."""
    file = write_schema(EDITION_202205, tmp_path)[0]
    text = re.sub(r">\s+<", "><", file.read_text("utf-8"))
    for before, after, _ in PLANTED:
        assert before in text
        text = text.replace(before, after, 1)
    file.write_text(text, "utf-8")
    found = differences(
        components(generated, qualified(EXPORTED)), components(xmlschema.XMLSchema(str(file)), qualified(EXPORTED))
    )
    for _, _, place in PLANTED:
        assert [line for line in found if place in line], place


# --- what they accept -------------------------------------------------------------------------------------------------


@lru_cache(maxsize=2)
def official_validator(path: Path) -> etree.XMLSchema:
    """lxml's reading of an official schema: the judge."""
    return etree.XMLSchema(etree.parse(str(official(path))))


def judge_of(root: str) -> etree.XMLSchema:
    """The official schema that knows a message."""
    return official_validator(IMPORT if root == "CEB900Message" else EXPORT)


@cache
def base(root: str) -> etree._Element:
    """A message with every optional member and a whole signature."""
    return etree.fromstring(encode(full(root)))


@pytest.mark.parametrize("root", ROOTS)
def test_the_full_message_is_valid_by_both(root: str) -> None:
    """The ground the mutations start from, with every optional element and with none."""
    bare = etree.fromstring(encode(sample(EDITION_202205.messages[root], random.Random(1), optional=0)))
    for tree in (base(root), bare):
        judge_of(root).assertValid(tree)
        validator().assertValid(tree)


Mutation = Callable[[etree._Element], None]


def set_text(path: str, text: str) -> Mutation:
    """Give an element another value; no text at all where it is empty, as on the wire."""

    def change(root: etree._Element) -> None:
        find(root, path).text = text or None

    return change


def find(root: etree._Element, path: str) -> etree._Element:
    """The element of a path."""
    found = root if path == "." else root.find(path)
    assert found is not None, path
    return found


def parent_of(element: etree._Element) -> etree._Element:
    """Its parent; it has one."""
    parent = element.getparent()
    assert parent is not None
    return parent


def dropped(path: str) -> Mutation:
    """Take an element away."""

    def change(root: etree._Element) -> None:
        element = find(root, path)
        parent_of(element).remove(element)

    return change


def repeated(path: str, times: int = 1) -> Mutation:
    """Put copies of an element behind it."""

    def change(root: etree._Element) -> None:
        element = find(root, path)
        for _ in range(times):
            element.addnext(deepcopy(element))

    return change


def moved(path: str) -> Mutation:
    """Swap an element with the next one, or move it to the front where it is the last."""

    def change(root: etree._Element) -> None:
        element = find(root, path)
        following = element.getnext()
        parent = parent_of(element)
        if following is not None:
            following.addnext(element)
        else:
            parent.insert(0, element)

    return change


def renamed(path: str, tag: str) -> Mutation:
    """Give an element another name or namespace."""

    def change(root: etree._Element) -> None:
        find(root, path).tag = tag

    return change


def with_attribute(path: str, name: str, value: str | None) -> Mutation:
    """Set an attribute, or take it away."""

    def change(root: etree._Element) -> None:
        element = find(root, path)
        if value is None:
            del element.attrib[name]
        else:
            element.set(name, value)

    return change


def with_child(path: str, tag: str) -> Mutation:
    """Put an element into another."""

    def change(root: etree._Element) -> None:
        etree.SubElement(find(root, path), tag)

    return change


def values_of(field: Field) -> list[str]:
    """Values on, over and beside every bound of a format, in all kinds of white space, and of the wrong type."""
    form, out = field.format, ["", " ", "\n", "\t \t"]
    if form.kind == "C":
        bounds = {n for n in (form.length, form.min_length, form.max_length) if n is not None} or {50}
        for n in sorted(bounds):
            out += ["X" * max(n - 1, 0), "X" * n, "X" * (n + 1), "中" * n, "中" * (n + 1)]
            out += [f" {'X' * n}", f"{'X' * n}\n", f"  {'X' * n}  ", f"X {'  '.join('X' * n)}", "X" + " " * n]
        return [*out, field.schema_default or "X", "3", "4", "<&>\"'"]
    whole = form.total_digits or 1
    out += [
        "0",
        "-0",
        "+1",
        "-1",
        "abc",
        "1e2",
        "1E2",
        "NaN",
        "INF",
        "0x1",
        "1,5",
        "１",
        " 1 ",
        "\n1\t",
        "1 2",
        ".",
        "-",
    ]
    out += ["9" * whole, "9" * (whole + 1), f"-{'9' * whole}", f"-{'9' * (whole + 1)}", "0" * 30 + "1"]
    out += ["1.0", "1.", ".5", "2147483647", "2147483648", "-2147483648", "-2147483649"]
    if form.fraction_digits is not None:
        part = form.fraction_digits
        out += [f"1.{'1' * part}", f"1.{'1' * (part + 1)}", f"1.{'0' * (part + 3)}", f"1.1{'0' * part}"]
        out += [f"{'9' * (whole - part)}.{'9' * part}", f"{'9' * (whole - part + 1)}.{'9' * part}", f"{'9' * whole}.0"]
    return out


XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


def mutations(root: str) -> Iterator[tuple[str, Mutation]]:
    """One change at a time, at every field, part and attribute that the declarations of a message have."""
    for field in EDITION_202205.messages[root].fields:
        for value in (*values_of(field), None):
            yield f"{root}/@{field.xml}={value!r}", with_attribute(".", field.xml, value)
        yield f"{root}/@ceb:{field.xml}", with_attribute(".", f"{{{CEB}}}{field.xml}", "1.0")
    yield f"{root}/@other", with_attribute(".", "other", "1")
    yield from _below(EDITION_202205.messages[root], "")


def _below(node: type[Node], path: str) -> Iterator[tuple[str, Mutation]]:
    elements: list[tuple[str, Any]] = []
    for member in node.members:
        if isinstance(member, Field) and member.attribute:
            continue
        namespace = CEB if isinstance(member, Field) else member.namespace or CEB
        here = f"{path}/{{{namespace}}}{member.xml}".lstrip("/")
        elements.append((here, member))
        shown = re.sub(r"\{[^}]*\}", "", here)
        yield f"{shown} dropped", dropped(here)
        yield f"{shown} repeated", repeated(here)
        yield f"{shown} moved", moved(here)
        yield f"{shown} renamed", renamed(here, f"{{{CEB}}}{member.xml}x")
        yield f"{shown} without namespace", renamed(here, member.xml)
        yield f"{shown} of another namespace", renamed(here, f"{{urn:x}}{member.xml}")
        yield f"{shown} with attribute", with_attribute(here, "x", "1")
        yield f"{shown} with attribute guid", with_attribute(here, "guid", "1")
        yield f"{shown} with xsi:nil", with_attribute(here, f"{XSI}nil", "true")
        yield f"{shown} with xsi:type", with_attribute(here, f"{XSI}type", "string")
        yield f"{shown} with child", with_child(here, f"{{{CEB}}}guid")
        yield f"{shown} with foreign child", with_child(here, "{urn:x}any")
        if isinstance(member, Field):
            for value in values_of(member):
                yield f"{shown}={value[:60]!r}", set_text(here, value)
        else:
            yield f"{shown} with text", set_text(here, "text")
            for times in {1, 4, 5} if member.most != 100 else {1, 98, 99, 100}:
                yield f"{shown} {times + 1} times or more", repeated(here, times)
            if member.of is not None:
                yield from _below(member.of, here)
            elif member.namespace == DS:
                yield from _in_signature(here)


def _in_signature(path: str) -> Iterator[tuple[str, Mutation]]:
    """Every element of the signature: gone, twice, elsewhere, with text, with children known and foreign."""
    signature = etree.fromstring(SIGNATURE)
    tree = signature.getroottree()
    for element in signature.iter("*"):
        inner = tree.getelementpath(element)
        here = path if inner == "." else f"{path}/{inner}"
        shown = re.sub(r"\{[^}]*\}", "", here)
        if inner != ".":
            yield f"{shown} dropped", dropped(here)
            yield f"{shown} repeated", repeated(here)
            yield f"{shown} moved", moved(here)
        yield f"{shown} renamed", renamed(here, f"{{{DS}}}HMACOutputLength")
        yield f"{shown} of another namespace", renamed(here, "{urn:x}any")
        for text in ("", " ", "!!!", "abc", "YWJj", " Y W J j ", "YWJj====", "12", "-3"):
            yield f"{shown} text {text!r}", set_text(here, text)
        for tag in ("KeyName", "Object", "XPath", "HMACOutputLength", "X509CRL", "DSAKeyValue", "Reference", "P"):
            yield f"{shown} with {tag}", with_child(here, f"{{{DS}}}{tag}")
        yield f"{shown} with foreign child", with_child(here, "{urn:x}any")
        yield f"{shown} with business child", with_child(here, f"{{{CEB}}}guid")
        for name, value in (("Id", "S1"), ("Id", "1 2"), ("Id", "N2"), ("Algorithm", "::"), ("URI", "#a"), ("x", "1")):
            yield f"{shown}/@{name}={value}", with_attribute(here, name, value)
        for name in element.attrib:
            yield f"{shown}/@{name} gone", with_attribute(here, str(name), None)


@pytest.mark.parametrize("root", ROOTS)
def test_both_accept_the_same_documents(root: str) -> None:
    """Each field, part and attribute changed in every way: the generated schema says what the official one says."""
    judge, ours = judge_of(root), validator()
    disagreed, verdicts = [], []
    for name, mutate in mutations(root):
        tree = deepcopy(base(root))
        mutate(tree)
        verdicts.append(judge.validate(tree))
        if ours.validate(tree) is not verdicts[-1]:
            disagreed.append(f"{name}: {verdicts[-1]} officially")
    assert disagreed == []
    assert len(verdicts) > 150
    assert 0.1 < sum(verdicts) / len(verdicts) < 0.9


def test_both_accept_the_same_documents_changed_at_random() -> None:
    """Sixteen hundred seeded documents of other shapes, each with one to three changes."""
    chance = random.Random(202205)
    every = {root: list(mutations(root)) for root in ROOTS}
    disagreed, verdicts = [], []
    for _ in range(1600):
        root = chance.choice(ROOTS)
        drawn = sample(EDITION_202205.messages[root], chance, optional=chance.random())
        tree = etree.fromstring(encode(drawn, prefix=chance.choice(("", "ceb"))))
        done = []
        for name, mutate in chance.choices(every[root], k=chance.choice((1, 1, 1, 2, 3))):
            try:
                mutate(tree)
            except (AssertionError, KeyError):  # the element was not drawn, or has gone
                continue
            done.append(name)
        verdicts.append(judge_of(root).validate(tree))
        if validator().validate(tree) is not verdicts[-1]:
            disagreed.append(f"{done}: {verdicts[-1]} officially")
    assert disagreed == []
    assert 0.15 < sum(verdicts) / len(verdicts) < 0.85


FIELDS = [(node, field) for node in nodes(EDITION_202205).values() for field in node.fields if not field.attribute]


def test_a_facet_changed_by_one_is_noticed() -> None:
    """The mutations tell a schema with one bound moved from the true one, for every bound of a seeded choice."""
    chance = random.Random(7)
    for node, field in chance.sample(FIELDS, 25):
        root = next(root for root in ROOTS if any(node.xml in name for name, _ in _paths(root)))
        for facet, value in facets_of(field.format).items():
            for by in (-1, 1):
                changed = _with_facet(node, field, facet, value + by)
                if changed is not None:
                    assert _noticed(root, node, field, changed), (node.xml, field.xml, facet, by)


def _paths(root: str) -> list[tuple[str, type[Node]]]:
    found, waiting = [], [EDITION_202205.messages[root]]
    while waiting:
        node: Any = waiting.pop()
        found.append((node.xml, node))
        waiting += [part.of for part in node.parts if part.of is not None]
    return found


def _with_facet(node: type[Node], field: Field, facet: str, value: int) -> etree.XMLSchema | None:
    """The generated schema with one facet changed; None where that makes no schema or no difference."""
    if value < 0 or (facet == "minLength" and value <= 0) or field.fixed:
        return None
    schema = business_schema(EDITION_202205)
    found = schema.xpath(
        f"xs:element[@name='{node.xml}']//xs:element[@name='{field.xml}']//xs:{facet}", namespaces={"xs": XSD}
    )
    assert isinstance(found, list)
    (one,) = found
    assert isinstance(one, etree._Element)
    one.set("value", str(value))
    return _compiled(schema)


def _compiled(schema: etree._Element) -> etree.XMLSchema | None:
    """Without the signature, which costs most and changes nothing here."""
    for element in schema.xpath("//xs:element[@ref='ds:Signature']|xs:import", namespaces={"xs": XSD}):
        assert isinstance(element, etree._Element)
        parent_of(element).remove(element)
    try:
        return etree.XMLSchema(schema)
    except etree.XMLSchemaParseError:
        return None


def _noticed(root: str, node: type[Node], field: Field, changed: etree.XMLSchema) -> bool:
    plain = deepcopy(base(root))
    for signature in plain.findall(f"{{{DS}}}Signature"):
        plain.remove(signature)
    for path, mutate in mutations(root):
        if f"{node.xml}/{field.xml}=" in path:
            tree = deepcopy(plain)
            mutate(tree)
            if changed.validate(tree) is not validator().validate(tree):
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
    assert [file.name for file in files] == ["ceb-export-202205.xsd", "xmldsig.xsd"]
    schema = etree.XMLSchema(etree.parse(str(files[0])))
    for root in ROOTS:
        schema.assertValid(base(root))


def test_every_element_of_the_schema_carries_its_titles() -> None:
    """A field's annotation has the Chinese and the English title of its declaration."""
    schema = business_schema(EDITION_202205)
    for node, field in FIELDS:
        found = schema.xpath(
            f"xs:element[@name='{node.xml}']//xs:element[@name='{field.xml}']/xs:annotation/xs:documentation/text()",
            namespaces={"xs": XSD},
        )
        assert found == [f"{field.zh} | {field.en}"]


def test_the_schema_is_the_same_every_time() -> None:
    """Generating twice gives the same bytes, and compiling needs no network and no file."""
    assert etree.tostring(business_schema(EDITION_202205)) == etree.tostring(business_schema(EDITION_202205))
    assert compile_schema(EDITION_202205).validate(base("CEB603Message"))


@pytest.mark.parametrize("root", ["CEB303Message", "CEB403Message", "CEB505Message", "CEB603Message"])
def test_xmlschema_reads_the_generated_schema_alike(generated: xmlschema.XMLSchema, root: str) -> None:
    """A second engine agrees on a seeded choice of changes (it takes milliseconds a document)."""
    unlike = ("xsi:type", "Algorithm=::")  # xmlschema raises on an unknown type, and reads anyURI more strictly
    known = [(name, mutate) for name, mutate in mutations(root) if not any(text in name for text in unlike)]
    disagreed = []
    for name, mutate in random.Random(3).sample(known, 40):
        tree = deepcopy(base(root))
        mutate(tree)
        if generated.is_valid(etree.tostring(tree)) is not validator().validate(tree):
            disagreed.append(name)
    assert disagreed == []
