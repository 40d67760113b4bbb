"""What has happened in a case so far: what its judges see, and nothing beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from swsim.conformance.driver import Placed
from swsim.conformance.journal import Entry
from swsim.reports.model import Evidence, Verdict


@dataclass(frozen=True, slots=True)
class Story:
    """The journal since the case began, its orders by the case's name for them, and what the enterprise said.

    `entries` are those that speak of the case's own orders, waybills and lists; `everything` is the whole journal since
    the case began, other cases' too. `beliefs` is the enterprise's last word on an order (`Ask`), `answers` what it
    said to an action, by the action's name, `books` its books as rows of CSV.
    """

    entries: Sequence[Entry]
    orders: dict[str, Placed] = field(default_factory=dict)
    regime: str = "2018-194"
    everything: Sequence[Entry] = ()
    beliefs: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    books: Sequence[dict[str, str]] = ()
    planted: frozenset[str] = frozenset()
    """Orders with a planted defect, of the whole run: what is wrong with them is our doing."""

    def number(self, order: str) -> str:
        """The order number of the case's order."""
        return self.orders[order].order_no


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reason and the entries it rests on."""

    verdict: Verdict
    reason: str
    evidence: tuple[Evidence, ...] = ()


def passes(reason: str, evidence: Iterable[Evidence] = ()) -> Judgement:
    """The check holds."""
    return Judgement(Verdict.PASS, reason, tuple(evidence))


def fails(reason: str, evidence: Iterable[Evidence] = ()) -> Judgement:
    """The enterprise did otherwise."""
    return Judgement(Verdict.FAIL, reason, tuple(evidence))


def missed(reason: str, evidence: Iterable[Evidence] = ()) -> Judgement:
    """The provocation missed: nothing can be said."""
    return Judgement(Verdict.INCONCLUSIVE, reason, tuple(evidence))


def believed(story: Story, order: str, kind: str = "603") -> str:
    """The returnStatus that the enterprise believes a document of the order to have; empty where it has none."""
    document = (story.beliefs.get(order, {}).get("documents") or {}).get(kind) or {}
    return str(document.get("status") or "")
