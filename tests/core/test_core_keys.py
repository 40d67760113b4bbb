"""Business keys survive joining whatever their parts hold; numbers given by e-port and customs have their format."""

import re
from datetime import UTC, datetime, timedelta
from itertools import product
from urllib.parse import unquote

import pytest
from core_desk import AT, KINDS, Desk, again, changed, head_of, sale, with_delays
from hypothesis import example, given
from hypothesis import strategies as st

from swsim.fixtures.chain import BEIJING
from swsim.simulator.core.keys import external, internal, join, key_of, order_ref, split, waybill_ref
from swsim.simulator.core.numbers import invt_no, pre_no
from swsim.simulator.messages.transfer import Document

S = sale()
BY_KIND: dict[str, Document] = {document.number: document for document in S.documents}
XML_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
PART = st.one_of(XML_TEXT, st.text("~%7E25/ +无测试", max_size=8))
PARTS = st.lists(PART, min_size=1, max_size=4)
BAD = [["~"], ["%"], ["%7E"], ["%257E", "~~"], ["", ""], ["a~b", "c"], ["a", "b~c"], ["a%7Eb", "c"]]
IN_ORDER = {
    "303": ("ebc_code", "ebp_code", "order_no"),
    "403": ("ebc_code", "order_no", "pay_no"),
    "505": ("logistics_code", "logistics_no"),
    "603": ("agent_code", "cop_no"),
}
"""Business keys as rules.md §2 lists their parts."""


@given(parts=PARTS)
@example(BAD[0]).via("the separator alone")
@example(BAD[2]).via("what an escape looks like")
@example(BAD[3]).via("an escaped escape")
def test_splitting_gives_back_what_was_joined(parts: list[str]) -> None:
    """Any text may be a part, the separator and the escapes themselves too."""
    assert split(join(parts)) == parts


@given(first=PARTS, second=PARTS)
def test_different_parts_make_different_keys(first: list[str], second: list[str]) -> None:
    """Two documents share a key only when every part is the same."""
    assert (join(first) == join(second)) is (first == second)


def test_awkward_parts_do_not_collide() -> None:
    """Parts that look like each other's escapes stay apart, inside and in the contract's form."""
    for first, second in product(BAD, BAD):
        assert (join(first) == join(second)) is (first == second)
        assert (external(join(first)) == external(join(second))) is (first == second)


@given(parts=PARTS)
@example(["a~b", "c"]).via("a separator inside a part")
def test_the_contracts_form_goes_out_and_comes_back(parts: list[str]) -> None:
    """External: parts in the catalogue's order, percent-encoded, joined by `~`; internal reads exactly that."""
    written = external(join(parts))
    assert internal(written) == join(parts)
    assert [unquote(part) for part in written.split("~")] == parts[::-1]
    assert re.fullmatch(r"[A-Za-z0-9_.%~-]*", written)


def test_a_key_in_the_contracts_form_reads_as_documented() -> None:
    """Chinese is UTF-8, a slash and the separator are encoded."""
    key = join(["N~1/2", "无", "91990000XEMKL5A60C"])
    assert external(key) == "91990000XEMKL5A60C~%E6%97%A0~N%7E1%2F2"


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_has_the_parts_of_the_catalogue_last_one_first(kind: str) -> None:
    """The number a user knows leads, so that an index on the key finds it; outside, the catalogue's order holds."""
    head = head_of(BY_KIND[kind])
    parts = [getattr(head, name) for name in IN_ORDER[kind]]
    assert split(key_of(kind, head)) == parts[::-1]
    assert external(key_of(kind, head)) == "~".join(parts)


@pytest.mark.parametrize("kind", KINDS)
@given(text=PART)
def test_every_part_of_a_key_counts(kind: str, text: str) -> None:
    """Another value in one part is another document."""
    head = head_of(BY_KIND[kind])
    for name in IN_ORDER[kind]:
        other = head_of(changed(BY_KIND[kind], **{name: text}))
        assert (key_of(kind, other) == key_of(kind, head)) is (text == getattr(head, name))


def test_an_absent_part_is_an_empty_one() -> None:
    """403 without payNo: the part is there and empty, as with an empty payNo."""
    absent, empty = (changed(S.receipts, pay_no=value) for value in (None, ""))
    assert key_of("403", absent) == key_of("403", empty) == f"~{S.receipts.order_no}~{S.receipts.ebc_code}"
    assert external(key_of("403", absent)) == f"{S.receipts.ebc_code}~{S.receipts.order_no}~"


def test_documents_of_a_sale_refer_to_the_same_order_and_waybill() -> None:
    """Order, receipt and list name one order; waybill and list one waybill; a waybill knows no order (LOG-04)."""
    orders = {kind: order_ref(kind, head_of(BY_KIND[kind])) for kind in KINDS}
    waybills = {kind: waybill_ref(kind, head_of(BY_KIND[kind])) for kind in KINDS}
    order, waybill = key_of("303", S.order.head), key_of("505", S.logistics)
    assert orders == {"303": order, "403": order, "505": None, "603": order}
    assert waybills == {"303": None, "403": None, "505": waybill, "603": waybill}


def test_one_order_number_on_two_platforms_or_of_two_sellers_is_two_orders() -> None:
    """无 stands for every foreign platform, so ebcCode tells its sellers apart."""
    pairs = [(ebc, ebp) for ebc in ("A", "B") for ebp in ("无", "P", "无P")]
    orders, lists = (
        [head_of(changed(document, ebc_code=ebc, ebp_code=ebp, order_no="1")) for ebc, ebp in pairs]
        for document in (S.order, S.inventory)
    )
    assert len({key_of("303", head) for head in orders}) == len(pairs)
    assert {key_of("303", head) for head in orders} == {order_ref("603", head) for head in lists}


# --- numbers given by e-port and customs ------------------------------------------------------------------------------

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - zone beside
SERIALS = st.integers(1, 999_999_999)


@given(at=MOMENTS, serial=SERIALS)
def test_a_pre_no_is_b_date_and_nine_digits(at: datetime, serial: int) -> None:
    """ID-01: 18 characters, a real Beijing date, unique by serial."""
    number = pre_no("603", at, serial)
    assert re.fullmatch(r"B\d{17}", number)
    assert number[1:9] == f"{at.astimezone(BEIJING):%Y%m%d}"
    assert int(number[9:]) == serial


@given(at=MOMENTS, serial=SERIALS, customs=st.from_regex(r"[0-9]{4}", fullmatch=True))
def test_an_invt_no_is_customs_year_e_and_nine_digits(at: datetime, serial: int, customs: str) -> None:
    """ID-02: customs of the list, Beijing year, E for export, 18 to 20 characters."""
    number = invt_no(customs, at, serial)
    assert re.fullmatch(r"\d{4}\d{4}E\d{9,11}", number)
    assert number[:8] == f"{customs}{at.astimezone(BEIJING):%Y}"
    assert int(number[9:]) == serial


def test_the_date_of_a_number_is_beijings() -> None:
    """16:00 UTC is the next day in Beijing."""
    at = datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert pre_no("603", at, 7) == "B20260101000000007"
    assert pre_no("603", at - timedelta(seconds=1), 7) == "B20251231000000007"
    assert pre_no("215", at, 7) == "O20260101000000007"
    assert invt_no("2244", at, 7) == "22442026E000000007"


def test_numbers_are_given_when_they_are_due_and_stay() -> None:
    """preNo before the first return, invtNo with 399 and not before; a second approval would not give another."""
    desk = Desk(with_delays(1))
    for document in S.documents:
        desk.send(document)
    listed = desk.held(S.inventory)
    assert listed is not None
    assert (listed.pre_no, listed.invt_no) == ("B20260105000000004", "")
    desk.wait(2)
    held = desk.held(S.inventory)
    assert held is not None
    assert (held.state, held.invt_no) == (120, "")
    desk.settle()
    held = desk.held(S.inventory)
    assert held is not None
    assert held.invt_no == f"{S.inventory.head.customs_code}2026E000000004"
    assert held.pre_no == listed.pre_no


def test_a_changed_document_keeps_its_number() -> None:
    """Every accepted document has a number of its own, changed ones keep theirs."""
    desk = Desk()
    orders = [sale(index).order for index in range(5)]
    desk.send(*orders)
    desk.send(again(orders[2], "2", seconds=1))
    numbers = [held.pre_no for order in orders if (held := desk.held(order))]
    assert numbers == [f"B20260105{serial:09d}" for serial in range(1, 6)]
    assert desk.now == AT
