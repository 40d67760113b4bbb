"""Declarations that customs made of a summary, and how they go on: what CEB792 says, step by step (SUM-13, SUM-16).

First decState alone; then decTmpNo, decPreNo and entryId as the declaring agent, whom the profile plays, goes on. The
values of decState are not published: those of the profile are invented.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from swsim.simulator.clock import compact, from_ms, to_ms
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.incoming import Finding
from swsim.simulator.core.months import late, month_of_ms
from swsim.simulator.core.numbers import dec_no, decl_seq_no, entry_id
from swsim.simulator.core.summary import Declaring, plain


class Progress(IntEnum):
    """How far a declaration has come."""

    MERGED = 0
    MADE = 1
    DRAFTED = 2
    ENTERED = 3
    DECLARED = 4
    REFUSED = 5


@dataclass(slots=True)
class Declaration:
    """A customs declaration of a summary. `month` is that of the list closed first: its due date is the nearest."""

    serial: int
    sum_no: str
    decl_seq_no: str
    month: str
    customs_code: str
    made_ms: int
    gross_weight: str
    net_weight: str
    sources: int
    lines: list[dict[str, Any]]
    """Merged lines as the control API shows them; empty where only the heads were looked up."""
    progress: int = Progress.MERGED
    dec_state: str = ""
    dec_tmp_no: str | None = None
    dec_pre_no: str | None = None
    entry_id: str | None = None
    declared_ms: int = 0


def declaration_of(one: Declaring, number: str, customs_code: str, at: datetime) -> Declaration:
    """A declaration as it is kept, once every list is merged."""
    return Declaration(
        one.serial,
        number,
        decl_seq_no(customs_code, at, one.serial),
        month_of_ms(one.first_closed),
        customs_code,
        to_ms(at),
        plain(one.weight("gross_weight")),
        plain(one.weight("net_weight")),
        sum(line.sources for line in one.lines.values()),
        [line.as_json(one.numbers[key]) for key, line in one.lines.items()],
    )


def go_on(declarations: Sequence[Declaration], at: datetime, facts: Facts) -> bool:
    """Take the next step of a summary's declarations; whether another follows."""
    profile = facts.profile
    for one in declarations:
        one.progress = Progress(one.progress + 1)
        if one.progress == Progress.DRAFTED:
            one.dec_tmp_no = dec_no("T", at, one.serial)
        elif one.progress == Progress.ENTERED:
            one.dec_pre_no = dec_no("I", at, one.serial)
        elif one.progress == Progress.DECLARED and profile.declares == "refused":
            one.progress = Progress.REFUSED
        elif one.progress == Progress.DECLARED:
            one.entry_id, one.declared_ms = entry_id(one.customs_code, at, one.serial), to_ms(at)
        one.dec_state = profile.dec_states[one.progress - 1]
    return profile.declares != "never" and any(one.progress < Progress.DECLARED for one in declarations)


def late_declarations(declarations: Sequence[Declaration], at: datetime, facts: Facts) -> list[Finding]:
    """SUM-16: the second of the two instants that are judged against the due date, the declaration itself."""
    months = sorted({one.month for one in declarations if one.declared_ms and at >= late(one.month, facts)})
    return [
        Finding("SUM-16", "", f"lists of {month} declared before {compact(late(month, facts))}", compact(at))
        for month in months
    ]


def result_head(one: Declaration, apply: Any, at: datetime) -> dict[str, Any]:
    """What the head of a CEB792 says, less guid and the numbers of its parts. `apply`: head of the CEB701."""
    firms = ("agent_code", "agent_name", "ebc_code", "ebc_name", "decl_agent_code", "decl_agent_name")
    return {
        "customs_code": one.customs_code,
        "sum_no": one.sum_no,
        "op_date": compact(at, milliseconds=True),
        "decl_seq_no": one.decl_seq_no,
        "dec_tmp_no": one.dec_tmp_no,
        "dec_pre_no": one.dec_pre_no,
        "entry_id": one.entry_id,
        "dec_state": one.dec_state,
        **{name: getattr(apply, name) for name in firms},
        "gross_weight": one.gross_weight,
        "net_weight": one.net_weight,
    }


def made_at(one: Declaration) -> str:
    """When it was made, for people."""
    return from_ms(one.made_ms).isoformat()
