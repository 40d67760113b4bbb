"""The tables that ship: each loads, each row has a source, and what is said of a code that is not there."""

from datetime import date
from decimal import Decimal

import pytest

from swsim.fixtures.catalogue import CURRENCIES, DESTINATIONS, DISTRICTS, GOODS
from swsim.simulator.codes.lookup import FILES, Codes, shipped
from swsim.simulator.codes.tables import SHAPES, table_of
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.node import Node

SIZES = {
    "currency": 30,
    "country": 241,
    "unit": 123,
    "transport_mode": 18,
    "wrap_type": 7,
    "trade_mode": 102,
    "customs": 150,
    "port": 4,
    "pilot_zone": 145,
    "tariff": 5612,
}
"""Rows of each table, typed here so that a lost row is seen."""


@pytest.fixture(scope="module")
def codes() -> Codes:
    return Codes.builtin()


@pytest.mark.parametrize("name", SHAPES)
def test_each_table_has_its_rows_source_and_date(name: str) -> None:
    """A shipped table says where it comes from and when it was read; none claims to be complete."""
    table = table_of(name, shipped(name))

    assert len(table.rows) == SIZES[name]
    assert table.source
    assert table.dated == "2026-11-24"
    assert not table.complete


@pytest.mark.parametrize("name", SHAPES)
def test_each_row_has_a_source(name: str) -> None:
    """A row names its source, or its file does; "each row names its source" is no source."""
    without = [
        row.code
        for row in table_of(name, shipped(name)).rows.values()
        if not row.source or row.source.startswith("each row names its source")
    ]

    assert without == []


@pytest.mark.parametrize("name", [name for name in SHAPES if name != "tariff"])
def test_each_row_has_a_title(name: str) -> None:
    """Numbers without a name help nobody (the tariff has numbers only, and says so)."""
    assert [row.code for row in table_of(name, shipped(name)).rows.values() if not row.title] == []


def test_calendar_and_rates_have_a_source() -> None:
    """The two other files say where they come from too."""
    assert all(shipped(name).header["source"] for name in FILES)


def test_tables_are_those_the_messages_name(codes: Codes) -> None:
    """The `codes` of every field is a table here, or `status`, which is an enumeration."""
    named: set[str] = set()
    stack: list[type[Node]] = list(EDITION_202205.messages.values())
    while stack:
        node = stack.pop()
        named |= {field.codes for field in node.fields if field.codes}
        stack += [part.of for part in node.parts if part.of is not None]

    assert named - {"status"} <= codes.tables.keys()


def test_codes_of_the_generated_trade_are_known(codes: Codes) -> None:
    """What `swsim generate` writes draws no remark about a code."""
    asked = [
        *(("currency", one.code) for one in CURRENCIES),
        *(("country", one.country) for one in DESTINATIONS),
        *(("port", one.country) for one in DESTINATIONS),
        *(("customs", one.code) for one in DISTRICTS),
        *(("customs", customs) for one in DISTRICTS for customs, _ in one.exits),
        *(("transport_mode", mode) for one in DISTRICTS for _, mode in one.exits),
        *(("tariff", goods.gcode) for goods in GOODS),
        *(("unit", unit) for goods in GOODS for unit in (goods.unit, goods.unit1, goods.unit2)),
    ]

    assert [(table, code) for table, code in asked if codes.absent(table, code)] == []


@pytest.mark.parametrize(
    ("table", "code", "hint"),
    [
        ("currency", "USD", "502 is 美元 US Dollar"),
        ("currency", "840", "502 is 美元 US Dollar"),
        ("country", "CHN", "142 is 中国 China"),
        ("country", "美国", "502 is 美国 United States"),
        ("unit", "件", "011 is 件 item"),
        ("unit", "kg", "035 is 千克 kilogram"),
        ("wrap_type", "22", "2 is 纸箱 carton"),
    ],
)
def test_another_coding_is_told(codes: Codes, table: str, code: str, hint: str) -> None:
    """ISO letters and numbers, names and the two-digit wraps are recognised, and the code meant is named."""
    assert str(codes.absent(table, code)).endswith(hint)


@pytest.mark.parametrize("code", ["502", "", None])
def test_a_known_code_and_no_code_are_not_absent(codes: Codes, code: str | None) -> None:
    """An empty field is not this question's business."""
    assert codes.absent("currency", code) is None


def test_absent_from_a_table_that_is_not_complete_is_a_remark_only(codes: Codes) -> None:
    """`wrong` may refuse, `unknown` may not: what ships never refuses."""
    assert codes.wrong("currency", "999") is None
    assert codes.unknown("currency", "999") == (
        "a code of the table currency 货币代码, 3 digits (30 known, the table is not complete)"
    )


@pytest.mark.parametrize(
    ("code", "digits", "expected"),
    [
        ("6109100021", 10, None),
        ("6109109999", 10, None),  # lines below a subheading are not known
        ("6109000000", 4, None),  # simplified: the heading counts
        ("6109100000", 6, None),
        ("6110999999", 6, "first 6 digits are a subheading"),
        ("9999000000", 4, "first 4 digits are a heading"),
        ("8541401000", 10, "854140 is none"),  # official sample; the subheading went in 2022
        ("61091000", 10, "10 digits"),
        ("610910002A", 10, "10 digits"),
        ("６１０９１０００２１", 10, "10 digits"),
    ],
)
def test_a_commodity_code_is_judged_as_deep_as_the_tariff_is_known(
    codes: Codes, code: str, digits: int, expected: str | None
) -> None:
    """Four or six digits of a simplified declaration, ten of an ordinary one, six where no lines are known."""
    found = codes.absent_commodity(code, digits)

    assert (found is None) if expected is None else (found is not None and expected in found)


def test_the_tariff_is_that_of_some_years(codes: Codes) -> None:
    """The Harmonized System of 2022 says nothing of a list of 2019."""
    tariff = codes.tables["tariff"]

    assert [tariff.holds_on(date(year, 6, 1)) for year in (2019, 2022, 2027, 2028)] == [False, True, True, False]
    assert codes.absent_commodity("8541401000", 10, date(2019, 6, 1)) is None
    assert codes.absent_commodity("8541401000", 10, date(2026, 6, 1)) is not None


def test_the_harmonized_system_has_its_published_numbers(codes: Codes) -> None:
    """Edition 2022: 96 chapters, 1,228 headings, 5,612 subheadings; chapter 77 is reserved."""
    rows = codes.tables["tariff"].rows

    assert [len({code[:n] for code in rows}) for n in (2, 4, 6)] == [96, 1228, 5612]
    assert not any(code.startswith("77") for code in rows)


@pytest.mark.parametrize(("code", "known"), [("2309", True), ("9998", False), ("502", True), ("002", False)])
def test_a_port_of_three_digits_is_a_country(codes: Codes, code: str, known: bool) -> None:
    """A port that is not known is given by its country's code."""
    assert (codes.absent("port", code) is None) == known


@pytest.mark.parametrize(
    ("customs", "day", "zone"),
    [
        ("5141", date(2026, 1, 5), "广州"),
        ("5141", date(2015, 12, 31), None),
        ("2203", date(2016, 1, 1), "上海"),
        ("2981", date(2020, 4, 1), "嘉兴"),
        ("4300", date(2026, 1, 5), None),
    ],
)
def test_a_district_lies_in_a_zone_from_its_month_on(codes: Codes, customs: str, day: date, zone: str | None) -> None:
    """The zone of a district on a day, as far as the names of the offices tell."""
    row = codes.zone_of(customs, day)

    assert (row.code if row else None) == zone


def test_amounts_in_rmb(codes: Codes) -> None:
    """By the rate of the month, half up to the fen; RMB is 1; a month that is not known gives nothing."""
    july = date(2023, 7, 31)

    assert codes.rmb(Decimal(100), "502", july) == Decimal("717.95")
    assert codes.rmb(Decimal("0.10"), "300", july) == Decimal("0.78")
    assert codes.rmb(Decimal("5000.005"), "142", date(2026, 1, 1)) == Decimal("5000.01")
    assert codes.rmb(Decimal(1), "502", date(2023, 8, 1)) is None


def test_titles(codes: Codes) -> None:
    """Names of a code, for reports."""
    assert codes.title("country", "410") == "巴西 Brazil"
    assert codes.title("country", "000") == ""
    assert codes.title("pilot_zone", "杭州") == "杭州 Hangzhou"
