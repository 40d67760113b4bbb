"""What an enterprise makes of a return, and where that leaves the document and the sale: three tables.

A document is what is sent: order (303), payment receipt (403), waybill (505), list (603). A sale is the four of them.
An answer that finds no row changes nothing: a late 120 behind an 800, a refusal of what is accepted already, a
duplicate. Statuses are those of §2.2.4, §2.4.4, §2.6.4, §2.12.4; codes those of table 7-2.
"""

from enum import StrEnum

ORDER, RECEIPTS, LOGISTICS, INVENTORY = "303", "403", "505", "603"
TRANSMITTED = (ORDER, RECEIPTS, LOGISTICS)
"""What has to be at customs before the list is declared (announcement 2018-194, art. 7)."""
KINDS = (*TRANSMITTED, INVENTORY)
RESULT = "792"
"""What customs makes of a summary, told of its own accord."""


class Answer(StrEnum):
    """What a return says, in the words of this enterprise."""

    MOVES_ON = "is on its way"
    ACCEPTS = "accepted for good"
    REFUSES = "refused"
    KNOWS_IT = "customs has it already"


MEANING = {
    ("303", "120"): Answer.ACCEPTS,
    ("403", "120"): Answer.ACCEPTS,
    ("505", "399"): Answer.ACCEPTS,
    ("505", "120"): Answer.ACCEPTS,  # the text of §2.6.4 says 399, a simulator in the field says 120
    ("603", "399"): Answer.ACCEPTS,
    ("603", "800"): Answer.ACCEPTS,  # released and closed imply approved: the 399 may still be on the line
    ("603", "899"): Answer.ACCEPTS,
    ("303", "-301010"): Answer.KNOWS_IT,
    ("403", "-401007"): Answer.KNOWS_IT,
    ("505", "-504015"): Answer.KNOWS_IT,
    ("603", "-621004"): Answer.KNOWS_IT,
}
"""(document, returnStatus) -> answer, where the status alone does not say it."""

HEIGHT = {
    status: height for height, status in enumerate(("1", "2", "3", "4", "120", "300", "399", "500", "800", "899"))
}
"""How far along a status is. Returns come out of order, so the highest one counts, not the last."""


def read_status(kind: str, status: str) -> Answer:
    """The meaning of a status for a document: 4 (could not be sent), 100 and every code below 0 but the duplicates
    ask for it again.
    """
    if answer := MEANING.get((kind, status)):
        return answer
    return Answer.REFUSES if status in {"4", "100"} or status.startswith("-") else Answer.MOVES_ON


class Paper(StrEnum):
    """Where one document stands."""

    TO_SEND = "to send"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    GIVEN_UP = "given up"


class Turn(StrEnum):
    """What the enterprise itself does with a document."""

    SEND = "send"
    AMEND = "amend"
    GIVE_UP = "give up"


DOCUMENT: dict[tuple[Paper, Answer | Turn], Paper] = {
    (Paper.TO_SEND, Turn.SEND): Paper.SENT,
    (Paper.SENT, Answer.ACCEPTS): Paper.ACCEPTED,
    (Paper.SENT, Answer.REFUSES): Paper.REFUSED,
    (Paper.REFUSED, Turn.SEND): Paper.SENT,
    (Paper.REFUSED, Turn.GIVE_UP): Paper.GIVEN_UP,
    (Paper.REFUSED, Answer.ACCEPTS): Paper.ACCEPTED,  # what was refused was another version under this key
    (Paper.ACCEPTED, Turn.AMEND): Paper.SENT,  # appType 2, after customs found the fault by comparing
    (Paper.ACCEPTED, Turn.GIVE_UP): Paper.GIVEN_UP,
}


class Stage(StrEnum):
    """Where a sale stands."""

    TRANSMITTING = "transmitting"
    DECLARING = "declaring"
    DONE = "done"
    FAILED = "failed"
    HELD = "held back"


class News(StrEnum):
    """What the papers of a sale say together."""

    WAITING = "waiting for answers to the data"
    DATA_REFUSED = "some of the data refused"
    LIST_DUE = "data accepted, list not sent"
    LIST_OUT = "data accepted, list on its way"
    LIST_REFUSED = "data accepted, list refused"
    LIST_APPROVED = "data accepted, list approved"
    HOPELESS = "a document given up"


class Task(StrEnum):
    """What the clerk has to do."""

    NOTHING = "nothing"
    CORRECT_DATA = "correct and resubmit what was refused"
    DECLARE = "send the list"
    CORRECT_LIST = "correct and resubmit the list"


SALE: dict[tuple[Stage, News], tuple[Task, Stage]] = {
    (Stage.TRANSMITTING, News.DATA_REFUSED): (Task.CORRECT_DATA, Stage.TRANSMITTING),
    (Stage.TRANSMITTING, News.LIST_DUE): (Task.DECLARE, Stage.DECLARING),
    (Stage.TRANSMITTING, News.LIST_OUT): (Task.NOTHING, Stage.DECLARING),  # it was sent too early
    (Stage.TRANSMITTING, News.LIST_REFUSED): (Task.CORRECT_LIST, Stage.DECLARING),
    (Stage.TRANSMITTING, News.LIST_APPROVED): (Task.NOTHING, Stage.DONE),
    (Stage.TRANSMITTING, News.HOPELESS): (Task.NOTHING, Stage.FAILED),
    (Stage.DECLARING, News.LIST_REFUSED): (Task.CORRECT_LIST, Stage.DECLARING),
    (Stage.DECLARING, News.LIST_APPROVED): (Task.NOTHING, Stage.DONE),
    (Stage.DECLARING, News.WAITING): (Task.NOTHING, Stage.TRANSMITTING),  # data are being amended
    (Stage.DECLARING, News.HOPELESS): (Task.NOTHING, Stage.FAILED),
}
"""DONE, FAILED and HELD (recalled goods) have no way out: a return behind them is noted and changes nothing."""

_OF_LIST = {
    Paper.TO_SEND: News.LIST_DUE,
    Paper.SENT: News.LIST_OUT,
    Paper.REFUSED: News.LIST_REFUSED,
    Paper.ACCEPTED: News.LIST_APPROVED,
}


def read_news(papers: dict[str, Paper]) -> News:
    """Sum up the four papers of a sale. The list is looked at only when the data before it are accepted."""
    data = [papers[kind] for kind in TRANSMITTED]
    if Paper.GIVEN_UP in papers.values():
        return News.HOPELESS
    if Paper.REFUSED in data:
        return News.DATA_REFUSED
    if any(paper is not Paper.ACCEPTED for paper in data):
        return News.WAITING
    return _OF_LIST[papers[INVENTORY]]
