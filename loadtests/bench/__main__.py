"""`make bench`: throughput of the simulator beside lxml and WireMock, one run, all checks on, durable.

Exit code 0 when every floor is reached, 1 when one is missed or a run failed, 2 when something could not be measured.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from swsim.loadtests.bench import table
from swsim.loadtests.bench.bodies import Size
from swsim.loadtests.bench.floors import exit_code
from swsim.loadtests.bench.run import run

WORK = Path("build/bench")
RESULTS = Path("loadtests/bench/results")


def main() -> int:
    """Read the options, measure, print, and keep the result where asked."""
    parser = argparse.ArgumentParser(prog="python -m swsim.loadtests.bench", description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3, help="repetitions; medians are reported (default 3)")
    parser.add_argument("--hundreds", type=int, default=150, help="messages of 100 lists a round (default 150)")
    parser.add_argument("--singles", type=int, default=4000, help="messages of one list a round (default 4000)")
    parser.add_argument("--connections", type=int, default=32, help="connections of the load (default 32)")
    parser.add_argument("--warm-up", type=float, default=60, help="seconds WireMock gets to be compiled (default 60)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the documents (default 1)")
    parser.add_argument("--work", type=Path, default=WORK, help=f"folder for bodies and data base (default {WORK})")
    parser.add_argument("--save", action="store_true", help=f"keep the result as JSON in {RESULTS}")
    arguments = parser.parse_args()
    try:
        size = Size(arguments.rounds, arguments.hundreds, arguments.singles)
    except ValueError as problem:
        parser.error(str(problem))

    result = run(
        size,
        connections=arguments.connections,
        warm_up=arguments.warm_up,
        seed=arguments.seed,
        work=arguments.work.absolute(),
        say=_say,
    )
    ratios = result.ratios()
    code = exit_code(ratios, failed=bool(result.failures))
    print(table.text(result, ratios))
    if arguments.save:
        RESULTS.mkdir(parents=True, exist_ok=True)
        kept = RESULTS / f"{result.started_at[:10]}.json"
        data = {"exit_code": code, "ratios": ratios, "machine": table.machine(), **asdict(result)}
        kept.write_text(json.dumps(data, indent=2) + "\n")
        print(f"kept in {kept}")
    return code


def _say(text: str) -> None:
    print(f"... {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
