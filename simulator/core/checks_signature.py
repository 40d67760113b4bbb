"""Predicates on the electronic signature (MSG-14). Whether it holds is a fact (`Signed`); whose it has to be is not."""

from collections.abc import Iterable

from swsim.simulator.core.checks_common import FIELD_ROLES, NO_CODE, NONE, Fault
from swsim.simulator.core.checks_enterprise import covers
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.incoming import Submission
from swsim.simulator.messages.edition import EDITION_202205

SIGNERS = {
    kind: tuple(place for place, (code, _, _) in enumerate(roles) if code in EDITION_202205.of_number(kind).signed_by)
    for kind, roles in FIELD_ROLES.items()
}
"""Which of the firms that a document names (FIELD_ROLES) may sign it."""
BY_AN_AGENT = frozenset({"303", "403"})
"""Transmitted by an agent of the seller too, who is named in the registry only (rules.md §3)."""
AT = "../Signature"


def signature_is_missing(item: Submission, facts: Facts) -> Iterable[Fault]:
    """A draft may come without it, as may what customs does not ask a signature of."""
    if item.app_status != "2" or not facts.profile.signature.demands(item.kind):
        return NONE
    return _told(item, facts, "unsigned")


def signature_has_another_form(item: Submission, facts: Facts) -> Iterable[Fault]:
    return _told(item, facts, "form")


def digest_is_another(item: Submission, facts: Facts) -> Iterable[Fault]:
    return _told(item, facts, "differs")


def value_does_not_verify(item: Submission, facts: Facts) -> Iterable[Fault]:
    return _told(item, facts, "invalid")


def certificate_is_unknown(item: Submission, facts: Facts) -> Iterable[Fault]:
    return _told(item, facts, "unknown")


def certificate_is_not_valid(item: Submission, facts: Facts) -> Iterable[Fault]:
    """By the clock of the sandbox."""
    return _told(item, facts, "expired")


def signer_is_another(item: Submission, facts: Facts) -> Iterable[Fault]:
    """A message may hold documents of several firms: each is judged by the firms that it names itself."""
    owner = facts.signed[item.number].owner
    named = [item.firms[place] for place in SIGNERS[item.kind]]
    if not owner or owner in named or _is_an_agent(owner, item, facts):
        return NONE
    expected = " or ".join(dict.fromkeys(code for code in named if code not in NO_CODE))
    return ((AT, f"the signature of {expected or 'a firm that the document names'}", owner),)


def signature_is_a_variant(item: Submission, facts: Facts) -> Iterable[Fault]:
    return _told(item, facts, "variant")


def certificate_is_seen_first(item: Submission, facts: Facts) -> Iterable[Fault]:
    return _told(item, facts, "first-seen")


def _told(item: Submission, facts: Facts, part: str) -> list[Fault]:
    return [(AT, expected, found) for said, expected, found in facts.signed[item.number].told if said == part]


def _is_an_agent(owner: str, item: Submission, facts: Facts) -> bool:
    roles = [role for _, _, role in FIELD_ROLES[item.kind]]
    seller = facts.known(item.firms[roles.index("ebc")]) if item.kind in BY_AN_AGENT else None
    return seller is not None and any(covers(one, owner, item) for one in seller.authorises)
