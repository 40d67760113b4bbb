"""The HTTP of local platforms: `POST /cebcmsg` with the JSON envelope, `GET /ceb304msg` as its poll.

Seen in one public client, for the returns of import orders: the keys beyond that shape are ASSUMED (elements of the
record in lower case). A poll acknowledges nothing: what was made at `qryid` or later is told again.
"""

from datetime import datetime
from typing import Any

from aiohttp import web
from lxml import etree

from swsim.simulator.clock import BEIJING, from_ms, to_ms
from swsim.simulator.envelope.cover import BARE_FORM
from swsim.simulator.envelope.opening import looks_like_json
from swsim.simulator.envelope.sending import wire
from swsim.simulator.messages.codec import parse
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.store.protocol import ReturnRow
from swsim.simulator.transport.keys import WINDOW, sandbox_of
from swsim.simulator.transport.messages import refused_answer
from swsim.simulator.transport.problems import json
from swsim.simulator.transport.route import HINDERED, TEXT, Answer, Body, Route
from swsim.simulator.transport.shapes.line import Envelope, Polled

MOST = 200
"""Returns that one poll tells; the next poll begins at the time of the last."""
POLLED = {name[3:6]: name for name in EDITION_202205.messages if name not in EDITION_202205.declared}
"""``304`` -> CEB304Message: what customs sends."""
ANSWERED = {business.answer.xml: business.document.__name__.lower() for business in EDITION_202205.businesses}


async def post_envelope(request: web.Request) -> web.Response:
    """Take a JSON envelope in: 200 and `OK` once it is durable, 400 or 422 with the faults of its form."""
    window, sandbox = request.app[WINDOW], sandbox_of(request)
    body = await request.read()
    if not looks_like_json(body):
        raise ValueError('body: expected a JSON envelope {"Message":{"MessageHead":{…},"MessageBody":{"data":"…"}}}')
    outcome = await window.receive(sandbox, body, "http")
    if outcome.refused is not None and not (outcome.told and sandbox.profile.format_errors == "async"):
        return refused_answer(sandbox, outcome, outcome.refused)
    return web.Response(text="OK")


async def poll(request: web.Request) -> web.Response:
    """Records of the returns of one type to `dxpid`, made at `qryid` (yyyyMMddHHmm[ss]) or later, oldest first."""
    window, sandbox = request.app[WINDOW], sandbox_of(request)
    message_type, dxp_id = POLLED[request.match_info["number"]], request.query.get("dxpid", "")
    if not dxp_id:
        raise ValueError("query dxpid: expected the user number returns are for, got nothing")
    since = to_ms(_time(request.query.get("qryid", "")))
    rows = await window.store.returns_since(sandbox.box, dxp_id, message_type, since, MOST)
    records: list[dict[str, Any]] = []
    for row in rows:
        row.form = BARE_FORM
        root = parse(await wire(window.store, sandbox, row))
        records += [_record(row, element) for element in root]
    return json(records)


def _time(text: str) -> datetime:
    """A `qryid`, Beijing time; without one, everything."""
    if not text:
        return datetime(1970, 1, 2, tzinfo=BEIJING)
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S" if len(text) == 14 else "%Y%m%d%H%M").replace(tzinfo=BEIJING)
    except ValueError:
        raise ValueError(f"query qryid: expected a time yyyyMMddHHmm or yyyyMMddHHmmss, got {text!r}") from None


def _record(row: ReturnRow, element: etree._Element) -> dict[str, Any]:
    """One record; of a result of summary (792) its head."""
    head = element if len(element) and not len(element[0]) else element[0]
    said = {etree.QName(child).localname.lower(): child.text or "" for child in head if not len(child)}
    guid = f"re_{ANSWERED.get(row.message_type, 'message')}_guid"
    firm = said.get("ebccode") or said.get("agentcode") or said.get("logisticscode") or ""
    made = {"org_id": firm, "instm": f"{from_ms(row.at):%Y-%m-%d %H:%M:%S}", "trans_dxpid": row.dxp_id}
    return made | {guid if name == "guid" else name: value for name, value in said.items()}


ROUTES = (
    Route(
        "POST",
        "/cebcmsg",
        post_envelope,
        "send a JSON envelope (local platforms)",
        sandboxed=True,
        gives=(Answer(str, media=TEXT),),
        body=(Body(Envelope),),
        refuses=(422, *HINDERED),
    ),
    Route(
        "GET",
        f"/ceb{{number:{'|'.join(sorted(POLLED))}}}msg",
        poll,
        "poll returns as JSON (local platforms)",
        ("dxpid", "qryid"),
        sandboxed=True,
        gives=(Answer(list[Polled]),),
    ),
)
