"""Signing a message as the annex asks (§6.2), and, for tests of what goes wrong, nearly so."""

import base64

from lxml import etree

from swsim.simulator.messages.node import CEB, DS
from swsim.simulator.signature import algorithms
from swsim.simulator.signature.algorithms import C14N, DIGESTS, ENVELOPED, METHODS, OFFICIAL_DIGEST, OFFICIAL_METHOD
from swsim.simulator.signature.authority import Identity
from swsim.simulator.signature.canonical import canonical, in_document, in_fixed_scope, parse

_EXTENSION = f"{{{CEB}}}ExtendMessage"


def sign(data: bytes, identity: Identity, *, method: str = "", digest: str = "", as_ukey: bool = False) -> bytes:
    """The message with its signature as the last child (before ExtendMessage); its text is otherwise unchanged.

    `method` and `digest` are URIs, the official ones of the key by default. `as_ukey` signs SignedInfo with ceb, ds
    and xsi in scope, as a Ukey does whatever the document declares. ValueError where it bears a signature already.
    """
    family = identity.key.family
    method, digest = method or OFFICIAL_METHOD[family], digest or OFFICIAL_DIGEST[family]
    if method not in METHODS or METHODS[method].family is not family or digest not in DIGESTS:
        raise ValueError(f"expected algorithms of {family} ({', '.join(METHODS)}), got {method} and {digest}")
    root = parse(data)
    if any(True for _ in root.iter(f"{{{DS}}}Signature")):
        raise ValueError("expected a message without signature, it bears one already")
    value = base64.b64encode(DIGESTS[digest].of(canonical(root))).decode()
    signature = etree.fromstring(_template(method, digest, value, identity))
    extension = root.find(_EXTENSION)
    root.insert(len(root) if extension is None else root.index(extension), signature)
    signed_info = signature[0]
    text = in_fixed_scope(signed_info) if as_ukey else in_document(signed_info)
    signature[1].text = base64.b64encode(algorithms.sign(identity.key, text)).decode()
    out: bytes = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)
    return out


def _template(method: str, digest: str, value: str, identity: Identity) -> str:
    certificate = base64.b64encode(identity.certificate.der).decode()
    name = f"<ds:KeyName>{identity.key_name}</ds:KeyName>" if identity.key_name else ""
    return (
        f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>'
        f'<ds:CanonicalizationMethod Algorithm="{C14N}"/><ds:SignatureMethod Algorithm="{method}"/>'
        f'<ds:Reference URI=""><ds:Transforms><ds:Transform Algorithm="{ENVELOPED}"/></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{digest}"/><ds:DigestValue>{value}</ds:DigestValue></ds:Reference>'
        f"</ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo>{name}"
        f"<ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
    )
