"""The part of the store's protocol that speaks of months: lists by when they were closed, where their lines went."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from swsim.simulator.core.declaring import Declaration
from swsim.simulator.core.facts import Listed, Selection
from swsim.simulator.core.model import Held
from swsim.simulator.core.summary import Mark, Placed


class MonthStore(Protocol):
    """Of the store (`protocol.Store`): where lines of lists went, and where those of declarations came from."""

    async def went(self, box: int, lists: Iterable[int]) -> list[Placed]:
        """Where the lines of lists went."""
        ...

    async def came(self, box: int, declaration: int, line: int, after: int, limit: int) -> list[Placed]:
        """What a declaration, or one of its merged lines (0: all), is made of, behind list `after`, in order."""
        ...

    async def made(self, box: int, serials: Iterable[int]) -> list[Declaration]:
        """Declarations by serial, without their lines."""
        ...


class MonthGroup(Protocol):
    """Of an open transaction (`protocol.Group`)."""

    async def listed(self, box: int, serials: Iterable[int]) -> list[Listed]:
        """What a summary has to know of lists."""
        ...

    async def select(self, box: int, selection: Selection) -> list[Listed]:
        """The lists that a selection takes, in the order of their serials."""
        ...

    async def open_lists(self, box: int, after: int, limit: int) -> list[Held]:
        """Approved lists that are not closed yet (399, 500, 800), behind serial `after`, in order."""
        ...

    async def mark(self, box: int, marks: Sequence[Mark]) -> None:
        """Mark lists, append to their trails."""
        ...

    async def summed(self, box: int, sum_no: str) -> list[int]:
        """The lists that are marked as those of a summary."""
        ...

    async def put_declarations(self, box: int, rows: Sequence[Declaration]) -> None:
        """Insert declarations, or what changed of their heads."""
        ...

    async def declarations(self, box: int, *, sum_no: str = "", month: str = "") -> list[Declaration]:
        """The declarations of a summary, or of a month, without their lines."""
        ...

    async def put_placed(self, box: int, rows: Sequence[Placed]) -> None:
        """Keep where lines of lists went: each once."""
        ...

    async def placed(self, box: int, declaration: int, after: tuple[int, int], limit: int) -> list[Placed]:
        """Where the lines of a declaration came from, behind (list, gnum), in order."""
        ...

    async def forget_placed(self, box: int, lists: Iterable[int]) -> None:
        """Where lines of these lists went is not known any more: their merge begins anew."""
        ...

    async def put_judged(self, box: int, month: str, at: int, data: bytes) -> None:
        """Keep what was found when a month was judged."""
        ...
