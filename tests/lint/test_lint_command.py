"""`swsim lint`: files, folders, archives, standard input; formats; exit codes; the same with one process or two."""

import argparse
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lint_messages import dxp_msg, message, put
from lxml import etree

from swsim.fixtures.generate import configure as configure_generate
from swsim.fixtures.generate import run as generate
from swsim.simulator.cli import main
from swsim.simulator.lint import sources

AT = ("--at", "2026-03-20T00:00:00+08:00")
SOUND, WRONG = message("303"), put(message("303", number=1), "goodsValue", "1")
REMARKED = put(message("303", number=2), "unit", "999")
BROKEN, UNREADABLE = put(message("303", number=3), "orderType", "EE"), b"<a"
KEYS = {
    "kind",
    "rule",
    "line",
    "path",
    "value",
    "expected",
    "message_zh",
    "message_en",
    "section",
    "basis",
    "severity",
}
"""Of a finding, by contract."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One message of each verdict, in folders."""
    for name, data in (
        ("a/valid.xml", SOUND),
        ("a/rules.XML", WRONG),
        ("b/schema.xml", BROKEN),
        ("b/unreadable.xml", UNREADABLE),
        ("b/notes.txt", b"not a message"),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


def report(capsys: pytest.CaptureFixture[str], *words: str, code: int = 1) -> Any:
    """The JSON report."""
    assert main(["lint", *words, *AT, "--format", "json"]) == code
    return json.loads(capsys.readouterr().out)


def verdicts(value: Any) -> dict[str, str]:
    """Verdict by the name of the file."""
    return {Path(file["path"]).name: file["verdict"] for file in value["files"]}


def test_a_folder_is_read_in_order(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every verdict; files of other names are no messages."""
    value = report(capsys, str(folder))
    assert list(verdicts(value).items()) == [
        ("rules.XML", "rule_findings"),
        ("valid.xml", "valid"),
        ("schema.xml", "schema_invalid"),
        ("unreadable.xml", "unreadable"),
    ]


def test_the_report_has_the_shape_of_the_contract(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Files with path, messageType, edition, verdict, findings; findings with all they must have."""
    for file in report(capsys, str(folder))["files"]:
        assert file.keys() >= {"path", "messageType", "edition", "verdict", "findings"}
        assert file["edition"] == "202205"
        for finding in file["findings"]:
            assert finding.keys() >= KEYS
            assert finding["kind"] in {"schema", "rule"}
            assert finding["line"] >= 1
            assert finding["message_zh"]
            assert finding["basis"] in {"LAW", "SPEC", "OBSERVED", "ASSUMED"}
    rule = report(capsys, str(folder / "a" / "rules.XML"))["files"][0]["findings"][0]
    assert (rule["rule"], rule["title_zh"], rule["column"] > 1) == ("ORD-12", "商品金额", True)


@pytest.mark.parametrize(
    ("data", "words", "code"),
    [
        (SOUND, (), 0),
        (WRONG, (), 1),
        (BROKEN, (), 1),
        (UNREADABLE, (), 1),
        (REMARKED, (), 1),
        (REMARKED, ("--fail-on", "refuse"), 0),
        (WRONG, ("--fail-on", "refuse"), 1),
        (WRONG, ("--fail-on", "never"), 0),
        (message("603"), (), 0),
        (message("603"), ("--profile", "strict"), 1),
    ],
)
def test_the_exit_code_says_whether_something_was_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes, words: tuple[str, ...], code: int
) -> None:
    """A note, such as a signature that is not there yet, does not count."""
    file = tmp_path / "m.xml"
    file.write_bytes(data)
    assert main(["lint", str(file), *AT, *words]) == code
    assert capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [["nowhere"], ["."], ["--codes", "nowhere", "-"], ["--at", "yesterday", "-"], ["-", "--out", "no/such/file"]],
)
def test_wrong_use_is_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    """It says what is wrong, without a trace; `.` is an empty folder here."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SOUND)))
    assert main(["lint", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.strip()


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`-`, an envelope too."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(dxp_msg(WRONG))))
    (file,) = report(capsys, "-")["files"]
    assert (file["path"], file["envelope"], file["messageType"]) == ("-", "DxpMsg", "CEB303Message")


def test_the_users_tables_are_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A code absent from a complete table of theirs would be refused."""
    (tmp_path / "m.xml").write_bytes(REMARKED)
    (tmp_path / "codes").mkdir()
    (tmp_path / "codes" / "unit.csv").write_text("# complete: yes\ncode\n011\n", "utf-8")
    (one,) = report(capsys, str(tmp_path / "m.xml"))["files"][0]["findings"]
    assert (one["row"], one["severity"]) == ("ORD-14/unknown", "remark")
    words = [str(tmp_path / "m.xml"), "--codes", str(tmp_path / "codes")]
    (one,) = report(capsys, *words)["files"][0]["findings"]
    assert (one["row"], one["severity"]) == ("ORD-14", "refuse")


# --- formats ----------------------------------------------------------------------------------------------------------


def test_text_is_for_people(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Place, severity, rule, path; field in both languages, found, expected; the rule, where it is written."""
    assert main(["lint", str(folder), *AT]) == 1
    text = capsys.readouterr().out
    assert "refuse  ORD-12  /CEB303Message/Order[1]/OrderHead/goodsValue" in text
    assert "商品金额 Goods value, FOB, without freight: found '1', expected sum of totalPrice" in text
    assert "商品金额应等于表体总价之和 | goodsValue is the sum of the lines  [§2.1.4 goodsValue, ASSUMED]" in text
    assert "valid.xml" not in text
    assert text.splitlines()[-1].startswith("4 files, ")
    assert "1 valid, 1 rule_findings, 1 schema_invalid, 1 unreadable" in text


def test_notes_of_valid_files_are_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """How often, and where first."""
    for number in (1, 2):
        (tmp_path / f"{number}.xml").write_bytes(message("603", number=number))
    assert main(["lint", str(tmp_path), *AT]) == 0
    assert "note, 2 times: MSG-14/missing" in capsys.readouterr().out


def test_sarif_is_what_code_hosts_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The fields that SARIF 2.1.0 requires, levels of its list, rules that results point to."""
    assert main(["lint", str(folder), *AT, "--format", "sarif"]) == 1
    value = json.loads(capsys.readouterr().out)
    assert value["version"] == "2.1.0"
    (run,) = value["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "swsim lint"
    assert run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
    assert len(run["results"]) >= 3
    for result in run["results"]:
        assert result["message"]["text"]
        assert result["level"] in {"error", "warning", "note"}
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"].endswith((".xml", ".XML"))
        assert place["region"]["startLine"] >= 1
        assert place["region"]["startColumn"] >= 1
    assert all(rule["shortDescription"]["text"] for rule in rules)


def test_junit_is_what_build_servers_read(folder: Path, tmp_path: Path) -> None:
    """A case a file; totals that fit; text of any message is well-formed."""
    (folder / "a" / "control.xml").write_bytes(b"<a>\x01</a>")
    out = tmp_path / "lint.xml"
    assert main(["lint", str(folder), *AT, "--format", "junit", "--out", str(out)]) == 1
    root = etree.parse(out).getroot()
    cases = root.findall("testsuite/testcase")
    failed = [case for case in cases if case.find("failure") is not None]
    assert (root.get("tests"), root.get("failures"), len(cases), len(failed)) == ("5", "4", 5, 4)
    texts = [case.findtext("failure") or "" for case in failed]
    assert any("ORD-12" in text for text in texts)


# --- archives ---------------------------------------------------------------------------------------------------------


def packed(path: Path, members: dict[str, bytes], **how: Any) -> str:
    """An archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **how) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return str(path)


def test_an_archive_is_read_without_being_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever its members are called: nothing is written anywhere."""
    names = {
        "../../etc/m.xml": SOUND,
        "/abs/m.xml": WRONG,
        "C:\\m.xml": message("303", number=4),
        "a\x1b[31m\n.xml": message("303", number=5),
        "notes.txt": b"",
    }
    archive = packed(tmp_path / "m.zip", names)
    before = set(tmp_path.rglob("*"))
    monkeypatch.chdir(tmp_path)
    files = report(capsys, archive)["files"]
    assert [file["verdict"] for file in files] == ["valid", "rule_findings", "valid", "valid"]
    assert all(file["path"].startswith(f"{archive}!") for file in files)
    assert all(file["path"].isprintable() for file in files)
    assert set(tmp_path.rglob("*")) == before


def test_a_bomb_does_not_go_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No more than the limit is unpacked of a member, nor of an archive, whatever sizes it tells."""
    monkeypatch.setattr(sources, "MOST_BYTES", 100_000)
    archive = packed(tmp_path / "m.zip", {"bomb.xml": b" " * 50_000_000, "m.xml": SOUND})
    assert verdicts(report(capsys, archive)) == {"m.zip!bomb.xml": "unreadable", "m.zip!m.xml": "valid"}
    monkeypatch.setattr(sources, "MOST_UNPACKED", 3 * len(SOUND))
    archive = packed(tmp_path / "n.zip", {f"{i}.xml": message("303", number=6 + i) for i in range(5)})
    assert [file["verdict"] for file in report(capsys, archive)["files"]] == ["valid"] * 3 + ["unreadable"] * 2


def test_an_archive_that_is_none_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Damaged, empty, one inside another, too many members."""
    (tmp_path / "damaged.zip").write_bytes(b"PK\x03\x04 and no more")
    packed(tmp_path / "empty.zip", {"notes.txt": b""})
    packed(tmp_path / "nested.zip", {"inner.zip": b"PK"})
    good = Path(packed(tmp_path / "crc.zip", {"m.xml": SOUND * 3})).read_bytes()
    (tmp_path / "crc.zip").write_bytes(good[:200] + b"\x00" * 20 + good[220:])
    value = report(capsys, str(tmp_path))
    assert {file["verdict"] for file in value["files"]} == {"unreadable"}
    assert len(value["files"]) == 4


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a file as of a member."""
    monkeypatch.setattr(sources, "MOST_BYTES", 1_000)
    (tmp_path / "m.xml").write_bytes(SOUND + b" " * 1_000)
    assert report(capsys, str(tmp_path / "m.xml"))["files"][0]["verdict"] == "unreadable"


def test_a_file_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The others are linted all the same; a link to nowhere is no file."""
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_bytes(SOUND)
    (tmp_path / "c.xml").symlink_to(tmp_path / "nowhere.xml")
    opened = Path.open

    def refusing(path: Path, *words: Any, **more: Any) -> Any:
        if path.name == "a.xml":
            raise PermissionError(13, "Permission denied")
        return opened(path, *words, **more)

    monkeypatch.setattr(Path, "open", refusing)
    assert verdicts(report(capsys, str(tmp_path))) == {"a.xml": "unreadable", "b.xml": "valid"}


# --- many -------------------------------------------------------------------------------------------------------------


def test_several_processes_give_the_same_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the same order."""
    for number in range(70):
        (tmp_path / f"{number:02}.xml").write_bytes((SOUND, WRONG, BROKEN, UNREADABLE)[number % 4])
    packed(tmp_path / "z.zip", {f"{i}.xml": WRONG for i in range(5)})
    assert report(capsys, str(tmp_path), "--processes", "2") == report(capsys, str(tmp_path), "--processes", "0")


def test_a_generated_trade_has_no_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of every kind, up to departure, return and summary."""
    parser = argparse.ArgumentParser()
    configure_generate(parser)
    words = ["--orders", "30", "--seed", "5", "--kinds", "all", "--at", "2026-01-05T09:00:00+08:00"]
    assert generate(parser.parse_args([*words, "--out", str(tmp_path / "trade")])) == 0
    capsys.readouterr()
    assert main(["lint", str(tmp_path / "trade"), *AT]) == 0
    assert " valid; " in capsys.readouterr().out


@pytest.mark.parametrize("processes", ["0", "2"])
@pytest.mark.parametrize("strict", [False, True])
def test_one_guid_for_every_chunk_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], processes: str, strict: bool
) -> None:
    """The first message is right, each other says where its guid stands already; bare or in an envelope."""
    chunks = {"1.xml": SOUND, "2.xml": message("403"), "3.xml": dxp_msg(message("505"), MsgType="CEB505Message")}
    for name, data in chunks.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "4.xml").write_bytes(message("505", number=1))
    profile = ["--profile", "strict"] if strict else []
    value = report(capsys, str(tmp_path), "--processes", processes, *profile)
    told = {
        file["path"].rpartition("/")[2]: [one for one in file["findings"] if one["row"] == "MSG-01/chunks"]
        for file in value["files"]
    }
    assert {name: len(found) for name, found in told.items()} == {"1.xml": 0, "2.xml": 1, "3.xml": 1, "4.xml": 0}
    for name in ("2.xml", "3.xml"):
        (one,) = told[name]
        assert one["severity"] == ("refuse" if strict else "remark")
        assert one["expected"].endswith("1.xml")
        assert (one["line"], one["path"]) == ((2, "/CEB403Message/@guid") if name == "2.xml" else (4, one["path"]))
