"""Which breaches concern a list, and what a profile makes of them: its own row before its id, the strongest of all."""

from datetime import timedelta

import pytest
from duty_trade import AT, DAY, changed, piece, sale, trade

from swsim.simulator.core.facts import Suspicion
from swsim.simulator.core.keys import external
from swsim.simulator.duty.model import Piece, Sign
from swsim.simulator.duty.suspicion import signs_now, suspicion_of
from swsim.simulator.duty.table import ANSWERING, DUTIES, answer_to
from swsim.simulator.profile import read_profile
from swsim.simulator.profiles.checked import checked_profile
from swsim.simulator.profiles.duties import ANSWERS, Lags

S, T = sale(0), sale(1)
LISTED = piece(S.inventory, state=3)
MADE = trade(piece(S.order), piece(S.receipts), piece(S.logistics), LISTED, piece(T.order), piece(T.inventory))
ANY = dict.fromkeys(ANSWERING, "review")


def of(one: Piece, row: str = "DUT-04") -> Sign:
    """A sign about a document."""
    return Sign(row, one.kind, external(one.key), "expected", "found")


def suspected(*signs: Sign, duties: dict[str, str] = ANY) -> Suspicion | None:
    """What the signs make of the list."""
    return suspicion_of(LISTED, signs, duties, MADE)


@pytest.mark.parametrize("document", [S.order, S.receipts, S.logistics, S.inventory], ids=lambda one: one.number)
def test_what_belongs_to_a_list_concerns_it(document: object) -> None:
    """Its order, receipts, waybill and itself, not those of another sale."""
    assert suspected(of(piece(document)))  # type: ignore[arg-type] # a document of any kind
    assert suspected(of(piece(T.order)), of(piece(T.inventory))) is None


def test_what_several_lists_show_concerns_each() -> None:
    """A run of lists, a ticket that is split: one sign names them all."""
    assert suspected(of(piece(T.inventory))._replace(among=(external(LISTED.key),)))
    assert suspected(of(piece(T.inventory))._replace(among=("another",))) is None


@pytest.mark.parametrize("number", [S.order.head.order_no, S.logistics.logistics_no, S.inventory.head.cop_no])
def test_what_the_ledger_says_of_a_number_concerns_its_list(number: str) -> None:
    """An event that nobody reported, a question that was not answered."""
    assert suspected(Sign("DUT-09", "evidence", number, "expected", "found"))
    assert suspected(Sign("DUT-06", "event", f"{number}X", "expected", "found")) is None


@pytest.mark.parametrize(
    ("duties", "status"),
    [
        ({}, None),
        ({"DUT-04": "finding"}, None),
        ({"DUT-04": "review"}, 300),
        ({"DUT-04": "inspect"}, 500),
        ({"DUT-04": "refuse"}, 100),
        ({"DUT-05": "refuse"}, None),
    ],
)
def test_a_profile_says_what_a_breach_does(duties: dict[str, str], status: int | None) -> None:
    """Nothing where it names nothing."""
    found = suspected(of(LISTED), duties=duties)
    assert (found.status if found else None) == status


def test_the_strongest_answer_is_given_with_its_own_findings() -> None:
    """100 before 500 before 300."""
    signs = [of(LISTED, row) for row in ("DUT-05", "DUT-04", "DUT-03")]
    duties = {"DUT-05": "review", "DUT-04": "refuse", "DUT-03": "inspect"}
    found = suspected(*signs, duties=duties)
    assert found is not None
    assert (found.status, [one.rule for one in found.findings]) == (100, ["DUT-04"])
    found = suspected(*signs, duties=duties | {"DUT-04": "finding"})
    assert found is not None
    assert (found.status, [one.rule for one in found.findings]) == (500, ["DUT-03"])


def test_a_row_goes_before_its_id() -> None:
    """`DUT-02` is all rows of it that are not named themselves; what concerns no list has no answer."""
    duties = {"DUT-02": "refuse", "DUT-02/price": "review"}
    assert answer_to("DUT-02/price", duties) == ANSWERS["review"]
    assert answer_to("DUT-02/run", duties) == ANSWERS["refuse"]
    assert answer_to("DUT-02/stays", duties) == 0
    assert {row for row, duty in DUTIES.items() if not duty.answers} == {
        "DUT-02/stays", "DUT-02/return", "DUT-08", "DUT-10/open"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"duties": {"DUT-99": "review"}}, "profile duties: expected duties that concern a list (DUT-01"),
        ({"duties": {"DUT-08": "review"}}, "got DUT-08"),
        ({"duties": {"DUT-04": "shout"}}, "expected a table of duties to finding, review, inspect, refuse"),
        ({"customs": {"2244": {"duties": {"DUT-99": "review"}}}}, "got DUT-99"),
        ({"transmitted_within": -1}, "expected seconds or an ISO 8601 duration"),
        ({"transmitted_within": True}, "expected seconds or an ISO 8601 duration"),
        ({"transmitted_within": "soon"}, "expected seconds or an ISO 8601 duration"),
        ({"transmitted_within": {"603": 5}}, "expected kinds 303, 403, 505 or *, got 603"),
    ],
)
def test_a_switch_says_what_it_expects(said: dict[str, object], told: str) -> None:
    """By name, with what was given."""
    with pytest.raises(ValueError, match=r"profile") as caught:
        checked_profile(said)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("given", "lags"),
    [
        (90, Lags(90.0)),
        ("PT15M", Lags(900.0)),
        ({"505": "PT2H", "*": 60}, Lags(60.0, (("505", 7200.0),))),
        ({"303": 0}, Lags(3600.0, (("303", 0.0),))),
    ],
)
def test_real_time_is_a_switch(given: object, lags: Lags) -> None:
    """Of all data, or by kind; an hour where nothing is said."""
    read = read_profile({"transmitted_within": given}).transmitted_within
    assert read == lags
    assert (read.of("505"), read.of("403")) == (dict(lags.kinds).get("505", lags.others), lags.others)
    assert str(lags.others)[:-2] in str(read)


@pytest.mark.parametrize(("kind", "shown"), [("303", ["DUT-01/lag"]), ("*", []), ("505", [])])
def test_each_kind_has_its_limit(kind: str, shown: list[str]) -> None:
    """An order half an hour late: late only where orders have a quarter of an hour."""
    made = trade(piece(S.order, received=piece(S.order).received_at + timedelta(minutes=30)))
    made.lags = read_profile({"transmitted_within": {kind: "PT15M", "*": "PT15M" if kind == "303" else "PT1H"}}
                             ).transmitted_within  # fmt: skip
    assert [one.row for one in signs_now(made, ())] == shown


def test_no_receipt_is_expected_where_none_is_required() -> None:
    """PAY-02: from 2024-12-15 lists need the transaction and the logistics data only."""
    made = trade(piece(S.order), now=AT + 2 * DAY)
    assert [one.row for one in signs_now(made, ())] == ["DUT-02/unpaid"]
    made.regime = "by-date"
    assert signs_now(made, ()) == []


def test_what_came_again_is_not_the_old_version() -> None:
    """A list of another agent number is another document."""
    other = piece(changed(S.inventory, cop_no="OTHER"))
    assert suspicion_of(other, [of(LISTED)], ANY, trade(other)) is None
