"""What is signed: the document without its signature, and SignedInfo in the scope it stands in (C14N 20010315).

libxml2 canonicalises whole documents; a part is written out with the names in its scope, read again and canonicalised,
which gives the same text. What cannot be signed as it stands (a DTD, an entity) is refused.
"""

import re

from lxml import etree

from swsim.simulator.messages.node import CEB, DS

XSI = "http://www.w3.org/2001/XMLSchema-instance"
FIXED = {"ceb": CEB, "ds": DS, "xsi": XSI}
"""Names in scope when a Ukey signs SignedInfo, whatever the document declares (computed on public vectors)."""
_XML = "{http://www.w3.org/XML/1998/namespace}"
_BOM = b"\xef\xbb\xbf"
_START = re.compile(rb"<[^\s/>]+")
_DECLARED = re.compile(rb"\sxmlns:([^\s=]+)=")


def parse(data: bytes) -> etree._Element:
    """The root, with comments and instructions as they came; ValueError for what is no plain XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(data.removeprefix(_BOM), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValueError(f"expected well-formed XML: {error}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("expected a document without DTD and entities")
    return root


def alone(element: etree._Element) -> bytes:
    """A part of a document as a document of its own, with the names it stands in the scope of."""
    text: bytes = etree.tostring(element, with_tail=False, encoding="UTF-8")
    return text


def without_outer_names(element: etree._Element) -> bytes:
    """The same without names that only what stands around it declares: where it was wrapped after it was signed."""
    parent, part = element.getparent(), etree.fromstring(alone(element))
    outer = set() if parent is None else set(parent.nsmap)
    etree.cleanup_namespaces(part, keep_ns_prefixes=[name for name in part.nsmap if name and name not in outer])
    return alone(part)


def canonical(root: etree._Element, *, exclusive: bool = False, comments: bool = False) -> bytes:
    """The whole document, instructions beside the root too."""
    text: bytes = etree.tostring(root.getroottree(), method="c14n", exclusive=exclusive, with_comments=comments)
    return text


def drop(element: etree._Element, *, tail: bool) -> None:
    """Take an element out of its tree; the text behind it stays unless `tail` goes with it."""
    parent, before = element.getparent(), element.getprevious()
    assert parent is not None  # noqa: S101 - a signature is never the root here
    if not tail and element.tail:
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    element.tail = None
    parent.remove(element)


def in_document(element: etree._Element) -> bytes:
    """An element as a part of its document: every name in scope is rendered on it, `xml:` attributes are inherited."""
    alone = etree.fromstring(etree.tostring(element, with_tail=False))
    for above in element.iterancestors():
        for name, value in above.attrib.items():
            if str(name).startswith(_XML) and name not in alone.attrib:
                alone.set(name, value)
    return canonical(alone)


def on_its_own(element: etree._Element) -> bytes:
    """An element with the names that it uses only (exclusive canonical form)."""
    return canonical(etree.fromstring(etree.tostring(element, with_tail=False)), exclusive=True)


def in_fixed_scope(element: etree._Element) -> bytes:
    """An element as a Ukey signs it: with ceb, ds and xsi in scope."""
    return canonical(etree.fromstring(declare(on_its_own(element), FIXED)))


def declare(text: bytes, names: dict[str, str]) -> bytes:
    """Declare names on the root of a canonical text, those that are not declared there yet."""
    end = text.index(b">")
    declared = {name.decode() for name in _DECLARED.findall(text[:end])}
    found = _START.match(text)
    at = found.end() if found else 0
    added = "".join(f' xmlns:{name}="{uri}"' for name, uri in names.items() if name not in declared)
    return text[:at] + added.encode() + text[at:]
