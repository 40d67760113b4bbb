"""Signatures end to end: an enterprise signs, customs judges by the sandbox's certificates and clock (MSG-14)."""

import asyncio
import base64
import json
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from simulator_annex import BROKER, CARRIER, SELLER, Sale, message
from simulator_envelopes import codes, dxp_msg
from simulator_line import Line, serving
from test_simulator_how_to import served as served_by_command

from swsim.simulator.cli import main
from swsim.simulator.messages.node import DS
from swsim.simulator.signature.algorithms import Family
from swsim.simulator.signature.authority import Identity, make_authority, make_identity
from swsim.simulator.signature.certificates import Certificates
from swsim.simulator.signature.file import as_json
from swsim.simulator.signature.sign import sign

SINCE, LIFE = datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=30)
"""The sandboxes' clock begins on 2026-01-05."""


@cache
def identity(code: str = BROKER[0], family: Family = Family.SM2, number: int = 0) -> Identity:
    """A key and its certificate."""
    return make_identity(make_authority(family, SINCE, LIFE), code, f"企业{number}", family, SINCE, LIFE)


def known(*identities: tuple[str, Identity]) -> dict[str, Any]:
    """A certificates table."""
    made = Certificates()
    for code, one in identities:
        made.bind(code, one.certificate, one.key_name)
    return as_json(made)


USUAL = ((BROKER[0], identity()), (SELLER[0], identity(SELLER[0], Family.RSA)), (CARRIER[0], identity(CARRIER[0])))


def list_of(order_no: str = "S1", **changes: str) -> bytes:
    """A declaration list, unsigned."""
    return message("603", Sale(order_no).document("603", **changes), cop_code=BROKER[0])


BOUND = "/_control/sandboxes/default/certificates"


def key(order_no: str = "S1") -> tuple[str, ...]:
    """The key of its list."""
    return Sale(order_no).key("603")


async def sandbox(served: Line, profile: Any = "strict", certificates: Any = None, **more: Any) -> Line:
    """A sandbox that knows the usual certificates and answers at once."""
    base = {"base": profile} if isinstance(profile, str) else profile
    quick = base | {"sent_after": 0, "customs_after": 0, "approved_after": 0}
    return await served.create(
        profile=quick, certificates=known(*USUAL) if certificates is None else certificates, **more
    )


async def first_status(line: Line, body: bytes) -> int:
    """What a message is answered first."""
    await line.accepted(body)
    return (await line.drain())[0].statuses[0]


async def rows(line: Line, order_no: str = "S1") -> set[tuple[str, str]]:
    """Rows of MSG-14 that speak of a list, with what they do."""
    document = await line.document("603", *key(order_no))
    return {(one["row"], one["kind"]) for one in document["explain"] if one["rule"] == "MSG-14"}


@pytest.mark.parametrize("readers", [0, 1])
@pytest.mark.parametrize("family", list(Family))
async def test_a_signed_chain_is_accepted_in_strict(tmp_path: Path, family: Family, readers: int) -> None:
    """Order, receipt and waybill as they like, the list signed by the broker or the seller: 2, 3, 120, 399."""
    async with serving(tmp_path / "store.sqlite3", readers=readers) as served:
        signer = (SELLER[0], identity(SELLER[0], family))
        line = await sandbox(served, certificates=known(signer))
        sale = Sale("S1")
        for kind, document in sale.documents():
            sender = {"303": SELLER, "403": SELLER, "505": CARRIER, "603": BROKER}[kind]
            body = message(kind, document, cop_code=sender[0])
            await line.accepted(sign(body, signer[1]) if kind == "603" else body)
        document = await line.document("603", *key())
        assert [step["status"] for step in document["history"]] == [2, 3, 120, 399]
        assert await rows(line) == set()
        assert document["signature"]["strict"] is True
        assert document["signature"]["owner"] == SELLER[0]
        assert {step["state"] for step in document["signature"]["steps"]} <= {"ok", "note"}


def tampered() -> bytes:
    return sign(list_of(), identity()).replace("测试玩具".encode(), "测试玩其".encode(), 1)


def reference(data: bytes, uri: str) -> bytes:
    return data.replace(b'<ds:Reference URI="">', b'<ds:Reference URI="%b">' % uri.encode())


def with_value(data: bytes) -> bytes:
    """Another value of the right size."""
    other = base64.b64encode(bytes(range(64)))
    return re.sub(rb"(<ds:SignatureValue>)[^<]*", rb"\g<1>" + other, data)


WRONG = [
    pytest.param(list_of(), -621026, "unsigned", id="unsigned"),
    pytest.param(tampered(), -621028, "differs", id="tampered"),
    pytest.param(with_value(sign(list_of(), identity())), -621029, "invalid", id="value"),
    pytest.param(sign(list_of(), identity(number=1)), -621029, "unknown", id="foreign-key"),
    pytest.param(reference(sign(list_of(), identity()), "#part"), -621029, "form", id="partly-signed"),
    pytest.param(sign(list_of(), identity(CARRIER[0])), -621015, "owner", id="another-firm"),
]


@pytest.mark.parametrize(("body", "code", "row"), WRONG)
async def test_each_wrong_kind_is_refused_with_its_code_in_strict_and_reported_in_standard(
    served: Line, body: bytes, code: int, row: str
) -> None:
    """One thing wrong, one code; where it is only reported the list goes its way, with a finding."""
    line = await sandbox(served)
    assert await first_status(line, body) == code
    assert await rows(line) == {(f"MSG-14/{row}", "fault")}
    line = await sandbox(served, "standard", name="r")
    assert await first_status(line, body) == 2
    assert await rows(line) == {(f"MSG-14/{row}", "remark")}
    line = await sandbox(served, {"base": "strict", "signature": "off"}, name="o")
    assert await first_status(line, body) == 2
    assert await rows(line) == set()


async def test_a_certificate_expires_by_the_clock_of_the_sandbox(served: Line) -> None:
    """The same key is right in January and expired in February, whatever the day outside."""
    line = await sandbox(served)
    assert await first_status(line, sign(list_of(), identity())) == 2
    await line.clock(advance="P40D")
    later = sign(list_of("S2", appTime="20260214090000", ieDate="20260214"), identity())
    assert await first_status(line, later) == -621029
    assert await rows(line, "S2") == {("MSG-14/expired", "fault")}


async def test_a_signature_that_is_wrapped_moved_or_doubled_never_reaches_the_rules(served: Line) -> None:
    """The schema has one signature, below the root: anything else is a fault of the form, in every profile."""
    whole = sign(list_of(), identity())
    start, end = whole.index(b"<ds:Signature"), whole.index(b"</ds:Signature>") + len(b"</ds:Signature>")
    signature = whole[start:end]
    doubled = whole[:end] + signature + whole[end:]
    moved = whole[:start] + whole[end:]
    moved = moved.replace(b"<InventoryHead>", b"<InventoryHead>" + signature, 1)
    wrapped = (
        whole[: whole.index(b"<CEB603Message")]
        + b'<Wrap xmlns="urn:x">'
        + whole[whole.index(b"<CEB603Message") :]
        + b"</Wrap>"
    )
    line = await sandbox(served, "standard")
    for body in (doubled, moved, wrapped):
        got = await line.post(body)
        assert got.status == 422, got.body


@pytest.mark.parametrize(("kind", "code"), [("303", -301008), ("403", -401009), ("505", -504011)])
async def test_what_need_not_be_signed_is_judged_where_it_is(served: Line, kind: str, code: int) -> None:
    """An unsigned order passes in strict; one whose signature is broken is refused with its parameter code."""
    line = await sandbox(served)
    firm = CARRIER if kind == "505" else SELLER
    plain = message(kind, Sale("S1").document(kind), cop_code=firm[0])
    who = dict(USUAL)[firm[0]]
    broken = with_value(sign(plain, who))
    assert await first_status(line, broken) == code
    assert await first_status(line, sign(plain, who)) == 2
    assert await first_status(await sandbox(served, name="u"), plain) == 2


async def test_an_open_registry_binds_the_first_certificate_and_no_other(served: Line) -> None:
    """Seen first: a finding, journaled as input, kept over a restart; another certificate of the firm is foreign."""
    line = await sandbox(served, certificates={})
    assert await first_status(line, sign(list_of(), identity())) == 2
    assert await rows(line) == {("MSG-14/first-seen", "remark")}
    [bound] = [one for one in await line.journal() if one["what"] == "certificate"]
    assert (bound["kind"], bound["data"]["code"]) == ("input", BROKER[0])
    [row] = (await line.control("GET", "/certificates")).json["certificates"]
    assert (row["code"], row["enrolled"]) == (BROKER[0], True)
    assert await first_status(line, sign(list_of("S2"), identity())) == 2
    assert await rows(line, "S2") == set()
    assert await first_status(line, sign(list_of("S3"), identity(number=1))) == -621029


async def test_what_is_wrong_binds_nothing(served: Line) -> None:
    """Neither a broken signature nor a dry run leaves a binding."""
    line = await sandbox(served, certificates={})
    assert await first_status(line, with_value(sign(list_of(), identity()))) == -621029
    assert (await line.post(sign(list_of("S2"), identity()), dryRun="true")).status == 200
    assert (await line.control("GET", "/certificates")).json["certificates"] == []


async def test_a_closed_registry_takes_bound_certificates_only(served: Line) -> None:
    codes = (BROKER[0], SELLER[0], CARRIER[0], Sale("S1").platform[0])
    firms = [{"code": code, "authorises": [BROKER[0]]} for code in codes]
    line = await sandbox(served, certificates={}, registry=firms)
    assert await first_status(line, sign(list_of(), identity())) == -621029
    assert await rows(line) == {("MSG-14/unknown", "fault")}


async def test_certificates_are_put_read_and_outlive_reset_and_restart(tmp_path: Path) -> None:
    """PUT is journaled; a bad table changes nothing and says which row."""
    store = tmp_path / "store.sqlite3"
    table = known((BROKER[0], identity()))
    async with serving(store) as served:
        line = await sandbox(served, certificates={})
        assert (await line.control("PUT", "/certificates", table)).json == table
        assert (await line.entry("certificates"))["kind"] == "input"
        wrong = {"certificates": [{"code": "X", "pem": "nothing"}]}
        refused = await line.control("PUT", "/certificates", wrong)
        assert refused.status == 400
        assert "certificate 1" in refused.problem["detail"]
        assert (await line.control("POST", "/reset")).status == 200
        assert (await line.control("GET", "/certificates")).json == table
    async with serving(store) as served:
        again = Line(served.url, served.session, served.window, "s", served.token)
        assert (await again.control("GET", "/certificates")).json == table


async def test_the_reason_is_told_step_by_step(served: Line) -> None:
    """What clients write behind Signature: lenient, accepted with a finding, and the diagnosis says why."""
    line = await sandbox(served)
    whole = sign(list_of(), identity()).replace(b"</ds:Signature>", b"</ds:Signature>\n")
    assert await first_status(line, whole) == 2
    assert await rows(line) == {("MSG-14/variant", "remark")}
    said = (await line.document("603", *key()))["signature"]
    [digest] = [step for step in said["steps"] if step["step"] == "digest"]
    assert (said["strict"], said["lenient"], digest["state"]) == (False, True, "note")
    assert "text behind Signature" in digest["hint_en"]
    assert "Signature 之后有文本" in digest["hint_zh"]
    [message_entry] = [one for one in await line.journal() if one["what"] == "message"]
    name = f"M{message_entry['n']:010d}"
    assert (await line.control("GET", f"/messages/{name}")).json["signature"] == said


async def test_both_digests_stand_in_the_explanation(served: Line) -> None:
    line = await sandbox(served)
    body = tampered()
    await line.accepted(body)
    [fault] = [one for one in (await line.document("603", *key()))["explain"] if one["kind"] == "fault"]
    assert fault["found"].encode() in body
    assert fault["path"] == "/CEB603Message/Signature"
    assert len(fault["expected"]) == len(fault["found"]) == 44


async def test_a_hundred_lists_share_what_is_said_of_their_message(served: Line) -> None:
    """Unsigned in standard: every list has its finding."""
    line = await sandbox(served, "standard")
    documents = [Sale(f"B{n}").document("603") for n in range(100)]
    await line.accepted(message("603", *documents, cop_code=BROKER[0]))
    for order_no in ("B0", "B57", "B99"):
        assert await rows(line, order_no) == {("MSG-14/unsigned", "remark")}
        [found] = (await line.document("603", *key(order_no)))["explain"][-1:]
        assert DS not in found["path"]


async def test_a_certificate_is_bound_in_a_running_simulator(served: Line, tmp_path: Path) -> None:
    """`swsim certs import --url`: beside those bound before; one that speaks for another already is refused."""
    line = await sandbox(served, certificates=known((SELLER[0], dict(USUAL)[SELLER[0]])))
    file = tmp_path / "own.cer"
    file.write_bytes(identity().certificate.der)
    where = ("--url", line.url, "--sandbox", "s")
    words = ["certs", "import", str(file), "--code", BROKER[0], "--key-name", "0001", *where]
    assert await asyncio.to_thread(main, words) == 0
    rows = (await line.control("GET", "/certificates")).json["certificates"]
    assert [(row["code"], row.get("keyName")) for row in rows][1] == (BROKER[0], "0001")
    assert await first_status(line, sign(list_of(), identity())) == 2
    assert await asyncio.to_thread(main, [*words[:4], SELLER[0], *words[5:]]) == 2


def enveloped(inner: bytes, who: Identity | None = None) -> bytes:
    """A DxpMsg, signed where somebody is named."""
    return sign(dxp_msg(inner), who) if who else dxp_msg(inner)


@pytest.mark.parametrize("readers", [0, 1])
async def test_a_signed_envelope_is_answered_by_the_platform(tmp_path: Path, readers: int) -> None:
    """In strict 1001, 1002 or 1004 for every receiver and nothing is taken in; in standard the journal has it."""
    async with serving(tmp_path / "store.sqlite3", readers=readers) as served:
        line = await sandbox(served)
        inner = sign(list_of(), identity())
        right = enveloped(inner, identity())
        for body, code in (
            (right.replace(b"09:00:00<", b"09:00:01<"), "1004"),
            (enveloped(inner, identity(number=1)), "0000"),
            (with_value(right), "1001"),
        ):
            got = await line.post(body)
            assert (got.status, set(codes(got.body).values())) == (200, {code})
        closed = await sandbox(served, name="c", registry=[{"code": BROKER[0]}])
        assert set(codes((await closed.post(enveloped(inner, identity(number=1)))).body).values()) == {"1001"}
        await line.clock(advance="P40D")
        assert set(codes((await line.post(right)).body).values()) == {"1002"}
        lax = await sandbox(served, "standard", name="r")
        got = await lax.post(right.replace(b"09:00:00<", b"09:00:01<"))
        assert set(codes(got.body).values()) == {"0000"}
        assert (await lax.entry("answer"))["data"]["signature"][0] == "1004"


async def test_a_journal_with_signatures_is_replayed(served: Line, tmp_path: Path) -> None:
    """Certificates put and bound at first sight, lists and envelopes refused: the same entries come out."""
    line = await sandbox(served, certificates={})
    table = known((SELLER[0], dict(USUAL)[SELLER[0]]))
    assert (await line.control("PUT", "/certificates", table)).status == 200
    for body in (sign(list_of(), identity()), tampered(), sign(list_of("S2"), identity(number=1)), list_of("S3")):
        await line.accepted(body)
    right = enveloped(sign(list_of("S4"), identity()), identity())
    for envelope in (right, with_value(right)):
        assert (await line.post(envelope)).status == 200
    assert {"certificates", "certificate", "refused-message"} <= {one["what"] for one in await line.journal()}
    file = tmp_path / "journal.jsonl"
    file.write_bytes((await line.control("GET", "/journal/export")).body)
    assert await asyncio.to_thread(main, ["replay", str(file)]) == 0


@pytest.mark.parametrize("place", ["certs", "certs/certificates.toml"])
def test_certificates_are_bound_from_the_start(tmp_path: Path, place: str) -> None:
    """`swsim serve --certs` takes the folder that `swsim certs` wrote, or its file."""
    certs = tmp_path / "certs"
    assert main(["certs", "--code", BROKER[0], "--name", BROKER[1], "--out", str(certs)]) == 0
    with served_by_command(f"--certs {place} --profile strict", tmp_path) as url, urlopen(f"{url}{BOUND}") as answer:  # noqa: S310 - ours
        rows = json.load(answer)["certificates"]
    assert [(row["code"], row["chained"]) for row in rows] == [(BROKER[0], True)]


@pytest.mark.parametrize("place", ["nothing", "."])
def test_certificates_that_cannot_be_read_end_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    """With 2, and the place by name."""
    monkeypatch.chdir(tmp_path)
    assert main(["serve", "--db", ":memory:", "--port", "0", "--certs", place]) == 2
    said = capsys.readouterr().err
    assert place in said
    assert "expected certificates.toml" in said or "No such file" in said
