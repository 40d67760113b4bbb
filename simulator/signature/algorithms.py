"""The algorithms of a signature as tables: URI, what it means, official (§6.2.1) or only seen in the field.

RSA, SHA-1 and SM3 come from `cryptography`, SM2 from `sm2` (docs/adr/0012-signature-libraries.md).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from swsim.simulator.messages.node import DS
from swsim.simulator.signature import sm2

CHINAPORT = "http://www.chinaport.gov.cn/2022/04/xmldsig#"
"""Namespace of the SM2 and SM3 algorithms (§6.2.1.2, §6.2.1.3.2)."""
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
"""The one canonicalisation (§6.2.1.1): inclusive, without comments."""
ENVELOPED = f"{DS}enveloped-signature"
"""The one transform (§6.2.1.3.1)."""
RSA_BITS = range(1024, 8193)
"""The annex's example has 1024 bits, devices 2048."""


class Family(StrEnum):
    """Kind of key."""

    SM2 = "sm2"
    RSA = "rsa"


@dataclass(frozen=True, slots=True)
class Digest:
    """A digest method."""

    name: str
    official: bool
    of: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Method:
    """A signature method."""

    name: str
    official: bool
    family: Family


@dataclass(frozen=True, slots=True)
class PublicKey:
    """`data` is the SM2 point without its leading 04 (64 bytes), or the RSA key as SubjectPublicKeyInfo (DER)."""

    family: Family
    data: bytes


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """`data` is the SM2 scalar (32 bytes), or the RSA key as PKCS #8 (DER)."""

    family: Family
    data: bytes
    public: PublicKey

    def __repr__(self) -> str:
        return f"PrivateKey({self.family})"


def sha1(data: bytes) -> bytes:
    """SHA-1: what the annex asks for, not a choice of ours."""
    return hashlib.sha1(data, usedforsecurity=False).digest()


def sm3(data: bytes) -> bytes:
    """SM3 (GB/T 32905)."""
    state = hashes.Hash(hashes.SM3())
    state.update(data)
    return state.finalize()


DIGESTS = {
    f"{CHINAPORT}sm3": Digest("sm3", True, sm3),
    f"{DS}sha1": Digest("sha1", True, sha1),
}

METHODS = {
    f"{CHINAPORT}sm2-sm3": Method("sm2-sm3", True, Family.SM2),
    f"{DS}rsa-sha1": Method("rsa-sha1", True, Family.RSA),
    f"{DS}sm2-sm3": Method("sm2-sm3", False, Family.SM2),  # with a SHA-1 digest, in widely used clients
}

RSA_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - as the annex asks
    "sha256": hashes.SHA256(),  # certificates, and a likely mistake
}

OFFICIAL_METHOD = {Family.SM2: f"{CHINAPORT}sm2-sm3", Family.RSA: f"{DS}rsa-sha1"}
OFFICIAL_DIGEST = {Family.SM2: f"{CHINAPORT}sm3", Family.RSA: f"{DS}sha1"}


def verify(key: PublicKey, message: bytes, signature: bytes, digest: str = "sha1") -> bool:
    """Whether the signature fits; False for one that makes no sense. `digest` is for RSA only."""
    if key.family is Family.SM2:
        return sm2.verify(key.data, message, signature)
    try:
        rsa_key(key.data).verify(signature, message, padding.PKCS1v15(), RSA_DIGESTS[digest])
    except InvalidSignature:
        return False
    return True


def sign(key: PrivateKey, message: bytes, digest: str = "sha1") -> bytes:
    """The signature: raw ``r || s`` for SM2, PKCS #1 v1.5 with the digest for RSA."""
    if key.family is Family.SM2:
        return sm2.sign(key.data, key.public.data, message)
    return _rsa_private(key.data).sign(message, padding.PKCS1v15(), RSA_DIGESTS[digest])


def sign_digest(key: PrivateKey, digest: bytes) -> bytes:
    """RSA over a SHA-1 digest made elsewhere; ValueError for one of another size."""
    return _rsa_private(key.data).sign(digest, padding.PKCS1v15(), Prehashed(RSA_DIGESTS["sha1"]))


@lru_cache(maxsize=1024)
def rsa_key(data: bytes) -> rsa.RSAPublicKey:
    """An RSA key of a reasonable size; ValueError for anything else."""
    try:
        key = serialization.load_der_public_key(data)
    except (UnsupportedAlgorithm, TypeError) as error:
        raise ValueError(f"public key: {error}") from None
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size not in RSA_BITS:
        raise ValueError(f"public key: expected RSA of {RSA_BITS.start} to {RSA_BITS.stop - 1} bits")
    return key


@lru_cache(maxsize=256)
def _rsa_private(data: bytes) -> rsa.RSAPrivateKey:
    key = serialization.load_der_private_key(data, None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("private key: expected RSA")
    return key
