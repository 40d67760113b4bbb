# ruff: noqa: E501 - a table: a row a line
"""What a case may ask an enterprise to do beyond taking an order, a row an action: the driver's contract in one table.

Over HTTP an action is `method path` with its details as JSON; `{order}` stands for an order number. A command driver
knows it by its id, a person reads its sentence. 404, 405 or 501 says that the enterprise does not offer it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """An action. `reaction` names how long the enterprise may take (`capabilities.REACTIONS`)."""

    id: str
    method: str
    path: str
    details: str
    zh: str
    en: str
    reaction: str


ROWS = (
    Action("cancel", "POST", "/orders/{order}/cancel", '{"reason"}', "买家取消订单", "The buyer cancels the order", "cancel"),
    Action("change", "POST", "/orders/{order}/change", '{"freight"}', "更改订单", "The order is changed: another freight", "correct"),
    Action("take-back", "POST", "/orders/{order}/take-back", '{"lines":[{"gnum","qty"}]?}', "买家退货", "The buyer sends goods back: all, or some lines", "take-back"),
    Action("ship", "POST", "/shipments", '{"orders":[orderNo],"split"?}', "货物出运：总分单、运抵、离境", "The parcels of these orders leave, on a bill for each customs and transport mode: master list, arrival, departure", "ship"),
    Action("close-month", "POST", "/months/{month}/close", "{}", "汇总上月清单", "Last month is closed now: the summary is sent", "summary"),
    Action("report", "POST", "/violations", '{"orderNo","what"}', "发现涉嫌违规", "Something suspicious is seen: customs has to be told", "report"),
    Action("recall", "POST", "/recalls", '{"itemNo"}', "商品召回", "An item is recalled", "recall"),
    Action("renew", "POST", "/certificates/renew", "{}", "更换证书", "The signing certificate is replaced", "correct"),
)  # fmt: skip

ACTIONS = {row.id: row for row in ROWS}
"""By id."""
