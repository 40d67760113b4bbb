"""The two servers that are measured, each in its own process: `swsim serve` and WireMock."""

import json
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

START_WITHIN = 60.0


class ServerError(Exception):
    """A server did not start or gave an answer it must not give."""


class Server:
    """A server process with its URL. It leads a session of its own, so its workers can be told."""

    def __init__(self, words: list[str], log: Path) -> None:
        self.name = Path(words[0]).name
        self._log = log
        with log.open("wb") as errors:
            self.process = subprocess.Popen(  # noqa: S603 - our own words
                words, stdout=subprocess.PIPE, stderr=errors, start_new_session=True
            )
        self.url = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def first_line(self, within: float) -> bytes:
        """The first line the server prints; empty after `within` seconds without one."""
        out = self.process.stdout
        if out is None or not select.select([out], [], [], within)[0]:
            return b""
        return out.readline()

    def stop(self) -> None:
        """End the process; the hard way after ten seconds."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def failed(self, what: str) -> ServerError:
        """An error with the end of the server's log."""
        return ServerError(f"{self.name}: {what}\n{self._log.read_text(errors='replace')[-1500:]}")

    def ask(self, method: str, path: str, body: object = None) -> bytes:
        """One control request; ServerError unless the answer is 2xx."""
        parts = urlsplit(self.url)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        try:
            headers = {"Content-Type": "application/json"}
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            data = answer.read()
        finally:
            connection.close()
        if answer.status // 100 != 2:
            raise self.failed(f"{method} {path} answered {answer.status}: {data[:500].decode(errors='replace')}")
        return data


def swsim(folder: Path) -> Server:
    """Start `swsim serve` on a free port with a new data base on disk and profile `instant`."""
    words = ["serve", "--port", "0", "--ready-json", "--profile", "instant", "--db", str(folder / "bench.sqlite3")]
    server = Server([sys.executable, "-m", "swsim.simulator.cli", *words], folder / "swsim.log")
    server.name = "swsim serve"
    line = server.first_line(START_WITHIN)
    try:
        server.url = json.loads(line)["url"].rstrip("/")
    except (ValueError, KeyError):
        server.stop()
        raise server.failed(f"did not say where it listens, printed {line!r}") from None
    return server


def wiremock(jar: Path, folder: Path) -> Server:
    """Start WireMock on a free port with one stub and no request journal; everything else as it comes."""
    mappings = folder / "wiremock" / "mappings"
    mappings.mkdir(parents=True, exist_ok=True)
    (mappings / "ceb603.json").write_text(json.dumps(STUB, indent=2))
    port = free_port()
    words = ["-jar", str(jar), "--port", str(port), "--bind-address", "127.0.0.1", "--no-request-journal"]
    server = Server(["java", *words, "--root-dir", str(mappings.parent)], folder / "wiremock.log")
    server.name, server.url = "WireMock", f"http://127.0.0.1:{port}"
    end = time.monotonic() + START_WITHIN
    while True:
        with suppress(OSError):
            server.ask("GET", "/__admin/mappings")
            return server
        if server.process.poll() is not None or time.monotonic() > end:
            server.stop()
            raise server.failed(f"does not answer on {server.url}")
        time.sleep(0.1)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


STUB = {
    "request": {
        "method": "POST",
        "urlPath": "/messages",
        "bodyPatterns": [
            {"matchesXPath": "/ceb:CEB603Message", "xPathNamespaces": {"ceb": "http://www.chinaport.gov.cn/ceb"}},
        ],
    },
    "response": {"status": 202, "jsonBody": {"status": "accepted"}, "headers": {"Content-Type": "application/json"}},
}
