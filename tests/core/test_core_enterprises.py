"""What the registry says of an enterprise is asked of every document that names it (rules.md §3)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from core_desk import FIRMS, STANDARD, STRICT, Desk, changed, described_registry, rows, sale
from core_shipment import TRIP, Shipment

from swsim.fixtures.later import refund
from swsim.simulator.core import rules
from swsim.simulator.core.model import Decision
from swsim.simulator.core.rules import RULES
from swsim.simulator.registry import Registry

S = sale()
BY_REGISTRY = {
    "ENT-02",
    "ENT-03",
    "ENT-07",
    "ENT-01/district",
    "ENT-08",
    "ENT-08/open",
    "ENT-12",
    "ENT-12/605",
    "ENT-12/213",
    "ENT-12/607",
    "ENT-13",
    "ENT-04",
    "ENT-04/form",
    "ENT-05",
    "ENT-06",
    "ENT-06/cash",
    "ENT-10",
    "ENT-10/warehouse",
}
LIST = changed(S.inventory, customs_code=FIRMS.district.code)
"""The plain list at the customs where its firms are registered."""


def known(mode: str = "closed", **changes: dict[str, Any]) -> Registry:
    """The firms of the sale; `changes` are what is said otherwise of the firm in a role."""
    found = dict(described_registry().enterprises)
    for role, said in changes.items():
        code = getattr(FIRMS, role).code
        found[code] = replace(found[code], **said)
    return Registry(mode, found)  # type: ignore[arg-type] # open or closed


def judged(registry: Registry, document: Any, profile: Any = STANDARD, **via: Any) -> Decision:
    """What is decided on a document on arrival, under a registry."""
    return Desk(profile, registry=registry).send(document, **via)[0]


BUSINESS = changed(LIST, trade_mode="9710")
Case = tuple[str, Registry, Any, dict[str, Any], int, tuple[bool, bool]]
OTHER = {"code": FIRMS.agent.code, "customs": ["9999"]}
PAST = {"code": FIRMS.agent.code, "to": "2026-01-04"}
CASES: list[Case] = [
    ("ENT-02", known(agent={"registration": "info"}), LIST, {}, -10101, (True, True)),
    ("ENT-03", known(ebc={"roles": ("ebp",)}), S.order, {}, -10101, (False, True)),
    ("ENT-03", known(logistics={"roles": ("ebc",)}), S.logistics, {}, -10101, (False, True)),
    ("ENT-07", known(logistics={"permit": False}), S.logistics, {}, -10101, (True, True)),
    ("ENT-07", known(logistics={"permit": False}), LIST, {}, -10101, (True, True)),
    ("ENT-01/district", known(agent={"customs": ("9999",)}), LIST, {}, -10102, (False, True)),
    ("ENT-08", known(ebc={"name": "测试另一企业"}), S.order, {}, -301008, (True, True)),
    ("ENT-08", known(pay={"name": "测试另一企业"}), S.receipts, {}, -401009, (True, True)),
    ("ENT-08", known(ebc={"name": "测试另一企业"}), LIST, {}, -621001, (True, True)),
    ("ENT-08/open", known("open", ebc={"name": "测试另一企业"}), S.order, {}, -301008, (False, False)),
    ("ENT-12", known(ebc={"authorises": ()}), LIST, {}, -621016, (False, True)),
    ("ENT-12", known(ebc={"authorises": (OTHER,)}), LIST, {}, -621016, (False, True)),
    ("ENT-12", known(ebc={"authorises": (PAST,)}), LIST, {}, -621016, (False, True)),
    *[
        ("ENT-04", known(), changed(document, ebp_code="无"), {}, code, (True, True))
        for document, code in ((S.order, -301008), (S.receipts, -401009), (LIST, -621001))
    ],
    ("ENT-04/form", known(), changed(S.order, ebp_code="NO"), {}, -301008, (True, True)),
    ("ENT-04/form", known("open"), changed(LIST, ebp_code="NO"), {}, -621001, (True, True)),
    ("ENT-05", known(), changed(LIST, owner_code="91440300708461136T"), {}, -621001, (True, True)),
    ("ENT-05", known("open"), changed(LIST, owner_code="无"), {}, -621001, (True, True)),
    ("ENT-06", known(), changed(S.receipts, pay_code=None), {}, -401009, (True, True)),
    ("ENT-06/cash", known(), changed(S.receipts, pay_no=None), {}, -401009, (False, True)),
    ("ENT-06/cash", known(), changed(S.receipts, pay_code=None, pay_name="TEST Pay Ltd"), {}, -401009, (False, True)),
    ("ENT-10", known(ebc={"registration": "info"}), BUSINESS, {}, 100, (True, True)),
    ("ENT-13", known(), S.logistics, {"cop_code": FIRMS.ebc.code, "dxp_id": FIRMS.ebc.dxp_id}, -504011, (False, True)),
]
IDS = [f"{row} {document.number} {i}" for i, (row, _, document, *_) in enumerate(CASES)]


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_what_the_registry_says_is_asked(case: Case, strict: bool) -> None:
    """The row speaks, refuses in the profiles it should, and answers with its code."""
    row, registry, document, via, code, refuses = case
    decision = judged(registry, document, STRICT if strict else STANDARD, **via)
    assert row in rows(decision)
    assert (row in {fault.rule for fault in decision.faults}) is refuses[strict]
    if refuses[strict]:
        assert int(decision.status) == code


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_without_its_row_nobody_asks(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule taken out of the table does not speak."""
    row, registry, document, via, *_ = case
    for place, checks in rules.CHECKS.items():
        monkeypatch.setitem(rules.CHECKS, place, tuple(pair for pair in checks if pair[1].row != row))
    assert row not in rows(judged(registry, document, **via))


@pytest.mark.parametrize("profile", [STANDARD, STRICT])
def test_firms_as_they_are_registered_are_not_spoken_of(profile: Any) -> None:
    """The plain sale, under all that the registry says of its firms."""
    desk = Desk(profile, registry=known())
    for document in (S.order, S.receipts, S.logistics, LIST):
        assert not rows(desk.send(document)[0]) & BY_REGISTRY


def test_every_row_of_the_registry_has_a_case() -> None:
    """A rule added to the table without a case fails here, or in `test_core_rules`."""
    assert (
        {row for row, *_ in CASES} | {"ENT-12/605", "ENT-12/213", "ENT-12/607", "ENT-10/warehouse"}
        == BY_REGISTRY
        <= {rule.row for rule in RULES}
    )


def test_an_agent_cancels_for_who_authorised_it() -> None:
    """ENT-12 of a cancellation has its own code."""
    shipment = Shipment()
    code = FIRMS.ebc.code
    firms = dict(shipment.desk.registry.enterprises)
    shipment.desk.registry = Registry("closed", firms | {code: replace(firms[code], authorises=())})
    shipment.desk.profile = STRICT
    decision = next(one for one in shipment.report(shipment.cancelled()) if one.subject.kind == "605")
    assert (int(decision.status), rows(decision)) == (-623026, {"ENT-12/605"})


@pytest.mark.parametrize(
    ("said", "strict", "status", "spoken"),
    [
        ((), True, 100, {"ENT-12/607"}),
        ((), False, 120, {"ENT-12/607"}),
        ((FIRMS.agent.code,), True, 120, set[str]()),
        (({"code": FIRMS.agent.code, "to": "2026-01-04"},), True, 100, {"ENT-12/607"}),
    ],
)
def test_an_agent_fills_lists_for_who_authorised_it(said: Any, strict: bool, status: int, spoken: set[str]) -> None:
    """ENT-12 of a master list: the consignors are those of its lists, and one row says it of each once."""
    shipment = Shipment()
    code, firms = FIRMS.ebc.code, dict(shipment.desk.registry.enterprises)
    shipment.desk.registry = Registry("closed", firms | {code: replace(firms[code], authorises=said)})
    shipment.desk.profile = STRICT if strict else STANDARD
    told = [one for one in shipment.report(*shipment.master) if one.subject.kind == "607"][-1]
    assert (int(told.status), rows(told)) == (status, spoken)
    assert len([*told.faults, *told.remarks]) == len(spoken), "two lists of one consignor"


def test_a_consignor_nobody_described_authorises_whom_it_likes() -> None:
    """ENT-12 of a master list in an open registry; and a consignor that is its own agent."""
    shipment = Shipment(registry=Registry("open", {}))
    shipment.desk.profile = STRICT
    told = [one for one in shipment.report(*shipment.master) if one.subject.kind == "607"][-1]
    assert "ENT-12/607" not in rows(told)


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        (FIRMS.agent.code, True),
        ({"code": FIRMS.agent.code}, True),
        ({"code": FIRMS.agent.code, "customs": [FIRMS.district.code]}, True),
        ({"code": FIRMS.agent.code, "from": "2026-01-05", "to": "2026-01-05"}, True),
        ({"code": FIRMS.agent.code, "from": "2026-01-06"}, False),
        ({"code": FIRMS.agent.code, "to": "2026-01-04"}, False),
        ({"code": FIRMS.logistics.code}, False),
    ],
)
def test_an_authorisation_has_a_district_and_days(said: Any, fits: bool) -> None:
    """Both days belong to it; nothing said is everything."""
    decision = judged(known(ebc={"authorises": (said,)}), LIST)
    assert ("ENT-12" not in rows(decision)) is fits


def test_a_seller_that_declares_itself_needs_nobodys_leave() -> None:
    """The consignor is its own agent."""
    firm = FIRMS.ebc
    registry = known(ebc={"authorises": (), "roles": ("ebc", "agent"), "registration": "customs"})
    own = changed(LIST, agent_code=firm.code, agent_name=LIST.head.ebc_name)
    assert not rows(judged(registry, own, STRICT)) & BY_REGISTRY


@pytest.mark.parametrize("written", [" {} ", "{}"])
def test_forms_of_a_name_count_as_one(written: str) -> None:
    """Half-width and full-width characters, and space around it."""
    name = "测试（深圳）ＴＥＳＴ有限公司"
    registry = known(ebc={"name": "测试(深圳)TEST有限公司"})
    assert "ENT-08" not in rows(judged(registry, changed(S.order, ebc_name=written.format(name))))


def test_an_enterprise_seen_first_today_is_not_judged_by_what_nobody_said() -> None:
    """An open registry enrols it with its code; name, role and permit are not held against it."""
    desk = Desk(STRICT, registry=Registry("open", {}))
    for document in (S.order, S.receipts, S.logistics, LIST):
        assert not rows(desk.send(document)[0]) & BY_REGISTRY
    assert all(one.enrolled for one in desk.registry.enterprises.values())


def test_an_order_for_a_warehouse_abroad_names_it_in_the_place_of_the_platform() -> None:
    """orderType W: ebpName is the warehouse's (§2.1.4)."""
    other: Callable[[str], Any] = lambda kind: changed(S.order, order_type=kind, ebp_name="TEST 海外仓")  # noqa: E731
    assert "ENT-08" not in rows(judged(known(), other("W")))
    assert "ENT-08" in rows(judged(known(), other("E")))


@pytest.mark.parametrize(
    ("document", "row"),
    [
        (changed(S.order, ebp_code="无", ebp_name="TEST Foreign Mall"), "ENT-04"),
        (changed(LIST, owner_code="NO"), "ENT-05"),
        (changed(S.receipts, pay_code=None, pay_no=None, pay_name="现金支付"), "ENT-06"),
        (changed(S.receipts, pay_code=None, pay_no=None, pay_name="现金支付"), "ENT-06/cash"),
        (changed(LIST, trade_mode="9710"), "ENT-10"),
    ],
)
def test_what_stands_for_no_code_is_let_pass(document: Any, row: str) -> None:
    """A platform abroad, an owner that is not registered, cash, a seller that is filed."""
    assert row not in rows(judged(known(), document, STRICT))


@pytest.mark.parametrize("code", ["无", "NO"])
@pytest.mark.parametrize("document", [S.logistics, LIST])
def test_only_platform_and_owner_go_without_a_code(document: Any, code: str) -> None:
    """ENT-11: of a logistics firm both are malformed."""
    decision = judged(known("open"), changed(document, logistics_code=code))
    assert (int(decision.status), "ENT-11" in rows(decision)) == (-10102, True)


@pytest.mark.parametrize(
    ("now", "overseas", "speaks"),
    [
        ("2024-12-14T23:59:59+08:00", False, True),
        ("2024-12-14T23:59:59+08:00", True, False),
        ("2024-12-15T00:00:00+08:00", False, False),
    ],
)
def test_an_overseas_warehouse_is_filed_until_a_day(now: str, overseas: bool, speaks: bool) -> None:
    """ENT-10/warehouse: by appTime; answered 100."""
    at = datetime.fromisoformat(now)
    listed = changed(LIST, trade_mode="9810", app_time=f"{at:%Y%m%d%H%M%S}", ie_date=f"{at:%Y%m%d}")
    desk = Desk(registry=known(ebc={"overseas": overseas}), now=at)
    decision = desk.send(listed)[0]
    assert ("ENT-10/warehouse" in rows(decision)) is speaks
    if speaks:
        assert int(decision.status) == 100


def test_without_its_row_no_warehouse_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for place, checks in rules.CHECKS.items():
        monkeypatch.setitem(rules.CHECKS, place, tuple(pair for pair in checks if pair[1].row != "ENT-10/warehouse"))
    test_an_overseas_warehouse_is_filed_until_a_day("2024-12-14T23:59:59+08:00", overseas=False, speaks=False)


@pytest.mark.parametrize(
    ("now", "fits"),
    [
        ("2026-01-04T23:59:59+08:00", False),
        ("2026-01-05T00:00:00+08:00", True),
        ("2026-01-06T23:59:59+08:00", True),
        ("2026-01-07T00:00:00+08:00", False),
    ],
)
def test_an_authorisation_is_judged_by_customs_clock(now: str, fits: bool) -> None:
    """ENT-12: whatever appTime says."""
    said = {"code": FIRMS.agent.code, "from": "2026-01-05", "to": "2026-01-06"}
    decision = Desk(registry=known(ebc={"authorises": (said,)}), now=datetime.fromisoformat(now)).send(LIST)[0]
    assert ("ENT-12" not in rows(decision)) is fits


def test_an_agent_brings_back_for_who_authorised_it() -> None:
    """ENT-12 and ENT-02 of returned goods."""
    shipment = Shipment()
    shipment.report(*shipment.arrival)
    shipment.report(*shipment.departure)
    desk, application = shipment.desk, refund(TRIP, shipment.sold[0])
    seller, agent, firms = FIRMS.ebc.code, FIRMS.agent.code, dict(shipment.desk.registry.enterprises)
    desk.registry = Registry("closed", firms | {seller: replace(firms[seller], authorises=())})
    desk.profile = STRICT
    decision = next(one for one in shipment.report(application) if one.subject.kind == "213")
    assert (int(decision.status), rows(decision) & BY_REGISTRY) == (-625021, {"ENT-12/213"})
    desk.registry = Registry("closed", firms | {agent: replace(firms[agent], registration="info")})
    desk.profile = STANDARD
    decision = next(one for one in shipment.report(application) if one.subject.kind == "213")
    assert (int(decision.status), rows(decision) & BY_REGISTRY) == (-10101, {"ENT-02"})
