"""The books as a table: a row an order, CSV with a line of column names (the driver's contract)."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from swsim.conformance.enterprise.books import Sale, head_of, numbers
from swsim.conformance.enterprise.machine import INVENTORY, ORDER

COLUMNS = [
    "orderNo",
    "copNo",
    "invtNo",
    "statisticsFlag",
    "status",
    "closedAt",
    "goodsValue",
    "currency",
    "sumNo",
    "declSeqNo",
    "entryId",
]


def row_of(sale: Sale) -> dict[str, Any]:
    """An order as the books have it; closedAt is the returnTime of the 899."""
    order, listed = head_of(sale.copies[ORDER].right), sale.copies[INVENTORY]
    return {
        "orderNo": sale.order_no,
        "copNo": numbers(sale)["copNo"],
        "invtNo": sale.invt_no,
        "statisticsFlag": head_of(listed.right).statistics_flag,
        "status": "void" if sale.void else listed.status,
        "closedAt": sale.closed_at,
        "goodsValue": order.goods_value,
        "currency": order.currency,
        "sumNo": sale.sum_no,
        "declSeqNo": sale.decl_seq_no,
        "entryId": sale.entry_id,
    }


def as_csv(sales: Iterable[Sale]) -> str:
    """The whole table."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(map(row_of, sales))
    return out.getvalue()
