"""Bytes to message and back: parse, schema, decode; encode.

`read_message` is pure and safe to run in several threads at once. What it refuses it refuses with `Unreadable` (the
bytes are no acceptable XML) or `Invalid` (the XML breaks the schema), both with the faults, each with line and path.
"""

import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from swsim.simulator.messages.declare import Field
from swsim.simulator.messages.edition import EDITION_202205, Business, Edition
from swsim.simulator.messages.node import CEB, Node
from swsim.simulator.messages.schema import compile_schema
from swsim.simulator.messages.transfer import Message

MAX_FAULTS = 20
_BOM = b"\xef\xbb\xbf"
_DECLARATION = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_DOCTYPE = re.compile(rb"(?>\s+|\xef\xbb\xbf|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)
_NAMESPACE = re.compile(r"\{[^}]*\}")
_LXML_DETAIL = re.compile(r"Element '\{[^}]*\}(\w+)'(?:, attribute '(\w+)')?: (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a message's form: what was found, what was expected, where (contract, `errors[]`)."""

    line: int
    path: str
    value: str
    expected: str
    title_zh: str = ""
    title_en: str = ""
    section: str = ""


class Refused(Exception):  # noqa: N818 - a refusal, not an error of ours
    """A message customs cannot take. `code` is of table 7-1."""

    code = "0999"

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__(
            f"line {faults[0].line}, {faults[0].path}: expected {faults[0].expected}, got {faults[0].value!r}"
        )


class Unreadable(Refused):
    """Empty, not well-formed, with a DTD or entity, or in a refused encoding."""

    code = "0001"


class Invalid(Refused):
    """Well-formed, but not valid by the schema. `root` and `guid` are what is known of it; `dxp_id` may be empty."""

    code = "0002"

    def __init__(self, faults: list[Fault], root: str, guid: str, dxp_id: str) -> None:
        super().__init__(faults)
        self.root, self.guid, self.dxp_id = root, guid, dxp_id


@dataclass(frozen=True, slots=True)
class Parsed:
    """A message that passed the schema. `business` is None for a return sent by mistake."""

    message: Any
    business: Business | None


@lru_cache(maxsize=4)
def validator(edition: Edition = EDITION_202205) -> etree.XMLSchema:
    """The edition's validator, compiled once."""
    return compile_schema(edition)


_EXPLAINING = threading.Lock()


@lru_cache(maxsize=4)
def _explainer(edition: Edition) -> etree.XMLSchema:
    return compile_schema(edition)


_OWN = threading.local()


def _parser() -> etree.XMLParser:
    """This thread's parser: making one costs more than reading a small message."""
    if not hasattr(_OWN, "parser"):
        _OWN.parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            remove_comments=True,
            remove_pis=True,
            encoding="UTF-8",
        )
    parser: etree.XMLParser = _OWN.parser
    return parser


def parse(data: bytes) -> etree._Element:
    """Well-formed UTF-8 XML without DTD, or `Unreadable`. A UTF-8 BOM is accepted, the official samples carry one.

    UTF-16 and GBK are refused: every official sample, capture and queue setting seen is UTF-8 (docs/spec-notes.md).
    """
    body = data.removeprefix(_BOM)
    if not body.strip():
        raise Unreadable([Fault(1, "/", "", "an XML document, the body is empty")])
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in body[:4]:
        raise Unreadable([Fault(1, "/", "UTF-16", "encoding UTF-8")])
    declared = _DECLARATION.match(body[:200])
    if declared and declared[1].upper() not in {b"UTF-8", b"UTF8", b"US-ASCII"}:
        raise Unreadable([Fault(1, "/", declared[1].decode("ascii"), "encoding UTF-8")])
    if _DOCTYPE.match(body):
        raise Unreadable([Fault(1, "/", "<!DOCTYPE", "a message without DTD and entities")])
    try:
        root = etree.fromstring(body, _parser())
    except etree.XMLSyntaxError as error:
        line, column = error.position
        if not _is_utf8(body):
            raise Unreadable(
                [Fault(line or 1, f"/ column {column}", "bytes of another encoding", "encoding UTF-8")]
            ) from None
        raise Unreadable([Fault(line or 1, f"/ column {column}", "", f"well-formed XML: {error.msg}")]) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable([Fault(1, "/", "<!DOCTYPE", "a message without DTD and entities")])
    return root


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def read_tree(
    root: etree._Element, edition: Edition = EDITION_202205
) -> tuple[Business | None, type[Message], etree._Element]:
    """Validate a parsed message: its business (None for a return), its declaration, the tree ready to be decoded."""
    if not validator(edition).validate(root):
        raise _invalid(root, edition)
    name = etree.QName(root).localname
    message = edition.messages.get(name)
    if message is None:  # a global element of the schema that is no message, such as Order
        raise Invalid([_unknown_root(root, edition)], name, "", "")
    return edition.by_root.get(name), message, root


def read_message(data: bytes, edition: Edition = EDITION_202205) -> Parsed:
    """Parse, validate and decode one business message."""
    business, message, root = read_tree(parse(data), edition)
    return Parsed(message.read(root), business)


def fault_of_direction(root: etree._Element) -> Fault:
    """A return was sent to customs."""
    names = ", ".join(sorted(EDITION_202205.by_root))
    return Fault(
        root.sourceline or 1,
        f"/{etree.QName(root).localname}",
        etree.QName(root).localname,
        f"a message to customs: {names}",
    )


@lru_cache(maxsize=4)
def nodes(edition: Edition) -> dict[str, type[Node]]:
    """Every declared node of an edition by element name, messages included."""
    found: dict[str, type[Node]] = {}
    waiting: list[type[Node]] = list(edition.messages.values())
    while waiting:
        node = waiting.pop()
        found[node.xml] = node
        waiting += [part.of for part in node.parts if part.of is not None]
    return found


def _invalid(root: etree._Element, edition: Edition) -> Invalid:
    """Explain a refusal from libxml2's log and the declarations. The log is the schema's, so one thread at a time."""
    with _EXPLAINING:
        schema = _explainer(edition)
        schema.validate(root)
        faults = [_explained(root, entry, edition) for entry in islice(schema.error_log, MAX_FAULTS)]
    if etree.QName(root).namespace != CEB or etree.QName(root).localname not in edition.messages:
        faults = [_unknown_root(root, edition)]
    dxp_id = root.findtext(f"{{{CEB}}}BaseTransfer/{{{CEB}}}dxpId", "")
    return Invalid(faults, etree.QName(root).localname, root.get("guid", ""), dxp_id.strip())


def _unknown_root(root: etree._Element, edition: Edition) -> Fault:
    names = ", ".join(sorted(edition.messages))
    return Fault(
        root.sourceline or 1, f"/{etree.QName(root).localname}", str(root.tag), f"a root of {names} in namespace {CEB}"
    )


def _explained(root: etree._Element, entry: Any, edition: Edition) -> Fault:
    found = _LXML_DETAIL.match(entry.message)
    name, attribute, detail = found.groups() if found else ("", None, entry.message)
    element = _locate(root, entry.path or "")
    value = ((element.get(attribute) if attribute else element.text) or "") if element is not None else ""
    parent = element.getparent() if element is not None else None
    owner = nodes(edition).get(name if attribute else etree.QName(parent).localname if parent is not None else name)
    declared = _field_of(owner, attribute or name)
    expected = _NAMESPACE.sub("", detail).strip()
    if declared:
        expected = f"{declared.zh} {declared.en}, format {declared.format.text}: {expected}"
    path = (_path_of(element, edition) if element is not None else entry.path or "/") + (
        f"/@{attribute}" if attribute else ""
    )
    titles = (declared.zh, declared.en) if declared else (owner.zh, owner.en) if owner else ("", "")
    return Fault(entry.line, path, value.strip()[:200], expected, *titles, owner.section if owner else "")


def _field_of(owner: type[Node] | None, xml: str) -> Field | None:
    return next((f for f in owner.fields if f.xml == xml), None) if owner else None


def _locate(root: etree._Element, path: str) -> etree._Element | None:
    """The element of a path as libxml2 writes it: with the sender's prefixes, ``*`` in a default namespace."""
    prefixes = {prefix: uri for prefix, uri in root.nsmap.items() if prefix}
    try:
        found = root.getroottree().xpath(path, namespaces=prefixes) if path else None
    except etree.XPathEvalError:  # a prefix declared further down
        found = root.getroottree().xpath(re.sub(r"/[^/:\[]+:([^/\[]+)", r"/*[local-name()='\1']", path))
    return found[0] if isinstance(found, list) and found and isinstance(found[0], etree._Element) else None


def _path_of(element: etree._Element, edition: Edition) -> str:
    """Where an element stands, as the rules say it too: names without prefix, counted where there may be several."""
    tree = element.getroottree()
    owner = etree.QName(tree.getroot()).localname
    path = f"/{owner}"
    for segment in _NAMESPACE.sub("", tree.getelementpath(element)).split("/"):
        name, bracket, index = segment.partition("[")
        if name == ".":
            break
        node = nodes(edition).get(owner)
        several = bracket or (node is not None and any(part.xml == name and part.many for part in node.parts))
        path += f"/{name}" + (f"[{index or '1]'}" if several else "")
        owner = name
    return path


def encode(message: Message, *, prefix: str = "", declaration: bool = True, bom: bool = False) -> bytes:
    """Write a message. `prefix` ``ceb`` gives the form of the official samples, none the form real returns take."""
    colon = f"{prefix}:" if prefix else ""
    space = f" xmlns:{prefix}={quoteattr(CEB)}" if prefix else f" xmlns={quoteattr(CEB)}"
    node = type(message)
    attributes = "".join(f" {f.xml}={quoteattr(message[node.places[f.name]])}" for f in node.fields if f.attribute)
    out: list[str] = ['<?xml version="1.0" encoding="UTF-8"?>\n'] if declaration else []
    out.append(f"<{colon}{node.xml}{space}{attributes}>")
    _write_members(message, colon, out)
    out.append(f"</{colon}{node.xml}>")
    return (_BOM if bom else b"") + "".join(out).encode()


def _write_members(node: Node, colon: str, out: list[str]) -> None:
    for member, value in zip(type(node).members, node, strict=True):
        if isinstance(member, Field):
            if value is not None and not member.attribute:
                out.append(f"<{colon}{member.xml}>{_text(value)}</{colon}{member.xml}>")
        elif member.of is None:
            out.append(value or "")
        else:
            for child in value if member.many else (value,) if value is not None else ():
                out.append(f"<{colon}{member.xml}>")
                _write_members(child, colon, out)
                out.append(f"</{colon}{member.xml}>")


def _text(value: str) -> str:
    return escape(value, {"\r": "&#13;"})
