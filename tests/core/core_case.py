"""A case of a rule, the documents it is made from, and the tables of codes it is judged by."""

from dataclasses import dataclass, field, replace
from typing import Any

from core_answers import ANSWERS, PARAMETER
from core_desk import FIRMS, KINDS, changed, sale

from swsim.simulator.codes.lookup import Codes, codes_of
from swsim.simulator.messages.transfer import Document

S = sale()
OTHER_CODE, OTHER_NAME = FIRMS.owner.code, FIRMS.owner.name
UNKNOWN_CODE = "91440300708461136T"
"""A valid credit code of nobody in the registry."""
MALFORMED = "91440300708461136X"
LATER = f"{int(S.inventory.head.app_time) + 1}"
"""A second after the list is reported."""
SKEWED = "20260105091001"
"""More than the tolerated ten minutes after 09:00."""


@dataclass(frozen=True, slots=True)
class Case:
    """`sent` in order, the last one is judged. `also`: rows that cannot but speak too."""

    row: str
    sent: tuple[Document, ...]
    finding: tuple[str, str, str]
    also: frozenset[str] = frozenset()
    via: dict[str, Any] = field(default_factory=dict)
    registry: str = "closed"
    codes: Codes | None = None

    @property
    def judged(self) -> Document:
        """The document the case is about."""
        return self.sent[-1]

    @property
    def kind(self) -> str:
        """Its kind."""
        return self.judged.number

    def answer(self) -> int:
        """The code or status a refusal carries."""
        return ANSWERS[self.row][1] or PARAMETER[self.kind]

    def __str__(self) -> str:
        return " ".join((self.row, self.kind, self.finding[0], self.finding[2]))


def order(first: dict[str, Any] | None = None, second: dict[str, Any] | None = None, **head: Any) -> Any:
    """The order with other values in head and lines."""
    return _lines(changed(S.order, **head), first, second)


def listed(first: dict[str, Any] | None = None, second: dict[str, Any] | None = None, **head: Any) -> Any:
    """The list with other values in head and lines."""
    return _lines(changed(S.inventory, **head), first, second)


def receipts(**head: Any) -> Any:
    """The payment receipt with other values."""
    return changed(S.receipts, **head)


def waybill(**head: Any) -> Any:
    """The waybill with other values."""
    return changed(S.logistics, **head)


def _lines(document: Any, first: dict[str, Any] | None, second: dict[str, Any] | None) -> Any:
    one, two = document.lines
    return document.replaced(lines=(one.replaced(**(first or {})), two.replaced(**(second or {}))))


def document(kind: str, **head: Any) -> Any:
    """The document of a kind with other values in its head."""
    return changed({d.number: d for d in S.documents}[kind], **head)


def before_list(*, but: str = "", instead: Document | None = None) -> tuple[Document, ...]:
    """What precedes the list, without one kind or with another document in its place."""
    number = but or (instead.number if instead else "")
    kept = {d.number: d for d in S.documents[:3] if d.number != number}
    if instead is not None:
        kept[number] = instead
    return tuple(kept[kind] for kind in KINDS if kind in kept)


def at_head(kind: str, xml: str) -> str:
    """Path of a head field below the document."""
    return {"303": f"OrderHead/{xml}", "603": f"InventoryHead/{xml}"}.get(kind, xml)


EMPTIED = {
    "303": ("ebp_name", "ebpName", "电商平台/海外仓名称 Platform name"),
    "403": ("pay_name", "payName", "支付企业名称 Payment firm name, 现金支付 when not paid online"),
    "505": ("goods_info", "goodsInfo", "主要货物信息 Main goods"),
    "603": ("owner_name", "ownerName", "生产销售企业名称 Producer or seller name"),
}
KEYED = {
    "303": ("order_no", "orderNo"),
    "403": ("pay_no", "payNo"),
    "505": ("logistics_no", "logisticsNo"),
    "603": ("cop_no", "copNo"),
}
NAMED = {
    "303": ("ebp_code", "ebpCode", "ebp"),
    "403": ("pay_code", "payCode", "pay"),
    "505": ("ebc_code", "ebcCode", "ebc"),
    "603": ("ebp_code", "ebpCode", "ebp"),
}
WELL_FORMED = "an 18-character credit code (USCC) or a 10-character customs code"

KNOWN = Codes.builtin()
WHOLE = codes_of({name: replace(one, complete=True) for name, one in KNOWN.tables.items()}, KNOWN.days, KNOWN.rates)
"""The tables that ship, as if each were complete."""
_BELT = replace(KNOWN.tables["tariff"].rows["610910"], more={"unit1": "011", "unit2": "035"})
WITH_UNITS = codes_of(
    dict(KNOWN.tables) | {"tariff": replace(KNOWN.tables["tariff"], rows={"6109100000": _BELT})},
    KNOWN.days,
    KNOWN.rates,
)
"""A tariff that gives statutory units."""
