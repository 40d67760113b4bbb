"""The month end: how a month stands, its statistics, summaries with their merged lines; a month closed to rehearse."""

from aiohttp import web

from swsim.simulator.month_close import Whose, close_month
from swsim.simulator.month_views import month_view, statistics_view, summary_view
from swsim.simulator.transport.keys import WINDOW, sandbox_of
from swsim.simulator.transport.problems import json, problem
from swsim.simulator.transport.route import SB, Answer, Route
from swsim.simulator.transport.shapes.months import Closed, MonthView, Statistics, Summary


async def get_month(request: web.Request) -> web.Response:
    window, sandbox = request.app[WINDOW], sandbox_of(request)
    return json(await month_view(window.store, sandbox, request.match_info["month"]))


async def get_statistics(request: web.Request) -> web.Response:
    window, sandbox = request.app[WINDOW], sandbox_of(request)
    return json(await statistics_view(window.store, sandbox, request.match_info["month"]))


async def post_close(request: web.Request) -> web.Response:
    """Close open lists at a past time: everybody's, or those of a consignor or an agent."""
    whose = Whose(request.query.get("ebcCode", ""), request.query.get("agentCode", ""))
    return json(await close_month(request.app[WINDOW], sandbox_of(request), request.match_info["month"], whose))


async def get_summary(request: web.Request) -> web.Response:
    """A summary's declarations, with what CEB792 does not carry: merged lines, quantities, values, weights."""
    window, sandbox, number = request.app[WINDOW], sandbox_of(request), request.match_info["sumNo"]
    found = await summary_view(window.store, sandbox, number)
    return json(found) if found else problem(404, f"no summary {number!r} in this sandbox")


ROUTES = (
    Route("GET", f"{SB}/months/{{month}}", get_month, "how a month stands", gives=(Answer(MonthView),), refuses=(400,)),
    Route(
        "GET",
        f"{SB}/months/{{month}}/statistics",
        get_statistics,
        "monthly statistics of lists of kind A",
        gives=(Answer(Statistics),),
        refuses=(400,),
    ),
    Route(
        "POST",
        f"{SB}/months/{{month}}/close",
        post_close,
        "close open lists in a month, to rehearse",
        ("ebcCode", "agentCode"),
        gives=(Answer(Closed),),
        refuses=(400,),
    ),
    Route(
        "GET",
        f"{SB}/summaries/{{sumNo}}",
        get_summary,
        "a summary's merged declaration lines",
        gives=(Answer(Summary),),
    ),
)
