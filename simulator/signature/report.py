"""What a check of a signature says: steps as data, their hints in both languages, the platform's answers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from swsim.simulator.signature.certificates import Certificate
from swsim.simulator.signature.hints import HINTS, STEPS, Title

RULE = "MSG-14"


class Problem(StrEnum):
    """Why a signature does not count."""

    EMPTY = "empty"
    FORM = "form"
    DIFFERS = "differs"
    INVALID = "invalid"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    OWNER = "owner"


PLATFORM = {
    Problem.EMPTY: "1001",
    Problem.FORM: "1001",
    Problem.DIFFERS: "1004",
    Problem.INVALID: "1001",
    Problem.UNKNOWN: "1001",
    Problem.EXPIRED: "1002",
    Problem.OWNER: "1001",
}
"""ResponseCode of the platform for an envelope (table 7-1); what answers a business message stands in `core.rules`."""


class Step(NamedTuple):
    """One step of the check. `state` is ``ok``, ``note`` (a finding) or ``fail``; `hint` is a key of `HINTS`."""

    name: str
    state: str
    expected: str = ""
    found: str = ""
    hint: str = ""
    problem: str = ""

    @property
    def title(self) -> Title:
        """What the step is about."""
        return STEPS[self.name]

    @property
    def advice(self) -> Title:
        """The likely reason and what to do; empty where there is nothing to say."""
        return HINTS[self.hint] if self.hint else Title("", "")

    def as_json(self) -> dict[str, str]:
        """The step as data, with title and advice in both languages."""
        return {
            "step": self.name,
            "state": self.state,
            "expected": self.expected,
            "found": self.found,
            "title_zh": self.title.zh,
            "title_en": self.title.en,
            "hint_zh": self.advice.zh,
            "hint_en": self.advice.en,
        }


LEVELS = ("strict", "lenient", "fixed_scope")


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that is known of a signature.

    `strict`: as W3C reads it. `lenient`: the text behind Signature is left out, a DER value or a missing transform is
    let pass. `fixed_scope`: what a Ukey would have signed, names ceb, ds and xsi in scope of SignedInfo.
    """

    signed: bool
    strict: bool
    lenient: bool
    fixed_scope: bool
    steps: tuple[Step, ...]
    certificate: Certificate | None = None
    key_name: str = ""
    owner: str = ""
    """Code of the enterprise that signed; empty where nobody knows."""
    binds: str = ""
    """Code to bind the certificate to: an open registry has not seen it before (`Certificates.bind`, enrolled)."""

    @property
    def verifies(self) -> bool:
        """Under at least one of the three readings."""
        return self.strict or self.lenient or self.fixed_scope

    @property
    def failures(self) -> tuple[Step, ...]:
        """Steps that failed, in order; the first one decides the answer."""
        return tuple(step for step in self.steps if step.state == "fail")

    @property
    def notes(self) -> tuple[Step, ...]:
        """Findings beside."""
        return tuple(step for step in self.steps if step.state == "note")

    @property
    def problem(self) -> Problem | None:
        """Why it does not count; None for a signature that verifies under one reading and whose signer is right."""
        return Problem(self.failures[0].problem) if self.failures else None

    def accepted(self, level: str = "any") -> bool:
        """Whether it counts under one of `LEVELS`, or under any of them."""
        return self.problem is None and (self.verifies if level == "any" else bool(getattr(self, level)))
