"""How this customs behaves where the rules leave a choice: one profile a sandbox, as data."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from swsim.simulator.clock import BEIJING

Column = Literal["standard", "strict"]
Regime = Literal["2018-194", "2024-167", "by-date"]

RECEIPTS_NOT_REQUIRED_FROM = datetime(2024, 12, 15, tzinfo=BEIJING)
"""Announcement 2024-167 §2: lists need the transaction and the logistics data only."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Seconds from one stage to the next, drawn between `least` and `most`."""

    least: float
    most: float

    def draw(self, fraction: float) -> timedelta:
        """The delay at `fraction` (0..1) of the range, in whole milliseconds (returnTime has no more)."""
        return timedelta(milliseconds=round((self.least + (self.most - self.least) * fraction) * 1000))


NO_DELAY = Delay(0, 0)


@dataclass(frozen=True, slots=True)
class Profile:
    """Switches of a sandbox; the names are those of rules.md."""

    name: str = "standard"
    severity: Column = "standard"
    sent_after: Delay = Delay(1, 1)
    """2 -> 3."""
    customs_after: Delay = Delay(2, 7)
    """3 -> 120, 399 of a waybill, or 100: 3 to 8 s after receipt."""
    approved_after: Delay = Delay(2, 5)
    """120 -> 399 of a list."""
    inspection_rate: float = 0.0
    """Share of lists that are inspected when their goods arrive (500), drawn by seed and list (ARR-05)."""
    inspected_after: Delay = Delay(3600, 7200)
    """500 -> 800."""
    missing: Literal["customs", "eport"] = "customs"
    """Who answers a list without its order or receipt: 100 with a text, or -301003 / -401004 (ORD-01, PAY-01)."""
    logistics_success: Literal[399, 120] = 399
    """Success of a 506: the text says 399, an open simulator and client code say 120."""
    format_errors: Literal["both", "sync", "async"] = "both"
    """A message that fails the schema: problem+json, CEB900, or both."""
    translate: Literal["auto", "follow", "always"] = "auto"
    """What to do with an enterprise on real time in a sandbox of another month (`simulator.clock`)."""
    prefix: Literal["", "ceb"] = ""
    """Form of a return: default namespace, as real returns have it, or the prefix of the official samples."""
    success_code: str = "0000"
    """ResponseCode of a DxpRep that accepts (ASSUMED)."""

    @property
    def strict(self) -> bool:
        """The severity column is `strict`."""
        return self.severity == "strict"


PROFILES = {
    profile.name: profile
    for profile in (
        Profile(),
        Profile(
            name="instant",
            sent_after=NO_DELAY,
            customs_after=NO_DELAY,
            approved_after=NO_DELAY,
            inspected_after=NO_DELAY,
        ),
        Profile(name="strict", severity="strict", format_errors="async"),
    )
}


def read_profile(value: str | dict[str, Any]) -> Profile:
    """A profile by name, or ``{"base": NAME, switch: value…}``; ValueError names what is unknown and what is known."""
    if not isinstance(value, str | dict):
        raise ValueError(f"profile: expected a name or an object of switches, got {value!r}")
    name, changes = (value, {}) if isinstance(value, str) else (str(value.get("base", "standard")), dict(value))
    changes.pop("base", None)
    if name not in PROFILES:
        raise ValueError(f"profile: expected one of {', '.join(PROFILES)}, got {name!r}")
    known = Profile.__dataclass_fields__
    for key, given in list(changes.items()):
        if key not in known:
            raise ValueError(f"profile switch: expected one of {', '.join(known)}, got {key!r}")
        if key.endswith("_after"):
            changes[key] = _delay(key, given)
        elif key.endswith("_rate"):
            if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= 1:
                raise ValueError(f"profile switch {key}: expected a share from 0 to 1, got {given!r}")
            changes[key] = float(given)
        elif (choices := get_args(known[key].type)) and given not in choices:
            raise ValueError(f"profile switch {key}: expected one of {', '.join(map(str, choices))}, got {given!r}")
    return replace(PROFILES[name], **changes)


def _delay(key: str, given: Any) -> Delay:
    pair = given if isinstance(given, list) else [given, given]
    if (
        len(pair) != 2
        or not all(isinstance(x, int | float) and 0 <= x <= 86400 * 366 for x in pair)
        or pair[0] > pair[1]
    ):
        raise ValueError(f"profile switch {key}: expected seconds or [least, most], got {given!r}")
    return Delay(*map(float, pair))


def receipts_required(regime: Regime, declared_at: datetime) -> bool:
    """Whether a list declared at `declared_at` needs a payment receipt (PAY-01, PAY-02)."""
    if regime == "by-date":
        return declared_at < RECEIPTS_NOT_REQUIRED_FROM
    return regime == "2018-194"


REGIMES: tuple[Regime, ...] = get_args(Regime)
