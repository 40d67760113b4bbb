"""A row of the table of routes."""

import re
from dataclasses import dataclass
from typing import Any

from swsim.simulator.faults.read import STATUSES_OF
from swsim.simulator.transport.problems import Handler

SB = "/_control/sandboxes/{sb}"
JSON, XML, LINES, TEXT = "application/json", "application/xml", "application/x-ndjson", "text/plain"
HTML, CSV, TOML = "text/html", "text/csv", "application/toml"
OPEN = frozenset({"/healthz", "/"})
"""Paths that ask for no token."""
HINDERED = STATUSES_OF["busy"]
"""Statuses by which the fault table may answer a message."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of success: its shape (`shapes`; None: no body; of `LINES` a line's), status, media type."""

    shape: Any = None
    status: int = 200
    media: str = JSON


@dataclass(frozen=True, slots=True)
class Body:
    """A body that is taken."""

    shape: Any
    media: str = JSON
    required: bool = True


@dataclass(frozen=True, slots=True)
class Route:
    """One call of the surface. `sandboxed`: the same path below `/sandboxes/{sb}` and, for `default`, without it.

    `refuses` are statuses of refusal of its own; `problems` has all of them. Every refusal is a problem document.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    query: tuple[str, ...] = ()
    sandboxed: bool = False
    gives: tuple[Answer, ...] = (Answer(),)
    body: tuple[Body, ...] = ()
    refuses: tuple[int, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths it answers."""
        return (f"/sandboxes/{{sb}}{self.path}", self.path) if self.sandboxed else (self.path,)

    @property
    def of_sandbox(self) -> bool:
        """It is about a sandbox, which may not be there."""
        return self.sandboxed or "{sb}" in self.path

    @property
    def problems(self) -> list[int]:
        """Every status of refusal: a query or body that makes no sense, no token, no sandbox, too large, too much."""
        found = {500, *self.refuses}
        found |= {400} if self.query or self.body else set()
        found |= {413} if self.body else set()
        found |= {401} if self.path not in OPEN else set()
        found |= {404} if self.of_sandbox else set()
        found |= {503} if self.method != "GET" else set()
        return sorted(found)


def plain_path(path: str) -> str:
    """A path as OpenAPI writes it: without the forms of its parts."""
    return re.sub(r"\{(\w+):[^}]*\}", r"{\1}", path)
