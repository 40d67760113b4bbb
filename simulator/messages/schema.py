"""The XSD of an edition, generated from the declarations: `swsim schema` writes it, customs validates with it.

Three files: the business messages, the envelopes, and `ds:Signature`, which both import. Validators are made of the
same trees without a file.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from swsim.simulator.messages import dsig
from swsim.simulator.messages.declare import Field, Format, Part
from swsim.simulator.messages.edition import Edition
from swsim.simulator.messages.node import CEB, DS, DXP, Node

XSD = "http://www.w3.org/2001/XMLSchema"
PREFIXES = {CEB: "ceb", DXP: "dxp", DS: "ds"}
XS = ElementMaker(namespace=XSD, nsmap={"xs": XSD, "ds": DS})
DSIG_FILE = "xmldsig.xsd"


def business_file(edition: Edition) -> str:
    """File name of an edition's business schema."""
    return f"ceb-export-{edition.name}.xsd"


def envelope_file(edition: Edition) -> str:
    """File name of the schema of its envelopes."""
    return f"dxp-{edition.name}.xsd"


def write_schema(edition: Edition, folder: Path) -> list[Path]:
    """Write the schemas of the business messages and the envelopes and the one they import; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        business_file(edition): business_schema(edition),
        envelope_file(edition): envelope_schema(edition),
        DSIG_FILE: dsig_schema(),
    }
    for name, root in files.items():
        tree = etree.ElementTree(root)
        tree.write(str(folder / name), encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return [folder / name for name in files]


def business_schema(edition: Edition) -> etree._Element:
    """Schema of the business messages and their returns (§2, §3.19)."""
    root = _schema(CEB, edition.messages.values())
    anything = XS.sequence(XS.any(namespace="##any", processContents="skip", minOccurs="0"))
    root.insert(1, XS.complexType(anything, name="XMLElement"))
    return root


def uncounted_schema(edition: Edition) -> etree._Element:
    """The business schema without its limits of 100 and without the one line that a body must have.

    Where the e-port counts itself (profile switch `limits`), this is what a message has to fit.
    """
    root = business_schema(edition)
    for element in root.iter(f"{{{XSD}}}element"):
        if element.get("maxOccurs") == "100":
            element.set("maxOccurs", "unbounded")
            element.set("minOccurs", "0")
    return root


def envelope_schema(edition: Edition) -> etree._Element:
    """Schema of the envelopes (§4, §5)."""
    return _schema(DXP, edition.envelopes)


def _schema(namespace: str, roots: Iterable[type[Node]]) -> etree._Element:
    """A global element a node, or a named type where it says so; local elements for fields and local nodes."""
    nodes: dict[str, type[Node]] = {}
    for root in roots:
        _collect(root, nodes)
    maker = ElementMaker(namespace=XSD, nsmap={"xs": XSD, PREFIXES[namespace]: namespace, "ds": DS})
    schema = maker.schema(targetNamespace=namespace, elementFormDefault="qualified", attributeFormDefault="unqualified")
    schema.append(XS("import", namespace=DS, schemaLocation=DSIG_FILE))
    for node in nodes.values():
        schema.extend(_simple_type(f, name=f.type_name) for f in node.fields if f.type_name)
        if node.type_name:
            schema.append(_complex_type(node, _titles(node), name=node.type_name))
        elif not node.local:
            schema.append(XS.element(_titles(node), _complex_type(node), name=node.xml))
    return schema


def _collect(node: type[Node], nodes: dict[str, type[Node]]) -> None:
    nodes.setdefault(node.xml, node)
    for part in node.parts:
        if part.of is not None:
            _collect(part.of, nodes)


def _complex_type(node: type[Node], *before: etree._Element, name: str = "") -> etree._Element:
    attributes = [_attribute(f) for f in node.attributes]
    named = {"name": name} if name else {}
    if content := _content_of(node):
        base = f"{PREFIXES[node.namespace]}:{content.type_name}" if content.type_name else f"xs:{content.format.base}"
        extension = XS.extension(*attributes, base=base)
        return XS.complexType(*before, XS.simpleContent(extension), **named)
    particles = [_particle(member, node) for member in node.members if not _is_attribute(member)]
    return XS.complexType(*before, *([XS.sequence(*particles)] if particles else []), *attributes, **named)


def _content_of(node: type[Node]) -> Field | None:
    return next((f for f in node.fields if f.content), None)


def _is_attribute(member: Field | Part) -> bool:
    return isinstance(member, Field) and member.attribute


def _particle(member: Field | Part, owner: type[Node]) -> etree._Element:
    if isinstance(member, Field):
        attributes = {"name": member.xml} | ({"minOccurs": "0"} if member.optional else {}) | _value_of(member)
        return _typed(XS.element(_titles(member), **attributes), member)
    occurs = _occurs(member.least, member.most)
    prefix = PREFIXES[member.namespace or owner.namespace]
    if member.of is None:
        if prefix == "ds":
            return XS.element(ref=f"ds:{member.xml}", **occurs)
        named = {"type": f"{prefix}:{member.type_name}"} if member.type_name else {}
        return XS.element(name=member.xml, **named, **occurs)
    node: type[Node] = member.of
    if node.type_name:
        return XS.element(_titles(node), name=member.xml, type=f"{prefix}:{node.type_name}", **occurs)
    if not node.local:
        return XS.element(ref=f"{prefix}:{member.xml}", **occurs)
    element = XS.element(_titles(node), name=member.xml, **occurs)
    content = _content_of(node)
    if content and not node.attributes:
        return _typed(element, content)
    element.append(_complex_type(node))
    return element


def _attribute(field: Field) -> etree._Element:
    use = {} if field.optional else {"use": "required"}
    return _typed(XS.attribute(_titles(field), name=field.xml, **use, **_value_of(field)), field)


def _value_of(field: Field) -> dict[str, str]:
    value = field.schema_default
    return {} if value is None else {"fixed" if field.fixed else "default": value}


def _typed(declaration: etree._Element, field: Field) -> etree._Element:
    """Give an element or attribute the type of a field: its own restriction, or the built-in type as it is."""
    if facets_of(field.format) or field.collapse:
        declaration.append(_simple_type(field))
    else:
        declaration.set("type", f"xs:{field.format.base}")
    return declaration


def _simple_type(field: Field, *, name: str = "") -> etree._Element:
    facets = [XS.whiteSpace(value="collapse")] if field.collapse else []
    facets += [XS(name, value=str(value)) for name, value in facets_of(field.format).items()]
    return XS.simpleType(XS.restriction(*facets, base=f"xs:{field.format.base}"), **({"name": name} if name else {}))


def facets_of(form: Format) -> dict[str, int]:
    """XSD facets of a format, only those that stand in it."""
    facets = {
        "length": form.length,
        "minLength": form.min_length,
        "maxLength": form.max_length,
        "totalDigits": form.total_digits,
        "fractionDigits": form.fraction_digits,
    }
    return {name: value for name, value in facets.items() if value is not None}


def _occurs(least: int, most: int | None) -> dict[str, str]:
    occurs = {} if least == 1 else {"minOccurs": str(least)}
    return occurs if most == 1 else occurs | {"maxOccurs": "unbounded" if most is None else str(most)}


def _titles(of: Field | type[Node]) -> etree._Element:
    source = "" if isinstance(of, Field) else f" (§{of.section})"
    return XS.annotation(XS.documentation(f"{of.zh} | {of.en}{source}"))


def dsig_schema() -> etree._Element:
    """Schema of `ds:Signature` from the table in `dsig`."""
    root = XS.schema(targetNamespace=DS, elementFormDefault="qualified")
    root.extend(XS.simpleType(XS.restriction(base=f"xs:{base}"), name=name) for name, base in dsig.SIMPLE_TYPES.items())
    root.extend(_dsig_type(item) for item in dsig.TYPES)
    root.extend(XS.element(name=name, type=_qualified(type_)) for name, type_ in dsig.ELEMENTS.items())
    return root


def _dsig_type(item: dsig.Type) -> etree._Element:
    attributes = [
        XS.attribute(name=a.name, type=_qualified(a.type), use="required" if a.required else "optional")
        for a in item.attributes
    ]
    mixed = {"mixed": "true"} if item.mixed else {}
    if item.value:
        content = XS.simpleContent(XS.extension(*attributes, base=_qualified(item.value)))
        return XS.complexType(content, name=item.name, **mixed)
    children = [_dsig_particle(item.content)] if item.content else []
    return XS.complexType(*children, *attributes, name=item.name, **mixed)


def _dsig_particle(item: dsig.Element | dsig.Wildcard | dsig.Group) -> etree._Element:
    occurs = _occurs(item.least, item.most)
    match item:
        case dsig.Element(name=name, type=""):
            return XS.element(ref=f"ds:{name}", **occurs)
        case dsig.Element():
            return XS.element(name=item.name, type=_qualified(item.type), **occurs)
        case dsig.Wildcard():
            return XS.any(namespace=item.namespace, processContents="lax", **occurs)
        case dsig.Group():
            return XS(item.kind, *map(_dsig_particle, item.items), **occurs)


def _qualified(name: str) -> str:
    return name if ":" in name else f"xs:{name}"


LIBXML2 = {
    "base64Binary": "[A-Za-z0-9+/= ]*",  # it skips characters that are not of the alphabet
    "dateTime": ".*",  # it does not collapse white space first, a pattern makes it
    "date": ".*",
}
"""Patterns that make libxml2 read a built-in type as XML Schema does (docs/spec-notes.md); never in a written file."""


def as_the_w3c_reads(schema: etree._Element) -> etree._Element:
    """The schema for libxml2: every use of a type that it reads otherwise restricted to the W3C's reading."""
    prefix = next(prefix for prefix, uri in schema.nsmap.items() if uri == schema.get("targetNamespace"))
    for element in list(schema.iter(f"{{{XSD}}}*")):
        for name in ("type", "base"):
            space, _, kind = element.get(name, "").partition(":")
            if space == "xs" and kind in LIBXML2:
                element.set(name, f"{prefix}:{kind}")
    for kind, pattern in LIBXML2.items():
        restriction = XS.restriction(XS.pattern(value=pattern), base=f"xs:{kind}")
        schema.append(XS.simpleType(restriction, name=kind))
    return schema


class _DsigResolver(etree.Resolver):
    """Hands the generated signature schema to the import of the business schema, without a file."""

    def resolve(self, system_url: str | None, _public_id: str | None, context: Any, /) -> Any:
        if system_url and system_url.endswith(DSIG_FILE):
            return self.resolve_string(etree.tostring(as_the_w3c_reads(dsig_schema())), context)
        return None


def compile_schema(root: etree._Element) -> etree.XMLSchema:
    """The validator of a schema. `validate` may run in several threads at once and releases the GIL."""
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_DsigResolver())
    return etree.XMLSchema(etree.fromstring(etree.tostring(as_the_w3c_reads(root)), parser))
