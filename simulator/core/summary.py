"""The summary (汇总): lists of a month become declarations, their lines become merged lines (rules.md SUM-07..12).

Five fields of a list's head decide the declaration, three of its line the merged line: the eight that must be the same
(八同). customsCode, tradeMode (SUM-08) and the statutory units, without which quantities have no sum, are kept apart
too. `Merge` takes lists one after the other and keeps sums only: a month may have a hundred thousand of them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

MOST_LINES = 50
"""Lines of a customs declaration (SUM-12)."""
UNIT = Decimal("0.00001")
ZERO = Decimal(0)
HEAD_KEY = ("ebc_code", "traf_mode", "owner_code", "country", "port_code", "customs_code", "trade_mode")
LINE_KEY = ("country", "gcode", "currency", "item_name", "unit1", "unit2")
AMOUNTS = ("qty", "qty1", "qty2", "total_price", "gross_weight", "net_weight")
"""What a merged line sums up."""


class Switches(NamedTuple):
    """How lists are merged: with the producer in the key (SUM-10), by the commodity name of the list (SUM-11)."""

    by_producer: bool = True
    by_item_name: bool = False


class Back(NamedTuple):
    """What came back of a line before the summary (RET-12)."""

    qty: Decimal = ZERO
    qty1: Decimal = ZERO
    qty2: Decimal = ZERO


class Placed(NamedTuple):
    """Where a line of a list went: a row of CEB792. `line` is gseqno, the line in the declaration."""

    list: int
    gnum: int
    declaration: int
    line: int
    gcode: str
    invt_no: str
    logistics_no: str


@dataclass(slots=True)
class Mark:
    """A list that is summed up, or spoken of when its month is judged; `sum_no` empty: it stays as it was."""

    serial: int
    sum_no: str
    trail: bytes


@dataclass(slots=True)
class Line:
    """A merged line: its key, the first line's name and unit, the sums."""

    key: tuple[str, ...]
    gname: str
    unit: str
    unit_mixed: bool = False
    sources: int = 0
    sums: list[Decimal] = field(default_factory=lambda: [ZERO] * len(AMOUNTS))

    def as_json(self, number: int) -> dict[str, Any]:
        """The shape of the control API. Where units differ, the statutory one is declared (SUM-09)."""
        sums = dict(zip(AMOUNTS, self.sums, strict=True))
        if self.unit_mixed:
            sums["qty"] = sums["qty1"]
        country, gcode, currency, name, unit1, unit2 = self.key
        return {
            "gseqno": number,
            "gcode": gcode,
            "gname": self.gname,
            "itemName": name,
            "country": country,
            "currency": currency,
            "unit": unit1 if self.unit_mixed else self.unit,
            "qty": plain(sums["qty"]),
            "unit1": unit1,
            "qty1": plain(sums["qty1"]),
            "unit2": unit2,
            "qty2": plain(sums["qty2"]) if unit2 else None,
            "totalPrice": plain(sums["total_price"]),
            "grossWeight": plain(sums["gross_weight"]),
            "netWeight": plain(sums["net_weight"]),
            "sources": self.sources,
        }


@dataclass(slots=True)
class Declaring:
    """A declaration as it is filled: its serial, key, lines by key."""

    serial: int
    key: tuple[str, ...]
    lines: dict[tuple[str, ...], Line] = field(default_factory=dict)
    numbers: dict[tuple[str, ...], int] = field(default_factory=dict)
    first_closed: int = 0

    def weight(self, name: str) -> Decimal:
        """Gross or net weight of its lines."""
        at = AMOUNTS.index(name)
        return sum((line.sums[at] for line in self.lines.values()), ZERO)


class Merge:
    """Lists in, declarations out. `take_serial` gives the numbers by which declarations are told apart."""

    def __init__(self, switches: Switches, take_serial: Callable[[], int]) -> None:
        self._switches = switches
        self._take_serial = take_serial
        self._open: dict[tuple[str, ...], list[Declaring]] = {}
        self._where: dict[tuple[tuple[str, ...], tuple[str, ...]], Declaring] = {}
        self.kept_out = [ZERO] * len(AMOUNTS)
        """Sums of what came back and is not summed up."""
        self.lists = 0

    @property
    def declarations(self) -> list[Declaring]:
        """In the order in which they were opened."""
        found = [one for some in self._open.values() for one in some]
        return sorted(found, key=lambda one: one.serial)

    def add(self, serial: int, closed_ms: int, document: Any, invt_no: str, back: Mapping[int, Back]) -> list[Placed]:
        """Merge a list (CEB603); where each of its lines went. A line that came back whole goes nowhere."""
        head = document.head
        skipped = () if self._switches.by_producer else ("owner_code",)
        group = tuple("" if name in skipped else getattr(head, name) for name in HEAD_KEY)
        rows = list(_amounts(document))
        placed = []
        self.lists += 1
        for line, amounts in rows:
            left = self._left(line, amounts, back.get(line.gnum))
            if left is None:
                continue
            key = self._line_key(line)
            into = self._declaration(group, key)
            into.first_closed = min(into.first_closed or closed_ms, closed_ms)
            merged = into.lines[key]
            merged.sums = [a + b for a, b in zip(merged.sums, left, strict=True)]
            merged.sources += 1
            merged.unit_mixed = merged.unit_mixed or merged.unit != line.unit
            if not merged.gname:
                merged.gname, merged.unit, merged.unit_mixed = line.gname, line.unit, False
            number = into.numbers[key]
            placed.append(Placed(serial, line.gnum, into.serial, number, line.gcode, invt_no, head.logistics_no))
        return placed

    def _left(self, line: Any, amounts: list[Decimal], back: Back | None) -> list[Decimal] | None:
        """Amounts of a line less what came back; value and weights by its share of the quantity. None: nothing left."""
        if back is None or not back.qty:
            return amounts
        if back.qty >= line.qty:
            self.kept_out = [a + b for a, b in zip(self.kept_out, amounts, strict=True)]
            return None
        share = back.qty / line.qty
        out = [back.qty, back.qty1, back.qty2, *((one * share).quantize(UNIT) for one in amounts[3:])]
        self.kept_out = [a + b for a, b in zip(self.kept_out, out, strict=True)]
        return [a - b for a, b in zip(amounts, out, strict=True)]

    def _line_key(self, line: Any) -> tuple[str, ...]:
        name = (line.item_name or line.gname) if self._switches.by_item_name else ""
        return line.country, line.gcode, line.currency, name, line.unit1, line.unit2 or ""

    def _declaration(self, group: tuple[str, ...], key: tuple[str, ...]) -> Declaring:
        """The declaration that has this line, or the last of its group, a further one where that is full (SUM-12)."""
        known = self._where.get((group, key))
        if known is not None:
            return known
        opened = self._open.setdefault(group, [])
        if not opened or len(opened[-1].lines) >= MOST_LINES:
            opened.append(Declaring(self._take_serial(), group))
        into = self._where[group, key] = opened[-1]
        into.numbers[key] = len(into.lines) + 1
        into.lines[key] = Line(key, "", "")
        return into


@dataclass(slots=True)
class Summing:
    """A merge on its way: the lists (serials) in their order, and how many are merged. It can be begun anew."""

    sum_no: str
    lists: Sequence[int]
    switches: Switches
    merge: Merge | None = None
    merged: int = 0
    nameless: int = 0


def _amounts(document: Any) -> Iterator[tuple[Any, list[Decimal]]]:
    """Each line with its amounts: the list's weights by the share of its value, the last line has the rest."""
    head, lines = document.head, document.lines
    total = sum((line.total_price for line in lines), ZERO)
    rest = [head.gross_weight, head.net_weight]
    for place, line in enumerate(lines, 1):
        if place == len(lines):
            weights = rest
        else:
            weights = [
                (one * line.total_price / (total or 1)).quantize(UNIT) for one in (head.gross_weight, head.net_weight)
            ]
            rest = [a - b for a, b in zip(rest, weights, strict=True)]
        yield line, [line.qty, line.qty1, line.qty2 or ZERO, line.total_price, *weights]


def plain(value: Decimal) -> str:
    """A number as people write it: no exponent, no zeros that say nothing."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
