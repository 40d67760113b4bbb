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
