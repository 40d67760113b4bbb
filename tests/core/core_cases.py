"""A case a rule: the documents that break it and nothing else, and what customs must find."""

from collections.abc import Iterator
from typing import Any

from core_case import (
    EMPTIED,
    KEYED,
    KNOWN,
    MALFORMED,
    NAMED,
    SKEWED,
    UNKNOWN_CODE,
    WELL_FORMED,
    WHOLE,
    WITH_UNITS,
    Case,
    S,
    at_head,
    before_list,
    document,
    listed,
    order,
    receipts,
    waybill,
)
from core_cases_lists import of_lists, of_matches
from core_desk import FIRMS, KINDS, head_of


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


CASES: tuple[Case, ...] = (
    *(case for kind in KINDS for case in _of_any_kind(kind)),
    *_of_codes(),
    *_orders(),
    *_receipts(),
    *_waybills(),
    *of_lists(),
    *of_matches(),
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
