"""A case a rule: the documents that break it and nothing else, and what customs must find.

The answers are written anew from the catalogue of rules, not read from the table under test.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from core_desk import FIRMS, KINDS, changed, head_of, sale

from swsim.fixtures.chain import Chain
from swsim.simulator.codes.lookup import Codes, codes_of
from swsim.simulator.messages.transfer import Document

REFUSE, REMARK = "refuse", "remark"
PARAMETER = {"303": -301008, "403": -401009, "505": -504011, "603": -621001, "605": -623001, "213": -625001}
PARAMETER |= dict.fromkeys(("507", "509", "607", "215", "701"), 100)
ALWAYS, STRICTLY, NEVER, NOTED = (REFUSE, REFUSE), (REMARK, REFUSE), (REMARK, REMARK), ("note", "note")
"""What a row does in `standard` and in `strict`."""

ANSWERS: dict[str, tuple[tuple[str, str], int]] = {
    "MSG-01/form": (STRICTLY, 0),
    "MSG-01/case": (STRICTLY, 0),
    "MSG-02": (STRICTLY, 0),
    "SUB-01": (NEVER, 0),
    "MSG-04/form": (ALWAYS, 0),
    "MSG-04/ahead": (STRICTLY, 0),
    "MSG-06/sender": (ALWAYS, -10102),
    "MSG-06/dxpId": (STRICTLY, 0),
    "MSG-06/dxpId-603": (STRICTLY, -621015),
    "MSG-06/dxpId-605": (STRICTLY, -623021),
    "MSG-06/dxpId-213": (STRICTLY, -625020),
    "ORD-04/mode": (ALWAYS, 100),
    "MAT-06/fees": (STRICTLY, 100),
    "MAT-08": (STRICTLY, 100),
    "INV-12": (NEVER, 0),
    "STA-02/unknown": (NEVER, 0),
    "STA-03/unknown": (NEVER, 0),
    "STA-03/retail": (STRICTLY, 0),
    "B2B-01/goods": (STRICTLY, 0),
    "B2B-01/unknown": (NEVER, 0),
    "B2B-01/value": (NEVER, 0),
    "MSG-16": (ALWAYS, 0),
    "X1/appStatus": (ALWAYS, 0),
    "ENT-01": (ALWAYS, -10102),
    "ENT-01/enrolled": (NEVER, -10102),
    "ENT-11": (ALWAYS, -10102),
    "ORD-14": (ALWAYS, 0),
    "ORD-14/unknown": (NEVER, 0),
    "INV-10/codes": (ALWAYS, 0),
    "INV-10/unknown": (NEVER, 0),
    "ID-07/gcode": (ALWAYS, 0),
    "STA-04": (ALWAYS, 0),
    "STA-04/unknown": (NEVER, 0),
    "STA-05": (ALWAYS, 0),
    "STA-05/unknown": (NEVER, 0),
    "INV-08/units": (STRICTLY, 0),
    "ORD-04": (ALWAYS, 0),
    "ORD-10/repeated": (ALWAYS, -301002),
    "ORD-10/rising": (ALWAYS, 0),
    "ORD-10/gap": (NEVER, 0),
    "ORD-11": (ALWAYS, 0),
    "ORD-12": (ALWAYS, 0),
    "ORD-12/currency": (STRICTLY, 0),
    "ORD-13": (ALWAYS, 0),
    "PAY-12/form": (ALWAYS, 0),
    "PAY-12/order": (STRICTLY, 0),
    "PAY-13": (STRICTLY, 0),
    "LOG-03": (ALWAYS, 0),
    "INV-01": (ALWAYS, 0),
    "INV-02/mode": (ALWAYS, 0),
    "INV-02/area": (ALWAYS, 0),
    "INV-03/repeated": (ALWAYS, -621027),
    "INV-03": (ALWAYS, 0),
    "INV-04": (ALWAYS, 0),
    "INV-05": (ALWAYS, 0),
    "INV-06": (STRICTLY, 0),
    "INV-07": (STRICTLY, 0),
    "INV-10": (ALWAYS, 0),
    "INV-13": (ALWAYS, 0),
    "INV-14": (STRICTLY, 0),
    "INV-15": (NEVER, 0),
    "MSG-01/uuid": (NEVER, 0),
    "MSG-01/same": (STRICTLY, 0),
    "X6c/appStatus": (NEVER, 0),
    "X6b": (NOTED, 0),
    "ID-01": (STRICTLY, 0),
    "ID-02": (STRICTLY, 0),
    "ID-07/logisticsNo": (STRICTLY, 0),
    "ORD-10/zeros": (NEVER, 0),
    "INV-08": (ALWAYS, -625011),
    "INV-08/unknown": (NEVER, -625011),
    "INV-08/refund-units": (STRICTLY, -625012),
    "X8/itemNo": (NEVER, 0),
    "INV-11": (NEVER, 0),
    "STA-01": (ALWAYS, 0),
    "STA-01/unknown": (NEVER, 0),
    "STA-02": (ALWAYS, 0),
    "STA-02/tariff": (ALWAYS, 0),
    "STA-03": (ALWAYS, -621005),
    "B2B-01": (STRICTLY, 0),
    "B2B-01/licence": (STRICTLY, 0),
    "ARR-01/number": (ALWAYS, 0),
    "ORD-10/row-repeated": (ALWAYS, 0),
    "ORD-10/row-rising": (ALWAYS, 0),
    "ARR-04/twice": (STRICTLY, 0),
    "ARR-02": (ALWAYS, 0),
    "DEP-01/transport": (ALWAYS, 0),
    "DEP-01/form": (ALWAYS, 0),
    "DEP-01/ahead": (STRICTLY, 0),
    "WB-02/positive": (STRICTLY, 0),
    "WB-04/long": (NEVER, 0),
    "CAN-03/reason": (ALWAYS, -623012),
    "CAN-03/number": (NEVER, 0),
    "RET-06/ieFlag": (ALWAYS, 0),
    "RET-06/mode": (ALWAYS, 0),
    "RET-06/absent": (STRICTLY, 0),
    "RET-06/country": (ALWAYS, 0),
    "RET-08": (ALWAYS, -625008),
    "RET-02/twice": (STRICTLY, 0),
    "RET-03/positive": (STRICTLY, 0),
    "RET-09": (STRICTLY, -625009),
    "SUM-05/form": (ALWAYS, 0),
    "SUM-05/pair": (ALWAYS, 0),
    "SUM-05/order": (ALWAYS, 0),
    "SUM-05/empty": (ALWAYS, 0),
    "SUM-05/ignored": (NEVER, 0),
    "SUM-06/twice": (STRICTLY, 0),
    "SUM-06/number": (NEVER, 0),
    "SUM-10": (ALWAYS, 0),
    "ORD-01/order": (ALWAYS, 100),
    "ORD-01/waybill": (ALWAYS, 100),
    "PAY-01": (ALWAYS, 100),
    "MAT-01": (ALWAYS, 100),
    "MAT-02": (ALWAYS, 100),
    "MAT-03": (ALWAYS, 100),
    "MAT-04": (ALWAYS, 100),
    "MAT-05": (ALWAYS, 100),
    "MAT-06": (STRICTLY, 100),
    "MAT-07": (ALWAYS, 100),
    "PAY-11": (NEVER, 100),
    "LOG-02": (STRICTLY, 100),
    "LOG-05": (STRICTLY, 100),
}
"""Row -> (severity in standard, in strict), answer; 0 is the kind's own parameter code."""

AT_CUSTOMS = frozenset(row for row, (_, answer) in ANSWERS.items() if answer == 100)

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


def _of_any_kind(kind: str) -> Iterator[Case]:
    """The rows that hold for every document."""
    sound = document(kind)
    guid, time, status = (at_head(kind, xml) for xml in ("guid", "appTime", "appStatus"))
    name, xml, title = EMPTIED[kind]
    key, key_xml = KEYED[kind]
    code, code_xml, role = NAMED[kind]
    lower = head_of(sound).guid.lower()
    blank = f"a value: {title} is mandatory (必填)"
    padded = f"{getattr(head_of(sound), key)} "

    yield Case("MSG-01/form", (document(kind, guid="!" * 36),), (guid, "36 characters of 0-9 A-Z - _", "!" * 36))
    yield Case("MSG-01/case", (document(kind, guid=lower),), (guid, "letters in upper case (英文字母大写)", lower))
    yield Case(
        "MSG-01/case",
        (sound,),
        ("../@guid", "letters in upper case (英文字母大写)", "a" * 36),
        also=frozenset({"MSG-01/uuid"}),
        via={"guid": "a" * 36},
    )
    yield Case("MSG-02", (sound,), ("../@version", "1.0", "2.0"), via={"version": "2.0"})
    for wrong in ("20260230090000", "20260105240000", "２０２６０１０５０９００００"):
        yield Case("MSG-04/form", (document(kind, app_time=wrong),), (time, "a date and time YYYYMMDDhhmmss", wrong))
    yield Case("MSG-04/ahead", (document(kind, app_time=SKEWED),), (time, "not after 20260105090000", SKEWED))
    yield Case(
        "MSG-06/sender",
        (sound,),
        ("../BaseTransfer/copCode", "the code of a registered enterprise", UNKNOWN_CODE),
        via={"cop_code": UNKNOWN_CODE},
    )
    yield Case(
        "MSG-06/dxpId-603" if kind == "603" else "MSG-06/dxpId",
        (sound,),
        ("../BaseTransfer/dxpId", f"one of {FIRMS.sender(kind).dxp_id}", "DXPENT0000000000"),
        via={"dxp_id": "DXPENT0000000000"},
    )
    yield Case("MSG-16", (document(kind, **{name: ""}),), (at_head(kind, xml), blank, ""))
    yield Case("MSG-16", (document(kind, **{name: "\u3000"}),), (at_head(kind, xml), blank, "\u3000"))
    yield Case(
        "MSG-16",
        (document(kind, **{key: padded}),),
        (at_head(kind, key_xml), "a key without surrounding space", repr(padded)),
    )
    yield Case("X1/appStatus", (document(kind, app_status="3"),), (status, "1 (draft) or 2 (declare)", "3"))
    yield Case(
        "ENT-01",
        (document(kind, **{code: UNKNOWN_CODE}),),
        (at_head(kind, code_xml), f"the code of a registered enterprise ({role})", UNKNOWN_CODE),
    )
    yield Case(
        "ENT-01/enrolled",
        (document(kind, **{code: UNKNOWN_CODE}),),
        (at_head(kind, code_xml), "a code registered beforehand", f"{UNKNOWN_CODE}, enrolled as {role}"),
        registry="open",
    )
    yield Case(
        "ENT-11",
        (document(kind, **{code: MALFORMED}),),
        (at_head(kind, code_xml), WELL_FORMED, MALFORMED),
        registry="open",
    )


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


def _of_codes() -> Iterator[Case]:
    head, unknown = (
        "InventoryHead",
        {name: f" ({len(t.rows)} known, the table is not complete)" for name, t in KNOWN.tables.items()},
    )
    currency, unit = (
        "a code of the table currency 货币代码, 3 digits",
        "a code of the table unit 计量单位代码, 3 digits",
    )
    country = "a code of the table country 国家（地区）代码, 3 digits"
    for row, codes in (("ORD-14", WHOLE), ("ORD-14/unknown", None)):
        more = unknown if codes is None else dict.fromkeys(unknown, "")
        yield Case(
            row, (order(second={"unit": "999"}),), ("OrderList[2]/unit", unit + more["unit"], "999"), codes=codes
        )
        for made in (receipts(currency="999"), waybill(currency="999")):
            yield Case(row, (made,), ("currency", currency + more["currency"], "999"), codes=codes)
        yield Case(row, (listed(country="998"),), (f"{head}/country", country + more["country"], "998"), codes=codes)
        hint = f"{currency}{more['currency']}; 502 is 美元 US Dollar"
        yield Case(row, (waybill(currency="USD"),), ("currency", hint, "USD"), codes=codes)
    for row, codes in (("INV-10/codes", WHOLE), ("INV-10/unknown", None)):
        more = unknown if codes is None else dict.fromkeys(unknown, "")
        changes: dict[str, Any]
        for table, xml, name, code, title, wants in (
            ("customs", "customsCode", "customs_code", "0000", "关区代码", "4 digits"),
            ("customs", "portCode", "port_code", "0000", "关区代码", "4 digits"),
            ("transport_mode", "trafMode", "traf_mode", "V", "运输方式代码", "1 digit or capital letter"),
            ("port", "POD", "pod", "XXXX", "指运港代码", "3 or 4 digits or capital letters"),
            ("wrap_type", "wrapType", "wrap_type", "X", "包装种类代码", "1 digit or capital letter"),
        ):
            expected = f"a code of the table {table} {title}, {wants}{more[table]}"
            changes = {name: code}
            yield Case(row, (listed(**changes),), (f"{head}/{xml}", expected, code), codes=codes)
    for code in ("610910000A", "６１０９１０００００"):
        yield Case("ID-07/gcode", (listed({"gcode": code}),), ("InventoryList[1]/gcode", "10 digits", code))
    tariff = "a code whose first {} digits are a {} of the table tariff, {} is none"
    heading, subheading = tariff.format(4, "heading 品目", "9999"), tariff.format(6, "subheading 子目", "610999")
    for row, flag, mode, code, expected in (
        ("STA-04", "A", "9610", "9999000000", heading),
        ("STA-04", "A", "9710", "6109990000", subheading),
        ("STA-05", "B", "9610", "6109990000", subheading),
    ):
        made = listed({"gcode": code}, statistics_flag=flag, trade_mode=mode)
        yield Case(row, (made,), ("InventoryList[1]/gcode", expected, code), codes=WHOLE)
        known = f"{expected}{unknown['tariff']}"
        yield Case(f"{row}/unknown", (made,), ("InventoryList[1]/gcode", known, code))
    shirt = {"gcode": "6109100000", "unit1": "011", "unit2": "035", "qty2": "1"}
    for xml, line, told in (
        ("unit1", {"unit1": "015"}, "011"),
        ("unit2", {"unit2": None, "qty2": None}, "035"),
    ):
        yield Case(
            "INV-08/units",
            (listed(shirt | line, shirt),),
            (f"InventoryList[1]/{xml}", f"{told}, as the tariff says of 6109100000", line[xml] or ""),
            codes=WITH_UNITS,
        )


def _orders() -> Iterator[Case]:
    yield Case(
        "ORD-04",
        (order(order_type="I"),),
        ("OrderHead/orderType", "E (B2C), B (B2B) or W (overseas warehouse)", "I"),
    )
    yield Case("ORD-10/repeated", (order(second={"gnum": 1}),), ("OrderList[2]/gnum", "a line number used once", "1"))
    yield Case("ORD-10/rising", (order({"gnum": 2}, {"gnum": 3}),), ("OrderList[1]/gnum", "1", "2"))
    yield Case(
        "ORD-10/rising",
        (order({"gnum": 2}, {"gnum": 1}),),
        ("OrderList[2]/gnum", "more than 2", "1"),
    )
    yield Case("ORD-10/gap", (order(second={"gnum": 3}),), ("OrderList[2]/gnum", "2", "3"))
    yield Case(
        "ORD-11",
        (order({"total_price": "20.00001"}, goods_value="36.50001"),),
        ("OrderList[1]/totalPrice", "qty 2 x price 10 = 20", "20.00001"),
    )
    yield Case("ORD-12", (order(goods_value="36.51"),), ("OrderHead/goodsValue", "sum of totalPrice = 36.50", "36.51"))
    yield Case(
        "ORD-12/currency",
        (order(second={"currency": "142"}),),
        ("OrderList[2]/currency", "502 as in the head", "142"),
    )
    yield Case("ORD-13", (order(freight="-0.01"),), ("OrderHead/freight", "0 or more", "-0.01"))
    yield Case(
        "ORD-13",
        (order({"qty": "0", "total_price": "0"}, goods_value="16.50"),),
        ("OrderList[1]/qty", "more than 0", "0"),
    )
    yield Case(
        "ORD-13",
        (order(second={"price": "-5.50", "total_price": "-16.50"}, goods_value="3.50"),),
        ("OrderList[2]/price", "more than 0", "-5.50"),
    )


def _receipts() -> Iterator[Case]:
    wrong = "20260105090060"
    yield Case(
        "PAY-12/form",
        (receipts(accounting_date=wrong),),
        ("accountingDate", "a date and time YYYYMMDDhhmmss", wrong),
    )
    reported = S.receipts.app_time
    yield Case(
        "PAY-12/order",
        (receipts(accounting_date="20260105090000"),),
        ("accountingDate", f"not after appTime {reported}", "20260105090000"),
    )
    yield Case("PAY-13", (receipts(charge="0"),), ("charge", "more than 0", "0"))


def _waybills() -> Iterator[Case]:
    yield Case("LOG-03", (waybill(freight="-1"),), ("freight", "0 or more", "-1"))
    yield Case("LOG-03", (waybill(insured_fee="-0.5"),), ("insuredFee", "0 or more", "-0.5"))
    yield Case("LOG-03", (waybill(gross_weight="0"),), ("grossWeight", "more than 0 kg", "0"))
    yield Case("LOG-03", (waybill(pack_no="0"),), ("packNo", "1 or more", "0"))


def _lists() -> Iterator[Case]:
    area: dict[str, Any] = {"trade_mode": "1210", "iac_code": OTHER_CODE, "iac_name": OTHER_NAME, "ems_no": "H1"}
    kept = {"item_record_no": "R1"}
    special = "a value, trade mode 1210 is of a special area"
    yield Case("INV-01", (listed(ie_flag="I"),), ("InventoryHead/ieFlag", "E (export)", "I"))
    yield Case(
        "INV-02/mode",
        (listed(trade_mode="0110"),),
        ("InventoryHead/tradeMode", "9610, 1210, 1239, 9710 or 9810", "0110"),
    )
    for name, xml in (("iac_code", "iacCode"), ("iac_name", "iacName"), ("ems_no", "emsNo")):
        yield Case("INV-02/area", (listed(kept, kept, **area | {name: None}),), (f"InventoryHead/{xml}", special, ""))
    yield Case("INV-02/area", (listed(kept, **area),), ("InventoryList[2]/itemRecordNo", special, ""))
    yield Case(
        "INV-03/repeated",
        (listed(second={"gnum": 1}),),
        ("InventoryList[2]/gnum", "a line number used once", "1"),
        also=frozenset({"INV-03"}),
    )
    yield Case("INV-03", (listed(second={"gnum": 3}),), ("InventoryList[2]/gnum", "2", "3"))
    yield Case("INV-04", (listed(net_weight="0"),), ("InventoryHead/netWeight", "more than 0 kg", "0"))
    yield Case(
        "INV-04", (listed(net_weight="3.20001"),), ("InventoryHead/netWeight", "at most grossWeight 3.2", "3.20001")
    )
    yield Case(
        "INV-05",
        (listed({"total_price": "20.00001"}),),
        ("InventoryList[1]/totalPrice", "qty 2 x price 10 = 20", "20.00001"),
    )
    yield Case(
        "INV-05",
        (listed(second={"price": "0", "total_price": "0"}),),
        ("InventoryList[2]/price", "more than 0", "0"),
    )
    yield Case(
        "INV-05",
        (listed(second={"price": "-5.5", "total_price": "-16.5"}),),
        ("InventoryList[2]/totalPrice", "more than 0", "-16.5"),
    )
    yield Case(
        "INV-06",
        (listed({"qty1": "2.1"}),),
        ("InventoryList[1]/qty1", "qty 2, the unit 011 is the same", "2.1"),
    )
    yield Case("INV-07", (listed({"qty2": "1"}),), ("InventoryList[1]/qty2", "no value, unit2 is empty", "1"))
    yield Case("INV-07", (listed({"unit2": "035"}),), ("InventoryList[1]/qty2", "more than 0, unit2 is 035", ""))
    yield Case(
        "INV-07",
        (listed({"unit2": "035", "qty2": "0"}),),
        ("InventoryList[1]/qty2", "more than 0, unit2 is 035", "0"),
    )
    for wrong in ("20260230", "2026 1 5", "2026+1+5", "２０２６０１０５", "00000101", "ABCDEFGH"):
        yield Case("INV-10", (listed(ie_date=wrong),), ("InventoryHead/ieDate", "a date YYYYMMDD", wrong))
    yield Case(
        "INV-13",
        (listed(statistics_flag="C"),),
        ("InventoryHead/statisticsFlag", "A (simplified) or B (summary)", "C"),
    )
    yield Case("INV-14", (listed(pack_no="0"),), ("InventoryHead/packNo", "1 or more", "0"))
    yield Case("INV-14", (listed(freight="-1"),), ("InventoryHead/freight", "0 or more", "-1"))
    yield Case("INV-14", (listed(insured_fee="-1"),), ("InventoryHead/insuredFee", "0 or more", "-1"))
    yield Case("INV-14", (listed(second={"qty1": "0"}),), ("InventoryList[2]/qty1", "more than 0", "0"))
    yield Case(
        "INV-14",
        (listed(second={"qty": "0"}),),
        ("InventoryList[2]/qty", "more than 0", "0"),
        also=frozenset({"INV-05"}),
    )
    for word in ("none", "无条码"):
        found = ("InventoryList[2]/barCode", "a bar code, or 无 where there is none", word)
        yield Case("INV-12", (listed(second={"bar_code": word}),), found)
    ordinary = "no value for trade mode 9610"
    yield Case("INV-15", (listed(iac_code=OTHER_CODE),), ("InventoryHead/iacCode", ordinary, OTHER_CODE))
    yield Case("INV-15", (listed(ems_no="H1"),), ("InventoryHead/emsNo", ordinary, "H1"))
    yield Case("INV-15", (listed(second=kept),), ("InventoryList[2]/itemRecordNo", ordinary, "R1"))


def _matches() -> Iterator[Case]:
    head = "InventoryHead"
    yield Case(
        "ORD-01/order",
        (*before_list(but="303"), listed()),
        (f"{head}/orderNo", "an order (CEB303) received before the list", "nothing received"),
    )
    yield Case(
        "ORD-01/waybill",
        (*before_list(but="505"), listed()),
        (f"{head}/logisticsNo", "a waybill (CEB505) received before the list", "nothing received"),
    )
    yield Case(
        "PAY-01",
        (*before_list(but="403"), listed()),
        (f"{head}/orderNo", "a payment receipt (CEB403) received before the list", "nothing received"),
    )
    for name, xml in (("ebp_name", "ebpName"), ("ebc_name", "ebcName")):
        registered = getattr(S.order.head, name)
        yield Case(
            "MAT-01",
            (*before_list(), changed(S.inventory, **{name: OTHER_NAME})),
            (f"{head}/{xml}", f"{registered} as in the order", OTHER_NAME),
        )
    yield Case(
        "MAT-02",
        (*before_list(), S.inventory.replaced(lines=S.inventory.lines[:1])),
        ("InventoryList", "2 lines as in the order", "1"),
        also=frozenset({"MAT-04"}),
    )
    yield Case(
        "MAT-03",
        (*before_list(), listed(second={"item_no": "OTHER"})),
        ("InventoryList[2]/itemNo", f"{S.order.lines[1].item_no} as in the order", "OTHER"),
    )
    yield Case(
        "MAT-03",
        (*before_list(), listed({"currency": "142"})),
        ("InventoryList[1]/currency", "502 as in the order", "142"),
    )
    yield Case(
        "MAT-03",
        (*before_list(), listed(second={"qty": "1.5", "price": "11"})),
        ("InventoryList[2]/qty", "3 as in the order", "1.5"),
    )
    yield Case(
        "MAT-03",
        (*before_list(), listed(second={"qty": "1.5", "price": "11"})),
        ("InventoryList[2]/price", "5.50 as in the order", "11"),
    )
    yield Case(
        "MAT-03",
        (*before_list(instead=order(second={"gnum": 3})), listed()),
        ("InventoryList[2]/gnum", "a line number of the order: [1, 3]", "2"),
    )
    dearer = listed({"price": "11", "total_price": "22"})
    yield Case(
        "MAT-04",
        (*before_list(), dearer),
        ("InventoryList/totalPrice", "sum = goodsValue 36.50 of the order", "38.50"),
        also=frozenset({"MAT-03"}),
    )
    yield Case(
        "MAT-05",
        (*before_list(), listed(logistics_name=OTHER_NAME)),
        (f"{head}/logisticsName", f"{S.logistics.logistics_name} as in the waybill", OTHER_NAME),
    )
    yield Case("MAT-06", (*before_list(), listed(pack_no="2")), (f"{head}/packNo", "1 as in the waybill", "2"))
    yield Case(
        "MAT-06",
        (*before_list(), listed(gross_weight="3.21")),
        (f"{head}/grossWeight", "3.2 as in the waybill", "3.21"),
    )
    yield Case(
        "MAT-07",
        (*before_list(instead=receipts(charge="44.51")), listed()),
        ("CEB403:charge", "goodsValue + freight = 44.50", "44.51"),
    )
    yield Case(
        "MAT-07",
        (*before_list(instead=receipts(currency="142")), listed()),
        ("CEB403:currency", "502 as in the order", "142"),
    )
    yield Case(
        "MAT-07",
        (*before_list(instead=receipts(ebc_name=OTHER_NAME)), listed()),
        ("CEB403:ebcName", f"{S.order.head.ebc_name} as in the order", OTHER_NAME),
    )
    for mode, wanted in (("9710", "B"), ("9810", "W")):
        yield Case(
            "ORD-04/mode",
            (*before_list(), listed(trade_mode=mode)),
            (
                f"{head}/tradeMode",
                f"an order of type {wanted} for trade mode {mode}",
                f"trade mode {mode} of an order of type E",
            ),
        )
    yield Case(
        "ORD-04/mode",
        (*before_list(instead=order(order_type="W")), listed()),
        (f"{head}/tradeMode", "an order of type E for trade mode 9610", "trade mode 9610 of an order of type W"),
    )
    yield Case(
        "MAT-06/fees",
        (*before_list(), listed(freight="8.00001")),
        (f"{head}/freight", "8 as in the waybill", "8.00001"),
    )
    yield Case(
        "MAT-06/fees",
        (*before_list(), listed(insured_fee="0.00001")),
        (f"{head}/insuredFee", "0 as in the waybill", "0.00001"),
    )
    for instead, what in (
        (order(app_time=LATER), "order"),
        (receipts(app_time=LATER), "payment receipt"),
        (waybill(app_time=LATER), "waybill"),
    ):
        found = (f"{head}/appTime", f"not before {LATER}, the appTime of the {what}", S.inventory.head.app_time)
        yield Case("MAT-08", (*before_list(instead=instead), listed()), found)
    yield Case(
        "PAY-11",
        (*before_list(instead=receipts(charge="44.49")), listed()),
        ("CEB403:charge", "goodsValue + freight = 44.50", "44.49"),
    )
    other = sale(1)
    taken = changed(other.inventory, logistics_no=S.logistics.logistics_no)
    yield Case(
        "LOG-02",
        (*S.documents, other.order, other.receipts, taken),
        (f"{head}/logisticsNo", "a waybill of one live list", f"also in list {_external(S)}"),
    )
    yield Case(
        "LOG-05",
        (*before_list(instead=waybill(ebc_code=OTHER_CODE)), listed()),
        (f"{head}/ebcCode", f"{OTHER_CODE} as in the waybill", S.inventory.head.ebc_code),
    )


def _external(made: Chain) -> str:
    return f"{made.inventory.head.agent_code}~{made.inventory.head.cop_no}"


CASES: tuple[Case, ...] = (
    *(case for kind in KINDS for case in _of_any_kind(kind)),
    *_of_codes(),
    *_orders(),
    *_receipts(),
    *_waybills(),
    *_lists(),
    *_matches(),
)

IN_TIME = S.inventory.head.app_time
BY_TYPE = (("B", "9710"), ("W", "9810"))
KEPT: tuple[Case, ...] = tuple(
    Case(row, sent, ("", "", ""))
    for row, sent in (
        ("MSG-01/form", (order(guid="Z_-9" * 9),)),
        ("MSG-04/form", (order(app_time="20240229235959"),)),
        *(("MSG-04/ahead", (document(kind, app_time="20260105091000"),)) for kind in KINDS),
        ("MSG-16", (receipts(pay_code=None, pay_no=None),)),
        ("MSG-16", (order(note=""),)),
        ("ENT-01", (listed(owner_code="NO"),)),
        ("ENT-01", (order(ebp_code="无"),)),
        ("ENT-11", (receipts(pay_code=""),)),
        *(("ORD-04", (order(order_type=kind),)) for kind in "EBW"),
        ("STA-04/unknown", (listed({"gcode": "6109990000"}, statistics_flag="A"),)),
        ("STA-05/unknown", (listed({"gcode": "6109101234"}),)),
        ("STA-05/unknown", (listed({"gcode": "9999000000"}, app_time="20210105090000"),)),
        ("INV-10/unknown", (listed(pod="502"),)),
        ("ORD-11", (order({"qty": "0.33333", "price": "0.1", "total_price": "0.03333"}, goods_value="16.53333"),)),
        ("ORD-13", (order(freight="0"),)),
        ("PAY-12/order", (receipts(accounting_date=S.receipts.app_time),)),
        ("PAY-13", (receipts(charge="0.00001"),)),
        ("LOG-03", (waybill(freight="0", insured_fee="0", gross_weight="0.00001", pack_no="1"),)),
        *(("INV-02/mode", (listed(trade_mode=mode),)) for mode in ("9610", "1210", "1239", "9710", "9810")),
        *(("INV-02/area", (listed(trade_mode=mode),)) for mode in ("9610", "9710", "9810")),
        ("INV-04", (listed(net_weight="3.2"),)),
        ("INV-05", (listed({"qty": "2.00000", "price": "10.00000", "total_price": "20.0"}),)),
        ("INV-06", (listed({"qty1": "2.000"}),)),
        ("INV-06", (listed(second={"qty1": "3.1"}),)),
        ("INV-07", (listed({"unit2": "035", "qty2": "0.00001"}),)),
        ("INV-07", (listed({"unit2": ""}),)),
        ("INV-10", (listed(ie_date="20240229"),)),
        *(("INV-13", (listed(statistics_flag=flag),)) for flag in "AB"),
        ("INV-14", (listed(pack_no="1", freight="0", insured_fee="0"),)),
        *(("INV-15", (listed(trade_mode=mode, ems_no="H1"),)) for mode in ("1210", "1239")),
        ("MAT-03", (*before_list(), listed({"qty": "2.00", "price": "10.0", "total_price": "20.000"}))),
        ("MAT-03", (*before_list(), listed(second={"unit": "035", "qty1": "3"}))),
        ("MAT-04", (*before_list(instead=order(goods_value="36.50000")), listed())),
        ("MAT-06", (*before_list(instead=waybill(gross_weight="3.20000")), listed())),
        ("MAT-07", (*before_list(instead=receipts(charge="44.50000")), listed())),
        ("PAY-11", (*before_list(instead=receipts(charge="44.5")), listed())),
        ("MAT-06/fees", (*before_list(), listed(freight="9", f_currency="142"))),
        *(
            ("MAT-08", (*before_list(instead=made(app_time=S.inventory.head.app_time)), listed()))
            for made in (order, waybill)
        ),
        *(("ORD-04/mode", (*before_list(instead=order(order_type=t)), listed(trade_mode=m))) for t, m in BY_TYPE),
        ("INV-12", (listed({"bar_code": "无"}, {"bar_code": "6901234567892"}),)),
        ("LOG-05", (*before_list(instead=waybill(ebc_code=None)), listed())),
        ("LOG-05", (*before_list(instead=waybill(ebc_code="")), listed())),
    )
)
"""Documents that stand at the edge of a rule, on the right side of it."""
