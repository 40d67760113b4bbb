"""§2.7 arrival at the supervision site (运抵单, CEB507) and §2.8 its return (CEB508)."""

from swsim.simulator.messages.declare import F, Many, One
from swsim.simulator.messages.node import Node
from swsim.simulator.messages.transfer import Document, Return, Upload


class ArrivalHead(Node, section="2.7.4", zh="运抵单表头", en="Arrival head"):
    guid: str = F("C36", "系统唯一序号", "Unique serial number")
    app_type: str = F("C1", "报送类型", "Kind of report: 1 new, 2 change, 3 delete")
    app_time: str = F("C14", "报送时间", "Time of report, YYYYMMDDhhmmss")
    app_status: str = F("C1", "报送状态", "Status of report: 1 draft, 2 declare, then signed", default="1")
    customs_code: str = F("C4", "申报地海关代码", "Customs of declaration", codes="customs")
    cop_no: str = F("C..30", "企业唯一编号", "Number given by the enterprise")
    pre_no: str | None = F("C18", "电子口岸编号", "Number given by the e-port", default=None)
    operator_code: str = F("C..18", "监管场所经营人代码", "Supervision site operator code; by mail the postal firm")
    operator_name: str = F("C..100", "监管场所经营人名称", "Supervision site operator name; by mail the postal firm")
    loct_no: str | None = F("C..10", "监管场所代码", "Supervision site", default=None)
    ie_flag: str = F("C1", "进出口标记", "I import, E export")
    traf_mode: str = F("C1", "运输方式", "Transport mode", codes="transport_mode", collapse=True)
    bill_no: str | None = F("C..37", "提运单号", "Bill of lading, empty by mail", default=None)
    domestic_traf_no: str = F("C..100", "境内运输工具编号", "Vehicle that brings the goods to the site", collapse=True)
    logistics_code: str = F("C..18", "物流企业代码", "Logistics enterprise code")
    logistics_name: str = F("C..100", "物流企业名称", "Logistics enterprise name")
    msg_count: int = F("N9", "报文总数", "Number of messages it was split into, 1 if not split")
    msg_seq_no: int = F("N9", "报文序号", "Number of this message among them, from 1")
    note: str | None = F("C..1000", "备注", "Note", default=None)


class ArrivalList(Node, section="2.7.4", zh="运抵单表体", en="Arrival line"):
    gnum: int = F("N5", "序号", "Line number, from 1")
    logistics_no: str = F("C..32", "物流运单编号", "Waybill number")
    total_package_no: str | None = F("C..37", "总包号", "Pallet or mail bag", default=None)
    note: str | None = F("C..1000", "备注", "Note", default=None)


class Arrival(Document, section="2.7.4", zh="运抵单", en="Arrival"):
    number = "507"
    key = ("operator_code", "cop_no", "msg_seq_no")

    head: ArrivalHead = One(ArrivalHead)
    lines: tuple[ArrivalList, ...] = Many(ArrivalList, None, default=())


class ArrivalReturn(Document, section="2.8.4", zh="运抵单回执", en="Arrival return"):
    guid: str = F("C36", "系统唯一序号", "Unique serial number, made by the system")
    operator_code: str = F("C..18", "监管场所经营人代码", "Supervision site operator code")
    logistics_code: str = F("C..18", "物流企业代码", "Logistics enterprise code")
    pre_no: str = F("C18", "电子口岸编号", "Number given by the e-port", filled=False)
    cop_no: str = F("C..30", "企业唯一编号", "Number given by the enterprise")
    bill_no: str = F("C..37", "提运单号", "Bill of lading")
    msg_seq_no: int = F("N9", "报文序号", "Number of the message among those it was split into")
    return_status: str = F("C1..10", "回执状态", "Return status", codes="status")
    return_time: str = F("C17", "回执时间", "Return time, yyyyMMddHHmmssfff")
    return_info: str = F("C..1000", "回执信息", "Return information")


class CEB507Message(Upload[Arrival], section="2.7", zh="运抵单报文", en="Arrival message"):
    pass


class CEB508Message(Return[ArrivalReturn], section="2.8", zh="运抵单回执报文", en="Arrival return message"):
    pass
