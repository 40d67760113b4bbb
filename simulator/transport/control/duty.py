"""Corporate responsibility: what the trade shows, recalls and events planted, reports, questions to the enterprise."""

import asyncio
from typing import Any

import aiohttp
from aiohttp import web

from swsim.simulator.core.keys import split
from swsim.simulator.duty.answers import MOST_BYTES, judge_evidence, judge_tracking, read_answer
from swsim.simulator.duty.book import Book, entered, read_prohibited
from swsim.simulator.duty.ledger import next_place, read_entry
from swsim.simulator.duty.model import Trade
from swsim.simulator.duty.suspicion import signs_now
from swsim.simulator.duty.table import said
from swsim.simulator.sandbox import Sandbox
from swsim.simulator.single_window import SingleWindow
from swsim.simulator.store import journal
from swsim.simulator.store.protocol import FoundDocument
from swsim.simulator.tracing import BY_DECLARATION, NUMBERS, trace_view
from swsim.simulator.trades import trade_of
from swsim.simulator.transport.keys import WINDOW, object_of, place_of, sandbox_of
from swsim.simulator.transport.problems import json, problem
from swsim.simulator.transport.route import CSV, SB, Answer, Body, Route
from swsim.simulator.transport.shapes.duty import (
    Duty,
    Entry,
    EventSaid,
    Prohibited,
    RecallSaid,
    ReportSaid,
    RequestSaid,
    Trace,
)
from swsim.simulator.turn import Turn

LONGEST = 30.0
"""Seconds an enterprise has to answer."""
ASKS = {"tracking": "logisticsNo", "evidence": "orderNo"}
"""What customs asks for, and the query it asks with."""


async def get_duty(request: web.Request) -> web.Response:
    """Everything that was noticed, and the ledger it was noticed by."""
    sandbox = sandbox_of(request)
    trade, partial = await _trade(request.app[WINDOW], sandbox)
    book = sandbox.settings.duty
    signs = await asyncio.get_running_loop().run_in_executor(None, lambda: signs_now(trade, book.ledger))
    ledger = [dict(entry) for entry in book.ledger]
    return json(
        {"now": trade.now.isoformat(), "partial": partial, "findings": [said(one) for one in signs], "ledger": ledger}
    )


async def get_trace(request: web.Request) -> web.Response:
    """Every way of an item, order, waybill, list, declaration or merged line (DUT-05)."""
    box, line, after = sandbox_of(request).box, place_of(request, "line", 0), place_of(request, "after", 0)
    given = [name for name in NUMBERS if request.query.get(name, "").strip()]
    if len(given) != 1:
        raise ValueError(f"query: expected one of {', '.join(NUMBERS)}, got {', '.join(given) or 'nothing'}")
    number = request.query[given[0]].strip()
    if line and given[0] not in BY_DECLARATION:
        raise ValueError(f"query line: expected with one of {', '.join(BY_DECLARATION)}, got it with {given[0]}")
    return json(await trace_view(request.app[WINDOW].store, box, given[0], number, line=line, after=after))


async def post_recall(request: web.Request) -> web.Response:
    """Plant the recall of an itemNo (DUT-10)."""
    return await _entered(request, "recall")


async def post_event(request: web.Request) -> web.Response:
    """Plant a suspicious event that a role should report (DUT-06)."""
    return await _entered(request, "event")


async def post_report(request: web.Request) -> web.Response:
    """A report of a suspected violation, by who saw it (DUT-06)."""
    return await _entered(request, "report")


async def post_request(request: web.Request) -> web.Response:
    """Ask the enterprise at its URL, judge the answer, keep both (DUT-01, DUT-09)."""
    window, sandbox, value = request.app[WINDOW], sandbox_of(request), await object_of(request)
    ask, subject, url = value.get("ask"), value.get("subject"), value.get("url")
    if ask not in ASKS or not isinstance(subject, str) or not subject or not isinstance(url, str):
        raise ValueError(f"request: expected ask one of {', '.join(ASKS)}, subject and url, got {value!r}")
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"request: expected an http or https url, got {url!r}")
    seconds = value.get("timeout", 5)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= LONGEST:
        raise ValueError(f"request: expected a timeout of at most {LONGEST} seconds, got {seconds!r}")
    found = await window.store.find(sandbox.box, subject, 50)
    if not any(one.held.kind in {"303", "505"} for one in found):
        return problem(404, f"no order or waybill {subject!r} in this sandbox")
    try:
        status, body = await _asked(url, {ASKS[ask]: subject}, float(seconds))
        answer, faults = read_answer(status, body)
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        answer, faults = {}, [{"expected": f"an answer within {seconds} s", "found": type(error).__name__}]

    def made(turn: Turn) -> tuple[dict[str, Any], dict[str, Any]]:
        judged = list(faults)
        if not faults:
            judged = (
                judge_tracking(answer, subject, turn.now)
                if ask == "tracking"
                else judge_evidence(answer, subject, _known(found))
            )
        book = _book(turn)
        entry = {"id": f"Q{next_place(book.ledger):06d}", "what": "request", "at": turn.now.isoformat(), "ask": ask}
        entry |= {"subject": subject, "url": url, "faults": judged, "answer": answer if len(str(answer)) < 4000 else {}}
        return entry, {"duty": entered(book, entry)}

    return json(await window.amend(sandbox, journal.CHANNEL, "duty", made), status=201)


async def get_prohibited(request: web.Request) -> web.Response:
    """The list of prohibited goods in force."""
    book = sandbox_of(request).settings.duty
    rows = [{"how": how, "what": what, "reason": reason} for how, what, reason in book.prohibited]
    return json({"sample": book.own is None, "rows": rows})


async def put_prohibited(request: web.Request) -> web.Response:
    """Replace the list by a CSV of the user's (how, what, reason)."""
    sandbox, rows = sandbox_of(request), read_prohibited("prohibited.csv", await request.read())
    said = {"what": "prohibited", "rows": [list(row) for row in rows]}
    await request.app[WINDOW].amend(
        sandbox,
        journal.INPUT,
        "duty",
        lambda turn: (said, {"duty": entered(_book(turn), said)}),
    )
    return await get_prohibited(request)


async def _entered(request: web.Request, what: str) -> web.Response:
    value = await object_of(request)

    def made(turn: Turn) -> tuple[dict[str, Any], dict[str, Any]]:
        book = _book(turn)
        entry = read_entry(what, value, turn.now, next_place(book.ledger))
        return entry, {"duty": entered(book, entry)}

    return json(await request.app[WINDOW].amend(sandbox_of(request), journal.INPUT, "duty", made), status=201)


def _book(turn: Turn) -> Book:
    return (turn.new_settings or turn.sandbox.settings).duty


async def _asked(url: str, query: dict[str, str], seconds: float) -> tuple[int, bytes]:
    """One GET, no redirects, bounded in time and size."""
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds)) as session,
        session.get(url, params=query, allow_redirects=False) as answer,
    ):
        body = b""
        async for chunk in answer.content.iter_chunked(65536):
            body += chunk
            if len(body) > MOST_BYTES:
                break
        return answer.status, body


async def _trade(window: SingleWindow, sandbox: Sandbox) -> tuple[Trade, bool]:
    return await trade_of(window.store, sandbox, window.stands(sandbox).now)


def _known(found: list[FoundDocument]) -> dict[str, str]:
    """What customs holds about an order, by the names of the evidence."""
    known: dict[str, str] = {}
    for one in found:
        if one.held.kind == "403":
            known["payNo"] = one.held.document.pay_no or ""
        elif one.held.kind == "603" and one.held.waybill_ref:
            known["logisticsNo"] = split(one.held.waybill_ref)[0]
    return {name: value for name, value in known.items() if value}


ROUTES = (
    Route("GET", f"{SB}/duty", get_duty, "what the trade shows, by the duties of enterprises", gives=(Answer(Duty),)),
    Route(
        "GET",
        f"{SB}/duty/trace",
        get_trace,
        "from an item to its declaration, and back",
        (*NUMBERS, "line", "after"),
        gives=(Answer(Trace),),
    ),
    Route(
        "POST",
        f"{SB}/duty/recalls",
        post_recall,
        "plant a recall of an itemNo",
        gives=(Answer(Entry, 201),),
        body=(Body(RecallSaid),),
    ),
    Route(
        "POST",
        f"{SB}/duty/events",
        post_event,
        "plant an event that is to be reported",
        gives=(Answer(Entry, 201),),
        body=(Body(EventSaid),),
    ),
    Route(
        "POST",
        f"{SB}/duty/requests",
        post_request,
        "ask the enterprise for a waybill or an order",
        gives=(Answer(Entry, 201),),
        body=(Body(RequestSaid),),
    ),
    Route("GET", f"{SB}/duty/prohibited", get_prohibited, "the list of prohibited goods", gives=(Answer(Prohibited),)),
    Route(
        "PUT",
        f"{SB}/duty/prohibited",
        put_prohibited,
        "replace it by a CSV",
        gives=(Answer(Prohibited),),
        body=(Body(str, CSV),),
    ),
    Route(
        "POST",
        "/duty/reports",
        post_report,
        "report a suspected violation",
        sandboxed=True,
        gives=(Answer(Entry, 201),),
        body=(Body(ReportSaid),),
    ),
)
