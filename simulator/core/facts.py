"""What a decision may know: the answers of the store, overlaid with what was decided a moment ago."""

from collections.abc import Iterable

from swsim.simulator.core.model import LIVE, FaultPlan, Held, Needs
from swsim.simulator.profile import Profile, Regime
from swsim.simulator.registry import Enterprise, Registry


class Facts:
    """Documents by key, by order and by waybill, within one turn of a sandbox."""

    def __init__(
        self,
        profile: Profile,
        regime: Regime,
        registry: Registry,
        *,
        seed: int = 0,
        faults: tuple[FaultPlan, ...] = (),
        next_serial: int = 1,
    ) -> None:
        self.profile = profile
        self.regime = regime
        self.registry = registry
        self.next_serial = next_serial
        self.by_serial: dict[int, Held] = {}
        self.by_key: dict[tuple[str, str], Held] = {}
        self.by_order: dict[tuple[str, str], dict[int, Held]] = {}
        self.by_waybill: dict[tuple[str, str], dict[int, Held]] = {}
        self.enrolled: dict[str, Enterprise] = {}
        self.cleared: set[tuple[str, str, str, tuple[str, ...]]] = set()
        """Senders with the codes their documents name, judged before in this turn without a word."""
        self._asked: dict[tuple[str, str], set[str]] = {}
        self.seed = seed
        self.faults = faults
        self.spent: set[tuple[str, int]] = set()

    def new(self, needs: Needs) -> Needs:
        """What of `needs` was not asked for before in this turn: the answer to the rest is known."""
        wanted = Needs(serials=needs.serials - self.by_serial.keys())
        for column, sets, fresh in (
            ("key", needs.keys, wanted.keys),
            ("order", needs.orders, wanted.orders),
            ("waybill", needs.waybills, wanted.waybills),
        ):
            for kind, keys in sets.items():
                asked = self._asked.setdefault((column, kind), set())
                if unknown := keys - asked:
                    asked |= unknown
                    fresh[kind] = unknown
        return wanted

    def load(self, rows: Iterable[Held]) -> None:
        """Take rows of the store; what this turn has already changed stays as it is."""
        for held in rows:
            if held.serial not in self.by_serial:
                self.put(held)

    def put(self, held: Held) -> None:
        """Keep a document, new or changed, for later decisions of this turn."""
        if (before := self.by_serial.get(held.serial)) is not None and before is not held:
            self._forget(before)
        self.by_serial[held.serial] = held
        self.by_key[held.kind, held.key] = held
        if held.order_ref is not None:
            self.by_order.setdefault((held.kind, held.order_ref), {})[held.serial] = held
        if held.waybill_ref is not None:
            self.by_waybill.setdefault((held.kind, held.waybill_ref), {})[held.serial] = held

    def _forget(self, held: Held) -> None:
        if held.order_ref is not None:
            self.by_order.get((held.kind, held.order_ref), {}).pop(held.serial, None)
        if held.waybill_ref is not None:
            self.by_waybill.get((held.kind, held.waybill_ref), {}).pop(held.serial, None)

    def take_serial(self) -> int:
        """The next document number of the sandbox."""
        self.next_serial += 1
        return self.next_serial - 1

    def held(self, kind: str, key: str) -> Held | None:
        """The document of this business key, in whatever state."""
        return self.by_key.get((kind, key))

    def order_of(self, ref: str | None) -> Held | None:
        """The order a list names."""
        return self.by_key.get(("303", ref)) if ref else None

    def waybill_of(self, ref: str | None) -> Held | None:
        """The waybill a list names."""
        return self.by_key.get(("505", ref)) if ref else None

    def receipts_of(self, ref: str | None) -> list[Held]:
        """The payment receipts of an order."""
        return list(self.by_order.get(("403", ref), {}).values()) if ref else []

    def live_lists(self, *, order: str | None = None, waybill: str | None = None, but: int = -1) -> list[Held]:
        """Lists that bind an order or a waybill, without the one of serial `but`."""
        found = self.by_order.get(("603", order), {}) if order else self.by_waybill.get(("603", waybill or ""), {})
        return [held for held in found.values() if held.state in LIVE and held.serial != but]

    def known(self, code: str) -> Enterprise | None:
        """The enterprise of a code."""
        return self.registry.enterprises.get(code) or self.enrolled.get(code)
