"""The merge of a summary: the eight fields, fifty lines, what came back, units; nothing is lost, doubled or mixed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from core_desk import AT, SEED, STANDARD, changed, rows, sale
from core_month import IN_TIME, Month
from core_shipment import TRIP
from hypothesis import given, settings
from hypothesis import strategies as st

from swsim.fixtures.chain import BEIJING
from swsim.fixtures.later import Fate, Sold, summaries
from swsim.simulator.codes.rates import Rates
from swsim.simulator.core.declaring import declaration_of
from swsim.simulator.core.faults import FaultPlan
from swsim.simulator.core.months import span
from swsim.simulator.core.statistics import Statistics
from swsim.simulator.core.summary import AMOUNTS, HEAD_KEY, MOST_LINES, Back, Declaring, Merge, Placed, Switches
from swsim.simulator.messages.inventory import Inventory
from swsim.simulator.profile import read_profile

BASE = sale().inventory


CHOICE = st.sampled_from(["1", "2"])


LINE = st.fixed_dictionaries(
    {
        "qty": st.decimals("0.01", "99", places=2),
        "price": st.decimals("0.01", "99", places=2),
        "country": st.sampled_from(["502", "303"]),
        "gcode": st.sampled_from(["6109100021", "4202220000"]),
        "currency": st.sampled_from(["502", "142"]),
        "unit": st.sampled_from(["011", "015"]),
        "unit1": st.sampled_from(["011", "035"]),
        "item_name": st.sampled_from(["A", "B", None]),
    }
)


LIST = st.fixed_dictionaries(
    {
        "lines": st.lists(LINE, min_size=1, max_size=4),
        "owner_code": CHOICE,
        "port_code": st.sampled_from(["2244", "0101"]),
        "gross_weight": st.decimals("0.001", "50", places=3),
    }
)


def inventory(said: dict[str, Any]) -> Inventory:
    """A list of these lines."""
    lines = tuple(
        BASE.lines[0].replaced(
            gnum=gnum, total_price=one["qty"] * one["price"], qty1=one["qty"] * 2, unit2=None, qty2=None, **one
        )
        for gnum, one in enumerate(said["lines"], 1)
    )
    weights = {"gross_weight": said["gross_weight"], "net_weight": said["gross_weight"] / 2}
    head = BASE.head.replaced(owner_code=said["owner_code"], port_code=said["port_code"], **weights)
    return BASE.replaced(head=head, lines=lines)


def merged(lists: list[Inventory], switches: Switches, backs: Any = None) -> tuple[Merge, list[Placed]]:
    """All of them merged, and where each line went."""
    merge = Merge(switches, count(1000).__next__)
    placed: list[Placed] = []
    for serial, one in enumerate(lists, 1):
        placed += merge.add(serial, serial, one, f"L{serial}", (backs or {}).get(serial, {}))
    return merge, placed


def amounts(lists: list[Inventory]) -> list[Decimal]:
    """The sums of what was sent."""
    lines = [line for one in lists for line in one.lines]
    sums = [sum((getattr(line, name) or Decimal(0) for line in lines), Decimal(0)) for name in AMOUNTS[:4]]
    return sums + [sum((getattr(one.head, name) for one in lists), Decimal(0)) for name in AMOUNTS[4:]]


def sums_of(merge: Merge) -> list[Decimal]:
    """The sums of what was merged."""
    totals = [Decimal(0)] * len(AMOUNTS)
    for one in merge.declarations:
        for line in one.lines.values():
            totals = [a + b for a, b in zip(totals, line.sums, strict=True)]
    return totals


def keys_of(one: Inventory, switches: Switches) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Of each line the key of its declaration and its own, written anew."""
    for line in one.lines:
        head = tuple(
            "" if name == "owner_code" and not switches.by_producer else getattr(one.head, name) for name in HEAD_KEY
        )
        name = (line.item_name or line.gname) if switches.by_item_name else ""
        yield head, (line.country, line.gcode, line.currency, name, line.unit1, line.unit2 or "")


@settings(max_examples=120, deadline=None)
@given(said=st.lists(LIST, min_size=1, max_size=12), producer=st.booleans(), name=st.booleans())
def test_nothing_is_lost_doubled_or_mixed(said: list[dict[str, Any]], producer: bool, name: bool) -> None:
    """Every (list, gnum) once; quantities, values and weights sum to the source; no merged line mixes a key."""
    switches, lists = Switches(producer, name), [inventory(one) for one in said]
    merge, placed = merged(lists, switches)
    wanted = {(serial, line.gnum) for serial, one in enumerate(lists, 1) for line in one.lines}
    assert Counter((one.list, one.gnum) for one in placed) == dict.fromkeys(wanted, 1)
    assert sums_of(merge) == amounts(lists)
    into = {one.serial: one for one in merge.declarations}
    places = {(one.list, one.gnum): one for one in placed}
    for serial, one in enumerate(lists, 1):
        for line, (head, key) in zip(one.lines, keys_of(one, switches), strict=True):
            went = places[serial, line.gnum]
            assert into[went.declaration].key == head
            assert into[went.declaration].numbers[key] == went.line
    assert all(len(one.lines) <= MOST_LINES for one in merge.declarations)
    declared = {(one.key, key) for one in merge.declarations for key in one.lines}
    assert len(declared) == sum(len(one.lines) for one in merge.declarations)


@settings(max_examples=40, deadline=None)
@given(
    said=st.lists(LIST, min_size=1, max_size=5),
    shares=st.lists(st.sampled_from([Decimal(0), Decimal("0.25"), Decimal(1)]), min_size=20, max_size=20),
)
def test_what_came_back_and_what_is_summed_up_is_the_source(said: list[dict[str, Any]], shares: list[Decimal]) -> None:
    """Kept out and merged together are what was sent; a line that came back whole goes nowhere (RET-12)."""
    lists, draw = [inventory(one) for one in said], iter(shares)
    backs = {
        serial: {line.gnum: Back(line.qty * share, line.qty1 * share) for line in one.lines if (share := next(draw))}
        for serial, one in enumerate(lists, 1)
    }
    merge, placed = merged(lists, Switches(), backs)
    assert [a + b for a, b in zip(sums_of(merge), merge.kept_out, strict=True)] == amounts(lists)
    whole = {
        (serial, line.gnum)
        for serial, one in enumerate(lists, 1)
        for line in one.lines
        if backs[serial].get(line.gnum, Back()).qty == line.qty
    }
    assert not whole & {(one.list, one.gnum) for one in placed}


@pytest.mark.parametrize(("names", "declarations"), [(49, 1), (50, 1), (51, 2), (100, 2), (101, 3)])
def test_a_declaration_has_fifty_lines(names: int, declarations: int) -> None:
    """The fifty-first key opens another (SUM-12); a key that comes again goes where it is."""
    lists = [BASE.replaced(lines=(BASE.lines[0].replaced(item_name=f"{number:03d}"),)) for number in (*range(names), 0)]
    merge, placed = merged(lists, Switches(by_item_name=True))
    assert [len(one.lines) for one in merge.declarations] == [50] * (declarations - 1) + [
        names - 50 * (declarations - 1)
    ]
    assert (placed[-1].declaration, placed[-1].line) == (placed[0].declaration, placed[0].line)


def test_units_that_differ_are_declared_in_the_statutory_one() -> None:
    """SUM-09: unit and qty of the first where all agree, else unit1 and qty1."""
    one = BASE.replaced(lines=(BASE.lines[0].replaced(unit="011", unit1="035", qty="3", qty1="1.5"),))
    other = BASE.replaced(lines=(BASE.lines[0].replaced(unit="015", unit1="035", qty="2", qty1="1"),))
    for lists, unit, qty in (([one, one], "011", "6"), ([one, other], "035", "2.5")):
        merge, _ = merged(lists, Switches())
        (into,) = merge.declarations
        (line,) = declaration_of(into, "S", "2244", AT).lines
        assert (line["unit"], line["qty"], line["sources"]) == (unit, qty, 2)


def test_a_declaration_belongs_to_the_month_of_its_first_list() -> None:
    """Its due date is the nearest."""
    into = Declaring(7, ("",) * len(HEAD_KEY), first_closed=span("2026-01")[1])
    made = declaration_of(into, "S", "2244", datetime(2026, 3, 1, tzinfo=BEIJING))
    assert (made.month, made.decl_seq_no) == ("2026-01", "22442026D000000007")


def test_the_seed_is_that_of_the_desk() -> None:
    """Shipments of these tests are the desk's."""
    assert (TRIP.seed, TRIP.at) == (SEED, AT)


def test_flag_1_merges_across_producers_by_switch() -> None:
    """SUM-10: `summary_flag_1 = consignor_only` leaves the producer out of the key, and SUM-10 is silent."""
    month = Month(replace(STANDARD, summary_flag_1="consignor_only"))
    decision = month.judge(changed(month.summary, summary_flag="1"))
    assert rows(decision) == set()
    lists = [
        inventory({"lines": [LINE_ONE], "owner_code": owner, "port_code": "2244", "gross_weight": Decimal(1)})
        for owner in "12"
    ]
    for by_producer, declarations in ((True, 2), (False, 1)):
        merge, _ = merged(lists, Switches(by_producer))
        assert len(merge.declarations) == declarations


LINE_ONE = {
    "qty": Decimal(1),
    "price": Decimal(2),
    "country": "502",
    "gcode": "6109100021",
    "currency": "502",
    "unit": "011",
    "unit1": "011",
    "item_name": "A",
}


@pytest.mark.parametrize("wrong", [["1", "2", "3", "4"], ["1", "2", "3", "4", "9999"], ["1", "2", "3", "4", 9], "1,2"])
def test_values_of_dec_state_are_five_short_texts(wrong: Any) -> None:
    """What may be set is said where it is not."""
    with pytest.raises(ValueError, match="dec_states: expected a list of 5 texts"):
        read_profile({"dec_states": wrong})
    assert read_profile({"dec_states": ["A", "B", "C", "D", "E"]}).dec_states == ("A", "B", "C", "D", "E")


def test_statistics_need_every_rate() -> None:
    """RMB to the fen where the month's rate is known, none where one is missing: nothing is guessed (STA-08)."""
    rates = Rates({("502", "2026-01"): Decimal("7.0123")}, "test")
    figures = Statistics("2026-01", rates)
    figures.add(inventory({"lines": [LINE_ONE], "owner_code": "1", "port_code": "2244", "gross_weight": Decimal(1)}))
    said = figures.as_json()
    assert (said["lists"], said["complete"], said["total"]["rmb"]) == (1, True, "14.02")
    other = LINE_ONE | {"currency": "300", "country": "303"}
    figures.add(inventory({"lines": [other], "owner_code": "1", "port_code": "2244", "gross_weight": Decimal(1)}))
    said = figures.as_json()
    assert (said["complete"], said["total"]["rmb"]) == (False, None)
    assert said["missingRates"] == [{"currency": "300", "month": "2026-01", "amount": "2"}]
    assert [(one["country"], one["rmb"]) for one in said["by"]["country"]] == [("303", None), ("502", "14.02")]
    assert Statistics("2026-01", rates).as_json()["total"] == {"lines": 0, "amounts": {}, "rmb": "0.00"}


def test_a_list_without_value_keeps_its_weight() -> None:
    """Where lines have no value, the last line has the weight; nothing is divided by nothing."""
    lines = tuple(
        one.replaced(gnum=gnum, total_price="0", item_name=str(gnum)) for gnum, one in enumerate(BASE.lines, 1)
    )
    merge, _ = merged([BASE.replaced(lines=lines)], Switches(by_item_name=True))
    assert sum(one.weight("gross_weight") for one in merge.declarations) == BASE.head.gross_weight


def test_the_fault_table_decides_on_all_parts() -> None:
    """One row rejects a split summary as a whole; no part gets a sumNo."""
    month = Month(count=2)
    sold = [Sold(one.chain, Fate.LEAVES, one.given) for one in month.shipment.sold]
    parts = summaries(TRIP, sold, 1)
    month.desk.faults = (FaultPlan("F", "701", "*", "reject"),)
    month.desk.wait((IN_TIME - month.desk.now).total_seconds())
    for part in parts:
        month.desk.send(part)
        month.desk.wait(60)
    assert [month.desk.statuses(part)[-1] for part in parts] == [100, 100]
    assert {one.sum_no for part in parts if (one := month.desk.held(part)) is not None} == {""}


def test_a_part_that_is_kept_keeps_the_summary() -> None:
    """Nothing is summed up while customs keeps a part where it is."""
    month = Month(count=2)
    sold = [Sold(one.chain, Fate.LEAVES, one.given) for one in month.shipment.sold]
    first, second = summaries(TRIP, sold, 1)
    month.desk.wait((IN_TIME - month.desk.now).total_seconds())
    month.desk.send(first)
    month.desk.wait(60)
    held = month.desk.held(first)
    assert held is not None
    month.desk.kept[held.serial] = replace(held, waits="kept")
    month.desk.send(second)
    month.desk.wait(60)
    assert [int(month.desk.state(part)) for part in (first, second)] == [3, 3]
