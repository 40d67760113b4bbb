"""A row of the table of routes."""

from dataclasses import dataclass

from swsim.simulator.transport.problems import Handler

SB = "/_control/sandboxes/{sb}"
JSON = ("application/json",)
XML = ("application/xml",)
LINES = ("application/x-ndjson",)
ANYTHING = frozenset({"application/json", "application/xml", "application/x-ndjson", "text/plain", "text/html"})
"""Media whose content the document does not describe further."""


@dataclass(frozen=True, slots=True)
class Route:
    """One call of the surface. `sandboxed`: the same path below `/sandboxes/{sb}` and, for `default`, without it.

    `statuses` are those of success, `gives` and `takes` media types of the answer and of the body; errors are problem
    documents everywhere.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    query: tuple[str, ...] = ()
    sandboxed: bool = False
    statuses: tuple[int, ...] = (200,)
    gives: tuple[str, ...] = JSON
    body: tuple[str, ...] | None = None

    @property
    def takes(self) -> tuple[str, ...]:
        """Media types of a body, none where it has none."""
        if self.body is not None:
            return self.body
        return JSON if self.method in {"PUT", "POST"} else ()

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths it answers."""
        return (f"/sandboxes/{{sb}}{self.path}", self.path) if self.sandboxed else (self.path,)
