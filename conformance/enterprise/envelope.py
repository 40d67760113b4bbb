"""The envelope of the exchange platform (DxpMsg, §4): some firms reach customs by a terminal of it, not by a line.

Here it is the operator of the supervision site, with its arrivals (507) and tallies (215). What came in an envelope is
answered in one, so returns are read with and without.
"""

import base64
from collections.abc import Mapping
from datetime import datetime

from lxml import etree

from swsim.simulator.messages.codec import encode
from swsim.simulator.messages.envelope import AddInfo, Data, DxpMsg, ReceiverId, ReceiverIds, TransInfo

ENVELOPED = frozenset({"507", "215"})
"""Kinds that are sent by a terminal."""
EXPORT_SYSTEM = "DXPEDCCEB0000003"
TAKEN = "0000"
"""ResponseCode of an envelope that was accepted; table 7-1 has the others."""
_DXP = "{http://www.chinaport.gov.cn/dxp}"


def enveloped(body: bytes, message_type: str, guid: str, sender: str, at: datetime) -> bytes:
    """A message in its envelope: numbered by the message's guid, a plain time, the Base64 on one line."""
    return encode(
        DxpMsg(
            ver="1.0",
            trans_info=TransInfo(
                cop_msg_id=guid,
                sender_id=sender,
                receivers=ReceiverIds(items=(ReceiverId(text=EXPORT_SYSTEM),)),
                create_time=f"{at:%Y-%m-%dT%H:%M:%S}",
                msg_type=message_type,
            ),
            data=Data(text=base64.b64encode(body).decode()),
            add_info=AddInfo(file_name=f"{message_type}_{guid}.xml"),
        )
    )


def inside(data: bytes) -> bytes:
    """What an envelope carries, Base64 over as many lines as it likes; anything else as it is."""
    try:
        found = etree.fromstring(data, _PARSER).find(f".//{_DXP}Data")
        return data if found is None else base64.b64decode("".join((found.text or "").split()), validate=True)
    except (etree.XMLSyntaxError, ValueError):
        return data  # whoever reads it says what is wrong with it


def refusal(answer: str | bytes) -> str:
    """Why an envelope was not taken (DxpRep); empty where it was."""
    said = _texts(answer)
    code = said.get("ResponseCode", TAKEN)
    return "" if code == TAKEN else f"{code} {said.get('ResponseInfo', '')}".strip()


def refused_by(data: bytes) -> tuple[str, str] | None:
    """What the platform has against an envelope, where a return is its answer (DxpRep): its number, and why."""
    said = _texts(data)
    why = refusal(data) if "ResponseCode" in said else ""
    return (said.get("CopMsgId", ""), why) if why else None


def number_of(envelope: bytes) -> str:
    """The number of an envelope (CopMsgId)."""
    return _texts(envelope).get("CopMsgId", "")


def _texts(answer: str | bytes) -> Mapping[str, str]:
    try:
        root = etree.fromstring(answer.encode() if isinstance(answer, str) else answer, _PARSER)
    except etree.XMLSyntaxError:
        return {}
    return {etree.QName(node).localname: (node.text or "").strip() for node in root.iter(f"{_DXP}*")}


_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
