"""`swsim load`: time to the final return, from the sender's side. Locust runs in a process of its own (`run`)."""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import orjson

from swsim.loadtests.measure import MOST_USERS, Outcome, Plan
from swsim.reports.model import LoadResult
from swsim.reports.view import milliseconds_text

DEFAULT_URL = "http://127.0.0.1:8180"
SCENARIOS = ("direct", "enterprise")
STARTING = 30.0
"""Seconds a load process may take beyond duration and grace, to start and to write its result."""


class NotReachableError(RuntimeError):
    """There is nothing to send to."""


class LoadBrokeError(RuntimeError):
    """The load process ended without a result."""


def run_load(
    url: str,
    *,
    users: int,
    duration: float,
    sandbox: str = "default",
    scenario: str = "direct",
    enterprise: str = "",
    seed: int = 1,
) -> list[LoadResult]:
    """Run `direct`, `enterprise` or `both`, one after the other, and return a result each. Blocks, in a child process.

    `duration` in seconds of sending; each scenario takes at most 10 s more. ValueError: out of bounds.
    `NotReachableError`: nobody answers at `url` or `enterprise`. `LoadBrokeError`: the child died.
    """
    plans = _plans(scenario, Plan("direct", users, duration, url, sandbox, enterprise, seed))
    return [outcome.result for outcome in measure(plans)]


def _plans(scenario: str, direct: Plan) -> list[Plan]:
    return [replace(direct, scenario=name) for name in (SCENARIOS if scenario == "both" else (scenario,))]


def measure(plans: Sequence[Plan]) -> list[Outcome]:
    """Carry out plans one after the other; errors as `run_load`."""
    for plan in plans:
        _reach(f"{plan.url.rstrip('/')}/healthz", "simulator", "start one with `swsim serve`")
        if plan.scenario == "enterprise":
            advice = "start one with `python -m swsim.conformance.enterprise`"
            _reach(f"{plan.enterprise.rstrip('/')}/health", "enterprise", advice)
    return [_in_a_child(plan) for plan in plans]


def _reach(url: str, who: str, advice: str) -> None:
    """A look before the run: a thousand users against a closed port tell less than one sentence."""
    if urlsplit(url).scheme not in {"http", "https"}:
        raise ValueError(f"an address begins with http:// or https://, not {url!r}")
    try:
        with urlopen(url, timeout=5):  # noqa: S310 - scheme checked above
            pass
    except HTTPError as error:
        if error.code >= 500:
            raise NotReachableError(f"the {who} at {url} answers {error.code}") from None
    except (URLError, OSError) as error:
        raise NotReachableError(f"no {who} at {url} ({getattr(error, 'reason', error)}); {advice}") from None


def _in_a_child(plan: Plan) -> Outcome:
    """Standard error stays the caller's, for progress and for Locust's warnings."""
    command = [sys.executable, "-m", "swsim.loadtests.run"]
    try:
        child = subprocess.run(  # noqa: S603 - our own module
            command,
            input=orjson.dumps(plan),
            stdout=subprocess.PIPE,
            timeout=plan.duration + plan.grace + STARTING,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        raise LoadBrokeError(f"the load process ended with code {error.returncode} and no result") from None
    except subprocess.TimeoutExpired as error:
        raise LoadBrokeError(f"the load process gave no result within {error.timeout:.0f} s and was ended") from None
    told = orjson.loads(child.stdout)
    return Outcome(LoadResult(**told["result"]), told["reasons"], told["under_way"])


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--users", type=int, default=10, help=f"senders at once, at most {MOST_USERS} (default 10)")
    parser.add_argument("--duration", type=float, default=20.0, help="seconds of sending (default 20)")
    parser.add_argument(
        "--url",
        default=os.environ.get("SWSIM_URL", DEFAULT_URL),
        help=f"the simulator (default SWSIM_URL or {DEFAULT_URL})",
    )
    parser.add_argument("--sandbox", default="default", help="sandbox to send to (default `default`)")
    parser.add_argument("--scenario", choices=(*SCENARIOS, "both"), default="direct", help="who sends (default direct)")
    parser.add_argument("--enterprise", default="", help="intake of the reference enterprise, for enterprise and both")
    parser.add_argument("--seed", type=int, default=1, help="seed of the generated firms and goods (default 1)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print (default text)")


def run(arguments: argparse.Namespace) -> int:
    """Run and print; 0 when everything ended well, 1 when something failed, 2 when there was nothing to run against."""
    try:
        direct = Plan(
            "direct",
            arguments.users,
            arguments.duration,
            arguments.url,
            arguments.sandbox,
            arguments.enterprise,
            arguments.seed,
        )
        outcomes = measure(_plans(arguments.scenario, direct))
    except (ValueError, NotReachableError) as error:
        print(f"swsim load: {error}", file=sys.stderr)
        return 2
    except LoadBrokeError as error:
        print(f"swsim load: {error}", file=sys.stderr)
        return 1
    print(
        orjson.dumps(outcomes, option=orjson.OPT_INDENT_2).decode() if arguments.format == "json" else as_text(outcomes)
    )
    return 1 if any(outcome.result.failures for outcome in outcomes) else 0


HEADINGS = (
    *("scenario", "users", "seconds", "sent", "final", "failures", "final/s"),
    *("HTTP p50", "HTTP p95", "final p50", "final p95", "final max"),
)


def as_text(outcomes: Sequence[Outcome]) -> str:
    """A table, a row a scenario, and below it why what failed failed."""
    rows = [HEADINGS, *(_row(outcome.result) for outcome in outcomes)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            cell.rjust(width) if at else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    lines += ["", "final: from handing the list in to holding its final return, by the sender's clock"]
    for outcome in outcomes:
        worst = sorted(outcome.reasons.items(), key=lambda item: -item[1])
        lines += [f"{outcome.result.scenario}: {times} x {reason}" for reason, times in worst[:10]]
        if outcome.under_way:
            lines.append(
                f"{outcome.result.scenario}: {outcome.under_way} still under way at the end, none unusually long"
            )
    return "\n".join(lines)


def _row(load: LoadResult) -> tuple[str, ...]:
    return (
        *(load.scenario, str(load.users), f"{load.seconds:.1f}", str(load.sent), str(load.final), str(load.failures)),
        f"{load.per_second:.1f}",
        *map(milliseconds_text, (load.http_p50, load.http_p95, load.final_p50, load.final_p95, load.final_max)),
    )
