"""`make torture`: each row of the rules and each arc of the machines is taken out in turn; a core test must fail.

    python tests/torture.py [--only NAME ...] [--tests PATH ...] [--jobs N] [--out FILE]

The tests of the core are collected once and run once as they are, which tells the tests that make a row speak or take
an arc. Then every row and arc has a process of its own, forked from there, in which it is missing and those tests run
until one fails. The tables that tests are made from stay whole, so a test that only counts rows does not fail: what is
missed is what the row did. Needs a system with `fork`.
"""

import argparse
import json
import multiprocessing
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from swsim.simulator.core import engine, machines, rules
from swsim.simulator.core.checks_common import Fault
from swsim.simulator.core.machines import Input
from swsim.simulator.core.model import State

HERE = Path(__file__).parent
KEPT = HERE / "torture.json"
RULES: tuple[dict[Any, tuple[rules.Check, ...]], ...] = (
    rules.ALONE,
    rules.ALONE_BUT_CODES,
    rules.CHECKS,
    rules.AT_CUSTOMS,
    engine.OF_PARTS,
)
"""The tables that the engine and the readers go by; keys hold the kind, but for the match, which is of 603."""


def kind_of(place: Any) -> str:
    """The kind of document that a place of a table of rules is about."""
    if isinstance(place, str):
        return place
    return place[0] if isinstance(place, tuple) else "603"


def rule_name(rule: rules.Rule, kind: str) -> str:
    """How a row is named here: a row for each kind of document it judges."""
    return f"rule {rule.row} {kind}"


def arc_name(kind: str, state: int, asked: Input) -> str:
    """How an arc is named here."""
    return f"arc {kind} {State(state).name} {asked}"


def without_rule(name: str) -> None:
    """Take a row out of what the engine goes by."""
    for table in RULES:
        for place, checks in table.items():
            table[place] = tuple(pair for pair in checks if rule_name(pair[1], kind_of(place)) != name)


def targets() -> dict[str, Callable[[], object]]:
    """What there is to take out, by name."""
    found: dict[str, Callable[[], object]] = {}
    for table in RULES:
        for place, checks in table.items():
            names = [rule_name(rule, kind_of(place)) for _, rule in checks]
            found |= {name: partial(without_rule, name) for name in names}
    for kind, arcs in machines._ARCS.items():
        found |= {arc_name(kind, *pair): partial(arcs.pop, pair) for pair in arcs}
    return dict(sorted(found.items()))


class Uses:
    """Which test makes a row speak and which takes an arc, told by the tables themselves."""

    def __init__(self) -> None:
        self.by_target: dict[str, set[int]] = defaultdict(set)
        self.test = 0

    def told(self) -> dict[str, set[int]]:
        """Places of tests by what they use."""
        return dict(self.by_target)

    def listen(self) -> None:
        """Wrap every predicate and every machine."""
        for table in RULES:
            for place, checks in table.items():
                kind = kind_of(place)
                table[place] = tuple((self._heard(check, rule_name(rule, kind)), rule) for check, rule in checks)
        for kind, arcs in machines._ARCS.items():
            machines._ARCS[kind] = Followed(arcs, partial(self._taken, kind))

    def _heard(self, check: Callable[..., Iterable[Fault]], name: str) -> Callable[..., Iterable[Fault]]:
        def heard(*given: Any) -> Iterator[Fault]:
            for fault in check(*given):
                self.by_target[name].add(self.test)
                yield fault

        return heard

    def _taken(self, kind: str, pair: tuple[int, Input]) -> None:
        self.by_target[arc_name(kind, *pair)].add(self.test)


class Followed(dict[Any, machines.Transition]):
    """The arcs of a machine that say when the simulator, and no test, asks for one."""

    def __init__(self, arcs: dict[Any, machines.Transition], taken: Callable[[tuple[int, Input]], None]) -> None:
        super().__init__(arcs)
        self._say = taken

    def get(self, pair: Any, default: Any = None) -> Any:
        row = super().get(pair, default)
        asking = sys._getframe(2).f_globals["__name__"]
        if row is not None and asking.startswith("swsim."):
            self._say(pair)
        return row


class Torture:
    """The pytest plugin: collects as pytest does, then runs tests in its own order, in processes forked from here."""

    def __init__(self, only: Sequence[str], jobs: int) -> None:
        self.only, self.jobs = only, jobs
        self.failed = ""
        self.killers: dict[str, str] = {}
        self._items: list[pytest.Item] = []
        self._uses: dict[str, set[int]] = {}
        self._seconds: list[float] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember a failure, and how long a test took."""
        if report.failed:
            self.failed = report.nodeid
        if report.when == "call":
            self._seconds.append(report.duration)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run all tests once, then those that use what is missing."""
        self._items = session.items
        fork = multiprocessing.get_context("fork")
        with fork.Pool(1) as pool:
            self.failed, self._uses, self._seconds = pool.apply(as_it_is)
        if self.failed:
            return True
        names = [name for name in targets() if not self.only or name in self.only]
        with fork.Pool(self.jobs, maxtasksperchild=1) as pool:
            for done, (name, killer) in enumerate(pool.imap_unordered(without, names, chunksize=1), 1):
                self.killers[name] = killer
                print(f"{done}/{len(names)} {name}: {killer or 'MISSED BY NO TEST'}", file=sys.stderr, flush=True)
        return True

    def as_it_is(self) -> tuple[str, dict[str, set[int]], list[float]]:
        """What failed, which tests use what, and how long each takes."""
        uses = Uses()
        uses.listen()
        for place, (item, following) in enumerate(zip(self._items, [*self._items[1:], None], strict=True)):
            uses.test = place
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return self.failed, uses.told(), self._seconds

    def without(self, name: str) -> tuple[str, str]:
        """The name, and the test that misses what it names; empty if none does."""
        targets()[name]()
        for place in sorted(self._uses.get(name, ()), key=lambda place: self._seconds[place]):
            item = self._items[place]
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            if self.failed:
                return name, self.failed
        return name, ""


RUNNING: list[Torture] = []
"""The plugin at work, in this process and in those forked from it."""


def as_it_is() -> tuple[str, dict[str, set[int]], list[float]]:
    """In a process of its own: nothing is missing."""
    return RUNNING[-1].as_it_is()


def without(name: str) -> tuple[str, str]:
    """In a process of its own: what is named is missing."""
    return RUNNING[-1].without(name)


def stale(kept: dict[str, Any]) -> list[str]:
    """What a kept result and the tables do not have in common."""
    return sorted(set(kept["killed_by"]) ^ set(targets()))


def main(argv: Sequence[str] | None = None) -> int:
    """Run, keep, tell; 1 where something is missed by no test, 2 where the tests fail as they are."""
    parser = argparse.ArgumentParser(prog="python tests/torture.py", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="these rows and arcs alone")
    parser.add_argument("--tests", nargs="+", default=[str(HERE / "core")], metavar="PATH", help="tests to run")
    parser.add_argument("--jobs", type=int, default=2, help="processes at once (default 2)")
    parser.add_argument("--out", type=Path, default=KEPT, help="where the result is kept")
    given = parser.parse_args(argv)
    if unknown := sorted(set(given.only) - set(targets())):
        parser.error(f"expected names of rows and arcs, such as {next(iter(targets()))!r}, received {unknown}")
    plugin = Torture(given.only, given.jobs)
    RUNNING.append(plugin)
    words = [
        "-p",
        "no:terminal",
        "-o",
        "addopts=--strict-markers",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        *given.tests,
    ]
    code = pytest.main(words, plugins=[plugin])
    if plugin.failed or not plugin.killers:
        print(f"the tests do not pass as they are: {plugin.failed or code}")
        return 2
    missed = sorted(name for name, killer in plugin.killers.items() if not killer)
    today = datetime.now(UTC).date().isoformat()
    value = {"date": today, "missed": missed, "killed_by": dict(sorted(plugin.killers.items()))}
    given.out.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"{len(plugin.killers)} taken out, missed by no test: {missed or 'none'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
