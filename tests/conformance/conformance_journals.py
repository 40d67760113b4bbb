"""Hand-made journals: what customs would have written, a line a step."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

from swsim.conformance.driver import Placed
from swsim.conformance.journal import Entry
from swsim.conformance.story import Story

START = datetime(2026, 1, 5, 9, tzinfo=timezone(timedelta(hours=8)))
ORDER_NO, LOGISTICS_NO = "O1", "W1"
KEYS = {"303": "EBC~EBP~O1", "403": "EBC~O1~P1", "505": "LOG~W1", "603": "AGENT~L1"}


class Book:
    """Builds a journal; every call is one entry."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def _add(self, kind: str, what: str, data: dict[str, object]) -> "Book":
        n = len(self.entries) + 1
        self.entries.append(Entry(n, (START + timedelta(seconds=n)).isoformat(), kind, what, data))
        return self

    def sends(
        self,
        kind: str,
        *,
        key: str = "",
        guid: str = "",
        app_type: str = "1",
        app_status: str = "2",
        channel: str = "http",
    ) -> "Book":
        """A message with one document."""
        n = len(self.entries) + 1
        row = {
            "kind": kind,
            "key": key or KEYS[kind],
            "guid": guid or f"G{n}",
            "appType": app_type,
            "appStatus": app_status,
        }
        if kind != "505":
            row["orderNo"] = ORDER_NO
        if kind in {"505", "603"}:
            row["logisticsNo"] = LOGISTICS_NO
        return self._add(
            "input", "message", {"messageType": f"CEB{kind}Message", "channel": channel, "documents": [row]}
        )

    def answers(self, kind: str, *statuses: int, key: str = "", rules: Sequence[str] = (), dxp_id: str = "D") -> "Book":
        """Returns with one record each."""
        for status in statuses:
            record = {"kind": kind, "key": key or KEYS[kind], "status": status, "rules": list(rules)}
            if kind != "505":
                record["orderNo"] = ORDER_NO
            self._add("output", "return", {"id": f"r{len(self.entries) + 1}", "dxpId": dxp_id, "records": [record]})
        return self

    def acknowledges(self, *returns: str) -> "Book":
        """The enterprise acknowledges returns."""
        for name in returns:
            self._add("channel", "acknowledged", {"id": name, "dxpId": "D"})
        return self

    def story(self, *labels: str, regime: str = "2018-194") -> Story:
        """The journal as a case sees it; every label is the one order of the book."""
        return Story(self.entries, dict.fromkeys(labels, Placed(ORDER_NO, "L1", LOGISTICS_NO)), regime)


def accepted_data(book: Book) -> Book:
    """Order, payment receipt and waybill sent and accepted."""
    for kind in ("303", "403", "505"):
        book.sends(kind)
    return book.answers("303", 2, 3, 120).answers("403", 2, 3, 120).answers("505", 2, 3, 399)
