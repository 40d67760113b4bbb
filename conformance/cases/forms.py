# ruff: noqa: E501 - a table: a row a line
"""Returns in other clothes, a row a form: what customs says is the same, how it is written is not.

One conversation for all: a switch of the profile is set, a sale goes its way, and the enterprise has to believe what
customs holds. Every other case reads returns in the default namespace with a plain XML declaration.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from swsim.conformance.cases.receiving import ONE, SOON, at_rest, believes_customs
from swsim.conformance.cases.sanity import approved
from swsim.conformance.conversation import Ask, Case, Expect, Judge, Send, Switch
from swsim.conformance.provoking import key_of
from swsim.conformance.sightings import answers, shown
from swsim.conformance.story import Judgement, Story, missed, passes
from swsim.reports.model import Verdict


@dataclass(frozen=True, slots=True)
class Form:
    """Switches of the profile, what shows that they were set, and the requirement on who reads it.

    `shows` is text that the returns on the order bear as they were written; where it begins with ``!`` they lack it.
    """

    id: str
    requirement: str
    switches: dict[str, Any]
    shows: str
    zh: str
    en: str
    does: str


ROWS = (
    Form("prefixed-returns", "RCV-15", {"prefix": "ceb"}, "<ceb:CEB604Message", "回执带ceb:前缀", "Returns with the prefix ceb:", "writes its returns with the prefix ceb: instead of the default namespace"),
    Form("undeclared-returns", "RCV-14", {"declaration": "none"}, "!<?xml", "回执无XML声明", "Returns without an XML declaration", "writes its returns without an XML declaration"),
    Form("standalone-returns", "RCV-14", {"declaration": "standalone"}, "standalone=", "回执XML声明带standalone", "Returns that say standalone", 'writes its returns with standalone="yes" in the declaration, as captures have it'),
    Form("marked-returns", "RCV-14", {"bom": "yes"}, "\ufeff", "回执带BOM", "Returns with a byte order mark", "writes a byte order mark before each return"),
)  # fmt: skip
WAYBILL_120 = "waybill-by-120"


def written(story: Story, row: Form) -> Judgement:
    """The provocation: the returns on the list were written so."""
    text, lacks = row.shows.removeprefix("!"), row.shows.startswith("!")
    bodies = [str(entry.data.get("xml") or "") for entry in story.entries if entry.name == "output/return"]
    if not bodies or not any((text in body) is not lacks for body in bodies):
        return missed(f"no return was written so: {row.does}")
    return passes("", shown(approved(story)))


def waybill_accepted_by_120(story: Story) -> Judgement:
    """The provocation: the waybill's last word is 120."""
    found = [*answers(story.entries, "505", key_of(story, ONE, "505"))]
    if not found or found[-1].status != "120":
        return missed("the waybill was not answered by 120")
    return passes("", shown(found[-1]))


CASES = (
    *(
        Case(
            id=row.id,
            title_zh=row.zh,
            title_en=row.en,
            description=f"Customs {row.does}.",
            expectation="The list is declared and approved, and the enterprise believes it 399 under its number.",
            provokes="another form of the same returns",
            plans=("receiving",),
            needs=("state",),
            steps=(
                Switch(f"customs {row.does}", row.switches),
                Send(ONE),
                Expect("the approval, every return acknowledged", at_rest, SOON, Verdict.FAIL, row.requirement),
                Judge("returns were written so", lambda story, row=row: written(story, row)),  # type: ignore[misc]
                Ask(ONE),
                Judge("believes what customs holds", believes_customs, row.requirement),
            ),
            alone=True,
        )
        for row in ROWS
    ),
    Case(
        id=WAYBILL_120,
        title_zh="运单以120接受",
        title_en="A waybill that is accepted by 120",
        description="Customs accepts the waybill by 120 instead of the 399 of the specification.",
        expectation="The waybill counts as accepted: the list is declared and approved.",
        provokes="the other word for success of a waybill",
        plans=("receiving", "9610-declaration"),
        steps=(
            Switch("customs accepts waybills by 120", {"logistics_success": 120}),
            Send(ONE),
            Expect("the approval of the list", approved, timedelta(hours=1), Verdict.FAIL, "RCV-24"),
            Judge("the waybill was accepted by 120", waybill_accepted_by_120),
        ),
        alone=True,
    ),
)
