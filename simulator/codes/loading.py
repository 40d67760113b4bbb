"""A user's own tables (`--codes DIR`): ``DIR/NAME.csv`` for any table, `calendar.csv`, `rates.csv`.

A file extends what is there, its own rows going first; with the header line ``# mode: replace`` it stands alone. Whether
it is all there is, ``# complete: yes`` says: then a code that is absent may be refused.
"""

from dataclasses import dataclass
from pathlib import Path

from swsim.simulator.codes.lookup import FILES, Codes, codes_of
from swsim.simulator.codes.rates import rates_of
from swsim.simulator.codes.sheets import CodesError, Sheet, decoded, read_sheet
from swsim.simulator.codes.tables import SHAPES, table_of
from swsim.simulator.codes.working_days import days_of


@dataclass(frozen=True, slots=True)
class Loaded:
    """The codes with a user's files over them, and what was loaded: a line a file."""

    codes: Codes
    summary: tuple[str, ...] = ()


def loaded(directory: Path | None) -> Loaded:
    """What `--codes` asks for: the files of a directory, or what ships. CodesError."""
    return load(directory) if directory else Loaded(Codes.builtin())


def load(directory: Path, base: Codes | None = None) -> Loaded:
    """The files of a directory over `base` (what ships, by default). CodesError names file, line and column."""
    codes = base or Codes.builtin()
    if not directory.is_dir():
        raise CodesError(f"{directory}: expected a directory of CSV files, {_names()}")
    files = sorted(file for file in directory.iterdir() if file.suffix.lower() == ".csv")
    if not files:
        raise CodesError(f"{directory}: expected at least one file of {_names()}, found none")
    tables, days, rates = dict(codes.tables), codes.days, codes.rates
    summary: list[str] = []
    for file in files:
        name = file.stem.lower()
        if name not in FILES:
            raise CodesError(f"{file}: expected a file of {_names()}")
        sheet = _read(file, name)
        extends = sheet.header.get("mode", "extend") == "extend"
        origin = f"own file {file.name}"
        if name == "calendar":
            days = days_of(sheet, days if extends else None, origin)
            said = f"{len(days.days)} days, years {min(days.years)}-{max(days.years)}"
        elif name == "rates":
            rates = rates_of(sheet, rates if extends else None, origin)
            said = f"{len(rates.rows)} rates"
        else:
            tables[name] = table_of(name, sheet, tables[name] if extends else None, origin)
            table = tables[name]
            said = f"{len(table.rows)} codes, {'complete' if table.complete else 'not complete'}"
        done = "extends" if extends else "replaces"
        summary.append(f"{file.name}: {len(sheet.rows)} rows, {done} {name} {FILES[name].zh}: now {said}")
    return Loaded(codes_of(tables, days, rates), tuple(summary))


def _read(file: Path, name: str) -> Sheet:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise CodesError(f"{file}: cannot be read: {error.strerror}") from None
    sheet = read_sheet(str(file), decoded(str(file), data), FILES[name])
    if not sheet.rows:
        raise CodesError(f"{file}: expected rows below the head of columns, found none")
    return sheet


def _names() -> str:
    return ", ".join(f"{name}.csv" for name in (*SHAPES, "calendar", "rates"))
