"""`swsim serve`: run the mock single window."""

import argparse
import asyncio
import ipaddress
import json
import secrets
import signal
import ssl
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from aiohttp import web

from swsim.simulator import listening
from swsim.simulator.autopilot.settings import ROLES, Autopilot, read_autopilot
from swsim.simulator.clock import ClockError, read_clock, real_now
from swsim.simulator.codes.loading import loaded
from swsim.simulator.codes.sheets import CodesError
from swsim.simulator.printed import log_to_stderr
from swsim.simulator.profile import PROFILES, REGIMES, read_profile
from swsim.simulator.profiles.checked import said_profile
from swsim.simulator.reader import collect_seldom, usual_processes
from swsim.simulator.registry import Registry
from swsim.simulator.registry_file import registry_of
from swsim.simulator.sandbox import Settings
from swsim.simulator.signature.certificates import Certificates
from swsim.simulator.signature.file import as_json, load
from swsim.simulator.single_window import SingleWindow
from swsim.simulator.store.protocol import CannotOpenStoreError
from swsim.simulator.store.sqlite import SqliteStore
from swsim.simulator.transport.amqp import Binding, check_bindings
from swsim.simulator.transport.channels import Channels
from swsim.simulator.transport.http import MAX_BODY, make_app

DEFAULT_PORT = 8180


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument(
        "--port", type=_within(0, 65535), default=DEFAULT_PORT, help=f"port, 0 for a free one (default {DEFAULT_PORT})"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to bind (default 127.0.0.1)")
    parser.add_argument(
        "--db", default="swsim.sqlite3", help="database file, :memory: for none (default swsim.sqlite3)"
    )
    parser.add_argument(
        "--profile",
        default="standard",
        metavar="NAME|FILE",
        help=f"profile of the sandbox default: {', '.join(PROFILES)}, or a TOML file (default standard)",
    )
    parser.add_argument(
        "--regime", choices=REGIMES, default="by-date", help="which documents a list needs (default by-date)"
    )
    parser.add_argument(
        "--registry",
        type=Path,
        help="registry of enterprises, TOML, CSV or JSON (docs/how-to/registry.md); else it is open",
    )
    parser.add_argument(
        "--codes", type=Path, metavar="DIR", help="folder of your own code tables, CSV (docs/how-to/codes.md)"
    )
    parser.add_argument(
        "--certs",
        type=Path,
        metavar="FILE|DIR",
        help="certificates of enterprises, a file or the folder of `swsim certs` (docs/how-to/signature.md)",
    )
    played = parser.add_mutually_exclusive_group()
    played.add_argument(
        "--role", choices=sorted(ROLES), help="your role: what others send is played (docs/how-to/one-role.md)"
    )
    played.add_argument("--play", metavar="KINDS", help="kinds that are played for you, such as 403,505,607,507,509")
    parser.add_argument("--seed", type=int, default=0, help="seed of delays and numbers (default 0)")
    parser.add_argument(
        "--clock", default="real", help="real, scaled:60 or virtual:2026-01-05T09:00:00+08:00 (default real)"
    )
    parser.add_argument(
        "--max-body", type=_within(1, 1 << 30), default=MAX_BODY, help=f"largest body in bytes (default {MAX_BODY})"
    )
    parser.add_argument(
        "--readers",
        type=_within(0, 64),
        default=usual_processes(),
        help="processes that read messages, 0 to read in this one (default: one less than the cores)",
    )
    listening.configure(parser)
    parser.add_argument(
        "--amqp",
        action="append",
        default=[],
        metavar="URL[#SANDBOX]",
        help="a RabbitMQ broker to listen on too (docs/how-to/amqp.md); may be repeated",
    )
    parser.add_argument(
        "--folder", type=Path, metavar="DIR", help="a folder to watch too, DIR/SANDBOX/OutBox (docs/how-to/folder.md)"
    )
    parser.add_argument("--auth", action="store_true", help="ask for tokens; the control token is printed")
    parser.add_argument(
        "--open-to-network", action="store_true", help="allow an address beyond loopback without --auth"
    )
    parser.add_argument(
        "--ready-json", action="store_true", help="print one JSON line with the url when it listens, nothing else"
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted; 2 where the options do not fit."""
    log_to_stderr()
    if not _is_loopback(arguments.host) and not arguments.auth and not arguments.open_to_network:
        print(
            f"--host {arguments.host}: beyond loopback swsim asks for --auth, or for --open-to-network if you mean it",
            file=sys.stderr,
        )
        return 2
    try:
        clock = read_clock(arguments.clock, real_now())
        registry = load_registry(arguments.registry) if arguments.registry else Registry()
        certificates = load(arguments.certs) if arguments.certs else Certificates()
        codes = loaded(arguments.codes)
        said = said_profile(arguments.profile)
        arguments.profile = read_profile(said).name
        autopilot = _autopilot(arguments)
        tls = listening.tls_of(arguments)
        brokers = [Binding.read(text) for text in arguments.amqp]
        check_bindings(brokers)
        if arguments.folder is not None:
            arguments.folder.mkdir(parents=True, exist_ok=True)
    except (ClockError, CodesError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2

    def default() -> Settings:
        return Settings(clock, said, arguments.regime, arguments.seed, registry, certificates, autopilot=autopilot)

    for line in codes.summary:
        print(line, file=sys.stderr if arguments.ready_json else sys.stdout)
    own = codes.codes if arguments.codes else None
    window = SingleWindow(SqliteStore(arguments.db), default, readers=arguments.readers, codes=own)
    token = secrets.token_urlsafe(24) if arguments.auth else ""
    channels = Channels(window, brokers, arguments.folder, largest=arguments.max_body)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(_serve(window, arguments, token, tls, channels))


def _autopilot(arguments: argparse.Namespace) -> Autopilot:
    if arguments.role:
        return read_autopilot({"role": arguments.role})
    return read_autopilot({"plays": arguments.play.split(",")} if arguments.play else {})


def load_registry(path: Path) -> Registry:
    """A registry from a TOML, CSV or JSON file; ValueError and OSError say what is wrong."""
    try:
        return registry_of(path.read_text("utf-8"), path.suffix.removeprefix("."))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


async def _serve(
    window: SingleWindow, arguments: argparse.Namespace, token: str, tls: ssl.SSLContext | None, channels: Channels
) -> int:
    app = make_app(window, max_body=arguments.max_body, control_token=token, channels=channels)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5.0)
    try:
        await runner.setup()
    except CannotOpenStoreError as error:
        print(error, file=sys.stderr)
        return 2
    try:
        ports = await listening.listen(runner, window, arguments, tls)
    except OSError as error:
        await runner.cleanup()
        print(f"cannot listen on {arguments.host}:{arguments.port}: {error.strerror}; try --port 0", file=sys.stderr)
        return 2
    port = ports.pop("")
    host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows has no signal handlers on a loop; Ctrl-C raises there
            asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    collect_seldom()
    scheme = "https" if tls is not None else "http"
    own = {name: f"{scheme}://{host}:{one}" for name, one in ports.items()}
    _announce(f"{scheme}://{host}:{port}", arguments, token, window.sandbox("default").settings, own)
    try:
        await stopped.wait()
    finally:
        await runner.cleanup()
    return 0


def _announce(url: str, arguments: argparse.Namespace, token: str, kept: Settings, own: dict[str, str]) -> None:
    """Where it listens and what to try next; what the database kept of the sandbox default goes before the options."""
    if arguments.ready_json:
        said = {"url": url, "token": token, "sandboxes": own}
        print(json.dumps({name: value for name, value in said.items() if value}), flush=True)
        return
    print(f"swsim, the mock single window (模拟单一窗口), listens on {url}")
    print(f"  profile {kept.profile.name}, regime {kept.regime}, clock {kept.clock.mode}, database {arguments.db}")
    if len(kept.certificates):
        print(f"  certificates: {len(kept.certificates)} bound")
    if differs := _differs(kept, arguments):
        print(
            f"  {', '.join(differs)}: the database keeps the sandbox default as it was; change it by the control API "
            "or use another --db"
        )
    if kept.autopilot.plays:
        print(f"  autopilot plays {', '.join(kept.autopilot.as_json()['plays'])}")
    for name, at in own.items():
        print(f"  sandbox {name}: {at}")
    if token:
        print(f"  control token: {token}")
    print("Try next:")
    print("  swsim generate --orders 3 --seed 7 --out messages")
    print(f"  curl --data-binary @messages/0001-CEB303.xml {url}/messages")
    print(f"  swsim why ORDER-NUMBER --url {url}        what became of it, and why")
    print(f"  swsim tail --url {url}                    follow everything", flush=True)


def _differs(kept: Settings, arguments: argparse.Namespace) -> list[str]:
    """Options that a sandbox kept from before does not follow: what was kept wins, so a restart changes nothing."""
    said = {
        "--profile": (kept.profile.name, arguments.profile),
        "--regime": (kept.regime, arguments.regime),
        "--seed": (kept.seed, arguments.seed),
        "--clock": (kept.clock.mode, arguments.clock.partition(":")[0]),
    }
    differs = [option for option, (has, asked) in said.items() if has != asked]
    if arguments.certs and as_json(kept.certificates) != as_json(load(arguments.certs)):
        differs.append("--certs")
    return differs


def _loop_factory() -> Any:
    """uvloop where it is installed (not on Windows), else the loop of the standard library."""
    try:
        import uvloop  # noqa: PLC0415 - optional by platform
    except ImportError:
        return None
    return uvloop.new_event_loop


def _within(least: int, most: int) -> Callable[[str], int]:
    """Reads an option that is a whole number between two others."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"expected a whole number from {least} to {most}, got {text!r}")
        return int(text)

    return read


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
