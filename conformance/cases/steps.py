"""Steps that many conversations have in common: a sale up to its approved list, a parcel up to its closed list."""

from collections.abc import Callable
from datetime import timedelta

from swsim.conformance.cases.lists import status_of
from swsim.conformance.conversation import Act, Expect, Send, Span, Step
from swsim.conformance.sightings import Sighting
from swsim.conformance.story import Story
from swsim.reports.model import Verdict

SOON = timedelta(minutes=20)
KIND_A, KIND_B = "1", "0"
"""The wish `simplified` of an order."""


def expect(what: str, seen: Callable[[Story], Sighting | None], within: Span = SOON, requirement: str = "") -> Expect:
    """A check of a requirement, which fails where nothing is seen; without one a precondition."""
    return Expect(what, seen, within, Verdict.FAIL if requirement else Verdict.INCONCLUSIVE, requirement)


def sells(*orders: str, kind: str = KIND_B) -> tuple[Step, ...]:
    """Orders up to their approved lists."""
    approved = (expect("the approval of the list", status_of("399", order), "declare") for order in orders)
    return (*(Send(order, wants={"simplified": kind}) for order in orders), *approved)


def ship(*orders: str, split: int = 0, refusable: bool = False) -> Act:
    """Their parcels go on one bill, `split` lines a message."""
    more = {"split": split} if split else {}
    return Act(
        "ship", details=lambda story: {"orders": [story.number(order) for order in orders], **more}, refusable=refusable
    )


def ships(*orders: str) -> tuple[Step, ...]:
    """The parcels leave, the lists are closed."""
    return ship(*orders), *(expect("the list closed", status_of("899", order), "ship") for order in orders)
