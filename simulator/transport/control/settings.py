"""What a sandbox is told: registry, profile, fault table."""

import orjson
from aiohttp import web

from swsim.simulator.autopilot.settings import read_autopilot
from swsim.simulator.core.keys import external
from swsim.simulator.faults.read import fault_as_json, read_faults
from swsim.simulator.profiles.checked import checked_profile
from swsim.simulator.registry import read_registry
from swsim.simulator.registry_file import FORMS, plain_of
from swsim.simulator.transport.keys import WINDOW, object_of, sandbox_of
from swsim.simulator.transport.problems import json
from swsim.simulator.transport.route import CSV, SB, TOML, Answer, Body, Route
from swsim.simulator.transport.shapes.settings import (
    Autopilot,
    AutopilotSaid,
    Faults,
    Placed,
    ProfileChange,
    ProfileOf,
    ProfileSaid,
    Registry,
    RegistrySaid,
    Sales,
)

MOST_SALES = 100
"""Sales begun by one call: orders of one message."""


async def get_registry(request: web.Request) -> web.Response:
    return json(sandbox_of(request).settings.registry.as_json())


async def put_registry(request: web.Request) -> web.Response:
    """Replace the registry: JSON, TOML (`application/toml`) or CSV (`text/csv`)."""
    value = plain_of(await request.text(), FORMS.get(request.content_type, "json"))
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
    """A row that stays as it was does not begin anew: documents it has decided on stay decided."""
    value, settings = await object_of(request), sandbox_of(request).settings
    faults = read_faults(value)
    kept = {fault.id for fault in faults if fault in settings.faults} | {"profile", ""}
    spent = {name: count for name, count in settings.spent.items() if name.partition("/")[0] in kept}
    await request.app[WINDOW].change(sandbox_of(request), "faults", value, faults=faults, spent=spent)
    return await get_faults(request)


async def get_autopilot(request: web.Request) -> web.Response:
    return json(sandbox_of(request).settings.autopilot.as_json())


async def put_autopilot(request: web.Request) -> web.Response:
    """Say what is played for the integrator: its role, or the kinds."""
    value = await object_of(request)
    await request.app[WINDOW].change(sandbox_of(request), "autopilot", value, autopilot=read_autopilot(value))
    return await get_autopilot(request)


async def post_sales(request: web.Request) -> web.Response:
    """Let the autopilot place orders by itself, and complete their sales: for roles that begin nothing."""
    sandbox, value = sandbox_of(request), await object_of(request)
    count = value.get("count")
    if value.keys() != {"count"} or not isinstance(count, int) or not 1 <= count <= MOST_SALES:
        raise ValueError(f'sales: expected {{"count": 1 to {MOST_SALES}}}, got {value!r}')
    if "603" not in sandbox.settings.autopilot.plays:
        raise ValueError("sales: expected an autopilot that plays 603 (PUT …/autopilot), or nobody would declare them")
    decisions = await request.app[WINDOW].trade(sandbox, count)
    keys = [external(decision.subject.key) for decision in decisions]
    return json({"orders": keys}, status=202)


ROUTES = (
    Route("GET", f"{SB}/registry", get_registry, "read the registry", gives=(Answer(Registry),)),
    Route(
        "PUT",
        f"{SB}/registry",
        put_registry,
        "replace the registry",
        gives=(Answer(Registry),),
        body=(Body(RegistrySaid), Body(str, TOML), Body(str, CSV)),
    ),
    Route("GET", f"{SB}/profile", get_profile, "read the profile", gives=(Answer(ProfileOf),)),
    Route(
        "PUT",
        f"{SB}/profile",
        put_profile,
        "change the profile",
        gives=(Answer(ProfileOf),),
        body=(Body(ProfileSaid | ProfileChange),),
    ),
    Route("GET", f"{SB}/autopilot", get_autopilot, "read what is played", gives=(Answer(Autopilot),)),
    Route(
        "PUT",
        f"{SB}/autopilot",
        put_autopilot,
        "change what is played",
        gives=(Answer(Autopilot),),
        body=(Body(AutopilotSaid),),
    ),
    Route(
        "POST",
        f"{SB}/autopilot/sales",
        post_sales,
        "let the autopilot begin sales",
        gives=(Answer(Placed, 202),),
        body=(Body(Sales),),
    ),
    Route("GET", f"{SB}/faults", get_faults, "read the fault table", gives=(Answer(Faults),)),
    Route("PUT", f"{SB}/faults", put_faults, "replace the fault table", gives=(Answer(Faults),), body=(Body(Faults),)),
)
