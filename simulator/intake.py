"""Intake: from a channel's bytes to what became of them. Every channel comes in here, and is answered from `Outcome`.

Reading runs ahead and side by side; what is read is taken in its turn. A message in an envelope of the exchange
platform is first judged by its receivers (table 7-1): only what names the export system comes to customs.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from swsim.simulator import pipeline, refusal, returns, signed, submitting
from swsim.simulator.core import questions
from swsim.simulator.core.faults import FaultPlan
from swsim.simulator.core.model import Decision
from swsim.simulator.envelope.answer import Verdict, for_all, of_receivers, refused_by, reply, said_by
from swsim.simulator.envelope.cover import BARE, Cover
from swsim.simulator.faults.receiving import ACTIONS_ON_THE_LINE, HinderedError, hindrance
from swsim.simulator.limits import Limits, Used, check
from swsim.simulator.messages.codec import Invalid, Refused
from swsim.simulator.reader import Reader
from swsim.simulator.reading import Message, Received, recounted
from swsim.simulator.rehearsal import Later, foresee
from swsim.simulator.sandbox import Sandbox
from swsim.simulator.sequencer import Sequencer
from swsim.simulator.signature.envelope import Answer
from swsim.simulator.store import journal
from swsim.simulator.store.protocol import Store
from swsim.simulator.turn import Turn

Found = Message | Refused
NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Mark:
    """What a channel knows a message by when it comes `again`: a redelivery of what was taken in is swallowed."""

    name: bytes
    again: bool


class DryRun(Exception):  # noqa: N818 - carries a result out of a turn that must be undone
    """Ends a turn that is not to be kept."""

    def __init__(self, outcome: "Outcome") -> None:
        self.outcome = outcome


@dataclass(slots=True)
class Outcome:
    """What became of a message: the journal entry's number, its decisions, or the refusal of its form.

    `answer` is the DxpRep to what came in an envelope of the platform, None where its head is too broken for one.
    `message` without decisions: it was not for customs.
    """

    number: int
    message: Message | None = None
    decisions: list[Decision] = field(default_factory=list)
    refused: Refused | None = None
    cover: Cover = BARE
    verdicts: list[Verdict] = field(default_factory=list)
    answer: bytes | None = None
    told: bool = False
    """A refusal was told by a return (CEB900, or a DxpRep where the channel has no answer at once)."""
    later: Later = field(default_factory=list)
    """Of a dry run: what customs' own steps would lead to."""


class Intake:
    """Takes messages into the order of work."""

    def __init__(self, reader: Reader, store: Store, sequencer: Sequencer, counters: dict[str, int]) -> None:
        self._store = store
        self._used: dict[int, Used] = {}
        """By sandbox that has limits."""
        self._reader = reader
        self._sequencer = sequencer
        self._counters = counters

    async def receive(self, sandbox: Sandbox, data: bytes, channel: str, *, dry_run: bool = False) -> Outcome:
        """Take a message in; answered when it is durable (a dry run keeps nothing)."""
        received, found = await self._reader.read(data, channel)
        return await self.take(sandbox, received, found, dry_run=dry_run)

    async def _fits(self, sandbox: Sandbox, received: Received, found: Found) -> None:
        """Count a message against the limits of its sandbox; LimitReachedError."""
        if sandbox.box not in self._used:
            kept = Used(*await self._store.usage(sandbox.box))
            self._used.setdefault(sandbox.box, kept)
        used, there = self._used[sandbox.box], sandbox.position.serial - 1
        documents = there, 0 if isinstance(found, Refused) else len(found.papers)
        check(sandbox.settings.limits, used, sandbox.name, len(received.business), len(received.packed), documents)
        used.messages += 1
        used.bytes += len(received.packed)

    def forget(self, sandbox: Sandbox) -> None:
        """A sandbox was emptied or restored: what it has taken in is counted anew."""
        self._used.pop(sandbox.box, None)

    async def _hindrance(self, sandbox: Sandbox, received: Received, found: Found) -> FaultPlan | None:
        """What the fault table does to this message on the line; noted before it happens."""
        if not any(plan.action in ACTIONS_ON_THE_LINE for plan in sandbox.settings.plans):
            return None
        digest = journal.digest(received.business)[:16]

        async def work(turn: Turn) -> FaultPlan | None:
            plan = hindrance(turn.faults, found, digest)
            turn.note_faults(turn.now, 0)
            return plan

        plan: FaultPlan | None = await self._sequencer.submit(sandbox, work)
        return plan

    async def take(
        self, sandbox: Sandbox, received: Received, found: Found, *, dry_run: bool = False, mark: Mark | None = None
    ) -> Outcome:
        """Take in what was read. LimitReachedError; HinderedError where the fault table breaks the line.

        What comes again and is known by its mark has an outcome with number 0.
        """
        found = recounted(received, found, sandbox.profile.limits, self._reader.codes)
        if not dry_run and sandbox.settings.limits != NO_LIMITS:
            await self._fits(sandbox, received, found)
        fault = None if dry_run else await self._hindrance(sandbox, received, found)
        if fault is not None and fault.action != "slow" and not fault.taken:
            raise HinderedError(fault)
        outcome = await self._taken(sandbox, received, found, dry_run=dry_run, mark=mark)
        if fault is not None and fault.taken:
            raise HinderedError(fault)
        if fault is not None:
            await asyncio.sleep(fault.by.total_seconds())
        return outcome

    async def _taken(
        self, sandbox: Sandbox, received: Received, found: Found, *, dry_run: bool, mark: Mark | None
    ) -> Outcome:
        work = judged(received, found, mark)
        outcome: Outcome
        if dry_run:
            try:
                await self._sequencer.submit(sandbox, lambda turn: _undone(turn, work), alone=True)
            except DryRun as result:
                outcome = result.outcome
        else:
            needs = (
                None if isinstance(found, Refused) else questions.needs_ahead(found.kind, found.papers, sandbox.profile)
            )
            outcome = await self._sequencer.submit(sandbox, work, needs=needs)
        self._counters["messages"] += 1
        self._counters["refused"] += outcome.refused is not None
        self._counters["documents"] += len(outcome.decisions)
        return outcome

    async def refuse(self, sandbox: Sandbox, data: bytes, channel: str, refused: Refused) -> int:
        """Journal bytes that a channel refused before they could be read."""
        received = Received(data, channel, journal.compress(data))
        number: int = await self._sequencer.submit(sandbox, lambda turn: pipeline.refuse(turn, received, refused))
        return number


def judged(received: Received, found: Found, mark: Mark | None = None) -> Callable[[Turn], Awaitable[Outcome]]:
    """The work of a message in its turn."""
    take = _enveloped if received.cover.platform else _bare

    async def work(turn: Turn) -> Outcome:
        if mark is not None and mark.again and await _was_taken(turn, mark.name):
            turn.note(journal.CHANNEL, "redelivery", {"channel": received.channel, "mark": mark.name.hex()})
            return Outcome(0)
        outcome = await take(turn, received, found)
        if mark is not None and (outcome.refused is None or outcome.told):  # what is told to nobody goes elsewhere
            turn.marks.append(mark.name)
        if received.channel in refusal.ASYNC_CHANNELS:
            _goes_back(turn, received, found)
        return outcome

    return work


async def _was_taken(turn: Turn, mark: bytes) -> bool:
    return mark in turn.marks or await turn.group.seen(turn.sandbox.box, mark)


def _goes_back(turn: Turn, received: Received, found: Found) -> None:
    """Returns leave by the channel their message came by, unless another is set for the dxpId."""
    dxp_id = found.transfer.dxp_id if isinstance(found, Message) else received.cover.sender
    if isinstance(found, Invalid):
        dxp_id = found.dxp_id or dxp_id
    known = (turn.new_settings or turn.sandbox.settings).channels
    for one in dict.fromkeys((dxp_id, received.cover.sender)):
        if one and one not in known:
            known = known | {one: {"channel": received.channel}}
            turn.change(channels=known)
            turn.note(journal.CHANNEL, "channel", {"dxpId": one, "channel": received.channel})


async def _bare(turn: Turn, received: Received, found: Found) -> Outcome:
    if isinstance(found, Refused):
        number = await pipeline.refuse(turn, received, found)
        return Outcome(number, refused=found, cover=received.cover, told=refusal.is_told(turn, received, found))
    decisions = await pipeline.take(turn, received, found)
    return Outcome(decisions[0].subject.number, found, decisions, cover=received.cover)


async def _enveloped(turn: Turn, received: Received, found: Found) -> Outcome:
    """What came in an envelope of the platform. A fault of the envelope's own signature (1001, 1002, 1004) is said to
    all, like a fault of its form, where signatures are enforced; the journal has it where they are reported.
    """
    unsigned: Answer | None = None
    cover, profile, customs = received.cover, turn.sandbox.profile, turn.sandbox.profile.receiver
    if isinstance(found, Refused) and not received.inside:
        outcome = await _bare(turn, received, found)
        outcome.verdicts = for_all(cover, found.code, str(found))
    elif (unsigned := signed.envelope(cover, turn.settings, turn.now)) and profile.signature.mode == "enforce":
        await pipeline.fire(turn)
        said = {"code": unsigned.code, "faults": [unsigned.info], "channel": received.channel, **said_by(cover)}
        outcome = Outcome(turn.note(journal.INPUT, "refused-message", said, received.packed), cover=cover)
        outcome.verdicts = for_all(cover, unsigned.code, unsigned.info)
    else:
        verdicts = of_receivers(cover, profile, turn.sandbox.settings.registry.is_user)
        if customs in cover.receivers:
            outcome = await _bare(turn, received, found)
            if outcome.refused is not None and not (profile.format_errors == "async" and outcome.told):
                verdicts = refused_by(verdicts, customs, outcome.refused.code, str(outcome.refused))
        else:
            await pipeline.fire(turn)
            said = {"channel": received.channel, **said_by(cover), "codes": received.codes}
            number = turn.note(journal.INPUT, "message-to-others", said, received.packed)
            outcome = Outcome(number, cover=cover)
            if not isinstance(found, Refused):
                outcome.message = found
                submitting.copy(turn, received, found, number)
        outcome.verdicts = verdicts
    noted = {"signature": [unsigned.code, unsigned.info]} if unsigned else {}
    outcome.answer = reply(cover, outcome.verdicts, profile, turn.now)
    failed = any(one.code != profile.success_code for one in outcome.verdicts)
    if failed and outcome.answer is not None and received.channel in refusal.ASYNC_CHANNELS:
        turn.send(cover.sender, "DxpRep", returns.copy_of_answer(outcome.answer), turn.now)
        outcome.told = True
    codes: dict[str, Any] = {one.receiver: one.code for one in outcome.verdicts}
    turn.note(journal.OUTPUT, "answer", {"of": outcome.number, "codes": codes, **noted})
    return outcome


async def _undone(turn: Turn, work: Callable[[Turn], Awaitable[Outcome]]) -> None:
    turn.decided = []
    outcome = await work(turn)
    outcome.later = await foresee(turn, outcome.decisions)
    raise DryRun(outcome)
