"""``make fuzz``: spoil messages, read them, keep the dated result; 1 where something was found."""

import argparse
import json
import math
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from swsim.loadtests.fuzz.run import run


def main() -> int:
    """Run and say; 1 with findings."""
    parser = argparse.ArgumentParser(prog="python -m swsim.loadtests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=200_000, help="how many (default 200000)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other inputs (default 1)")
    parser.add_argument("--seconds", type=float, default=math.inf, help="end after this time, with what was read")
    parser.add_argument("--out", type=Path, help="folder to keep the result in, by its date")
    arguments = parser.parse_args()
    outcome = run(arguments.seed, arguments.inputs, seconds=arguments.seconds)
    today = datetime.now(UTC).date().isoformat()
    result = {"date": today, "python": platform.python_version()} | outcome.as_json(arguments.seed)
    text = json.dumps(result, ensure_ascii=False, indent=1)
    if arguments.out:
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / f"{today}.json").write_text(text + "\n", "utf-8")
    print(text)
    return 1 if outcome.findings else 0


if __name__ == "__main__":
    sys.exit(main())
