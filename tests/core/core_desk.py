"""A customs desk without store, clock and transport, and the plain sale that is laid on it.

The desk hands each turn only what `needs` asked for, restored from JSON, as the store does: a rule that reads more, or
more than a document's values, fails here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from swsim.fixtures.chain import BEIJING, Chain, chain
from swsim.fixtures.parties import parties, registry
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core.checks_simplified import UNSAID
from swsim.simulator.core.engine import decide, due
from swsim.simulator.core.facts import Facts, Listed, Needs
from swsim.simulator.core.faults import FaultPlan, Faults
from swsim.simulator.core.incoming import Signed, Submission
from swsim.simulator.core.keys import key_of
from swsim.simulator.core.model import Decision, Event, Held, Stage, State
from swsim.simulator.core.papers import paper_of
from swsim.simulator.core.questions import asked, needs, needs_on_arrival
from swsim.simulator.core.rulings import Order, rule
from swsim.simulator.core.schedule import plan
from swsim.simulator.messages.transfer import Document
from swsim.simulator.profile import PROFILES, Profile, Regime
from swsim.simulator.registry import Registry, read_registry

AT = datetime(2026, 1, 5, 9, tzinfo=BEIJING)
SEED = 11
FIRMS = parties(SEED)
KINDS = ("303", "403", "505", "603")
STANDARD, STRICT = PROFILES["standard"], PROFILES["strict"]
SUCCESS = {"303": [2, 3, 120], "403": [2, 3, 120], "505": [2, 3, 399], "603": [2, 3, 120, 399]}
"""Return statuses of a document that finds no fault, in order (rules.md §0)."""


def sale(index: int = 0, at: datetime = AT) -> Chain:
    """A sale of round numbers: 2 x 10 and 3 x 5.50, freight 8, gross 3.2 kg; firms and numbers are generated."""
    made = chain(SEED, index, at)
    first, second = (
        {"gnum": 1, "qty": Decimal(2), "price": Decimal(10), "total_price": Decimal(20), "unit": "011"},
        {"gnum": 2, "qty": Decimal(3), "price": Decimal("5.50"), "total_price": Decimal("16.50"), "unit": "015"},
    )
    ordered, listed = made.order.lines[0], made.inventory.lines[0]
    one = {"item_no": f"ITEM-{index}-1", "currency": "502"} | first
    two = {"item_no": f"ITEM-{index}-2", "currency": "502"} | second
    statutory: dict[str, Any] = {"unit2": None, "qty2": None}
    parcel = {"freight": Decimal(8), "insured_fee": Decimal(0), "gross_weight": Decimal("3.2"), "pack_no": 1}
    return Chain(
        index,
        made.order.replaced(
            head=made.order.head.replaced(goods_value=Decimal("36.50"), freight=Decimal(8), currency="502"),
            lines=(ordered.replaced(**one), ordered.replaced(**two)),
        ),
        made.receipts.replaced(charge=Decimal("44.50"), currency="502"),
        made.logistics.replaced(**parcel, currency="502"),
        made.inventory.replaced(
            head=made.inventory.head.replaced(
                **parcel, net_weight=Decimal(3), f_currency="502", i_currency="502", statistics_flag="B"
            ),
            lines=(
                listed.replaced(**one, **statutory, unit1="011", qty1=Decimal(2)),
                listed.replaced(**two, **statutory, unit1="035", qty1=Decimal("1.2")),
            ),
        ),
    )


def head_of(document: Document) -> Any:
    """The node with guid, appType, appTime, appStatus."""
    return getattr(document, "head", document)


def changed(document: Document, **head: Any) -> Any:
    """The document with other values in that node."""
    if "head" in type(document).places:
        return document.replaced(head=head_of(document).replaced(**head))
    return document.replaced(**head)


def again(document: Document, app_type: str, app_status: str = "2", *, seconds: int = 0, **head: Any) -> Any:
    """The document reported once more: new (1), change (2) or delete (3), `seconds` later, under another guid."""
    before = head_of(document)
    at = datetime.strptime(before.app_time, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING) + timedelta(seconds=seconds)
    guid = f"{before.guid[:30]}{app_type}{app_status}{seconds % 10000:04d}"
    return changed(
        document,
        **{"guid": guid, "app_type": app_type, "app_status": app_status, "app_time": f"{at:%Y%m%d%H%M%S}"} | head,
    )


def described_registry() -> Registry:
    """The firms of the sale with all that the registry says of them, and nobody else."""
    return read_registry(registry(FIRMS))


def closed_registry() -> Registry:
    """The same firms by no more than their codes and dxpIds, so that a case about something else breaks one rule."""
    agents = (FIRMS.agent.code,)
    bare = {
        code: replace(one, name="", roles=(), customs=(), authorises=agents)
        for code, one in described_registry().enterprises.items()
    }
    return Registry("closed", bare)


def with_delays(seconds: float = 1, profile: Profile = STANDARD) -> Profile:
    """A profile whose every stage takes `seconds`, so that a test knows what is due when."""
    delay = replace(profile.sent_after, least=seconds, most=seconds)
    return replace(profile, sent_after=delay, customs_after=delay, approved_after=delay)


class Desk:
    """A sandbox that is moved by hand: `send` a message, `wait` some seconds, `settle` what is left to do."""

    def __init__(
        self,
        profile: Profile = STANDARD,
        *,
        regime: Regime = "2018-194",
        registry: Registry | None = None,
        faults: Iterable[FaultPlan] = (),
        now: datetime = AT,
        codes: Codes | None = None,
    ) -> None:
        self.profile = profile
        self.regime: Regime = regime
        self.registry = registry or closed_registry()
        self.faults = tuple(faults)
        self.now = now
        self.codes = codes or Codes.builtin()
        self.signed: Signed | None = None
        """What is known of the signature of each message sent."""
        self.number = 0
        self.next_serial = 1
        self.spent: Mapping[str, int] = {}
        self.kept: dict[int, Held] = {}
        self.events: list[Event] = []
        self.trail: list[tuple[str, str, int, datetime]] = []

    def send(
        self,
        *documents: Document,
        after: float = 0,
        cop_code: str | None = None,
        dxp_id: str | None = None,
        version: str = "1.0",
        guid: str | None = None,
        shift: timedelta = timedelta(0),
    ) -> list[Decision]:
        """One message, `after` seconds later, by default from the firm that sends such documents."""
        self.wait(after)
        self.number += 1
        sender, kind = FIRMS.sender(documents[0].number), documents[0].number
        message_guid = guid or f"{self.number:08X}-0000-4000-8000-000000000000"
        papers = [paper_of(kind, document, message_guid, version, self.codes) for document in documents]
        items = [
            Submission(
                *paper,
                f"/CEB{kind}Message/{type(document).__name__}[{place}]",
                message_guid,
                version,
                sender.dxp_id if dxp_id is None else dxp_id,
                sender.code if cop_code is None else cop_code,
                self.now,
                self.number,
                shift,
            )
            for place, (document, paper) in enumerate(zip(documents, papers, strict=True), 1)
        ]
        facts = self._facts()
        if self.signed is not None:
            facts.signed[self.number] = self.signed
        self._load(facts, needs(kind, items))
        beside = needs_on_arrival(kind, items, facts)
        self._load(facts, beside)
        for serial in beside.contents:
            facts.by_serial[serial].content = self.kept[serial].content
        return self.conclude(facts, decide(items, facts), self.now)

    def wait(self, seconds: float) -> list[Decision]:
        """Let time pass; what fell due is done in order, each at its due time."""
        return self._fire(until=self.now + timedelta(seconds=seconds))

    def settle(self) -> list[Decision]:
        """Let time pass until nothing is left to do."""
        decisions: list[Decision] = []
        while self.events:
            decisions += self._fire(until=max(event.at for event in self.events))
        return decisions

    def fire(self, event: Event) -> list[Decision]:
        """Take one step, planned or made up."""
        facts = self._facts()
        self._know(facts, event)
        return self.conclude(facts, due(event, facts), event.at)

    def _know(self, facts: Facts, event: Event) -> list[Held]:
        """Look up what a step asks for; the documents that take it."""
        self._load(facts, Needs(serials=set(event.serials)))
        held = [facts.by_serial[serial] for serial in event.serials if serial in facts.by_serial]
        for question in asked(event, held):
            wanted = question(event, held, facts)
            self._load(facts, wanted)
            self._load_lists(facts, wanted)
            for serial in wanted.contents:
                facts.by_serial[serial].content = self.kept[serial].content
        return held

    def order(self, document: Document, status: int = 0, **said: Any) -> list[Decision]:
        """A person at customs orders something for a document; what is due at once is done."""
        held = self.held(document)
        assert held is not None
        said_order = Order(status, **said)
        facts, event = self._facts(), Event(said_order.at or self.now, Stage.CUSTOMS, held.number, "", [held.serial])
        mine = self._know(facts, event)[0]
        return self.conclude(facts, rule(mine, said_order, self.now, facts), event.at) + self.wait(0)

    def held(self, document: Document) -> Held | None:
        """What customs keeps under the key of a document."""
        kind, key = document.number, key_of(document.number, head_of(document))
        return next((held for held in self.kept.values() if (held.kind, held.key) == (kind, key)), None)

    def state(self, document: Document) -> State:
        """Where the document of this key stands."""
        held = self.held(document)
        return State(held.state) if held else State.ABSENT

    def plant(self, document: Document, state: State) -> None:
        """Put a document into a state, whatever leads there."""
        held = self.held(document)
        assert held is not None
        self.kept[held.serial] = replace(held, state=int(state))
        self.events.clear()

    def times(self, document: Document) -> list[tuple[int, datetime]]:
        """Every return status under the key of a document with its time, in order."""
        wanted = (document.number, key_of(document.number, head_of(document)))
        return [(status, at) for kind, key, status, at in self.trail if (kind, key) == wanted]

    def statuses(self, document: Document) -> list[int]:
        """Every return status under the key of a document, in order."""
        return [status for status, _ in self.times(document)]

    def event(self, document: Document, stage: Stage) -> Event:
        """A step of the version that is held now."""
        held = self.held(document)
        assert held is not None
        return Event(self.now, stage, held.number, held.message_guid, [held.serial])

    def _fire(self, until: datetime) -> list[Decision]:
        decisions: list[Decision] = []
        while self.events and (event := min(self.events, key=lambda one: one.at)).at <= until:
            self.events.remove(event)
            self.now = max(self.now, event.at)
            decisions += self.fire(event)
        self.now = until
        return decisions

    def _facts(self) -> Facts:
        faults = Faults(self.faults, SEED, self.spent)
        return Facts(self.profile, self.regime, self.registry, seed=SEED, faults=faults, next_serial=self.next_serial)

    def _load(self, facts: Facts, wanted: Needs) -> None:
        facts.load(
            replace(held, content=b"")
            for held in self.kept.values()
            if held.serial in wanted.serials
            or any(
                kind == held.kind and getattr(held, column) in values for (column, kind), values in wanted.refs.items()
            )
        )

    def _load_lists(self, facts: Facts, wanted: Needs) -> None:
        """What a summary asks of lists: by number, or by when they were closed."""
        lists = [held for _, held in sorted(self.kept.items()) if held.kind == "603"]
        facts.listed |= {held.serial: listed(held) for held in lists if held.serial in wanted.listed}
        for one in wanted.selections:
            facts.selected[one] = [
                listed(held)
                for held in lists
                if held.sum_ref == one.sum_ref and one.first_ms <= held.closed_ms <= one.last_ms and not held.sum_no
            ]

    def conclude(self, facts: Facts, decisions: list[Decision], at: datetime) -> list[Decision]:
        """Keep what was decided, and plan what comes next."""
        for decision in decisions:
            if decision.stage is not Stage.HOLD:
                self.trail.append((decision.subject.kind, decision.subject.key, int(decision.status), at))
            if (held := decision.held) is not None:
                content = held.content or self.kept[held.serial].content
                self.kept[held.serial] = replace(held, content=content, decoded=None)
        self.events += plan(decisions, at, facts)
        self.next_serial, self.spent = facts.next_serial, facts.faults.spent
        self.registry = replace(self.registry, enterprises=self.registry.enterprises | facts.enrolled)
        return decisions


def listed(held: Held) -> Listed:
    """What a summary has to know of a list."""
    return Listed(held.serial, held.invt_no, held.state, held.closed_ms, held.sum_ref, held.sum_no, held.returned)


def final(decisions: Iterable[Decision], document: Document, stage: Stage = Stage.CUSTOMS) -> Decision:
    """The last decision on a document at a stage."""
    wanted = (document.number, key_of(document.number, head_of(document)), stage)
    return [one for one in decisions if (one.subject.kind, one.subject.key, one.stage) == wanted][-1]


def rows(decision: Decision) -> set[str]:
    """The rows that spoke, as faults or remarks, but for UNSAID."""
    return {finding.rule for finding in (*decision.faults, *decision.remarks)} - UNSAID
