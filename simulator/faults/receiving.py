"""What the fault table does to a message before it is taken in, or to its answer. It belongs to the line: real time."""

from dataclasses import dataclass

from swsim.simulator.core.faults import FaultPlan, Faults
from swsim.simulator.messages.codec import Invalid, Refused
from swsim.simulator.reading import Message

ACTIONS_ON_THE_LINE = ("busy", "reset", "slow")


@dataclass(slots=True)
class HinderedError(Exception):
    """The line broke as a row of the fault table wants it: `busy` or `reset`. A channel shows it in its own way."""

    plan: FaultPlan


def hindrance(faults: Faults, found: Message | Refused, digest: str) -> FaultPlan | None:
    """The row that fires for a message; `digest` names one that could not be read."""
    if isinstance(found, Refused):
        root = found.root if isinstance(found, Invalid) else ""
        kind, name, papers = root[3:6], digest, []
    else:
        kind, name, papers = found.kind, found.guid, found.papers
    for plan in faults.rows(*ACTIONS_ON_THE_LINE):
        if plan.meets_message(kind, papers) and faults.fires(plan, f"message/{name}"):
            faults.note(plan, "", [(paper.kind, paper.key) for paper in papers if plan.meets(paper)], message=name)
            return plan
    return None
