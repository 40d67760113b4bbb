"""A message, who signs it, and the programs that are asked for a second opinion."""

import base64
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from swsim.simulator.messages.node import CEB, DS
from swsim.simulator.signature.algorithms import Family, sha1, sm3
from swsim.simulator.signature.algorithms import sign as raw_sign
from swsim.simulator.signature.authority import Identity, make_authority, make_identity
from swsim.simulator.signature.canonical import XSI, in_document
from swsim.simulator.signature.certificates import Certificates
from swsim.simulator.signature.report import Verdict
from swsim.simulator.signature.sign import sign
from swsim.simulator.signature.verify import verify

EBC, AGENT, EBP, STRANGER = "4401960A01", "4401980B02", "4401960P03", "4401960X99"
DIGEST_OF = {Family.SM2: sm3, Family.RSA: sha1}
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
LIFE = timedelta(days=365)
AT = datetime(2026, 6, 1, tzinfo=UTC)
LONG = os.environ.get("LONG_TIER") == "1"
"""The long tier: a thousand random messages instead of a few."""

BODY = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<ceb:CEB603Message xmlns:ceb="{CEB}" xmlns:xsi="{XSI}" guid="A" version="1.0">\n'
    "  <ceb:Inventory>\n    <ceb:InventoryHead>\n"
    f"      <ceb:orderNo>O1</ceb:orderNo><ceb:ebpCode>{EBP}</ceb:ebpCode>\n"
    f"      <ceb:ebcCode>{EBC}</ceb:ebcCode><ceb:agentCode>{AGENT}</ceb:agentCode>\n"
    "      <ceb:note>衬衫 &amp; 裤子</ceb:note>\n"
    "    </ceb:InventoryHead>\n  </ceb:Inventory>\n"
    f"  <ceb:BaseTransfer><ceb:copCode>{AGENT}</ceb:copCode></ceb:BaseTransfer>\n"
    "</ceb:CEB603Message>\n"
)
"""It declares xsi on the root, as what a Ukey signs does."""
DATA = BODY.encode()
DEFAULT = BODY.replace("<ceb:", "<").replace("</ceb:", "</").replace("xmlns:ceb", "xmlns").encode()
WITHOUT_XSI = BODY.replace(f' xmlns:xsi="{XSI}"', "").encode()


@cache
def authority(family: Family) -> Identity:
    """The test authority."""
    return make_authority(family, SINCE, LIFE * 3)


def identity(family: Family = Family.SM2, code: str = AGENT, serial: int = 0) -> Identity:
    """An enterprise's key and certificate; another one for another `serial`."""
    return _identity(family, code, serial)


@cache
def _identity(family: Family, code: str, serial: int) -> Identity:
    return make_identity(authority(family), code, f"企业{serial}", family, SINCE, LIFE)


def known(*identities: Identity, code: str = AGENT) -> Certificates:
    """A registry that knows these for the agent (SM2 and RSA by default)."""
    made = Certificates(tuple(authority(family).certificate for family in Family))
    for one in identities or (identity(Family.SM2), identity(Family.RSA)):
        made.bind(code, one.certificate, one.key_name)
    return made


def signed(data: bytes = DATA, family: Family = Family.SM2, *, as_ukey: bool = False) -> bytes:
    """Signed by the agent."""
    return sign(data, identity(family), as_ukey=as_ukey)


def checked(data: bytes, certificates: Certificates | None = None, at: datetime = AT) -> Verdict:
    """Verified against a closed registry."""
    return verify(data, certificates or known(), at)


def hint_of(verdict: Verdict, step: str) -> str:
    """The reason that a step names."""
    return next(one.hint for one in verdict.steps if one.name == step and one.state != "ok")


def readings(verdict: Verdict) -> tuple[bool, bool, bool]:
    """Strict, lenient, fixed-scope."""
    return verdict.strict, verdict.lenient, verdict.fixed_scope


def with_digest(data: bytes, text: bytes, family: Family = Family.RSA) -> bytes:
    """Sign `data` as a client does that takes the digest over `text`: the digest is wrong, the value over it right."""
    who = identity(family)
    out = _put(b"DigestValue", DIGEST_OF[family](text), sign(data, who))
    signed_info = next(etree.fromstring(out.removeprefix(b"\xef\xbb\xbf")).iter(f"{{{DS}}}SignedInfo"))
    return _put(b"SignatureValue", raw_sign(who.key, in_document(signed_info)), out)


def _put(name: bytes, value: bytes, data: bytes) -> bytes:
    """Another text of an element, everything else as it was."""
    return re.sub(rb"(<ds:%b>)[^<]*" % name, rb"\g<1>" + base64.b64encode(value), data)


def resign(root: etree._Element, who: Identity, *, text: bytes | None = None) -> bytes:
    """Write the value anew over SignedInfo as it stands, or over another `text`."""
    signed_info = next(root.iter(f"{{{DS}}}SignedInfo"))
    value = next(root.iter(f"{{{DS}}}SignatureValue"))
    value.text = base64.b64encode(raw_sign(who.key, text if text is not None else in_document(signed_info))).decode()
    out: bytes = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)
    return out


def program(name: str) -> str:
    """Path of a program; skips where it is absent, fails where it has to be there (REQUIRE_SERVICES=1)."""
    found = shutil.which(name)
    if found is None:
        absent(f"{name} is not installed (Debian: apt-get install {name})")
    return found or ""


def absent(reason: str) -> None:
    """Skip, or fail where nothing may be absent."""
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def run(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a program to its end."""
    return subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, check=False, timeout=60)


def certificate_of_openssl(folder: Path, family: Family) -> None:
    """``key.pem`` and ``one.pem`` as an integrator makes them without us."""
    openssl = program("openssl")
    kind = ("-algorithm", "SM2") if family is Family.SM2 else ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    digest = ("-sm3", "-sigopt", "distid:1234567812345678") if family is Family.SM2 else ("-sha256",)
    for words in (
        ("genpkey", *kind, "-out", "key.pem"),
        ("req", "-x509", "-key", "key.pem", *digest, "-out", "one.pem", "-subj", "/CN=real/O=x"),
    ):
        done = run(openssl, *words, cwd=folder)
        assert done.returncode == 0, done.stderr
