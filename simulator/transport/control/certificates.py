"""Certificates of a sandbox: which speaks for which enterprise. Public certificates only."""

from aiohttp import web

from swsim.simulator.signature.file import as_json, read_certificates
from swsim.simulator.transport.keys import WINDOW, object_of, sandbox_of
from swsim.simulator.transport.problems import json
from swsim.simulator.transport.route import SB, Answer, Body, Route
from swsim.simulator.transport.shapes.settings import Certificates, CertificatesSaid


async def get_certificates(request: web.Request) -> web.Response:
    return json(as_json(sandbox_of(request).settings.certificates))


async def put_certificates(request: web.Request) -> web.Response:
    """Replace all of them; 400 names the row that cannot be read or speaks for another already."""
    value, sandbox = await object_of(request), sandbox_of(request)
    await request.app[WINDOW].change(sandbox, "certificates", value, certificates=read_certificates(value))
    return json(as_json(sandbox.settings.certificates))


ROUTES = (
    Route("GET", f"{SB}/certificates", get_certificates, "read the certificates", gives=(Answer(Certificates),)),
    Route(
        "PUT",
        f"{SB}/certificates",
        put_certificates,
        "replace the certificates",
        gives=(Answer(Certificates),),
        body=(Body(CertificatesSaid),),
    ),
)
