"""Predicates on numbers that have a form of their own, in any document (rules.md §11, ID; X6b)."""

from collections.abc import Iterable, Iterator
from typing import Any

from swsim.simulator.codes.formats import INVT_NO, PRE_NO, PRE_NO_TALLY
from swsim.simulator.core.checks_common import NONE, Fault, head_path
from swsim.simulator.core.incoming import Reading
from swsim.simulator.messages.node import Node

INVT_NO_OF_THE_HEAD = frozenset({"603", "605", "213", "215"})
WAYBILL_OF_THE_LINE = frozenset({"507", "509", "607"})


def _lines(item: Reading) -> Iterator[tuple[str, Any]]:
    name = type(item.document).parts[1].xml
    for i, line in enumerate(item.document.lines, 1):
        yield f"{name}[{i}]/", line


def pre_no_is_malformed(item: Reading) -> Iterable[Fault]:
    """ID-01, where it is given: the e-port makes it."""
    given = item.head.pre_no
    form = PRE_NO_TALLY if item.kind == "215" else PRE_NO
    return ((f"{head_path(item)}preNo", form.expected, given),) if given and not form.fits(given) else NONE


def list_number_is_malformed(item: Reading) -> Iterable[Fault]:
    """ID-02, where it is given: customs makes it."""
    if item.kind in INVT_NO_OF_THE_HEAD:
        given = item.head.invt_no
        return ((f"{head_path(item)}invtNo", INVT_NO.expected, given),) if given and not INVT_NO.fits(given) else NONE
    return [
        (f"{path}invtNo", INVT_NO.expected, line.invt_no)
        for path, line in _lines(item)
        if line.invt_no and not INVT_NO.fits(line.invt_no)
    ]


def waybill_number_has_a_space(item: Reading) -> Iterable[Fault]:
    """ID-07; the space around a key is MSG-16's."""
    expected = "printable characters without a space"
    if item.kind in WAYBILL_OF_THE_LINE:
        lines = [(path, line.logistics_no) for path, line in _lines(item) if _is_spaced(line.logistics_no)]
        return [(f"{path}logisticsNo", expected, repr(number)) for path, number in lines]
    given = item.head.logistics_no
    given = given.strip() if item.kind == "505" else given
    return ((f"{head_path(item)}logisticsNo", expected, repr(given)),) if _is_spaced(given) else NONE


def _is_spaced(text: str) -> bool:
    return not text.isalnum() and (not text.isprintable() or " " in text)


def line_number_has_zeros(item: Reading) -> Iterable[Fault]:
    """`01`, `+1`: one number, but what compares texts does not find its like. gnum is the first element of a line."""
    if not any([line[0][0] in "0+- \t\r\n" for line in item.document.lines]):  # noqa: C419 - a list is faster
        return NONE
    return [
        (f"{path}gnum", f"{line.gnum}, without anything before it", line[0])
        for path, line in _lines(item)
        if line[0].strip() != str(line.gnum)
    ]


def optional_element_is_empty(item: Reading) -> Iterable[Fault]:
    """X6b: an element that may be absent says nothing when it is empty, and breaks the schema where it has a length."""
    if not item.hollow:
        return NONE
    nodes = [(head_path(item), item.head)]
    if item.head is not item.document:
        nodes += _lines(item)
    return [(f"{path}{xml}", "no element, or one with a value", "") for path, node in nodes for xml in _empty(node)]


def _empty(node: Node) -> list[str]:
    return [f.xml for f in type(node).fields if f.optional and not f.filled and node.raw(f.name) == ""]
