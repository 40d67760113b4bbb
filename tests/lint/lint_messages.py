"""Messages to lint: sound ones of every kind, in envelopes, and with something changed."""

import base64
from datetime import datetime
from typing import Any

from swsim.fixtures.batch import upload
from swsim.fixtures.chain import BEIJING
from swsim.fixtures.chains import KINDS as MADE
from swsim.fixtures.chains import chains_of
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.lint.examine import lint
from swsim.simulator.lint.findings import Finding, Linted
from swsim.simulator.lint.message import How
from swsim.simulator.messages.codec import encode
from swsim.simulator.profile import PROFILES

AT = datetime(2026, 1, 5, 9, tzinfo=BEIJING)
NOW = datetime(2026, 3, 20, tzinfo=BEIJING)
GUID = "6F9619FF-8B86-4011-B42D-00C04FC964FF"
SHIPMENT = chains_of(11, 0, AT)
KINDS = tuple(MADE)
DXP_ID = SHIPMENT.trip.firms.agent.dxp_id
STANDARD = How(PROFILES["standard"], Codes.builtin(), NOW)
STRICT = How(PROFILES["strict"], Codes.builtin(), NOW)


def message(kind: str, count: int = 1, *, number: int = 0, **form: Any) -> bytes:
    """A sound message of some documents; `number` tells messages apart that are linted together."""
    documents = SHIPMENT.documents(kind)[:count]
    guid = f"{GUID[:-3]}{number:03X}" if number else GUID
    return encode(upload(documents, SHIPMENT.trip.firms.agent, guid=guid), **form)


def dxp_msg(payload: bytes, *, data: str = "", **changes: str) -> bytes:
    """An envelope of a terminal node; `data` is Base64 in another form."""
    said = {
        "CopMsgId": GUID,
        "SenderId": DXP_ID,
        "ReceiverId": "DXPEDCCEB0000003",
        "CreatTime": "2026-01-05T09:00:00",
        "MsgType": "CEB303Message",
    } | changes
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<DxpMsg xmlns="http://www.chinaport.gov.cn/dxp" ver="1.0">\n'
        f"<TransInfo><CopMsgId>{said['CopMsgId']}</CopMsgId><SenderId>{said['SenderId']}</SenderId>"
        f"<ReceiverIds><ReceiverId>{said['ReceiverId']}</ReceiverId></ReceiverIds>"
        f"<CreatTime>{said['CreatTime']}</CreatTime><MsgType>{said['MsgType']}</MsgType></TransInfo>\n"
        f"<Data>{data or base64.b64encode(payload).decode()}</Data>\n"
        "</DxpMsg>\n"
    )
    return text.encode()


def found(data: bytes, how: How = STANDARD) -> dict[str, Finding]:
    """The findings by row; the first of each."""
    rows: dict[str, Finding] = {}
    for finding in lint("m.xml", data, how).findings:
        rows.setdefault(finding.row, finding)
    return rows


def loud(file: Linted) -> list[str]:
    """The rows that spoke, notes left out."""
    return [finding.row for finding in file.findings if finding.severity != "note"]


def put(data: bytes, xml: str, text: str, *, place: int = 0) -> bytes:
    """The message with another text in an element, counted from 0."""
    parts = data.split(f"<{xml}>".encode())
    end = f"</{xml}>".encode()
    head, _, rest = parts[place + 1].partition(end)
    parts[place + 1] = text.encode() + end + rest
    assert head != text.encode()
    return f"<{xml}>".encode().join(parts)


def value(data: bytes, xml: str) -> str:
    """The text of the first element of a name."""
    return data.split(f"<{xml}>".encode())[1].split(b"<")[0].decode()
