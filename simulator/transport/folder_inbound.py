"""The OutBox of a sandbox: looked through in slices for ever, its files taken in by age, then moved."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from swsim.simulator.faults.receiving import HinderedError
from swsim.simulator.intake import Found as Message
from swsim.simulator.intake import Mark, Outcome
from swsim.simulator.limits import LimitReachedError
from swsim.simulator.messages.codec import Refused
from swsim.simulator.reader import ReaderFullError, ReaderLostError
from swsim.simulator.reading import Received
from swsim.simulator.sandbox import Sandbox, UnknownSandboxError
from swsim.simulator.single_window import SingleWindow
from swsim.simulator.transport.folder_boxes import FAIL_BOX, SENT_BOX, Boxes, FolderError, Found

LOG = logging.getLogger("swsim.folder")
PAUSE = 0.3
"""Seconds between two looks at a file, and between two passes through the OutBox."""
LONGEST_PAUSE = 10.0
AHEAD_FILES, AHEAD_BYTES = 32, 16 << 20
"""Files, and bytes of them, that are read before the first is moved."""
STUCK = 1000
"""Files taken in that could not be moved, before nothing more is taken."""
Move = Callable[[], str]


class FolderInbound:
    """One sandbox's OutBox at work."""

    def __init__(self, window: SingleWindow, sandbox: Sandbox, boxes: Boxes, largest: int) -> None:
        self.sandbox = sandbox
        self._window = window
        self._boxes = boxes
        self._largest = largest
        self._task: asyncio.Task[None] | None = None
        self._stuck: dict[str, tuple[Found, Move, str]] = {}
        """By name: taken in, and somebody has it open, so it could not be moved yet."""

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name=f"folder {self.sandbox.name}")

    async def stop(self) -> None:
        """End, with what was read taken in or left."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        pause = PAUSE
        while not self._window.bells.closed:
            try:
                await self._pass()
                pause = PAUSE
            except UnknownSandboxError:
                return
            except FileNotFoundError:
                LOG.warning("%s is gone; it is made again", self._boxes.home)
                pause = await self._made_again(pause)
            except Exception:
                LOG.exception("the OutBox of sandbox %s is looked at again later", self.sandbox.name)
                pause = min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _made_again(self, pause: float) -> float:
        try:
            await asyncio.to_thread(self._boxes.prepare)
        except (FolderError, OSError) as error:
            LOG.warning("%s", error)
            return min(pause * 2, LONGEST_PAUSE)
        return PAUSE

    async def _pass(self) -> None:
        """Once through the OutBox."""
        for name in list(self._stuck):
            await self._again(name)
        slices = self._boxes.slices()
        try:
            while (seen := await asyncio.to_thread(next, slices, None)) is not None:
                if not seen:
                    continue
                await asyncio.sleep(PAUSE)
                await self._take_slice(await asyncio.to_thread(self._boxes.unchanged, seen))
        finally:
            with suppress(ValueError):  # stopped in the middle of a look: it closes by itself
                slices.close()

    async def _take_slice(self, seen: list[Found]) -> None:
        batch: list[tuple[Found, bytes]] = []
        for found in seen:
            if len(self._stuck) >= STUCK:
                return
            if found.name in self._stuck:
                continue
            if not found.regular:
                await self._fail(found, "expected a file, got a link or a device: it is not read")
            elif found.size > self._largest:
                await self._fail(found, f"expected at most {self._largest} bytes, got {found.size}")
            elif (data := await asyncio.to_thread(self._boxes.read, found)) is not None:
                batch.append((found, data))
            if len(batch) >= AHEAD_FILES or sum(len(data) for _, data in batch) >= AHEAD_BYTES:
                await self._take(batch)
                batch = []
        await self._take(batch)

    async def _take(self, batch: list[tuple[Found, bytes]]) -> None:
        """Read files side by side, take them in their order, move each when it is on the disk."""
        reads = [self._window.reader.read(data, "folder") for _, data in batch]
        ready = await asyncio.gather(*reads, return_exceptions=True)
        works = []
        for (found, _), read in zip(batch, ready, strict=True):
            if isinstance(read, ReaderFullError | ReaderLostError):
                continue  # it stays where it is
            if isinstance(read, BaseException):
                raise read
            works.append(asyncio.ensure_future(self._take_one(found, *read)))
            await asyncio.sleep(0)  # it is submitted before the next one
        ended = await asyncio.gather(*works, return_exceptions=True)
        for error in ended:
            if error is not None:
                raise error

    async def _take_one(self, found: Found, received: Received, message: Message) -> None:
        try:
            outcome = await self._window.intake.take(self.sandbox, received, message, mark=Mark(found.mark, again=True))
        except HinderedError:  # the fault table: it stays where it is, and is looked at again
            return
        except LimitReachedError as error:
            await self._fail(found, str(error))
            return
        if (why := _why_not(outcome, message, self.sandbox.profile.success_code)) is None:
            await self._move(found, lambda: self._boxes.to_sent(found), SENT_BOX, outcome.number)
        else:
            await self._fail(found, why, outcome.number)

    async def _fail(self, found: Found, why: str, number: int = 0) -> None:
        await self._move(found, lambda: self._boxes.to_fail(found, f"{why}\n"), FAIL_BOX, number)

    async def _move(self, found: Found, move: Move, box: str, number: int) -> None:
        try:
            became = await asyncio.to_thread(move)
        except FileNotFoundError:
            became, box = "", "nowhere: it was taken away"
        except OSError as error:
            LOG.warning("%r of sandbox %s stays for now: %s", found.name, self.sandbox.name, error.strerror)
            self._stuck[found.name] = found, move, box
            return
        said = {"channel": "folder", "file": _text(found.name), "to": box, "as": _text(became), "of": number}
        self._window.outbox.channel(self.sandbox, "file", said)

    async def _again(self, name: str) -> None:
        """Try to move what was taken in and could not be moved; a file of that name that is another one is new."""
        found, move, box = self._stuck.pop(name)
        if await asyncio.to_thread(self._boxes.look, name) == found:
            await self._move(found, move, box, 0)


def _why_not(outcome: Outcome, message: Message, success: str) -> str | None:
    """Why a message was taken in by nobody; None where it was. One that came again is judged by what was read."""
    refused = outcome.refused or (message if isinstance(message, Refused) else None)
    if refused is not None:
        return f"{refused.code}: {refused}"
    if not outcome.decisions and outcome.verdicts and all(one.code != success for one in outcome.verdicts):
        return "\n".join(f"{one.code} {one.receiver}: {one.info}" for one in outcome.verdicts)
    return None


def _text(name: str) -> str:
    """A file's name as text: not all bytes of a name need be UTF-8."""
    return name.encode(errors="backslashreplace").decode()
