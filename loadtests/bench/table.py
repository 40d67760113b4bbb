"""A result as text for a terminal."""

import os
import platform
import sqlite3
from collections.abc import Callable, Iterator
from statistics import median

from lxml import etree

from swsim.loadtests.bench.floors import FLOORS
from swsim.loadtests.bench.run import FIRST_SECONDS, Pass, Result
from swsim.loadtests.bench.tools import WIREMOCK_VERSION

QUIET = 0.2
"""Cores that other work may take without a note."""
KINDS = {"hundred": "100 lists a message", "single": "1 list a message"}


def machine() -> dict[str, str]:
    """What the figures depend on, as far as it is no secret."""
    return {
        "cores": str(os.cpu_count()),
        "processor": platform.machine(),
        "python": platform.python_version(),
        "lxml": etree.__version__,
        "libxml2": ".".join(map(str, etree.LIBXML_VERSION)),
        "sqlite": sqlite3.sqlite_version,
    }


def text(result: Result, ratios: dict[str, float | None]) -> str:
    """The whole report, lines of at most about 110 columns."""
    return "\n".join(_lines(result, ratios))


def _lines(result: Result, ratios: dict[str, float | None]) -> Iterator[str]:
    facts = ", ".join(f"{name} {value}" for name, value in machine().items())
    yield ""
    yield f"swsim bench, {result.started_at}: {facts}"
    yield f"one run, all checks on, durable, {result.connections} connections, medians of {result.size.rounds} rounds"
    yield ""
    yield f"{'':36}{'messages/s':>12}{'accepted/s':>12}{'final/s':>10}{'CPU ms/message':>16}{'p50 ms':>9}{'p99 ms':>9}"
    for kind, title in KINDS.items():
        sides = (("swsim", result.swsim), ("WireMock", result.wiremock), ("WireMock, warm", result.wiremock_warm))
        for name, side in sides:
            yield f"{title}, {name}".ljust(36) + _side(side[kind])
    for kind, rounds, size in (("hundred", result.parsing, 100), ("single", result.parsing_single, 1)):
        if rounds:
            bare, read = median(p.bare for p in rounds), median(p.read for p in rounds)
            linted, times = median(p.lint for p in rounds), median(p.lint_ratio for p in rounds)
            yield f"{KINDS[kind]}, one core: lxml's bare parse + validate {bare:,.0f}, with decoding {read:,.0f}"
            yield f"  swsim lint {linted:,.0f}, {linted / size:,.0f} messages a second: {times:.1f} times as long"
    yield "accepted and final are lists a second; WireMock decides nothing, so it has no final"
    yield f"WireMock: started anew, its first {FIRST_SECONDS:.0f} s; warm: after {result.warm_up_seconds:.0f} s of work"
    yield ""
    for floor in FLOORS:
        ratio = ratios[floor.name]
        value = "-" if ratio is None else f"{ratio:.2f}"
        aim = f", aim {floor.aim}" if floor.aim else ""
        wanted = f"{'at most' if floor.at_most else 'at least'} {floor.floor}{aim}"
        yield f"{floor.title:64}{value:>6}  {wanted:<23}{floor.standing(ratio)}"
    for kind, ratio in result.warm_ratios().items():
        title = f"{KINDS[kind]}, final lists/s, to a WireMock that is warm"
        yield f"{title:64}{'-' if ratio is None else f'{ratio:.2f}':>6}  no floor"
    yield ""
    yield from _stages(result)
    yield from _besides(result)


def _stages(result: Result) -> Iterator[str]:
    """Where the time goes, most expensive first."""
    hundred, single = result.stages.get("hundred", {}), result.stages.get("single", {})
    if not hundred or not single:
        return
    yield f"{'one core, one message at a time, no HTTP':44}{'ms, 100 lists':>14}{'ms, 1 list':>12}"
    for title, spent in sorted(hundred.items(), key=lambda item: -item[1]):
        yield f"{title:44}{spent:>14.3f}{single.get(title, 0.0):>12.3f}"
    yield f"{'together':44}{sum(hundred.values()):>14.3f}{sum(single.values()):>12.3f}"
    busy = [_median(result.swsim[kind], lambda p: p.loop) for kind in KINDS]
    if None not in busy:
        yield f"under load the event loop's thread was busy {busy[0]:.0%} of the time, {busy[1]:.0%} with single lists"
    yield ""


def _side(passes: list[Pass]) -> str:
    if not passes:
        return f"{'not measured':>12}"
    columns: list[tuple[Callable[[Pass], float | None], int, int]] = [
        (lambda p: p.accepted_messages, 12, 0),
        (lambda p: p.accepted, 12, 0),
        (lambda p: p.final, 10, 0),
        (lambda p: p.server_ms, 16, 2),
        (lambda p: p.p50_ms, 9, 1),
        (lambda p: p.p99_ms, 9, 1),
    ]
    return "".join(_cell(_median(passes, value), width, digits) for value, width, digits in columns)


def _cell(value: float | None, width: int, digits: int) -> str:
    return f"{'-' if value is None else f'{value:,.{digits}f}':>{width}}"


def _median(passes: list[Pass], value: Callable[[Pass], float | None]) -> float | None:
    values = [found for one in passes if (found := value(one)) is not None]
    return median(values) if values else None


def _besides(result: Result) -> Iterator[str]:
    """Memory, preload, failures, notes."""
    if result.preload_per_second:
        yield f"preload: {result.preload_per_second:,.0f} orders, receipts and waybills a second in hundreds"
    for name, peak in (("swsim", result.swsim_peak_mb), (f"WireMock {WIREMOCK_VERSION}", result.wiremock_peak_mb)):
        if peak:
            yield f"most memory held by {name}: {peak:,.0f} MB"
    if result.warm_up:
        steps = ", ".join(f"{hundred / 100:,.0f}/{single:,.0f}" for hundred, single in result.warm_up)
        yield f"WireMock getting warm, messages/s of 100 / of one, pass by pass: {steps}"
    passes = [
        one for side in (result.swsim, result.wiremock, result.wiremock_warm) for kind in side.values() for one in kind
    ]
    if (others := _median(passes, lambda p: p.others)) and others > QUIET:
        yield f"note: other work kept {others:.1f} of {os.cpu_count()} cores busy meanwhile, the rates are too low"
    for failure in result.failures:
        yield f"FAILED: {failure}"
    for note in result.notes:
        yield f"note: {note}"
