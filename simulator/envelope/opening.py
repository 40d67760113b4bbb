"""Opening: from the bytes of an envelope to the message inside. Detected by content; nothing here asks a sandbox.

A message without an envelope passes as it is. What is wrong with an envelope is a refusal with line and path, and as
much of the cover as could be read: who sent it wants an answer.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from lxml import etree

from swsim.simulator.envelope.cover import BARE, JSON, Cover
from swsim.simulator.messages.codec import Fault, Invalid, Refused, Unreadable, check_envelope, parse
from swsim.simulator.messages.envelope import DxpMsg, DxpMsgSv, DxpRep
from swsim.simulator.messages.node import DS, DXP

MOST_BASE64 = 9_000_000
"""Characters of a payload; libxml2 takes no longer text (10,000,000 bytes) without its limits being lifted."""
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Opened:
    """An envelope that was opened: its cover and the bytes inside, or why there are none."""

    cover: Cover
    payload: bytes = b""
    fault: Refused | None = None


def opened(data: bytes) -> tuple[Opened | None, etree._Element | None]:
    """The envelope (None for a message that came without one) and the tree where XML was read; Unreadable."""
    if looks_like_json(data):
        return open_json(data), None
    root = parse(data)
    return (open_platform(root) if is_envelope(root) else None), root


def message_inside(data: bytes) -> bytes:
    """The business message of bytes that came in, with or without an envelope; the bytes where nothing can be read."""
    try:
        envelope, _ = opened(data)
    except Unreadable:
        return data
    return envelope.payload if envelope else data


def looks_like_json(data: bytes) -> bool:
    """Whether the first character that is no space begins a JSON object."""
    return data[:4096].removeprefix(_BOM).lstrip()[:1] == b"{"


def is_envelope(root: etree._Element) -> bool:
    """Whether a tree is of the exchange platform."""
    return etree.QName(root).namespace == DXP


def open_platform(root: etree._Element) -> Opened:
    """A `DxpMsg`, or the one inside a `DxpMsgSv`."""
    name = etree.QName(root).localname
    cover = _cover_of(root, name)
    try:
        node = check_envelope(root)
    except Invalid as invalid:
        return Opened(cover, fault=invalid)
    if isinstance(node, DxpRep):
        expected = f"a message to customs, in {DxpMsg.xml} or {DxpMsgSv.xml}; this is an answer"
        fault = Fault(root.sourceline or 1, f"/{name}", name, expected, DxpRep.zh, DxpRep.en, DxpRep.section)
        return Opened(BARE, fault=Invalid([fault], name, "", ""))
    data = root.find(f".//{{{DXP}}}Data")
    line = (data.sourceline if data is not None else None) or 1
    return _decoded(cover, (node.dxp_msg if isinstance(node, DxpMsgSv) else node).data.text, _data_path(name), line)


def _data_path(name: str) -> str:
    return f"/{name}/{'DxpMsg/' if name == DxpMsgSv.xml else ''}Data"


def terminal_of(root: etree._Element) -> etree._Element:
    """The `DxpMsg` of an envelope: itself, or the one inside a `DxpMsgSv`."""
    inside = root.find(f"{{{DXP}}}DxpMsg")
    return root if inside is None else inside


def _cover_of(root: etree._Element, name: str) -> Cover:
    """What the head says, of an envelope that may break the schema elsewhere."""
    head = root.find(f".//{{{DXP}}}TransInfo")
    if head is None:
        return Cover(name)

    def text(xml: str) -> str:
        return (head.findtext(f"{{{DXP}}}{xml}", "") or "").strip()

    receivers = tuple((one.text or "").strip() for one in head.iter(f"{{{DXP}}}ReceiverId"))
    signed = terminal_of(root).find(f".//{{{DS}}}Signature") is not None
    return Cover(name, text("CopMsgId"), text("SenderId"), receivers, text("CreatTime"), text("MsgType"), signed)


def _decoded(cover: Cover, text: str, path: str, line: int) -> Opened:
    """The message behind Base64."""
    if len(text) > MOST_BASE64:
        expected = f"at most {MOST_BASE64} characters of Base64"
        return Opened(cover, fault=Unreadable([Fault(line, path, f"{len(text)} characters", expected)]))
    payload = decoded(text)
    if payload is None:
        return Opened(cover, fault=Unreadable([Fault(line, path, text.strip()[:40], "a message in Base64")]))
    return Opened(cover, payload)


def decoded(text: str) -> bytes | None:
    """The bytes that Base64 stands for, white space in it overlooked; None where it is none."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def open_json(data: bytes) -> Opened:
    """``{"Message":{"MessageHead":{…},"MessageBody":{"data":Base64}}}``, in either spelling of its keys."""
    try:
        message = _key(json.loads(data.removeprefix(_BOM)), "message")
        head, text = _key(message, "messagehead", {}), _key(_key(message, "messagebody"), "data")
        names = ("messageid", "senderid", "receiverid", "sendtime", "messagetype")
        number, sender, receiver, created, message_type = (str(_key(head, name, "") or "") for name in names)
        receivers = (receiver,) if receiver else ()
        cover = Cover(JSON, number, sender, receivers, created, message_type.removesuffix(".xml"))
    except (ValueError, LookupError, RecursionError) as error:
        expected = 'a JSON envelope {"Message":{"MessageHead":{…},"MessageBody":{"data":"<Base64>"}}}'
        return Opened(Cover(JSON), fault=Unreadable([Fault(1, "/", str(error)[:200], expected)]))
    if not isinstance(text, str):
        fault = Fault(1, "/Message/MessageBody/data", str(text)[:40], "a message in Base64")
        return Opened(cover, fault=Unreadable([fault]))
    return _decoded(cover, text, "/Message/MessageBody/data", 1)


def _key(value: Any, name: str, default: Any = None) -> Any:
    """A member of a JSON object by its name in lower case; LookupError where it is none and has no default."""
    if isinstance(value, dict):
        for key, found in value.items():
            if key.lower() == name:
                return found
    if default is None:
        raise LookupError(f"no {name}")
    return default
