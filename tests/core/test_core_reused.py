"""What is used once more: guids, waybill numbers, orders paid before; what the tables do not say of goods and rates."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from core_alone import SOUND, head
from core_desk import AT, FIRMS, STANDARD, STRICT, Desk, again, changed, rows, sale

from swsim.fixtures.chain import BEIJING
from swsim.simulator.codes.loading import load
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core import rules
from swsim.simulator.core.checks_reused import months_later
from swsim.simulator.core.checks_simplified import UNSAID
from swsim.simulator.core.model import State
from swsim.simulator.core.papers import found_alone, reading_of
from swsim.simulator.core.rules import RULES

S, OTHER = sale(), sale(1)
HALF_A_YEAR = months_later(AT, 6)


@pytest.mark.parametrize("strict", [False, True])
def test_a_guid_names_one_document(strict: bool) -> None:
    """MSG-01: another order under the first one's guid; the same order changed, or another kind, may bear it."""
    desk = Desk(STRICT if strict else STANDARD)
    guid = S.order.head.guid
    desk.send(S.order)
    decision = desk.send(changed(OTHER.order, guid=guid))[0]
    assert rows(decision) == {"MSG-01/again"}
    assert int(decision.status) == (-301008 if strict else 2)
    assert rows(desk.send(changed(S.receipts, guid=guid))[0]) == set()
    if strict:  # else the second order bears the guid now
        assert rows(desk.send(again(S.order, "2", guid=guid, seconds=1))[0]) == set()


def test_two_documents_of_one_message_have_two_guids() -> None:
    """What was decided a moment ago counts."""
    decisions = Desk().send(S.order, changed(OTHER.order, guid=S.order.head.guid))
    assert [rows(one) for one in decisions] == [set(), {"MSG-01/again"}]


@pytest.mark.parametrize("strict", [False, True])
def test_an_order_has_one_receipt(strict: bool) -> None:
    """PAY-10: -401003 in strict; the first receipt changed is no second one."""
    desk = Desk(STRICT if strict else STANDARD)
    desk.send(S.receipts)
    decision = desk.send(changed(S.receipts, pay_no="SECOND", guid="A" * 36))[0]
    assert "PAY-10" in rows(decision)
    assert int(decision.status) == (-401003 if strict else 2)
    if strict:
        assert rows(desk.send(again(S.receipts, "2", seconds=1))[0]) == set()


def test_two_receipts_of_an_order_do_not_match() -> None:
    """MAT-07: which of them is meant nobody knows."""
    desk = Desk()
    for document in (*S.documents[:3], changed(S.receipts, pay_no="SECOND", guid="A" * 36), S.inventory):
        desk.send(document)
    spoken = [rows(one) for one in desk.settle() if one.subject.kind == "603"]
    assert {"MAT-07"} in spoken


@pytest.mark.parametrize("row", ["MSG-01/again", "PAY-10"])
def test_without_its_row_nobody_minds(row: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule taken out of the table does not speak."""
    for place, checks in rules.CHECKS.items():
        monkeypatch.setitem(rules.CHECKS, place, tuple(pair for pair in checks if pair[1].row != row))
    desk = Desk(STRICT)
    first, second = (
        (S.order, changed(OTHER.order, guid=S.order.head.guid))
        if row == "MSG-01/again"
        else (S.receipts, changed(S.receipts, pay_no="SECOND", guid="AB" * 18))
    )
    desk.send(first)
    assert desk.send(second)[0].faults == []


def used(state: State) -> Desk:
    """A sale received at AT whose list has come to an end."""
    desk = Desk()
    for document in S.documents:
        desk.send(document)
    desk.settle()
    desk.plant(S.inventory, state)
    return desk


def later(at: datetime) -> Any:
    """The waybill's number on another waybill, reported at a time."""
    return changed(S.logistics, guid="C" * 36, app_time=f"{at:%Y%m%d%H%M%S}")


@pytest.mark.parametrize("state", [State.CLOSED, State.WITHDRAWN])
@pytest.mark.parametrize(("seconds", "status"), [(-1, -504012), (0, 2), (1, 2)])
def test_a_waybill_number_rests_for_six_calendar_months(state: State, seconds: int, status: int) -> None:
    """LOG-01: burnt by a list that closed, or that was cancelled; free at the second the months are over."""
    desk = used(state)
    desk.now = HALF_A_YEAR + timedelta(seconds=seconds)
    assert int(desk.send(later(desk.now))[0].status) == status


def test_a_number_given_again_is_of_its_new_list() -> None:
    """The list of its first use, closed half a year ago, does not bind it (LOG-02)."""
    desk = used(State.CLOSED)
    desk.now = HALF_A_YEAR
    at = {"app_time": f"{HALF_A_YEAR:%Y%m%d%H%M%S}"}
    for document in (OTHER.order, OTHER.receipts):
        desk.send(changed(document, **at))
    desk.send(later(HALF_A_YEAR))
    desk.send(changed(OTHER.inventory, logistics_no=S.logistics.logistics_no, **at))
    decisions = [one for one in desk.settle() if one.subject.kind == "603"]
    assert [rows(one) for one in decisions] == [set()] * 3
    assert desk.state(S.inventory) is State.CLOSED


def test_the_same_waybill_once_more_is_a_duplicate() -> None:
    """While its list is on its way, or under its own guid, the number is not used again but sent again (MSG-10)."""
    desk = used(State.RELEASED)
    assert rows(desk.send(later(AT + timedelta(minutes=9)))[0]) == {"MSG-10"}
    assert rows(used(State.CLOSED).send(S.logistics)[0]) == {"MSG-10"}


@pytest.mark.parametrize(
    ("at", "months", "then"),
    [("2025-08-31", 6, "2026-02-28"), ("2023-08-30", 6, "2024-02-29"), ("2025-12-15", 1, "2026-01-15")],
)
def test_months_are_those_of_the_calendar(at: str, months: int, then: str) -> None:
    """The last day of a month that has no such day."""
    assert months_later(datetime.fromisoformat(at).replace(tzinfo=BEIJING), months).date().isoformat() == then


def found(document: Any, codes: Codes) -> dict[str, tuple[str, str, str]]:
    """What is said of a list that the tables cannot tell."""
    reading = reading_of("603", document, "G" * 36, "1.0", codes)
    return {one.rule: (one.path, one.expected, one.found) for one in found_alone(reading) if one.rule in UNSAID}


@pytest.mark.parametrize(
    ("change", "goods", "value"),
    [
        ({"statistics_flag": "A"}, "STA-02/unknown", "STA-03/unknown"),
        ({"trade_mode": "9710"}, "B2B-01/unknown", "B2B-01/value"),
    ],
)
def test_what_a_table_does_not_say_is_not_guessed(
    change: dict[str, str], goods: str, value: str, tmp_path: Path
) -> None:
    """No rate, no duty flag: a finding says what is missing; with the user's own tables nothing is left to say."""
    document = head("603", **change)
    gcode, currency = document.lines[0].gcode, document.lines[0].currency
    month = document.head.app_time[:4] + "-" + document.head.app_time[4:6]
    spoken = found(document, Codes.builtin())
    assert set(spoken) == {goods, value}
    assert spoken[goods][2] == gcode
    assert "export duty and licence" in spoken[goods][1]
    assert spoken[value] == (
        "InventoryList/totalPrice",
        f"a customs rate of {currency} for {month}, which is not known here: load your own rates.csv",
        currency,
    )
    lines = "".join(f"{heading},no,no,no\n" for heading in {line.gcode[:4] for line in document.lines})
    (tmp_path / "tariff.csv").write_text(f"code,export_duty,licence,inspection\n{lines}", "utf-8")
    (tmp_path / "rates.csv").write_text(f"currency,month,rate\n{currency},{month},1.5\n", "utf-8")
    assert found(document, load(tmp_path).codes) == {}


def test_only_lists_with_conditions_are_asked() -> None:
    """A list that is summed up (B) of 9610 has neither."""
    assert found(SOUND["603"], Codes.builtin()) == {}
    assert {rule.row for rule in RULES if rule.row in UNSAID} == UNSAID


@pytest.mark.parametrize("kind", ["605", "213"])
def test_a_card_that_is_anothers_has_its_code(kind: str) -> None:
    """MSG-06 of a cancellation and a refund: -623021, -625020."""
    decision = Desk(STRICT).send(SOUND[kind], cop_code=FIRMS.agent.code, dxp_id="DXPENT0000000000")[0]
    assert (int(decision.status), f"MSG-06/dxpId-{kind}" in rows(decision)) == (
        {"605": -623021, "213": -625020}[kind],
        True,
    )
