"""Seeded faults: each makes the enterprise wrong in one way, and one case has to notice. A row a fault.

A fault overrides the part it spoils; the right enterprise holds no switches. They show that the cases can
fail. A module a family, each with its rows.
"""

from swsim.conformance.enterprise.faults import (
    believing,
    closing,
    dealing,
    failing,
    following,
    naming,
    owing,
    posting,
    reading,
    receiving,
    resending,
    sending,
    signing,
    tempted,
    writing,
)
from swsim.conformance.enterprise.faults.model import RIGHT, Fault

ROWS = (
    *sending.FAULTS,
    *believing.FAULTS,
    *following.FAULTS,
    *closing.FAULTS,
    *receiving.FAULTS,
    *reading.FAULTS,
    *writing.FAULTS,
    *owing.FAULTS,
    *failing.FAULTS,
    *signing.FAULTS,
    *naming.FAULTS,
    *tempted.FAULTS,
    *posting.FAULTS,
    *dealing.FAULTS,
    *resending.FAULTS,
)
FAULTS: dict[str, Fault] = {fault.id: fault for fault in ROWS}
"""By id."""


def fault_of(name: str) -> Fault:
    """The fault of a name, `RIGHT` for an empty one; ValueError names what is known."""
    if not name:
        return RIGHT
    if name not in FAULTS:
        raise ValueError(f"fault: expected one of {', '.join(FAULTS)}, got {name!r}")
    return FAULTS[name]


__all__ = ["FAULTS", "RIGHT", "Fault", "fault_of"]
