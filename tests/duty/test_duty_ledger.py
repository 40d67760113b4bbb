"""What was planted and what came of it; how answers of an enterprise are judged."""

from datetime import timedelta
from typing import Any

import pytest
from duty_trade import AT, DAY, piece, sale, trade

from swsim.simulator.duty.answers import MOST_BYTES, judge_evidence, judge_tracking, read_answer
from swsim.simulator.duty.ledger import MOST, added, next_place, read_entry, signs_in

S = sale()
ITEM = S.inventory.lines[0].item_no or ""
SECOND = timedelta(seconds=1)
EVENT = {"subject": "O-1", "role": "ebp", "text": "same buyer, forty orders", "within": "PT2H"}
REPORT = {"subject": "O-1", "role": "ebp", "text": "suspicious"}


def entry(what: str, value: dict[str, Any], at: Any = AT) -> dict[str, Any]:
    """An entry made at a time."""
    return read_entry(what, value, at, 1)


@pytest.mark.parametrize(
    ("reported", "now", "found"),
    [
        (None, timedelta(hours=2), None),
        (None, timedelta(hours=2, seconds=1), "none"),
        (timedelta(hours=2), timedelta(hours=3), None),
        (timedelta(hours=2, seconds=1), timedelta(hours=3), "late"),
        (-SECOND, timedelta(hours=3), "none"),
    ],
)
def test_a_planted_event_wants_a_report_in_time(reported: Any, now: timedelta, found: str | None) -> None:
    """DUT-06: by the role that saw it, within the hours, not before."""
    ledger = [entry("event", EVENT)] + ([entry("report", REPORT, AT + reported)] if reported is not None else [])
    signs = signs_in(tuple(ledger), trade(now=AT + now))
    assert [one.row for one in signs] == (["DUT-06"] if found else [])
    if found:
        assert signs[0].found == ("none" if found == "none" else f"at {(AT + reported).isoformat()}")


def test_a_report_of_another_role_does_not_count() -> None:
    """The platform saw it, the carrier wrote."""
    ledger = (entry("event", EVENT), entry("report", REPORT | {"role": "logistics"}))
    assert [one.row for one in signs_in(ledger, trade(now=AT + DAY))] == ["DUT-06"]


@pytest.mark.parametrize(
    ("received", "state", "now", "row"),
    [
        (SECOND, 399, timedelta(0), "DUT-10/new"),
        (SECOND, 899, timedelta(0), "DUT-10/new"),
        (SECOND, 100, timedelta(0), None),
        (timedelta(0), 399, DAY, None),
        (timedelta(0), 399, DAY + SECOND, "DUT-10/open"),
        (timedelta(0), -2, DAY + SECOND, None),
        (timedelta(0), 899, DAY + SECOND, None),
    ],
)
def test_a_recall_is_followed(received: timedelta, state: int, now: timedelta, row: str | None) -> None:
    """DUT-10: nothing new with the item, what is open cancelled within the day; what has left has left."""
    recall = entry("recall", {"itemNo": ITEM, "reason": "test"})
    listed = piece(S.inventory, state=state, received=AT + received)
    assert [one.row for one in signs_in((recall,), trade(listed, now=AT + now))] == ([row] if row else [])
    other = entry("recall", {"itemNo": "ANOTHER"})
    assert signs_in((other,), trade(listed, now=AT + now)) == []


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("recall", {}, "expected texts"),
    ("recall", {"itemNo": 7}, "expected texts"),
    ("recall", {"itemNo": "A", "colour": "red"}, "expected texts"),
    ("event", EVENT | {"role": "buyer"}, "expected a role of"),
    ("report", REPORT | {"within": "PT1H"}, "expected texts"),
    ("report", REPORT | {"text": "x" * 2001}, "at most 2000"),
]


@pytest.mark.parametrize(("what", "value", "told"), WRONG)
def test_a_wrong_entry_is_refused(what: str, value: dict[str, Any], told: str) -> None:
    """It says what was expected and received."""
    with pytest.raises(ValueError, match=told):
        entry(what, value)


def test_the_ledger_keeps_the_latest() -> None:
    """Bounded; numbers go on."""
    ledger: Any = ()
    for _ in range(MOST + 2):
        ledger = added(ledger, read_entry("report", REPORT, AT, next_place(ledger)))
    assert (len(ledger), ledger[0]["id"], next_place(ledger)) == (MOST, "R000003", MOST + 3)


def event(minutes: int, what: str = "collected") -> dict[str, str]:
    """A step of a parcel."""
    return {"at": (AT + timedelta(minutes=minutes)).isoformat(), "what": what}


NO_EVENT = "event 1 with at (ISO 8601, with zone) and what"
TRACKED = {"logisticsNo": "L1", "events": [event(-9), event(0, "left")]}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (TRACKED, []),
        (TRACKED | {"logisticsNo": "L2"}, ["logisticsNo L1"]),
        (TRACKED | {"events": []}, ["events, at least one"]),
        (TRACKED | {"events": [event(0), event(-1)]}, ["events in the order of time"]),
        (TRACKED | {"events": [event(1)]}, [f"events not after {AT.isoformat()}"]),
        (TRACKED | {"events": ["left"]}, [NO_EVENT]),
        (
            TRACKED | {"events": [{"at": "2026-01-05T09:00:00", "what": "x"}]},
            [NO_EVENT],
        ),
        (TRACKED | {"events": [{"at": None, "what": "x"}]}, [NO_EVENT]),
    ],
)
def test_tracking_is_judged(value: dict[str, Any], expected: list[str]) -> None:
    """This waybill, its events in order, none of them ahead."""
    assert [fault["expected"] for fault in judge_tracking(value, "L1", AT)] == expected


ORDER = {"orderNo": "O1", "goodsValue": "1", "currency": "502", "items": [{"itemNo": "A"}]}
SAID = {"order": ORDER, "payment": {"payNo": "P1", "charge": "1"}, "logistics": {"logisticsNo": "L1"}}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (SAID, []),
        ({**SAID, "payment": None}, ["payment, an object with payNo, charge"]),
        (SAID | {"payment": {"payNo": "P2", "charge": "1"}}, ["payment.payNo P1, as customs holds it"]),
        (SAID | {"order": ORDER | {"items": []}}, ["order.items"]),
        (SAID | {"order": ORDER | {"orderNo": "O2"}}, ["order.orderNo O1"]),
    ],
)
def test_evidence_is_judged(value: dict[str, Any], expected: list[str]) -> None:
    """All three parts, and what customs holds itself."""
    assert [
        fault["expected"] for fault in judge_evidence(value, "O1", {"payNo": "P1", "logisticsNo": "L1"})
    ] == expected


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b"{}", []),
        (404, b"{}", ["status 200"]),
        (200, b"no", ["a JSON object"]),
        (200, b"[]", ["a JSON object"]),
        (200, b" " * (MOST_BYTES + 1), [f"at most {MOST_BYTES} bytes"]),
    ],
)
def test_an_answer_is_read(status: int, body: bytes, expected: list[str]) -> None:
    """Bounded, JSON, 200."""
    assert [fault["expected"] for fault in read_answer(status, body)[1]] == expected


@pytest.mark.parametrize(("ask", "row"), [("tracking", "DUT-01/tracking"), ("evidence", "DUT-09")])
def test_what_was_not_answered_is_a_finding(ask: str, row: str) -> None:
    """Each fault of an answer is one."""
    faults = [{"expected": "status 200", "found": "404"}]
    request = {"id": "Q000001", "what": "request", "at": AT.isoformat(), "ask": ask, "subject": "L1", "faults": faults}
    assert [(one.row, one.key, one.found) for one in signs_in((request,), trade())] == [(row, "L1", "404")]
