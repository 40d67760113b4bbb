"""A later edition as data: the one before it and a table of changes, a row a line, as revision notes give them.

    EDITION_203001 = revise(
        EDITION_202205,
        "203001",
        Change("OrderHead", "ebp_code", format="C1..50"),
        Change("Departure", "lines", most=100),
        Add("OrderHead", "tax_no", F("C..20", "税号", "Tax number", default=None), after="ebc_name"),
        Drop("SummaryResultList", "gseqno"),
    )

Nodes that change, and those they stand in, become new classes derived from the old ones: whoever takes an `OrderHead`
takes the later one too. All others are shared. A new business is declared like any other and added to `businesses`
(docs/adr/0010-editions.md).
"""

from dataclasses import dataclass, replace
from typing import Any

from swsim.simulator.messages.declare import Field, Part, parse_format
from swsim.simulator.messages.edition import Business, Edition
from swsim.simulator.messages.node import Node, NodeType, spelled


class Change:
    """Columns of a member that are another now: of a field format, zh, en, default, fixed, codes, collapse, filled; of
    a child node least, most, default.
    """

    def __init__(self, node: str, member: str, **columns: Any) -> None:
        if "format" in columns:
            columns["format"] = parse_format(columns["format"])
        self.node, self.member, self.columns = node, member, columns


@dataclass(frozen=True, slots=True)
class Add:
    """A member that is new, declared as in a class body; it stands behind `after`, or first."""

    node: str
    member: str
    declaration: Any
    after: str = ""


@dataclass(frozen=True, slots=True)
class Drop:
    """A member that is gone."""

    node: str
    member: str


Row = Change | Add | Drop


def revise(before: Edition, name: str, *rows: Row) -> Edition:
    """The edition after `before`; KeyError names a row whose node or member is not there."""
    later = _Later(rows)
    edition = replace(
        before,
        name=name,
        businesses=tuple(
            Business(later.of(b.document), later.of(b.upload), later.of(b.answer), b.must_sign, b.signed_by)
            for b in before.businesses
        ),
        notices=tuple(map(later.of, before.notices)),
        envelopes=tuple(map(later.of, before.envelopes)),
    )
    if unused := {row.node for row in rows} - later.nodes.keys():
        raise KeyError(f"no such node in edition {before.name}: {', '.join(sorted(unused))}")
    return edition


class _Later:
    """The nodes of the later edition by name, each made once."""

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self.rows = rows
        self.nodes: dict[str, type[Node]] = {}

    def of(self, node: type[Node]) -> Any:
        if node.xml not in self.nodes:
            self.nodes[node.xml] = self._made(node)
        return self.nodes[node.xml]

    def _made(self, node: type[Node]) -> Any:
        members = {m.name: self._with_later_part(m) for m in node.members}
        gone: dict[str, Any] = {}
        for row in (row for row in self.rows if row.node == node.xml):
            if not isinstance(row, Add) and row.member not in members:
                raise KeyError(f"{node.xml} has no member {row.member}")
            match row:
                case Change():
                    members[row.member] = replace(members[row.member], **row.columns)
                case Add():
                    members = _inserted(members, row, node.namespace)
                case Drop():
                    del members[row.member]
                    gone[row.member] = property(doc="Dropped by this edition: reading it is an AttributeError.")
        if list(members.values()) == list(node.members) and not gone:
            return node
        return NodeType(
            node.xml,
            (node,),
            gone | {"__module__": node.__module__, "__doc__": node.__doc__},
            section=node.section,
            zh=node.zh,
            en=node.en,
            type_name=node.type_name,
            local=node.local,
            members=tuple(members.values()),
        )

    def _with_later_part(self, member: Field | Part) -> Field | Part:
        return member if isinstance(member, Field) or member.of is None else replace(member, of=self.of(member.of))


def _inserted(members: dict[str, Field | Part], row: Add, namespace: str) -> dict[str, Field | Part]:
    if row.after and row.after not in members:
        raise KeyError(f"{row.node} has no member {row.after}")
    xml = row.declaration.xml or spelled(row.member, row.declaration, namespace)
    new = replace(row.declaration, name=row.member, xml=xml)
    found = {} if row.after else {row.member: new}
    for name, member in members.items():
        found[name] = member
        if name == row.after:
            found[row.member] = new
    return found
