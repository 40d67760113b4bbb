# ruff: noqa: E501, ERA001 - a table: a row a line, under headings
"""What an enterprise's system must and should do, a row a requirement, with where it is written and what it rests on.

Ids never change and are never used again. `basis` is the weakest of what the requirement needs (rules.md of the
project's catalogue): an announcement's text is LAW, the specification SPEC, captures and public clients OBSERVED, our
own reading ASSUMED. A check on the last two, or on a SHOULD, ends at most in WARNING unless the user raises it.
"""

from dataclasses import dataclass
from enum import StrEnum


class Basis(StrEnum):
    """What a requirement rests on, strongest first."""

    LAW = "LAW"
    SPEC = "SPEC"
    OBSERVED = "OBSERVED"
    ASSUMED = "ASSUMED"


class Level(StrEnum):
    """How strongly it binds."""

    MUST = "MUST"
    SHOULD = "SHOULD"


class Family(StrEnum):
    """What part of the work a requirement is about; the prefix of its id says the same."""

    SENDING = "sending"
    RECEIVING = "receiving"
    LIFECYCLE = "lifecycle"
    DEADLINES = "deadlines"
    RESPONSIBILITY = "responsibility"
    RECOVERY = "recovery"
    SECURITY = "security"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One sentence on what a system does."""

    id: str
    level: Level
    zh: str
    en: str
    citation: str
    basis: Basis

    @property
    def family(self) -> Family:
        """From the id."""
        return FAMILIES[self.id[:3]]


FAMILIES = {
    "SND": Family.SENDING,
    "RCV": Family.RECEIVING,
    "LIF": Family.LIFECYCLE,
    "DDL": Family.DEADLINES,
    "RES": Family.RESPONSIBILITY,
    "REC": Family.RECOVERY,
    "SEC": Family.SECURITY,
}
MUST, SHOULD = Level.MUST, Level.SHOULD
LAW, SPEC, OBSERVED, ASSUMED = Basis.LAW, Basis.SPEC, Basis.OBSERVED, Basis.ASSUMED
R = Requirement

ROWS = (
    # sending: form
    R("SND-01", MUST, "申报清单前，交易、收款、物流电子信息已传输至海关并被接受", "Transaction, payment and logistics data are transmitted to customs, and accepted, before the list is declared", "GACC announcement 2018-194 art. 7", LAW),
    R("SND-02", MUST, "一笔订单只申报一份有效清单，未获答复不重复申报", "One order, one live list: a list without an answer is waited for, never declared again", "spec 202205 §2.11.4 orderNo, copNo; table 7-2 -621004", SPEC),
    R("SND-03", MUST, "报文格式良好并符合XSD", "Messages are well-formed and valid by the schema", "spec 202205 table 7-1 0001, 0002; XSD", SPEC),
    R("SND-04", MUST, "系统唯一序号36位，英文字母大写，每个报文、每个单证各不相同", "A guid has 36 characters, letters in upper case, and is used once: one for the message, one for each document", "spec 202205 §2.1.2 guid", SPEC),
    R("SND-05", MUST, "报送时间为真实的北京时间YYYYMMDDhhmmss（24小时制），不晚于当前时间", "appTime is a real Beijing time of 14 digits on a 24-hour clock, not ahead of now", "spec 202205 §2.1.4 appTime", SPEC),
    R("SND-06", MUST, "版本号1.0，命名空间为http://www.chinaport.gov.cn/ceb", "Version is 1.0 in the namespace of the specification", "spec 202205 §2.1.2 version", SPEC),
    R("SND-07", MUST, "传输实体为本企业代码和自有DXPID，模式为DXP", "The transfer node names the sender's own code and its own dxpId, mode DXP", "spec 202205 §2.1.4 BaseTransfer", SPEC),
    R("SND-08", MUST, "每个报文不超过100份单证，每份单证不超过100项商品，超出时拆分", "At most 100 documents a message and 100 lines a document; more are split", "spec 202205 table 7-2 -301015; XSD", SPEC),
    R("SND-09", MUST, "必填项不为空，关键字段前后无空格", "Mandatory fields are filled; keys carry no surrounding space", "spec 202205 field tables 必填", SPEC),
    R("SND-10", MUST, "无值的可选项不出现，不报空元素", "An optional field without a value is left out, not sent empty", "XSD 202205; spec §2.11.4 unit2, qty2", SPEC),
    R("SND-11", MUST, "总价等于数量乘单价，用十进制定点数计算", "totalPrice is qty times price, in exact decimals", "spec 202205 §2.1.4, §2.11.4 totalPrice", SPEC),
    R("SND-12", MUST, "订单商品金额等于各项总价之和，不含运费", "goodsValue is the sum of the lines, freight left out, in one currency", "spec 202205 §2.1.4 goodsValue", SPEC),
    R("SND-13", MUST, "收款金额不大于订单商品金额加运杂费", "The amount collected is not above goods value plus freight", "spec 202205 §2.3.4 charge; import code 1332", OBSERVED),
    R("SND-14", MUST, "币制、计量单位、国别、关区等代码取自海关参数表", "Currency, unit, country, customs and other codes are those of the customs tables, no names", "spec 202205 field tables; customs parameter tables", SPEC),
    R("SND-15", MUST, "商品序号从1开始连续递增，清单与订单一致", "gnum counts 1, 2, 3 without gaps; the list's numbers are the order's", "spec 202205 §2.11.4 gnum", SPEC),
    R("SND-16", MUST, "清单与订单的企业、订单编号、商品项（货号、币制、数量、单价、总价）一致", "The list agrees with its order: firms, order number, and every line", "spec 202205 §2.1.4 gnum; §2.11.4 orderNo", SPEC),
    R("SND-17", MUST, "清单与运单的物流企业、运单编号一致", "The list names the waybill that was transmitted", "spec 202205 §2.5.4, §2.11.4 logisticsNo", SPEC),
    R("SND-18", MUST, "净重大于零且不大于毛重，件数不小于1，第二计量单位与数量同时填报", "Net weight is above 0 and not above gross weight, packNo at least 1, second unit and quantity come together", "spec 202205 §2.11.4 netWeight, qty2", SPEC),
    R("SND-19", MUST, "汇总申报（B）的清单填报真实的10位商品编码", "A list for summary declaration (B) bears a real 10-digit commodity code", "GACC announcement 2018-194 art. 12", LAW),
    R("SND-20", MUST, "简化申报（A）仅限综试区内、不涉证不涉税不涉检、单票不超过5000元的零售出口", "Simplified declaration (A) is for retail in a pilot zone, no licence, tax or rebate, at most 5,000 RMB a ticket", "GACC announcement 2018-194 art. 12", LAW),
    R("SND-21", MUST, "订单类型与监管方式一致：E零售，B 9710，W 9810", "Order type fits the trade mode: E for retail, B for 9710, W for 9810", "spec 202205 §2.1.4 orderType", SPEC),
    R("SND-22", MUST, "9710、9810超过5000元或涉证涉检涉税的不走统一版，通过H2018申报", "9710 and 9810 above 5,000 RMB or with licence, inspection or tax are not declared here but in H2018", "GACC announcement 2020-75", LAW),
    R("SND-23", MUST, "特殊区域出口（1210、1239）填报区内企业、账册编号和商品备案号", "From a special area (1210, 1239) the list names the firm in the area, its book and the record numbers", "spec 202205 §2.11.4 iacCode, emsNo, itemRecordNo", SPEC),
    R("SND-24", MUST, "变更已接受的单证用appType 2、同一主键、新的guid和更晚的报送时间", "What was accepted is changed by appType 2 under the same key, with a new guid and a later time", "spec 202205 §2.1.4 appType; table 7-2 -301014", SPEC),
    R("SND-25", MUST, "有有效清单引用时，不变更、不删除订单、收款单、运单", "Order, receipt and waybill are neither changed nor deleted while a live list refers to them", "spec 202205 table 7-2 -301011, -401008, -504016", SPEC),
    R("SND-26", MUST, "申报前取消的交易用appType 3删除已传输的数据，不再申报清单", "A sale cancelled before its list is declared is deleted by appType 3, and never declared", "spec 202205 §2.1.4 appType 3", SPEC),
    R("SND-27", MUST, "拆分报文的msgCount、msgSeqNo连续，表头一致", "Split documents count msgSeqNo from 1 to msgCount with equal heads", "spec 202205 §2.7.4, §2.9.4, §2.15.4, §2.21.4 msgSeqNo", SPEC),
    R("SND-28", MUST, "各类数据由规定的企业传输：订单平台或电商，收款支付企业，运单物流企业", "Each firm transmits its own data: platform or seller the order, payment firm the receipt, logistics firm the waybill", "GACC announcement 2018-194 art. 7", LAW),
    R("SND-29", MUST, "企业名称与海关登记名称一致", "Names are those registered with customs for the code", "spec 202205 field tables 登记名称", SPEC),
    R("SND-30", MUST, "运单不含订单信息，通过清单关联", "One waybill belongs to one live list", "spec 202205 §2.11.4 logisticsNo", ASSUMED),
    R("SND-31", SHOULD, "传输信封：CopMsgId为UUID，时间不带毫秒和时区，Data在一行内，类型与所载一致", "Envelopes: CopMsgId is a UUID, plain time, Data on one line, the type of what is inside, the export receiver", "public clients and routers", OBSERVED),
    # receiving
    R("RCV-01", MUST, "收到海关退单(100)后更正并以同一编号重新申报", "A list returned by customs (100) is corrected and declared again under the same number", "spec 202205 §2.12.4 returnStatus; §2.11.4 appType, copNo", SPEC),
    R("RCV-02", MUST, "回执中的每条记录（1至100条）都处理", "Every record of a return (1 to 100) is acted on, not the first alone", "spec 202205 §2.2.4; XSD maxOccurs", SPEC),
    R("RCV-03", MUST, "回执按完整业务主键对应单证，不凭单一字段", "A return is tied to its document by the whole business key, not by one field", "spec 202205 §2.2.4, §2.12.4 keys", SPEC),
    R("RCV-04", MUST, "回执可能乱序：较晚到达的120不覆盖399、800、899", "Returns come out of order: a late 120 does not overwrite 399, 800 or 899", "captures of returns; spec 202205 §2.12.4", OBSERVED),
    R("RCV-05", MUST, "重复的回执不产生重复动作", "A return or record delivered twice has no second effect", "captures of returns", OBSERVED),
    R("RCV-06", MUST, "成功后的重复申报退回（-301010、-401007、-504015、-621004）不降低状态", "A refusal as duplicate behind a success takes nothing back", "spec 202205 table 7-2 -301010, -401007, -504015, -621004", SPEC),
    R("RCV-07", MUST, "CEB900按oriCopMsgId对应原报文，更正后重发", "A CEB900 is tied to its message by oriCopMsgId; what it refuses is corrected and sent again", "spec 202205 §3.19 CEB900", SPEC),
    R("RCV-08", MUST, "各类回执（304、404、506、508、510、604、606、608、214、216、702、792）都接收处理", "Returns of every kind it causes are read: 304, 404, 506, 508, 510, 604, 606, 608, 214, 216, 702, 792", "spec 202205 chapter 2", SPEC),
    R("RCV-09", MUST, "保存399回执中的清单编号invtNo", "The list number (invtNo) that comes with the approval is kept", "spec 202205 §2.12.4 invtNo", SPEC),
    R("RCV-10", MUST, "回执先后按状态判断，不因returnTime较早而丢弃", "A return is not dropped because another one bears a later returnTime", "captures of returns; public clients", OBSERVED),
    R("RCV-11", MUST, "按returnStatus判断，不按returnInfo文字", "The status decides, not words of returnInfo such as 重复发送, 处理失败, 已存在", "spec 202205 §2.2.4 returnStatus; public clients", SPEC),
    R("RCV-12", SHOULD, "主键未知的回执留存待查，不影响其他回执", "A return for an unknown key is set aside; the others go on", "public clients", OBSERVED),
    R("RCV-13", SHOULD, "不认识的报文留存，不删除、不中断", "A message of unknown type is kept and stops nothing", "public clients", OBSERVED),
    R("RCV-14", SHOULD, "带BOM或无XML声明的回执可读", "A return with a byte order mark or without an XML declaration is read", "public clients", OBSERVED),
    R("RCV-15", MUST, "缺省命名空间与ceb:前缀的回执都可读", "A return is read by namespace: with the default namespace and with any prefix", "spec 202205 samples; captures of returns", SPEC),
    R("RCV-16", SHOULD, "DxpMsg中折行的Data可读", "An envelope whose Data is wrapped over lines is read", "public clients and routers", OBSERVED),
    R("RCV-17", SHOULD, "损坏的回执或错误编码不中断接收", "A malformed return or one in a wrong encoding stops nothing", "customs was never seen to send one", ASSUMED),
    R("RCV-18", MUST, "回执处理后才确认", "A return is acknowledged when it was acted on, and every return is", "public clients: manual acknowledgement", OBSERVED),
    R("RCV-19", MUST, "表7-2的负数代码均为退回：更正后重新申报", "A negative code of table 7-2 refuses the document: it is corrected and sent again", "spec 202205 table 7-2", SPEC),
    R("RCV-20", MUST, "1、2、3为过程状态，不视为接受", "1, 2 and 3 are stages on the way, no acceptance", "spec 202205 §2.2.4 returnStatus", SPEC),
    R("RCV-21", MUST, "300人工审核时等待，不重复申报、不撤单", "A list in manual review (300) is waited for, neither declared again nor cancelled", "spec 202205 §2.12.4 returnStatus 300", SPEC),
    R("RCV-22", MUST, "120之后的100为退单", "A 100 behind a 120 still returns the list", "spec 202205 §2.12.4 returnStatus", SPEC),
    R("RCV-23", SHOULD, "未知状态不视为成功", "A status that is unknown counts as no success", "prudence", ASSUMED),
    R("RCV-24", MUST, "运单回执399与120均为成功", "A waybill is accepted by 399 (specification) as by 120 (seen in use)", "spec 202205 §2.6.4; public clients", OBSERVED),
    R("RCV-25", MUST, "订单、收款单、运单被退（100）后更正重报，之后才申报清单", "Order, receipt or waybill that customs refuses (100) is corrected and sent again before the list is declared", "spec 202205 §2.2.4, §2.4.4, §2.6.4 returnStatus 100", SPEC),
    # lifecycle
    R("LIF-01", MUST, "申报后、离境前取消的交易，对399或800的清单申请撤销（605）", "A sale cancelled after its list was approved and before it left is cancelled by 605", "spec 202205 §2.13; GACC 2018-194 art. 12", ASSUMED),
    R("LIF-02", MUST, "撤销申请填报清单编号、原因，企业与清单一致", "A cancellation names the list's number, a reason, and the firms of the list", "spec 202205 §2.13.4 invtNo, reason", SPEC),
    R("LIF-03", MUST, "撤销批准（606=399）后清单失效，不再汇总、不再出运", "A list whose cancellation was approved (606 = 399) is void: neither shipped nor summarised", "spec 202205 §2.14.4 returnStatus", SPEC),
    R("LIF-04", MUST, "撤销被退（100）时清单仍有效", "A cancellation that is refused leaves the list as it was", "spec 202205 §2.14.4 returnStatus 100", SPEC),
    R("LIF-05", MUST, "审核（300）、查验（500）或结关（899）的清单不申请撤销", "No cancellation is sent for a list under review (300), inspection (500) or closed (899)", "spec 202205 table 7-2 -623005", ASSUMED),
    R("LIF-06", MUST, "清单放行（800）后方可离境（509）", "Goods leave (509) only when their list is released (800)", "spec 202205 §2.9.4, §2.12.4", SPEC),
    R("LIF-07", MUST, "查验（500）期间货物留置", "Goods under inspection (500) are held", "GACC announcement 2018-194 art. 20", ASSUMED),
    R("LIF-08", MUST, "总分单未随清单填报时先发607，再运抵507", "Where the list left transport and bill empty, the master list (607) precedes the arrival (507)", "spec 202205 §2.11.4 trafName, §2.15", SPEC),
    R("LIF-09", MUST, "899为结关；此前不视为出口完成", "A list is closed at 899, not before", "spec 202205 §2.12.4 returnStatus 899", SPEC),
    R("LIF-10", MUST, "退货仅限已结关清单的原商品，累计数量不超过原出口", "Goods return against a closed list: its goods, and no more than were sent", "GACC announcement 2020-44 arts. 2, 3", LAW),
    R("LIF-11", MUST, "退货申请进口标记I，监管方式9661或1261，预录入编号为空", "A return application is ieFlag I, trade mode 9661 or 1261, and brings no preNo", "spec 202205 §2.17.4 ieFlag, tradeMode; table 7-2 -625008", SPEC),
    R("LIF-12", MUST, "退货理货明细（215）与退货申请对应", "The tally (215) of returned goods names its application's list or waybill", "spec 202205 §2.19.4 invtNo", SPEC),
    R("LIF-13", MUST, "退货放行（214=800）后记入账册", "Returned goods count when released (214 = 800)", "spec 202205 §2.18.4 returnStatus", SPEC),
    R("LIF-14", MUST, "同一清单只提出一次撤销申请", "One cancellation at a time for a list", "spec 202205 table 7-2 -623009", SPEC),
    R("LIF-15", MUST, "一个运单只在一份总分单、一个提运单中", "A waybill stands in one master list and one bill", "spec 202205 §2.15.4 logisticsNo", ASSUMED),
    # deadlines
    R("DDL-01", MUST, "每月15日前汇总上月结关的B类清单，遇节假日顺延至其后第一个工作日", "B lists closed last month are summarised before the 15th, or the first working day behind it", "GACC announcement 2018-194 art. 11", LAW),
    R("DDL-02", MUST, "期限内形成报关单（792含entryId）", "By then the declaration itself is made (792 with entryId)", "GACC announcement 2018-194 art. 11", ASSUMED),
    R("DDL-03", MUST, "当月结关的清单不在本月汇总", "Lists closed in the current month are kept out", "GACC announcement 2018-194 art. 11", LAW),
    R("DDL-04", MUST, "A类清单不汇总", "Lists of kind A are never summarised", "GACC announcement 2018-194 art. 12", LAW),
    R("DDL-05", MUST, "已撤销或未结关的清单不汇总", "Lists that are cancelled or not closed are kept out", "spec 202205 §2.21.4 invtNo", SPEC),
    R("DDL-06", MUST, "一份清单只汇总一次", "A list is summarised once", "spec 202205 §2.21.4 invtNo", ASSUMED),
    R("DDL-07", MUST, "退货在出口放行之日起1年内", "Goods return within a year of their release", "GACC announcement 2020-44 art. 3", LAW),
    R("DDL-08", MUST, "运单编号6个月内不重复使用", "A waybill number is not used again within 6 months", "spec 202205 §2.5.4 logisticsNo", SPEC),
    R("DDL-09", MUST, "汇总申请按时间段或按清单编号之一，起止时间同时填报", "A summary names a period with both ends, or its lists one by one", "spec 202205 §2.21.4 startTime, endTime", SPEC),
    R("DDL-10", MUST, "702与792的结果（sumNo、declSeqNo、entryId）记入对应清单", "What 702 and 792 say (sumNo, declSeqNo, entryId) is booked on each list", "spec 202205 §2.22.4, §2.23.4", SPEC),
    R("DDL-11", MUST, "汇总被退后在期限内更正重报", "A summary that is refused is corrected and sent again in time", "GACC announcement 2018-194 art. 11", LAW),
    R("DDL-12", MUST, "账册与海关一致：上月结关、汇总的清单和金额", "The books agree with customs on what was closed and summarised, and for how much", "GACC announcement 2018-194 art. 11", LAW),
    R("DDL-13", MUST, "全部退货的清单不再汇总", "A list whose goods all came back before the summary is kept out", "spec 202205 §2.21.4 invtNo; GACC announcement 2020-44 art. 3", ASSUMED),
    # responsibility
    R("RES-01", MUST, "实时传输真实数据", "True data are transmitted in real time", "corporate responsibility (企业主体责任): real-time transmission", ASSUMED),
    R("RES-02", MUST, "开放物流跟踪接口，每个运单可查", "A tracking interface answers for every waybill, events in order", "corporate responsibility: open logistics tracking", ASSUMED),
    R("RES-03", MUST, "防控虚假交易", "Fake transactions are held back by the enterprise's own risk control", "corporate responsibility: risk control", ASSUMED),
    R("RES-04", MUST, "监控二次销售", "Returned goods that are sold again are noticed", "corporate responsibility: secondary sale", ASSUMED),
    R("RES-05", MUST, "不申报禁限商品", "Prohibited or restricted goods are not declared", "corporate responsibility: prohibited and restricted goods", ASSUMED),
    R("RES-06", MUST, "商品可溯源：货号、订单、清单、清单编号、报关单相连", "Goods are traceable: item, order, list, list number, declaration hang together", "corporate responsibility: traceability", ASSUMED),
    R("RES-07", MUST, "及时主动告知海关违规情况", "Suspected violations are reported to customs in time", "corporate responsibility: reporting", ASSUMED),
    R("RES-08", MUST, "保存已签名的报文，承担真实性责任", "What was sent stays on file and can be shown", "corporate responsibility: data authenticity", ASSUMED),
    R("RES-09", MUST, "配合查验：被布控的货物留置", "Inspections are co-operated with: goods are held", "GACC announcement 2018-194 art. 20", ASSUMED),
    R("RES-10", MUST, "按海关要求提供订单证据", "Customs' request for the evidence of an order is answered", "corporate responsibility: data request", ASSUMED),
    R("RES-11", MUST, "质量安全：召回的商品停止申报，未出运的撤销", "A recalled item is declared no more; open lists with it are cancelled or held", "corporate responsibility: quality and safety", ASSUMED),
    # recovery
    R("REC-01", MUST, "海关线路中断后补传，不丢、不重", "After an outage everything is delivered, once", "public clients", OBSERVED),
    R("REC-02", MUST, "回执迟到时等待", "A late return is waited for", "captures of returns: minutes to days", OBSERVED),
    R("REC-03", MUST, "状态4（发送海关失败）重新申报", "A document that could not be sent to customs (4) is sent again", "spec 202205 §2.2.4 returnStatus 4", SPEC),
    R("REC-04", MUST, "1301系统异常为暂时性故障，重新申报", "A 100 that says 1301 (system error) is transient: the list is declared again as it is", "captures of returns", OBSERVED),
    R("REC-05", MUST, "回执丢失后以重复申报的答复确认已接受", "Where a return was lost, the refusal as duplicate is taken as word that customs has it", "spec 202205 table 7-2 -621004", SPEC),
    R("REC-06", SHOULD, "收到429或503按Retry-After重试", "429 and 503 are tried again after Retry-After", "RFC 9110 §10.2.3", ASSUMED),
    R("REC-07", MUST, "格式被拒的报文不原样重发", "A message refused for its form is not sent again unchanged", "spec 202205 table 7-1 0001, 0002", SPEC),
    R("REC-08", MUST, "中断之后仍先数据后清单", "Behind an outage too, the data come before the list", "GACC announcement 2018-194 art. 7", LAW),
    R("REC-09", MUST, "系统异常代码（-301013、-401011、-505015、-621017）重新申报", "The codes of a system failure (-301013, -401011, -505015, -621017) are tried again", "spec 202205 table 7-2", SPEC),
    # security
    R("SEC-01", MUST, "申报的单证带电子签名", "What is declared bears an electronic signature", "GACC announcement 2018-194 art. 8", LAW),
    R("SEC-02", MUST, "签名可验证，签名后内容不变", "The signature verifies over the message as it was transmitted", "spec 202205 table 7-1 1001, 1004", SPEC),
    R("SEC-03", MUST, "签名证书属于规定的企业", "The certificate is that of the firm that must sign", "spec 202205 table 7-2 -621015", SPEC),
    R("SEC-04", SHOULD, "Signature之后无文本，根节点声明xsi", "No text behind Signature; xsi is declared on the root", "public clients", OBSERVED),
    R("SEC-05", MUST, "签名算法为规定的算法", "Algorithms are those of the specification", "spec 202205 §4 Signature", SPEC),
    R("SEC-06", MUST, "证书在有效期内，到期前更换", "Certificates are valid when they sign, and replaced before they expire", "spec 202205 table 7-1 1002", SPEC),
    R("SEC-07", MUST, "验签失败时停发并更换，不原样重发", "A refused signature is put right, not sent again unchanged", "spec 202205 table 7-1 1001; table 7-2 -621029", SPEC),
)  # fmt: skip

REQUIREMENTS = {row.id: row for row in ROWS}
"""By id."""


def weakest(ids: tuple[str, ...]) -> Basis:
    """The weakest basis of several requirements: what a case that needs them all rests on."""
    return max((REQUIREMENTS[name].basis for name in ids), key=list(Basis).index, default=Basis.ASSUMED)
