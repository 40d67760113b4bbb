"""§2.13 cancellation of a declaration list (撤销申请单, CEB605) and §2.14 its return (CEB606)."""

from swsim.simulator.messages.declare import F
from swsim.simulator.messages.transfer import Document, Return, Upload


class InvtCancel(Document, section="2.13.4", zh="撤销申请单", en="Cancellation of a list"):
    number = "605"
    key = ("agent_code", "cop_no")

    guid: str = F("C36", "系统唯一序号", "Unique serial number")
    app_type: str = F("C1", "报送类型", "Kind of report: 1 new, 2 change, 3 delete")
    app_time: str = F("C14", "报送时间", "Time of report, YYYYMMDDhhmmss")
    app_status: str = F("C1", "报送状态", "Status of report: 1 draft, 2 declare")
    customs_code: str = F("C4", "申报地海关代码", "Customs of declaration", codes="customs")
    cop_no: str = F("C..30", "企业唯一编号", "Number given by the enterprise")
    pre_no: str | None = F("C18", "电子口岸编号", "Number given by the e-port", default=None)
    invt_no: str = F("C..20", "原清单编号", "Number of the list to cancel")
    reason: str = F("C..1000", "撤单原因", "Reason of the cancellation", collapse=True)
    agent_code: str = F("C..18", "申报企业代码", "Declaring agent code")
    agent_name: str = F("C..100", "申报企业名称", "Declaring agent name")
    ebc_code: str = F("C..18", "收发货人代码", "Consignor code")
    ebc_name: str = F("C..100", "收发货人名称", "Consignor name")
    note: str | None = F("C..1000", "备注", "Note", default=None)


class InvtCancelReturn(Document, section="2.14.4", zh="撤销申请单回执", en="Cancellation return"):
    guid: str = F("C36", "系统唯一序号", "Unique serial number, made by the system")
    agent_code: str = F("C..18", "申报企业代码", "Declaring agent code")
    cop_no: str = F("C..30", "企业唯一编号", "Number given by the enterprise")
    pre_no: str = F("C18", "电子口岸编号", "Number given by the e-port", filled=False)
    invt_no: str = F("C..20", "原清单编号", "Number of the list to cancel")
    return_status: str = F("C1..10", "回执状态", "Return status", codes="status")
    return_time: str = F("C17", "回执时间", "Return time, yyyyMMddHHmmssfff")
    return_info: str = F("C..1000", "回执信息", "Return information")


class CEB605Message(Upload[InvtCancel], section="2.13", zh="撤销申请单报文", en="Cancellation message"):
    pass


class CEB606Message(
    Return[InvtCancelReturn], section="2.14", zh="撤销申请单回执报文", en="Cancellation return message"
):
    pass
