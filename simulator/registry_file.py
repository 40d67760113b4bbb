"""The registry as a file: TOML, JSON, or CSV with a row an enterprise, as a broker keeps it in a spreadsheet."""

import csv
import io
import tomllib
from typing import Any

import orjson

from swsim.simulator.registry import Registry, read_registry

LISTS = {"roles", "customs", "dxpIds", "authorises"}
FLAGS = {"permit", "overseas"}
COLUMNS = ("code", "name", "roles", "registration", "customs", "dxpIds", "authorises", "permit", "overseas", "credit")
WORDS = {"yes": True, "no": False, "true": True, "false": False, "是": True, "否": False}
FORMS = {"text/csv": "csv", "application/toml": "toml"}
"""Of a body of the control API, by content type; anything else is JSON."""


def registry_of(text: str, form: str) -> Registry:
    """A registry from the text of a file; ``form`` is ``csv``, ``toml``, else JSON. ValueError says what is wrong."""
    return read_registry(plain_of(text, form))


def plain_of(text: str, form: str) -> Any:
    """The same in the shape of the control API."""
    if form == "csv":
        return {"mode": "closed", "enterprises": _rows(text)}
    return tomllib.loads(text) if form == "toml" else orjson.loads(text)


def _rows(text: str) -> list[dict[str, Any]]:
    """Lines that begin with # are remarks; an empty cell says nothing; a list has its parts between spaces."""
    lines = [line for line in text.removeprefix("\ufeff").splitlines() if line.strip() and not line.startswith("#")]
    reader = csv.DictReader(io.StringIO("\n".join(lines)))
    names = list(reader.fieldnames or [])
    if "code" not in names or set(names) - set(COLUMNS):
        raise ValueError(
            f"registry, first line: expected columns of {', '.join(COLUMNS)}, code among them, got {names}"
        )
    return [_row(number, row) for number, row in enumerate(reader, 1)]


def _row(number: int, row: dict[str | None, Any]) -> dict[str, Any]:
    if None in row or None in row.values():
        raise ValueError(f"registry, row {number}: expected as many cells as the first line has columns")
    said: dict[str, Any] = {str(name): value.strip() for name, value in row.items() if value.strip()}
    for name in LISTS & said.keys():
        said[name] = said[name].split()
    for name in FLAGS & said.keys():
        if said[name].lower() not in WORDS:
            raise ValueError(f"registry, row {number}: {name} expected yes or no, got {said[name]!r}")
        said[name] = WORDS[said[name].lower()]
    if "authorises" in said:
        said["authorises"] = [_authorisation(one) for one in said["authorises"]]
    return said


def _authorisation(text: str) -> str | dict[str, Any]:
    """``CODE``, ``CODE@5141+5317``, ``CODE@5141:2026-01-01..2026-12-31``; either day may be left out."""
    place, _, days = text.partition(":")
    code, _, districts = place.partition("@")
    first, dots, last = days.partition("..")
    if days and not dots:
        raise ValueError(f"registry, authorises: expected CODE@DISTRICT+DISTRICT:FROM..TO, got {text!r}")
    said = {"code": code, "customs": [one for one in districts.split("+") if one], "from": first, "to": last}
    return code if place == code and not days else {name: value for name, value in said.items() if value}
