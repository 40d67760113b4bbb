"""A run: which cases of which plan, against whom, kept where. `command` reads the options, `reports` write the end."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from swsim.conformance import processes
from swsim.conformance.capabilities import ENDPOINTS, EVERYTHING, Instance, Statement, over_amqp, over_http
from swsim.conformance.cases import BY_ID, CASES, SANITY
from swsim.conformance.conversation import Advance, Case, Expect
from swsim.conformance.evidence import journals_of
from swsim.conformance.journal import Entry
from swsim.conformance.keeping import Keeper
from swsim.conformance.parts import Part, PartsError, a_case_each, chosen, in_order, in_parallel
from swsim.conformance.plans import PLANS, cases_of
from swsim.conformance.recorded import judge_recorded, read_recording
from swsim.conformance.runner import LAST, SOUND, How, Progress, Runner, result_of
from swsim.conformance.session import REGIME, Session, create_case_sandbox, sandbox_exists, session
from swsim.reports.model import CaseResult, Verdict

REFERENCE = "reference"
RECORDED = "recorded:"
NONE = "none"
INSTANCES = "instances"
"""The driver of a run over the instances of a capability statement: each names its own."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to run. Empty `url`: a simulator of its own. `driver`: ``reference``, ``http:URL``, ``command:FILE``, …

    `parallel` instances of the enterprise share the cases; `repoint` gives each case a sandbox of its own; `watch` is
    how many real seconds a run without a driver looks on; `amqp` the broker that the reference enterprise talks over,
    and a simulator of the run's own. `to_the_end`: see `talk.Ends`.
    """

    plan: str = "9610-declaration"
    url: str = ""
    driver: str = REFERENCE
    fault: str = ""
    only: Collection[str] = ()
    sandbox: str = "default"
    seed: int = 1
    lanes: int = 64
    parallel: int = 1
    repoint: bool = False
    watch: float = 0.0
    amqp: str = ""
    statement: Statement = EVERYTHING
    raised: Collection[str] = ()
    progress: Progress = lambda _: None
    folder: Path | None = None
    resume: bool = False
    to_the_end: bool = False

    @property
    def cases(self) -> list[Case]:
        """The cases, the sanity case among them wherever the driver can place orders.

        Cases that are named (`only`) need not be of the plan; what it needs and wants holds for them too.
        """
        needs = PLANS[self.plan].needs
        some = [case for case in CASES if case.id in self.only] if self.only else cases_of(self.plan, CASES)
        chosen = [replace(case, needs=(*needs, *case.needs)) for case in some]
        if self.driver == NONE:  # only what watches can be carried out
            return [case for case in chosen if case.watches]
        if chosen and all(case.watches for case in chosen):  # something has to happen for them to see
            return [BY_ID[SANITY], *chosen]
        return chosen

    @property
    def parts(self) -> list[Part]:
        """The parts of the run; `PartsError` where it cannot be divided as asked for."""
        here = Instance(self.driver, self.sandbox, self.statement.endpoints)
        if self.parallel > 1 and self.repoint:
            raise PartsError("--repoint gives each case a sandbox, one behind the other; it goes without --parallel")
        if self.repoint:
            if self.driver != REFERENCE and "repoint" not in self.statement.has:
                raise PartsError("--repoint: expected the facility repoint in the capability statement")
            return a_case_each(self.cases, here)
        if self.parallel == 1:
            return [Part(here, self.cases)]
        if self.driver == REFERENCE:
            ours = [replace(here, sandbox=f"{self.sandbox}-{place}") for place in range(1, self.parallel + 1)]
            return in_parallel(self.cases, SANITY, ours)
        return in_parallel(self.cases, SANITY, chosen(self.statement, self.parallel))


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: results, the settings of its sandbox (the first of several), the journal of each."""

    results: list[CaseResult]
    settings: Mapping[str, Any]
    journals: Sequence[Sequence[Entry]] = field(default_factory=list, repr=False)

    @property
    def entries(self) -> Sequence[Entry]:
        """The journal of the first sandbox."""
        return self.journals[0] if self.journals else ()


async def carry_out(order: Order) -> Outcome:
    """Start what is not there yet, run the cases, end what was started."""
    if order.driver.startswith(RECORDED):
        return await _of_recording(order, Path(order.driver.removeprefix(RECORDED)))
    parts = order.parts
    async with contextlib.AsyncExitStack() as stack:
        url = order.url
        if not url:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="swsim-"))
            options = ["--amqp", order.amqp] if order.amqp else []
            url = await stack.enter_async_context(processes.simulator(Path(folder), options))
        keeper = Keeper(order.folder, resume=order.resume)
        stack.callback(keeper.close)
        work = _one_by_one(order, url, parts, keeper) if order.repoint else _at_once(order, url, parts, keeper)
        outcomes = await work
        results = in_order(order.cases, [one.results for one in outcomes])
        keeper.end(results)
        earlier = journals_of(order.folder) if order.resume and order.folder else []
        return Outcome(results, outcomes[0].settings, [*(one.entries for one in outcomes), *earlier])


async def _at_once(order: Order, url: str, parts: Sequence[Part], keeper: Keeper) -> list[Outcome]:
    tasks = [asyncio.ensure_future(_carry_out(order, url, part, keeper)) for part in parts]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _one_by_one(order: Order, url: str, parts: Sequence[Part], keeper: Keeper) -> list[Outcome]:
    """A case, a sandbox; nothing behind a sanity case that does not pass, and the sanity case again at the end."""
    outcomes: list[Outcome] = []
    sane = parts[0].cases[0]
    guarded = sane.id == SANITY and not order.only
    for part in parts:
        if guarded and outcomes and (first := outcomes[0].results[0]).verdict not in SOUND:
            reason = f"the sanity case did not pass: {first.reason}"
            outcomes.append(Outcome([result_of(part.cases[0], Verdict.SKIPPED, reason)], {}))
        else:
            outcomes.append(await _carry_out(order, url, part, keeper))
    if guarded and len(parts) > 1 and outcomes[0].results[0].verdict in SOUND:
        instance = replace(parts[0].instance, sandbox=f"{order.sandbox}-last")
        outcomes.append(await _carry_out(order, url, Part(instance, [replace(sane, id=sane.id + LAST)]), keeper))
    return outcomes


async def _carry_out(order: Order, url: str, part: Part, keeper: Keeper) -> Outcome:
    """One part, in its sandbox, against its instance."""
    plan, sandbox = PLANS[order.plan], part.instance.sandbox
    divided = order.repoint or order.parallel > 1
    async with _standing(order, url, part) as (ends, statement):
        settings = await ends.control.settings()
        of = {"explain": ends.control.document, "seed": order.seed, "sandbox": sandbox}

        async def shown(case: Case, result: CaseResult, entries: Sequence[Entry], numbers: Collection[str]) -> None:
            await keeper.shown(case, result, entries, numbers, of)

        how = How(
            seed=order.seed,
            regime=str(settings.get("regime") or REGIME),
            statement=statement,
            lanes=order.lanes,
            sanity="" if order.only or order.repoint else SANITY,
            wants=plan.wants,
            raised=order.raised,
            done={name: one for name, one in keeper.done.items() if order.only or not name.startswith(SANITY)},
            watch=order.watch,
            to_the_end=order.to_the_end,
            kept=keeper.result,
            shown=shown,
            progress=(lambda text: order.progress(f"{sandbox}: {text}")) if divided else order.progress,
        )
        results = await Runner(ends.control, ends.journal, ends.driver, how).run(part.cases)
        return Outcome(results, settings, [list(ends.journal.entries)])


@contextlib.asynccontextmanager
async def _standing(order: Order, url: str, part: Part) -> AsyncIterator[tuple[Session, Statement]]:
    """The three ends of a part; what is not there yet is made: its sandbox, the reference enterprise."""
    plan, instance = PLANS[order.plan], part.instance
    driver, statement = instance.driver, replace(order.statement, endpoints=instance.endpoints)
    async with contextlib.AsyncExitStack() as stack:
        divided = order.repoint or order.parallel > 1
        if driver == REFERENCE or (divided and not await sandbox_exists(url, instance.sandbox)):
            await create_case_sandbox(url, instance.sandbox, order.seed, regime=plan.regime, profile=plan.profile)
        if driver == REFERENCE:
            statement = over_amqp(statement) if order.amqp else over_http(statement)
            started = processes.enterprise(url, instance.sandbox, order.seed, order.fault, order.amqp)
            firm = await stack.enter_async_context(started)
            driver = f"http:{firm}"
            statement = replace(statement, endpoints={ask: f"{firm}/{ask}" for ask in ENDPOINTS})
        ends = await stack.enter_async_context(session(url, instance.sandbox, driver, statement))
        if order.repoint and instance.driver != REFERENCE:
            await ends.driver.repoint(url, instance.sandbox)
        yield ends, statement


async def _of_recording(order: Order, path: Path) -> Outcome:
    """Judge what was recorded; nothing is started."""
    entries, cases = read_recording(path), {case.id: case for case in order.cases}
    results = judge_recorded(entries, list(cases.values()), order.raised)
    keeper = Keeper(order.folder, resume=False)
    of: dict[str, Any] = {"explain": _nobody_explains, "seed": order.seed, "sandbox": order.driver}
    for result in results:
        await keeper.shown(cases[result.id], result, entries, (), of)
        keeper.result(result)
    keeper.end(results)
    keeper.close()
    return Outcome(results, {}, [entries])


async def _nobody_explains(kind: str, key: str) -> dict[str, Any]:
    return {"kind": kind, "key": key, "explain": []}


def expected_seconds(order: Order) -> float:
    """About how long a run takes, in real seconds: rounds of the clock, and a settle for each.

    Cases that interleave share their rounds, so the longest of them counts, and a little for each of the others.
    """
    pace, cases = order.statement.pace, order.cases
    if not cases:
        return 0.0
    rounds = {case.id: sum(_rounds(step, order.statement) for step in case.steps) for case in cases}
    shared = [rounds[case.id] for case in cases if not case.alone]
    alone = sum(rounds[case.id] for case in cases if case.alone)
    together = max(shared, default=0) + sum(shared) / 8 if order.lanes > 1 and not order.repoint else sum(shared)
    starts = 2 * len(cases) if order.repoint else 2
    return (together + alone / order.parallel + 12) * (pace.quiet + 0.05) + starts + order.watch


MOST_A_MONTH = timedelta(days=31)
"""What it takes to come to an instant of the next month."""


def _rounds(step: object, statement: Statement) -> float:
    match step:
        case Advance(by):
            span = MOST_A_MONTH if callable(by) else statement.within(by)
            return 2 + span / timedelta(hours=6)
        case Expect():
            return 6
        case _:
            return 0.5
