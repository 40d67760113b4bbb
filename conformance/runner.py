"""Carries cases out: one sandbox, one clock that only moves forward, one enterprise, many cases at once.

Cases keep apart by the business keys they started. The sanity case runs first and last, alone; those that can share the
line interleave on one `Timeline`; those that cannot follow one by one; those that only look come last.
An enterprise that does not react costs a case its patience and gives it a verdict, never a hang.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from swsim.conformance.capabilities import EVERYTHING, Statement
from swsim.conformance.control import Control, ControlError, FaultTable, Switches
from swsim.conformance.conversation import Case
from swsim.conformance.driver import Driver, DriverError
from swsim.conformance.evidence import FOLDER, file_name
from swsim.conformance.journal import Entry, Journal, JournalLostError
from swsim.conformance.requirements import REQUIREMENTS, weakest
from swsim.conformance.talk import Ends, Talk
from swsim.conformance.timeline import NoReactionError, Timeline
from swsim.reports.model import CaseResult, Verdict

LANES = 64
"""Cases that run at once."""
LAST = "/last"
"""Behind the id of the sanity case when it runs again."""
SOUND = frozenset({Verdict.PASS, Verdict.WARNING})


class WrongClockError(RuntimeError):
    """Cases move sandbox time; only a virtual clock can be moved."""


Progress = Callable[[str], None]
Shown = Callable[[Case, CaseResult, Sequence[Entry], Collection[str]], Awaitable[None]]
"""Told a result with the journal entries of the case's own business, and the numbers of that."""


@dataclass(frozen=True, slots=True)
class How:
    """How a run is carried out.

    `raised` are requirements whose FAIL is not capped, `done` results of an earlier run that are not repeated, `sanity`
    the id of the case that runs first and last, `wants` what every order of the plan wants. `kept` is told every result
    when it is there, `shown` before that, for evidence. `watch` is for how many real seconds cases that only watch look
    on. `to_the_end` goes on behind a check that failed (`talk.Ends`).
    """

    seed: int = 1
    regime: str = "2018-194"
    statement: Statement = EVERYTHING
    lanes: int = LANES
    sanity: str = ""
    wants: Mapping[str, str] = field(default_factory=dict)
    raised: Collection[str] = ()
    done: Mapping[str, CaseResult] | None = None
    watch: float = 0.0
    to_the_end: bool = False
    kept: Callable[[CaseResult], None] = lambda _: None
    shown: Shown | None = None
    progress: Progress = lambda _: None


class Runner:
    """Runs cases in one sandbox."""

    def __init__(self, control: Control, journal: Journal, driver: Driver, how: How | None = None) -> None:
        self._control, self._journal, self._driver = control, journal, driver
        self._how = how or How()
        self._planted: set[str] = set()
        self._faults = FaultTable(control)
        self._switches = Switches(control)

    async def run(self, cases: Sequence[Case]) -> list[CaseResult]:
        """Run cases, results in the order of the cases; WrongClockError where the clock cannot be moved."""
        if cases and all(case.watches for case in cases):
            return await self._watching(cases)
        results: dict[str, CaseResult] = {}
        sane = next((case for case in cases if case.id == self._how.sanity), None)
        talks = [case for case in cases if not case.watches and case is not sane]
        async with self._timeline() as timeline:
            if sane is not None:
                results[sane.id] = await self._run_case(sane, timeline, apart=False)
            if sane is None or results[sane.id].verdict in SOUND:
                results |= await self._interleaved([case for case in talks if not case.alone], timeline)
                for case in talks:
                    if case.alone:
                        results[case.id] = await self._run_case(case, timeline, apart=False)
                if sane is not None and len(talks) > 0:
                    again = replace(sane, id=sane.id + LAST)
                    results[again.id] = await self._run_case(again, timeline, apart=False)
            else:
                reason = f"the sanity case did not pass: {results[sane.id].reason}"
                results |= {c.id: self._left_out(c) or result_of(c, Verdict.SKIPPED, reason) for c in talks}
            for case in cases:
                if case.watches:
                    results[case.id] = await self._run_case(case, timeline, apart=False)
        order = [case.id for case in cases] + [name for name in results if name.endswith(LAST)]
        return [results[name] for name in order]

    async def _watching(self, cases: Sequence[Case]) -> list[CaseResult]:
        """Look on for a while, then judge what is there. Nothing is moved, so any clock will do."""
        timeline = Timeline(self._control, self._journal, self._driver, self._how.statement.pace)
        if self._how.watch:
            await self._journal.wait_for(lambda: None, self._how.watch)
        await timeline.read_up_to(await self._control.written(), self._how.statement.pace.patience)
        return [await self._run_case(case, timeline, apart=False) for case in cases]

    async def advance(self, by: timedelta) -> None:
        """Let sandbox time pass, the enterprise reacting to all that falls due meanwhile."""
        async with self._timeline() as timeline:
            timeline.enter()
            await timeline.wait(timeline.now + by)
            timeline.leave()

    @contextlib.asynccontextmanager
    async def _timeline(self) -> AsyncIterator[Timeline]:
        timeline = Timeline(self._control, self._journal, self._driver, self._how.statement.pace)
        if (mode := await timeline.read()) != "virtual":
            raise WrongClockError(f"cases need a virtual clock, sandbox {self._control.sandbox} has a {mode} one")
        driving = asyncio.create_task(timeline.drive())
        try:
            yield timeline
        finally:
            driving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await driving

    async def _interleaved(self, cases: Sequence[Case], timeline: Timeline) -> dict[str, CaseResult]:
        lanes, apart = asyncio.Semaphore(self._how.lanes), self._how.lanes > 1

        async def one(case: Case) -> CaseResult:
            async with lanes:
                return await self._run_case(case, timeline, apart=apart)

        async with asyncio.TaskGroup() as group:
            tasks = {case.id: group.create_task(one(case)) for case in cases}
        return {name: task.result() for name, task in tasks.items()}

    def _left_out(self, case: Case) -> CaseResult | None:
        """The result of a case that the capability statement leaves out, None for one that it does not."""
        if (found := self._how.statement.left_out(case.needs)) is None:
            return None
        given, reason = found
        return result_of(case, Verdict.NOT_APPLICABLE if given else Verdict.SKIPPED, reason)

    async def _run_case(self, case: Case, timeline: Timeline, *, apart: bool) -> CaseResult:
        """One case; errors of ours become a verdict of their own."""
        how = self._how
        if how.done and case.id in how.done:
            return how.done[case.id]
        if left_out := self._left_out(case):
            how.kept(left_out)
            return left_out
        ends = Ends(
            self._control,
            timeline,
            self._journal,
            self._driver,
            self._faults,
            self._switches,
            how.statement,
            how.seed,
            how.regime,
            frozenset(how.raised),
            apart,
            self._planted,
            how.wants,
            how.to_the_end,
        )
        began, talk = time.monotonic(), Talk(case, ends)
        timeline.enter()
        try:
            verdict, reason = await talk.converse()
        except NoReactionError as error:
            verdict, reason = Verdict.INCONCLUSIVE, f"timed out: {error}"
        except DriverError as error:
            verdict, reason = Verdict.INCONCLUSIVE, str(error)
        except (ControlError, JournalLostError) as error:
            verdict, reason = Verdict.ERROR, str(error)
        except Exception as error:  # noqa: BLE001 - a judge that breaks on what it reads costs its case, not the run
            verdict, reason = Verdict.ERROR, f"the case itself broke: {type(error).__name__}: {error}"
        finally:
            with contextlib.suppress(ControlError):
                await self._faults.drop(case.id)
            with contextlib.suppress(ControlError):
                await self._switches.back()
            timeline.leave()
        result = replace(
            result_of(case, verdict, reason),
            file=f"{FOLDER}/{file_name(case.id)}" if how.shown else "",
            evidence=talk.evidence(),
            seconds=round(time.monotonic() - began, 3),
            checks=tuple(talk.checks),
        )
        if how.shown is not None:
            await how.shown(case, result, talk.story().entries, talk.numbers() if apart else ())
        how.kept(result)
        how.progress(f"{case.id}: {verdict}")
        return result


def result_of(case: Case, verdict: Verdict, reason: str) -> CaseResult:
    """A case's result, without checks and evidence."""
    return CaseResult(
        id=case.id,
        title_zh=case.title_zh,
        title_en=case.title_en,
        description=case.description,
        expectation=case.expectation,
        verdict=verdict,
        reason=reason,
        requirements=case.requirements,
        citation="; ".join(dict.fromkeys(REQUIREMENTS[name].citation for name in case.requirements)),
        basis=weakest(case.requirements),
        version=case.version,
    )
