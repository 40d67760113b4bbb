"""Signatures: what the enterprise's keyring makes, and each judge over messages that are right or spoilt one way."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from swsim.conformance.cases.signature import ROWS, judged, not_refused, other_certificate, signed_again
from swsim.conformance.control import Control, Switches
from swsim.conformance.driver import Placed
from swsim.conformance.enterprise.books import BusinessClock
from swsim.conformance.enterprise.faults.signing import (
    EditsBehind,
    Expired,
    KeepsSignature,
    OtherAlgorithm,
    TextBehind,
    Unsigned,
    WithoutXsi,
)
from swsim.conformance.enterprise.signing import LIFE, RENEWED_BEFORE, SIGNS, Keyring, enrol
from swsim.conformance.journal import Entry
from swsim.conformance.story import Story
from swsim.fixtures.batch import upload
from swsim.fixtures.chain import chain
from swsim.fixtures.parties import parties
from swsim.reports.model import Verdict
from swsim.simulator.messages.codec import encode
from swsim.simulator.profiles.signatures import KINDS, SIGNED_TO_DECLARE
from swsim.simulator.signature.algorithms import Family
from swsim.simulator.signature.certificates import Certificates
from swsim.simulator.signature.file import as_json, read_certificates
from swsim.simulator.signature.verify import verify

AT = datetime(2026, 1, 5, 9, tzinfo=timezone(timedelta(hours=8)))
FIRMS = parties(1)
LIST = encode(upload([chain(1, 0, AT, firms=FIRMS).documents[3]], FIRMS.sender("603"), guid="G1"), prefix="ceb")


def keyring(kind: type[Keyring] = Keyring) -> Keyring:
    clock = BusinessClock()
    clock.set(AT)
    return kind(FIRMS, clock)


def received(*messages: bytes, order: str = "O1", owner: str = "") -> list[Entry]:
    """Messages with a list each, as the journal has them."""
    said = {"signature": [owner, "", [], [], "", []]} if owner else {}
    row = {"kind": "603", "key": "A~L1", "guid": "G", "orderNo": order, "appType": "1", "appStatus": "2"}
    return [
        Entry(
            n, AT.isoformat(), "input", "message", {"channel": "http", "documents": [row], "xml": one.decode(), **said}
        )
        for n, one in enumerate(messages, 1)
    ]


def story(entries: list[Entry], **orders: str) -> Story:
    placed = {name: Placed(number, "L1", "W1") for name, number in orders.items()}
    return Story(entries, placed, everything=entries)


def verdicts(message: bytes, owner: str = FIRMS.agent.code) -> dict[str, Verdict]:
    """What each row says of a message; rows that have nothing to judge are left out."""
    entries = received(message, owner=owner)
    found = ((row.id, [*judged(story(entries), row.wrong)]) for row in ROWS)
    return {name: one[0].verdict for name, one in found if one}


def test_a_list_is_signed_by_the_firm_that_sends_it_and_all_three_readings_hold() -> None:
    ring = keyring()
    signed = ring.sign("603", LIST)
    assert ring.sign("303", LIST) == LIST
    told = verify(signed, ring.known_to(Certificates()), AT)
    assert (told.strict, told.lenient, told.fixed_scope, told.owner) == (True, True, True, FIRMS.agent.code)
    assert told.problem is None


@pytest.mark.parametrize("family", list(Family))
def test_what_is_signed_and_by_which_keys_is_a_switch(family: Family) -> None:
    """Each document of a shop's day, signed by its sender, stands before customs; unsigned kinds leave as they are."""
    clock = BusinessClock()
    clock.set(AT)
    made = chain(1, 0, AT, firms=FIRMS).documents
    for name, left in (("everything", set()), ("mandatory", {"303", "403", "505"})):
        ring = Keyring(FIRMS, clock, family, SIGNS[name])
        for document in made:
            kind = document.number
            data = encode(upload([document], FIRMS.sender(kind), guid="G1"), prefix="ceb")
            signed = ring.sign(kind, data)
            assert (signed == data) is (kind in left)
            if kind not in left:
                told = verify(signed, ring.known_to(Certificates()), AT)
                assert (told.problem, told.owner) == (None, FIRMS.sender(kind).code)
                assert ring.identity(FIRMS.sender(kind)).key.family is family
    assert {kind for kind, must in KINDS.items() if must} | SIGNED_TO_DECLARE == SIGNS["mandatory"]
    assert set(KINDS) == SIGNS["everything"]


def test_a_certificate_is_replaced_before_it_ends_and_when_that_is_asked_for() -> None:
    ring = keyring()
    first = ring.identity(FIRMS.agent)
    assert ring.identity(FIRMS.agent) is first
    ring.clock.set(AT + LIFE - RENEWED_BEFORE - timedelta(days=2))
    assert ring.identity(FIRMS.agent) is first
    ring.clock.set(AT + LIFE - RENEWED_BEFORE)
    second = ring.identity(FIRMS.agent)
    assert second.certificate.serial != first.certificate.serial
    ring.renew()
    assert ring.identity(FIRMS.agent).certificate.serial not in {first.certificate.serial, second.certificate.serial}
    assert [code for code, _ in ring.unknown] == [FIRMS.agent.code] * 3


@pytest.fixture
def held() -> dict[str, Any]:
    return {"certificates": as_json(Certificates()), "profile": "standard", "put": [], "open": True}


@pytest.fixture
async def customs(held: dict[str, Any]) -> Any:
    """The two calls of the control API that are used here."""

    async def get(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        return web.json_response(held[name] if name == "certificates" else {"profile": held[name]})

    async def put(request: web.Request) -> web.Response:
        name, said = request.match_info["name"], await request.json()
        if not held["open"]:
            return web.Response(status=503)
        held[name] = said if name == "certificates" else said["profile"]
        held["put"].append(held[name])
        return web.json_response({})

    application = web.Application()
    application.add_routes([web.get("/_control/sandboxes/s/{name}", get), web.put("/_control/sandboxes/s/{name}", put)])
    async with TestServer(application) as server, ClientSession(str(server.make_url("/"))) as http:
        yield http


async def test_new_certificates_are_entered_beside_those_customs_has(customs: Any, held: dict[str, Any]) -> None:
    other, ring, path = keyring(), keyring(), "/_control/sandboxes/s/certificates"
    other.identity(FIRMS.pay)
    held["certificates"] = as_json(other.known_to(Certificates()))
    ring.identity(FIRMS.agent)
    held["open"] = False
    await enrol(customs, path, ring)
    assert len(ring.unknown) == 1  # refused: with the next message again
    held["open"] = True
    await enrol(customs, path, ring)
    await enrol(customs, path, ring)
    assert len(held["put"]) == 1
    found = read_certificates(held["certificates"])
    assert {one.code: one.chained for one in found} == {FIRMS.pay.code: True, FIRMS.agent.code: True}


async def test_a_profile_is_switched_and_put_back_as_it_was(customs: Any, held: dict[str, Any]) -> None:
    switches = Switches(Control(customs, "s"))
    await switches.back()
    await switches.set({"signature": "enforce"})
    await switches.set({"limits": "eport"})
    await switches.back()
    await switches.back()
    one = {"base": "standard", "signature": "enforce"}
    assert held["put"] == [one, {**one, "limits": "eport"}, "standard"]


def test_a_right_message_passes_every_row() -> None:
    assert verdicts(keyring().sign("603", LIST)) == dict.fromkeys((row.id for row in ROWS), Verdict.PASS)


@pytest.mark.parametrize(
    ("kind", "case"),
    [
        (EditsBehind, "signature-holds"),
        (TextBehind, "signature-is-last"),
        (WithoutXsi, "signature-xsi"),
        (OtherAlgorithm, "signature-algorithms"),
        (Expired, "certificate-is-valid"),
    ],
)
def test_what_is_spoilt_one_way_fails_one_row(kind: type[Keyring], case: str) -> None:
    found = verdicts(keyring(kind).sign("603", LIST))
    assert [name for name, verdict in found.items() if verdict is not Verdict.PASS] == [case]


def test_a_changed_value_does_not_hold() -> None:
    signed = keyring().sign("603", LIST)
    value = re.search(rb"<ds:SignatureValue>(.)", signed)
    assert value
    spoilt = signed.replace(value[0], value[0][:-1] + (b"B" if value[1] == b"A" else b"A"))
    assert verdicts(spoilt)["signature-holds"] is Verdict.FAIL


def test_an_unsigned_message_fails_one_row_and_leaves_the_others_nothing() -> None:
    assert verdicts(keyring(Unsigned).sign("603", LIST)) == {"signs-declarations": Verdict.FAIL}


def test_the_owner_is_the_one_customs_knows() -> None:
    signed = keyring().sign("603", LIST)
    assert verdicts(signed, FIRMS.pay.code)["signed-by-the-right-firm"] is Verdict.FAIL
    assert "signed-by-the-right-firm" not in verdicts(signed, "")


def two_lists(ring: Keyring, between: Any) -> Iterator[bytes]:
    yield ring.sign("603", LIST)
    between()
    yield ring.sign("603", LIST)


def test_a_replaced_certificate_signs_no_more() -> None:
    ring = keyring()
    for between, verdict in ((ring.renew, Verdict.PASS), (lambda: None, Verdict.FAIL)):
        first, second = received(*two_lists(ring, between))
        second.data["documents"][0] |= {"orderNo": "O2"}
        first.data["documents"] = [{**first.data["documents"][0], "orderNo": "O1"}]
        assert other_certificate(story([first, second], before="O1", after="O2")).verdict is verdict
    assert other_certificate(story(received(LIST, LIST), before="O1", after="O1")).verdict is Verdict.FAIL


@pytest.mark.parametrize(("kind", "verdict"), [(Keyring, Verdict.PASS), (KeepsSignature, Verdict.FAIL)])
def test_a_refused_signature_is_not_sent_again(kind: type[Keyring], verdict: Verdict) -> None:
    ring = keyring(kind)
    first, second = received(ring.sign("603", LIST), ring.sign("603", LIST.replace(b'guid="G1"', b'guid="G2"')))
    record = {"kind": "603", "key": "A~L1", "status": -621029, "info": "x"}
    refused = Entry(2, AT.isoformat(), "output", "return", {"records": [record]})
    second = Entry(3, second.at, second.kind, second.what, second.data)
    found = story([first, refused, second], refused="O1", a="O1")
    assert signed_again(found).verdict is verdict
    assert not_refused(found).verdict is Verdict.FAIL
    assert not_refused(story([first], a="O1")).verdict is Verdict.PASS
