"""An order in full, as a shop that brings its own data posts it: four documents as JSON, in the names of the XML."""

from typing import Any, TypeVar

from swsim.fixtures.chain import Chain
from swsim.simulator.messages.declare import Field
from swsim.simulator.messages.inventory import Inventory
from swsim.simulator.messages.logistics import Logistics
from swsim.simulator.messages.node import Node
from swsim.simulator.messages.order import Order
from swsim.simulator.messages.receipts import Receipts

N = TypeVar("N", bound=Node)


def read_chain(detail: dict[str, Any]) -> Chain:
    """``{"Order":{"OrderHead":{"orderNo":...},"OrderList":[{...}]},"Receipts":{...},"Logistics":{...},"Inventory":{...}}``.

    TypeError names a field that is missing or unknown, KeyError a document that is missing. guid and times of report
    are set when a document is sent, so they may be left out.
    """
    return Chain(
        index=0,
        order=read_node(Order, detail["Order"]),
        receipts=read_node(Receipts, detail["Receipts"]),
        logistics=read_node(Logistics, detail["Logistics"]),
        inventory=read_node(Inventory, detail["Inventory"]),
    )


_ON_SENDING = ("guid", "app_type", "app_time", "app_status")


def read_node(node: type[N], given: dict[str, Any]) -> N:
    """One declared node from JSON; numbers are best given as text, which keeps their digits."""
    known = {member.xml: member for member in node.members}
    if unknown := given.keys() - known.keys():
        raise TypeError(f"{node.xml}: unknown {sorted(unknown)}, known {sorted(known)}")
    values: dict[str, Any] = {name: "" for name in _ON_SENDING if name in {m.name for m in node.members}}
    for xml, value in given.items():
        member = known[xml]
        if isinstance(member, Field) or member.of is None:
            values[member.name] = None if value is None else str(value)
        else:
            children = [read_node(member.of, child) for child in (value if member.many else [value])]
            values[member.name] = children if member.many else children[0]
    return node(**values)
