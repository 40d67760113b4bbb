"""A row of the table of routes."""

from dataclasses import dataclass

from swsim.simulator.transport.problems import Handler

SB = "/_control/sandboxes/{sb}"


@dataclass(frozen=True, slots=True)
class Route:
    """One call of the surface. `sandboxed`: the same path below `/sandboxes/{sb}` and, for `default`, without it."""

    method: str
    path: str
    handler: Handler
    summary: str
    query: tuple[str, ...] = ()
    sandboxed: bool = False

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths it answers."""
        return (f"/sandboxes/{{sb}}{self.path}", self.path) if self.sandboxed else (self.path,)
