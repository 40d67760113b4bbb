"""Channels of a sandbox: by which way the returns of a dxpId leave, where they are not fetched."""

from typing import Any

from aiohttp import web

from swsim.simulator.store import journal
from swsim.simulator.transport.keys import WINDOW, object_of, sandbox_of
from swsim.simulator.transport.problems import json
from swsim.simulator.transport.route import SB, Answer, Body, Route
from swsim.simulator.transport.shapes.settings import Channels, ChannelsSaid
from swsim.simulator.transport.webhook import read_channels, shown
from swsim.simulator.turn import Turn


async def get_channels(request: web.Request) -> web.Response:
    """By dxpId; a secret is never shown."""
    return json({"channels": shown(sandbox_of(request).settings.channels)})


async def put_channels(request: web.Request) -> web.Response:
    """Replace all of them; the journal has them without secrets, as evidence of the line."""
    value, sandbox = await object_of(request), sandbox_of(request)

    async def work(turn: Turn) -> dict[str, Any]:
        channels = read_channels(value, turn.sandbox.settings.channels)
        turn.change(channels=channels)
        turn.note(journal.CHANNEL, "channels", {"said": shown(channels)})
        return channels

    return json({"channels": shown(await request.app[WINDOW].submit(sandbox, work))})


ROUTES = (
    Route("GET", f"{SB}/channels", get_channels, "read by which channel returns leave", gives=(Answer(Channels),)),
    Route(
        "PUT",
        f"{SB}/channels",
        put_channels,
        "replace by which channel returns leave, webhooks too",
        gives=(Answer(Channels),),
        body=(Body(ChannelsSaid),),
    ),
)
