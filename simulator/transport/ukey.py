"""`swsim ukey`: a signing device on a loopback websocket, with test keys, as slow as a real one."""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web

from swsim.simulator.signature.authority import Identity
from swsim.simulator.signature.certificates import read_certificate
from swsim.simulator.signature.keys import read_private_key
from swsim.simulator.signature.ukey import OPEN, PIN, Device, Request, UkeyError, answered, read_request, refused

PORT = 61232
A_MINUTE = 250
"""Signatures a minute: what the specification says of a Ukey."""
MOST_BYTES = 16 * 1024 * 1024
HOST = "127.0.0.1"


class Plugged:
    """A device in its socket: one signature at a time, so many a minute, whoever asks."""

    def __init__(self, device: Device, a_minute: float) -> None:
        self._device = device
        self._takes = 60 / a_minute
        self._busy = asyncio.Lock()
        self._free_at = 0.0

    async def answer(self, text: str) -> dict[str, Any]:
        """The answer to a request, never an exception."""
        request: Request | None = None
        try:
            request = read_request(text)
            if not request.signs:
                return answered(request, self._device.do(request))
            async with self._busy:
                loop = asyncio.get_running_loop()
                data = self._device.do(request)
                self._free_at = max(self._free_at, loop.time()) + self._takes
                await asyncio.sleep(self._free_at - loop.time())
                return answered(request, data)
        except UkeyError as error:
            return refused(request, error)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One client, until it goes."""
        socket = web.WebSocketResponse(max_msg_size=MOST_BYTES)
        await socket.prepare(request)
        await socket.send_json(OPEN)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await socket.send_str(json.dumps(await self.answer(message.data), ensure_ascii=False))
        return socket


def make_app(device: Device, a_minute: float = A_MINUTE) -> web.Application:
    """The websocket, at whatever path the client asks for."""
    app = web.Application()
    app.router.add_get("/{path:.*}", Plugged(device, a_minute).serve)
    return app


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument(
        "--identity", required=True, metavar="STEM", help="what swsim certs wrote: STEM.key.pem, STEM.crt.pem"
    )
    parser.add_argument("--port", type=int, default=PORT, help=f"port on 127.0.0.1, 0 for a free one (default {PORT})")
    parser.add_argument("--pin", default=PIN, help=f"its PIN (default {PIN})")
    parser.add_argument(
        "--per-minute", type=_rate, default=A_MINUTE, help=f"signatures a minute (default {A_MINUTE}, as a real one)"
    )
    parser.add_argument(
        "--fail-every", type=int, default=0, metavar="N", help="fail every Nth signature as a card reader does (50070)"
    )
    parser.add_argument("--ready-json", action="store_true", help="print one JSON line with the url when it listens")


def run(arguments: argparse.Namespace) -> int:
    """Serve until interrupted; 2 for what cannot be read, or a key that is not marked as test."""
    try:
        device = Device(read_identity(arguments.identity), arguments.pin, arguments.fail_every)
        asyncio.run(_serve(device, arguments))
    except (ValueError, OSError) as error:
        print(f"swsim ukey: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        pass
    return 0


def read_identity(stem: str) -> Identity:
    """A key and certificate of `swsim certs`; no other is taken: any page in a browser can reach a loopback port."""
    certificate = read_certificate(Path(f"{stem}.crt.pem").read_bytes())
    if not certificate.is_test:
        raise ValueError(f"{stem}.crt.pem: expected a test certificate of swsim certs, got {certificate.subject}")
    key = read_private_key(Path(f"{stem}.key.pem").read_bytes())
    if key.public != certificate.key:
        raise ValueError(f"{stem}.key.pem is not the key of {stem}.crt.pem")
    return Identity(key, certificate, certificate.serial)


def _rate(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value <= 1_000_000:
        raise argparse.ArgumentTypeError(f"expected more than 0, at most 1000000, got {text!r}")
    return value


async def _serve(device: Device, arguments: argparse.Namespace) -> None:
    runner = web.AppRunner(make_app(device, arguments.per_minute), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, HOST, arguments.port).start()
    url = f"ws://{HOST}:{runner.addresses[0][1]}"
    try:
        if arguments.ready_json:
            print(json.dumps({"url": url}), flush=True)
        else:
            print(f"swsim ukey, a stand-in for a signing device (测试用，非真实Ukey), listens on {url}")
            print(f"  {device.identity.certificate.subject}")
            print(f"  {device.identity.key.family}, certificate number {device.identity.key_name}", flush=True)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
