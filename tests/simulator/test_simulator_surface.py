"""Every row of the table of routes: who may call it, how it refuses what makes no sense, what is too large, who is not
there. A new row is asked the same without anybody thinking of it.
"""

import hmac
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import pytest
from simulator_line import Line, serving
from simulator_surface import DOCUMENT

from swsim.simulator.transport.http import ROUTES
from swsim.simulator.transport.route import OPEN, Route, plain_path
from swsim.simulator.transport.shapes.schema import Either, Fields, Says, schema_of

CALLS = [(route, path) for route in ROUTES for path in route.paths]
NAMES = [f"{route.method} {plain_path(path)}" for route, path in CALLS]
PARTS = {"sb": "a", "number": "604", "kind": "603", "key": "A~1", "id": "R0000000001", "month": "2026-01", "sumNo": "S"}
OWNER_ALONE = {("PUT", "/_control/sandboxes/{sb}/limits")}
"""A sandbox's own token does not change these."""


def place(path: str, **parts: str) -> str:
    """A path with its parts filled in."""
    return plain_path(path).format(**(PARTS | parts))


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[tuple[Line, str, str]]:
    """A single window that asks for tokens and takes 2,000 bytes; tokens of its sandboxes `a` and `b`."""
    async with serving(tmp_path / "s", guard="the-control-token", max_body=2000) as line:
        made = [(await line.ask("POST", "/_control/sandboxes", json={"id": name})).json["token"] for name in "ab"]
        yield line, made[0], made[1]


async def asked(line: Line, token: str, route: Route, path: str, body: bytes | None = None) -> int:
    """The status of a call with a token."""
    other = Line(line.url, line.session, line.window, "a", token)
    headers = {"Content-Type": route.body[0].media} if route.body else {}
    url = f"{line.url}{path}"
    if token:
        headers["Authorization"] = f"Bearer {token}"
    async with other.session.request(route.method, url, data=body, headers=headers) as answer:
        if answer.status >= 400:
            assert answer.content_type == "application/problem+json"
            assert b"Traceback" not in await answer.read()
        return answer.status


@pytest.mark.parametrize(("route", "path"), CALLS, ids=NAMES)
async def test_each_call_asks_for_the_right_token(guarded: tuple[Line, str, str], route: Route, path: str) -> None:
    """None, a wrong one and another sandbox's are 401; its own opens what is the sandbox's, the control token all."""
    line, own, other = guarded
    there = place(path)
    if path in OPEN:
        assert await asked(line, "", route, there) == 200
        return
    wrong = ["", "nonsense", own[:-1], f"{own}x"] + ([other] if "{sb}" in path else [])
    for token in wrong:
        assert await asked(line, token, route, there) == 401, token
    mine = route.of_sandbox and (route.method, path) not in OWNER_ALONE
    assert (await asked(line, own, route, there) != 401) == mine
    if (route.method, path) != ("DELETE", "/_control/sandboxes/{sb}"):  # gone by its own token
        assert await asked(line, line.token, route, there) != 401


@pytest.mark.parametrize(
    ("route", "path"), [one for one in CALLS if "{sb}" in one[1]], ids=[one for one in NAMES if "{sb}" in one]
)
async def test_each_call_of_an_unknown_sandbox_is_404(served: Line, route: Route, path: str) -> None:
    """And says how one is made."""
    got = await served.ask(route.method, place(path, sb="nobody"), body=b"{}" if route.body else None)
    assert got.problem["status"] == 404
    assert "POST /_control/sandboxes" in got.problem["detail"]


JSON_BODIES = [one for one in CALLS if one[0].body and one[0].body[0].media == "application/json"]


@pytest.mark.parametrize(("route", "path"), JSON_BODIES, ids=[f"{r.method} {plain_path(p)}" for r, p in JSON_BODIES])
@pytest.mark.parametrize("body", [b'{"unknown": 1}', b"[1]", b"{", b"\xff\xfe", b'{"a":' * 2000])
async def test_each_body_that_makes_no_sense_is_refused(served: Line, route: Route, path: str, body: bytes) -> None:
    """400, or 404 where what it is about is not there either; nothing fails inside."""
    await served.create("a")
    got = await served.ask(route.method, place(path), body=body)
    assert got.problem["status"] in {400, 404}
    assert got.problem["detail"]


BODIES = [one for one in CALLS if one[0].body]


@pytest.mark.parametrize(("route", "path"), BODIES, ids=[f"{r.method} {plain_path(p)}" for r, p in BODIES])
async def test_each_body_is_bounded(guarded: tuple[Line, str, str], route: Route, path: str) -> None:
    """One byte over the limit is 413, with a length and without; at the limit it is read."""
    line, _, _ = guarded

    async def chunks() -> AsyncIterator[bytes]:
        yield b" " * 1500
        yield b" " * 501

    assert await asked(line, line.token, route, place(path), b" " * 2001) == 413
    assert await asked(line, line.token, route, place(path), chunks()) == 413  # type: ignore[arg-type] # aiohttp sends it
    assert await asked(line, line.token, route, place(path), b" " * 2000) != 413


NUMBERS = [one for one in CALLS if {"after", "wait", "limit", "visibility"} & set(one[0].query)]


@pytest.mark.parametrize(("route", "path"), NUMBERS, ids=[f"{r.method} {plain_path(p)}" for r, p in NUMBERS])
@pytest.mark.parametrize("value", ["-1", "x", "nan", "1e999", ""])
async def test_each_number_of_a_query_is_checked(served: Line, route: Route, path: str, value: str) -> None:
    """400 says which parameter and what was received."""
    for name in {"after", "wait", "limit", "visibility"} & set(route.query):
        got = await served.ask(route.method, f"{place(path, sb='default')}?dxpId=D&{name}={value}")
        assert got.problem["status"] == 400
        assert name in got.problem["detail"]


async def test_tokens_are_compared_in_constant_time(
    guarded: tuple[Line, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each comparison goes through `hmac.compare_digest`, which does not stop at the first byte that differs."""
    line, own, _ = guarded
    compared: list[tuple[Any, Any]] = []

    def noted(one: Any, other: Any) -> bool:
        compared.append((one, other))
        return bool(one == other)

    monkeypatch.setattr(hmac, "compare_digest", noted)
    monkeypatch.setattr("secrets.compare_digest", noted)
    route = next(one for one in ROUTES if one.path == "/returns")
    assert await asked(line, own, route, "/sandboxes/a/returns") == 200
    assert await asked(line, own, route, "/returns") == 200
    assert [given for given, _ in compared].count(own) == 2, "with the control token"
    assert len([one for one in compared if one[0] != own]) >= 3, "digests, with those of sandboxes"


# --- the document -----------------------------------------------------------------------------------------------------


def test_each_object_of_the_document_names_its_fields() -> None:
    """Closed: what is not listed is not there. Each has a description."""
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert schema["additionalProperties"] is False, name
        assert schema["properties"], name
        assert schema["description"], name


def test_each_body_and_answer_has_a_schema() -> None:
    """Nothing is left open but what is said to be: the document itself, polled records, envelopes."""
    open_ones = {"openapi", "openapi_default"}
    for methods in DOCUMENT["paths"].values():
        for said in methods.values():
            contents = [one.get("content", {}) for one in said["responses"].values()]
            contents += [said["requestBody"]["content"]] if "requestBody" in said else []
            for media, content in ((media, one) for each in contents for media, one in each.items()):
                schema = content["schema"]
                closed = "$ref" in schema or "anyOf" in schema or schema.get("type") in {"string", "array"}
                assert closed or "description" in schema or said["operationId"] in open_ones, (said, media)


class _Inner(TypedDict):
    """An object."""

    a: Annotated[int, Says(minimum=0)]
    b: NotRequired[Literal["x", "y"] | None]


def test_shapes_become_schemas() -> None:
    """Each kind of shape; what is none is an error, so no field is left undescribed by mistake."""
    named: dict[str, Any] = {}
    assert schema_of(list[_Inner], named) == {"type": "array", "items": {"$ref": "#/components/schemas/_Inner"}}
    assert named["_Inner"] == {
        "type": "object",
        "description": "An object.",
        "properties": {
            "a": {"type": "integer", "minimum": 0},
            "b": {"anyOf": [{"enum": ["x", "y"]}, {"type": "null"}]},
        },
        "required": ["a"],
        "additionalProperties": False,
    }
    made = Fields("Made", "From a table.", {"c": Either((str, bool))}, ("c",))
    assert schema_of(dict[str, Annotated[Any, made]], named)["additionalProperties"] == {
        "$ref": "#/components/schemas/Made"
    }
    assert named["Made"]["properties"] == {"c": {"anyOf": [{"type": "string"}, {"type": "boolean"}]}}
    with pytest.raises(TypeError, match="expected a shape"):
        schema_of(bytes, named)
