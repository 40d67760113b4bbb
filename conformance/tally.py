"""What became of the documents of a run, read from its journal: states by kind, refusals with their explanation."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from swsim.conformance.journal import Entry
from swsim.reports.model import Refusal, StateCount
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.registry import PLAYED_DXP_ID

Explain = Callable[[str, str], Awaitable[dict[str, Any]]]
"""Document kind and key to the control API's view of it."""


def count_states(entries: Iterable[Entry]) -> list[StateCount]:
    """Documents by kind and the status they ended in, those that were played apart; a refused copy does not move a
    document that has its key.
    """
    ended: dict[tuple[str, str], tuple[str, bool]] = {}
    for entry in entries:
        played = entry.data.get("dxpId") == PLAYED_DXP_ID
        for record in returned([entry]):
            key, status = (str(record["kind"]), str(record["key"])), str(record["status"])
            if not status.startswith("-") or ended.get(key, ("-", False))[0].startswith("-"):
                ended[key] = status, played
    counts = Counter((kind, *said) for (kind, _), said in ended.items())
    return [
        StateCount(kind, document.zh, document.en, status, count, played)
        for (kind, status, played), count in sorted(counts.items())
        for document in [EDITION_202205.by_number[kind].document]
    ]


async def explain_refusals(entries: Iterable[Entry], explain: Explain, planted: Mapping[str, str]) -> list[Refusal]:
    """Every refusal, oldest first, a row a rule that refused. `planted`: order number -> defect mixed in."""
    rows: dict[Refusal, None] = {}
    for record in returned(entries):
        kind, key, status = str(record["kind"]), str(record["key"]), str(record["status"])
        if status != "100" and not status.startswith("-"):
            continue
        found = (await explain(kind, key))["explain"]
        why = [row for row in found if row.get("kind", "fault") == "fault" and str(row.get("status", status)) == status]
        for row in why or [dict.fromkeys(FIELDS, "")]:
            texts = {name: str(row.get(name) or "") for name in FIELDS}
            plant = planted.get(str(record.get("orderNo") or ""), "")
            rows[Refusal(kind, unquote(key), status, planted=plant, **texts)] = None
    return list(rows)


FIELDS = ("rule", "citation", "basis", "path", "expected", "found", "hint_zh", "hint_en")


def returned(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    """Records of business documents in returns, oldest first."""
    for entry in entries:
        if entry.name == "output/return":
            yield from (row for row in entry.data.get("records", ()) if str(row["kind"]) in EDITION_202205.by_number)
