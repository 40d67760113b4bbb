"""`swsim lint`: what is wrong with messages, before customs sees them."""

import argparse
import io
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TextIO

from swsim.simulator.clock import ClockError, read_instant, real_now
from swsim.simulator.codes.loading import loaded
from swsim.simulator.codes.sheets import CodesError
from swsim.simulator.lint.findings import Linted, Verdict
from swsim.simulator.lint.message import How
from swsim.simulator.lint.sources import NoSourceError
from swsim.simulator.lint.work import linted
from swsim.simulator.lint.writers import WRITERS, Count
from swsim.simulator.profile import PROFILES

BAR = 30
SHOW_EVERY = 0.1
"""Seconds between two states of the progress bar."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="file, folder, ZIP archive, or - for standard input")
    parser.add_argument("--format", choices=sorted(WRITERS), default="text", help="form of the report (default text)")
    parser.add_argument("--out", type=Path, help="file to write the report to (default standard output)")
    parser.add_argument("--profile", choices=sorted(PROFILES), default="standard", help="how severe (default standard)")
    parser.add_argument(
        "--codes", type=Path, metavar="DIR", help="folder of your own code tables (docs/how-to/codes.md)"
    )
    parser.add_argument("--at", metavar="TIME", help="when it is, ISO 8601, for times that lie ahead (default now)")
    parser.add_argument(
        "--fail-on",
        choices=("refuse", "remark", "never"),
        default="remark",
        help="what makes the exit code 1: what would be refused, every finding but a note, nothing (default remark)",
    )
    parser.add_argument("--processes", type=int, help="processes to share the files (default by their number)")


def run(arguments: argparse.Namespace) -> int:
    """Lint and report; 1 where something was found, 2 for wrong use."""
    try:
        codes = loaded(arguments.codes)
        now = read_instant(arguments.at) if arguments.at else real_now()
        how = How(PROFILES[arguments.profile], codes.codes, now)
        results = linted(arguments.paths, how, arguments.processes)
    except (CodesError, ClockError, NoSourceError) as error:
        print(error, file=sys.stderr)
        return 2
    for line in codes.summary:
        print(line, file=sys.stderr)
    try:
        with _opened(arguments.out) as out:
            count = _report(_shown(results, arguments.out), out, arguments.format)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        print(f"{error.filename or arguments.out}: {error.strerror}", file=sys.stderr)
        return 2
    return _exit_code(count, arguments.fail_on)


def _report(files: Iterable[Linted], out: TextIO, form: str) -> Count:
    count, writer = Count(), WRITERS[form](out)
    for file in files:
        count.add(file)
        writer.add(file)
    writer.close(count)
    return count


def _exit_code(count: Count, fail_on: str) -> int:
    wrong = count.verdicts.total() - count.verdicts[Verdict.VALID]
    refused = count.severities["refuse"]
    return int(bool({"remark": wrong, "refuse": refused, "never": 0}[fail_on]))


def _opened(out: Path | None) -> AbstractContextManager[TextIO]:
    """The report's file, UTF-8 wherever it goes; standard output stays open."""
    if out is not None:
        return out.open("w", encoding="utf-8", newline="\n")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    return nullcontext(sys.stdout)


def _shown(results: Iterator[tuple[int, int, Linted]], out: Path | None) -> Iterator[Linted]:
    """The files; a bar on standard error while they come, if it is a terminal and the report goes elsewhere."""
    bar, shown = sys.stderr.isatty() and (out is not None or not sys.stdout.isatty()), 0.0
    for number, total, file in results:
        if bar and (now := time.monotonic()) - shown > SHOW_EVERY:
            shown, full = now, number * BAR // total
            sys.stderr.write(f"\r{'#' * full}{'.' * (BAR - full)} {number} of {total} files")
            sys.stderr.flush()
        yield file
    if bar:
        sys.stderr.write("\r\x1b[K")
