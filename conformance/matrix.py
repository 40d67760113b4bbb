"""The suite judged: the right enterprise and every seeded fault, each over every case.

    python -m swsim.conformance.matrix [--own] [--afresh] [--fault ID ...] [--out FILE]

A row is one run of the plan `all` by one enterprise: all cases share its sandbox, as those of any run do. The result is
kept after each row, so a run that was broken off goes on where it was; only cells that are missing are run, or whose
case has another version by now. `--afresh` runs them all, `--own` only what CI wants to be there: the right enterprise
over all cases, and each fault over its own.

Cases go on behind a check that failed, so a cell names every check that noticed the fault. From that follows, without
running it again, what a case would be worth without one of its checks (`idle`).
"""

import argparse
import asyncio
import contextlib
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from swsim.conformance import processes
from swsim.conformance.cases import BY_ID, CASES
from swsim.conformance.command import now
from swsim.conformance.conversation import Case
from swsim.conformance.enterprise.faults import FAULTS, Fault
from swsim.conformance.run import Order, carry_out
from swsim.reports.model import CaseResult, Verdict

KEPT = Path(__file__).parent / "results" / "matrix.json"
CAUGHT = frozenset({Verdict.FAIL, Verdict.WARNING})
RIGHT = "right"
"""The row of the enterprise without a fault."""
AT_ONCE = 3
"""Enterprises at work at once: a run waits more than it computes."""
SEED = 3
CELLS = (len(FAULTS) + 1) * len(CASES)


@dataclass(slots=True)
class Row:
    """What became of one enterprise: by case the verdict, and the checks that noticed something (`named`).

    `ran` has the version of each case that was run; a case that is not in `verdicts` was PASS.
    """

    fault: str
    date: str = ""
    ran: dict[str, int] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)
    noticed: dict[str, list[str]] = field(default_factory=dict)

    def takes(self, results: Sequence[CaseResult]) -> None:
        """Results of a run, in the place of older ones."""
        for result in results:
            if result.id not in BY_ID:  # the sanity case, run again at the end
                continue
            self.ran[result.id] = BY_ID[result.id].version
            self.verdicts.pop(result.id, None)
            self.noticed.pop(result.id, None)
            if result.verdict is not Verdict.PASS:
                self.verdicts[result.id] = str(result.verdict)
            if by := [named(one.requirement, one.what) for one in result.checks if one.verdict in CAUGHT]:
                self.noticed[result.id] = list(dict.fromkeys(by))

    def missing(self) -> list[str]:
        """Cases that were not run, or as another version."""
        return [case.id for case in CASES if self.ran.get(case.id) != case.version]

    def catching(self) -> list[str]:
        """Cases that noticed."""
        return [name for name, verdict in self.verdicts.items() if verdict in CAUGHT]

    def caught(self, fault: Fault) -> bool:
        """Whether a case noticed the fault for the stated requirement.

        In a row of its own case alone it has to be that one. Where many cases share a run, one of them may come to what
        provokes the fault before it does.
        """
        named_by = [check for case in self.catching() for check in self.noticed.get(case, ())]
        return any(check.startswith(f"{fault.requirement}: ") for check in named_by)


def named(requirement: str, what: str) -> str:
    """A check of a case, in the matrix."""
    return f"{requirement}: {what}"


def checks_of(case: Case) -> list[str]:
    """Its checks, as the matrix names them."""
    steps = [(getattr(step, "requirement", ""), getattr(step, "what", "")) for step in case.steps]
    return list(dict.fromkeys(named(*step) for step in steps if step[0]))


async def run_row(url: str, row: Row, cases: Sequence[str]) -> None:
    """Run cases against the row's enterprise, in a sandbox of its own at a simulator that runs."""
    fault = "" if row.fault == RIGHT else row.fault
    order = Order(
        plan="all", url=url, fault=fault, only=cases, sandbox=f"matrix-{row.fault}", seed=SEED, to_the_end=True
    )
    row.takes((await carry_out(order)).results)
    row.date = now()[:10]


async def run(cells: Mapping[str, Sequence[str]], rows: dict[str, Row], keep: Any = lambda: None) -> None:
    """Run the cells (cases by row), a run a row; `keep` is called after each."""
    gate = asyncio.Semaphore(AT_ONCE)
    with tempfile.TemporaryDirectory(prefix="swsim-matrix-") as folder:
        async with processes.simulator(Path(folder)) as url, asyncio.TaskGroup() as group:

            async def one(name: str, cases: Sequence[str]) -> None:
                async with gate:
                    row = rows.get(name) or Row(name)
                    await run_row(url, row, cases)
                    rows[name] = row
                    keep()
                    print(f"{name:<40} {told(row)}", file=sys.stderr, flush=True)

            for name, cases in cells.items():
                if cases:
                    group.create_task(one(name, cases))


def told(row: Row) -> str:
    """One line on a row."""
    if row.fault == RIGHT:
        return f"{len(row.ran)} cases, not PASS: {row.verdicts or 'none'}"
    caught = "caught" if row.caught(FAULTS[row.fault]) else f"NOT CAUGHT for {FAULTS[row.fault].requirement}"
    return f"{caught}; noticed by {len(row.catching())} of {len(row.ran)} cases"


def holes(rows: Mapping[str, Row]) -> list[str]:
    """What is wrong with the suite, in words; nothing where every fault is caught and the right enterprise passes."""
    found = []
    for name, row in rows.items():
        if name == RIGHT:
            found += [f"the right enterprise: {case} {verdict}" for case, verdict in row.verdicts.items()]
        elif not row.caught(FAULTS[name]):
            found.append(f"{name}: no case failed for {FAULTS[name].requirement}")
    catching = {case for name, row in rows.items() if name != RIGHT for case in row.catching()}
    return found + [f"no fault is caught by {case.id}" for case in CASES if case.id not in catching]


def idle(rows: Mapping[str, Row]) -> list[str]:
    """Checks that their case could do without: every fault it catches, it would catch by another one."""
    alone = {(case, by[0]) for row in rows.values() for case, by in row.noticed.items() if len(by) == 1}
    return [f"{case.id}: {check}" for case in CASES for check in checks_of(case) if (case.id, check) not in alone]


def only_by(rows: Mapping[str, Row]) -> dict[str, list[str]]:
    """Case -> faults that no other case notices."""
    found: dict[str, list[str]] = {}
    for name, row in rows.items():
        if len(catching := row.catching()) == 1:
            found.setdefault(catching[0], []).append(name)
    return {case: sorted(names) for case, names in found.items()}


def stale(rows: Mapping[str, Row]) -> list[str]:
    """Where kept rows speak of other faults or cases than there are, or lack what CI wants to be there (`pairs`)."""
    odd = [f"{name}: no such fault" for name in sorted(rows.keys() - {RIGHT, *FAULTS})]
    for name, wanted in pairs():
        row = rows.get(name, Row(name))
        if gone := sorted(row.ran.keys() - BY_ID.keys()):
            odd.append(f"{name}: no such case: {', '.join(gone)}")
        if missing := [case for case in row.missing() if case in wanted]:
            odd.append(f"{name}: not run: {', '.join(missing[:3])}{' …' * (len(missing) > 3)}; run `make matrix`")
    return odd


def read_kept(path: Path) -> dict[str, Row]:
    """Rows of a kept result, by fault, less what there is no longer; none where there is no file."""
    if not path.exists():
        return {}
    value = orjson.loads(path.read_bytes())
    columns = value["cases"]
    rows = {}
    for name, said in value["rows"].items():
        ran = {case: version for case, version in columns.items() if case not in said.get("missing", ())}
        rows[name] = Row(name, said["date"], ran, said["verdicts"], said["noticed"])
    return rows


def as_kept(rows: Mapping[str, Row]) -> bytes:
    """The result as a file: what is not PASS a row, and what follows from the rows."""
    columns = {case.id: case.version for case in CASES}
    told_rows = {
        name: {"date": row.date, "verdicts": row.verdicts, "noticed": row.noticed}
        | ({"missing": missing} if (missing := row.missing()) else {})
        for name in (RIGHT, *FAULTS)
        if (row := rows.get(name))
    }
    value = {
        "date": max((row.date for row in rows.values()), default=""),
        "cases": columns,
        "faults": {fault.id: [fault.case, fault.requirement] for fault in FAULTS.values()},
        "rows": told_rows,
        "cells": {"run": sum(len(CASES) - len(row.missing()) for row in rows.values()), "of": CELLS},
        "holes": holes(rows),
        "idle": idle(rows),
        "onlyBy": only_by(rows),
    }
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def cells_to_run(rows: Mapping[str, Row], faults: Sequence[str] = (), *, own: bool = False) -> dict[str, list[str]]:
    """What is missing, by row: of all cells, or of those that CI wants to be there."""
    missing = {name: rows.get(name, Row(name)).missing() for name in faults or (RIGHT, *FAULTS)}
    wanted = dict(pairs())
    return {name: [case for case in some if not own or case in wanted[name]] for name, some in missing.items()}


def pairs() -> Iterator[tuple[str, list[str]]]:
    """The right enterprise over all cases, each fault over its own: what CI runs."""
    yield RIGHT, list(BY_ID)
    for fault in FAULTS.values():
        yield fault.id, [fault.case]


def main(argv: Sequence[str] | None = None) -> int:
    """Run, keep, tell; 1 where the suite has a hole."""
    parser = argparse.ArgumentParser(prog="python -m swsim.conformance.matrix", description=__doc__)
    parser.add_argument("--own", action="store_true", help="only each fault's own case, and the right enterprise")
    parser.add_argument("--afresh", action="store_true", help="run what is kept already, too")
    parser.add_argument("--fault", action="append", choices=(RIGHT, *FAULTS), metavar="ID", help="only this row")
    parser.add_argument("--out", type=Path, default=KEPT, help="where the result is kept")
    given = parser.parse_args(argv)
    rows = read_kept(given.out)
    for name in given.fault or list(rows) if given.afresh else ():
        rows.pop(name, None)
    rows = {name: row for name, row in rows.items() if name in {RIGHT, *FAULTS}}

    def keep() -> None:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        written = given.out.with_suffix(".part")
        written.write_bytes(as_kept(rows))
        written.replace(given.out)

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(cells_to_run(rows, given.fault or (), own=given.own), rows, keep))
    keep()
    for line in (*holes(rows), *stale(rows)):
        print(line)
    left = sum(map(len, cells_to_run(rows).values()))
    print(f"{CELLS - left} of {CELLS} cells run; {len(idle(rows))} checks that their case could do without")
    return 1 if holes(rows) or stale(rows) else 0


if __name__ == "__main__":
    sys.exit(main())
