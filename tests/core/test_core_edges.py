"""Corners that no case of a rule comes by: full caches, numbers that only look like codes, orders as they are read."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from core_alone import GUID, head
from core_case import KNOWN, WITH_UNITS, listed
from core_desk import AT, changed, rows, sale
from core_shipment import Shipment
from test_core_enterprises import LIST, judged, known

from swsim.simulator.core import checks_codes, checks_simplified
from swsim.simulator.core.checks_codes import code_is_wrong, strange_codes
from swsim.simulator.core.checks_movement import goods_leave_before_they_are_released
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.keys import key_of, key_told
from swsim.simulator.core.machines import arc_to
from swsim.simulator.core.movement import Dossier, Named
from swsim.simulator.core.papers import found_alone, reading_of
from swsim.simulator.core.rules import Own
from swsim.simulator.core.rulings import Order, read_order
from swsim.simulator.profile import PROFILES
from swsim.simulator.registry import Registry

S = sale()


def told(document: Any, codes: Any = KNOWN) -> list[str]:
    """Rows of the document alone."""
    return [one.rule for one in found_alone(reading_of(document.number, document, GUID, "1.0", codes))]


@pytest.mark.parametrize("module", [checks_codes, checks_simplified])
def test_a_full_cache_is_emptied_and_asked_anew(module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answers do not depend on what is remembered."""
    simple = head("603", statistics_flag="A", customs_code="2931")
    before = told(simple)
    monkeypatch.setattr(module, "REMEMBERED", 0)
    KNOWN.answers.clear()
    others = [head("603", statistics_flag="A", customs_code=code) for code in ("2203", "5141")]
    for document in (*others, simple, *others):
        told(document)
    assert told(simple) == before
    KNOWN.answers.clear()


def test_a_document_whose_codes_are_known_is_not_asked_again() -> None:
    """The predicate itself finds nothing where nothing is strange."""
    reading = reading_of("603", S.inventory, GUID, "1.0", KNOWN)
    assert reading.strange == strange_codes("603", S.inventory, KNOWN) == []
    assert list(code_is_wrong(reading)) == []


def test_units_are_those_of_the_tariff_where_it_has_some() -> None:
    """A simplified commodity code has none, nor a commodity that the tariff gives none."""
    shirt = {"gcode": "6109100000", "unit1": "015"}
    assert "INV-08/units" not in told(listed(shirt, shirt, statistics_flag="A"), WITH_UNITS)
    assert "INV-08/units" not in told(listed({"gcode": "4202220000"}), WITH_UNITS)


def test_a_value_is_not_judged_on_a_day_that_is_none() -> None:
    """MSG-04 speaks; no rate is asked of the 30th of February."""
    spoken = told(head("603", statistics_flag="A", app_time="20260230090000"))
    assert "MSG-04/form" in spoken
    assert not {"STA-03", "STA-03/unknown", "STA-01/unknown"} & set(spoken)


def test_a_list_without_customs_is_of_no_district() -> None:
    """MSG-16 says that it is missing."""
    assert "ENT-01/district" not in rows(judged(known(agent={"customs": ("9999",)}), changed(LIST, customs_code="")))


def test_a_number_that_looks_like_a_trade_mode_is_none() -> None:
    """ENT-10: orderNo 9710 of a retail list."""
    decision = judged(known(ebc={"roles": ("ebp",)}), changed(LIST, order_no="9710"))
    assert not {"ENT-10", "ENT-10/warehouse"} & rows(decision)


def test_a_departure_without_a_time_is_not_compared() -> None:
    """DEP-01/form refuses it before; the predicate stays quiet by itself."""
    shipment = Shipment()
    shipment.report(*shipment.arrival)
    held = shipment.desk.held(shipment.listed())
    assert held is not None
    facts = Facts(PROFILES["standard"], "2018-194", Registry())
    document = shipment.departure[0]
    own = replace(held, app_time=document.head.app_time)
    for said in ("x", "20260230090000"):
        dossier = Dossier(own, document.head.replaced(leave_time=said), [], [Named("p", "n", held)])
        assert list(goods_leave_before_they_are_released(dossier, facts)) == []


def test_a_key_is_told_by_a_returns_record() -> None:
    """The parts a record repeats, joined as in the document."""
    assert key_told("303", S.order.head) == key_of("303", S.order.head)


def test_an_arc_is_found_by_what_it_is_answered_with() -> None:
    """Of a list 899 is a departure's doing; an order never closes."""
    arc = arc_to("603", 899)
    assert arc is not None
    assert arc.target == 899
    assert arc_to("303", 899) is None


def test_codes_of_their_own_are_written_out() -> None:
    """For the reference page."""
    assert str(Own(-1, -2, -3)) == "603 -1, 605 -2, 213 -3, others their parameter code"


def test_an_order_of_the_control_api_is_read() -> None:
    """Now, at a time in the past, at the next decision, or keep and let go."""
    past = (AT - timedelta(hours=1)).isoformat()
    assert read_order({"hold": True}, AT) == Order(keep=True)
    assert read_order({"status": 899}, AT) == Order(899)
    assert read_order({"status": 899, "at": past}, AT) == Order(899, datetime.fromisoformat(past))
    assert read_order({"status": 100, "when": "next", "info": "no"}, AT) == Order(100, None, ahead=True, info="no")
    ahead = (AT + timedelta(seconds=1)).isoformat()
    for wrong in ({}, {"status": True}, {"status": 899, "colour": 1}, {"status": 899, "at": past, "when": "next"}):
        with pytest.raises(ValueError, match="force: expected"):
            read_order(wrong, AT)
    with pytest.raises(ValueError, match="a time not after"):
        read_order({"status": 899, "at": ahead}, AT)


def test_goods_that_nothing_is_said_of_are_forgotten_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """STA-02/unknown asks anew when what it remembered was thrown away."""
    monkeypatch.setattr(checks_simplified, "REMEMBERED", 0)
    for gcode in ("6109100000", "4202220000", "6109100000"):
        assert "STA-02/unknown" in told(listed({"gcode": gcode}, {"gcode": gcode}, statistics_flag="A"))
    KNOWN.answers.clear()


def test_what_names_no_code_has_none_that_is_strange() -> None:
    """A cancellation has a customs district, a node without a coded field is passed over."""
    node = type("Bare", (), {"fields": ()})()
    assert checks_codes._odd(node, KNOWN) == ()
