"""Envelopes as an enterprise writes them, from the tables of §4 and §5 and from the JSON of local platforms."""

import base64
import json
import re
from collections.abc import Sequence

from simulator_annex import DXP

EXPORT, IMPORT = "DXPEDCCEB0000003", "DXPEDCCEB0000002"
ID = "5B1A7E8C-0000-4000-8000-000000000001"


def dxp_msg(
    inner: bytes,
    receivers: Sequence[str] = (EXPORT,),
    *,
    number: str = ID,
    sender: str = DXP,
    kind: str = "",
    data: str = "",
) -> bytes:
    """A `DxpMsg` around a message; `data` instead of its Base64."""
    named = "".join(f"<ReceiverId>{one}</ReceiverId>" for one in receivers)
    carried = data or base64.b64encode(inner).decode()
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<DxpMsg xmlns="http://www.chinaport.gov.cn/dxp" ver="1.0"><TransInfo>'
        f"<CopMsgId>{number}</CopMsgId><SenderId>{sender}</SenderId><ReceiverIds>{named}</ReceiverIds>"
        f"<CreatTime>2026-01-05T09:00:00</CreatTime><MsgType>{kind}</MsgType></TransInfo><Data>{carried}</Data></DxpMsg>"
    ).encode()


def dxp_msg_sv(inner: bytes) -> bytes:
    """The same inside the envelope of a transport node."""
    return sv_around(dxp_msg(inner).replace(b' xmlns="http://www.chinaport.gov.cn/dxp"', b""))


def sv_around(envelope: bytes, signature: bytes = b"", prefix: bytes = b"") -> bytes:
    """A `DxpMsg` as a transport node passes it on, with a signature of the node."""
    declared = b"xmlns:dxp" if prefix else b"xmlns"
    head = (
        b'<DxpMsgSv %s="http://www.chinaport.gov.cn/dxp" ver="1.0"><SvNo Ver="1.0">'
        b"<MsgId>00000001202601050900000000000001</MsgId><SendTime>2026-01-05T09:00:00</SendTime>"
        b"<EndNode>00000001</EndNode><StaNode>00000002</StaNode></SvNo>"
    ) % declared
    named = re.sub(rb"<(/?)(\w)", rb"<\1%s\2" % prefix, head)
    inner = envelope[envelope.index(b"<DxpMsg") :]
    return named + inner + signature + b"</%sDxpMsgSv>" % prefix


def json_envelope(inner: bytes, *, camel: bool = False) -> bytes:
    """The JSON envelope, in either spelling of its keys."""
    head = {"MessageId": ID, "MessageType": "CEB303Message.xml", "SenderID": DXP, "ReceiverID": EXPORT}
    head |= {"SendTime": "2026-01-05 09:00:00", "Version": "1.0"}
    value = {"Message": {"MessageHead": head, "MessageBody": {"data": base64.b64encode(inner).decode()}}}
    text = json.dumps(value)
    return (re.sub(r'"([A-Z])(\w*)":', lambda m: f'"{m[1].lower()}{m[2]}":', text) if camel else text).encode()


def field(body: bytes, name: str) -> str:
    """The first element of a name."""
    found = re.search(rf"<(?:dxp:)?{name}>([^<]*)<", body.decode())
    return found[1] if found else ""


def codes(body: bytes) -> dict[str, str]:
    """Code by receiver, of a `DxpRep`."""
    return dict(re.findall(r"<RecId>([^<]*)</RecId><Code>([^<]*)</Code>", body.decode()))


def inside(body: bytes) -> bytes:
    """The message in a `DxpMsg`, found as a deployed router finds it: by a pattern that ends at the end of a line."""
    found = re.search(r"<Data>(.+)</Data>", body.decode().replace("dxp:", ""))
    assert found, body
    return base64.b64decode(found[1])
