"""`swsim demo`: the main job, end to end, on this machine: flow, cases, load, report. Needs nothing that runs already.

Flow and cases share a sandbox whose virtual clock the demo moves; the load runs in a second one, on real time.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from swsim.conformance import processes
from swsim.conformance.cases import BY_ID
from swsim.conformance.command import as_text, facts_of, now, show
from swsim.conformance.control import ControlError
from swsim.conformance.driver import DriverError, Placed, Wish
from swsim.conformance.drivers.http import HttpDriver
from swsim.conformance.journal import JournalLostError
from swsim.conformance.runner import How, Runner, WrongClockError
from swsim.conformance.session import (
    PROFILE,
    REGIME,
    START,
    Session,
    create_case_sandbox,
    create_load_sandbox,
    run_to_end,
    session,
)
from swsim.conformance.tally import count_states, explain_refusals
from swsim.fixtures.defects import DEFECTS
from swsim.loadtests.command import LoadBrokeError, NotReachableError, measure
from swsim.loadtests.command import as_text as load_as_text
from swsim.loadtests.measure import Outcome, Plan
from swsim.reports.model import Refusal, Report, StateCount, Verdict
from swsim.reports.write import FOLDER, write_reports

FLOW, LOAD = "demo", "load"
"""The two sandboxes."""
SHOWN = [BY_ID[name] for name in ("transmits-before-declaring", "corrects-after-rejection", "never-declares-twice")]
"""The cases of the demo; `swsim conformance` has the rest."""
PLANTED = {7: "list-before-order", 19: "wrong-total", 33: "duplicate"}
"""Order -> the fault mixed into it."""
WAVE = 10
"""Orders that come in at once; the next ones half a minute later."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--orders", type=int, default=50, help="orders in the flow (default 50)")
    parser.add_argument("--seed", type=int, default=7, help="seed of the generated firms and orders (default 7)")
    parser.add_argument("--load", type=float, default=20.0, help="seconds of load (default 20), half of it each way")
    parser.add_argument("--users", type=int, default=10, help="senders at once in the load (default 10)")
    parser.add_argument("--out", type=Path, default=FOLDER, help=f"folder of the reports (default {FOLDER})")


def run(arguments: argparse.Namespace) -> int:
    """Run it all; 0 when every order ended and every case passed, 1 otherwise."""
    try:
        return run_to_end(_run(arguments.orders, arguments.seed, arguments.load, arguments.users, arguments.out))
    except BROKEN as error:
        print(f"swsim demo: {error}", file=sys.stderr)
        return 1


BROKEN = (
    ControlError,
    DriverError,
    JournalLostError,
    WrongClockError,
    LoadBrokeError,
    NotReachableError,
    processes.NotStartedError,
)
"""What can go wrong on the way; each says what it was."""


async def _run(orders: int, seed: int, load: float, users: int, out: Path) -> int:
    report = Report("swsim demo", now(), "")
    with tempfile.TemporaryDirectory(prefix="swsim-demo-") as folder:
        async with processes.simulator(Path(folder)) as url:
            print(f"simulator  {url}")
            await create_case_sandbox(url, FLOW, seed)
            async with processes.enterprise(url, FLOW, seed) as firm, session(url, FLOW, f"http:{firm}") as ends:
                print(f"enterprise {firm}, sandbox {FLOW}, virtual clock from {START}\n")
                all_ended = await _flow(ends, orders, seed, report)
                progress = show if sys.stderr.isatty() else lambda _: None
                how = How(seed=seed, progress=progress)
                runner = Runner(ends.control, ends.journal, ends.driver, how)
                report.cases = await runner.run(SHOWN)
                if sys.stderr.isatty():
                    show("")
                print(f"\nconformance cases\n{as_text(report.cases, evidence=False)}")
            loaded = await _load(url, seed, load, users)
            report.load = [outcome.result for outcome in loaded]
            print(f"\nload, {load:g} s, sandbox {LOAD}, real clock, profile instant\n{load_as_text(loaded)}")
    report.finished_at = now()
    settings = {"regime": REGIME, "profile": PROFILE}
    facts = facts_of(seed, FLOW, "reference", SHOWN, settings)
    report.facts = facts | {"clock": f"virtual from {START}", "orders": str(orders)}
    [page, *_] = write_reports(report, out)
    print(f"\nreport     {page}")
    passed = all(result.verdict is Verdict.PASS for result in report.cases)
    return 0 if all_ended and passed and not any(result.failures for result in report.load) else 1


def _firm(ends: Session) -> HttpDriver:
    """The reference enterprise tells the states of all its orders at once."""
    if not isinstance(ends.driver, HttpDriver):
        raise DriverError(f"the demo talks HTTP to its enterprise, not {type(ends.driver).__name__}")
    return ends.driver


async def _flow(ends: Session, orders: int, seed: int, report: Report) -> bool:
    """Place the orders in waves, let time pass until each has ended, tell what became of the documents."""
    runner = Runner(ends.control, ends.journal, ends.driver, How(seed=seed))
    placed: dict[str, str] = {}
    under_way = 0
    for start in range(0, orders, WAVE):
        at = (await ends.control.clock()).now
        await ends.driver.set_clock(at)
        wishes = [Wish(seed, index, at, PLANTED.get(index, "")) for index in range(start, min(start + WAVE, orders))]
        taken: list[Placed] = await ends.driver.place_orders(wishes)
        placed |= {order.order_no: wish.defect for order, wish in zip(taken, wishes, strict=True)}
        await runner.advance(timedelta(seconds=30))
        under_way = await _progress(ends, orders)
    while under_way and (await ends.control.clock()).due:
        await runner.advance(timedelta(seconds=10))
        under_way = await _progress(ends, orders)
    if sys.stderr.isatty():
        show("")
    states = await _firm(ends).states()
    report.states = count_states(ends.journal.entries)
    report.refusals = await explain_refusals(ends.journal.entries, ends.control.document, placed)
    ended: int = sum(state["status"] == "done" for state in states)
    print(f"{orders} orders, {sum(map(bool, placed.values()))} with a planted fault: {ended} declared and approved\n")
    print(states_as_text(report.states))
    print(f"\n{refusals_as_text(report.refusals)}")
    return ended == orders


async def _progress(ends: Session, orders: int) -> int:
    """Tell how far the orders are; the number of those under way."""
    states = [state["status"] for state in await _firm(ends).states()]
    moment = (await ends.control.clock()).now
    text = f"{len(states)}/{orders} orders in, {states.count('done')} done, {states.count('failed')} failed"
    if sys.stderr.isatty():
        width = 30
        full = width * states.count("done") // max(orders, 1)
        show(f"[{'#' * full}{'.' * (width - full)}] {text}, sandbox time {moment:%H:%M:%S}")
    else:
        print(f"{moment:%H:%M:%S}  {text}")
    return states.count("working")


async def _load(url: str, seed: int, seconds: float, users: int) -> list[Outcome]:
    """Half the time straight to the simulator, half through the enterprise; not both at once: they share a dxpId."""
    await create_load_sandbox(url, LOAD, seed)
    direct = await asyncio.to_thread(measure, [Plan("direct", users, seconds / 2, url, LOAD, seed=seed)])
    async with processes.enterprise(url, LOAD, seed) as firm:
        plan = Plan("enterprise", users, seconds / 2, url, LOAD, firm, seed)
        return [*direct, *await asyncio.to_thread(measure, [plan])]


PLAYED = " (played 自动驾驶)"
"""Behind documents that the simulator sent for another role."""


def states_as_text(states: Sequence[StateCount]) -> str:
    """Documents by state, a row a kind and state."""
    rows = [
        f"{row.kind:<6}{row.state:>8}{row.count:>8}  {row.title_zh} {row.title_en}{PLAYED * row.played}"
        for row in states
    ]
    return "\n".join([f"{'kind':<6}{'state':>8}{'count':>8}  document", *rows])


def refusals_as_text(refusals: Sequence[Refusal]) -> str:
    """Each refusal with its rule and explanation, and the planted fault it is due to."""
    lines = ["refusals"]
    for row in refusals:
        planted = f"planted: {row.planted} ({DEFECTS[row.planted].en})" if row.planted else "not planted"
        lines.append(f"  {row.kind} {row.status:>8}  {row.rule:<7} {row.key}  {planted}")
        lines.append(f"{'':15}{row.hint_zh} {row.hint_en}".rstrip())
        lines.append(f"{'':15}{row.path}: expected {row.expected}, found {row.found}")
        lines.append(f"{'':15}{row.citation} [{row.basis}]")
    return "\n".join(lines)
