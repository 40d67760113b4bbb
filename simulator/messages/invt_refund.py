"""Returned goods: §2.17 application (退货申请单, CEB213), §2.18 its return (CEB214), §2.19 tally of the goods
(退货理货明细单, CEB215), §2.20 its return (CEB216).
"""

from decimal import Decimal

from swsim.simulator.messages.declare import F, Many, One
from swsim.simulator.messages.node import Node
from swsim.simulator.messages.transfer import Document, Return, Upload


class InvtRefundHead(Node, section="2.17.4", zh="退货申请单表头", en="Refund application head"):
    guid: str = F("C36", "系统唯一序号", "Unique serial number")
    app_type: str = F("C1", "报送类型", "Kind of report: 1 new, 2 change, 3 delete")
    app_time: str = F("C14", "报送时间", "Time of report, YYYYMMDDhhmmss")
    app_status: str = F("C1", "报送状态", "Status of report: 1 draft, 2 declare")
    customs_code: str = F("C4", "关区代码", "Customs of declaration", codes="customs")
    loct_no: str | None = F("C..10", "监管场所代码", "Supervision site", default=None)
    ebp_code: str = F("C..18", "电商平台代码", "Platform code, as in the list")
    ebp_name: str = F("C..100", "电商平台名称", "Platform name")
    ebc_code: str = F("C..18", "电商企业（收发货人）代码", "E-commerce enterprise code, as in the list")
    ebc_name: str = F("C..100", "电商企业（收发货人）名称", "E-commerce enterprise name")
    logistics_no: str = F("C..80", "物流运单号", "Waybill number, of the export or of the way back")
    logistics_code: str = F("C..18", "物流企业代码", "Logistics enterprise code")
    logistics_name: str = F("C..100", "物流企业名称", "Logistics enterprise name")
    co_el_no: str = F("C..30", "企业内部标识", "Number given by the enterprise")
    pre_no: str | None = F("C..18", "电子口岸编号", "Number given by the e-port, B + date + 9 digits", default=None)
    invt_no: str = F("C..20", "原清单号", "Number of the export list")
    trade_mode: str | None = F(
        "C4", "退货监管方式", "Trade mode of the return: 9661, 1261", codes="trade_mode", default=None, filled=True
    )
    agent_code: str = F("C..18", "申报企业代码", "Declaring agent code")
    agent_name: str = F("C..100", "申报企业名称", "Declaring agent name")
    bill_no: str = F("C..37", "提运单号", "Bill of lading, else the waybill number")
    ie_flag: str = F("C..1", "进出口标识", "I: returned goods come in")
    traf_mode: str = F("C..1", "运输方式", "Transport mode", codes="transport_mode")
    traf_name: str = F("C..100", "运输工具名称", "Means of transport")
    port_code: str = F("C..4", "进出口岸", "Customs of the port", codes="customs")
    reason: str = F("C..500", "退货原因", "Reason of the return")
    country: str = F("C..3", "启运国（地区）", "Country of departure, not China", codes="country")
    voyage_no: str = F("C..32", "航班航次", "Flight or voyage")
    note: str | None = F("C..500", "备注", "Note", default=None)


class InvtRefundList(Node, section="2.17.4", zh="退货申请单表体", en="Refund application line"):
    gnum: int = F("N4", "商品项号", "Line number in the export list")
    gcode: str = F("C..10", "商品编码", "Commodity code, as in the list", codes="tariff")
    gname: str = F("C..250", "商品名称", "Commodity name, as in the list")
    gmodel: str = F("C..250", "规格型号", "Specification and model, as in the list")
    qty: Decimal = F("N19,5", "申报数量", "Quantity, at most that of the list")
    qty1: Decimal = F("N19,5", "法定数量", "Quantity in the statutory unit, at most that of the list")
    unit: str = F("C3", "申报计量单位", "Unit declared", codes="unit")
    unit1: str = F("C3", "法定计量单位", "Statutory unit", codes="unit")
    qty2: Decimal | None = F("N19,5", "法定第二数量", "Second quantity", default=None)
    unit2: str | None = F("C3", "法定第二计量单位", "Second unit", codes="unit", default=None)
    note: str | None = F("C..500", "备注", "Note", default=None)


class InvtRefund(Document, section="2.17.4", zh="退货申请单", en="Refund application"):
    number = "213"
    key = ("agent_code", "co_el_no")

    head: InvtRefundHead = One(InvtRefundHead)
    lines: tuple[InvtRefundList, ...] = Many(InvtRefundList, 100)


class RefundReturn(Document, section="2.18.4", zh="退货申请单回执", en="Refund application return"):
    guid: str = F("C36", "系统唯一序号", "Unique serial number, made by the e-port")
    ebp_code: str | None = F("C..18", "电商平台代码", "Platform code", default=None)
    ebc_code: str | None = F("C..18", "电商企业代码", "E-commerce enterprise code", default=None)
    agent_code: str = F("C..18", "申报企业代码", "Declaring agent code")
    co_el_no: str = F("C..30", "企业内部编号", "Number given by the enterprise")
    pre_no: str | None = F("C..18", "电子口岸编号", "Number given by the e-port", default=None)
    invt_no: str = F("C..20", "清单编号", "Number of the export list")
    return_status: str = F("C..10", "回执状态", "Return status", codes="status")
    return_time: str = F("C17", "回执时间", "Return time, yyyyMMddHHmmssfff")
    return_info: str = F("C..1000", "回执信息", "Return information")


class InvtRefundDetail(Document, section="2.19.4", zh="退货理货明细单", en="Refund tally"):
    number = "215"
    key = ("operator_code", "co_el_no")

    guid: str = F("C36", "系统唯一序号", "Unique serial number")
    app_type: str = F("C1", "报送类型", "Kind of report: 1 new, 2 change, 3 delete")
    app_time: str = F("C14", "报送时间", "Time of report, YYYYMMDDhhmmss")
    app_status: str = F("C1", "报送状态", "Status of report: 1 draft, 2 declare")
    customs_code: str = F("C4", "关区代码", "Customs of declaration", codes="customs")
    operator_code: str = F("C..18", "监管场所经营人代码", "Supervision site operator code; by mail the postal firm")
    operator_name: str = F("C..100", "监管场所经营人名称", "Supervision site operator name; by mail the postal firm")
    logistics_code: str = F("C..18", "物流企业代码", "Logistics enterprise code")
    logistics_name: str = F("C..100", "物流企业名称", "Logistics enterprise name")
    logistics_no: str = F("C..80", "物流运单号", "Waybill number, of the export or of the way back")
    invt_no: str | None = F("C..20", "原清单号", "Number of the export list", default=None)
    co_el_no: str = F("C..20", "企业内部编号", "Number given by the enterprise")
    pre_no: str | None = F("C..18", "电子口岸编号", "Number given by the e-port, o + date + 9 digits", default=None)
    bill_no: str = F("C..37", "提运单号", "Bill of lading, else the waybill number")
    ie_flag: str = F("C1", "进出口标识", "I: returned goods come in")
    traf_mode: str = F("C1", "运输方式", "Transport mode", codes="transport_mode")
    traf_name: str = F("C..100", "运输工具名称", "Means of transport")
    voyage_no: str = F("C..32", "航班航次", "Flight or voyage")
    location: str | None = F("C..250", "卸货堆货的仓储位置", "Where the goods are stored", default=None)
    note: str | None = F("C..250", "备注", "Note", default=None)


class InvtRefundDetailReturn(Document, section="2.20.4", zh="退货理货明细单回执", en="Refund tally return"):
    guid: str = F("C36", "系统唯一序号", "Unique serial number, made by the e-port")
    operator_code: str = F("C..18", "监管场所经营人代码", "Supervision site operator code")
    logistics_code: str = F("C..18", "物流企业代码", "Logistics enterprise code")
    logistics_no: str = F("C..80", "物流运单号", "Waybill number")
    co_el_no: str = F("C..30", "企业内部编号", "Number given by the enterprise")
    pre_no: str | None = F("C..18", "预录入编号", "Number given by the e-port", default=None)
    return_status: str = F("C..10", "回执状态", "Return status", codes="status")
    return_time: str = F("C17", "回执时间", "Return time, yyyyMMddHHmmssfff")
    return_info: str = F("C..1000", "回执信息", "Return information")


class CEB213Message(Upload[InvtRefund], section="2.17", zh="退货申请单报文", en="Refund application message"):
    pass


class CEB214Message(
    Return[RefundReturn], section="2.18", zh="退货申请单回执报文", en="Refund application return message"
):
    pass


class CEB215Message(Upload[InvtRefundDetail], section="2.19", zh="退货理货明细单报文", en="Refund tally message"):
    pass


class CEB216Message(
    Return[InvtRefundDetailReturn], section="2.20", zh="退货理货明细单回执报文", en="Refund tally return message"
):
    pass
