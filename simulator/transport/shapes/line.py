"""Shapes of the line between an enterprise and customs: messages, returns, problems."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

from swsim.simulator.transport.shapes.documents import Explained
from swsim.simulator.transport.shapes.schema import Count, Instant, Says

MessageId = Annotated[str, Says(pattern="^M[0-9]{10,}$")]
ReturnId = Annotated[str, Says(pattern="^R[0-9]{10,}$")]
Xml = Annotated[str, Says(contentMediaType="application/xml")]
Business = Annotated[Xml, Says(description="a CEBxxxMessage or an envelope (DxpMsg, DxpMsgSv); `swsim schema`")]
Reply = Annotated[Xml, Says(description="a DxpRep: a code of table 7-1 for each receiver")]
Return = Annotated[Xml, Says(description="a return (回执) as it stands on the wire; `swsim schema`")]


class FormFault(TypedDict):
    """A fault of the form of a message: where, what was found, what was expected."""

    line: Count
    path: str
    value: str
    expected: str
    title_zh: str
    title_en: str
    section: str


class Problem(TypedDict):
    """RFC 9457. `id`, `code` (table 7-1) and `errors` where a message was refused."""

    type: Literal["about:blank"]
    title: str
    status: Annotated[int, Says(minimum=400, maximum=599)]
    detail: str
    code: NotRequired[Annotated[str, Says(pattern="^[0-9]{4}$")]]
    id: NotRequired[MessageId]
    errors: NotRequired[list[FormFault]]


class Accepted(TypedDict):
    """A message that is on the disk. Of one whose form is told by a CEB900 alone only `id` and `status`."""

    id: MessageId
    status: Literal["accepted"]
    messageType: NotRequired[str]
    guid: NotRequired[str]
    documents: NotRequired[Count]
    explain: NotRequired[Annotated[str, Says(description="path of the message, explained")]]


class Foreseen(TypedDict):
    """What customs' own steps would lead to."""

    at: Instant
    status: int
    stage: str
    explain: list[Explained]


class Moved(TypedDict):
    """Another document that a message would move."""

    at: Instant
    kind: str
    key: str
    status: int


class Rehearsed(TypedDict):
    """A document of a dry run: what would come back at once, and later."""

    kind: str
    key: str
    status: int
    stage: str
    explain: list[Explained]
    later: list[Foreseen]
    moves: NotRequired[list[Moved]]


class DryRun(TypedDict):
    """A message as it would be decided; nothing of it is kept."""

    status: Literal["dry-run"]
    documents: list[Rehearsed]


class Listed(TypedDict):
    """A return in the outbox; `seq` is its place there."""

    id: ReturnId
    seq: Count
    dxpId: str
    messageType: str
    createdAt: Instant
    acknowledged: bool


class Page(TypedDict):
    """Returns behind a place; `next`: where the next page begins, null behind the last."""

    items: list[Listed]
    next: Count | None


Envelope = Annotated[
    dict[str, Any],
    Says(description='the envelope of local platforms: {"Message":{"MessageHead":{…},"MessageBody":{"data":Base64}}}'),
]
"""Its keys may be written in capitals or not, so they are not named here."""
Polled = Annotated[
    dict[str, str], Says(description="a record of a return: its elements in lower case, and org_id, instm, trans_dxpid")
]
