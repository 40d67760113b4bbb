"""The sandbox's journal, followed live: what every case waits on and is judged from.

Waiting is always for an entry, with a deadline in real seconds; nothing here sleeps. A journal that can no longer be
read fails every wait (`JournalLostError`) instead of letting it run out.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import unquote

import orjson
from aiohttp import ClientError, ClientSession

from swsim.simulator.returns import return_id

T = TypeVar("T")

POLL = 20
"""Seconds the simulator holds the line open when nothing happens."""


class JournalLostError(RuntimeError):
    """The simulator no longer answers."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One journal entry: number, sandbox time (ISO 8601), ``input``, ``output`` or ``channel``, what, and its data."""

    n: int
    at: str
    kind: str
    what: str
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """``input/message``."""
        return f"{self.kind}/{self.what}"


class Journal:
    """Follows one sandbox from entry `after` on. `run` reads until cancelled."""

    def __init__(self, http: ClientSession, sandbox: str, after: int = 0) -> None:
        self._http, self._path = http, f"/_control/sandboxes/{sandbox}/journal"
        self.entries: list[Entry] = []
        self._last = after
        self._more = asyncio.Event()
        self._lost: BaseException | None = None
        self._unanswered: dict[str, int] = {}
        self._by_number: dict[str, list[Entry]] = {}
        self._returns: dict[str, set[str]] = {}

    async def run(self) -> None:
        """Long poll after long poll."""
        try:
            while True:
                params = {"after": str(self._last), "wait": str(POLL), "bodies": "true"}
                async with self._http.get(self._path, params=params) as answer:
                    answer.raise_for_status()
                    self.extend([read_entry(line) for line in (await answer.read()).splitlines() if line.strip()])
        except (ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
            self._lost = error
            self._more.set()

    def extend(self, entries: Sequence[Entry]) -> None:
        """Take entries in, in their order, and wake who waits."""
        for entry in entries:
            self.entries.append(entry)
            self._last = entry.n
            self._index(entry)
            if entry.name == "output/return" and not entry.data.get("until"):
                self._unanswered[str(entry.data["id"])] = entry.n
            elif entry.name == "output/hand-out":  # held back until now by the fault table
                self._unanswered |= {return_id(number): entry.n for number in entry.data["returns"]}
            elif entry.name == "channel/acknowledged":
                self._unanswered.pop(str(entry.data["id"]), None)
        if entries:
            self._more.set()

    def _index(self, entry: Entry) -> None:
        numbers = numbers_in(entry)
        if entry.name == "output/return":
            self._returns[str(entry.data["id"])] = numbers
        elif entry.kind == "channel" and "id" in entry.data:
            numbers = self._returns.get(str(entry.data["id"]), set())
        for number in numbers:
            self._by_number.setdefault(number, []).append(entry)

    def about(self, numbers: Iterable[str], mark: int = 0) -> list[Entry]:
        """Entries behind `mark` that bear one of the numbers, in their order."""
        found = {e.n: e for number in numbers if number for e in self._by_number.get(number, ()) if e.n > mark}
        return [found[n] for n in sorted(found)]

    def speaks_of(self, return_id: str, numbers: Iterable[str]) -> bool:
        """Whether a return bears one of the numbers."""
        return not self._returns.get(return_id, set()).isdisjoint(numbers)

    def mark(self) -> int:
        """The number of the last entry read: what a case that begins now has to look behind."""
        return self._last

    def since(self, mark: int) -> list[Entry]:
        """Entries behind `mark`."""
        at = len(self.entries)
        while at and self.entries[at - 1].n > mark:
            at -= 1
        return self.entries[at:]

    def unacknowledged(self, mark: int = 0) -> list[str]:
        """Returns handed out behind `mark` that nobody has acknowledged yet, oldest first."""
        return [name for name, n in self._unanswered.items() if n > mark]

    async def wait_for(self, seen: Callable[[], T | None], seconds: float) -> T | None:
        """What `seen` finds in the journal, asked again after every new entry; None when `seconds` have gone by."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    if self._lost:
                        raise JournalLostError(f"the journal at {self._path} cannot be read: {self._lost!r}")
                    self._more.clear()
                    if (found := seen()) is not None:
                        return found
                    await self._more.wait()
        except TimeoutError:
            return None

    async def settled(self, quiet: float, patience: float, mark: int = 0, given_up: Collection[str] = ()) -> bool:
        """Wait until every return behind `mark` is acknowledged and nothing was written for `quiet` seconds.

        Returns of `given_up` are not waited for any more.

        False when that has not happened within `patience` seconds: the enterprise does not keep up, or is silent.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + patience
        while loop.time() + quiet <= end:
            count = len(self.entries)
            more = await self.wait_for(lambda count=count: len(self.entries) > count or None, quiet)  # type: ignore[misc]
            if not more and all(name in given_up for name in self.unacknowledged(mark)):
                return True
        return False


def read_entry(line: bytes | str) -> Entry:
    """One JSON line; KeyError where a part is missing."""
    row = orjson.loads(line)
    return Entry(int(row["n"]), str(row["at"]), str(row["kind"]), str(row["what"]), row.get("data") or {})


NUMBERS = ("orderNo", "logisticsNo", "invtNo")


def numbers_of(row: dict[str, Any]) -> set[str]:
    """Numbers of business that a document or record bears, the parts of its key among them."""
    numbers = {str(row[name]) for name in NUMBERS if row.get(name)}
    return (numbers | {unquote(part) for part in str(row.get("key", "")).split("~")}) - {""}


def numbers_in(entry: Entry) -> set[str]:
    """Numbers of business that an entry bears: of orders, waybills, lists, and the parts of every key."""
    told = (entry.data.get("documents"), entry.data.get("records"))
    rows = [row for some in told if isinstance(some, list) for row in some if isinstance(row, dict)]
    return set().union(*map(numbers_of, rows))
