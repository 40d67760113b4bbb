"""Drivers that are no HTTP, with the reference enterprise behind them: commands, a person at a terminal, nobody."""

import asyncio
import json
import re
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from swsim.conformance import processes
from swsim.conformance.capabilities import EVERYTHING
from swsim.conformance.run import Order, carry_out
from swsim.conformance.session import create_case_sandbox, create_load_sandbox
from swsim.reports.model import CaseResult, Verdict

CASES = ("late-120", "cancels-an-approved-list", "content-INV-04")
"""One asks for the state of an order, one for an action, one only watches."""


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    async with processes.simulator(tmp_path) as at:
        yield at


def told(results: list[CaseResult]) -> dict[str, tuple[Verdict, str]]:
    return {one.id: (one.verdict, one.reason if one.verdict is not Verdict.PASS else "") for one in results}


PLACE = """import json, sys, urllib.request
order = json.load(open(sys.argv[2]))
data = json.dumps({"orders": [{"detail": order["detail"]}]}).encode()
print(json.dumps(json.load(urllib.request.urlopen(sys.argv[1] + "/orders", data))["accepted"][0]))
"""


def commands_of(firm: str, folder: Path) -> Path:
    """Templates over `curl`, and a script where a body has to be made."""
    script = folder / "place.py"
    script.write_text(PLACE, "utf-8")
    curl = ["curl", "--silent", "--fail-with-body"]
    rows = {
        "place": [sys.executable, str(script), firm, "{file}"],
        "state": [*curl, f"{firm}/orders/{{order}}"],
        "books": [*curl, f"{firm}/books"],
        "clock": [*curl, "--json", '{"now":"{now}"}', f"{firm}/clock"],
        "cancel": [*curl, "--json", "{details}", f"{firm}/orders/{{order}}/cancel"],
    }
    path = folder / "commands.toml"
    path.write_text("[commands]\n" + "".join(f"{name} = {json.dumps(row)}\n" for name, row in rows.items()), "utf-8")
    return path


@pytest.mark.skipif(shutil.which("curl") is None, reason="the templates call curl")
@pytest.mark.parametrize(("fault", "verdict"), [("", Verdict.PASS), ("late-120-overwrites", Verdict.WARNING)])
async def test_commands_drive_an_enterprise(url: str, tmp_path: Path, fault: str, verdict: Verdict) -> None:
    await create_case_sandbox(url, "s", 1)
    async with processes.enterprise(url, "s", 1, fault) as firm:
        driver = f"command:{commands_of(firm, tmp_path)}"
        order = Order(plan="all", url=url, driver=driver, only=CASES, sandbox="s", statement=EVERYTHING)
        found = told((await carry_out(order)).results)
    assert found["content-INV-04"] == (Verdict.PASS, "")
    assert found["late-120"][0] is verdict, found


class Operator:
    """A person at a terminal: reads what is asked for, does it in the enterprise's own system, types the answer."""

    def __init__(self, firm: str, http: ClientSession) -> None:
        self.firm, self.http = firm, http
        self.asked: list[str] = []

    async def answers(self, text: str) -> str:
        """What is typed."""
        self.asked.append(text)
        if "Enter this order" in text:
            detail = json.loads(text[text.index("{") : text.rindex("}") + 1])
            async with self.http.post(f"{self.firm}/orders", json={"orders": [{"detail": detail}]}) as answer:
                [row] = (await answer.json())["accepted"]
            return f"{row['orderNo']} {row['logisticsNo']}"
        order_no = re.findall(r"TEST\w+", text)[0]
        if "status of the list" in text:
            async with self.http.get(f"{self.firm}/orders/{order_no}") as answer:
                state = await answer.json()
            return f"{state['documents']['603']['status']} {state['invtNo']}"
        async with self.http.post(f"{self.firm}/orders/{order_no}/cancel", json={}) as answer:
            assert answer.status == 202
        return ""


async def test_a_person_at_the_terminal_drives_an_enterprise(url: str, tmp_path: Path) -> None:
    """The command itself, its prompts read from its standard error, the answers typed into its standard input."""
    await create_case_sandbox(url, "s", 1)
    statement = tmp_path / "shop.toml"
    offered = 'roles = ["ebp", "ebc", "pay", "logistics", "agent"]\nmodes = ["9610"]\nactions = ["cancel"]\n'
    statement.write_text(f'{offered}facilities = ["state"]\n[pace]\nsettle = 0.3\npatience = 8\ngrace = 1\n', "utf-8")
    options = ["--driver", "manual", "--plan", "9610-declaration", "--capabilities", str(statement), "--sandbox", "s"]
    chosen = [word for case in CASES for word in ("--case", case)]
    words = ["conformance", *options, *chosen, "--url", url, "--report", str(tmp_path / "out"), "--format", "json"]
    async with processes.enterprise(url, "s", 1) as firm, ClientSession() as http:
        person = Operator(firm, http)
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "swsim.simulator.cli",
            *words,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out = asyncio.ensure_future(_pipe(process.stdout).read())
        await _converse(process, person)
        cases = {one["id"]: one for one in json.loads(await out)["cases"]}
        await process.wait()
    assert {name: one["verdict"] for name, one in cases.items()} == dict.fromkeys(CASES, "PASS"), cases
    assert any("买家取消订单" in one for one in person.asked)


def _pipe(stream: asyncio.StreamReader | None) -> asyncio.StreamReader:
    assert stream is not None
    return stream


async def _converse(process: Any, person: Operator) -> None:
    """Answer each prompt: a text that ends in a colon and a blank."""
    said = b""
    while chunk := await process.stderr.read(65536):
        said += chunk
        text = said.decode("utf-8", "ignore")
        if text.endswith(": "):
            said = b""
            process.stdin.write((await person.answers(text)).encode() + b"\n")
            await process.stdin.drain()


async def test_without_a_driver_what_is_seen_on_a_real_clock_is_judged(url: str) -> None:
    await create_load_sandbox(url, "live", 1)
    async with processes.enterprise(url, "live", 1) as firm, ClientSession() as http:
        order = Order(plan="all", url=url, driver="none", sandbox="live", statement=EVERYTHING, watch=2.0)
        watching = asyncio.ensure_future(carry_out(order))
        rows = [{"seed": 1, "index": index} for index in range(3)]
        async with http.post(f"{firm}/orders", json={"orders": rows}) as answer:
            assert answer.status == 202
        found = told((await watching).results)
    assert found
    assert found["content-INV-04"] == (Verdict.PASS, "")
    assert not {verdict for verdict, _ in found.values()} & {Verdict.FAIL, Verdict.ERROR}


async def test_without_a_driver_a_silent_enterprise_is_not_observed(url: str) -> None:
    await create_load_sandbox(url, "silent", 1)
    order = Order(plan="9610-declaration", url=url, driver="none", sandbox="silent", statement=EVERYTHING)
    found = told((await carry_out(order)).results)
    assert {verdict for verdict, _ in found.values()} == {Verdict.NOT_OBSERVED}
