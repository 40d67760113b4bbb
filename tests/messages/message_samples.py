"""Valid messages drawn from the declarations, and what the annex says beside them where it is at hand."""

import os
import random
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from lxml import etree

from swsim.simulator.messages.codec import envelope_validator, validator
from swsim.simulator.messages.declare import Field
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.envelope import AddInfo
from swsim.simulator.messages.node import Node
from swsim.simulator.messages.transfer import ExtendMessage

OFFICIAL = Path(__file__).parents[2].parent / "shared" / "gacc-202205"
"""The official annex, read-only reference beside a checkout; never part of the project."""
EXPORT = OFFICIAL / "xsd" / "export-business-202205.xsd"
IMPORT = OFFICIAL / "xsd" / "import-business-202205.xsd"
TERMINAL = OFFICIAL / "xsd" / "terminal-node-202205.xsd"
TRANSPORT = OFFICIAL / "xsd" / "transport-node-202205.xsd"
ROOTS = sorted(EDITION_202205.messages)
ENVELOPES = {envelope.xml: envelope for envelope in EDITION_202205.envelopes}
DECLARED: dict[str, type[Node]] = {**{root: EDITION_202205.messages[root] for root in ROOTS}, **ENVELOPES}
"""Every root element: 23 export messages, CEB900, three envelopes."""
OFFICIAL_XSD = dict.fromkeys(ROOTS, EXPORT) | {
    "CEB900Message": IMPORT,
    "DxpMsg": TERMINAL,
    "DxpRep": TERMINAL,
    "DxpMsgSv": TRANSPORT,
}
"""The official schema that knows a root. CEB900 stands in the import schema only."""
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
REC_MAP_ID = '<dxp:RecMapId xmlns:dxp="http://www.chinaport.gov.cn/dxp" k="v">M1</dxp:RecMapId>'
OPAQUE: dict[type[Node], str] = {ExtendMessage: EXTENSION, AddInfo: REC_MAP_ID}
"""XML that passes through, by the node it stands in; everywhere else it is a signature."""
PLAIN = {"dateTime": "2026-01-05T09:00:00", "date": "2026-01-05", "base64Binary": "YWJj"}


def official(path: Path) -> Path:
    """A file of the annex; skips where it is not at hand, fails where it has to be (REQUIRE_SERVICES=1)."""
    if not path.is_file():
        absent(f"the official annex is not beside the checkout: {path.name}")
    return path


def absent(reason: str) -> None:
    """Skip, or fail where nothing may be absent."""
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@lru_cache(maxsize=4)
def _official_validator(path: Path) -> etree.XMLSchema:
    tree = etree.parse(str(official(path)))
    for include in tree.iter("{http://www.w3.org/2001/XMLSchema}include"):  # libxml2 wants its Chinese name escaped
        include.set("schemaLocation", quote(str(include.get("schemaLocation"))))
    return etree.XMLSchema(tree)


def judge_of(root: str) -> etree.XMLSchema:
    """lxml's reading of the official schema that knows a root: the judge."""
    return _official_validator(OFFICIAL_XSD[root])


def validator_of(root: str) -> etree.XMLSchema:
    """The generated schema that customs validates a root with."""
    return envelope_validator() if root in ENVELOPES else validator()


def sample(node: type[Node], chance: random.Random, *, optional: float = 0.5, most: int = 2, place: str = "1") -> Any:
    """A valid node: optional members with probability `optional`, up to `most` of what may come several times.

    `place` keeps the values of type ID apart.
    """
    values: dict[str, Any] = {}
    for member in node.members:
        gone = member.default in (None, ()) and chance.random() >= optional
        if isinstance(member, Field):
            values[member.name] = (
                None if gone else f"I{place}" if member.format.kind == "ID" else text_for(member, chance)
            )
        elif member.of is None:
            values[member.name] = None if gone else OPAQUE.get(node) or SIGNATURE.replace('"S1"', f'"S{place}"')
        else:
            count = 0 if gone else chance.randint(1, most) if member.many else 1
            drawn = tuple(
                sample(member.of, chance, optional=optional, most=most, place=f"{place}.{n}") for n in range(count)
            )
            values[member.name] = drawn if member.many else drawn[0] if drawn else None
    return node(**values)


@cache
def full(root: str) -> Any:
    """A message of this root with every optional member."""
    return sample(DECLARED[root], random.Random(root), optional=1)


def text_for(field: Field, chance: random.Random) -> str:
    """A value the schema takes for a field."""
    form = field.format
    if field.fixed:
        return str(field.default)
    if form.kind == "C":
        most = form.length or form.max_length or 30
        least = form.length or form.min_length or 0
        return "".join(chance.choices(LETTERS, k=chance.randint(max(least, 1), min(most, max(least, 40)))))
    if form.kind != "N":
        return PLAIN[form.kind]
    digits = form.total_digits or 1
    if form.fraction_digits is None:
        return str(chance.randrange(10 ** min(digits, 9)))
    return f"{Decimal(chance.randrange(10**digits)).scaleb(-chance.randint(0, form.fraction_digits)):f}"
