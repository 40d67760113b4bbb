"""What the enterprise writes, a case a rule: every message of the run is read as `swsim lint` reads it.

The rows are those of the rule table that judge a document alone and of which the table of rule defects has an example;
nothing is provoked. Documents with a defect that a case planted are left out.
"""

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from swsim.conformance.conversation import Case, Watch
from swsim.conformance.journal import Entry
from swsim.conformance.requirements import Basis
from swsim.conformance.sightings import evidence
from swsim.conformance.story import Judgement, Story, fails, passes
from swsim.fixtures.rule_defects import BY_ID
from swsim.fixtures.spoil import RuleDefect
from swsim.reports.model import Evidence
from swsim.simulator.clock import read_instant
from swsim.simulator.codes.loading import loaded
from swsim.simulator.core.rules import BY_ROW
from swsim.simulator.lint.message import Found, How, Told, examine
from swsim.simulator.profile import PROFILES

KINDS = ("303", "403", "505", "603")
REQUIREMENT_OF = {
    "MSG-01": "SND-04",
    "MSG-02": "SND-06",
    "MSG-04": "SND-05",
    "MSG-16": "SND-09",
    "X6b": "SND-10",
    "X6c": "SND-10",
    "X1": "SND-24",
    "ORD-04": "SND-21",
    "ORD-10": "SND-15",
    "ORD-11": "SND-11",
    "ORD-12": "SND-12",
    "ORD-13": "SND-12",
    "ORD-14": "SND-14",
    "PAY-12": "SND-13",
    "PAY-13": "SND-13",
    "LOG-03": "SND-18",
    "INV-01": "SND-14",
    "INV-02": "SND-23",
    "INV-03": "SND-15",
    "INV-04": "SND-18",
    "INV-05": "SND-11",
    "INV-06": "SND-18",
    "INV-07": "SND-18",
    "INV-08": "SND-14",
    "INV-10": "SND-14",
    "INV-11": "SND-14",
    "INV-12": "SND-09",
    "INV-13": "SND-14",
    "INV-14": "SND-18",
    "INV-15": "SND-23",
    "STA-04": "SND-20",
    "STA-05": "SND-19",
    "ID-07": "SND-17",
    "X8": "SND-16",
}
"""Rule -> the requirement that a fault of the rule breaks."""


def shown_by(row: str) -> RuleDefect | None:
    """The example of a rule's fault: one that any sale can have, with the tables that ship."""
    simple = (d for d in BY_ID.values() if d.row == row and d.kind in KINDS)
    return next((d for d in simple if not d.tables and not d.mix and not d.alongside and not d.also), None)


JUDGED = (
    "MSG-01/form",
    "MSG-01/case",
    "MSG-01/uuid",
    "MSG-01/same",
    "MSG-02",
    "MSG-04/form",
    "MSG-16",
    "X1/appStatus",
    "X6c/appStatus",
    "ID-07/logisticsNo",
    "ORD-10/zeros",
    "ID-07/gcode",
    "ORD-04",
    "ORD-10/repeated",
    "ORD-10/rising",
    "ORD-10/gap",
    "ORD-11",
    "ORD-12",
    "ORD-12/currency",
    "ORD-13",
    "X8/itemNo",
    "PAY-12/form",
    "PAY-12/order",
    "PAY-13",
    "LOG-03",
    "INV-01",
    "INV-02/mode",
    "INV-02/area",
    "INV-03",
    "INV-04",
    "INV-05",
    "INV-06",
    "INV-07",
    "INV-10",
    "INV-13",
    "INV-14",
    "INV-15",
    "INV-11",
    "INV-12",
    "ORD-14/unknown",
)
"""Rows of the rule table that have a case; each has a seeded fault too (`enterprise/faults/writing.py`)."""
ROWS = {row: defect for row in JUDGED if (defect := shown_by(row)) is not None}
"""Row of the rule table -> its example."""


@lru_cache(maxsize=4096)
def read(xml: str, at: str) -> Found:
    """A message as lint reads it at an instant."""
    data = xml.encode()
    return examine(data, etree.fromstring(data), How(PROFILES["strict"], loaded(None).codes, read_instant(at)))


def messages(story: Story) -> Iterator[Entry]:
    """Messages that customs received, none with a document of an order with a planted defect."""
    for entry in story.everything:
        rows = entry.data.get("documents") if entry.name == "input/message" else None
        clean = isinstance(rows, list) and not any(row.get("orderNo") in story.planted for row in rows)
        if clean and entry.data.get("xml") and rows and rows[0]["kind"] in KINDS:
            yield entry


def judged(story: Story, row: str) -> Iterator[Judgement]:
    """One judgement on all messages that the rule speaks of; none where there is no such message."""
    kinds, count = BY_ROW[row].kinds, 0
    for entry in messages(story):
        if entry.data["documents"][0]["kind"] not in kinds:
            continue
        count += 1
        for told in read(entry.data["xml"], entry.at).told:
            if told.row == row:
                yield fails(*described(entry, told))
                return
    if count:
        yield passes(f"{count} messages, none against {row}")


def described(entry: Entry, told: Told) -> tuple[str, tuple[Evidence, ...]]:
    """A finding in words, and as evidence."""
    text = f"{told.path}: expected {told.expected}, found {told.value!r}"
    return text, (evidence(entry, text),)


def case_of(row: str, defect: RuleDefect) -> Case:
    """The watch of a row."""
    rule = BY_ROW[row]
    watch = Watch(f"{row}: {rule.en}", lambda story: judged(story, row), REQUIREMENT_OF[row.partition("/")[0]])
    return Case(
        id=f"content-{row.replace('/', '-')}",
        title_zh=rule.zh,
        title_en=f"{rule.en} ({row})",
        description=f"Every message of the run is read by rule {row} ({rule.citation}).",
        expectation=f"None is against it; an example of what is: {defect.en}.",
        provokes="nothing: what the enterprise writes is read",
        plans=("9610-declaration", "9710", "9810", "1210"),
        steps=(Watch(watch.what, watch.of, watch.requirement, Basis(rule.basis)),),
    )


CASES = tuple(case_of(row, defect) for row, defect in ROWS.items())
