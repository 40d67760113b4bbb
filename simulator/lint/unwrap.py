"""What an envelope carries: `DxpMsg`, `DxpMsgSv`, and the JSON envelope of local platforms."""

import base64
import binascii
import json
from typing import Any

from lxml import etree

from swsim.simulator.messages.node import DXP


def is_envelope(root: etree._Element) -> bool:
    """Whether a tree is of the exchange platform."""
    return etree.QName(root).namespace == DXP


def payload_of(node: Any) -> bytes:
    """The bytes that `Data` of a valid `DxpMsg` stands for; nothing where only the schema takes it for Base64."""
    try:
        return base64.b64decode("".join(node.data.text.split()), validate=True)
    except binascii.Error:
        return b""


def json_payload(data: bytes) -> bytes | None:
    """The message in ``{"Message":{"MessageHead":…,"MessageBody":{"data":Base64}}}``, in either case of its keys."""
    try:
        value = json.loads(data)
        body = _key(_key(value, "message"), "messagebody")
        return base64.b64decode(_key(body, "data"), validate=True)
    except (ValueError, TypeError, AttributeError, StopIteration, RecursionError):
        return None


def _key(value: Any, name: str) -> Any:
    return next(value[key] for key in value if key.lower() == name)
