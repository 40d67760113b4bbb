"""The commands of how-to pages run as they are written, against `swsim serve` as the page starts it."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVE = re.compile(r"^swsim serve (.*)$", re.MULTILINE)
BLOCKS = re.compile(r"```sh\n(.*?)```", re.DOTALL)


@contextmanager
def served(options: str, folder: Path) -> Iterator[str]:
    """`swsim serve` with the page's options on a free port; its url."""
    words = [*shlex.split(options), "--port", "0", "--db", ":memory:", "--readers", "0", "--ready-json"]
    command = [sys.executable, "-m", "swsim.simulator.cli", "serve", *words]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()


def run_page(name: str, folder: Path) -> list[str]:
    """Run every `sh` block of a page, in order, in one folder; what each printed. `why` may end with 1: findings."""
    if not (shutil.which("curl") and shutil.which("bash")):
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail("no curl or no bash, and REQUIRE_SERVICES=1 asks for them")
        pytest.skip("no curl or no bash")
    text = (ROOT / "docs/how-to" / name).read_text("utf-8")
    options = SERVE.findall(text)[0]
    out = []
    with served(options, folder) as url:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        for block in BLOCKS.findall(text):
            script = f"set -euo pipefail\n{block}"
            done = subprocess.run(
                ["bash", "-c", script],
                cwd=folder,
                env={**os.environ, "SWSIM_URL": url, "PATH": path, "no_proxy": "127.0.0.1"},
                capture_output=True,
                text=True,
                check=False,
                timeout=100,
            )
            assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
            assert "problem" not in done.stdout
            out.append(done.stdout)
    return out


def test_one_role(tmp_path: Path) -> None:
    """A seller reaches 899, a logistics firm finds sellers, a site is told of sales, a setting is changed."""
    seller, carrier, site, changed = run_page("one-role.md", tmp_path)
    assert " 899 " in seller
    assert seller.count("played by the autopilot") == 2
    assert " 800 " in carrier
    assert carrier.count("played by the autopilot") == 3
    assert len(json.loads(re.findall(r'\{"orders".*?\}', site)[0])["orders"]) == 3
    assert '"plays":["403","505","607","507","509"]' in changed
