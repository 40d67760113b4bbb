"""One role against the simulator over HTTP: what the others would send is played, and whatever is played is ours."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from simulator_line import NOW, Line, serving

from swsim.fixtures.batch import upload
from swsim.fixtures.chain import Chain, chain
from swsim.fixtures.later import Fate, Sold, Trip, refund, summaries
from swsim.fixtures.parties import parties, registry
from swsim.simulator.autopilot.settings import ROLES
from swsim.simulator.messages.arrival import Arrival, ArrivalHead, ArrivalList
from swsim.simulator.messages.codec import encode
from swsim.simulator.messages.departure import Departure, DepartureHead, DepartureList
from swsim.simulator.messages.inventory import Inventory
from swsim.simulator.messages.transfer import Document
from swsim.simulator.registry import PLAYED_DXP_ID

SEED = 7
AT = datetime.fromisoformat(NOW)
FIRMS = parties(SEED)
BARE: dict[str, Any] = {"traf_name": None, "voyage_no": None, "bill_no": None, "total_package_no": None}


def sales(count: int = 2) -> list[Chain]:
    """Sales whose lists leave transport to a master list."""
    made = [chain(SEED, index, AT) for index in range(count)]
    return [replace(one, inventory=_bare(one.inventory)) for one in made]


def _bare(listed: Inventory) -> Inventory:
    return listed.replaced(head=listed.head.replaced(**BARE, statistics_flag="B"))


async def send(line: Line, *documents: Document) -> None:
    """One message of documents of one kind, from the firm that sends such documents."""
    kind = documents[0].number
    head: Any = getattr(documents[0], "head", documents[0])
    guid = f"{head.guid[:-4]}{kind}0"
    await line.accepted(encode(upload(documents, FIRMS.sender(kind), guid=guid)))


async def playing(served: Line, role: str, **settings: Any) -> Line:
    """A sandbox that plays for a role, with the firms of the sales registered."""
    return await served.create(registry=registry(FIRMS), autopilot={"role": role}, **settings)


async def shown(line: Line, document: Any) -> Any:
    """What became of a document."""
    head = getattr(document, "head", document)
    return await line.document(document.number, *[str(getattr(head, name)) for name in type(document).key])


async def inputs(line: Line) -> list[dict[str, Any]]:
    """Messages that were taken in, in order."""
    return [one["data"] for one in await line.journal() if (one["kind"], one["what"]) == ("input", "message")]


def by_channel(messages: Iterable[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["channel"], one["messageType"][3:6]) for one in messages]


async def test_a_seller_alone_reaches_899(served: Line) -> None:
    """Order and list; the others' documents are played, the list is closed, nothing is refused or remarked."""
    line, made = await playing(served, "seller"), sales()
    await send(line, *[one.order for one in made])
    await send(line, *[one.inventory for one in made])
    await line.clock(advance="PT5M")
    for one in made:
        document = await shown(line, one.inventory)
        assert (document["state"], document["autopilot"]) == (899, False)
        assert [step["status"] for step in document["history"] if step["stage"] != "fill"] == [2, 3, 120, 399, 800, 899]
        assert [step for step in document["explain"] if step["kind"] == "fault"] == []
    assert by_channel(await inputs(line)) == [
        ("http", "303"),
        *(("autopilot", kind) for kind in ("403", "505")),
        ("http", "603"),
        *(("autopilot", kind) for kind in ("607", "507", "509")),
    ]


async def test_what_is_played_is_ours_and_kept_apart(served: Line) -> None:
    """Its returns go to the autopilot, acknowledged; the integrator's dxpId gets those of its own documents only."""
    line, (one,) = await playing(served, "seller"), sales(1)
    await send(line, one.order)
    await send(line, one.inventory)
    await line.clock(advance="PT5M")
    mine = [taken.root for firm in FIRMS.all for taken in await line.drain(firm.dxp_id)]
    assert Counter(mine) == {"CEB304Message": 3, "CEB604Message": 6}
    ours = await line.listed(dxpId=PLAYED_DXP_ID)
    assert {row["messageType"][3:6] for row in ours} == {"404", "506", "608", "508", "510"}
    assert all(row["acknowledged"] for row in ours)
    assert await line.take(PLAYED_DXP_ID) is None
    waybill = await line.document("505", one.logistics.logistics_code, one.logistics.logistics_no)
    assert (waybill["autopilot"], waybill["state"]) == (True, 399)


@pytest.mark.parametrize("profile", ["instant", "strict"])
async def test_other_profiles_close_the_list_too(served: Line, profile: str) -> None:
    line, made = await playing(served, "seller", profile={"base": profile, "signature": "report"}), sales()
    await send(line, *[one.order for one in made])
    await send(line, *[one.inventory for one in made])
    await line.clock(advance="PT5M")
    assert [(await shown(line, one.inventory))["state"] for one in made] == [899, 899]


async def test_a_logistics_firm_finds_sellers(served: Line) -> None:
    """A waybill brings an order, a payment and a list; the firm reports the departure itself."""
    line, (one,) = await playing(served, "logistics"), sales(1)
    await send(line, one.logistics)
    await line.clock(advance="PT5M")
    found = (await line.control("GET", f"/find?q={one.logistics.logistics_no}")).json["documents"]
    states = {document["kind"]: (document["state"], document["autopilot"]) for document in found}
    assert states == {"303": (120, True), "403": (120, True), "505": (399, False), "603": (800, True)}
    (listed,) = [document for document in found if document["kind"] == "603"]
    left = _leaving(one, await line.now())
    await send(line, left)
    await line.clock(advance="PT1M")
    agent, cop_no = listed["key"].split("~")
    assert (await line.document("603", agent, cop_no))["state"] == 899
    assert (await shown(line, left))["state"] == 399


def _leaving(one: Chain, now: datetime, place: int = 0) -> Departure:
    """The departure of a waybill, by mail, so that no bill of lading is named."""
    at = f"{now:%Y%m%d%H%M%S}"
    carrier = {"logistics_code": one.logistics.logistics_code, "logistics_name": one.logistics.logistics_name}
    head = DepartureHead(
        guid=f"{place:02d}" * 18, app_type="1", app_time=at, app_status="2", customs_code=FIRMS.district.code,
        cop_no=f"LEAVES-{place}",
        **carrier, traf_mode="6", leave_time=at, msg_count=1, msg_seq_no=1,
    )  # fmt: skip
    return Departure(head=head, lines=(DepartureList(gnum=1, logistics_no=one.logistics.logistics_no),))


@pytest.mark.parametrize(("role", "sends"), [("platform", "order"), ("payment", "receipts")])
async def test_what_begins_a_sale_brings_the_rest_of_it(served: Line, role: str, sends: str) -> None:
    """An order brings payment, waybill and list; a receipt an order worth it, and the others."""
    line, (one,) = await playing(served, role), sales(1)
    await send(line, getattr(one, sends))
    await line.clock(advance="PT5M")
    found = (await line.control("GET", f"/find?q={one.order.head.order_no}")).json["documents"]
    states = {document["kind"]: document["state"] for document in found}
    assert states == {"303": 120, "403": 120, "505": 399, "603": 899}


async def test_an_agent_alone_has_its_list_approved(served: Line) -> None:
    """Order, receipt and waybill come ahead of the list; the agent reports the master list itself."""
    line, (one,) = await playing(served, "agent"), sales(1)
    await send(line, one.inventory)
    assert by_channel(await inputs(line)) == [
        ("autopilot", "303"),
        ("autopilot", "403"),
        ("autopilot", "505"),
        ("http", "603"),
    ]
    await line.clock(advance="PT5M")
    document = await shown(line, one.inventory)
    assert document["state"] == 399
    assert [step for step in document["explain"] if step["kind"] == "fault"] == []


def _arriving(waybills: list[str], now: datetime) -> Arrival:
    """The arrival of waybills at the supervision site, by mail, so that no bill of lading is named."""
    head = ArrivalHead(
        guid="0C" * 18, app_type="1", app_time=f"{now:%Y%m%d%H%M%S}", app_status="2", ie_flag="E", traf_mode="6",
        customs_code=FIRMS.district.code, cop_no="ARRIVES-1", domestic_traf_no="TEST", msg_count=1, msg_seq_no=1,
        operator_code=FIRMS.operator.code, operator_name=FIRMS.operator.name,
        logistics_code=FIRMS.logistics.code, logistics_name=FIRMS.logistics.name,
    )  # fmt: skip
    lines = tuple(ArrivalList(gnum=gnum, logistics_no=number) for gnum, number in enumerate(waybills, 1))
    return Arrival(head=head, lines=lines)


async def test_a_site_is_told_of_sales(served: Line) -> None:
    """The autopilot begins sales where the role begins nothing; their lists stand at 399 until they arrive."""
    line = await playing(served, "site")
    got = await line.control("POST", "/autopilot/sales", {"count": 3})
    assert got.status == 202
    assert len(got.json["orders"]) == 3
    await line.clock(advance="PT5M")
    lists = [
        document
        for key in got.json["orders"]
        for document in (await line.control("GET", f"/find?q={key.split('~')[-1]}")).json["documents"]
        if document["kind"] == "603"
    ]
    assert [one["state"] for one in lists] == [399, 399, 399]
    await send(line, _arriving([one["numbers"]["logisticsNo"] for one in lists], await line.now()))
    await line.clock(advance="PT5M")
    for one in lists:
        assert (await line.document("603", *one["key"].split("~")))["state"] == 899


async def test_returned_goods_are_tallied(served: Line) -> None:
    """A 213 whose 215 is played is released."""
    line, (one,) = await playing(served, "seller"), sales(1)
    await send(line, one.order)
    await send(line, one.inventory)
    await line.clock(advance="PT5M")
    given = (await shown(line, one.inventory))["numbers"]["invtNo"]
    await line.clock(advance="P20DT4H")
    application = refund(Trip(SEED, 0, AT, FIRMS), Sold(one, Fate.RETURNED, given))
    await send(line, application)
    await line.clock(advance="PT5M")
    assert (await shown(line, application))["state"] == 800


async def test_a_list_that_comes_again_takes_its_documents_along(served: Line) -> None:
    """The waybill that was played for a rejected list is changed to what the list says now."""
    line, (one,) = await playing(served, "agent"), sales(1)
    fault = {"id": "once", "kind": "603", "key": "*", "action": "reject", "status": 100}
    assert (await line.control("PUT", "/faults", {"faults": [fault]})).status == 200
    await send(line, one.inventory)
    await line.clock(advance="PT1M")
    assert (await shown(line, one.inventory))["state"] == 100
    head = one.inventory.head
    heavier = head.replaced(
        guid="0A" * 18, app_time=f"{await line.now():%Y%m%d%H%M%S}", gross_weight=head.gross_weight + 1
    )
    await send(line, one.inventory.replaced(head=heavier))
    await line.clock(advance="PT1M")
    document = await shown(line, one.inventory)
    assert document["state"] == 399
    assert [step for step in document["explain"] if step["rule"] == "MAT-06"] == []
    assert [step["status"] for step in (await shown(line, one.logistics))["history"]] == [2, 3, 399, 2, 3, 399]


async def test_a_list_that_is_refused_as_it_stands_brings_nothing(served: Line) -> None:
    line, (one,) = await playing(served, "agent"), sales(1)
    await send(line, one.inventory.replaced(head=one.inventory.head.replaced(net_weight="0")))
    assert by_channel(await inputs(line)) == [("http", "603")]


async def test_without_the_autopilot_the_list_is_rejected(served: Line) -> None:
    """ORD-01 is satisfied by what was played, by nothing else."""
    line, (one,) = await served.create(registry=registry(FIRMS)), sales(1)
    await send(line, one.order)
    await send(line, one.inventory)
    await line.clock(advance="PT5M")
    assert (await shown(line, one.inventory))["state"] == 100


async def test_what_is_played_can_be_changed(served: Line) -> None:
    """An arrival that is planned is not played any more once the integrator takes it over; delays are the sandbox's."""
    line, (one,) = await playing(served, "seller"), sales(1)
    said = {"plays": ["403", "505", "607", "507", "509"], "after": {"507": [3600, 3600]}}
    got = await line.control("PUT", "/autopilot", said)
    assert (got.json["plays"], got.json["after"]) == (said["plays"], {"507": [3600, 3600]})
    await send(line, one.order)
    await send(line, one.inventory)
    stands = await line.clock(advance="PT5M")
    assert stands["next"]["what"] == "play 507"
    await line.control("PUT", "/autopilot", {"plays": ["403", "505", "607", "509"]})
    await line.clock(advance="PT2H")
    assert (await shown(line, one.inventory))["state"] == 399


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"role": "banker"}, "expected one of seller"),
        ({"role": "seller", "plays": []}, "role or plays"),
        ({"plays": ["999"]}, "expected a list of kinds"),
        ({"plays": ["603"]}, "603 goes with 303 or 505"),
        ({"after": {"900": 1}}, "autopilot after"),
        ({"after": {"507": -1}}, "after 507"),
        ({"customs": "54"}, "4 digits"),
        ({"firms": {}}, "a list of enterprises"),
        ({"firms": []}, "an enterprise of each role"),
        ([], "a JSON object"),
    ],
)
async def test_a_wrong_setting_says_what_was_expected(line: Line, said: Any, expected: str) -> None:
    got = await line.control("PUT", "/autopilot", said)
    assert got.status == 400
    assert expected in json.dumps(got.problem, ensure_ascii=False)


@pytest.mark.parametrize("said", [{"count": 0}, {"count": 101}, {"count": "3"}, {}, {"count": 3}])
async def test_sales_are_counted_and_declared_by_somebody(line: Line, said: Any) -> None:
    """Also refused where 603 is not played: the last of these."""
    assert (await line.control("POST", "/autopilot/sales", said)).status == 400


@pytest.mark.parametrize("role", sorted(ROLES))
async def test_each_role_is_kept(tmp_path: Path, role: str) -> None:
    """What is played survives a restart."""
    async with serving(tmp_path / "kept.sqlite3") as line:
        before = (await line.control("PUT", "/autopilot", {"role": role})).json
    async with serving(tmp_path / "kept.sqlite3") as line:
        assert (await line.control("GET", "/autopilot")).json == before
        assert set(before["plays"]) <= set(ROLES[role])


async def test_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """What is to be played is kept in the store: a restart between two documents loses nothing."""
    made = sales()
    async with serving(tmp_path / "kept.sqlite3") as line:
        await line.control("PUT", "/autopilot", {"role": "seller"})
        await send(line, *[one.order for one in made])
        await send(line, *[one.inventory for one in made])
        await line.clock(advance="PT15S")
    async with serving(tmp_path / "kept.sqlite3") as line:
        await line.clock(advance="PT5M")
        assert [(await shown(line, one.inventory))["state"] for one in made] == [899, 899]


async def test_a_replay_of_the_inputs_plays_the_same(tmp_path: Path) -> None:
    """The integrator's messages and clock again, without what was played: the journal is the same to the byte."""
    made, digests = sales(), []
    for name in ("one", "two"):
        async with serving(tmp_path / f"{name}.sqlite3") as served:
            line = await playing(served, "seller")
            await send(line, *[one.order for one in made])
            await send(line, *[one.inventory for one in made])
            await line.clock(advance="PT5M")
            journal = await line.journal()
            digests.append([one["digest"] for one in journal])
            assert [one["kind"] for one in journal].count("channel") == 0
    assert digests[0] == digests[1]


async def test_a_jump_plays_everything_at_its_time(served: Line) -> None:
    """A month in one jump: each played message is received at its due time, not at the end of the jump."""
    line, (one,) = await playing(served, "seller"), sales(1)
    await send(line, one.order)
    await send(line, one.inventory)
    await line.clock(advance="P30D")
    assert (await shown(line, one.inventory))["history"][-1]["at"] < "2026-01-05T09:02"


async def test_a_seller_alone_reaches_month_end(served: Line) -> None:
    """Its lists are closed by what is played; it sends the summary itself, and the declarations are made."""
    line, made = await playing(served, "seller"), sales()
    await send(line, *[one.order for one in made])
    await send(line, *[one.inventory for one in made])
    await line.clock(advance="PT5M")
    given = [(await shown(line, one.inventory))["numbers"]["invtNo"] for one in made]
    await line.clock(advance_to="2026-02-08T10:00:00+08:00")
    trip = Trip(SEED, 0, AT, FIRMS)
    sold = [Sold(one, Fate.LEAVES, number) for one, number in zip(made, given, strict=True)]
    (application,) = summaries(trip, sold)
    await send(line, application)
    await line.clock(advance="P2D")
    assert (await shown(line, application))["state"] == 399
    roots = Counter(taken.root for taken in await line.drain(FIRMS.agent.dxp_id))
    assert roots["CEB792Message"] >= 1


@pytest.mark.parametrize("role", ["platform", "payment", "logistics"])
async def test_the_summary_is_played_where_others_declare(served: Line, role: str) -> None:
    """On the 5th of the next month, once for a seller, agent and customs; nothing is left unsummarised."""
    line, made = await playing(served, role), sales()
    first = {"platform": "order", "payment": "receipts", "logistics": "logistics"}[role]
    for one in made:  # two messages, two departures
        await send(line, getattr(one, first))
        await line.clock(advance="PT5M")
    if role == "logistics":
        await send(line, *[_leaving(one, await line.now(), place) for place, one in enumerate(made)])
    await line.clock(advance_to="2026-02-20T00:00:00+08:00")
    summed = [one for one in await inputs(line) if one["messageType"] == "CEB701Message"]
    assert [(one["channel"], len(one["documents"])) for one in summed] == [("autopilot", 1)]
    (application,) = summed[0]["documents"]
    agent, cop_no, part = application["key"].split("~")
    document = await line.document("701", agent, cop_no, part)
    assert (document["state"], document["autopilot"]) == (399, True)
    assert document["history"][0]["at"].startswith("2026-02-05T10:00")


async def test_a_waybill_may_be_stored_with_120(served: Line) -> None:
    """The other reading of a 506 is only said otherwise: it finds sellers too."""
    line, (one,) = await playing(served, "logistics", profile={"base": "standard", "logistics_success": 120}), sales(1)
    await send(line, one.logistics)
    await line.clock(advance="PT5M")
    assert [step["status"] for step in (await shown(line, one.logistics))["history"]] == [2, 3, 120]
    found = (await line.control("GET", f"/find?q={one.logistics.logistics_no}")).json["documents"]
    assert {document["kind"]: document["state"] for document in found}["603"] == 800


async def test_a_list_with_its_bill_needs_no_master_list(served: Line) -> None:
    """It arrives as soon as it is approved, and leaves under its own bill."""
    line, (one,) = await playing(served, "seller"), sales(1)
    named = {"traf_name": "TEST", "voyage_no": "TEST1", "bill_no": "TESTBILL1"}
    await send(line, one.order)
    await send(line, one.inventory.replaced(head=one.inventory.head.replaced(**named)))
    await line.clock(advance="PT5M")
    assert (await shown(line, one.inventory))["state"] == 899
    assert "607" not in {kind for _, kind in by_channel(await inputs(line))}


async def test_an_inspected_list_leaves_when_it_is_released(served: Line) -> None:
    """500 holds it; the departure is played behind the 800."""
    line, (one,) = await playing(served, "seller", profile={"base": "standard", "inspection_rate": 1.0}), sales(1)
    await send(line, one.order)
    await send(line, one.inventory)
    await line.clock(advance="PT5M")
    assert (await shown(line, one.inventory))["state"] == 500
    await line.clock(advance="PT3H")
    told = [step["status"] for step in (await shown(line, one.inventory))["history"] if step["stage"] != "fill"]
    assert told == [2, 3, 120, 399, 500, 800, 899]
