"""Shapes of the month end: how a month stands, its statistics, its summaries with their merged lines."""

from typing import Annotated, Literal, NotRequired, TypedDict

from swsim.simulator.transport.shapes.documents import Explained
from swsim.simulator.transport.shapes.schema import Count, Instant, Says

Month = Annotated[str, Says(pattern="^[0-9]{4}-[0-9]{2}$")]
Amount = Annotated[str, Says(pattern=r"^-?[0-9]+(\.[0-9]+)?$", description="a decimal number")]


class Totals(TypedDict):
    """Lists that were closed: released by the list alone (A), to be summed up (B), and what became of those."""

    closed: Count
    A: Count
    B: Count
    summarised: Count
    declared: Count
    returnedWhole: Count
    missing: Count


class TotalsOf(Totals):
    """The same of one consignor at one customs."""

    customsCode: str
    ebcCode: str


class SummaryOf(TypedDict):
    """A summary of the month."""

    sumNo: str
    acceptedAt: Instant
    acceptedLate: bool
    lists: Count
    declarations: Count
    sources: Count
    declaredAt: Instant | None
    declaredLate: bool
    entryIds: list[str]


class ListsOf(TypedDict):
    """Lists of one consignor that are in no summary."""

    customsCode: str
    ebcCode: str
    lists: Count


class Judged(TypedDict):
    """What was found missing on the day from which a month is late."""

    month: Month
    at: Instant
    lateFrom: Instant
    notSummarised: Count
    byConsignor: list[ListsOf]
    lists: list[str]
    notDeclared: list[str]
    declarationsNotMade: Count


class MonthView(TypedDict):
    """How a month stands."""

    month: Month
    due: Annotated[str, Says(format="date")]
    provisional: Annotated[bool, Says(description="the calendar of working days is not published yet")]
    lateFrom: Instant
    now: Instant
    late: bool
    lists: Totals
    byConsignor: list[TotalsOf]
    summaries: list[SummaryOf]
    judged: list[Judged]
    findings: list[Explained]


class Closed(TypedDict):
    """Lists that were closed, and when."""

    month: Month
    at: str
    closed: Count
    ebcCode: NotRequired[str]
    agentCode: NotRequired[str]


class Sum(TypedDict):
    """Lines and their amounts by currency; `rmb` null where a rate is not known."""

    lines: Count
    amounts: dict[str, Amount]
    rmb: Amount | None


class Row(Sum, total=False):
    """A row of statistics, by what it is of."""

    customsCode: str
    country: str
    hs4: str


class By(TypedDict):
    """Rows by one thing each."""

    customsCode: list[Row]
    country: list[Row]
    hs4: list[Row]


class MissingRate(TypedDict):
    """A currency without a customs rate in the month."""

    currency: str
    month: Month
    amount: Amount


class Statistics(TypedDict):
    """Monthly statistics of lists of kind A (汇总统计)."""

    month: Month
    statisticsFlag: Literal["A"]
    lists: Count
    netWeight: Amount
    total: Sum
    by: By
    rows: list[Row]
    missingRates: list[MissingRate]
    complete: bool
    rateSource: str


class MergedLine(TypedDict):
    """A merged line of a declaration."""

    gseqno: Count
    gcode: str
    gname: str
    itemName: str
    country: str
    currency: str
    unit: str
    qty: Amount
    unit1: str
    qty1: Amount
    unit2: str
    qty2: Amount | None
    totalPrice: Amount
    grossWeight: Amount
    netWeight: Amount
    sources: Count


class Declaration(TypedDict):
    """A declaration of a summary."""

    declSeqNo: str
    month: Month
    decState: str
    decTmpNo: str | None
    decPreNo: str | None
    entryId: str | None
    declaredAt: Instant | None
    customsCode: str
    grossWeight: Amount
    netWeight: Amount
    sources: Count
    lines: list[MergedLine]


class Summary(TypedDict):
    """A summary: the application it is from, its declarations."""

    sumNo: str
    application: str | None
    acceptedAt: Instant
    declarations: list[Declaration]
