"""An order as a driver hands it over: by the seed it is generated from, or in full, as JSON in the names of the XML."""

from typing import Any

from swsim.conformance.driver import Wish
from swsim.fixtures.chain import Chain
from swsim.fixtures.defects import PLANTABLE
from swsim.fixtures.wishes import wished
from swsim.simulator.messages.declare import Field
from swsim.simulator.messages.node import Node

ON_SENDING = frozenset({"guid", "appType", "appTime", "appStatus"})
"""What the enterprise sets itself when it sends a document."""


def chain_of(wish: Wish) -> Chain:
    """The documents of an order, with its defect."""
    made = wished(wish.seed, wish.index, wish.at, wish.wants)
    return PLANTABLE[wish.defect].apply(made) if wish.defect else made


def by_seed(wish: Wish) -> dict[str, Any]:
    """What an enterprise that has our generator needs."""
    row: dict[str, Any] = {"seed": wish.seed, "index": wish.index, "at": wish.at.isoformat()}
    row |= {"defect": wish.defect} if wish.defect else {}
    return row | ({"wants": wish.wants} if wish.wants else {})


def in_full(wish: Wish) -> dict[str, Any]:
    """What any enterprise needs: the four documents, less what is set when they are sent."""
    return {"detail": {type(document).xml: as_json(document) for document in chain_of(wish).documents}}


def as_json(node: Node) -> dict[str, Any]:
    """A declared node, numbers as text."""
    out: dict[str, Any] = {}
    for member, value in zip(type(node).members, node, strict=True):
        if isinstance(member, Field):
            if value is not None and member.xml not in ON_SENDING:
                out[member.xml] = str(value)
        elif value is not None:
            out[member.xml] = [as_json(child) for child in value] if member.many else as_json(value)
    return out
