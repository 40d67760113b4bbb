"""Numbers that have a form of their own."""

from datetime import date

import pytest

from swsim.simulator.codes import formats
from swsim.simulator.codes.formats import Format

GOOD = [
    (formats.GUID, "0A4B1C2D-3E4F-4A5B-8C6D-7E8F9A0B1C2D"),
    (formats.GUID, "SWSIM_0123456789-0123456789-01234567"),
    (formats.GUID_ANY_CASE, "0a4b1c2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d"),
    (formats.UUID, "0a4b1c2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d"),
    (formats.PRE_NO, "B20201208796651782"),  # seen in a capture
    (formats.PRE_NO_TALLY, "O20200401000310507"),  # official sample of CEB216
    (formats.PRE_NO_TALLY, "o20200401000310507"),
    (formats.INVT_NO, "51412026E000000001"),
    (formats.INVT_NO, "51412026E00000000001"),
    (formats.ENTRY_ID, "514120260000000001"),
    (formats.CUSTOMS_CODE, "330766K00Q"),  # seen in captures
    (formats.CUSTOMS_CODE, "3301964J31"),
    (formats.CUSTOMS_CODE, "4403169D3W"),
    (formats.USCC, "91110000600037341L"),
    (formats.USCC, "91350100M000100Y43"),
    (formats.USCC, "91440300708461136T"),
    (formats.ENTERPRISE_CODE, "91440300708461136T"),
    (formats.ENTERPRISE_CODE, "4403169D3W"),
    (formats.GCODE, "6109100021"),
]
BAD = [
    (formats.GUID, "0a4b1c2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d"),  # lower case
    (formats.GUID, "0A4B1C2D-3E4F-4A5B-8C6D-7E8F9A0B1C2"),  # 35
    (formats.GUID, "0A4B1C2D-3E4F-4A5B-8C6D-7E8F9A0B1C2D\n"),
    (formats.UUID, "SWSIM_0123456789-0123456789-01234567"),
    (formats.PRE_NO, "B20201301796651782"),  # month 13
    (formats.PRE_NO, "B20230229796651782"),  # no leap year
    (formats.PRE_NO, "P20180101796651782"),  # as the official samples have it
    (formats.PRE_NO, "B2020120879665178"),
    (formats.PRE_NO, "B２０２０1208796651782"),  # wide digits
    (formats.PRE_NO_TALLY, "B20200401000310507"),
    (formats.INVT_NO, "49212020I046118061"),  # an import list
    (formats.INVT_NO, "51412026E00000001"),
    (formats.INVT_NO, "51412026E000000000001"),
    (formats.ENTRY_ID, "514120261000000001"),  # import
    (formats.CUSTOMS_CODE, "33076DK00Q"),  # 6th character beyond C
    (formats.CUSTOMS_CODE, "3301964J3"),
    (formats.CUSTOMS_CODE, "3301964j31"),
    (formats.USCC, "91440300708461136A"),  # check character
    (formats.USCC, "9144030070846113IT"),  # letter I
    (formats.ENTERPRISE_CODE, "无"),
    (formats.ENTERPRISE_CODE, "91440300708461136A"),
    (formats.GCODE, "61091000"),
]


@pytest.mark.parametrize(("form", "text"), GOOD)
def test_fits(form: Format, text: str) -> None:
    """Well-formed numbers, seen ones among them."""
    assert form.fits(text)


@pytest.mark.parametrize(("form", "text"), BAD)
def test_does_not_fit(form: Format, text: str) -> None:
    """A character too many, a day that is none, another sort of number."""
    assert not form.fits(text)


def test_each_form_says_what_it_expects_and_where_that_is_written() -> None:
    """For messages and the reference page."""
    assert all(form.expected and form.source and form.zh for form in formats.FORMATS.values())


@pytest.mark.parametrize(("code", "fits"), [("91440300708461136T", True), ("91350100M000100Y43", True)])
def test_the_organisation_code_within_a_credit_code(code: str, fits: bool) -> None:
    """GB 11714 has a check character of its own; a changed digit is seen."""
    assert formats.organisation_check_fits(code) is fits
    assert not formats.organisation_check_fits(code[:9] + chr(ord(code[9]) ^ 1) + code[10:])


def test_parts_of_a_number() -> None:
    """The customs of a list number, the day of an e-port number."""
    assert formats.customs_of("51412026E000000001") == "5141"
    assert formats.made_on("B20201208796651782") == date(2020, 12, 8)
