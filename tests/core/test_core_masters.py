"""Master lists: what they fill, and that a waybill is in one of them (WB-01, WB-03)."""

import pytest
from core_desk import again, changed, rows
from core_shipment import Shipment, last, with_lines

from swsim.simulator.core.model import State

APPROVED = 399


def test_a_master_list_fills_what_a_list_left_empty() -> None:
    """trafName, voyageNo, billNo, totalPackageNo, and nothing else (WB-01)."""
    shipment = Shipment()
    before = shipment.listed()
    shipment.report(*shipment.master)
    held = shipment.desk.held(before)
    assert held is not None
    head, master = held.document.head, shipment.master[0]
    filled = {"traf_name", "voyage_no", "bill_no", "total_package_no"}
    assert {name: getattr(head, name) for name in filled} == {
        name: getattr(master.head, name) for name in filled - {"total_package_no"}
    } | {"total_package_no": master.lines[0].total_package_no}
    assert head.replaced(**dict.fromkeys(filled)) == before.head.replaced(**dict.fromkeys(filled))  # type: ignore[attr-defined]
    assert held.bill_ref == master.head.bill_no


@pytest.mark.parametrize("spoil", [{"logistics_code": "91440300708461136T"}, {"bill_no": "ANOTHER"}])
def test_another_firms_waybills_or_bill_are_not_in_the_master_list(spoil: dict[str, str]) -> None:
    """WB-03 speaks of waybills, which are a logistics firm's; of another bill of lading WB-01 does."""
    shipment = Shipment()
    shipment.report(*shipment.master)
    other = changed(shipment.master[0], cop_no="AGAIN", guid="A" * 36, **spoil)
    assert "WB-03/master" not in rows(last(shipment.report(other), "607"))


def test_a_master_list_split_anew_is_one() -> None:
    """WB-03: the messages of one master list are not one another's."""
    shipment = Shipment(3, split=1)
    assert not any(rows(one) for one in shipment.report(*shipment.master) if one.subject.kind == "607")


def test_a_rejected_master_list_holds_no_waybill() -> None:
    """WB-03 asks for master lists that customs stored."""
    shipment = Shipment()
    wrong = changed(shipment.master[0], traf_mode="2", cop_no="WRONG", guid="B" * 36)
    assert int(last(shipment.report(wrong), "607").status) == 100
    assert int(last(shipment.report(*shipment.master), "607").status) == 120


def test_a_list_declared_anew_may_be_in_a_master_list_anew() -> None:
    """WB-03: the master list had the list that was cancelled (CAN-05), not the one declared after it."""
    shipment = Shipment()
    shipment.report(*shipment.master)
    shipment.report(shipment.cancelled())
    assert shipment.states() == [State.WITHDRAWN, APPROVED]
    shipment.desk.send(again(shipment.listed(), "1", seconds=90, cop_no="ANEW"))
    shipment.desk.settle()
    fresh = changed(with_lines(shipment.master[0], 0), cop_no="AGAIN", guid="A" * 36)
    assert "WB-03/master" not in rows(last(shipment.report(fresh), "607"))
    both = changed(shipment.master[0], cop_no="BOTH", guid="C" * 36)
    spoken = last(shipment.report(both), "607")
    assert [one.path for one in spoken.faults if one.rule == "WB-03/master"] == [
        f"WayBillList[{place}]/logisticsNo" for place in (1, 2)
    ]
