"""The texts of returns (回执信息), from `data/return_text.csv`: read once, each labelled with where its wording comes from.

One file for all that a return may say: return statuses, the codes of table 7-2, and what stands in ``[Code:n;Desc:…]`` of
a 100. `reach` says of a code who may send it; what is `never` sent is refused by the fault table too.
"""

import pkgutil
from dataclasses import dataclass
from enum import StrEnum

from swsim.simulator.codes.sheets import TEXT, CodesError, Column, Shape, decoded, read_sheet

NAME = "return_text.csv"


class Origin(StrEnum):
    """Where a wording comes from."""

    OFFICIAL = "official"
    """The specification."""
    OBSERVED = "observed"
    """Captured returns of the import side, the only ones public."""
    INVENTED = "invented"
    """Ours, where neither is known."""


class Reach(StrEnum):
    """Who may send a code of table 7-2."""

    REACHABLE = "reachable"
    """A rule or a machine answers with it, under one profile or another."""
    SHADOWED = "shadowed"
    """The schema refuses such a message before (CEB900), unless `limits = eport`."""
    FAULT = "fault"
    """Only the fault table: failures inside e-port and customs, its user interface, second names of another code."""
    NEVER = "never"
    """Nobody: of import alone."""


@dataclass(frozen=True, slots=True)
class Text:
    """A returnInfo. `{key}`, `{list}`, `{guid}`, `{faults}` are filled in when a return is rendered."""

    code: str
    reach: Reach
    zh: str
    origin: Origin
    note: str


SHAPE = Shape(
    "回执信息",
    "texts of returns",
    {
        "code": Column(r"-?[0-9]+(-[a-z]+)?", "a status or code, with a variant behind it", required=True),
        "place": Column("status|table 7-2|Code", "status, table 7-2 or Code", required=True),
        "reach": Column("|".join(Reach), f"one of {', '.join(Reach)}", required=True),
        "origin": Column("|".join(Origin), f"one of {', '.join(Origin)}", required=True),
        "text": Column(".+", "a text", required=True),
        "note": TEXT,
    },
    ("place", "code"),
)


def _read() -> dict[str, dict[str, Text]]:
    data = pkgutil.get_data(__package__, f"data/{NAME}")
    if data is None:
        raise CodesError(f"{NAME}: expected in the package, not found")
    found: dict[str, dict[str, Text]] = {"status": {}, "table 7-2": {}, "Code": {}}
    for row in read_sheet(NAME, decoded(NAME, data), SHAPE).rows:
        text = Text(row["code"], Reach(row["reach"]), row["text"], Origin(row["origin"]), row["note"])
        found[row["place"]][row["code"]] = text
    return found


_READ = _read()
TABLE_7_2 = _READ["table 7-2"]
"""The codes of table 7-2, all of them; -625022 stands there with two texts."""
TEXTS = _READ["status"] | TABLE_7_2
"""By status or code; a suffix tells variants of one status apart."""
DESCS = _READ["Code"]
"""By the number in ``[Code:n;Desc:text]``: the texts of a 100 (海关退单)."""


def reach_of(code: int) -> Reach | None:
    """Who may send a code; None where table 7-2 has none such."""
    text = TABLE_7_2.get(str(code))
    return text.reach if text else None
