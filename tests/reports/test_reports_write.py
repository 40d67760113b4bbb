"""Three files in one folder; the JSON is the model."""

from dataclasses import asdict, replace
from pathlib import Path

import orjson
import pytest
from reports_sample import sample

from swsim.reports import write
from swsim.reports.model import Report
from swsim.reports.view import milliseconds_text, seconds_text, state_tone


@pytest.fixture
def report() -> Report:
    """A run with a bit of everything."""
    return sample()


def test_writes_three_files_below_the_working_directory(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a folder the files go to reports/out of where the command runs."""
    monkeypatch.chdir(tmp_path)
    paths = write.write_reports(report)
    assert [str(path) for path in paths] == [
        "reports/out/index.html",
        "reports/out/junit.xml",
        "reports/out/report.json",
    ]
    assert all((tmp_path / path).stat().st_size > 500 for path in paths)


def test_json_is_the_model(report: Report, tmp_path: Path) -> None:
    """Reading the JSON gives every value of the model, verdicts by their words."""
    path = write.write_reports(report, tmp_path / "new" / "folder")[-1]
    assert orjson.loads(path.read_bytes()) == orjson.loads(orjson.dumps(asdict(report)))
    assert orjson.loads(path.read_bytes())["cases"][4]["verdict"] == "NOT OBSERVED"


def test_report_that_cannot_be_rendered_leaves_the_earlier_one(report: Report, tmp_path: Path) -> None:
    """A lone surrogate has no UTF-8 form: nothing is written over."""
    paths = write.write_reports(report, tmp_path)
    before = [path.read_bytes() for path in paths]
    with pytest.raises(UnicodeEncodeError):
        write.write_reports(replace(report, title="\ud800"), tmp_path)
    assert [path.read_bytes() for path in paths] == before


@pytest.mark.parametrize(
    ("state", "tone"),
    [("120", "good"), ("899", "good"), ("100", "bad"), ("-301008", "bad"), ("500", "warn"), ("2", "idle")],
)
def test_state_has_the_tone_of_its_meaning(state: str, tone: str) -> None:
    """100 and codes below zero are refusals, 300 and 500 are held."""
    assert state_tone(state) == tone


def test_spans_read_as_people_say_them() -> None:
    """Three digits that matter, and the unit."""
    assert [seconds_text(value) for value in (0.85, 12.44, 185, 7800)] == [
        "850 ms",
        "12.4 s",
        "3 min 05 s",
        "2 h 10 min",
    ]
    assert [milliseconds_text(value) for value in (3.21, 412.4, 12034)] == ["3.2 ms", "412 ms", "12.0 s"]
