"""The conformance cases, a module a case. Order is the order in which a run takes them."""

from swsim.conformance.cases import corrects_after_rejection, never_declares_twice, transmits_before_declaring
from swsim.conformance.conversation import Case

CASES: tuple[Case, ...] = (
    transmits_before_declaring.CASE,
    corrects_after_rejection.CASE,
    never_declares_twice.CASE,
)

BY_ID = {case.id: case for case in CASES}
