"""The suite judged: every seeded fault against the cases. A fault that no case catches shows a hole in the suite.

    python -m swsim.conformance.matrix [--all] [--out FILE]

Without `--all` each fault meets its own case, with it every case of the plan. The kept result is compared with the ids
there are now (`stale`), so a new case or fault without a run shows.
"""

import argparse
import asyncio
import contextlib
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from swsim.conformance import processes
from swsim.conformance.cases import BY_ID, CASES
from swsim.conformance.command import now
from swsim.conformance.enterprise.faults import FAULTS, Fault
from swsim.conformance.run import Order, carry_out
from swsim.reports.model import CaseResult, Verdict

KEPT = Path(__file__).parent / "results" / "matrix.json"
CAUGHT = frozenset({Verdict.FAIL, Verdict.WARNING})
AT_ONCE = 2
"""Enterprises at work at once."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What became of a fault: verdict by case, and the requirements that its checks named."""

    fault: str
    verdicts: dict[str, str]
    named: dict[str, list[str]]

    def caught(self, fault: Fault) -> bool:
        """Whether its own case noticed it for the stated requirement."""
        return self.verdicts.get(fault.case) in CAUGHT and fault.requirement in self.named.get(fault.case, [])


async def pair(url: str, fault: str, only: Sequence[str] = ()) -> Pair:
    """The reference enterprise with a fault, in a sandbox of its own at a simulator that runs."""
    cases = only or ([FAULTS[fault].case] if fault else [])
    order = Order(plan="all", url=url, fault=fault, only=cases, sandbox=f"matrix-{fault or 'right'}", seed=3)
    return of_results(fault, (await carry_out(order)).results)


def of_results(fault: str, results: Sequence[CaseResult]) -> Pair:
    """What the results say of a fault."""
    named = {result.id: [check.requirement for check in result.checks if check.verdict in CAUGHT] for result in results}
    return Pair(fault, {result.id: str(result.verdict) for result in results}, {k: v for k, v in named.items() if v})


async def run(*, every_case: bool) -> list[Pair]:
    """The right enterprise over all cases, then the faults."""
    gate = asyncio.Semaphore(AT_ONCE)
    async with contextlib.AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="swsim-matrix-"))
        url = await stack.enter_async_context(processes.simulator(Path(folder)))

        async def one(fault: str) -> Pair:
            async with gate:
                found = await pair(url, fault, list(BY_ID) if every_case or not fault else ())
                print(f"{fault or 'right':<40} {told(found)}", file=sys.stderr, flush=True)
                return found

        return list(await asyncio.gather(*[one(fault) for fault in ("", *FAULTS)]))


def told(found: Pair) -> str:
    """One line on a pair."""
    if found.fault:
        return "caught" if found.caught(FAULTS[found.fault]) else f"NOT CAUGHT {found.verdicts}"
    bad = {name: verdict for name, verdict in found.verdicts.items() if verdict != Verdict.PASS}
    return f"{len(found.verdicts)} cases, not PASS: {bad or 'none'}"


def holes(pairs: Sequence[Pair]) -> list[str]:
    """What is wrong with the suite, in words; nothing where every fault is caught and the right enterprise passes."""
    found = []
    for one in pairs:
        if one.fault:
            if not one.caught(FAULTS[one.fault]):
                found.append(f"{one.fault}: {FAULTS[one.fault].case} did not fail for {FAULTS[one.fault].requirement}")
        else:
            found += [f"the right enterprise: {n} {v}" for n, v in one.verdicts.items() if v in {*CAUGHT, "ERROR"}]
    catching = {FAULTS[one.fault].case for one in pairs if one.fault}
    return found + [f"no fault is caught by {case.id}" for case in CASES if case.id not in catching]


def stale(kept: Mapping[str, Any]) -> list[str]:
    """Where a kept result speaks of other faults or cases than there are."""
    found = []
    for name, known in (("faults", sorted(FAULTS)), ("cases", sorted(BY_ID))):
        if sorted(kept[name]) != known:
            odd = sorted(set(kept[name]) ^ set(known))
            found.append(f"{name}: not in both the kept matrix and the tables: {', '.join(odd)}; run `make matrix`")
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Run, keep, tell; 1 where the suite has a hole."""
    parser = argparse.ArgumentParser(prog="python -m swsim.conformance.matrix", description=__doc__)
    parser.add_argument("--all", action="store_true", help="every fault against every case")
    parser.add_argument("--out", type=Path, default=KEPT, help="where the result is kept")
    given = parser.parse_args(argv)
    pairs = asyncio.run(run(every_case=given.all))
    value = {
        "date": now()[:10],
        "faults": sorted(FAULTS),
        "cases": sorted(BY_ID),
        "requirements": {fault.id: fault.requirement for fault in FAULTS.values()},
        "verdicts": {one.fault or "right": one.verdicts for one in pairs},
        "holes": holes(pairs),
    }
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")
    for hole in value["holes"]:
        print(hole)
    return 1 if value["holes"] else 0


if __name__ == "__main__":
    sys.exit(main())
