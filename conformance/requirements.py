"""What an enterprise's system must do, a row a requirement, with where it is written. Ids never change."""

from dataclasses import dataclass
from enum import StrEnum


class Basis(StrEnum):
    """What a requirement rests on, strongest first."""

    LAW = "LAW"
    SPEC = "SPEC"
    OBSERVED = "OBSERVED"
    ASSUMED = "ASSUMED"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One MUST."""

    id: str
    zh: str
    en: str
    citation: str
    basis: Basis


ROWS = (
    Requirement(
        "SND-01",
        "申报清单前，交易、收款、物流电子信息已传输至海关并被接受",
        "Transaction, payment and logistics data are transmitted to customs, and accepted, before the list is declared",
        "GACC announcement 2018-194 art. 7",
        Basis.LAW,
    ),
    Requirement(
        "SND-02",
        "一笔订单只申报一份有效清单，未获答复不重复申报",
        "One order, one live list: a list without an answer is waited for, never declared again",
        "spec 202205 §2.11.4 orderNo, copNo; table 7-2 -621004",
        Basis.SPEC,
    ),
    Requirement(
        "RCV-01",
        "收到海关退单(100)后更正并以同一编号重新申报",
        "A list returned by customs (100) is corrected and declared again under the same number",
        "spec 202205 §2.12.4 returnStatus; §2.11.4 appType, copNo",
        Basis.SPEC,
    ),
)

REQUIREMENTS = {row.id: row for row in ROWS}
"""By id."""


def weakest(ids: tuple[str, ...]) -> Basis:
    """The weakest basis of several requirements: what a case that needs them all rests on."""
    return max((REQUIREMENTS[name].basis for name in ids), key=list(Basis).index)
