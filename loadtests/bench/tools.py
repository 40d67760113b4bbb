"""The tools the bench needs beside this package. It installs none of them but WireMock, into its own work folder."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

WIREMOCK_VERSION = "3.13.2"


@dataclass(frozen=True, slots=True)
class Tool:
    """A program looked for on the path, what it is for, and how to get it. `probe` proves that it runs."""

    command: str
    purpose: str
    install: str
    probe: tuple[str, ...]

    def runs(self) -> bool:
        """Whether it is there and runs (macOS ships a `java` that only says how to get one)."""
        if shutil.which(self.command) is None:
            return False
        probe = [self.command, *self.probe]
        done = subprocess.run(probe, capture_output=True, check=False, timeout=60)  # noqa: S603 - words of the table below
        return self.command == "wrk" or done.returncode == 0  # wrk -v prints its version and exits 1


WRK = Tool(
    "wrk",
    "sends the load; without it only lxml's part is measured",
    "apt-get install wrk, or brew install wrk",
    ("-v",),
)
JAVA = Tool("java", "runs WireMock", "apt-get install default-jre-headless, or brew install openjdk", ("-version",))
NPM = Tool("npm", "fetches WireMock", "apt-get install npm, or https://nodejs.org", ("--version",))


def wiremock_jar(folder: Path) -> Path:
    """The jar of WireMock below `folder`, fetched once with npm; RuntimeError with npm's words if that fails."""
    pattern = f"node_modules/wiremock/build/wiremock-standalone-{WIREMOCK_VERSION}.jar"
    if not (jar := folder / pattern).exists():
        words = ["npm", "install", "--silent", "--no-save", "--prefix", str(folder), f"wiremock@{WIREMOCK_VERSION}"]
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603 - our own words
        if done.returncode or not jar.exists():
            raise RuntimeError(f"npm could not fetch wiremock {WIREMOCK_VERSION}: {done.stderr.strip()[-300:]}")
    return jar


def missing(*tools: Tool) -> list[str]:
    """A sentence for each tool that does not run."""
    return [f"{tool.command} is missing ({tool.purpose}): {tool.install}" for tool in tools if not tool.runs()]
