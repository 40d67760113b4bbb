"""Rules of the message as it is written: what decoding does not keep, what documents share, what lies around them.

Rows as in `core.rules`, for `swsim lint` alone: the channel of a message, its signature and its envelope are customs'
business elsewhere. What a predicate yields is (path from the root, expected, found).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from swsim.simulator.codes.formats import ENTERPRISE_CODE, UUID
from swsim.simulator.core.checks_common import Fault
from swsim.simulator.core.incoming import Reading
from swsim.simulator.core.model import Basis, Citation
from swsim.simulator.core.rules import NOTE, REFUSE, REMARK, Severity
from swsim.simulator.envelope.cover import EXPORT_SYSTEM
from swsim.simulator.messages.edition import Business
from swsim.simulator.messages.faults import defaults_taken
from swsim.simulator.messages.node import DS

XSI = "http://www.w3.org/2001/XMLSchema-instance"
_PLAIN_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Written:
    """A valid message of an enterprise: its bytes and tree, decoded, and its documents as the rules read them."""

    data: bytes
    root: etree._Element
    business: Business
    message: Any
    readings: tuple[Reading, ...]

    @property
    def signature(self) -> etree._Element | None:
        return self.root.find(f"{{{DS}}}Signature")

    def document(self, place: int) -> str:
        """Path of a document, counted from 0."""
        return f"{self.business.document.xml}[{place + 1}]"


@dataclass(frozen=True, slots=True)
class Enveloped:
    """A valid envelope: its `DxpMsg` node, the path of that from the root, and the message inside."""

    node: Any
    prefix: str
    inner: str
    dxp_id: str


REMEMBERED = 100_000
"""Message guids kept to be compared: lint stays within bounds however many files there are."""


@dataclass(frozen=True, slots=True)
class WireRule:
    """A row; see `core.rules.Rule`."""

    row: str
    check: Callable[[Any], Iterable[Fault]]
    standard: Severity
    strict: Severity
    zh: str
    en: str
    citation: Citation
    basis: Basis


def guid_stands_twice(item: Written) -> Iterator[Fault]:
    """One guid for several documents (MSG-01: 唯一)."""
    seen: set[str] = set()
    for place, reading in enumerate(item.readings):
        guid = reading.head.guid
        if guid in seen:
            head = "" if reading.head is reading.document else f"/{type(reading.head).__name__}"
            yield f"{item.document(place)}{head}/guid", "a guid used once", guid
        seen.add(guid)


def default_is_taken(item: Written) -> Iterator[Fault]:
    """An empty element that stands for its default; of appStatus in 303, 403, 507 the rule table speaks."""
    for fault in defaults_taken(item.root):
        if not (fault.path.endswith("/appStatus") and item.business.number in {"303", "403", "507"}):
            yield fault.path.removeprefix(f"/{item.business.upload.xml}/"), fault.expected, ""


def mode_is_not_dxp(item: Written) -> Iterable[Fault]:
    mode = item.message.base_transfer.dxp_mode
    return () if mode == "DXP" else (("BaseTransfer/dxpMode", "DXP", mode),)


def transfer_is_empty(item: Written) -> Iterable[Fault]:
    transfer = item.message.base_transfer
    return [
        (f"BaseTransfer/{f.xml}", f"a value: {f.zh} {f.en} is mandatory (必填)", transfer.raw(f.name))
        for f in type(transfer).filled
        if not (transfer.raw(f.name) or "").strip()
    ]


def sender_is_malformed(item: Written) -> Iterable[Fault]:
    code = item.message.base_transfer.cop_code
    return () if not code.strip() or ENTERPRISE_CODE.fits(code) else (("BaseTransfer/copCode", _CODE, code),)


_CODE = "an 18-character credit code (USCC) or a 10-character customs code"


def signature_is_missing(item: Written) -> Iterable[Fault]:
    """A declaration whose head table marks the signature 是, and an arrival by its note (X7)."""
    if item.signature is not None or not (item.business.must_sign or item.business.number == "507"):
        return ()
    if all(reading.head.app_status != "2" for reading in item.readings):
        return ()
    return (("Signature", "a signature: appStatus is 2 (declare)", "none"),)


def text_stands_behind_signature(item: Written) -> Iterable[Fault]:
    """Whoever digests strictly reads it too; where the digest agrees, it was meant."""
    signature = item.signature
    if signature is None or not signature.tail or _digest(item.data) == "strict":
        return ()
    return (("Signature", "nothing between Signature and the end tag of the root", repr(signature.tail)[:40]),)


def xsi_is_not_declared(item: Written) -> Iterable[Fault]:
    """A Ukey signs with the names ceb, ds and xsi in scope."""
    if item.signature is None or XSI in item.root.nsmap.values() or _digest(item.data) == "strict":
        return ()
    return ((".", f'xmlns:xsi="{XSI}" on the root', "not declared"),)


def digest_differs(item: Written) -> Iterable[Fault]:
    if item.signature is None or _digest(item.data):
        return ()
    return (("Signature", "a DigestValue over the message as it is written", "another"),)


def _digest(data: bytes) -> str:
    from swsim.simulator.signature.verify import examine  # noqa: PLC0415 - cryptography, for signed messages only

    try:
        return examine(data, diagnose=False).digest
    except ValueError:
        return ""


def envelope_id_is_no_uuid(item: Enveloped) -> Iterable[Fault]:
    given = item.node.trans_info.cop_msg_id
    return () if UUID.fits(given) else ((f"{item.prefix}TransInfo/CopMsgId", UUID.expected, given),)


def envelope_time_is_not_plain(item: Enveloped) -> Iterable[Fault]:
    given = item.node.trans_info.create_time
    expected = "a time without milliseconds and zone, 2026-01-05T09:00:00"
    return () if _PLAIN_TIME.fullmatch(given) else ((f"{item.prefix}TransInfo/CreatTime", expected, given),)


def data_stands_on_several_lines(item: Enveloped) -> Iterable[Fault]:
    """A router in use finds it by a pattern that ends at the end of a line."""
    if "\n" not in item.node.data.text.strip() and " " not in item.node.data.text.strip():
        return ()
    return ((f"{item.prefix}Data", "Base64 on one line", f"{len(item.node.data.text.split())} lines"),)


def envelope_names_another_type(item: Enveloped) -> Iterable[Fault]:
    given = item.node.trans_info.msg_type
    if not item.inner or given == item.inner:
        return ()
    return ((f"{item.prefix}TransInfo/MsgType", item.inner, given),)


def envelope_is_anothers(item: Enveloped) -> Iterable[Fault]:
    given = item.node.trans_info.sender_id
    if not item.dxp_id or given == item.dxp_id:
        return ()
    return ((f"{item.prefix}TransInfo/SenderId", f"{item.dxp_id}, the dxpId of the message", given),)


def envelope_goes_elsewhere(item: Enveloped) -> Iterable[Fault]:
    given = [receiver.text for receiver in item.node.trans_info.receivers.items]
    if not item.dxp_id or EXPORT_SYSTEM in given:
        return ()
    return ((f"{item.prefix}TransInfo/ReceiverIds/ReceiverId[1]", EXPORT_SYSTEM, ", ".join(given)),)


def guid_was_met(item: tuple[str, str, dict[str, str]]) -> Iterator[Fault]:
    """One guid for every chunk of a batch (MSG-01). Of guids beyond REMEMBERED only those met before are known."""
    path, guid, seen = item
    if guid and (first := seen.get(guid)) is not None:
        yield "@guid", f"a guid of no other message, this one stands in {first}", guid
    elif guid and len(seen) < REMEMBERED:
        seen[guid] = path


CLIENTS, A194 = Citation("observed", "public clients"), Citation("GACC 2018-194", "art. 8")
SPEC, OBSERVED, ASSUMED, LAW = Basis.SPEC, Basis.OBSERVED, Basis.ASSUMED, Basis.LAW
OF_MESSAGES = (
    WireRule("MSG-01/twice", guid_stands_twice, REMARK, REFUSE, "系统唯一序号不得重复", "a guid is used once", Citation("§2.1.2", "guid"), SPEC),
    WireRule("X6c/default", default_is_taken, REMARK, REMARK, "空元素按默认值处理", "an empty element stands for its default", Citation("XSD", "default"), SPEC),
    WireRule("MSG-06/mode", mode_is_not_dxp, REMARK, REFUSE, "报文传输模式应为DXP", "dxpMode is DXP", Citation("§2.1.4", "dxpMode"), SPEC),
    WireRule("MSG-16/transfer", transfer_is_empty, REFUSE, REFUSE, "必填项不能为空", "a mandatory field is not empty", Citation("§2.1.4", "必填"), SPEC),
    WireRule("ENT-11/sender", sender_is_malformed, REFUSE, REFUSE, "传输企业代码应为18位统一社会信用代码或10位海关编码", "copCode is a USCC or a customs code", Citation("§2.1.4", "copCode"), SPEC),
    WireRule("MSG-14/missing", signature_is_missing, NOTE, REFUSE, "申报报文应有电子签名", "what is declared is signed", A194, LAW),
    WireRule("MSG-14/tail", text_stands_behind_signature, REMARK, REMARK, "Signature节点之后不应有文本", "no text behind Signature", CLIENTS, OBSERVED),
    WireRule("MSG-14/xsi", xsi_is_not_declared, REMARK, REMARK, "加签报文应声明xmlns:xsi", "a signed message declares xsi", CLIENTS, OBSERVED),
    WireRule("MSG-14/digest", digest_differs, REMARK, REFUSE, "签名摘要应与报文一致", "the digest is that of the message", A194, LAW),
)  # fmt: skip
OF_ENVELOPES = (
    WireRule("DXP/CopMsgId", envelope_id_is_no_uuid, REMARK, REMARK, "CopMsgId应为UUID", "CopMsgId is a UUID", CLIENTS, OBSERVED),
    WireRule("DXP/CreatTime", envelope_time_is_not_plain, REMARK, REMARK, "CreatTime不应带毫秒和时区", "CreatTime has neither milliseconds nor zone", CLIENTS, OBSERVED),
    WireRule("DXP/Data", data_stands_on_several_lines, REMARK, REMARK, "Data的Base64应在一行内", "Data stands on one line", CLIENTS, OBSERVED),
    WireRule("DXP/MsgType", envelope_names_another_type, REMARK, REMARK, "MsgType应为所载报文类型", "MsgType is the type of the message inside", Citation("§4.4", "MsgType"), ASSUMED),
    WireRule("DXP/SenderId", envelope_is_anothers, REMARK, REMARK, "SenderId应与dxpId一致", "SenderId is the dxpId of the message", Citation("§4.4", "SenderId"), ASSUMED),
    WireRule("DXP/ReceiverId", envelope_goes_elsewhere, REMARK, REMARK, "出口报文的接收方应为DXPEDCCEB0000003", "the receiver is that of the export system", CLIENTS, OBSERVED),
)  # fmt: skip
OF_SEVERAL = (
    WireRule("MSG-01/chunks", guid_was_met, REMARK, REFUSE, "报文编号不得在多个报文中重复", "a message guid is used for one message", Citation("§2.1.2", "guid"), SPEC),
)  # fmt: skip
WIRE = {rule.row: rule for rule in (*OF_MESSAGES, *OF_ENVELOPES, *OF_SEVERAL)}
