"""Where a path lies in the bytes: line and column, looked for only where there is a finding.

lxml tells the line on which a start tag ends and no column, so the bytes are read once more, by expat, which tells both
of each start tag; elements are matched by their place in the order of the document.
"""

from collections.abc import Iterable
from contextlib import suppress
from xml.parsers import expat

from lxml import etree

BOM = b"\xef\xbb\xbf"
BLOCK = 1 << 14
"""Bytes read at a time: no more than it takes to come to the last place."""


def plain(path: str) -> str:
    """A path without ``..`` and ``.``."""
    steps: list[str] = []
    for step in path.split("/"):
        if step == "..":
            steps.pop()
        elif step != ".":
            steps.append(step)
    return "/".join(steps)


def element_at(root: etree._Element, path: str) -> etree._Element:
    """The element of a path from the root, or the nearest one above that is there."""
    element = root
    for step in path.split("/")[2:]:
        if step.startswith("@"):
            break
        name, _, place = step.partition("[")
        found = [child for child in element if etree.QName(child).localname == name]
        at = int(place.rstrip("]")) - 1 if place else 0
        if at >= len(found):
            break
        element = found[at]
    return element


def places_of(
    data: bytes, root: etree._Element, wanted: Iterable[etree._Element]
) -> dict[etree._Element, tuple[int, int]]:
    """Line and column of the start tag of elements of a tree that was parsed from `data`."""
    targets = set(wanted)
    numbers = {place: element for place, element in enumerate(root.iter("*")) if element in targets}
    last = max(numbers, default=-1)
    found: dict[etree._Element, tuple[int, int]] = {}
    parser, count = expat.ParserCreate(), 0

    def start(_: str, __: object) -> None:
        nonlocal count
        if count in numbers:
            found[numbers[count]] = (parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        count += 1
        if count > last:
            parser.StartElementHandler = None

    parser.StartElementHandler = start
    with suppress(expat.ExpatError):  # what libxml2 takes and expat does not: the line is known, the column is not
        text = data.removeprefix(BOM)
        for begin in range(0, len(text), BLOCK):
            parser.Parse(text[begin : begin + BLOCK])
            if count > last:
                break
    return {element: found.get(element, (element.sourceline or 1, 1)) for element in targets}
