"""Cases of lists: the document alone, and what it is matched with."""

from collections.abc import Iterator
from typing import Any

from core_case import (
    LATER,
    OTHER_CODE,
    OTHER_NAME,
    Case,
    S,
    before_list,
    listed,
    order,
    receipts,
    waybill,
)
from core_desk import changed, sale

from swsim.fixtures.chain import Chain


def of_lists() -> Iterator[Case]:
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


def of_matches() -> Iterator[Case]:
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
