"""The fault table of a sandbox: what is to go wrong, for which documents, how often (docs/reference/faults.md).

A row names an action of ACTIONS. Whether it fires is a pure draw of the seed, the row and what it meets, so a run can
be repeated; whatever fired is noted in the journal, so that nobody takes a fault of ours for a failure of theirs.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol

from swsim.simulator.codes.status import ReturnStatus
from swsim.simulator.core.draws import fraction
from swsim.simulator.core.incoming import Finding
from swsim.simulator.core.keys import external, split

NO_TIME = timedelta(0)
FINAL = "final"
"""A stage: the last status of a document's own way (120, 399, 100 or a code)."""


class Side(StrEnum):
    """Where on the way a fault happens."""

    RECEIVING = "receiving"
    DECIDING = "deciding"
    RETURNING = "returning"


@dataclass(frozen=True, slots=True)
class Action:
    """What can go wrong. `fields` are its own, with their defaults as JSON; `times` how often it meets the same."""

    name: str
    side: Side
    zh: str
    en: str
    fields: Mapping[str, Any]
    times: int = 0


R, D, B = Side.RECEIVING, Side.DECIDING, Side.RETURNING
ANY = {"stage": "*"}
ACTIONS = {
    action.name: action
    for action in (
        # --- a message comes in -------------------------------------------------------------------------------------
        Action("busy", R, "系统繁忙，报文未接收", "not taken in, answered by a status of HTTP", {"status": 503, "retry": "PT1S"}, 1),
        Action("reset", R, "连接中断，无应答", "the line breaks without an answer; `taken`: the message came in", {"taken": False}, 1),
        Action("slow", R, "应答缓慢", "taken in, the answer comes `by` later (real time)", {"by": "PT5S"}, 1),
        Action("accepted-late", R, "接收后延迟处理", "answered at once, nothing is said of it for `by`", {"by": "PT5M"}, 1),
        # --- customs decides ----------------------------------------------------------------------------------------
        Action("delay", D, "延迟", "a stage comes `by` later", {"stage": "120", "by": "PT0S"}),
        Action("hurry", D, "相继回执仅隔数十毫秒", "a stage comes `by` after the one before", {"stage": "399", "by": "PT0.049S"}),
        Action("reject", D, "退单", "the decision of customs is `status` with `info`", {"status": 100, "info": ""}, 1),
        Action("transient", D, "系统异常，重报即可", "a passing error of customs; sent again it passes", {"status": 100, "info": "[Code:1301;Desc:系统异常]"}, 1),
        Action("system-error", D, "电子口岸系统异常", "refused on arrival with the code of its kind (table 7-2)", {"status": 0, "info": ""}, 1),
        Action("send-failed", D, "发送海关失败", "4 instead of 3; tried again after `retry`, never where it is null", {"retry": "PT1M"}, 1),
        # --- returns go out -----------------------------------------------------------------------------------------
        Action("late", B, "回执迟到", "decided in time, handed out `by` later", ANY | {"by": "PT5M"}),
        Action("reorder", B, "回执乱序", "what is said within `by` is handed out after it, the last first", ANY | {"by": "PT10S"}),
        Action("burst", B, "回执集中下发", "held back, and handed out all at once every `by`", ANY | {"by": "PT1H"}),
        Action("duplicate", B, "重复回执", "the same return again, `copies` times", ANY | {"copies": 1}),
        Action("duplicate-record", B, "同一回执内记录重复", "each record stands twice in one return", ANY),
        Action("two-final", B, "两个终态", "behind the last status another one that contradicts it", {"stage": FINAL, "status": 0, "info": ""}),
        Action("unknown-key", B, "未知单证的回执", "first a return on documents nobody sent", ANY),
        Action("same-number", B, "他企业同号单证的回执", "first a return on another firm's document of the same number, by `status`", ANY | {"status": 100}),
        Action("wrong-cop-msg-id", B, "copMsgId不符", "names another message than the one it answers (CEB900, DxpMsg)", ANY),
        Action("malformed", B, "报文不完整", "first a copy that breaks off in its middle", ANY),
        Action("unknown-type", B, "未知类型的报文", "first a copy as a message of a type that no edition has", ANY),
        Action("wrong-encoding", B, "编码错误", "first a copy that is not in the encoding it declares", ANY | {"encoding": "gb18030"}),
        Action("wrapped", B, "信封内Data折行", "the Data of its envelope (DxpMsg) is wrapped over lines", ANY),
        Action("lost", B, "回执丢失后重发", "lost on its way, handed out again `by` later (real time)", ANY | {"by": "PT2S"}),
        Action("redelivered", B, "确认丢失，回执重投", "its acknowledgement is lost: handed out again under the same id", ANY),
    )
}  # fmt: skip
DECIDES = ("reject", "transient")
"""Actions that take the decision of customs out of its hands."""
COMMON = {"id": "", "action": "", "kind": "*", "key": "*", "share": 1.0, "times": None, "most": 0}
"""Fields of every row."""
COMMON_SAYS = {
    "id": "name of the row, its place (f1, f2, …) where it has none; the journal names it",
    "action": "what goes wrong",
    "kind": "number of the message it speaks of, `*` any, `900` an answer to a message that broke the schema",
    "key": "`*`, a key as the contract writes it, `orderNo=NUMBER` or `logisticsNo=NUMBER`",
    "share": "part of what it meets that it fires for, drawn by seed, row and document",
    "times": "how often it fires for the same document or message, 0 always; null as the action has it",
    "most": "how often it fires in all, 0 without limit",
}


class Subject(Protocol):
    """What a row may meet: a paper, a submission, a document that is held."""

    @property
    def kind(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def order_ref(self) -> str | None: ...
    @property
    def waybill_ref(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class FaultPlan:
    """A row of the fault table.

    `kind` is a message's number or ``*``; `key` is ``*``, a key as the contract writes it, ``orderNo=NUMBER`` or
    ``logisticsNo=NUMBER``. `share` is the part of what it meets that it fires for, `times` how often it fires for the
    same (0: always; None: as the action has it), `most` how often in all (0: no limit). The rest is of its action.
    """

    id: str
    kind: str
    key: str
    action: str
    stage: str = ""
    by: timedelta = NO_TIME
    status: int = 100
    info: str = ""
    share: float = 1.0
    times: int | None = None
    most: int = 0
    retry: timedelta | None = None
    taken: bool = False
    copies: int = 1
    encoding: str = "gb18030"

    @property
    def limit(self) -> int:
        """How often it fires for the same, 0 always."""
        return ACTIONS[self.action].times if self.times is None else self.times

    def found(self, status: int) -> Finding:
        """What `explain` says of a decision that the row wanted."""
        return Finding("FAULT", "", "", f"{self.id}: {int(status)} {self.info}".rstrip())

    def meets(self, subject: Subject) -> bool:
        """Whether the row speaks of this document."""
        if self.kind not in {"*", subject.kind}:
            return False
        name, is_number, number = self.key.partition("=")
        if is_number and name in {"orderNo", "logisticsNo"}:
            ref = subject.order_ref if name == "orderNo" else subject.waybill_ref
            return ref is not None and split(ref)[0] == number
        return self.key in {"*", external(subject.key)}

    def meets_message(self, kind: str, subjects: Iterable[Subject]) -> bool:
        """Whether it speaks of a message of this kind, or of a document in it."""
        if self.key == "*":
            return self.kind in {"*", kind}
        return any(self.meets(subject) for subject in subjects)

    def at_stage(self, kind: str, status: int) -> bool:
        """Whether it speaks of the return with this status."""
        if self.stage == FINAL:
            return status < 0 or status == ReturnStatus.REJECTED or status in SUCCESSES[kind]
        return self.stage in {"", "*", str(status)}


SUCCESSES = {"303": {120}, "403": {120}, "505": {399, 120}, "607": {120}, "213": {120, 800}, "603": {399}}
"""Statuses of success that no other follows on a document's own way; of the other kinds 399."""
for _kind in ("215", "507", "509", "605", "701", "900"):
    SUCCESSES[_kind] = {399}


@dataclass(slots=True)
class Fired:
    """A row that fired, for whom and at which stage."""

    plan: FaultPlan
    stage: str
    documents: list[tuple[str, str]]
    more: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """What the journal says of it."""
        plan, documents = self.plan, [[kind, external(key)] for kind, key in self.documents]
        said = {"fault": plan.id, "action": plan.action, "side": ACTIONS[plan.action].side, "stage": self.stage}
        return said | {"documents": documents} | self.more


class Faults:
    """A fault table at work in one turn. `spent` counts what fired: by row, and by row and what it fired for."""

    def __init__(self, plans: Iterable[FaultPlan] = (), seed: int = 0, spent: Mapping[str, int] | None = None) -> None:
        self._by_action: dict[str, list[FaultPlan]] = {}
        for plan in plans:
            self._by_action.setdefault(plan.action, []).append(plan)
        self._seed = seed
        self.spent: Mapping[str, int] = spent or {}
        self.changed = False
        self.fired: list[Fired] = []

    @property
    def none(self) -> bool:
        """There are no rows."""
        return not self._by_action

    def rows(self, *actions: str) -> list[FaultPlan]:
        """The rows with one of these actions."""
        if not self._by_action:  # asked for every document, and nearly always there are none
            return []
        return [plan for action in actions for plan in self._by_action.get(action, ())]

    def on(self, subject: Subject, stage: str, *actions: str) -> Iterator[FaultPlan]:
        """The rows that fire for a document; each is noted when it is taken."""
        for plan in self.rows(*actions):
            if self.met(plan, subject, stage):
                yield plan

    def met(self, plan: FaultPlan, subject: Subject, stage: str) -> bool:
        """Whether a row fires for a document at a stage; it is counted and noted."""
        name = f"{subject.kind}/{subject.key}"
        fires = plan.meets(subject) and self.fires(plan, name if plan.limit else f"{name}/{stage}")
        if fires:
            self.note(plan, stage, [(subject.kind, subject.key)])
        return fires

    def fires(self, plan: FaultPlan, name: str) -> bool:
        """Whether a row that meets what `name` names fires for it, and count it."""
        mine = f"{plan.id}/{name}"
        before = self.spent.get(mine, 0)
        if (plan.limit and before >= plan.limit) or (plan.most and self.spent.get(plan.id, 0) >= plan.most):
            return False
        if plan.share < 1 and fraction(self._seed, f"fault/{plan.id}", f"{name}/{before}") >= plan.share:
            return False
        if plan.limit or plan.most:
            counted = {mine: before + 1} if plan.limit else {}
            more = {plan.id: self.spent.get(plan.id, 0) + 1} if plan.most else {}
            self._count(counted | more)
        return True

    def first(self, action: str, number: int) -> bool:
        """Whether an action on the line befalls a return, by its number, for the first time; it is counted.

        The name belongs to no row, so it stays when the table is replaced.
        """
        name = f"/{action}/{number}"
        if name in self.spent:
            return False
        self._count({name: 1})
        return True

    def _count(self, counts: dict[str, int]) -> None:
        if not self.changed:  # the counts of before belong to the sandbox
            self.spent, self.changed = dict(self.spent), True
        self.spent.update(counts)  # type: ignore[attr-defined] # a dict of ours by now

    def note(self, plan: FaultPlan, stage: str, documents: list[tuple[str, str]], **more: Any) -> None:
        """Keep what fired for the journal; the same row at the same stage is one entry."""
        last = self.fired[-1] if self.fired else None
        if last is not None and last.plan is plan and last.stage == stage and not more and not last.more:
            last.documents += documents
        else:
            self.fired.append(Fired(plan, stage, documents, more))

    def take(self) -> list[Fired]:
        """What fired since it was asked last."""
        fired, self.fired = self.fired, []
        return fired
