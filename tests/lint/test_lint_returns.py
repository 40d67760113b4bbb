"""Returns in a `DxpMsg`, as a queue brings them: `swsim lint` judges them, `swsim generate` takes their numbers."""

import re
from pathlib import Path

import pytest
from lint_messages import STANDARD, dxp_msg

from swsim.simulator.cli import main
from swsim.simulator.lint.examine import lint

TRADE = ("generate", "--orders", "40", "--seed", "7", "--at", "2026-01-05T09:00", "--kinds", "all")


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A return of each kind that a trade brings, as `--answers` writes them, bare."""
    out = tmp_path_factory.mktemp("trade")
    assert main([*TRADE, "--answers", "--out", str(out)]) == 0
    found: dict[str, bytes] = {}
    for file in sorted(out.rglob("*.xml")):
        data = file.read_bytes()
        root = re.search(rb"<(?:ceb:)?(CEB\d{3})Message", data)
        assert root is not None
        found.setdefault(root[1].decode(), data)
    return {name: data for name, data in found.items() if int(name[3:]) % 2 == (1 if name == "CEB792" else 0)}


KINDS = ("CEB304", "CEB404", "CEB506", "CEB604", "CEB606", "CEB608", "CEB508", "CEB510", "CEB214", "CEB216", "CEB702")


@pytest.mark.parametrize("kind", KINDS)
def test_a_return_in_an_envelope_is_judged(returns: dict[str, bytes], kind: str) -> None:
    """A faultless one has no fault, whatever carries it; a spoiled one is found at `Data` and at its place inside."""
    name = f"{kind}Message"
    file = lint("r.xml", dxp_msg(returns[kind], MsgType=name), STANDARD)
    assert (file.envelope, file.message_type, file.verdict) == ("DxpMsg", name, "valid")
    spoiled = re.sub(rb"<returnTime>[^<]*<", b"<returnTime>soon<", returns[kind], count=1)
    file = lint("r.xml", dxp_msg(spoiled, MsgType=name), STANDARD)
    assert file.verdict == "schema_invalid"
    assert file.findings[0].path.startswith(f"/DxpMsg/Data/{name}/")
    assert file.findings[0].path.endswith("/returnTime")
    assert file.findings[0].inside != (0, 0)


def test_a_folder_of_returns_is_linted(
    returns: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`swsim lint DIR`: 0 while each is right, 1 with one that is not, named with what carries it."""
    for kind, data in returns.items():
        (tmp_path / f"{kind}.xml").write_bytes(dxp_msg(data, MsgType=f"{kind}Message"))
    assert main(["lint", str(tmp_path)]) == 0
    assert f"{len(returns)} files" in capsys.readouterr().out
    (tmp_path / "CEB604.xml").write_bytes(dxp_msg(returns["CEB604"].replace(b"<preNo>", b"<preNo>#" + b"9" * 40, 1)))
    assert main(["lint", str(tmp_path)]) == 1
    assert "CEB604Message in DxpMsg" in capsys.readouterr().out


def test_numbers_are_taken_from_returns_in_envelopes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--returns`: what follows the lists bears the numbers of customs, as with bare returns."""
    assert main([*TRADE, "--answers", "--out", str(tmp_path / "trade")]) == 0
    bare, carried = tmp_path / "bare", tmp_path / "carried"
    for folder in (bare, carried):
        folder.mkdir()
    for place, file in enumerate(sorted((tmp_path / "trade").rglob("*CEB604*.xml"))):
        data = file.read_bytes().replace("占位".encode(), b"")
        (bare / f"{place}.xml").write_bytes(data)
        (carried / f"{place}.xml").write_bytes(dxp_msg(data, MsgType="CEB604Message"))
    written: list[dict[str, bytes]] = []
    for folder in (bare, carried):
        out = tmp_path / f"from-{folder.name}"
        assert main([*TRADE, "--returns", str(folder), "--out", str(out)]) == 0
        assert "those of 40 lists" in capsys.readouterr().out
        written.append({str(file.relative_to(out)): file.read_bytes() for file in out.rglob("*.xml")})
    assert written[0] == written[1]
