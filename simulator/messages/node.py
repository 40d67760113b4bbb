"""A node of a message: an immutable tuple of the values as they were written, read by name.

Text stays text, so a number keeps its exact digits and an empty element (``""``) is not an absent one (None); a
number converts when it is read. A decoded list therefore costs little more than the list of its texts: that is what
lets a hundred of them pass per message (docs/adr/0003-declarations.md).
"""

import io
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any, Self, TypeVar, dataclass_transform, get_args

from lxml import etree

from swsim.simulator.messages.declare import REQUIRED, A, F, Field, Many, One, Opaque, Part, T, camel_case, cap_words

CEB = "http://www.chinaport.gov.cn/ceb"
"""Namespace of every business message (§2.1.2 and the XSD)."""
DXP = "http://www.chinaport.gov.cn/dxp"
"""Namespace of the envelopes (§4, §5 and the XSD)."""
DS = "http://www.w3.org/2000/09/xmldsig#"

SPELLING = {CEB: camel_case, DXP: cap_words}
"""How a namespace spells almost every name; exceptions are declared with `xml=`."""

_SPACE = re.compile(r"[ \t\r\n]+")


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(F, A, T, One, Many, Opaque))
class NodeType(type):
    """Turns the lines of a class body into a declaration and its accessors.

    The schema declares a node as a global element, to which its parents refer. `type_name` makes it a named type,
    `local` an element described where it stands. `namespace` is inherited.
    """

    section: str
    zh: str
    en: str
    xml: str
    namespace: str
    type_name: str
    local: bool
    members: tuple[Field | Part, ...]

    def __new__(
        cls,
        name: str,
        bases: tuple[type, ...],
        body: dict[str, Any],
        *,
        section: str = "",
        zh: str = "",
        en: str = "",
        namespace: str = "",
        type_name: str = "",
        local: bool = False,
        members: tuple[Field | Part, ...] | None = None,
        **_: Any,
    ) -> "NodeType":
        """`members` declares them all, whatever is inherited (`swsim.simulator.messages.revision`)."""
        namespace = namespace or next((base.namespace for base in bases if isinstance(base, NodeType)), CEB)
        if members is None:
            own: list[Field | Part] = []
            for key in body.get("__annotations__", {}):
                if isinstance(member := body.get(key), Field | Part):
                    member.name, member.xml = key, member.xml or spelled(key, member, namespace)
                    own.append(body.pop(key))
            inherited = [m for base in bases for m in getattr(base, "members", ())]
            members = tuple(_bind(member, body.get("__orig_bases__", ())) for member in (*inherited, *own))
        body |= {"__slots__": (), "members": members, "section": section, "zh": zh, "en": en, "xml": name}
        body |= {"namespace": namespace, "type_name": type_name, "local": local}
        body |= {member.name: _accessor(index, member) for index, member in enumerate(members)}
        return super().__new__(cls, name, bases, body)

    def __init__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any], **_: Any) -> None:
        super().__init__(name, bases, body)
        cls.fields = tuple(m for m in cls.members if isinstance(m, Field))
        cls.parts = tuple(m for m in cls.members if isinstance(m, Part))
        cls.places = {m.name: i for i, m in enumerate(cls.members)}
        cls.filled = tuple(f for f in cls.fields if f.filled)
        cls.attributes = tuple(f for f in cls.fields if f.attribute)
        elements = [f for f in cls.fields if not f.attribute and not f.content]
        cls.tags = tuple(f"{{{cls.namespace}}}{f.xml}" for f in elements)
        cls.optional_at = frozenset(i for i, f in enumerate(elements) if f.optional)
        cls.collapse_at = tuple(i for i, f in enumerate(cls.members) if isinstance(f, Field) and f.collapses)
        cls.defaults_at = tuple((i, f.schema_default) for i, f in enumerate(elements) if f.schema_default is not None)
        cls.inner = tuple((cls.places[p.name], p.many, p.of) for p in cls.parts if isinstance(p.of, NodeType))
        cls.flat = not cls.parts
        cls.plain = len(elements) == len(cls.members)
        cls.shapes = {}

    fields: tuple[Field, ...]
    attributes: tuple[Field, ...]
    parts: tuple[Part, ...]
    places: dict[str, int]
    filled: tuple[Field, ...]
    tags: tuple[str, ...]
    optional_at: frozenset[int]
    collapse_at: tuple[int, ...]
    defaults_at: tuple[tuple[int, str], ...]
    inner: tuple[tuple[int, bool, Any], ...]
    flat: bool
    plain: bool
    shapes: dict[int, tuple[tuple[int, ...], tuple[tuple[int, str], ...]]]


class Node(tuple[Any, ...], metaclass=NodeType):  # noqa: SLOT001 - the metaclass sets it
    """Base of every declared node. Built by keyword, from XML (`read`) or from its stored values (`restore`)."""

    def __new__(cls, **values: Any) -> Self:
        """Numbers are given as Decimal or text; TypeError names required values that are missing, and unknown ones."""
        written: list[Any] = []
        for member in cls.members:
            value = values.pop(member.name, member.default)
            written.append(value if value is None or isinstance(value, str) else _written(member, value))
        if values or REQUIRED in written:
            missing = [m.name for m, value in zip(cls.members, written, strict=True) if value is REQUIRED]
            raise TypeError(f"{cls.__name__}: unknown {sorted(values)}, missing {missing}")
        return tuple.__new__(cls, written)

    @classmethod
    def read(cls, element: etree._Element) -> Self:
        """Decode an element that the schema has accepted."""
        return _read_plain(cls, element) if cls.plain else _read_parts(cls, element)

    @classmethod
    def restore(cls, values: list[Any]) -> Self:
        """Rebuild a node from its JSON form (nested lists, in the order of declaration)."""
        for at, many, of in cls.inner:
            value = values[at]
            if many:
                values[at] = tuple([tuple.__new__(of, one) for one in value] if of.flat else map(of.restore, value))
            elif value is not None:
                values[at] = tuple.__new__(of, value) if of.flat else of.restore(value)
        return tuple.__new__(cls, values)

    def raw(self, name: str) -> str | None:
        """The text of a field as it was written; None where it is absent."""
        value: str | None = self[type(self).places[name]]
        return value

    def replaced(self, **changes: Any) -> Self:
        """A copy with some members changed."""
        values = list(self)
        for name, value in changes.items():
            at = type(self).places[name]
            values[at] = _written(type(self).members[at], value)
        return tuple.__new__(type(self), values)

    def walk(self) -> Iterator[tuple[Field, str | None]]:
        """Every field of this node and the nodes below it with its text, in the order of the schema."""
        for member, value in zip(type(self).members, self, strict=True):
            if isinstance(member, Field):
                yield member, value
            elif member.of is not None and value is not None:
                for child in value if member.many else (value,):
                    yield from child.walk()

    def __repr__(self) -> str:
        inner = ", ".join(
            f"{m.name}={v!r}" for m, v in zip(type(self).members, self, strict=True) if v not in (None, ())
        )
        return f"{type(self).__name__}({inner})"


N = TypeVar("N", bound=Node)


_decimal = lru_cache(maxsize=65536)(Decimal)
_integer = lru_cache(maxsize=4096)(int)
"""Rules read the same few numbers of a document again and again; a repeated text costs a look-up."""


def spelled(name: str, member: Field | Part, namespace: str) -> str:
    """XML name of a member that does not declare its own."""
    if isinstance(member, Part) and isinstance(member.of, type):
        return member.of.__name__
    return SPELLING[namespace](name)


def _bind(member: Field | Part, bases: tuple[Any, ...]) -> Field | Part:
    """Give a part declared over a type variable (`Upload[Order]`) the type it stands for."""
    if isinstance(member, Field) or isinstance(member.of, type) or member.of is None:
        return member
    arguments = [argument for base in bases for argument in get_args(base) if isinstance(argument, type)]
    if not arguments:
        return member
    return Part(arguments[0], member.least, member.most, arguments[0].__name__, member.name, default=member.default)


def _accessor(index: int, member: Field | Part) -> property:
    """A C getter for text; a conversion on reading for numbers."""
    get = itemgetter(index)
    if isinstance(member, Part) or member.format.kind != "N":
        return property(get)
    convert: Callable[[str], Any] = _integer if member.format.python_type is int else _decimal
    if member.optional:
        return property(lambda node: convert(node[index]) if node[index] else None)
    return property(lambda node: convert(node[index]))


def _written(member: Field | Part, value: Any) -> Any:
    if isinstance(member, Part) and value is not REQUIRED:
        return tuple(value) if member.many else value
    if value is None or value is REQUIRED or isinstance(value, str):
        return value
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _read_plain(cls: type[N], element: etree._Element) -> N:
    """Decode a node of nothing but elements with values.

    The schema has fixed the order, so values are taken by place. Tags are costly to read, so where optional elements
    are absent the last arrangement of the same length is tried first: two different arrangements of equal length
    differ at an optional element of the first, hence only those tags are compared. An empty element with a default
    or fixed value stands for it (XSD 1.0 §3.3.4), which libxml2 accepts since 2.14.
    """
    texts: list[Any] = [child.text or "" for child in element]
    if len(texts) != len(cls.tags):
        shape = _shape(cls, element, len(texts))
        values: list[Any] = [None] * len(cls.tags)
        for at, text in zip(shape, texts, strict=True):
            values[at] = text
        texts = values
    for at, default in cls.defaults_at:
        if texts[at] == "":
            texts[at] = default
    for at in cls.collapse_at:
        if texts[at] and not texts[at].isalnum():
            texts[at] = _SPACE.sub(" ", texts[at]).strip(" ")
    return tuple.__new__(cls, texts)


def _shape(cls: type[Node], element: etree._Element, length: int) -> tuple[int, ...]:
    if (known := cls.shapes.get(length)) is not None:
        shape, optional = known
        if all(element[i].tag == tag for i, tag in optional):
            return shape
    places = {tag: at for at, tag in enumerate(cls.tags)}
    shape = tuple(places[str(child.tag)] for child in element)
    cls.shapes[length] = shape, tuple((i, cls.tags[at]) for i, at in enumerate(shape) if at in cls.optional_at)
    return shape


def _read_parts(cls: type[N], element: etree._Element) -> N:
    found: dict[str, list[etree._Element]] = {}
    for child in element:
        found.setdefault(str(child.tag), []).append(child)
    values: list[Any] = []
    for member in cls.members:
        if isinstance(member, Field):
            values.append(_text_of(member, element, found.get(f"{{{cls.namespace}}}{member.xml}")))
            continue
        children = found.get(f"{{{member.namespace or cls.namespace}}}{member.xml}", [])
        if member.of is None:
            values.append(_as_it_came(children[0]) if children else None)
        elif member.many:
            values.append(tuple(map(member.of.read, children)))
        else:
            values.append(member.of.read(children[0]) if children else None)
    return tuple.__new__(cls, values)


def _text_of(member: Field, element: etree._Element, children: list[etree._Element] | None) -> str | None:
    if member.attribute:
        text = element.get(member.xml)
    elif member.content:
        text = element.text or ""
    else:
        text = (children[0].text or member.schema_default or "") if children else None
    return _SPACE.sub(" ", text).strip(" ") if text and member.collapses else text


def _as_it_came(element: etree._Element) -> str:
    """Text of a foreign element, the same however it was nested: exclusive canonical form keeps only its own names."""
    text, alone = io.BytesIO(), deepcopy(element)
    alone.tail = None
    etree.ElementTree(alone).write_c14n(text, exclusive=True, with_comments=False)
    return text.getvalue().decode()
