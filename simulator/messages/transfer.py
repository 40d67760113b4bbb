"""What every message carries beside its documents, and the two shapes a message has (§2.1.3, §2.2.3)."""

from typing import Any, Generic, TypeVar

from swsim.simulator.messages.declare import A, F, Many, One, Opaque
from swsim.simulator.messages.node import CEB, DS, Node


class Document(Node):
    """One business document of a message. `number` and `key` say how customs tells it from others (rules.md §2)."""

    number: str = ""
    key: tuple[str, ...] = ()


D = TypeVar("D", bound=Node)
OF_THE_MESSAGE: Any = D
"""Stands for the document type that a message names: `Upload[Order]`."""


class BaseTransfer(Node, section="2.1.4", zh="基础报文传输实体", en="Transfer: who sends the message"):
    cop_code: str = F("C..18", "传输企业代码", "Code of the transmitting enterprise")
    cop_name: str = F("C..100", "传输企业名称", "Name of the transmitting enterprise")
    dxp_mode: str = F("C3", "报文传输模式", "Transfer mode, DXP")
    dxp_id: str = F("C..30", "报文传输编号", "User number on the data exchange platform")
    note: str | None = F("C..1000", "备注", "Note", default=None)


class BaseSubscribe(Node, section="2.1.3", zh="基础回执订阅实体", en="Subscription: who else receives"):
    status: str = F("C..100", "订阅状态", "ALL data and returns, DATA data only, RET returns only")
    dxp_mode: str = F("C3", "订阅传输模式", "Transfer mode, DXP")
    dxp_address: str = F("C..100", "订阅传输地址", "User number of the subscriber")
    note: str | None = F("C..1000", "备注", "Note", default=None)


SUBSCRIPTIONS = ("ALL", "DATA", "RET")
"""Known statuses of a subscription: the message and its returns, the message, its returns."""


class ExtendMessage(Node, section="2.1.3", zh="扩展自定义数据实体", en="Extension, passed through"):
    name: str = F("C..30", "自定义报文名称", "Name of the custom message", filled=False)
    version: str = F("C..30", "自定义报文版本", "Version of the custom message", filled=False)
    message: str = Opaque("Message", CEB, type_name="XMLElement")


class Message(Node):
    """Root of a business message."""

    guid: str = A("C36", "报文编号", "Message number, 36 characters, letters upper case")
    version: str = A("C1..10", "版本号", "Message version, 1.0")


class Upload(Message, Generic[D]):
    """A message of an enterprise: 1 to 100 documents and who sends them."""

    documents: tuple[D, ...] = Many(OF_THE_MESSAGE, 100)
    base_transfer: BaseTransfer = One(BaseTransfer)
    base_subscribe: tuple[BaseSubscribe, ...] = Many(BaseSubscribe, 5, default=())
    signature: str | None = Opaque("Signature", DS, default=None)
    extend_message: ExtendMessage | None = One(ExtendMessage, default=None)


class Return(Message, Generic[D]):
    """A return (回执) of customs: 1 to 100 records, one a document."""

    records: tuple[D, ...] = Many(OF_THE_MESSAGE, 100)


AnyUpload = Upload[Any]
AnyReturn = Return[Any]
