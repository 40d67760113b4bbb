"""Numbers that have a form of their own: guid, preNo, invtNo, entryId, customs code, credit code.

Sources: the field tables of the specification (202205, §2); GB 32100-2015 and GB 11714-1997 for the credit code
(check characters by python-stdnum and here); where neither says it, forms seen in public captures.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from stdnum.cn import uscc


@dataclass(frozen=True, slots=True)
class Format:
    """A form: what is expected in words, its pattern, what a pattern cannot say, where it is written."""

    zh: str
    expected: str
    pattern: re.Pattern[str]
    source: str
    holds: Callable[[str], bool] = lambda _: True

    def fits(self, text: str) -> bool:
        """Whether `text` has the form."""
        return self.pattern.fullmatch(text) is not None and self.holds(text)


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return True


GUID = Format(
    "系统唯一序号",
    "36 characters of 0-9 A-Z - _, letters in upper case (英文字母大写)",
    re.compile("[0-9A-Z_-]{36}"),
    "specification 202205 §2.1.2",
)
GUID_ANY_CASE = Format(
    "系统唯一序号",
    "36 characters of 0-9 A-Z - _",
    re.compile("[0-9A-Za-z_-]{36}"),
    "specification 202205 §2.1.2; real returns carry lower-case record guids",
)
UUID = Format(
    "系统唯一序号",
    "a UUID: 8-4-4-4-12 hexadecimal digits",
    re.compile("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"),
    "RFC 9562; the specification asks for 36 characters only, a real capture has another form",
)
PRE_NO = Format(
    "电子口岸编号",
    "B, a date YYYYMMDD and 9 digits",
    re.compile("B[0-9]{17}"),
    "specification 202205 §2.11.4 preNo (B+8位年月日+9位流水号)",
    lambda text: _is_date(text[1:9]),
)
PRE_NO_TALLY = Format(
    "电子口岸编号",
    "O, a date YYYYMMDD and 9 digits",
    re.compile("[Oo][0-9]{17}"),
    "official sample of CEB216; 215 only",
    lambda text: _is_date(text[1:9]),
)
INVT_NO = Format(
    "清单编号",
    "4 digits of customs, 4 of the year, E and 9 to 11 digits",
    re.compile("[0-9]{4}20[0-9]{2}E[0-9]{9,11}"),
    "specification 202205 §2.11.4 invtNo, revision notes 202205 (9至11位流水号)",
)
ENTRY_ID = Format(
    "报关单号",
    "18 digits: customs 4, year 4, 0 for export, 9 more",
    re.compile("[0-9]{4}20[0-9]{2}0[0-9]{9}"),
    "form of declaration numbers seen in public captures",
)
CUSTOMS_CODE = Format(
    "海关编码",
    "10 characters: 4 digits of region, kind of zone, kind of enterprise 1-9 A-C, 4 more",
    re.compile("[0-9]{4}[0-9A-Z][1-9A-C][0-9A-Z]{4}"),
    "form seen in public captures; it has no check digit",
)
USCC = Format(
    "统一社会信用代码",
    "18 characters of 0-9 A-Z without I O S V Z, the last one a check character",
    re.compile("[0-9A-HJ-NPQRTUWXY]{18}"),
    "GB 32100-2015",
    lambda text: bool(uscc.is_valid(text)),
)
ENTERPRISE_CODE = Format(
    "企业代码",
    "an 18-character credit code (统一社会信用代码) or a 10-character customs code (海关编码)",
    re.compile("[0-9A-Z]{10}|[0-9A-Z]{18}"),
    "specification 202205 §2.1.4 ebcCode",
    lambda text: (CUSTOMS_CODE if len(text) == 10 else USCC).fits(text),
)
GCODE = Format("商品编码", "10 digits", re.compile("[0-9]{10}"), "specification 202205, XSD: length 10")

FORMATS = {
    "guid": GUID,
    "preNo": PRE_NO,
    "preNo (215)": PRE_NO_TALLY,
    "invtNo": INVT_NO,
    "entryId": ENTRY_ID,
    "customs code": CUSTOMS_CODE,
    "USCC": USCC,
    "gcode": GCODE,
}
"""Those of the reference page."""

_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def organisation_check_fits(credit_code: str) -> bool:
    """Whether the organisation code within a credit code (9th to 17th character) ends in its own check character.

    GB 11714-1997. Codes given out before the standard may fail, so this is a remark at most.
    """
    code = credit_code[8:17]
    total = sum(int(character, 36) * weight for character, weight in zip(code[:8], _ORGANISATION_WEIGHTS, strict=True))
    return code[8:] == "0123456789X0"[11 - total % 11]


def customs_of(invt_no: str) -> str:
    """The customs that gave out a list number: its first four digits."""
    return invt_no[:4]


def made_on(pre_no: str) -> date:
    """The day in an e-port number that has its form."""
    return date(int(pre_no[1:5]), int(pre_no[5:7]), int(pre_no[7:9]))
