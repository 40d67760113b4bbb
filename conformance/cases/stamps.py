"""Form, number and time of every message: valid, numbered once, stamped by a clock that shows 24 hours and a year.

Clocks go wrong at certain hours only: a 12-hour clock after noon, a week-based year around New Year.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from swsim.conformance.cases.steps import SOON, expect, sells
from swsim.conformance.conversation import Advance, Case, Judge, Send, Step, Watch
from swsim.conformance.sightings import Sent, evidence, sent, shown
from swsim.conformance.story import Judgement, Story, fails, missed, passes
from swsim.simulator.clock import BEIJING, read_compact, read_instant

ONE = "one"
NEAR = timedelta(hours=1)
"""How far the time of report may be from the time of receipt in these cases: no shop waits longer that is up."""
PLANS = ("9610-declaration", "9710", "9810", "1210")


def valid(story: Story) -> Iterator[Judgement]:
    """SND-03: no message was refused for its form, less those that a case planted."""
    count = 0
    for entry in story.everything:
        count += entry.name == "input/message"
        text = str(entry.data.get("xml") or "")
        if entry.name == "input/refused-message" and not any(number in text for number in story.planted):
            faults = "; ".join(map(str, entry.data.get("faults") or ())) or str(entry.data.get("code"))
            told = f"a message was refused for its form: {faults[:300]}"
            yield fails(told, [evidence(entry, told)])
            return
    if count:
        yield passes(f"{count} messages, all of them valid")


def numbered_once(story: Story) -> Iterator[Judgement]:
    """SND-04: a message guid and a document guid each stand for one thing; sent again as it was is still one."""
    of_message: dict[str, tuple[str, ...]] = {}
    of_document: dict[str, str] = {}
    for one in sent(story.everything):
        if one.order_no in story.planted:
            continue
        message = str(one.entry.data.get("guid"))
        inside = tuple(str(row.get("guid")) for row in one.entry.data["documents"])
        if of_message.setdefault(message, inside) != inside:
            yield fails(f"the message guid {message} stands for messages of different documents", shown(one))
            return
        if one.guid and of_document.setdefault(one.guid, one.key) != one.key:
            yield fails(f"the guid {one.guid} stands for {of_document[one.guid]} and {one.key}", shown(one))
            return
    if of_message:
        yield passes(f"{len(of_message)} messages, {len(of_document)} documents, each numbered once")


def stamped_now(story: Story) -> Judgement:
    """SND-05: appTime is the time at which it came in, within the hour."""
    number, found = story.number(ONE), list[Sent]()
    for one in sent(story.entries):
        told, came = read_compact(one.app_time), read_instant(one.entry.at)
        if one.order_no != number or (told is None and not one.app_time):
            continue
        if told is None or abs(came - told) > NEAR:
            return fails(f"appTime {one.app_time} on a document that came in at {came:%Y-%m-%d %H:%M}", shown(one))
        found.append(one)
    if not found:
        return missed("no document of the order came in")
    return passes(f"{len(found)} documents, stamped when they were sent", shown(found[-1]))


def any_document(story: Story) -> Sent | None:
    """The order at customs."""
    return next(sent(story.entries, "303", order_no=story.number(ONE)), None)


def new_years_eve(story: Story) -> datetime:
    """Noon of the next 30 December: week-based years differ there in most years, and do in 2026."""
    now = read_instant(story.everything[-1].at)
    eve = datetime(now.year, 12, 30, 12, tzinfo=BEIJING)
    return eve if eve > now else eve.replace(year=now.year + 1)


def at(hour: str, before: tuple[Step, ...], words: tuple[str, str, str], *, alone: bool = False) -> Case:
    """A sale at an hour at which clocks go wrong."""
    zh, en, description = words
    return Case(
        id=f"stamped-{hour}",
        title_zh=zh,
        title_en=en,
        description=description,
        expectation="appTime on its documents is the time at which they are sent: that hour, that year.",
        provokes="a sale at a certain hour",
        plans=("9610-statistics",) if alone else ("9610-declaration",),  # a year takes its time
        steps=(
            *before,
            Send(ONE),
            expect("the order", any_document, "transmit"),
            Advance(SOON),
            Judge("stamped when it was sent", stamped_now, "SND-05"),
        ),
        version=2,
        alone=alone,
    )


def _watch(
    name: str, words: tuple[str, str], looks: str, holds: str, of: Callable[[Story], Iterator[Judgement]], row: str
) -> Case:
    before: tuple[Step, ...] = sells("first", "second") if row == "SND-04" else ()
    provokes = "two sales" if before else "nothing: what comes in is looked at"
    return Case(name, *words, looks, holds, provokes, PLANS, (*before, Watch(looks, of, row)))


CASES = (
    _watch(
        "messages-are-valid",
        ("报文格式良好并符合XSD", "Its messages are well-formed and valid"),
        "Every message that customs refused for its form is looked at.",
        "There is none, but those that a case planted.",
        valid,
        "SND-03",
    ),
    _watch(
        "guids-are-used-once",
        ("系统唯一序号不重复", "Uses a guid once"),
        "Two orders come in; the guids of all messages and documents of the run are compared.",
        "Each stands for one message, or one version of one document.",
        numbered_once,
        "SND-04",
    ),
    at(
        "after-noon",
        (Advance(timedelta(hours=6)),),
        ("下午报送的时间为24小时制", "Stamps by a clock of 24 hours", "It is afternoon, and an order comes in."),
    ),
    at(
        "around-new-year",
        (Advance(timedelta(seconds=1)), Advance(new_years_eve)),
        (
            "年末报送的年份正确",
            "Stamps the right year around New Year",
            "It is 30 December, in the week of New Year, and an order comes in.",
        ),
        alone=True,
    ),
)
