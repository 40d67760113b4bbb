"""A sandbox: the unit of isolation and of order. One integrator has one: registry, profile, seed, clock, everything."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson

from swsim.simulator.autopilot.settings import Autopilot, read_autopilot
from swsim.simulator.clock import Clock, ClockError, read_clock, read_instant
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core.faults import FaultPlan
from swsim.simulator.core.model import Stage
from swsim.simulator.core.summary import Summing
from swsim.simulator.duty.book import Book, read_book
from swsim.simulator.faults.read import fault_as_json, read_faults
from swsim.simulator.limits import Limits, read_limits
from swsim.simulator.profile import REGIMES, Profile, Regime, read_profile
from swsim.simulator.profiles.checked import checked_profile
from swsim.simulator.registry import Registry, read_registry
from swsim.simulator.signature.certificates import Certificates
from swsim.simulator.signature.file import as_json as certificates_as_json
from swsim.simulator.signature.file import read_certificates
from swsim.simulator.store.protocol import Position


class UnknownSandboxError(LookupError):
    """No sandbox of this name, or it was deleted while the work waited."""


@dataclass(slots=True)
class Settings:
    """What a sandbox was told; kept as JSON beside its position."""

    clock: Clock
    profile_said: Any = "standard"
    regime: Regime = "by-date"
    seed: int = 0
    registry: Registry = field(default_factory=Registry)
    certificates: Certificates = field(default_factory=Certificates)
    """Which certificate speaks for which enterprise (MSG-14). Never changed in place: another one takes its place."""
    faults: tuple[FaultPlan, ...] = ()
    spent: Mapping[str, int] = field(default_factory=dict)
    """How often rows of the fault table fired (`core.faults.Faults`)."""
    token_digest: str = ""
    autopilot: Autopilot = field(default_factory=Autopilot)
    duty: Book = field(default_factory=Book)
    """What was planted, asked and reported of the duties of enterprises."""
    limits: Limits = field(default_factory=Limits)
    months: set[str] = field(default_factory=set)
    """Months (YYYY-MM) in which lists were closed, and which therefore have a day on which they are judged."""
    channels: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By dxpId: the channel its returns leave by, where it is not fetched. Never changed in place."""

    @property
    def profile(self) -> Profile:
        """The profile that was named, with its changed switches."""
        return read_profile(self.profile_said)

    @property
    def plans(self) -> tuple[FaultPlan, ...]:
        """The fault table: its own rows, then those of its profile."""
        return self.faults + self.profile.faults

    def dump(self) -> bytes:
        """JSON for the store."""
        clock = self.clock
        return orjson.dumps(
            {
                "clock": [clock.mode, clock.origin.isoformat(), clock.since.isoformat(), clock.factor],
                "profile": self.profile_said,
                "regime": self.regime,
                "seed": self.seed,
                "registry": self.registry.as_json(),
                "certificates": certificates_as_json(self.certificates),
                "faults": [fault_as_json(fault) for fault in self.faults],
                "spent": self.spent,
                "token": self.token_digest,
                "autopilot": self.autopilot.as_json(),
                "duty": self.duty.as_json(),
                "limits": self.limits.as_json(),
                "months": sorted(self.months),
                "channels": self.channels,
            }
        )

    @staticmethod
    def load(data: bytes) -> "Settings":
        """Back from the store."""
        value = orjson.loads(data)
        mode, origin, since, factor = value["clock"]
        clock = Clock(mode, datetime.fromisoformat(origin), datetime.fromisoformat(since), factor)
        faults = read_faults({"faults": value["faults"]})
        registry, certificates = read_registry(value["registry"]), read_certificates(value["certificates"])
        autopilot = read_autopilot(value["autopilot"])
        said = value["profile"], value["regime"], value["seed"]
        spent, duty, limits = value["spent"], read_book(value.get("duty", {})), read_limits(value["limits"])
        made = Settings(clock, *said, registry, certificates, faults, spent, value["token"], autopilot, duty, limits)
        return replace(made, months=set(value["months"]), channels=value["channels"])


@dataclass(slots=True)
class Sandbox:
    """A sandbox at work. `next_due` is the sandbox time of its earliest due event, `next_what` its stage."""

    box: int
    name: str
    settings: Settings
    position: Position
    profile: Profile
    codes: Codes = field(default_factory=Codes.builtin)
    next_due: datetime | None = None
    next_what: str = ""
    summing: Summing | None = None
    """The merge of a large summary on its way; where it is lost, by a restart or a failure, it begins anew."""
    gone: bool = False
    """Deleted: what still waits for it is refused."""

    def now(self, real: datetime) -> datetime:
        """Time of this sandbox at a real time."""
        return self.settings.clock.now(real)

    @property
    def merging(self) -> bool:
        """A large summary is being merged, and nothing else comes before that."""
        return self.next_what == Stage.SUM_UP

    def standing(self) -> "Standing":
        """How it stands now; `restore` brings it back when an item or a commit fails."""
        p = self.position
        position = Position(p.entry, p.digest, p.serial, p.returned, p.queue)
        return self.settings, position, self.profile, self.next_due, self.next_what, self.gone

    def restore(self, before: "Standing") -> None:
        """Stand again as before."""
        self.summing = None
        settings, p, self.profile, self.next_due, self.next_what, self.gone = before
        self.settings, self.position = settings, Position(p.entry, p.digest, p.serial, p.returned, p.queue)

    def admits(self, token: str) -> bool:
        """Whether a token opens it; compared in constant time."""
        return hmac.compare_digest(token_digest(token), self.settings.token_digest)


def became(settings: Settings, changed: set[str]) -> dict[str, Any]:
    """What settings became, as they are kept: with it a replay need not know what was said."""
    names = {"profile" if name == "profile_said" else name for name in changed}
    return {name: value for name, value in orjson.loads(settings.dump()).items() if name in names}


Standing = tuple[Settings, Position, Profile, datetime | None, str, bool]
"""What a turn may change of a sandbox."""


def token_digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


_SETTINGS = {"id", "profile", "regime", "seed", "clock", "registry", "certificates", "autopilot", "limits"}


def read_settings(value: dict[str, Any], default: Settings, real: datetime) -> Settings:
    """Settings from the body of `POST /_control/sandboxes`; ValueError says what was expected and received."""
    if unknown := value.keys() - _SETTINGS:
        raise ValueError(f"sandbox: expected only {sorted(_SETTINGS)}, got {sorted(unknown)}")
    settings = replace(default, faults=(), spent={}, months=set(), token_digest="", channels={})
    if "profile" in value:
        checked_profile(value["profile"])
        settings.profile_said = value["profile"]
    if "regime" in value:
        if value["regime"] not in REGIMES:
            raise ValueError(f"regime: expected one of {', '.join(REGIMES)}, got {value['regime']!r}")
        settings.regime = value["regime"]
    if "seed" in value:
        if not isinstance(value["seed"], int):
            raise ValueError(f"seed: expected a whole number, got {value['seed']!r}")
        settings.seed = value["seed"]
    if "clock" in value:
        settings.clock = _clock_of(value["clock"], real)
    settings.certificates = read_certificates(value.get("certificates", {}))
    settings.registry = read_registry(value["registry"]) if "registry" in value else Registry("open", {})
    settings.autopilot = read_autopilot(value["autopilot"]) if "autopilot" in value else Autopilot()
    settings.limits = read_limits(value.get("limits", {}))
    return settings


def _clock_of(value: Any, real: datetime) -> Clock:
    """``{"mode":"virtual","now":…}``, ``{"mode":"scaled","factor":60}``, ``{"mode":"real"}``, or the text form."""
    if isinstance(value, str):
        return read_clock(value, real)
    if not isinstance(value, dict):
        raise ClockError(f"clock: expected an object with mode, got {value!r}")
    mode, now, factor = value.get("mode"), value.get("now", ""), value.get("factor", 1)
    if isinstance(now, str) and isinstance(factor, int | float) and not isinstance(factor, bool):
        if mode == "virtual":
            return Clock("virtual", read_instant(now) if now else real, real, 0.0)
        if mode == "scaled" and 0 < factor <= 1_000_000:
            return Clock("scaled", read_instant(now) if now else real, real, float(factor))
        if mode == "real" and not now:
            return Clock("real", real, real, 1.0)
    raise ClockError(f"clock: expected mode real, scaled with a factor, or virtual with now, got {value!r}")
