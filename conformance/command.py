"""`swsim conformance`: judge an enterprise system, the reference one or one that offers the driver's contract."""

import argparse
import contextlib
import os
import sys
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from swsim.conformance import processes
from swsim.conformance.cases import BY_ID, CASES
from swsim.conformance.control import ControlError
from swsim.conformance.conversation import Case
from swsim.conformance.driver import DriverError
from swsim.conformance.enterprise.faults import FAULTS
from swsim.conformance.journal import JournalLostError
from swsim.conformance.runner import REFERENCE_PACE, Pace, Runner, WrongClockError
from swsim.conformance.session import REGIME, create_case_sandbox, run_to_end, session
from swsim.reports.model import CaseResult, Report, Verdict
from swsim.reports.write import FOLDER, write_reports
from swsim.simulator import __version__
from swsim.simulator.clock import BEIJING

REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Order:
    """What to run. Empty `url`: a simulator of its own. `enterprise`: ``reference`` or the address of an intake."""

    url: str
    enterprise: str
    fault: str
    cases: Sequence[Case]
    sandbox: str
    seed: int
    pace: Pace
    progress: bool


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument(
        "--url", default=os.environ.get("SWSIM_URL", ""), help="the simulator (default SWSIM_URL, else one is started)"
    )
    parser.add_argument(
        "--enterprise", default=REFERENCE, help="`reference`, or the address of the enterprise's intake"
    )
    parser.add_argument(
        "--fault", choices=FAULTS, default="", help="a fault of the reference enterprise, to see a case fail"
    )
    parser.add_argument("--case", choices=BY_ID, action="append", help="only this case; may be repeated (default all)")
    parser.add_argument(
        "--sandbox", default="", help="sandbox (default a new one; `default` for an enterprise of yours)"
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of the generated firms and orders (default 1)")
    parser.add_argument("--quiet", type=float, help="seconds without an entry that mean the enterprise has reacted")
    parser.add_argument("--patience", type=float, help="seconds a silent enterprise is waited for")
    parser.add_argument("--out", type=Path, default=FOLDER, help=f"folder of the reports (default {FOLDER})")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print (default text)")


def run(arguments: argparse.Namespace) -> int:
    """Run, print, write; 0 when every case passed, 1 when one did not, 2 when there was nothing to run against."""
    reference = arguments.enterprise == REFERENCE
    if arguments.fault and not reference:
        print("swsim conformance: --fault is for the reference enterprise", file=sys.stderr)
        return 2
    if not reference and not arguments.url:
        print("swsim conformance: --url names the simulator your enterprise talks to", file=sys.stderr)
        return 2
    pace = REFERENCE_PACE if reference else Pace()
    order = Order(
        url=arguments.url.rstrip("/"),
        enterprise=arguments.enterprise.rstrip("/"),
        fault=arguments.fault,
        cases=[BY_ID[name] for name in arguments.case] if arguments.case else CASES,
        sandbox=arguments.sandbox or (f"conformance-{uuid.uuid4().hex[:8]}" if reference else "default"),
        seed=arguments.seed,
        pace=Pace(arguments.quiet or pace.quiet, arguments.patience or pace.patience),
        progress=arguments.format == "text" and sys.stderr.isatty(),
    )
    return run_to_end(_run(order, arguments.out, arguments.format))


async def _run(order: Order, out: Path, form: str) -> int:
    started = now()
    try:
        results, settings = await judge(order)
    except (ControlError, DriverError, JournalLostError, WrongClockError, processes.NotStartedError) as error:
        print(f"swsim conformance: {error}", file=sys.stderr)
        return 2
    firm = order.enterprise + (f", fault {order.fault}" if order.fault else "")
    facts = facts_of(order.seed, order.sandbox, firm, order.cases, settings)
    report = Report("swsim conformance", started, now(), facts, cases=results)
    paths = write_reports(report, out)
    if form == "json":
        print(
            orjson.dumps(
                {"cases": results, "reports": [str(path) for path in paths]}, option=orjson.OPT_INDENT_2
            ).decode()
        )
    else:
        print(as_text(results))
        print(f"\nreport: {paths[0]}")
    return 0 if all(result.verdict is Verdict.PASS for result in results) else 1


async def judge(order: Order) -> tuple[list[CaseResult], dict[str, Any]]:
    """Start what is not there yet, run the cases, end what was started; verdicts, and the sandbox's settings."""
    async with contextlib.AsyncExitStack() as stack:
        url = order.url
        if not url:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="swsim-"))
            url = await stack.enter_async_context(processes.simulator(Path(folder)))
        firm = order.enterprise
        if firm == REFERENCE:
            await create_case_sandbox(url, order.sandbox, order.seed)
            firm = await stack.enter_async_context(processes.enterprise(url, order.sandbox, order.seed, order.fault))
        run = await stack.enter_async_context(session(url, order.sandbox, firm))
        settings: dict[str, Any] = await run.control.settings()
        runner = Runner(
            run.control,
            run.journal,
            run.driver,
            seed=order.seed,
            regime=str(settings.get("regime") or REGIME),
            pace=order.pace,
            progress=show if order.progress else lambda _: None,
        )
        results = await runner.run(order.cases)
        if order.progress:
            show("")
        return results, settings


def show(text: str) -> None:
    """One line of progress on a terminal, written over the last one."""
    print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def facts_of(
    seed: int, sandbox: str, enterprise: str, cases: Sequence[Case], settings: Mapping[str, Any]
) -> dict[str, str]:
    """What was run, for the report."""
    return {
        "swsim": __version__,
        "edition": "202205",
        "regime": str(settings.get("regime", "")),
        "profile": str(settings.get("profile", "")),
        "seed": str(seed),
        "sandbox": sandbox,
        "enterprise": enterprise,
        "cases": ", ".join(f"{case.id} v{case.version}" for case in cases),
    }


def as_text(results: Sequence[CaseResult], *, evidence: bool = True) -> str:
    """Verdicts, each with its reason, where it is written, and the journal entries it rests on."""
    lines = []
    for result in results:
        lines.append(f"{result.verdict:<13} {result.id}  {result.title_zh} {result.title_en} ({result.seconds:.1f} s)")
        lines.append(f"{'':13} {result.reason}")
        lines.append(f"{'':13} {', '.join(result.requirements)}: {result.citation} [{result.basis}]")
        if evidence or result.verdict is not Verdict.PASS:
            lines += [f"{'':13}   #{one.entry} {one.at} {one.what}: {one.text}" for one in result.evidence]
    counts = [f"{sum(result.verdict is verdict for result in results)} {verdict}" for verdict in Verdict]
    lines.append(", ".join(count for count in counts if not count.startswith("0 ")))
    return "\n".join(lines)


def now() -> str:
    """Real time, ISO 8601, Beijing."""
    return datetime.now(BEIJING).isoformat(timespec="seconds")
