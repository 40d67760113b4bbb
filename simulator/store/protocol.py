"""What a store keeps and how it is asked: the protocol that SQLite (embedded) and later stores fulfil.

Writes happen in groups: a group is one transaction, a savepoint in it one turn of a sandbox. Acknowledged means
committed and synced. Reads outside a group see committed state only. Times are sandbox times in whole milliseconds
since 1970.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from swsim.simulator.core.declaring import Declaration
from swsim.simulator.core.facts import Needs
from swsim.simulator.core.model import Event, Held
from swsim.simulator.hours import NOBODY, Queue
from swsim.simulator.store.month_protocol import MonthGroup, MonthStore


class CannotOpenStoreError(Exception):
    """The store cannot be opened; the text is for who started the simulator."""


class SandboxExistsError(Exception):
    """A sandbox of this name is there already."""


@dataclass(slots=True)
class Position:
    """Where a sandbox stands: last journal number and digest, next document serial, last return number, queue."""

    entry: int = 0
    digest: bytes = b""
    serial: int = 1
    returned: int = 0
    queue: Queue = NOBODY


@dataclass(slots=True)
class SandboxRow:
    """A sandbox as it is kept. `settings` is JSON (clock, profile, regime, seed, registry, faults, token digest)."""

    box: int
    name: str
    settings: bytes
    position: Position


@dataclass(slots=True)
class Entry:
    """One journal entry: `kind` input, output or channel; `data` JSON; `body` compressed bytes of a message."""

    number: int
    at: int
    kind: str
    what: str
    data: bytes
    body: bytes | None
    digest: bytes


@dataclass(slots=True)
class DocumentRow:
    """A document with what is new on its trail (JSON values, each with a leading comma). `taken`: it holds its key."""

    held: Held
    trail: bytes
    taken: bool
    fresh: bool
    """Its content changed, not only its state."""


@dataclass(slots=True)
class ReturnRow:
    """A return as facts (`returns.render` writes it). `number` counts within the sandbox."""

    number: int
    dxp_id: str
    message_type: str
    at: int
    facts: bytes
    acknowledged: bool = False
    form: str = ""
    """The envelope it leaves in, empty for none."""
    place: int = 0
    """Where it stands among those handed out, by default its number; 0 while it is held back."""


@dataclass(slots=True)
class FoundDocument:
    """A document with its whole trail, for the control API."""

    held: Held
    trail: list[Any]
    taken: bool


class Group(MonthGroup, Protocol):
    """An open transaction. Look-ups see what the group has written."""

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """Undo what is written inside when it raises."""
        ...

    async def look_up(self, box: int, needs: Needs) -> list[Held]:
        """Documents that hold their key, one query a set and kind; without their content."""
        ...

    async def documents(self, box: int, serials: Iterable[int], newest: int) -> list[FoundDocument]:
        """The newest documents that hold their key, at most so many, and those of `serials`, with their trails."""
        ...

    async def contents(self, box: int, serials: Iterable[int]) -> dict[int, bytes]:
        """Contents of documents by serial."""
        ...

    async def put_documents(self, box: int, rows: Sequence[DocumentRow]) -> None:
        """Insert or replace by serial, append to the trail."""
        ...

    async def append(self, box: int, entries: Sequence[Entry]) -> None:
        """Append journal entries."""
        ...

    async def put_returns(self, box: int, rows: Sequence[ReturnRow]) -> None:
        """Put returns into the outbox."""

    async def hand_out(self, box: int, places: Sequence[tuple[int, int]]) -> None:
        """Give returns that were held back, by number, the place they are handed out at."""
        ...

    async def waits(self, box: int, number: int) -> bool | None:
        """Whether a return is still to be acknowledged; None where there is none of this number."""
        ...

    async def acknowledge(self, box: int, numbers: Sequence[int]) -> None:
        """Mark returns acknowledged."""
        ...

    async def seen(self, box: int, mark: bytes) -> bool:
        """Whether a mark was put."""

    async def put_marks(self, box: int, marks: Sequence[bytes]) -> None:
        """Keep what channels know messages by."""

    async def plan(self, box: int, events: Iterable[Event]) -> None:
        """Keep due work."""

    async def next_due(self, box: int, at: int = 0, after: int = 0) -> Event | None:
        """The earliest event behind the one of this time and id."""
        ...

    async def done(self, box: int, events: Sequence[int]) -> None:
        """Remove events by id."""
        ...

    async def save_sandbox(self, row: SandboxRow, *, settings: bool) -> None:
        """Keep the position, and the settings where they changed."""
        ...

    async def create_sandbox(self, name: str, settings: bytes) -> SandboxRow:
        """A new sandbox; SandboxExistsError."""
        ...

    async def snapshots(self, name: str) -> list[SandboxRow]:
        """What was kept of a sandbox, as rows named ``SANDBOX@SNAPSHOT``."""
        ...

    async def copy_sandbox(self, source: int, target: int) -> None:
        """Copy documents, journal, returns and due work into a sandbox that has none."""
        ...

    async def clear_sandbox(self, box: int, *, drop: bool) -> None:
        """Delete a sandbox's documents, journal, returns and due work; its journal begins with the settings it has.

        With `drop` delete the sandbox too.
        """
        ...


class Store(MonthStore, Protocol):
    """Keeps everything. One writer."""

    async def open(self) -> None:
        """Connect and make the tables."""
        ...

    async def close(self) -> None:
        """Close; nothing committed is lost."""
        ...

    async def check(self) -> None:
        """Raise when the store cannot answer (liveness)."""
        ...

    def group(self) -> AbstractAsyncContextManager[Group]:
        """A transaction: committed when the context ends without error, durable after the next `sync`."""
        ...

    async def sync(self) -> None:
        """Wait until everything committed so far is durable; OSError."""
        ...

    async def sandboxes(self) -> list[SandboxRow]:
        """All of them."""
        ...

    async def begun(self, box: int) -> bytes:
        """The settings of a sandbox when its journal began: when it was made, or emptied last."""
        ...

    async def due(self, box: int) -> Event | None:
        """The earliest committed event."""
        ...

    async def next_returns(self, box: int, dxp_id: str, but: Sequence[int], limit: int) -> list[ReturnRow]:
        """The first returns by place, not acknowledged, whose numbers are not among `but`."""
        ...

    async def returns(self, box: int, dxp_id: str | None, after: int, limit: int) -> list[ReturnRow]:
        """Returns of a dxpId (of all when None) behind place `after`, in order; none that is held back."""
        ...

    async def returns_since(self, box: int, dxp_id: str, message_type: str, at: int, limit: int) -> list[ReturnRow]:
        """Returns of a type to a dxpId made at `at` or later, in order."""

    async def returns_by_number(self, box: int, numbers: Sequence[int]) -> dict[int, ReturnRow]:
        """Returns by number."""
        ...

    async def journal(self, box: int, after: int, limit: int) -> list[Entry]:
        """Entries behind number `after`, in order."""
        ...

    async def documents(self, box: int, kind: str, key: str) -> list[FoundDocument]:
        """Every document received under a key: the one that holds it first, then the refused ones, latest first."""
        ...

    async def find(self, box: int, number: str, limit: int) -> list[FoundDocument]:
        """Documents by orderNo, copNo, logisticsNo, guid, or by the serial inside a preNo or invtNo."""
        ...

    async def scan(self, box: int, after: int, limit: int) -> list[FoundDocument]:
        """Documents that hold their key, behind a serial, in order."""
        ...

    async def by_serial(self, box: int, serials: Iterable[int]) -> list[FoundDocument]:
        """Documents by serial, in order."""
        ...

    async def usage(self, box: int) -> tuple[int, int]:
        """Messages taken in or refused, and the bytes kept of them."""
        ...

    async def declarations(self, box: int, *, sum_no: str = "", month: str = "") -> list[Declaration]:
        """The declarations of a summary with their lines, or of a month without."""
        ...

    async def month(self, box: int, span: tuple[int, int]) -> list[tuple[str, str, int, int]]:
        """Lists closed in a span: (sumRef, sumNo, how much came back, count)."""
        ...

    async def closed(self, box: int, span: tuple[int, int], flag: str, after: int) -> list[tuple[int, bytes]]:
        """A page of (serial, content) of lists of a kind closed in a span, behind serial `after`, in order."""
        ...

    async def judged(self, box: int, month: str) -> list[tuple[int, bytes]]:
        """(at, JSON of what was found) each time a month was judged."""
        ...

    async def count_states(self, box: int) -> list[tuple[str, int, int]]:
        """(kind, state, documents) of the documents that hold their key, and refused ones under state 0."""
        ...
