"""Dry runs that look ahead, and `swsim explore`: what each deadline of a message changes."""

import asyncio
import json
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from simulator_line import NOW, Line, serving

from swsim.fixtures.batch import upload
from swsim.fixtures.chain import chain
from swsim.fixtures.parties import parties, registry
from swsim.simulator.cli import main
from swsim.simulator.clock import BEIJING, Clock, read_instant, real_now
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.explore.command import explore
from swsim.simulator.messages.codec import encode
from swsim.simulator.messages.transfer import Document
from swsim.simulator.sandbox import Settings

FIRMS = parties(7)
SALE = chain(7, 0, read_instant(NOW))


def body(document: Document) -> bytes:
    return encode(upload([document], FIRMS.sender(document.number), guid="A" * 36))


# --- dry run ----------------------------------------------------------------------------------------------------------


async def test_a_dry_run_tells_what_customs_would_decide_later(tmp_path: Path) -> None:
    """Without its order the list would be rejected later, and why; with all three it would be approved."""
    async with serving(tmp_path / "db") as whole:
        line = await whole.create()
        said = (await line.post(body(SALE.inventory), dryRun="true")).json["documents"][0]
        assert (said["status"], [one["status"] for one in said["later"]]) == (2, [3, 100])
        why = said["later"][-1]["explain"]
        assert {one["row"] for one in why} >= {"ORD-01/order", "ORD-01/waybill", "PAY-01"}
        assert any("2024-167" in one["hint_en"] for one in why)
        for document in SALE.documents[:3]:
            await line.accepted(body(document))
        await line.clock(advance="PT1M")
        entries, returns = len(await line.journal()), len(await line.listed())
        said = (await line.post(body(SALE.inventory), dryRun="true")).json["documents"][0]
        assert [one["status"] for one in said["later"]] == [3, 120, 399]
        assert datetime.fromisoformat(said["later"][0]["at"]) > await line.now()
        assert (len(await line.journal()), len(await line.listed())) == (entries, returns), "nothing is kept"
        assert (await line.clock(step=1))["fired"] == 0, "nothing was planned"
        assert (await line.post(body(SALE.inventory), dryRun="true")).json["documents"][0]["status"] == 2


async def test_a_dry_run_of_an_instant_customs_tells_all_of_it(tmp_path: Path) -> None:
    """What comes in the same moment stands under `later` too; a refusal has none."""
    async with serving(tmp_path / "db") as whole:
        line = await whole.create(profile="instant")
        said = (await line.post(body(SALE.order), dryRun="true")).json["documents"][0]
        assert [one["status"] for one in said["later"]] == [3, 120]
        await line.accepted(body(SALE.order))
        said = (await line.post(body(SALE.order), dryRun="true")).json["documents"][0]
        assert (said["status"], said["later"]) == (-301010, [])
        assert said["explain"][0]["hint_zh"]


async def test_a_step_goes_to_the_next_due_event_only(tmp_path: Path) -> None:
    """Each `step` fires one event, and stands at its time."""
    async with serving(tmp_path / "db") as whole:
        line = await whole.create()
        await line.accepted(body(SALE.order))
        begun = await line.now()
        first = await line.clock(step=1)
        assert (first["fired"], datetime.fromisoformat(first["now"]) - begun) == (1, timedelta(seconds=1))
        following = first["next"]
        second = await line.clock(step=1)
        assert (second["now"], second["fired"], second["next"]) == (following["at"], 1, None)
        assert await line.clock(step=1) == second | {"fired": 0}


# --- explore ----------------------------------------------------------------------------------------------------------


def files(folder: Path, *documents: Document) -> list[str]:
    paths = []
    for place, document in enumerate(documents):
        path = folder / f"{place}.xml"
        path.write_bytes(body(document))
        paths.append(str(path))
    return paths


def explored(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    assert main(["explore", *words, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    return {row["rule"]: row for row in rows}


def test_a_list_needs_a_receipt_until_a_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """2024-12-15 00:00:00 Beijing time: without a receipt 100 a second before, approved from then on."""
    order, _, waybill, listed = SALE.documents
    row = explored(capsys, *files(tmp_path, order, waybill, listed))["PAY-02"]
    assert (row["at"], row["changes"]) == ("2024-12-15T00:00:00+08:00", True)
    runs = [one["documents"][0] for one in row["runs"]]
    assert [one["statuses"] for one in runs] == [[2, 3, 100], [2, 3, 120, 399], [2, 3, 120, 399]]
    assert [one["refuses"] for one in runs] == [["PAY-01"], [], []]
    assert [one["at"][11:19] for one in row["runs"]] == ["23:59:59", "00:00:00", "00:00:01"]


def test_a_message_may_not_lie_ahead(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """MSG-04: ten minutes are allowed; in `strict` it refuses a second before that."""
    row = explored(capsys, *files(tmp_path, SALE.order), "--profile", "strict")["MSG-04"]
    assert [one["documents"][0]["statuses"][0] for one in row["runs"]] == [-301008, 2, 2]


def test_an_authorisation_begins_and_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """ENT-12: its first day counts, its last too."""
    firms = registry(FIRMS)
    head = SALE.inventory.head
    for firm in firms:
        if firm["code"] == head.ebc_code:
            firm["authorises"] = [{"code": head.agent_code, "from": "2026-01-01", "to": "2026-01-31"}]
    path = tmp_path / "registry.json"
    path.write_text(json.dumps(firms), "utf-8")
    words = [*files(tmp_path, SALE.inventory), "--profile", "strict", "--registry", str(path), "--format", "json"]
    assert main(["explore", *words]) == 0
    found = [row for row in json.loads(capsys.readouterr().out) if row["rule"] == "ENT-12"]
    assert [row["at"] for row in found] == ["2026-01-01T00:00:00+08:00", "2026-02-01T00:00:00+08:00"]
    told = [["ENT-12" in run["documents"][0]["refuses"] for run in row["runs"]] for row in found]
    assert told == [[True, False, False], [False, True, True]]


def test_a_certificate_begins_and_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """MSG-14: the validity of the certificate in a signed message, its last second included."""
    path = files(tmp_path, SALE.inventory)[0]
    code = SALE.inventory.head.agent_code
    assert main(["certs", "--code", code, "--out", str(tmp_path / "certs")]) == 0
    signed = str(tmp_path / "signed.xml")
    assert main(["sign", path, "--identity", str(tmp_path / f"certs/{code}-sm2"), "--out", signed]) == 0
    capsys.readouterr()
    words = [signed, "--profile", "strict", "--format", "json"]
    assert main(["explore", *words]) == 0
    found = [row for row in json.loads(capsys.readouterr().out) if row["rule"] == "MSG-14"]
    assert len(found) == 2
    told = [[any("MSG-14" in rule for rule in run["documents"][0]["refuses"]) for run in row["runs"]] for row in found]
    assert told == [[True, False, False], [False, True, True]]


async def kept(path: Path) -> None:
    """A database in which the waybill was used."""
    async with serving(path) as whole:
        await whole.accepted(body(SALE.logistics))
        await Line(whole.url, whole.session, whole.window, "default").clock(advance="PT1M")


async def test_a_database_is_where_it_begins(tmp_path: Path) -> None:
    """--db: the state of a stopped simulator, in a copy that it does not change; what is past is skipped."""
    path = tmp_path / "kept.sqlite3"
    await kept(path)
    before = path.read_bytes()
    settings = Settings(Clock("real", real_now(), real_now(), 1.0))
    found = {one["rule"]: one for one in await explore([body(SALE.logistics)], settings, Codes.builtin(), path)}
    used = datetime.strptime(SALE.logistics.app_time, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
    assert datetime.fromisoformat(found["LOG-01"]["at"]) == used.replace(month=used.month + 6)
    assert found["MSG-04"]["skipped"].startswith("lies before")
    assert path.read_bytes() == before


async def test_a_running_simulator_is_where_it_begins(served: Line, capsys: pytest.CaptureFixture[str]) -> None:
    """--url: the sandbox as it stands now, due work and all; nothing in it moves, nothing is kept."""
    line = await served.create(profile={"base": "peak-day", "stretch": {}})
    await line.accepted(body(SALE.logistics))
    await line.clock(advance="PT1H")
    await line.accepted(body(SALE.order))
    before = await line.journal()
    with tempfile.TemporaryDirectory() as folder:
        words = [*files(Path(folder), SALE.logistics), "--url", line.url, "--sandbox", "s", "--format", "json"]
        assert await asyncio.to_thread(main, ["explore", *words]) == 0
        found = {row["rule"]: row for row in json.loads(capsys.readouterr().out)}
        assert [run["documents"][0]["statuses"][0] for run in found["LOG-01"]["runs"]] == [-504015] * 3
        assert found["MSG-04"]["skipped"].startswith("lies before the sandbox's time 2026-01-05T10:00:00")
        assert await asyncio.to_thread(main, ["explore", *words, "--db", "x"]) == 2
        assert "expected --url or --db" in capsys.readouterr().err
        assert await asyncio.to_thread(main, ["explore", *words[:3], "--sandbox", "none"]) == 2
        assert "none" in capsys.readouterr().err
    assert await line.journal() == before


def test_what_cannot_be_explored_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No file, no message, no such sandbox: 2, and what was expected."""
    (tmp_path / "bad.xml").write_bytes(b"<no/>")
    assert main(["explore", str(tmp_path / "none.xml")]) == 2
    assert main(["explore", str(tmp_path / "bad.xml")]) == 2
    assert "expected a message that fits the schema" in capsys.readouterr().err
    assert main(["explore", *files(tmp_path, SALE.order), "--sandbox", "other"]) == 2
    assert "expected one of default, got 'other'" in capsys.readouterr().err
    assert main(["explore", *files(tmp_path, SALE.order)]) == 0
    assert "MSG-04  appTime does not lie ahead" in capsys.readouterr().out
