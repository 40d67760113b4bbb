"""Everything that is looked up by code: the tables, the calendar, the rates. What rules ask is asked of `Codes`.

``Codes.builtin()`` is what ships; `swsim.simulator.codes.loading.load` puts a user's own files over it.
"""

import hashlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from swsim.simulator.codes.rates import Rates, rates_of
from swsim.simulator.codes.sheets import CodesError, Sheet, decoded, read_sheet
from swsim.simulator.codes.tables import CALENDAR, RATES, SHAPES, Row, Table, table_of
from swsim.simulator.codes.working_days import WorkingDays, days_of

HEADING, SUBHEADING, LINE = 4, 6, 10
"""How many digits of a commodity code have a meaning: a simplified declaration fills 4 or 6 of the ten."""
FILES = {**SHAPES, "calendar": CALENDAR, "rates": RATES}
"""Every file of codes, by name, with its shape."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """The commodity codes by their beginnings, and which of these have something below them."""

    table: Table
    beginnings: frozenset[str]
    branches: frozenset[str]
    gives_units: bool = False
    """Whether a row has statutory units, or a duty or licence."""
    restricts: bool = False

    def absent(self, code: str, digits: int = LINE) -> str | None:
        """What was expected, where the first `digits` of `code` name nothing in the tariff, as deep as it is known."""
        if not (len(code) == LINE and code.isascii() and code.isdigit()):
            return f"10 digits, a code of the table tariff {self.table.shape.zh}"
        for length in range(HEADING, digits + 1, 2):
            begins = code[:length]
            if begins not in self.beginnings:
                what = {HEADING: "heading 品目", SUBHEADING: "subheading 子目"}.get(length, "line 税则号列")
                told = f"a code whose first {length} digits are a {what} of the table tariff, {begins} is none"
                return told + self.table.extent
            if begins not in self.branches:
                break
        return None

    def says(self, code: str, column: str) -> str | None:
        """What the deepest row with a value in a column says of `code`: `yes`, `no`; None where none has one."""
        for length in range(min(len(code), LINE), 1, -2):
            row = self.table.rows.get(code[:length])
            if row is not None and column in row.more:
                return row.more[column]
        return None

    def row(self, code: str) -> Row | None:
        """The deepest row that `code` begins with: its statutory units, duty, licence."""
        lengths = range(min(len(code), LINE), HEADING - 1, -2)
        return next((self.table.rows[code[:n]] for n in lengths if code[:n] in self.table.rows), None)


@dataclass(frozen=True, slots=True)
class Codes:
    """The tables by name, the tariff, the calendar of working days, the exchange rates."""

    tables: Mapping[str, Table]
    tariff: Tariff
    days: WorkingDays
    rates: Rates
    answers: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)
    """Room for those who ask the same again and again (`core.checks_codes`)."""

    @staticmethod
    @cache
    def builtin() -> "Codes":
        """What ships with the package. Read once."""
        sheets = {name: shipped(name) for name in FILES}
        tables = {name: table_of(name, sheets[name]) for name in SHAPES}
        return codes_of(tables, days_of(sheets["calendar"]), rates_of(sheets["rates"]))

    def absent(self, table: str, code: str | None) -> str | None:
        """What was expected, where `code` is not in the table; None where it is, and where nothing is given.

        `table` is the `codes` of a field. A port of three digits is a country (port not known); of a commodity code the
        ten digits count, `absent_commodity` takes a simplified one.
        """
        return self.asked(table, code)[1]

    def wrong(self, table: str, code: str | None) -> str | None:
        """`absent`, of a complete table only: a fault that may be refused."""
        complete, expected = self.asked(table, code)
        return expected if complete else None

    def unknown(self, table: str, code: str | None) -> str | None:
        """`absent`, of a table that is not complete: a remark in every profile, never a refusal."""
        complete, expected = self.asked(table, code)
        return None if complete else expected

    def asked(self, table: str, code: str | None) -> tuple[bool, str | None]:
        """Whether the table that answers is complete, and `absent`."""
        if not code:
            return False, None
        if table == "tariff":
            return self.tariff.table.complete, self.tariff.absent(code)
        asked = self.tables[table]
        if table == "port" and len(code) == 3 and code.isdigit() and code not in asked.rows:
            asked = self.tables["country"]
        return asked.complete, asked.absent(code)

    def absent_commodity(self, code: str | None, digits: int, day: date | None = None) -> str | None:
        """`absent` for a commodity code of which only the first `digits` (4, 6 or 10) have a meaning (STA-04).

        On a `day` the table is not that of, nothing is said.
        """
        if not code or (day is not None and not self.tariff.table.holds_on(day)):
            return None
        return self.tariff.absent(code, digits)

    def row(self, table: str, code: str) -> Row | None:
        """The row of a code; of the tariff the deepest one that the code begins with."""
        return self.tariff.row(code) if table == "tariff" else self.tables[table].rows.get(code)

    def title(self, table: str, code: str) -> str:
        """The names of a code, empty where it is not known."""
        row = self.row(table, code)
        return row.title if row else ""

    def zone_of(self, customs: str, day: date) -> Row | None:
        """The pilot zone (综试区) a customs district lies in on a day; None where the table knows none (STA-01)."""
        month = f"{day:%Y-%m}"
        for row in self.tables["pilot_zone"].rows.values():
            if customs in row.more.get("customs", "").split() and (
                row.more.get("since", "") <= month < row.more.get("until", "9999")
            ):
                return row
        return None

    def rmb(self, amount: Decimal, currency: str, day: date) -> Decimal | None:
        """`amount` in RMB at the customs rate of the month of `day`; None where that is not known."""
        return self.rates.rmb(amount, currency, day)

    def digest(self) -> str:
        """SHA-256 of everything the answers depend on: for the journal, so that a replay finds the same tables."""
        words = [
            repr((t.name, t.complete, t.holds, sorted(map(_facts, t.rows.values())))) for t in self.tables.values()
        ]
        words += [
            repr(sorted(self.days.days.items())),
            repr(sorted(self.days.years)),
            repr(sorted(self.rates.rows.items())),
        ]
        return hashlib.sha256("\n".join(words).encode()).hexdigest()


def codes_of(tables: Mapping[str, Table], days: WorkingDays, rates: Rates) -> Codes:
    """Codes of their parts; the tariff is indexed here."""
    lines = tables["tariff"].rows
    branches = frozenset(code[:length] for code in lines for length in range(HEADING, len(code), 2))
    gives_units = any("unit1" in row.more for row in lines.values())
    restricts = any("yes" in map(row.more.get, ("export_duty", "licence", "inspection")) for row in lines.values())
    tariff = Tariff(tables["tariff"], branches | lines.keys(), branches, gives_units, restricts)
    return Codes(tables, tariff, days, rates)


def shipped(name: str) -> Sheet:
    """A file of the package."""
    data = pkgutil.get_data(__package__, f"data/{name}.csv")  # importlib.resources would bring tempfile, random along
    if data is None:
        raise CodesError(f"{name}.csv: expected in the package, not found")
    return read_sheet(f"{name}.csv", decoded(f"{name}.csv", data), FILES[name])


def _facts(row: Row) -> tuple[str, ...]:
    return (row.code, row.zh, row.en, *row.alias, *(f"{k}={v}" for k, v in sorted(row.more.items())))
