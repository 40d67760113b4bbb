"""What the control API shows of months and summaries. Read only."""

import asyncio
from typing import Any

import orjson

from swsim.simulator.clock import from_ms, real_now, to_ms
from swsim.simulator.core.declaring import Declaration, made_at
from swsim.simulator.core.keys import external, split
from swsim.simulator.core.model import WHOLE
from swsim.simulator.core.months import late_from, span, starts_at
from swsim.simulator.core.request import TO_SUM_UP
from swsim.simulator.core.statistics import Statistics
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.sandbox import Sandbox
from swsim.simulator.store.protocol import Store
from swsim.simulator.views import explained

Json = dict[str, Any]
RELEASED_BY_LIST = "A"


async def month_view(store: Store, sandbox: Sandbox, month: str) -> Json:
    """How a month stands: lists closed, summed up, declared, missing; its due day; what was found."""
    first = starts_at(month)
    due = sandbox.codes.days.summary_due(first.year, first.month, sandbox.profile.summary_term)
    late = late_from(month, sandbox.codes, sandbox.profile.summary_term)
    counts = await store.month(sandbox.box, span(month))
    declarations = await store.declarations(sandbox.box, month=month)
    declared = _declared(declarations)
    now = sandbox.now(real_now())
    judged = [
        orjson.loads(data) | {"at": from_ms(at).isoformat()} for at, data in await store.judged(sandbox.box, month)
    ]
    summaries = _summaries(declarations, counts, to_ms(late))
    return {
        "month": month,
        "due": due.day.isoformat(),
        "provisional": due.provisional,
        "lateFrom": late.isoformat(),
        "now": now.isoformat(),
        "late": now >= late,
        "lists": _totals(counts, declared),
        "byConsignor": [
            {
                "customsCode": customs,
                "ebcCode": ebc,
                **_totals([one for one in counts if _whose(one[0]) == (customs, ebc)], declared),
            }
            for customs, ebc in sorted({_whose(one[0]) for one in counts})
        ],
        "summaries": summaries,
        "judged": judged,
        "findings": _findings(month, summaries, judged, late.isoformat()),
    }


def _whose(sum_ref: str) -> tuple[str, str]:
    _, customs, ebc = split(sum_ref)
    return customs, ebc


def _declared(declarations: list[Declaration]) -> set[str]:
    """Summaries all of whose declarations are made."""
    open_ones = {one.sum_no for one in declarations if not one.declared_ms}
    return {one.sum_no for one in declarations} - open_ones


def _totals(counts: list[tuple[str, str, int, int]], declared: set[str]) -> Json:
    of_kind = {flag: [one for one in counts if split(one[0])[0] == flag] for flag in (RELEASED_BY_LIST, TO_SUM_UP)}
    to_sum_up = of_kind[TO_SUM_UP]
    return {
        "closed": sum(one[3] for one in counts),
        "A": sum(one[3] for one in of_kind[RELEASED_BY_LIST]),
        "B": sum(one[3] for one in to_sum_up),
        "summarised": sum(one[3] for one in to_sum_up if one[1]),
        "declared": sum(one[3] for one in to_sum_up if one[1] in declared),
        "returnedWhole": sum(one[3] for one in to_sum_up if one[2] == WHOLE and not one[1]),
        "missing": sum(one[3] for one in to_sum_up if not one[1] and one[2] != WHOLE),
    }


def _summaries(declarations: list[Declaration], counts: list[tuple[str, str, int, int]], late_ms: int) -> list[Json]:
    found = []
    for number in sorted({one.sum_no for one in declarations}):
        some = [one for one in declarations if one.sum_no == number]
        last = max(one.declared_ms for one in some)
        done = all(one.declared_ms for one in some)
        found.append(
            {
                "sumNo": number,
                "acceptedAt": made_at(some[0]),
                "acceptedLate": some[0].made_ms >= late_ms,
                "lists": sum(one[3] for one in counts if one[1] == number),
                "declarations": len(some),
                "sources": sum(one.sources for one in some),
                "declaredAt": from_ms(last).isoformat() if done else None,
                "declaredLate": done and last >= late_ms,
                "entryIds": [one.entry_id for one in some if one.entry_id],
            }
        )
    return found


def _findings(month: str, summaries: list[Json], judged: list[Json], late: str) -> list[Json]:
    rows = []
    for one in judged:
        if one["notSummarised"]:
            rows.append(["SUM-15", "", f"lists of {month} summed up before {late}", f"{one['notSummarised']} are not"])
        if one["declarationsNotMade"]:
            rows.append(["SUM-16", "", f"declared before {late}", f"{one['declarationsNotMade']} declarations are not"])
    for one in summaries:
        if one["acceptedLate"]:
            rows.append(["SUM-01", "", f"summed up before {late}", f"{one['sumNo']} at {one['acceptedAt']}"])
        if one["declaredLate"]:
            rows.append(["SUM-16", "", f"declared before {late}", f"{one['sumNo']} at {one['declaredAt']}"])
    return [explained(row, "remark") for row in rows]


async def summary_view(store: Store, sandbox: Sandbox, number: str) -> Json | None:
    """The declarations of a summary with their merged lines; None where there is none."""
    declarations = await store.declarations(sandbox.box, sum_no=number)
    if not declarations:
        return None
    applied = [one.held for one in await store.find(sandbox.box, number, 1)]
    return {
        "sumNo": number,
        "application": external(applied[0].key) if applied else None,
        "acceptedAt": made_at(declarations[0]),
        "declarations": [
            {
                "declSeqNo": one.decl_seq_no,
                "month": one.month,
                "decState": one.dec_state,
                "decTmpNo": one.dec_tmp_no,
                "decPreNo": one.dec_pre_no,
                "entryId": one.entry_id,
                "declaredAt": from_ms(one.declared_ms).isoformat() if one.declared_ms else None,
                "customsCode": one.customs_code,
                "grossWeight": one.gross_weight,
                "netWeight": one.net_weight,
                "sources": one.sources,
                "lines": one.lines,
            }
            for one in declarations
        ],
    }


async def statistics_view(store: Store, sandbox: Sandbox, month: str) -> Json:
    """Monthly statistics of lists of kind A, read page by page."""
    statistics, after = Statistics(month, sandbox.codes.rates), 0
    restore = EDITION_202205.by_number["603"].document.restore
    while page := await store.closed(sandbox.box, span(month), f"{RELEASED_BY_LIST}~", after):
        for after, content in page:  # noqa: B007 - the last serial is where the next page begins
            statistics.add(restore(orjson.loads(content)))
        await asyncio.sleep(0)
    return statistics.as_json()
