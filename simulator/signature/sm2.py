"""SM2 with SM3 (GB/T 32918.2, GB/T 32905) out of a library, as raw ``r || s`` of 64 bytes: the form a Ukey writes.

gmssl-pyx where it has a wheel (x86-64), gmssl-fast on ARM (docs/adr/0012-signature-libraries.md). Both write lines to
the process's standard error whenever something does not verify; `_quiet` keeps those back and lets others through.
"""

import atexit
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

DEFAULT_ID = b"1234567812345678"
"""The signer's id that GM/T 0009 sets where nothing else is agreed; Ukeys use it."""
SIZE = 64
_HALF = 32
_NOISE = b"/GmSSL/"
_STDERR = 2
_ONE = threading.Lock()


class Backend(NamedTuple):
    """What a library does. `chooses_id` tells whether an id other than the default, or none, can be asked for."""

    name: str
    generate: Callable[[], tuple[bytes, bytes]]
    """Private scalar (32 bytes), public point (64 bytes, without the leading 04)."""
    sign: Callable[[bytes, bytes, bytes], bytes]
    """Private scalar, public point, message -> r || s."""
    verify: Callable[[bytes, bytes, bytes, bytes | None], bool]
    """Public point, message, r || s, id (None: the message alone is hashed, without the signer's Z)."""
    chooses_id: bool


def _pyx() -> Backend:
    import gmssl_pyx  # noqa: PLC0415 - one of two libraries is there

    def generate() -> tuple[bytes, bytes]:
        public, private = gmssl_pyx.sm2_key_generate()
        return private, public

    def sign(private: bytes, public: bytes, message: bytes) -> bytes:
        try:
            return raw_of(gmssl_pyx.sm2_sign(private, public, message)) or b""
        except gmssl_pyx.GmsslInnerError as error:
            raise ValueError(f"SM2 key: {error}") from None

    def verify(public: bytes, message: bytes, signature: bytes, signer_id: bytes | None) -> bool:
        try:
            return bool(gmssl_pyx.sm2_verify(public, message, der_of(signature), signer_id))
        except gmssl_pyx.GmsslInnerError:  # a point off the curve, an empty message
            return False

    return Backend("gmssl-pyx", generate, sign, verify, chooses_id=True)


def _fast() -> Backend:
    import gmssl_fast  # noqa: PLC0415 - one of two libraries is there

    def generate() -> tuple[bytes, bytes]:
        key = gmssl_fast.SM2.generate()
        return bytes.fromhex(key.private_key_hex or ""), bytes.fromhex(key.public_key_hex or "")[1:]

    def sign(private: bytes, public: bytes, message: bytes) -> bytes:
        try:
            return bytes(gmssl_fast.SM2(private.hex(), public.hex()).sign(message))
        except gmssl_fast.GmsslError as error:
            raise ValueError(f"SM2 key: {error}") from None

    def verify(public: bytes, message: bytes, signature: bytes, signer_id: bytes | None) -> bool:
        if signer_id != DEFAULT_ID:
            return False
        try:
            return bool(gmssl_fast.SM2(None, public.hex()).verify(message, signature))
        except (gmssl_fast.GmsslError, ValueError):  # a point off the curve
            return False

    return Backend("gmssl-fast", generate, sign, verify, chooses_id=False)


def _backend() -> Backend:
    try:
        return _pyx()
    except ImportError:
        return _fast()


BACKEND = _backend()


def generate() -> tuple[bytes, bytes]:
    """A key pair: private scalar (32 bytes), public point (64 bytes)."""
    return BACKEND.generate()


def sign(private: bytes, public: bytes, message: bytes, backend: Backend = BACKEND) -> bytes:
    """``r || s`` over the message with the default id; ValueError where the two halves of the key do not fit."""
    if len(private) != _HALF or len(public) != SIZE:
        raise ValueError(f"SM2 key: expected 32 and 64 bytes, got {len(private)} and {len(public)}")
    with _quiet():
        return backend.sign(private, public, message)


def verify(
    public: bytes, message: bytes, signature: bytes, signer_id: bytes | None = DEFAULT_ID, backend: Backend = BACKEND
) -> bool:
    """Whether ``r || s`` fits; False, never an exception, for a signature or a point that makes no sense."""
    if len(public) != SIZE or len(signature) != SIZE:
        return False
    with _quiet():
        return backend.verify(public, message, signature, signer_id)


def der_of(signature: bytes) -> bytes:
    """``SEQUENCE { r, s }`` (GM/T 0009) of raw ``r || s``."""
    body = b"".join(_integer(signature[at : at + _HALF]) for at in (0, _HALF))
    return bytes((0x30, len(body))) + body


def raw_of(der: bytes) -> bytes | None:
    """``r || s`` of a DER signature; None where it is no such thing."""
    numbers: list[bytes] = []
    at, body = 2, der
    while at + 2 <= len(body) and body[at] == 0x02 and at + 2 + body[at + 1] <= len(body):
        end = at + 2 + body[at + 1]
        numbers.append(body[at + 2 : end].lstrip(b"\x00"))
        at = end
    if len(numbers) != 2 or at != len(der) or max(map(len, numbers)) > _HALF or der[:2] != bytes((0x30, at - 2)):
        return None
    return b"".join(number.rjust(_HALF, b"\x00") for number in numbers)


def _integer(number: bytes) -> bytes:
    digits = number.lstrip(b"\x00") or b"\x00"
    if digits[0] >= 0x80:
        digits = b"\x00" + digits
    return bytes((0x02, len(digits))) + digits


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library's lines off the standard error; what others write in that moment is passed on, not lost."""
    with _ONE:
        try:
            kept = os.dup(_STDERR)
        except OSError:  # a service without standard error
            yield
            return
        try:
            _OWN.seek(0)
            _OWN.truncate()
            os.dup2(_OWN.fileno(), _STDERR)
            try:
                yield
            finally:
                os.dup2(kept, _STDERR)
        finally:
            os.close(kept)
        _OWN.seek(0)
        if others := b"".join(line for line in _OWN if _NOISE not in line):
            with suppress(OSError):
                os.write(_STDERR, others)


_OWN = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process, without a name
atexit.register(_OWN.close)
