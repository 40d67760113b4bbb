"""The Java client judged by the suite: it shares no code with the reference enterprise, and has ten faults of its own.

`make java-matrix` runs each of them over the whole plan 9610-declaration and writes `results/java.json`; faults that
are named (`python tests/conformance/conformance_java.py NOT_ESCAPED`) are run alone.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "simulator"))

from simulator_java import CLIENT, compiled  # noqa: E402 - beside the tests of the simulator

from swsim.conformance import processes  # noqa: E402
from swsim.conformance.capabilities import read_statement  # noqa: E402
from swsim.conformance.run import Order, carry_out  # noqa: E402
from swsim.conformance.session import create_case_sandbox  # noqa: E402
from swsim.fixtures.parties import parties  # noqa: E402
from swsim.reports.model import Verdict  # noqa: E402
from swsim.simulator.cli import main as swsim  # noqa: E402
from swsim.simulator.clock import real_now  # noqa: E402

KEPT = ROOT / "conformance" / "results" / "java.json"
PLAN = "9610-declaration"
SANDBOX, SEED = "java", 1
QUIET = {Verdict.NOT_APPLICABLE, Verdict.PASS}
FAULTS = (
    "FIRST_RECORD_ONLY",
    "OLDER_TIME_DROPPED",
    "LATE_ENTRY_OVERWRITES",
    "DUPLICATE_DOWNGRADES",
    "FORMAT_REFUSAL_LOGGED",
    "DIES_OF_UNKNOWN_KEY",
    "TWELVE_HOUR_CLOCK",
    "DOUBLE_AMOUNTS",
    "NOT_ESCAPED",
    "XSI_OUT_OF_SCOPE",
)
"""Of `Fault.java`, in its order."""
RIGHT = "none"
"""The client without a fault, in the kept result."""


def settings(folder: Path, url: str) -> Path:
    """The client's settings in a sandbox with the suite's firms, with a key of the declaring agent."""
    firms = parties(SEED)
    assert swsim(["certs", "--code", firms.agent.code, "--name", firms.agent.name, "--out", str(folder)]) == 0
    stem = folder / f"{firms.agent.code}-sm2"
    lines = {
        "url": f"{url}/sandboxes/{SANDBOX}",
        "receiver": "DXPEDCCEB0000003",
        "dxpId": firms.ebc.dxp_id,
        "key": f"{stem}.key.pem",
        "certificate": f"{stem}.crt.pem",
        **{f"dxpId.{one.code}": one.dxp_id for one in (firms.ebc, firms.pay, firms.logistics, firms.agent)},
    }
    file = folder / "client.properties"
    file.write_text("".join(f"{name}={value}\n" for name, value in lines.items()), "utf-8")
    return file


@asynccontextmanager
async def driven(path: str, file: Path, fault: str) -> AsyncIterator[str]:
    """The client as a process; the address of its adapter."""
    words = ["-XX:TieredStopAtLevel=1", "-cp", path, "Driven", str(file), "0", *([fault] if fault else [])]
    log = (file.parent / "client.log").open("wb")
    process = await asyncio.create_subprocess_exec("java", *words, stdout=asyncio.subprocess.PIPE, stderr=log)
    try:
        assert process.stdout is not None
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()
        log.close()


async def judged(path: str, folder: Path, fault: str = "", only: Collection[str] = ()) -> dict[str, Verdict]:
    """Cases of the plan and their verdicts on the client with a fault."""
    async with processes.simulator(folder) as url:
        await create_case_sandbox(url, SANDBOX, SEED)
        async with driven(path, settings(folder, url), fault) as driver:
            statement = read_statement(CLIENT / "shop.toml")
            order = Order(plan=PLAN, url=url, driver=driver, only=only, sandbox=SANDBOX, statement=statement)
            return {one.id: one.verdict for one in (await carry_out(order)).results}


def caught(verdicts: dict[str, Verdict]) -> dict[str, str]:
    """The cases that say something is wrong."""
    return {case: verdict.value for case, verdict in sorted(verdicts.items()) if verdict not in QUIET}


async def main(faults: Sequence[str]) -> None:
    """These faults over the whole plan; what was seen is kept with its date, behind each, beside what else is there."""
    seen: dict[str, Any] = json.loads(KEPT.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as build:
        path = compiled(Path(build))
        for fault in faults:
            with tempfile.TemporaryDirectory() as folder:
                verdicts = await judged(path, Path(folder), "" if fault == RIGHT else fault)
            seen |= {"date": real_now().date().isoformat(), "plan": PLAN}
            seen["cases"] = sum(verdict is not Verdict.NOT_APPLICABLE for verdict in verdicts.values())
            seen["faults"][fault] = caught(verdicts)
            print(fault, caught(verdicts), flush=True)
            KEPT.write_text(json.dumps(seen, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:] or (RIGHT, *FAULTS)))
