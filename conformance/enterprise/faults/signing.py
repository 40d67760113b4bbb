"""Faults of signing: with which key, over what, and what happens to the message behind it."""

import re
from datetime import datetime, timedelta

from swsim.conformance.enterprise.faults.model import Fault
from swsim.conformance.enterprise.signing import LIFE, Keyring
from swsim.fixtures.parties import Party
from swsim.simulator.signature.authority import Identity, make_authority, make_identity
from swsim.simulator.signature.certificates import Certificates
from swsim.simulator.signature.sign import sign

_ORDER = re.compile(rb"<ceb:orderNo>([^<]*)</ceb:orderNo>")
_SIGNATURE = re.compile(rb"<ds:Signature .*</ds:Signature>", re.DOTALL)
SM2_OF_W3 = "http://www.w3.org/2000/09/xmldsig#sm2-sm3"


class Unsigned(Keyring):
    """Declares without a signature."""

    def sign(self, kind: str, data: bytes) -> bytes:  # noqa: ARG002 - every kind
        """As it was written."""
        return data


class EditsBehind(Keyring):
    """Indents the message when it is signed already."""

    def sign(self, kind: str, data: bytes) -> bytes:
        """Signed, and a line break put before the transfer node."""
        return super().sign(kind, data).replace(b"<ceb:BaseTransfer>", b"\n  <ceb:BaseTransfer>")


class SignsForAnother(Keyring):
    """Signs everything with the key of the payment firm."""

    def signer(self, kind: str) -> Party:  # noqa: ARG002 - every kind
        """The payment firm."""
        return self.firms.pay


class TextBehind(Keyring):
    """Puts a line break behind Signature."""

    def sign(self, kind: str, data: bytes) -> bytes:
        """Signed, and the end tag on a line of its own."""
        return super().sign(kind, data).replace(b"</ds:Signature>", b"</ds:Signature>\n")


class WithoutXsi(Keyring):
    """Does not declare xsi on the root."""

    def spelt(self, data: bytes) -> bytes:
        """As it was written."""
        return data


class OtherAlgorithm(Keyring):
    """Names the algorithm by an address that the specification does not have."""

    def sign(self, kind: str, data: bytes) -> bytes:
        """Signed by SM2, under another URI."""
        signed = super().sign(kind, data)
        if signed == data:
            return data
        return sign(self.spelt(data), self.identity(self.signer(kind)), method=SM2_OF_W3)


class Expired(Keyring):
    """Goes on with a certificate that has run out."""

    def serves(self, held: Identity, now: datetime) -> bool:  # noqa: ARG002 - whatever it says
        """It is not looked at."""
        return True

    def make(self, firm: Party, now: datetime) -> Identity:
        """A certificate of last year."""
        authority = make_authority(self.family, now - 10 * LIFE)
        return make_identity(authority, firm.code, firm.name, self.family, now - 2 * LIFE, LIFE - timedelta(days=1))


class RenewsInName(Keyring):
    """Confirms that the certificate is replaced, and goes on with the old one."""

    def renew(self) -> None:
        """Nothing."""


class KeepsSignature(Keyring):
    """Sends a corrected list under the signature of its first version."""

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type] # what the right one takes
        self._kept: dict[bytes, bytes] = {}

    def sign(self, kind: str, data: bytes) -> bytes:
        """The signature of an order's list is made once."""
        signed, order = super().sign(kind, data), _ORDER.search(data)
        made = _SIGNATURE.search(signed)
        if kind != "603" or order is None or made is None:
            return signed
        kept = self._kept.setdefault(order[1], made[0])
        return signed.replace(made[0], kept)


class NotEntered(Keyring):
    """Signs with a certificate that was never entered at customs."""

    def known_to(self, found: Certificates) -> Certificates:
        """Customs is told nothing."""
        return found


FAULTS = (
    Fault("unsigned", "signs-declarations", "SEC-01", keyring=Unsigned),
    Fault("edits-behind-signature", "signature-holds", "SEC-02", keyring=EditsBehind),
    Fault("signs-for-another", "signed-by-the-right-firm", "SEC-03", keyring=SignsForAnother),
    Fault("certificate-not-entered", "signature-enforced", "SEC-03", keyring=NotEntered),
    Fault("text-behind-signature", "signature-is-last", "SEC-04", keyring=TextBehind),
    Fault("without-xsi", "signature-xsi", "SEC-04", keyring=WithoutXsi),
    Fault("other-algorithm", "signature-algorithms", "SEC-05", keyring=OtherAlgorithm),
    Fault("expired-certificate", "certificate-is-valid", "SEC-06", keyring=Expired),
    Fault("renews-in-name", "renews-certificate", "SEC-06", keyring=RenewsInName),
    Fault("keeps-signature", "signs-again", "SEC-07", keyring=KeepsSignature),
)
