"""What a sandbox keeps of the duties: the ledger, and the user's list of prohibited goods in the sample's place."""

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from swsim.simulator.codes.sheets import TEXT, CodesError, Column, Shape, decoded, read_sheet
from swsim.simulator.duty.ledger import Ledger, added
from swsim.simulator.duty.model import Prohibited

SHAPE = Shape(
    "禁限商品",
    "prohibited goods",
    {
        "how": Column("gcode|keyword|brand", "gcode, keyword or brand", required=True),
        "what": Column(".+", "a beginning of a commodity code, or a word", required=True),
        "reason": TEXT,
    },
    ("how", "what"),
)


def read_prohibited(name: str, data: bytes) -> tuple[Prohibited, ...]:
    """A list from CSV; CodesError says file, line, column."""
    rows = read_sheet(name, decoded(name, data), SHAPE).rows
    return tuple(Prohibited(row["how"], row["what"], row["reason"]) for row in rows)


@cache
def sample() -> tuple[Prohibited, ...]:
    """The list that ships, labelled a sample."""
    data = pkgutil.get_data(__package__, "data/prohibited.csv")
    if data is None:
        raise CodesError("prohibited.csv: expected in the package, not found")
    return read_prohibited("prohibited.csv", data)


@dataclass(frozen=True, slots=True)
class Book:
    """Never changed in place: another one takes its place."""

    ledger: Ledger = ()
    own: tuple[Prohibited, ...] | None = None
    """The user's list; None: the sample holds."""

    @property
    def prohibited(self) -> tuple[Prohibited, ...]:
        """The list in force."""
        return sample() if self.own is None else self.own

    def as_json(self) -> dict[str, Any]:
        """For the settings of a sandbox."""
        return {"ledger": [dict(entry) for entry in self.ledger], "own": self.own and [list(row) for row in self.own]}


def entered(book: Book, said: Mapping[str, Any]) -> Book:
    """The book after what the journal says of it: another list of prohibited goods, or an entry of the ledger."""
    if said["what"] == "prohibited":
        return replace(book, own=tuple(Prohibited(*row) for row in said["rows"]))
    return replace(book, ledger=added(book.ledger, said))


def read_book(value: Mapping[str, Any]) -> Book:
    """Back from the settings."""
    own = value.get("own")
    rows = None if own is None else tuple(Prohibited(*row) for row in own)
    return Book(tuple(value.get("ledger", ())), rows)
