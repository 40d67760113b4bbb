"""The switch `signature`: how the electronic signature of a message is taken (MSG-14)."""

from dataclasses import dataclass
from typing import Any, Literal, get_args

from swsim.simulator.messages.edition import EDITION_202205

Mode = Literal["off", "report", "enforce"]
SIGNED_TO_DECLARE = frozenset({"507"})
"""Its note says that an arrival is signed when it is declared, though its head table leaves it optional (X7)."""
KINDS = {business.number: business.must_sign for business in EDITION_202205.businesses}


@dataclass(frozen=True, slots=True)
class Signatures:
    """Not at all, by findings, or by refusal.

    What is there has to be right; it has to be there where the head table says so, or where `kinds` says `enforce`.
    """

    mode: Mode = "report"
    kinds: tuple[tuple[str, Mode], ...] = ()
    """Kinds with a mode of their own."""

    def of(self, kind: str) -> Mode:
        """The mode of a kind."""
        return next((mode for named, mode in self.kinds if named == kind), self.mode)

    def demands(self, kind: str) -> bool:
        """Whether a declaration of this kind has to be signed."""
        must = KINDS[kind] or kind in SIGNED_TO_DECLARE
        return (kind, "enforce") in self.kinds or (must and self.of(kind) != "off")

    def __str__(self) -> str:
        return ", ".join([self.mode, *(f"{kind} {mode}" for kind, mode in self.kinds)])


def read_signatures(given: Any) -> Signatures:
    """A mode, or modes by kind with ``*`` for the others; ValueError says what is expected."""
    said = {"*": given} if isinstance(given, str) else given
    if not isinstance(said, dict) or said.keys() - {*KINDS, "*"} or set(map(str, said.values())) - set(get_args(Mode)):
        raise ValueError(
            f"expected {' | '.join(get_args(Mode))}, or a mode by kind ({', '.join(KINDS)}, *), got {given!r}"
        )
    return Signatures(said.get("*", "report"), tuple((kind, mode) for kind, mode in said.items() if kind != "*"))
