"""What customs asks of every kind alike (sender, firms, signature, guid, time): a row speaks for each of its kinds."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from core_alone import SOUND
from core_case import KNOWN
from core_desk import AT, FIRMS, STRICT, Desk, changed, described_registry, head_of, rows
from lxml import etree

from swsim.fixtures.batch import upload
from swsim.simulator.core.checks_common import FIELD_ROLES
from swsim.simulator.core.incoming import Signed
from swsim.simulator.core.papers import found_alone, reading_of
from swsim.simulator.core.rules import BY_ROW
from swsim.simulator.messages.codec import encode
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.messages.node import CEB
from swsim.simulator.messages.transfer import Document
from swsim.simulator.profile import PROFILES, Profile
from swsim.simulator.profiles.signatures import Signatures
from swsim.simulator.registry import Registry

LONG_AFTER = AT + timedelta(days=40)
"""When every document of the shipment lies behind."""


@dataclass(frozen=True, slots=True)
class Breach:
    """How a document comes to customs so that a row has to speak."""

    document: Document
    registry: Registry = field(default_factory=described_registry)
    signed: Signed | None = None
    before: Document | None = None
    via: dict[str, Any] = field(default_factory=dict)
    profile: Profile = STRICT


def said_of_all(mode: str = "closed", **said: Any) -> Registry:
    """The firms of the shipment, something said otherwise of each."""
    known = described_registry().enterprises
    return Registry(mode, {code: replace(one, **said) for code, one in known.items()})  # type: ignore[arg-type] # a word


def first_code(kind: str) -> str:
    """The field of the enterprise that a kind names first."""
    return FIELD_ROLES[kind][0][0]


def of_another(document: Document) -> Document:
    """The document under another business key, of another order."""
    head = head_of(document)
    names = [name for name in (*type(document).key, "order_no") if isinstance(getattr(head, name, None), str)]
    return changed(document, **dict.fromkeys(names, "ANOTHER"))  # type: ignore[no-any-return] # a document


def unsigned(document: Document) -> Breach:
    """Nothing is signed where the switch asks for it, which the head tables do of some kinds only."""
    demanding = replace(STRICT, signature=Signatures("report", ((document.number, "enforce"),)))
    return Breach(document, signed=Signed(told=(("unsigned", "a signature", "none"),)), profile=demanding)


def told(part: str) -> Callable[[Document], Breach]:
    """A signature of which one thing is known to be wrong."""
    return lambda document: Breach(document, signed=Signed(told=((part, "expected", "found"),)))


BREACHES: dict[str, Callable[[Document], Breach]] = {
    "MSG-01/again": lambda document: Breach(document, before=of_another(document), profile=PROFILES["lenient"]),
    "MSG-04/ahead": lambda document: Breach(changed(document, app_time=f"{LONG_AFTER + timedelta(1):%Y%m%d%H%M%S}")),
    "MSG-06/sender": lambda document: Breach(document, via={"cop_code": "91440300000000000X"}),
    **dict.fromkeys(
        ("MSG-06/dxpId", "MSG-06/dxpId-603", "MSG-06/dxpId-605", "MSG-06/dxpId-213"),
        lambda document: Breach(document, via={"dxp_id": "DXPENTNOBODY000000"}),
    ),
    "ENT-01": lambda document: Breach(document, Registry("closed", {})),
    "ENT-01/enrolled": lambda document: Breach(document, Registry("open", {})),
    "ENT-01/district": lambda document: Breach(document, said_of_all(customs=("9999",))),
    "ENT-02": lambda document: Breach(document, said_of_all(registration="info")),
    "ENT-03": lambda document: Breach(document, said_of_all(roles=("none of them",))),
    "ENT-04": lambda document: Breach(changed(document, ebp_code="无")),
    "ENT-04/form": lambda document: Breach(changed(document, ebp_code="NO")),
    "ENT-07": lambda document: Breach(document, said_of_all(permit=False)),
    "ENT-08": lambda document: Breach(document, said_of_all(name="测试另一企业")),
    "ENT-08/open": lambda document: Breach(document, said_of_all("open", name="测试另一企业")),
    "ENT-11": lambda document: Breach(changed(document, **{first_code(document.number): "NOT A CODE"})),
    "MSG-14/unsigned": unsigned,
    "MSG-14/owner": lambda document: Breach(document, signed=Signed(owner="91440300000000000X")),
    **{
        f"MSG-14/{part}": told(part)
        for part in ("form", "differs", "invalid", "unknown", "expired", "variant", "first-seen")
    },
}
TAKEN_IN = frozenset(EDITION_202205.by_number)
CASES = [(row, kind) for row in BREACHES for kind in BY_ROW[row].kinds if kind in TAKEN_IN]


@pytest.mark.parametrize(("row", "kind"), CASES, ids=[" ".join(case) for case in CASES])
def test_a_row_speaks_for_each_of_its_kinds(row: str, kind: str) -> None:
    """Of the document that breaks it, and not of the one as it should be."""
    breach = BREACHES[row](SOUND[kind])
    desk = Desk(breach.profile, registry=breach.registry, now=LONG_AFTER)
    if breach.before is not None:
        desk.send(breach.before)
    desk.signed = breach.signed
    assert row in rows(desk.send(breach.document, **breach.via)[0])
    sound = Desk(STRICT, registry=described_registry(), now=LONG_AFTER)
    assert row not in rows(sound.send(SOUND[kind])[0])


@pytest.mark.parametrize("kind", BY_ROW["SUB-01"].kinds)
@pytest.mark.parametrize(("status", "speaks"), [("ALL", False), ("DATA", False), ("RET", False), ("SOME", True)])
def test_a_subscription_is_read_of_every_kind(kind: str, status: str, speaks: bool) -> None:
    """SUB-01: only the XML tells it, behind the documents of the message."""
    message = etree.fromstring(encode(upload([SOUND[kind]], FIRMS.sender(kind), guid="0" * 36)))
    subscription = etree.SubElement(message, f"{{{CEB}}}BaseSubscribe")
    etree.SubElement(subscription, f"{{{CEB}}}status").text = status
    reading = reading_of(kind, SOUND[kind], "0" * 36, "1.0", KNOWN, written=message[0])
    assert [one.path for one in found_alone(reading) if one.rule == "SUB-01"] == ["../BaseSubscribe[1]/status"] * speaks
