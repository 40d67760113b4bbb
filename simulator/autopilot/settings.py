"""What the autopilot plays: a sandbox's setting, as data.

An integrator owns one role; the documents of the others are played by the simulator, made from what the integrator
sent. `swsim serve --role seller` and the control API's ``{"role": "seller"}`` name what is left to the integrator.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from swsim.simulator.delays import Delay, read_delay
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.profile import Profile
from swsim.simulator.registry import Enterprise, read_enterprise

CHANNEL = "autopilot"
"""How a played message came in, in the journal: neither a line of the integrator's nor a decision of customs."""
SALE = ("303", "403", "505", "603")
"""Documents of a sale, in the order in which they are played."""
PLAYABLE = (*SALE, "607", "507", "509", "215", "701")
"""Kinds that can be played; of these, those that customs takes in."""

ROLES: dict[str, tuple[str, ...]] = {
    "seller": ("403", "505", "607", "507", "509", "215"),
    "platform": ("403", "505", "603", "607", "507", "509", "215", "701"),
    "payment": ("303", "505", "603", "607", "507", "509", "215", "701"),
    "logistics": ("303", "403", "603", "607", "507", "215", "701"),
    "agent": ("303", "403", "505", "507", "509", "215"),
    "site": ("303", "403", "505", "603", "607", "509", "701"),
}
"""Role of the integrator -> kinds that are played for it: those that others send (rules.md §3, who transmits)."""

FIRMS = tuple(
    Enterprise(code, f"自动驾驶{zh}", (role,), authorises=authorises)
    for role, code, zh, authorises in (
        ("ebp", "5101969P01", "电商平台", ()),
        ("ebc", "5101969P02", "电商企业", ("5101989P03",)),
        ("agent", "5101989P03", "报关企业", ()),
        ("logistics", "5101969P04", "物流企业", ()),
        ("pay", "5101969P05", "支付企业", ()),
        ("operator", "5101969P06", "监管场所经营人", ()),
    )
)
"""Who the autopilot is where neither a document nor the registry names anybody. Codes (ID-06), names: made up."""


HOME = "5141"
"""Where a played list is declared by a firm of no district."""


@dataclass(frozen=True, slots=True)
class Autopilot:
    """`plays` are kinds; `after` has delays, as they were said, of kinds that do not take the profile's `played_after`.

    `customs` is where a played list is declared by a firm of no district; `firms` are the autopilot's own.
    """

    plays: frozenset[str] = frozenset()
    after: Mapping[str, Any] = field(default_factory=dict)
    customs: str = HOME
    firms: tuple[Enterprise, ...] = FIRMS

    def delay(self, kind: str, profile: Profile) -> Delay:
        """From what calls for a document to the document."""
        return read_delay(self.after[kind]) if kind in self.after else profile.played_after

    @property
    def known(self) -> dict[str, Enterprise]:
        """Its own firms by code: registered, as long as it plays."""
        return {one.code: one for one in self.firms} if self.plays else {}

    def as_json(self) -> dict[str, Any]:
        """The shape of the control API."""
        return {
            "plays": [kind for kind in PLAYABLE if kind in self.plays],
            "after": dict(self.after),
            "customs": self.customs,
            "firms": [one.as_json() for one in self.firms],
        }


def played_for(role: str) -> frozenset[str]:
    """What is played for an integrator of a role; ValueError names the roles."""
    if role not in ROLES:
        raise ValueError(f"autopilot role: expected one of {', '.join(ROLES)}, got {role!r}")
    return frozenset(ROLES[role]) & EDITION_202205.by_number.keys()


def read_autopilot(value: Any) -> Autopilot:
    """``{"role"}`` or ``{"plays"}``, with ``after``, ``customs``, ``firms``; ValueError names the fault."""
    known = {"role", "plays", "after", "customs", "firms"}
    if not isinstance(value, dict) or value.keys() - known or {"role", "plays"} <= value.keys():
        raise ValueError(f"autopilot: expected an object with role or plays, and only {sorted(known)}, got {value!r}")
    plays = played_for(str(value["role"])) if "role" in value else _kinds(value.get("plays", []))
    after = value.get("after", {})
    if not isinstance(after, dict) or after.keys() - set(PLAYABLE):
        raise ValueError(f"autopilot after: expected an object of kinds {', '.join(PLAYABLE)}, got {after!r}")
    customs, firms = value.get("customs", HOME), value.get("firms")
    if not isinstance(customs, str) or len(customs) != 4:
        raise ValueError(f"autopilot customs: expected a customs code of 4 digits, got {customs!r}")
    if firms is not None and not isinstance(firms, list):
        raise ValueError(f"autopilot firms: expected a list of enterprises, got {firms!r}")
    own = FIRMS if firms is None else tuple(read_enterprise(one) for one in firms)
    if missing := {one.roles[0] for one in FIRMS} - {role for one in own for role in one.roles}:
        raise ValueError(f"autopilot firms: expected an enterprise of each role, got none as {', '.join(missing)}")
    for kind, given in after.items():
        try:
            read_delay(given)
        except ValueError as error:
            raise ValueError(f"autopilot after {kind}: {error}") from None
    return Autopilot(plays, after, customs, own)


def _kinds(value: Any) -> frozenset[str]:
    can = [kind for kind in PLAYABLE if kind in EDITION_202205.by_number]
    if not isinstance(value, list) or not all(kind in can for kind in value):
        raise ValueError(f"autopilot plays: expected a list of kinds of {', '.join(can)}, got {value!r}")
    if "603" in value and not {"303", "505"} & set(value):
        raise ValueError(
            "autopilot plays: 603 goes with 303 or 505, got neither: which waybill an order goes by only its list says"
        )
    return frozenset(value)
