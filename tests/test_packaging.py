"""The package holds what the folders hold (docs/adr/0001-packaging.md)."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = ("simulator", "fixtures", "conformance", "loadtests", "reports")


def test_every_package_is_named() -> None:
    """setuptools takes only packages that are named: each folder with an `__init__.py` is."""
    named = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    found = {
        ".".join(("swsim", *file.parent.relative_to(ROOT).parts))
        for part in PARTS
        for file in (ROOT / part).rglob("__init__.py")
    }

    assert sorted(named) == sorted(found)


def test_data_files_are_covered() -> None:
    """Every file that is no Python source matches a pattern of package-data; output and kept results do not ship."""
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]["*"]
    packages = {file.parent for part in PARTS for file in (ROOT / part).rglob("__init__.py")}
    left = [
        str(file.relative_to(ROOT))
        for part in PARTS
        for file in (ROOT / part).rglob("*")
        if file.is_file()
        and file.suffix not in {".py", ".pyc"}
        and not {"out", "results"} & set(file.relative_to(ROOT).parts)
        if not any(
            parent in packages and any(file.relative_to(parent).match(p) for p in patterns) for parent in file.parents
        )
    ]

    assert left == []


def test_modules_stay_readable() -> None:
    """A module is one idea of at most 300 lines; tables may be longer."""
    tables = {"simulator/core/rules.py"}
    long = {
        f"{name}: {lines}"
        for part in PARTS
        for file in (ROOT / part).rglob("*.py")
        if (lines := len(file.read_text("utf-8").splitlines())) > 300
        and (name := str(file.relative_to(ROOT).as_posix())) not in tables
    }

    assert long == set()
