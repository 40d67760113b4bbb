"""§2.1 order (订单, CEB303) and §2.2 its return (CEB304)."""

from decimal import Decimal

from swsim.simulator.messages.declare import F, Many, One
from swsim.simulator.messages.node import Node
from swsim.simulator.messages.transfer import Document, Return, Upload


class OrderHead(Node, section="2.1.4", zh="电子订单表头", en="Order head"):
    guid: str = F("C36", "系统唯一序号", "Unique serial number")
    app_type: str = F("C1", "报送类型", "Kind of report: 1 new, 2 change, 3 delete")
    app_time: str = F("C14", "报送时间", "Time of report, YYYYMMDDhhmmss")
    app_status: str = F("C1", "报送状态", "Status of report: 1 draft, 2 declare", default="1")
    order_type: str = F("C1", "订单类型", "Order type: E B2C export, B B2B export, W overseas warehouse")
    order_no: str = F("C..60", "电商订单/海外仓订仓单编号", "Order number")
    ebp_code: str = F("C..18", "电商平台代码", "Platform code, or 无 for a foreign platform")
    ebp_name: str = F("C..100", "电商平台/海外仓名称", "Platform name")
    ebc_code: str = F("C..18", "电商企业代码", "E-commerce enterprise code")
    ebc_name: str = F("C..100", "电商企业名称", "E-commerce enterprise name")
    goods_value: Decimal = F("N19,5", "商品金额", "Goods value, FOB, without freight")
    freight: Decimal = F("N19,5", "运杂费", "Freight, 0 if none", default="0")
    currency: str = F("C3", "币制", "Currency", codes="currency")
    note: str | None = F("C..1000", "备注", "Note", default=None)


class OrderList(Node, section="2.1.4", zh="订单商品表体", en="Order line"):
    gnum: int = F("N5", "序号", "Line number, from 1, matches the line of the list")
    item_no: str = F("C..30", "企业商品货号", "Item number of the enterprise")
    item_name: str = F("C..250", "企业商品名称", "Item name")
    item_describe: str | None = F("C..1000", "企业商品描述", "Item description", default=None)
    bar_code: str | None = F("C..50", "条形码", "Bar code", default=None)
    unit: str = F("C3", "计量单位", "Unit", codes="unit")
    currency: str = F("C3", "币制", "Currency", codes="currency")
    qty: Decimal = F("N19,5", "数量", "Quantity")
    price: Decimal = F("N19,5", "单价", "Unit price")
    total_price: Decimal = F("N19,5", "总价", "Total price")
    note: str | None = F("C..1000", "备注", "Note", default=None)


class Order(Document, section="2.1.4", zh="电子订单", en="Order"):
    number = "303"
    key = ("ebc_code", "ebp_code", "order_no")

    head: OrderHead = One(OrderHead)
    lines: tuple[OrderList, ...] = Many(OrderList, 100)


class OrderReturn(Document, section="2.2.4", zh="订单回执", en="Order return"):
    guid: str = F("C36", "系统唯一序号", "Unique serial number, made by the system")
    ebp_code: str = F("C..18", "电商平台代码", "Platform code")
    ebc_code: str = F("C..18", "电商企业代码", "E-commerce enterprise code")
    order_no: str = F("C..60", "电商订单/海外仓订仓单编号", "Order number")
    return_status: str = F("C1..10", "回执状态", "Return status", codes="status")
    return_time: str = F("C17", "回执时间", "Return time, yyyyMMddHHmmssfff")
    return_info: str = F("C..1000", "回执信息", "Return information")


class CEB303Message(Upload[Order], section="2.1", zh="订单报文", en="Order message"):
    pass


class CEB304Message(Return[OrderReturn], section="2.2", zh="订单回执报文", en="Order return message"):
    pass
