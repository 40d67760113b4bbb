"""A parcel's way: what an outside client sees that knows the annex and the contract, nothing else."""

import asyncio
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from simulator_annex import ANSWERS, DXP, SELLER, Sale, guid, message
from simulator_line import NOW, Line, Taken, reference, serving

BEIJING = timezone(timedelta(hours=8))
BEGIN = datetime(2026, 1, 5, 9, tzinfo=BEIJING)
SALE = Sale("O-1")
FINAL = {"303": 120, "403": 120, "505": 399, "603": 399}
SECOND = timedelta(seconds=1)


def instant(text: str) -> datetime:
    """A returnTime, yyyyMMddHHmmssfff, Beijing time."""
    assert re.fullmatch(r"\d{17}", text)
    return datetime.strptime(text + "000", "%Y%m%d%H%M%S%f").replace(tzinfo=BEIJING)


def told(returns: list[Taken], kind: str) -> list[dict[str, str]]:
    """The records that answer a kind of document, in the order they came."""
    return [record for one in returns if one.root == ANSWERS[kind] for record in one.records]


def statuses(returns: list[Taken], kind: str) -> list[int]:
    return [int(record["returnStatus"]) for record in told(returns, kind)]


async def send(line: Line, sale: Sale = SALE, kinds: str = "303 403 505 603", *, prefix: bool = False) -> None:
    """Send documents of a sale, each in a message of its own, in the order of `kinds`."""
    for kind in kinds.split():
        await line.accepted(message(kind, sale.document(kind), prefix=prefix))


async def faults(line: Line, sale: Sale, kind: str) -> list[str]:
    """Rule ids of what a document was refused for."""
    return [one["rule"] for one in (await line.document(kind, *sale.key(kind)))["explain"] if one["kind"] == "fault"]


# --- the way to 399 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", [False, True])
async def test_a_parcel_goes_from_order_to_399(line: Line, *, prefix: bool) -> None:
    """Order and receipt 2, 3, 120; waybill 2, 3, 399; list 2, 3, 120, 399: with the delays of profile `standard`."""
    await send(line, prefix=prefix)
    await line.clock(advance="PT1M")
    returns = await line.drain()
    for kind, final in FINAL.items():
        records = told(returns, kind)
        seen = [int(one["returnStatus"]) for one in records]
        assert seen == ([2, 3, 120, 399] if kind == "603" else [2, 3, final]), kind
        times = [instant(one["returnTime"]) for one in records]
        assert times[0] == BEGIN
        assert times[1] == BEGIN + SECOND
        assert BEGIN + 3 * SECOND <= times[2] <= BEGIN + 8 * SECOND
        assert times == sorted(times)
    times = [instant(one["returnTime"]) for one in told(returns, "603")]
    assert 2 * SECOND <= times[3] - times[2] <= 5 * SECOND
    assert (await line.control("GET", "/clock")).json["next"] is None


async def test_a_parcel_goes_through_a_store_in_memory() -> None:
    """`--db :memory:` keeps nothing, and does everything else."""
    async with serving(Path(":memory:")) as line:
        await line.control("PUT", "/profile", "instant")
        await send(line)
        returns = await line.drain()
        assert {kind: statuses(returns, kind)[-1] for kind in FINAL} == FINAL


async def test_returns_repeat_the_keys_of_their_documents(line: Line) -> None:
    """A client ties a return to its document by the fields the annex gives it, and to nothing else."""
    await send(line)
    await line.clock(advance="PT1M")
    returns = await line.drain()
    for record in told(returns, "303"):
        assert (record["ebcCode"], record["ebpCode"], record["orderNo"]) == SALE.key("303")
    for record in told(returns, "403"):
        assert (record["ebcCode"], record["orderNo"], record["payNo"]) == SALE.key("403")
    for record in told(returns, "505"):
        assert (record["logisticsCode"], record["logisticsNo"]) == SALE.key("505")
    for record in told(returns, "603"):
        assert (record["agentCode"], record["copNo"]) == SALE.key("603")
        assert (record["orderNo"], record["statisticsFlag"]) == ("O-1", "B")


async def test_numbers_are_given_when_the_annex_says(line: Line) -> None:
    """preNo (18 characters) before the first return and the same in all; invtNo empty until 399."""
    await send(line)
    await line.clock(advance="PT1M")
    records = told(await line.drain(), "603")
    [pre_no] = {record["preNo"] for record in records}
    assert re.fullmatch(r"B20260105\d{9}", pre_no)
    assert [record["invtNo"] for record in records[:3]] == ["", "", ""]
    assert re.fullmatch(r"53142026E\d{9}", records[3]["invtNo"])


async def test_guids_of_returns_are_new_and_upper_case(line: Line) -> None:
    """36 characters, every message and record its own."""
    await send(line)
    await line.clock(advance="PT1M")
    returns = await line.drain()
    found = [re.findall(r'guid="([^"]*)"', one.body.decode())[0] for one in returns]
    found += [record["guid"] for one in returns for record in one.records]
    assert len(set(found)) == len(found) == 26
    assert all(re.fullmatch(r"[0-9A-F-]{36}", one) for one in found)


@pytest.mark.parametrize("prefix", ["", "ceb"])
async def test_every_return_is_valid_by_the_official_schema(line: Line, prefix: str) -> None:
    """Accepted, refused and rejected ones, in both forms of the wire."""
    schema = etree.XMLSchema(etree.parse(reference("gacc-202205/xsd/export-business-202205.xsd")))
    await line.control("PUT", "/profile", {"base": "standard", "prefix": prefix})
    await send(line)
    await send(line)  # every key is taken: negative codes
    await send(line, Sale("O-2"), "603")  # without its order: 100
    odd = Sale("O-3 <&> 测试 ]]>", seller=("", ""), goods_value="27")
    await send(line, odd, "303 403 603")
    await line.accepted(message("603", *(Sale(f"N-{n}").document("603") for n in range(100))))
    await line.clock(advance="PT1M")
    returns = await line.drain()
    assert {status for one in returns for status in one.statuses} >= {2, 3, 100, 120, 399, -301010, -621004}
    for one in returns:
        schema.assertValid(etree.fromstring(one.body))
        assert (b"<ceb:CEB" in one.body) == (prefix == "ceb")


async def test_a_message_of_100_lists_is_answered_in_one_return_a_stage(line: Line) -> None:
    """A message's documents travel together; each has its own record, in the order of the message."""
    sales = [Sale(f"N-{n}") for n in range(100)]
    for kind in FINAL:
        await line.accepted(message(kind, *(sale.document(kind) for sale in sales)))
    await line.clock(advance="PT1M")
    returns = [one for one in await line.drain() if one.root == ANSWERS["603"]]
    assert [set(one.statuses) for one in returns] == [{2}, {3}, {120}, {399}]
    for one in returns:
        assert [record["orderNo"] for record in one.records] == [sale.order_no for sale in sales]
        assert len({record["returnTime"] for record in one.records}) == 1


async def test_one_bad_document_does_not_reject_its_neighbours(line: Line) -> None:
    """Each is judged alone; the return says which was refused."""
    bad = Sale("O-2", goods_value="1")
    await line.accepted(
        message("303", SALE.document("303"), bad.document("303"), Sale("O-3").document("303"), SALE.document("303"))
    )
    [first] = await line.drain()
    assert first.statuses == [2, -301008, 2, -301010]
    await line.clock(advance="PT1M")
    later = await line.drain()
    assert [one.statuses for one in later] == [[3, 3], [120, 120]]
    assert [record["orderNo"] for record in later[0].records] == ["O-1", "O-3"]


# --- the order of things ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("late", ["303", "403", "505"])
async def test_a_list_before_its_data_is_rejected_although_the_data_came_a_second_later(line: Line, late: str) -> None:
    """Judged by what had been received when the list was received, not by what is there when the match runs."""
    first = " ".join(kind for kind in ("303", "403", "505") if kind != late)
    await send(line, kinds=f"{first} 603")
    await line.clock(advance="PT1S")
    await send(line, kinds=late)
    await line.clock(advance="PT1M")
    returns = await line.drain()
    assert statuses(returns, "603") == [2, 3, 100]
    assert statuses(returns, late)[-1] == FINAL[late]
    assert set(await faults(line, SALE, "603")) == {"PAY-01" if late == "403" else "ORD-01"}
    [said] = [o for o in (await line.document("603", *SALE.key("603")))["explain"] if o["kind"] == "fault"]
    assert "2026-01-05T09:00:01" in said["found"]
    assert told(returns, "603")[-1]["returnInfo"].startswith("[Code:")


async def test_data_received_in_the_same_instant_but_before_the_list_is_there(line: Line) -> None:
    """The journal's order counts, not the clock's resolution; nothing has reached 120 yet."""
    await send(line)
    assert {entry["at"] for entry in await line.journal()} == {NOW}
    await line.clock(advance="PT1M")
    assert (await line.document("603", *SALE.key("603")))["state"] == 399


@pytest.mark.parametrize(
    ("regime", "day", "final"),
    [
        ("2018-194", "20260105", 100),
        ("2024-167", "20260105", 399),
        ("by-date", "20260105", 399),
        ("by-date", "20241214", 100),
        ("by-date", "20241215", 399),
    ],
)
async def test_the_regime_says_whether_a_payment_receipt_is_needed(
    served: Line, regime: str, day: str, final: int
) -> None:
    """From 2024-12-15 a list needs the transaction and the logistics data only."""
    at = f"{day[:4]}-{day[4:6]}-{day[6:]}T09:00:00+08:00"
    line = await served.create(regime=regime, clock={"mode": "virtual", "now": at})
    sale = Sale("O-1", at=f"{day}090000")
    await send(line, sale, "303 505 603")
    await line.clock(advance="PT1M")
    assert (await line.document("603", *sale.key("603")))["state"] == final


async def test_a_refused_order_is_not_there(line: Line) -> None:
    """The list of an order that was refused is rejected, and both say why."""
    sale = Sale("O-1", goods_value="30")
    await send(line, sale)
    await line.clock(advance="PT1M")
    assert await faults(line, sale, "303") == ["ORD-12"]
    assert "ORD-01" in await faults(line, sale, "603")
    assert (await line.document("603", *sale.key("603")))["state"] == 100


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"lines": (("2", "12.50", "25"), ("1", "3", "3"), ("1", "1", "1"))}, "MAT-02"),
        ({"lines": (("1", "25", "25"), ("1", "3", "3"))}, "MAT-03"),
        ({"seller": (SELLER[0], "TEST 另一家")}, "MAT-01"),
    ],
)
async def test_a_list_that_does_not_match_its_order_is_rejected(line: Line, changes: Any, rule: str) -> None:
    """The three-document match names the field and both values."""
    await send(line, kinds="303 403 505")
    await send(line, Sale("O-1", **changes), "603")
    await line.clock(advance="PT1M")
    assert (await line.document("603", *SALE.key("603")))["state"] == 100
    assert rule in await faults(line, SALE, "603")
    told_now = told(await line.drain(), "603")[-1]["returnInfo"]
    assert told_now.startswith("[Code:")
    assert "Desc:" in told_now


async def test_a_rejected_list_may_come_again_corrected(line: Line) -> None:
    """Under its key, by appType 1 or 2; the history tells both lives."""
    await send(line, kinds="603")
    await line.clock(advance="PT1M")
    await send(line, kinds="303 403 505")
    again = Sale("O-1", at="20260105090100")
    await line.accepted(message("603", again.document("603", app_type="2")))
    await line.clock(advance="PT1M")
    history = (await line.document("603", *SALE.key("603")))["history"]
    assert [step["status"] for step in history] == [2, 3, 100, 2, 3, 120, 399]
    [pre_no] = {record["preNo"] for record in told(await line.drain(), "603")}
    assert pre_no


# --- keys and states --------------------------------------------------------------------------------------------------


async def test_the_same_documents_again_are_duplicates_and_change_nothing(line: Line) -> None:
    """Each kind has its code, the state stays, and no due work is planned twice."""
    await send(line)
    await line.clock(advance="PT1M")
    await line.drain()
    await send(line)
    returns = await line.drain()
    codes = {"303": -301010, "403": -401007, "505": -504015, "603": -621004}
    assert {kind: statuses(returns, kind) for kind in codes} == {kind: [code] for kind, code in codes.items()}
    assert (await line.clock(advance="PT1H"))["fired"] == 0
    for kind, final in FINAL.items():
        assert (await line.document(kind, *SALE.key(kind)))["state"] == final


async def test_a_draft_stays_a_draft_until_it_is_declared(line: Line) -> None:
    """appStatus 1 is answered 1; the declaration under the same key goes on from there."""
    await line.accepted(message("303", SALE.document("303", app_status="1")))
    assert (await line.clock(advance="PT1H"))["fired"] == 0
    assert [one.statuses for one in await line.drain()] == [[1]]
    await line.accepted(message("303", Sale("O-1", at="20260105100000").document("303")))
    await line.clock(advance="PT1M")
    assert statuses(await line.drain(), "303") == [2, 3, 120]


async def test_changes_and_deletions_follow_the_machine(line: Line) -> None:
    """Nothing to change -301009, an old message -301014, bound by a live list -301011; a free order may go."""
    order = SALE.document("303", app_type="2")
    await line.accepted(message("303", order, name="a"))
    await send(line)
    await line.clock(advance="PT1M")
    later = Sale("O-1", at="20260105090100")
    await line.accepted(message("303", later.document("303", app_type="2")))
    await line.accepted(message("303", later.document("303", app_type="3")))
    await line.accepted(message("303", Sale("O-1", at="20260105085959").document("303", app_type="2")))
    free = Sale("O-2")
    await send(line, free, "303")
    await line.accepted(message("303", Sale("O-2", at="20260105090100").document("303", app_type="3")))
    await line.clock(advance="PT1M")
    seen = statuses(await line.drain(), "303")
    assert seen[:2] == [-301009, 2]
    assert [one for one in seen if one < 0] == [-301009, -301011, -301011, -301014]
    assert (await line.document("303", *SALE.key("303")))["state"] == 120
    gone = await line.document("303", *free.key("303"))
    assert gone["state"] == -1
    await line.accepted(message("603", free.document("603")))
    await line.clock(advance="PT1M")
    assert "ORD-01" in await faults(line, free, "603")


async def test_a_changed_order_leaves_its_old_steps_behind(line: Line) -> None:
    """A change while 3 is pending begins again at 2; the older message's due steps no longer count."""
    await send(line, kinds="303")
    await line.clock(advance="PT1.5S")
    await line.accepted(message("303", Sale("O-1", at="20260105090001").document("303", app_type="2")))
    await line.clock(advance="PT1M")
    history = (await line.document("303", *SALE.key("303")))["history"]
    assert [step["status"] for step in history] == [2, 3, 2, 3, 120]


async def test_one_order_has_one_live_list(line: Line) -> None:
    """A second list on the same order is a duplicate while the first lives (ORD-05)."""
    await send(line)
    other = SALE.document("603", copNo="C-other", guid=guid("other"))
    await line.accepted(message("603", other))
    await line.clock(advance="PT1M")
    document = await line.document("603", SALE.key("603")[0], "C-other")
    assert document["state"] == -621004
    assert [one["rule"] for one in document["explain"] if one["kind"] == "fault"] == ["ORD-05"]


async def test_several_faults_are_all_told_and_the_first_decides(line: Line) -> None:
    """All of step 7 stand in explain and in returnInfo, at most 1000 characters of it."""
    wrong = SALE.document("603", ieFlag="I", tradeMode="0110", netWeight="9", statisticsFlag="C")
    await line.accepted(message("603", wrong))
    [one] = await line.drain()
    assert one.statuses == [-621001]
    assert await faults(line, SALE, "603") == ["INV-01", "INV-02", "INV-04", "INV-13"]
    info = one.records[0]["returnInfo"]
    assert all(name in info for name in ("ieFlag", "tradeMode", "netWeight", "statisticsFlag"))
    assert len(info) <= 1000


@pytest.mark.parametrize(("profile", "code"), [("standard", 2), ("strict", -301008)])
async def test_a_lower_case_guid_is_a_finding_and_refused_in_strict(line: Line, profile: str, code: int) -> None:
    """In `standard` a first real message just works; `strict` enforces the letter."""
    await line.control("PUT", "/profile", profile)
    await line.accepted(message("303", SALE.document("303", guid=guid("x").lower())))
    [one] = await line.drain()
    assert one.statuses == [code]
    [said] = [o for o in (await line.document("303", *SALE.key("303")))["explain"] if o["rule"] == "MSG-01"]
    assert said["kind"] == ("fault" if profile == "strict" else "remark")


async def test_what_is_due_fires_before_a_message_of_the_same_time(line: Line) -> None:
    """A message at 09:00:01 finds the order sent (3), not declaring (2): the journal shows them in that order."""
    await send(line, kinds="303")
    await line.clock(advance_to="2026-01-05T09:00:01+08:00")
    await send(line, Sale("O-2", at="20260105090001"), "303")
    entries = [e for e in await line.journal() if e["what"] in {"decision", "message"}]
    shape = [(e["what"], e["data"].get("stage")) for e in entries]
    assert shape == [
        ("message", None),
        ("decision", "receive"),
        ("decision", "send"),
        ("message", None),
        ("decision", "receive"),
    ]


# --- sandboxes, concurrency, draws ------------------------------------------------------------------------------------


async def test_two_sandboxes_do_not_see_each_other(served: Line) -> None:
    """The same keys live in both; a list in one does not find the order of the other; clocks move alone."""
    one, two = await served.create("one"), await served.create("two")
    await send(one)
    await send(two, kinds="603")
    await one.clock(advance="PT1M")
    assert statuses(await two.drain(), "603") == [2]
    assert (await two.control("GET", "/clock")).json["now"] == NOW
    await two.clock(advance="PT1M")
    assert (await one.document("603", *SALE.key("603")))["state"] == 399
    assert (await two.document("603", *SALE.key("603")))["state"] == 100
    assert [e["n"] for e in await two.journal()] == list(range(1, len(await two.journal()) + 1))
    assert (await two.control("GET", f"/find?q={SALE.logistics_no}")).json["documents"][0]["kind"] == "603"
    assert len((await two.control("GET", f"/find?q={SALE.logistics_no}")).json["documents"]) == 1


async def test_concurrent_messages_of_a_sandbox_are_decided_one_after_the_other(line: Line) -> None:
    """Of forty posts of one order at once exactly one is taken; the journal holds each message with its decision."""
    bodies = [message("303", SALE.document("303"), name=f"copy {n}") for n in range(40)]
    await asyncio.gather(*(line.accepted(body) for body in bodies))
    entries = await line.journal()
    assert [e["n"] for e in entries] == list(range(1, 121))
    assert [e["what"] for e in entries] == ["message", "decision", "return"] * 40
    decided = [e["data"]["records"][0]["status"] for e in entries if e["what"] == "decision"]
    assert decided == [2] + [-301010] * 39
    for taken, decision, _ in zip(entries[::3], entries[1::3], entries[2::3], strict=True):
        assert decision["data"]["of"] == taken["n"]


async def test_lists_and_their_data_in_any_order_are_judged_by_the_journal(line: Line) -> None:
    """Everything at once: a list passes exactly where its three documents have smaller journal numbers."""
    sales = [Sale(f"R-{n}") for n in range(25)]
    posts = [(kind, sale) for sale in sales for kind in ("303", "603", "403", "505")]
    answers = await asyncio.gather(*(line.accepted(message(kind, sale.document(kind))) for kind, sale in posts))
    number = {(kind, sale.order_no): answer["id"] for (kind, sale), answer in zip(posts, answers, strict=True)}
    await line.clock(advance="PT1M")
    passed = 0
    for sale in sales:
        there = all(number[kind, sale.order_no] < number["603", sale.order_no] for kind in ("303", "403", "505"))
        assert (await line.document("603", *sale.key("603")))["state"] == (399 if there else 100)
        passed += there
    assert passed < len(sales)


async def outbox(store: Path, seed: int, order: list[str]) -> dict[str, list[str]]:
    """Times of the returns of three sales, sent one sale after the other in this order, by orderNo and kind."""
    async with serving(store) as served:
        line = await served.create(seed=seed)
        for name in order:
            await send(line, Sale(name))
        await line.clock(advance="PT1M")
        found: dict[str, list[str]] = {}
        for one in await line.drain():
            for record in one.records:
                name = record.get("orderNo") or record["logisticsNo"]
                found.setdefault(f"{one.root} {name}", []).append(record["returnTime"])
        return found


async def test_delays_are_drawn_from_seed_and_message_alone(tmp_path: Path) -> None:
    """The same seed gives the same times whatever came before; another seed gives others."""
    first = await outbox(tmp_path / "1.sqlite3", 7, ["O-1", "O-2", "O-3"])
    again = await outbox(tmp_path / "2.sqlite3", 7, ["O-3", "O-1", "O-2"])
    other = await outbox(tmp_path / "3.sqlite3", 8, ["O-1", "O-2", "O-3"])
    assert first == again
    assert first.keys() == other.keys()
    assert first != other
    assert len({times[-1] for times in first.values()}) > 8, "messages do not travel in step"


async def test_the_same_inputs_give_the_same_returns_byte_for_byte(tmp_path: Path) -> None:
    """A run can be repeated: nothing of the wire depends on real time or chance."""
    seen = []
    for name in ("1", "2"):
        async with serving(tmp_path / f"{name}.sqlite3") as served:
            line = await served.create()
            await send(line)
            await line.post(message("303"))
            await line.clock(advance="PT1M")
            seen.append([one.body for one in await line.drain()])
    assert seen[0] == seen[1]
    assert len(seen[0]) == 14


async def test_returns_go_to_whoever_brought_the_latest_accepted_version(line: Line) -> None:
    """A refusal goes to the dxpId that sent it, what follows to the one whose version was taken."""
    await send(line, kinds="303")
    await line.accepted(message("303", SALE.document("303"), dxp_id="DXPENTTEST000002"))
    changed = Sale("O-1", at="20260105090001").document("303", app_type="2")
    await line.clock(advance="PT1S")
    await line.accepted(message("303", changed, dxp_id="DXPENTTEST000003"))
    await line.clock(advance="PT1M")
    seen = {dxp: statuses(await line.drain(dxp), "303") for dxp in (DXP, "DXPENTTEST000002", "DXPENTTEST000003")}
    assert seen == {DXP: [2, 3], "DXPENTTEST000002": [-301010], "DXPENTTEST000003": [2, 3, 120]}
