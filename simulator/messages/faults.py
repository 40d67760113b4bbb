"""What is wrong with the form of a message, and where: the refusals, and libxml2's log told in the words of the
declarations.
"""

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from lxml import etree

from swsim.simulator.messages.declare import Field
from swsim.simulator.messages.edition import EDITION_202205, Edition
from swsim.simulator.messages.node import CEB, DXP, Node

MAX_FAULTS = 20
_NAMESPACE = re.compile(r"\{[^}]*\}")
MOST_QUOTED = 1000
"""Characters of a text that a fault quotes."""
MOST_KNOWN = 255
"""Characters of a name or number of a message that was refused."""
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

    def __post_init__(self) -> None:
        """A text of megabytes is quoted by its beginning and its end, wherever the schema's log repeats it."""
        for name in ("path", "value", "expected"):
            text = getattr(self, name)
            if len(text) > MOST_QUOTED:
                half = MOST_QUOTED // 2
                object.__setattr__(self, name, f"{text[:half]} … {text[-half:]} ({len(text)} characters)")


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
        self.root, self.guid = root[:MOST_KNOWN], guid[:MOST_KNOWN]
        self.dxp_id = dxp_id if len(dxp_id) <= MOST_KNOWN else ""  # a user number that nobody can have


def refusal(root: etree._Element, edition: Edition, schema: etree.XMLSchema, family: Iterable[type[Node]]) -> Invalid:
    """Explain why a schema refuses a tree; `family` are the roots it should have had. The log is the schema's own, so
    one thread at a time.
    """
    roots = {f"{{{node.namespace}}}{node.xml}": node for node in family}
    if root.tag not in roots:
        faults = [unknown_root(root, edition, roots.values())]
    else:
        with _EXPLAINING:
            schema.validate(root)
            faults = [_explained(root, entry, edition) for entry in islice(schema.error_log, MAX_FAULTS)]
    dxp_id = root.findtext(f"{{{CEB}}}BaseTransfer/{{{CEB}}}dxpId", "")
    return Invalid(faults, etree.QName(root).localname, root.get("guid", ""), dxp_id.strip())


_EXPLAINING = threading.Lock()


def unknown_root(root: etree._Element, edition: Edition, family: Iterable[type[Node]]) -> Fault:
    """The fault of a root that is none of the family: of another kind, or unknown altogether."""
    known = {node.xml: node for node in family}
    (namespace,) = {node.namespace for node in known.values()}
    expected = f"a root of {', '.join(sorted(known))} in namespace {namespace}"
    for envelope in edition.envelopes:
        if root.tag == f"{{{DXP}}}{envelope.xml}":
            expected = f"the message without its envelope, which is not opened yet: {expected}"
            return _fault_of(envelope, root, str(root.tag), expected)
    return Fault(root.sourceline or 1, f"/{etree.QName(root).localname}", str(root.tag), expected)


def fault_of_direction(root: etree._Element, edition: Edition = EDITION_202205) -> Fault:
    """A message that customs does not take in: a return, or one that it has no rules for yet."""
    name = etree.QName(root).localname
    message = edition.messages[name]
    expected = f"a message to customs: {', '.join(sorted(edition.by_root))}"
    if name in edition.declared:
        expected = f"a message that is taken in already (this one is valid, but has no rules yet): {expected}"
    return _fault_of(message, root, name, expected)


def defaults_taken(root: etree._Element, edition: Edition = EDITION_202205) -> list[Fault]:
    """Where an element of a valid message is empty and so stands for the schema's default or fixed value (XSD 1.0
    §3.3.4). An empty appStatus of an order, a receipt or an arrival is thereby a draft, which is seldom meant (X6c).
    """
    tags = _tags_with_default(edition, etree.QName(root).localname)
    found = []
    for element in root.iter(*tags) if tags else ():
        if not element.text and (parent := element.getparent()) is not None:
            owner = nodes(edition)[etree.QName(parent).localname]
            if (field := _field_of(owner, etree.QName(element).localname)) and field.schema_default is not None:
                expected = f"{field.zh} {field.en}, a value: empty it stands for {field.schema_default!r}"
                titles = (field.zh, field.en, owner.section)
                found.append(Fault(element.sourceline or 1, _path_of(element, edition), "", expected, *titles))
    return found


@lru_cache(maxsize=256)
def _tags_with_default(edition: Edition, root: str) -> tuple[str, ...]:
    """Tags of the elements below a root that have a default or fixed value."""
    found: set[str] = set()
    waiting: list[type[Node]] = [edition.messages[root]] if root in edition.messages else []
    while waiting:
        node = waiting.pop()
        found |= {node.tags[at] for at, _ in node.defaults_at if node.plain}
        waiting += [part.of for part in node.parts if part.of is not None]
    return tuple(sorted(found))


def _fault_of(node: type[Node], root: etree._Element, value: str, expected: str) -> Fault:
    return Fault(root.sourceline or 1, f"/{node.xml}", value, expected, node.zh, node.en, node.section)


@lru_cache(maxsize=4)
def nodes(edition: Edition) -> dict[str, type[Node]]:
    """Every declared node of an edition by element name: messages, envelopes and all below them."""
    found: dict[str, type[Node]] = {}
    waiting: list[tuple[str, type[Node]]] = [(m.xml, m) for m in (*edition.messages.values(), *edition.envelopes)]
    while waiting:
        name, node = waiting.pop()
        found[name] = node
        waiting += [(part.xml, part.of) for part in node.parts if part.of is not None]
    return found


def _explained(root: etree._Element, entry: Any, edition: Edition) -> Fault:
    found = _LXML_DETAIL.match(entry.message)
    name, attribute, detail = found.groups() if found else ("", None, entry.message)
    element = _locate(root, entry.path or "")
    value = ((element.get(attribute) if attribute else element.text) or "") if element is not None else ""
    parent = element.getparent() if element is not None else None
    owner = nodes(edition).get(name if attribute else etree.QName(parent).localname if parent is not None else name)
    declared = _field_of(owner, attribute or name) or _content_of(nodes(edition).get(name))
    expected = _NAMESPACE.sub("", detail).strip()
    if declared:
        expected = f"{declared.zh} {declared.en}, format {declared.format.text}: {expected}"
    path = (_path_of(element, edition) if element is not None else entry.path or "/") + (
        f"/@{attribute}" if attribute else ""
    )
    titles = (declared.zh, declared.en) if declared else (owner.zh, owner.en) if owner else ("", "")
    return Fault(entry.line, path, value.strip()[:200], expected, *titles, owner.section if owner else "")


def _field_of(owner: type[Node] | None, xml: str) -> Field | None:
    return next((f for f in owner.fields if f.xml == xml and not f.content), None) if owner else None


def _content_of(node: type[Node] | None) -> Field | None:
    return next((f for f in node.fields if f.content), None) if node else None


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
