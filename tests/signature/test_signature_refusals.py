"""What must never count: moved, wrapped, doubled, partial and foreign signatures, whatever their digests say."""

import base64
from datetime import timedelta

import pytest
from lxml import etree
from signature_cases import (
    AGENT,
    AT,
    BODY,
    DATA,
    EBC,
    EBP,
    LIFE,
    SINCE,
    STRANGER,
    checked,
    hint_of,
    identity,
    known,
    resign,
    signed,
)

from swsim.simulator.messages.node import CEB, DS
from swsim.simulator.signature.algorithms import Family
from swsim.simulator.signature.certificates import Certificates
from swsim.simulator.signature.report import Problem, Verdict
from swsim.simulator.signature.sign import sign
from swsim.simulator.signature.verify import Examined, examine, judge, verify

FAMILIES = list(Family)


def signature_of(root: etree._Element) -> etree._Element:
    """The one signature."""
    return next(root.iter(f"{{{DS}}}Signature"))


def text_of(root: etree._Element) -> bytes:
    """A document as bytes."""
    out: bytes = etree.tostring(root)
    return out


def refused(data: bytes, step: str, hint: str, problem: Problem) -> Verdict:
    """Refused under every reading, at the step, for the reason."""
    verdict = checked(data)
    assert not verdict.accepted()
    assert verdict.problem is problem
    first = verdict.failures[0]
    assert (first.name, first.hint) == (step, hint)
    assert first.expected
    assert first.found
    assert all((first.advice.zh, first.advice.en, first.title.zh, first.title.en))
    return verdict


@pytest.mark.parametrize("family", FAMILIES)
def test_a_good_signature_is_accepted(family: Family) -> None:
    """The base of everything below: strict, lenient, and as a Ukey reads it, since the root declares xsi."""
    verdict = checked(signed(DATA, family))

    assert verdict.problem is None
    assert (verdict.strict, verdict.lenient, verdict.fixed_scope) == (True, True, True)
    assert [step.state for step in verdict.steps] == ["ok"] * len(verdict.steps)
    assert (verdict.owner, verdict.key_name) == (AGENT, identity(family).key_name)


def test_an_unsigned_message_is_told_so() -> None:
    """No signature is a problem of its own: whether one is needed, the profile says."""
    assert not refused(DATA, "present", "unsigned", Problem.EMPTY).signed


def test_a_doubled_signature_is_refused() -> None:
    """Even the same one twice."""
    root = etree.fromstring(signed())
    root.append(etree.fromstring(etree.tostring(signature_of(root))))
    refused(text_of(root), "single", "doubled", Problem.FORM)


def test_a_second_signature_deeper_down_is_refused() -> None:
    """Inside a document, where a reader might find it first."""
    root = etree.fromstring(signed())
    root[0].append(etree.fromstring(etree.tostring(signature_of(root))))
    refused(text_of(root), "single", "doubled", Problem.FORM)


def test_a_moved_signature_is_refused() -> None:
    """Into the document it signs: the digest would still agree."""
    root = etree.fromstring(signed())
    signature = signature_of(root)
    root[0].append(signature)
    refused(text_of(root), "single", "moved", Problem.FORM)


def test_a_wrapped_message_is_refused_where_its_signature_stays_inside() -> None:
    """The signed message inside ExtendMessage of another one."""
    inner = etree.fromstring(signed())
    outer = etree.fromstring(BODY.replace("O1", "O2").encode())
    extension = etree.SubElement(outer, f"{{{CEB}}}ExtendMessage")
    extension.append(inner)
    refused(text_of(outer), "single", "moved", Problem.FORM)


def test_a_wrapped_message_is_refused_where_its_signature_comes_out() -> None:
    """The signature is where it should be, what it signed is not."""
    inner = etree.fromstring(signed())
    signature = signature_of(inner)
    inner.remove(signature)
    outer = etree.fromstring(BODY.replace("O1", "O2").encode())
    etree.SubElement(outer, f"{{{CEB}}}ExtendMessage").append(inner)
    outer.append(signature)
    refused(text_of(outer), "digest", "changed", Problem.DIFFERS)


def test_a_signature_around_the_message_is_refused() -> None:
    """Enveloping instead of enveloped: the root is the signature."""
    root = etree.fromstring(signed())
    signature = etree.fromstring(etree.tostring(signature_of(root)))
    root.remove(signature_of(root))
    etree.SubElement(signature, f"{{{DS}}}Object").append(root)
    refused(text_of(signature), "single", "moved", Problem.FORM)


@pytest.mark.parametrize("uri", ["#A", "#xpointer(/)", "other.xml", None])
def test_a_partly_signed_message_is_refused(uri: str | None) -> None:
    """URI names a part, another document, or nothing at all; its value is right over what it says."""
    root = etree.fromstring(signed())
    reference = next(root.iter(f"{{{DS}}}Reference"))
    del reference.attrib["URI"]
    if uri is not None:
        reference.set("URI", uri)
    refused(resign(root, identity()), "reference", "partly", Problem.FORM)


def test_two_references_are_refused() -> None:
    """The second could be the one that counts."""
    root = etree.fromstring(signed())
    reference = next(root.iter(f"{{{DS}}}Reference"))
    reference.addnext(etree.fromstring(etree.tostring(reference)))
    refused(resign(root, identity()), "reference", "references", Problem.FORM)


@pytest.mark.parametrize(
    "transform",
    [
        '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>not(1)</ds:XPath></ds:Transform>',
        '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/>',
        f'<ds:Transform Algorithm="{DS}enveloped-signature"><ds:XPath>self::x</ds:XPath></ds:Transform>',
    ],
)
def test_other_transforms_are_refused(transform: str) -> None:
    """XPath and XSLT choose what is signed."""
    root = etree.fromstring(signed())
    old = next(root.iter(f"{{{DS}}}Transform"))
    new = etree.fromstring(transform.replace("<ds:Transform", f'<ds:Transform xmlns:ds="{DS}"', 1))
    old.getparent().replace(old, new)  # type: ignore[union-attr] # it has a parent
    refused(resign(root, identity()), "reference", "transforms", Problem.FORM)


def test_a_foreign_key_is_refused() -> None:
    """Signed, correctly, by somebody whose certificate nobody bound."""
    data = sign(DATA, identity(code=STRANGER))
    refused(data, "known", "foreign", Problem.UNKNOWN)
    assert hint_of(verify(data, Certificates(), AT), "known") == "unbound"


def test_a_foreign_key_under_the_name_of_another_is_refused() -> None:
    """KeyName says who is known, the certificate says who signed."""
    stranger = identity(code=AGENT, serial=1)
    root = etree.fromstring(sign(DATA, stranger))
    next(root.iter(f"{{{DS}}}KeyName")).text = identity().key_name
    refused(text_of(root), "known", "name-differs", Problem.UNKNOWN)


def test_the_known_certificate_beside_a_foreign_value_is_refused() -> None:
    """The certificate is public; without its key the value cannot fit."""
    root = etree.fromstring(sign(DATA, identity(serial=2)))
    certificate = next(root.iter(f"{{{DS}}}X509Certificate"))
    certificate.text = base64.b64encode(identity().certificate.der).decode()
    next(root.iter(f"{{{DS}}}KeyName")).text = identity().key_name
    refused(text_of(root), "value", "value", Problem.INVALID)


def test_rsa_tells_a_foreign_key_for_certain() -> None:
    """The value opens with no other key."""
    root = etree.fromstring(sign(DATA, identity(Family.RSA, serial=2)))
    certificate = next(root.iter(f"{{{DS}}}X509Certificate"))
    certificate.text = base64.b64encode(identity(Family.RSA).certificate.der).decode()
    next(root.iter(f"{{{DS}}}KeyName")).text = identity(Family.RSA).key_name
    refused(text_of(root), "value", "other-key", Problem.INVALID)


def test_a_key_value_proves_nothing() -> None:
    """A bare key in KeyInfo is nobody's."""
    root = etree.fromstring(signed(DATA, Family.RSA))
    info = next(root.iter(f"{{{DS}}}KeyInfo"))
    info[:] = [etree.Element(f"{{{DS}}}KeyValue")]
    refused(text_of(root), "key", "no-key", Problem.UNKNOWN)


@pytest.mark.parametrize("tag", ["KeyName", "X509Certificate"])
def test_two_keys_are_refused(tag: str) -> None:
    """Which one counts must not depend on the reader."""
    root = etree.fromstring(signed())
    one = next(root.iter(f"{{{DS}}}{tag}"))
    one.addnext(etree.fromstring(etree.tostring(one)))
    refused(text_of(root), "key", "keys", Problem.FORM)


@pytest.mark.parametrize("tag", ["DigestValue", "SignatureValue", "X509Certificate", "KeyName"])
def test_text_with_a_comment_inside_is_refused(tag: str) -> None:
    """Some readers take the text before it, others all of it."""
    root = etree.fromstring(signed())
    one = next(root.iter(f"{{{DS}}}{tag}"))
    text = one.text or ""
    one.text = text[:4]
    comment = etree.Comment("x")
    comment.tail = text[4:]
    one.append(comment)
    data = text_of(root)
    verdict = checked(data)
    assert verdict.problem is Problem.FORM
    assert not verdict.accepted()


@pytest.mark.parametrize(
    ("tag", "uri"),
    [
        ("CanonicalizationMethod", "http://www.w3.org/2001/10/xml-exc-c14n#"),
        ("CanonicalizationMethod", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"),
        ("SignatureMethod", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
        ("SignatureMethod", f"{DS}hmac-sha1"),
        ("DigestMethod", "http://www.w3.org/2001/04/xmlenc#sha256"),
        ("DigestMethod", ""),
    ],
)
def test_algorithms_beside_the_annex_are_refused(tag: str, uri: str) -> None:
    """With what would be right."""
    root = etree.fromstring(signed())
    next(root.iter(f"{{{DS}}}{tag}")).set("Algorithm", uri)
    refused(resign(root, identity()), "form", "algorithm", Problem.FORM) if uri else checked(resign(root, identity()))


def test_sm2_methods_with_an_rsa_key_are_refused() -> None:
    """And the other way round."""
    for family, other in zip(FAMILIES, reversed(FAMILIES), strict=True):
        root = etree.fromstring(signed(DATA, family))
        certificate = next(root.iter(f"{{{DS}}}X509Certificate"))
        certificate.text = base64.b64encode(identity(other).certificate.der).decode()
        next(root.iter(f"{{{DS}}}KeyName")).text = identity(other).key_name
        refused(text_of(root), "key", "key-family", Problem.INVALID)


def test_a_changed_digest_does_not_help() -> None:
    """Content and DigestValue changed together: SignedInfo was signed."""
    root = etree.fromstring(signed(DATA, Family.RSA))
    other = etree.fromstring(signed(BODY.replace("O1", "O2").encode(), Family.RSA))
    value = next(other.iter(f"{{{DS}}}SignatureValue"))
    value.text = next(root.iter(f"{{{DS}}}SignatureValue")).text
    verdict = refused(text_of(other), "value", "other-info", Problem.INVALID)
    step = verdict.failures[0]
    assert step.expected.startswith("sha1 ")
    assert step.found.startswith("sha1 ")
    assert step.expected != step.found


def test_an_expired_certificate_is_refused_by_the_clock_that_is_passed_in() -> None:
    """Its last second counts; the next does not; nor does the one before its first."""
    data = signed()
    assert checked(data, at=SINCE).accepted()
    assert checked(data, at=SINCE + LIFE).accepted()
    late = checked(data, at=SINCE + LIFE + timedelta(seconds=1))
    early = checked(data, at=SINCE - timedelta(seconds=1))
    assert (late.problem, hint_of(late, "validity")) == (Problem.EXPIRED, "expired")
    assert (early.problem, hint_of(early, "validity")) == (Problem.EXPIRED, "not-yet")
    assert late.strict, "the value itself is right"


def test_an_owner_who_is_not_asked_for_is_refused() -> None:
    """A known firm signs a list that names it nowhere as a signer."""
    stranger = identity(code=STRANGER)
    verdict = checked(sign(DATA, stranger), known(stranger, code=STRANGER))
    assert verdict.problem is Problem.OWNER
    step = verdict.failures[0]
    assert (step.expected, step.found) == (f"{EBC} or {AGENT}", STRANGER)


def test_every_document_has_to_name_the_owner() -> None:
    """Two lists, one of another firm."""
    two = BODY.replace("  <ceb:BaseTransfer>", f"{inventory(EBP, STRANGER)}  <ceb:BaseTransfer>").encode()
    same = BODY.replace("  <ceb:BaseTransfer>", f"{inventory(EBC, AGENT)}  <ceb:BaseTransfer>").encode()
    assert checked(signed(two)).problem is Problem.OWNER
    assert checked(signed(same)).problem is None


def inventory(ebc: str, agent: str) -> str:
    """One more list."""
    return (
        f"<ceb:Inventory><ceb:InventoryHead><ceb:ebcCode>{ebc}</ceb:ebcCode><ceb:agentCode>{agent}</ceb:agentCode>"
        "</ceb:InventoryHead></ceb:Inventory>"
    )


def test_an_authorised_agent_may_sign_orders_only() -> None:
    """2018-194 art. 7: 303 and 403 by an agent whom ebcCode authorises."""
    order = (
        f'<CEB303Message xmlns="{CEB}"><Order><OrderHead><ebpCode>无</ebpCode>'
        f"<ebcCode>{EBC}</ebcCode></OrderHead></Order>"
        f"<BaseTransfer><copCode>{AGENT}</copCode></BaseTransfer></CEB303Message>"
    ).encode()
    data = signed(order)
    assert verify(data, known(), AT).problem is Problem.OWNER
    assert verify(data, known(), AT, agents={EBC: {AGENT}}).problem is None
    waybill = order.replace(b"303", b"505").replace(b"ebcCode", b"logisticsCode")
    assert verify(signed(waybill), known(), AT, agents={EBC: {AGENT}}).problem is Problem.OWNER


def test_an_open_registry_binds_the_first_and_refuses_the_second() -> None:
    """To the sender, where the message names it as a signer; a value that does not fit binds nothing."""
    certificates = Certificates()
    first = verify(signed(), certificates, AT, open_registry=True)
    assert first.accepted()
    assert (first.binds, hint_of(first, "known")) == (AGENT, "first-seen")
    assert first.certificate is not None
    certificates.bind(first.binds, first.certificate, first.key_name, enrolled=True)
    assert verify(signed(), certificates, AT, open_registry=True).binds == ""

    second = verify(sign(DATA, identity(serial=1)), certificates, AT, open_registry=True)
    assert (second.problem, hint_of(second, "known")) == (Problem.UNKNOWN, "foreign")

    changed = verify(signed().replace(b"O1", b"O2"), Certificates(), AT, open_registry=True)
    assert (changed.problem, changed.binds) == (Problem.DIFFERS, "")


def test_a_bound_key_name_stands_for_its_certificate() -> None:
    """KeyInfo with a name only: the value waits for the registry, wherever the bytes were read."""
    root = etree.fromstring(signed())
    info = next(root.iter(f"{{{DS}}}KeyInfo"))
    del info[1]
    read = examine(text_of(root))
    assert Examined.from_tuple(read.plain_tuple()) == read
    assert judge(read, known(), AT).strict
    assert judge(read, Certificates(), AT).problem is Problem.UNKNOWN
    changed = text_of(root).replace(b"<ds:SignatureValue>", b"<ds:SignatureValue>AAAA", 1)
    assert checked(changed).problem is Problem.INVALID


def test_what_is_no_plain_xml_is_an_error() -> None:
    """Nothing to judge: a DTD, an entity, no XML."""
    for data in (b"", b"<a>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"<!DOCTYPE a><a/>"):
        with pytest.raises(ValueError, match="expected"):
            verify(data, Certificates(), AT)
