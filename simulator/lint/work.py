"""Many files: by several processes where that pays, results in order, a bounded number of messages on their way."""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

from swsim.simulator.lint.examine import compared, lint, unreadable
from swsim.simulator.lint.findings import Linted
from swsim.simulator.lint.message import How
from swsim.simulator.lint.sources import Source, files_of, sources_of
from swsim.simulator.messages.codec import Fault

CHUNK = 16
"""Messages handed over at a time."""
AHEAD = 4
"""Chunks on their way, a process."""
FEW = 200
"""Files that one process has done before others have started."""

_how: list[How] = []


def linted(paths: Iterable[str], how: How, processes: int | None = None) -> Iterator[tuple[int, int, Linted]]:
    """Every message behind the paths, with how many files of how many are begun; NoSourceError before the first."""
    files = files_of(paths)
    if processes is None:
        processes = 0 if len(files) < FEW else os.cpu_count() or 1
    return _together(_run(files, how, processes), how)


def _together(results: Iterator[tuple[int, int, Linted]], how: How) -> Iterator[tuple[int, int, Linted]]:
    """The same, each beside those before it."""
    seen: dict[str, str] = {}
    for number, total, file in results:
        yield number, total, compared(file, seen, how)


def _run(files: list[str], how: How, processes: int) -> Iterator[tuple[int, int, Linted]]:
    numbered = ((number, source) for number, file in enumerate(files, 1) for source in sources_of(file))
    if processes < 2:
        for number, source in numbered:
            yield number, len(files), _lint(source, how)
        return
    with ProcessPoolExecutor(processes, get_context("spawn"), _begin, (how,)) as pool:
        waiting: deque[tuple[list[int], Future[list[Linted]]]] = deque()
        while True:
            while len(waiting) < processes * AHEAD and (chunk := list(islice(numbered, CHUNK))):
                waiting.append(([number for number, _ in chunk], pool.submit(_chunk, [one for _, one in chunk])))
            if not waiting:
                return
            numbers, done = waiting.popleft()
            for number, result in zip(numbers, done.result(), strict=True):
                yield number, len(files), result


def _begin(how: How) -> None:
    _how.append(how)


def _chunk(sources: list[Source]) -> list[Linted]:
    return [_lint(source, _how[0]) for source in sources]


def _lint(source: Source, how: How) -> Linted:
    data, problem = source.read()
    return unreadable(source.path, [Fault(1, "/", "", problem)]) if problem else lint(source.path, data, how)
