"""How a run makes an enterprise act and learns what it believes: what every driver of `drivers/` can be asked."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


class DriverError(RuntimeError):
    """The enterprise could not be reached or did not understand: says nothing about its conformance."""


class NotOfferedError(DriverError):
    """The enterprise, or its driver, has no such call."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An order the enterprise took. The numbers it does not tell are empty."""

    order_no: str
    cop_no: str = ""
    logistics_no: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """An order to place: number `index` of `seed`, as of `at`, with a planted defect (`fixtures.defects`) or none.

    `wants`: ``tradeMode`` of the list, ``simplified`` 1 (a list of kind A) or 0, ``value`` of the goods in RMB,
    ``lines`` of goods, ``itemNo`` and ``itemName`` of the first of them.
    """

    seed: int
    index: int
    at: datetime
    defect: str = ""
    wants: dict[str, str] = field(default_factory=dict)


class Driver(Protocol):
    """What a case may ask of an enterprise. Every method raises `DriverError` when it cannot be carried out."""

    async def place_orders(self, wishes: list[Wish]) -> list[Placed]:
        """Place orders; returns when the enterprise has them, not when they are declared."""

    async def state_of(self, order_no: str) -> dict[str, Any]:
        """What the enterprise believes, as `docs/how-to/drive.md` describes it."""

    async def act(self, action: str, order_no: str, details: dict[str, Any]) -> dict[str, Any]:
        """Carry out an action of the table (`actions`); returns what the enterprise says to it."""

    async def books(self) -> list[dict[str, str]]:
        """Its books, a row an order, by column name."""

    async def set_clock(self, now: datetime) -> datetime | None:
        """Set its business time; returns when it has something to do by its own clock, where it tells.

        One that cannot leaves it: the sandbox then moves the times it receives.
        """

    async def repoint(self, simulator: str, sandbox: str) -> None:
        """Point it at another sandbox: it forgets what it has, and talks to ``{simulator}/sandboxes/{sandbox}``."""

    async def at_rest(self) -> bool:
        """Returns True when it has sent all it means to send now; False, at once, where it cannot tell."""
