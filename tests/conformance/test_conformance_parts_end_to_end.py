"""A run in parts against real processes: the verdicts are those of the run in one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from swsim.conformance import processes
from swsim.conformance.capabilities import EVERYTHING, Instance
from swsim.conformance.cases import SANITY
from swsim.conformance.enterprise.faults import FAULTS
from swsim.conformance.run import INSTANCES, Order, carry_out
from swsim.conformance.session import create_case_sandbox
from swsim.reports.model import Verdict

PLAN = "recovery"
SOME = ("sanity", "late-120", "order-line-busy", "content-INV-04")


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    async with processes.simulator(tmp_path) as at:
        yield at


async def verdicts(order: Order) -> dict[str, Verdict]:
    return {one.id: one.verdict for one in (await carry_out(order)).results}


@pytest.mark.parametrize("fault", ["", "declares-twice"])
async def test_two_instances_find_what_one_finds(url: str, fault: str) -> None:
    one = Order(plan=PLAN, url=url, fault=fault, sandbox="one")
    alone, shared = await asyncio.gather(verdicts(one), verdicts(replace(one, parallel=2, sandbox="two")))
    assert alone == shared
    assert (set(alone.values()) == {Verdict.PASS}) is not bool(fault)


async def test_instances_of_a_statement_have_their_own_driver_and_sandbox(url: str) -> None:
    async with contextlib.AsyncExitStack() as stack:
        named = []
        for sandbox in ("north", "south"):
            await create_case_sandbox(url, sandbox, 1)
            firm = await stack.enter_async_context(processes.enterprise(url, sandbox, 1))
            named.append(Instance(firm, sandbox))
        statement = replace(EVERYTHING, instances=tuple(named))
        order = Order(plan="all", url=url, driver=INSTANCES, only=SOME, statement=statement, parallel=2)
        outcome = await carry_out(order)
    assert {one.id: one.verdict for one in outcome.results} == dict.fromkeys(SOME, Verdict.PASS)
    assert [len(journal) > 10 for journal in outcome.journals] == [True, True]


@contextlib.asynccontextmanager
async def repointed(simulator: str) -> AsyncIterator[tuple[str, list[str]]]:
    """An enterprise that offers `POST /customs`: it is started anew for the sandbox it is pointed at."""
    pointed: list[str] = []
    stack, firm = contextlib.AsyncExitStack(), [""]

    async def customs(request: web.Request) -> web.Response:
        said = await request.json()
        assert said["url"] == f"{simulator}/sandboxes/{said['sandbox']}"
        await stack.aclose()
        firm[0] = await stack.enter_async_context(processes.enterprise(said["simulator"], said["sandbox"], 1))
        pointed.append(said["sandbox"])
        return web.Response(status=204)

    async def rest(request: web.Request) -> web.Response:
        url, body = f"{firm[0]}{request.path_qs}", await request.read()
        async with http.request(request.method, url, data=body, headers={"Content-Type": "application/json"}) as answer:
            return web.Response(status=answer.status, body=await answer.read())

    app = web.Application()
    app.add_routes([web.post("/customs", customs), web.route("*", "/{rest:.*}", rest)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with ClientSession() as http:
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}", pointed
        finally:
            await stack.aclose()
            await runner.cleanup()


async def test_an_enterprise_that_can_be_repointed_gets_a_sandbox_a_case(url: str) -> None:
    async with repointed(url) as (firm, pointed):
        order = Order(plan="all", url=url, driver=firm, only=SOME, sandbox="apart", repoint=True)
        found = await verdicts(order)
    assert found == dict.fromkeys(SOME, Verdict.PASS)
    assert pointed == ["apart-1", "apart-2", "apart-3"]


@pytest.mark.parametrize("fault", ["", next(one.id for one in FAULTS.values() if one.case == SANITY)])
async def test_the_sanity_case_is_first_and_last_with_a_sandbox_a_case_too(url: str, fault: str) -> None:
    order = Order(plan="returned-goods", url=url, sandbox="apart", repoint=True, fault=fault, raised=("RES-01",))
    found = await verdicts(order)
    if fault:
        assert found.pop(SANITY) is Verdict.FAIL
        assert set(found.values()) == {Verdict.SKIPPED}
    else:
        assert set(found.values()) == {Verdict.PASS}
        assert next(iter(found)) == SANITY
        assert [*found][-1] == f"{SANITY}/last"
