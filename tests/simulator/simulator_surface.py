"""Every answer a test gets is held to the OpenAPI document: status, media type, body field by field."""

import re
from functools import cache
from typing import Any

import jsonschema_rs  # schemathesis brings it
import orjson

from swsim.simulator.transport.http import ROUTES
from swsim.simulator.transport.openapi import document
from swsim.simulator.transport.route import LINES

DOCUMENT = document(ROUTES, "test")
SCHEMA = "https://json-schema.org/draft/2020-12/schema"


@cache
def _operations() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """Paths as patterns, those with fewer parameters first: `returns/next` is no `returns/{id}`."""
    paths = sorted(DOCUMENT["paths"].items(), key=lambda item: item[0].count("{"))
    return [(re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), methods) for path, methods in paths]


def operation(method: str, path: str) -> dict[str, Any] | None:
    """What the document says of a call; None where it knows no such path or method."""
    for pattern, methods in _operations():
        if pattern.fullmatch(path.partition("?")[0]) and method.lower() in methods:
            found: dict[str, Any] = methods[method.lower()]
            return found
    return None


@cache
def validator(schema: bytes) -> Any:
    """A validator of a schema of the document, by its JSON."""
    whole = {"$schema": SCHEMA, "components": DOCUMENT["components"]} | orjson.loads(schema)
    return jsonschema_rs.validator_for(whole, validate_formats=True)


def fits(schema: dict[str, Any], value: Any) -> None:
    """An AssertionError says where a value is not as a schema wants it."""
    found = [
        f"/{'/'.join(map(str, one.instance_path))}: {one.message}"
        for one in validator(orjson.dumps(schema)).iter_errors(value)
    ]
    assert not found, found[:5]


def check_answer(method: str, path: str, status: int, media: str, body: bytes) -> None:
    """The answer of a call is one of those the document lists for it."""
    said = operation(method, path)
    if said is None:
        return
    where = f"{method} {path}: {status} {media}"
    assert str(status) in said["responses"], f"{where}: expected {sorted(said['responses'])}"
    content = said["responses"][str(status)].get("content", {})
    if not content:
        assert not body, where
        return
    media = media.partition(";")[0]
    assert media in content, f"{where}: expected {sorted(content)}"
    schema = content[media]["schema"]
    try:
        if media == LINES:
            for line in body.splitlines():
                fits(schema["contentSchema"], orjson.loads(line))
        elif media.endswith("json"):
            fits(schema, orjson.loads(body))
    except AssertionError as error:
        raise AssertionError(f"{where}: {error}") from None


def check_request(method: str, path: str, body: Any) -> None:
    """A JSON body that was taken is one the document allows."""
    said = operation(method, path)
    content = (said or {}).get("requestBody", {}).get("content", {})
    if "application/json" in content:
        try:
            fits(content["application/json"]["schema"], body)
        except AssertionError as error:
            raise AssertionError(f"{method} {path} took {body!r:.300}: {error}") from None
