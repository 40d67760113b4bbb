"""Where the time goes: the same lists through the same code in this process, one message at a time, stage by stage.

No HTTP and nothing in parallel here, so the stages add up to the time of a message on one core. A stage is a function
of the simulator, named in the table below; time spent in a stage inside another counts for the inner one only. What is
left is the event loop, the hand-over to threads, and code between the stages.
"""

import asyncio
import importlib
import inspect
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from swsim.fixtures.parties import parties, registry
from swsim.loadtests.bench.bodies import Bodies, Folder
from swsim.simulator.clock import read_clock, real_now
from swsim.simulator.registry import read_registry
from swsim.simulator.sandbox import Settings
from swsim.simulator.single_window import SingleWindow
from swsim.simulator.store.sqlite import SqliteStore

OTHER = "everything else"
DECLARING = 2


class StageError(Exception):
    """The stages cannot be told."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage and the function that does it, as ``module:qualified.name``."""

    title: str
    function: str


STAGES = (
    Stage("pack for the journal (zstd)", "swsim.simulator.reading:compress"),
    Stage("parse", "swsim.simulator.envelope.opening:parse"),
    Stage("validate", "swsim.simulator.reading:read_tree"),
    Stage("papers (keys, rules of the document alone, prints)", "swsim.simulator.reading:paper_of"),
    Stage("decode and the rest of reading", "swsim.simulator.reader:read"),
    Stage("submissions (note of the input)", "swsim.simulator.submitting:submissions"),
    Stage("look up (SQL)", "swsim.simulator.store.sqlite_group:SqliteGroup.look_up"),
    Stage("facts", "swsim.simulator.turn:Turn.know"),
    Stage("decide on arrival", "swsim.simulator.core.engine:decide"),
    Stage("decide what is due", "swsim.simulator.core.engine:due"),
    Stage("plan", "swsim.simulator.core.schedule:plan"),
    Stage("record (returns, trail, journal)", "swsim.simulator.turn:Turn.record"),
    Stage("write documents (SQL)", "swsim.simulator.store.sqlite_group:SqliteGroup.put_documents"),
    Stage("write returns (SQL)", "swsim.simulator.store.sqlite_group:SqliteGroup.put_returns"),
    Stage("write journal (SQL)", "swsim.simulator.store.sqlite_group:SqliteGroup.append"),
    Stage("write the rest (flush)", "swsim.simulator.turn:Turn.flush"),
    Stage("commit (sync to disk)", "swsim.simulator.store.sqlite:SqliteStore.group"),
)


@dataclass(slots=True)
class Clock:
    """Adds up time by stage, milliseconds; what a stage calls is taken off it."""

    spent: dict[str, float] = field(default_factory=dict)
    _running: list[float] = field(default_factory=list)

    @contextmanager
    def stage(self, title: str) -> Iterator[None]:
        """Time of the block, without the stages inside it."""
        start = time.perf_counter()
        self._running.append(0.0)
        try:
            yield
        finally:
            whole = (time.perf_counter() - start) * 1000
            self.spent[title] = self.spent.get(title, 0.0) + whole - self._running.pop()
            if self._running:
                self._running[-1] += whole

    def wrapped(self, title: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed; a coroutine function stays one."""

        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.stage(title):
                return function(*args, **kwargs)

        async def timed_coroutine(*args: Any, **kwargs: Any) -> Any:
            with self.stage(title):
                return await function(*args, **kwargs)

        def timed_exit(*args: Any, **kwargs: Any) -> Any:
            return _TimedExit(function(*args, **kwargs), self, title)

        if hasattr(function, "__wrapped__"):  # an @asynccontextmanager: what it does at its end is the stage
            return timed_exit
        return timed_coroutine if inspect.iscoroutinefunction(function) else timed


@dataclass(slots=True)
class _TimedExit:
    """An asynchronous context whose end is timed."""

    inner: Any
    clock: Clock
    title: str

    async def __aenter__(self) -> Any:
        return await self.inner.__aenter__()

    async def __aexit__(self, *error: object) -> Any:
        with self.clock.stage(self.title):
            return await self.inner.__aexit__(*error)


def owner_of(stage: Stage) -> tuple[Any, str]:
    """The module or class that holds the function, and its name there; StageError if it is gone."""
    module, _, path = stage.function.partition(":")
    holder: Any = importlib.import_module(module)
    *outer, name = path.split(".")
    for part in (*outer, name):
        if not hasattr(holder, part):
            raise StageError(f"stage {stage.title!r}: there is no {stage.function} any more, name the new place")
        holder = holder if part == name else getattr(holder, part)
    return holder, name


@contextmanager
def watched(clock: Clock) -> Iterator[None]:
    """All stages timed by `clock` inside the block."""
    places = [(*owner_of(stage), stage.title) for stage in STAGES]
    originals = [getattr(holder, name) for holder, name, _ in places]
    try:
        for (holder, name, title), original in zip(places, originals, strict=True):
            setattr(holder, name, clock.wrapped(title, original))
        yield
    finally:
        for (holder, name, _), original in zip(places, originals, strict=True):
            setattr(holder, name, original)


def measure(bodies: Bodies, folder: Path, seed: int) -> dict[str, dict[str, float]]:
    """Milliseconds a message by stage, for the messages of 100 lists and of one in `bodies`; the data base is new.

    StageError when a list is refused: the stages of a refusal would say nothing.
    """
    return asyncio.run(_measure(bodies, folder / "stages.sqlite3", seed))


async def _measure(bodies: Bodies, database: Path, seed: int) -> dict[str, dict[str, float]]:
    def settings() -> Settings:
        clock = read_clock("real", real_now())
        return Settings(clock, "instant", "2018-194", registry=read_registry(registry(parties(seed))))

    window = SingleWindow(SqliteStore(database), settings)
    await window.open()
    try:
        for body in bodies.preload.bodies():
            await window.receive(window.sandbox("default"), body, "bench")
        return {
            "hundred": await _pass(window, bodies.rounds[0].hundred),
            "single": await _pass(window, bodies.rounds[0].single),
        }
    finally:
        await window.close()


async def _pass(window: SingleWindow, lists: Folder) -> dict[str, float]:
    clock, sandbox = Clock(), window.sandbox("default")
    with watched(clock):
        for body in lists.bodies():
            with clock.stage(OTHER):
                outcome = await window.receive(sandbox, body, "bench")
            if any(decision.status != DECLARING for decision in outcome.decisions):
                raise StageError(f"a list was not taken: {[int(d.status) for d in outcome.decisions]}")
    return {title: spent / lists.count for title, spent in clock.spent.items()}
