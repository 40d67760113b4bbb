"""Faults mixed into single orders at intake, by the names of `fixtures.defects`.

Those of the data are made here, those of conduct (the sending is wrong) by the clerk.
"""

from swsim.conformance.enterprise.machine import KINDS
from swsim.fixtures.chain import Chain
from swsim.fixtures.defects import PLANTABLE
from swsim.simulator.messages.transfer import Document


def read_plant(chain: Chain, name: str) -> dict[str, Document]:
    """Document kind -> its defective version, for the documents the defect changes; ValueError for an unknown name."""
    if not name:
        return {}
    if name not in PLANTABLE:
        raise ValueError(f"defect: expected one of {', '.join(PLANTABLE)}, got {name!r}")
    pairs = zip(KINDS, chain.documents, PLANTABLE[name].apply(chain).documents, strict=True)
    return {kind: wrong for kind, right, wrong in pairs if wrong != right}
