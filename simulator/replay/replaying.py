"""Replay: the recorded order drives. An input is told again at its time, a due step is taken where its output stands
in the recording; evidence of the line is copied, so that numbers stay. What comes out is compared entry by entry.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import orjson

from swsim.simulator import by_hand, intake, pipeline
from swsim.simulator.autopilot.settings import CHANNEL as PLAYED
from swsim.simulator.clock import from_ms
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.core.keys import internal
from swsim.simulator.core.rulings import read_order
from swsim.simulator.duty.book import entered
from swsim.simulator.messages.codec import Refused
from swsim.simulator.month_close import Whose, close_page
from swsim.simulator.reader import Reader
from swsim.simulator.reading import recounted
from swsim.simulator.replay.recording import Recording, RecordingError
from swsim.simulator.sandbox import Sandbox, Settings
from swsim.simulator.store import journal
from swsim.simulator.store.protocol import Entry, Group
from swsim.simulator.store.sqlite import SqliteStore
from swsim.simulator.turn import Turn

Work = Callable[[Turn], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Difference:
    """The first entry that came out otherwise: what was recorded, what the replay gave (None: nothing)."""

    recorded: Entry
    replayed: Entry | None


class Replay:
    """A sandbox rebuilt, in memory or as a new database at a path."""

    def __init__(self, recording: Recording, codes: Codes, path: str = ":memory:") -> None:
        self.recording = recording
        self._path = path
        self._codes = codes
        self._reader = Reader(0, codes)
        self._place = 0

    async def run(self) -> Difference | None:
        """Replay everything; the first difference, None where there is none. RecordingError."""
        store = SqliteStore(self._path)
        await store.open()
        try:
            async with store.group() as group:
                settings = Settings.load(self.recording.begun)
                row = await group.create_sandbox(self.recording.sandbox, settings.dump())
                name = self.recording.sandbox
                sandbox = Sandbox(row.box, name, settings, row.position, settings.profile, self._codes)
                while self._place < len(self.recording.entries):
                    if (difference := await self._next(sandbox, group)) is not None:
                        return difference
        finally:
            await store.close()
        return None

    async def _next(self, sandbox: Sandbox, group: Group) -> Difference | None:
        recorded = self.recording.entries[self._place]
        data = orjson.loads(recorded.data)
        if recorded.kind == journal.CHANNEL and recorded.what != "duty":
            return await self._turn(sandbox, group, recorded, _copied(recorded, data))
        if recorded.kind == journal.OUTPUT:
            return await self._turn(sandbox, group, recorded, _one_step)
        if recorded.what == "message" and data["channel"] == PLAYED:
            difference = await self._turn(sandbox, group, recorded, _one_step)
            if difference is None or difference.replayed is not None:
                return difference
            recorded = self._ahead_of()  # played before a message of the integrator, in its turn
            data = orjson.loads(recorded.data)
        return await self._turn(sandbox, group, recorded, await self._told(recorded, data, sandbox))

    def _ahead_of(self) -> Entry:
        """The message that played ones came ahead of."""
        for one in self.recording.entries[self._place :]:
            if one.kind == journal.INPUT and not (
                one.what == "message" and orjson.loads(one.data)["channel"] == PLAYED
            ):
                return one
        raise RecordingError("the recording ends with a played message that nothing called for")

    async def _turn(self, sandbox: Sandbox, group: Group, recorded: Entry, work: Work) -> Difference | None:
        """One turn at the time of an entry; what it noted is compared with what stands next in the recording."""
        turn = Turn(sandbox, group)
        turn.now = from_ms(recorded.at)
        turn.real = turn.now - timedelta(seconds=orjson.loads(recorded.data).get("shift", 0))
        await work(turn)
        await turn.flush()
        wanted = self.recording.entries[self._place : self._place + max(len(turn.entries), 1)]
        if not turn.entries:
            return Difference(wanted[0], None)
        for one, entry in zip(wanted, turn.entries, strict=False):
            if not _same(one, entry):
                return Difference(one, entry)
        self._place += len(turn.entries)
        return None

    async def _told(self, recorded: Entry, data: dict[str, Any], sandbox: Sandbox) -> Work:
        """What an input does."""
        what = recorded.what
        if what in {"message", "message-to-others", "refused-message"} and recorded.body is not None:
            received, found = await self._reader.read(journal.decompress(recorded.body), data["channel"])
            if data.get("codes", received.codes) != received.codes:
                raise RecordingError(
                    f"entry {recorded.number}: it was judged by other code tables; name them (--codes)"
                )
            if what == "refused-message" and not isinstance(found, Refused) and not received.cover.signature:
                return _copied(recorded, data)  # a channel refused bytes that would be readable
            found = recounted(received, found, sandbox.profile.limits, self._codes)
            return intake.judged(received, found)
        if what == "sales":
            return lambda turn: by_hand.trade(turn, data["count"])
        if what == "close-month":
            whose = Whose(data.get("ebcCode", ""), data.get("agentCode", ""))
            return lambda turn: close_page(turn, data["month"], data["after"], whose)
        if what == "force":
            said = read_order(data["said"], from_ms(recorded.at))
            return lambda turn: by_hand.order(turn, data["kind"], internal(data["key"]), said, data["said"])
        if what == "duty":
            return _entered(recorded, data)
        if what in {"clock", "restore"}:
            return _copied(recorded, data)
        if "became" in data:
            return _changed(recorded, data, sandbox)
        raise RecordingError(f"entry {recorded.number}: an input {what!r} that this version cannot replay")


async def _one_step(turn: Turn) -> None:
    """Take due steps up to the first that says something: some find that nothing is to be done any more."""
    turn.agenda.merges = True
    while not turn.entries and (event := await turn.agenda.take(turn.now)) is not None:
        await pipeline.step(turn, event)


def _copied(recorded: Entry, data: dict[str, Any]) -> Work:
    async def work(turn: Turn) -> None:
        if recorded.kind == journal.INPUT and recorded.what != "restore":  # nothing is due in a restore itself
            await pipeline.fire(turn)
        turn.note(recorded.kind, recorded.what, data, recorded.body)

    return work


def _entered(recorded: Entry, data: dict[str, Any]) -> Work:
    """What was planted, reported, asked for and answered: customs may look at it before it decides on a list."""

    async def work(turn: Turn) -> None:
        await pipeline.fire(turn)
        turn.change(duty=entered(turn.settings.duty, data["said"]))
        turn.note(recorded.kind, recorded.what, data)

    return work


def _changed(recorded: Entry, data: dict[str, Any], sandbox: Sandbox) -> Work:
    """Settings as they became: what the journal says of them goes over those there are."""

    async def work(turn: Turn) -> None:
        await pipeline.fire(turn)
        turn.new_settings = Settings.load(orjson.dumps(orjson.loads(turn.settings.dump()) | data["became"]))
        turn.new_settings = replace(turn.new_settings, clock=sandbox.settings.clock)
        turn.note(recorded.kind, recorded.what, data)

    return work


def _same(one: Entry, other: Entry) -> bool:
    """Byte for byte; a message by its bytes, however they were packed."""
    if (one.number, one.at, one.kind, one.what, one.data) != (
        *(other.number, other.at, other.kind, other.what, other.data),
    ):
        return False
    if one.body == other.body:
        return True
    return None not in {one.body, other.body} and journal.decompress(one.body or b"") == journal.decompress(
        other.body or b""
    )
