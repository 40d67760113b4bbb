"""Who sends a played document where the documents before it do not say so: of the registry, else the autopilot's own.

Also the numbers of played documents: pure functions of the seed and of what they are made from, so that a replay makes
the same ones.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from swsim.simulator.autopilot.settings import Autopilot
from swsim.simulator.clock import compact
from swsim.simulator.core.checks_common import NO_CODE
from swsim.simulator.core.facts import Facts
from swsim.simulator.registry import Enterprise

SPACE = uuid.UUID("6f1c1f0a-6b0e-5d5e-9c55-0d6f3c1b7a11")
"""Namespace of the guids of played messages and documents."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The firms and numbers of one moment: `at` is when the documents are sent."""

    autopilot: Autopilot
    facts: Facts
    at: datetime

    def firm(self, role: str, customs: str = "") -> Enterprise:
        """The registered firm of a role (the first by code, of the district where one is asked for), else our own."""
        fits = [
            one
            for one in self.facts.registry.enterprises.values()
            if role in one.roles
            and not one.enrolled
            and (role != "logistics" or one.permit)
            and (not one.customs or customs in {"", *one.customs})
        ]
        return min(fits, key=lambda one: one.code, default=None) or next(
            one for one in self.autopilot.firms if role in one.roles
        )

    def agent_of(self, ebc_code: str) -> Enterprise:
        """Who declares for a seller: an agent it authorises, itself where it may, else the autopilot's agent."""
        known = self.facts.known(ebc_code) if ebc_code not in NO_CODE else None
        for said in known.authorises if known else ():
            one = self.facts.known(said if isinstance(said, str) else str(said.get("code")))
            if one is not None and "agent" in one.roles:
                return one
        if known is not None and not known.enrolled and known.registration == "customs":
            return known
        return self.firm("agent")

    def number(self, letter: str, *of: object) -> str:
        """A number of at most 20 characters that stands for what it was made from."""
        said = "/".join(map(str, (self.facts.seed, letter, *of)))
        return f"AP{letter}{blake2b(said.encode(), digest_size=8).hexdigest().upper()}"

    def guid(self, *of: object) -> str:
        """A guid that stands for what it was made from."""
        return str(uuid.uuid5(SPACE, "/".join(map(str, (self.facts.seed, *of))))).upper()

    def report(self, kind: str, key: str, app_type: str = "1", at: str = "") -> dict[str, Any]:
        """The fields with which a document starts; `at` is its appTime where that is not now."""
        time = at or compact(self.at)
        return {"guid": self.guid(kind, key, time), "app_type": app_type, "app_time": time, "app_status": "2"}
