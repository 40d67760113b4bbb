"""The Ukey stand-in: a client signs a list through a websocket, and it verifies; PIN, pace, and what it refuses."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, web
from lxml import etree
from signature_cases import AGENT, AT, DATA, certificate_of_openssl, identity, known

from swsim.simulator.cli import main
from swsim.simulator.messages.node import DS
from swsim.simulator.signature.algorithms import OFFICIAL_DIGEST, OFFICIAL_METHOD, Family, verify
from swsim.simulator.signature.authority import Identity
from swsim.simulator.signature.canonical import canonical, in_fixed_scope, parse
from swsim.simulator.signature.ukey import PIN, TRIES, Device
from swsim.simulator.signature.verify import verify as verify_message
from swsim.simulator.transport.ukey import make_app

SIGN, FAST = "cus-sec_SpcSignDataAsPEM", 60_000
EITHER = pytest.mark.parametrize("family", list(Family))


@asynccontextmanager
async def plugged(
    who: Identity, a_minute: float = FAST, fails_every: int = 0
) -> AsyncIterator[ClientWebSocketResponse]:
    """A client of a device on a free port, its greeting read."""
    runner = web.AppRunner(
        make_app(Device(who, fails_every=fails_every), a_minute), access_log=None, shutdown_timeout=1.0
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with ClientSession() as session, session.ws_connect(f"ws://127.0.0.1:{runner.addresses[0][1]}") as socket:
            assert await socket.receive_json(timeout=10) == {"_id": 0, "_method": "open", "_status": "00"}
            yield socket
    finally:
        await runner.cleanup()


async def ask(socket: ClientWebSocketResponse, method: str, number: int = 1, **arguments: Any) -> Any:
    """A request and its answer."""
    await socket.send_json({"_method": method, "_id": number, "args": arguments})
    answer = await socket.receive_json(timeout=10)
    assert (answer["_id"], answer["_method"]) == (number, method)
    return answer


async def done(socket: ClientWebSocketResponse, method: str, **arguments: Any) -> list[str]:
    """What a request gives that is done."""
    answer = await ask(socket, method, **arguments)
    assert (answer["_status"], answer["_args"]["Result"], answer["_args"]["Error"]) == ("00", True, [])
    data: list[str] = answer["_args"]["Data"]
    return data


def unsigned_with(digest: str, family: Family, certificate: str) -> tuple[etree._Element, etree._Element]:
    """A client's own message with a signature but for its value."""
    root = parse(DATA)
    text = (
        f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo>'
        '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"/>'
        f'<ds:SignatureMethod Algorithm="{OFFICIAL_METHOD[family]}"/><ds:Reference URI=""><ds:Transforms>'
        f'<ds:Transform Algorithm="{DS}enveloped-signature"/></ds:Transforms>'
        f'<ds:DigestMethod Algorithm="{OFFICIAL_DIGEST[family]}"/><ds:DigestValue>{digest}</ds:DigestValue>'
        "</ds:Reference></ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:KeyName/><ds:X509Data>"
        f"<ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>"
    )
    signature = etree.fromstring(text)
    root.append(signature)
    return root, signature


@EITHER
async def test_a_list_signed_through_it_verifies(family: Family) -> None:
    """As a client does it: digest of the document, SignedInfo to the device, its value and number into the message."""
    text = canonical(parse(DATA))
    async with plugged(identity(family)) as socket:
        [certificate] = await done(socket, "cus-sec_SpcGetSignCertAsPEM")
        if family is Family.RSA:
            [digest] = await done(socket, "cus-sec_SpcSHA1DigestAsPEM", inData=text.decode())
        else:
            digest = base64.b64encode(hashlib.new("sm3", text).digest()).decode()
        root, signature = unsigned_with(digest, family, certificate)
        signed_info = in_fixed_scope(signature[0]).decode()
        value, number = await done(socket, SIGN, inData=signed_info, passwd=PIN)
    signature[1].text = value
    next(signature.iter(f"{{{DS}}}KeyName")).text = number
    data: bytes = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)
    verdict = verify_message(data, known(), AT)
    assert (verdict.problem, verdict.owner, verdict.fixed_scope) == (None, AGENT, True)


async def test_a_digest_made_by_the_client_is_signed_too() -> None:
    """RSA gives the same value as over the text; SM2 cannot, its digest holds the signer's id."""
    who, text = identity(Family.RSA), "衬衫"
    digest = base64.b64encode(hashlib.sha1(text.encode(), usedforsecurity=False).digest()).decode()
    async with plugged(who) as socket:
        by_digest = await done(socket, "cus-sec_SpcSignDataNoHashAsPEM", inData=digest, passwd=PIN)
        assert by_digest == await done(socket, SIGN, inData=text, passwd=PIN)
        assert verify(who.certificate.key, text.encode(), base64.b64decode(by_digest[0]))
        wrong = await ask(socket, "cus-sec_SpcSignDataNoHashAsPEM", inData="QUJD", passwd=PIN)
        assert wrong["_args"]["Error"][-1] == "Err:Custom59005"
    async with plugged(identity(Family.SM2)) as socket:
        answer = await ask(socket, "cus-sec_SpcSignDataNoHashAsPEM", inData=digest, passwd=PIN)
        assert answer["_args"]["Error"][-1] == "Err:Custom59006"


async def test_its_validity_is_told_in_beijing_time() -> None:
    async with plugged(identity()) as socket:
        assert await done(socket, "cus-sec_SpcGetValidTimeFromCert") == ["2026-01-01 08:00:00", "2027-01-01 08:00:00"]


async def test_a_wrong_pin_is_refused_and_too_many_lock_it() -> None:
    """59001, with the tries that are left; a right one in between counts anew."""
    async with plugged(identity()) as socket:
        for tried in (None, "", "0000", 88888888):
            answer = await ask(socket, SIGN, inData="x", passwd=tried)
            assert (answer["_status"], answer["_args"]["Result"], answer["_args"]["Data"]) == ("00", False, [])
            assert answer["_args"]["Error"][-1] == "Err:Custom59001"
        await done(socket, SIGN, inData="x", passwd=PIN)
        for left in reversed(range(TRIES)):
            answer = await ask(socket, SIGN, inData="x", passwd="1")  # noqa: S106 - not a secret
            assert f"{left} tries" in answer["_args"]["Error"][0]
        answer = await ask(socket, SIGN, inData="x", passwd=PIN)
        assert answer["_args"]["Error"][-1] == "Err:Custom59002"


@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ("", "Err:Custom59003"),
        ("[]", "Err:Custom59003"),
        ('{"_id":1}', "Err:Custom59003"),
        ('{"_id":1,"_method":"x","args":[]}', "Err:Custom59003"),
        ('{"_id":1,"_method":"cus-sec_SpcFormat"}', "Err:Custom59004"),
        ('{"_id":1,"_method":"cus-sec_SpcSHA1DigestAsPEM","args":{"inData":7}}', "Err:Custom59005"),
    ],
)
async def test_a_request_that_makes_no_sense_is_answered_and_survived(sent: str, error: str) -> None:
    """The error says what was expected; the device goes on."""
    async with plugged(identity()) as socket:
        await socket.send_str(sent)
        answer = await socket.receive_json(timeout=10)
        assert answer["_args"]["Error"][-1] == error
        await done(socket, SIGN, inData="x", passwd=PIN)


async def test_it_signs_no_faster_than_it_is_told() -> None:
    """Six signatures at 1,200 a minute take 0.3 s at least, also on two lines; a digest costs nothing."""
    async with plugged(identity(), 1200) as socket:
        began = time.monotonic()
        for number in range(6):
            request = {"_method": SIGN, "_id": number, "args": {"inData": "x", "passwd": PIN}}
            await socket.send_json(request)
        for _ in range(6):
            assert (await socket.receive_json(timeout=10))["_status"] == "00"
        assert time.monotonic() - began >= 0.3


def test_the_command_serves_and_ends(tmp_path: Path) -> None:
    """`swsim ukey`: it prints where it listens; a terminated one leaves nothing behind."""
    assert main(["certs", "--code", AGENT, "--out", str(tmp_path)]) == 0
    words = [sys.executable, "-m", "swsim.simulator.cli", "ukey", "--port", "0", "--ready-json"]
    with subprocess.Popen(
        [*words, "--identity", str(tmp_path / f"{AGENT}-sm2")], stdout=subprocess.PIPE, env=os.environ
    ) as process:
        assert process.stdout is not None
        try:
            assert json.loads(process.stdout.readline())["url"].startswith("ws://127.0.0.1:")
        finally:
            process.terminate()
            process.wait(10)


def test_a_key_that_is_not_marked_as_test_is_not_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever page is open in a browser can reach the port."""
    certificate_of_openssl(tmp_path, Family.SM2)
    (tmp_path / "own.key.pem").write_bytes((tmp_path / "key.pem").read_bytes())
    (tmp_path / "own.crt.pem").write_bytes((tmp_path / "one.pem").read_bytes())
    assert main(["ukey", "--identity", str(tmp_path / "own"), "--port", "0"]) == 2
    assert "expected a test certificate of swsim certs" in capsys.readouterr().err


def test_wrong_use_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No such key, no such pace."""
    assert main(["ukey", "--identity", str(tmp_path / "none")]) == 2
    assert "No such file" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["ukey", "--identity", "x", "--per-minute", "0"])
    assert "more than 0" in capsys.readouterr().err


async def test_its_reader_fails_where_it_is_told_to() -> None:
    """Every second signature, as clients saw it: status 00, no data, the words and then the number."""
    async with plugged(identity(), fails_every=2) as socket:
        await done(socket, SIGN, inData="x", passwd=PIN)
        answer = await ask(socket, SIGN, inData="x", passwd=PIN)
        assert (answer["_status"], answer["_args"]["Result"], answer["_args"]["Data"]) == ("00", False, [])
        assert answer["_args"]["Error"] == ["[读卡器底层库]复位读卡器失败:错误码=50070", "Err:Custom50070"]
        await done(socket, SIGN, inData="x", passwd=PIN)
