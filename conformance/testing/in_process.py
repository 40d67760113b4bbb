"""A single window in a thread of this process, on a free port of the loopback: nothing to start, nothing to clean up.

It has an event loop of its own, so a test may talk to it from blocking code, from its own loop, or from a program in
another language that the test starts.
"""

import asyncio
import threading
from concurrent.futures import Future
from contextlib import suppress
from typing import Self

from aiohttp import web

from swsim.simulator.clock import read_clock, real_now
from swsim.simulator.sandbox import Settings
from swsim.simulator.single_window import SingleWindow
from swsim.simulator.store.sqlite import SqliteStore
from swsim.simulator.transport.http import make_app

STARTS_WITHIN = 30.0
"""Seconds until it must listen."""


class InProcess:
    """A context manager; `url` is its address while it lasts. Its store is memory: it ends with the block."""

    def __init__(self) -> None:
        self.url = ""
        self._listening: Future[str] = Future()
        self._thread = threading.Thread(target=self._run, name="swsim", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped: asyncio.Event | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        self.url = self._listening.result(STARTS_WITHIN)
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None and self._stopped is not None:
            self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(STARTS_WITHIN)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001 - it belongs to who waits for the address, in the other thread
            with suppress(asyncio.InvalidStateError):
                self._listening.set_exception(error)

    async def _serve(self) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        window = SingleWindow(SqliteStore(":memory:"), lambda: Settings(read_clock("real", real_now())))
        runner = web.AppRunner(make_app(window), access_log=None, shutdown_timeout=1.0)
        try:
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self._listening.set_result(f"http://127.0.0.1:{runner.addresses[0][1]}")
            await self._stopped.wait()
        finally:
            await runner.cleanup()
