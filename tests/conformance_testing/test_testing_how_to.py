"""The examples that integrators copy: each of the how-to page, and the Java class."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/how-to/your-own-tests.md"
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
JARS = [Path("/usr/share/java") / name for name in ("junit4.jar", "hamcrest-core.jar")]


def test_there_are_five() -> None:
    assert len(EXAMPLES) == 5


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: re.findall(r"def (test_\w+)", text)[0])
def test_an_example_of_the_page_passes(pytester: pytest.Pytester, example: str) -> None:
    pytester.makepyfile(example)

    pytester.runpytest_subprocess(timeout=100).assert_outcomes(passed=1)


def test_the_java_class_passes(tmp_path: Path) -> None:
    if not (shutil.which("javac") and all(jar.exists() for jar in JARS)):
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail("no javac or no JUnit 4, and REQUIRE_SERVICES=1 asks for them")
        pytest.skip("no javac or no JUnit 4 (Debian: default-jdk-headless, junit4)")
    path = os.pathsep.join(map(str, [tmp_path, *JARS]))
    source = ROOT / "examples/java-tests/CustomsTest.java"
    subprocess.run(["javac", "-cp", path, "-d", tmp_path, source], check=True, timeout=100)

    run = [sys.executable, "-m", "swsim.simulator.cli", "run", "--"]
    done = subprocess.run(
        [*run, "java", "-cp", path, "org.junit.runner.JUnitCore", "CustomsTest"],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "OK (3 tests)" in done.stdout
