"""Shapes of the duties of enterprises (docs/reference/duty.md)."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from swsim.simulator.transport.shapes.documents import Grounds
from swsim.simulator.transport.shapes.schema import Instant, Said, Says
from swsim.simulator.transport.shapes.settings import Role

Text = Annotated[str, Says(minLength=1, maxLength=2000)]
Within = Annotated[str, Says(minLength=1, description="ISO 8601 duration of days to seconds, PT24H by default")]


class RecallSaid(TypedDict):
    """A recall of an item."""

    itemNo: Text
    reason: NotRequired[Text | None]
    within: NotRequired[Within | None]


class EventSaid(TypedDict):
    """An event that a role should report."""

    subject: Text
    role: Role
    text: NotRequired[Text | None]
    within: NotRequired[Within | None]


class ReportSaid(TypedDict):
    """A report of a suspected violation, by who saw it."""

    subject: Text
    role: Role
    text: Text


class RequestSaid(TypedDict):
    """What the enterprise is asked for at its URL."""

    ask: Literal["tracking", "evidence"]
    subject: Said
    url: Annotated[str, Says(pattern="^https?://")]
    timeout: NotRequired[Annotated[float, Says(exclusiveMinimum=0, maximum=30)]]


class Unmet(TypedDict):
    """What an answer lacks."""

    expected: str
    found: str


class Entry(TypedDict):
    """An entry of the ledger; which fields there are depends on `what`."""

    id: str
    what: Literal["recall", "event", "report", "request"]
    at: Instant
    itemNo: NotRequired[str]
    reason: NotRequired[str]
    within: NotRequired[Annotated[float, Says(description="seconds")]]
    subject: NotRequired[str]
    role: NotRequired[Role]
    text: NotRequired[str]
    ask: NotRequired[Literal["tracking", "evidence"]]
    url: NotRequired[str]
    faults: NotRequired[list[Unmet]]
    answer: NotRequired[dict[str, Any]]


class Sign(TypedDict):
    """What was noticed."""

    rule: str
    row: str
    kind: str
    key: str
    expected: str
    found: str
    zh: str
    en: str
    citation: str
    basis: Grounds


class Duty(TypedDict):
    """Everything that was noticed; `partial`: there are more documents than were looked through."""

    now: Instant
    partial: bool
    findings: list[Sign]
    ledger: list[Entry]


class WayOf(TypedDict):
    """A line of a list with what it came from and went to; null where it has not come so far."""

    itemNo: str | None
    orderNo: str | None
    logisticsNo: str | None
    copNo: str | None
    invtNo: str | None
    gnum: int | None
    gcode: str | None
    closed: Instant | None
    sumNo: str | None
    declSeqNo: str | None
    gseqno: Annotated[int | None, Says(description="the merged line of the declaration")]
    decState: str | None
    entryId: str | None


class Trace(TypedDict):
    """The ways of the number that was asked for."""

    itemNo: NotRequired[str]
    orderNo: NotRequired[str]
    logisticsNo: NotRequired[str]
    copNo: NotRequired[str]
    invtNo: NotRequired[str]
    declSeqNo: NotRequired[str]
    entryId: NotRequired[str]
    partial: bool
    next: Annotated[int | None, Says(description="where the next page begins (`after`)")]
    ways: list[WayOf]


class ProhibitedRow(TypedDict):
    """Goods that are prohibited, and why."""

    how: Literal["gcode", "keyword", "brand"]
    what: str
    reason: str


class Prohibited(TypedDict):
    """The list in force; `sample`: it is the one that ships."""

    sample: bool
    rows: list[ProhibitedRow]
