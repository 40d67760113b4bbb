"""Finding the signature and reading its form (§6.2): one, directly below the root, over the whole document, no other.

Stricter than XML Signature on purpose: what allows a second reading (another reference, another transform, a second
signature, text beside comments) is refused before any key is looked at.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field

from lxml import etree

from swsim.simulator.messages.node import DS
from swsim.simulator.signature.algorithms import C14N, DIGESTS, ENVELOPED, METHODS, Digest, Family, Method
from swsim.simulator.signature.report import Problem, Step
from swsim.simulator.signature.sm2 import SIZE

_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2})+")
_DIGEST_SIZES = {"sha1": 20, "sm3": 32}


class FormError(Exception):
    """A form that cannot be judged further; `step` says why."""

    def __init__(self, step: Step) -> None:
        self.step = step
        super().__init__(f"{step.name}: expected {step.expected}, found {step.found}")


@dataclass(slots=True)
class Form:
    """What a signature says of itself. `steps` are those taken so far."""

    element: etree._Element
    signed_info: etree._Element
    method: Method
    digest: Digest
    digest_value: bytes
    value: bytes
    key_name: str
    certificate: bytes
    steps: list[Step] = field(default_factory=list)
    enveloped: bool = True
    """Whether the transform that leaves the signature out is written down."""


def read_form(root: etree._Element) -> Form | None:
    """The one signature of a document; None where there is none, FormError where it is not to be judged."""
    found = list(root.iter(f"{{{DS}}}Signature"))
    if not found:
        return None
    if len(found) > 1:
        raise FormError(
            _fail("single", "1 ds:Signature", f"{len(found)}: {', '.join(map(_path, found[:3]))}", "doubled")
        )
    signature = found[0]
    if signature.getparent() is not root:
        raise FormError(_fail("single", f"a child of /{_local(root)}", _path(signature), "moved"))
    notes: list[Step] = []
    signed_info, value, *rest = _children(signature, ("SignedInfo", "SignatureValue"), ("KeyInfo",))
    whole = {"", f"#{root.get('Id')}"} if root.get("Id") else {""}
    method, digest, digest_value, enveloped = _signed_info(signed_info, notes, whole)
    raw = _base64(value, "form")
    key_name, certificate = _key_info(rest[0]) if rest else ("", b"")
    return Form(
        signature,
        signed_info,
        method,
        digest,
        digest_value,
        raw,
        key_name,
        certificate,
        [Step("present", "ok"), Step("single", "ok"), *notes],
        enveloped,
    )


def _signed_info(signed_info: etree._Element, notes: list[Step], whole: set[str]) -> tuple[Method, Digest, bytes, bool]:
    if signed_info.attrib:
        raise FormError(_fail("form", "SignedInfo without attributes", ", ".join(map(str, signed_info.attrib)), "form"))
    canonicalisation, method_at, *references = _children(
        signed_info, ("CanonicalizationMethod", "SignatureMethod"), ("Reference",), repeated=True
    )
    if (uri := _algorithm(canonicalisation)) != C14N:
        raise FormError(_fail("form", C14N, uri, "algorithm"))
    method = METHODS.get(uri := _algorithm(method_at))
    if method is None:
        raise FormError(_fail("form", _names(METHODS), uri, "algorithm"))
    if not method.official:
        official = next(key for key, one in METHODS.items() if one.official and one.family is method.family)
        notes.append(Step("form", "note", official, uri, "field-uri"))
    if len(references) != 1:
        raise FormError(_fail("reference", "1 Reference", str(len(references)), "references"))
    digest, digest_value, enveloped = _reference(references[0], notes, whole)
    if (digest.name == "sm3") is not (method.family is Family.SM2):
        notes.append(Step("form", "note", "sm2-sm3 + sm3, rsa-sha1 + sha1", f"{method.name} + {digest.name}", "mixed"))
    if not notes:
        notes.append(Step("form", "ok", f"{method.name}, {digest.name}", f"{method.name}, {digest.name}"))
    return method, digest, digest_value, enveloped


def _reference(reference: etree._Element, notes: list[Step], whole: set[str]) -> tuple[Digest, bytes, bool]:
    """`whole`: what a URI says for the whole document, empty or the Id on the root of an envelope."""
    if (uri := reference.get("URI")) not in whole:
        raise FormError(_fail("reference", 'URI=""', "no URI" if uri is None else f'URI="{uri}"', "partly"))
    named = [_local(child) for child in reference.iterchildren("*")]
    most = ("Transforms",) if "Transforms" in named else ()
    *transforms, method_at, value = _children(reference, (*most, "DigestMethod", "DigestValue"), ())
    steps = [child for one in transforms for child in _children(one, (), ("Transform",), repeated=True)]
    algorithms = [_algorithm(step) for step in steps]
    if any(len(step) or (step.text or "").strip() for step in steps):
        raise FormError(_fail("reference", "a Transform without content", "content", "transforms"))
    if algorithms not in ([], [ENVELOPED], [ENVELOPED, C14N]):
        raise FormError(_fail("reference", ENVELOPED, ", ".join(algorithms), "transforms"))
    digest = DIGESTS.get(uri := _algorithm(method_at))
    if digest is None:
        raise FormError(_fail("form", _names(DIGESTS), uri, "algorithm"))
    if not algorithms:
        notes.append(Step("reference", "note", ENVELOPED, "no Transform", "no-transform"))
    return digest, _base64(value, "reference", _DIGEST_SIZES[digest.name]), bool(algorithms)


def _key_info(info: etree._Element) -> tuple[str, bytes]:
    names = [_text(one, "key") for one in info.iterchildren(f"{{{DS}}}KeyName")]
    inside = f"{{{DS}}}X509Data/{{{DS}}}X509Certificate"
    certificates = [_text(one, "key") for one in info.iterfind(inside)]
    if len(names) > 1 or len(certificates) > 1:
        found = f"{len(names)} KeyName, {len(certificates)} X509Certificate"
        raise FormError(_fail("key", "at most 1 KeyName and 1 X509Certificate", found, "keys"))
    return names[0].strip() if names else "", "".join(certificates).encode()


def _children(
    parent: etree._Element, needed: tuple[str, ...], more: tuple[str, ...], *, repeated: bool = False
) -> list[etree._Element]:
    """The element children, which are `needed` and then `more` (0 to 1 of it, any number where `repeated`)."""
    found = list(parent.iterchildren("*"))
    names = [_local(child) if child.tag == f"{{{DS}}}{_local(child)}" else str(child.tag) for child in found]
    rest = names[len(needed) :]
    if names[: len(needed)] != list(needed) or set(rest) - set(more) or (len(rest) > 1 and not repeated):
        expected = ", ".join((*needed, *(f"{name}…" if repeated else f"[{name}]" for name in more)))
        raise FormError(_fail("form", f"{_local(parent)} of {expected}", ", ".join(names) or "nothing", "form"))
    return found


def _base64(element: etree._Element, step: str, size: int = 0) -> bytes:
    text = b"".join(_text(element, step).encode().split())
    try:
        value = base64.b64decode(text, validate=True)
    except binascii.Error:
        value = b""
    sizes = (size,) if size else (SIZE, 128, 256)
    if _HEX.fullmatch(text) and len(text) // 2 in sizes and len(value) not in sizes:
        raise FormError(_fail(step, f"{_local(element)} in Base64", _cut(text.decode()), "hex"))
    if not value:
        raise FormError(_fail(step, f"{_local(element)} in Base64", _cut(text.decode()) or "nothing", "base64"))
    return value


def _text(element: etree._Element, step: str) -> str:
    if len(element):  # comments too: text that stands on both sides of one reads in two ways
        raise FormError(_fail(step, f"{_local(element)} of text only", "elements, comments or instructions", "form"))
    return element.text or ""


def _algorithm(element: etree._Element) -> str:
    return element.get("Algorithm", "")


def _names(table: dict[str, Method] | dict[str, Digest]) -> str:
    return " or ".join(uri for uri, one in table.items() if one.official)


def _fail(name: str, expected: str, found: str, hint: str) -> Step:
    return Step(name, "fail", expected, found, hint, Problem.FORM)


def _local(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _path(element: etree._Element) -> str:
    return "/" + "/".join(_local(one) for one in (*reversed(list(element.iterancestors())), element))


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
