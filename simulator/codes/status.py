"""What customs and the e-port answer: return statuses (§2.12.4) and negative codes (table 7-2), with their texts.

`origin` of a text: ``official`` (the specification), ``observed`` (seen in captured returns of the import side, the
only ones public) or ``invented`` (ours, where neither is known).
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class ReturnStatus(IntEnum):
    """Statuses of §2.12.4; names are participles, values are on the wire."""

    STAGED = 1
    DECLARING = 2
    SENT = 3
    SEND_FAILED = 4
    REJECTED = 100
    STORED = 120
    IN_REVIEW = 300
    APPROVED = 399
    UNDER_INSPECTION = 500
    RELEASED = 800
    CLOSED = 899


STATUS_TITLES = {
    ReturnStatus.STAGED: ("电子口岸已暂存", "held as a draft by the e-port"),
    ReturnStatus.DECLARING: ("电子口岸申报中", "being declared by the e-port"),
    ReturnStatus.SENT: ("发送海关成功", "sent to customs"),
    ReturnStatus.SEND_FAILED: ("发送海关失败", "could not be sent to customs"),
    ReturnStatus.REJECTED: ("海关退单", "rejected by customs"),
    ReturnStatus.STORED: ("海关入库", "stored by customs"),
    ReturnStatus.IN_REVIEW: ("人工审核", "in manual review"),
    ReturnStatus.APPROVED: ("海关审结", "approved by customs"),
    ReturnStatus.UNDER_INSPECTION: ("海关查验", "under inspection"),
    ReturnStatus.RELEASED: ("放行", "released"),
    ReturnStatus.CLOSED: ("结关", "closed"),
}


class Origin(StrEnum):
    """Where a text comes from."""

    OFFICIAL = "official"
    OBSERVED = "observed"
    INVENTED = "invented"


@dataclass(frozen=True, slots=True)
class Text:
    """A returnInfo. `{key}`, `{guid}`, `{faults}` are filled in when a return is rendered."""

    zh: str
    origin: Origin


TEXTS = {
    "1": Text("电子口岸已暂存[{guid}]", Origin.INVENTED),
    "2": Text("新增申报成功[{guid}]", Origin.OFFICIAL),
    "2-change": Text("变更申报成功[{guid}]", Origin.INVENTED),
    "2-delete": Text("删除申报成功[{guid}]", Origin.INVENTED),
    "3": Text("发送海关成功[{guid}]", Origin.INVENTED),
    "4": Text("发送海关失败[{guid}]", Origin.INVENTED),
    "100": Text("{faults}", Origin.INVENTED),
    "120": Text("[Code:1800;Desc:逻辑校验通过]", Origin.OBSERVED),
    "399": Text("[Code:2300;Desc:海关审结]", Origin.OBSERVED),
    "500": Text("[Code:2400;Desc:海关查验]", Origin.INVENTED),
    "800": Text("[Code:2600;Desc:放行]", Origin.OBSERVED),
    "899": Text("[Code:2700;Desc:结关]", Origin.INVENTED),
    "-10101": Text("无效企业类型 {faults}", Origin.OFFICIAL),
    "-10102": Text("无效企业代码 {faults}", Origin.OFFICIAL),
    "-301002": Text("订单商品信息内有重复商品序号 {faults}", Origin.OFFICIAL),
    "-301003": Text("订单信息查询不存在[{key}]", Origin.OFFICIAL),
    "-301008": Text("参数校验不通过，{faults}", Origin.OFFICIAL),
    "-301009": Text("订单标识(appType)不正确,未找到操作的订单[{key}]", Origin.OFFICIAL),
    "-301010": Text("已存在相同编号的订单[{key}]", Origin.OFFICIAL),
    "-301011": Text("该订单已向海关申报清单，状态不符[{key}]", Origin.OFFICIAL),
    "-301012": Text("订单报文处理失败，未找到对应操作[{key}]", Origin.OFFICIAL),
    "-301014": Text("订单报文处理失败，接收报文为旧报文数据，不做处理[{key}]", Origin.OFFICIAL),
    "-401004": Text("[{key}]对应支付凭证查询不存在", Origin.OFFICIAL),
    "-401006": Text("支付单标识(appType)不正确,未找到对应操作的支付单[{key}]", Origin.OFFICIAL),
    "-401007": Text("已存在相同编号的支付单[{key}]", Origin.OFFICIAL),
    "-401008": Text("该支付单已向海关申报支付单，状态不符[{key}]", Origin.OFFICIAL),
    "-401009": Text("参数校验不通过，{faults}", Origin.OFFICIAL),
    "-401010": Text("支付单报文处理失败，未找到对应操作[{key}]", Origin.OFFICIAL),
    "-401012": Text("支付单报文处理失败，接收报文为旧报文数据，不做处理[{key}]", Origin.OFFICIAL),
    "-504011": Text("参数校验不通过，{faults}", Origin.OFFICIAL),
    "-504014": Text("运单标识(appType)不正确,未找到操作的运单[{key}]", Origin.OFFICIAL),
    "-504015": Text("已存在相同编号的运单[{key}]", Origin.OFFICIAL),
    "-504016": Text("该运单已向海关申报运单，状态不符[{key}]", Origin.OFFICIAL),
    "-505016": Text("物流报文处理失败，接收报文为旧报文数据，不做处理[{key}]", Origin.OFFICIAL),
    "-621001": Text("清单报文校验失败，{faults}", Origin.OFFICIAL),
    "-621004": Text("清单[{key}]已经申报过，请勿重复申报", Origin.OFFICIAL),
    "-621011": Text("不存在已申报的清单[{key}]，无法进行改单操作", Origin.OFFICIAL),
    "-621012": Text("清单[{key}]的申报状态不符合改单申报的条件", Origin.OFFICIAL),
    "-623001": Text("撤销申请单报文校验失败，{faults}", Origin.INVENTED),
    "-623003": Text("清单不存在[{key}]，{faults}", Origin.INVENTED),
    "-623004": Text("查无此数据[{key}]", Origin.INVENTED),
    "-623005": Text("清单状态不符合撤单要求[{key}]，{faults}", Origin.INVENTED),
    "-623009": Text("[{key}]已经申报过", Origin.INVENTED),
    "-623013": Text("[{key}]不符合删除条件", Origin.INVENTED),
    "-623014": Text("校验失败[{key}]，{faults}", Origin.INVENTED),
    "-621016": Text("没有权限申报清单[{key}]，{faults}", Origin.INVENTED),
    "-623026": Text("没有权限申报撤单[{key}]，{faults}", Origin.INVENTED),
    "-621027": Text("请确认表体 gnum 无重复！{faults}", Origin.OFFICIAL),
}
"""By status or code; a suffix tells variants of one status apart."""


@dataclass(frozen=True, slots=True)
class KindCodes:
    """The codes of table 7-2 for one kind of document, by what went wrong (rules.md §2, MSG-01..13)."""

    parameter: int
    not_found: int
    duplicate: int
    wrong_state: int
    no_operation: int
    old: int


KIND_CODES = {
    "303": KindCodes(-301008, -301009, -301010, -301011, -301012, -301014),
    "403": KindCodes(-401009, -401006, -401007, -401008, -401010, -401012),
    "505": KindCodes(-504011, -504014, -504015, -504016, -504011, -505016),
    "507": KindCodes(100, 100, 100, 100, 100, 100),
    "509": KindCodes(100, 100, 100, 100, 100, 100),
    "603": KindCodes(-621001, -621011, -621004, -621012, -621001, -621001),
    "605": KindCodes(-623001, -623004, -623009, -623013, -623001, -623001),
    "607": KindCodes(100, 100, 100, 100, 100, 100),
    "213": KindCodes(-625001, -625016, -625022, -625022, -625001, -625001),
    "215": KindCodes(100, 100, 100, 100, 100, 100),
    "701": KindCodes(100, 100, 100, 100, 100, 100),
}
"""Table 7-2 has no codes for 507, 509, 607, 215 and 701: their faults are a 100 with a text (rules.md §0)."""
