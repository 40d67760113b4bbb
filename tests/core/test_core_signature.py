"""MSG-14: what customs does with what is known of a signature, by kind of document and by the profile's switch."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from core_desk import FIRMS, STANDARD, STRICT, Desk, changed, closed_registry, rows, sale

from swsim.simulator.core import checks_signature, rules
from swsim.simulator.core.incoming import Finding, Signed
from swsim.simulator.core.model import Decision
from swsim.simulator.core.rules import BY_ROW, RULES, Step
from swsim.simulator.messages.transfer import Document
from swsim.simulator.profile import Profile, read_profile
from swsim.simulator.profiles.signatures import Signatures
from swsim.simulator.registry import Registry

S = sale()
LIST, ORDER = S.inventory, S.order
UNSIGNED = Signed(told=(("unsigned", "a signature", "none"),))
CODES: dict[str, dict[str, int]] = {
    "unsigned": {"603": -621026, "605": -623017, "213": -625028},
    "form": {"603": -621029, "605": -623029, "213": -625005},
    "differs": {"603": -621028, "605": -623029, "213": -625005},
    "invalid": {"603": -621029, "605": -623029, "213": -625005},
    "unknown": {"603": -621029, "605": -623029, "213": -625005},
    "expired": {"603": -621029, "605": -623029, "213": -625005},
    "owner": {"603": -621015, "605": -623021, "213": -625013},
}
"""Written anew from table 7-2; the other kinds answer with their parameter code or a 100."""
OTHERS = {"303": -301008, "403": -401009, "505": -504011} | dict.fromkeys(("507", "509", "607", "215", "701"), 100)
PARTS = tuple(CODES)
TOLD = tuple(part for part in PARTS if part not in {"unsigned", "owner"})


def fact(part: str, owner: str = "") -> Signed:
    """What is known where one thing is wrong."""
    if part == "owner":
        return Signed(owner=FIRMS.logistics.code)
    return Signed(owner, ((part, "expected", "found"),))


def sent(
    signed: Signed | None, *documents: Document, profile: Profile = STRICT, registry: Registry | None = None
) -> list[Decision]:
    """A message with this signature."""
    desk = Desk(profile, registry=registry)
    desk.signed = signed
    return desk.send(*documents)


@pytest.mark.parametrize("part", PARTS)
def test_a_list_is_refused_in_strict_and_remarked_in_standard(part: str) -> None:
    """One thing wrong, one row, its code: -621026, -621028, -621029 or -621015."""
    signed = fact(part)
    [refused] = sent(signed, LIST)
    [taken] = sent(signed, LIST, profile=STANDARD)
    assert rows(refused) == rows(taken) == {f"MSG-14/{part}"}
    assert (refused.status, refused.state) == (CODES[part]["603"], None)
    assert (taken.status, taken.faults) == (2, [])
    assert [finding.path for finding in taken.remarks] == ["../Signature"]


@pytest.mark.parametrize("part", PARTS)
def test_without_its_row_nothing_is_found(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row taken out of the table would fail the test above."""
    place = ("603", Step.SIGNATURE)
    monkeypatch.setitem(rules.CHECKS, place, tuple(c for c in rules.CHECKS[place] if c[1].row != f"MSG-14/{part}"))
    [decision] = sent(fact(part), LIST)
    assert (rows(decision), decision.status) == (set(), 2)


@pytest.mark.parametrize("part", PARTS)
def test_each_kind_answers_with_its_own_code(part: str) -> None:
    """Lists, cancellations and returned goods have codes of table 7-2; the others their parameter code, or a 100."""
    rule = BY_ROW[f"MSG-14/{part}"]
    assert {kind: rule.code(kind, STRICT) for kind in rule.kinds} == {
        kind: CODES[part].get(kind) or OTHERS[kind] for kind in rule.kinds
    }


def test_a_signature_that_holds_is_not_spoken_of() -> None:
    """The seller or its agent, either may sign a list."""
    for signer in (FIRMS.ebc, FIRMS.agent):
        [decision] = sent(Signed(signer.code), LIST)
        assert (rows(decision), decision.status) == (set(), 2)


@pytest.mark.parametrize("part", ["variant", "first-seen"])
@pytest.mark.parametrize("profile", [STANDARD, STRICT], ids=lambda profile: profile.name)
def test_what_is_accepted_with_a_finding_refuses_nowhere(part: str, profile: Profile) -> None:
    [decision] = sent(fact(part, FIRMS.agent.code), LIST, profile=profile)
    assert (rows(decision), decision.status, decision.faults) == ({f"MSG-14/{part}"}, 2, [])


@pytest.mark.parametrize("kind", ["303", "403", "505"])
def test_what_need_not_be_signed_may_come_without(kind: str) -> None:
    """Head tables leave it optional; the switch may ask for it by kind all the same."""
    document = next(one for one in S.documents if one.number == kind)
    assert rows(sent(UNSIGNED, document)[0]) == set()
    demanding = replace(STANDARD, signature=Signatures("report", ((kind, "enforce"),)))
    [decision] = sent(UNSIGNED, document, profile=demanding)
    assert (rows(decision), decision.status) == ({"MSG-14/unsigned"}, OTHERS[kind])


def test_what_must_be_signed_is_what_the_head_tables_say() -> None:
    """509, 603, 605, 607, 701, and 507 by its note (X7)."""
    kinds = {"303", "403", "505", "507", "509", "603", "605", "607", "213", "215", "701"}
    demanded = {kind for kind in kinds if STRICT.signature.demands(kind)}
    assert demanded == {"507", "509", "603", "605", "607", "701"}


@pytest.mark.parametrize("kind", ["303", "403", "505", "603"])
@pytest.mark.parametrize("part", TOLD)
def test_what_is_there_has_to_be_right(kind: str, part: str) -> None:
    """Optional or not: a signature that is there and wrong is refused in strict."""
    document = next(one for one in S.documents if one.number == kind)
    [decision] = sent(fact(part), document)
    assert decision.status == (CODES[part].get(kind) or OTHERS[kind])


def test_a_draft_need_not_be_signed() -> None:
    [decision] = sent(UNSIGNED, changed(LIST, app_status="1"))
    assert (rows(decision), decision.status) == (set(), 1)


def test_the_signature_is_judged_behind_the_sender_and_before_the_key() -> None:
    """Steps 3, 4, 5 (rules.md §14): a stable answer where several things are wrong."""
    desk = Desk(STRICT)
    desk.signed = fact("differs")
    assert desk.send(LIST, cop_code="NOBODY")[0].status == -10102
    twice = desk.send(LIST, LIST)
    assert [one.status for one in twice] == [-621028, -621028]


def test_documents_of_one_message_are_judged_by_the_firms_they_name() -> None:
    """One signature over both: the list of another seller is refused, its neighbour is not."""
    others = {"cop_no": "ANOTHER", "order_no": "ANOTHER", "logistics_no": "ANOTHER", "ebc_code": FIRMS.owner.code}
    first, second = sent(Signed(FIRMS.ebc.code), LIST, changed(LIST, **others))
    assert (rows(first), first.status) == (set(), 2)
    expected = f"the signature of {FIRMS.owner.code} or {FIRMS.agent.code}"
    assert second.faults == [Finding("MSG-14/owner", "../Signature", expected, FIRMS.ebc.code)]


def test_an_agent_of_the_seller_may_sign_the_order() -> None:
    """As the registry says it; a stranger may not."""
    registry = closed_registry()
    assert rows(sent(Signed(FIRMS.agent.code), ORDER, registry=registry)[0]) == set()
    nobody = {code: replace(one, authorises=()) for code, one in registry.enterprises.items()}
    [decision] = sent(Signed(FIRMS.agent.code), ORDER, registry=Registry("closed", nobody))
    assert (rows(decision), decision.status) == ({"MSG-14/owner"}, -301008)


@pytest.mark.parametrize("mode", ["off", "report", "enforce"])
def test_the_switch_decides_by_kind(mode: str) -> None:
    """`off` finds nothing, `report` a remark, `enforce` a refusal, in whatever profile."""
    for base in ("standard", "strict"):
        profile = read_profile({"base": base, "signature": {"*": "off", "603": mode}})
        [decision] = sent(fact("differs"), LIST, profile=profile)
        assert rows(decision) == (set() if mode == "off" else {"MSG-14/differs"})
        assert decision.status == (-621028 if mode == "enforce" else 2)


@pytest.mark.parametrize("said", ["on", {"603": "on"}, {"999": "report"}, 3, ["report"], {"603": ["off"]}])
def test_a_switch_that_is_none_is_told(said: Any) -> None:
    with pytest.raises(ValueError, match=r"profile switch signature: expected off \| report \| enforce"):
        read_profile({"signature": said})


def test_every_row_and_predicate_stands_here() -> None:
    """A row or predicate added without a test fails here."""
    mine = {rule.row.partition("/")[2] for rule in RULES if rule.step is Step.SIGNATURE}
    assert mine == {*PARTS, "variant", "first-seen"}
    checks: Sequence[object] = [rule.check for rule in RULES if rule.check.__module__ == checks_signature.__name__]
    assert len(checks) == len(set(checks)) == len(mine)
