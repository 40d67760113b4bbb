"""What to do about a finding, in Chinese and English, from `data/hint.csv`: by row of a rule, else by its id."""

import pkgutil
from typing import NamedTuple

from swsim.simulator.codes.sheets import CodesError, Column, Shape, decoded, read_sheet

NAME = "hint.csv"
SENTENCE = Column(".+[。.]", "a sentence", required=True)
SHAPE = Shape(
    "提示",
    "hints",
    {"code": Column("[A-Z0-9a-z-]+(/[A-Za-z0-9-]+)?", "a rule", required=True), "zh": SENTENCE, "en": SENTENCE},
)


class Hint(NamedTuple):
    """A sentence that says what to do."""

    zh: str
    en: str


def _read() -> dict[str, Hint]:
    data = pkgutil.get_data(__package__, f"data/{NAME}")
    if data is None:
        raise CodesError(f"{NAME}: expected in the package, not found")
    return {row["code"]: Hint(row["zh"], row["en"]) for row in read_sheet(NAME, decoded(NAME, data), SHAPE).rows}


HINTS = _read()
NO_HINT = Hint("", "")


def hint_of(row: str) -> Hint:
    """The hint of a row, else of its rule; empty where there is none."""
    return HINTS.get(row) or HINTS.get(row.partition("/")[0]) or NO_HINT
