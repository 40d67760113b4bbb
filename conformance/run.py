"""A run: which cases of which plan, against whom, kept where. `command` reads the options, `reports` write the end."""

import contextlib
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from swsim.conformance import processes
from swsim.conformance.capabilities import ENDPOINTS, EVERYTHING, Statement
from swsim.conformance.cases import BY_ID, CASES, SANITY
from swsim.conformance.conversation import Advance, Case, Expect
from swsim.conformance.driver import Driver
from swsim.conformance.evidence import CaseFile, Explained, write_evidence
from swsim.conformance.journal import Entry
from swsim.conformance.plans import PLANS, cases_of
from swsim.conformance.recorded import judge_recorded, read_recording
from swsim.conformance.runner import How, Progress, Runner
from swsim.conformance.session import REGIME, create_case_sandbox, session
from swsim.reports.model import CaseResult, Check, Evidence, Verdict

REFERENCE = "reference"
RECORDED = "recorded:"
KEPT = "results.jsonl"
"""Results in the order in which they came, a line each: what `--resume` reads."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to run. Empty `url`: a simulator of its own. `driver`: ``reference``, ``http:URL``, ``command:FILE``, …"""

    plan: str = "9610-declaration"
    url: str = ""
    driver: str = REFERENCE
    fault: str = ""
    only: Collection[str] = ()
    sandbox: str = "default"
    seed: int = 1
    lanes: int = 64
    statement: Statement = EVERYTHING
    raised: Collection[str] = ()
    progress: Progress = lambda _: None
    folder: Path | None = None
    resume: bool = False
    to_the_end: bool = False

    @property
    def cases(self) -> list[Case]:
        """The cases, the sanity case among them wherever the driver can place orders."""
        needs = PLANS[self.plan].needs
        some = [replace(case, needs=(*needs, *case.needs)) for case in cases_of(self.plan, CASES)]
        chosen = [case for case in some if not self.only or case.id in self.only]
        if chosen and all(case.watches for case in chosen):  # something has to happen for them to see
            return [BY_ID[SANITY], *chosen]
        return chosen


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: results, the sandbox's settings, its whole journal."""

    results: list[CaseResult]
    settings: Mapping[str, Any]
    entries: Sequence[Entry] = field(default_factory=list, repr=False)
    files: Sequence[CaseFile] = field(default_factory=list, repr=False)


async def carry_out(order: Order) -> Outcome:
    """Start what is not there yet, run the cases, end what was started."""
    plan = PLANS[order.plan]
    if order.driver.startswith(RECORDED):
        return await _of_recording(order, Path(order.driver.removeprefix(RECORDED)))
    async with contextlib.AsyncExitStack() as stack:
        url = order.url
        if not url:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="swsim-"))
            url = await stack.enter_async_context(processes.simulator(Path(folder)))
        driver, statement = order.driver, order.statement
        if driver == REFERENCE:
            await create_case_sandbox(url, order.sandbox, order.seed, regime=plan.regime, profile=plan.profile)
            firm = await stack.enter_async_context(processes.enterprise(url, order.sandbox, order.seed, order.fault))
            driver = f"http:{firm}"
            statement = replace(statement, endpoints={ask: f"{firm}/{ask}" for ask in ENDPOINTS})
        ends = await stack.enter_async_context(session(url, order.sandbox, driver, statement))
        settings = await ends.control.settings()
        files: list[CaseFile] = []
        with _keeping(order) as (done, kept):
            how = How(
                seed=order.seed,
                regime=str(settings.get("regime") or REGIME),
                statement=statement,
                lanes=order.lanes,
                sanity="" if order.only else SANITY,
                wants=plan.wants,
                raised=order.raised,
                done=done,
                to_the_end=order.to_the_end,
                kept=kept,
                shown=lambda case, result, entries: files.append(CaseFile(case, result, entries)),
                progress=order.progress,
            )
            results = await Runner(ends.control, ends.journal, ends.driver, how).run(_with_driver(order, ends.driver))
        if order.folder is not None:
            explained = Explained(ends.control.document)
            await explained.ask(files)
            write_evidence(order.folder, files, explained, order.seed)
        return Outcome(results, settings, list(ends.journal.entries), files)


async def _of_recording(order: Order, path: Path) -> Outcome:
    """Judge what was recorded; nothing is started."""
    entries, cases = read_recording(path), {case.id: case for case in order.cases}
    results = judge_recorded(entries, list(cases.values()), order.raised)
    files = [CaseFile(cases[result.id], result, entries) for result in results]
    if order.folder is not None:
        write_evidence(order.folder, files, Explained(_nobody_explains), order.seed)
    return Outcome(results, {}, entries, files)


async def _nobody_explains(kind: str, key: str) -> dict[str, Any]:
    return {"kind": kind, "key": key, "explain": []}


def _with_driver(order: Order, driver: Driver) -> list[Case]:
    """Without a driver only what watches can be carried out."""
    passive = getattr(driver, "passive", False)
    return [case for case in order.cases if case.watches] if passive else order.cases


@contextlib.contextmanager
def _keeping(order: Order) -> Any:
    """Results of the earlier run, and a function that keeps each new one in the folder of the reports."""
    if order.folder is None:
        yield {}, lambda _: None
        return
    order.folder.mkdir(parents=True, exist_ok=True)
    path = order.folder / KEPT
    done = read_kept(path) if order.resume and path.exists() else {}
    with path.open("ab" if done else "wb") as file:

        def kept(result: CaseResult) -> None:
            file.write(orjson.dumps(result) + b"\n")
            file.flush()

        yield done, kept


def read_kept(path: Path) -> dict[str, CaseResult]:
    """Results by case id; only those that say something about the enterprise are kept for good."""
    found = {}
    for line in path.read_bytes().splitlines():
        row = orjson.loads(line)
        row["verdict"] = Verdict(row["verdict"])
        row["requirements"] = tuple(row["requirements"])
        row["evidence"] = tuple(Evidence(**one) for one in row["evidence"])
        row["checks"] = tuple(Check(**{**one, "verdict": Verdict(one["verdict"])}) for one in row["checks"])
        result = CaseResult(**row)
        if result.verdict not in {Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.SKIPPED}:
            found[result.id] = result
    return found


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
    together = max(shared, default=0) + sum(shared) / 8 if order.lanes > 1 else sum(shared)
    return (together + alone + 12) * (pace.quiet + 0.05) + 2


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
