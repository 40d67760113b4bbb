"""`--codes DIR`: a user's own tables extend or replace, say so, and bad ones are refused with their place."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swsim.simulator.codes.loading import load
from swsim.simulator.codes.lookup import FILES, Codes
from swsim.simulator.codes.sheets import CodesError, decoded, read_sheet

HOW_TO = Path(__file__).parents[2] / "docs/how-to/codes.md"


def write(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder


def test_a_file_extends_by_default(tmp_path: Path) -> None:
    """Own rows are added and go first; what ships stays."""
    loaded = load(write(tmp_path, "currency.csv", "code,zh,alias\n344,俄罗斯卢布,RUB\n502,美金,\n"))
    codes = loaded.codes

    assert codes.title("currency", "344") == "俄罗斯卢布"
    assert codes.title("currency", "502") == "美金"
    assert codes.title("currency", "142") == "人民币 Yuan Renminbi"
    assert codes.absent("currency", "RUB") == (
        "a code of the table currency 货币代码, 3 digits (31 known, the table is not complete); 344 is 俄罗斯卢布"
    )
    assert loaded.summary == ("currency.csv: 2 rows, extends currency 货币代码: now 31 codes, not complete",)
    assert codes.tables["currency"].rows["344"].source == "own file currency.csv"


def test_a_file_may_replace_and_be_complete(tmp_path: Path) -> None:
    """Then a code that is absent may be refused."""
    text = "# source: GACC list of 2026\n# date: 2026-11-01\n# complete: yes\n# mode: replace\ncode,zh\n5141,广州机场\n"
    loaded = load(write(tmp_path, "customs.csv", text))
    codes = loaded.codes

    assert codes.wrong("customs", "5141") is None
    assert codes.wrong("customs", "2200") == "a code of the table customs 关区代码, 4 digits"
    assert codes.unknown("customs", "2200") is None
    assert codes.tables["customs"].source == "GACC list of 2026"
    assert loaded.summary == ("customs.csv: 1 rows, replaces customs 关区代码: now 1 codes, complete",)


def test_what_ships_is_left_alone(tmp_path: Path) -> None:
    """Loading makes new codes; the builtin ones are shared."""
    before = Codes.builtin().digest()
    loaded = load(write(tmp_path, "currency.csv", "code,zh\n344,俄罗斯卢布\n"))

    assert loaded.codes.digest() != before
    assert Codes.builtin().digest() == before


def test_the_digest_is_that_of_the_facts(tmp_path: Path) -> None:
    """The same rows in another order, with other remarks, are the same tables."""
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    first = load(write(one, "currency.csv", "code,zh\n344,卢布\n345,别的\n"))
    second = load(write(two, "currency.csv", "# note: other\ncode,zh\n345,别的\n344,卢布\n"))

    assert first.codes.digest() == second.codes.digest()


def test_a_year_of_the_calendar(tmp_path: Path) -> None:
    """The notice of a year makes it certain, and moves its due days."""
    text = (
        "# source: 国务院办公厅关于2027年部分节假日安排的通知\ndate,kind,zh\n2027-01-15,rest,试\n2027-01-16,work,试\n"
    )
    loaded = load(write(tmp_path, "calendar.csv", text))
    due = loaded.codes.days.summary_due(2026, 12)

    assert (due.day, due.provisional) == (date(2027, 1, 16), False)
    assert loaded.codes.days.is_working(date(2026, 2, 28))
    assert loaded.summary == ("calendar.csv: 2 rows, extends calendar 工作日历: now 515 days, years 2006-2027",)


def test_lines_of_the_tariff_deepen_it_where_they_are(tmp_path: Path) -> None:
    """Below a subheading with lines all ten digits count; elsewhere six still do."""
    loaded = load(write(tmp_path, "tariff.csv", "code,zh,unit1,unit2,licence\n6109100021,T恤,011,035,no\n"))
    codes = loaded.codes

    assert codes.absent("tariff", "6109100021") is None
    assert "first 10 digits are a line" in str(codes.absent("tariff", "6109100022"))
    assert codes.absent("tariff", "6110200090") is None
    row = codes.row("tariff", "6109100021")
    assert row is not None
    assert dict(row.more) == {"unit1": "011", "unit2": "035", "licence": "no"}


def test_a_tariff_of_eight_digits_judges_eight(tmp_path: Path) -> None:
    """A published tariff has eight digits; the last two of ten are then free."""
    text = "# mode: replace\n# complete: yes\ncode\n61091000\n"
    codes = load(write(tmp_path, "tariff.csv", text)).codes

    assert codes.wrong("tariff", "6109100021") is None
    assert codes.wrong("tariff", "6109900021") == (
        "a code whose first 6 digits are a subheading 子目 of the table tariff, 610990 is none"
    )


def test_a_tariff_of_headings_judges_headings(tmp_path: Path) -> None:
    """A list of headings alone says nothing of what is below them."""
    codes = load(write(tmp_path, "tariff.csv", "# mode: replace\ncode\n6109\n")).codes

    assert codes.absent("tariff", "6109990000") is None
    assert "first 4 digits are a heading" in str(codes.absent("tariff", "6110200000"))


def test_zones_and_rates(tmp_path: Path) -> None:
    """Which districts lie in a zone, and this month's rates, are a user's to say."""
    write(tmp_path, "pilot_zone.csv", "code,since,customs\n重庆,2016-01,8000 8013\n")
    write(tmp_path, "rates.csv", "currency,month,rate\n502,2026-11,7.1000\n")
    loaded = load(tmp_path)
    zone = loaded.codes.zone_of("8013", date(2026, 11, 1))

    assert zone is not None
    assert zone.title == "重庆"
    assert loaded.codes.rmb(Decimal(10), "502", date(2026, 11, 30)) == Decimal("71.00")
    assert len(loaded.summary) == 2


def test_what_a_spreadsheet_makes_of_a_file_is_read(tmp_path: Path) -> None:
    """Byte order mark, carriage returns, padded header lines, blank lines, remarks, capital columns."""
    text = "\ufeff# complete: yes,,\r\n# 我们的表,,\r\nCode,ZH,\r\n".replace(",\r\nCode,ZH,", ",\r\nCode,ZH")
    text += '\r\n#old,,\r\n 1234 ,"名, 称"\r\n,\r\n'
    (tmp_path / "customs.csv").write_bytes(text.encode())
    codes = load(tmp_path).codes

    assert codes.title("customs", "1234") == "名, 称"
    assert codes.tables["customs"].complete


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("currency.csv", "code,zh\nUSD,美元\n", "currency.csv:2: column code: expected 3 digits, received 'USD'"),
        ("currency.csv", "code,zh\n,美元\n", "currency.csv:2: column code: expected 3 digits, received ''"),
        (
            "customs.csv",
            "# source: x\ncode,zh\n5141,a\n100,北京关区\n",
            "customs.csv:4: column code: expected 4 digits, received '100' (leading zeros lost? '0100' would fit:",
        ),
        (
            "unit.csv",
            "code,name\n011,件\n",
            "unit.csv:1: expected columns of code, zh, en, alias, source, received 'name'",
        ),
        ("unit.csv", "zh\n件\n", "unit.csv:1: expected a column code, received zh"),
        ("unit.csv", "code,zh,zh\n", "unit.csv:1: column zh stands twice"),
        ("unit.csv", "code,zh\n011,件,x\n", "unit.csv:2: expected 2 columns (code, zh), received 3"),
        ("unit.csv", "code,zh\n011,件\n012,支\n011,件\n", "unit.csv:4: 011 stands in line 2 already"),
        ("unit.csv", "code,zh\n", "unit.csv: expected rows below the head of columns, found none"),
        (
            "unit.csv",
            "",
            "unit.csv: expected a head of columns code, zh, en, alias, source, received no line of columns",
        ),
        ("unit.csv", 'code,zh\n011,"件\n', "unit.csv:2: not CSV: unexpected end of data"),
        ("unit.csv", "# complete: maybe\ncode\n", "unit.csv:1: complete: expected yes or no, received 'maybe'"),
        ("unit.csv", "# mode: add\ncode\n", "unit.csv:1: mode: expected extend or replace, received 'add'"),
        (
            "unit.csv",
            "# Mod: extend\ncode\n",
            "unit.csv:1: expected a header line of source, date, from, until, note, complete, mode, received 'Mod'",
        ),
        (
            "calendar.csv",
            "date,kind\n2027-02-30,rest\n",
            "calendar.csv:2: column date: expected a date, YYYY-MM-DD, received '2027-02-30'",
        ),
        (
            "calendar.csv",
            "date,kind\n2027-02-03,holiday\n",
            "calendar.csv:2: column kind: expected rest (放假) or work (上班), received 'holiday'",
        ),
        (
            "rates.csv",
            'currency,month,rate\n502,2026-11,"7,10"\n',
            "rates.csv:2: column rate: expected RMB for one unit, a decimal number, received '7,10'",
        ),
        (
            "rates.csv",
            "currency,month,rate\n502,2026-11,7.1\n502,2026-11,7.2\n",
            "rates.csv:3: 502 2026-11 stands in line 2 already",
        ),
        (
            "tariff.csv",
            "code,unit1\n610910,件\n",
            "tariff.csv:2: column unit1: expected 3 digits, a code of the table unit, received '件'",
        ),
        ("currencies.csv", "code\n502\n", "currencies.csv: expected a file of currency.csv, country.csv"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path: Path, name: str, text: str, expected: str) -> None:
    """File, line, column, what was expected, what was received."""
    with pytest.raises(CodesError) as caught:
        load(write(tmp_path, name, text))

    assert str(caught.value).startswith(f"{tmp_path}/{expected}")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """A spreadsheet on a Chinese Windows writes GBK."""
    (tmp_path / "unit.csv").write_bytes("code,zh\n011,件\n".encode("gbk"))

    with pytest.raises(
        CodesError, match=r"unit\.csv:2: expected UTF-8, received byte 0xBC; save the file as CSV UTF-8"
    ):
        load(tmp_path)


def test_a_directory_without_files_is_refused(tmp_path: Path) -> None:
    """A wrong path does not pass for "nothing to load"."""
    with pytest.raises(CodesError, match=r"expected at least one file of currency\.csv"):
        load(tmp_path)
    with pytest.raises(CodesError, match="expected a directory of CSV files"):
        load(tmp_path / "none")


def test_the_files_of_the_how_to_are_read(tmp_path: Path) -> None:
    """What the page shows can be copied."""
    blocks = re.findall(r"```\n(# source.*?)```", HOW_TO.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        write(tmp_path, "calendar.csv" if "kind" in block else "customs.csv", block)
    codes = load(tmp_path).codes

    assert codes.title("customs", "5141") == "广州机场"
    assert 2027 in codes.days.years


@given(
    st.sampled_from(sorted(FILES)),
    st.one_of(
        st.binary(max_size=200),
        st.text("code,zhdatekindrsmony0123456789-#: \"'\n\r\u2028\x00件", max_size=200).map(str.encode),
        st.text('0123456789,-restwork"\n', max_size=100).map(lambda text: f"code,zh\n{text}".encode()),
    ),
)
def test_any_file_is_read_or_refused(name: str, data: bytes) -> None:
    """Whatever the bytes, the fault is one of the file's, told as such."""
    told = ""
    try:
        rows = read_sheet("x.csv", decoded("x.csv", data), FILES[name]).rows
    except CodesError as error:
        rows, told = [], str(error)

    assert told.startswith("x.csv") or not told
    assert all(row.keys() == FILES[name].columns.keys() for row in rows)
