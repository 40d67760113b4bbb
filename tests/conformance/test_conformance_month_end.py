"""The end of a month: what the reference enterprise sums up and books, without a line, and the judges of its cases."""

import csv
import io
from dataclasses import dataclass, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from swsim.conformance.cases import deadlines, month_end
from swsim.conformance.driver import Placed
from swsim.conformance.enterprise import months
from swsim.conformance.enterprise.books import BEIJING, Books, BusinessClock, Sale, head_of, open_sale
from swsim.conformance.enterprise.clerk import Clerk
from swsim.conformance.enterprise.desk import MOST_ATTEMPTS, Desk
from swsim.conformance.enterprise.ledger import COLUMNS, as_csv
from swsim.conformance.enterprise.wishes import NotNowError
from swsim.conformance.journal import Entry
from swsim.conformance.story import Story
from swsim.fixtures.batch import upload
from swsim.fixtures.chain import chain
from swsim.fixtures.parties import parties
from swsim.fixtures.wishes import mix_of
from swsim.reports.model import Verdict
from swsim.simulator.messages.codec import encode

AT = datetime(2026, 1, 5, 9, tzinfo=BEIJING)
FIRMS = parties(1)
JANUARY, FEBRUARY = "20260110120000000", "20260201080000000"


def office(kind: type[Desk] = Desk) -> tuple[Clerk, Desk]:
    clock = BusinessClock()
    clock.set(datetime(2026, 2, 3, 10, tzinfo=BEIJING))
    clerk = Clerk(Books(), clock)
    desk = kind(clerk.books, clock, FIRMS, 1)
    clerk.desk = desk
    return clerk, desk


def closed(clerk: Clerk, index: int, at: str = JANUARY, flag: str = "B") -> Sale:
    """A sale whose list customs closed."""
    wishes = {"simplified": "1" if flag == "A" else "0"}
    sale = open_sale(chain(1, index, AT, firms=FIRMS, mix=mix_of(wishes)))
    clerk.books.open(sale)
    sale.copies["603"].status, sale.closed_at, sale.invt_no = "899", at, f"INVT{index:014d}"
    return sale


def test_parcels_leave_on_a_bill_for_each_customs_and_transport_mode() -> None:
    """§2.15.4: a master list takes lists of its own customs and transport mode alone."""
    clerk, desk = office()
    sales = [closed(clerk, index) for index in range(12)]
    for sale in sales:
        sale.copies["603"].status = "399"
    mail = desk.ship([sale.order_no for sale in sales])
    lists = [head_of(sale.copies["603"].right) for sale in sales]
    ways = {(one.customs_code, one.port_code, one.traf_mode) for one in lists}
    assert len(mail) == len(ways) > 1
    for letter in mail:
        document: Any = letter.document
        numbers = {line.logistics_no for line in document.lines}
        theirs = [one for one in lists if one.logistics_no in numbers]
        assert {(one.customs_code, one.traf_mode) for one in theirs} == {
            (document.head.customs_code, document.head.traf_mode)
        }


@dataclass
class Said:
    """A record of a 702."""

    document: Any
    return_status: str
    sum_no: str = ""
    guid: str = "g"
    return_time: str = "20260203100100000"
    return_info: str = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(head_of(self.document), name)


def test_a_summary_takes_the_lists_of_kind_b_that_stand_of_its_month_alone() -> None:
    clerk, desk = office()
    takes = [closed(clerk, 0), closed(clerk, 1)]
    closed(clerk, 2, FEBRUARY)
    closed(clerk, 3, flag="A")
    closed(clerk, 4).void = True
    back = closed(clerk, 5)
    lines: Any = back.copies["603"].right
    back.returned = {line.gnum: line.qty for line in lines.lines}
    closed(clerk, 6).closed_at = ""
    [mail] = desk.close_month("2026-01")
    document: Any = mail.document
    assert [line.invt_no for line in document.lines] == [sale.invt_no for sale in takes]
    assert desk.close_month("2026-01") == []
    [later] = desk.close_month("2026-02")
    assert head_of(later.document).cop_no != document.head.cop_no


def test_an_application_has_one_customs_and_one_consignor_and_as_many_messages_as_it_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """§2.21.4: the head names both; msgCount and msgSeqNo number the messages, whose other fields agree."""
    monkeypatch.setattr(months, "MOST_LISTS", 2)
    clerk, desk = office()
    sales = [closed(clerk, index) for index in range(5)]
    for sale, said in ((sales[1], {"customs_code": "5165"}), (sales[3], {"ebc_code": "9900000009"})):
        listed: Any = sale.copies["603"].right
        sale.copies["603"].right = listed.replaced(head=listed.head.replaced(**said))
    heads = [head_of(sale.copies["603"].right) for sale in sales]
    mail = desk.close_month("2026-01")
    made: list[Any] = [letter.document for letter in mail]
    places = [(one.head.msg_seq_no, one.head.msg_count, len(one.lines)) for one in made]
    assert places == [(1, 2, 2), (2, 2, 1), (1, 1, 1), (1, 1, 1)]
    assert made[0].head.cop_no == made[1].head.cop_no
    assert len({one.head.cop_no for one in made}) == 3
    for one in made:
        named = {line.invt_no for line in one.lines}
        theirs = {(h.customs_code, h.ebc_code) for sale, h in zip(sales, heads, strict=True) if sale.invt_no in named}
        assert theirs == {(one.head.customs_code, one.head.ebc_code)}
    [again] = clerk.read("701", Said(made[1], "100"))
    assert head_of(again.document).msg_seq_no == 2
    assert desk.close_month("2026-01") == []


def test_the_daily_batch_sums_last_month_up_unasked() -> None:
    clerk, _ = office()
    first = closed(clerk, 0)

    def batch(month: int, day: int, hour: int) -> list[str]:
        clerk.clock.set(datetime(2026, month, day, hour, tzinfo=BEIJING))
        return [line.invt_no for mail in clerk.time_passed() for line in mail.document.lines]  # type: ignore[attr-defined]

    assert batch(2, 1, 2) == batch(2, 5, 1) == []
    assert batch(2, 5, 2) == [first.invt_no]
    late = closed(clerk, 1)
    assert batch(2, 5, 23) == []  # it runs once a day
    assert batch(2, 6, 0) == [late.invt_no]
    closed(clerk, 2, FEBRUARY)
    assert batch(2, 28, 23) == []
    assert len(batch(3, 5, 2)) == 1


def test_a_list_of_which_something_is_left_abroad_is_summed_up() -> None:
    clerk, desk = office()
    sale = closed(clerk, 0)
    lines: Any = sale.copies["603"].right
    sale.returned = {line.gnum: line.qty for line in lines.lines}
    sale.returned[lines.lines[0].gnum] -= 1
    assert len(desk.close_month("2026-01")) == 1


def test_a_refused_summary_goes_out_again_under_its_number_and_at_last_frees_its_lists() -> None:
    clerk, desk = office()
    closed(clerk, 0)
    [mail] = desk.close_month("2026-01")
    guids, keys = {head_of(mail.document).guid}, {head_of(mail.document).cop_no}
    for attempt in range(1, MOST_ATTEMPTS):
        [mail] = clerk.read(
            "701", Said(mail.document, "100", guid=f"r{attempt}", return_time=f"2026020310{attempt:07d}")
        )
        guids.add(head_of(mail.document).guid)
        keys.add(head_of(mail.document).cop_no)
    assert (len(guids), len(keys)) == (MOST_ATTEMPTS, 1)
    assert clerk.read("701", Said(mail.document, "100", guid="last", return_time="20260203119999999")) == []
    assert len(desk.close_month("2026-01")) == 1


def test_sum_no_and_the_steps_of_the_declaration_are_booked_and_nothing_is_taken_back() -> None:
    clerk, desk = office()
    sale, other = closed(clerk, 0), closed(clerk, 1, FEBRUARY)
    [mail] = desk.close_month("2026-01")
    clerk.read("701", Said(mail.document, "399", "S1"))
    assert (sale.sum_no, other.sum_no) == ("S1", "")
    line = SimpleNamespace(invt_no=sale.invt_no)
    for entry_id in (None, "E1", None):
        head = SimpleNamespace(sum_no="S1", decl_seq_no="D1", entry_id=entry_id)
        assert clerk.read("792", SimpleNamespace(head=head, lines=[line])) == []
    assert (sale.sum_no, sale.decl_seq_no, sale.entry_id) == ("S1", "D1", "E1")
    assert clerk.books.set_aside == []
    clerk.read("792", SimpleNamespace(head=head, lines=[SimpleNamespace(invt_no="none of ours")]))
    assert len(clerk.books.set_aside) == 1
    rows = list(csv.DictReader(io.StringIO(as_csv(clerk.books.sales.values()))))
    assert tuple(rows[0]) == tuple(COLUMNS)
    assert (rows[0]["entryId"], rows[0]["closedAt"], rows[1]["entryId"]) == ("E1", JANUARY, "")


def test_an_order_is_changed_once_customs_has_it_and_until_its_list_is_out() -> None:
    clerk, _ = office()
    sale = open_sale(chain(1, 0, AT, firms=FIRMS))
    clerk.take(sale)
    with pytest.raises(NotNowError, match="accepted order"):
        clerk.change(sale.order_no, "12.5")
    clerk.read("303", Said(sale.copies["303"].right, "120"))
    [mail] = clerk.change(sale.order_no, "12.5")
    head = head_of(mail.document)
    assert (head.app_type, str(head.freight)) == ("2", "12.5")
    assert str(head_of(sale.copies["603"].right).freight) == "12.5"
    with pytest.raises(NotNowError, match="unknown"):
        clerk.change("none", "1")


# --- judges -----------------------------------------------------------------------------------------------------------


def story_of(summaries: list[tuple[str, Any]], *, closed_at: str = "2026-01-10T12:00:00+08:00") -> Story:
    """One list, `N1`, approved and closed; summaries that customs received, each with when."""
    key = {"kind": "603", "key": "AGENT~L1", "orderNo": "O1", "logisticsNo": "W1", "appType": "1", "appStatus": "2"}
    sent: dict[str, Any] = {"channel": "http", "documents": [key]}
    said = {"kind": "603", "key": "AGENT~L1", "orderNo": "O1", "invtNo": "N1"}
    entries = [
        Entry(1, "2026-01-05T09:00:00+08:00", "input", "message", sent),
        Entry(2, "2026-01-05T09:01:00+08:00", "output", "return", {"id": "r1", "records": [said | {"status": 399}]}),
        Entry(3, closed_at, "output", "return", {"id": "r2", "records": [said | {"status": 899}]}),
    ]
    for n, (at, document) in enumerate(summaries, 4):
        xml = encode(upload([document], FIRMS.sender("701"), guid=f"{n:08X}-0000-4000-8000-000000000000")).decode()
        row = {"kind": "701", "key": f"A~{document.head.cop_no}~1", "appType": "1", "appStatus": "2"}
        entries.append(Entry(n, at, "input", "message", {"channel": "http", "documents": [row], "xml": xml}))
    return Story(entries, {"a": Placed("O1", "L1", "W1")}, everything=entries)


def summary(number: str = "N1", **head: Any) -> Any:
    """A summary of one list."""
    clerk, desk = office()
    closed(clerk, 0)
    [mail] = desk.close_month("2026-01")
    made: Any = mail.document
    lines = tuple(line.replaced(invt_no=number) for line in made.lines) if number else ()
    return made.replaced(head=made.head.replaced(**head), lines=lines)


RANGE = {"start_time": "20260101000000", "end_time": "20260131235959"}
IN_TIME, LAST, LATE = "2026-02-03T10:00:00+08:00", "2026-02-24T23:59:59+08:00", "2026-02-25T00:00:00+08:00"


@pytest.mark.parametrize(
    ("summaries", "verdict"),
    [
        ([], Verdict.FAIL),
        ([(IN_TIME, summary())], Verdict.PASS),
        ([(LAST, summary())], Verdict.PASS),  # the 15th is a holiday; the first working day behind it is the 24th
        ([(LATE, summary())], Verdict.FAIL),
        ([(IN_TIME, summary("N2"))], Verdict.FAIL),
        ([(IN_TIME, summary("", **RANGE))], Verdict.PASS),
        ([(IN_TIME, summary("N1", start_time="20260201000000", end_time="20260228235959"))], Verdict.FAIL),
    ],
)
def test_in_time(summaries: list[tuple[str, Any]], verdict: Verdict) -> None:
    assert month_end.in_time(story_of(summaries)).verdict is verdict


def test_kept_out_means_named_by_no_summary_and_in_no_range_where_ranges_count() -> None:
    keeps, keeps_all = month_end.keeps_out("a", "why"), month_end.keeps_out("a", "why", ranges=True)
    assert keeps(story_of([(IN_TIME, summary("N2"))])).verdict is Verdict.PASS
    assert keeps(story_of([(IN_TIME, summary())])).verdict is Verdict.FAIL
    assert keeps(story_of([(IN_TIME, summary("", **RANGE))])).verdict is Verdict.PASS
    assert keeps_all(story_of([(IN_TIME, summary("", **RANGE))])).verdict is Verdict.FAIL


def test_one_summary_and_what_it_names() -> None:
    assert month_end.once(story_of([(IN_TIME, summary())])).verdict is Verdict.PASS
    again = summary(cop_no="TESTS26020300000009")
    assert month_end.once(story_of([(IN_TIME, summary()), (IN_TIME, again)])).verdict is Verdict.FAIL
    for document, verdict in (
        (summary(), Verdict.PASS),
        (summary("", **RANGE), Verdict.PASS),
        (summary(start_time="20260101000000"), Verdict.FAIL),
        (summary(""), Verdict.FAIL),
    ):
        assert month_end.names_properly(story_of([(IN_TIME, document)])).verdict is verdict
    assert month_end.names_properly(story_of([])).verdict is Verdict.INCONCLUSIVE


def test_books_are_compared_with_the_last_result() -> None:
    story = story_of([(IN_TIME, summary())])
    assert month_end.books_results(story).verdict is Verdict.INCONCLUSIVE
    assert month_end.next_month()(story) == datetime(2026, 2, 3, 10, tzinfo=BEIJING)
    december = story_of([], closed_at="2025-12-31T23:59:59+08:00")
    assert month_end.next_month(1)(december) == datetime(2026, 1, 1, 10, tzinfo=BEIJING)
    assert month_end.books_agree(replace(story, books=[])).verdict is Verdict.INCONCLUSIVE
    assert {case.plans for case in deadlines.CASES} == {("9610-statistics",)}
