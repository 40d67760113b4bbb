"""`ds:Signature` as the annex declares it (§6.2). Its schema is not the W3C's: no `HMACOutputLength`, mixed method
elements, no `Object` inside `Signature`. A table of types; `schema` turns it into XSD.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Element:
    """An element inside a content model: a global one where `type` is empty, else a local one of that type."""

    name: str
    least: int = 1
    most: int | None = 1
    type: str = ""


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Any element: of another namespace (``##other``) or of any (``##any``), validated where a schema is known."""

    namespace: str = "##other"
    least: int = 1
    most: int | None = 1


@dataclass(frozen=True, slots=True)
class Group:
    """A sequence or choice of particles."""

    kind: Literal["sequence", "choice"]
    items: tuple["Element | Wildcard | Group", ...]
    least: int = 1
    most: int | None = 1


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of an XSD built-in type."""

    name: str
    type: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Type:
    """A complex type; `value` makes it a simple content of that XSD type."""

    name: str
    content: Group | None = None
    attributes: tuple[Attribute, ...] = ()
    mixed: bool = False
    value: str = ""


def sequence(*items: Element | Wildcard | Group, least: int = 1, most: int | None = 1) -> Group:
    return Group("sequence", items, least, most)


def choice(*items: Element | Wildcard | Group, least: int = 1, most: int | None = 1) -> Group:
    return Group("choice", items, least, most)


ID = Attribute("Id", "ID")
ALGORITHM = (Attribute("Algorithm", "anyURI", required=True),)
OTHER = Wildcard()
LOCAL = "string"
BINARY = "base64Binary"
CRYPTO = "ds:CryptoBinary"

SIMPLE_TYPES = {"CryptoBinary": BINARY, "DigestValueType": BINARY}

TYPES = (
    Type("SignatureType", sequence(Element("SignedInfo"), Element("SignatureValue"), Element("KeyInfo", 0)), (ID,)),
    Type("SignatureValueType", value=BINARY),
    Type(
        "SignedInfoType",
        sequence(Element("CanonicalizationMethod"), Element("SignatureMethod"), Element("Reference", most=None)),
    ),
    Type("CanonicalizationMethodType", attributes=ALGORITHM, mixed=True),
    Type("SignatureMethodType", attributes=ALGORITHM, mixed=True),
    Type(
        "ReferenceType",
        sequence(Element("Transforms", 0), Element("DigestMethod"), Element("DigestValue")),
        (ID, Attribute("URI", "anyURI"), Attribute("Type", "anyURI")),
    ),
    Type("TransformsType", sequence(Element("Transform", most=None))),
    Type("TransformType", choice(OTHER, Element("XPath", type=LOCAL), least=0, most=None), ALGORITHM, mixed=True),
    Type("DigestMethodType", attributes=ALGORITHM, mixed=True),
    Type(
        "KeyInfoType",
        choice(
            Element("KeyName"),
            Element("KeyValue"),
            Element("RetrievalMethod"),
            Element("X509Data"),
            Element("PGPData"),
            Element("SPKIData"),
            Element("MgmtData"),
            OTHER,
            most=None,
        ),
        mixed=True,
    ),
    Type("KeyValueType", choice(Element("DSAKeyValue"), Element("RSAKeyValue"), OTHER), mixed=True),
    Type(
        "RetrievalMethodType",
        sequence(Element("Transforms", 0)),
        (Attribute("URI", "anyURI"), Attribute("Type", "anyURI")),
    ),
    Type(
        "X509DataType",
        sequence(
            choice(
                Element("X509IssuerSerial", type="ds:X509IssuerSerialType"),
                Element("X509SKI", type=BINARY),
                Element("X509SubjectName", type=LOCAL),
                Element("X509Certificate", type=BINARY),
                Element("X509CRL", type=BINARY),
                OTHER,
            ),
            most=None,
        ),
    ),
    Type(
        "X509IssuerSerialType",
        sequence(Element("X509IssuerName", type=LOCAL), Element("X509SerialNumber", type="integer")),
    ),
    Type(
        "PGPDataType",
        choice(
            sequence(
                Element("PGPKeyID", type=BINARY),
                Element("PGPKeyPacket", 0, type=BINARY),
                Wildcard(least=0, most=None),
            ),
            sequence(Element("PGPKeyPacket", type=BINARY), Wildcard(least=0, most=None)),
        ),
    ),
    Type("SPKIDataType", sequence(Element("SPKISexp", type=BINARY), Wildcard(least=0), most=None)),
    Type(
        "ObjectType",
        sequence(Wildcard("##any"), least=0, most=None),
        (ID, Attribute("MimeType", "string"), Attribute("Encoding", "anyURI")),
        mixed=True,
    ),
    Type("ManifestType", sequence(Element("Reference", most=None)), (ID,)),
    Type("SignaturePropertiesType", sequence(Element("SignatureProperty", most=None)), (ID,)),
    Type(
        "SignaturePropertyType",
        choice(OTHER, most=None),
        (Attribute("Target", "anyURI", required=True), ID),
        mixed=True,
    ),
    Type(
        "DSAKeyValueType",
        sequence(
            sequence(Element("P", type=CRYPTO), Element("Q", type=CRYPTO), least=0),
            Element("G", 0, type=CRYPTO),
            Element("Y", type=CRYPTO),
            Element("J", 0, type=CRYPTO),
            sequence(Element("Seed", type=CRYPTO), Element("PgenCounter", type=CRYPTO), least=0),
        ),
    ),
    Type("RSAKeyValueType", sequence(Element("Modulus", type=CRYPTO), Element("Exponent", type=CRYPTO))),
)

ELEMENTS = {
    name: f"ds:{name}Type"
    for name in (
        "Signature",
        "SignatureValue",
        "SignedInfo",
        "CanonicalizationMethod",
        "SignatureMethod",
        "Reference",
        "Transforms",
        "Transform",
        "DigestMethod",
        "DigestValue",
        "KeyInfo",
        "KeyValue",
        "RetrievalMethod",
        "X509Data",
        "PGPData",
        "SPKIData",
        "Object",
        "Manifest",
        "SignatureProperties",
        "SignatureProperty",
        "DSAKeyValue",
        "RSAKeyValue",
    )
} | {"KeyName": LOCAL, "MgmtData": LOCAL}
