"""The envelopes that carry a message: §4 of a terminal node (`DxpMsg`) with the platform's answer (`DxpRep`), §5 of a
transport node (`DxpMsgSv`). The text describes little of them, the two XSD of §9.1.2 and §9.1.3 the rest.
"""

from swsim.simulator.messages.declare import A, F, Many, One, Opaque, T
from swsim.simulator.messages.node import DS, DXP, Node


class Envelope(Node, namespace=DXP):
    """A node of an envelope."""


class ReceiverId(Envelope, local=True, section="4.4", zh="接收方id", en="Receiver"):
    text: str = T("C1..16", "接收方id", "Receiver, a user number of the data exchange platform")


class ReceiverIds(Envelope, local=True, section="4.4", zh="接收方id", en="Receivers"):
    items: tuple[ReceiverId, ...] = Many(ReceiverId, 5)


class TransInfo(Envelope, type_name="TransInfoType", section="4.4", zh="终端信息节点", en="Who sends what to whom"):
    cop_msg_id: str = F("C1..255", "发送方内部报文ID", "Number that the sender gives the envelope")
    sender_id: str = F("C1..16", "发送方id", "Sender, a user number of the data exchange platform")
    receivers: ReceiverIds = One(ReceiverIds)
    create_time: str = F("dateTime", "原始报文创建时间", "When the message was made", xml="CreatTime")
    msg_type: str = F("C0..30", "报文类型", "Type of the message, agreed between the parties")


class Data(Envelope, type_name="Data", section="4.3", zh="待传输数据", en="The message carried"):
    text: str = T("base64Binary", "待传输数据", "The message, in Base64")


class Key(Envelope, local=True, section="4.3", zh="业务关键字", en="Business keyword"):
    keyword: str | None = A("C1..32", "关键字名称", "Name of the keyword", default=None, xml="name")
    text: str = T("C1..64", "关键字", "The keyword", type_name="Key")


class BizKey(Envelope, local=True, section="4.3", zh="业务关键字", en="Business keywords"):
    items: tuple[Key, ...] = Many(Key, 5)


class IsText(Envelope, local=True, section="4.3", zh="文本标识节点", en="The data are text"):
    encode: str = A("C..50", "字符集", "Character set", xml="Encode")


class AddInfo(Envelope, type_name="AddInfo", section="4.3", zh="附加信息", en="More about the data"):
    file_name: str | None = F("C1..255", "原始报文名", "File name of the message", default=None)
    ic_card: str | None = F("C1..13", "ic卡号", "Number of the IC card", default=None)
    biz_key: BizKey | None = One(BizKey, default=None)
    is_text: IsText | None = One(IsText, default=None)
    rec_map_id: str | None = Opaque("RecMapId", DXP, default=None)


class DxpMsg(Envelope, section="4", zh="终端节点报文", en="Envelope of a terminal node"):
    ver: str = A("C..", "版本", "Version", default="1.0", fixed=True, xml="ver")
    signed_id: str | None = A("ID", "W3C签名需要的ID号", "Id that a signature refers to", default=None, xml="Id")
    trans_info: TransInfo = One(TransInfo)
    data: Data = One(Data)
    add_info: AddInfo | None = One(AddInfo, default=None)
    signature: str | None = Opaque("Signature", DS, default=None)


class Result(Envelope, local=True, section="9.1.2", zh="接收者的处理回执", en="What became of it at a receiver"):
    rec_id: str = F("C1..16", "接收者id", "Receiver")
    code: str = F("C1..9", "处理响应码", "Code of the answer")
    info: str | None = F("C..300", "响应信息", "Text of the answer", default=None)
    note: str | None = F("C..500", "备注", "Note", default=None)


class Results(
    Envelope, local=True, section="9.1.2", zh="每个接收者的处理回执内容", en="What became of it, by receiver"
):
    items: tuple[Result, ...] = Many(Result, None)


class Response(Envelope, local=True, section="9.1.2", zh="响应", en="Answer"):
    node_id: str | None = F("C1..8", "产生错误回执的节点id", "Node that answers with an error", default=None)
    response_code: str = F("C1..9", "报文处理响应码", "Code of the answer, table 7-1")
    response_info: str | None = F("C..300", "报文响应信息", "Text of the answer", default=None)
    results: Results | None = One(Results, default=None)
    notice_time: str = F("date", "回执产生时间", "Day of the answer, given by the server")
    note: str | None = F("C..500", "备注", "Note", default=None)
    ori_head: TransInfo = One(TransInfo, xml="OriHead")


class DxpRep(Envelope, section="9.1.2", zh="交换平台响应报文", en="Answer of the exchange platform"):
    ver: str = A("C..", "版本", "Version", default="1.0", fixed=True, xml="ver")
    receiver_id: str = F("C1..16", "接收方id", "Receiver, who sent the envelope", xml="RecevierId")
    ad_node_id: str | None = F("C1..8", "归属节点id", "Node that the receiver belongs to", default=None)
    responses: tuple[Response, ...] = Many(Response, None)
    signature: str | None = Opaque("Signature", DS, default=None)


class SvNo(Envelope, type_name="SvNoType", section="5.4", zh="传输信息节点", en="Route, made by the transport node"):
    ver: str = A("C..", "服务器节点版本", "Version of the transport node", default="1.0", fixed=True, xml="Ver")
    msg_id: str = F("C1..32", "报文在电子口岸传输节点的报文编号", "Node (8), time (14) and sequence (10)")
    sub_msg_id: str | None = F("C1", "分拆报文的子Id", "Part, from 1, where there are several receivers", default=None)
    send_time: str = F("dateTime", "报文处理时间", "When it was handled")
    end_node: str = F("C1..8", "报文目的传输节点", "Transport node of the receiver")
    sta_node: str = F("C1..8", "报文接入传输节点", "Transport node of the sender")


class DxpMsgSv(Envelope, section="5", zh="传输节点报文", en="Envelope of a transport node"):
    ver: str = A("C..", "版本", "Version", default="1.0", fixed=True, xml="ver")
    signed_id: str | None = A("ID", "W3C签名需要的ID号", "Id that a signature refers to", default=None, xml="Id")
    sv_no: SvNo = One(SvNo)
    dxp_msg: DxpMsg = One(DxpMsg)
    signature: str | None = Opaque("Signature", DS, default=None)
