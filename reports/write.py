"""One report, three files."""

from pathlib import Path

from swsim.reports import html, json, junit
from swsim.reports.model import Report

FOLDER = Path("reports/out")
"""Below the working directory, never in an installed package."""

WRITERS = {"index.html": html.render, "junit.xml": junit.render, "report.json": json.render}


def write_reports(report: Report, folder: Path = FOLDER) -> list[Path]:
    """Write every format into `folder`, made where it is missing; files of an earlier run are replaced.

    Returns the paths, the page first. OSError where the folder cannot be written. Everything is rendered before
    anything is written, so a report that cannot be rendered leaves the earlier one whole.
    """
    pages = {name: render(report) for name, render in WRITERS.items()}
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages.items():
        (folder / name).write_bytes(page)
    return [folder / name for name in pages]
