"""Customs exchange rates (计征汇率) by month of declaration: RMB for one unit of a currency."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from swsim.simulator.codes.sheets import Sheet

RMB = "142"
_FEN = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates by currency code and month (YYYY-MM)."""

    rows: Mapping[tuple[str, str], Decimal]
    source: str

    def rate(self, currency: str, day: date) -> Decimal | None:
        """The rate of the month of `day`; None where it is not known. RMB is 1."""
        return Decimal(1) if currency == RMB else self.rows.get((currency, f"{day:%Y-%m}"))

    def rmb(self, amount: Decimal, currency: str, day: date) -> Decimal | None:
        """`amount` in RMB, rounded to the fen half up; None where the month's rate is not known."""
        rate = self.rate(currency, day)
        return None if rate is None else (amount * rate).quantize(_FEN, ROUND_HALF_UP)


def rates_of(sheet: Sheet, base: Rates | None = None, origin: str = "") -> Rates:
    """The rates of a sheet; over `base` they extend that, the sheet's own going first."""
    own = {(row["currency"], row["month"]): Decimal(row["rate"]) for row in sheet.rows}
    source = sheet.header.get("source") or origin
    return Rates({**base.rows, **own} if base else own, f"{base.source}; {source}" if base else source)
