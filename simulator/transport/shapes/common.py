"""Shapes of what belongs to no sandbox: tables, health."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from swsim.simulator.profile import SEVERITIES
from swsim.simulator.transport.shapes.documents import Grounds
from swsim.simulator.transport.shapes.schema import Count, Says

Severity = Annotated[str, Says(enum=list(SEVERITIES))]


class Rule(TypedDict):
    """A row of the rule table; those of keys have no severities of their own."""

    id: str
    row: str
    step: Count
    zh: str
    en: str
    citation: str
    basis: Grounds
    kinds: NotRequired[list[str]]
    answer: NotRequired[str]
    standard: NotRequired[Severity]
    strict: NotRequired[Severity]


class Rules(TypedDict):
    """The rule table."""

    rules: list[Rule]


class CodeTable(TypedDict):
    """A code table: where it is from, and whether it is complete; with its rows where it was asked for."""

    name: str
    title_zh: str
    source: str
    dated: str
    complete: bool
    count: Count
    rows: NotRequired[Annotated[list[dict[str, Any]], Says(description="`code`, `title` and what else the table has")]]


class CodeTables(TypedDict):
    """The code tables."""

    tables: list[CodeTable]


class Health(TypedDict):
    """Alive, with a store that answers."""

    status: Literal["ok"]
    version: str
    sandboxes: Count
    waiting: Annotated[int, Says(minimum=0, description="items in the order of work")]
