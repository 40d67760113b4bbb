"""Judges of outages and of refusals for the form over hand-made journals; the defect that breaks the schema."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from conformance_journals import Book, accepted_data

from swsim.conformance.cases import outage
from swsim.conformance.driver import Wish
from swsim.conformance.drivers.orders import in_full
from swsim.conformance.enterprise.plants import read_plant
from swsim.conformance.journal import Entry
from swsim.conformance.story import Story
from swsim.fixtures.batch import upload
from swsim.fixtures.chain import chain
from swsim.fixtures.parties import parties
from swsim.simulator.messages.codec import Refused, encode, read_message

AT = datetime(2026, 1, 5, 9, tzinfo=timezone(timedelta(hours=8)))


def told(book: Book) -> Story:
    """The journal of a case that runs alone."""
    return replace(book.story(outage.ONE), everything=book.entries)


def refused(book: Book) -> Book:
    """A message refused for its form."""
    n = len(book.entries) + 1
    book.entries.append(Entry(n, AT.isoformat(), "input", "refused-message", {"code": "0002"}))
    return book


def test_everything_once_passes() -> None:
    assert outage.all_there_once(told(accepted_data(Book()).sends("603"))).verdict == "PASS"


def test_what_is_lost_fails_and_is_named() -> None:
    judgement = outage.all_there_once(told(Book().sends("303").sends("505").sends("603")))
    assert (judgement.verdict, judgement.reason) == ("FAIL", "the payment receipt of O1 is lost")


@pytest.mark.parametrize(
    ("twice", "key", "verdict"), [("", "", "FAIL"), ("403", "", "PASS"), ("403", "EBC~O1~P2", "FAIL")]
)
def test_what_comes_twice_fails_but_where_the_answer_was_lost(twice: str, key: str, verdict: str) -> None:
    book = accepted_data(Book()).sends("603").sends("403", key=key)
    assert outage.all_there_once(told(book), twice).verdict == verdict


def test_an_outage_that_did_not_happen_is_inconclusive() -> None:
    book = Book()
    assert outage.disturbed(told(book), outage.BUSY).verdict == "INCONCLUSIVE"
    book.entries.append(Entry(1, AT.isoformat(), "channel", "fault", {"action": "reset"}))
    assert outage.disturbed(told(book), outage.BUSY).verdict == "INCONCLUSIVE"
    assert outage.disturbed(told(book), outage.BREAKS).verdict == "PASS"


def test_a_correction_behind_the_refusal_is_seen_and_one_before_it_is_not() -> None:
    assert outage.corrected(told(refused(Book().sends("303")))) is None
    assert outage.corrected(told(refused(Book()).sends("303"))) is not None
    assert outage.corrected(told(Book().sends("303"))) is None


def test_a_second_refusal_for_the_form_fails() -> None:
    assert outage.not_unchanged(told(refused(Book()))).verdict == "PASS"
    assert outage.not_unchanged(told(refused(refused(Book())))).verdict == "FAIL"


def test_two_corrections_of_one_message_fail() -> None:
    assert outage.once_for_both(told(refused(Book()).sends("303"))).verdict == "PASS"
    assert outage.once_for_both(told(refused(Book()).sends("303").sends("303"))).verdict == "FAIL"


def test_the_currency_by_its_name_breaks_the_schema_and_comes_in_full_too() -> None:
    made = chain(1, 0, AT)
    wrong = read_plant(made, "currency-by-name")
    assert list(wrong) == ["303"]
    with pytest.raises(Refused, match="currency"):
        read_message(encode(upload([wrong["303"]], parties(1).sender("303"), guid=made.order.head.guid), prefix="ceb"))
    detail = in_full(Wish(1, 0, AT, "currency-by-name"))["detail"]
    assert detail["Order"]["OrderHead"]["currency"] == "人民币元"
