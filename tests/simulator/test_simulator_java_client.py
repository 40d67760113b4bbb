"""The Java example client, which shares no code with the simulator: what it signs we verify and the other way round; a
sale from order to approval over a real RabbitMQ.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from simulator_annex import BROKER, Sale, message
from simulator_broker import Broker
from simulator_java import CLIENT, compiled

from swsim.simulator.cli import main
from swsim.simulator.clock import real_now
from swsim.simulator.signature.authority import Identity
from swsim.simulator.signature.certificates import read_certificate
from swsim.simulator.signature.file import as_json, loads
from swsim.simulator.signature.keys import read_private_key
from swsim.simulator.signature.sign import sign
from swsim.simulator.signature.verify import verify


@pytest.fixture(scope="module")
def java(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Class path of the compiled client."""
    return compiled(tmp_path_factory.mktemp("java"))


@pytest.fixture(scope="module")
def certs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The broker's test key and certificate, made by `swsim certs`."""
    out = tmp_path_factory.mktemp("certs")
    assert main(["certs", "--code", BROKER[0], "--out", str(out)]) == 0
    return out


def identity(certs: Path) -> Identity:
    stem = certs / f"{BROKER[0]}-sm2"
    certificate = read_certificate(stem.with_suffix(".crt.pem").read_bytes())
    return Identity(read_private_key(stem.with_suffix(".key.pem").read_bytes()), certificate, certificate.serial)


def client(java: str, *words: str | Path) -> subprocess.CompletedProcess[bytes]:
    """One run of the client."""
    return subprocess.run(
        ["java", "-Dfile.encoding=UTF-8", "-cp", java, "Client", *map(str, words)],
        capture_output=True,
        check=False,
        timeout=60,
    )


def unsigned(prefix: bool) -> bytes:
    return message("603", Sale("衬衫 & 裤子").document("603"), cop_code=BROKER[0], prefix=prefix)


@pytest.mark.parametrize("prefix", [False, True], ids=["default", "ceb"])
def test_what_java_signs_we_verify(java: str, certs: Path, tmp_path: Path, *, prefix: bool) -> None:
    """C14N, SM3 and SM2 of Santuario and Bouncy Castle against ours: strict, by a bound certificate."""
    plain = tmp_path / "plain.xml"
    plain.write_bytes(unsigned(prefix))
    stem = certs / f"{BROKER[0]}-sm2"
    done = client(java, "sign", stem.with_suffix(".key.pem"), stem.with_suffix(".crt.pem"), plain)
    assert done.returncode == 0, done.stderr
    known = loads((certs / "certificates.toml").read_text("utf-8"), "certificates.toml")
    verdict = verify(done.stdout, known, real_now())
    assert (verdict.problem, verdict.strict, verdict.owner) == (None, True, BROKER[0])
    changed = verify(done.stdout.replace("测试玩具".encode(), "测试玩其".encode()), known, real_now())
    assert changed.problem == "differs"


@pytest.mark.parametrize("prefix", [False, True], ids=["default", "ceb"])
def test_what_we_sign_java_verifies(java: str, certs: Path, tmp_path: Path, *, prefix: bool) -> None:
    """And refuses what was changed since, in the message or in the value."""
    signed = sign(unsigned(prefix), identity(certs))
    file = tmp_path / "signed.xml"
    other = sign(unsigned(prefix=not prefix), identity(certs))
    value = other[other.index(b"<ds:SignatureValue>") : other.index(b"</ds:SignatureValue>")]
    mine = signed[signed.index(b"<ds:SignatureValue>") : signed.index(b"</ds:SignatureValue>")]
    for data, code, said in (
        (signed, 0, b"verified"),
        (signed.replace("测试玩具".encode(), "测试玩其".encode()), 1, b"the digest differs"),
        (signed.replace(mine, value), 1, b"the value does not verify"),
        (unsigned(prefix), 1, b"expected one signature"),
    ):
        file.write_bytes(data)
        done = client(java, "verify", file)
        assert (done.returncode, done.stdout.startswith(said)) == (code, True), done


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A RabbitMQ of our own."""
    node = Broker(tmp_path_factory.mktemp("broker"))
    node.start()
    yield node
    node.stop()


@contextmanager
def served(broker: Broker) -> Iterator[str]:
    """`swsim serve --amqp`; its URL."""
    words = [sys.executable, "-m", "swsim.simulator.cli", "serve", "--port", "0", "--db", ":memory:", "--readers", "0"]
    with subprocess.Popen([*words, "--amqp", broker.url, "--ready-json"], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.terminate()
            process.wait(30)


async def control(url: str, method: str, path: str, value: Any = None) -> Any:
    """One request of the control API of the sandbox default."""
    more = {} if value is None else {"json": value}
    async with (
        ClientSession() as session,
        session.request(method, f"{url}/_control/sandboxes/default{path}", **more) as answer,
    ):
        assert answer.status == 200, await answer.text()
        return await answer.json()


def settings_of(certs: Path, folder: Path, **changes: str) -> Path:
    """The client's shipped settings with other lines."""
    stem = certs / f"{BROKER[0]}-sm2"
    changes |= {"key": f"{stem}.key.pem", "certificate": f"{stem}.crt.pem"}
    lines = [
        f"{name}={changes.get(name, value)}" if value else name
        for name, _, value in (
            text.partition("=") for text in (CLIENT / "client.properties").read_text("utf-8").split("\n")
        )
    ]
    file = folder / "client.properties"
    file.write_text("\n".join(lines), "utf-8")
    return file


async def test_a_sale_goes_from_order_to_approval_over_rabbitmq(
    java: str, certs: Path, broker: Broker, tmp_path: Path
) -> None:
    """`swsim serve --amqp`, DxpMsg in and out, SM2-SM3, profile strict: every return is received once, in order."""
    dxp_id, number = "DXPENTJAVA000001", "J1"
    file = settings_of(certs, tmp_path, dxpId=dxp_id, amqp=broker.url.rstrip("/"))
    with served(broker) as url:
        quick = {"base": "strict", "sent_after": 0, "customs_after": 0, "approved_after": 0}
        await control(url, "PUT", "/profile", quick)
        known = as_json(loads((certs / "certificates.toml").read_text("utf-8"), "certificates.toml"))
        await control(url, "PUT", "/certificates", known)
        done = await asyncio.to_thread(client, java, "declare", file, number)
        told = done.stdout.decode().splitlines()
        assert done.returncode == 0, (told, done.stderr)
        statuses: dict[str, list[str]] = {}
        for one in told:
            kind, status = one.split(" ")[:2]
            statuses.setdefault(kind, []).append(status)
        assert statuses == {
            "CEB304Message": ["2", "3", "120"],
            "CEB404Message": ["2", "3", "120"],
            "CEB506Message": ["2", "3", "399"],
            "CEB604Message": ["2", "3", "120", "399"],
        }
        document = await control(url, "GET", f"/documents/603/{BROKER[0]}~C{number}")
        assert (document["state"], document["signature"]["strict"]) == (399, True)
        assert [one for one in document["explain"] if one["kind"] == "fault"] == []
        async with ClientSession() as session, session.get(f"{url}/returns", params={"dxpId": dxp_id}) as answer:
            listed = [one["messageType"] for one in (await answer.json())["items"]]
        assert listed == [line.split(" ")[0] for line in told]


async def test_a_key_that_customs_does_not_know_is_refused(
    java: str, certs: Path, broker: Broker, tmp_path: Path
) -> None:
    """The same client with a key that customs does not know: refused with -621029, exit code 1."""
    file = settings_of(certs, tmp_path, dxpId="DXPENTJAVA000002", amqp=broker.url.rstrip("/"))
    with served(broker) as url:
        quick = {"base": "strict", "sent_after": 0, "customs_after": 0, "approved_after": 0}
        await control(url, "PUT", "/profile", quick)
        assert main(["certs", "--code", BROKER[0], "--out", str(tmp_path / "other")]) == 0
        other = (tmp_path / "other" / "certificates.toml").read_text("utf-8")
        await control(url, "PUT", "/certificates", as_json(loads(other, "certificates.toml")))
        done = await asyncio.to_thread(client, java, "declare", file, "J2")
    assert done.returncode == 1
    assert done.stdout.decode().splitlines()[-1].startswith("CEB604Message -621029 ")
