"""§2.15 master list (清单总分单, CEB607) and §2.16 its return (CEB608). The parcel's waybill is `Logistics`, CEB505."""

from decimal import Decimal

from swsim.simulator.messages.declare import F, Many, One
from swsim.simulator.messages.node import Node
from swsim.simulator.messages.transfer import Document, Return, Upload


class WayBillHead(Node, section="2.15.4", zh="清单总分单表头", en="Master list head"):
    guid: str = F("C36", "系统唯一序号", "Unique serial number")
    app_type: str = F("C1", "报送类型", "Kind of report: 1 new, 2 change, 3 delete")
    app_time: str = F("C14", "报送时间", "Time of report, YYYYMMDDhhmmss")
    app_status: str = F("C1", "报送状态", "Status of report: 1 draft, 2 declare")
    customs_code: str = F("C4", "申报地海关代码", "Customs of declaration", codes="customs")
    cop_no: str = F("C..30", "企业唯一编号", "Number given by the enterprise")
    pre_no: str | None = F("C18", "电子口岸编号", "Number given by the e-port", default=None)
    agent_code: str = F("C..18", "申报企业代码", "Declaring agent code")
    agent_name: str = F("C..100", "申报企业名称", "Declaring agent name")
    loct_no: str | None = F("C..10", "监管场所代码", "Supervision site", default=None)
    traf_mode: str = F("C1", "运输方式", "Transport mode", codes="transport_mode", collapse=True)
    traf_name: str = F("C..100", "运输工具名称", "Means of transport", collapse=True)
    voyage_no: str = F("C..32", "航班航次号", "Flight or voyage", collapse=True)
    bill_no: str = F("C..37", "提运单号", "Bill of lading")
    domestic_traf_no: str | None = F(
        "C..100", "境内运输工具编号", "Vehicle that brings the goods to the site", default=None
    )
    gross_weight: Decimal = F("N19,5", "毛重（公斤）", "Gross weight, kg")
    logistics_code: str = F("C..18", "物流企业代码", "Logistics enterprise code")
    logistics_name: str = F("C..100", "物流企业名称", "Logistics enterprise name")
    msg_count: int = F("N9", "报文总数", "Number of messages it was split into, 1 if not split")
    msg_seq_no: int = F("N9", "报文序号", "Number of this message among them, from 1")
    note: str | None = F("C..1000", "备注", "Note", default=None)


class WayBillList(Node, section="2.15.4", zh="清单总分单表体", en="Master list line"):
    gnum: int = F("N5", "序号", "Line number, from 1")
    total_package_no: str | None = F("C..60", "总包号", "Pallet or mail bag", default=None)
    logistics_no: str = F("C..32", "物流运单编号", "Waybill number")
    invt_no: str | None = F("C..20", "出口清单编号", "Number of the export list of returned goods", default=None)
    note: str | None = F("C..1000", "备注", "Note", default=None)


class WayBill(Document, section="2.15.4", zh="清单总分单", en="Master list"):
    number = "607"
    key = ("agent_code", "cop_no", "msg_seq_no")

    head: WayBillHead = One(WayBillHead)
    lines: tuple[WayBillList, ...] = Many(WayBillList, None)


class WayBillReturn(Document, section="2.16.4", zh="清单总分单回执", en="Master list return"):
    guid: str = F("C36", "系统唯一序号", "Unique serial number, made by the system")
    agent_code: str = F("C..18", "申报企业代码", "Declaring agent code")
    logistics_code: str = F("C..18", "物流企业代码", "Logistics enterprise code")
    cop_no: str = F("C..30", "企业唯一编号", "Number given by the enterprise")
    pre_no: str = F("C18", "电子口岸编号", "Number given by the e-port", filled=False)
    bill_no: str = F("C..37", "提运单号", "Bill of lading")
    msg_seq_no: int = F("N9", "报文序号", "Number of the message among those it was split into")
    return_status: str = F("C1..10", "回执状态", "Return status", codes="status")
    return_time: str = F("C17", "回执时间", "Return time, yyyyMMddHHmmssfff")
    return_info: str = F("C..1000", "回执信息", "Return information")


class CEB607Message(Upload[WayBill], section="2.15", zh="清单总分单报文", en="Master list message"):
    pass


class CEB608Message(Return[WayBillReturn], section="2.16", zh="清单总分单回执报文", en="Master list return message"):
    pass
