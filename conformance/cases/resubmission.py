"""Refusals, a row a refusal: the document comes again under its key, with a new guid, and the sale ends well.

Customs refuses a faultless document, so that what is judged is the reaction to the code and nothing else. The texts are
ours, in the grammar of observed ones.
"""

from dataclasses import dataclass
from datetime import timedelta

from swsim.conformance.cases.sanity import approved
from swsim.conformance.conversation import Case, Expect, Fault, Judge, Send
from swsim.conformance.provoking import key_of, reject
from swsim.conformance.sightings import TITLES, Answered, Sent, answers, sent, shown
from swsim.conformance.story import Judgement, Story, fails, passes
from swsim.reports.model import Verdict

ORDER = "refused"
SOON = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document, the code that refuses it, the text, and the requirement on what follows."""

    kind: str
    status: int
    info: str
    requirement: str
    zh: str
    variant: str = ""

    @property
    def id(self) -> str:
        """``answers-603-100``; a code below 0 without its sign."""
        return f"answers-{self.kind}-{abs(self.status)}{self.variant}"


ROWS = (
    Refusal("303", 100, "[Code:1399;Desc:订单信息有误，退单]", "RCV-25", "订单退单"),
    Refusal("403", 100, "[Code:1339;Desc:收款单信息有误，退单]", "RCV-25", "收款单退单"),
    Refusal("505", 100, "[Code:1359;Desc:运单信息有误，退单]", "RCV-25", "运单退单"),
    Refusal("303", -301002, "订单商品信息内有重复商品序号", "RCV-19", "订单商品序号重复"),
    Refusal("303", -301008, "参数校验不通过", "RCV-19", "订单参数校验不通过"),
    Refusal("303", -301012, "未找到对应操作", "RCV-19", "订单未找到对应操作"),
    Refusal("303", -301013, "系统异常", "REC-09", "订单系统异常"),
    Refusal("303", -301014, "旧报文", "RCV-19", "订单旧报文"),
    Refusal("403", -401009, "参数校验不通过", "RCV-19", "收款单参数校验不通过"),
    Refusal("403", -401010, "未找到对应操作", "RCV-19", "收款单未找到对应操作"),
    Refusal("403", -401011, "系统异常", "REC-09", "收款单系统异常"),
    Refusal("403", -401012, "旧报文", "RCV-19", "收款单旧报文"),
    Refusal("505", -504011, "参数校验不通过", "RCV-19", "运单参数校验不通过"),
    Refusal("505", -505015, "系统异常", "REC-09", "运单系统异常"),
    Refusal("505", -505016, "旧报文", "RCV-19", "运单旧报文"),
    Refusal("603", -621001, "报文校验失败", "RCV-19", "清单报文校验失败"),
    Refusal("603", -621003, "申报失败", "RCV-19", "清单申报失败"),
    Refusal("603", -621017, "系统异常", "REC-09", "清单系统异常"),
    Refusal("603", -621022, "申报失败", "RCV-19", "清单申报失败"),
    Refusal("603", -621027, "请确认表体gnum无重复", "RCV-19", "清单商品序号重复"),
    Refusal("603", -621028, "加签数据比对失败", "RCV-19", "清单加签数据比对失败"),
    Refusal("603", -621029, "验签失败", "RCV-19", "清单验签失败"),
    Refusal("603", 100, "[Code:1301;Desc:系统异常]", "REC-04", "清单系统异常退单", "-1301"),
    Refusal("603", 100, "[Code:1397;Desc:处理失败，已存在，请勿重复发送]", "RCV-11", "文字似重复的清单退单", "-text"),
)  # fmt: skip


def documents(story: Story, kind: str) -> list[Sent]:
    """Every version of the order's document that customs received, oldest first."""
    if kind != "505":
        return [*sent(story.entries, kind, order_no=story.number(ORDER))]
    number = story.orders[ORDER].logistics_no
    return [one for one in sent(story.entries, kind) if number in {"", one.logistics_no}]


def refusal(story: Story, row: Refusal) -> Answered | None:
    """The refusal that the case provoked."""
    for one in documents(story, row.kind)[:1]:
        found = answers(story.entries, row.kind, one.key)
        return next((answer for answer in found if answer.status == str(row.status)), None)
    return None


def again(story: Story, row: Refusal) -> Sent | None:
    """The first version behind it."""
    refused = refusal(story, row)
    return next((one for one in documents(story, row.kind) if refused and one.entry.n > refused.entry.n), None)


def proper(story: Story, row: Refusal) -> Judgement:
    """Same key, new guid, new or changed, declared, reported no earlier than before."""
    first, second = documents(story, row.kind)[0], again(story, row)
    proof = (*shown(first), *shown(refusal(story, row)), *shown(second))
    if second is None:
        return fails(f"the {TITLES[row.kind]} was refused and did not come again", proof)
    if second.key != first.key:
        return fails(f"came again as {second.key}, expected the key that was refused, {first.key}", proof)
    if second.guid in {one.guid for one in documents(story, row.kind) if one.entry.n < second.entry.n}:
        return fails(f"came again with the old guid {second.guid}", proof)
    if second.app_type not in {"1", "2"} or second.app_status != "2":
        told = f"appType {second.app_type}, appStatus {second.app_status}"
        return fails(f"came again with {told}; expected 1 or 2, and 2", proof)
    if second.app_time < first.app_time:
        return fails(f"came again with the earlier appTime {second.app_time}, after {first.app_time}", proof)
    return passes(f"the {TITLES[row.kind]} came again behind {row.status}", proof)


def case_of(row: Refusal) -> Case:
    """The conversation of a row."""
    title = TITLES[row.kind]
    return Case(
        id=row.id,
        title_zh=f"{row.zh}（{row.status}）后更正重报",
        title_en=f"A {title} refused by {row.status} comes again",
        description=f"Customs refuses a faultless {title} ({row.kind}) by {row.status}: {row.info}",
        expectation="It comes again under its key with a new guid, and the list is approved in the end.",
        provokes=f"{row.status} for the {title}",
        plans=("9610-declaration", "recovery" if row.requirement.startswith("REC") else "receiving"),
        steps=(
            Send(ORDER),
            Expect(f"the {title} at customs", lambda story: next(iter(documents(story, row.kind)), None), SOON),
            Fault(
                f"customs refuses the {title}",
                lambda story: [reject(row.kind, key_of(story, ORDER, row.kind), row.status, row.info)],
            ),
            Expect(f"the {row.status}", lambda story: refusal(story, row), SOON),
            Expect(f"the {title} again", lambda story: again(story, row), "correct", Verdict.FAIL, row.requirement),
            Judge("comes again properly", lambda story: proper(story, row), row.requirement),
            Expect(
                "the approval of the list", lambda story: approved(story, ORDER), SOON, Verdict.FAIL, row.requirement
            ),
        ),
    )


CASES = tuple(case_of(row) for row in ROWS)
