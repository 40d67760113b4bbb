"""A test authority and test certificates, RSA and SM2, unmistakably marked: nothing here is of any customs."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import core, x509

from swsim.simulator.signature import algorithms, sm2
from swsim.simulator.signature.algorithms import Family, PrivateKey
from swsim.simulator.signature.certificates import TEST_MARK, Certificate, read_certificate
from swsim.simulator.signature.keys import SM2_SM3, generate, public_info

ORGANISATION = f"{TEST_MARK} 测试专用，无效证书"
LIFE = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signs: the key, its certificate, and the name under which KeyName refers to it."""

    key: PrivateKey
    certificate: Certificate
    key_name: str


def make_authority(family: Family, since: datetime, life: timedelta = LIFE) -> Identity:
    """A test authority, valid from `since`; it signs its own certificate."""
    key = generate(family)
    name = _name(f"{TEST_MARK} CA {family.upper()}", "")
    return _issue(name, key, name, key, since, life, authority=True)


def make_identity(
    authority: Identity, code: str, title: str, family: Family, since: datetime, life: timedelta = LIFE
) -> Identity:
    """A test certificate of an enterprise: its code as serialNumber of the subject, its title in the common name."""
    name = _name(f"{TEST_MARK} {title or code}", code)
    issuer = x509.Certificate.load(authority.certificate.der).subject
    return _issue(name, generate(family), issuer, authority.key, since, life, authority=False)


def _name(common: str, code: str) -> x509.Name:
    parts = {"country_name": "CN", "organization_name": ORGANISATION, "common_name": common[:64]}
    return x509.Name.build(parts | ({"serial_number": code} if code else {}), use_printable=False)


def _issue(
    subject: x509.Name,
    key: PrivateKey,
    issuer: x509.Name,
    by: PrivateKey,
    since: datetime,
    life: timedelta,
    *,
    authority: bool,
) -> Identity:
    serial = secrets.randbits(62) | 1 << 62
    sm2_sm3 = by.family is Family.SM2
    algorithm = {"algorithm": SM2_SM3 if sm2_sm3 else "sha256_rsa"}
    usage = {"key_cert_sign", "crl_sign"} if authority else {"digital_signature", "non_repudiation"}
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": serial,
            "signature": algorithm,
            "issuer": issuer,
            "validity": {"not_before": _time(since), "not_after": _time(since + life)},
            "subject": subject,
            "subject_public_key_info": public_info(key.public),
            "extensions": [
                {"extn_id": "basic_constraints", "critical": True, "extn_value": {"ca": authority}},
                {"extn_id": "key_usage", "critical": True, "extn_value": usage},
            ],
        }
    )
    signature = algorithms.sign(by, body.dump(), "sha256")
    value = core.OctetBitString(sm2.der_of(signature) if sm2_sm3 else signature)
    der = x509.Certificate({"tbs_certificate": body, "signature_algorithm": algorithm, "signature_value": value}).dump()
    made = read_certificate(der)
    return Identity(key, made, made.serial)


def _time(at: datetime) -> x509.Time:
    at = at.replace(microsecond=0)
    return x509.Time({"utc_time": at}) if 1950 <= at.year < 2050 else x509.Time({"general_time": at})
