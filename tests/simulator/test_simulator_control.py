"""The control API: sandboxes, clocks, registry, profile, faults, tokens."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from simulator_annex import BROKER, CARRIER, DXP, PLATFORM, SELLER, Sale, message
from simulator_line import NOW, Line, serving

SALE = Sale("O-1")
ORDER = message("303", SALE.document("303"))
ROWS = [
    {"code": SELLER[0], "name": SELLER[1], "roles": ["ebc"], "dxpIds": [DXP]},
    {"code": PLATFORM[0], "name": PLATFORM[1], "roles": ["ebp"], "registration": "info"},
]


# --- sandboxes --------------------------------------------------------------------------------------------------------


async def test_a_sandbox_is_made_as_it_was_asked_for(served: Line) -> None:
    """201 with the settings and a token; every key but `id` may be left out."""
    asked = {
        "id": "shop-1_a",
        "profile": "instant",
        "regime": "2024-167",
        "seed": 5,
        "clock": {"mode": "virtual", "now": "2026-01-05T09:00:00+08:00"},
        "registry": ROWS,
    }
    got = await served.ask("POST", "/_control/sandboxes", json=asked)
    assert got.status == 201
    made = got.json
    assert (made["id"], made["profile"], made["regime"], made["seed"]) == ("shop-1_a", "instant", "2024-167", 5)
    assert made["clock"]["mode"] == "virtual"
    assert made["clock"]["now"] == NOW
    assert made["registry"] == {"mode": "closed", "enterprises": 2}
    assert len(made["token"]) >= 24
    plain = await served.ask("POST", "/_control/sandboxes", json={"id": "plain"})
    assert plain.status == 201
    assert plain.json["token"] != made["token"]
    assert plain.json["registry"]["mode"] == "open"


async def test_a_sandbox_that_exists_is_409(line: Line) -> None:
    """Nothing of the one that is there changes."""
    await line.accepted(ORDER)
    for name in ("s", "default"):
        assert (await line.ask("POST", "/_control/sandboxes", json={"id": name, "seed": 9})).problem["status"] == 409
    assert (await line.control("GET", "")).json["seed"] == 7
    assert len(await line.listed()) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'"s"',
        b"{}",
        b'{"id": 5}',
        b'{"id": ""}',
        b'{"id": "a/b"}',
        '{"id": "沙箱"}'.encode(),
        b'{"id": "' + b"a" * 65 + b'"}',
        b'{"id": "x", "colour": "red"}',
        b'{"id": "x", "profile": "nobody"}',
        b'{"id": "x", "profile": 5}',
        b'{"id": "x", "profile": null}',
        b'{"id": "x", "profile": {"base": "instant", "speed": 1}}',
        b'{"id": "x", "profile": {"sent_after": [2, 1]}}',
        b'{"id": "x", "profile": {"sent_after": -1}}',
        b'{"id": "x", "profile": {"format_errors": "loud"}}',
        b'{"id": "x", "regime": "1984"}',
        b'{"id": "x", "regime": []}',
        b'{"id": "x", "seed": "seven"}',
        b'{"id": "x", "clock": 5}',
        b'{"id": "x", "clock": {"mode": "lunar"}}',
        b'{"id": "x", "clock": {"mode": ["virtual"]}}',
        b'{"id": "x", "clock": {"mode": "virtual", "now": "2026-13-01"}}',
        b'{"id": "x", "clock": {"mode": "virtual", "now": "0001-01-01T00:00:00+14:00"}}',
        b'{"id": "x", "clock": {"mode": "scaled", "factor": 0}}',
        b'{"id": "x", "clock": {"mode": "scaled", "factor": "fast"}}',
        b'{"id": "x", "registry": 5}',
        b'{"id": "x", "registry": [5]}',
        b'{"id": "x", "registry": [{"name": "no code"}]}',
        b'{"id": "x", "registry": [{"code": "C", "roles": ["king"]}]}',
        b'{"id": "x", "registry": [{"code": "C", "roles": "ebc"}]}',
        b'{"id": "x", "registry": [{"code": "C", "roles": [["ebc"]]}]}',
        b'{"id": "x", "registry": [{"code": "C", "registration": ["customs"]}]}',
        b'{"id": "x", "registry": [{"code": "C", "authorises": 5}]}',
        b'{"id": "x", "registry": [{"code": "C", "dxpIds": [5]}]}',
        b'{"id": "x", "registry": {"mode": ["open"]}}',
        b'{"id": "x", "registry": {"mode": "ajar"}}',
        b'{"id": "x", "registry": {"enterprises": 5}}',
    ],
)
async def test_settings_that_make_no_sense_are_400_and_make_nothing(served: Line, body: bytes) -> None:
    """The answer says what was expected and what was received."""
    got = await served.ask("POST", "/_control/sandboxes", body=body)
    assert got.status == 400, got.body
    assert "expected" in got.problem["detail"], got.problem
    assert [one["id"] for one in (await served.ask("GET", "/_control/sandboxes")).json["sandboxes"]] == ["default"]


async def test_sandboxes_are_listed_shown_and_deleted(line: Line) -> None:
    """A sandbox shows its documents by state; deleted, it is gone with everything in it, and its name is free."""
    await line.accepted(ORDER)
    listed = (await line.ask("GET", "/_control/sandboxes")).json["sandboxes"]
    assert [one["id"] for one in listed] == ["default", "s"]
    shown = (await line.control("GET", "")).json
    assert shown["documents"] == [{"kind": "303", "state": 2, "documents": 1}]
    assert shown["returns"] == 1
    assert "token" not in shown
    assert (await line.control("DELETE", "")).status == 204
    assert (await line.control("GET", "")).problem["status"] == 404
    assert (await line.post(ORDER)).problem["status"] == 404
    again = await line.create()
    assert await again.journal() == []
    assert (await again.accepted(ORDER))["id"] == "M0000000001"


async def test_the_sandbox_default_stays(served: Line) -> None:
    """It cannot be deleted, only reset."""
    assert (await served.control("DELETE", "")).problem["status"] == 409
    assert (await served.control("POST", "/reset")).status == 200


async def test_a_reset_empties_a_sandbox_and_keeps_what_it_is(served: Line) -> None:
    """Documents, journal, outbox, due work and faults go; registry, profile, regime, seed and clock mode stay."""
    line = await served.create(registry=ROWS, profile={"base": "standard", "prefix": "ceb"}, regime="2024-167")
    await line.control("PUT", "/faults", {"faults": [{"kind": "303", "action": "reject"}]})
    await line.accepted(ORDER)
    before = (await line.control("GET", "")).json
    got = await line.control("POST", "/reset")
    assert got.status == 200
    after = (await line.control("GET", "")).json
    assert {k: after[k] for k in ("id", "profile", "regime", "seed", "registry")} == {
        k: before[k] for k in ("id", "profile", "regime", "seed", "registry")
    }
    assert after["clock"]["mode"] == "virtual"
    assert after["documents"] == []
    assert await line.journal() == []
    assert await line.listed() == []
    assert (await line.control("GET", "/faults")).json == {"faults": []}
    assert (await line.clock(advance="PT1H"))["fired"] == 0
    assert (await line.accepted(ORDER))["documents"] == 1
    [told] = await line.drain()
    assert told.statuses == [2]


# --- registry, profile, faults ----------------------------------------------------------------------------------------


async def test_a_closed_registry_refuses_who_is_not_in_it(served: Line) -> None:
    """-10102 names the code; with the code in the registry the same order is taken."""
    line = await served.create(registry=ROWS[:1])
    await line.accepted(ORDER)
    document = await line.document("303", *SALE.key("303"))
    assert document["state"] == -10102
    assert [(o["rule"], o["found"]) for o in document["explain"] if o["kind"] == "fault"] == [("ENT-01", PLATFORM[0])]
    assert (await line.control("PUT", "/registry", ROWS)).status == 200
    await line.accepted(message("303", SALE.document("303"), name="again"))
    assert (await line.document("303", *SALE.key("303")))["state"] == 2


async def test_a_closed_registry_refuses_an_unknown_carrier_of_messages(served: Line) -> None:
    """MSG-06: the transmitting enterprise is unknown, whoever the order is of."""
    line = await served.create(registry=ROWS)
    await line.accepted(message("303", SALE.document("303"), cop_code=CARRIER[0]))
    document = await line.document("303", *SALE.key("303"))
    assert document["state"] == -10102
    assert [one["rule"] for one in document["explain"]] == ["MSG-06"]
    assert document["explain"][0]["path"] == "/CEB303Message/BaseTransfer/copCode"


async def test_an_open_registry_enrols_at_first_sight_with_a_finding(line: Line) -> None:
    """The first order enrols its two firms and is taken; the second finds them there."""
    await line.accepted(ORDER)
    remarks = [o for o in (await line.document("303", *SALE.key("303")))["explain"] if o["rule"] == "ENT-01"]
    assert {one["kind"] for one in remarks} == {"remark"}
    assert sorted(one["path"].rpartition("/")[2] for one in remarks) == ["ebcCode", "ebpCode"]
    known = {one["code"]: one for one in (await line.control("GET", "/registry")).json["enterprises"]}
    assert known[SELLER[0]]["roles"] == ["ebc"]
    assert known[SELLER[0]]["dxpIds"] == [DXP]
    assert known[SELLER[0]]["enrolled"] is True
    await line.accepted(message("303", Sale("O-2").document("303")))
    assert (await line.document("303", *Sale("O-2").key("303")))["explain"] == []


async def test_an_open_registry_still_refuses_a_malformed_code(line: Line) -> None:
    """A credit code with a wrong check character, a word, a customs code with a letter where a digit belongs."""
    for n, code in enumerate(("91440300MA5TE5T00X", "SHOP", "44O3160T01")):
        sale = Sale(f"O-{n}", seller=(code, "TEST"))
        await line.accepted(message("303", sale.document("303")))
        document = await line.document("303", *sale.key("303"))
        assert document["state"] == -10102, code
        assert [one["rule"] for one in document["explain"] if one["kind"] == "fault"] == ["ENT-11"]
    known = (await line.control("GET", "/registry")).json["enterprises"]
    assert [one["code"] for one in known] == []


async def test_the_registry_is_put_and_got(line: Line) -> None:
    """What is put comes back with its defaults; the list form closes the registry."""
    got = await line.control("PUT", "/registry", {"mode": "open", "enterprises": ROWS})
    assert got.json["mode"] == "open"
    assert got.json == (await line.control("GET", "/registry")).json
    first = got.json["enterprises"][0]
    assert (first["registration"], first["customs"], first["permit"]) == ("customs", [], True)
    assert (await line.control("PUT", "/registry", [])).json == {"mode": "closed", "enterprises": []}
    assert (await line.control("PUT", "/registry", {"mode": "ajar"})).problem["status"] == 400


async def test_the_profile_is_put_and_got_and_obeyed(line: Line) -> None:
    """By name or with changed switches; a message after the change is judged by it."""
    assert (await line.control("GET", "/profile")).json["profile"] == "standard"
    assert (await line.control("PUT", "/profile", "instant")).json["profile"] == "instant"
    await line.accepted(ORDER)
    assert [one.statuses for one in await line.drain()] == [[2], [3], [120]]
    said = {"base": "instant", "prefix": "ceb", "logistics_success": 120}
    assert (await line.control("PUT", "/profile", said)).json["profile"] == said
    await line.accepted(message("505", SALE.document("505")))
    told = await line.drain()
    assert told[-1].statuses == [120]
    assert b"<ceb:CEB506Message" in told[-1].body
    assert (await line.control("PUT", "/profile", {"profile": "strict"})).json["profile"] == "strict"


@pytest.mark.parametrize("said", ["nobody", {"speed": 1}, 5, ["instant"], {"base": "nobody"}, {"strict": True}])
async def test_a_profile_that_makes_no_sense_is_400(line: Line, said: Any) -> None:
    """And the old one stays."""
    assert "expected" in (await line.control("PUT", "/profile", said)).problem["detail"]
    assert (await line.control("GET", "/profile")).json["profile"] == "standard"


async def test_faults_are_put_and_got_and_obeyed(line: Line) -> None:
    """One return comes late, one order is rejected once; declared again it passes."""
    rows = [
        {"id": "late", "kind": "303", "key": "orderNo=O-1", "action": "delay", "stage": "120", "by": "PT1H"},
        {"id": "no", "kind": "303", "key": "orderNo=O-2", "action": "reject", "status": 100, "info": "TEST"},
    ]
    got = await line.control("PUT", "/faults", {"faults": rows})
    assert [one["id"] for one in got.json["faults"]] == ["late", "no"]
    assert got.json == (await line.control("GET", "/faults")).json
    await line.accepted(ORDER)
    other = Sale("O-2")
    await line.accepted(message("303", other.document("303")))
    await line.clock(advance="PT10M")
    assert (await line.document("303", *SALE.key("303")))["state"] == 3
    refused = await line.document("303", *other.key("303"))
    assert refused["state"] == 100
    assert [one["rule"] for one in refused["explain"] if one["kind"] == "fault"] == ["FAULT"]
    await line.clock(advance="PT1H")
    assert (await line.document("303", *SALE.key("303")))["state"] == 120
    await line.accepted(message("303", Sale("O-2", at="20260105101000").document("303")))
    await line.clock(advance="PT10M")
    assert (await line.document("303", *other.key("303")))["state"] == 120


@pytest.mark.parametrize(
    "said",
    [
        [],
        {},
        {"faults": 5},
        {"faults": [5]},
        {"faults": [{"kind": "999", "action": "delay"}]},
        {"faults": [{"kind": ["303"], "action": "delay"}]},
        {"faults": [{"kind": "303", "action": ["delay"]}]},
        {"faults": [{"kind": "303", "action": "explode"}]},
        {"faults": [{"kind": "303", "action": "delay", "by": "soon"}]},
        {"faults": [{"kind": "303", "action": "reject", "status": 120}]},
        {"faults": [{"kind": "303", "action": "reject", "when": "now"}]},
    ],
)
async def test_a_fault_table_that_makes_no_sense_is_400(line: Line, said: Any) -> None:
    """And the old one stays."""
    assert "expected" in (await line.control("PUT", "/faults", said)).problem["detail"]
    assert (await line.control("GET", "/faults")).json == {"faults": []}


async def test_changes_are_inputs_of_the_journal(line: Line) -> None:
    """Registry, profile and faults stand in the order of the messages, so that a replay can repeat them."""
    await line.control("PUT", "/registry", ROWS)
    await line.control("PUT", "/profile", "instant")
    await line.control("PUT", "/faults", {"faults": []})
    entries = await line.journal()
    assert [(e["kind"], e["what"]) for e in entries] == [
        ("input", "registry"),
        ("input", "profile"),
        ("input", "faults"),
    ]


async def test_the_rule_table_is_data(line: Line) -> None:
    """Every rule with its citation, basis and both columns."""
    rules = (await line.ask("GET", "/_control/rules")).json["rules"]
    by_id = {one["row"]: one for one in rules}
    assert by_id["INV-01"]["citation"]
    assert by_id["MSG-01/case"]["standard"] == "remark"
    assert by_id["MSG-01/case"]["strict"] == "refuse"
    assert {one["basis"] for one in rules} == {"LAW", "SPEC", "OBSERVED", "ASSUMED"}


# --- tokens -----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def guarded(tmp_path: Path) -> AsyncIterator[tuple[Line, str, str]]:
    """A single window that asks for tokens; a line with the control token, tokens of the sandboxes `a` and `b`."""
    async with serving(tmp_path / "store.sqlite3", guard="the-control-token") as line:
        made = [await line.ask("POST", "/_control/sandboxes", json={"id": name}) for name in "ab"]
        yield line, made[0].json["token"], made[1].json["token"]


async def asked(line: Line, method: str, path: str, token: str) -> int:
    body = ORDER if method == "POST" else None
    return (await Line(line.url, line.session, line.window, "a", token).ask(method, path, body=body)).status


@pytest.mark.parametrize("path", ["/_control/sandboxes", "/_control/rules", "/metrics", "/openapi.json", "/nowhere"])
async def test_what_is_of_no_sandbox_asks_for_the_control_token(guarded: tuple[Line, str, str], path: str) -> None:
    """Listing sandboxes is not for one sandbox's client; liveness is for everyone."""
    line, token_a, _ = guarded
    assert await asked(line, "GET", path, token_a) == 401
    assert await asked(line, "GET", path, line.token) in {200, 404}
    assert await asked(line, "GET", "/healthz", "") == 200


async def test_a_refused_token_says_how_to_ask(guarded: tuple[Line, str, str]) -> None:
    """A problem document with WWW-Authenticate, the same for a sandbox that is not there."""
    line, token_a, _ = guarded
    for name in ("b", "nobody"):
        got = await Line(line.url, line.session, line.window, name, token_a).control("GET", "")
        assert got.problem["status"] == 401
        assert got.headers["WWW-Authenticate"] == "Bearer"


async def test_tokens_outlive_a_restart(tmp_path: Path) -> None:
    """What is kept is a digest, and it opens the sandbox to the same token."""
    store = tmp_path / "store.sqlite3"
    async with serving(store, guard="one") as line:
        token = (await line.ask("POST", "/_control/sandboxes", json={"id": "a"})).json["token"]
    assert token.encode() not in store.read_bytes()
    async with serving(store, guard="two") as line:
        assert await asked(line, "GET", "/sandboxes/a/returns", token) == 200
        assert await asked(line, "GET", "/sandboxes/a/returns", "one") == 401


async def test_a_broker_is_enrolled_as_agent(line: Line) -> None:
    """The role an open registry notes is the one the field implies."""
    await line.accepted(message("603", SALE.document("603")))
    known = {one["code"]: one for one in (await line.control("GET", "/registry")).json["enterprises"]}
    assert known[BROKER[0]]["roles"] == ["agent"]


async def test_code_tables_are_told_with_their_source(line: Line) -> None:
    tables = {one["name"]: one for one in (await line.ask("GET", "/_control/codes")).json["tables"]}
    currency = (await line.ask("GET", "/_control/codes?table=currency")).json

    assert tables["currency"]["count"] == len(currency["rows"]) > 0
    assert tables["currency"]["source"]
    assert "142" in {row["code"] for row in currency["rows"]}
    assert "expected one of" in (await line.ask("GET", "/_control/codes?table=colour")).problem["detail"]
