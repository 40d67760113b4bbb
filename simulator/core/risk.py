"""What befalls single documents: reviews, inspections, failures. A draw is a pure function (decision 9)."""

import orjson

from swsim.simulator.core.draws import fraction
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.keys import IDENTITY
from swsim.simulator.core.machines import Input, by_customs
from swsim.simulator.core.model import Held, State
from swsim.simulator.profile import Profile

FIRMS = [IDENTITY["603"].index(name) for name in ("ebc_code", "agent_code")]
"""Where a list's identity names seller and agent."""


def share(held: Held, purpose: str, facts: Facts) -> float:
    """A draw for one document, by seed, purpose, key, and the guid of the version accepted last: the attempt."""
    return fraction(facts.seed, purpose, f"{held.key}/{held.guid}")


def is_drawn(held: Held, purpose: str, rate: float, facts: Facts) -> bool:
    """Whether a document is among the `rate` of all that something befalls."""
    return rate > 0 and share(held, purpose, facts) < rate


def forced(held: Held) -> Input | None:
    """What was ordered for the next decision, where that is one the document may take now."""
    if not held.forced:
        return None
    arc = by_customs(held.kind, held.state).get(held.forced)
    return arc.input if arc else None


def sending(held: Held, outage: bool, profile: Profile, facts: Facts) -> Input:
    """2 to 3 or 4. A message's documents travel together; what failed is sent again, and then goes through."""
    if held.state == State.DECLARING and (
        outage
        or (
            profile.send_failed_rate
            and fraction(facts.seed, "send-failed", held.message_guid) < profile.send_failed_rate
        )
    ):
        return forced(held) or Input.FAIL
    return forced(held) or Input.SEND


def approving(held: Held, profile: Profile, facts: Facts) -> Input:
    """120 to 399 or 300."""
    return forced(held) or (Input.REVIEW if is_drawn(held, "review", profile.review_rate, facts) else Input.APPROVE)


def reviewed(held: Held, profile: Profile, facts: Facts) -> Input:
    """300 to 399 (a refund's 800) or 100."""
    passed = Input.RELEASE if held.kind == "213" else Input.PASS
    turned_down = is_drawn(held, "review-reject", profile.review_reject_rate, facts)
    return forced(held) or (Input.DECLINE if turned_down else passed)


def arriving(held: Held, profile: Profile, facts: Facts) -> Input:
    """399 to 500 or 800 (ARR-05, ENT-09)."""
    rate = profile.inspection_rate
    if profile.credit_rates:
        identity = orjson.loads(held.identity)
        known = [firm for place in FIRMS if (firm := facts.known(identity[place] or "")) is not None]
        rate = max([rate, *(profile.credit_rates.get(firm.credit, 0.0) for firm in known)])
    return forced(held) or (Input.INSPECT if is_drawn(held, "inspection", rate, facts) else Input.ARRIVE)


def tallied(held: Held, profile: Profile, facts: Facts) -> Input:
    """A refund whose goods are there: 120 to 800, or 300, 500, 600 before (RET-10)."""
    drawn = share(held, "refund", facts) if held.forced == 0 else 1.0
    for rate, asked in (
        (profile.refund_review_rate, Input.REVIEW),
        (profile.refund_inspection_rate, Input.INSPECT),
        (profile.refund_suspend_rate, Input.SUSPEND),
    ):
        if drawn < rate:
            return asked
        drawn -= rate
    return forced(held) or Input.RELEASE


def looked_at(held: Held, profile: Profile, facts: Facts) -> Input:
    """500 (a refund's 600 too) to 800, or a refund's 505."""
    over = held.kind == "213" and is_drawn(held, "hand-over", profile.refund_hand_over_rate, facts)
    return forced(held) or (Input.HAND_OVER if over else Input.RELEASE)
