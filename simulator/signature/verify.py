"""A signature is checked in two parts: `examine` reads the bytes and needs nothing else, so it may run anywhere and
before it is known whose turn it is; `judge` asks who signed, and when: a few look-ups. `verify` does both.
"""

import base64
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from lxml import etree

from swsim.simulator.signature import algorithms, sm2
from swsim.simulator.signature.algorithms import Family, PublicKey
from swsim.simulator.signature.canonical import in_document, in_fixed_scope, on_its_own, parse
from swsim.simulator.signature.certificates import Certificate, Certificates, read_certificate
from swsim.simulator.signature.diagnose import Readings, raw_signed_info, why_digest, why_value
from swsim.simulator.signature.form import Form, FormError, read_form
from swsim.simulator.signature.report import Problem, Step, Verdict
from swsim.simulator.signature.signers import BY_AUTHORISED_AGENT, name_of, named, sender

Forms = tuple[tuple[str, bytes], ...]
"""SignedInfo as it may have been signed, each with the hint that it stands for."""
NO_AGENTS: Mapping[str, Collection[str]] = {}


@dataclass(frozen=True, slots=True)
class Examined:
    """What the bytes alone tell. `value_over` is the scope of SignedInfo that was signed: ``document``, ``fixed`` or
    neither; where the key is not in the message the value waits for `judge` with its `candidates`.
    """

    root: str
    sender: str = ""
    named: tuple[tuple[str, ...], ...] = ()
    steps: tuple[Step, ...] = ()
    signed: bool = False
    digest: str = ""
    """The narrowest reading under which the digest agrees: ``strict``, ``lenient``, ``fixed`` or none."""
    plain: bool = True
    """Nothing in its form needs leniency."""
    key_name: str = ""
    certificate: bytes = b""
    family: str = ""
    candidates: Forms = ()
    value: bytes = b""
    value_over: str = ""
    same_scope: bool = False
    """The document declares what a Ukey has in scope, so both give the same SignedInfo."""
    value_steps: tuple[Step, ...] = ()

    def plain_tuple(self) -> tuple[Any, ...]:
        """As nested plain tuples, which `marshal` and JSON can carry between processes."""
        steps = [tuple(map(str, step)) for step in self.steps], [tuple(map(str, step)) for step in self.value_steps]
        return (
            *(self.root, self.sender, self.named, steps[0], self.signed, self.digest, self.plain, self.key_name),
            *(self.certificate, self.family, self.candidates, self.value, self.value_over, self.same_scope, steps[1]),
        )

    @classmethod
    def from_tuple(cls, value: tuple[Any, ...]) -> "Examined":
        """Back from `plain_tuple`."""
        made = cls(*value)
        return replace(
            made,
            steps=tuple(Step(*step) for step in made.steps),
            value_steps=tuple(Step(*step) for step in made.value_steps),
        )


def examine(data: bytes, *, diagnose: bool = True) -> Examined:
    """Find the signature, compare digest and value; ValueError for bytes that are no plain XML.

    `diagnose` looks for the likely reason of what does not fit (tens of milliseconds for a hundred lists).
    """
    root = parse(data)
    found = Examined(name_of(root), sender(root), named(root))
    try:
        form = read_form(root)
        if form is None:
            return replace(found, steps=(Step("present", "fail", "ds:Signature", "none", "unsigned", Problem.EMPTY),))
        return _examine(found, data, form, root, diagnose=diagnose)
    except FormError as error:
        return replace(found, signed=True, steps=(error.step,))
    except etree.C14NError:
        step = Step("form", "fail", "namespaces that are absolute URIs", "a relative one, C14N refuses it", "form")
        return replace(found, signed=True, steps=(step._replace(problem=Problem.FORM),))


def _examine(found: Examined, data: bytes, form: Form, root: etree._Element, *, diagnose: bool) -> Examined:
    forms = (("document", in_document(form.signed_info)), ("scope", in_fixed_scope(form.signed_info)))

    def others() -> Forms:
        return (("own-scope", on_its_own(form.signed_info)), ("raw-info", raw_signed_info(data))) if diagnose else ()

    readings = Readings(root, form.element)
    digest, step = _digest(data, form, readings, diagnose=diagnose)
    found = replace(
        found,
        signed=True,
        steps=(*form.steps, step),
        digest=digest,
        plain=form.enveloped,
        key_name=form.key_name,
        family=form.method.family.value,
        value=form.value,
        same_scope=forms[0][1] == forms[1][1],
    )
    if not form.certificate:
        return replace(found, candidates=forms + others())
    try:
        certificate = read_certificate(form.certificate)
    except ValueError as error:
        step = Step("key", "fail", "an X.509 certificate", str(error), "no-key", Problem.INVALID)
        return replace(found, value_steps=(step,))
    return _value(replace(found, certificate=certificate.der), certificate.key, forms, others)


def _digest(data: bytes, form: Form, texts: Readings, *, diagnose: bool) -> tuple[str, Step]:
    wanted, ours = form.digest_value, form.digest.of(texts.strict)
    if ours == wanted:
        return "strict", Step("digest", "ok", _shown(ours), _shown(wanted))
    if form.digest.of(texts.behind()) == wanted:
        return "lenient", Step("digest", "note", _shown(ours), _shown(wanted), "tail")
    hint = why_digest(data, texts, wanted, form.digest.of) if diagnose else ""
    if hint == "xsi":
        return "fixed", Step("digest", "note", _shown(ours), _shown(wanted), hint)
    return "", Step("digest", "fail", _shown(ours), _shown(wanted), hint, Problem.DIFFERS)


def _shown(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


def _value(found: Examined, key: PublicKey, forms: Forms, others: Callable[[], Forms]) -> Examined:
    """Check the value with a key over the forms of SignedInfo, the one in the document first, then a Ukey's."""
    if key.family.value != found.family:
        step = Step("key", "fail", f"a key for {found.family}", key.family.value, "key-family", Problem.INVALID)
        return replace(found, value_steps=(step,), candidates=())
    raw, notes, plain = found.value, [Step("key", "ok")], found.plain
    if key.family is Family.SM2 and len(raw) != sm2.SIZE and (read := sm2.raw_of(raw)) is not None:
        raw, plain = read, False
        notes.append(Step("value", "note", "64 bytes r||s", f"DER of {len(found.value)} bytes", "der"))
    over = ""
    if algorithms.verify(key, forms[0][1], raw):
        over = "document"
        notes.append(Step("value", "ok"))
    elif not found.same_scope and algorithms.verify(key, forms[1][1], raw):
        over = "fixed"
        notes.append(Step("value", "note", "names of the document", "ceb, ds, xsi", "scope"))
    else:
        hint, expected, met = why_value(key, forms + others(), found.value)
        notes = [*notes[:1], Step("value", "fail", expected, met, hint, Problem.INVALID)]
    return replace(found, value_over=over, plain=plain, value_steps=tuple(notes), candidates=())


def judge(
    found: Examined,
    certificates: Certificates,
    at: datetime,
    *,
    open_registry: bool = False,
    agents: Mapping[str, Collection[str]] = NO_AGENTS,
) -> Verdict:
    """Who signed, and may they, at a time (aware; the sandbox's clock)? An open registry takes who it does not know.

    `agents`: for a code of an e-commerce firm the codes that it authorises (ENT-12); they too may sign orders and
    payment receipts.
    """
    if not found.signed or found.steps[-1].name != "digest":
        return Verdict(found.signed, False, False, False, found.steps)
    binding = certificates.named(found.key_name) if found.key_name else None
    if not found.certificate and not found.value_steps:
        if binding is None:
            step = Step("key", "fail", "X509Certificate or a bound KeyName", found.key_name or "-", "no-key")
            found = replace(found, value_steps=(step._replace(problem=Problem.UNKNOWN),))
        else:
            found = _value(found, binding.certificate.key, found.candidates, tuple)
    certificate = binding.certificate if binding else None
    if found.certificate:
        certificate = read_certificate(found.certificate)
    crypto = (*found.steps, *found.value_steps)
    steps: tuple[Step, ...] = ()
    owner = binds = ""
    if certificate is not None:
        owner, binds, known = _known(found, certificate, certificates, open_registry=open_registry)
        steps = (*known, _validity(certificate, at), *_owner(found, owner, agents))
    document = found.value_over == "document"
    return Verdict(
        True,
        strict=document and found.digest == "strict" and found.plain,
        lenient=document and found.digest in {"strict", "lenient"},
        fixed_scope=(found.value_over == "fixed" or (document and found.same_scope)) and bool(found.digest),
        steps=(*crypto, *steps),
        certificate=certificate,
        key_name=found.key_name,
        owner=owner,
        binds=binds,
    )


def _known(
    found: Examined, certificate: Certificate, certificates: Certificates, *, open_registry: bool
) -> tuple[str, str, tuple[Step, ...]]:
    """The owner's code, the code to bind (open registry), the steps."""
    binding = certificates.of(certificate)
    by_name = certificates.named(found.key_name) if found.key_name else None
    if by_name is not None and by_name.certificate.der != certificate.der:
        expected, met = f"serial {by_name.certificate.serial}", f"serial {certificate.serial}"
        return "", "", (Step("known", "fail", expected, met, "name-differs", Problem.UNKNOWN),)
    if binding is not None:
        if binding.chained:
            return binding.code, "", (Step("known", "ok", binding.code, binding.code),)
        return binding.code, "", (Step("known", "note", "a chain", "none", "unchained"),)
    code = found.sender if any(found.sender in codes for codes in found.named) else ""
    code = code or next((codes[0] for codes in found.named if codes), found.sender)
    held = certificates.of_code(code)
    if held:
        step = Step("known", "fail", f"serial {held[-1].certificate.serial}", f"serial {certificate.serial}", "foreign")
        return "", "", (step._replace(problem=Problem.UNKNOWN),)
    if not (open_registry and code and found.value_over and found.digest):  # a code is bound by what was signed
        step = Step("known", "fail", "a bound certificate", f"serial {certificate.serial}", "unbound", Problem.UNKNOWN)
        return "", "", (step,)
    return code, code, (Step("known", "note", "a bound certificate", f"bound to {code}", "first-seen"),)


def _validity(certificate: Certificate, at: datetime) -> Step:
    span = f"{certificate.not_before.isoformat()} to {certificate.not_after.isoformat()}"
    if certificate.valid_at(at):
        return Step("validity", "ok", span, at.isoformat())
    hint = "expired" if at > certificate.not_after else "not-yet"
    return Step("validity", "fail", span, at.isoformat(), hint, Problem.EXPIRED)


def _owner(found: Examined, owner: str, agents: Mapping[str, Collection[str]]) -> tuple[Step, ...]:
    if not owner:
        return ()
    for codes in found.named:
        by_agent = found.root in BY_AUTHORISED_AGENT and any(owner in agents.get(code, ()) for code in codes)
        if owner not in codes and not by_agent:
            return (Step("owner", "fail", " or ".join(codes) or "-", owner, "owner", Problem.OWNER),)
    return (Step("owner", "ok", owner, owner),)


def verify(
    data: bytes,
    certificates: Certificates,
    at: datetime,
    *,
    open_registry: bool = False,
    agents: Mapping[str, Collection[str]] = NO_AGENTS,
) -> Verdict:
    """Both parts."""
    return judge(examine(data), certificates, at, open_registry=open_registry, agents=agents)
