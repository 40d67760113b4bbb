"""The words of the core: what is held, what is decided (`incoming` what comes in, `facts` what is asked)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

import orjson

from swsim.simulator.clock import from_ms
from swsim.simulator.codes.status import ReturnStatus
from swsim.simulator.core.incoming import Finding, Prints, Submission
from swsim.simulator.messages.edition import EDITION_202205

NEVER = timedelta.max


class State(IntEnum):
    """Where a document stands: the last return status, and three states that have none."""

    WITHDRAWN = -2
    DELETED = -1
    ABSENT = 0
    STAGED = ReturnStatus.STAGED
    DECLARING = ReturnStatus.DECLARING
    SENT = ReturnStatus.SENT
    SEND_FAILED = ReturnStatus.SEND_FAILED
    REJECTED = ReturnStatus.REJECTED
    STORED = ReturnStatus.STORED
    IN_REVIEW = ReturnStatus.IN_REVIEW
    APPROVED = ReturnStatus.APPROVED
    UNDER_INSPECTION = ReturnStatus.UNDER_INSPECTION
    HANDED_OVER = ReturnStatus.HANDED_OVER
    SUSPENDED = ReturnStatus.SUSPENDED
    RELEASED = ReturnStatus.RELEASED
    CLOSED = ReturnStatus.CLOSED


LIVE = frozenset(
    {
        State.DECLARING,
        State.SENT,
        State.STORED,
        State.IN_REVIEW,
        State.APPROVED,
        State.UNDER_INSPECTION,
        State.HANDED_OVER,
        State.SUSPENDED,
        State.RELEASED,
        State.CLOSED,
    }
)
"""A list in one of these binds its order and its waybill; a transmitted document in one of these is there (ORD-01)."""
BINDING = LIVE | {State.SEND_FAILED}
"""A list that could not be sent is sent again: its order and waybill are not free (ORD-05)."""


class Basis(StrEnum):
    """What a rule rests on, strongest first."""

    LAW = "LAW"
    SPEC = "SPEC"
    OBSERVED = "OBSERVED"
    ASSUMED = "ASSUMED"


class Stage(StrEnum):
    """The steps of a document's way, in order."""

    RECEIVE = "receive"
    SEND = "send"
    CUSTOMS = "customs"
    APPROVE = "approve"
    REVIEW = "review"
    ARRIVE = "arrive"
    RELEASE = "release"
    DEPART = "depart"
    FILL = "fill"
    WITHDRAW = "withdraw"
    HAND_OUT = "hand-out"
    """Of a return that was held back, not of a document."""
    HOLD = "hold"
    COME_BACK = "come-back"
    SUM_UP = "sum-up"
    DECLARE = "declare"
    MONTH = "month"
    PLAY_303 = "play 303"
    PLAY_403 = "play 403"
    PLAY_505 = "play 505"
    PLAY_603 = "play 603"
    PLAY_607 = "play 607"
    PLAY_507 = "play 507"
    PLAY_509 = "play 509"
    PLAY_215 = "play 215"
    PLAY_701 = "play 701"


PLAYED_AS = {stage: stage.removeprefix("play ") for stage in Stage if stage.startswith("play ")}
"""The kind that is played (`simulator.autopilot`) when an event of such a stage falls due; no document passes it."""
UNTOLD = frozenset({Stage.FILL, Stage.WITHDRAW, Stage.HOLD, Stage.COME_BACK, Stage.SUM_UP, Stage.DECLARE, Stage.MONTH})
"""Stages that no return of the document's own kind speaks of: a list was filled (WB-01), withdrawn (CAN-05), kept, its
goods came back or it was summed up; a declaration went on, which a CEB792 tells; a month was judged.
"""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a rule is written: a section of the specification or an announcement, and the field or article."""

    source: str
    place: str = ""

    def __str__(self) -> str:
        return f"{self.source} {self.place}".rstrip()


PART, WHOLE = 1, 2
"""How much of a list's goods came back (`Held.returned`)."""
REFS = ("order_ref", "waybill_ref", "list_ref", "part_ref", "bill_ref")
"""Joined keys by which documents are found that belong together: the order, the waybill, the list (its invtNo), the
other messages that one arrival, departure, master list or summary was split into, the bill of lading of a list.
"""


@dataclass(slots=True)
class Held:
    """A document that customs keeps. `number` and `received_at` are those of the version accepted last.

    `content` is its stored JSON, looked up only for those that are looked at closer (`Needs.contents`).
    """

    serial: int
    kind: str
    key: str
    order_ref: str | None
    waybill_ref: str | None
    list_ref: str | None
    part_ref: str | None
    bill_ref: str | None
    guid: str
    message_guid: str
    state: int
    app_time: str
    received_ms: int
    number: int
    dxp_id: str
    path: str
    pre_no: str
    invt_no: str
    customs_code: str
    identity: bytes
    prints: Prints
    released_ms: int = 0
    """When customs released it (800), the beginning of the year in which goods may come back (RET-01)."""
    forced: int = 0
    """The status ordered for its next decision that may be one (control API), 0 for none."""
    waits: str = ""
    """What keeps it where it is (`core.taking`), empty where nothing does."""
    via: str = ""
    """How the version accepted last came, as it was submitted."""
    closed_ms: int = 0
    """When it was closed (899), which says in which month it is summed up (SUM-01)."""
    sum_ref: str = ""
    """Of a closed list, joined: statisticsFlag, customsCode, ebcCode; what a summary is made by (SUM-05)."""
    sum_no: str = ""
    """The summary that a list is in; of a summary application its own number."""
    returned: int = 0
    """Of a list: PART or WHOLE of its goods came back (RET-12)."""
    content: bytes = b""
    decoded: Any = None

    @staticmethod
    def of(item: Submission, serial: int, state: State, app_time: str, number: str, invt_no: str) -> "Held":
        """A submission as it is kept. `app_time` is the one it is judged by, `number` its preNo.

        `invt_no` is the list's own; a cancellation or return of goods bears that of the list it speaks of.
        """
        return Held(
            serial,
            item.kind,
            item.key,
            item.order_ref,
            item.waybill_ref,
            item.list_ref,
            item.part_ref,
            item.bill_ref,
            item.guid,
            item.message_guid,
            int(state),
            app_time,
            item.received_ms,
            item.number,
            item.dxp_id,
            item.path,
            number,
            invt_no or item.list_ref or "",
            item.customs_code,
            item.identity,
            item.prints,
            via=item.via,
            content=item.content,
        )

    @property
    def received_at(self) -> datetime:
        """When the version accepted last was received, Beijing time."""
        return from_ms(self.received_ms)

    @property
    def document(self) -> Any:
        """The business document."""
        if self.decoded is None:
            self.decoded = EDITION_202205.by_number[self.kind].document.restore(orjson.loads(self.content))
        return self.decoded


@dataclass(slots=True)
class Decision:
    """What becomes of one document at one stage. `state` None: refused, it takes no key and enters no machine.

    `text` names the row of `codes.texts.TEXTS` that its returnInfo is rendered from; `findings` holds the faults that
    decided (`refused`) and the remarks beside them.
    """

    subject: Submission | Held
    stage: Stage
    status: int
    state: int | None
    text: str
    faults: list[Finding] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)
    info: str = ""
    held: Held | None = None
    changed: bool = False
    """The content of what is held changed too."""
    again: timedelta | None = None
    """When the step that failed is tried again, where the fault table says so; NEVER not at all."""

    @property
    def told(self) -> bool:
        """Whether a return of the document's own kind says so."""
        return self.stage not in UNTOLD


@dataclass(slots=True)
class Event:
    """Due work: documents of one message that take their next step at `at` (sandbox time).

    `number` is the message's journal number: a document that came again since does not take the step. Of returns that
    are handed out, `serials` are their numbers, `message_guid` is the dxpId they are for.
    """

    at: datetime
    stage: Stage
    number: int
    message_guid: str
    serials: list[int]
    id: int = 0
    """Of the store; 0 while it is planned in the turn that will write it."""
