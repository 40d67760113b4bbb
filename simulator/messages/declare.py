"""The words in which a message is declared, once.

A declaration reads like the specification's own table: one line a field, in the order of the schema::

    class OrderHead(Node, section="2.1.4", zh="电子订单表头", en="Order head"):
        guid: str = F("C36", "系统唯一序号", "Unique serial number")
        order_no: str = F("C..60", "订单编号", "Order number")
        goods_value: Decimal = F("N19,5", "商品金额", "Goods value, FOB")
        note: str | None = F("C..1000", "备注", "Note", default=None)

From it come the XSD (`schema`), the decoder and encoder (`node`, `codec`), the reference pages, the generated data and
the generated defects. Formats are written as in the specification: ``C36`` exactly 36 characters, ``C..60`` at most
60, ``C1..10`` 1 to 10, ``N19,5`` decimal with 19 digits of which 5 behind the point, ``N5`` integer of 5 digits.
The envelopes (§4, §5) also use types of XML Schema by their names: ``dateTime``, ``date``, ``base64Binary``, ``ID``.
Where the text and the XSD differ the XSD is declared (docs/spec-notes.md), since a real message is checked with it.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

REQUIRED: Any = ...
"""The element must be there. `default=None` makes it optional, any other default is the schema's own default."""


@dataclass(frozen=True, slots=True)
class Format:
    """A data format of the specification (§2, column 数据格式).

    `kind` is ``C`` (text, lengths in characters), ``N`` (number, lengths in digits) or the name of an XSD type.
    """

    text: str
    kind: str
    length: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    total_digits: int | None = None
    fraction_digits: int | None = None

    @property
    def base(self) -> str:
        """Name of the XSD type it restricts: string, int or decimal; or the one that it is."""
        if self.kind == "N":
            return "int" if self.fraction_digits is None else "decimal"
        return "string" if self.kind == "C" else self.kind

    @property
    def python_type(self) -> type:
        """Type of a value once it is read: str, int or Decimal."""
        return {"int": int, "decimal": Decimal}.get(self.base, str)


_FORMAT = re.compile(
    r"C(?P<len>\d+)|C(?P<min>\d*)\.\.(?P<max>\d*)|N(?P<total>\d+)(?:,(?P<frac>\d+))?"
    r"|(?P<builtin>dateTime|date|base64Binary|ID)"
)


def parse_format(text: str) -> Format:
    """Read a format as the specification writes it; ValueError names what is not one."""
    found = _FORMAT.fullmatch(text)
    if not found:
        raise ValueError(f"not a data format of the specification: {text!r} (expected C36, C..60, C1..10, N5 or N19,5)")
    if found["builtin"]:
        return Format(text, text)
    number = {name: int(value) if value else None for name, value in found.groupdict().items() if name != "builtin"}
    kind = text[0]
    return Format(text, kind, number["len"], number["min"], number["max"], number["total"], number["frac"])


@dataclass(slots=True)
class Field:
    """One line of a table: an element with a value, an attribute, or the content of the node itself.

    The class it stands in sets `name` and `xml`.
    """

    format: Format
    zh: str
    en: str
    default: Any = REQUIRED
    fixed: bool = False
    codes: str = ""
    """Name of the code table the value comes from, see `simulator.codes`."""
    collapse: bool = False
    """The schema says that white space collapses before it looks at the value."""
    filled: bool = True
    """The table marks it 是: an empty value passes the schema and fails rule MSG-16."""
    attribute: bool = False
    content: bool = False
    type_name: str = ""
    """Name of its type in the schema, where the schema gives it one."""
    xml: str = ""
    name: str = ""

    @property
    def optional(self) -> bool:
        """The element may be absent."""
        return self.default is None

    @property
    def schema_default(self) -> str | None:
        """Value an empty element stands for (XSD default or fixed value), None where there is none."""
        return None if self.default in (REQUIRED, None) else str(self.default)

    @property
    def collapses(self) -> bool:
        """White space at the ends and between words says nothing: by the schema, or by nature of the type."""
        return self.collapse or self.format.kind not in {"C", "N"}


@dataclass(slots=True)
class Part:
    """A child node, or `most` of them; `of` is None for XML that passes through as it came (`Opaque`)."""

    of: Any
    least: int = 1
    most: int | None = 1
    xml: str = ""
    name: str = ""
    namespace: str = ""
    type_name: str = ""
    default: Any = field(default=REQUIRED)

    @property
    def many(self) -> bool:
        """Decoded to a tuple of nodes."""
        return self.most != 1


def F(  # noqa: N802 - reads as a column of the specification's table
    format: str,  # noqa: A002 - the specification's word
    zh: str,
    en: str,
    *,
    default: Any = REQUIRED,
    fixed: bool = False,
    codes: str = "",
    collapse: bool = False,
    filled: bool | None = None,
    xml: str = "",
) -> Any:
    """Declare an element with a value; `filled` says where the table's column 必填 departs from the schema."""
    is_filled = default is not None if filled is None else filled
    return Field(parse_format(format), zh, en, default, fixed, codes, collapse, is_filled, xml=xml)


def A(  # noqa: N802 - as `F`
    format: str,  # noqa: A002 - the specification's word
    zh: str,
    en: str,
    *,
    default: Any = REQUIRED,
    fixed: bool = False,
    xml: str = "",
) -> Any:
    """Declare an attribute; `default=None` makes it optional, `fixed` gives its only value."""
    return Field(parse_format(format), zh, en, default, fixed, filled=default is not None, attribute=True, xml=xml)


def T(format: str, zh: str, en: str, *, type_name: str = "") -> Any:  # noqa: A002, N802 - as `F`
    """Declare the text that the node itself holds; `type_name` where the schema names its type."""
    return Field(parse_format(format), zh, en, content=True, type_name=type_name)


def One(of: Any, *, default: Any = REQUIRED, xml: str = "") -> Any:  # noqa: N802 - as `F`
    """Declare one child node; `default=None` makes it optional, `xml` names it otherwise than its class."""
    return Part(of, least=0 if default is None else 1, xml=xml, default=default)


def Many(of: Any, most: int | None, *, default: Any = REQUIRED) -> Any:  # noqa: N802 - as `F`
    """Declare 1 to `most` child nodes, or none where `default=()`; `most=None` is unbounded."""
    return Part(of, least=1 if default is REQUIRED else 0, most=most, default=default)


def Opaque(  # noqa: N802 - as `F`
    xml: str, namespace: str, *, type_name: str = "", default: Any = REQUIRED
) -> Any:
    """Declare an element that is kept as the XML text it came in: of another schema, or open by `type_name`."""
    return Part(
        None, least=0 if default is None else 1, xml=xml, namespace=namespace, type_name=type_name, default=default
    )


def camel_case(name: str) -> str:
    """`order_no` -> `orderNo`: the spelling rule of almost every element; exceptions are declared with `xml=`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def cap_words(name: str) -> str:
    """`cop_msg_id` -> `CopMsgId`: the spelling rule of the envelopes."""
    return "".join(word.capitalize() for word in name.split("_"))
