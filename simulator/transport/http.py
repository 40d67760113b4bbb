"""The HTTP surface: one table of routes. A stand-in: the official ways in are AS2, AS3, MQ, JMS and AMQP (§8)."""

import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

from aiohttp import web

from swsim.simulator import __version__
from swsim.simulator.sandbox import UnknownSandboxError
from swsim.simulator.single_window import SingleWindow
from swsim.simulator.transport import control, local, messages
from swsim.simulator.transport.channels import Channels
from swsim.simulator.transport.keys import LIMIT, PORTS, TOKENS, WINDOW, sandbox_of, token_of
from swsim.simulator.transport.openapi import document
from swsim.simulator.transport.problems import Handler, errors, json, problem
from swsim.simulator.transport.route import HTML, OPEN, TEXT, Answer, Route, plain_path
from swsim.simulator.transport.shapes.common import Health

MAX_BODY = 16 * 1024 * 1024


async def healthz(request: web.Request) -> web.Response:
    """Liveness, with a look at the store."""
    window = request.app[WINDOW]
    await window.check()
    return json({"status": "ok", "version": __version__, "sandboxes": len(window.sandboxes), "waiting": window.waiting})


async def metrics(request: web.Request) -> web.Response:
    """Prometheus text."""
    window = request.app[WINDOW]
    lines = [f"swsim_{name}_total {value}" for name, value in window.counters.items()]
    lines += [f"swsim_waiting_items {window.waiting}", f"swsim_sandboxes {len(window.sandboxes)}"]
    return web.Response(text="\n".join(lines) + "\n", content_type="text/plain")


async def index(_: web.Request) -> web.Response:
    """What there is, for a person who opens the address in a browser."""
    rows = "".join(f"<tr><td>{r.method}<td><code>{r.paths[0]}</code><td>{r.summary}" for r in ROUTES)
    return web.Response(
        text=f"<!doctype html><meta charset=utf-8><title>swsim</title><h1>swsim {__version__} 模拟单一窗口</h1>"
        "<p>The mock single window is running; as data: <a href=/openapi.json>/openapi.json</a>."
        f"<table>{rows}</table>",
        content_type="text/html",
    )


async def openapi(_: web.Request) -> web.Response:
    """The surface as OpenAPI 3.1, from the table of routes."""
    return json(document(ROUTES, __version__))


ROUTES: tuple[Route, ...] = (
    *messages.ROUTES,
    *local.ROUTES,
    *control.ROUTES,
    Route("GET", "/healthz", healthz, "liveness", gives=(Answer(Health),)),
    Route("GET", "/metrics", metrics, "counters", gives=(Answer(str, media=TEXT),)),
    Route("GET", "/openapi.json", openapi, "this surface", gives=(Answer(dict[str, Any]),)),
    Route("GET", "/", index, "what there is", gives=(Answer(str, media=HTML),)),
)
OF_A_SANDBOX = frozenset(plain_path(route.path) for route in ROUTES if route.sandboxed)
"""Paths that serve the sandbox of the port or the token, else `default`."""


@web.middleware
async def tokens(request: web.Request, handler: Handler) -> web.StreamResponse:
    """With `--auth`: a sandbox opens to its own token, the rest of the control API to the control token."""
    control_token = request.app[TOKENS]
    if not control_token or request.path in OPEN:
        return await handler(request)
    given = token_of(request)
    if given and secrets.compare_digest(given, control_token):
        return await handler(request)
    resource = request.match_info.route.resource
    own = "sb" in request.match_info or (resource is not None and resource.canonical in OF_A_SANDBOX)
    if given and own and not (request.method == "PUT" and request.path.endswith("/limits")):
        with suppress(UnknownSandboxError):
            if sandbox_of(request).admits(given):
                return await handler(request)
    return problem(
        401,
        "expected the header Authorization: Bearer with the sandbox's token",
        headers={"WWW-Authenticate": "Bearer"},
    )


def make_app(
    window: SingleWindow, *, max_body: int = MAX_BODY, control_token: str = "", channels: Channels | None = None
) -> web.Application:
    """The application over a single window, which it opens and closes."""
    app = web.Application(client_max_size=max_body, middlewares=[errors, tokens])
    app[WINDOW], app[LIMIT], app[TOKENS], app[PORTS] = window, max_body, control_token, {}
    for route in ROUTES:
        for path in route.paths:
            app.router.add_route(route.method, path, route.handler)

    async def life(_: web.Application) -> AsyncIterator[None]:
        await window.open()
        ways = channels or Channels(window)
        ways.start()
        yield
        await ways.stop()
        await window.close()

    async def wake(_: web.Application) -> None:
        window.bells.close()

    app.cleanup_ctx.append(life)
    app.on_shutdown.append(wake)
    return app
