"""One unit of the last decimal on either side of what the sums of a line allow (ORD-11, INV-05, RET-03)."""

from typing import Any

import pytest
from core_alone import GUID, SOUND
from core_case import KNOWN

from swsim.simulator.core.papers import found_alone, reading_of


def spoken(kind: str, **line: str) -> set[str]:
    """The rows that speak of a document whose only line says this."""
    document: Any = SOUND[kind]
    changed = document.replaced(lines=(document.lines[0].replaced(**line),))
    return {one.rule for one in found_alone(reading_of(kind, changed, GUID, "1.0", KNOWN))}


@pytest.mark.parametrize(("kind", "row"), [("303", "ORD-11"), ("603", "INV-05")])
@pytest.mark.parametrize(("qty", "speaks"), [("0.5", False), ("0.49999", True), ("1.5", False), ("1.50001", True)])
def test_a_total_is_the_product_to_half_a_unit(kind: str, row: str, qty: str, speaks: bool) -> None:
    """qty x price may differ from totalPrice by half a unit of its fifth decimal, up and down, and by no more."""
    assert (row in spoken(kind, qty=qty, price="0.00001", total_price="0.00001")) is speaks


@pytest.mark.parametrize(("total", "speaks"), [("0.00001", False), ("0", True)])
def test_a_total_is_more_than_nothing(total: str, speaks: bool) -> None:
    """Nothing is not right for a product that rounds to it."""
    qty = "0.4" if speaks else "0.5"
    assert ("INV-05" in spoken("603", qty=qty, price="0.00001", total_price=total)) is speaks


@pytest.mark.parametrize(("quantity", "speaks"), [("0.00001", False), ("0", True), ("-0.00001", True)])
def test_a_second_quantity_of_a_unit_is_more_than_nothing(quantity: str, speaks: bool) -> None:
    """Of returned goods as of exported ones."""
    before = spoken("213", unit2="035", qty2="1")
    assert bool(spoken("213", unit2="035", qty2=quantity) - before) is speaks
