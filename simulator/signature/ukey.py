"""A Ukey stand-in without its plug: what a signing device answers to the requests that a browser or client sends it.

The shapes of request and answer, the names of the methods and the two faults of the card reader are those that public
clients show (OBSERVED): `_status` is ``00`` where it fails too, `Result` is false, `Error` has the words and then the
number. The other numbers, from 59001 on, are ours. The keys are test keys of `swsim certs`.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from swsim.simulator.clock import BEIJING
from swsim.simulator.signature import algorithms
from swsim.simulator.signature.algorithms import Family
from swsim.simulator.signature.authority import Identity

PREFIX = "cus-sec_"
OPEN = {"_id": 0, "_method": "open", "_status": "00"}
"""Sent to a client as it connects."""
STATUS = "00"
PIN = "88888888"
TRIES = 10
"""Wrong PINs in a row that lock the device."""


class Trouble(IntEnum):
    """What goes wrong, by number."""

    READER_RESET = 50070
    READER_OPEN = 50200
    PIN_WRONG = 59001
    LOCKED = 59002
    REQUEST = 59003
    METHOD = 59004
    DATA = 59005
    ALGORITHM = 59006


WORDS = {
    Trouble.READER_RESET: "[读卡器底层库]复位读卡器失败",
    Trouble.READER_OPEN: "[读卡器底层库]打开读卡器失败",
    Trouble.PIN_WRONG: "口令错误",
    Trouble.LOCKED: "卡已锁死",
    Trouble.REQUEST: "请求格式错误",
    Trouble.METHOD: "没有该方法",
    Trouble.DATA: "待处理数据错误",
    Trouble.ALGORITHM: "算法不支持",
}


class UkeyError(Exception):
    """The device does not do it."""

    def __init__(self, trouble: Trouble, why: str = "") -> None:
        super().__init__(why)
        self.trouble, self.why = trouble, why

    def said(self) -> list[str]:
        """The words, with ours behind them, and the number."""
        words = f"{WORDS[self.trouble]}:错误码={int(self.trouble)}"
        return [f"{words} {self.why}".rstrip(), f"Err:Custom{int(self.trouble)}"]


@dataclass(frozen=True, slots=True)
class Request:
    """A request: its number, its method as written, its arguments."""

    id: Any
    method: str
    arguments: dict[str, Any]

    @property
    def name(self) -> str:
        """The method without its prefix."""
        return self.method.removeprefix(PREFIX)

    @property
    def signs(self) -> bool:
        """It takes the device's time."""
        return self.name in SIGNING


def read_request(text: str) -> Request:
    """A request; UkeyError for what is none."""
    try:
        value = json.loads(text)
    except ValueError:
        raise UkeyError(Trouble.REQUEST, f"expected JSON, got {text[:40]!r}") from None
    arguments = value.get("args", {}) if isinstance(value, dict) else None
    if not isinstance(arguments, dict) or not isinstance(value.get("_method"), str):
        raise UkeyError(Trouble.REQUEST, 'expected {"_method": text, "_id": number, "args": {...}}')
    return Request(value.get("_id", 0), value["_method"], arguments)


def answered(request: Request, data: Sequence[str]) -> dict[str, Any]:
    """The answer to what was done."""
    done = {"Result": True, "Data": list(data), "Error": []}
    return {"_id": request.id, "_method": request.method, "_status": STATUS, "_args": done}


def refused(request: Request | None, error: UkeyError) -> dict[str, Any]:
    """The answer to what was not."""
    number, method = (request.id, request.method) if request else (0, "")
    failed = {"Result": False, "Data": [], "Error": error.said()}
    return {"_id": number, "_method": method, "_status": STATUS, "_args": failed}


@dataclass(slots=True)
class Device:
    """One Ukey: a key, a PIN, the wrong PINs in a row. Its reader fails every so many signatures, if told to."""

    identity: Identity
    pin: str = PIN
    fails_every: int = 0
    wrong: int = field(default=0)
    signatures: int = field(default=0)

    def do(self, request: Request) -> list[str]:
        """What the method gives; UkeyError."""
        if request.name not in METHODS:
            raise UkeyError(Trouble.METHOD, f"expected one of {', '.join(METHODS)}, got {request.name[:60]!r}")
        if request.signs:
            self._unlock(request.arguments.get("passwd"))
            self.signatures += 1
            if self.fails_every and self.signatures % self.fails_every == 0:
                raise UkeyError(Trouble.READER_RESET)
        return METHODS[request.name](self, request.arguments)

    def _unlock(self, pin: Any) -> None:
        if self.wrong >= TRIES:
            raise UkeyError(Trouble.LOCKED, f"locked after {TRIES} wrong PINs; start swsim ukey again")
        if pin != self.pin:
            self.wrong += 1
            raise UkeyError(Trouble.PIN_WRONG, f"the PIN is wrong, {TRIES - self.wrong} tries are left")
        self.wrong = 0

    def sign(self, arguments: dict[str, Any]) -> list[str]:
        """Signature over the text, and the number of the certificate: what KeyName says."""
        return [_text(algorithms.sign(self.identity.key, _data(arguments))), self.identity.key_name]

    def sign_digest(self, arguments: dict[str, Any]) -> list[str]:
        """The same over a digest (Base64 of 20 bytes) that the client has made: RSA only."""
        if self.identity.key.family is not Family.RSA:
            raise UkeyError(Trouble.ALGORITHM, "an SM2 key signs the text itself: its digest holds the signer's id")
        try:
            digest = base64.b64decode(_data(arguments), validate=True)
            return [_text(algorithms.sign_digest(self.identity.key, digest)), self.identity.key_name]
        except (binascii.Error, ValueError):
            raise UkeyError(Trouble.DATA, "inData: expected a SHA-1 digest, 20 bytes in Base64") from None

    def digest(self, arguments: dict[str, Any]) -> list[str]:
        """SHA-1 of the text."""
        return [_text(algorithms.sha1(_data(arguments)))]

    def certificate(self, _: dict[str, Any]) -> list[str]:
        """The certificate, Base64 without lines."""
        return [_text(self.identity.certificate.der)]

    def valid_time(self, _: dict[str, Any]) -> list[str]:
        """From and to, Beijing time."""
        one = self.identity.certificate
        return [f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}" for at in (one.not_before, one.not_after)]


METHODS: dict[str, Callable[[Device, dict[str, Any]], list[str]]] = {
    "SpcSignDataAsPEM": Device.sign,
    "SpcSignDataNoHashAsPEM": Device.sign_digest,
    "SpcSHA1DigestAsPEM": Device.digest,
    "SpcGetSignCertAsPEM": Device.certificate,
    "SpcGetValidTimeFromCert": Device.valid_time,
}
SIGNING = frozenset({"SpcSignDataAsPEM", "SpcSignDataNoHashAsPEM"})


def _data(arguments: dict[str, Any]) -> bytes:
    data = arguments.get("inData")
    if not isinstance(data, str) or not data:
        raise UkeyError(Trouble.DATA, "inData: expected the text to work on")
    return data.encode()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
