"""What the fuzzer begins with: right messages, bare, in each envelope, signed; a signed envelope too."""

import base64
import json
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from swsim.fixtures.batch import upload
from swsim.fixtures.chain import chain
from swsim.fixtures.parties import parties
from swsim.simulator.clock import BEIJING
from swsim.simulator.messages.codec import encode
from swsim.simulator.messages.envelope import AddInfo, Data, DxpMsg, ReceiverId, ReceiverIds, TransInfo
from swsim.simulator.signature.algorithms import Family
from swsim.simulator.signature.authority import make_authority, make_identity
from swsim.simulator.signature.sign import sign

_SPACE = UUID("0c9b4c0e-3d5a-4d0c-9b8e-6b1d9a2f7e10")
AT = datetime(2026, 1, 5, 9, tzinfo=BEIJING)


def corpus(seed: int, chains: int = 3) -> list[bytes]:
    """Messages of some chains; the same for the same seed, but for keys and signatures."""
    firms = parties(seed)
    bare = [
        encode(upload([document], firms.sender(document.number), guid=_guid(f"{seed}/{index}/{place}")))
        for index in range(chains)
        for place, document in enumerate(chain(seed, index, AT, firms=firms).documents)
    ]
    since = AT - timedelta(days=1)
    identity = make_identity(make_authority(Family.RSA, since), firms.agent.code, firms.agent.name, Family.RSA, since)
    signed = [sign(one, identity) for one in bare[:4]]
    enveloped = [*map(in_dxp, bare[:4]), sign(in_dxp(signed[3]), identity)]
    return [*bare, *enveloped, *map(in_node, enveloped[2:]), *map(in_json, bare[:4]), *signed]


def _guid(name: str) -> str:
    return str(uuid5(_SPACE, name)).upper()


def in_dxp(inner: bytes) -> bytes:
    """In the envelope of the exchange platform."""
    info = TransInfo(
        cop_msg_id="5B6C1E0A-0000-4000-8000-000000000001",
        sender_id="DXPENTTEST000001",
        receivers=ReceiverIds(items=(ReceiverId(text="DXPEDCCEB0000003"),)),
        create_time="2026-01-05T09:00:00",
        msg_type="CEB303Message",
    )
    data = Data(text=base64.b64encode(inner).decode())
    return encode(DxpMsg(ver="1.0", trans_info=info, data=data, add_info=AddInfo(file_name="a.xml")))


def in_node(envelope: bytes) -> bytes:
    """In the envelope of a transport node, around that of a terminal."""
    route = (
        b'<DxpMsgSv xmlns="http://www.chinaport.gov.cn/dxp" ver="1.0"><SvNo Ver="1.0"><MsgId>1</MsgId>'
        b"<SendTime>2026-01-05T09:00:00</SendTime><EndNode>1</EndNode><StaNode>2</StaNode></SvNo>"
    )
    return route + envelope[envelope.index(b"<DxpMsg") :] + b"</DxpMsgSv>"


def in_json(inner: bytes) -> bytes:
    """In the JSON envelope of local platforms."""
    head = {"MessageId": "1", "MessageType": "CEB303Message.xml", "SenderID": "D", "ReceiverID": "R", "Version": "1.0"}
    body = {"data": base64.b64encode(inner).decode()}
    return json.dumps({"Message": {"MessageHead": head, "MessageBody": body}}).encode()
