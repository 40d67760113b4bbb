"""RSA signatures beside xmlsec1, both ways: the second judge of our canonical forms."""

from pathlib import Path

import pytest
from signature_cases import (
    AGENT,
    BODY,
    DATA,
    DEFAULT,
    EBC,
    WITHOUT_XSI,
    checked,
    identity,
    program,
    readings,
    run,
    signed,
)

from swsim.simulator.messages.node import CEB, DS
from swsim.simulator.signature.algorithms import C14N, ENVELOPED, Family
from swsim.simulator.signature.keys import write_private_key

TEMPLATE = (
    f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{C14N}"/>'
    f'<ds:SignatureMethod Algorithm="{DS}rsa-sha1"/><ds:Reference URI=""><ds:Transforms>'
    f'<ds:Transform Algorithm="{ENVELOPED}"/></ds:Transforms><ds:DigestMethod Algorithm="{DS}sha1"/><ds:DigestValue/>'
    "</ds:Reference></ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data><ds:X509Certificate/></ds:X509Data>"
    "</ds:KeyInfo></ds:Signature>"
)

DOCUMENTS = {
    "prefix": DATA,
    "default namespace": DEFAULT,
    "no xsi": WITHOUT_XSI,
    "crlf": BODY.replace("\n", "\r\n").encode(),
    "carriage returns as references": BODY.replace("衬衫", "衬&#13;\n衫").encode(),
    "cdata": BODY.replace("衬衫 &amp; 裤子", "<![CDATA[衬衫 & <裤子>]]>").encode(),
    "comments": BODY.replace("<ceb:Inventory>", "<!-- one --><ceb:Inventory><!-- two -->", 1).encode(),
    "instructions": BODY.replace("<ceb:CEB603", "<?before x?>\n<ceb:CEB603", 1).encode() + b"<?after y?>",
    "attributes": BODY.replace('version="1.0">', 'xml:lang="zh" b="&quot;&#10;&lt;&amp;" a="1">', 1).encode(),
    "unused names": BODY.replace("<ceb:Inventory>", '<ceb:Inventory xmlns:z="urn:z" xmlns:a="urn:a">', 1).encode(),
    "beyond the plane": BODY.replace("裤子", "𠮷😀").encode(),
    "bom": b"\xef\xbb\xbf" + DATA,
    "extension": BODY.replace(
        "</ceb:CEB603Message>",
        f'<ceb:ExtendMessage><x xmlns="">t</x><y xmlns="{CEB}"/></ceb:ExtendMessage></ceb:CEB603Message>',
    ).encode(),
}


@pytest.mark.parametrize("data", DOCUMENTS.values(), ids=DOCUMENTS)
def test_xmlsec1_verifies_what_we_sign(tmp_path: Path, data: bytes) -> None:
    """Against the certificate, digest and value."""
    xmlsec = program("xmlsec1")
    who = identity(Family.RSA)
    (tmp_path / "certificate.pem").write_text(who.certificate.pem)
    (tmp_path / "signed.xml").write_bytes(signed(data, Family.RSA))

    done = run(xmlsec, "--verify", "--pubkey-cert-pem", "certificate.pem", "signed.xml", cwd=tmp_path)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("data", DOCUMENTS.values(), ids=DOCUMENTS)
def test_we_verify_what_xmlsec1_signs(tmp_path: Path, data: bytes) -> None:
    """Strictly, wherever its template stood."""
    xmlsec = program("xmlsec1")
    who = identity(Family.RSA)
    (tmp_path / "certificate.pem").write_text(who.certificate.pem)
    (tmp_path / "key.pem").write_bytes(write_private_key(who.key))
    at = data.rindex(b"</")
    (tmp_path / "template.xml").write_bytes(data[:at] + TEMPLATE.encode() + b"\n" + data[at:])
    words = ("--sign", "--privkey-pem", "key.pem,certificate.pem", "--output", "signed.xml", "template.xml")
    done = run(xmlsec, *words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr

    verdict = checked((tmp_path / "signed.xml").read_bytes())

    assert verdict.strict
    assert verdict.problem is None
    assert verdict.owner == AGENT


@pytest.mark.parametrize("old", [b"O1", EBC.encode(), b'guid="A'])
def test_both_refuse_what_was_changed(tmp_path: Path, old: bytes) -> None:
    """One character of a text, a code, an attribute."""
    xmlsec = program("xmlsec1")
    (tmp_path / "certificate.pem").write_text(identity(Family.RSA).certificate.pem)
    changed = signed(DATA, Family.RSA).replace(old, old[:-1] + b"8")
    (tmp_path / "signed.xml").write_bytes(changed)

    done = run(xmlsec, "--verify", "--pubkey-cert-pem", "certificate.pem", "signed.xml", cwd=tmp_path)

    assert done.returncode != 0
    assert readings(checked(changed)) == (False, False, False)
