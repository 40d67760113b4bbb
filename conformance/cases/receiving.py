# ruff: noqa: E501 - a table: a row a line
"""Returns that come otherwise than one would like, and a line that fails, a row a disturbance.

One conversation for all: customs disturbs what it says of one order's list (or the line it comes in on), the list is
approved all the same, and then the enterprise has to believe what customs holds, and to have sent nothing without need.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from swsim.conformance.cases.beliefs import declared, keeps_the_number
from swsim.conformance.cases.never_declares_twice import declared_once
from swsim.conformance.cases.sanity import approved
from swsim.conformance.conversation import Advance, Ask, Case, Expect, Fault, Judge, Row, Send, Step
from swsim.conformance.journal import Entry
from swsim.conformance.provoking import of_order
from swsim.conformance.sightings import Seen, evidence, sent, shown
from swsim.conformance.story import Judgement, Story, believed, fails, missed, passes
from swsim.reports.model import Verdict
from swsim.simulator.clock import read_instant

ONE = "one"
SOON = timedelta(minutes=20)
LATER = timedelta(minutes=20)
QUIET_AGAIN = timedelta(minutes=10)


When = Callable[[Story], datetime]
WINDOW = timedelta(minutes=10)
"""Of `burst`: returns go out when a window of the clock is over."""
MOMENT = timedelta(seconds=1)


def window_end(story: Story) -> datetime:
    """The end of the window that runs, by the newest entry of the journal."""
    now = read_instant(story.everything[-1].at)
    return now + WINDOW - (now - now.replace(minute=0, second=0, microsecond=0)) % WINDOW


@dataclass(frozen=True, slots=True)
class Disturbance:
    """A row of the fault table for the list of one order, and the requirement on what the enterprise makes of it.

    `twice`: the enterprise may have to send the list again, so that it came twice is no fault.
    """

    id: str
    requirement: str
    row: Row
    zh: str
    en: str
    does: str
    twice: bool = False
    plans: tuple[str, ...] = ("receiving",)
    kind: str = "603"
    begins: When | None = None
    """When the sale begins, where that matters."""
    silent: When | timedelta | None = None
    """How long nothing is said for certain: the enterprise's clock is told that, and nothing else happens."""


RECOVERY = ("recovery", "9610-declaration")
ROWS = (
    Disturbance("late-120", "RCV-04", {"action": "late", "stage": "120", "by": "PT5M"}, "迟到的120不覆盖399", "A late 120 does not overwrite a 399", "hands the 120 of a list out five minutes behind its 399"),
    Disturbance("late-2", "RCV-04", {"action": "late", "stage": "2", "by": "PT5M"}, "迟到的2不覆盖399", "A late 2 does not overwrite a 399", "hands the first return of a list out behind the last"),
    Disturbance("late-3", "RCV-04", {"action": "late", "stage": "3", "by": "PT5M"}, "迟到的3不覆盖399", "A late 3 does not overwrite a 399", "hands the 3 of a list out behind its 399"),
    Disturbance("reordered", "RCV-04", {"action": "reorder", "by": "PT1M"}, "回执乱序", "Returns in the wrong order", "hands the returns of a minute out, the last first"),
    Disturbance("in-one-burst", "REC-02", {"action": "burst", "by": "PT10M"}, "回执集中下发", "Returns all at once, late", "holds the returns back and hands them out every ten minutes", plans=("receiving", "recovery"), begins=lambda story: window_end(story) + MOMENT, silent=lambda story: window_end(story) - MOMENT),
    Disturbance("doubled-120", "RCV-05", {"action": "duplicate", "stage": "120", "copies": 2}, "重复的120", "A 120 that comes three times", "hands the 120 of a list out three times"),
    Disturbance("doubled-399", "RCV-05", {"action": "duplicate", "stage": "399", "copies": 2}, "重复的399", "A 399 that comes three times", "hands the 399 of a list out three times"),
    Disturbance("doubled-record", "RCV-05", {"action": "duplicate-record", "stage": "399"}, "同一回执内记录重复", "A record that stands twice in one return", "puts the 399 of a list twice into one return"),
    Disturbance("redelivered-399", "RCV-05", {"action": "redelivered", "stage": "399"}, "回执重投", "A return delivered again under its id", "loses the acknowledgement of the 399 and delivers it again"),
    Disturbance("duplicate-refused", "RCV-06", {"action": "two-final", "stage": "399", "status": -621004, "info": "已经申报过"}, "成功后的重复申报退回", "A refusal as duplicate behind a success", "says 399, and behind it -621004: declared already"),
    Disturbance("unknown-key", "RCV-12", {"action": "unknown-key", "stage": "120"}, "主键未知的回执", "A return on a list nobody sent", "hands a return on an unknown list out before the right one"),
    Disturbance("same-number-elsewhere", "RCV-03", {"action": "same-number", "stage": "120"}, "他企业同号清单的退单", "Another firm's list of the same number is refused", "hands a 100 on another firm's list of the same number out before the right return"),
    Disturbance("malformed-return", "RCV-17", {"action": "malformed", "stage": "120"}, "损坏的回执", "A return that breaks off in its middle", "hands half a return out before the right one"),
    Disturbance("unknown-type", "RCV-13", {"action": "unknown-type", "stage": "120"}, "未知类型的报文", "A message of a type nobody knows", "hands a message of type CEB999 out before the right return"),
    Disturbance("wrong-encoding", "RCV-17", {"action": "wrong-encoding", "stage": "399"}, "编码错误的回执", "A return in another encoding than it declares", "hands a return in gb18030 out before the right one"),
    Disturbance("lost-and-found", "REC-02", {"action": "lost", "stage": "399", "by": "PT0.3S"}, "回执丢失后重发", "A return that is lost and comes again", "loses the 399 on its way and hands it out again", plans=RECOVERY),
    Disturbance("told-late", "REC-02", {"action": "accepted-late", "by": "PT15M"}, "接收后延迟处理", "Nothing is said for a quarter of an hour", "takes the list in and says nothing of it for long", plans=RECOVERY, silent=WINDOW),
    Disturbance("busy-line", "REC-06", {"action": "busy", "status": 503, "retry": "PT0.2S"}, "海关忙（503）后重试", "503: the list is sent again", "does not take the list in, busy", plans=RECOVERY),
    Disturbance("line-resets", "REC-01", {"action": "reset", "taken": False}, "线路中断后补传", "The line breaks before the list is taken in", "breaks the line while the list comes in", plans=RECOVERY),
    Disturbance("line-resets-late", "REC-05", {"action": "reset", "taken": True}, "线路中断，报文已接收", "The line breaks behind the list: it has it already", "takes the list in and breaks the line before it answers", twice=True, plans=RECOVERY),
    Disturbance("send-failed", "REC-03", {"action": "send-failed", "retry": None}, "发送海关失败（4）后重新申报", "A list that could not be sent to customs (4) comes again", "answers 4 for the list, and leaves it there", twice=True, plans=RECOVERY),
    Disturbance("system-error", "REC-09", {"action": "system-error"}, "电子口岸系统异常", "A system error on arrival", "refuses the list on arrival by the code of a system failure", twice=True, plans=RECOVERY),
)  # fmt: skip


def fired(story: Story) -> list[Entry]:
    """Entries by which the journal says that a fault of ours fired on the order's list."""
    mine = {one.key for one in sent(story.everything, "603", order_no=story.number(ONE))}
    number = story.number(ONE)
    return [
        entry
        for entry in story.everything
        if entry.what == "fault" and (any(key in str(entry.data) for key in mine) or number in str(entry.data))
    ]


def disturbed(story: Story) -> Judgement:
    """The provocation: it took place."""
    entries = fired(story)
    if not entries:
        return missed("customs did not disturb the list: nothing of it was to be disturbed")
    return passes("", [evidence(entries[0], f"a fault of ours: {entries[0].data.get('action')}")])


def at_rest(story: Story) -> Seen | None:
    """Every return on the order's list has been acknowledged, approval among them."""
    approval = approved(story)
    if approval is None:
        return None
    returns = [str(entry.data["id"]) for entry in story.entries if entry.name == "output/return"]
    done = {str(entry.data.get("id")) for entry in story.entries if entry.name == "channel/acknowledged"}
    if any(name not in done for name in returns):
        return None
    return Seen(approval.entry, f"all {len(returns)} returns are acknowledged")


def believes_customs(story: Story) -> Judgement:
    """What the enterprise holds is what customs holds: approved, under the number it gave."""
    held, proof = believed(story, ONE), shown(approved(story))
    if held != "399":
        told = held or "nothing"
        return fails(
            f"the list of {story.number(ONE)} is believed to be {told}, customs holds it approved (399)", proof
        )
    return keeps_the_number(story)


def steps_of(row: Disturbance) -> tuple[Step, ...]:
    """The conversation of a row."""

    def rows(story: Story) -> list[Row]:
        return [{"kind": row.kind, "key": of_order(story, ONE), **row.row}]

    required = row.requirement
    once: Callable[[Story], Judgement] = lambda story: declared_once(story, ONE)  # noqa: E731 - a step's predicate
    return (
        *((Advance(MOMENT), Advance(row.begins)) if row.begins else ()),
        Send(ONE),
        Fault(f"customs {row.does}", rows),
        Expect("the list at customs", declared, SOON, Verdict.FAIL, required),
        *((Advance(row.silent),) if row.silent else ()),
        Expect("the approval, and every return acknowledged", at_rest, LATER, Verdict.FAIL, required),
        Advance(QUIET_AGAIN),
        Judge("it was disturbed", disturbed),
        *(() if row.twice else (Judge("nothing was sent again", once, required),)),
        Ask(ONE),
        Judge("believes what customs holds", believes_customs, required),
    )


CASES = tuple(
    Case(
        id=row.id,
        title_zh=row.zh,
        title_en=row.en,
        description=f"Customs {row.does}.",
        expectation="The list is approved, the enterprise believes it 399, and sent nothing without need.",
        provokes=f"{row.row['action']} on the list",
        plans=row.plans,
        needs=("state",),
        steps=steps_of(row),
        version=2 if row.silent else 1,
        alone=True,  # a return is disturbed as a whole, and others' documents may stand in it
    )
    for row in ROWS
)
