"""SM2 and SM3 out of the libraries: the published examples, and OpenSSL's command line both ways."""

import hashlib
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from signature_cases import LONG, identity, program, run

from swsim.simulator.signature import sm2
from swsim.simulator.signature.algorithms import Family, sm3
from swsim.simulator.signature.keys import read_private_key, write_private_key

PRIVATE = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
PUBLIC = bytes.fromhex(
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
MESSAGE = b"message digest"
SIGNATURE = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)
"""The example of GB/T 32918.5 (GM/T 0003.5), annex A.2."""
BACKENDS = [sm2._pyx, sm2._fast]
COUNT = 1000 if LONG else 20


@pytest.fixture(params=BACKENDS, ids=["gmssl-pyx", "gmssl-fast"])
def backend(request: pytest.FixtureRequest) -> sm2.Backend:
    """Each library, where this machine has it."""
    try:
        made: sm2.Backend = request.param()
    except ImportError:
        pytest.skip("this machine has no wheel of it")
    return made


def test_sm3_agrees_with_the_standard() -> None:
    """GB/T 32905, annex A: both examples."""
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_sm2_agrees_with_the_standard(backend: sm2.Backend) -> None:
    """The example's signature fits, and what we sign with its key does."""
    assert sm2.verify(PUBLIC, MESSAGE, SIGNATURE, backend=backend)
    assert sm2.verify(PUBLIC, MESSAGE, sm2.sign(PRIVATE, PUBLIC, MESSAGE, backend), backend=backend)
    assert not sm2.verify(PUBLIC, MESSAGE + b".", SIGNATURE, backend=backend)


@pytest.mark.parametrize("at", range(0, 64, 7))
def test_a_changed_byte_is_seen(backend: sm2.Backend, at: int) -> None:
    """Anywhere in r or s."""
    wrong = bytearray(SIGNATURE)
    wrong[at] ^= 1

    assert not sm2.verify(PUBLIC, MESSAGE, bytes(wrong), backend=backend)


@pytest.mark.parametrize(
    ("public", "signature"),
    [
        (PUBLIC, b""),
        (PUBLIC, bytes(64)),
        (PUBLIC, SIGNATURE[:63]),
        (PUBLIC, b"\xff" * 64),
        (bytes(64), SIGNATURE),
        (b"\x01" * 64, SIGNATURE),
        (b"", SIGNATURE),
    ],
)
def test_nonsense_is_false_never_an_error(backend: sm2.Backend, public: bytes, signature: bytes) -> None:
    """Zero, too short, out of range, a point off the curve."""
    assert sm2.verify(public, MESSAGE, signature, backend=backend) is False


def test_the_libraries_agree_with_each_other() -> None:
    """Each verifies what the other signs."""
    pyx, fast = (pytest.importorskip(name) and make() for name, make in zip(("gmssl_pyx", "gmssl_fast"), BACKENDS))  # noqa: B905
    for number in range(20):
        message = number.to_bytes(4, "big") * number
        private, public = pyx.generate() if number % 2 else fast.generate()
        assert sm2.verify(public, message or b"-", sm2.sign(private, public, message or b"-", pyx), backend=fast)
        assert sm2.verify(public, message or b"-", sm2.sign(private, public, message or b"-", fast), backend=pyx)


def test_der_and_raw_are_two_forms_of_one_value() -> None:
    """Also where r or s begins with zeros or a high bit; what is no DER signature is none."""
    draw = random.Random(7)
    for zeros in (0, 1, 5, 31):
        raw = bytes(zeros) + draw.randbytes(32 - zeros) + bytes(zeros) + draw.randbytes(32 - zeros)
        assert sm2.raw_of(sm2.der_of(raw)) == raw
    der = sm2.der_of(SIGNATURE)
    assert sm2.raw_of(der + b"\x00") is None
    assert sm2.raw_of(der[:-1]) is None
    assert sm2.raw_of(b"") is None


def test_a_signature_that_does_not_fit_leaves_standard_error_clean(tmp_path: Path) -> None:
    """The libraries write lines on every failure; what others write at the same time still arrives."""
    code = (
        "import os, threading\n"
        "from swsim.simulator.signature import sm2\n"
        "private, public = sm2.generate()\n"
        "signature = sm2.sign(private, public, b'm')\n"
        "other = threading.Thread(target=lambda: [os.write(2, b'said\\n') for _ in range(500)])\n"
        "other.start()\n"
        "for _ in range(200):\n"
        "    assert not sm2.verify(public, b'n', signature)\n"
        "other.join()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)

    assert sorted(set(done.stderr.splitlines())) == [b"said"]
    assert done.stderr.count(b"said") == 500


def test_without_standard_error_it_verifies_too() -> None:
    """A service may have closed it."""
    code = (
        "import os\n"
        "from swsim.simulator.signature import sm2\n"
        "private, public = sm2.generate()\n"
        "os.close(2)\n"
        "assert sm2.verify(public, b'm', sm2.sign(private, public, b'm'))\n"
        "assert not sm2.verify(public, b'n', sm2.sign(private, public, b'm'))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


def random_messages() -> Iterator[bytes]:
    """Of any length up to a few kilobytes."""
    draw = random.Random(hashlib.sha256(b"sm2").digest())
    for _ in range(COUNT):
        yield draw.randbytes(draw.randrange(1, 4096))


@pytest.mark.timeout(900)
def test_openssl_verifies_what_we_sign_and_we_what_openssl_signs(tmp_path: Path) -> None:
    """On random messages: 1,000 in the long tier (LONG_TIER=1)."""
    openssl = program("openssl")
    key = identity(Family.SM2).key
    (tmp_path / "key.pem").write_bytes(write_private_key(key))
    run(openssl, "pkey", "-in", "key.pem", "-pubout", "-out", "pub.pem", cwd=tmp_path)
    options = ("-sm3", "-sigopt", f"distid:{sm2.DEFAULT_ID.decode()}")
    for message in random_messages():
        (tmp_path / "m").write_bytes(message)
        (tmp_path / "ours").write_bytes(sm2.der_of(sm2.sign(key.data, key.public.data, message)))
        done = run(openssl, "dgst", *options, "-verify", "pub.pem", "-signature", "ours", "m", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        done = run(openssl, "dgst", *options, "-sign", "key.pem", "-out", "theirs", "m", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        theirs = sm2.raw_of((tmp_path / "theirs").read_bytes())
        assert theirs is not None
        assert sm2.verify(key.public.data, message, theirs)


@pytest.mark.parametrize("command", ["genpkey", "ecparam"])
def test_keys_that_openssl_makes_are_read(tmp_path: Path, command: str) -> None:
    """PKCS #8, and the older form with its parameters ahead."""
    openssl = program("openssl")
    words = {
        "genpkey": ("genpkey", "-algorithm", "SM2", "-out", "key.pem"),
        "ecparam": ("ecparam", "-genkey", "-name", "SM2", "-out", "key.pem"),
    }[command]
    done = run(openssl, *words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr

    key = read_private_key((tmp_path / "key.pem").read_bytes())

    assert sm2.verify(key.public.data, b"m", sm2.sign(key.data, key.public.data, b"m"))
    assert read_private_key(write_private_key(key)) == key


def test_the_digest_of_openssl_is_ours(tmp_path: Path) -> None:
    """SM3 on random messages."""
    openssl = program("openssl")
    for size in (0, 1, 55, 56, 63, 64, 65, 5000):
        message = os.urandom(size)
        (tmp_path / "m").write_bytes(message)
        assert run(openssl, "dgst", "-sm3", "-binary", "m", cwd=tmp_path).stdout == sm3(message)
