"""The surface as OpenAPI 3.1, from the table of routes: what a call takes, what it gives, by which it is refused."""

import re
from http import HTTPStatus
from typing import Any

from swsim.simulator.transport.route import LINES, OPEN, Route, plain_path
from swsim.simulator.transport.shapes.line import Problem
from swsim.simulator.transport.shapes.schema import Schema, schema_of

PROBLEM = "application/problem+json"
NUMBER = {"type": "number", "minimum": 0}
TEXT = {"type": "string"}
FLAG = {"type": "string", "enum": ["true", "false"]}
QUERY: dict[str, Schema] = {
    "dryRun": FLAG,
    "bodies": FLAG,
    "wait": NUMBER | {"description": "real seconds, at most 60"},
    "visibility": NUMBER | {"description": "real seconds"},
    "after": NUMBER,
    "limit": NUMBER,
    "qryid": TEXT | {"pattern": "^([0-9]{12}|[0-9]{14})?$", "description": "yyyyMMddHHmm or yyyyMMddHHmmss"},
}
"""Schemas of query parameters that are no plain text, by name."""
NEEDED = {("/returns/next", "dxpId"), ("/ceb{number}msg", "dxpid"), ("/find", "q"), ("/duty/trace", "itemNo")}
"""Parameters a path cannot do without."""


def document(routes: tuple[Route, ...], version: str) -> dict[str, Any]:
    """The whole document."""
    named: dict[str, Schema] = {}
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        for path in route.paths:
            paths.setdefault(plain_path(path), {})[route.method.lower()] = _operation(route, path, named)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "swsim",
            "version": version,
            "description": "A stand-in for the export single window: the official ways in are AS2, AS3, MQ, JMS, AMQP.",
        },
        "paths": paths,
        "components": {
            "schemas": dict(sorted(named.items())),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _operation(route: Route, path: str, named: dict[str, Schema]) -> dict[str, Any]:
    parameters = []
    for name, form in re.findall(r"\{(\w+)(?::([^}]*))?\}", path):
        schema = TEXT | ({"enum": form.split("|")} if form else {"minLength": 1})
        parameters.append({"name": name, "in": "path", "required": True, "schema": schema})
    for name in route.query:
        needed = any(plain_path(path).endswith(end) and name == one for end, one in NEEDED)
        schema = QUERY.get(name, TEXT | ({"minLength": 1} if needed else {}))
        parameters.append({"name": name, "in": "query", "required": needed, "schema": schema})
    said: dict[str, Any] = {
        "operationId": f"{route.handler.__name__}{'_default' if route.sandboxed and '{sb}' not in path else ''}",
        "summary": route.summary,
        "description": (route.handler.__doc__ or "").strip().split("\n")[0],
        "parameters": parameters,
        "responses": _responses(route, named),
    }
    if route.body:
        content = {one.media: {"schema": schema_of(one.shape, named)} for one in route.body}
        said["requestBody"] = {"content": content, "required": all(one.required for one in route.body)}
    if route.path in OPEN:
        said["security"] = []
    return said


def _responses(route: Route, named: dict[str, Schema]) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for one in route.gives:
        said = responses.setdefault(str(one.status), {"description": HTTPStatus(one.status).phrase})
        if one.shape is not None:
            schema = schema_of(one.shape, named)
            if one.media == LINES:  # a schema speaks of the whole body, a text; its lines are told beside it
                schema = TEXT | {"contentMediaType": LINES, "contentSchema": schema}
            said.setdefault("content", {})[one.media] = {"schema": schema}
    refused = {PROBLEM: {"schema": schema_of(Problem, named)}}
    for status in route.problems:
        responses[str(status)] = {"description": HTTPStatus(status).phrase, "content": refused}
    return responses
