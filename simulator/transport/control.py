"""The control API: sandboxes, clocks, registry, profile, faults; documents explained, numbers found, the journal."""

import asyncio
import re
import time
from contextlib import suppress
from datetime import datetime
from typing import Any

import orjson
from aiohttp import web

from swsim.simulator.clock import later, read_duration, read_instant, real_now
from swsim.simulator.core.keys import internal
from swsim.simulator.core.rules import KEY_RULES, RULES, Wire
from swsim.simulator.profile import read_profile
from swsim.simulator.registry import read_registry
from swsim.simulator.sandbox import Sandbox, fault_as_json, read_faults, read_settings
from swsim.simulator.single_window import Advanced
from swsim.simulator.store import journal
from swsim.simulator.transport.keys import WINDOW, number_of, place_of, sandbox_of
from swsim.simulator.transport.problems import json, problem
from swsim.simulator.turn import Turn
from swsim.simulator.views import document_view, find_view, journal_details

JOURNAL_PAGE = 1000
SANDBOX_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""It stands in paths, and as the name of a folder or queue."""


async def create_sandbox(request: web.Request) -> web.Response:
    """201 with the sandbox's token."""
    window, value = request.app[WINDOW], await _object(request)
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


async def get_clock(request: web.Request) -> web.Response:
    sandbox = sandbox_of(request)
    return json(_clock(sandbox, request.app[WINDOW].stands(sandbox)))


async def post_clock(request: web.Request) -> web.Response:
    """Move or set a clock; answered when everything fired lies in the outbox."""
    window, sandbox, value = request.app[WINDOW], sandbox_of(request), await _object(request)
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
    read_profile(said)
    await request.app[WINDOW].change(sandbox_of(request), "profile", said, profile_said=said)
    return await get_profile(request)


async def get_faults(request: web.Request) -> web.Response:
    return json({"faults": [fault_as_json(fault) for fault in sandbox_of(request).settings.faults]})


async def put_faults(request: web.Request) -> web.Response:
    value = await _object(request)
    await request.app[WINDOW].change(sandbox_of(request), "faults", value, faults=read_faults(value), spent=set())
    return await get_faults(request)


async def get_document(request: web.Request) -> web.Response:
    """A document by kind and key, with its explanation."""
    window, sandbox = request.app[WINDOW], sandbox_of(request)
    # The raw path: `~` joins the parts, each part is percent-encoded, and must be split before it is decoded.
    key = request.raw_path.partition("?")[0].rpartition("/")[2]
    found = await window.store.documents(sandbox.box, request.match_info["kind"], internal(key))
    if not found:
        return problem(
            404, f"no document {request.match_info['kind']} with key {request.match_info['key']!r} in this sandbox"
        )
    return json(document_view(found))


async def get_message(request: web.Request) -> web.Response:
    """What became of a message: each of its documents, explained."""
    window, sandbox, name = request.app[WINDOW], sandbox_of(request), request.match_info["id"]
    number = int(name[1:]) if name[1:].isascii() and name[1:].isdigit() and len(name) < 20 else 0
    entries = await window.store.journal(sandbox.box, number - 1, 1) if number else []
    if not entries or entries[0].number != number or entries[0].what not in {"message", "refused-message"}:
        return problem(404, f"no message {name!r} in this sandbox")
    data = orjson.loads(entries[0].data)
    details = (await journal_details(window.store, sandbox.box, entries)).get(number, {})
    documents = [
        document_view(await window.store.documents(sandbox.box, one["kind"], internal(one["key"])))
        for one in details.get("documents", ())
    ]
    return json({"id": name, "what": entries[0].what, **data, "documents": documents})


async def find(request: web.Request) -> web.Response:
    """Documents and their timelines by any number a user knows."""
    window, sandbox, number = request.app[WINDOW], sandbox_of(request), request.query.get("q", "").strip()
    if not number:
        raise ValueError("query q: expected an orderNo, copNo, logisticsNo, invtNo, preNo or guid, got nothing")
    return json({"q": number, "documents": await find_view(window.store, sandbox.box, number)})


async def get_journal(request: web.Request) -> web.StreamResponse:
    """Journal entries behind number N as JSON lines; waits up to `wait` seconds where there are none."""
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
    return web.Response(body=b"".join(journal.lines(entries, details)), content_type="application/x-ndjson")


async def get_rules(_: web.Request) -> web.Response:
    """The rule table, as data."""
    rows = [
        {
            "id": rule.id,
            "row": rule.row,
            "kinds": rule.kinds,
            "step": int(rule.step),
            "answer": "100" if isinstance(rule.answer, Wire) else str(rule.answer or "parameter"),
            "standard": rule.standard,
            "strict": rule.strict,
            "zh": rule.zh,
            "en": rule.en,
            "citation": str(rule.citation),
            "basis": rule.basis,
        }
        for rule in RULES
    ]
    keys = [
        {"id": k.id, "row": k.id, "zh": k.zh, "en": k.en, "citation": str(k.citation), "basis": k.basis, "step": 6}
        for k in KEY_RULES.values()
    ]
    return json({"rules": rows + keys})


async def _object(request: web.Request) -> dict[str, Any]:
    value = orjson.loads(await request.read() or b"{}")
    if not isinstance(value, dict):
        raise ValueError(f"body: expected a JSON object, got {type(value).__name__}")
    return value
