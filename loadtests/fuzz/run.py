"""A run: inputs read one by one in processes of their own, with what went wrong and what it took."""

import base64
import math
import os
import resource
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from random import Random
from typing import Any

from swsim.loadtests.fuzz.corpus import corpus
from swsim.loadtests.fuzz.mutations import MUTATIONS, spoiled
from swsim.simulator.messages.codec import Refused
from swsim.simulator.reading import from_plain, read, to_plain

SLOW_SECONDS = 1.0
"""Of processor time: a busy machine is no finding; what waits for ever rings the alarm."""
HANGS_SECONDS = 20
MOST_MEGABYTES = 700
"""What a reading process may take at its peak."""
STAGES = ("envelope", "parse", "schema", "decode", "papers", "rules of the document", "signature", "between processes")
"""What an input goes through."""


@dataclass(slots=True)
class Outcome:
    """What a run found; `findings` is empty where all is well."""

    inputs: int = 0
    accepted: int = 0
    refused: int = 0
    seconds: float = 0.0
    slowest_ms: float = 0.0
    peak_mb: int = 0
    mutations: Counter[str] = field(default_factory=Counter)
    findings: list[dict[str, Any]] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        """Another process's part."""
        self.inputs += other.inputs
        self.accepted += other.accepted
        self.refused += other.refused
        self.slowest_ms = max(self.slowest_ms, other.slowest_ms)
        self.peak_mb = max(self.peak_mb, other.peak_mb)
        self.mutations += other.mutations
        self.findings += other.findings

    def as_json(self, seed: int) -> dict[str, Any]:
        """As it is kept."""
        said = asdict(self) | {"seed": seed, "stages": list(STAGES)}
        return said | {"mutations": dict(sorted(self.mutations.items()))}


@contextmanager
def _alarm() -> Iterator[None]:
    def ring(*_: object) -> None:
        raise TimeoutError(f"more than {HANGS_SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(HANGS_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def one(data: bytes) -> bool:
    """Read an input as a channel does, and hand it on as a reading process does; whether it was accepted."""
    found = read(data).found
    again = from_plain(to_plain(found))
    if isinstance(found, Refused):
        if not found.faults or not isinstance(again, Refused):
            raise AssertionError("a refusal names its faults")
        return False
    return True


def part(seed: int, start: int, stop: int) -> Outcome:
    """Inputs `start` to `stop` of a run."""
    inputs, out = corpus(seed), Outcome()
    for data in (inputs[0], inputs[0].replace(b"<appType>", b"<appTyp>")):
        with suppress(Exception):
            one(data)  # schemas are compiled once, before anything is measured
    for number in range(start, stop):
        data, names = spoiled(Random(f"{seed}/{number}"), inputs)  # noqa: S311 - inputs, no secrets
        out.inputs += 1
        out.mutations.update(names)
        begun, wrong = time.process_time(), ""
        try:
            with _alarm():
                accepted = one(data)
            out.accepted += accepted
            out.refused += not accepted
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            wrong = f"{type(error).__name__}: {error}"[:500]
        took = time.process_time() - begun
        out.slowest_ms = max(out.slowest_ms, round(took * 1000, 1))
        if not wrong and took > SLOW_SECONDS:
            wrong = f"slow: {took:.2f} s"
        if wrong:
            kept = base64.b64encode(data[:4000]).decode()
            out.findings.append({"input": number, "mutations": names, "what": wrong, "bytes": len(data), "data": kept})
    out.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if out.peak_mb > MOST_MEGABYTES:
        out.findings.append({"input": start, "mutations": [], "what": f"memory: {out.peak_mb} MB", "bytes": 0})
    return out


def _part(arguments: tuple[int, int, int]) -> Outcome:
    return part(*arguments)


def run(seed: int, count: int, *, seconds: float = math.inf, processes: int = 0, chunk: int = 2_000) -> Outcome:
    """A whole run, ended early after `seconds`; for one seed the same inputs, however many processes share them."""
    total, begun = Outcome(), time.monotonic()
    parts = [(seed, start, min(start + chunk, count)) for start in range(0, count, chunk)]
    with get_context("spawn").Pool(processes or os.cpu_count() or 1) as pool:
        for outcome in pool.imap(_part, parts):
            total.add(outcome)
            if time.monotonic() - begun > seconds:
                break
    total.seconds = round(time.monotonic() - begun, 1)
    return total


__all__ = ["MUTATIONS", "Outcome", "part", "run"]
