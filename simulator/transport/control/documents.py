"""Documents and messages, explained; documents found by any number."""

import orjson
from aiohttp import web

from swsim.simulator import signed
from swsim.simulator.clock import real_now
from swsim.simulator.core.keys import internal
from swsim.simulator.core.rulings import NotAllowedError, read_order
from swsim.simulator.transport.keys import WINDOW, object_of, sandbox_of
from swsim.simulator.transport.problems import json, problem
from swsim.simulator.transport.route import SB, Answer, Body, Route
from swsim.simulator.transport.shapes.documents import Document, Force, Found, Message
from swsim.simulator.views import document_view, find_view, journal_details, signature_of


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
    return json(document_view(found) | await signature_of(window.store, sandbox.box, found))


async def force_document(request: web.Request) -> web.Response:
    """Decide on a document: now, at a time in the past, at its next step (`"when": "next"`); keep it, let it go."""
    window, sandbox, kind = request.app[WINDOW], sandbox_of(request), request.match_info["kind"]
    key = internal(request.raw_path.partition("?")[0].rpartition("/")[0].rpartition("/")[2])
    value = await object_of(request)
    try:
        await window.order(sandbox, kind, key, read_order(value, sandbox.now(real_now())), value)
    except NotAllowedError as error:
        return problem(409, str(error))
    except LookupError:
        return problem(404, f"no document {kind} with key {request.match_info['key']!r} in this sandbox")
    return json(document_view(await window.store.documents(sandbox.box, kind, key)))


async def get_message(request: web.Request) -> web.Response:
    """What became of a message: each of its documents, explained."""
    window, sandbox, name = request.app[WINDOW], sandbox_of(request), request.match_info["id"]
    number = int(name[1:]) if name[1:].isascii() and name[1:].isdigit() and len(name) < 20 else 0
    entries = await window.store.journal(sandbox.box, number - 1, 1) if number else []
    if not entries or entries[0].number != number or entries[0].what not in {"message", "refused-message"}:
        return problem(404, f"no message {name!r} in this sandbox")
    data = orjson.loads(entries[0].data)
    if "signature" in data:
        data["signature"] = signed.told(data["signature"])
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


ROUTES = (
    Route("GET", f"{SB}/documents/{{kind}}/{{key}}", get_document, "a document, explained", gives=(Answer(Document),)),
    Route(
        "POST",
        f"{SB}/documents/{{kind}}/{{key}}/force",
        force_document,
        "force a decision, keep a document",
        gives=(Answer(Document),),
        body=(Body(Force),),
        refuses=(409,),
    ),
    Route("GET", f"{SB}/messages/{{id}}", get_message, "a message, explained", gives=(Answer(Message),)),
    Route("GET", f"{SB}/find", find, "documents by any number", ("q",), gives=(Answer(Found),)),
)
