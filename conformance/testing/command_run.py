"""`swsim run -- COMMAND`: a single window while a command lasts, for tests in any language.

The command finds `SWSIM_URL` (the simulator), `SWSIM_SANDBOX` (`default`) and `SWSIM_CONTROL` (its control API) in its
environment. Its exit code is ours, unless `--no-refusals` asks for more; `--report` writes what customs saw.
"""

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession

from swsim.conformance import processes
from swsim.conformance.command import now
from swsim.conformance.control import Control
from swsim.conformance.journal import Entry, read_entry
from swsim.conformance.session import run_to_end
from swsim.conformance.tally import count_states, explain_refusals
from swsim.reports.model import Report
from swsim.reports.write import write_reports
from swsim.simulator import __version__
from swsim.simulator.profile import PROFILES, REGIMES

SANDBOX = "default"
CANNOT_START = 127
"""Exit code of a shell for a command that is not there."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What customs saw while the command ran."""

    code: int
    report: Report


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--profile", choices=sorted(PROFILES), default="instant", help="profile (default instant)")
    parser.add_argument("--regime", choices=REGIMES, default="by-date", help="regime (default by-date)")
    parser.add_argument("--clock", default="real", help="as of swsim serve (default real)")
    parser.add_argument("--seed", type=int, default=0, help="seed of delays and numbers (default 0)")
    parser.add_argument("--registry", type=Path, help="registry of enterprises; without it the registry is open")
    parser.add_argument("--report", type=Path, metavar="DIR", help="write what customs saw: HTML, JUnit, JSON")
    parser.add_argument(
        "--no-refusals", action="store_true", help="exit with 1 where customs refused a document or a message"
    )
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="-- COMMAND", help="what to run")


def run(arguments: argparse.Namespace) -> int:
    """The command's exit code; 2 for wrong use."""
    words = arguments.words[1:] if arguments.words[:1] == ["--"] else arguments.words
    if not words:
        print("swsim run: expected a command behind --, such as: swsim run -- mvn verify", file=sys.stderr)
        return 2
    return run_to_end(_run(arguments, words))


async def _run(arguments: argparse.Namespace, words: Sequence[str]) -> int:
    started = now()
    options = ["--profile", arguments.profile, "--regime", arguments.regime, "--clock", arguments.clock]
    options += ["--seed", str(arguments.seed)]
    options += ["--registry", os.fspath(arguments.registry)] if arguments.registry else []
    with tempfile.TemporaryDirectory(prefix="swsim-") as folder:
        try:
            async with processes.simulator(Path(folder), options) as url:
                code = await _command(words, url)
                entries = await _journal(url)
                report = await _report(url, entries, started, words)
        except processes.NotStartedError as error:
            print(f"swsim run: {error}", file=sys.stderr)
            return 2
    refused = len(report.refusals) + sum(entry.name == "input/refused-message" for entry in entries)
    if arguments.report:
        paths = write_reports(report, arguments.report)
        print(f"swsim run: what customs saw: {paths[0]}", file=sys.stderr)
    if arguments.no_refusals and refused and not code:
        print(f"swsim run: customs refused {refused} of what the command sent (--no-refusals)", file=sys.stderr)
        return 1
    return code


async def _command(words: Sequence[str], url: str) -> int:
    """Run the command to its end; its exit code, 128 + the number of a signal that ended it."""
    told = {"SWSIM_URL": url, "SWSIM_SANDBOX": SANDBOX, "SWSIM_CONTROL": f"{url}/_control/sandboxes/{SANDBOX}"}
    try:
        process = await asyncio.create_subprocess_exec(*words, env=os.environ | told)
    except OSError as error:
        print(f"swsim run: cannot start {words[0]!r}: {error.strerror}", file=sys.stderr)
        return CANNOT_START
    try:
        code = await process.wait()
    except asyncio.CancelledError:  # we were told to end: so is the command
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM if os.name == "posix" else signal.CTRL_BREAK_EVENT)  # type: ignore[attr-defined,unused-ignore] # Windows only
        with suppress(subprocess.TimeoutExpired):
            await process.wait()
        raise
    return code if code >= 0 else 128 - code


async def _journal(url: str) -> list[Entry]:
    """Everything the sandbox has written by now, page after page."""
    entries: list[Entry] = []
    async with ClientSession(url) as http:
        while True:
            after = str(entries[-1].n if entries else 0)
            async with http.get(f"/_control/sandboxes/{SANDBOX}/journal", params={"after": after}) as answer:
                answer.raise_for_status()
                lines = (await answer.read()).splitlines()
            if not lines:
                return entries
            entries += map(read_entry, lines)


async def _report(url: str, entries: Sequence[Entry], started: str, words: Sequence[str]) -> Report:
    async with ClientSession(url) as http:
        control = Control(http, SANDBOX)
        settings = await control.settings()
        facts = {
            "swsim": __version__,
            "command": " ".join(words),
            "profile": str(settings["profile"]),
            "regime": str(settings["regime"]),
        }
        refusals = await explain_refusals(entries, control.document, {})
    return Report("swsim run", started, now(), facts, states=count_states(entries), refusals=refusals)
