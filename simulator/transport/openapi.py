"""The surface as OpenAPI 3.1, from the table of routes: what a call takes, what it gives, which errors there are."""

import re
from typing import Any

from swsim.simulator.transport.route import ANYTHING, Route

PROBLEM = "application/problem+json"
OBJECT = {"type": "object"}
NUMBER = {"type": "number", "minimum": 0}
TEXT = {"type": "string"}
QUERY: dict[str, dict[str, Any]] = {
    "dryRun": {"type": "string", "enum": ["true", "false"]},
    "bodies": {"type": "string", "enum": ["true", "false"]},
    "wait": NUMBER | {"maximum": 60, "description": "real seconds"},
    "visibility": NUMBER | {"description": "real seconds"},
    "after": NUMBER,
    "limit": NUMBER,
}
"""Schemas of query parameters that are no plain text, by name."""
REQUIRED = {("/returns/next", "dxpId"), ("/ceb{number}msg", "dxpid")}
PROBLEM_SCHEMA = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "id": TEXT,
        "code": TEXT | {"description": "of table 7-1"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["line", "path", "value", "expected", "title_zh", "title_en", "section"],
                "properties": {"line": {"type": "integer"}, "path": TEXT, "value": TEXT, "expected": TEXT},
            },
        },
    },
}


def document(routes: tuple[Route, ...], version: str) -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        for path in route.paths:
            plain = re.sub(r"\{(\w+):[^}]*\}", r"{\1}", path)
            paths.setdefault(plain, {})[route.method.lower()] = _operation(route, path)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "swsim",
            "version": version,
            "description": "A stand-in for the export single window: the official ways in are AS2, AS3, MQ, JMS, AMQP.",
        },
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM_SCHEMA},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _operation(route: Route, path: str) -> dict[str, Any]:
    plain = re.sub(r"\{(\w+):[^}]*\}", r"{\1}", path)
    parameters = []
    for name, form in re.findall(r"\{(\w+)(?::([^}]*))?\}", path):
        schema = TEXT | ({"enum": form.split("|")} if form else {"minLength": 1})
        parameters.append({"name": name, "in": "path", "required": True, "schema": schema})
    for name in route.query:
        needed = any(plain.endswith(end) and name == one for end, one in REQUIRED)
        schema = QUERY.get(name, TEXT)
        parameters.append({"name": name, "in": "query", "required": needed, "schema": schema})
    said: dict[str, Any] = {
        "operationId": f"{route.handler.__name__}{'_default' if route.sandboxed and '{sb}' not in path else ''}",
        "summary": route.summary,
        "description": (route.handler.__doc__ or "").strip().split("\n")[0],
        "parameters": parameters,
        "responses": _responses(route),
    }
    if route.takes:
        said["requestBody"] = {"content": {media: {"schema": _schema(media)} for media in route.takes}}
    return said


def _responses(route: Route) -> dict[str, Any]:
    problem = {"content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    responses: dict[str, Any] = {}
    for status in route.statuses:
        responses[str(status)] = {"description": "done"}
        if status != 204:
            responses[str(status)]["content"] = {media: {"schema": _schema(media)} for media in route.gives}
    responses["4XX"] = {"description": "what was expected and what was received"} | problem
    responses["503"] = {"description": "too much waits, or a fault of the fault table"} | problem
    return responses


def _schema(media: str) -> dict[str, Any]:
    if media in ANYTHING:
        return {} if media == "application/json" else TEXT
    return OBJECT
