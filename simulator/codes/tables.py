"""Code tables (参数代码): what each is, its rows, and what is said of a code that is not in it.

The rows are data, `data/NAME.csv`, each with its source. No table here is known to be complete: a code that is absent
from a table not marked complete may only be remarked on, never refused. Names are those of the `codes` of a field
(`simulator.messages`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from swsim.simulator.codes.sheets import TEXT, Column, Shape, Sheet

MONTH = Column("[0-9]{4}-(0[1-9]|1[0-2])", "a month, YYYY-MM")


def _coded(zh: str, en: str, pattern: str, wants: str, **more: Column) -> Shape:
    columns = {"code": Column(pattern, wants, required=True), "zh": TEXT, "en": TEXT, "alias": TEXT, **more}
    return Shape(zh, en, columns | {"source": TEXT})


_YES_NO = Column("yes|no", "yes or no")
_UNIT = Column("[0-9]{3}", "3 digits, a code of the table unit")
SHAPES: Mapping[str, Shape] = {
    "currency": _coded("货币代码", "currency", "[0-9]{3}", "3 digits"),
    "country": _coded("国家（地区）代码", "country or region", "[0-9]{3}", "3 digits"),
    "unit": _coded("计量单位代码", "unit of quantity", "[0-9]{3}", "3 digits"),
    "transport_mode": _coded("运输方式代码", "transport mode", "[0-9A-Z]", "1 digit or capital letter"),
    "wrap_type": _coded("包装种类代码", "wrapping", "[0-9A-Z]", "1 digit or capital letter"),
    "trade_mode": _coded("贸易方式（监管方式）代码", "trade mode", "[0-9]{4}", "4 digits", messages=TEXT),
    "customs": _coded("关区代码", "customs district", "[0-9]{4}", "4 digits"),
    "port": _coded("指运港代码", "port of destination", "[0-9A-Z]{3,4}", "3 or 4 digits or capital letters"),
    "pilot_zone": _coded(
        "跨境电子商务综合试验区",
        "comprehensive pilot zone",
        ".+",
        "the name of a zone",
        since=MONTH,
        until=MONTH,
        customs=Column("[0-9]{4}( +[0-9]{4})*", "customs districts, 4 digits each, with spaces between"),
    ),
    "tariff": _coded(
        "商品编码（税则号列）",
        "commodity code",
        "[0-9]{4}([0-9]{2}){0,3}",
        "4, 6, 8 or 10 digits",
        unit1=_UNIT,
        unit2=_UNIT,
        export_duty=_YES_NO,
        rebate=_YES_NO,
        licence=_YES_NO,
        inspection=_YES_NO,
    ),
}
"""The code tables, by name: titles, form of a code, columns beyond code, zh, en, alias, source."""

CALENDAR = Shape(
    "工作日历",
    "working days",
    {
        "date": Column(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a date, YYYY-MM-DD", required=True, reads=date.fromisoformat),
        "kind": Column("rest|work", "rest (放假) or work (上班)", required=True),
        "zh": TEXT,
        "source": TEXT,
    },
    ("date",),
)
RATES = Shape(
    "海关计征汇率",
    "customs exchange rates",
    {
        "currency": Column("[0-9]{3}", "3 digits, a code of the table currency", required=True),
        "month": Column(MONTH.pattern, MONTH.wants, required=True),
        "rate": Column(r"[0-9]{1,9}(\.[0-9]{1,10})?", "RMB for one unit, a decimal number", required=True),
        "source": TEXT,
    },
    ("currency", "month"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One code. `alias` holds other codings of the same thing (USD for 502); `more` the table's own columns."""

    code: str
    zh: str
    en: str
    alias: tuple[str, ...]
    source: str
    more: Mapping[str, str]

    @property
    def title(self) -> str:
        """Both names, where it has both."""
        return " ".join(name for name in (self.zh, self.en) if name)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows by code, where they come from, and whether they are all there are."""

    name: str
    source: str
    dated: str
    complete: bool
    note: str
    holds: tuple[str, str]
    """The first and the last day it holds (YYYY-MM-DD), empty where that is open."""
    rows: Mapping[str, Row]
    other: Mapping[str, str]
    """Another coding or a title, to the code: for the hint beside a code that is absent."""

    @property
    def shape(self) -> Shape:
        return SHAPES[self.name]

    def holds_on(self, day: date) -> bool:
        """Whether the table is that of `day`: an edition of the tariff is not asked about an earlier year."""
        first, last = self.holds
        return (not first or first <= f"{day}") and (not last or f"{day}" <= last)

    @property
    def extent(self) -> str:
        """How many codes it has, said where a code is absent."""
        return "" if self.complete else f" ({len(self.rows)} known, the table is not complete)"

    def absent(self, code: str) -> str | None:
        """What was expected, where `code` is not in the table; None where it is. One look-up."""
        if code in self.rows:
            return None
        meant = self.other.get(code)
        hint = f"; {meant} is {self.rows[meant].title}" if meant else ""
        return f"a code of the table {self.name} {self.shape.zh}, {self.shape.wants}{self.extent}{hint}"


def table_of(name: str, sheet: Sheet, base: Table | None = None, origin: str = "") -> Table:
    """A table of a sheet; over `base` it extends that, its own rows going first. `origin` is the source if none is named."""
    header = sheet.header
    source = header.get("source") or origin
    own = {row["code"]: _row(row, source) for row in sheet.rows}
    rows = own if base is None else {**base.rows, **own}
    complete = header["complete"] == "yes" if "complete" in header else base is not None and base.complete
    if base is not None:
        source = f"{base.source}; {source}"
    dated = header.get("date", base.dated if base else "")
    note = " ".join(part for part in (base.note if base else "", header.get("note", "")) if part)
    holds = base.holds if base else ("", "")
    holds = (header.get("from", holds[0]), header.get("until", holds[1]))
    return Table(name, source, dated, complete, note, holds, rows, _other(rows))


def _row(row: dict[str, str], source: str) -> Row:
    more = {k: v for k, v in row.items() if v and k not in {"code", "zh", "en", "alias", "source"}}
    zh = row["zh"] or ("" if row["code"].isascii() else row["code"])  # a pilot zone is named by its name
    return Row(row["code"], zh, row["en"], tuple(row["alias"].split()), row["source"] or source, more)


def _other(rows: Mapping[str, Row]) -> dict[str, str]:
    """Aliases and titles that name one code only."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for row in rows.values():
        for word in {row.zh, row.en, *row.alias} - {""}:
            if found.setdefault(word, row.code) != row.code:
                twice.add(word)
    return {word: code for word, code in found.items() if word not in twice}
