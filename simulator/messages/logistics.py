"""§2.5 waybill (运单, CEB505) and §2.6 its return (CEB506). `WayBill` is another document, CEB607."""

from decimal import Decimal

from swsim.simulator.messages.declare import F
from swsim.simulator.messages.transfer import Document, Return, Upload


class Logistics(Document, section="2.5.4", zh="运单", en="Waybill"):
    number = "505"
    key = ("logistics_code", "logistics_no")

    guid: str = F("C36", "系统唯一序号", "Unique serial number")
    app_type: str = F("C1", "报送类型", "Kind of report: 1 new, 2 change, 3 delete")
    app_time: str = F("C14", "报送时间", "Time of report, YYYYMMDDhhmmss")
    app_status: str = F("C1", "报送状态", "Status of report: 1 draft, 2 declare", default="2")
    logistics_code: str = F("C..18", "物流企业代码", "Logistics enterprise code")
    logistics_name: str = F("C..100", "物流企业名称", "Logistics enterprise name")
    logistics_no: str = F("C..32", "物流运单编号", "Waybill number, not reused within 6 months")
    freight: Decimal = F("N19,5", "运费", "Freight")
    insured_fee: Decimal = F("N19,5", "保价费", "Insurance")
    currency: str = F("C3", "币制", "Currency", codes="currency")
    gross_weight: Decimal = F("N19,5", "毛重", "Gross weight, kg")
    pack_no: int = F("N9", "件数", "Number of packages")
    goods_info: str = F("C..200", "主要货物信息", "Main goods", collapse=True)
    ebc_code: str | None = F("C..18", "电商企业代码", "E-commerce enterprise code", default=None)
    ebc_name: str | None = F("C..100", "电商企业名称", "E-commerce enterprise name", default=None)
    ebc_telephone: str | None = F("C..50", "电商企业电话", "E-commerce enterprise telephone", default=None)
    note: str | None = F("C..1000", "备注", "Note", default=None)


class LogisticsReturn(Document, section="2.6.4", zh="运单回执", en="Waybill return"):
    guid: str = F("C36", "系统唯一序号", "Unique serial number, made by the system")
    logistics_code: str = F("C..18", "物流企业代码", "Logistics enterprise code")
    logistics_no: str = F("C..32", "物流运单编号", "Waybill number")
    return_status: str = F("C1..10", "回执状态", "Return status", codes="status")
    return_time: str = F("C17", "回执时间", "Return time, yyyyMMddHHmmssfff")
    return_info: str = F("C..1000", "回执信息", "Return information")


class CEB505Message(Upload[Logistics], section="2.5", zh="运单报文", en="Waybill message"):
    pass


class CEB506Message(Return[LogisticsReturn], section="2.6", zh="运单回执报文", en="Waybill return message"):
    pass
