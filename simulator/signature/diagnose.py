"""Why a digest or a value does not fit: what clients are known to do wrong is done again, to see what they signed.

Each row is one mistake. It is tried over the document with and without the text around Signature, since the mistakes
come together. Only for what does not verify, so its cost (one canonical form a row) is paid by nobody else.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import suppress

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree

from swsim.simulator.messages.node import CEB
from swsim.simulator.signature import sm2
from swsim.simulator.signature.algorithms import RSA_DIGESTS, Family, PublicKey, rsa_key, sha1, sm3
from swsim.simulator.signature.canonical import FIXED, XSI, canonical, declare, drop, parse

MAX_BYTES = 1024 * 1024
"""A larger document is not diagnosed, only refused: this one takes half a second."""
_BOM = b"\xef\xbb\xbf"
_DECLARATION = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<\?xml\b[^>]*\?>\s*")
_END_TAG = rb"</((?:[\w.-]+:)?%b)\s*>"
_TAG = re.compile(rb"<(/?)([A-Za-z_])(?=[\w.-]*[\s/>])")
_XSI = f' xmlns:xsi="{XSI}"'.encode()
_CEB = CEB.encode()
OTHER_DIGESTS: tuple[Callable[[bytes], bytes], ...] = (sm3, sha1, lambda data: hashlib.sha256(data).digest())


class Readings:
    """The canonical text of a document without its signature, which is taken out of its tree on the way."""

    def __init__(self, root: etree._Element, signature: etree._Element) -> None:
        self._root, self._before = root, signature.getprevious()
        self._ahead = (root.text if self._before is None else self._before.tail) or ""
        self._blank = bool(signature.tail) and not (signature.tail or "").strip()
        drop(signature, tail=False)
        self.strict = canonical(root)

    def behind(self) -> bytes:
        """Without the white space behind Signature."""
        return self._with(self._ahead) if self._blank else self.strict

    def around(self) -> bytes:
        """Without the white space before it too."""
        return self._with("") if not self._ahead.strip() else self.behind()

    def _with(self, text: str) -> bytes:
        if self._before is None:
            self._root.text = text
        else:
            self._before.tail = text
        return canonical(self._root)


def why_digest(data: bytes, readings: Readings, wanted: bytes, digest: Callable[[bytes], bytes]) -> str:
    """The hint that explains a digest; ``changed`` where nothing does."""
    if len(data) > MAX_BYTES:
        return "changed"
    texts = dict.fromkeys((readings.strict, readings.behind(), readings.around()))
    for hint, make in MISTAKES:
        for text in texts:
            with suppress(ValueError, etree.LxmlError):
                if any(digest(one) == wanted for one in make(text, data)):
                    return hint
    sized = [one for one in OTHER_DIGESTS if len(one(b"")) == len(wanted) and one is not digest]
    if any(one(text) == wanted for one in sized for text in texts):
        return "digest-algorithm"
    return "changed"


Make = Callable[[bytes, bytes], Iterator[bytes]]


def _with_xsi(text: bytes, _: bytes) -> Iterator[bytes]:
    yield canonical(parse(declare(text, {"xsi": XSI})))
    yield canonical(parse(declare(text, FIXED)))


def _without_xsi(text: bytes, _: bytes) -> Iterator[bytes]:
    end = text.index(b">")
    if b"xsi:" not in text[end:]:
        yield text[:end].replace(_XSI, b"") + text[end:]


def _exclusive(text: bytes, _: bytes) -> Iterator[bytes]:
    yield canonical(parse(text), exclusive=True)


def _with_comments(_: bytes, data: bytes) -> Iterator[bytes]:
    for tail in (False, True):
        root = parse(data)
        drop(next(root.iterchildren("{*}Signature")), tail=tail)
        yield canonical(root, comments=True)


def _without_instructions(text: bytes, _: bytes) -> Iterator[bytes]:
    root = parse(text)
    if any(True for _ in root.iter(etree.ProcessingInstruction)) or text[:2] == b"<?" or text[-2:] == b"?>":
        etree.strip_tags(root, etree.ProcessingInstruction)
        yield canonical(parse(etree.tostring(root)))


def _compact(text: bytes, _: bytes) -> Iterator[bytes]:
    root = parse(text)
    for element in root.iter():
        if len(element) and not (element.text or "").strip():
            element.text = None
        if not (element.tail or "").strip():
            element.tail = None
    yield canonical(root)


def _indented(text: bytes, data: bytes) -> Iterator[bytes]:
    compact = next(_compact(text, data))
    for space in ("  ", "    ", "\t"):
        root = parse(compact)
        etree.indent(root, space=space)
        pretty = canonical(root)
        yield pretty
        yield pretty.replace(b"\n", b"&#xD;\n")


def _returns_counted(text: bytes, _: bytes) -> Iterator[bytes]:
    yield text.replace(b"\n", b"&#xD;\n")
    yield text.replace(b"\n", b"\r\n")


def _returns_referenced(text: bytes, _: bytes) -> Iterator[bytes]:
    yield text.replace(b"&#xD;", b"")
    yield text.replace(b"&#xD;\n", b"\n").replace(b"&#xD;", b"\n")


def _raw(data: bytes) -> Iterator[bytes]:
    """The message as text with Signature cut out, and with what may have been done to line ends since."""
    start, end = _span(data, b"Signature")
    cut = data[:start] + data[end:]
    body = cut.rstrip()
    last = max(body.rfind(b"</"), 0)
    behind = body[:last].rstrip() + body[last:]
    for one in dict.fromkeys((cut, body, behind, behind + b"\n")):
        lf = one.replace(b"\r\n", b"\n")
        yield from dict.fromkeys((one, lf, lf.replace(b"\n", b"\r\n")))


def _raw_text(_: bytes, data: bytes) -> Iterator[bytes]:
    for one in _raw(data.removeprefix(_BOM)):
        yield one
        yield _DECLARATION.sub(b"", one)


def _raw_with_bom(_: bytes, data: bytes) -> Iterator[bytes]:
    for one in _raw(data.removeprefix(_BOM)):
        yield _BOM + one
        yield _BOM + _DECLARATION.sub(b"", one)


def _bom_before_canonical(text: bytes, _: bytes) -> Iterator[bytes]:
    yield _BOM + text


def _other_prefix(text: bytes, _: bytes) -> Iterator[bytes]:
    if b' xmlns="' + _CEB in text:
        yield _TAG.sub(rb"<\1ceb:\2", text).replace(b' xmlns="' + _CEB, b' xmlns:ceb="' + _CEB)
    else:
        default = text.replace(b"<ceb:", b"<").replace(b"</ceb:", b"</")
        yield default.replace(b' xmlns:ceb="' + _CEB, b' xmlns="' + _CEB)


MISTAKES: tuple[tuple[str, Make], ...] = (
    ("around", lambda text, _: iter((text,))),
    ("xsi", _with_xsi),
    ("no-xsi", _without_xsi),
    ("exclusive", _exclusive),
    ("comments", _with_comments),
    ("instructions", _without_instructions),
    ("prefix", _other_prefix),
    ("cr-reference", _returns_referenced),
    ("crlf", _returns_counted),
    ("raw-bom", _bom_before_canonical),
    ("raw-text", _raw_text),
    ("raw-bom", _raw_with_bom),
    ("compact", _compact),
    ("indented", _indented),
)
"""Hint, and what would have been digested; the likelier and cheaper first."""


def raw_signed_info(data: bytes) -> bytes:
    """SignedInfo as it stands in the text; empty where it is not found."""
    start, end = _span(data, b"SignedInfo")
    return data[start:end]


def _span(data: bytes, name: bytes) -> tuple[int, int]:
    """Where the last element of a name stands in the text, in one pass; an empty span where it is not found."""
    ends = list(re.finditer(_END_TAG % name, data))
    at = ends[-1].start() if ends else -1
    while ends and (at := data.rfind(b"<" + ends[-1][1], 0, at)) >= 0:
        if data[(behind := at + 1 + len(ends[-1][1])) : behind + 1] in {b">", b" ", b"\t", b"\r", b"\n"}:
            return at, ends[-1].end()
    return len(data), len(data)


def why_value(key: PublicKey, candidates: tuple[tuple[str, bytes], ...], signature: bytes) -> tuple[str, str, str]:
    """Hint, expected and found for a value that fits no accepted form of SignedInfo."""
    if key.family is Family.RSA:
        return _why_rsa(key, candidates, signature)
    raw = signature if len(signature) == sm2.SIZE else sm2.raw_of(signature)
    if raw is None:
        return "value-size", "64 bytes r||s", f"{len(signature)} bytes"
    for hint, text in candidates[2:]:
        if sm2.verify(key.data, text, raw):
            return hint, "SignedInfo in canonical form, in its document", "another form of it"
    for _, text in candidates:
        if sm2.verify(key.data, text, raw, None):
            return "no-z", sm2.DEFAULT_ID.decode(), "no id"
    return "value", "r||s of this certificate's key over SignedInfo", "r||s that does not fit"


def _why_rsa(key: PublicKey, candidates: tuple[tuple[str, bytes], ...], signature: bytes) -> tuple[str, str, str]:
    """RSA tells which digest was signed: with the right key, the wrong text is told from the wrong key."""
    for name, algorithm in RSA_DIGESTS.items():
        with suppress(InvalidSignature, ValueError):
            signed = rsa_key(key.data).recover_data_from_signature(signature, padding.PKCS1v15(), algorithm)
            digests = {hint: hashlib.new(name, text, usedforsecurity=False).digest() for hint, text in candidates}
            ours = f"{name} {next(iter(digests.values())).hex()}"
            if name != "sha1":
                return f"rsa-{name}", "sha1", name
            match = next((hint for hint, one in digests.items() if one == signed), "other-info")
            return match, ours, f"{name} {signed.hex()}"
    return "other-key", "a value of this certificate's key", "one that its key does not open"
