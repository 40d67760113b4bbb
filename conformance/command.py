"""`swsim conformance`: judge an enterprise system, the reference one or one that a driver reaches."""

import argparse
import os
import shlex
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson

from swsim.conformance import coverage, processes
from swsim.conformance.capabilities import EVERYTHING, Statement, read_statement
from swsim.conformance.cases import BY_ID
from swsim.conformance.certify import STATEMENT_PAGE, certify, check
from swsim.conformance.control import ControlError
from swsim.conformance.conversation import Case
from swsim.conformance.driver import DriverError
from swsim.conformance.drivers import FORMS
from swsim.conformance.enterprise.faults import FAULTS
from swsim.conformance.evidence import BrokenChainError
from swsim.conformance.journal import JournalLostError
from swsim.conformance.keys import fingerprint_of, kept_key, signing_key
from swsim.conformance.parts import PartsError
from swsim.conformance.plans import PLANS
from swsim.conformance.requirements import REQUIREMENTS
from swsim.conformance.run import INSTANCES, NONE, RECORDED, REFERENCE, Order, carry_out, expected_seconds
from swsim.conformance.runner import LANES, WrongClockError
from swsim.conformance.session import run_to_end
from swsim.conformance.verdicts import read_expected, shortfalls, with_expected
from swsim.reports.model import CaseResult, Report, Verdict
from swsim.reports.view import gate, seconds_text
from swsim.reports.write import FOLDER, write_reports
from swsim.simulator import __version__
from swsim.simulator.clock import BEIJING, read_duration


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    add = parser.add_argument
    add("what", nargs="?", choices=("run", "verify"), default="run", help="verify: check the statement in --report")
    add("--plan", choices=PLANS, default="9610-declaration", help="what is judged (default 9610-declaration)")
    add("--driver", "--enterprise", default=REFERENCE, help=f"how the enterprise is reached: reference, {FORMS}")
    add("--capabilities", type=Path, metavar="FILE", help="its capability statement, TOML")
    add("--report", "--out", dest="out", type=Path, default=FOLDER, help=f"folder of the reports (default {FOLDER})")
    add("--case", choices=BY_ID, action="append", metavar="ID", help="only this case; may be repeated")
    add("--expected", type=Path, metavar="FILE", help="expected failures with their reasons, TOML")
    add("--raise", dest="raised", choices=REQUIREMENTS, action="append", metavar="ID", help="judge it in full (or all)")
    add("--go-live", type=date.fromisoformat, default=None, help="when it goes live, YYYY-MM-DD (default today)")
    add("--key", type=Path, metavar="FILE", help="sign with the key kept there (made if absent); verify: expect it")
    add("--fingerprint", default="", metavar="TEXT", help="verify: the fingerprint of the key that has to have signed")
    add("--resume", action="store_true", help="do not repeat what the report folder holds a verdict of")
    add("--list", action="store_true", help="name the cases of the plan, with what they verify, and end")
    add("--url", default=os.environ.get("SWSIM_URL", ""), help="the simulator (default SWSIM_URL, else one is started)")
    add("--sandbox", default="", help="sandbox (default a new one; `default` for an enterprise of yours)")
    add("--seed", type=int, default=1, help="seed of the generated firms and orders (default 1)")
    add("--lanes", type=int, default=LANES, help=f"cases that run at once (default {LANES}; 1: one behind the other)")
    add(
        "--parallel",
        type=at_least_one,
        default=1,
        metavar="N",
        help="share the cases among N instances of the enterprise",
    )
    add(
        "--repoint",
        action="store_true",
        help="a sandbox for each case, for an enterprise that can be pointed at another",
    )
    add("--amqp", default="", metavar="URL", help="driver reference: talk over this RabbitMQ instead of HTTP")
    add("--watch", type=read_duration, metavar="TIME", help="--driver none: look on for so long (real time, PT10M)")
    add("--fault", choices=FAULTS, default="", metavar="ID", help="a fault of the reference enterprise, to see it fail")
    add("--quiet", type=float, help="seconds without an entry that mean the enterprise has reacted")
    add("--patience", type=float, help="seconds a silent enterprise is waited for")
    add("--format", choices=("text", "json"), default="text", help="how to print (default text)")


def run(arguments: argparse.Namespace) -> int:
    """Run, print, write; 0 when the gate is green, 1 when it is not, 2 when there was nothing to run against."""
    try:
        if arguments.what == "verify":
            expected = fingerprint_of(kept_key(arguments.key)) if arguments.key else arguments.fingerprint
            return check(arguments.out, expected)
        order = _order(arguments)
        if arguments.list:
            print(listed(order.cases))
            return 0
        return run_to_end(_run(order, arguments))
    except (ValueError, DriverError) as error:
        print(f"swsim conformance: {error}", file=sys.stderr)
        return 2


def at_least_one(text: str) -> int:
    """A number of things to have; ValueError below one."""
    if (number := int(text)) < 1:
        raise ValueError(text)
    return number


def _order(arguments: argparse.Namespace) -> Order:
    read = read_statement(arguments.capabilities) if arguments.capabilities else None
    driver = INSTANCES if arguments.parallel > 1 and read and read.instances else arguments.driver.rstrip("/")
    reference = driver == REFERENCE
    if arguments.fault and not reference:
        raise ValueError("--fault is for the reference enterprise")
    if not (reference or arguments.url or arguments.list or driver.startswith(RECORDED)):
        raise ValueError("--url names the simulator your enterprise talks to")
    statement = read or (EVERYTHING if reference else Statement("unnamed", EVERYTHING.has))
    pace = statement.pace
    pace = replace(pace, quiet=arguments.quiet or pace.quiet, patience=arguments.patience or pace.patience)
    terminal = arguments.format == "text" and sys.stderr.isatty()
    return Order(
        plan=arguments.plan,
        url=arguments.url.rstrip("/"),
        driver=driver,
        fault=arguments.fault,
        only=arguments.case or (),
        sandbox=arguments.sandbox or (f"conformance-{uuid.uuid4().hex[:8]}" if reference else "default"),
        seed=arguments.seed,
        lanes=arguments.lanes,
        parallel=arguments.parallel,
        repoint=arguments.repoint,
        watch=arguments.watch.total_seconds() if arguments.watch else 0.0,
        amqp=arguments.amqp,
        statement=replace(statement, pace=pace),
        raised=arguments.raised or (),
        progress=show if terminal else lambda _: None,
        folder=arguments.out,
        resume=arguments.resume,
    )


async def _run(order: Order, arguments: argparse.Namespace) -> int:
    started = now()
    expected = read_expected(arguments.expected, BY_ID) if arguments.expected else {}
    key = signing_key(arguments.key)
    about = seconds_text(expected_seconds(order))
    print(f"plan {order.plan}: {len(order.cases)} cases, about {about}", file=sys.stderr, flush=True)
    try:
        outcome = await carry_out(order)
    except BROKEN as error:
        print(f"swsim conformance: {error}", file=sys.stderr)
        return 2
    results = with_expected(outcome.results, expected)
    firm = order.driver + (f", fault {order.fault}" if order.fault else "")
    sandboxes = [part.instance.sandbox for part in order.parts]
    at = sandboxes[0] if len(sandboxes) == 1 else f"{sandboxes[0]} … {sandboxes[-1]}, {len(sandboxes)} of them"
    facts = facts_of(order.seed, at, firm, order.cases, outcome.settings) | {"plan": order.plan}
    covered = coverage.requirements(order.cases, results)
    report = Report("swsim conformance", started, now(), facts, cases=results, shortfalls=shortfalls(results))
    report.requirements, report.again = coverage.judged(covered, results), again(arguments, order)
    report.pages = {"Statement 声明": STATEMENT_PAGE, "Coverage of the annex 覆盖": f"{STATEMENT_PAGE}#annex"}
    paths = write_reports(report, arguments.out)
    whole = not (order.only or order.fault or order.driver == NONE or order.driver.startswith(RECORDED))
    go_live = arguments.go_live or datetime.now(BEIJING).date()
    refused = certify(arguments.out, report, outcome, order.cases, go_live, whole=whole, key=key)
    answer = gate(report)
    if arguments.format == "json":
        told = {"gate": answer.word, "cases": results, "reports": [str(path) for path in paths]}
        print(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
    else:
        order.progress("")
        print(as_text(results))
        said = f"refused: {'; '.join(refused[:5])}" if refused else "granted"
        print(f"\n{answer.word}: {answer.line}\nstatement {said}\nreport: {paths[0]}")
    return 0 if answer.tone == "good" else 1


def again(arguments: argparse.Namespace, order: Order) -> str:
    """The command that runs a case of this run again, with the same orders."""
    words = ["swsim", "conformance", "--plan", order.plan, "--seed", str(order.seed)]
    if order.driver != REFERENCE:
        words += ["--driver", arguments.driver, "--url", order.url]
    for name, value in (
        ("capabilities", arguments.capabilities),
        ("sandbox", arguments.sandbox),
        ("fault", order.fault),
    ):
        words += [f"--{name}", str(value)] if value else []
    return shlex.join(words)


BROKEN = (
    ControlError,
    JournalLostError,
    WrongClockError,
    DriverError,
    PartsError,
    BrokenChainError,
    processes.NotStartedError,
)
"""What leaves nothing to judge; each says what it was."""


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
        "cases": str(len(cases)),
    }


def listed(cases: Sequence[Case]) -> str:
    """The cases, what they provoke and verify."""
    rows = [f"{case.id:<36} {', '.join(case.requirements):<24} {case.title_zh} {case.title_en}" for case in cases]
    return "\n".join([*rows, f"{len(cases)} cases"])


def as_text(results: Sequence[CaseResult], *, evidence: bool = True) -> str:
    """Verdicts; what is not PASS with its reason, where it is written, and the journal entries it rests on."""
    lines = []
    for result in results:
        expected = f" (expected: {result.expected})" if result.expected else ""
        head = f"{result.verdict:<14} {result.id}  {result.title_zh} {result.title_en} ({result.seconds:.1f} s)"
        lines.append(head + expected)
        if result.verdict is Verdict.PASS:
            continue
        lines.append(f"{'':14} {result.reason}")
        spoken = [check.requirement for check in result.checks if check.verdict is result.verdict]
        for name in dict.fromkeys(spoken or result.requirements):
            row = REQUIREMENTS[name]
            lines.append(f"{'':14} {name} {row.level}: {row.en} ({row.citation}) [{row.basis}]")
        if evidence:
            lines += [f"{'':14}   #{one.entry} {one.at} {one.what}: {one.text}" for one in result.evidence]
    counts = [f"{sum(result.verdict is verdict for result in results)} {verdict}" for verdict in Verdict]
    lines.append(", ".join(count for count in counts if not count.startswith("0 ")))
    return "\n".join(lines)


def now() -> str:
    """Real time, ISO 8601, Beijing."""
    return datetime.now(BEIJING).isoformat(timespec="seconds")
