"""What must not be done, forms and times of messages: judges over hand-made journals, and the enterprise's no."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from conformance_messages import AT, FIRMS, ONE, TWO, Run, changed, head_of
from test_conformance_clerk import about, accept, desk, kinds, opened

from swsim.conformance.cases import calling_off, limits, refraining, stamps
from swsim.conformance.driver import Placed
from swsim.conformance.enterprise.books import BEIJING, open_sale
from swsim.conformance.enterprise.clerk import BELIEVABLE, BUSINESS_LIMIT
from swsim.conformance.enterprise.desk import Desk
from swsim.conformance.enterprise.envelope import enveloped, inside, refusal
from swsim.conformance.enterprise.machine import Paper, Stage
from swsim.conformance.enterprise.wishes import NotNowError
from swsim.conformance.journal import Entry
from swsim.conformance.story import Judgement, Story
from swsim.fixtures.later import Bill, Fate, Sold, Trip, cancel, master_lists, refund
from swsim.fixtures.wishes import wished

SOLD = Sold(ONE, Fate.LEAVES, "I1")
TRIP = Trip(3, 1, AT, FIRMS)


def approved() -> Run:
    run = Run()
    for document in ONE.documents:
        run.sends(document)
    return run.answers(ONE.inventory, "399", invt_no="I1")


def test_a_cancellation_before_the_status_that_allows_it_fails() -> None:
    judge = refraining.cancelled_before("800")
    assert judge(approved().story()).verdict == "PASS"
    early = approved().sends(cancel(TRIP, SOLD))
    assert judge(early.story()).verdict == "FAIL"
    assert judge(early.answers(ONE.inventory, "800").story()).verdict == "FAIL"
    assert judge(approved().answers(ONE.inventory, "800").sends(cancel(TRIP, SOLD)).story()).verdict == "PASS"


def test_a_cancellation_without_number_is_seen_where_there_is_none_to_name() -> None:
    run = Run().sends(ONE.inventory).answers(ONE.inventory, "300").sends(cancel(TRIP, Sold(ONE, Fate.LEAVES, "")))
    assert refraining.cancelled_before("399", numbered=False)(run.story()).verdict == "FAIL"
    assert refraining.cancelled_before("399")(run.story()).verdict == "PASS"


@pytest.mark.parametrize("place", [0, 1, 2])
def test_data_that_are_touched_behind_their_list_fail(place: int) -> None:
    touched = changed(ONE.documents[place], app_type="2", guid="C" * 36)
    assert refraining.left_alone(approved().story()).verdict == "PASS"
    told = refraining.left_alone(approved().sends(touched).story())
    assert (told.verdict, "changed" in told.reason) == ("FAIL", True)
    assert refraining.left_alone(Run().sends(ONE.order).story()).verdict == "INCONCLUSIVE"


def test_a_second_master_list_of_another_bill_fails() -> None:
    def bill(number: int) -> Any:
        head = head_of(ONE.inventory)
        return master_lists(Bill(Trip(3, number, AT, FIRMS), head.port_code, head.traf_mode, (SOLD,)))[0]

    assert refraining.on_one_bill(approved().story()).verdict == "INCONCLUSIVE"
    assert refraining.on_one_bill(approved().sends(bill(1)).sends(bill(1)).story()).verdict == "PASS"
    assert refraining.on_one_bill(approved().sends(bill(1)).sends(bill(2)).story()).verdict == "FAIL"


def test_goods_that_come_back_behind_their_year_fail() -> None:
    released = approved().answers(ONE.inventory, "800")
    assert refraining.not_taken_back(approved().story()).verdict == "INCONCLUSIVE"
    assert refraining.not_taken_back(released.story()).verdict == "PASS"
    assert refraining.not_taken_back(released.sends(refund(TRIP, SOLD)).story()).verdict == "FAIL"


def test_a_dear_list_that_is_simplified_fails() -> None:
    def told(**head: Any) -> str:
        run = Run().sends(changed(ONE.inventory, **head))
        number = head_of(ONE.inventory)
        story = Story(run.entries, {limits.DEAR: Placed(number.order_no)}, everything=run.entries)
        return str(limits.not_simplified(story).verdict)

    assert (told(statistics_flag="A"), told(statistics_flag="B")) == ("FAIL", "PASS")


def test_a_list_of_a_sale_that_was_called_off_fails() -> None:
    assert calling_off.never_declared(Run().sends(ONE.order).story()).verdict == "PASS"
    assert calling_off.never_declared(approved().story()).verdict == "FAIL"
    assert calling_off.not_out(approved().story()).verdict == "INCONCLUSIVE"


def only(found: Iterator[Judgement]) -> str:
    return str(next(found).verdict)


def test_guids_that_stand_for_two_things_fail_and_the_same_message_again_does_not() -> None:
    same = Run().sends(ONE.order)
    same.entries.append(Entry(2, AT.isoformat(), "input", "message", same.entries[0].data))
    assert only(stamps.numbered_once(same.story())) == "PASS"
    twice = Run().sends(ONE.order).sends(changed(TWO.order, guid=head_of(ONE.order).guid))
    assert only(stamps.numbered_once(twice.story())) == "FAIL"
    chunks = Run().sends(ONE.order).sends(TWO.order)
    chunks.entries[1].data["guid"] = chunks.entries[0].data["guid"] = "M"
    assert only(stamps.numbered_once(chunks.story())) == "FAIL"


def test_a_message_that_was_refused_for_its_form_fails_unless_a_case_planted_it() -> None:
    run = (
        Run()
        .sends(ONE.order)
        .note("input/refused-message", code="0002", faults=["appTime"], xml="<orderNo>O9</orderNo>")
    )
    assert only(stamps.valid(run.story())) == "FAIL"
    planted = Story(run.entries, everything=run.entries, planted=frozenset({"O9"}))
    assert only(stamps.valid(planted)) == "PASS"


@pytest.mark.parametrize(
    ("stamp", "verdict"), [("20260105090000", "PASS"), ("20260105030000", "FAIL"), ("20270105090000", "FAIL")]
)
def test_a_time_of_report_is_the_time_of_sending(stamp: str, verdict: str) -> None:
    run = Run().sends(changed(ONE.order, app_time=stamp))
    story = Story(run.entries, {stamps.ONE: Placed(head_of(ONE.order).order_no)}, everything=run.entries)
    assert stamps.stamped_now(story).verdict == verdict


def test_new_years_eve_is_ahead() -> None:
    assert stamps.new_years_eve(Run().note("input/clock").story()) == datetime(2026, 12, 30, 12, tzinfo=BEIJING)


def test_a_sale_that_is_called_off_is_deleted_as_it_is_accepted_and_never_declared() -> None:
    clerk = desk()
    sale, _ = opened(clerk)
    clerk.read("303", about(sale, "303", "120"))
    deleted = clerk.call_off(sale.order_no) or []
    assert [(letter.copy.kind, head_of(letter.document).app_type) for letter in deleted] == [("303", "3")]
    later = clerk.read("505", about(sale, "505", "399"))
    assert [(letter.copy.kind, head_of(letter.document).app_type) for letter in later] == [("505", "3")]
    assert clerk.read("303", about(sale, "303", "120")) == []
    assert kinds(clerk.read("403", about(sale, "403", "120"))) == ["403"]
    assert (sale.stage, sale.copies["603"].paper) == (Stage.HELD, Paper.TO_SEND)


def test_a_sale_whose_list_is_out_is_the_desks_to_cancel() -> None:
    clerk = desk()
    sale, _ = opened(clerk)
    accept(clerk, sale, "303", "403", "505")
    assert clerk.call_off(sale.order_no) is None
    assert clerk.call_off("UNKNOWN") is None


@pytest.mark.parametrize(
    ("wants", "held"),
    [
        ({"tradeMode": "9710", "value": str(BUSINESS_LIMIT + 1000), "lines": "1"}, True),
        ({"tradeMode": "9710", "value": str(BUSINESS_LIMIT - 1000), "lines": "1"}, False),
        ({"value": str(BUSINESS_LIMIT + 1000), "lines": "1"}, False),
        ({"value": str(BELIEVABLE * 2), "lines": "1"}, True),
    ],
)
def test_what_is_too_dear_or_not_to_be_believed_is_held(wants: dict[str, str], *, held: bool) -> None:
    clerk = desk()
    sale = open_sale(wished(3, 1, AT, wants, firms=FIRMS))
    assert (clerk.take(sale) == []) is held
    assert (sale.stage is Stage.HELD) is held


@pytest.mark.parametrize(("days", "late"), [(364, False), (365, False), (366, True)])
def test_goods_come_back_within_a_year_of_their_release(days: int, *, late: bool) -> None:
    clerk = desk()
    sale, _ = opened(clerk)
    firm = Desk(clerk.books, clerk.clock, FIRMS, 1)
    sale.released_at, sale.copies["603"].status = "20260105090000000", "899"
    clerk.clock.set(AT + timedelta(days=days))
    assert firm.is_too_late(sale) is late
    if late:
        with pytest.raises(NotNowError, match="a year ago"):
            firm.take_back(sale.order_no)


def test_an_envelope_carries_its_message_and_what_is_none_stays_as_it_is() -> None:
    body = b"<a>message</a>" * 20
    cover = enveloped(body, "CEB507Message", "7B444A65-C682-4AF6-9FF9-63B02C7D33B7", "DXPTEST", AT)
    assert b"\n" not in cover[cover.index(b"Data>") : cover.rindex(b"Data>")]
    assert (inside(cover), inside(body), inside(b"\xff")) == (body, body, b"\xff")
    wrapped = cover.replace(b"PGE+", b"PGE+\n  ", 1)
    assert inside(wrapped) == body


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ('<DxpRep xmlns="http://www.chinaport.gov.cn/dxp"><ResponseCode>0000</ResponseCode></DxpRep>', ""),
        (
            (
                '<DxpRep xmlns="http://www.chinaport.gov.cn/dxp"><ResponseCode>2001</ResponseCode>'
                "<ResponseInfo>nobody</ResponseInfo></DxpRep>"
            ),
            "2001 nobody",
        ),
        ("{}", ""),
    ],
)
def test_an_envelope_that_was_not_taken_says_why(answer: str, why: str) -> None:
    assert refusal(answer) == why
