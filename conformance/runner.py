"""Carries conversations out: one sandbox, one clock that only moves forward, one enterprise, case after case.

Cases keep apart by the orders they start and the journal behind their beginning. Time is the sandbox's: the runner
moves it from due event to due event, and each time waits until every return is acknowledged and the journal is quiet.
An enterprise that does not react costs a case `patience` real seconds and gives it a verdict, never a hang.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from swsim.conformance.control import ClockState, Control, ControlError
from swsim.conformance.conversation import Advance, Case, Expect, Fault, Judge, Judgement, Send, Sighting, Step, Story
from swsim.conformance.driver import Driver, DriverError, Placed, Wish
from swsim.conformance.journal import Journal, JournalLostError
from swsim.conformance.requirements import REQUIREMENTS, weakest
from swsim.conformance.sightings import shown
from swsim.reports.model import CaseResult, Evidence, Verdict


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the enterprise is, in real seconds: no entry for `quiet` means it has reacted; `patience` is the end."""

    quiet: float = 2.0
    patience: float = 20.0


REFERENCE_PACE = Pace(quiet=0.08, patience=6.0)
"""The reference enterprise acknowledges a return when what it asks for has been sent: behind that there is quiet."""


class NoReactionError(RuntimeError):
    """The enterprise did not come to rest within its patience."""


class WrongClockError(RuntimeError):
    """Cases move sandbox time; only a virtual clock can be moved."""


Progress = Callable[[str], None]


class Runner:
    """Runs cases in one sandbox. Orders are numbers `first` and up of `seed`."""

    def __init__(
        self,
        control: Control,
        journal: Journal,
        driver: Driver,
        *,
        seed: int = 1,
        first: int = 0,
        regime: str = "2018-194",
        pace: Pace = REFERENCE_PACE,
        progress: Progress = lambda _: None,
    ) -> None:
        self._control, self._journal, self._driver = control, journal, driver
        self._seed, self._next, self._regime, self._pace, self._progress = seed, first, regime, pace, progress

    async def run(self, cases: Sequence[Case]) -> list[CaseResult]:
        """Run cases in turn; WrongClockError where the sandbox's clock cannot be moved."""
        clock = await self._control.clock()
        if clock.mode != "virtual":
            raise WrongClockError(f"cases need a virtual clock, sandbox {self._control.sandbox} has a {clock.mode} one")
        await self._driver.set_clock(clock.now)
        return [await self.run_case(case) for case in cases]

    async def run_case(self, case: Case) -> CaseResult:
        """One case; errors of ours become a verdict of their own."""
        began, talk = time.monotonic(), _Talk(case, self._journal.mark())
        try:
            verdict, reason = await self._converse(talk)
        except (NoReactionError, DriverError) as error:
            verdict, reason = (
                Verdict.INCONCLUSIVE,
                f"timed out: {error}" if isinstance(error, NoReactionError) else str(error),
            )
        except (ControlError, JournalLostError) as error:
            verdict, reason = Verdict.ERROR, str(error)
        finally:
            if talk.faults:
                await self._control.set_faults([])
        result = CaseResult(
            id=case.id,
            title_zh=case.title_zh,
            title_en=case.title_en,
            description=case.description,
            expectation=case.expectation,
            verdict=verdict,
            reason=reason,
            requirements=case.requirements,
            citation="; ".join(REQUIREMENTS[name].citation for name in case.requirements),
            basis=weakest(case.requirements),
            evidence=talk.sorted_evidence(),
            seconds=round(time.monotonic() - began, 3),
        )
        self._progress(f"{case.id}: {verdict}")
        return result

    async def _converse(self, talk: "_Talk") -> tuple[Verdict, str]:
        reasons = []
        for step in talk.case.steps:
            judgement = await self._take(step, talk)
            if judgement is None:
                continue
            talk.evidence += judgement.evidence
            if judgement.verdict is not Verdict.PASS:
                return judgement.verdict, judgement.reason
            if judgement.reason:
                reasons.append(judgement.reason)
        return Verdict.PASS, "; ".join(dict.fromkeys(reasons))

    async def _take(self, step: Step, talk: "_Talk") -> Judgement | None:
        self._progress(f"{talk.case.id}: {describe(step)}")
        match step:
            case Send(order, defect):
                at = (await self._control.clock()).now
                wish = Wish(self._seed, self._next, at, defect)
                self._next += 1
                [talk.orders[order]] = await self._driver.place_orders([wish])
            case Fault(_, rows):
                for row in rows(self._story(talk)):
                    talk.faults.append({"id": f"{talk.case.id}-{len(talk.faults) + 1}", **row})
                await self._control.set_faults(talk.faults)
            case Advance(by):
                await self.advance(by, talk.mark)
            case Expect():
                return await self._expect(step, talk)
            case Judge(_, by):
                return by(self._story(talk))
        return None

    async def _expect(self, step: Expect, talk: "_Talk") -> Judgement:
        end = (await self._control.clock()).now + step.within
        while not (found := step.seen(self._story(talk))):
            await self._settle(talk.mark)
            if found := step.seen(self._story(talk)):
                break
            clock = await self._control.clock()
            if clock.due is None or clock.due > end:
                found = await self._last_wait(step, talk, end)
                break
            await self._move(step=1)
        if found:
            return Judgement(Verdict.PASS, "", shown(found))
        span = f"{step.within} of sandbox time and " if step.within else ""
        reason = f"timed out: {step.what} was not seen within {span}{self._pace.patience:g} s"
        return Judgement(step.otherwise, reason)

    async def _last_wait(self, step: Expect, talk: "_Talk", end: datetime) -> Sighting | None:
        """Nothing more falls due in time: let the rest of it pass, and wait for the enterprise with real patience."""
        if (await self._control.clock()).now < end:
            await self._move(advance_to=end)
        return await self._journal.wait_for(lambda: step.seen(self._story(talk)), self._pace.patience)

    async def advance(self, by: timedelta, mark: int = 0) -> None:
        """Let `by` pass, stopping at every due event until the enterprise has reacted to it."""
        await self._settle(mark)
        clock = await self._control.clock()
        end = clock.now + by
        while clock.due is not None and clock.due <= end:
            await self._move(step=1)
            await self._settle(mark)
            clock = await self._control.clock()
        await self._move(advance_to=end)
        await self._settle(mark)

    async def _move(self, **how: object) -> ClockState:
        clock = await self._control.move(**how)
        await self._driver.set_clock(clock.now)
        return clock

    async def _settle(self, mark: int) -> None:
        written = await self._control.written()
        if await self._journal.wait_for(lambda: self._journal.mark() >= written or None, self._pace.patience) is None:
            raise JournalLostError(f"the journal was not read up to entry {written} in {self._pace.patience:g} s")
        if not await self._journal.settled(self._pace.quiet, self._pace.patience, mark):
            left = self._journal.unacknowledged(mark)
            what = f"returns not acknowledged: {', '.join(left[:5])}" if left else "it does not stop sending"
            raise NoReactionError(f"the enterprise did not come to rest within {self._pace.patience:g} s, {what}")

    def _story(self, talk: "_Talk") -> Story:
        return Story(self._journal.since(talk.mark), talk.orders, self._regime)


class _Talk:
    """A conversation under way."""

    def __init__(self, case: Case, mark: int) -> None:
        self.case, self.mark = case, mark
        self.orders: dict[str, Placed] = {}
        self.faults: list[dict[str, object]] = []
        self.evidence: list[Evidence] = []

    def sorted_evidence(self) -> tuple[Evidence, ...]:
        """Each once, by number."""
        return tuple(sorted(dict.fromkeys(self.evidence), key=lambda one: one.entry))


def describe(step: Step) -> str:
    """A step in a few words, for progress."""
    match step:
        case Send(order, defect):
            return f"order {order}" + (f" with {defect}" if defect else "")
        case Advance(by):
            return f"{by} pass"
        case Expect(what) | Fault(what) | Judge(what):
            return what
