"""What was recorded is judged offline: a folder of XML, an exported journal."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from swsim.conformance.cases import BY_ID, CASES
from swsim.conformance.conversation import Watch
from swsim.conformance.driver import DriverError
from swsim.conformance.enterprise.books import BusinessClock
from swsim.conformance.enterprise.signing import Keyring
from swsim.conformance.recorded import judge_recorded, read_recording, written
from swsim.fixtures.batch import upload
from swsim.fixtures.chain import BEIJING, chain
from swsim.fixtures.defects import DEFECTS
from swsim.fixtures.parties import parties
from swsim.reports.model import Verdict
from swsim.simulator.cli import main
from swsim.simulator.clock import read_instant
from swsim.simulator.messages.codec import encode

AT = read_instant("2026-01-05T09:00:00+08:00").astimezone(BEIJING)
FLAG = "content-INV-01"
OF_CUSTOMS = ["acts-before-it-acknowledges", "signed-by-the-right-firm"]
"""Files alone do not say whose certificate customs has."""


def folder_of(path: Path, defect: str = "") -> Path:
    """Four files: the documents of a sale, with a defect or without, the list signed."""
    clock = BusinessClock()
    clock.set(AT)
    keyring = Keyring(parties(1), clock)
    made = chain(1, 0, AT)
    made = DEFECTS[defect].apply(made) if defect else made
    for place, document in enumerate(made.documents):
        message = upload(
            [document], parties(1).sender(document.number), guid=f"{place}B2C3D4E-0000-4000-8000-000000000000"
        )
        data = keyring.sign(document.number, encode(message, prefix="ceb"))
        (path / f"{place}.xml").write_bytes(data)
    return path


def test_a_folder_without_fault_passes(tmp_path: Path) -> None:
    results = judge_recorded(read_recording(folder_of(tmp_path)), CASES)
    assert len(results) > 30
    other = {one.id: one.verdict for one in results if one.verdict is not Verdict.PASS}
    assert other == dict.fromkeys(OF_CUSTOMS, Verdict.NOT_OBSERVED)


def test_a_fault_in_a_folder_fails_for_its_requirement_and_a_journal_says_the_same(tmp_path: Path) -> None:
    entries = read_recording(folder_of(tmp_path, "import-flag"))
    wrong = {one.id: one for one in judge_recorded(entries, CASES) if one.verdict is not Verdict.PASS}
    assert list(wrong) == [FLAG, *OF_CUSTOMS]
    assert (wrong[FLAG].verdict, wrong[FLAG].checks[0].requirement) == (Verdict.FAIL, "SND-14")
    assert "expected" in wrong[FLAG].reason
    journal = tmp_path / "journal.jsonl"
    journal.write_bytes(written(entries))
    assert judge_recorded(read_recording(journal), CASES) == judge_recorded(entries, CASES)


def test_what_never_occurred_is_not_observed(tmp_path: Path) -> None:
    folder_of(tmp_path)
    (tmp_path / "3.xml").unlink()
    [one] = judge_recorded(read_recording(tmp_path), [BY_ID["content-INV-04"]])
    assert one.verdict is Verdict.NOT_OBSERVED


def test_a_soft_ground_is_capped_here_too(tmp_path: Path) -> None:
    entries = read_recording(folder_of(tmp_path, "import-flag"))
    case = BY_ID[FLAG]
    [watch] = case.steps
    assert isinstance(watch, Watch)
    soft = replace(case, steps=(replace(watch, requirement="RCV-04"),))
    assert [one.verdict for one in judge_recorded(entries, [soft])] == [Verdict.WARNING]
    assert [one.verdict for one in judge_recorded(entries, [soft], ["RCV-04"])] == [Verdict.FAIL]


def test_a_message_that_is_none_stands_among_the_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<a/>", "utf-8")
    [entry] = read_recording(tmp_path)
    assert entry.name == "input/refused-message"


def test_nothing_recorded_is_told(tmp_path: Path) -> None:
    with pytest.raises(DriverError, match="found nothing"):
        read_recording(tmp_path)
    with pytest.raises(DriverError, match=r"none\.jsonl"):
        read_recording(tmp_path / "none.jsonl")


def test_the_command_judges_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    (tmp_path / "in").mkdir()
    source = folder_of(tmp_path / "in", "import-flag")
    words = ["conformance", "--driver", f"recorded:{source}", "--report", str(out), "--format", "json"]
    assert main(words) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["gate"] == "NOT GREEN"
    assert [one["id"] for one in told["cases"] if one["verdict"] == "FAIL"] == [FLAG]
    assert json.loads((out / "statement.json").read_bytes())["statement"]["granted"] is False
