"""The kept result of `make torture` speaks of the tables as they are; the sweep itself sees what no test sees."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from torture import KEPT, stale, targets

HERE = Path(__file__).parent
SIGNED, TIMED = "rule MSG-14/differs 603", "rule MSG-04/ahead 303"


def test_every_row_and_arc_was_missed_by_a_test() -> None:
    """Rows and arcs added since the kept run show here: run `make torture`."""
    kept = json.loads(KEPT.read_text("utf-8"))
    assert stale(kept) == []
    assert kept["missed"] == [name for name, killer in kept["killed_by"].items() if not killer] == []


def test_a_row_named_otherwise_shows() -> None:
    """What was kept of a table that is another now."""
    names = {"killed_by": dict.fromkeys([*targets(), "rule NONE 603"], "a test")}
    assert stale(names) == ["rule NONE 603"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system with fork")
def test_what_no_test_sees_is_told(tmp_path: Path) -> None:
    """By the tests of signatures alone, a rule of signatures is missed when it is gone, and one of time is not."""
    out = tmp_path / "kept.json"
    words = ["--only", SIGNED, TIMED, "--tests", str(HERE / "core/test_core_signature.py"), "--out", str(out)]
    done = subprocess.run(
        [sys.executable, str(HERE / "torture.py"), *words], capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 1, done.stdout + done.stderr
    kept = json.loads(out.read_text("utf-8"))
    assert kept["missed"] == [TIMED]
    assert "test_core_signature.py" in kept["killed_by"][SIGNED]
