"""The journal of a sandbox, followed."""

import asyncio
import time
from contextlib import suppress

from aiohttp import web

from swsim.simulator.bodies import journal_bodies
from swsim.simulator.replay.recording import recorded
from swsim.simulator.store import journal
from swsim.simulator.transport.keys import WINDOW, number_of, place_of, sandbox_of
from swsim.simulator.transport.route import LINES, SB, Answer, Route
from swsim.simulator.transport.shapes.documents import JournalLine, RecordedLine
from swsim.simulator.views import journal_details

JOURNAL_PAGE = 1000


async def get_journal(request: web.Request) -> web.StreamResponse:
    """Journal entries behind number N as JSON lines; waits up to `wait` seconds where there are none.

    `bodies` gives messages, returns and what left for a reader in full beside their entries (`bodies.py`).
    """
    window, sandbox = request.app[WINDOW], sandbox_of(request)
    after, limit = place_of(request, "after", 0), min(place_of(request, "limit", JOURNAL_PAGE), JOURNAL_PAGE)
    until = time.monotonic() + min(number_of(request, "wait", 0.0), 60.0)
    while True:
        bell = window.bells.listen((sandbox.box, "journal"))
        entries = await window.store.journal(sandbox.box, after, max(limit, 1))
        remaining = until - time.monotonic()
        if entries or remaining <= 0 or window.bells.closed:
            break
        with suppress(TimeoutError):
            await asyncio.wait_for(bell.wait(), remaining)
    details = await journal_details(window.store, sandbox.box, entries)
    if request.query.get("bodies", "") == "true":
        for number, body in (await journal_bodies(window.store, sandbox, entries)).items():
            details[number] = details.get(number, {}) | body
    return web.Response(body=b"".join(journal.lines(entries, details)), content_type="application/x-ndjson")


async def export_journal(request: web.Request) -> web.Response:
    """The whole journal as it is kept, to be replayed (`swsim replay`)."""
    window, sandbox = request.app[WINDOW], sandbox_of(request)
    recording = await recorded(window.store, sandbox.name)
    return web.Response(body=b"".join(recording.lines()), content_type="application/x-ndjson")


ROUTES = (
    Route(
        "GET",
        f"{SB}/journal",
        get_journal,
        "follow the journal",
        ("after", "wait", "limit", "bodies"),
        gives=(Answer(JournalLine, media=LINES),),
    ),
    Route(
        "GET",
        f"{SB}/journal/export",
        export_journal,
        "the whole journal, to be replayed",
        gives=(Answer(RecordedLine, media=LINES),),
    ),
)
