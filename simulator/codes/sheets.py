"""Files of codes: how one is written, read and found fault with. The tables shipped and a user's own are read alike.

A file is CSV in UTF-8. Lines ``# key: value`` may stand before the head of columns: `source`, `date`, `note`,
`complete` (yes, no), `from` and `until` (the days a table holds), and in a user's own file `mode` (extend, replace). A row beginning with ``#`` is a remark.
"""

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

_DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
HEADER = {
    "source": ("", "text"),
    "date": (_DAY, "a date, YYYY-MM-DD"),
    "from": (_DAY, "a date, YYYY-MM-DD"),
    "until": (_DAY, "a date, YYYY-MM-DD"),
    "note": ("", "text"),
    "complete": ("yes|no", "yes or no"),
    "mode": ("extend|replace", "extend or replace"),
}
_HEADER_LINE = re.compile(r"#\s*([A-Za-z]+)\s*:\s*(.*)")


class CodesError(ValueError):
    """A file of codes cannot be used; the text says file, line, column, what was expected and what was received."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a column may hold. An empty pattern takes any text; a column that is not `required` may be empty."""

    pattern: str = ""
    wants: str = "text"
    required: bool = False
    reads: Callable[[str], object] | None = None
    """Reads a value that fits the pattern; a ValueError says that it is no such thing (the 31st of April)."""

    def fits(self, value: str) -> bool:
        """Whether the column may hold `value`."""
        if not value and not self.required:
            return True
        if self.pattern and not re.fullmatch(self.pattern, value):
            return False
        try:
            return self.reads is None or self.reads(value) is not None
        except ValueError:
            return False


TEXT = Column()


@dataclass(frozen=True, slots=True)
class Shape:
    """What a file holds: its titles, its columns by name, and the columns that together name a row once."""

    zh: str
    en: str
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ("code",)

    @property
    def wants(self) -> str:
        """What a code of this table looks like."""
        return self.columns[self.key[0]].wants


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file as read: its header lines and its rows, every value stripped."""

    header: Mapping[str, str]
    rows: list[dict[str, str]] = field(default_factory=list)


def decoded(name: str, data: bytes) -> str:
    """The text of a file; a byte order mark is no part of it."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CodesError(
            f"{name}:{line}: expected UTF-8, received byte 0x{data[error.start]:02X}; save the file as CSV UTF-8"
        ) from None


def read_sheet(name: str, text: str, shape: Shape) -> Sheet:
    """A file read by its shape; CodesError where it does not fit."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")  # lines as editors count them
    header, start = _header(name, lines)
    rows = csv.reader(lines[start:], strict=True)
    sheet = Sheet(header)
    head: list[str] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in _numbered(name, rows, start):
        if not cells or not any(cells) or cells[0].startswith("#"):
            continue
        if not head:
            head = _head(f"{name}:{number}", cells, shape)
            continue
        row = _row(f"{name}:{number}", head, cells, shape)
        key = tuple(row[part] for part in shape.key)
        if first := seen.setdefault(key, number) - number:
            raise CodesError(f"{name}:{number}: {' '.join(key)} stands in line {number + first} already")
        sheet.rows.append(row)
    if not head:
        raise CodesError(f"{name}: expected a head of columns {_names(shape)}, received no line of columns")
    return sheet


def _header(name: str, lines: list[str]) -> tuple[dict[str, str], int]:
    header: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.startswith("#"):
            return header, number - 1
        if found := _HEADER_LINE.fullmatch(line.rstrip().rstrip(",")):  # spreadsheets pad lines with commas
            key, value = found[1].lower(), found[2].strip().strip('"')
            if key not in HEADER:
                raise CodesError(
                    f"{name}:{number}: expected a header line of {', '.join(HEADER)}, received {found[1]!r}"
                )
            pattern, wants = HEADER[key]
            if pattern and not re.fullmatch(pattern, value):
                raise CodesError(f"{name}:{number}: {key}: expected {wants}, received {value!r}")
            header[key] = value
    return header, len(lines)


def _numbered(name: str, rows: Iterator[list[str]], start: int) -> Iterator[tuple[int, list[str]]]:
    """Rows with their line in the file."""
    number = start
    try:
        for cells in rows:
            number = start + rows.line_num  # type: ignore[attr-defined] # csv's reader counts lines
            yield number, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise CodesError(f"{name}:{number + 1}: not CSV: {error}") from None


def _head(place: str, cells: list[str], shape: Shape) -> list[str]:
    head = [cell.lower() for cell in cells]
    for column in head:
        if column not in shape.columns:
            raise CodesError(f"{place}: expected columns of {_names(shape)}, received {column!r}")
        if head.count(column) > 1:
            raise CodesError(f"{place}: column {column} stands twice")
    for column in shape.key:
        if column not in head:
            raise CodesError(f"{place}: expected a column {column}, received {', '.join(head)}")
    return head


def _row(place: str, head: list[str], cells: list[str], shape: Shape) -> dict[str, str]:
    if len(cells) > len(head) and any(cells[len(head) :]):
        raise CodesError(f"{place}: expected {len(head)} columns ({', '.join(head)}), received {len(cells)}")
    row = dict.fromkeys(shape.columns, "") | dict(zip(head, cells, strict=False))
    for column, value in row.items():
        rule = shape.columns[column]
        if not rule.fits(value):
            zeros = _lost_zeros(rule.pattern, value)
            raise CodesError(f"{place}: column {column}: expected {rule.wants}, received {value!r}{zeros}")
    return row


def _lost_zeros(pattern: str, value: str) -> str:
    """A spreadsheet drops leading zeros: said where that would explain the fault."""
    for width in (3, 4, 6, 8, 10):
        if value.isdecimal() and len(value) < width and re.fullmatch(pattern, value.zfill(width)):
            return f" (leading zeros lost? {value.zfill(width)!r} would fit: format the column as text)"
    return ""


def _names(shape: Shape) -> str:
    return ", ".join(shape.columns)
