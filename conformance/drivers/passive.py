"""No driver: the enterprise does its day's work, and what is seen of it is judged."""

from datetime import datetime
from typing import Any

from swsim.conformance.driver import NotOfferedError, Placed, Wish


class PassiveDriver:
    """Can be asked for nothing."""

    async def place_orders(self, wishes: list[Wish]) -> list[Placed]:
        """Not offered."""
        raise NotOfferedError(f"without a driver no order is placed: {wishes}")

    async def state_of(self, order_no: str) -> dict[str, Any]:
        """Not offered."""
        raise NotOfferedError(f"without a driver nobody tells the state of {order_no}")

    async def act(self, action: str, order_no: str, details: dict[str, Any]) -> dict[str, Any]:
        """Not offered."""
        raise NotOfferedError(f"without a driver there is no {action} of {order_no} with {details}")

    async def books(self) -> list[dict[str, str]]:
        """Not offered."""
        raise NotOfferedError("without a driver nobody shows the books")

    async def set_clock(self, now: datetime) -> datetime | None:
        """The enterprise keeps its own time."""
        del now
        return None

    async def repoint(self, simulator: str, sandbox: str) -> None:
        """Not offered."""
        raise NotOfferedError(f"without a driver nobody is pointed at {simulator}, sandbox {sandbox}")

    async def at_rest(self) -> bool:
        """Cannot be told."""
        return False
