"""The words of the duties: a piece of trade, the trade of a sandbox, a sign that something is wrong."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core.keys import external
from swsim.simulator.profile import Regime
from swsim.simulator.profiles.duties import Lags


class Sign(NamedTuple):
    """What was noticed: the row of DUTIES, the document, what was expected and found."""

    row: str
    kind: str
    key: str
    expected: str
    found: str
    among: tuple[str, ...] = ()
    """Keys of all documents that show it together, where one of them stands for all."""


class Piece(NamedTuple):
    """A document that holds its key, decoded, and when it came to which status."""

    kind: str
    key: str
    state: int
    document: Any
    app_time: str
    received_at: datetime
    order_ref: str | None
    waybill_ref: str | None
    list_ref: str | None
    invt_no: str
    history: tuple[tuple[int, datetime], ...]
    remarks: tuple[tuple[str, str], ...] = ()
    """(row, found) of what was remarked on the version accepted last when it was received."""

    @property
    def head(self) -> Any:
        """The node with guid, appType, appTime, appStatus."""
        return getattr(self.document, "head", self.document)

    def first(self, status: int) -> datetime | None:
        """When it first had a status."""
        return next((at for told, at in self.history if told == status), None)


@dataclass(slots=True)
class Trade:
    """Everything a sandbox holds, by kind, at a time."""

    now: datetime
    codes: Codes
    pieces: dict[str, list[Piece]] = field(default_factory=dict)
    prohibited: tuple["Prohibited", ...] = ()
    lags: Lags = field(default_factory=Lags)
    regime: Regime = "2018-194"

    def of(self, kind: str) -> list[Piece]:
        """The pieces of a kind, in the order they came."""
        return self.pieces.get(kind, [])

    def live(self, kind: str) -> list[Piece]:
        """Those that were declared and neither rejected nor taken back."""
        return [piece for piece in self.of(kind) if piece.state in {2, 3, 120, 300, 399, 500, 800, 899}]

    def list_of(self, invt_no: str | None) -> Piece | None:
        """The list of a number."""
        return next((piece for piece in self.of("603") if invt_no and piece.invt_no == invt_no), None)


class Prohibited(NamedTuple):
    """A row of the user's list of prohibited and restricted goods (禁限商品): `how` is gcode, keyword or brand."""

    how: str
    what: str
    reason: str


def sign(row: str, piece: Piece, expected: str, found: str, among: Iterable[Piece] = ()) -> Sign:
    """A sign about a document, by its key as the contract writes it."""
    return Sign(row, piece.kind, external(piece.key), expected, found, tuple(external(one.key) for one in among))


Signs = Iterable[Sign]
