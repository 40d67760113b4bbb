"""Documents that move lists (607, 507, 509), the tally of returned goods (215), the summary (701), made from lists.

Lists that travel together, by the fields of `Group`, are on one document.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from swsim.simulator.autopilot.cast import Cast
from swsim.simulator.autopilot.sale import NOTE, copied
from swsim.simulator.clock import compact, from_ms
from swsim.simulator.core.keys import join
from swsim.simulator.core.model import Held
from swsim.simulator.messages.arrival import Arrival, ArrivalHead, ArrivalList
from swsim.simulator.messages.departure import Departure, DepartureHead, DepartureList
from swsim.simulator.messages.invt_refund import InvtRefund, InvtRefundDetail
from swsim.simulator.messages.summary import SummaryApply, SummaryApplyHead
from swsim.simulator.messages.transfer import Document
from swsim.simulator.messages.way_bill import WayBill, WayBillHead, WayBillList

CARRIER = ("logistics_code", "logistics_name")
PLACE = ("customs_code", "loct_no", "traf_mode")
MEANS = ("traf_name", "voyage_no", "bill_no")
VEHICLE, VESSEL, VOYAGE = "AP-TRUCK 自动驾驶", "AUTOPILOT", "AP0001"
UNSPLIT: dict[str, Any] = {"msg_count": 1, "msg_seq_no": 1}
BY_CONSIGNOR, BY_CLASS = "2", "0"
SECOND = timedelta(seconds=1)


def master_lists(lists: Iterable[Held], cast: Cast) -> list[Document]:
    """The master list (607) of lists that do not name their bill of lading: it gives them one."""
    made: list[Document] = []
    for some in _together(lists, "agent_code", "logistics_code", *PLACE, *MEANS[:2]):
        head, name = some[0].document.head, _name(some)
        made.append(
            WayBill(
                head=WayBillHead(
                    **cast.report("607", name),
                    **copied(head, *PLACE, *CARRIER, "agent_code", "agent_name"),
                    cop_no=cast.number("M", name),
                    traf_name=head.traf_name or VESSEL,
                    voyage_no=head.voyage_no or VOYAGE,
                    bill_no=cast.number("B", name),
                    domestic_traf_no=VEHICLE,
                    gross_weight=sum((one.document.head.gross_weight for one in some), Decimal(0)),
                    **UNSPLIT,
                    note=NOTE,
                ),
                lines=tuple(WayBillList(**line) for line in _lines(some)),
            )
        )
    return made


def arrivals(lists: Iterable[Held], cast: Cast) -> list[Document]:
    """The arrival (507) of lists at the supervision site."""
    made: list[Document] = []
    for some in _together(lists, "logistics_code", *PLACE, "bill_no"):
        head, name = some[0].document.head, _name(some)
        operator = cast.firm("operator", head.customs_code)
        made.append(
            Arrival(
                head=ArrivalHead(
                    **cast.report("507", name),
                    **copied(head, *PLACE, *CARRIER, "bill_no"),
                    cop_no=cast.number("A", name),
                    operator_code=operator.code,
                    operator_name=operator.name or operator.code,
                    ie_flag="E",
                    domestic_traf_no=VEHICLE,
                    **UNSPLIT,
                    note=NOTE,
                ),
                lines=tuple(ArrivalList(**line) for line in _lines(some)),
            )
        )
    return made


def departures(lists: Iterable[Held], cast: Cast) -> list[Document]:
    """The departure (509) of lists from the country, now."""
    made: list[Document] = []
    for some in _together(lists, "logistics_code", *PLACE, *MEANS):
        head, name = some[0].document.head, _name(some)
        made.append(
            Departure(
                head=DepartureHead(
                    **cast.report("509", name),
                    **copied(head, "customs_code", "traf_mode", *CARRIER, "bill_no"),
                    cop_no=cast.number("D", name),
                    traf_name=head.traf_name or VESSEL,
                    voyage_no=head.voyage_no or VOYAGE,
                    leave_time=compact(cast.at),
                    **UNSPLIT,
                    note=NOTE,
                ),
                lines=tuple(DepartureList(**line) for line in _lines(some)),
            )
        )
    return made


def tally(application: Held, cast: Cast) -> InvtRefundDetail:
    """What the supervision site found of returned goods (215): what the application (213) says."""
    document: InvtRefund = application.document
    head, operator = document.head, cast.firm("operator", application.customs_code)
    same = ("customs_code", "logistics_no", *CARRIER, "invt_no", "bill_no", "ie_flag", "traf_mode")
    return InvtRefundDetail(
        **cast.report("215", application.key),
        **copied(head, *same, "traf_name", "voyage_no"),
        operator_code=operator.code,
        operator_name=operator.name or operator.code,
        co_el_no=cast.number("T", application.key),
        note=NOTE,
    )


def summaries(lists: Iterable[Held], cast: Cast) -> list[Document]:
    """The summary (701) of the month before, by time range: of each seller, agent and customs one."""
    month = (cast.at.replace(day=1) - timedelta(days=1)).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    ends = _next_month(month) - SECOND
    made: list[Document] = []
    for some in _together(lists, "ebc_code", "agent_code", "customs_code"):
        head = some[0].document.head
        cop_no = cast.number("S", head.ebc_code, head.agent_code, head.customs_code, f"{month:%Y%m}")
        key = join(("1", cop_no, head.agent_code))
        if head.statistics_flag != "B" or cast.facts.held("701", key) is not None:
            continue
        made.append(
            SummaryApply(
                head=SummaryApplyHead(
                    **cast.report("701", key),
                    **copied(head, "customs_code", "agent_code", "agent_name", "ebc_code", "ebc_name"),
                    cop_no=cop_no,
                    decl_agent_code=head.agent_code,
                    decl_agent_name=head.agent_name,
                    start_time=compact(month),
                    end_time=compact(ends),
                    summary_flag=BY_CONSIGNOR,
                    item_name_flag=BY_CLASS,
                    **UNSPLIT,
                    note=NOTE,
                )
            )
        )
    return made


def summary_keys(lists: Iterable[Held], cast: Cast) -> set[str]:
    """Keys of the summaries that may have been played before for these lists."""
    return {join(("1", one.head.cop_no, one.head.agent_code)) for one in summaries(lists, cast)}  # type: ignore[attr-defined]


def _next_month(at: datetime) -> datetime:
    return (at + timedelta(days=32)).replace(day=1)


def _together(lists: Iterable[Held], *names: str) -> list[list[Held]]:
    """Lists by what they share, each group in the order in which they were received."""
    values: Callable[[Any], tuple[str | None, ...]] = lambda head: tuple(head.raw(name) for name in names)  # noqa: E731 - shorter than a closure
    groups: dict[tuple[str | None, ...], list[Held]] = {}
    for held in lists:
        groups.setdefault(values(held.document.head), []).append(held)
    return list(groups.values())


def _name(lists: list[Held]) -> str:
    """What the numbers of a document are made from: its first list, in the version that was received last."""
    return f"{lists[0].key}/{lists[0].number}/{compact(from_ms(lists[0].received_ms))}"


def _lines(lists: list[Held]) -> list[dict[str, Any]]:
    return [
        {"gnum": gnum, **copied(one.document.head, "logistics_no", "total_package_no")}
        for gnum, one in enumerate(lists, 1)
    ]
