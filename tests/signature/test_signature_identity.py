"""Certificates and what they speak for: test ones, real ones, the file, what OpenSSL reads of them."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from signature_cases import (
    AGENT,
    AT,
    DATA,
    EBC,
    LIFE,
    SINCE,
    STRANGER,
    absent,
    authority,
    certificate_of_openssl,
    checked,
    identity,
    known,
    program,
    run,
    signed,
)

from swsim.simulator.messages.node import DS
from swsim.simulator.signature.algorithms import Family
from swsim.simulator.signature.authority import make_identity
from swsim.simulator.signature.certificates import TEST_MARK, Certificates, issued_by, read_certificate
from swsim.simulator.signature.file import as_json, dumps, loads, read_certificates
from swsim.simulator.signature.keys import read_private_key, write_private_key
from swsim.simulator.signature.report import Problem
from swsim.simulator.signature.verify import verify

FAMILIES = list(Family)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_test_certificate_is_marked_and_chained(family: Family) -> None:
    """Nobody takes it for a real one; the code stands in its subject."""
    found = identity(family).certificate

    assert found.is_test
    assert TEST_MARK in found.subject
    assert TEST_MARK in found.issuer
    assert "测试专用" in found.subject
    assert AGENT in found.subject
    assert (found.not_before, found.not_after) == (SINCE, SINCE + LIFE)
    assert issued_by(found, authority(family).certificate)
    assert not issued_by(found, authority(Family.RSA if family is Family.SM2 else Family.SM2).certificate)
    assert not issued_by(found, identity(family, STRANGER).certificate)


@pytest.mark.parametrize("family", FAMILIES)
def test_openssl_reads_and_verifies_certificates_and_keys(tmp_path: Path, family: Family) -> None:
    """Subject, chain, key; the key belongs to the certificate."""
    openssl = program("openssl")
    who = identity(family)
    (tmp_path / "ca.pem").write_text(authority(family).certificate.pem)
    (tmp_path / "one.pem").write_text(who.certificate.pem)
    (tmp_path / "key.pem").write_bytes(write_private_key(who.key))
    sm2 = ("-vfyopt", "distid:1234567812345678") if family is Family.SM2 else ()
    at = str(int(AT.timestamp()))

    shown = run(
        openssl, "x509", "-in", "one.pem", "-noout", "-subject", "-nameopt", "utf8,sep_comma_plus", cwd=tmp_path
    )
    chain = run(openssl, "verify", "-attime", at, "-CAfile", "ca.pem", *sm2, "one.pem", cwd=tmp_path)
    of_certificate = run(openssl, "x509", "-in", "one.pem", "-noout", "-pubkey", cwd=tmp_path)
    of_key = run(openssl, "pkey", "-in", "key.pem", "-pubout", cwd=tmp_path)

    assert TEST_MARK in shown.stdout.decode()
    assert chain.returncode == 0, chain.stderr
    assert of_certificate.stdout == of_key.stdout != b""


@pytest.mark.parametrize("family", FAMILIES)
def test_a_certificate_that_openssl_makes_is_read(tmp_path: Path, family: Family) -> None:
    """As PEM, as DER, as bare Base64: the same certificate, without chain."""
    certificate_of_openssl(tmp_path, family)
    text = (tmp_path / "one.pem").read_bytes()

    found = read_certificate(text)

    assert not found.is_test
    assert found.key == read_private_key((tmp_path / "key.pem").read_bytes()).public
    assert read_certificate(found.der) == read_certificate(base64.encodebytes(found.der)) == found
    bindings = Certificates()
    assert not bindings.bind(EBC, found).chained


def test_what_is_no_certificate_is_told() -> None:
    """Empty, cut short, another structure, far too long."""
    for wrong in (
        b"",
        b"x",
        b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
        b"\x30\x03\x02\x01\x00",
    ):
        with pytest.raises(ValueError, match=r"certificate: expected X\.509"):
            read_certificate(wrong)
    with pytest.raises(ValueError, match="at most"):
        read_certificate(b"0" * 70000)


def test_keys_that_are_none_are_told() -> None:
    """With a passphrase, of another curve, cut short."""
    for wrong in (
        b"",
        b"-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n",
        b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n",
    ):
        with pytest.raises(ValueError, match="private key: expected RSA or SM2"):
            read_private_key(wrong)


def test_older_and_other_forms_of_keys() -> None:
    """PKCS #1 is read, DER too; another curve, too few bits, halves that do not fit are told."""
    big = rsa.generate_private_key(65537, 2048)
    old = big.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    der = big.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    assert read_private_key(old) == read_private_key(der)
    curve = ec.generate_private_key(ec.SECP256R1())
    locked = big.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"x"))
    mine, other = identity().key, identity(serial=1).key
    for wrong in (
        curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        curve.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
        locked,
        write_private_key(replace(mine, public=other.public)),
    ):
        with pytest.raises(ValueError, match="private key: expected RSA or SM2"):
            read_private_key(wrong)
    assert "data" not in repr(mine)


SMALL = 1024


@pytest.mark.parametrize("key", [rsa.generate_private_key(65537, SMALL), ec.generate_private_key(ec.SECP256R1())])
def test_certificates_of_other_keys(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> None:
    """1024 bits, as in the annex's example, are read; another curve is not."""
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "x")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, SINCE, SINCE + LIFE)
    data = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
    if isinstance(key, rsa.RSAPrivateKey):
        assert read_certificate(data).serial == "07", "whole bytes, as devices tell it"
    else:
        with pytest.raises(ValueError, match=r"certificate: expected X\.509"):
            read_certificate(data)


def test_a_certificate_speaks_for_one_enterprise() -> None:
    """An enterprise may have several; binding again changes nothing, a KeyName may come later."""
    bindings = known()
    one, other = identity().certificate, identity(serial=1).certificate
    assert len(bindings) == 2
    bindings.bind(AGENT, one, identity().key_name)
    bindings.bind(AGENT, other)
    assert [binding.certificate for binding in bindings.of_code(AGENT)][-1] == other
    assert bindings.bind(AGENT, other, "0002").key_name == "0002"
    assert bindings.named("0002") == bindings.of(other)
    assert bindings.bind(AGENT, other).key_name == "0002"
    with pytest.raises(ValueError, match=f"speaks for {AGENT} already"):
        bindings.bind(EBC, one)
    with pytest.raises(ValueError, match="KeyName 0002"):
        bindings.bind(EBC, identity(serial=2).certificate, "0002")
    with pytest.raises(ValueError, match="expected the code"):
        bindings.bind("", one)


@pytest.mark.parametrize("name", ["c.toml", "c.json"])
def test_the_file_comes_back_as_it_was(name: str) -> None:
    """Both shapes hold the same, enrolled ones and chains too."""
    bindings = known()
    bindings.bind(EBC, identity(code=EBC).certificate, 'odd "name" \\ 名', enrolled=True)
    text = dumps(bindings, name)

    back = loads(text, name)

    assert list(back) == list(bindings)
    assert back.authorities == bindings.authorities
    assert dumps(back, name) == text
    assert read_certificates(json.loads(json.dumps(as_json(bindings)))).named('odd "name" \\ 名') is not None


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ([], "expected authorities and certificates, got list"),
        ({"certs": []}, "got ['certs']"),
        ({"certificates": {}}, "a list of tables"),
        ({"certificates": [{"code": "1"}]}, "certificate 1 (1): certificate 1: expected pem as text"),
        ({"certificates": [{"pem": "x"}]}, "certificate 1: expected code"),
        ({"certificates": [{"code": "1", "pem": "x", "colour": 1}]}, "unknown ['colour']"),
        ({"certificates": [{"code": "1", "pem": "-----BEGIN PRIVATE KEY-----"}]}, "a private key has no place"),
        ({"authorities": [{"pem": "x"}]}, "certificate: expected X.509"),
    ],
)
def test_a_file_that_does_not_fit_is_told_with_its_row(value: Any, told: str) -> None:
    """What was expected and what was there."""
    with pytest.raises(ValueError) as error:
        read_certificates(value)
    assert told in str(error.value)


def test_a_file_that_is_no_toml_is_told_with_its_name() -> None:
    """The name stands before the fault."""
    with pytest.raises(ValueError, match=r"c\.toml: "):
        loads("[[", "c.toml")
    with pytest.raises(ValueError, match=r"c\.json: "):
        loads("[", "c.json")


def test_unchained_counts_with_a_finding() -> None:
    """Bound by hand: accepted, and said."""
    bindings = Certificates()
    bindings.bind(AGENT, identity().certificate, identity().key_name)
    verdict = checked(signed(), bindings)
    assert verdict.accepted("strict")
    assert [step.hint for step in verdict.notes] == ["unchained"]


def test_a_renewed_certificate_stands_beside_the_old() -> None:
    """Each by its own time."""
    later = make_identity(authority(Family.SM2), AGENT, "renewed", Family.SM2, SINCE + LIFE, LIFE)
    bindings = known()
    bindings.bind(AGENT, later.certificate, later.key_name)
    assert checked(signed(), bindings, AT).accepted()
    assert not checked(signed(), bindings, AT + LIFE).accepted()
    assert not later.certificate.valid_at(SINCE + LIFE - timedelta(seconds=1))


def test_many_threads_judge_at_once() -> None:
    """Same answer from each, of both kinds, right and wrong; an open registry binds one of two."""
    good = [signed(DATA, family) for family in FAMILIES]
    bad = [one.replace(b"O1", b"O2") for one in good]
    bindings = known()
    with ThreadPoolExecutor(8) as pool:
        verdicts = list(pool.map(lambda data: verify(data, bindings, AT).strict, (good + bad) * 25))
    assert verdicts == [True, True, False, False] * 25


GOOD = signed()
TAGS = [element.tag for element in etree.fromstring(GOOD).iter(f"{{{DS}}}*")]


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=8), st.integers(0, 12))
def test_no_changed_byte_is_accepted_unless_it_says_the_same(at: int, put: bytes, drop: int) -> None:
    """Never an unexpected error; what is accepted has the content that was signed."""
    changed = GOOD[:at] + put + GOOD[at + drop :]
    try:
        verdict = verify(changed, known(), AT)
    except ValueError:
        return
    if verdict.accepted():
        assert content(changed) == content(GOOD)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(TAGS), st.text(max_size=80))
def test_any_text_in_any_part_of_the_signature_is_judged(tag: str, text: str) -> None:
    """Whatever stands there: a verdict."""
    root = etree.fromstring(GOOD)
    element = next(root.iter(tag))
    try:
        element.text = text
    except ValueError:
        return
    verify(etree.tostring(root), known(), AT)


def content(data: bytes) -> list[tuple[Any, ...]]:
    """Names, attributes and texts outside the signature."""
    parser = etree.XMLParser(remove_comments=True)
    root = etree.fromstring(data, parser)
    signature = next(root.iter(f"{{{DS}}}Signature"))
    tail = signature.tail or ""
    assert not tail.strip()
    signature.getparent().remove(signature)  # type: ignore[union-attr] # it has a parent
    return [(one.tag, dict(one.attrib), (one.text or "")) for one in root.iter()]


SAMPLES = Path(__file__).parents[2].parent / "shared" / "gacc-202205" / "samples"


def test_the_official_samples_are_judged() -> None:
    """Their signatures are illustrative: none verifies, each is refused with a reason, none is an error."""
    if not SAMPLES.is_dir():
        absent("the official annex is not beside the checkout")
    found = {file.stem: verify(file.read_bytes(), known(), AT) for file in sorted(SAMPLES.glob("CEB*.xml"))}

    assert len(found) == 23
    assert not any(verdict.accepted() or verdict.verifies for verdict in found.values())
    signed_ones = {name for name, verdict in found.items() if verdict.signed}
    assert "CEB603Message" in signed_ones
    assert {verdict.problem for name, verdict in found.items() if name not in signed_ones} == {Problem.EMPTY}
