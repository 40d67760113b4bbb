"""A RabbitMQ broker of the tests' own: a node on free ports over a folder, so that it may be killed and restarted."""

import os
import shutil
import signal
import socket
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

SERVER = ("/usr/lib/rabbitmq/bin/rabbitmq-server", "/opt/homebrew/sbin/rabbitmq-server")


def server() -> str:
    """The script that starts a node; the test is skipped without it, with REQUIRE_SERVICES=1 it fails."""
    found = next((path for path in SERVER if Path(path).exists()), None) or shutil.which("rabbitmq-server")
    if found is None:
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail("RabbitMQ is not installed, and REQUIRE_SERVICES=1 asks for it")
        pytest.skip("RabbitMQ is not installed (Debian: rabbitmq-server)")
    return found


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@dataclass
class Broker:
    """A node; what is durable in it survives `kill` and `start`."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    @property
    def name(self) -> str:
        """Of the node."""
        return f"swsim-{self.port}@localhost"

    def host(self, name: str) -> str:
        """Make a virtual host; its URL."""
        control = Path(server()).with_name("rabbitmqctl")
        for words in (("add_vhost", name), ("set_permissions", "-p", name, "guest", ".*", ".*", ".*")):
            command = [str(control), "-n", self.name, *words]
            done = subprocess.run(
                command, env=os.environ | {"HOME": str(self.folder)}, capture_output=True, timeout=60, check=False
            )
            assert done.returncode == 0, done.stderr.decode() + done.stdout.decode()
        return f"{self.url}{name}"

    def start(self) -> None:
        """Start the node; it listens when this returns."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / "plugins").write_text("[].")
        (self.folder / "rabbitmq.conf").write_text(f"listeners.tcp.1 = 127.0.0.1:{self.port}\n")
        said = {
            "HOME": self.folder,
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_NODE_PORT": self.port,
            "RABBITMQ_DIST_PORT": free_port(),
            "RABBITMQ_MNESIA_BASE": self.folder / "data",
            "RABBITMQ_LOG_BASE": self.folder / "log",
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_ENABLED_PLUGINS_FILE": self.folder / "plugins",
            "RABBITMQ_CONFIG_FILE": self.folder / "rabbitmq.conf",
        }
        self.process = subprocess.Popen(
            [server()],
            env=os.environ | {name: str(value) for name, value in said.items()},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        log = b""
        for line in self.process.stdout:
            log += line
            if b"startup complete" in line:
                break
        else:
            pytest.fail(f"the broker did not start: {log.decode(errors='replace')}")
        self.drain = threading.Thread(target=self.process.stdout.read, daemon=True)  # a full pipe would stop the node
        self.drain.start()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the node; SIGKILL as a crash would."""
        assert self.process is not None
        assert self.process.stdout is not None
        os.killpg(self.process.pid, how)
        self.process.wait(60)
        self.drain.join(10)
        self.process.stdout.close()
