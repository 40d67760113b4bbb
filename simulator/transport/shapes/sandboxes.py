"""Shapes of a sandbox itself: how it is made and stands, its clock, its limits, its snapshots."""

from typing import Annotated, Literal, NotRequired, TypedDict

from swsim.simulator.profile import Regime
from swsim.simulator.transport.shapes.schema import Count, Digest, Instant, Says
from swsim.simulator.transport.shapes.settings import AutopilotSaid, CertificatesSaid, ProfileSaid, RegistrySaid


class ClockSaid(TypedDict):
    """A clock: `virtual` from `now` on, `scaled` by `factor`, or `real`."""

    mode: Literal["real", "scaled", "virtual"]
    now: NotRequired[str]
    factor: NotRequired[Annotated[float, Says(minimum=0, maximum=1_000_000)]]


class Advance(TypedDict):
    """Move a virtual clock by a duration, ``P5DT4H``."""

    advance: str


class AdvanceTo(TypedDict):
    """Move it to a time."""

    advance_to: str


class Step(TypedDict):
    """Move it to the next due event."""

    step: Literal[1]


ClockMove = ClockSaid | Advance | AdvanceTo | Step


class Due(TypedDict):
    """The next due event."""

    at: Instant
    what: str


class Clock(TypedDict):
    """Where a clock stands, how much fired, what comes next."""

    now: Instant
    mode: Literal["real", "scaled", "virtual"]
    fired: Count
    next: Due | None


class Limits(TypedDict):
    """How much a sandbox may take in; 0: no limit."""

    messages: Count
    bytes: Count
    documents: Count
    body: Count


class LimitsSaid(TypedDict, total=False):
    """The same; what is not said has no limit."""

    messages: Count
    bytes: Count
    documents: Count
    body: Count


class SandboxSaid(TypedDict):
    """A sandbox to be made; what is not said is as in `default`."""

    id: Annotated[str, Says(pattern="^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
    profile: NotRequired[ProfileSaid]
    regime: NotRequired[Regime]
    seed: NotRequired[int]
    clock: NotRequired[ClockSaid | Annotated[str, Says(description="as `swsim serve --clock` has it")]]
    registry: NotRequired[RegistrySaid]
    certificates: NotRequired[CertificatesSaid]
    autopilot: NotRequired[AutopilotSaid]
    limits: NotRequired[LimitsSaid]


class ClockOf(TypedDict):
    """The clock of a sandbox."""

    mode: Literal["real", "scaled", "virtual"]
    now: Instant
    factor: float


class RegistryOf(TypedDict):
    """How its registry is, and how many it knows."""

    mode: Literal["open", "closed"]
    enterprises: Count


class Sandbox(TypedDict):
    """A sandbox."""

    id: str
    profile: ProfileSaid
    regime: Regime
    seed: int
    clock: ClockOf
    registry: RegistryOf


class SandboxMade(Sandbox):
    """A sandbox that was made; its token is shown this once."""

    token: str


class StateCount(TypedDict):
    """Documents of a kind in a state."""

    kind: str
    state: int
    documents: Count


class SandboxShown(Sandbox):
    """A sandbox with what it holds: documents by state, entries of its journal, returns."""

    documents: list[StateCount]
    entries: Count
    returns: Count


class Sandboxes(TypedDict):
    """All sandboxes."""

    sandboxes: list[Sandbox]


class SnapshotSaid(TypedDict, total=False):
    """The name of a snapshot, `snapshot` where none is said."""

    name: Annotated[str, Says(pattern="^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]


class Snapshot(TypedDict):
    """Where a snapshot stands: the last entry of its journal with its digest, its returns."""

    snapshot: str
    entries: Count
    returns: Count
    digest: Digest | Literal[""]
