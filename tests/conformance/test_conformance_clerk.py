"""The reference enterprise's decisions, without a line: what it sends, when, in which version."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count, product

import pytest

from swsim.conformance.enterprise.books import BEIJING, Books, BusinessClock, Sale, head_of, open_sale
from swsim.conformance.enterprise.clerk import MOST_ATTEMPTS, Clerk, Mail
from swsim.conformance.enterprise.faults import FAULTS, RIGHT, fault_of
from swsim.conformance.enterprise.faults.sending import DeclaresEarly, DeclaresTwice, NeverCorrects
from swsim.conformance.enterprise.machine import (
    DOCUMENT,
    HEIGHT,
    KINDS,
    SALE,
    Answer,
    Paper,
    Stage,
    Task,
    Turn,
    read_news,
    read_status,
)
from swsim.conformance.enterprise.plants import read_plant
from swsim.fixtures.chain import chain
from swsim.fixtures.defects import DEFECTS

AT = datetime(2026, 1, 5, 9, tzinfo=BEIJING)
_serial = count()


@dataclass
class Record:
    """A record of a return about `document`, with the fields every return has."""

    document: object
    return_status: str
    return_time: str
    guid: str
    return_info: str = "text"
    invt_no: str = ""

    def __getattr__(self, name: str) -> object:
        return getattr(head_of(self.document), name)


def about(sale: Sale, kind: str, status: str, *, guid: str = "", time: str = "") -> Record:
    serial = next(_serial)
    return Record(sale.copies[kind].right, status, time or f"20260105{serial:09d}", guid or f"r{serial}")


def opened(clerk: Clerk, plant: str = "", index: int = 0) -> tuple[Sale, list[Mail]]:
    documents = chain(1, index, AT)
    sale = open_sale(documents, plant, read_plant(documents, plant))
    return sale, clerk.take(sale)


def desk(kind: type[Clerk] = Clerk) -> Clerk:
    clock = BusinessClock()
    clock.set(AT)
    return kind(Books(), clock)


def kinds(mail: list[Mail]) -> list[str]:
    return [letter.copy.kind for letter in mail]


def accept(clerk: Clerk, sale: Sale, *which: str) -> list[Mail]:
    return [
        letter
        for kind in which
        for status in ("2", "3", "399" if kind == "505" else "120")
        for letter in clerk.read(kind, about(sale, kind, status))
    ]


def test_data_first_then_the_list_then_done() -> None:
    clerk = desk()
    sale, mail = opened(clerk)
    assert kinds(mail) == ["303", "403", "505"]
    assert accept(clerk, sale, "303", "505") == []
    assert kinds(accept(clerk, sale, "403")) == ["603"]
    assert clerk.read("603", about(sale, "603", "120")) == []
    assert sale.as_json()["status"] == "working"
    record = about(sale, "603", "399")
    record.invt_no = "51412026E000000001"
    assert clerk.read("603", record) == []
    state = sale.as_json()
    assert (state["status"], state["invtNo"], state["attempts"]) == ("done", "51412026E000000001", 1)
    assert state["lastReturn"] == {"messageType": "CEB604", "status": "399", "info": "text"}


def test_what_is_sent_is_reported_now_under_a_new_guid() -> None:
    clerk = desk()
    clerk.clock.set(AT + timedelta(hours=1))
    _, mail = opened(clerk)
    for letter in mail:
        head = head_of(letter.document)
        assert (head.app_time, head.app_type, head.app_status) == ("20260105100000", "1", "2")
        assert head.guid == head.guid.upper()
        assert head.guid != head_of(letter.copy.right).guid


def test_a_refused_list_is_declared_again_under_its_key_and_given_up_in_the_end() -> None:
    clerk = desk()
    sale, _ = opened(clerk)
    sent = accept(clerk, sale, *KINDS[:3])
    while answer := clerk.read("603", about(sale, "603", "100")):
        sent += answer
    heads = [head_of(letter.document) for letter in sent]
    assert len(heads) == MOST_ATTEMPTS
    assert len({head.guid for head in heads}) == MOST_ATTEMPTS
    assert {(head.agent_code, head.cop_no) for head in heads} == {(heads[0].agent_code, heads[0].cop_no)}
    assert sale.as_json()["status"] == "failed"


def test_a_planted_defect_goes_out_once_and_is_taken_out_by_the_correction() -> None:
    clerk = desk()
    sale, mail = opened(clerk, "wrong-total")
    order = mail[0].document.head  # type: ignore[attr-defined]
    assert order.goods_value != sum(line.total_price for line in sale.copies["303"].right.lines)  # type: ignore[attr-defined]
    [again] = clerk.read("303", about(sale, "303", "-301008"))
    assert again.document.lines == sale.copies["303"].right.lines  # type: ignore[attr-defined]


def test_accepted_data_found_wrong_on_the_way_are_amended_before_the_list() -> None:
    """`wrong-total` takes the charge of the receipt along, which customs accepts by itself."""
    clerk = desk()
    sale, _ = opened(clerk, "wrong-total")
    clerk.read("303", about(sale, "303", "-301008"))
    [change] = accept(clerk, sale, "303", "403", "505")
    assert (change.copy.kind, head_of(change.document).app_type) == ("403", "2")
    assert sale.stage is Stage.TRANSMITTING
    assert kinds(accept(clerk, sale, "403")) == ["603"]


def test_a_list_before_its_order_comes_again_when_the_data_are_there() -> None:
    clerk = desk()
    sale, mail = opened(clerk, "list-before-order")
    assert kinds(mail) == ["603", "303", "403", "505"]
    assert clerk.read("603", about(sale, "603", "100")) == []
    assert kinds(accept(clerk, sale, *KINDS[:3])) == ["603"]
    clerk.read("603", about(sale, "603", "399"))
    assert sale.stage is Stage.DONE


def test_an_early_list_still_open_is_not_sent_again() -> None:
    clerk = desk()
    sale, _ = opened(clerk, "list-before-order")
    assert accept(clerk, sale, *KINDS[:3]) == []
    assert kinds(clerk.read("603", about(sale, "603", "100"))) == ["603"]


def test_a_duplicate_changes_nothing() -> None:
    clerk = desk()
    sale, mail = opened(clerk, "duplicate")
    assert kinds(mail) == ["303", "403", "505", "303"]
    assert clerk.read("303", about(sale, "303", "2")) == []
    assert clerk.read("303", about(sale, "303", "-301010")) == []
    assert sale.copies["303"].status == "2"
    assert kinds(accept(clerk, sale, *KINDS[:3])) == ["603"]


def test_a_return_delivered_twice_or_late_is_not_acted_on_again() -> None:
    clerk = desk()
    sale, _ = opened(clerk)
    accept(clerk, sale, *KINDS[:3])
    refusal = about(sale, "603", "100", guid="r", time="20260105090000000")
    assert len(clerk.read("603", refusal)) == 1
    assert clerk.read("603", refusal) == []
    older = about(sale, "603", "100", guid="older", time="20260105085959999")
    assert clerk.read("603", older) == []
    clerk.read("603", about(sale, "603", "899"))
    clerk.read("603", about(sale, "603", "120"))
    assert (sale.stage, sale.copies["603"].status, sale.last_return["status"]) == (Stage.DONE, "899", "899")


def test_two_refusals_at_one_instant_of_a_frozen_clock_are_two() -> None:
    clerk = desk()
    sale, _ = opened(clerk)
    first, second = (about(sale, "303", "-301008", guid=guid, time="20260105090000000") for guid in ("a", "b"))
    assert kinds(clerk.read("303", first)) == ["303"]
    assert kinds(clerk.read("303", second)) == ["303"]


def test_an_unknown_key_is_set_aside() -> None:
    clerk = desk()
    stranger = open_sale(chain(1, 99, AT))
    assert clerk.read("303", about(stranger, "303", "120")) == []
    assert len(clerk.books.set_aside) == 1


def test_a_message_refused_for_its_form_refuses_each_document_once() -> None:
    clerk = desk()
    sale, mail = opened(clerk)
    assert kinds(clerk.refused([mail[0].copy], "not valid")) == ["303"]
    assert sale.last_return["messageType"] == "CEB900"
    assert sale.copies["303"].attempts == 2


@pytest.mark.parametrize("plant", sorted(DEFECTS))
def test_every_planted_defect_can_be_taken_in(plant: str) -> None:
    clerk = desk()
    sale, mail = opened(clerk, plant)
    assert sale.plant == plant
    assert set(kinds(mail)) >= {"303", "403", "505"}


def test_a_planted_guid_or_time_is_not_put_right_by_sending() -> None:
    _, mail = opened(desk(), "lower-case-guid")
    assert head_of(mail[0].document).guid.islower()
    _, mail = opened(desk(), "impossible-day")
    assert head_of(mail[0].document).app_time[4:8] == "0230"


def test_an_unknown_plant_or_fault_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="wrong-total"):
        read_plant(chain(1, 0, AT), "nonsense")
    with pytest.raises(ValueError, match="declares-early"):
        fault_of("nonsense")
    assert fault_of("") is RIGHT
    assert RIGHT.clerk is Clerk
    parts = [(one.clerk, one.receiver, one.sender, one.desk, one.duties, one.keyring) for one in FAULTS.values()]
    assert (RIGHT.clerk, RIGHT.receiver, RIGHT.sender, RIGHT.desk, RIGHT.duties, RIGHT.keyring) not in parts


def test_the_fault_that_declares_early() -> None:
    clerk = desk(DeclaresEarly)
    sale, mail = opened(clerk)
    assert kinds(mail) == ["303", "403", "505", "603"]
    assert accept(clerk, sale, *KINDS[:3]) == []


def test_the_fault_that_never_corrects() -> None:
    clerk = desk(NeverCorrects)
    sale, _ = opened(clerk)
    accept(clerk, sale, *KINDS[:3])
    assert clerk.read("603", about(sale, "603", "100")) == []
    assert sale.as_json()["status"] == "working"


def test_the_fault_that_declares_twice() -> None:
    clerk = desk(DeclaresTwice)
    sale, _ = opened(clerk)
    accept(clerk, sale, *KINDS[:3])
    clerk.clock.set(AT + timedelta(minutes=10))
    assert clerk.time_passed() == []
    clerk.clock.set(AT + timedelta(minutes=11))
    assert kinds(clerk.time_passed()) == ["603"]
    assert clerk.time_passed() == []
    repeated = about(sale, "603", "3")
    assert clerk.read("603", repeated) == []
    assert kinds(clerk.read("603", repeated)) == ["603"]


def test_the_right_clerk_waits_however_long() -> None:
    clerk = desk()
    sale, _ = opened(clerk)
    accept(clerk, sale, *KINDS[:3])
    clerk.clock.set(AT + timedelta(days=30))
    assert clerk.time_passed() == []


def test_every_status_has_a_meaning_for_every_kind() -> None:
    for kind, status in product(KINDS, [*HEIGHT, "100", "-10102", "-621001"]):
        assert isinstance(read_status(kind, status), Answer)
    assert read_status("603", "120") is Answer.MOVES_ON
    assert read_status("505", "120") is Answer.ACCEPTS
    assert read_status("603", "-621004") is Answer.KNOWS_IT


def test_the_tables_lead_nowhere_that_is_not_declared_and_always_come_to_rest() -> None:
    assert {paper for paper, _ in DOCUMENT} <= set(Paper)
    assert {event for _, event in DOCUMENT} <= {*Answer, *Turn}
    for papers in product(Paper, repeat=4):
        news = read_news(dict(zip(KINDS, papers, strict=True)))
        for stage in Stage:
            row = SALE.get((stage, news))
            if row is not None and row[0] is Task.NOTHING:
                assert (row[1], news) not in SALE or SALE[row[1], news][1] is not stage
    assert not any(stage in {Stage.DONE, Stage.FAILED} for stage, _ in SALE)


def test_the_business_clock_is_beijing_time() -> None:
    clock = BusinessClock()
    clock.set(datetime(2026, 1, 5, 1, tzinfo=UTC))
    assert clock.now().isoformat() == "2026-01-05T09:00:00+08:00"
    clock.set(None)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
