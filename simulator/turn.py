"""A turn: what one item of a sandbox's order reads and writes. Everything is gathered and written once, at its end."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from swsim.simulator import returns
from swsim.simulator.agenda import Agenda
from swsim.simulator.clock import real_now, to_ms
from swsim.simulator.core.facts import Facts, Needs
from swsim.simulator.core.faults import Faults
from swsim.simulator.core.incoming import Submission
from swsim.simulator.core.keys import external
from swsim.simulator.core.model import Decision, Event, Held, Stage, State
from swsim.simulator.core.numbers import pre_no
from swsim.simulator.envelope.cover import way_of
from swsim.simulator.faults.receiving import ACTIONS_ON_THE_LINE
from swsim.simulator.faults.returning import PLAIN, Spoiler
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.registry import PLAYED_DXP_ID
from swsim.simulator.sandbox import Sandbox, Settings
from swsim.simulator.signature.certificates import Certificate
from swsim.simulator.store import journal
from swsim.simulator.store.protocol import DocumentRow, Entry, Group, ReturnRow, SandboxRow
from swsim.simulator.trail import trail_step
from swsim.simulator.turn_months import MonthTurn

MOST_RECORDS = 100
"""Records of a return (§2.1.3, the schema)."""


class Turn(MonthTurn):
    """One item's view of its sandbox. `now` is the sandbox time of the turn and does not move while it lasts."""

    def __init__(self, sandbox: Sandbox, group: Group) -> None:
        self.sandbox = sandbox
        self.group = group
        self.real = real_now()
        self.now = sandbox.now(self.real)
        settings = sandbox.settings
        self.facts = Facts(
            sandbox.profile,
            settings.regime,
            settings.registry,
            seed=settings.seed,
            faults=Faults(settings.plans, settings.seed, settings.spent),
            next_serial=sandbox.position.serial,
            codes=sandbox.codes,
            queue=sandbox.position.queue,
        )
        self.faults = self.facts.faults
        self.facts.months = set(settings.months)
        self.begin_months()
        self.facts.played = settings.autopilot.known
        self.fired = 0
        self.new_settings: Settings | None = None
        self.acknowledged: list[int] = []
        self.handed_to: set[str] = set()
        """dxpIds that returns were handed out to which had been held back."""
        self.marks: list[bytes] = []
        self.returns: list[ReturnRow] = []
        self.entries: list[Entry] = []
        self._documents: dict[int, DocumentRow] = {}
        self._who: dict[tuple[int, ...], orjson.Fragment] = {}
        self.agenda = Agenda(sandbox, group)
        self.decided: list[tuple[datetime, Decision]] | None = None
        """What was decided in this turn and when, for a dry run; None where nobody asks."""
        self._places: list[tuple[int, int]] = []
        self._last = (self.now, 0)

    async def know(self, needs: Needs) -> None:
        """Look up what is needed and lay it under what this turn decided."""
        if needs.nothing:
            return
        wanted = self.facts.new(needs)
        if not wanted.nothing:
            self.facts.load(await self.group.look_up(self.sandbox.box, wanted))
        if needs.contents:
            for serial, content in (await self.group.contents(self.sandbox.box, needs.contents)).items():
                self.facts.by_serial[serial].content = content
        await self.know_lists(needs)

    def note(
        self, kind: str, what: str, data: dict[str, Any], body: bytes | None = None, at: datetime | None = None
    ) -> int:
        """Append a journal entry; its number."""
        one = journal.entry(self.sandbox.position, to_ms(at or self.now), kind, what, data, body)
        self.entries.append(one)
        return one.number

    @property
    def settings(self) -> Settings:
        """The sandbox's settings as this turn has left them so far."""
        return self.new_settings or self.sandbox.settings

    def change(self, **changes: Any) -> None:
        """Change the sandbox's settings; kept when the turn ends."""
        self.new_settings = replace(self.settings, **changes)

    def bind(self, code: str, certificate: Certificate, key_name: str, number: int) -> None:
        """Bind a certificate seen for the first time, in message `number`."""
        bindings = self.settings.certificates.copy()
        one = bindings.bind(code, certificate, key_name, enrolled=True)
        said = {"code": code, "keyName": one.key_name, "fingerprint": certificate.fingerprint, "pem": certificate.pem}
        self.note(journal.INPUT, "certificate", said | {"of": number})
        self.change(certificates=bindings)

    async def acknowledge(self, number: int) -> bool | None:
        """Acknowledge a return when the turn ends: True now, False before, None unknown."""
        if number in self.acknowledged:
            return False
        waits = await self.group.waits(self.sandbox.box, number)
        if waits:
            self.acknowledged.append(number)
        return waits

    def plan(self, events: Sequence[Event]) -> None:
        """Keep due work for later, in this turn or after it; what the fault table moved is noted."""
        self.agenda.planned += events
        self.note_faults(*self._last)

    def record(self, decisions: Sequence[Decision], at: datetime, number: int) -> None:
        """Keep the decisions that message `number` brought about: documents, journal, returns.

        What is said to one receiver of one kind of document at one stage is one return, of at most 100 records.
        """
        if self.decided is not None:
            self.decided += [(at, replace(decision)) for decision in decisions]
        self._last = (at, number)
        self.note_faults(at, number)
        said: dict[tuple[str, str, Stage, str], list[Decision]] = {}
        for decision in decisions:
            subject = decision.subject
            said.setdefault((subject.kind, subject.dxp_id, decision.stage, subject.via), []).append(decision)
        most = min(self.sandbox.profile.records, MOST_RECORDS)
        for together in said.values():
            for start in range(0, len(together), most):
                some = together[start : start + most]
                (self._tell if some[0].told else self._keep_quiet)(some, at, number)

    def _keep_quiet(self, decisions: Sequence[Decision], at: datetime, number: int) -> None:
        """Keep what no return says: which documents changed, and why, stands in the journal."""
        returned = self.sandbox.position.returned
        for decision in decisions:
            assert decision.held is not None  # noqa: S101 - only what is held changes without a word
            self._keep(decision, decision.held.serial, trail_step(decision, at, returned, number, {}))
        keys = [[d.subject.kind, external(d.subject.key), d.state] for d in decisions]
        data = {"stage": decisions[0].stage, "of": number, "documents": len(decisions), "changed": keys}
        self.note(journal.OUTPUT, "decision", data, at=at)

    def _tell(self, decisions: Sequence[Decision], at: datetime, number: int) -> None:
        kind, stage, usual = decisions[0].subject.kind, decisions[0].stage, decisions[0]
        returned = self.sandbox.position.returned + 1
        serials = [d.held.serial if d.held else self.facts.take_serial() for d in decisions]
        plain: dict[tuple[int, ...], bytes] = {}
        for decision, serial in zip(decisions, serials, strict=True):
            self._keep(decision, serial, trail_step(decision, at, returned, number, plain))
        if (number, *serials) not in self._who:
            self._who = {(number, *serials): returns.identities(decisions, serials)}
        facts = returns.facts(kind, self._who[number, *serials], decisions)
        odd = {
            str(place): [int(d.status), d.state, [f.rule for f in d.faults]]
            for place, d in enumerate(decisions)
            if d.faults or d.status != usual.status or d.state != usual.state
        }
        outcome = {"usual": [int(usual.status), usual.state, []], "odd": odd, "documents": len(decisions)}
        self.note(journal.OUTPUT, "decision", {"stage": stage, "of": number, "return": returned} | outcome, at=at)
        message_type = EDITION_202205.by_number[kind].answer.xml
        way = way_of(usual.subject.via)
        spoiler = Spoiler(self.faults, decisions, kind)
        self.send(usual.subject.dxp_id, message_type, facts, at, way.form, spoiler)
        for address in way.to("ALL", "RET"):
            self.send(address, message_type, returns.copy_of("return", returned), at, way.form)

    def send(
        self, dxp_id: str, message_type: str, facts: bytes, at: datetime, form: str = "", spoiler: Spoiler = PLAIN
    ) -> int:
        """Put a return into the outbox; its number. Facts are chained by digest, as the body of an entry is not.

        `form` is the envelope it will leave in, `spoiler` what the fault table makes of it.
        """
        position, apart = self.sandbox.position, dxp_id == PLAYED_DXP_ID
        row = ReturnRow(position.returned + 1, dxp_id, message_type, to_ms(at), facts, apart, form)
        handed = (PLAIN if apart else spoiler).hand(row, at)
        self.note_faults(*self._last)
        for one in handed:
            self.returns.append(one.row)
            position.returned = max(position.returned, one.row.number)
            data = {"return": one.row.number, "dxpId": dxp_id, "messageType": message_type}
            data |= {"facts": journal.digest(one.row.facts)} | ({"fault": one.fault} if one.fault else {})
            if one.until is not None:
                data["until"] = one.until.isoformat()
                self.agenda.planned.append(Event(one.until, Stage.HAND_OUT, 0, dxp_id, [one.row.number]))
            self.note(journal.OUTPUT, "return", data, at=at)
        return row.number

    def hand_out(self, event: Event) -> None:
        """Hand out returns that were held back until now: behind everything that is in the outbox already."""
        for number in event.serials:
            self.sandbox.position.returned += 1
            self._places.append((number, self.sandbox.position.returned))
        self.handed_to.add(event.message_guid)
        self.note(journal.OUTPUT, "hand-out", {"returns": event.serials, "dxpId": event.message_guid}, at=event.at)

    def note_faults(self, at: datetime, number: int) -> None:
        """Journal what the fault table did since it was asked last, on account of message `number`."""
        for fired in self.faults.take():
            kind = journal.CHANNEL if fired.plan.action in ACTIONS_ON_THE_LINE else journal.OUTPUT
            self.note(kind, "fault", fired.as_json() | {"of": number}, at=at)

    def _keep(self, decision: Decision, serial: int, trail: bytes) -> None:
        before = self._documents.get(serial)
        subject, held = decision.subject, decision.held
        fresh = isinstance(subject, Submission) or decision.changed
        if before is not None:
            before.trail += trail
            before.fresh = before.fresh or fresh
            before.held = held or before.held
            return
        if held is None:
            held = _refused(subject, serial)  # type: ignore[arg-type] # only a submission is refused
        self._documents[serial] = DocumentRow(held, trail, taken=decision.state is not None, fresh=fresh)

    async def flush(self) -> None:
        """Write everything that was gathered."""
        box, position, settings = self.sandbox.box, self.sandbox.position, self.new_settings
        position.serial, position.queue = self.facts.next_serial, self.facts.queue
        if self.facts.enrolled or self.faults.changed or self.months_changed:
            known = self.sandbox.settings.registry
            registry = replace(known, enterprises=known.enterprises | self.facts.enrolled)
            self.change(registry=registry, spent=dict(self.faults.spent), months=self.facts.months)
            settings = self.new_settings
        if self._documents:
            await self.group.put_documents(box, list(self._documents.values()))
        await self.flush_months()
        if self.returns:
            await self.group.put_returns(box, self.returns)
        if self._places:
            await self.group.hand_out(box, self._places)
        if self.acknowledged:
            await self.group.acknowledge(box, self.acknowledged)
        if self.marks:
            await self.group.put_marks(box, self.marks)
        if self.entries or settings:
            await self.group.append(box, self.entries)
            row = SandboxRow(box, self.sandbox.name, settings.dump() if settings else b"", position)
            await self.group.save_sandbox(row, settings=settings is not None)
        if settings is not None:
            self.sandbox.settings = settings
            self.sandbox.profile = settings.profile
        await self.agenda.flush()


def _refused(item: Submission, serial: int) -> Held:
    """A refused document is kept to be explained; it takes no key."""
    return Held.of(item, serial, State.ABSENT, item.app_time, pre_no(item.kind, item.received_at, serial), "")
