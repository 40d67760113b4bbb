"""Keys and signatures. What is declared is signed over the bytes that leave, last of all: nothing is changed behind it.

A certificate is made at the first signature of a firm, entered at customs before the message leaves, and replaced
before it expires. A real enterprise has it from its authority, and its key in a Ukey: `swsim ukey` stands in for one.
"""

import logging
from datetime import datetime, timedelta

from aiohttp import ClientError, ClientSession

from swsim.conformance.enterprise.books import BusinessClock
from swsim.fixtures.parties import Parties, Party
from swsim.simulator.signature.algorithms import Family
from swsim.simulator.signature.authority import Identity, make_authority, make_identity
from swsim.simulator.signature.certificates import Certificates
from swsim.simulator.signature.file import as_json, read_certificates
from swsim.simulator.signature.sign import sign

MANDATORY = frozenset({"507", "509", "603", "605", "607", "701"})
"""Kinds that are declared under a signature, and refused without: §6 and the head tables, the arrival by its note."""
EVERYTHING = MANDATORY | {"213", "215", "303", "403", "505"}
"""With those whose head tables leave it optional: a district may ask for them too."""
SIGNS = {"mandatory": MANDATORY, "everything": EVERYTHING}
"""What is signed, by the name of the switch."""
LIFE = timedelta(days=365)
RENEWED_BEFORE = timedelta(days=30)
"""How long before its end a certificate is replaced."""
LEEWAY = timedelta(days=1)
"""Certificates count from a day before they are made: clocks differ."""
XSI = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'

log = logging.getLogger(__name__)


class Keyring:
    """The identities of the firms, by code. Faults override what they spoil."""

    def __init__(
        self,
        firms: Parties,
        clock: BusinessClock,
        family: Family = Family.SM2,
        kinds: frozenset[str] = MANDATORY,
    ) -> None:
        self.firms, self.clock, self.family, self.kinds = firms, clock, family, kinds
        self.unknown: list[tuple[str, Identity]] = []
        """Code and identity of certificates that customs does not know yet."""
        self._of_code: dict[str, Identity] = {}
        self._authority: Identity | None = None

    def sign(self, kind: str, data: bytes) -> bytes:
        """The message as it leaves. xsi is declared because a Ukey has it in scope, whatever the message says."""
        if kind not in self.kinds:
            return data
        return sign(self.spelt(data), self.identity(self.signer(kind)))

    def spelt(self, data: bytes) -> bytes:
        """The message before it is signed."""
        return data.replace(b" guid=", XSI + b" guid=", 1)

    def signer(self, kind: str) -> Party:
        """The firm that has to sign a kind: it sends it, and every document of the message names it."""
        return self.firms.sender(kind)

    def identity(self, firm: Party) -> Identity:
        """A firm's key and certificate, made or replaced where that is due."""
        held, now = self._of_code.get(firm.code), self.clock.now()
        if held is None or not self.serves(held, now):
            held = self._of_code[firm.code] = self.make(firm, now)
            self.unknown.append((firm.code, held))
        return held

    def serves(self, held: Identity, now: datetime) -> bool:
        """Whether a certificate is valid, and long enough."""
        return held.certificate.valid_at(now) and held.certificate.valid_at(now + RENEWED_BEFORE)

    def make(self, firm: Party, now: datetime) -> Identity:
        """A new key with its certificate."""
        if self._authority is None:
            self._authority = make_authority(self.family, now - 10 * LIFE, 30 * LIFE)
        return make_identity(self._authority, firm.code, firm.name, self.family, now - LEEWAY, LIFE)

    def renew(self) -> None:
        """New keys from now on: each firm's is made with its next signature."""
        self._of_code.clear()

    def known_to(self, found: Certificates) -> Certificates:
        """What customs has, and the new ones."""
        if self._authority is None:
            return found
        told = found.copy((*found.authorities, self._authority.certificate))
        for code, identity in self.unknown:
            told.bind(code, identity.certificate, identity.key_name)
        return told


async def enrol(http: ClientSession, path: str, keyring: Keyring) -> None:
    """Enter new certificates at customs; where that fails, again with the next message."""
    if not keyring.unknown:
        return
    try:
        async with http.get(path) as answer:
            answer.raise_for_status()
            told = keyring.known_to(read_certificates(await answer.json()))
        async with http.put(path, json=as_json(told)) as answer:
            answer.raise_for_status()
    except (ClientError, TimeoutError, ValueError) as error:
        log.warning("certificates were not entered at customs: %r", error)
    else:
        keyring.unknown.clear()
