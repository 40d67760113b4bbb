"""Signing a message as the annex asks (§6.2), and, for tests of what goes wrong, nearly so."""

import base64
import re
from xml.sax.saxutils import escape

from lxml import etree

from swsim.simulator.messages.node import CEB, DS
from swsim.simulator.signature import algorithms
from swsim.simulator.signature.algorithms import C14N, DIGESTS, ENVELOPED, METHODS, OFFICIAL_DIGEST, OFFICIAL_METHOD
from swsim.simulator.signature.authority import Identity
from swsim.simulator.signature.canonical import canonical, in_document, in_fixed_scope, parse

_END_TAG = re.compile(rb"</[^<>]+>")
_ENCODINGS = {None, "UTF-8", "utf-8", "ASCII"}
_EXTENSION = f"{{{CEB}}}ExtendMessage"


def sign(data: bytes, identity: Identity, *, method: str = "", digest: str = "", as_ukey: bool = False) -> bytes:
    """The message with its signature as the last child (before ExtendMessage).

    Its bytes are left as they were, where it is UTF-8 and ends with its root; otherwise it is written anew.

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
    digested = base64.b64encode(DIGESTS[digest].of(canonical(root))).decode()
    template = _template(method, digest, digested, identity)
    signature = etree.fromstring(template.format(""))
    extension = root.find(_EXTENSION)
    root.insert(len(root) if extension is None else root.index(extension), signature)
    text = in_fixed_scope(signature[0]) if as_ukey else in_document(signature[0])
    value = base64.b64encode(algorithms.sign(identity.key, text)).decode()
    body = data.rstrip()
    end = body.rfind(b"</")
    if extension is None and _END_TAG.fullmatch(body, end) and root.getroottree().docinfo.encoding in _ENCODINGS:
        return data[:end] + template.format(value).encode() + data[end:]
    signature[1].text = value
    out: bytes = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)
    return out


def _template(method: str, digest: str, value: str, identity: Identity) -> str:
    """The signature but for its value, which takes the place of ``{}``."""
    certificate = base64.b64encode(identity.certificate.der).decode()
    name = escape(identity.key_name).replace("{", "{{").replace("}", "}}")
    name = f"<ds:KeyName>{name}</ds:KeyName>" if name else ""
    return (
        f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>'
        f'<ds:CanonicalizationMethod Algorithm="{C14N}"/><ds:SignatureMethod Algorithm="{method}"/>'
        f'<ds:Reference URI=""><ds:Transforms><ds:Transform Algorithm="{ENVELOPED}"/></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{digest}"/><ds:DigestValue>{value}</ds:DigestValue></ds:Reference>'
        f"</ds:SignedInfo><ds:SignatureValue>{{}}</ds:SignatureValue><ds:KeyInfo>{name}"
        f"<ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
    )
