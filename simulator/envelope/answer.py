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


class PlatformCode(NamedTuple):
    """A code of table 7-1: its words, whether we ever send it, and when, or why not."""

    zh: str
    sent: bool
    when: str


CODES_7_1 = {
    "0001": PlatformCode("报文格式错误", True, "Base64, XML or JSON that cannot be read, a DTD, another encoding"),
    "0002": PlatformCode("数据包不能通过schema验证", True, "the envelope, or the message inside, breaks its schema"),
    "0999": PlatformCode("其他格式错误", True, "larger than the limit (problem+json, 413)"),
    "1001": PlatformCode("数字签名无效", True, "the envelope's signature: its value, form or certificate"),
    "1002": PlatformCode("数字签名过期", True, "its certificate is not valid at the sandbox's time"),
    "1003": PlatformCode(
        "报文解密错误",
        False,
        "nothing is encrypted in this edition: §4 and §5 have no element for it, and the guide to the Ukey reserves "
        "encryption (3.6 此项为预留功能)",
    ),
    "1004": PlatformCode("签名与数据不符", True, "its digest differs"),
    OTHER_SECURITY: PlatformCode("其他安全错误", False, "no fault of a signature is left for it"),
    UNKNOWN_RECEIVER: PlatformCode("指定的接收方不存在", True, "nobody has this user number"),
    MISMATCH: PlatformCode(
        "地址不匹配，报文的实际接收方与该报文的“接收方”定义不同", True, "the receiver is the import system"
    ),
    "2999": PlatformCode("其他业务逻辑错误", False, "business faults are told by returns (table 7-2)"),
    "3001": PlatformCode(
        "数据库、中间件等系统错误",
        True,
        "too much waits, a limit of the sandbox, the fault table (problem+json)",
    ),
    "3002": PlatformCode("远程连接错误", False, "there is no remote node between us and customs"),
    "3003": PlatformCode("远程连接超时", False, "there is no remote node between us and customs"),
    "3999": PlatformCode("其他系统级错误", False, "a fault of ours is 3001"),
}
"""Codes of the exchange platform."""
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
    said = CODES_7_1[code].zh if code in CODES_7_1 else "成功"
    return f"{said}{f': {more}' if more else ''}"[:LONGEST_INFO]


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
