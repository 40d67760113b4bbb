"""The Java example client, which shares no code with the simulator: what it signs we verify and the other way round; a
sale from order to approval over a real RabbitMQ.
"""

import asyncio
import os
import shutil
import socket
import subprocess
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from simulator_annex import BROKER, Sale, message
from simulator_line import Line

from swsim.simulator.cli import main
from swsim.simulator.clock import real_now
from swsim.simulator.signature.authority import Identity
from swsim.simulator.signature.certificates import read_certificate
from swsim.simulator.signature.file import as_json, loads
from swsim.simulator.signature.keys import read_private_key
from swsim.simulator.signature.sign import sign
from swsim.simulator.signature.verify import verify

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "examples" / "java-client"
JAVA = Path("/usr/share/java")
JARS = [JAVA / f"{name}.jar" for name in ("amqp-client", "bcprov", "xmlsec", "slf4j-api", "slf4j-nop", "commons-codec")]
BROKER_PORT = 5672
AMQP = f"amqp://guest:guest@127.0.0.1:{BROKER_PORT}"
PACKAGES = "default-jdk-headless librabbitmq-client-java libbcprov-java libxml-security-java libcommons-codec-java"


def absent(reason: str) -> None:
    """Skip, or fail where nothing may be absent."""
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def java(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Class path of the compiled client and the bridge."""
    if not (shutil.which("javac") and all(jar.exists() for jar in JARS)):
        absent(f"no javac or no libraries of the Java client (Debian: {PACKAGES})")
    out = tmp_path_factory.mktemp("java")
    path = ":".join(map(str, [out, *JARS]))
    sources = [*sorted((CLIENT / "src").glob("*.java")), Path(__file__).with_name("Bridge.java")]
    words = ["javac", "-Xlint:all,-path", "-Werror", "-encoding", "UTF-8", "-cp", path, "-d", str(out)]
    subprocess.run([*words, *map(str, sources)], check=True, timeout=100)
    return path


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


@asynccontextmanager
async def bridged(java: str, queue: str, dxp_id: str, line: Line) -> AsyncIterator[None]:
    """A port between RabbitMQ and a sandbox; its queues go with it."""
    url = f"{line.url}/sandboxes/{line.sandbox}"
    words = ("java", "-cp", java, "Bridge", AMQP, queue, dxp_id, url)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert await asyncio.wait_for(process.stdout.readline(), 30) == b"ready\n"
        yield
    finally:
        process.stdin.close()
        await asyncio.wait_for(process.wait(), 30)


def settings_of(certs: Path, folder: Path, **changes: str) -> Path:
    """The client's shipped settings with other lines."""
    stem = certs / f"{BROKER[0]}-sm2"
    changes |= {"key": f"{stem}.key.pem", "certificate": f"{stem}.crt.pem", "amqp": AMQP}
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
    java: str, certs: Path, served: Line, tmp_path: Path
) -> None:
    """DxpMsg in and out, SM2-SM3, profile strict: every return is received once, the list is approved."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", BROKER_PORT)):
            absent(f"no RabbitMQ on 127.0.0.1:{BROKER_PORT}")
    known = as_json(loads((certs / "certificates.toml").read_text("utf-8"), "certificates.toml"))
    quick = {"base": "strict", "sent_after": 0, "customs_after": 0, "approved_after": 0}
    line = await served.create(clock={"mode": "real"}, profile=quick, certificates=known)
    tail = uuid.uuid4().hex[:8].upper()
    dxp_id, queue, number = f"DXPENT{tail}01", f"test-{tail}", f"J{tail}"
    file = settings_of(certs, tmp_path, dxpId=dxp_id, queue=queue)
    async with bridged(java, queue, dxp_id, line):
        done = await asyncio.to_thread(client, java, "declare", file, number)
    told = done.stdout.decode().splitlines()
    assert done.returncode == 0, (told, done.stderr)
    statuses: dict[str, list[str]] = {}
    for one in told:
        kind, status = one.split(" ")[:2]
        statuses.setdefault(kind, []).append(status)
    assert statuses == {
        "DxpRep": ["0000"] * 4,
        "CEB304Message": ["2", "3", "120"],
        "CEB404Message": ["2", "3", "120"],
        "CEB506Message": ["2", "3", "399"],
        "CEB604Message": ["2", "3", "120", "399"],
    }
    outbox = await line.listed(dxpId=dxp_id)
    assert [one["acknowledged"] for one in outbox] == [True] * 13
    document = await line.document("603", BROKER[0], f"C{number}")
    assert (document["state"], document["signature"]["strict"]) == (399, True)
    assert [one for one in document["explain"] if one["kind"] == "fault"] == []
