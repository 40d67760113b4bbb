"""§2.11 declaration list (申报清单, CEB603) and §2.12 its return (CEB604)."""

from decimal import Decimal

from swsim.simulator.messages.declare import F, Many, One
from swsim.simulator.messages.node import Node
from swsim.simulator.messages.transfer import Document, Return, Upload


class InventoryHead(Node, section="2.11.4", zh="申报清单表头", en="List head"):
    guid: str = F("C36", "系统唯一序号", "Unique serial number")
    app_type: str = F("C1", "报送类型", "Kind of report: 1 new, 2 change, 3 delete")
    app_time: str = F("C14", "报送时间", "Time of report, YYYYMMDDhhmmss")
    app_status: str = F("C1", "报送状态", "Status of report: 1 draft, 2 declare")
    customs_code: str = F("C4", "申报地海关代码", "Customs of declaration", codes="customs")
    ebp_code: str = F("C..18", "电商平台代码", "Platform code, or 无 for a foreign platform")
    ebp_name: str = F("C0..100", "电商平台名称/海外仓名称", "Platform name")
    order_no: str = F("C..60", "订单编号/海外仓订仓单编号", "Order number")
    logistics_code: str = F("C..18", "物流企业代码", "Logistics enterprise code")
    logistics_name: str = F("C0..100", "物流企业名称", "Logistics enterprise name")
    logistics_no: str = F("C..32", "物流运单编号", "Waybill number")
    cop_no: str = F("C..30", "企业唯一编号", "Number given by the enterprise")
    pre_no: str | None = F("C18", "电子口岸编号", "Number given by the e-port", default=None)
    invt_no: str | None = F("C..20", "清单编号", "List number given by customs", default=None)
    ie_flag: str = F("C1", "进出口标记", "E export")
    port_code: str = F("C4", "出口口岸代码", "Customs of exit", codes="customs")
    ie_date: str = F("C8", "出口日期", "Date of export, YYYYMMDD")
    statistics_flag: str = F("C1", "申报业务类型", "A simplified declaration, B summary declaration")
    agent_code: str = F("C..18", "申报企业代码", "Declaring agent code")
    agent_name: str = F("C0..100", "申报企业名称", "Declaring agent name")
    ebc_code: str = F("C0..18", "收发货人代码", "Consignor code")
    ebc_name: str = F("C0..100", "收发货人名称", "Consignor name")
    owner_code: str = F("C..18", "生产销售企业代码", "Producer or seller code, NO if not registered")
    owner_name: str = F("C..100", "生产销售企业名称", "Producer or seller name")
    iac_code: str | None = F("C..18", "区内企业代码", "Enterprise in the special area, code", default=None)
    iac_name: str | None = F("C..100", "区内企业名称", "Enterprise in the special area, name", default=None)
    ems_no: str | None = F("C..30", "账册编号", "Account book number", default=None)
    trade_mode: str = F("C4", "贸易方式", "Trade mode: 9610, 1210, 9710, 9810", codes="trade_mode")
    traf_mode: str = F("C1", "运输方式", "Transport mode", codes="transport_mode", collapse=True)
    traf_name: str | None = F("C..100", "运输工具名称", "Means of transport", default=None)
    voyage_no: str | None = F("C..32", "航班航次号", "Flight or voyage", default=None)
    bill_no: str | None = F("C..37", "提运单号", "Bill of lading", default=None)
    total_package_no: str | None = F("C..37", "总包号", "Pallet or mail bag", default=None)
    loct_no: str | None = F("C..10", "监管场所代码", "Supervision site", default=None)
    license_no: str | None = F("C..19", "许可证号", "Licence", default=None)
    country: str = F("C3", "运抵国（地区）", "Country of arrival", codes="country")
    pod: str = F("C3..4", "指运港代码", "Port of destination", codes="port", collapse=True, xml="POD")
    freight: Decimal = F("N19,5", "运费", "Freight")
    f_currency: str = F("C3", "运费币制", "Currency of the freight", codes="currency")
    f_flag: str = F("C1", "运费标志", "Kind of freight, 3 total", default="3", fixed=True)
    insured_fee: Decimal = F("N19,5", "保费", "Insurance")
    i_currency: str = F("C3", "保费币制", "Currency of the insurance", codes="currency")
    i_flag: str = F("C1", "保费标志", "Kind of insurance, 3 total", default="3", fixed=True)
    wrap_type: str = F("C1", "包装种类代码", "Wrapping", codes="wrap_type", collapse=True)
    pack_no: int = F("N9", "件数", "Number of packages")
    gross_weight: Decimal = F("N19,5", "毛重（公斤）", "Gross weight, kg")
    net_weight: Decimal = F("N19,5", "净重（公斤）", "Net weight, kg")
    note: str | None = F("C..1000", "备注", "Note", default=None)


class InventoryList(Node, section="2.11.4", zh="申报清单表体", en="List line"):
    gnum: int = F("N5", "商品序号", "Line number, consecutive from 1")
    item_no: str = F("C..20", "企业商品货号", "Item number of the enterprise")
    item_record_no: str | None = F("C..30", "账册备案料号", "Item in the account book", default=None)
    item_name: str | None = F("C..250", "企业商品名称", "Item name of the enterprise", default=None)
    gcode: str = F("C10", "商品编码", "Commodity code", codes="tariff")
    gname: str = F("C..250", "商品名称", "Commodity name")
    gmodel: str = F("C..250", "规格型号", "Specification and model", collapse=True)
    bar_code: str = F("C..50", "条形码", "Bar code, 无 if none", collapse=True)
    country: str = F("C3", "目的国（地区）代码", "Country of destination", codes="country")
    currency: str = F("C3", "币制", "Currency", codes="currency")
    qty: Decimal = F("N19,5", "申报数量", "Quantity declared")
    qty1: Decimal = F("N19,5", "法定数量", "Quantity in the statutory unit")
    qty2: Decimal | None = F("N19,5", "第二数量", "Second quantity", default=None)
    unit: str = F("C3", "申报计量单位", "Unit declared", codes="unit")
    unit1: str = F("C3", "法定计量单位", "Statutory unit", codes="unit")
    unit2: str | None = F("C..3", "第二计量单位", "Second unit", codes="unit", default=None)
    price: Decimal = F("N19,5", "单价", "Unit price, FOB")
    total_price: Decimal = F("N19,5", "总价", "Total price")
    note: str | None = F("C..1000", "备注", "Note", default=None)


class Inventory(Document, section="2.11.4", zh="申报清单", en="Declaration list"):
    number = "603"
    key = ("agent_code", "cop_no")

    head: InventoryHead = One(InventoryHead)
    lines: tuple[InventoryList, ...] = Many(InventoryList, 100)


class InventoryReturn(Document, section="2.12.4", zh="申报清单回执", en="List return"):
    guid: str = F("C36", "系统唯一序号", "Unique serial number, made by the system")
    agent_code: str = F("C..18", "申报企业代码", "Declaring agent code")
    cop_no: str = F("C..30", "企业唯一编号", "Number given by the enterprise")
    pre_no: str = F("C18", "电子口岸编号", "Number given by the e-port", filled=False)
    invt_no: str = F("C..20", "清单编号", "List number given by customs", filled=False)
    ebc_code: str = F("C..18", "收发货人代码", "Consignor code")
    ebp_code: str = F("C..18", "电商平台代码", "Platform code")
    order_no: str = F("C..60", "订单编号", "Order number")
    statistics_flag: str = F("C1", "申报业务类型", "A simplified declaration, B summary declaration")
    return_status: str = F("C1..10", "回执状态", "Return status", codes="status")
    return_time: str = F("C17", "回执时间", "Return time, yyyyMMddHHmmssfff")
    return_info: str = F("C..1000", "回执信息", "Return information")


class CEB603Message(Upload[Inventory], section="2.11", zh="清单报文", en="List message"):
    pass


class CEB604Message(Return[InventoryReturn], section="2.12", zh="清单回执报文", en="List return message"):
    pass
