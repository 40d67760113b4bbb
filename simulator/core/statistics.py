"""Monthly statistics of lists released by the list alone (清单核放、汇总统计): rules.md STA-07, STA-08.

Amounts are summed up by currency and turned into RMB by the customs rate of the month the lists were closed in. Where a
rate is not known the report says so and gives no RMB for what it touches: nothing is guessed.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from swsim.simulator.codes.rates import Rates
from swsim.simulator.core.summary import plain

ZERO = Decimal(0)
GROUPS = ("customsCode", "country", "hs4")


class Statistics:
    """Lists in, totals out."""

    def __init__(self, month: str, rates: Rates) -> None:
        self.month = month
        self._rates = rates
        self._day = date.fromisoformat(f"{month}-01")
        self._amounts: dict[tuple[str, ...], dict[str, Decimal]] = {}
        self._lines: dict[tuple[str, ...], int] = {}
        self.lists = 0
        self.net_weight = ZERO

    def add(self, document: Any) -> None:
        """Count a list (CEB603)."""
        head = document.head
        self.lists += 1
        self.net_weight += head.net_weight
        for line in document.lines:
            row = head.customs_code, line.country, line.gcode[:4]
            amounts = self._amounts.setdefault(row, {})
            amounts[line.currency] = amounts.get(line.currency, ZERO) + line.total_price
            self._lines[row] = self._lines.get(row, 0) + 1

    def as_json(self) -> dict[str, Any]:
        """The report."""
        everything = self._summed(range(0))
        currencies = {currency for amounts in everything.values() for currency in amounts[1]}
        missing = sorted(one for one in currencies if self._rates.rate(one, self._day) is None)
        total = everything.get((), (0, {}))
        return {
            "month": self.month,
            "statisticsFlag": "A",
            "lists": self.lists,
            "netWeight": plain(self.net_weight),
            "total": self._told(*total),
            "by": {name: self._rows([place], [name]) for place, name in enumerate(GROUPS)},
            "rows": self._rows(range(3), GROUPS),
            "missingRates": [{"currency": one, "month": self.month, "amount": plain(total[1][one])} for one in missing],
            "complete": not missing,
            "rateSource": self._rates.source,
        }

    def _summed(self, places: Any) -> dict[tuple[str, ...], tuple[int, dict[str, Decimal]]]:
        found: dict[tuple[str, ...], tuple[int, dict[str, Decimal]]] = {}
        for row, amounts in self._amounts.items():
            key = tuple(row[place] for place in places)
            lines, sums = found.get(key, (0, {}))
            for currency, amount in amounts.items():
                sums[currency] = sums.get(currency, ZERO) + amount
            found[key] = lines + self._lines[row], sums
        return found

    def _rows(self, places: Any, names: Any) -> list[dict[str, Any]]:
        return [
            dict(zip(names, key, strict=True)) | self._told(*said) for key, said in sorted(self._summed(places).items())
        ]

    def _told(self, lines: int, amounts: dict[str, Decimal]) -> dict[str, Any]:
        """RMB of the sum by currency, each rounded to the fen half up; None where a rate is missing."""
        rmb = [self._rates.rmb(amount, currency, self._day) for currency, amount in sorted(amounts.items())]
        known = [one for one in rmb if one is not None]
        return {
            "lines": lines,
            "amounts": {currency: plain(amount) for currency, amount in sorted(amounts.items())},
            "rmb": f"{sum(known, ZERO):.2f}" if len(known) == len(rmb) else None,
        }
