"""§2.9 departure from the country (离境单, CEB509) and §2.10 its return (CEB510)."""

from swsim.simulator.messages.declare import F, Many, One
from swsim.simulator.messages.node import Node
from swsim.simulator.messages.transfer import Document, Return, Upload


class DepartureHead(Node, section="2.9.4", zh="离境单表头", en="Departure head"):
    guid: str = F("C36", "系统唯一序号", "Unique serial number")
    app_type: str = F("C1", "报送类型", "Kind of report: 1 new, 2 change, 3 delete")
    app_time: str = F("C14", "报送时间", "Time of report, YYYYMMDDhhmmss")
    app_status: str = F("C1", "报送状态", "Status of report: 1 draft, 2 declare")
    customs_code: str = F("C4", "申报地海关代码", "Customs of declaration", codes="customs")
    cop_no: str = F("C..30", "企业唯一编号", "Number given by the enterprise")
    pre_no: str | None = F("C18", "电子口岸编号", "Number given by the e-port", default=None)
    logistics_code: str = F("C..18", "物流企业代码", "Logistics enterprise code")
    logistics_name: str = F("C..100", "物流企业名称", "Logistics enterprise name")
    traf_mode: str = F("C1", "运输方式", "Transport mode", codes="transport_mode", collapse=True)
    traf_name: str | None = F("C..100", "运输工具名称", "Means of transport, empty by mail", default=None)
    voyage_no: str | None = F("C..32", "航班航次号", "Flight or voyage, empty by mail", default=None)
    bill_no: str | None = F("C..37", "提运单号", "Bill of lading, empty by mail", default=None)
    leave_time: str = F("C14", "离境时间", "Time of departure, YYYYMMDDhhmmss")
    msg_count: int = F("N9", "报文总数", "Number of messages it was split into, 1 if not split")
    msg_seq_no: int = F("N9", "报文序号", "Number of this message among them, from 1")
    note: str | None = F("C..1000", "备注", "Note", default=None)


class DepartureList(Node, section="2.9.4", zh="离境单表体", en="Departure line"):
    gnum: int = F("N5", "序号", "Line number, from 1")
    total_package_no: str | None = F("C..37", "总包号", "Pallet or mail bag", default=None)
    logistics_no: str = F("C..32", "物流运单编号", "Waybill number")
    note: str | None = F("C..1000", "备注", "Note", default=None)


class Departure(Document, section="2.9.4", zh="离境单", en="Departure"):
    number = "509"
    key = ("logistics_code", "cop_no", "msg_seq_no")

    head: DepartureHead = One(DepartureHead)
    lines: tuple[DepartureList, ...] = Many(DepartureList, None)


class DepartureReturn(Document, section="2.10.4", zh="离境单回执", en="Departure return"):
    guid: str = F("C36", "系统唯一序号", "Unique serial number, made by the system")
    logistics_code: str = F("C..18", "物流企业代码", "Logistics enterprise code")
    cop_no: str = F("C..30", "企业唯一编号", "Number given by the enterprise")
    pre_no: str = F("C18", "电子口岸编号", "Number given by the e-port")
    msg_seq_no: int = F("N9", "报文序号", "Number of the message among those it was split into")
    return_status: str = F("C1..10", "回执状态", "Return status", codes="status")
    return_time: str = F("C17", "回执时间", "Return time, yyyyMMddHHmmssfff")
    return_info: str = F("C..1000", "回执信息", "Return information")


class CEB509Message(Upload[Departure], section="2.9", zh="离境单报文", en="Departure message"):
    pass


class CEB510Message(Return[DepartureReturn], section="2.10", zh="离境单回执报文", en="Departure return message"):
    pass
