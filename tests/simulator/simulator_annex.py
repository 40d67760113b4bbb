"""An enterprise written from the specification's tables alone: messages as text, returns read back as text.

Nothing of the simulator is imported here: the order of elements, the names and the keys are those of §2.1 to §2.12, so
a test that passes with these says that an outside client passes.
"""

import html
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

NAMESPACE = "http://www.chinaport.gov.cn/ceb"
DXP = "DXPENTTEST000001"
SELLER = ("91440300MA5TE5T00P", "TEST 测试电子商务有限公司")
PLATFORM = ("4403160T01", "TEST 测试网络科技有限公司")
CARRIER = ("91330100MA2TE5T1XT", "TEST 测试国际物流有限公司")
BROKER = ("4403180T02", "TEST 测试报关有限公司")
DAY = "20260105090000"
"""09:00 Beijing time on the day the tests' virtual clocks stand at."""
PARTS = {"303": "Order", "403": "Receipts", "505": "Logistics", "603": "Inventory"}
ANSWERS = {"303": "CEB304Message", "403": "CEB404Message", "505": "CEB506Message", "603": "CEB604Message"}


def guid(name: str) -> str:
    """36 characters, letters upper case, the same for the same name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name)).upper()


def elements(**values: str | None) -> str:
    """Elements in the order given; an absent value is an absent element."""
    return "".join(f"<{k}>{html.escape(v, quote=False)}</{k}>" for k, v in values.items() if v is not None)


@dataclass(frozen=True)
class Sale:
    """One sale: order `order_no` of two pieces at 12.50 and one at 3, by parcel `logistics_no`, list `cop_no`."""

    order_no: str
    seller: tuple[str, str] = SELLER
    platform: tuple[str, str] = PLATFORM
    goods_value: str = "28"
    lines: Sequence[tuple[str, str, str]] = (("2", "12.50", "25"), ("1", "3", "3"))
    at: str = DAY

    @property
    def logistics_no(self) -> str:
        return f"L-{self.order_no}"

    @property
    def cop_no(self) -> str:
        return f"C-{self.order_no}"

    def document(self, kind: str, app_type: str = "1", app_status: str = "2", **changes: str | None) -> str:
        """The document of a kind; `changes` replace head elements by name, None leaves one out."""
        report = {
            "guid": guid(f"{kind}/{self.order_no}/{app_type}/{self.at}"),
            "appType": app_type,
            "appTime": self.at,
            "appStatus": app_status,
        }
        head, lines = {"303": self._order, "403": self._receipts, "505": self._waybill, "603": self._list}[kind]()
        values = elements(**{**report, **head, **changes})
        name = PARTS[kind]
        return f"<{name}><{name}Head>{values}</{name}Head>{lines}</{name}>" if lines else f"<{name}>{values}</{name}>"

    def documents(self) -> Iterator[tuple[str, str]]:
        """Kind and document of the whole chain, in the order in which customs must get them."""
        for kind in PARTS:
            yield kind, self.document(kind)

    def key(self, kind: str) -> tuple[str, ...]:
        """The parts of the business key."""
        return {
            "303": (self.seller[0], self.platform[0], self.order_no),
            "403": (self.seller[0], self.order_no, f"P-{self.order_no}"),
            "505": (CARRIER[0], self.logistics_no),
            "603": (BROKER[0], self.cop_no),
        }[kind]

    def _shop(self) -> dict[str, str | None]:
        return {
            "ebpCode": self.platform[0],
            "ebpName": self.platform[1],
            "ebcCode": self.seller[0],
            "ebcName": self.seller[1],
        }

    def _order(self) -> tuple[dict[str, str | None], str]:
        head: dict[str, str | None] = {"orderType": "E", "orderNo": self.order_no, **self._shop()}
        head |= {"goodsValue": self.goods_value, "freight": "0", "currency": "142", "note": None}
        rows = [
            elements(
                gnum=str(n),
                itemNo=f"SKU-{n}",
                itemName=f"TEST item {n}",
                itemDescribe="测试商品",
                unit="011",
                currency="142",
                qty=qty,
                price=price,
                totalPrice=total,
            )
            for n, (qty, price, total) in enumerate(self.lines, 1)
        ]
        return head, "".join(f"<OrderList>{row}</OrderList>" for row in rows)

    def _receipts(self) -> tuple[dict[str, str | None], str]:
        head: dict[str, str | None] = {**self._shop(), "orderNo": self.order_no, "payCode": SELLER[0]}
        head |= {"payName": "TEST 测试支付", "payNo": f"P-{self.order_no}", "charge": self.goods_value}
        return head | {"currency": "142", "accountingDate": self.at, "note": None}, ""

    def _waybill(self) -> tuple[dict[str, str | None], str]:
        head: dict[str, str | None] = {"logisticsCode": CARRIER[0], "logisticsName": CARRIER[1]}
        head |= {"logisticsNo": self.logistics_no, "freight": "0", "insuredFee": "0", "currency": "142"}
        head |= {"grossWeight": "0.8", "packNo": "1", "goodsInfo": "测试商品", "ebcCode": None, "ebcName": None}
        return head | {"ebcTelephone": None, "note": None}, ""

    def _list(self) -> tuple[dict[str, str | None], str]:
        shop = self._shop()
        head: dict[str, str | None] = {
            "customsCode": "5314",
            "ebpCode": shop["ebpCode"],
            "ebpName": shop["ebpName"],
            "orderNo": self.order_no,
            "logisticsCode": CARRIER[0],
            "logisticsName": CARRIER[1],
            "logisticsNo": self.logistics_no,
            "copNo": self.cop_no,
            "ieFlag": "E",
            "portCode": "5301",
            "ieDate": self.at[:8],
            "statisticsFlag": "B",
            "agentCode": BROKER[0],
            "agentName": BROKER[1],
            "ebcCode": shop["ebcCode"],
            "ebcName": shop["ebcName"],
            "ownerCode": "NO",
            "ownerName": "TEST 测试制造有限公司",
            "tradeMode": "9610",
            "trafMode": "4",
            "country": "502",
            "POD": "USA",
            "freight": "0",
            "fCurrency": "142",
            "fFlag": "3",
            "insuredFee": "0",
            "iCurrency": "142",
            "iFlag": "3",
            "wrapType": "2",
            "packNo": "1",
            "grossWeight": "0.8",
            "netWeight": "0.5",
            "note": None,
        }
        rows = [
            elements(
                gnum=str(n),
                itemNo=f"SKU-{n}",
                itemName=f"TEST item {n}",
                gcode="9503008900",
                gname="测试玩具",
                gmodel="TEST 型号",
                barCode="无",
                country="502",
                currency="142",
                qty=qty,
                qty1=qty,
                unit="011",
                unit1="011",
                price=price,
                totalPrice=total,
            )
            for n, (qty, price, total) in enumerate(self.lines, 1)
        ]
        return head, "".join(f"<InventoryList>{row}</InventoryList>" for row in rows)


def message(
    kind: str,
    *documents: str,
    name: str = "",
    dxp_id: str = DXP,
    cop_code: str = SELLER[0],
    prefix: bool = False,
    attributes: str | None = None,
    tail: str = "",
) -> bytes:
    """A message of `documents`, in the default namespace or, with `prefix`, as the annex prints it (``ceb:``)."""
    transfer = elements(copCode=cop_code, copName="TEST 测试", dxpMode="DXP", dxpId=dxp_id)
    inner = f"{''.join(documents)}<BaseTransfer>{transfer}</BaseTransfer>{tail}"
    said = attributes or f'guid="{guid(name or "".join(documents))}" version="1.0"'
    root = f'<CEB{kind}Message {said} xmlns="{NAMESPACE}">{inner}</CEB{kind}Message>'
    if prefix:
        root = re.sub(r"<(/?)(?=\w)", r"<\1ceb:", root).replace(" xmlns=", " xmlns:ceb=", 1)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}'.encode()


_RECORD = re.compile(r"<(?:ceb:)?(\w+Return)>(.*?)</(?:ceb:)?\1>", re.DOTALL)
_FIELD = re.compile(r"<(?:ceb:)?(\w+)(?:>([^<]*)</(?:ceb:)?\1>|/>)")


def root_of(body: bytes) -> str:
    """The root element of a return, without prefix."""
    found = re.search(r"<(?:ceb:)?(CEB\d{3}Message)", body.decode())
    return found[1] if found else ""


def records(body: bytes) -> list[dict[str, str]]:
    """The records of a return, each as element name -> text."""
    return [
        {field: html.unescape(text) for field, text in _FIELD.findall(inner)}
        for _, inner in _RECORD.findall(body.decode())
    ]
