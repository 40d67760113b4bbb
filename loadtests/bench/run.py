"""One bench: bodies, servers, rounds turn by turn, so that a drift of the machine hits both sides alike."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from swsim.fixtures.parties import parties, registry
from swsim.loadtests.bench import outcome, parsing, servers, tools, wrk
from swsim.loadtests.bench.bodies import Bodies, Folder, Size, build
from swsim.loadtests.bench.parsing import Parsing
from swsim.loadtests.bench.servers import Server

SANDBOX = "bench"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass over one folder by one server. Rates in lists a second, times in milliseconds, memory in MB.

    `final` is None for WireMock, which decides nothing. CPU is that of the server's process, a message.
    """

    messages: int
    documents: int
    accepted: float
    final: float | None
    cpu_ms: float | None
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
    started_at: str
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    parsing: list[Parsing] = field(default_factory=list)
    parsing_single: list[Parsing] = field(default_factory=list)
    swsim: dict[str, list[Pass]] = field(default_factory=lambda: {"hundred": [], "single": []})
    wiremock: dict[str, list[Pass]] = field(default_factory=lambda: {"hundred": [], "single": []})
    swsim_peak_mb: float | None = None
    wiremock_peak_mb: float | None = None
    preload_per_second: float | None = None

    def ratios(self) -> dict[str, float | None]:
        """By floor: the median over the rounds of the ratio within a round; None where a side is missing."""
        finals = {kind: [p.final for p in passes if p.final is not None] for kind, passes in self.swsim.items()}
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


def run(size: Size, *, connections: int, seed: int, work: Path, say: Say) -> Result:
    """Measure. Whatever went wrong is in `failures` (what was measured before stays), missing tools are in `notes`."""
    started = datetime.now(UTC).astimezone()
    result = Result(size, connections, started.isoformat(timespec="seconds"))
    result.notes = tools.missing(tools.WRK, tools.JAVA, tools.NPM)
    with work_folder(work) as folder, ExitStack() as stack:
        say(f"writing {size.rounds} x ({size.hundreds} messages of 100 lists + {size.singles} of one) and their chains")
        bodies = build(folder / "bodies", size, seed, started)
        try:
            _rounds(result, bodies, *_start(result, bodies, folder, work, seed, stack, say), say)
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


def _start(
    result: Result, bodies: Bodies, folder: Path, work: Path, seed: int, stack: ExitStack, say: Say
) -> tuple[Server | None, Server | None]:
    """The servers, warm; None for one that cannot be measured here."""
    if not tools.WRK.runs():
        return None, None
    simulator = stack.enter_context(servers.swsim(folder))
    sandbox = {"id": SANDBOX, "profile": "instant", "regime": "2018-194", "registry": registry(parties(seed))}
    simulator.ask("POST", "/_control/sandboxes", sandbox)
    say(f"swsim on {simulator.url}: {bodies.preload.documents} orders, receipts and waybills go first")
    load = wrk.send(bodies.preload, f"{simulator.url}/sandboxes/{SANDBOX}/messages", connections=result.connections)
    result.preload_per_second = bodies.preload.documents / load.seconds
    if not (tools.JAVA.runs() and tools.NPM.runs()):
        return simulator, None
    try:
        jar = tools.wiremock_jar(work)
    except RuntimeError as problem:
        result.notes.append(str(problem))
        return simulator, None
    mock = stack.enter_context(servers.wiremock(jar, folder))
    say(f"WireMock on {mock.url}: every body once to warm it up")
    for one in bodies.rounds:  # a JVM compiles what it has seen often; its first thousand answers say little
        for sent in (one.hundred, one.single):
            wrk.send(sent, f"{mock.url}/messages", connections=result.connections)
    return simulator, mock


def _rounds(result: Result, bodies: Bodies, simulator: Server | None, mock: Server | None, say: Say) -> None:
    for number, one in enumerate(bodies.rounds, 1):
        say(f"round {number} of {len(bodies.rounds)}")
        result.parsing.append(parsing.measure(one.hundred))
        result.parsing_single.append(parsing.measure(one.single))
        for kind, folder in (("hundred", one.hundred), ("single", one.single)):
            if mock and number % 2 == 0:  # each goes first in turn
                result.wiremock[kind].append(_mock_pass(mock, folder, result.connections))
            if simulator:
                result.swsim[kind].append(_swsim_pass(simulator, folder, result.connections))
            if mock and number % 2 == 1:
                result.wiremock[kind].append(_mock_pass(mock, folder, result.connections))
    result.swsim_peak_mb = simulator.peak_megabytes() if simulator else None
    result.wiremock_peak_mb = mock.peak_megabytes() if mock else None


def _swsim_pass(server: Server, folder: Folder, connections: int) -> Pass:
    after, used = outcome.position(server, SANDBOX), server.cpu_seconds()
    load = wrk.send(folder, f"{server.url}/sandboxes/{SANDBOX}/messages", connections=connections)
    spent = _cpu_ms(server, used, folder)
    found = outcome.await_final(server, SANDBOX, folder.documents, after)
    until = max(load.last_at, found.final_at) - load.first_at
    rate = folder.documents / load.seconds
    return Pass(folder.count, folder.documents, rate, found.final / until, spent, load.p50_ms, load.p99_ms)


def _mock_pass(server: Server, folder: Folder, connections: int) -> Pass:
    used = server.cpu_seconds()
    load = wrk.send(folder, f"{server.url}/messages", connections=connections)
    spent = _cpu_ms(server, used, folder)
    return Pass(folder.count, folder.documents, folder.documents / load.seconds, None, spent, load.p50_ms, load.p99_ms)


def _cpu_ms(server: Server, before: float | None, folder: Folder) -> float | None:
    now = server.cpu_seconds()
    return None if now is None or before is None else (now - before) / folder.count * 1000
