"""The Java example client compiled, for tests of the simulator and of the suite."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
CLIENT = EXAMPLES / "java-client"
JAVA = Path("/usr/share/java")
JARS = [JAVA / f"{name}.jar" for name in ("amqp-client", "bcprov", "xmlsec", "slf4j-api", "slf4j-nop", "commons-codec")]
PACKAGES = "default-jdk-headless librabbitmq-client-java libbcprov-java libxml-security-java libcommons-codec-java"


def absent(reason: str) -> None:
    """Skip, or fail where nothing may be absent."""
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def compiled(out: Path) -> str:
    """Class path of the client and the adapter template, compiled into `out` without a warning."""
    if not (shutil.which("javac") and all(jar.exists() for jar in JARS)):
        absent(f"no javac or no libraries of the Java client (Debian: {PACKAGES})")
    path = ":".join(map(str, [out, *JARS]))
    sources = [*sorted((CLIENT / "src").glob("*.java")), *sorted((EXAMPLES / "adapter").glob("*.java"))]
    words = ["javac", "-Xlint:all,-path", "-Werror", "-encoding", "UTF-8", "-cp", path, "-d", str(out)]
    subprocess.run([*words, *map(str, sources)], check=True, timeout=100)
    return path
