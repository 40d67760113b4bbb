"""What a decision asks, and what it may know: the answers of the store, overlaid with what was decided just now."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core.faults import Faults
from swsim.simulator.core.incoming import Finding, Signed
from swsim.simulator.core.model import BINDING, Event, Held
from swsim.simulator.profile import NOBODY, Profile, Queue, Regime
from swsim.simulator.registry import Enterprise, Registry


class Selection(NamedTuple):
    """Closed lists that no summary has, by what they are summed up by (`Held.sum_ref`; empty: of any consignor, kind
    B), closed from `first_ms` to `last_ms`, both included; `loct_no` names a supervision site (SUM-05).
    """

    sum_ref: str
    first_ms: int
    last_ms: int
    loct_no: str = ""


class Listed(NamedTuple):
    """What a summary has to know of a list, and no more: a month may have a hundred thousand of them."""

    serial: int
    invt_no: str
    state: int
    closed_ms: int
    sum_ref: str
    sum_no: str
    returned: int


class Suspicion(NamedTuple):
    """What breaches of duties make of a list: 100 now, or 300, 500 at its next decision that may be one."""

    status: int
    findings: list[Finding]


@dataclass(slots=True)
class Needs:
    """What has to be looked up before a decision, as data: one query a column and kind.

    `refs` has, by column (`key`, `guid` or one of REFS) and kind, the values wanted.
    """

    refs: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    serials: set[int] = field(default_factory=set)
    contents: set[int] = field(default_factory=set)
    """Serials of documents that are known, but whose content is wanted too."""
    listed: set[int] = field(default_factory=set)
    """Serials of lists of which a summary wants to know (`Listed`)."""
    selections: set[Selection] = field(default_factory=set)

    @property
    def nothing(self) -> bool:
        """There is nothing to look up."""
        return not (self.refs or self.serials or self.contents or self.listed or self.selections)

    @property
    def size(self) -> int:
        """How many values of documents there are to look up."""
        return len(self.serials) + sum(map(len, self.refs.values()))

    def add(self, other: "Needs") -> None:
        """Ask for what another asks for too."""
        for place, values in other.refs.items():
            self.refs.setdefault(place, set()).update(values)
        self.serials |= other.serials
        self.contents |= other.contents
        self.listed |= other.listed
        self.selections |= other.selections

    def ask(self, column: str, kind: str, value: str | None) -> None:
        """Ask for the documents of a kind with this value in a column; None asks for nothing."""
        if value is not None:
            self.refs.setdefault((column, kind), set()).add(value)

    def ask_all(self, column: str, kind: str, values: Iterable[str | None]) -> None:
        """The same of several values at once."""
        if wanted := {value for value in values if value is not None}:
            self.refs.setdefault((column, kind), set()).update(wanted)


class Facts:
    """Documents by key, by order and by waybill, within one turn of a sandbox."""

    def __init__(
        self,
        profile: Profile,
        regime: Regime,
        registry: Registry,
        *,
        seed: int = 0,
        faults: Faults | None = None,
        next_serial: int = 1,
        codes: Codes | None = None,
        queue: Queue = NOBODY,
    ) -> None:
        self.profile = profile
        self.regime = regime
        self.registry = registry
        self.next_serial = next_serial
        self.queue = queue
        """Documents in hand, where the profile says what a load of them does."""
        self.by_serial: dict[int, Held] = {}
        self.by_key: dict[tuple[str, str], Held] = {}
        self.by_guid: dict[tuple[str, str], Held] = {}
        self._by_ref: dict[str, dict[str, dict[str, dict[int, Held]]]] = {}
        """By kind, column (one of REFS) and value: documents by serial; a column is laid out when it is asked for."""
        self.enrolled: dict[str, Enterprise] = {}
        self.cleared: set[tuple[object, ...]] = set()
        """Senders with the codes their documents name, judged before in this turn without a word."""
        self.signed: dict[int, Signed] = {}
        """By journal number of a message: what is known of its signature; none where nobody asks for one."""
        self.signatures: dict[tuple[object, ...], tuple[list[Finding], list[Finding], str | None]] = {}
        """What MSG-14 found (faults, remarks, the row that refuses), by message and by what it looks at in a document:
        most of a message share it.
        """
        self.suspected: dict[int, Suspicion] = {}
        """By serial: lists that breaches of duties concern, where the profile answers to them (DUT-01..10)."""
        self.postponed: list[Event] = []
        """Steps that were not taken and are due again (ORD-02)."""
        self._asked: dict[tuple[str, str], set[str]] = {}
        self.seed = seed
        self.faults = faults or Faults()
        self.played: dict[str, Enterprise] = {}
        """The autopilot's own firms, by code, while it plays."""
        self.codes = codes or Codes.builtin()
        self.months: set[str] = set()
        """Months (YYYY-MM) that have a day on which they are judged (`core.months`)."""
        self.listed: dict[int, Listed] = {}
        self.selected: dict[Selection, list[Listed]] = {}
        """Lists that a selection takes, in the order of their serials."""
        self.summed: dict[int, str] = {}
        """Lists that this turn has summed up: serial, sumNo."""

    def new(self, needs: Needs) -> Needs:
        """What of `needs` was not asked for before in this turn: the answer to the rest is known."""
        wanted = Needs(serials=needs.serials - self.by_serial.keys())
        for place, values in needs.refs.items():
            asked = self._asked.setdefault(place, set())
            if unknown := values - asked:
                asked |= unknown
                wanted.refs[place] = unknown
        return wanted

    def load(self, rows: Iterable[Held]) -> None:
        """Take rows of the store; what this turn has already changed stays as it is."""
        for held in rows:
            if held.serial not in self.by_serial:
                held.sum_no = self.summed.get(held.serial, held.sum_no) if self.summed else held.sum_no
                self.put(held)

    def put(self, held: Held) -> None:
        """Keep a document, new or changed, for later decisions of this turn."""
        if (before := self.by_serial.get(held.serial)) is not None and before is not held:
            self._forget(before)
        self.by_serial[held.serial] = held
        self.by_key[held.kind, held.key] = held
        self.by_guid[held.kind, held.guid] = held
        for column, laid_out in self._by_ref.get(held.kind, {}).items():
            _lay_out(laid_out, column, held)

    def _forget(self, held: Held) -> None:
        for column, laid_out in self._by_ref.get(held.kind, {}).items():
            if (value := getattr(held, column)) is not None:
                laid_out.get(value, {}).pop(held.serial, None)

    def take_serial(self) -> int:
        """The next document number of the sandbox."""
        self.next_serial += 1
        return self.next_serial - 1

    def held(self, kind: str, key: str) -> Held | None:
        """The document of this business key, in whatever state."""
        return self.by_key.get((kind, key))

    def of_guid(self, kind: str, guid: str) -> Held | None:
        """The document of a kind that bears this guid."""
        held = self.by_guid.get((kind, guid))
        return held if held is not None and self.by_serial.get(held.serial) is held else None

    def order_of(self, ref: str | None) -> Held | None:
        """The order a list names."""
        return self.by_key.get(("303", ref)) if ref else None

    def waybill_of(self, ref: str | None) -> Held | None:
        """The waybill a list names."""
        return self.by_key.get(("505", ref)) if ref else None

    def found(self, column: str, kind: str, value: str | None) -> list[Held]:
        """The documents of a kind with this value in a column (one of REFS), in the order of their serials: what came
        to be known first is a matter of the turn, and a replay has other turns.
        """
        if not value:
            return []
        columns = self._by_ref.setdefault(kind, {})
        if (laid_out := columns.get(column)) is None:
            laid_out = columns[column] = {}
            for held in self.by_serial.values():
                if held.kind == kind:
                    _lay_out(laid_out, column, held)
        there = laid_out.get(value)
        return [there[serial] for serial in sorted(there)] if there else []

    def live_lists(self, *, order: str | None = None, waybill: str | None = None, but: int = -1) -> list[Held]:
        """Lists that bind an order or a waybill, without the one of serial `but`."""
        found = self.found("order_ref", "603", order) if order else self.found("waybill_ref", "603", waybill)
        return [held for held in found if held.state in BINDING and held.serial != but]

    def known(self, code: str) -> Enterprise | None:
        """The enterprise of a code."""
        return self.registry.enterprises.get(code) or self.enrolled.get(code) or self.played.get(code)


def _lay_out(laid_out: dict[str, dict[int, Held]], column: str, held: Held) -> None:
    value = getattr(held, column)
    if value is not None:
        laid_out.setdefault(value, {})[held.serial] = held
