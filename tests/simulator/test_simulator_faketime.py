"""A JVM whose clock libfaketime moves meets a sandbox that stands at the same instant: the how-to's example, run."""

import os
import shutil
import subprocess
from asyncio import to_thread
from pathlib import Path

import pytest
from simulator_annex import DXP, Sale, message
from simulator_line import Line

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "examples" / "two-clocks" / "Declares.java"
THEN = "2026-10-20 10:00:00"
COMMAND = ["faketime", "-f", f"@{THEN}", "java", "Declares"]
MOVED = {"TZ": "Asia/Shanghai", "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@pytest.fixture(scope="module")
def classes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled program."""
    missing = [name for name in ("javac", "java", "faketime") if shutil.which(name) is None]
    if missing:
        reason = f"no {', '.join(missing)} (Debian: default-jdk-headless faketime)"
        pytest.fail(reason) if os.environ.get("REQUIRE_SERVICES") == "1" else pytest.skip(reason)
    out = tmp_path_factory.mktemp("classes")
    words = ["javac", "-Xlint:all", "-Werror", "-encoding", "UTF-8", "-d", str(out), str(PROGRAM)]
    subprocess.run(words, check=True, timeout=100)
    return out


async def test_a_jvm_in_october_declares_to_customs_in_october(served: Line, classes: Path, tmp_path: Path) -> None:
    """Its appTime is October's by its own clock, and stays as written (`follow`); customs answers in October."""
    clock = {"mode": "scaled", "factor": 1, "now": "2026-10-20T10:00:00+08:00"}
    line = await served.create(clock=clock, profile={"base": "standard", "translate": "follow"})
    (tmp_path / "order.xml").write_bytes(message("303", Sale("1", at="{APPTIME}").document("303")))
    words = [*COMMAND, f"{line.url}/sandboxes/{line.sandbox}", DXP, str(tmp_path / "order.xml")]
    run = await to_thread(
        subprocess.run, words, cwd=classes, env=os.environ | MOVED, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    told = run.stdout.splitlines()
    assert told[0].startswith("our clock: 2026-10-20 10:0")
    assert told[1] == "sent: 202"
    assert told[2].startswith("customs: returnStatus 2 at 2026102010")
    assert told[3] == "done"
    (entry,) = [one for one in await line.journal() if one["what"] == "message"]
    assert entry["data"]["shift"] == 0


def test_the_how_to_shows_what_is_run() -> None:
    """The command and its surroundings are those of the test above."""
    page = (ROOT / "docs" / "how-to" / "two-clocks.md").read_text("utf-8")
    shown = " ".join(" ".join(page.split()).replace("\\ ", "").split())
    assert f"faketime -f '@{THEN}' java Declares" in shown
    assert all(f"{name}={value}" in shown for name, value in MOVED.items())
