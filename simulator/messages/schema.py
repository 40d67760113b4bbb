"""The XSD of an edition, generated from the declarations: `swsim schema` writes it, customs validates with it."""

from pathlib import Path
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from swsim.simulator.messages import dsig
from swsim.simulator.messages.declare import Field, Format, Part
from swsim.simulator.messages.edition import Edition
from swsim.simulator.messages.node import CEB, DS, Node

XSD = "http://www.w3.org/2001/XMLSchema"
XS = ElementMaker(namespace=XSD, nsmap={"xs": XSD, "ceb": CEB, "ds": DS})
DSIG_FILE = "xmldsig.xsd"


def business_file(edition: Edition) -> str:
    """File name of an edition's business schema."""
    return f"ceb-export-{edition.name}.xsd"


def write_schema(edition: Edition, folder: Path) -> list[Path]:
    """Write the business schema and the signature schema it imports into `folder`; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {business_file(edition): business_schema(edition), DSIG_FILE: dsig_schema()}
    for name, root in files.items():
        tree = etree.ElementTree(root)
        tree.write(str(folder / name), encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return [folder / name for name in files]


def business_schema(edition: Edition) -> etree._Element:
    """Schema of the target namespace `ceb`: one global element a node and a message, local elements for fields."""
    nodes: dict[str, type[Node]] = {}
    for message in edition.messages.values():
        _collect(message, nodes)
    root = XS.schema(targetNamespace=CEB, elementFormDefault="qualified", attributeFormDefault="unqualified")
    root.append(XS("import", namespace=DS, schemaLocation=DSIG_FILE))
    root.append(
        XS.complexType(
            XS.sequence(XS.any(namespace="##any", processContents="skip", minOccurs="0")),
            name="XMLElement",
        )
    )
    root.extend(_global_element(node) for node in nodes.values())
    return root


def _collect(node: type[Node], nodes: dict[str, type[Node]]) -> None:
    nodes.setdefault(node.xml, node)
    for part in node.parts:
        if part.of is not None:
            _collect(part.of, nodes)


def _global_element(node: type[Node]) -> etree._Element:
    content = XS.sequence(*(_particle(member) for member in node.members if not _is_attribute(member)))
    attributes = [_attribute(f) for f in node.fields if f.attribute]
    return XS.element(_titles(node.zh, node.en, node.section), XS.complexType(content, *attributes), name=node.xml)


def _is_attribute(member: Field | Part) -> bool:
    return isinstance(member, Field) and member.attribute


def _particle(member: Field | Part) -> etree._Element:
    if isinstance(member, Field):
        attributes = {"name": member.xml} | ({"minOccurs": "0"} if member.optional else {})
        if (value := member.schema_default) is not None:
            attributes["fixed" if member.fixed else "default"] = value
        return XS.element(_titles(member.zh, member.en), _simple_type(member), **attributes)
    occurs = _occurs(member.least, member.most)
    if member.of is not None or member.namespace == DS:
        return XS.element(ref=f"{'ds' if member.namespace == DS else 'ceb'}:{member.xml}", **occurs)
    return XS.element(name=member.xml, type="ceb:XMLElement", **occurs)


def _attribute(field: Field) -> etree._Element:
    return XS.attribute(_titles(field.zh, field.en), _simple_type(field), name=field.xml, use="required")


def _simple_type(field: Field) -> etree._Element:
    facets = [XS.whiteSpace(value="collapse")] if field.collapse else []
    facets += [XS(name, value=str(value)) for name, value in facets_of(field.format).items()]
    return XS.simpleType(XS.restriction(*facets, base=f"xs:{field.format.base}"))


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


def _titles(zh: str, en: str, section: str = "") -> etree._Element:
    source = f" (§{section})" if section else ""
    return XS.annotation(XS.documentation(f"{zh} | {en}{source}"))


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


class _DsigResolver(etree.Resolver):
    """Hands the generated signature schema to the import of the business schema, without a file."""

    def resolve(self, system_url: str | None, _public_id: str | None, context: Any, /) -> Any:
        if system_url and system_url.endswith(DSIG_FILE):
            return self.resolve_string(etree.tostring(dsig_schema()), context)
        return None


def compile_schema(edition: Edition) -> etree.XMLSchema:
    """The edition's validator. `validate` may run in several threads at once and releases the GIL."""
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_DsigResolver())
    return etree.XMLSchema(etree.fromstring(etree.tostring(business_schema(edition)), parser))
