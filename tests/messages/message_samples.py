"""Valid messages drawn from the declarations, and what the annex says beside them where it is at hand."""

import os
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from swsim.simulator.messages.declare import Field
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.node import Node
from swsim.simulator.messages.transfer import ExtendMessage

OFFICIAL = Path(__file__).parents[2].parent / "shared" / "gacc-202205"
"""The official annex, read-only reference beside a checkout; never part of the project."""
EXPORT = OFFICIAL / "xsd" / "export-business-202205.xsd"
IMPORT = OFFICIAL / "xsd" / "import-business-202205.xsd"
ROOTS = sorted(EDITION_202205.messages)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.测试订单商品"

SIGNATURE = (
    '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="S1"><ds:SignedInfo>'
    '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"></ds:CanonicalizationMethod>'
    '<ds:SignatureMethod Algorithm="http://www.w3.org/2000/09/xmldsig#rsa-sha1"></ds:SignatureMethod>'
    '<ds:Reference URI=""><ds:Transforms>'
    '<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"><ds:XPath>self::node()</ds:XPath>'
    "</ds:Transform></ds:Transforms>"
    '<ds:DigestMethod Algorithm="http://www.w3.org/2000/09/xmldsig#sha1"></ds:DigestMethod>'
    "<ds:DigestValue>YWJj</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    "<ds:SignatureValue>YWJjZA==</ds:SignatureValue><ds:KeyInfo><ds:KeyName>0001</ds:KeyName><ds:X509Data>"
    "<ds:X509IssuerSerial><ds:X509IssuerName>CN=T</ds:X509IssuerName><ds:X509SerialNumber>1</ds:X509SerialNumber>"
    "</ds:X509IssuerSerial><ds:X509Certificate>YWJj</ds:X509Certificate></ds:X509Data><ds:KeyValue><ds:RSAKeyValue>"
    "<ds:Modulus>YWJj</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
    "<ds:RetrievalMethod></ds:RetrievalMethod><ds:SPKIData><ds:SPKISexp>YWJj</ds:SPKISexp></ds:SPKIData>"
    "<ds:PGPData><ds:PGPKeyID>YWJj</ds:PGPKeyID></ds:PGPData><ds:MgmtData>m</ds:MgmtData></ds:KeyInfo></ds:Signature>"
)
"""Illustrative values in every corner of `ds:Signature`; it signs nothing. Canonical, so it is kept as it stands."""
EXTENSION = '<ceb:Message xmlns:ceb="http://www.chinaport.gov.cn/ceb"><any xmlns="urn:x">1</any></ceb:Message>'


def official(path: Path) -> Path:
    """A file of the annex; skips where it is not at hand, fails where it has to be (REQUIRE_SERVICES=1)."""
    if not path.is_file():
        reason = f"the official annex is not beside the checkout: {path.name}"
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


def sample(node: type[Node], chance: random.Random, *, optional: float = 0.5, most: int = 2) -> Any:
    """A valid node: optional members with probability `optional`, up to `most` of what may come several times."""
    values: dict[str, Any] = {}
    for member in node.members:
        absent = member.default in (None, ()) and chance.random() >= optional
        if isinstance(member, Field):
            values[member.name] = None if absent else text_for(member, chance)
        elif member.of is None:
            values[member.name] = None if absent else EXTENSION if node is ExtendMessage else SIGNATURE
        elif member.many:
            count = 0 if absent else chance.randint(1, most)
            values[member.name] = tuple(sample(member.of, chance, optional=optional, most=most) for _ in range(count))
        else:
            values[member.name] = None if absent else sample(member.of, chance, optional=optional, most=most)
    return node(**values)


def full(root: str) -> Any:
    """A message of this root with every optional member."""
    return sample(EDITION_202205.messages[root], random.Random(root), optional=1)


def text_for(field: Field, chance: random.Random) -> str:
    """A value the schema takes for a field."""
    form = field.format
    if field.fixed:
        return str(field.default)
    if form.kind == "C":
        most = form.length or form.max_length or 30
        least = form.length or form.min_length or 0
        return "".join(chance.choices(LETTERS, k=chance.randint(max(least, 1), min(most, max(least, 40)))))
    digits = form.total_digits or 1
    if form.fraction_digits is None:
        return str(chance.randrange(10 ** min(digits, 9)))
    return f"{Decimal(chance.randrange(10**digits)).scaleb(-chance.randint(0, form.fraction_digits)):f}"
