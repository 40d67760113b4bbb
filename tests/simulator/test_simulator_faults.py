"""The fault table on the line: every action, as an enterprise sees it and as the journal tells it."""

import base64
import tomllib
from typing import Any

import pytest
from aiohttp import ClientError
from lxml import etree
from simulator_annex import DXP, Sale, message
from simulator_envelopes import dxp_msg
from simulator_line import Line, Taken

from swsim.simulator.core.faults import ACTIONS, Side
from swsim.simulator.faults.read import fault_as_json, read_faults
from swsim.simulator.faults.returning import STRANGE
from swsim.simulator.profile import profile_over, read_profile

SALE = Sale("O-1")
ORDER = message("303", SALE.document("303"))


async def put(line: Line, *rows: dict[str, Any]) -> None:
    """Give the sandbox a fault table; rows are of orders unless they say otherwise."""
    got = await line.control("PUT", "/faults", {"faults": [{"id": "f", "kind": "303"} | row for row in rows]})
    assert got.status == 200, got.body


async def fired(line: Line) -> list[tuple[str, str, str]]:
    """Kind of entry, row and action of the faults in the journal."""
    entries = [one for one in await line.journal() if one["what"] == "fault"]
    assert all(one["data"]["side"] in set(Side) for one in entries)
    return [(one["kind"], one["data"]["fault"], one["data"]["action"]) for one in entries]


async def told(line: Line, *rows: dict[str, Any], by: str = "PT10M") -> list[Taken]:
    """What an order is told under a fault table, `by` later."""
    await put(line, *rows)
    await line.accepted(ORDER)
    await line.clock(advance=by)
    return await line.drain()


def statuses(returns: list[Taken]) -> list[int]:
    return [status for one in returns for status in one.statuses]


# --- a message comes in -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_busy_takes_nothing_in_once(line: Line, status: int) -> None:
    """The status asked for, with Retry-After; the same message sent again comes through, with one decision."""
    await put(line, {"action": "busy", "status": status, "retry": "PT2S"})
    got = await line.post(ORDER)
    assert (got.problem["status"], got.headers["Retry-After"]) == (status, "2")
    assert await line.listed() == []
    await line.accepted(ORDER)
    assert await fired(line) == [("channel", "f", "busy")]


@pytest.mark.parametrize(("taken", "returns"), [(False, 0), (True, 1)])
async def test_reset_breaks_the_line(line: Line, taken: bool, returns: int) -> None:
    """No answer; whether the message came in is the row's choice: sent again it is then a duplicate."""
    await put(line, {"action": "reset", "taken": taken})
    with pytest.raises(ClientError):
        await line.post(ORDER)
    assert len(await line.listed()) == returns
    await line.accepted(ORDER)
    assert statuses(await line.drain()) == ([2, -301010] if taken else [2])
    assert await fired(line) == [("channel", "f", "reset")]


async def test_slow_answers_late(line: Line) -> None:
    """The message is in the journal before its answer comes."""
    await put(line, {"action": "slow", "by": "PT0.2S"})
    await line.accepted(ORDER)
    entries = [one["what"] for one in await line.journal()]
    assert entries.index("fault") < entries.index("message")
    assert await fired(line) == [("channel", "f", "slow")]


async def test_accepted_late_is_silent_first(line: Line) -> None:
    """202 at once, the first return after `by`, the others behind it."""
    await put(line, {"action": "accepted-late", "by": "PT5M"})
    await line.accepted(ORDER)
    await line.clock(advance="PT299S")
    assert await line.take() is None
    assert await line.listed() == []
    await line.clock(advance="PT1S")
    assert statuses(await line.drain()) == [2]
    await line.clock(advance="PT1M")
    assert statuses(await line.drain()) == [3, 120]


async def test_a_row_speaks_of_one_order_number(line: Line) -> None:
    """A message of another order is not met."""
    await put(line, {"action": "busy", "key": "orderNo=O-2"})
    await line.accepted(ORDER)
    assert (await line.post(message("303", Sale("O-2").document("303")))).status == 503


# --- customs decides --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"action": "transient"}, [2, 3, 100]),
        ({"action": "system-error"}, [-301013]),
        ({"action": "system-error", "status": -301008}, [-301008]),
        ({"action": "send-failed"}, [2, 4, 3, 120]),
        ({"action": "send-failed", "retry": None}, [2, 4]),
        ({"action": "reject", "info": "X"}, [2, 3, 100]),
    ],
)
async def test_what_customs_decides_by_the_table(line: Line, row: dict[str, Any], expected: list[int]) -> None:
    """Once; the same order sent again passes. `explain` names the rule FAULT, the journal the row."""
    assert statuses(await told(line, row)) == expected
    explain = (await line.document("303", *SALE.key("303")))["explain"]
    assert "FAULT" in {one["rule"] for one in explain}
    assert await fired(line) == [("output", "f", row["action"])]
    await line.accepted(message("303", Sale("O-1", at="20260105101000").document("303")))
    await line.clock(advance="PT10M")
    assert (await line.document("303", *SALE.key("303")))["state"] == 120


async def test_a_passing_error_bears_the_text_seen_in_the_field(line: Line) -> None:
    """1301 系统异常."""
    assert (await told(line, {"action": "transient"}))[-1].records[0]["returnInfo"] == "[Code:1301;Desc:系统异常]"


async def test_hurry_stamps_two_returns_49_ms_apart(line: Line) -> None:
    """As a real list had it."""
    returns = await told(line, {"action": "hurry", "stage": "120"})
    times = [int(one.records[0]["returnTime"]) for one in returns]
    assert times[2] - times[1] == 49


# --- returns go out ---------------------------------------------------------------------------------------------------


async def test_late_hands_out_later_what_was_decided_in_time(line: Line) -> None:
    """The time on the return is the decision's; its place is behind what went out meanwhile."""
    await put(line, {"action": "late", "stage": "2", "by": "PT1H"})
    await line.accepted(ORDER)
    await line.clock(advance="PT10M")
    assert statuses(await line.drain()) == [3, 120]
    last = (await line.listed())[-1]["seq"]
    await line.clock(advance="PT50M")
    (late,) = await line.listed(after=str(last))
    (taken,) = await line.drain()
    assert (taken.statuses, taken.id) == ([2], late["id"])
    assert taken.records[0]["returnTime"] == "20260105090000000"


async def test_reorder_hands_out_the_last_first(line: Line) -> None:
    """What is said within the window comes after it, in reverse."""
    assert statuses(await told(line, {"action": "reorder", "by": "PT1M"})) == [120, 3, 2]


async def test_burst_hands_out_everything_at_once(line: Line) -> None:
    """Nothing before the end of the window, then all of it, in order."""
    assert await told(line, {"action": "burst", "by": "PT1H"}, by="PT59M") == []
    await line.clock(advance="PT1M")
    assert statuses(await line.drain()) == [2, 3, 120]


async def test_duplicate_is_the_same_to_the_byte(line: Line) -> None:
    """Other ids, the same message."""
    first, second, third = (await told(line, {"action": "duplicate", "stage": "120", "copies": 2}))[2:]
    assert first.body == second.body == third.body
    assert len({first.id, second.id, third.id}) == 3


async def test_duplicate_record_stands_twice_in_one_return(line: Line) -> None:
    """Both records are equal."""
    last = (await told(line, {"action": "duplicate-record", "stage": "120"}))[-1]
    assert last.statuses == [120, 120]
    assert last.records[0]["orderNo"] == last.records[1]["orderNo"] == "O-1"


async def test_two_final_contradicts_the_last_status(line: Line) -> None:
    """On the line only: what customs holds is what it decided."""
    assert statuses(await told(line, {"action": "two-final"})) == [2, 3, 120, 100]
    assert (await line.document("303", *SALE.key("303")))["state"] == 120


async def test_unknown_key_speaks_of_a_document_nobody_sent(line: Line) -> None:
    """First the strange one, which is valid, then the good one."""
    returns = await told(line, {"action": "unknown-key", "stage": "120"})
    assert statuses(returns) == [2, 3, 120, 120]
    assert [one.records[0]["orderNo"] for one in returns[2:]] == [f"O-1{STRANGE}", "O-1"]


async def test_same_number_speaks_of_another_firms_document(line: Line) -> None:
    """First the other firm's, refused, then the good one: the number alone tells nothing."""
    returns = await told(line, {"action": "same-number", "stage": "120"})
    assert statuses(returns) == [2, 3, 100, 120]
    other, own = (one.records[0] for one in returns[2:])
    assert other["orderNo"] == own["orderNo"] == "O-1"
    assert other["ebpCode"] != own["ebpCode"]
    assert other["ebcCode"] != own["ebcCode"]


@pytest.mark.parametrize(
    "row", [{"action": "malformed"}, {"action": "wrong-encoding"}, {"action": "wrong-encoding", "encoding": "utf-16"}]
)
async def test_a_spoiled_copy_comes_before_the_good_return(line: Line, row: dict[str, Any]) -> None:
    """The copy cannot be parsed as what it says it is; the good one follows."""
    await put(line, row | {"stage": "2"})
    await line.accepted(ORDER)
    query = {"dxpId": DXP, "wait": "0"}
    bad = await line.ask("GET", f"/sandboxes/{line.sandbox}/returns/next", params=query)
    with pytest.raises((etree.XMLSyntaxError, UnicodeDecodeError)):
        etree.fromstring(bad.body.decode().encode())
    await line.acknowledge(bad.headers["X-Return-Id"])
    assert statuses(await line.drain()) == [2]


async def test_an_unknown_type_comes_before_the_good_return(line: Line) -> None:
    """It can be parsed, and is of no type that an edition has."""
    await put(line, {"action": "unknown-type", "stage": "2"})
    await line.accepted(ORDER)
    query = {"dxpId": DXP, "wait": "0"}
    strange = await line.ask("GET", f"/sandboxes/{line.sandbox}/returns/next", params=query)
    assert etree.QName(etree.fromstring(strange.body)).localname == "CEB999Message"
    await line.acknowledge(strange.headers["X-Return-Id"])
    assert statuses(await line.drain()) == [2]


async def test_data_of_an_envelope_is_wrapped_and_carries_the_same(line: Line) -> None:
    """Only where a return leaves in an envelope; the Base64 stands on lines of 76 characters."""
    await put(line, {"action": "wrapped", "stage": "2"})
    answer = await line.ask("POST", f"/sandboxes/{line.sandbox}/messages", body=dxp_msg(ORDER))
    assert answer.status == 200
    query = {"dxpId": DXP, "wait": "0"}
    got = await line.ask("GET", f"/sandboxes/{line.sandbox}/returns/next", params=query)
    text = etree.fromstring(got.body).findtext(".//{*}Data") or ""
    assert max(map(len, text.split())) == 76
    assert len(text.split()) > 1
    assert b"<returnStatus>2</returnStatus>" in base64.b64decode(text)


async def test_wrong_cop_msg_id_names_another_message(line: Line) -> None:
    """A CEB900 that its message cannot be found by."""
    await put(line, {"action": "wrong-cop-msg-id", "kind": "900"})
    assert (await line.post(ORDER.replace(b"<goodsValue>", b"<goodsValue>x"))).status == 422
    (one,) = await line.drain()
    assert one.records[0]["oriCopMsgId"] == "00000000-0000-4000-8000-000000000001"


async def test_lost_comes_again(line: Line) -> None:
    """The next one overtakes it; it comes later under its own id, and is acknowledged as any other."""
    await put(line, {"action": "lost", "stage": "2", "by": "PT0.3S"})
    await line.accepted(ORDER)
    await line.clock(advance="PT10M")
    first = await line.take()
    assert first is not None
    assert first.statuses == [3]
    returns = [*(await line.drain()), await line.take(wait=5)]
    assert [one.statuses for one in returns if one is not None] == [[120], [2]]
    assert await fired(line) == [("output", "f", "lost"), ("channel", "f", "lost")]


async def test_redelivered_comes_once_more_under_the_same_id(line: Line) -> None:
    """Its first acknowledgement is answered 204 and lost."""
    await put(line, {"action": "redelivered", "stage": "2"})
    await line.accepted(ORDER)
    first, second = await line.drain()
    assert (first.id, first.body) == (second.id, second.body)
    assert await line.take() is None


# --- how often --------------------------------------------------------------------------------------------------------


async def test_share_is_drawn_by_the_seed(served: Line) -> None:
    """The same seed spoils the same orders, another seed others; about the share of them."""
    met: list[list[str]] = []
    for place, seed in enumerate((1, 1, 2)):
        line = await served.create(f"s{place}", seed=seed)
        await put(line, {"action": "duplicate", "share": 0.5, "stage": "2"})
        for number in range(30):
            await line.accepted(message("303", Sale(f"O-{number}").document("303")))
        entries = [one["data"]["documents"][0][1] for one in await line.journal() if one["what"] == "fault"]
        met.append(entries)
    assert met[0] == met[1] != met[2]
    assert 5 < len(met[0]) < 25


async def test_most_ends_a_row(line: Line) -> None:
    """Two of three orders."""
    await put(line, {"action": "system-error", "most": 2})
    for number in range(3):
        await line.accepted(message("303", Sale(f"O-{number}").document("303")))
    assert statuses(await line.drain()) == [-301013, -301013, 2]


async def test_a_row_that_is_put_again_goes_on_counting(line: Line) -> None:
    """Unchanged it has fired; changed it begins anew."""
    row = {"action": "system-error"}
    await put(line, row)
    await line.accepted(ORDER)
    await put(line, row, {"id": "g", "action": "delay", "kind": "603"})
    await line.accepted(ORDER)
    assert statuses(await line.drain()) == [-301013, 2]


def test_every_row_reads_back_as_it_was_written() -> None:
    """All actions, with their defaults."""
    plans = read_faults({"faults": [{"id": name, "action": name} for name in ACTIONS]})
    assert read_faults({"faults": [fault_as_json(plan) for plan in plans]}) == plans


async def test_a_profile_carries_faults(line: Line) -> None:
    """As TOML, and in a sandbox that takes it."""
    said = tomllib.loads('base = "instant"\n[[faults]]\nid = "x"\naction = "system-error"\nkind = "303"\n')
    assert [plan.id for plan in profile_over(read_profile("instant"), {"faults": said["faults"]}).faults] == [
        "profile/x"
    ]
    await line.control("PUT", "/profile", said)
    await line.accepted(ORDER)
    assert statuses(await line.drain()) == [-301013]
    assert await fired(line) == [("output", "profile/x", "system-error")]


@pytest.mark.parametrize(
    "row",
    [
        {"action": "busy", "status": 200},
        {"action": "busy", "taken": True},
        {"action": "slow", "by": "PT2M"},
        {"action": "late", "by": "P9999D"},
        {"action": "late", "stage": "121"},
        {"action": "reject", "share": 2},
        {"action": "reject", "times": -1},
        {"action": "duplicate", "copies": 1000},
        {"action": "wrong-encoding", "encoding": "klingon"},
        {"action": "reject", "info": "a\nb"},
        {"action": "reject", "id": "a/b"},
    ],
)
def test_a_row_out_of_bounds_is_refused(row: dict[str, Any]) -> None:
    """The error names the row, the field, what was expected and what came."""
    with pytest.raises(ValueError, match=r"fault 1, .*expected"):
        read_faults({"faults": [row]})


def test_an_id_twice_is_refused() -> None:
    """The journal names rows by id."""
    with pytest.raises(ValueError, match="twice"):
        read_faults({"faults": [{"id": "a", "action": "slow"}, {"id": "a", "action": "busy"}]})
