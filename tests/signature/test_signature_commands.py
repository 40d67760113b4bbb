"""`swsim certs`, `sign`, `verify`: what they write, what they say, how they end."""

import io
import json
import os
import stat
import sys
from pathlib import Path

import pytest
from signature_cases import AGENT, DATA, STRANGER, authority, certificate_of_openssl, identity

from swsim.simulator.cli import main
from swsim.simulator.signature.algorithms import METHODS, Family
from swsim.simulator.signature.file import loads
from swsim.simulator.signature.hints import HINTS, STEPS


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a message and test certificates of both kinds."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.xml").write_bytes(DATA)
    assert main(["certs", "--code", AGENT, "--name", "某某报关行", "--algorithm", "both"]) == 0
    return tmp_path


@pytest.mark.parametrize("family", list(Family))
@pytest.mark.parametrize("more", [[], ["--as-ukey"], ["--variant", "w3"], ["--key-name", "0001 & <x>"]])
def test_signed_and_verified(desk: Path, capsys: pytest.CaptureFixture[str], family: Family, more: list[str]) -> None:
    """The whole way: a good signature ends with 0, in text and JSON."""
    words = ["sign", "m.xml", "--identity", f"certs/{AGENT}-{family}", "--out", "s.xml", *more]
    assert main(words) == 0
    capsys.readouterr()

    assert main(["verify", "s.xml", "--certs", "certs/certificates.toml"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("accepted 通过 (strict yes, lenient yes")
    assert f"owner {AGENT}" in out

    assert main(["verify", "s.xml", "--certs", "certs/certificates.toml", "--format", "json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["rule"], said["strict"], said["problem"], said["owner"]) == ("MSG-14", True, None, AGENT)


def test_what_does_not_hold_ends_with_1(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Changed, expired, unsigned; each with both digests or the like, in both languages."""
    main(["sign", "m.xml", "--identity", f"certs/{AGENT}-sm2", "--out", "s.xml"])
    (desk / "changed.xml").write_bytes((desk / "s.xml").read_bytes().replace(b"O1", b"O2"))
    capsys.readouterr()
    for words, told in (
        (["changed.xml"], ("加签后报文内容被改动", "the content was changed", "expected ", "found ")),
        (["s.xml", "--at", "2050-06-01T00:00:00"], ("证书在该时间已过期", "had expired")),
        (["m.xml"], ("报文没有 ds:Signature", "no ds:Signature")),
    ):
        assert main(["verify", "--certs", "certs/certificates.toml", *words]) == 1
        out = capsys.readouterr().out
        assert out.startswith("refused 不通过")
        assert all(one in out for one in told)


def test_a_reading_can_be_asked_for(desk: Path) -> None:
    """Text behind Signature: lenient yes, strict no."""
    main(["sign", "m.xml", "--identity", f"certs/{AGENT}-sm2", "--out", "s.xml"])
    text = (desk / "s.xml").read_bytes().replace(b"</ceb:CEB603Message>", b"\n</ceb:CEB603Message>")
    (desk / "tail.xml").write_bytes(text)
    assert main(["verify", "tail.xml"]) == 0
    assert main(["verify", "tail.xml", "--level", "lenient"]) == 0
    assert main(["verify", "tail.xml", "--level", "strict"]) == 1


@pytest.mark.parametrize(
    "words",
    [
        ["verify", "absent.xml"],
        ["verify", "broken.xml"],
        ["verify", "m.xml", "--at", "yesterday"],
        ["verify", "m.xml", "--certs", "m.xml"],
        ["verify", "m.xml", "--certs", "absent.toml"],
        ["sign", "m.xml"],
        ["sign", "absent.xml", "--identity", f"certs/{AGENT}-sm2"],
        ["sign", "broken.xml", "--identity", f"certs/{AGENT}-sm2"],
        ["sign", "m.xml", "--identity", "certs/absent"],
        ["sign", "m.xml", "--key", f"certs/{AGENT}-sm2.key.pem", "--cert", f"certs/{AGENT}-rsa.crt.pem"],
        ["certs"],
        ["certs", "--code", "../x"],
        ["certs", "--code", AGENT],
        ["certs", "--code", "1", "--from", "2026-02-30"],
        ["certs", "--code", "1", "--from", "2026-02-03", "--to", "2026-02-03"],
        ["certs", "import", "absent.cer", "--code", "1"],
        ["certs", "import", "m.xml", "--code", "1"],
        ["certs", "import", f"certs/{AGENT}-sm2.crt.pem"],
        ["certs", "import", f"certs/{AGENT}-sm2.crt.pem", "--code", STRANGER, "--file", "certs/certificates.toml"],
    ],
)
def test_wrong_use_ends_with_2(desk: Path, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    """One line on standard error says what was expected."""
    (desk / "broken.xml").write_bytes(b"<a>")
    capsys.readouterr()

    assert main(words) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"swsim {words[0]}: ")
    assert err.count("\n") == 1


def test_signed_twice_is_refused(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One signature is allowed."""
    main(["sign", "m.xml", "--identity", f"certs/{AGENT}-sm2", "--out", "s.xml"])
    assert main(["sign", "s.xml", "--identity", f"certs/{AGENT}-sm2"]) == 2
    assert "it bears one already" in capsys.readouterr().err


def test_standard_input_and_output(desk: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: object) -> None:
    """A dash reads the message from there."""
    del capfdbinary
    sink = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(DATA)))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(sink, write_through=True))
    assert main(["sign", "-", "--identity", f"certs/{AGENT}-rsa"]) == 0
    signed = sink.getvalue()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(signed)))
    assert main(["verify", "-"]) == 0


def test_a_second_call_extends_the_folder_under_the_same_authority(desk: Path) -> None:
    """One authority, more enterprises; private keys are for their owner only."""
    before = (desk / "certs/ca-sm2.crt.pem").read_bytes()
    assert main(["certs", "--code", STRANGER]) == 0
    assert (desk / "certs/ca-sm2.crt.pem").read_bytes() == before
    bindings = loads((desk / "certs/certificates.toml").read_text("utf-8"), "certificates.toml")
    assert sorted(one.code for one in bindings) == sorted([AGENT, AGENT, STRANGER])
    assert all(one.chained for one in bindings)
    if os.name == "posix":
        assert stat.S_IMODE((desk / f"certs/{AGENT}-sm2.key.pem").stat().st_mode) == 0o600


def test_a_real_certificate_is_bound_without_a_chain(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From DER; its authority, added later, makes it chained; a JSON file is as good."""
    capsys.readouterr()
    (desk / "one.cer").write_bytes(identity(code=STRANGER).certificate.der)
    assert main(["certs", "import", "one.cer", "--code", STRANGER, "--key-name", "0001", "--file", "c.json"]) == 0
    assert "unchained 未验证证书链" in capsys.readouterr().out
    bound = loads((desk / "c.json").read_text("utf-8"), "c.json").named("0001")
    assert bound is not None
    assert (bound.code, bound.chained) == (STRANGER, False)

    (desk / "ca.pem").write_text(authority(Family.SM2).certificate.pem)
    assert main(["certs", "import", "ca.pem", "--authority", "--file", "c.json"]) == 0
    bound = loads((desk / "c.json").read_text("utf-8"), "c.json").named("0001")
    assert bound is not None
    assert bound.chained


def test_openssl_makes_a_key_we_sign_with(desk: Path) -> None:
    """An integrator's own SM2 key and certificate, made without us."""
    certificate_of_openssl(desk, Family.SM2)
    assert main(["sign", "m.xml", "--key", "key.pem", "--cert", "one.pem", "--out", "s.xml"]) == 0
    assert main(["certs", "import", "one.pem", "--code", AGENT, "--file", "own.toml"]) == 0
    assert main(["verify", "s.xml", "--certs", "own.toml"]) == 0


PAGE = Path(__file__).parents[2] / "docs/how-to/signature.md"


def test_the_page_shows_what_the_program_says() -> None:
    """Every line of a diagnosis on the page is one of the tables'; every URI is."""
    page = PAGE.read_text("utf-8")
    lines = [line.strip() for line in page.splitlines() if line.startswith("       ")]
    said = {text for title in HINTS.values() for text in title}
    steps = {f"{title.zh} {title.en}" for title in STEPS.values()}
    shown = {line[5:] for line in page.splitlines() if line.startswith(("ok   ", "note "))}

    assert [one for one in lines if one not in said and not one.startswith(("expected ", "found "))] == []
    assert len(lines) >= 8
    assert shown <= steps
    assert all(uri in page for uri in METHODS)
