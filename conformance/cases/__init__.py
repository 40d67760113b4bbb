"""The table of cases: a module a subject, each with a `CASE` or a tuple `CASES`. Order is the order of the report."""

from swsim.conformance.cases import (
    beliefs,
    calling_off,
    content,
    corrects_after_rejection,
    deadlines,
    envelopes,
    followups,
    forms,
    lifecycle,
    limits,
    modes,
    never_declares_twice,
    outage,
    prudence,
    receiving,
    refraining,
    responsibility,
    resubmission,
    sanity,
    settling,
    signature,
    stamps,
    transmits_before_declaring,
    truth,
    vigilance,
    watching,
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
    *limits.CASES,
    *modes.CASES,
    *calling_off.CASES,
    *settling.CASES,
    *vigilance.CASES,
    *truth.CASES,
    *watching.CASES,
    *envelopes.CASES,
    *signature.CASES,
    *stamps.CASES,
    *refraining.CASES,  # the last of them takes a year
)

BY_ID = {case.id: case for case in CASES}
"""By id."""
