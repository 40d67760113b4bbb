"""§2.3 receipts (收款单, the payment collection, CEB403) and §2.4 its return (CEB404)."""

from decimal import Decimal

from swsim.simulator.messages.declare import F
from swsim.simulator.messages.transfer import Document, Return, Upload


class Receipts(Document, section="2.3.4", zh="收款单", en="Payment receipt"):
    number = "403"
    key = ("ebc_code", "order_no", "pay_no")

    guid: str = F("C36", "系统唯一序号", "Unique serial number")
    app_type: str = F("C1", "报送类型", "Kind of report: 1 new, 2 change, 3 delete")
    app_time: str = F("C14", "报送时间", "Time of report, YYYYMMDDhhmmss")
    app_status: str = F("C1", "报送状态", "Status of report: 1 draft, 2 declare", default="1")
    ebp_code: str = F("C..18", "电商平台代码", "Platform code, or 无 for a foreign platform")
    ebp_name: str = F("C..100", "电商平台/海外仓名称", "Platform name")
    ebc_code: str = F("C..18", "电商企业代码", "E-commerce enterprise code")
    ebc_name: str = F("C..100", "电商企业名称", "E-commerce enterprise name")
    order_no: str = F("C..60", "电商订单/海外仓订仓单编号", "Order number")
    pay_code: str | None = F("C..18", "支付企业代码", "Payment firm code, required for a domestic firm", default=None)
    pay_name: str = F("C..100", "支付企业名称", "Payment firm name, 现金支付 when not paid online")
    pay_no: str | None = F("C..60", "支付交易编号", "Payment number", default=None)
    charge: Decimal = F("N19,5", "收款金额", "Amount collected")
    currency: str = F("C3", "币制", "Currency", codes="currency")
    accounting_date: str = F("C14", "到账时间", "Time of arrival of the money, YYYYMMDDhhmmss")
    note: str | None = F("C..1000", "备注", "Note", default=None)


class ReceiptsReturn(Document, section="2.4.4", zh="收款单回执", en="Payment receipt return"):
    guid: str = F("C36", "系统唯一序号", "Unique serial number, made by the system")
    ebc_code: str = F("C..18", "电商企业代码", "E-commerce enterprise code")
    order_no: str = F("C..60", "电商订单/海外仓订仓单编号", "Order number")
    pay_no: str | None = F("C..60", "支付交易编号", "Payment number", default=None)
    return_status: str = F("C1..10", "回执状态", "Return status", codes="status")
    return_time: str = F("C17", "回执时间", "Return time, yyyyMMddHHmmssfff")
    return_info: str = F("C..1000", "回执信息", "Return information", filled=False)


class CEB403Message(Upload[Receipts], section="2.3", zh="收款单报文", en="Payment receipt message"):
    pass


class CEB404Message(Return[ReceiptsReturn], section="2.4", zh="收款单回执报文", en="Payment receipt return message"):
    pass
