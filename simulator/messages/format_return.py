"""§3.19 return of the format check (报文格式校验回执, CEB900), for a message that fails the schema."""

from swsim.simulator.messages.declare import F, One
from swsim.simulator.messages.node import Node
from swsim.simulator.messages.transfer import Message


class MessageReturn(Node, section="3.19.4", zh="报文格式校验回执", en="Return of the format check"):
    guid: str = F("C36", "系统唯一序号", "Unique serial number")
    return_status: str = F("C1..10", "回执状态", "Below 0: the format is wrong")
    return_info: str = F("C0..5000", "回执详细信息", "What is wrong")
    return_time: str = F("C17", "操作时间", "Time, yyyyMMddHHmmssfff")
    ori_cop_msg_id: str = F("C0..255", "原始传输报文的copMsgId", "copMsgId of the message as transmitted", filled=False)
    ori_message_type: str = F("C0..15", "原始报文类型", "Type of the message, Unknown if not recognised")
    ori_biz_message: str = F("C0..", "原始报文内容", "The message, as CDATA")


class CEB900Message(Message, section="3.19", zh="报文格式校验回执报文", en="Format check return message"):
    message_return: MessageReturn = One(MessageReturn)
