# ruff: noqa: E501 - a table: a row a line
"""Signatures (SEC): what is declared is signed, the signature holds over the bytes that came, its key is the right one.

Most rows watch: they judge every declaration of a run by its bytes, on a recording too. Three provoke: a
certificate is replaced, a signature is refused, and customs refuses whatever is not signed as it should be.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from lxml import etree

from swsim.conformance.cases.lists import list_of
from swsim.conformance.cases.sanity import approved
from swsim.conformance.conversation import Act, Case, Expect, Fault, Judge, Send, Switch, Watch
from swsim.conformance.provoking import of_order, reject
from swsim.conformance.sightings import Answered, Sent, answers, sent, shown, standing
from swsim.conformance.story import Judgement, Story, fails, passes
from swsim.reports.model import Verdict
from swsim.simulator.clock import read_instant
from swsim.simulator.envelope.opening import message_inside
from swsim.simulator.messages.node import DS
from swsim.simulator.signature.algorithms import OFFICIAL_DIGEST, OFFICIAL_METHOD
from swsim.simulator.signature.canonical import parse
from swsim.simulator.signature.certificates import Certificate, read_certificate
from swsim.simulator.signature.verify import Examined, examine

KINDS = frozenset({"507", "509", "603", "605", "607", "701"})
"""Declarations: §6 and the head tables ask for their signature, the arrival's by its note."""
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SOON = timedelta(minutes=20)
Finding = Callable[[Sent, Examined], str | None]
"""What is wrong with the signature of a message, empty where nothing is, None where there is nothing to judge."""


@lru_cache(maxsize=512)
def examined(xml: str) -> Examined | None:
    """What the bytes of a message tell of its signature; None for what is no XML."""
    try:
        return examine(message_inside(xml.encode()))
    except ValueError:
        return None


def seen_in(one: Sent) -> Examined | None:
    """The signature of the message that brought a document."""
    xml = str(one.entry.data.get("xml") or "")
    return examined(xml) if xml else None


def declarations(story: Story) -> Iterator[tuple[Sent, Examined]]:
    """The messages that declare something, each once, by their first document."""
    last = 0
    for one in sent(story.everything):
        if one.kind in KINDS and one.app_status == "2" and one.entry.n != last:
            last = one.entry.n
            if found := seen_in(one):
                yield one, found


def certificate_of(found: Examined) -> Certificate | None:
    """The certificate that a message bears."""
    return read_certificate(found.certificate) if found.certificate else None


def missing(_: Sent, found: Examined) -> str | None:
    """There is none."""
    return "" if found.signed else "no ds:Signature below the root"


def broken(_: Sent, found: Examined) -> str | None:
    """Digest or value do not fit the bytes. A key that is not in the message cannot be judged."""
    if not found.signed:
        return None
    bad = next((step for step in (*found.steps, *found.value_steps) if step.state == "fail"), None)
    if bad is None:
        return ""
    why = f" ({bad.hint})" if bad.hint else ""
    return f"{bad.name}{why}: expected {bad.expected}, found {bad.found}"


def foreign(one: Sent, found: Examined) -> str | None:
    """Its owner, as customs has it, is none of those that the documents name."""
    said = one.entry.data.get("signature")
    owner = str(said[0]) if said else ""
    if not found.signed or not owner:
        return None
    odd = next((codes for codes in found.named if owner not in codes), None)
    return f"signed by {owner}, expected {' or '.join(odd)}" if odd else ""


def _signature(one: Sent, found: Examined) -> etree._Element | None:
    if not found.signed:
        return None
    return next(parse(message_inside(str(one.entry.data["xml"]).encode())).iter(f"{{{DS}}}Signature"), None)


def followed(one: Sent, found: Examined) -> str | None:
    """Text behind Signature, a line break already."""
    signature = _signature(one, found)
    if signature is None:
        return None
    return f"{signature.tail!r} behind Signature" if signature.tail else ""


def undeclared(one: Sent, found: Examined) -> str | None:
    """The root does not declare xsi, which a Ukey has in scope."""
    signature = _signature(one, found)
    if signature is None:
        return None
    return "" if XSI in signature.nsmap.values() else "xmlns:xsi is not declared on the root"


def odd_algorithm(one: Sent, found: Examined) -> str | None:
    """SignatureMethod or DigestMethod is none of §6.2.1."""
    signature = _signature(one, found)
    if signature is None:
        return None
    for name, known in (("SignatureMethod", OFFICIAL_METHOD), ("DigestMethod", OFFICIAL_DIGEST)):
        node = next(signature.iter(f"{{{DS}}}{name}"), None)
        told = "" if node is None else str(node.get("Algorithm") or "")
        if told not in known.values():
            return f"{name}: expected {' or '.join(known.values())}, found {told or 'none'}"
    return ""


def out_of_time(one: Sent, found: Examined) -> str | None:
    """The certificate is not valid at the sandbox time at which the message came."""
    held, at = certificate_of(found), read_instant(one.entry.at)
    if held is None:
        return None
    return "" if held.valid_at(at) else f"valid {held.not_before} to {held.not_after}, used at {at}"


@dataclass(frozen=True, slots=True)
class Row:
    """A case that watches."""

    id: str
    requirement: str
    wrong: Finding
    zh: str
    en: str
    expectation: str


ROWS = (
    Row("signs-declarations", "SEC-01", missing, "申报报文带签名", "What is declared is signed", "Each declaration bears a signature."),
    Row("signature-holds", "SEC-02", broken, "签名可验证", "Signatures hold over the bytes that came", "Digest and value fit the message as it was received."),
    Row("signed-by-the-right-firm", "SEC-03", foreign, "签名企业正确", "The firm that has to sign has signed", "The owner of the certificate is named in each document of the message."),
    Row("signature-is-last", "SEC-04", followed, "Signature之后无文本", "Nothing stands behind Signature", "The end tag of the root stands right behind Signature."),
    Row("signature-xsi", "SEC-04", undeclared, "根节点声明xsi", "xsi is declared on the root", "A signed message declares xmlns:xsi."),
    Row("signature-algorithms", "SEC-05", odd_algorithm, "签名算法符合规定", "Algorithms of the specification", "SM2 with SM3, or RSA with SHA-1, under the addresses of §6.2.1."),
    Row("certificate-is-valid", "SEC-06", out_of_time, "证书在有效期内", "Certificates are valid when they sign", "At the time a message comes its certificate is valid."),
)  # fmt: skip


def judged(story: Story, wrong: Finding) -> Iterator[Judgement]:
    """Each declaration: what is wrong with it."""
    for one, found in declarations(story):
        told = wrong(one, found)
        if told:
            yield fails(f"message with the {one.kind} {one.guid}: {told}", shown(one))
        elif told is not None:
            yield passes("", shown(one))


def watching(row: Row) -> Case:
    """The case of a row."""
    return Case(
        id=row.id,
        title_zh=row.zh,
        title_en=row.en,
        description="Every declaration of the run is looked at: 603, 605, 607, 701, 509, 507.",
        expectation=row.expectation,
        provokes="nothing",
        plans=("signature",),
        needs=("signature",),
        steps=(Watch(row.en.lower(), lambda story: judged(story, row.wrong), row.requirement),),
    )


def other_certificate(story: Story) -> Judgement:
    """The second list is signed with another certificate than the first, and holds."""
    before, after = list_of(story, "before"), list_of(story, "after")
    proof = (*shown(before), *shown(after))
    first, second = (seen_in(one) if one else None for one in (before, after))
    old, new = (certificate_of(found) if found else None for found in (first, second))
    if after is None or second is None or old is None or new is None:
        return fails("a list came without a certificate in its signature", proof)
    if old.der == new.der:
        return fails(f"certificate {old.serial} signs on after it was replaced", proof)
    wrong = broken(after, second) or out_of_time(after, second)
    return fails(wrong, proof) if wrong else passes(f"{new.serial} signs in place of {old.serial}", proof)


def signature_refused(story: Story) -> Answered | None:
    """The -621029 that the case provoked."""
    for one in sent(story.entries, "603", order_no=story.number("refused")):
        return next((said for said in answers(story.entries, "603", one.key) if said.status == "-621029"), None)
    return None


def sent_again(story: Story) -> Sent | None:
    """The list behind the refusal."""
    refused, newest = signature_refused(story), list_of(story, "refused")
    return newest if refused and newest and newest.entry.n > refused.entry.n else None


def signed_again(story: Story) -> Judgement:
    """The new version has a signature of its own, and it holds."""
    again = sent_again(story)
    found = seen_in(again) if again else None
    if again is None or found is None or not found.signed:
        return fails("the list came again without a signature", shown(again))
    first = seen_in(next(sent(story.entries, "603", order_no=story.number("refused"))))
    if first and first.value == found.value:
        return fails("the list came again under the signature that was refused", shown(again))
    wrong = broken(again, found)
    return fails(wrong, shown(again)) if wrong else passes("signed anew, and it holds", shown(again))


def settled(story: Story) -> Answered | None:
    """What customs made of the list in the end."""
    declared = list_of(story)
    return standing(story.entries, "603", declared.key) if declared else None


def not_refused(story: Story) -> Judgement:
    """The list was accepted, at its first attempt."""
    for one in sent(story.entries, "603", order_no=story.number("a")):
        if refused := next((said for said in answers(story.entries, "603", one.key) if said.refuses), None):
            return fails(f"the list was refused by {refused.status} {refused.info}", (*shown(one), *shown(refused)))
    return passes("accepted where signatures are enforced", shown(settled(story)))


ENFORCED = Case(
    id="signature-enforced",
    title_zh="强制验签下清单通过",
    title_en="A list is accepted where signatures are enforced",
    description="Customs refuses what is not signed, or not by a certificate that it knows for the firm.",
    expectation="The list is accepted at its first attempt.",
    provokes="nothing; every signature is checked",
    plans=("signature",),
    needs=("signature",),
    alone=True,
    steps=(
        Switch("customs enforces signatures", {"signature": "enforce"}),
        Send("a"),
        Expect("the answer to the list", settled, SOON),
        Judge("accepted at once", not_refused, "SEC-03"),
    ),
)
RENEWS = Case(
    id="renews-certificate",
    title_zh="更换证书后用新证书签名",
    title_en="A replaced certificate signs no more",
    description="The certificate is replaced between two lists.",
    expectation="The second list is signed with another certificate, which is valid, and the signature holds.",
    provokes="a certificate that is replaced",
    plans=("signature",),
    needs=("signature", "renew"),
    steps=(
        Send("before"),
        Expect("the approval of the first list", lambda story: approved(story, "before"), SOON),
        Act("renew"),
        Send("after"),
        Expect("the second list", lambda story: list_of(story, "after"), SOON, Verdict.FAIL, "SEC-06"),
        Judge("signs with another certificate", other_certificate, "SEC-06"),
    ),
)
SIGNS_AGAIN = Case(
    id="signs-again",
    title_zh="验签失败（-621029）后重新签名",
    title_en="A list whose signature was refused is signed anew",
    description="Customs refuses the signature of a list by -621029.",
    expectation="The list comes again under a signature of its own, which holds.",
    provokes="-621029",
    plans=("signature", "recovery"),
    needs=("signature",),
    steps=(
        Send("refused"),
        Fault(
            "customs refuses the signature",
            lambda story: [reject("603", of_order(story, "refused"), -621029, "验签失败")],
        ),
        Expect("the -621029", signature_refused, SOON),
        Expect("the list again", sent_again, "correct", Verdict.FAIL, "SEC-07"),
        Judge("signed anew", signed_again, "SEC-07"),
    ),
)
CASES = (RENEWS, SIGNS_AGAIN, ENFORCED, *map(watching, ROWS))
