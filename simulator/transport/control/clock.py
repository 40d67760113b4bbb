"""The clock of a sandbox: read, moved, set."""

from datetime import datetime
from typing import Any

from aiohttp import web

from swsim.simulator.clock import later, read_duration, read_instant, real_now
from swsim.simulator.sandbox import Sandbox, read_settings
from swsim.simulator.single_window import Advanced
from swsim.simulator.transport.keys import WINDOW, object_of, sandbox_of
from swsim.simulator.transport.problems import json
from swsim.simulator.transport.route import SB, Answer, Body, Route
from swsim.simulator.transport.shapes.sandboxes import Clock, ClockMove
from swsim.simulator.turn import Turn


async def get_clock(request: web.Request) -> web.Response:
    sandbox = sandbox_of(request)
    return json(_clock(sandbox, request.app[WINDOW].stands(sandbox)))


async def post_clock(request: web.Request) -> web.Response:
    """Move or set a clock; answered when everything fired lies in the outbox."""
    window, sandbox, value = request.app[WINDOW], sandbox_of(request), await object_of(request)
    if value.keys() == {"step"} and value["step"] == 1:
        return json(_clock(sandbox, await window.advance(sandbox, lambda _: None)))
    if value.keys() == {"advance"}:
        by = read_duration(str(value["advance"]))
        return json(_clock(sandbox, await window.advance(sandbox, lambda turn: later(turn.now, by))))
    if value.keys() == {"advance_to"}:
        to = read_instant(str(value["advance_to"]))
        return json(_clock(sandbox, await window.advance(sandbox, _fixed(to))))
    if "mode" in value and value.keys() <= {"mode", "now", "factor"}:
        settings = read_settings({"clock": value}, sandbox.settings, real_now())
        return json(_clock(sandbox, await window.set_clock(sandbox, value, settings.clock)))
    raise ValueError(
        'clock: expected {"advance"}, {"advance_to"}, {"step": 1} or {"mode", "now"}, got ' + str(sorted(value))
    )


def _fixed(to: datetime) -> Any:
    def target(_: Turn) -> datetime:
        return to

    return target


def _clock(sandbox: Sandbox, advanced: Advanced) -> dict[str, Any]:
    following = advanced.following
    return {
        "now": advanced.now.isoformat(),
        "mode": sandbox.settings.clock.mode,
        "fired": advanced.fired,
        "next": {"at": following[0].isoformat(), "what": following[1]} if following else None,
    }


ROUTES = (
    Route("GET", f"{SB}/clock", get_clock, "read the clock", gives=(Answer(Clock),)),
    Route(
        "POST",
        f"{SB}/clock",
        post_clock,
        "move the clock",
        gives=(Answer(Clock),),
        body=(Body(ClockMove),),
        refuses=(409,),
    ),
)
