"""`swsim run -- COMMAND`: what the command finds, and what becomes of its exit code."""

import subprocess
import sys
from pathlib import Path

from lxml import etree

SEND = """
import json, os, sys, urllib.error, urllib.request
url, faulty = os.environ["SWSIM_URL"], sys.argv[1:] == ["faulty"]
from datetime import datetime
from swsim.conformance.testing.trade import Trade
from swsim.simulator.clock import BEIJING
trade = Trade.of(1, [0], datetime.now(BEIJING), "wrong-total" if faulty else "")
urllib.request.urlopen(urllib.request.Request(url + "/messages", trade.message("303"), method="POST"))
sandbox = json.load(urllib.request.urlopen(os.environ["SWSIM_CONTROL"]))
assert sandbox["id"] == os.environ["SWSIM_SANDBOX"] == "default" and sandbox["profile"] == "instant"
"""


def swsim_run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "swsim.simulator.cli", "run", *words],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def test_the_exit_code_is_the_commands() -> None:
    assert swsim_run("--", sys.executable, "-c", "raise SystemExit(7)").returncode == 7


def test_a_command_finds_the_simulator_and_a_report_is_written(tmp_path: Path) -> None:
    done = swsim_run("--report", str(tmp_path), "--", sys.executable, "-c", SEND)

    assert done.returncode == 0, done.stderr
    assert "index.html" in done.stderr
    assert b"303" in (tmp_path / "report.json").read_bytes()


def test_refusals_fail_a_run_that_asks_for_none(tmp_path: Path) -> None:
    told = ("--no-refusals", "--report", str(tmp_path))

    assert swsim_run(*told, "--", sys.executable, "-c", SEND).returncode == 0
    done = swsim_run(*told, "--", sys.executable, "-c", SEND, "faulty")

    assert done.returncode == 1
    assert "customs refused 1 of what the command sent" in done.stderr
    failure = etree.parse(tmp_path / "junit.xml").find(".//failure")
    assert failure is not None
    assert "-301008" in (failure.get("message") or "")


def test_wrong_use_is_told() -> None:
    nothing = swsim_run()
    missing = swsim_run("--", "no-such-command-here")

    assert nothing.returncode == 2
    assert "swsim run -- mvn verify" in nothing.stderr
    assert missing.returncode == 127
    assert "no-such-command-here" in missing.stderr
