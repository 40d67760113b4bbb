"""What follows a summary: its lists, the steps of its declarations, months that fall due, lists closed by hand."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from core_desk import AT, FIRMS, STANDARD, STRICT, rows
from core_month import IN_TIME, LATE, Month, named
from core_shipment import TRIP, Shipment
from test_core_refund import Returned

from swsim.fixtures.chain import BEIJING
from swsim.fixtures.later import refund, tally
from swsim.simulator.clock import to_ms
from swsim.simulator.core import rules
from swsim.simulator.core.declaring import Declaration, Progress, go_on, late_declarations, made_at, result_head
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.model import WHOLE, Decision, Event, Stage, State
from swsim.simulator.core.months import judgements
from swsim.simulator.core.movement import force_closed
from swsim.simulator.core.request import Request, request_of, switches_of
from swsim.simulator.core.schedule import declares_at
from swsim.simulator.profile import PROFILES, Delay, Profile
from swsim.simulator.registry import Registry

SECOND = timedelta(seconds=1)
HEX = "T20260208000000007", "I20260208000000007", "224420260000000007"


def facts_of(profile: Profile = STANDARD) -> Facts:
    """Facts of a turn that looks nothing up."""
    return Facts(profile, "2018-194", Registry())


def declaration(month: str = "2026-01") -> Declaration:
    """One that customs has merged."""
    return Declaration(7, "22442026S000000001", "22442026D000000007", month, "2244", to_ms(IN_TIME), "3.2", "3", 2, [])


# --- the declarations -------------------------------------------------------------------------------------------------


def test_a_declaration_goes_on_step_by_step() -> None:
    """decState alone, then decTmpNo, decPreNo, entryId; each step says whether another follows."""
    one, seen = declaration(), []
    while go_on([one], IN_TIME, facts_of()):
        seen.append((one.dec_state, one.dec_tmp_no, one.dec_pre_no, one.entry_id))
    tmp, pre, entry = HEX
    assert seen == [("1", None, None, None), ("2", tmp, None, None), ("3", tmp, pre, None)]
    assert (one.dec_state, one.entry_id, one.declared_ms) == ("4", entry, to_ms(IN_TIME))


def test_customs_may_refuse_a_declaration() -> None:
    """The last step is a refusal: no entryId, nothing declared."""
    refused, one = facts_of(replace(STANDARD, declares="refused")), declaration()
    while go_on([one], IN_TIME, refused):
        pass
    assert (one.progress, one.dec_state) == (Progress.REFUSED, "9")
    assert (one.entry_id, one.declared_ms) == (None, 0)


def test_an_agent_that_never_declares_leaves_it_made() -> None:
    """The first CEB792 comes, no step follows it."""
    one = declaration()
    assert not go_on([one], IN_TIME, facts_of(replace(STANDARD, declares="never")))
    assert (one.progress, one.dec_state, one.dec_tmp_no) == (Progress.MADE, "1", None)


@pytest.mark.parametrize(("at", "late"), [(LATE - SECOND, []), (LATE, ["SUM-16"]), (LATE + SECOND, ["SUM-16"])])
def test_a_declaration_is_judged_by_the_same_day(at: datetime, late: list[str]) -> None:
    """SUM-16: the second instant; one finding a month, none of what is not declared."""
    some = [declaration(), declaration(), declaration("2026-02")]
    assert late_declarations(some, at, facts_of()) == []
    for one in some:
        one.declared_ms = to_ms(at)
    found = late_declarations(some, at, facts_of())
    assert [one.rule for one in found] == late
    assert all("lists of 2026-01 declared before 20260225000000" in one.expected for one in found)


def test_a_result_says_who_and_how_far() -> None:
    """Firms as the application has them, numbers and weights of the declaration, opDate with its milliseconds."""
    apply, one = Month().summary.head, declaration()
    go_on([one], IN_TIME, facts_of())
    said = result_head(one, apply, IN_TIME)
    firms = ("agent_code", "agent_name", "ebc_code", "ebc_name", "decl_agent_code", "decl_agent_name")
    assert {name: said.pop(name) for name in firms} == {name: getattr(apply, name) for name in firms}
    assert said == {
        "customs_code": "2244",
        "sum_no": one.sum_no,
        "op_date": "20260208100000000",
        "decl_seq_no": one.decl_seq_no,
        "dec_tmp_no": None,
        "dec_pre_no": None,
        "entry_id": None,
        "dec_state": "1",
        "gross_weight": "3.2",
        "net_weight": "3",
    }
    assert made_at(one) == IN_TIME.isoformat()


def test_declarations_are_due_after_the_profiles_delays() -> None:
    """The first result after `summed_after`, each further one after `declared_after`; the same draw again."""
    profile = replace(STANDARD, summed_after=Delay(60, 60), declared_after=Delay(100, 200))
    shipment = Shipment(1)
    held = shipment.desk.held(shipment.listed())
    assert held is not None
    first = declares_at(held, True, 0, AT, facts_of(profile))
    assert first == Event(AT + timedelta(seconds=60), Stage.DECLARE, held.number, held.message_guid, [held.serial])
    later = [declares_at(held, False, step, AT, facts_of(profile)).at for step in (1, 2, 1)]
    assert all(timedelta(seconds=100) <= at - AT <= timedelta(seconds=200) for at in later)
    assert later[0] == later[2] != later[1]


# --- the application --------------------------------------------------------------------------------------------------


def laid(month: Month, summary: Any = None, **head: Any) -> tuple[Request, Facts]:
    """The application beside its lists, as it is merged."""
    document = summary or month.summary
    document = document.replaced(head=document.head.replaced(**head))
    held = month.judge(document).held
    assert held is not None
    facts = month.desk._facts()
    event = Event(IN_TIME, Stage.CUSTOMS, held.number, held.message_guid, [held.serial])
    return request_of(month.desk._know(facts, event)[0], IN_TIME, facts), facts


def test_an_application_takes_each_list_once() -> None:
    """Not the one that came back whole; one that is named twice once."""
    month = Month()
    first, second = (line.invt_no for line in month.summary.lines)
    request, _ = laid(month, named(month, first, second, first))
    assert [one.invt_no for one in request.taken()] == [first, second]
    request, _ = laid(Month().changed(returned=WHOLE))
    assert [one.invt_no for one in request.taken()] == [second]


@pytest.mark.parametrize(
    ("flag", "name", "switch", "by_producer", "by_item_name"),
    [
        ("1", "1", "eight_same", True, True),
        ("1", "0", "consignor_only", False, False),
        ("2", "1", "consignor_only", True, True),
    ],
)
def test_its_flags_say_how_lists_are_merged(
    flag: str, name: str, switch: Any, by_producer: bool, by_item_name: bool
) -> None:
    """The producer leaves the key by summaryFlag 1 and the switch together; the name by its own flag."""
    request, facts = laid(Month(), summary_flag=flag, item_name_flag=name)
    facts.profile = replace(facts.profile, summary_flag_1=switch)
    switches = switches_of(request.head, facts)
    assert (switches.by_producer, switches.by_item_name) == (by_producer, by_item_name)


def sent(profile: Profile, *, authorised: bool) -> Decision:
    """The first word on a summary of an agent whom its consignor authorises, or does not."""
    month = Month(profile)
    known = dict(month.desk.registry.enterprises)
    if not authorised:
        known[FIRMS.ebc.code] = replace(known[FIRMS.ebc.code], authorises=())
    month.desk.registry = Registry("closed", known)
    month.desk.wait((IN_TIME - month.desk.now).total_seconds())
    head = month.summary.head.replaced(app_time=f"{IN_TIME:%Y%m%d%H%M%S}")
    return month.desk.send(month.summary.replaced(head=head))[0]


@pytest.mark.parametrize(("profile", "status"), [(STANDARD, 2), (STRICT, 100)], ids=["standard", "strict"])
def test_a_summary_is_of_an_authorised_agent(profile: Profile, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """SUM-06/agent: a remark in `standard`, 100 in `strict`; unseen without its row."""
    assert FIRMS.agent.code != FIRMS.ebc.code
    assert "SUM-06/agent" not in rows(sent(profile, authorised=True))
    decision = sent(profile, authorised=False)
    assert (int(decision.status), rows(decision)) == (status, {"SUM-06/agent"})
    for place, checks in rules.CHECKS.items():
        monkeypatch.setitem(rules.CHECKS, place, tuple(pair for pair in checks if pair[1].row != "SUM-06/agent"))
    assert rows(sent(profile, authorised=False)) == set()


@pytest.mark.parametrize("summed", [True, False])
def test_goods_that_come_back_after_the_summary_get_a_word(summed: bool) -> None:
    """RET-12: the list that a summary has says so when its goods are back; one that none has does not."""
    month = Month()
    sold = month.shipment.sold[0]
    if summed:
        assert month.judge().status == 399
        held = month.desk.held(sold.chain.inventory)
        assert held is not None
        month.changed(sum_no="22442026S000000001")  # what the merge marks its lists with
    month.desk.wait(21 * 86400.0)
    month.desk.send(refund(TRIP, sold))
    month.desk.settle()
    month.desk.send(tally(TRIP, sold))
    (back,) = [one for one in month.desk.settle() if one.stage is Stage.COME_BACK]
    assert [(one.rule, one.found) for one in back.remarks] == (
        [("RET-12", "summed up in 22442026S000000001")] if summed else []
    )


# --- months and lists -------------------------------------------------------------------------------------------------


def test_a_month_is_judged_once_it_is_late() -> None:
    """One event a month, at the first instant that is too late; a list closed after that has its month judged anew."""
    facts, closed = facts_of(), to_ms(datetime(2026, 1, 20, tzinfo=BEIJING))
    assert judgements([closed, closed], IN_TIME, facts) == [Event(LATE, Stage.MONTH, 0, "2026-01", [])]
    assert judgements([closed], LATE - SECOND, facts) == []
    assert judgements([closed], LATE, facts) == [Event(LATE, Stage.MONTH, 0, "2026-01", [])]
    later = LATE + timedelta(days=3)
    assert judgements([closed], later, facts) == [Event(later, Stage.MONTH, 0, "2026-01", [])]


@pytest.mark.parametrize(
    ("state", "statuses"),
    [
        (State.APPROVED, [800, 899]),
        (State.UNDER_INSPECTION, [800, 899]),
        (State.RELEASED, [899]),
        (State.CLOSED, []),
        (State.WITHDRAWN, []),
        (State.STORED, []),
    ],
)
def test_an_open_list_is_closed_for_rehearsal(state: State, statuses: list[int]) -> None:
    """By the arcs that arrival and departure would take; it belongs to the month it is closed in."""
    shipment = Shipment(1)
    held = shipment.desk.held(shipment.listed())
    assert held is not None
    held = replace(held, state=int(state))
    at = datetime(2026, 1, 31, 23, 59, 59, tzinfo=BEIJING)
    assert [int(one.status) for one in force_closed(held, at)] == statuses
    assert held.closed_ms == (to_ms(at) if statuses else 0)


def test_a_return_of_no_list_brings_nothing_back() -> None:
    """Where no rule refuses, an application may name what is no number: its goods are tallied, no list is marked."""
    returned = Returned(profile=PROFILES["lenient"])
    stray = returned.application.replaced(head=returned.application.head.replaced(invt_no="TEST"))
    returned.report(stray)
    bare = returned.tally.replaced(invt_no=None)
    decisions = returned.report(bare)
    assert returned.desk.statuses(stray)[-1] == 800
    assert [one for one in decisions if one.stage is Stage.COME_BACK] == []
    held = returned.desk.held(returned.listed)
    assert held is not None
    assert held.returned != WHOLE
