"""Faults of writing: every message of a kind has one thing wrong, a fault a row of the table of rule defects.

The defects are `fixtures.rule_defects`; which rule speaks of each is written there, not asked of the cases.
"""

import contextlib
from collections.abc import Sequence
from typing import Any

from swsim.conformance.enterprise.clerk import Mail
from swsim.conformance.enterprise.faults.model import Fault
from swsim.conformance.enterprise.machine import KINDS
from swsim.conformance.enterprise.sender import Sender
from swsim.fixtures.batch import MOST
from swsim.fixtures.rule_defects import BY_ID
from swsim.fixtures.spoil import RuleDefect
from swsim.simulator.messages.transfer import Upload

WRITES = {
    "SND-04": ("303-guid-form", "303-guid-lower-case", "303-guid-no-uuid", "303-guid-of-message"),
    "SND-05": ("303-impossible-day",),
    "SND-06": ("303-version",),
    "SND-09": ("603-bar-code-none", "303-empty-mandatory"),
    "SND-10": ("303-status-empty",),
    "SND-11": ("303-total", "603-total"),
    "SND-12": ("303-freight-negative", "303-sum", "303-two-currencies"),
    "SND-13": ("403-arrival-ahead", "403-arrival-impossible", "403-charge-zero"),
    "SND-14": (
        "603-flag-unknown",
        "603-goods-to-china",
        "603-import-flag",
        "603-impossible-date",
        "303-unit-unknown",
    ),
    "SND-15": ("303-line-gap", "303-line-repeated", "303-line-zero", "303-lines-from-two", "603-line-gap"),
    "SND-16": ("303-item-number-long",),
    "SND-17": ("505-number-spaced", "603-commodity-form"),
    "SND-18": (
        "505-no-packages",
        "603-insurance-negative",
        "603-net-over-gross",
        "603-second-quantity",
        "603-two-quantities",
    ),
    "SND-21": ("303-type-unknown",),
    "SND-23": ("603-account-filled", "603-account-missing", "603-mode-unknown"),
    "SND-24": ("303-status-unknown",),
}
"""Requirement -> the defects that break it."""


class DropsWhatIsOver(Sender):
    """Sends the first hundred of many documents and forgets the rest."""

    def split(self, mail: Sequence[Mail]) -> list[list[Mail]]:
        """A message a kind."""
        return [batch for batch in super().split(mail[: MOST * len(KINDS)]) if len(batch) == MOST or len(mail) <= MOST]


def written(defect: RuleDefect, requirement: str) -> Fault:
    """A sender that spoils the first document of every message of the defect's kind."""

    class Spoils(Sender):
        def compose(self, batch: Sequence[Mail], guid: str) -> Upload[Any]:
            message = super().compose(batch, guid)
            if batch[0].copy.kind == defect.kind:
                with contextlib.suppress(IndexError):  # a defect of the second line, and the first document has one
                    message = defect.apply(message)
            return message

    case = f"content-{defect.row.replace('/', '-')}"
    return Fault(f"writes-{defect.id}", case, requirement, sender=Spoils, says=f"Writes {defect.en}.")


FAULTS = (
    Fault("drops-what-is-over", "more-than-a-hundred", "SND-08", sender=DropsWhatIsOver),
    *(written(BY_ID[name], requirement) for requirement, names in WRITES.items() for name in names),
)
