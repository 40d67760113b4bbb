"""The reference enterprise before customs that refuses every unsigned message: its switches, from order to summary."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from swsim.conformance import processes
from swsim.conformance.cases import SANITY
from swsim.conformance.control import Control
from swsim.conformance.run import Order, carry_out
from swsim.conformance.session import create_case_sandbox
from swsim.reports.model import Verdict
from swsim.simulator.profiles.signatures import KINDS

SANDBOX = "signed"
ENFORCED = {"base": "standard", "signature": dict.fromkeys(("*", *KINDS), "enforce")}
WHOLE_LIFE = ("ships-in-order", "cancels-an-approved-list", "takes-goods-back", "summary-in-time")
"""Between them they send each of the eleven kinds."""


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    async with processes.simulator(tmp_path) as at:
        await create_case_sandbox(at, SANDBOX, 1)
        async with ClientSession(at) as http:
            await Control(http, SANDBOX).set_profile(ENFORCED)
        yield at


async def verdicts(url: str, only: tuple[str, ...], *options: str) -> dict[str, Verdict]:
    """What becomes of cases, of an enterprise started with options."""
    words = ["--url", url, "--sandbox", SANDBOX, "--seed", "1", *options]
    async with processes.running("swsim.conformance.enterprise", words) as firm:
        order = Order(plan="all", url=url, driver=f"http:{firm}", only=only, sandbox=SANDBOX)
        return {one.id: one.verdict for one in (await carry_out(order)).results}


@pytest.mark.parametrize("keys", ["sm2", "rsa"])
async def test_what_signs_everything_goes_its_whole_way_with_keys_of_either_kind(url: str, keys: str) -> None:
    found = await verdicts(url, WHOLE_LIFE, "--signs", "everything", "--keys", keys)
    assert found.keys() >= set(WHOLE_LIFE)
    assert set(found.values()) == {Verdict.PASS}, found


async def test_what_signs_the_mandatory_kinds_alone_is_refused_where_all_are_asked_for(url: str) -> None:
    found = await verdicts(url, (SANITY,), "--signs", "mandatory")
    assert Verdict.PASS not in found.values(), found
