"""Sandboxes: made, looked at, emptied, deleted."""

import re
from typing import Any

from aiohttp import web

from swsim.simulator.clock import real_now
from swsim.simulator.limits import read_limits
from swsim.simulator.sandbox import Sandbox, read_settings
from swsim.simulator.transport.keys import WINDOW, object_of, sandbox_of
from swsim.simulator.transport.problems import json, problem
from swsim.simulator.transport.route import SB, Answer, Body, Route
from swsim.simulator.transport.shapes.sandboxes import (
    Limits,
    LimitsSaid,
    Sandboxes,
    SandboxMade,
    SandboxSaid,
    SandboxShown,
    Snapshot,
    SnapshotSaid,
)
from swsim.simulator.transport.shapes.sandboxes import Sandbox as Shown

SANDBOX_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""It stands in paths, and as the name of a folder or queue."""


async def create_sandbox(request: web.Request) -> web.Response:
    """201 with the sandbox's token."""
    window, value = request.app[WINDOW], await object_of(request)
    name = value.get("id")
    if not isinstance(name, str) or not SANDBOX_ID.fullmatch(name):
        raise ValueError(f"sandbox id: expected ASCII letters, digits, - and _, at most 64, got {name!r}")
    settings = read_settings(value, window.sandbox("default").settings, real_now())
    sandbox, token = await window.create(name, settings)
    return json(_sandbox(sandbox) | {"token": token}, status=201)


async def list_sandboxes(request: web.Request) -> web.Response:
    return json({"sandboxes": [_sandbox(sandbox) for sandbox in request.app[WINDOW].sandboxes.values()]})


async def get_sandbox(request: web.Request) -> web.Response:
    window, sandbox = request.app[WINDOW], sandbox_of(request)
    states = await window.store.count_states(sandbox.box)
    counts = [{"kind": kind, "state": state, "documents": count} for kind, state, count in states]
    return json(
        _sandbox(sandbox)
        | {"documents": counts, "entries": sandbox.position.entry, "returns": sandbox.position.returned}
    )


async def delete_sandbox(request: web.Request) -> web.Response:
    sandbox = sandbox_of(request)
    if sandbox.name == "default":
        return problem(409, "the sandbox default cannot be deleted; reset it")
    await request.app[WINDOW].clear(sandbox, drop=True)
    return web.Response(status=204)


async def reset_sandbox(request: web.Request) -> web.Response:
    """Documents, journal, outbox, faults go; registry, profile and clock mode stay."""
    sandbox = sandbox_of(request)
    await request.app[WINDOW].clear(sandbox, drop=False)
    return json(_sandbox(sandbox))


async def snapshot_sandbox(request: web.Request) -> web.Response:
    """Keep the sandbox as it stands under a name."""
    name = await _snapshot_name(request)
    position = await request.app[WINDOW].snapshot(sandbox_of(request), name)
    said = {"snapshot": name, "entries": position.entry, "returns": position.returned, "digest": position.digest.hex()}
    return json(said, status=201)


async def restore_sandbox(request: web.Request) -> web.Response:
    """Let the sandbox stand as the snapshot has it: everything but its token."""
    name, sandbox = await _snapshot_name(request), sandbox_of(request)
    await request.app[WINDOW].restore(sandbox, name)
    return json(_sandbox(sandbox))


async def _snapshot_name(request: web.Request) -> str:
    value = await object_of(request)
    name = value.get("name", "snapshot")
    if not isinstance(name, str) or not SANDBOX_ID.fullmatch(name) or value.keys() - {"name"}:
        raise ValueError(f'snapshot: expected {{"name"}} of ASCII letters, digits, - and _, at most 64, got {value!r}')
    return name


async def get_limits(request: web.Request) -> web.Response:
    return json(sandbox_of(request).settings.limits.as_json())


async def put_limits(request: web.Request) -> web.Response:
    """Needs the control token where tokens are asked: a sandbox does not raise its own limits."""
    limits = read_limits(value := await object_of(request))
    await request.app[WINDOW].change(sandbox_of(request), "limits", value, limits=limits)
    request.app[WINDOW].intake.forget(sandbox_of(request))
    return await get_limits(request)


def _sandbox(sandbox: Sandbox) -> dict[str, Any]:
    settings = sandbox.settings
    return {
        "id": sandbox.name,
        "profile": settings.profile_said,
        "regime": settings.regime,
        "seed": settings.seed,
        "clock": {
            "mode": settings.clock.mode,
            "now": sandbox.now(real_now()).isoformat(),
            "factor": settings.clock.factor,
        },
        "registry": {"mode": settings.registry.mode, "enterprises": len(settings.registry.enterprises)},
    }


ROUTES = (
    Route(
        "POST",
        "/_control/sandboxes",
        create_sandbox,
        "create a sandbox",
        gives=(Answer(SandboxMade, 201),),
        body=(Body(SandboxSaid),),
        refuses=(409,),
    ),
    Route("GET", "/_control/sandboxes", list_sandboxes, "list sandboxes", gives=(Answer(Sandboxes),)),
    Route("GET", SB, get_sandbox, "a sandbox with its documents by state", gives=(Answer(SandboxShown),)),
    Route("DELETE", SB, delete_sandbox, "delete a sandbox", gives=(Answer(status=204),), refuses=(409,)),
    Route("POST", f"{SB}/reset", reset_sandbox, "empty a sandbox", gives=(Answer(Shown),)),
    Route(
        "POST",
        f"{SB}/snapshot",
        snapshot_sandbox,
        "keep a sandbox as it stands",
        gives=(Answer(Snapshot, 201),),
        body=(Body(SnapshotSaid, required=False),),
        refuses=(409,),
    ),
    Route(
        "POST",
        f"{SB}/restore",
        restore_sandbox,
        "let a sandbox stand as a snapshot has it",
        gives=(Answer(Shown),),
        body=(Body(SnapshotSaid, required=False),),
    ),
    Route("GET", f"{SB}/limits", get_limits, "read the limits", gives=(Answer(Limits),)),
    Route("PUT", f"{SB}/limits", put_limits, "change the limits", gives=(Answer(Limits),), body=(Body(LimitsSaid),)),
)
