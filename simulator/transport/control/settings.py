"""What a sandbox is told: registry, profile, fault table."""

import orjson
from aiohttp import web

from swsim.simulator.profiles.checked import checked_profile
from swsim.simulator.registry import read_registry
from swsim.simulator.sandbox import fault_as_json, read_faults
from swsim.simulator.transport.keys import WINDOW, object_of, sandbox_of
from swsim.simulator.transport.problems import json
from swsim.simulator.transport.route import SB, Route


async def get_registry(request: web.Request) -> web.Response:
    return json(sandbox_of(request).settings.registry.as_json())


async def put_registry(request: web.Request) -> web.Response:
    value = orjson.loads(await request.read())
    await request.app[WINDOW].change(sandbox_of(request), "registry", value, registry=read_registry(value))
    return json(sandbox_of(request).settings.registry.as_json())


async def get_profile(request: web.Request) -> web.Response:
    sandbox = sandbox_of(request)
    return json({"profile": sandbox.settings.profile_said, "regime": sandbox.settings.regime})


async def put_profile(request: web.Request) -> web.Response:
    value = orjson.loads(await request.read())
    said = value.get("profile", value) if isinstance(value, dict) else value
    if not isinstance(said, str | dict):
        raise ValueError(f"profile: expected a name or an object of switches, got {said!r}")
    checked_profile(said)
    await request.app[WINDOW].change(sandbox_of(request), "profile", said, profile_said=said)
    return await get_profile(request)


async def get_faults(request: web.Request) -> web.Response:
    return json({"faults": [fault_as_json(fault) for fault in sandbox_of(request).settings.faults]})


async def put_faults(request: web.Request) -> web.Response:
    value = await object_of(request)
    await request.app[WINDOW].change(sandbox_of(request), "faults", value, faults=read_faults(value), spent=set())
    return await get_faults(request)


ROUTES = (
    Route("GET", f"{SB}/registry", get_registry, "read the registry"),
    Route("PUT", f"{SB}/registry", put_registry, "replace the registry"),
    Route("GET", f"{SB}/profile", get_profile, "read the profile"),
    Route("PUT", f"{SB}/profile", put_profile, "change the profile"),
    Route("GET", f"{SB}/faults", get_faults, "read the fault table"),
    Route("PUT", f"{SB}/faults", put_faults, "replace the fault table"),
)
