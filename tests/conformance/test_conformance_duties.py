"""Judges of responsibility over hand-made journals, the wish for an item, and where customs can ask."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from conformance_journals import Book, accepted_data

from swsim.conformance.capabilities import statement_of
from swsim.conformance.cases import responsibility as cases
from swsim.conformance.driver import Placed
from swsim.conformance.journal import Entry
from swsim.conformance.story import Story
from swsim.fixtures.chain import chain
from swsim.fixtures.wishes import wished

AT = datetime(2026, 1, 5, 9, tzinfo=timezone(timedelta(hours=8)))


def said(name: str, **what: Any) -> Story:
    """A journal with one entry about duties."""
    kind, _, rest = name.partition("/")
    entry = Entry(1, AT.isoformat(), kind, rest, {"said": what})
    return Story([], {"a": Placed("O1", "L1", "W1")}, everything=[entry])


def test_an_answer_without_faults_passes_and_faults_are_told() -> None:
    judge = cases.answered("tracking", cases.waybill)
    asked = {"what": "request", "ask": "tracking", "subject": "W1"}
    assert judge(said("channel/duty", **asked, faults=[])).verdict == "PASS"
    wrong = judge(said("channel/duty", **asked, faults=[{"expected": "status 200", "found": "404"}]))
    assert (wrong.verdict, wrong.reason) == ("FAIL", "tracking: expected status 200, found 404")
    assert judge(said("channel/duty", **asked | {"subject": "W2"}, faults=[])).verdict == "INCONCLUSIVE"


@pytest.mark.parametrize(("count", "verdict"), [(2, "FAIL"), (3, "PASS")])
def test_the_tracking_tells_of_every_stage(count: int, verdict: str) -> None:
    events = {"events": [{"at": AT.isoformat(), "what": "left"}] * count}
    story = said("channel/duty", what="request", ask="tracking", subject="W1", faults=[], answer=events)
    assert cases.tells_of("collected", "released", "left")(story).verdict == verdict


@pytest.mark.parametrize(
    ("role", "text", "verdict"),
    [("ebp", "forty orders", "PASS"), ("agent", "forty orders", "FAIL"), ("ebp", "something", "FAIL")],
)
def test_a_report_comes_from_who_saw_it_and_says_what(role: str, text: str, verdict: str) -> None:
    story = said("input/duty", what="report", subject="O1", role=role, text=text)
    assert cases.by_who_saw_it(story).verdict == verdict


def test_no_report_of_the_order_is_no_report() -> None:
    assert cases.reported(said("input/duty", what="report", subject="O2", role="ebp", text="forty")) is None
    assert cases.reported(said("input/duty", what="recall", itemNo="A")) is None


def test_a_list_behind_a_recall_fails_and_one_before_it_misses_the_provocation() -> None:
    held, declared = accepted_data(Book()).story("a"), accepted_data(Book()).sends("603").story("a")
    assert (cases.held_back(held).verdict, cases.not_declared(held).verdict) == ("PASS", "PASS")
    assert (cases.held_back(declared).verdict, cases.not_declared(declared).verdict) == ("INCONCLUSIVE", "FAIL")


def test_a_list_of_prohibited_goods_fails() -> None:
    assert cases.not_traded(accepted_data(Book()).story("a")).verdict == "PASS"
    assert cases.not_traded(accepted_data(Book()).sends("603").story("a")).verdict == "FAIL"


def test_without_an_inspection_nothing_can_be_said() -> None:
    assert cases.inspected(accepted_data(Book()).sends("603").story("a")).verdict == "INCONCLUSIVE"


def test_the_item_of_a_wish_stands_in_order_and_list_and_changes_nothing_else() -> None:
    usual, made = chain(3, 7, AT), wished(3, 7, AT, {"itemNo": "TEST-X"})
    assert (made.order.lines[0].item_no, made.inventory.lines[0].item_no) == ("TEST-X", "TEST-X")
    assert made.order.lines[1:] == usual.order.lines[1:]
    assert (made.order.head, made.receipts, made.logistics) == (usual.order.head, usual.receipts, usual.logistics)
    assert wished(3, 7, AT, {}) == usual
    named = wished(3, 7, AT, {"itemName": "ivory"})
    assert (named.order.lines[0].item_name, named.inventory.lines[0].item_name) == ("ivory", "ivory")


def test_who_offers_tracking_says_where() -> None:
    offers = {"facilities": ["tracking"]}
    told = statement_of(offers | {"endpoints": {"tracking": "http://127.0.0.1:9/t"}})
    assert told.endpoints == {"tracking": "http://127.0.0.1:9/t"}
    for endpoints in ({}, {"tracking": "nowhere"}):
        with pytest.raises(ValueError, match=r"endpoints\.tracking: expected an http or https URL"):
            statement_of(offers | {"endpoints": endpoints})
    with pytest.raises(ValueError, match="endpoints: expected of evidence, tracking"):
        statement_of({"endpoints": {"moon": "http://127.0.0.1:9/"}})
