"""Identity: certificates, and which enterprise each speaks for.

Read with asn1crypto, which takes SM2 keys and the loose names of older certificates; nothing is fetched, no revocation
is asked for. A certificate need not have a chain: what is bound by hand counts, marked as unchained.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from threading import Lock

from asn1crypto import pem, x509

from swsim.simulator.signature.algorithms import Family, PublicKey, verify
from swsim.simulator.signature.keys import SM2_SM3, UNREADABLE, public_key
from swsim.simulator.signature.sm2 import raw_of

MAX_BYTES = 64 * 1024
TEST_MARK = "SWSIM TEST"
"""Stands in the subject of everything that `swsim certs` makes."""
_RSA_SIGNATURES = {"sha1_rsa": "sha1", "sha256_rsa": "sha256"}


@dataclass(frozen=True, slots=True)
class Certificate:
    """An X.509 certificate as far as signatures need it; `der` is the whole of it."""

    der: bytes
    subject: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    key: PublicKey

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, hexadecimal."""
        return hashlib.sha256(self.der).hexdigest()

    @property
    def pem(self) -> str:
        """The certificate as text."""
        return bytes(pem.armor("CERTIFICATE", self.der)).decode()

    @property
    def is_test(self) -> bool:
        """Made by `swsim certs`."""
        return TEST_MARK in self.subject

    def valid_at(self, at: datetime) -> bool:
        """Within its validity, both ends included."""
        return self.not_before <= at <= self.not_after


@lru_cache(maxsize=4096)
def read_certificate(data: bytes) -> Certificate:
    """A certificate as PEM, DER or bare Base64; ValueError says what is wrong."""
    if len(data) > MAX_BYTES:
        raise ValueError(f"certificate: {len(data)} bytes, at most {MAX_BYTES} are read")
    try:
        der = _der(data)
        found = x509.Certificate.load(der, strict=True)
        validity = found["tbs_certificate"]["validity"]
        return Certificate(
            der,
            found.subject.human_friendly,
            found.issuer.human_friendly,
            _serial(found.serial_number),
            validity["not_before"].native,
            validity["not_after"].native,
            public_key(found.public_key),
        )
    except UNREADABLE as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise ValueError(f"certificate: expected X.509 with an RSA or SM2 key: {reason[:120]}") from None


def _serial(number: int) -> str:
    """Hexadecimal by whole bytes: the form in which devices give it, and KeyName repeats it (seen: 16 digits)."""
    digits = f"{abs(number):x}"
    return digits.rjust(len(digits) + len(digits) % 2, "0")


def _der(data: bytes) -> bytes:
    if pem.detect(data):
        return bytes(pem.unarmor(data)[2])
    return data if data[:1] == b"\x30" else base64.b64decode(b"".join(data.split()), validate=True)


def issued_by(certificate: Certificate, authority: Certificate) -> bool:
    """Whether the authority's key signed the certificate."""
    if certificate.issuer != authority.subject:
        return False
    found = x509.Certificate.load(certificate.der)
    body, signature = found["tbs_certificate"].dump(), bytes(found["signature_value"].native)
    algorithm = found["signature_algorithm"]["algorithm"]
    if authority.key.family is Family.SM2:
        raw = raw_of(signature) if algorithm.dotted == SM2_SM3 else None
        return raw is not None and verify(authority.key, body, raw)
    digest = _RSA_SIGNATURES.get(algorithm.native)
    return digest is not None and verify(authority.key, body, signature, digest)


@dataclass(frozen=True, slots=True)
class Binding:
    """A certificate speaks for a code. `enrolled`: bound at first sight by an open registry, not by hand."""

    code: str
    certificate: Certificate
    key_name: str = ""
    chained: bool = False
    enrolled: bool = False


class Certificates:
    """The bindings of a sandbox. Reading is safe in any thread, binding too."""

    def __init__(self, authorities: tuple[Certificate, ...] = ()) -> None:
        self.authorities = authorities
        self._by_fingerprint: dict[str, Binding] = {}
        self._by_name: dict[str, Binding] = {}
        self._by_code: dict[str, tuple[Binding, ...]] = {}
        self._binds = Lock()

    def copy(self, authorities: tuple[Certificate, ...] | None = None) -> "Certificates":
        """The same bindings, judged by these authorities or by the same ones."""
        made = Certificates(self.authorities if authorities is None else authorities)
        for one in self:
            made.bind(one.code, one.certificate, one.key_name, enrolled=one.enrolled)
        return made

    def bind(self, code: str, certificate: Certificate, key_name: str = "", *, enrolled: bool = False) -> Binding:
        """Bind a certificate, and the name it bears in KeyName; ValueError where it speaks for another already.

        The same binding again adds a KeyName or changes nothing. A code may have several certificates, renewed ones.
        """
        if not code:
            raise ValueError("certificate: expected the code of the enterprise it speaks for")
        with self._binds:
            held = self._by_fingerprint.get(certificate.fingerprint)
            named = self._by_name.get(key_name) if key_name else None
            if held and held.code != code:
                raise ValueError(f"certificate {certificate.serial}: it speaks for {held.code} already, not for {code}")
            if named and named.certificate.der != certificate.der:
                raise ValueError(f"KeyName {key_name}: it names a certificate of {named.code} already")
            chained = any(issued_by(certificate, authority) for authority in self.authorities)
            binding = Binding(code, certificate, key_name or (held.key_name if held else ""), chained, enrolled)
            others = tuple(one for one in self._by_code.get(code, ()) if one.certificate.der != certificate.der)
            self._by_code[code] = (*others, binding)
            self._by_fingerprint[certificate.fingerprint] = binding
            if key_name:
                self._by_name[key_name] = binding
        return binding

    def of(self, certificate: Certificate) -> Binding | None:
        """The binding of a certificate."""
        return self._by_fingerprint.get(certificate.fingerprint)

    def named(self, key_name: str) -> Binding | None:
        """The binding that a KeyName stands for."""
        return self._by_name.get(key_name)

    def of_code(self, code: str) -> tuple[Binding, ...]:
        """The certificates of an enterprise, oldest binding first."""
        return self._by_code.get(code, ())

    def __iter__(self) -> Iterator[Binding]:
        return iter(list(self._by_fingerprint.values()))

    def __len__(self) -> int:
        return len(self._by_fingerprint)
