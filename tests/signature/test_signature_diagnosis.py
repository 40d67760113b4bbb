"""What real clients do wrong when they sign, and that the diagnosis names it. Each case signs as such a client does."""

import base64
import time
from collections.abc import Callable

import pytest
from lxml import etree
from signature_cases import (
    AGENT,
    BODY,
    DATA,
    DEFAULT,
    WITHOUT_XSI,
    checked,
    hint_of,
    identity,
    readings,
    resign,
    signed,
    with_digest,
)

from swsim.simulator.messages.node import CEB, DS
from swsim.simulator.signature import sm2
from swsim.simulator.signature.algorithms import DIGESTS, METHODS, RSA_DIGESTS, Family, sha1, sm3
from swsim.simulator.signature.algorithms import sign as raw_sign
from swsim.simulator.signature.canonical import XSI, canonical, in_document, in_fixed_scope, on_its_own
from swsim.simulator.signature.hints import HINTS
from swsim.simulator.signature.report import Problem, Step
from swsim.simulator.signature.sign import sign
from swsim.simulator.signature.verify import examine

END = b"</ceb:CEB603Message>"
FAMILIES = list(Family)


def text(data: bytes, *, exclusive: bool = False, comments: bool = False) -> bytes:
    """A document's canonical form."""
    return canonical(etree.fromstring(data), exclusive=exclusive, comments=comments)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_line_break_behind_signature(family: Family) -> None:
    """The widest-used client: strict no, lenient yes, with both digests and the reason."""
    verdict = checked(signed(DATA, family).replace(END, b"\n" + END))

    assert readings(verdict) == (False, True, True)
    assert verdict.accepted()
    assert not verdict.accepted("strict")
    assert hint_of(verdict, "digest") == "tail"
    step = next(one for one in verdict.steps if one.name == "digest")
    assert step.state == "note"
    assert step.expected != step.found
    assert "Signature" in step.advice.zh
    assert "behind Signature" in step.advice.en


def test_text_behind_signature_that_is_no_white_space_is_no_leniency() -> None:
    """It would be content."""
    assert checked(signed().replace(END, b"x" + END)).problem is Problem.DIFFERS


@pytest.mark.parametrize("family", FAMILIES)
def test_xsi_missing_from_scope(family: Family) -> None:
    """A Ukey has ceb, ds and xsi in scope, the official samples declare no xsi: only the fixed scope fits."""
    verdict = checked(sign(WITHOUT_XSI, identity(family), as_ukey=True))

    assert readings(verdict) == (False, False, True)
    assert verdict.accepted()
    assert hint_of(verdict, "value") == "scope"


def test_xsi_missing_from_scope_and_a_line_break() -> None:
    """Mistakes come together."""
    verdict = checked(sign(WITHOUT_XSI, identity(), as_ukey=True).replace(END, b"\n" + END))

    assert readings(verdict) == (False, False, True)
    assert (hint_of(verdict, "digest"), hint_of(verdict, "value")) == ("tail", "scope")


@pytest.mark.parametrize("family", FAMILIES)
def test_xsi_lost_after_signing(family: Family) -> None:
    """Digest and value were over a root that declares it: as a Ukey would have signed."""
    verdict = checked(signed(DATA, family).replace(f' xmlns:xsi="{XSI}"'.encode(), b""))

    assert readings(verdict) == (False, False, True)
    assert hint_of(verdict, "digest") == "xsi"


def test_without_xsi_and_a_plain_library_it_is_strict_and_no_ukey() -> None:
    """What an XML signature library does over the official form."""
    verdict = checked(signed(WITHOUT_XSI))

    assert readings(verdict) == (True, True, False)
    assert verdict.notes == ()


CRLF = DATA.replace(b"\n", b"\r\n")
COMMENT = DATA.replace(b"<ceb:Inventory>", b"<!-- x --><ceb:Inventory>", 1)
COMPACT = b"".join(line.strip() for line in DATA.splitlines())

WRONG_DIGESTS: dict[str, tuple[bytes, bytes, str]] = {
    "line ends: CRLF counted": (CRLF, text(DATA).replace(b"\n", b"&#xD;\n"), "crlf"),
    "line ends: raw text with CRLF": (DATA, CRLF, "raw-text"),
    "line ends: references in the message": (DATA.replace("衬".encode(), "&#13;\n衬".encode()), b"", "cr-reference"),
    "raw text": (DATA, DATA, "raw-text"),
    "raw text without declaration": (DATA, DATA.split(b"?>\n", 1)[1], "raw-text"),
    "BOM in raw text": (b"\xef\xbb\xbf" + DATA, b"\xef\xbb\xbf" + DATA, "raw-bom"),
    "BOM before the canonical form": (DATA, b"\xef\xbb\xbf" + text(DATA), "raw-bom"),
    "comments counted": (COMMENT, text(COMMENT, comments=True), "comments"),
    "indented after signing": (DATA, text(COMPACT), "compact"),
    "made compact after signing": (COMPACT, text(etree.tostring(etree.fromstring(COMPACT))), ""),
    "exclusive form": (DATA, text(DATA, exclusive=True), "no-xsi"),
    "exclusive form, other names": (
        DATA.replace(b"<ceb:CEB603Message ", b'<ceb:CEB603Message xmlns:o="urn:o" ', 1),
        text(DATA, exclusive=True),
        "exclusive",
    ),
    "xsi declared later": (DATA, text(WITHOUT_XSI), "no-xsi"),
    "default namespace when signed": (DATA, text(DEFAULT), "prefix"),
    "prefix when signed": (DEFAULT, text(DATA), "prefix"),
    "an instruction added": (
        DATA.replace(b"<ceb:Inventory>", b"<?x y?><ceb:Inventory>", 1),
        text(DATA),
        "instructions",
    ),
    "another document": (DATA, text(DATA.replace(b"O1", b"O2")), "changed"),
}


@pytest.mark.parametrize(("message", "digested", "hint"), WRONG_DIGESTS.values(), ids=WRONG_DIGESTS)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_digest_over_something_else(message: bytes, digested: bytes, hint: str, family: Family) -> None:
    """The value is right, the digest is of another text: the step says of which."""
    over = digested or text(message).replace(b"&#xD;\n", b"\n")
    verdict = checked(with_digest(message, over, family))
    if not hint:
        assert verdict.strict
        return
    assert verdict.problem is Problem.DIFFERS
    assert hint_of(verdict, "digest") == hint
    step = verdict.failures[0]
    assert base64.b64decode(step.found) != base64.b64decode(step.expected)
    assert all(step.advice)


@pytest.mark.parametrize("space", ["  ", "    ", "\t"])
def test_made_compact_after_signing(space: str) -> None:
    """Whatever the indentation was."""
    root = etree.fromstring(COMPACT)
    etree.indent(root, space=space)
    assert hint_of(checked(with_digest(COMPACT, canonical(root))), "digest") == "indented"


def test_a_whole_signed_message_indented_after_signing() -> None:
    """Signature and all: its own form changes too, so the value does not fit either."""
    root = etree.fromstring(signed(COMPACT))
    etree.indent(root)
    verdict = checked(etree.tostring(root))
    assert hint_of(verdict, "digest") == "compact"
    assert [step.name for step in verdict.failures][:2] == ["digest", "value"]


def test_crlf_and_lf_are_one_document() -> None:
    """Only the bytes differ; what a parser reads does not."""
    assert checked(signed().replace(b"\n", b"\r\n")).strict
    assert checked(b"\xef\xbb\xbf" + signed()).strict
    assert checked(signed().replace(b"<ceb:Inventory>", b"<!-- added --><ceb:Inventory>", 1)).strict


def test_white_space_around_signature_added_later() -> None:
    """Before it too: not even lenient."""
    data = signed(COMPACT).replace(b"<ds:Signature ", b"\n  <ds:Signature ").replace(END, b"\n" + END)
    assert hint_of(checked(data), "digest") == "around"


@pytest.mark.parametrize(("family", "wrong"), [(Family.SM2, sha1), (Family.RSA, sm3)])
def test_a_digest_of_the_other_algorithm(family: Family, wrong: Callable[[bytes], bytes]) -> None:
    """The digest of one under the name of the other: its size tells."""
    root = etree.fromstring(signed(DATA, family))
    next(root.iter(f"{{{DS}}}DigestValue")).text = base64.b64encode(wrong(text(DATA))).decode()
    assert hint_of(checked(resign(root, identity(family))), "digest") == "digest-algorithm"


@pytest.mark.parametrize("digest", [uri for uri, one in DIGESTS.items() if one.name == "sha1"])
def test_the_uris_of_the_field_are_accepted_with_a_finding(digest: str) -> None:
    """W3C-like sm2-sm3 with a SHA-1 digest."""
    method = next(uri for uri, one in METHODS.items() if not one.official)
    verdict = checked(sign(DATA, identity(), method=method, digest=digest))

    assert verdict.accepted("strict")
    assert [step.hint for step in verdict.notes] == ["field-uri", "mixed"]


def test_a_missing_transform_is_let_pass_but_not_strictly() -> None:
    """W3C would digest the signature too."""
    root = etree.fromstring(signed())
    transforms = next(root.iter(f"{{{DS}}}Transforms"))
    next(root.iter(f"{{{DS}}}Reference")).remove(transforms)
    verdict = checked(resign(root, identity()))

    assert readings(verdict) == (False, True, True)
    assert hint_of(verdict, "reference") == "no-transform"


def value_of(root: etree._Element, value: bytes) -> bytes:
    """A message with another SignatureValue."""
    next(root.iter(f"{{{DS}}}SignatureValue")).text = base64.b64encode(value).decode()
    out: bytes = etree.tostring(root)
    return out


def test_an_sm2_value_as_der() -> None:
    """What OpenSSL and Java libraries write."""
    root = etree.fromstring(signed())
    raw = base64.b64decode(next(root.iter(f"{{{DS}}}SignatureValue")).text or "")
    verdict = checked(value_of(root, sm2.der_of(raw)))

    assert readings(verdict) == (False, True, True)
    assert hint_of(verdict, "value") == "der"


@pytest.mark.skipif(not sm2.BACKEND.chooses_id, reason="the library of this machine takes no other id")
def test_an_sm2_value_without_the_signers_id() -> None:
    """Z left out: the message alone was hashed."""
    gmssl_pyx = pytest.importorskip("gmssl_pyx")
    root = etree.fromstring(signed())
    key = identity().key
    over = in_document(next(root.iter(f"{{{DS}}}SignedInfo")))
    raw = sm2.raw_of(gmssl_pyx.sm2_sign(key.data, key.public.data, over, None))
    assert raw is not None
    assert hint_of(checked(value_of(root, raw)), "value") == "no-z"


def test_an_sm2_value_of_another_size() -> None:
    """The annex's sample carries one of 128 bytes."""
    assert hint_of(checked(value_of(etree.fromstring(signed()), b"x" * 128)), "value") == "value-size"


def test_a_value_in_hexadecimal() -> None:
    """Base64 is asked for."""
    root = etree.fromstring(signed())
    value = next(root.iter(f"{{{DS}}}SignatureValue"))
    value.text = base64.b64decode(value.text or "").hex()
    verdict = checked(etree.tostring(root))
    assert (verdict.problem, hint_of(verdict, "form")) == (Problem.FORM, "hex")


def test_a_value_that_is_no_base64() -> None:
    """Or nothing at all."""
    for wrong in ("***", ""):
        root = etree.fromstring(signed())
        next(root.iter(f"{{{DS}}}SignatureValue")).text = wrong
        assert hint_of(checked(etree.tostring(root)), "form") == "base64"


@pytest.mark.parametrize("family", FAMILIES)
def test_signed_info_by_exclusive_form(family: Family) -> None:
    """Names of the root left out."""
    root = etree.fromstring(signed(DATA, family))
    over = on_its_own(next(root.iter(f"{{{DS}}}SignedInfo")))
    assert hint_of(checked(resign(root, identity(family), text=over)), "value") == "own-scope"


@pytest.mark.parametrize("family", FAMILIES)
def test_signed_info_as_text(family: Family) -> None:
    """Not canonicalised: short tags stay short, names are not in scope."""
    data = signed(DATA, family)
    over = data[data.index(b"<ds:SignedInfo>") : data.index(b"<ds:SignatureValue>")]
    assert hint_of(checked(resign(etree.fromstring(data), identity(family), text=over)), "value") == "raw-info"


def test_rsa_with_sha256() -> None:
    """Under the name of SHA-1."""
    root = etree.fromstring(signed(DATA, Family.RSA))
    over = in_document(next(root.iter(f"{{{DS}}}SignedInfo")))
    value = raw_sign(identity(Family.RSA).key, over, "sha256")
    assert "sha256" in RSA_DIGESTS
    assert hint_of(checked(value_of(root, value)), "value") == "rsa-sha256"


def test_diagnosis_can_be_left_out() -> None:
    """Refused all the same, without a reason."""
    data = with_digest(DATA, DATA)
    found = examine(data, diagnose=False)
    assert (found.digest, found.steps[-1].hint) == ("", "")


def test_every_hint_is_told_in_both_languages() -> None:
    """And every one that the code names is in the table."""
    for key, hint in HINTS.items():
        assert hint.zh, key
        assert hint.en, key
        assert Step("value", "fail", hint=key).advice == hint


def test_the_fixed_scope_is_what_public_vectors_show() -> None:
    """SignedInfo with ceb, ds, xsi, in the order of C14N, whatever the document declares."""
    head = f'<ds:SignedInfo xmlns:ceb="{CEB}" xmlns:ds="{DS}" xmlns:xsi="{XSI}">'.encode()
    for data in (DATA, WITHOUT_XSI, DEFAULT):
        root = etree.fromstring(signed(data))
        assert in_fixed_scope(next(root.iter(f"{{{DS}}}SignedInfo"))).startswith(head)
    assert AGENT in BODY


def test_signature_may_stand_first() -> None:
    """The schema wants it behind BaseTransfer; the digest does not mind, and what was around it is dropped rightly."""
    bare = f'<ceb:CEB603Message xmlns:ceb="{CEB}" xmlns:xsi="{XSI}"></ceb:CEB603Message>'.encode()
    data = signed(bare)
    assert checked(data).strict
    assert hint_of(checked(data.replace(END, b"\n" + END)), "digest") == "tail"
    assert hint_of(checked(data.replace(b"<ds:Signature ", b"\n<ds:Signature ")), "digest") == "around"


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "filling",
    [
        b"<!--" + b"<Signature " * 40000 + b"-->",
        b"<!--" + b"</ds:Signature>" * 30000 + b"-->",
        b"<ceb:a>" + b" " * 500000 + b"</ceb:a>",
        b"<ceb:a>" + b"\n" * 500000 + b"</ceb:a>",
        b"<ceb:a x='" + b"&#13;&gt;" * 30000 + b"'/>",
        b"<ceb:a><ceb:b/>\n</ceb:a>" * 20000,
    ],
    ids=["starts", "ends", "spaces", "lines", "references", "elements"],
)
def test_looking_for_the_reason_takes_no_long_time(filling: bytes) -> None:
    """Half a megabyte made to keep us busy is refused in about a second."""
    data = signed().replace(b"</ceb:Inventory>", filling + b"</ceb:Inventory>", 1)
    started = time.process_time()
    verdict = checked(data)
    assert time.process_time() - started < 5
    assert not verdict.accepted() or filling.startswith(b"<!--")


def test_an_attribute_on_signed_info_is_refused() -> None:
    """It has none (§6.2); one could play with the names in scope."""
    root = etree.fromstring(signed())
    next(root.iter(f"{{{DS}}}SignedInfo")).set("{urn:x}a", "b")
    assert checked(resign(root, identity())).problem is Problem.FORM


@pytest.mark.parametrize("place", [b"<ceb:Inventory>", b"<ds:SignedInfo>"])
def test_a_relative_namespace_is_told(place: bytes) -> None:
    """C14N refuses to write it: neither an error of ours nor a digest that could agree."""
    data = signed().replace(place, place[:-1] + b" xmlns:a='b'>", 1)
    assert (checked(data).problem, hint_of(checked(data), "form")) == (Problem.FORM, "form")
