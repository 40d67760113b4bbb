"""The public contract, row by row, against the running server: what outside clients rely on. The table is this test's
own: a change of the surface that breaks a client breaks a row here.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from simulator_annex import DXP, Sale, message
from simulator_envelopes import dxp_msg, json_envelope, sv_around
from simulator_line import NOW, Got, Line, key_path, serving

SALE = Sale("CONTRACT-1")
ORDER = message("303", SALE.document("303"))
KEY = key_path(*SALE.key("303"))
BAD = ORDER.replace(b">28<", b">much<")
SB, CONTROL = "/sandboxes/s", "/_control/sandboxes/s"
XML, JSON, PROBLEM, LINES = "application/xml", "application/json", "application/problem+json", "application/x-ndjson"


@dataclass(frozen=True)
class Row:
    """A call of the contract: what is sent, by which status and media type it is answered, which keys that has.

    `says` are values by path (`a/b`), `has` keys at the top (of the first line where there are lines).
    """

    method: str
    path: str
    body: Any = None
    status: int = 200
    media: str = JSON
    has: tuple[str, ...] = ()
    says: dict[str, Any] = field(default_factory=dict)
    header: str = ""


FAULT = ("line", "path", "value", "expected", "title_zh", "title_en", "section")
LISTED = ("id", "seq", "dxpId", "messageType", "createdAt", "acknowledged")
EXPLAINED = ("rule", "citation", "basis", "path", "expected", "found", "hint_zh", "hint_en")
RAN = {"mode": "virtual", "now": "2026-01-06T09:00:00+08:00"}
MADE = {
    "id": "made",
    "profile": "strict",
    "regime": "2018-194",
    "seed": 5,
    "clock": {"mode": "virtual", "now": NOW},
    "registry": [
        {
            "code": "4403180T02",
            "name": "测试",
            "roles": ["ebc", "ebp", "agent", "logistics", "pay", "operator", "owner", "warehouse"],
            "registration": "customs",
            "customs": ["2244"],
            "dxpIds": ["DXPENT0000000001"],
            "authorises": ["4403180T03", {"code": "4403180T04", "customs": ["2244"], "from": "2026-01-01"}],
            "permit": True,
            "credit": "A",
        }
    ],
}
ROWS = {
    # --- messages in ------------------------------------------------------------------------------------------------
    "a message": Row(
        "POST",
        f"{SB}/messages",
        ORDER,
        202,
        JSON,
        ("id", "guid", "explain"),
        {"messageType": "CEB303Message", "documents": 1, "status": "accepted"},
    ),
    "a dry run": Row("POST", f"{SB}/messages?dryRun=true", ORDER, 200, JSON, ("documents",)),
    "a DxpMsg": Row("POST", f"{SB}/messages", dxp_msg(ORDER), 200, XML),
    "a DxpMsgSv": Row("POST", f"{SB}/messages", sv_around(dxp_msg(ORDER)), 200, XML),
    "a JSON envelope": Row("POST", f"{SB}/messages", json_envelope(ORDER), 202, JSON, ("id",), {"status": "accepted"}),
    "nothing": Row("POST", f"{SB}/messages", b"", 400, PROBLEM, ("id", "errors"), {"code": "0001"}),
    "no XML": Row("POST", f"{SB}/messages", b"<a", 400, PROBLEM, ("id", "errors"), {"code": "0001"}),
    "a DTD": Row("POST", f"{SB}/messages", b"<!DOCTYPE a><a/>", 400, PROBLEM, ("errors",), {"code": "0001"}),
    "another encoding": Row(
        "POST",
        f"{SB}/messages",
        "<?xml version='1.0' encoding='GBK'?><a/>".encode("gbk"),
        400,
        PROBLEM,
        ("errors",),
        {"code": "0001"},
    ),
    "an unknown root": Row("POST", f"{SB}/messages", b"<a/>", 422, PROBLEM, ("id", "errors"), {"code": "0002"}),
    "not valid": Row(
        "POST",
        f"{SB}/messages",
        BAD,
        422,
        PROBLEM,
        ("id", "errors"),
        {"code": "0002", "errors/0/value": "much", "errors/0/path": "/CEB303Message/Order[1]/OrderHead/goodsValue"},
    ),
    "too large": Row("POST", f"{SB}/messages", b" " * 40_001, 413, PROBLEM, ("detail",)),
    "no sandbox": Row("POST", "/sandboxes/nobody/messages", ORDER, 404, PROBLEM, ("detail",)),
    "without a name": Row(
        "POST", "/messages", ORDER, 202, JSON, ("id",), {"explain": "/_control/sandboxes/default/messages/M0000000001"}
    ),
    "local platforms": Row("POST", f"{SB}/cebcmsg", json_envelope(ORDER), 200, "text/plain"),
    "their poll": Row("GET", f"{SB}/ceb304msg?dxpid={DXP}&qryid=202601010000", status=200),
    # --- returns out --------------------------------------------------------------------------------------------------
    "the next return": Row(
        "GET", f"{SB}/returns/next?dxpId={DXP}&wait=0&visibility=30", media=XML, header="X-Return-Id"
    ),
    "none": Row("GET", f"{SB}/returns/next?dxpId=DXPNOBODY&wait=0", status=204, media=""),
    "for nobody": Row("GET", f"{SB}/returns/next", status=400, media=PROBLEM),
    "acknowledged": Row("DELETE", f"{SB}/returns/R0000000001", status=204, media=""),
    "acknowledged again": Row("DELETE", f"{SB}/returns/R0000000001", status=204, media=""),
    "no such return": Row("DELETE", f"{SB}/returns/R0000009999", status=404, media=PROBLEM),
    "a page": Row(
        "GET",
        f"{SB}/returns?dxpId={DXP}&after=0&limit=1",
        has=("items", "next"),
        says={"items/0/acknowledged": True, "items/0/seq": 1, "items/0/dxpId": DXP},
    ),
    # --- sandboxes ----------------------------------------------------------------------------------------------------
    "made": Row(
        "POST",
        "/_control/sandboxes",
        MADE,
        201,
        JSON,
        ("id", "token"),
        {"clock/now": NOW, "regime": "2018-194", "seed": 5},
    ),
    "made again": Row("POST", "/_control/sandboxes", MADE, 409, PROBLEM),
    "made of an id alone": Row("POST", "/_control/sandboxes", {"id": "bare"}, 201, JSON, ("token",)),
    "listed": Row("GET", "/_control/sandboxes", has=("sandboxes",)),
    "shown": Row("GET", CONTROL, has=("documents",), says={"id": "s"}),
    "snapshot": Row("POST", f"{CONTROL}/snapshot", {"name": "x"}, 201),
    "restored": Row("POST", f"{CONTROL}/restore", {"name": "x"}),
    # --- clock --------------------------------------------------------------------------------------------------------
    "the clock": Row(
        "GET", f"{CONTROL}/clock", has=("now", "mode", "fired"), says={"next/at": "2026-01-05T09:00:01+08:00"}
    ),
    "a step": Row("POST", f"{CONTROL}/clock", {"step": 1}, says={"fired": 1, "now": "2026-01-05T09:00:01+08:00"}),
    "by": Row("POST", f"{CONTROL}/clock", {"advance": "PT4H"}, says={"now": "2026-01-05T13:00:01+08:00", "next": None}),
    "to": Row("POST", f"{CONTROL}/clock", {"advance_to": "2026-01-05T20:00:00+08:00"}, says={"fired": 0}),
    "set": Row("POST", f"{CONTROL}/clock", RAN, says=RAN),
    "back": Row("POST", f"{CONTROL}/clock", {"mode": "virtual", "now": NOW}, 409, PROBLEM),
    # --- what became of it --------------------------------------------------------------------------------------------
    "a document": Row(
        "GET",
        f"{CONTROL}/documents/303/{KEY}",
        has=("kind", "key", "state", "history", "returns", "explain"),
        says={"kind": "303", "state": 120, "history/0/status": 2},
    ),
    "no document": Row("GET", f"{CONTROL}/documents/303/no~no", status=404, media=PROBLEM),
    "forced": Row("POST", f"{CONTROL}/documents/303/{KEY}/force", {"status": 120}, 409, PROBLEM),
    "found": Row("GET", f"{CONTROL}/find?q={SALE.order_no}", has=("documents",), says={"documents/0/kind": "303"}),
    "the journal": Row(
        "GET", f"{CONTROL}/journal?after=0&wait=0", media=LINES, has=("n", "at", "kind", "what", "data", "digest")
    ),
    "a message explained": Row(
        "GET", f"{CONTROL}/messages/M0000000001", has=("documents",), says={"messageType": "CEB303Message"}
    ),
    # --- settings and tables ------------------------------------------------------------------------------------------
    "registry": Row("GET", f"{CONTROL}/registry", has=("mode", "enterprises")),
    "registry replaced": Row("PUT", f"{CONTROL}/registry", {"mode": "open", "enterprises": []}),
    "profile": Row("GET", f"{CONTROL}/profile", says={"profile": "standard"}),
    "profile replaced": Row("PUT", f"{CONTROL}/profile", "instant", says={"profile": "instant"}),
    "faults": Row("GET", f"{CONTROL}/faults", says={"faults": []}),
    "faults replaced": Row(
        "PUT", f"{CONTROL}/faults", {"faults": [{"action": "busy"}]}, says={"faults/0/action": "busy"}
    ),
    "no summary": Row("GET", f"{CONTROL}/summaries/X", status=404, media=PROBLEM),
    "rules": Row("GET", "/_control/rules", has=("rules",)),
    "codes": Row("GET", "/_control/codes", has=("tables",)),
    "health": Row("GET", "/healthz", says={"status": "ok"}),
    "metrics": Row("GET", "/metrics", media="text/plain"),
    "the surface": Row("GET", "/openapi.json", has=("openapi", "paths")),
    "the console": Row("GET", "/", media="text/html"),
    # --- the end ------------------------------------------------------------------------------------------------------
    "reset": Row("POST", f"{CONTROL}/reset"),
    "deleted": Row("DELETE", CONTROL, status=204, media=""),
    "gone": Row("GET", CONTROL, status=404, media=PROBLEM),
}


def at(value: Any, path: str) -> Any:
    """The value at a path of keys and places."""
    for part in path.split("/"):
        value = value[int(part) if part.isdigit() else part]
    return value


def holds(name: str, row: Row, got: Got) -> None:
    """The answer is as the row says."""
    assert got.status == row.status, (name, got.status, got.body)
    assert got.headers.get("Content-Type", "").partition(";")[0] == row.media or not row.media, (name, got.headers)
    assert not row.header or got.headers[row.header], name
    if row.has or row.says:
        value = json.loads(got.body.splitlines()[0])
        assert not set(row.has) - value.keys(), (name, value.keys())
        assert {path: at(value, path) for path in row.says} == row.says, (name, value)


async def test_the_contract_holds_row_by_row(tmp_path: Path) -> None:
    """In the order of the table, on one sandbox."""
    async with serving(tmp_path / "s", max_body=40_000) as served:
        await served.create("s")
        for name, row in ROWS.items():
            raw = isinstance(row.body, bytes)
            more = {} if raw or row.body is None else {"json": row.body}
            holds(name, row, await served.ask(row.method, row.path, body=row.body if raw else None, **more))


async def test_what_is_refused_and_explained_names_its_parts(line: Line) -> None:
    """Each of `errors[]`, of a listed return, of an explanation has every field of the contract."""
    (fault, *_) = (await line.post(BAD)).problem["errors"]
    assert set(FAULT) <= fault.keys()
    await line.accepted(ORDER)
    assert all(set(LISTED) <= one.keys() for one in await line.listed())
    await line.accepted(message("303", SALE.document("303", note="again")))
    (document,) = (await line.control("GET", f"/find?q={SALE.order_no}")).json["documents"]
    assert document["explain"]
    assert all(set(EXPLAINED) <= one.keys() for one in document["explain"])
    assert {"at", "status", "rule"} <= document["history"][0].keys()


@pytest.mark.parametrize(("how", "status", "returns"), [("both", 422, 1), ("sync", 422, 0), ("async", 202, 1)])
async def test_format_faults_are_told_as_the_profile_says(line: Line, how: str, status: int, returns: int) -> None:
    """CEB900 follows where the dxpId is known: returnStatus -999999, oriCopMsgId the guid."""
    await line.control("PUT", "/profile", {"base": "standard", "format_errors": how})
    assert (await line.post(BAD)).status == status
    got = await line.drain()
    assert len(got) == returns
    assert all(one.root == "CEB900Message" and one.statuses == [-999999] for one in got)
