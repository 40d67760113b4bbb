"""Numbers that the e-port and customs give (ID-01, ID-02): pure functions of a document's serial and the date."""

from datetime import datetime

from swsim.simulator.clock import BEIJING


def pre_no(kind: str, at: datetime, serial: int) -> str:
    """Number given by the e-port (ID-01): ``B`` (``O`` of a tally, 215), date, nine digits of the document's serial."""
    at = at.astimezone(BEIJING)
    return f"{'O' if kind == '215' else 'B'}{at.year:04d}{at.month:02d}{at.day:02d}{serial:09d}"


def serial_of(invt_no: str | None) -> int | None:
    """The serial inside a number given by customs; None where it cannot be one of ours."""
    digits = (invt_no or "")[-9:]
    return int(digits) if len(digits) == 9 and digits.isascii() and digits.isdigit() else None


def invt_no(customs_code: str, at: datetime, serial: int) -> str:
    """Number given by customs (ID-02): customs, year, ``E``, nine digits of the document's serial."""
    return f"{customs_code}{at.astimezone(BEIJING).year:04d}E{serial:09d}"


def sum_no(customs_code: str, at: datetime, serial: int) -> str:
    """Number of a summary (ID-03): customs, year, ``S``, nine digits of the application's serial; structure ours."""
    return f"{customs_code}{at.astimezone(BEIJING).year:04d}S{serial:09d}"


def decl_seq_no(customs_code: str, at: datetime, serial: int) -> str:
    """Number that stands for one customs declaration (ID-03); structure ours."""
    return f"{customs_code}{at.astimezone(BEIJING).year:04d}D{serial:09d}"


def dec_no(letter: str, at: datetime, serial: int) -> str:
    """decTmpNo (``T``) or decPreNo (``I``) of a declaration: 18 characters like a preNo; structure ours."""
    at = at.astimezone(BEIJING)
    return f"{letter}{at.year:04d}{at.month:02d}{at.day:02d}{serial:09d}"


def entry_id(customs_code: str, at: datetime, serial: int) -> str:
    """Number of a customs declaration (ID-04): customs, year, 0 for export, nine digits."""
    return f"{customs_code}{at.astimezone(BEIJING).year:04d}0{serial:09d}"
