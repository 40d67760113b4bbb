"""One bench: bodies, servers, rounds turn by turn, so that a drift of the machine hits both sides alike.

WireMock is measured twice, since a JVM compiles what it has run often and is then several times as fast: anew in every
round, over its first ten seconds, which is what a plain `wrk -d10s` on a started WireMock sees and what the floors
were set on; and once more at the end, when it has had its time to get warm.
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from statistics import median

from swsim.fixtures.parties import parties, registry
from swsim.loadtests.bench import cpu, outcome, parsing, servers, stages, tools, wrk
from swsim.loadtests.bench.bodies import Bodies, Folder, Size, build
from swsim.loadtests.bench.cpu import Meter, Use
from swsim.loadtests.bench.parsing import Parsing
from swsim.loadtests.bench.servers import Server
from swsim.loadtests.bench.wrk import Load

SANDBOX = "bench"
STAGED = Size(rounds=1, hundreds=30, singles=500)
"""What goes through the simulator stage by stage: a different set, in a data base of its own."""
FIRST_SECONDS = 10.0
"""How long a started WireMock is measured for: the length of a wrk run that is told nothing else."""
Say = Callable[[str], None]
StartMock = Callable[[], Server]


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass over one folder by one server. Rates in lists a second, times in milliseconds, memory in MB.

    `final` is None for WireMock, which decides nothing. `server_ms` and `load_ms` are CPU time a message, `others` is
    the number of cores that other work kept busy meanwhile, `loop` how busy the server's first thread was; None where
    the system does not tell.
    """

    messages: int
    documents: int
    accepted: float
    final: float | None
    server_ms: float | None
    load_ms: float | None
    others: float | None
    loop: float | None
    p50_ms: float
    p99_ms: float

    @property
    def accepted_messages(self) -> float:
        """Messages a second."""
        return self.accepted * self.messages / self.documents


@dataclass(slots=True)
class Result:
    """Everything a bench measured; each list has one value a round."""

    size: Size
    connections: int
    warm_up_seconds: float
    started_at: str
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    parsing: list[Parsing] = field(default_factory=list)
    parsing_single: list[Parsing] = field(default_factory=list)
    swsim: dict[str, list[Pass]] = field(default_factory=lambda: {"hundred": [], "single": []})
    wiremock: dict[str, list[Pass]] = field(default_factory=lambda: {"hundred": [], "single": []})
    """Started anew for each, over its first seconds."""
    wiremock_warm: dict[str, list[Pass]] = field(default_factory=lambda: {"hundred": [], "single": []})
    """One pass each after the warm-up."""
    stages: dict[str, dict[str, float]] = field(default_factory=dict)
    """By kind: milliseconds a message by stage, on one core."""
    swsim_peak_mb: float | None = None
    wiremock_peak_mb: float | None = None
    preload_per_second: float | None = None
    warm_up: list[tuple[float, float]] = field(default_factory=list)
    """Rates of WireMock while it got warm, pass by pass: lists a second in hundreds, and alone."""

    def finals(self) -> dict[str, list[float]]:
        """By kind: the simulator's final lists a second, round by round."""
        return {kind: [p.final for p in passes if p.final is not None] for kind, passes in self.swsim.items()}

    def warm_ratios(self) -> dict[str, float | None]:
        """By kind: the median of the simulator's rounds to a WireMock that is warm; None where a side is missing."""
        return {
            kind: median(finals) / self.wiremock_warm[kind][0].accepted if finals and self.wiremock_warm[kind] else None
            for kind, finals in self.finals().items()
        }

    def ratios(self) -> dict[str, float | None]:
        """By floor: the median over the rounds of the ratio within a round; None where a side is missing."""
        finals = self.finals()
        mocks = {kind: [p.accepted for p in passes] for kind, passes in self.wiremock.items()}
        return {
            "hundred_wiremock": _middle(finals["hundred"], mocks["hundred"]),
            "single_wiremock": _middle(finals["single"], mocks["single"]),
            "hundred_bound": _middle(finals["hundred"], [p.bare for p in self.parsing]),
            "read_bare": median(p.ratio for p in self.parsing) if self.parsing else None,
        }


def _middle(over: list[float], under: list[float]) -> float | None:
    if not over or len(over) != len(under):
        return None
    return median(a / b for a, b in zip(over, under, strict=True))


def run(size: Size, *, connections: int, warm_up: float, seed: int, work: Path, say: Say) -> Result:
    """Measure. Whatever went wrong is in `failures` (what was measured before stays), missing tools are in `notes`."""
    started = datetime.now(UTC).astimezone()
    result = Result(size, connections, warm_up, started.isoformat(timespec="seconds"))
    result.notes = tools.missing(tools.WRK, tools.JAVA, tools.NPM)
    with work_folder(work) as folder, ExitStack() as stack:
        say(f"writing {size.rounds} x ({size.hundreds} messages of 100 lists + {size.singles} of one) and their chains")
        bodies = build(folder / "bodies", size, seed, started)
        say("stage by stage, in this process")
        try:
            result.stages = stages.measure(build(folder / "staged", STAGED, seed, started), folder, seed)
        except stages.StageError as failure:
            result.failures.append(str(failure))
        try:
            simulator = _simulator(result, bodies, folder, seed, stack, say)
            start_mock = _mock(result, folder, work)
            _rounds(result, bodies, simulator, start_mock, say)
            if start_mock:
                _warm(result, bodies, start_mock, say)
        except (servers.ServerError, wrk.LoadError, outcome.BacklogError) as failure:
            result.failures.append(str(failure))
    return result


@contextmanager
def work_folder(work: Path) -> Iterator[Path]:
    """A folder on the disk of the working directory, removed afterwards; not in memory: commits must cost."""
    work.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=work))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _simulator(result: Result, bodies: Bodies, folder: Path, seed: int, stack: ExitStack, say: Say) -> Server | None:
    """The simulator with orders, receipts and waybills in it; None where there is no load to send."""
    if not tools.WRK.runs():
        return None
    simulator = stack.enter_context(servers.swsim(folder))
    sandbox = {"id": SANDBOX, "profile": "instant", "regime": "2018-194", "registry": registry(parties(seed))}
    simulator.ask("POST", "/_control/sandboxes", sandbox)
    say(f"swsim on {simulator.url}: {bodies.preload.documents} orders, receipts and waybills go first")
    load = wrk.send(bodies.preload, f"{simulator.url}/sandboxes/{SANDBOX}/messages", connections=result.connections)
    result.preload_per_second = bodies.preload.documents / load.seconds
    return simulator


def _mock(result: Result, folder: Path, work: Path) -> StartMock | None:
    """How to start a WireMock; None where it cannot be measured."""
    if not (tools.WRK.runs() and tools.JAVA.runs() and tools.NPM.runs()):
        return None
    try:
        jar = tools.wiremock_jar(work)
    except RuntimeError as problem:
        result.notes.append(str(problem))
        return None
    return lambda: servers.wiremock(jar, folder)


def _rounds(result: Result, bodies: Bodies, simulator: Server | None, start_mock: StartMock | None, say: Say) -> None:
    for number, one in enumerate(bodies.rounds, 1):
        say(f"round {number} of {len(bodies.rounds)}")
        result.parsing.append(parsing.measure(one.hundred))
        result.parsing_single.append(parsing.measure(one.single))
        for kind, folder in (("hundred", one.hundred), ("single", one.single)):
            if simulator:
                result.swsim[kind].append(_swsim_pass(simulator, folder, result.connections))
            if start_mock:
                with start_mock() as mock:
                    passes = list(_mock_passes(mock, [folder], result.connections, FIRST_SECONDS))
                result.wiremock[kind].append(together(passes))
    result.swsim_peak_mb = cpu.peak_megabytes(simulator.process.pid) if simulator else None


def _warm(result: Result, bodies: Bodies, start_mock: StartMock, say: Say) -> None:
    """Measure WireMock when it has run for a while, and keep the way there."""
    say(f"WireMock: {result.warm_up_seconds:.0f} s to get warm")
    first, folders = bodies.rounds[0], [folder for one in bodies.rounds for folder in (one.hundred, one.single)]
    with start_mock() as mock:
        passes = list(_mock_passes(mock, folders, result.connections, result.warm_up_seconds))
        result.warm_up = [(a.accepted, b.accepted) for a, b in zip(passes[::2], passes[1::2], strict=False)]
        for kind, folder in (("hundred", first.hundred), ("single", first.single)):
            result.wiremock_warm[kind].append(_mock_pass(mock, folder, result.connections))
        result.wiremock_peak_mb = cpu.peak_megabytes(mock.process.pid)


def _mock_passes(server: Server, folders: list[Folder], connections: int, seconds: float) -> Iterator[Pass]:
    """Passes over the folders in turn, again and again, until the time is over; whole passes, at least one."""
    end = time.monotonic() + seconds
    for folder in cycle(folders):
        yield _mock_pass(server, folder, connections)
        if time.monotonic() > end:
            return


def together(passes: list[Pass]) -> Pass:
    """One pass for many over the same folder: all documents over all time, the slowest tail."""
    messages, documents = (sum(getattr(one, name) for one in passes) for name in ("messages", "documents"))
    seconds = sum(one.documents / one.accepted for one in passes)
    means = {name: _mean([getattr(one, name) for one in passes]) for name in ("server_ms", "load_ms", "others", "loop")}
    middle, tail = median(one.p50_ms for one in passes), max(one.p99_ms for one in passes)
    return Pass(messages, documents, documents / seconds, None, **means, p50_ms=middle, p99_ms=tail)


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _swsim_pass(server: Server, folder: Folder, connections: int) -> Pass:
    after, meter = outcome.position(server, SANDBOX), Meter(server.process.pid)
    load = wrk.send(folder, f"{server.url}/sandboxes/{SANDBOX}/messages", connections=connections)
    use = meter.stop()
    found = outcome.await_final(server, SANDBOX, folder.documents, after)
    until = max(load.last_at, found.final_at) - load.first_at
    return _pass(folder, load, use, found.final / until)


def _mock_pass(server: Server, folder: Folder, connections: int) -> Pass:
    meter = Meter(server.process.pid)
    load = wrk.send(folder, f"{server.url}/messages", connections=connections)
    return _pass(folder, load, meter.stop(), None)


def _pass(folder: Folder, load: Load, use: Use | None, final: float | None) -> Pass:
    server, client = (use.server / folder.count * 1000, use.load / folder.count * 1000) if use else (None, None)
    others, loop = (use.others, use.loop) if use else (None, None)
    accepted = folder.documents / load.seconds
    return Pass(folder.count, folder.documents, accepted, final, server, client, others, loop, load.p50_ms, load.p99_ms)
