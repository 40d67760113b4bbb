"""Shapes of documents and messages, explained; of the journal."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from swsim.simulator.codes.status import ReturnStatus
from swsim.simulator.core.model import Basis
from swsim.simulator.transport.shapes.schema import Count, Digest, Instant, Says

Grounds = Annotated[str, Says(enum=[str(one) for one in Basis])]
Finding = Literal["fault", "remark"]


class Explained(TypedDict):
    """A finding: the rule, what it rests on, where, what was expected and found, what to do."""

    rule: str
    row: str
    kind: Finding
    citation: str
    basis: Grounds
    path: str
    expected: str
    found: str
    zh: str
    en: str
    hint_zh: str
    hint_en: str
    wording: NotRequired[Annotated[str, Says(description="where the text of a 100 is from")]]


class ExplainedThen(Explained):
    """A finding of a decision."""

    at: Instant
    status: int


class History(TypedDict):
    """A step of a document; what refused it is a rule, what let it pass is cited from its machine."""

    at: Instant
    status: int
    stage: str
    rule: str | None
    citation: str
    basis: Annotated[str, Says(enum=["", *(str(one) for one in Basis)])]


class Numbers(TypedDict, total=False):
    """Numbers that a document is known by."""

    guid: str
    orderNo: str
    logisticsNo: str
    sumNo: str
    copNo: str
    preNo: str
    invtNo: str


class SignatureStep(TypedDict):
    """A step of judging a signature."""

    step: str
    state: Literal["ok", "note", "fail"]
    expected: str
    found: str
    title_zh: str
    title_en: str
    hint_zh: str
    hint_en: str


class Diagnosis(TypedDict):
    """What was found of a signature: whose, under which reading it holds, step by step."""

    owner: str
    keyName: str
    subject: str
    serial: str
    strict: bool
    lenient: bool
    fixed_scope: bool
    problem: str
    steps: list[SignatureStep]


class Document(TypedDict):
    """A document: where it stands, how it came there, its returns, every finding."""

    kind: str
    key: str
    state: int
    autopilot: Annotated[bool, Says(description="the simulator plays its sender")]
    history: list[History]
    returns: list[str]
    explain: list[ExplainedThen]
    numbers: Numbers
    signature: NotRequired[Diagnosis]


class Found(TypedDict):
    """The documents that bear a number."""

    q: str
    documents: list[Document]


class EnvelopeSaid(TypedDict):
    """What the head of an envelope said."""

    form: Literal["DxpMsg", "DxpMsgSv", "JSON"]
    copMsgId: str
    senderId: str
    receiverIds: list[str]
    msgType: str


class Message(TypedDict, total=False):
    """A message as it was received: of one that was refused `code` and `faults`, of others the rest."""

    id: str
    what: Literal["message", "refused-message"]
    documents: list[Document]
    channel: str
    messageType: str
    guid: str
    dxpId: str
    shift: Annotated[float, Says(description="seconds its times were moved by")]
    codes: Annotated[str, Says(description="digest of the code tables it was read with")]
    envelope: EnvelopeSaid
    signature: Diagnosis
    code: str
    faults: list[str]


class Force(TypedDict, total=False):
    """A decision that a person at customs orders: `status` now, `at` a past time, or when it is `next`; or `hold`."""

    status: Annotated[int, Says(description=f"one of {', '.join(str(int(one)) for one in ReturnStatus)}, or negative")]
    at: str
    when: Literal["now", "next"]
    info: str
    hold: bool


class JournalLine(TypedDict):
    """An entry of the journal. `data` depends on `what`; with `bodies` it has the `xml` of messages, returns and
    deliveries, and `base64` where the text is not the bytes.
    """

    n: Count
    at: Instant
    kind: Literal["input", "output", "channel"]
    what: str
    data: dict[str, Any]
    digest: Digest


class RecordedLine(TypedDict, total=False):
    """A line of an exported journal: first `sandbox` and `begun` (its settings), then entries as they are kept."""

    sandbox: str
    begun: dict[str, Any]
    n: Count
    at: Annotated[int, Says(description="milliseconds since 1970")]
    kind: Literal["input", "output", "channel"]
    what: str
    data: Annotated[str, Says(contentMediaType="application/json")]
    body: Annotated[str, Says(contentEncoding="base64", description="compressed as it is kept")]
    digest: Digest
