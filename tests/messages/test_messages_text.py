"""The declarations against the text of the specification: every difference between the field tables of §2 and the XSD
stands in docs/spec-notes.md, and nothing stands there that is none.
"""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from message_samples import OFFICIAL, official

from swsim.simulator.messages.declare import Field
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.transfer import BaseTransfer

NOTES = Path(__file__).parents[2] / "docs" / "spec-notes.md"
HEADING = "## Text and XSD, field by field"
LINE = re.compile(
    r"(?P<zh>\S+)?\s+(?P<name>[a-zA-Z]\w*)\s+(?P<format>C\d*(?:\.\.\d+)?|N\d+(?:,\d+)?)\s+(?P<must>[是否])(?:\s|$)"
)
SECTION = re.compile(r"\s*(2\.\d+)\.([1-4])\.\s*\S")
MISSPELT = {"agengName": "agentName", "declagAgentCode": "declAgentCode"}


class Row(NamedTuple):
    """A line of a field table of the text."""

    name: str
    format: str
    must: bool
    zh: str


class Difference(NamedTuple):
    """One place where the text and the XSD differ."""

    message: str
    element: str
    text: str
    xsd: str


def chapter() -> list[str]:
    """The lines of §2, the export messages."""
    lines = official(OFFICIAL / "spec-202205.txt").read_text("utf-8").splitlines()
    return lines[lines.index("2. 出口业务节点报文") : lines.index("3. 进口业务节点报文")]


def tables() -> dict[str, list[Row]]:
    """The field tables by section (``2.1.4``); those of BaseTransfer by section and ``T``."""
    lines = chapter()
    found: dict[str, list[Row]] = {}
    section = ""
    for at in range(len(lines)):
        if head := SECTION.match(lines[at]):
            section = f"{head[1]}.{head[2]}"
        if "基础报文传输实体节点描述" in lines[at]:
            section += "T"
        if row := LINE.match(lines[at]):
            title = row["zh"] or _around(lines[at - 1], lines[at + 1])
            found.setdefault(section, []).append(Row(row["name"], row["format"], row["must"] == "是", title))
    return found


def _around(before: str, after: str) -> str:
    """A title that is broken into the lines before and after its row."""
    parts = (re.match(r"\S+", line) for line in (before, after))
    return "".join(part[0] for part in parts if part)


def declared() -> dict[str, tuple[str, list[Field]]]:
    """Number of the message (``304``) and fields, in the order of the XSD, by section."""
    found: dict[str, tuple[str, list[Field]]] = {}
    for message in EDITION_202205.messages.values():
        (document,) = [part.of for part in message.parts if part.name in {"documents", "records"}] or [None]
        if document is not None:
            nodes: list[Any] = [part.of for part in document.parts] or [document]
            found[document.section] = (message.xml[3:6], [field for node in nodes for field in node.fields])
    return found


def pairs(rows: list[Row], fields: list[Field]) -> Iterator[tuple[Row | None, Field]]:
    """Each field with its line: the first of that name which is still free."""
    free = list(rows)
    for field in fields:
        row = next((row for row in free if MISSPELT.get(row.name, row.name) == field.xml), None)
        if row:
            free.remove(row)
        yield row, field
    assert free == []


def differences() -> Iterator[Difference]:
    """All of them, message by message."""
    ours = declared()
    for section, rows in tables().items():
        if section.endswith("T"):
            continue
        message, fields = ours[section]
        for row, field in pairs(rows, fields):
            if row is None:
                yield Difference(message, field.xml, "—", f"required {field.format.text}")
                continue
            if row.name != field.xml:
                yield Difference(message, field.xml, row.name, field.xml)
            if row.format != field.format.text and (row.format, field.format.text) != ("C..10", "C1..10"):
                yield Difference(message, field.xml, row.format, field.format.text)
            if row.must is field.optional:
                yield Difference(
                    message, field.xml, "是" if row.must else "否", "optional" if field.optional else "required"
                )
            if field.schema_default is not None:
                yield Difference(
                    message, field.xml, "—", f"{'fixed' if field.fixed else 'default'} {field.schema_default}"
                )
            if field.collapse:
                yield Difference(message, field.xml, "—", "white space collapses")
        order = [MISSPELT.get(row.name, row.name) for row in rows], [f.xml for f in fields]
        if order[0] != order[1] and sorted(order[0]) == sorted(order[1]):
            at = [n for n, (text, xsd) in enumerate(zip(*order, strict=True)) if text != xsd]
            text, xsd = (" ".join(one[at[0] : at[-1] + 1]) for one in order)
            yield Difference(message, "order", text, xsd)


def noted() -> Iterator[Difference]:
    """The rows of the notes; a cell with several messages or elements stands for each of them."""
    part = NOTES.read_text("utf-8").partition(HEADING)[2].partition("\n## ")[0]
    for line in part.splitlines():
        cells = [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0][:1].isdigit():
            messages, elements, text, xsd, choice = cells
            assert choice
            for message, element in product(messages.split(", "), elements.split(", ")):
                yield Difference(message, element, text, xsd)


def test_the_notes_list_every_difference_and_nothing_else() -> None:
    """Names, order, formats, presence, defaults, white space: what the tables say and what the XSD has."""
    found, told = list(differences()), list(noted())
    assert sorted(set(found) - set(told)) == []
    assert sorted(set(told) - set(found)) == []
    assert len(told) == len(set(told))
    assert len(found) > 60


def test_every_table_is_declared() -> None:
    """23 documents and 11 times BaseTransfer, each line once."""
    text = tables()
    assert sorted(section for section in text if not section.endswith("T")) == sorted(declared())
    transfers = [rows for section, rows in text.items() if section.endswith("T")]
    assert len(transfers) == 11
    for rows in transfers:
        assert [(row.name, row.format, row.must) for row in rows] == [
            (field.xml, field.format.text, field.filled) for field in BaseTransfer.fields
        ]


@pytest.mark.parametrize("section", sorted(declared()))
def test_titles_and_the_column_of_what_must_be_filled_are_the_text_s(section: str) -> None:
    """中文名称 is each field's title, 必填 says whether MSG-16 asks for a value."""
    _, fields = declared()[section]
    for row, field in pairs(tables()[section], fields):
        if row is None:
            assert (field.xml, field.filled) == ("returnInfo", False)
        else:
            assert (field.zh, field.filled) == (row.zh, row.must), field.xml


def test_the_signature_is_asked_for_where_the_head_table_asks() -> None:
    """签名节点 is mandatory in 509, 603, 605, 607 and 701, optional in the others (X7); the XSD asks nowhere."""
    asked: dict[str, bool] = {}
    section = ""
    for line in chapter():
        if head := SECTION.match(line):
            section = head[1]
        if "ceb:Signature" in line and (must := re.search(r"[是否]", line)):
            asked[section] = must[0] == "是"
    assert asked == {business.upload.section: business.must_sign for business in EDITION_202205.businesses}
