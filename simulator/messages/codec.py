"""Bytes to message and back: parse, schema, decode; encode.

`read_message` is pure and safe to run in several threads at once. What it refuses it refuses with `Unreadable` (the
bytes are no acceptable XML) or `Invalid` (the XML breaks the schema), both with the faults, each with line and path.
"""

import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from swsim.simulator.messages.declare import Field
from swsim.simulator.messages.edition import EDITION_202205, Business, Edition
from swsim.simulator.messages.envelope import Envelope
from swsim.simulator.messages.faults import (
    MAX_FAULTS,
    Fault,
    Invalid,
    Refused,
    Unreadable,
    defaults_taken,
    fault_of_direction,
    nodes,
    refusal,
    unknown_root,
)
from swsim.simulator.messages.node import Node
from swsim.simulator.messages.schema import business_schema, compile_schema, envelope_schema, uncounted_schema
from swsim.simulator.messages.transfer import Message

__all__ = [
    "MAX_FAULTS",
    "Fault",
    "Invalid",
    "Parsed",
    "Refused",
    "Unreadable",
    "check_envelope",
    "defaults_taken",
    "encode",
    "envelope_fits",
    "envelope_validator",
    "fault_of_direction",
    "nodes",
    "parse",
    "read_envelope",
    "read_message",
    "read_tree",
    "uncounted_validator",
    "validator",
]

_BOM = b"\xef\xbb\xbf"
_DECLARATION = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_DOCTYPE = re.compile(rb"(?>\s+|\xef\xbb\xbf|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)
_EMPTY_CDATA = b"<![CDATA[]]>"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A message that passed the schema. `business` is None where customs does not take it in."""

    message: Any
    business: Business | None


@lru_cache(maxsize=4)
def validator(edition: Edition = EDITION_202205) -> etree.XMLSchema:
    """The edition's validator of business messages, compiled once."""
    return compile_schema(business_schema(edition))


@lru_cache(maxsize=4)
def uncounted_validator(edition: Edition = EDITION_202205) -> etree.XMLSchema:
    """The validator where counts and empty bodies are judged later (`limits = eport`)."""
    return compile_schema(uncounted_schema(edition))


@lru_cache(maxsize=4)
def envelope_validator(edition: Edition = EDITION_202205) -> etree.XMLSchema:
    """The edition's validator of envelopes, compiled once."""
    return compile_schema(envelope_schema(edition))


@lru_cache(maxsize=4)
def _explainer(edition: Edition) -> etree.XMLSchema:
    return compile_schema(business_schema(edition))


@lru_cache(maxsize=4)
def _envelope_explainer(edition: Edition) -> etree.XMLSchema:
    return compile_schema(envelope_schema(edition))


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
    # libxml2 takes it for content, XML Schema for nothing: a default applies. Looking for one letter first is cheaper
    if b"[" in body and _EMPTY_CDATA in body:
        for element in root.iter():
            if element.text == "":
                element.text = None
    return root


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def read_tree(
    root: etree._Element, edition: Edition = EDITION_202205, *, counted: bool = True
) -> tuple[Business | None, type[Message], etree._Element]:
    """Validate a parsed message: its business, its declaration, the tree ready to be decoded.

    The business is None for a message that customs does not take in: a return, or one without rules yet.
    """
    if not (validator if counted else uncounted_validator)(edition).validate(root):
        raise refusal(root, edition, _explainer(edition), edition.messages.values())
    name = etree.QName(root).localname
    message = edition.messages.get(name)
    if message is None:  # a global element of the schema that is no message, such as Order
        raise Invalid([unknown_root(root, edition, edition.messages.values())], name, "", "")
    return edition.by_root.get(name), message, root


def read_message(data: bytes, edition: Edition = EDITION_202205) -> Parsed:
    """Parse, validate and decode one business message."""
    business, message, root = read_tree(parse(data), edition)
    return Parsed(message.read(root), business)


def read_envelope(data: bytes, edition: Edition = EDITION_202205) -> Any:
    """Parse, validate and decode one envelope: a `DxpMsg`, `DxpRep` or `DxpMsgSv`; what it carries stays Base64."""
    return check_envelope(parse(data), edition)


def check_envelope(root: etree._Element, edition: Edition = EDITION_202205) -> Any:
    """Validate and decode the tree of an envelope; Invalid."""
    valid = envelope_validator(edition).validate(root)
    declared = next((e for e in edition.envelopes if root.tag == f"{{{e.namespace}}}{e.xml}"), None)
    if declared is None or not valid:
        raise refusal(root, edition, _envelope_explainer(edition), edition.envelopes)
    return declared.read(root)


def envelope_fits(data: bytes, edition: Edition = EDITION_202205) -> bool:
    """Whether an envelope that we wrote is one by the schema."""
    return envelope_validator(edition).validate(parse(data))


def encode(
    message: Message | Envelope,
    *,
    prefix: str = "",
    declaration: bool = True,
    standalone: bool = False,
    bom: bool = False,
) -> bytes:
    """Write a message. `prefix` ``ceb`` gives the form of the official samples, none the form real returns take."""
    colon = f"{prefix}:" if prefix else ""
    node = type(message)
    space = f" xmlns:{prefix}={quoteattr(node.namespace)}" if prefix else f" xmlns={quoteattr(node.namespace)}"
    alone = ' standalone="yes"' if standalone else ""
    out: list[str] = [f'<?xml version="1.0" encoding="UTF-8"{alone}?>\n'] if declaration else []
    _write(message, node.xml, colon, space, out)
    return (_BOM if bom else b"") + "".join(out).encode()


def _write(node: Node, xml: str, colon: str, space: str, out: list[str]) -> None:
    if type(node).attributes:
        for field in type(node).attributes:
            if (value := node.raw(field.name)) is not None:
                space += f" {field.xml}={quoteattr(value)}"
    out.append(f"<{colon}{xml}{space}>")
    _write_members(node, colon, out)
    out.append(f"</{colon}{xml}>")


def _write_members(node: Node, colon: str, out: list[str]) -> None:
    for member, value in zip(type(node).members, node, strict=True):
        if isinstance(member, Field):
            if value is None or member.attribute:
                continue
            out.append(_text(value) if member.content else f"<{colon}{member.xml}>{_text(value)}</{colon}{member.xml}>")
        elif member.of is None:
            out.append(value or "")
        else:
            for child in value if member.many else (value,) if value is not None else ():
                _write(child, member.xml, colon, "", out)


def _text(value: str) -> str:
    return escape(value, {"\r": "&#13;"})
