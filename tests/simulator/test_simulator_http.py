"""The contract of the line, call by call: messages in, returns out, and what stands around them."""

import asyncio
import re
import time

import pytest
from simulator_annex import DXP, Sale, guid, message, records, root_of
from simulator_line import Line

SALE = Sale("O-1")
ORDER = message("303", SALE.document("303"))


async def send_chain(line: Line, sale: Sale = SALE) -> None:
    """All four documents of a sale, in order."""
    for kind, document in sale.documents():
        await line.accepted(message(kind, document))


# --- messages ---------------------------------------------------------------------------------------------------------


async def test_a_message_that_is_kept_is_answered_202_with_its_identity(line: Line) -> None:
    """The fields of the 202 are those of the contract, and `explain` is an address that answers."""
    got = await line.post(message("303", SALE.document("303"), Sale("O-2").document("303"), name="two"))
    assert got.status == 202
    assert got.headers["Content-Type"] == "application/json"
    answer = got.json
    assert answer.keys() == {"id", "messageType", "guid", "documents", "status", "explain"}
    assert answer["messageType"] == "CEB303Message"
    assert answer["guid"] == guid("two")
    assert answer["documents"] == 2
    assert answer["status"] == "accepted"
    explained = await line.ask("GET", answer["explain"])
    assert explained.status == 200
    assert explained.json["id"] == answer["id"]
    assert [one["state"] for one in explained.json["documents"]] == [2, 2]


@pytest.mark.parametrize("name", ["M0000009999", "M0000000002", "nonsense", "M", "M99999999999999999999"])
async def test_an_unknown_message_is_404(line: Line, name: str) -> None:
    """Also where the number is that of another kind of journal entry."""
    await line.accepted(ORDER)
    assert (await line.control("GET", f"/messages/{name}")).problem["status"] == 404


async def test_a_path_without_a_sandbox_serves_the_sandbox_default(served: Line, line: Line) -> None:
    """`/messages` and `/returns` are those of `default`, not those of another sandbox."""
    assert (await served.ask("POST", "/messages", body=ORDER)).status == 202
    assert len((await served.ask("GET", "/returns")).json["items"]) == 1
    found = await served.ask("GET", "/returns/next", params={"dxpId": DXP})
    assert root_of(found.body) == "CEB304Message"
    assert (await served.ask("DELETE", f"/returns/{found.headers['X-Return-Id']}")).status == 204
    assert [one["acknowledged"] for one in await served.listed()] == [True]
    assert await line.listed() == []


async def test_a_dry_run_is_judged_and_leaves_nothing(line: Line) -> None:
    """`dryRun` answers what customs would say, with the rule, and neither journal, outbox nor key knows of it."""
    wrong = message("303", SALE.document("303", goodsValue="29"))
    got = await line.post(wrong, dryRun="true")
    assert got.status == 200
    [document] = got.json["documents"]
    assert document["status"] == -301008
    assert [one["rule"] for one in document["explain"] if one["kind"] == "fault"] == ["ORD-12"]
    assert (await line.post(ORDER, dryRun="true")).json["documents"][0]["status"] == 2
    assert (await line.post(b"<no", dryRun="true")).status == 400
    assert (await line.post(message("303"), dryRun="true")).status == 422
    assert await line.journal() == []
    assert await line.listed() == []
    assert (await line.control("GET", "")).json["documents"] == []
    assert (await line.accepted(ORDER))["id"] == "M0000000001"


async def test_a_dry_run_sees_what_is_kept_and_leaves_due_work_alone(line: Line) -> None:
    """A duplicate is told, and what was due stays due."""
    await line.accepted(ORDER)
    again = await line.post(message("303", SALE.document("303"), name="again"), dryRun="true")
    assert again.json["documents"][0]["status"] == -301010
    assert len(await line.journal()) == 3
    assert (await line.clock(advance="PT1M"))["fired"] == 2


# --- returns ----------------------------------------------------------------------------------------------------------


async def test_returns_come_oldest_first_and_once(line: Line) -> None:
    """In the order in which customs made them; what is in a reader's hands is not offered to another."""
    await send_chain(line)
    await line.clock(advance="PT1M")
    ids = [one["id"] for one in await line.listed()]
    assert len(ids) == 13
    taken = [await line.take() for _ in ids]
    assert [one.id for one in taken if one] == ids
    assert await line.take() is None
    times = [record["returnTime"] for one in taken if one for record in one.records]
    assert times == sorted(times)


async def test_a_return_is_xml_with_its_id_in_a_header(line: Line) -> None:
    """200, `application/xml`, `X-Return-Id`; `GET …/returns/{id}` shows the same bytes without taking it."""
    await line.accepted(ORDER)
    [item] = await line.listed()
    looked = await line.ask("GET", f"/sandboxes/s/returns/{item['id']}")
    got = await line.ask("GET", "/sandboxes/s/returns/next", params={"dxpId": DXP})
    assert got.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert got.headers["X-Return-Id"] == item["id"]
    assert got.body == looked.body
    assert [one["returnStatus"] for one in records(got.body)] == ["2"]


async def test_without_a_return_the_answer_is_204_after_the_wait(line: Line) -> None:
    """At once without `wait`, else when it is over."""
    assert await line.take() is None
    begun = time.monotonic()
    assert await line.take(wait=0.3) is None
    assert 0.29 < time.monotonic() - begun < 5


async def test_an_unacknowledged_return_is_offered_again_at_its_old_place(line: Line) -> None:
    """After `visibility` real seconds it stands before the younger ones again."""
    await line.accepted(ORDER)
    await line.accepted(message("303", Sale("O-2").document("303")))
    first = await line.take(visibility=0.2)
    second = await line.take()
    again = await line.take(wait=10)  # the wait ends when the first one comes back, there is nothing else
    assert first is not None
    assert second is not None
    assert again is not None
    assert again.id == first.id != second.id
    await line.accepted(message("303", Sale("O-3").document("303")))
    assert (await line.acknowledge(again.id)).status == 204
    third = await line.take()
    assert third is not None
    assert third.id > second.id


async def test_a_visibility_of_nothing_offers_the_same_return_at_once(line: Line) -> None:
    """`visibility=0` is a look without keeping it."""
    await line.accepted(ORDER)
    one, two = await line.take(visibility=0), await line.take(visibility=0)
    assert one is not None
    assert two is not None
    assert one.id == two.id


async def test_a_long_poll_wakes_when_a_return_is_committed(line: Line) -> None:
    """By a message's first return, and by one that falls due."""
    begun = time.monotonic()
    waiting = asyncio.create_task(line.take(wait=30))
    assert await line.take("DXPENTOTHER00001", wait=0.1) is None
    assert not waiting.done()
    await line.accepted(ORDER)
    found = await waiting
    assert found is not None
    assert found.statuses == [2]
    waiting = asyncio.create_task(line.take(wait=30))
    await line.clock(step=1)
    found = await waiting
    assert found is not None
    assert found.statuses == [3]
    assert time.monotonic() - begun < 10


async def test_two_long_polls_get_two_returns(line: Line) -> None:
    """No return goes to two readers."""
    waiting = [asyncio.create_task(line.take(wait=30)) for _ in range(2)]
    await line.accepted(ORDER)
    await line.accepted(message("303", Sale("O-2").document("303")))
    found = await asyncio.gather(*waiting)
    assert len({one.id for one in found if one}) == 2


async def test_a_reset_lets_go_of_what_was_in_readers_hands(line: Line) -> None:
    """A reader that waits across a reset gets the first return of the new life, whatever its number was before."""
    await line.accepted(ORDER)
    assert await line.take(visibility=3600) is not None
    waiting = asyncio.create_task(line.take(wait=20))
    assert await line.take("DXPENTOTHER00001", wait=0.1) is None
    await line.control("POST", "/reset")
    await line.accepted(ORDER)
    async with asyncio.timeout(5):
        found = await waiting
    assert found is not None
    assert found.id == "R0000000001"
    assert await line.take() is None


async def test_nobody_who_asked_is_remembered(line: Line) -> None:
    """Asking for returns of a thousand dxpIds leaves nothing behind in memory."""
    for n in range(20):
        assert await line.take(f"DXPENTNOBODY{n:04d}") is None
    assert not [key for key in line.window.bells._waiting if "NOBODY" in str(key)]


async def test_returns_go_to_the_dxp_id_that_sent(line: Line) -> None:
    """One enterprise does not see what customs answers another."""
    await line.accepted(ORDER)
    await line.accepted(message("303", Sale("O-2").document("303"), dxp_id="DXPENTTEST000002"))
    assert [one["dxpId"] for one in await line.listed()] == [DXP, "DXPENTTEST000002"]
    mine = await line.drain()
    assert [one.records[0]["orderNo"] for one in mine] == ["O-1"]


async def test_acknowledging_is_204_also_the_second_time(line: Line) -> None:
    """An acknowledged return is not offered again, and stays in the list."""
    await line.accepted(ORDER)
    one = await line.take(visibility=0)
    assert one is not None
    assert (await line.acknowledge(one.id)).status == 204
    assert (await line.acknowledge(one.id)).status == 204
    assert await line.take() is None
    assert [(i["id"], i["acknowledged"]) for i in await line.listed()] == [(one.id, True)]
    entries = [e for e in await line.journal() if e["what"] == "acknowledged"]
    assert [(e["kind"], e["data"]["return"]) for e in entries] == [("channel", 1)]


@pytest.mark.parametrize("name", ["R0000009999", "R", "nonsense", "R-1", "R%D9%A3", "R1.5", "R99999999999999999999"])
async def test_an_unknown_return_is_404(line: Line, name: str) -> None:
    """Whatever stands there instead of an id."""
    await line.accepted(ORDER)
    assert (await line.acknowledge(name)).problem["status"] == 404
    assert (await line.ask("GET", f"/sandboxes/s/returns/{name}")).problem["status"] == 404


async def test_no_id_reaches_into_another_sandbox(line: Line) -> None:
    """Ids of one sandbox name nothing in another, however large the number."""
    other = await line.create("other")
    await other.accepted(ORDER)
    boxes = {name: sandbox.box for name, sandbox in line.window.sandboxes.items()}
    far = ((boxes["other"] - boxes["s"]) << 40) + 1
    assert (await line.acknowledge(f"R{far}")).status == 404
    assert (await line.ask("GET", f"/sandboxes/s/returns/R{far}")).status == 404
    assert (await line.ask("GET", f"/_control/sandboxes/s/messages/M{far}")).status == 404
    assert [one["acknowledged"] for one in await other.listed()] == [False]


async def test_the_list_of_returns_is_read_page_by_page(line: Line) -> None:
    """`after` and `limit` walk the outbox, `next` says where to go on, null at the end; nothing is acknowledged."""
    for n in range(5):
        await line.accepted(message("303", Sale(f"O-{n}").document("303")))
    pages: list[list[int]] = []
    after: int | None = 0
    while after is not None:
        got = (await line.ask("GET", f"/sandboxes/s/returns?dxpId={DXP}&after={after}&limit=2")).json
        assert got.keys() == {"items", "next"}
        pages.append([one["seq"] for one in got["items"]])
        after = got["next"]
    assert pages == [[1, 2], [3, 4], [5]]
    [item] = await line.listed(dxpId=DXP, after="4")
    assert item == {
        "id": "R0000000005",
        "seq": 5,
        "dxpId": DXP,
        "messageType": "CEB304Message",
        "createdAt": "2026-01-05T09:00:00+08:00",
        "acknowledged": False,
    }
    assert await line.listed(dxpId="DXPENTOTHER00001") == []
    assert len(await line.drain()) == 5


@pytest.mark.parametrize(
    "path",
    [
        "/returns/next",
        "/returns/next?dxpId=",
        f"/returns/next?dxpId={DXP}&wait=soon",
        f"/returns/next?dxpId={DXP}&wait=-1",
        f"/returns/next?dxpId={DXP}&visibility=nan",
        "/returns?after=x",
        "/returns?limit=-2",
    ],
)
async def test_a_query_that_makes_no_sense_is_400_and_says_why(line: Line, path: str) -> None:
    """Expected and received stand in the answer."""
    detail = (await line.ask("GET", f"/sandboxes/s{path}")).problem["detail"]
    assert "expected" in detail
    assert "got" in detail


@pytest.mark.parametrize("path", ["/sandboxes/s/returns", "/_control/sandboxes/s/journal"])
@pytest.mark.parametrize("after", ["1e30", "99999999999999", "9" * 40])
async def test_a_place_behind_everything_is_an_empty_page(line: Line, path: str, after: str) -> None:
    """A number nothing can have is no error, and shows nothing of another sandbox."""
    other = await line.create("other")
    await other.accepted(ORDER)
    await line.accepted(ORDER)
    got = await line.ask("GET", f"{path}?after={after}")
    assert got.status == 200
    assert b"CEB304" not in got.body


# --- the rest of the surface ------------------------------------------------------------------------------------------


async def test_healthz_looks_at_the_store(line: Line) -> None:
    """200 with version and counts while the store answers."""
    got = await line.ask("GET", "/healthz")
    assert got.status == 200
    assert got.json["status"] == "ok"
    assert got.json["sandboxes"] == 2


async def test_healthz_tells_when_the_store_does_not_answer(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error, without a trace of it in the body."""

    async def broken() -> None:
        raise OSError("disk gone")

    monkeypatch.setattr(line.window.store, "check", broken)
    assert (await line.ask("GET", "/healthz")).problem["status"] >= 500


async def test_metrics_count_messages_documents_refusals_and_returns(line: Line) -> None:
    """Prometheus text: a name and a number a line."""
    await line.accepted(ORDER)
    await line.post(b"<no")
    got = await line.ask("GET", "/metrics")
    assert got.headers["Content-Type"].startswith("text/plain")
    values = dict(one.split() for one in got.body.decode().splitlines() if not one.startswith("#"))
    assert values["swsim_messages_total"] == "2"
    assert values["swsim_refused_total"] == "1"
    assert values["swsim_documents_total"] == "1"
    assert values["swsim_returns_total"] == "1"


CONTRACT = {
    "/sandboxes/{sb}/messages": {"post"},
    "/messages": {"post"},
    "/sandboxes/{sb}/returns/next": {"get"},
    "/sandboxes/{sb}/returns/{id}": {"get", "delete"},
    "/sandboxes/{sb}/returns": {"get"},
    "/_control/sandboxes": {"get", "post"},
    "/_control/sandboxes/{sb}": {"get", "delete"},
    "/_control/sandboxes/{sb}/reset": {"post"},
    "/_control/sandboxes/{sb}/clock": {"get", "post"},
    "/_control/sandboxes/{sb}/registry": {"get", "put"},
    "/_control/sandboxes/{sb}/profile": {"get", "put"},
    "/_control/sandboxes/{sb}/faults": {"get", "put"},
    "/_control/sandboxes/{sb}/documents/{kind}/{key}": {"get"},
    "/_control/sandboxes/{sb}/find": {"get"},
    "/_control/sandboxes/{sb}/journal": {"get"},
    "/_control/rules": {"get"},
    "/healthz": {"get"},
    "/metrics": {"get"},
    "/openapi.json": {"get"},
    "/": {"get"},
}


async def test_openapi_lists_every_route(line: Line) -> None:
    """What the document lists is what the router serves, and the contract's calls are among them."""
    document = (await line.ask("GET", "/openapi.json")).json
    assert document["openapi"].startswith("3.")
    listed = {path: set(methods) for path, methods in document["paths"].items()}
    for path, methods in CONTRACT.items():
        assert methods <= listed[path], path
    for path, methods in document["paths"].items():
        for said in methods.values():
            assert said["summary"]
            named = {one["name"] for one in said["parameters"] if one["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))


async def test_the_start_page_leads_to_the_surface(line: Line) -> None:
    """For a person who opens the address in a browser."""
    got = await line.ask("GET", "/")
    assert got.headers["Content-Type"].startswith("text/html")
    assert b"/openapi.json" in got.body


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/no/such/path", 404),
        ("GET", "/sandboxes/nobody/returns", 404),
        ("POST", "/sandboxes/nobody/messages", 404),
        ("GET", "/_control/sandboxes/nobody/clock", 404),
        ("PUT", "/sandboxes/s/messages", 405),
        ("DELETE", "/_control/sandboxes/s/clock", 405),
    ],
)
async def test_what_is_not_there_is_told_as_a_problem(line: Line, method: str, path: str, status: int) -> None:
    """404 and 405 are problem documents like every other error."""
    assert (await line.ask(method, path, body=ORDER if method == "POST" else None)).problem["status"] == status
