"""What a run stands on: a sandbox with a virtual clock, its journal followed, an enterprise reached by its driver."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, ClientTimeout

from swsim.conformance.capabilities import EVERYTHING, Statement
from swsim.conformance.control import Control
from swsim.conformance.driver import Driver
from swsim.conformance.drivers import opened
from swsim.conformance.journal import Journal
from swsim.fixtures.parties import parties, registry

REGIME = "2018-194"
"""Transaction, payment and logistics all there before the list (architecture, decision 13)."""
PROFILE = "standard"
START = "2026-01-05T09:00:00+08:00"
"""A Monday morning, no holiday near."""


@dataclass(frozen=True, slots=True)
class Session:
    """The three ends of a run."""

    control: Control
    journal: Journal
    driver: Driver


async def create_case_sandbox(
    url: str, sandbox: str, seed: int, *, regime: str = REGIME, profile: str = PROFILE
) -> None:
    """A sandbox for cases: a virtual clock, and a closed registry with the firms of `seed`."""
    clock = {"mode": "virtual", "now": START}
    async with ClientSession(url) as http:
        await Control(http, sandbox).create(
            profile=profile, regime=regime, seed=seed, clock=clock, registry=registry(parties(seed))
        )


async def sandbox_exists(url: str, sandbox: str) -> bool:
    """Whether the simulator has it."""
    async with ClientSession(url) as http:
        return await Control(http, sandbox).exists()


async def create_load_sandbox(url: str, sandbox: str, seed: int) -> None:
    """A sandbox for load: real time, no delays, an open registry, since every sender brings firms of its own."""
    async with ClientSession(url) as http:
        await Control(http, sandbox).create(profile="instant", regime=REGIME, seed=seed, clock={"mode": "real"})


@contextlib.asynccontextmanager
async def session(url: str, sandbox: str, driver: str, statement: Statement = EVERYTHING) -> AsyncIterator[Session]:
    """Connect to both sides; the journal is followed until the block ends. `driver` as `drivers.opened` reads it."""
    timeout = ClientTimeout(total=60, connect=10)
    async with ClientSession(url, timeout=timeout) as customs, opened(driver, statement) as firm:
        journal = Journal(customs, sandbox)
        following = asyncio.create_task(journal.run())
        try:
            yield Session(Control(customs, sandbox), journal, firm)
        finally:
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await following


def run_to_end(main: Coroutine[Any, Any, int]) -> int:
    """Run `main`; SIGTERM ends it as Ctrl-C does, so that the processes it started end with it."""

    async def guarded() -> int:
        task = asyncio.ensure_future(main)
        with contextlib.suppress(
            NotImplementedError
        ):  # Windows has no signal handlers in a loop, nor SIGTERM to speak of
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await task

    try:
        return asyncio.run(guarded())
    except asyncio.CancelledError:
        return 143
