"""`POST …/messages` and the returns: the line between an enterprise and customs (architecture, public contract)."""

from aiohttp import web

from swsim.simulator.clock import from_ms
from swsim.simulator.envelope.sending import wire
from swsim.simulator.intake import Outcome
from swsim.simulator.messages.codec import Refused
from swsim.simulator.returns import return_id, return_number
from swsim.simulator.sandbox import Sandbox
from swsim.simulator.transport.keys import WINDOW, number_of, place_of, sandbox_of
from swsim.simulator.transport.problems import json, problem, refusal
from swsim.simulator.transport.route import HINDERED, XML, Answer, Body, Route
from swsim.simulator.transport.shapes.line import Accepted, Business, DryRun, Envelope, Page, Reply, Return
from swsim.simulator.views import message_view

MAX_WAIT = 60.0
MAX_PAGE = 1000


async def post_message(request: web.Request) -> web.Response:
    """Take a message in; 202 once it is durable, 400 or 422 with the faults of its form.

    What came in an envelope of the exchange platform is answered 200 with a DxpRep.
    """
    window, sandbox = request.app[WINDOW], sandbox_of(request)
    body = await request.read()
    dry_run = request.query.get("dryRun", "") == "true"
    outcome = await window.receive(sandbox, body, "http", dry_run=dry_run)
    if outcome.answer is not None and not dry_run:
        return xml(outcome.answer, {"X-Message-Id": message_id(outcome.number)})
    if outcome.refused is not None:
        return refused_answer(sandbox, outcome, outcome.refused)
    assert outcome.message is not None  # noqa: S101 - accepted or refused; what is for others was answered
    if dry_run:
        return json(
            {"status": "dry-run", "documents": message_view(outcome.message.kind, outcome.decisions, outcome.later)}
        )
    answer = {
        "id": message_id(outcome.number),
        "messageType": outcome.message.type,
        "guid": outcome.message.guid,
        "documents": len(outcome.decisions),
        "status": "accepted",
        "explain": f"/_control/sandboxes/{sandbox.name}/messages/{message_id(outcome.number)}",
    }
    return json(answer, status=202)


def refused_answer(sandbox: Sandbox, outcome: Outcome, refused: Refused) -> web.Response:
    """The answer to a message whose form was refused."""
    if sandbox.profile.format_errors == "async" and outcome.told:
        return json({"id": message_id(outcome.number), "status": "accepted"}, status=202)
    return refusal(refused, message_id(outcome.number))


def message_id(number: int) -> str:
    """Id of a message: its journal number."""
    return f"M{number:010d}"


async def next_return(request: web.Request) -> web.Response:
    """The oldest return for a dxpId, or 204; it stays with its reader for `visibility` real seconds."""
    window, sandbox = request.app[WINDOW], sandbox_of(request)
    dxp_id = _dxp_id(request)
    wait = min(number_of(request, "wait", 0.0), MAX_WAIT)
    visibility = number_of(request, "visibility", 30.0)
    found = await window.outbox.next_returns(sandbox, dxp_id, wait, visibility, gone=lambda: _is_gone(request))
    if not found:
        return web.Response(status=204)
    ((row, body),) = found
    return xml(body, {"X-Return-Id": return_id(row.number)})


async def delete_return(request: web.Request) -> web.Response:
    """Acknowledge: 204, the second time too."""
    number = return_number(request.match_info["id"])
    if number is None or not await request.app[WINDOW].outbox.acknowledge(sandbox_of(request), number):
        return problem(404, f"no return {request.match_info['id']!r} in this sandbox")
    return web.Response(status=204)


async def get_return(request: web.Request) -> web.Response:
    """A return as it stands on the wire, without taking or acknowledging it."""
    window, sandbox = request.app[WINDOW], sandbox_of(request)
    number = return_number(request.match_info["id"])
    rows = await window.store.returns_by_number(sandbox.box, [number] if number is not None else [])
    if number is None or number not in rows:
        return problem(404, f"no return {request.match_info['id']!r} in this sandbox")
    return xml(await wire(window.store, sandbox, rows[number]))


async def list_returns(request: web.Request) -> web.Response:
    """Returns behind number N, nothing acknowledged."""
    window, sandbox = request.app[WINDOW], sandbox_of(request)
    after, limit = place_of(request, "after", 0), min(place_of(request, "limit", 100), MAX_PAGE)
    rows = await window.store.returns(sandbox.box, request.query.get("dxpId"), after, max(limit, 1))
    items = [
        {
            "id": return_id(row.number),
            "seq": row.place,
            "dxpId": row.dxp_id,
            "messageType": row.message_type,
            "createdAt": from_ms(row.at).isoformat(),
            "acknowledged": row.acknowledged,
        }
        for row in rows
    ]
    return json({"items": items, "next": rows[-1].place if len(rows) == max(limit, 1) else None})


def xml(body: bytes, headers: dict[str, str] | None = None) -> web.Response:
    """An XML answer."""
    return web.Response(body=body, content_type="application/xml", charset="utf-8", headers=headers)


def _is_gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


def _dxp_id(request: web.Request) -> str:
    dxp_id = request.query.get("dxpId", "")
    if not dxp_id:
        raise ValueError("query dxpId: expected the user number returns are for, got nothing")
    return dxp_id


ROUTES = (
    Route(
        "POST",
        "/messages",
        post_message,
        "send a message to customs",
        ("dryRun",),
        sandboxed=True,
        gives=(Answer(Accepted, 202), Answer(DryRun), Answer(Reply, media=XML)),
        body=(Body(Business, XML), Body(Envelope)),
        refuses=(422, *HINDERED),
    ),
    Route(
        "GET",
        "/returns/next",
        next_return,
        "take the oldest return",
        ("dxpId", "wait", "visibility"),
        sandboxed=True,
        gives=(Answer(Return, media=XML), Answer(status=204)),
        refuses=(503,),
    ),
    Route(
        "GET",
        "/returns",
        list_returns,
        "list returns",
        ("dxpId", "after", "limit"),
        sandboxed=True,
        gives=(Answer(Page),),
    ),
    Route("GET", "/returns/{id}", get_return, "look at a return", sandboxed=True, gives=(Answer(Return, media=XML),)),
    Route(
        "DELETE", "/returns/{id}", delete_return, "acknowledge a return", sandboxed=True, gives=(Answer(status=204),)
    ),
)
