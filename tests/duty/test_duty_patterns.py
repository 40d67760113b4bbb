"""Each pattern shows what it looks for, at its edge, and nothing in a sound trade; without its row nothing is shown."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from duty_trade import AT, DAY, changed, line, piece, sale, trade

from swsim.fixtures.chains import chains_of
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.codes.rates import Rates
from swsim.simulator.duty import patterns
from swsim.simulator.duty.book import read_prohibited, sample
from swsim.simulator.duty.model import Prohibited, Trade
from swsim.simulator.duty.patterns import PATTERNS, RUN, signs_of
from swsim.simulator.duty.table import DUTIES, said

S, T = sale(0), sale(1)
SOUND = tuple(piece(document) for one in (S, T) for document in one.documents)
MADE = chains_of(11, 0, AT)
REFUND: Any = MADE.documents("213")[0]
DEPARTURE: Any = MADE.documents("509")[0]
SECOND = timedelta(seconds=1)


def late(by: timedelta) -> Trade:
    return trade(*SOUND[1:], piece(S.order, received=piece(S.order).received_at + timedelta(minutes=60) + by))


def shared() -> Trade:
    other = changed(T.inventory, logistics_no=S.logistics.logistics_no, logistics_code=S.logistics.logistics_code)
    return trade(*SOUND[:7], piece(other))


def unpaid(by: timedelta) -> Trade:
    return trade(piece(S.order), now=piece(S.order).received_at + DAY + by)


def charged(more: str) -> Trade:
    charge = S.order.head.goods_value + S.order.head.freight + Decimal(more)
    return trade(piece(S.order), piece(changed(S.receipts, charge=charge)))


def alike(count: int) -> Trade:
    lists = [changed(S.inventory, cop_no=f"C{n}", order_no=f"O{n}", logistics_no=f"L{n}") for n in range(count)]
    orders = [changed(S.order, order_no=f"O{n}") for n in range(count)]
    return trade(*map(piece, lists), *map(piece, orders))


def priced(factor: str) -> Trade:
    only = S.inventory.replaced(lines=S.inventory.lines[:1])
    dear = line(only, price=only.lines[0].price * Decimal(factor))
    lists = [changed(only if n else dear, cop_no=f"C{n}", logistics_no=f"L{n}") for n in range(5)]
    return trade(piece(S.order), *map(piece, lists))


def standing(by: timedelta) -> Trade:
    return trade(piece(S.order), piece(S.inventory, history=[(399, AT)]), now=AT + 30 * DAY + by)


def returned(state: int) -> Trade:
    number = REFUND.head.invt_no
    return trade(piece(S.order), piece(S.inventory, state=state, invt_no=number), piece(REFUND))


def resold(by: timedelta) -> Trade:
    gnum, ebc = S.inventory.lines[0].gnum, S.order.head.ebc_code
    back = line(changed(REFUND, ebc_code=ebc), gnum=gnum)
    came = piece(back)
    order = line(changed(T.order, ebc_code=ebc), item_no=S.inventory.lines[0].item_no)
    listed = piece(S.inventory, state=899, invt_no=REFUND.head.invt_no)
    return trade(piece(S.order), listed, came, piece(order, received=came.received_at + by))


def forbidden(how: str, what: str) -> Trade:
    bad = line(S.inventory, gname="测试 IVORY 挂件", gcode="9706100000")
    return trade(piece(S.order), piece(bad), prohibited=(Prohibited(how, what, "test"),))


def untraced(missing: bool) -> Trade:
    return trade(*([] if missing else [piece(S.order)]), piece(line(S.inventory, item_no="UNKNOWN")))


def inspected(by: timedelta) -> Trade:
    left = line(DEPARTURE, logistics_no=S.inventory.head.logistics_no)
    listed = piece(S.inventory, history=[(500, AT), (800, AT + DAY)])
    return trade(piece(S.order), listed, piece(left, received=AT + by))


def split_up(value: str) -> Trade:
    only = S.inventory.lines[0].replaced(total_price=Decimal(value), currency="142")
    lists = [
        changed(S.inventory.replaced(lines=(only,)), statistics_flag="A", cop_no=f"C{n}", logistics_no=f"L{n}")
        for n in range(2)
    ]
    return trade(piece(S.order), *map(piece, lists))


def signed(row: str) -> Trade:
    return trade(piece(S.order), piece(S.inventory)._replace(remarks=((row, "no signature"),)))


CASES: list[tuple[str, Callable[[], Trade], Callable[[], Trade]]] = [
    ("DUT-01/lag", lambda: late(SECOND), lambda: late(timedelta(0))),
    ("DUT-02/waybill", shared, lambda: trade(*SOUND)),
    ("DUT-02/unpaid", lambda: unpaid(SECOND), lambda: unpaid(timedelta(0))),
    ("DUT-02/charge", lambda: charged("0.00001"), lambda: charged("0")),
    ("DUT-02/charge", lambda: charged("-0.00001"), lambda: charged("0")),
    ("DUT-02/run", lambda: alike(RUN), lambda: alike(RUN - 1)),
    ("DUT-02/price", lambda: priced("10.00001"), lambda: priced("10")),
    ("DUT-02/price", lambda: priced("0.0999"), lambda: priced("0.1")),
    ("DUT-02/stays", lambda: standing(SECOND), lambda: standing(timedelta(0))),
    ("DUT-02/return", lambda: returned(800), lambda: returned(899)),
    ("DUT-02/return", lambda: trade(piece(REFUND)), lambda: returned(899)),
    ("DUT-03", lambda: resold(SECOND), lambda: resold(timedelta(0))),
    ("DUT-04", lambda: forbidden("gcode", "9706"), lambda: forbidden("gcode", "9707")),
    ("DUT-04", lambda: forbidden("keyword", "ivory"), lambda: forbidden("keyword", "ivories")),
    ("DUT-04", lambda: forbidden("brand", "Ivory"), lambda: forbidden("brand", "OTHER")),
    ("DUT-05", lambda: untraced(missing=True), lambda: trade(*SOUND)),
    ("DUT-05", lambda: untraced(missing=False), lambda: trade(*SOUND)),
    ("DUT-07", lambda: signed("MSG-14/unsigned"), lambda: signed("MSG-14/first-seen")),
    ("DUT-07", lambda: signed("MSG-14/invalid"), lambda: signed("MAT-06")),
    ("DUT-08", lambda: inspected(DAY - SECOND), lambda: inspected(DAY)),
    ("DUT-08", lambda: inspected(timedelta(0)), lambda: inspected(-SECOND)),
    ("STA-09", lambda: split_up("2500.01"), lambda: split_up("2500")),
]
IDS = [f"{row} {i}" for i, (row, *_) in enumerate(CASES)]
every_case = pytest.mark.parametrize(("row", "shows", "passes"), CASES, ids=IDS)


def rows(made: Trade) -> set[str]:
    """What is shown."""
    return {one.row for one in signs_of(made)}


@every_case
def test_a_pattern_shows_what_it_looks_for(row: str, shows: Callable[[], Trade], passes: Callable[[], Trade]) -> None:
    """On one side of its edge, not on the other."""
    assert row in rows(shows())
    assert row not in rows(passes())


@every_case
def test_without_its_row_nothing_is_shown(
    row: str, shows: Callable[[], Trade], passes: Callable[[], Trade], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each row comes from one pattern of the table."""
    made = shows()
    speaking = [pattern for pattern in PATTERNS if any(one.row == row for one in pattern(made))]
    monkeypatch.setattr(patterns, "PATTERNS", tuple(one for one in PATTERNS if one is not speaking[0]))
    assert len(speaking) == 1
    assert row not in rows(made)


def test_a_sound_trade_shows_nothing() -> None:
    """Forty generated sales, an hour later, with the sample of prohibited goods."""
    pieces = [piece(document) for index in range(40) for document in sale(index).documents]
    assert signs_of(trade(*pieces, now=AT + timedelta(hours=1), prohibited=sample())) == []


def test_a_ticket_without_a_rate_is_not_judged() -> None:
    """What the month's rate does not say is not guessed (STA-03/unknown tells it)."""
    made = split_up("2500.01")
    made.codes = replace(Codes.builtin(), rates=Rates({}, "none"))
    for one in made.pieces["603"]:
        assert one.document.lines[0].currency == "142"
    lists = [one._replace(document=line(one.document, currency="502")) for one in made.pieces["603"]]
    made.pieces["603"] = lists
    assert "STA-09" not in rows(made)


def test_every_sign_has_its_duty() -> None:
    """Rows of patterns, and their texts in both languages with a citation."""
    for _, shows, _ in CASES:
        for one in signs_of(shows()):
            told = said(one)
            assert all(told[name] for name in ("rule", "row", "zh", "en", "citation", "basis", "expected", "found"))
    shown = {row for row, *_ in CASES}
    of_the_ledger = {"DUT-01/tracking", "DUT-06", "DUT-09", "DUT-10/new", "DUT-10/open"}
    assert shown | of_the_ledger == set(DUTIES)


def test_a_list_of_prohibited_goods_is_read_from_csv() -> None:
    """Errors name line and column; the sample says that it is one."""
    assert read_prohibited("p.csv", b"how,what,reason\ngcode,9706,x\n") == (Prohibited("gcode", "9706", "x"),)
    with pytest.raises(ValueError, match=r"p.csv:2: column how: expected gcode, keyword or brand, received 'word'"):
        read_prohibited("p.csv", b"how,what\nword,9706\n")
    assert {row.how for row in sample()} == {"gcode", "keyword", "brand"}
