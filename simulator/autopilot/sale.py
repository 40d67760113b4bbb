"""Documents of a sale (303, 403, 505, 603), made from those that are there. Pure: documents in, document out.

Where a list is there, what went before it is made from the list; where the list is ours too, it is made from order and
waybill, and these from whichever of the three the integrator sent.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from swsim.simulator.autopilot.cast import Cast
from swsim.simulator.autopilot.goods import article, price
from swsim.simulator.core.keys import join, split
from swsim.simulator.core.model import Held
from swsim.simulator.messages.inventory import Inventory, InventoryHead, InventoryList
from swsim.simulator.messages.logistics import Logistics
from swsim.simulator.messages.order import Order, OrderHead, OrderList
from swsim.simulator.messages.receipts import Receipts

NOTE = "autopilot 自动驾驶"
SHOP = ("ebp_code", "ebp_name", "ebc_code", "ebc_name")
CARRIER = ("logistics_code", "logistics_name", "logistics_no")
ITEM = ("gnum", "item_no", "unit", "currency", "qty", "price", "total_price")
ORDER_TYPES = {"9710": "B", "9810": "W"}
MODES = {"B": "9710", "W": "9810"}
RETAIL = "9610"
DOLLARS, COUNTRY, AIR, CARTON = "502", "502", "5", "2"
NO_BAR_CODE, NOT_REGISTERED = "无", "NO"
FIFTH = Decimal("0.00001")


@dataclass(frozen=True, slots=True)
class Sale:
    """What a source tells of its sale: the keys of order and waybill, ours made up where the source does not say."""

    source: Held
    order_ref: str
    waybill_ref: str


def sale_of(source: Held, cast: Cast) -> Sale:
    """The sale of an order, a payment receipt or a waybill."""
    if source.kind == "505":
        ebc = source.document.ebc_code or cast.firm("ebc").code
        return Sale(source, join((cast.number("O", source.key), cast.firm("ebp").code, ebc)), source.key)
    assert source.order_ref is not None  # noqa: S101 - both name their order
    number = cast.number("W", source.order_ref)
    return Sale(source, source.order_ref, join((number, cast.firm("logistics").code)))


def copied(node: Any, *names: str) -> dict[str, Any]:
    """Fields as they were written."""
    return {name: node.raw(name) for name in names}


def order_of_list(listed: Inventory, report: dict[str, Any]) -> Order:
    """The order that a list names: whatever the match compares is the list's."""
    head, lines = listed.head, listed.lines
    same = head.f_currency == lines[0].currency
    return Order(
        head=OrderHead(
            **report,
            **copied(head, *SHOP, "order_no"),
            order_type=ORDER_TYPES.get(head.trade_mode, "E"),
            goods_value=sum((line.total_price for line in lines), Decimal(0)),
            freight=head.freight if same else Decimal(0),
            currency=lines[0].currency,
            note=NOTE,
        ),
        lines=tuple(
            OrderList(
                **copied(line, *ITEM),
                item_name=line.item_name or line.gname,
                bar_code=None if line.bar_code == NO_BAR_CODE else line.bar_code,
            )
            for line in lines
        ),
    )


def waybill_of_list(listed: Inventory, report: dict[str, Any]) -> Logistics:
    """The waybill that a list names."""
    head = listed.head
    return Logistics(
        **report,
        **copied(head, *CARRIER, "freight", "insured_fee", "gross_weight", "pack_no", "ebc_code", "ebc_name"),
        currency=head.f_currency,
        goods_info=listed.lines[0].gname[:200],
        note=NOTE,
    )


def receipts_of_order(order: Order, cast: Cast, report: dict[str, Any]) -> Receipts:
    """The payment of an order, in full, at the time of the report."""
    head, pay = order.head, cast.firm("pay")
    return Receipts(
        **report,
        **copied(head, *SHOP, "order_no", "currency"),
        pay_code=pay.code,
        pay_name=pay.name,
        pay_no=cast.number("P", head.ebc_code, head.order_no),
        charge=head.goods_value + head.freight,
        accounting_date=report["app_time"],
        note=NOTE,
    )


def order_of_receipts(paid: Receipts, cast: Cast, report: dict[str, Any]) -> Order:
    """An order worth what was paid for it: one article, no freight."""
    return _order(cast, report, copied(paid, *SHOP, "order_no"), paid.currency, paid.charge)


def order_of_waybill(sent: Logistics, sale: Sale, cast: Cast, report: dict[str, Any]) -> Order:
    """The order of a seller that was found for a waybill."""
    return _order(cast, report, _shop(sale, sent, cast), sent.currency, None)


def order_of_nobody(order_ref: str, cast: Cast, report: dict[str, Any]) -> Order:
    """An order that the autopilot places by itself."""
    order_no, _, _ = split(order_ref)
    ebp, ebc = cast.firm("ebp"), cast.firm("ebc")
    shop = {"ebp_code": ebp.code, "ebp_name": ebp.name, "ebc_code": ebc.code, "ebc_name": ebc.name}
    return _order(cast, report, shop | {"order_no": order_no}, DOLLARS, None)


def _shop(sale: Sale, sent: Logistics, cast: Cast) -> dict[str, Any]:
    order_no, ebp_code, ebc_code = split(sale.order_ref)
    known = cast.facts.known(ebc_code)
    name = sent.ebc_name or (known.name if known else "") or ebc_code
    return {
        "order_no": order_no,
        "ebp_code": ebp_code,
        "ebp_name": cast.firm("ebp").name,
        "ebc_code": ebc_code,
        "ebc_name": name,
    }


def _order(cast: Cast, report: dict[str, Any], shop: dict[str, Any], currency: str, value: Decimal | None) -> Order:
    seed, name = cast.facts.seed, str(shop["order_no"])
    sold = article(seed, name)
    total = value if value is not None else price(sold, seed, name)
    line: dict[str, Any] = {"unit": sold.unit, "currency": currency, "qty": Decimal(1)}
    line |= {"price": total, "total_price": total}
    return Order(
        head=OrderHead(
            **report, **shop, order_type="E", goods_value=total, freight=Decimal(0), currency=currency, note=NOTE
        ),
        lines=(OrderList(gnum=1, item_no=sold.number, item_name=sold.zh, **line),),
    )


def waybill_of_order(order: Order, sale: Sale, cast: Cast, report: dict[str, Any]) -> Logistics:
    """The waybill of an order: each article weighs what those of `goods` do."""
    number, carrier = split(sale.waybill_ref)
    known = cast.facts.known(carrier)
    sold = article(cast.facts.seed, order.head.order_no)
    pieces = sum((line.qty for line in order.lines), Decimal(0))
    return Logistics(
        **report,
        logistics_code=carrier,
        logistics_name=(known.name if known else "") or cast.firm("logistics").name,
        logistics_no=number,
        freight=order.head.freight,
        insured_fee=Decimal(0),
        currency=order.head.currency,
        gross_weight=max((pieces * sold.grams / 1000).quantize(FIFTH), FIFTH),
        pack_no=1,
        goods_info=order.lines[0].item_name[:200],
        **copied(order.head, "ebc_code", "ebc_name"),
        note=NOTE,
    )


def list_of_sale(order: Order, sent: Logistics, cast: Cast, report: dict[str, Any], cop_no: str) -> Inventory:
    """The list of an order and its waybill, kind B. What neither of them says is drawn: classification and country."""
    head = order.head
    agent, ebc = cast.agent_of(head.ebc_code), cast.facts.known(head.ebc_code)
    customs = next((one.customs[0] for one in (agent, ebc) if one and one.customs), cast.autopilot.customs)
    net = (sent.gross_weight * 9 / 10).quantize(FIFTH) or sent.gross_weight
    sold = article(cast.facts.seed, head.order_no)
    return Inventory(
        head=InventoryHead(
            **report,
            **copied(head, *SHOP, "order_no"),
            **copied(sent, *CARRIER, "freight", "insured_fee", "pack_no", "gross_weight"),
            customs_code=customs,
            port_code=customs,
            cop_no=cop_no,
            ie_flag="E",
            ie_date=report["app_time"][:8],
            statistics_flag="B",
            agent_code=agent.code,
            agent_name=agent.name or agent.code,
            owner_code=NOT_REGISTERED,
            owner_name=head.ebc_name,
            trade_mode=MODES.get(head.order_type, RETAIL),
            traf_mode=AIR,
            country=COUNTRY,
            pod=COUNTRY,
            f_currency=sent.currency,
            i_currency=sent.currency,
            wrap_type=CARTON,
            net_weight=net,
            note=NOTE,
        ),
        lines=tuple(
            InventoryList(
                **copied(line, *ITEM, "item_name") | {"item_no": line.item_no[:20]},
                gcode=sold.gcode,
                gname=line.item_name,
                gmodel=sold.model,
                bar_code=line.bar_code or NO_BAR_CODE,
                country=COUNTRY,
                qty1=line.qty,
                unit1=line.unit,
            )
            for line in order.lines
        ),
    )
