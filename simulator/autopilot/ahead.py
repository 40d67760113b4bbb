"""What is played ahead of a list: order, receipt and waybill that others should have sent before it (ORD-01, PAY-01).

They are made from the list, so that it matches, and come in before it, so that they bear smaller numbers
(docs/adr/0014-autopilot.md). A list that is refused as it stands brings nothing with it, nor does a draft. Where a list
comes again with other values, the documents that were played for it follow by a change (appType 2).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from swsim.simulator.autopilot.cast import Cast
from swsim.simulator.autopilot.sale import order_of_list, receipts_of_order, waybill_of_list
from swsim.simulator.autopilot.settings import Autopilot
from swsim.simulator.clock import compact, read_compact
from swsim.simulator.core.facts import Facts, Needs
from swsim.simulator.core.incoming import Paper
from swsim.simulator.core.model import LIVE, Held
from swsim.simulator.core.papers import prints_of
from swsim.simulator.core.rules import BY_ROW, Severity
from swsim.simulator.messages.inventory import Inventory
from swsim.simulator.messages.order import Order
from swsim.simulator.messages.transfer import Document
from swsim.simulator.profile import Profile, receipts_required
from swsim.simulator.registry import PLAYED_DXP_ID

KINDS = ("303", "403", "505")


def wanted(papers: Iterable[Paper], profile: Profile) -> list[Paper]:
    """The lists that something may have to be played for."""
    return [
        paper
        for paper in papers
        if paper.kind == "603"
        and paper.app_status == "2"
        and paper.app_type in {"1", "2"}
        and not any(BY_ROW[found.rule].severity(profile) is Severity.REFUSE for found in paper.findings)
    ]


def needs_of_pieces(papers: Iterable[Paper]) -> Needs:
    """What is there of the sales of lists."""
    asked = Needs()
    for paper in papers:
        asked.ask("key", "603", paper.key)
        asked.ask("key", "303", paper.order_ref)
        asked.ask("order_ref", "403", paper.order_ref)
        asked.ask("order_ref", "603", paper.order_ref)
        asked.ask("key", "505", paper.waybill_ref)
    return asked


def needs_of_orders(papers: Iterable[Paper], facts: Facts, autopilot: Autopilot) -> Needs:
    """What an order says, of which the receipt is played."""
    orders = [facts.order_of(paper.order_ref) for paper in papers if "403" in autopilot.plays]
    return Needs(contents={one.serial for one in orders if one is not None and not one.content})


@dataclass(frozen=True, slots=True)
class _Told:
    """A list for which something may be played; `at` is the appTime it is judged by."""

    paper: Paper
    document: Inventory
    at: datetime


def documents(
    papers: Iterable[Paper], shift: Any, facts: Facts, autopilot: Autopilot, at: datetime
) -> dict[str, list[Document]]:
    """By kind, what has to come in before these lists; `shift` is what is added to the times that they name."""
    made: dict[str, list[Document]] = {kind: [] for kind in KINDS}
    cast = Cast(autopilot, facts, at)
    for paper in papers:
        if facts.live_lists(order=paper.order_ref):
            continue
        written = read_compact(paper.app_time)
        document = Inventory.restore(orjson.loads(paper.content))
        told = _Told(paper, document, min(written + shift, at) if written else at)
        order = _order(told, cast)
        found: tuple[Document | None, ...] = order, _receipts(told, order, cast), _waybill(told, cast)
        for one in found:
            if one is not None and one.number in autopilot.plays:
                made[one.number].append(one)
    return {kind: some for kind, some in made.items() if some}


def _order(told: _Told, cast: Cast) -> Order | None:
    held = cast.facts.order_of(told.paper.order_ref)
    if not _is_due(held, held is not None and held.prints.order == told.paper.prints.order):
        return None
    return order_of_list(told.document, _report("303", told, held, cast))


def _receipts(told: _Told, played: Order | None, cast: Cast) -> Document | None:
    """For the order that is there or is played just now."""
    facts = cast.facts
    there = facts.order_of(told.paper.order_ref)
    if "303" in cast.autopilot.plays and played is not None:
        order = played
    elif there is not None and there.state in LIVE:
        order = there.document
    else:
        return None
    if not receipts_required(facts.regime, told.at):
        return None
    all_held = facts.found("order_ref", "403", told.paper.order_ref)
    held = next((one for one in all_held if one.state in LIVE), all_held[-1] if all_held else None)
    if not _is_due(held, held is not None and held.prints.receipt == prints_of("303", order).receipt):
        return None
    return receipts_of_order(order, cast, _report("403", told, held, cast))


def _waybill(told: _Told, cast: Cast) -> Document | None:
    held = cast.facts.waybill_of(told.paper.waybill_ref)
    if not _is_due(held, held is not None and held.prints.waybill == told.paper.prints.waybill):
        return None
    return waybill_of_list(told.document, _report("505", told, held, cast))


def _is_due(held: Held | None, same: bool) -> bool:
    """Whether a document is missing, or was played for a list that has changed since."""
    if held is None:
        return True
    return held.dxp_id == PLAYED_DXP_ID and not (same and held.state in LIVE)


def _report(kind: str, told: _Told, held: Held | None, cast: Cast) -> dict[str, Any]:
    app_type = "2" if held is not None and held.state in LIVE else "1"
    at = compact(told.at)
    if held is not None:
        at = max(at, held.app_time)
    return cast.report(kind, f"{told.paper.key}/{told.paper.guid}", app_type, at)
