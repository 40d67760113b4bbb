"""Messages in the envelope of the exchange platform (DxpMsg), both ways: how it is written, and how it is read."""

from collections.abc import Iterator
from datetime import timedelta

from swsim.conformance.cases.followups import knows
from swsim.conformance.cases.lists import ORDER, status_of
from swsim.conformance.cases.steps import expect, sells, ship, ships
from swsim.conformance.conversation import Advance, Ask, Case, Fault, Judge, Step, Watch
from swsim.conformance.journal import Entry
from swsim.conformance.sightings import evidence
from swsim.conformance.story import Judgement, Story, fails, missed, passes
from swsim.simulator.clock import read_instant
from swsim.simulator.codes.loading import loaded
from swsim.simulator.lint.examine import lint
from swsim.simulator.lint.message import How
from swsim.simulator.profile import PROFILES

WRAPPED = "wrapped"
AT_REST = Advance(timedelta(minutes=10))


def messages(story: Story) -> Iterator[Entry]:
    """Messages that came in an envelope."""
    for entry in story.everything:
        if entry.name == "input/message" and entry.data.get("envelope") and entry.data.get("xml"):
            yield entry


def written_well(story: Story) -> Iterator[Judgement]:
    """SND-31, as `swsim lint` reads envelopes (rows DXP)."""
    count = 0
    for entry in messages(story):
        count += 1
        how = How(PROFILES["strict"], loaded(None).codes, read_instant(entry.at))
        for found in lint(str(entry.n), str(entry.data["xml"]).encode(), how).findings:
            if found.row.startswith("DXP/"):
                told = f"{found.row}, {found.path}: expected {found.expected}, found {found.value!r}"
                yield fails(told, [evidence(entry, told)])
                return
    if count:
        yield passes(f"{count} envelopes")


def was_wrapped(story: Story) -> Judgement:
    """The provocation: a return left in an envelope whose Data stands on several lines."""
    fired = [one for one in story.everything if one.what == "fault" and one.data.get("action") == WRAPPED]
    if not fired or not any(messages(story)):
        return missed("no return left in an envelope: no arrival came in one")
    return passes("", [evidence(fired[0], "Data was wrapped over lines")])


LEFT: tuple[Step, ...] = (*sells(ORDER), *ships(ORDER))

CASES = (
    Case(
        id="envelopes-are-plain",
        title_zh="传输信封规范：CopMsgId为UUID、时间不带毫秒时区、Data一行",
        title_en="Writes its envelopes as routers read them",
        description="A parcel leaves; every envelope (DxpMsg) of the run is read as a router of the platform reads it.",
        expectation="CopMsgId a UUID, a plain CreatTime, Data on one line, type and receiver as they should be.",
        provokes="a shipment",
        plans=("9610-statistics",),
        needs=("ship",),
        steps=(*LEFT, Watch("envelopes of the run", written_well, "SND-31")),
    ),
    Case(
        id="wrapped-envelope",
        title_zh="DxpMsg中Data折行的回执可读",
        title_en="Reads an envelope whose Data is wrapped",
        description="Customs answers the arrival (507) in envelopes whose Base64 stands on lines of 76 characters.",
        expectation="The enterprise holds the arrival for what customs said.",
        provokes="a return in a wrapped envelope",
        plans=("receiving", "9610-statistics"),
        needs=("state", "ship"),
        steps=(
            *sells(ORDER),
            Fault("customs wraps Data", lambda _: [{"kind": "507", "key": "*", "action": WRAPPED}]),
            ship(ORDER),
            expect("the list released", status_of("800"), "ship"),
            AT_REST,
            Judge("some return was wrapped", was_wrapped),
            Ask(ORDER),
            Judge("knows what 508 said", knows("507").by, "RCV-16"),
        ),
        alone=True,
    ),
)
