"""The platform's answer to an envelope (`DxpRep`): a code of table 7-1 for each receiver, and one for the whole.

The order of checks: form of the envelope (0001, 0002), its signature (1001 to 1004), then each receiver (2001, 2002);
the form of the message inside is told to the receiver that is customs.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from swsim.simulator.envelope.cover import IMPORT_SYSTEM, Cover
from swsim.simulator.messages.codec import encode, envelope_fits
from swsim.simulator.messages.envelope import (
    DxpRep,
    ReceiverId,
    ReceiverIds,
    Response,
    Result,
    Results,
    TransInfo,
)
from swsim.simulator.profile import Profile

UNKNOWN_RECEIVER, MISMATCH, OTHER_SECURITY = "2001", "2002", "1999"
CODES_7_1 = {
    "0001": "报文格式错误",
    "0002": "数据包不能通过schema验证",
    "0999": "其他格式错误",
    "1001": "数字签名无效",
    "1002": "数字签名过期",
    "1003": "报文解密错误",
    "1004": "签名与数据不符",
    OTHER_SECURITY: "其他安全错误",
    UNKNOWN_RECEIVER: "指定的接收方不存在",
    MISMATCH: "地址不匹配，报文的实际接收方与该报文的“接收方”定义不同",
    "2999": "其他业务逻辑错误",
    "3001": "数据库、中间件等系统错误",
    "3002": "远程连接错误",
    "3003": "远程连接超时",
    "3999": "其他系统级错误",
}
"""Table 7-1: codes of the exchange platform and what they say."""
LONGEST_INFO = 300


class Verdict(NamedTuple):
    """What became of an envelope at one receiver; `info` in the words of table 7-1 and ours."""

    receiver: str
    code: str
    info: str


def of_receivers(cover: Cover, profile: Profile, is_user: Callable[[str], bool]) -> list[Verdict]:
    """A verdict on each receiver that an envelope names, once each; `is_user` knows the registered user numbers.

    The export system takes the message in; another user of the platform gets a copy of it (§8.1.2: it is split).
    """
    receivers = dict.fromkeys(cover.receivers)
    return [Verdict(one, code := _code_of(one, profile, is_user), text_of(code)) for one in receivers]


def _code_of(receiver: str, profile: Profile, is_user: Callable[[str], bool]) -> str:
    if receiver == profile.receiver or is_user(receiver):
        return profile.success_code
    return MISMATCH if receiver == IMPORT_SYSTEM else UNKNOWN_RECEIVER


def text_of(code: str, more: str = "") -> str:
    """ResponseInfo of a code, at most 300 characters; ``成功`` for what table 7-1 does not have."""
    return f"{CODES_7_1.get(code, '成功')}{f': {more}' if more else ''}"[:LONGEST_INFO]


def refused_by(verdicts: Sequence[Verdict], customs: str, code: str, why: str) -> list[Verdict]:
    """The same, with the fault that customs found in the message."""
    return [Verdict(customs, code, text_of(code, why)) if one.receiver == customs else one for one in verdicts]


def for_all(cover: Cover, code: str, why: str = "") -> list[Verdict]:
    """One fault of the envelope itself (its form, its signature) for every receiver."""
    return [Verdict(one, code, text_of(code, why)) for one in dict.fromkeys(cover.receivers)]


def said_by(cover: Cover) -> dict[str, Any]:
    """What the journal keeps of an envelope; nothing of a message that came without one."""
    if not cover.form:
        return {}
    return {
        "envelope": {
            "form": cover.form,
            "copMsgId": cover.message_id,
            "senderId": cover.sender,
            "receiverIds": cover.receivers,
            "msgType": cover.message_type,
        }
    }


def reply(cover: Cover, verdicts: Sequence[Verdict], profile: Profile, at: datetime) -> bytes | None:
    """The DxpRep; None where the head of the envelope is too broken to be answered in one."""
    worst = next((one for one in verdicts if one.code != profile.success_code), None)
    code = worst.code if worst else profile.success_code
    receivers = ReceiverIds(items=tuple(ReceiverId(text=one) for one in cover.receivers))
    results = tuple(Result(rec_id=one.receiver, code=one.code, info=one.info) for one in verdicts)
    answer = DxpRep(
        ver="1.0",
        receiver_id=cover.sender,
        responses=(
            Response(
                response_code=code,
                response_info=worst.info if worst else text_of(code),
                results=Results(items=results) if results else None,
                notice_time=at.date().isoformat(),
                ori_head=TransInfo(
                    cop_msg_id=cover.message_id,
                    sender_id=cover.sender,
                    receivers=receivers,
                    create_time=cover.created,
                    msg_type=cover.message_type,
                ),
            ),
        ),
    )
    data = encode(answer, prefix="dxp" if profile.prefix else "", **profile.written)
    return data if envelope_fits(data) else None
