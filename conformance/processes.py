"""The other processes of a run: the simulator and the reference enterprise, each started, heard, and ended again."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import orjson

START_WITHIN = 30.0
"""Seconds a process may take to say that it listens."""
END_WITHIN = 10.0


class NotStartedError(RuntimeError):
    """A process did not come up; the text holds what it said."""


@contextlib.asynccontextmanager
async def running(module: str, arguments: Sequence[str]) -> AsyncIterator[str]:
    """Run ``python -m module`` until the block ends; gives the address of its ready line, ``{"url":...}`` on stdout."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        # Ctrl-C in a terminal reaches the whole group; the children are ended by us, in order.
        start_new_session=True,
    )
    try:
        yield await _address(process, module)
    finally:
        await _end(process)


async def _address(process: asyncio.subprocess.Process, module: str) -> str:
    if process.stdout is None:
        raise NotStartedError(f"{module}: no output to read")
    try:
        async with asyncio.timeout(START_WITHIN):
            line = await process.stdout.readline()
    except TimeoutError:
        raise NotStartedError(f"{module} did not listen within {START_WITHIN:g} s") from None
    try:
        return str(orjson.loads(line)["url"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        said = line.decode("utf-8", "replace").strip() or "nothing"
        raise NotStartedError(f"{module} said {said!r} instead of its address; see its errors above") from None


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(END_WITHIN):
            await process.communicate()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def simulator(folder: Path, options: Sequence[str] = ()) -> contextlib.AbstractAsyncContextManager[str]:
    """A simulator on a free port with its store in `folder`, started with `options` of `swsim serve`."""
    usual = ["serve", "--port", "0", "--ready-json", "--db", os.fspath(folder / "run.sqlite3")]
    return running("swsim.simulator.cli", [*usual, *options])


def enterprise(
    url: str, sandbox: str, seed: int, fault: str = "", amqp: str = ""
) -> contextlib.AbstractAsyncContextManager[str]:
    """The reference enterprise on a free port, in the sandbox `sandbox` of the simulator at `url`; over a broker where
    one is named.
    """
    options = ["--url", url, "--sandbox", sandbox, "--seed", str(seed), "--port", "0"]
    options += [*(["--fault", fault] if fault else []), *(["--amqp", amqp] if amqp else [])]
    return running("swsim.conformance.enterprise", options)
