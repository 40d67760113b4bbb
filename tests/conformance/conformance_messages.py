"""Journals of generated documents: a line a message or answer, for judges that read documents."""

from datetime import datetime, timedelta
from typing import Any

from swsim.conformance.driver import Placed
from swsim.conformance.enterprise.books import BEIJING
from swsim.conformance.journal import Entry
from swsim.conformance.story import Story
from swsim.fixtures.batch import upload
from swsim.fixtures.chain import chain
from swsim.fixtures.parties import Party, parties
from swsim.simulator.messages.codec import encode

AT = datetime(2026, 1, 5, 9, tzinfo=BEIJING)
FIRMS = parties(3)
ONE, TWO = (chain(3, index, AT, firms=FIRMS) for index in (1, 2))


def head_of(document: Any) -> Any:
    return getattr(document, "head", document)


class Run:
    """A journal in which documents come in and are answered."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def note(self, name: str, **data: Any) -> "Run":
        kind, _, what = name.partition("/")
        n = len(self.entries) + 1
        self.entries.append(Entry(n, (AT + timedelta(seconds=n)).isoformat(), kind, what, data))
        return self

    def sends(self, *documents: Any, by: Party | None = None) -> "Run":
        rows = []
        for document in documents:
            head = head_of(document)
            row = {"kind": document.number, "key": key_of(document), "guid": head.guid, "appType": head.app_type}
            row |= {"appStatus": "2", "orderNo": getattr(head, "order_no", ""), "appTime": head.app_time}
            rows.append(row | {"logisticsNo": getattr(head, "logistics_no", "")})
        body = encode(
            upload(documents, by or FIRMS.sender(documents[0].number), guid=f"M{len(self.entries)}".ljust(36, "0"))
        )
        return self.note("input/message", channel="http", documents=rows, xml=body.decode())

    def answers(self, document: Any, status: str, rules: tuple[str, ...] = (), invt_no: str = "") -> "Run":
        record = {"kind": document.number, "key": key_of(document), "status": status, "rules": list(rules)}
        record |= {"invtNo": invt_no}
        return self.note("output/return", id=f"R{len(self.entries) + 1}", records=[record])

    def story(self) -> Story:
        mine = head_of(ONE.inventory)
        return Story(
            self.entries, {"a": Placed(mine.order_no, mine.cop_no, mine.logistics_no)}, everything=self.entries
        )


def key_of(document: Any) -> str:
    head = head_of(document)
    own = getattr(head, "cop_no", None) or getattr(head, "pay_no", None) or getattr(head, "logistics_no", None)
    return f"{document.number}~{getattr(head, 'order_no', '') if document.number == '303' else own}"


def changed(document: Any, **said: Any) -> Any:
    head = head_of(document).replaced(**said)
    return head if head_of(document) is document else document.replaced(head=head)
