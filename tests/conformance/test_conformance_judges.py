"""Each judge over hand-made journals: what passes, what fails, and which entries it shows."""

import pytest
from conformance_journals import Book, accepted_data

from swsim.conformance.cases import CASES
from swsim.conformance.cases.corrects_after_rejection import resubmitted_properly, sent_again, settled
from swsim.conformance.cases.never_declares_twice import declared_once
from swsim.conformance.cases.transmits_before_declaring import SLOW, answers_are_kept_back, lists_follow_answers
from swsim.conformance.enterprise.faults import FAULTS
from swsim.conformance.requirements import REQUIREMENTS, Basis, weakest
from swsim.reports.model import Verdict


def test_a_list_behind_the_acceptance_of_its_data_passes() -> None:
    judgement = lists_follow_answers(accepted_data(Book()).sends("603").story("a"), "a")
    assert judgement.verdict is Verdict.PASS
    assert [one.text.split()[0] for one in judgement.evidence] == ["603", "303", "303", "403", "403", "505", "505"]


def test_no_list_at_all_passes() -> None:
    assert lists_follow_answers(Book().sends("303").story("a"), "a").verdict is Verdict.PASS


@pytest.mark.parametrize("open_kind", ["303", "403", "505"])
def test_a_list_before_an_answer_fails_and_names_the_document(open_kind: str) -> None:
    book = Book()
    for kind in ("303", "403", "505"):
        book.sends(kind).answers(kind, 2, 3)
        if kind != open_kind:
            book.answers(kind, 399 if kind == "505" else 120)
    story = book.sends("603").answers(open_kind, 120).story("a")
    judgement = lists_follow_answers(story, "a")
    assert judgement.verdict is Verdict.FAIL
    assert "not answered" in judgement.reason
    assert {"303": "order", "403": "payment receipt", "505": "waybill"}[open_kind] in judgement.reason


def test_a_list_whose_waybill_never_came_fails() -> None:
    book = Book().sends("303").sends("403").answers("303", 120).answers("403", 120).sends("603")
    assert "waybill was not there" in lists_follow_answers(book.story("a"), "a").reason


def test_a_list_behind_a_refusal_fails_until_the_order_is_accepted() -> None:
    data = accepted_data(Book()).answers("303", 100)
    assert lists_follow_answers(data.sends("603").story("a"), "a").verdict is Verdict.FAIL
    again = accepted_data(Book()).answers("303", 100).sends("303").answers("303", 2, 3, 120).sends("603")
    assert lists_follow_answers(again.story("a"), "a").verdict is Verdict.PASS


def test_a_duplicate_code_does_not_take_an_acceptance_back() -> None:
    book = accepted_data(Book()).sends("303").answers("303", -301010).sends("603")
    assert lists_follow_answers(book.story("a"), "a").verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("regime", "verdict"), [("2024-167", Verdict.PASS), ("by-date", Verdict.PASS), ("2018-194", "FAIL")]
)
def test_the_payment_receipt_counts_only_where_the_regime_asks_for_it(regime: str, verdict: str) -> None:
    book = Book().sends("303").sends("505").answers("303", 120).answers("505", 399).sends("603")
    assert lists_follow_answers(book.story("a", regime=regime), "a").verdict == verdict


def test_a_provocation_that_missed_is_inconclusive() -> None:
    assert answers_are_kept_back(accepted_data(Book()).story(SLOW)).verdict is Verdict.INCONCLUSIVE
    kept = Book().sends("303").sends("505").answers("303", 2, 3).answers("505", 2, 3)
    assert answers_are_kept_back(kept.story(SLOW)).verdict is Verdict.PASS


def refused_list() -> Book:
    return accepted_data(Book()).sends("603", guid="A").answers("603", 2, 3, 100)


def test_a_list_that_comes_again_under_its_key_and_is_accepted_passes() -> None:
    judgement = resubmitted_properly(
        refused_list().sends("603", guid="B").answers("603", 2, 3, 120, 399).story("a"), "a"
    )
    assert judgement.verdict is Verdict.PASS
    assert "corrected and accepted (399)" in judgement.reason
    assert len(judgement.evidence) == 4


def test_a_list_left_refused_fails() -> None:
    judgement = resubmitted_properly(refused_list().story("a"), "a")
    assert (judgement.verdict, "not declared again" in judgement.reason) == (Verdict.FAIL, True)


@pytest.mark.parametrize(
    ("again", "reason"),
    [
        ({"guid": "B", "key": "AGENT~L2"}, "expected the key"),
        ({"guid": "A"}, "old guid"),
        ({"guid": "B", "app_type": "3"}, "appType 3"),
        ({"guid": "B", "app_status": "1"}, "appStatus 1"),
    ],
)
def test_a_list_that_comes_again_the_wrong_way_fails(again: dict[str, str], reason: str) -> None:
    judgement = resubmitted_properly(refused_list().sends("603", **again).answers("603", 120, 399).story("a"), "a")
    assert judgement.verdict is Verdict.FAIL
    assert reason in judgement.reason


def test_a_list_refused_again_and_again_fails() -> None:
    story = refused_list().sends("603", guid="B").answers("603", 2, 3, 100).story("a")
    assert "no version" in resubmitted_properly(story, "a").reason
    assert sent_again(story, "a") is not None


def test_a_list_accepted_as_it_came_needs_no_correction() -> None:
    story = accepted_data(Book()).sends("603").answers("603", 2, 3, 120, 399).story("a")
    assert resubmitted_properly(story, "a").verdict is Verdict.PASS
    assert settled(story, "a") is not None
    assert settled(accepted_data(Book()).sends("603").answers("603", 2, 3).story("a"), "a") is None


def test_one_list_passes() -> None:
    assert declared_once(accepted_data(Book()).sends("603").story("a"), "a").verdict is Verdict.PASS


@pytest.mark.parametrize("second", [{}, {"key": "AGENT~L2"}, {"app_type": "2"}])
def test_a_second_list_while_the_first_is_open_fails_under_any_key(second: dict[str, str]) -> None:
    judgement = declared_once(
        accepted_data(Book()).sends("603").answers("603", 2, 3).sends("603", **second).story("a"), "a"
    )
    assert judgement.verdict is Verdict.FAIL
    assert [one.what for one in judgement.evidence] == ["input/message", "input/message"]


def test_a_second_list_behind_a_refusal_passes_and_a_duplicate_code_is_no_refusal() -> None:
    assert declared_once(refused_list().sends("603").story("a"), "a").verdict is Verdict.PASS
    twice = accepted_data(Book()).sends("603").sends("603").answers("603", -621004).sends("603")
    assert declared_once(twice.story("a"), "a").verdict is Verdict.FAIL


def test_a_draft_is_no_declaration() -> None:
    assert declared_once(Book().sends("603", app_status="1").sends("603").story("a"), "a").verdict is Verdict.PASS


def test_every_case_names_known_requirements_and_every_fault_its_case() -> None:
    ids = [case.id for case in CASES]
    assert len(set(ids)) == len(ids)
    for case in CASES:
        assert case.requirements
        assert set(case.requirements) <= REQUIREMENTS.keys()
    by_id = {case.id: case for case in CASES}
    for fault in FAULTS.values():
        assert fault.requirement in by_id[fault.case].requirements
        assert fault.description


def test_a_case_rests_on_its_weakest_requirement() -> None:
    assert weakest(("SND-01",)) is Basis.LAW
    assert weakest(("SND-01", "SND-02")) is Basis.SPEC
