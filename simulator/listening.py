"""Where `swsim serve` listens: options of addresses, TLS, ports that belong to one sandbox."""

import argparse
import ssl
from dataclasses import replace
from pathlib import Path

from aiohttp import web

from swsim.simulator.registry import Registry
from swsim.simulator.single_window import SingleWindow
from swsim.simulator.transport.control.sandboxes import SANDBOX_ID
from swsim.simulator.transport.keys import PORTS


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help="certificate chain, PEM: serve https")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="its private key, PEM")
    parser.add_argument(
        "--port-of",
        type=_port_of,
        action="append",
        default=[],
        metavar="SANDBOX=PORT",
        help="a port of its own for a sandbox, made where it is not there; may be repeated",
    )


def _port_of(text: str) -> tuple[str, int]:
    name, _, port = text.partition("=")
    if not SANDBOX_ID.fullmatch(name) or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise argparse.ArgumentTypeError(f"expected SANDBOX=PORT, such as shop=8181, got {text!r}")
    return name, int(port)


def tls_of(arguments: argparse.Namespace) -> ssl.SSLContext | None:
    """What TLS needs, None without; ValueError says what is wrong with the files."""
    if not arguments.tls_cert and not arguments.tls_key:
        return None
    if not arguments.tls_cert or not arguments.tls_key:
        raise ValueError("--tls-cert and --tls-key: expected both, got one")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(arguments.tls_cert, arguments.tls_key)
    except (OSError, ssl.SSLError) as error:
        raise ValueError(f"--tls-cert {arguments.tls_cert}, --tls-key {arguments.tls_key}: {error}") from None
    return context


async def listen(
    runner: web.AppRunner, window: SingleWindow, arguments: argparse.Namespace, tls: ssl.SSLContext | None
) -> dict[str, int]:
    """Begin to listen; ports by sandbox, the common one under "". OSError."""
    ports: dict[str, int] = {}
    for name, asked in (("", arguments.port), *arguments.port_of):
        if name and name not in window.sandboxes:
            settings = window.sandbox("default").settings
            fresh = replace(settings, registry=Registry(), faults=(), spent={}, token_digest="")
            await window.create(name, fresh)
        await web.TCPSite(runner, arguments.host, asked, ssl_context=tls).start()
        ports[name] = runner.addresses[-1][1]
        if name:
            assert runner.app is not None  # noqa: S101 - it was set up with one
            runner.app[PORTS][ports[name]] = name
    return ports
