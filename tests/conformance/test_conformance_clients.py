"""Every failure of public clients that is known is a seeded fault, each in our words, with what seeds it."""

import pytest

from swsim.conformance.cases import BY_ID, CASES
from swsim.conformance.enterprise.faults import FAULTS
from swsim.conformance.plans import PLANS, cases_of
from swsim.conformance.requirements import REQUIREMENTS

MANY = 2
RECEIVERS = {
    "only the first record of a return is read": ("first-record-only",),
    "a return is looked up by its order number alone": ("keys-by-number",),
    "the newest returnTime wins, older ones are dropped": ("drops-older",),
    "words of the text decide: sent again, failed, there already": ("skips-by-text",),
    "a CEB900 is logged and tied to nothing": ("only-logs-900", "ties-900-to-the-last"),
    "508, 214, 216 and 792 are not read": ("ignores-508", "ignores-214", "ignores-216", "never-books-results"),
    "a 120 that comes late takes an approval back": ("late-120-overwrites", "last-one-counts"),
    "a refusal as duplicate takes a success back": ("downgrades-on-duplicate",),
    "a byte order mark is in the way": ("dies-of-a-mark",),
    "a missing XML declaration is in the way": ("wants-a-declaration", "wants-its-declaration"),
    "a prefix of the namespace is in the way": ("routes-by-text",),
    "Base64 over several lines is in the way": ("wants-data-on-one-line",),
    "a type that is unknown stops it, or is thrown away": ("dies-of-unknown-types",),
    "an unknown key stops it": ("dies-of-strangers",),
}
SENDERS = {
    "the time of report comes from a clock of twelve hours": ("clock-of-twelve-hours",),
    "the time of report has twelve digits": ("time-of-twelve-digits",),
    "the time of report names a day that is none": ("writes-303-impossible-day",),
    "the year is that of the week": ("year-of-the-week",),
    "the envelope's time has milliseconds and a zone": ("envelope-time-with-zone",),
    "the unit is a word": ("writes-303-unit-unknown",),
    "line numbers have leading zeros": ("writes-303-line-zero",),
    "what has no value is sent empty": ("writes-303-status-empty",),
    "the guid is no UUID": ("writes-303-guid-no-uuid",),
    "message and document have one guid": ("writes-303-guid-of-message",),
    "all chunks have one guid": ("one-guid-for-all",),
    "amounts are computed in binary": ("writes-303-total", "writes-603-total"),
    "XML is put together from strings": ("builds-xml-from-strings",),
    "a declaration bears no signature": ("unsigned",),
    "there is text behind the signature": ("text-behind-signature",),
    "xsi is not declared": ("without-xsi",),
    "the version of the root is another": ("writes-303-version",),
    "the envelope's number is no UUID": ("envelope-number-no-uuid",),
    "the number of packages holds a message's number": ("number-in-pack-no",),
    "the envelope's Data is wrapped": ("envelope-data-wrapped",),
}


@pytest.mark.parametrize("failure", [*RECEIVERS, *SENDERS])
def test_a_failure_of_clients_is_seeded_and_has_a_case(failure: str) -> None:
    for name in (RECEIVERS | SENDERS)[failure]:
        assert FAULTS[name].requirement in BY_ID[FAULTS[name].case].requirements


def test_every_requirement_is_checked_by_a_case() -> None:
    """None is left out: what an enterprise must do can be seen."""
    checked = {requirement for case in CASES for requirement in case.requirements}
    assert sorted(REQUIREMENTS.keys() - checked) == []


def test_every_requirement_has_a_fault_that_breaks_it() -> None:
    broken = {fault.requirement for fault in FAULTS.values()}
    assert sorted(REQUIREMENTS.keys() - broken) == []


@pytest.mark.parametrize("plan", [name for name in PLANS if name not in {"all", "amqp"}])
def test_a_plan_has_cases_of_its_own(plan: str) -> None:
    """Some of its cases run in one other plan at most: a plan is no mere selection of others."""
    assert len([case.id for case in cases_of(plan, CASES) if len(case.plans) <= MANY]) >= MANY
