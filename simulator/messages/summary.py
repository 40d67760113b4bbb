"""The monthly summary: §2.21 application (汇总申请单, CEB701), §2.22 its return (CEB702), §2.23 the result that customs
sends by itself (汇总结果单, CEB792).
"""

from decimal import Decimal

from swsim.simulator.messages.declare import F, Many, One
from swsim.simulator.messages.node import Node
from swsim.simulator.messages.transfer import Document, Return, Upload


class SummaryApplyHead(Node, section="2.21.4", zh="汇总申请单表头", en="Summary application head"):
    guid: str = F("C36", "系统唯一序号", "Unique serial number")
    app_type: str = F("C1", "报送类型", "Kind of report: 1 new, 2 change, 3 delete")
    app_time: str = F("C14", "报送时间", "Time of report, YYYYMMDDhhmmss")
    app_status: str = F("C1", "报送状态", "Status of report: 1 draft, 2 declare", default="2")
    customs_code: str = F("C4", "申报地海关代码", "Customs of declaration", codes="customs")
    cop_no: str = F("C..30", "企业唯一编号", "Number given by the enterprise")
    pre_no: str | None = F("C..18", "电子口岸编号", "Number given by the e-port", default=None)
    sum_no: str | None = F("C..18", "汇总申请编号", "Summary number given by customs", default=None)
    agent_code: str = F("C..18", "申报单位代码", "Declaring agent code")
    agent_name: str = F("C..100", "申报单位名称", "Declaring agent name")
    ebc_code: str = F("C..18", "收发货人代码", "Consignor code")
    ebc_name: str = F("C..100", "收发货人名称", "Consignor name")
    decl_agent_code: str = F("C..18", "报关单位代码", "Agent of the customs declaration that follows, code")
    decl_agent_name: str = F("C..100", "报关单位名称", "Agent of the customs declaration that follows, name")
    start_time: str | None = F(
        "C14", "汇总开始时间", "From, YYYYMMDDhhmmss; with endTime, lines are ignored", default=None
    )
    end_time: str | None = F("C14", "汇总结束时间", "Until, YYYYMMDDhhmmss, not before startTime", default=None)
    loct_no: str | None = F("C..10", "监管场所代码", "Supervision site", default=None)
    summary_flag: str = F("C1", "收发货人汇总标志", "1 by consignor alone, 2 by consignor and producer")
    item_name_flag: str = F("C1", "按商品名汇总标志", "1 by the commodity name of the list, else by its class")
    msg_count: int = F("N9", "报文总数", "Number of messages it was split into, 1 if not split")
    msg_seq_no: int = F("N9", "报文序号", "Number of this message among them, from 1")
    note: str | None = F("C..1000", "备注", "Note", default=None)


class SummaryApplyList(Node, section="2.21.4", zh="汇总申请单表体", en="Summary application line"):
    invt_no: str = F("C..20", "清单编号", "Number of a list to sum up")


class SummaryApply(Document, section="2.21.4", zh="汇总申请单", en="Summary application"):
    number = "701"
    key = ("agent_code", "cop_no", "msg_seq_no")

    head: SummaryApplyHead = One(SummaryApplyHead)
    lines: tuple[SummaryApplyList, ...] = Many(SummaryApplyList, None, default=())


class SummaryReturn(Document, section="2.22.4", zh="汇总申请单回执", en="Summary application return"):
    guid: str = F("C36", "系统唯一序号", "Unique serial number, made by the system")
    agent_code: str = F("C..18", "申报企业代码", "Declaring agent code")
    ebc_code: str = F("C..18", "收发货人代码", "Consignor code")
    cop_no: str = F("C..30", "企业唯一编号", "Number given by the enterprise")
    pre_no: str = F("C18", "电子口岸编号", "Number given by the e-port", filled=False)
    sum_no: str | None = F("C18", "汇总申请编号", "Summary number given by customs", default=None)
    msg_seq_no: int = F("N9", "报文序号", "Number of the message among those it was split into")
    return_status: str = F("C1..10", "回执状态", "Return status", codes="status")
    return_time: str = F("C17", "回执时间", "Return time, yyyyMMddHHmmssfff")
    return_info: str = F("C..1000", "回执信息", "Return information")


class SummaryResultHead(Node, section="2.23.4", zh="汇总结果单表头", en="Summary result head"):
    guid: str = F("C36", "系统唯一序号", "Unique serial number, made by the system")
    customs_code: str = F("C4", "申报地海关代码", "Customs of declaration", codes="customs")
    sum_no: str = F("C18", "汇总申请编号", "Summary number given by customs")
    op_date: str = F("C17", "汇总处理时间", "Time of the summary, yyyyMMddHHmmssfff")
    decl_seq_no: str = F("C18", "汇总统一编号", "Number that stands for one customs declaration")
    dec_tmp_no: str | None = F("C18", "电子口岸暂存编号", "Number of the declaration as a draft", default=None)
    dec_pre_no: str | None = F(
        "C18", "电子口岸预录入编号", "Number of the declaration given by the e-port", default=None
    )
    entry_id: str | None = F("C18", "报关单编号", "Number of the declaration given by customs", default=None)
    dec_state: str = F("C1..3", "报关单状态", "State of the declaration")
    agent_code: str = F("C..18", "申报企业代码", "Declaring agent code")
    agent_name: str = F("C..100", "申报企业名称", "Declaring agent name")
    ebc_code: str = F("C..18", "收发货人代码", "Consignor code")
    ebc_name: str = F("C..100", "收发货人名称", "Consignor name")
    decl_agent_code: str = F("C..18", "报关单位代码", "Agent of the customs declaration that follows, code")
    decl_agent_name: str = F("C..100", "报关单位名称", "Agent of the customs declaration that follows, name")
    gross_weight: Decimal = F("N19,5", "毛重（公斤）", "Gross weight, kg")
    net_weight: Decimal = F("N19,5", "净重（公斤）", "Net weight, kg")
    msg_count: int = F("N9", "报文总数", "Number of messages it was split into, 1 if not split")
    msg_seq_no: int = F("N9", "报文序号", "Number of this message among them, from 1")
    note: str | None = F("C..1000", "备注", "Note", default=None)


class SummaryResultList(Node, section="2.23.4", zh="汇总结果单表体", en="Summary result line"):
    invt_no: str = F("C..20", "清单编号", "Number of the list summed up")
    logistics_no: str = F("C..32", "物流运单编号", "Waybill number")
    gseqno: int = F("N5", "汇总结果单顺序号", "Line number in the summary")
    gnum: int = F("N5", "清单商品项号", "Line number in the list")
    gcode: str = F("C10", "清单商品编码", "Commodity code of that line", codes="tariff")


class SummaryResult(Document, section="2.23.4", zh="汇总结果单", en="Summary result"):
    head: SummaryResultHead = One(SummaryResultHead)
    lines: tuple[SummaryResultList, ...] = Many(SummaryResultList, None, default=())


class CEB701Message(Upload[SummaryApply], section="2.21", zh="汇总申请单报文", en="Summary application message"):
    pass


class CEB702Message(
    Return[SummaryReturn], section="2.22", zh="汇总申请单回执报文", en="Summary application return message"
):
    pass


class CEB792Message(Return[SummaryResult], section="2.23", zh="汇总结果单报文", en="Summary result message"):
    pass
