"""The example client that knows only HTTP and JSON completes a sale against `swsim serve`."""

import re
import subprocess
import sys
from pathlib import Path

from test_simulator_how_to import served

CLIENT = Path(__file__).parents[2] / "examples/http-client/client.py"


def test_the_client_takes_a_sale_to_399_and_receives_every_return(tmp_path: Path) -> None:
    """Ends with 0, and prints what the how-to page says."""
    with served("--clock scaled:30", tmp_path) as url:
        command = [sys.executable, "-I", str(CLIENT), url, "A-1"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    page = (CLIENT.parents[2] / "docs/how-to/http-client.md").read_text("utf-8")
    assert done.stdout.strip() == re.findall(r"```\n(.*?)\n```", page, re.DOTALL)[1]


def test_the_client_stands_alone() -> None:
    """At most sixty lines, of the standard library."""
    text = CLIENT.read_text("utf-8")
    assert len(text.splitlines()) <= 60
    imported = re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE)
    assert set(imported) <= sys.stdlib_module_names
