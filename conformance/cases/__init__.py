"""The table of cases: a module a subject, each with a `CASE` or a tuple `CASES`. Order is the order of the report."""

from swsim.conformance.cases import (
    beliefs,
    content,
    corrects_after_rejection,
    deadlines,
    followups,
    forms,
    lifecycle,
    never_declares_twice,
    outage,
    prudence,
    receiving,
    responsibility,
    resubmission,
    sanity,
    signature,
    transmits_before_declaring,
    truth,
)
from swsim.conformance.conversation import Case

SANITY = sanity.CASE.id
"""The case that runs first and last."""
CASES: tuple[Case, ...] = (
    sanity.CASE,
    transmits_before_declaring.CASE,
    corrects_after_rejection.CASE,
    never_declares_twice.CASE,
    *beliefs.CASES,
    *resubmission.CASES,
    *receiving.CASES,
    *outage.CASES,
    *forms.CASES,
    *prudence.CASES,
    *content.CASES,
    *lifecycle.CASES,
    *followups.CASES,
    *deadlines.CASES,
    *responsibility.CASES,
    *truth.CASES,
    *signature.CASES,
)

BY_ID = {case.id: case for case in CASES}
"""By id."""
