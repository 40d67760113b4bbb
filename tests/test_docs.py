"""Documentation that would drift is compared with what it describes."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_reference_pages_are_what_the_tables_say() -> None:
    """`docs/generate.py --check` finds no page that differs from the tables."""
    done = subprocess.run(
        [sys.executable, ROOT / "docs/generate.py", "--check"], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_links_between_pages_lead_somewhere() -> None:
    """Every relative link of README and docs names a file that exists."""
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]

    assert broken == []


def test_readme_shows_the_two_commands_on_its_first_screen() -> None:
    """Both commands stand within the first forty lines."""
    first = "\n".join((ROOT / "README.md").read_text("utf-8").splitlines()[:40])

    assert all(command in first for command in ("make demo", "make test", "swsim demo", "pytest"))
