"""What was planted, asked and reported about an enterprise, as entries of a sandbox's settings; and what became of it.

An entry is plain JSON: ``{"id","what","at",…}``, `what` one of recall, event, report, request. Times are sandbox times.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from swsim.simulator.clock import read_duration
from swsim.simulator.duty.model import Sign, Signs, Trade, sign

ROLES = ("ebc", "ebp", "agent", "logistics", "pay", "operator", "owner", "warehouse")
MOST = 500
"""Entries kept; the oldest go first."""
Entry = Mapping[str, Any]
Ledger = tuple[Entry, ...]
OPEN_STATES = frozenset({2, 3, 120, 300, 399, 500, 800})


def read_entry(what: str, value: Mapping[str, Any], at: datetime, place: int) -> dict[str, Any]:
    """An entry of what was sent; ValueError says what was expected and received."""
    fields = {
        "recall": ({"itemNo"}, {"reason", "within"}),
        "event": ({"subject", "role"}, {"text", "within"}),
        "report": ({"subject", "role", "text"}, set()),
    }
    needed, optional = fields[what]
    known = {name: value.get(name) for name in sorted(needed | optional) if value.get(name) is not None}
    wrong = set(value) - needed - optional
    if wrong or not needed <= known.keys() or not all(isinstance(one, str) and one for one in known.values()):
        raise ValueError(f"{what}: expected texts {sorted(needed)} and perhaps {sorted(optional)}, got {dict(value)!r}")
    if "role" in known and known["role"] not in ROLES:
        raise ValueError(f"{what}: expected a role of {', '.join(ROLES)}, got {known['role']!r}")
    if max(map(len, map(str, known.values()))) > 2000:
        raise ValueError(f"{what}: expected texts of at most 2000 characters")
    if what != "report":
        known["within"] = read_duration(str(known.get("within", "PT24H"))).total_seconds()
    return {"id": f"{what[0].upper()}{place:06d}", "what": what, "at": at.isoformat(), **known}


def added(ledger: Ledger, entry: Entry) -> Ledger:
    """The ledger with one more entry."""
    return (*ledger, entry)[-MOST:]


def next_place(ledger: Ledger) -> int:
    """The number of the next entry."""
    return max((int(entry["id"][1:]) for entry in ledger), default=0) + 1


def _at(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry["at"])


def _until(entry: Entry) -> datetime:
    return _at(entry) + timedelta(seconds=entry["within"])


def of_what(ledger: Iterable[Entry], what: str) -> list[Entry]:
    """The entries of one sort."""
    return [entry for entry in ledger if entry["what"] == what]


def reports_that_did_not_come(ledger: Ledger, now: datetime) -> Signs:
    """DUT-06: a report of the same subject by the role that saw the event, in time."""
    for event in of_what(ledger, "event"):
        told = [
            _at(report)
            for report in of_what(ledger, "report")
            if (report["subject"], report["role"]) == (event["subject"], event["role"]) and _at(report) >= _at(event)
        ]
        expected = f"a report by {event['role']} until {_until(event).isoformat()}"
        if told and min(told) > _until(event):
            yield Sign("DUT-06", "event", event["subject"], expected, f"at {min(told).isoformat()}")
        elif not told and now > _until(event):
            yield Sign("DUT-06", "event", event["subject"], expected, "none")


def recalls_not_followed(ledger: Ledger, trade: Trade) -> Signs:
    """DUT-10: after a recall no list declares the item, and lists not yet gone are cancelled in time."""
    for recall in of_what(ledger, "recall"):
        item, since, until = recall["itemNo"], _at(recall), _until(recall)
        for piece in trade.of("603"):
            if item not in {line.item_no for line in piece.document.lines}:
                continue
            if piece.received_at > since and piece.state in OPEN_STATES | {899}:
                found = f"declared at {piece.received_at.isoformat()}"
                yield sign("DUT-10/new", piece, f"item {item}, recalled at {since.isoformat()}, is not declared", found)
            elif piece.received_at <= since and piece.state in OPEN_STATES and trade.now > until:
                expected = f"cancelled by {until.isoformat()}: item {item} is recalled"
                yield sign("DUT-10/open", piece, expected, f"in state {piece.state}")


def requests_not_answered(ledger: Ledger) -> Signs:
    """DUT-01, DUT-09: what the enterprise answered when customs asked."""
    for request in of_what(ledger, "request"):
        row = "DUT-01/tracking" if request["ask"] == "tracking" else "DUT-09"
        for fault in request["faults"]:
            yield Sign(row, request["ask"], request["subject"], fault["expected"], fault["found"])


def signs_in(ledger: Ledger, trade: Trade) -> Sequence[Sign]:
    """Everything the ledger shows."""
    return [
        *reports_that_did_not_come(ledger, trade.now),
        *recalls_not_followed(ledger, trade),
        *requests_not_answered(ledger),
    ]
