"""Every error that enterprise systems are known to make, as far as one document shows it, is found."""

import base64
from collections.abc import Callable

import pytest
from lint_messages import AT, GUID, STANDARD, STRICT, dxp_msg, found, message, put, value

from swsim.simulator.lint.examine import lint
from swsim.simulator.messages.node import DS
from swsim.simulator.signature.algorithms import Family
from swsim.simulator.signature.authority import make_authority, make_identity
from swsim.simulator.signature.sign import sign

ORDER, LIST, WAYBILL = message("303"), message("603"), message("505")
SIGNATURE = (
    f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>'
    '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>'
    '<ds:SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1"/>'
    '<ds:Reference URI=""><ds:Transforms>'
    '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/></ds:Transforms>'
    '<ds:DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"/><ds:DigestValue>AAAA</ds:DigestValue>'
    "</ds:Reference></ds:SignedInfo><ds:SignatureValue>AAAA</ds:SignatureValue>"
    "<ds:KeyInfo><ds:KeyName>1</ds:KeyName></ds:KeyInfo></ds:Signature>"
)


def signed(behind: str = "") -> bytes:
    """A list with something that looks like a signature."""
    return LIST.replace(b"</CEB603Message>", f"{SIGNATURE}{behind}</CEB603Message>".encode())


def one_guid() -> bytes:
    """The guid of the message in its documents too."""
    return put(ORDER, "guid", GUID)


def same_guid_twice() -> bytes:
    """Two orders under one guid."""
    two = message("303", 2)
    return put(two, "guid", value(two, "guid"), place=1)


def wrapped(data: bytes) -> str:
    """Base64 as MIME wraps it."""
    return base64.encodebytes(data).decode()


def version(text: str) -> bytes:
    """Another version of the message."""
    declaration, root = ORDER.split(b"?>", 1)
    return declaration + b"?>" + root.replace(b'version="1.0"', f'version="{text}"'.encode(), 1)


def float_amounts() -> bytes:
    """A total as floating point gives it."""
    return put(put(put(LIST, "qty", "3"), "price", "0.1"), "totalPrice", "0.30004")


ERRORS: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "appTime of 12 digits": (lambda: put(ORDER, "appTime", "202601050900"), "XSD", "appTime"),
    "appTime of an impossible day": (lambda: put(ORDER, "appTime", "20260230090000"), "MSG-04/form", "appTime"),
    "appTime at hour 24": (lambda: put(ORDER, "appTime", "20260105240000"), "MSG-04/form", "appTime"),
    "week-year date: the year to come": (lambda: put(ORDER, "appTime", "20271229090000"), "MSG-04/ahead", "appTime"),
    "milliseconds in CreatTime": (
        lambda: dxp_msg(ORDER, CreatTime="2026-01-05T09:00:00.123"),
        "DXP/CreatTime",
        "CreatTime",
    ),
    "zone in CreatTime": (lambda: dxp_msg(ORDER, CreatTime="2026-01-05T09:00:00+08:00"), "DXP/CreatTime", "CreatTime"),
    "unit as text": (lambda: put(ORDER, "unit", "件"), "XSD", "unit"),
    "unit of three letters": (lambda: put(ORDER, "unit", "PCS"), "ORD-14/unknown", "unit"),
    "gnum 01": (lambda: put(ORDER, "gnum", "01"), "ORD-10/zeros", "gnum"),
    "empty element for an absent one": (
        lambda: put(LIST, "note", ""),
        "X6b",
        "note",
    ),
    "empty element that has a length": (
        lambda: LIST.replace(b"<ieFlag>", b"<preNo/><ieFlag>", 1),
        "XSD",
        "preNo",
    ),
    "guid that is no UUID": (lambda: put(ORDER, "guid", "ORDER-2026-01-05-0000000000000000001"), "MSG-01/uuid", "guid"),
    "guid in lower case": (lambda: put(ORDER, "guid", value(ORDER, "guid").lower()), "MSG-01/case", "guid"),
    "one guid for message and heads": (one_guid, "MSG-01/same", "guid"),
    "one guid for two documents": (same_guid_twice, "MSG-01/twice", "guid"),
    "float amounts": (float_amounts, "INV-05", "totalPrice"),
    "XML without escaping": (lambda: put(ORDER, "itemName", "A&B <x"), "XML", ""),
    "appStatus 2 without Signature": (lambda: LIST, "MSG-14/missing", "Signature"),
    "text behind Signature": (lambda: signed("\n"), "MSG-14/tail", "Signature"),
    "xsi not declared": (signed, "MSG-14/xsi", "CEB603Message"),
    "root version v1.0": (lambda: version("v1.0"), "MSG-02", "version"),
    "CopMsgId no UUID": (lambda: dxp_msg(ORDER, CopMsgId="20260105090000001"), "DXP/CopMsgId", "CopMsgId"),
    "packNo with a message id": (lambda: put(WAYBILL, "packNo", GUID), "XSD", "packNo"),
    "Data on several lines": (lambda: dxp_msg(b"", data=wrapped(ORDER)), "DXP/Data", "Data"),
}
"""Of clients.md. A 12-hour clock, and one guid for every chunk, no single document shows."""


@pytest.mark.parametrize("error", ERRORS)
def test_a_known_error_is_found(error: str) -> None:
    """With its rule and at its element; a message without the error does not have the finding."""
    make, row, name = ERRORS[error]
    finding = found(make())[row]
    assert finding.name == name
    assert finding.expected
    assert finding.place >= (1, 1)


@pytest.mark.parametrize("data", [ORDER, WAYBILL, dxp_msg(ORDER)], ids=["303", "505", "DxpMsg"])
def test_without_the_error_nothing_is_found(data: bytes) -> None:
    """What the cases start from is sound."""
    assert lint("m.xml", data, STANDARD).findings == ()
    assert lint("m.xml", data, STRICT).findings == ()


def test_a_missing_signature_is_a_note_until_strict() -> None:
    """Messages are linted before they are signed; strict asks for what customs asks for."""
    assert {row: one.severity for row, one in found(LIST).items()} == {"MSG-14/missing": "note"}
    assert lint("m.xml", LIST, STANDARD).verdict == "valid"
    assert {row: one.severity for row, one in found(LIST, STRICT).items()} == {"MSG-14/missing": "refuse"}
    draft = put(LIST, "appStatus", "1")
    assert found(draft) == {}


def test_what_is_signed_right_is_not_remarked_on() -> None:
    """White space that the signer digested, and a scope without xsi that verifies, are no faults."""
    authority = make_authority(Family.RSA, AT)
    identity = make_identity(authority, "4401960A01", "TEST", Family.RSA, AT)
    assert found(sign(LIST, identity)) == {}
