"""What the handlers share: the window, the sandbox of a request, numbers of a query."""

import hmac
import math
from typing import Any

import orjson
from aiohttp import web

from swsim.simulator.sandbox import Sandbox, UnknownSandboxError, token_digest
from swsim.simulator.single_window import SingleWindow

WINDOW = web.AppKey("window", SingleWindow)
LIMIT = web.AppKey("limit", int)
PORTS = web.AppKey("ports", dict[int, str])
"""Ports that belong to one sandbox."""
TOKENS = web.AppKey("tokens", str)
"""The control token, or empty where no token is asked."""


def sandbox_of(request: web.Request) -> Sandbox:
    """The sandbox a request is for: of its path, its port, its token, else `default`; UnknownSandboxError."""
    window, own = request.app[WINDOW], request.app[PORTS].get(_port(request))
    named = request.match_info.get("sb")
    if own is not None:
        if named not in {None, own}:
            raise UnknownSandboxError(named)
        return window.sandbox(own)
    if named is not None:
        return window.sandbox(named)
    digest = token_digest(token) if (token := token_of(request)) else ""
    for sandbox in window.sandboxes.values() if digest else ():
        if hmac.compare_digest(digest, sandbox.settings.token_digest):
            return sandbox
    return window.sandbox("default")


def token_of(request: web.Request) -> str:
    """The bearer token, empty where there is none; tokens of ours are ASCII."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if kind == "Bearer" and token.isascii() else ""


def _port(request: web.Request) -> int:
    at = request.transport.get_extra_info("sockname") if request.transport is not None else None
    return int(at[1]) if at else 0


LAST_PLACE = (1 << 40) - 1
"""No sandbox has as many entries or returns."""


def place_of(request: web.Request, name: str, default: int) -> int:
    """A place in a list, of the query: a number without fraction, none behind the last one there can be."""
    return int(min(number_of(request, name, default), LAST_PLACE))


def number_of(request: web.Request, name: str, default: float) -> float:
    """A number of the query, 0 or more; ValueError says what was expected."""
    text = request.query.get(name)
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not math.isfinite(value) or value < 0:
        raise ValueError(f"query {name}: expected a number, 0 or more, got {text!r}")
    return value


async def object_of(request: web.Request) -> dict[str, Any]:
    """The JSON object of a body, empty where there is none; ValueError."""
    value = orjson.loads(await request.read() or b"{}")
    if not isinstance(value, dict):
        raise ValueError(f"body: expected a JSON object, got {type(value).__name__}")
    return value
