"""The signature of a message as a fact of its turn: judged by the certificates and the clock of its sandbox (MSG-14).

Reading has done what the bytes alone tell (`Message.signature`); here it is asked whose key it was, and when. What the
fact does to a document is the core's business.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from swsim.simulator.autopilot.settings import CHANNEL
from swsim.simulator.core.incoming import Signed
from swsim.simulator.envelope.cover import Cover
from swsim.simulator.reading import Message
from swsim.simulator.registry import Registry
from swsim.simulator.sandbox import Settings
from swsim.simulator.signature.envelope import Answer, answer_to
from swsim.simulator.signature.report import LEVELS, Problem, Step, Verdict
from swsim.simulator.signature.verify import Examined, judge

PARTS = frozenset(set(Problem) - {Problem.EMPTY, Problem.OWNER})
"""A step that failed is spoken of by the part of MSG-14 that bears the name of its problem; the owner is judged by
document.
"""
NOTES = {"first-seen": "first-seen", "unchained": ""}
"""The parts for notes, by hint; the others are variants. A certificate bound by hand is no news each time."""
UNSIGNED = Signed(told=(("unsigned", "a signature (ds:Signature)", "none"),))


@dataclass(frozen=True, slots=True)
class Found:
    """The fact, and the verdict behind it where there is a signature."""

    fact: Signed
    verdict: Verdict | None = None

    @property
    def binds(self) -> str:
        """Code that an open registry binds the certificate to: all else about the signature is right."""
        return self.verdict.binds if self.verdict and self.verdict.problem is None else ""

    def said(self) -> dict[str, Any]:
        """What the journal keeps beside the message; `told` reads it."""
        if self.verdict is None:
            return {}
        one = self.verdict
        readings = [name for name in LEVELS if getattr(one, name)]
        certificate = [one.certificate.subject, one.certificate.serial] if one.certificate else []
        steps = [[*map(str, step)] for step in one.steps]
        return {"signature": [one.owner, one.key_name, certificate, readings, str(one.problem or ""), steps]}


def found(channel: str, message: Message, settings: Settings, at: datetime) -> Found | None:
    """What is known of a message's signature at a time of its sandbox; None where nobody asks for one.

    What the autopilot plays for others comes without: it has no keys of theirs.
    """
    asked, registry = settings.profile.signature, settings.registry
    if message.signature is None:
        return Found(UNSIGNED) if channel != CHANNEL and asked.demands(message.kind) else None
    if asked.of(message.kind) == "off":
        return None
    agents = {code: _agents(code, registry) for codes in message.signature.named for code in codes}
    certificates, open_registry = settings.certificates, registry.mode == "open"
    verdict = judge(message.signature, certificates, at, open_registry=open_registry, agents=agents)
    told = [(part, step.expected, step.found) for step in verdict.steps if (part := _part(step))]
    return Found(Signed(verdict.owner, tuple(told)), verdict)


def _part(step: Step) -> str:
    """The part of MSG-14 that speaks of a step, empty where none does."""
    if step.state == "note":
        return NOTES.get(step.hint, "variant")
    return str(step.problem) if step.problem in PARTS else ""


def _agents(code: str, registry: Registry) -> set[str]:
    known = registry.enterprises.get(code)
    said = known.authorises if known else ()
    return {one if isinstance(one, str) else str(one.get("code", "")) for one in said}


def envelope(cover: Cover, settings: Settings, at: datetime) -> Answer | None:
    """What the platform has against the signature of an envelope; None without one, or where nobody looks."""
    if not cover.signature or settings.profile.signature.mode == "off":
        return None
    examined, open_registry = Examined.from_tuple(cover.signature), settings.registry.mode == "open"
    return answer_to(examined, settings.certificates, at, open_registry=open_registry)


def told(said: list[Any]) -> dict[str, Any]:
    """The diagnosis as `explain` shows it, from what the journal keeps."""
    owner, key_name, certificate, readings, problem, steps = said
    subject, serial = certificate or ("", "")
    return {
        "owner": owner,
        "keyName": key_name,
        "subject": subject,
        "serial": serial,
        **{name: name in readings for name in LEVELS},
        "problem": problem,
        "steps": [Step(*step).as_json() for step in steps],
    }
