"""`swsim year`: months of trading of one enterprise on a virtual clock, and a page that shows each month's end.

An example, not a judge: orders, receipts, waybills, lists, cancellations, master lists, arrivals, departures, returned
goods; a summary each month, some of them late. Everything runs in this process, over a database that is thrown away.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from typing import Any

from swsim.fixtures.batch import batches, upload
from swsim.fixtures.chain import BEIJING
from swsim.fixtures.chains import Chains
from swsim.fixtures.later import AFTER
from swsim.fixtures.mix import Mix
from swsim.fixtures.month_end import month_summary, shipments
from swsim.fixtures.parties import parties, registry
from swsim.reports.year import page
from swsim.simulator.clock import Clock, real_now
from swsim.simulator.core.months import late_from, month_of
from swsim.simulator.messages.codec import encode
from swsim.simulator.messages.transfer import Document
from swsim.simulator.month_views import month_view, statistics_view, summary_view
from swsim.simulator.registry import read_registry
from swsim.simulator.returns import render
from swsim.simulator.sandbox import Sandbox, Settings
from swsim.simulator.single_window import SingleWindow
from swsim.simulator.store.sqlite import SqliteStore

SALE = ("303", "403", "505", "603")
LATER = ("605", "607", "507", "509", "213", "215")
LATE = frozenset({3, 9})
"""Months, counted from 1, whose summary comes two days too late."""
FOLDER = Path("reports/out/year")
NAME = "year"


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--orders", type=int, default=10_000, help="orders in all (default 10000)")
    parser.add_argument("--months", type=int, default=12, help="months of trading (default 12)")
    parser.add_argument("--start", default="2025-01", help="first month, YYYY-MM (default 2025-01)")
    parser.add_argument("--seed", type=int, default=7, help="seed of firms and orders (default 7)")
    parser.add_argument("--out", type=Path, default=FOLDER, help=f"folder of the report (default {FOLDER})")


def run(arguments: argparse.Namespace) -> int:
    """0 when every month was reported, 2 for a value that makes no sense."""
    try:
        first = datetime.strptime(f"{arguments.start}-01", "%Y-%m-%d").replace(tzinfo=BEIJING)
    except ValueError:
        print(f"--start: expected YYYY-MM, got {arguments.start!r}", file=sys.stderr)
        return 2
    if arguments.months < 1 or arguments.orders < arguments.months:
        print("--orders, --months: expected at least one month and an order in each", file=sys.stderr)
        return 2
    began = time.monotonic()
    year = asyncio.run(trade(arguments.seed, first, arguments.months, arguments.orders, progress))
    year["seconds"] = round(time.monotonic() - began, 1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "year.json").write_text(json.dumps(year, ensure_ascii=False, indent=1), "utf-8")
    (arguments.out / "index.html").write_text(page(year), "utf-8")
    found = sum(len(one["findings"]) for one in year["months"])
    print(
        f"{arguments.months} months, {arguments.orders} orders, {year['messages']} messages in {year['seconds']} s; "
        f"{found} findings at month ends: {arguments.out / 'index.html'}"
    )
    return 0


def progress(said: str) -> None:
    """What goes on, on a terminal only."""
    if sys.stderr.isatty():
        print(f"\r{said:<60}", end="", file=sys.stderr, flush=True)


async def trade(seed: int, first: datetime, months: int, orders: int, said: Any = progress) -> dict[str, Any]:
    """Trade for some months; what each of them came to."""
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock("virtual", first, real_now(), 0.0)
        firms = parties(seed)
        settings = Settings(clock, regime="2018-194", seed=seed, registry=read_registry(registry(firms)))
        window = SingleWindow(SqliteStore(Path(folder) / "year.db"), lambda: settings)
        await window.open()
        try:
            return await _Trader(window, seed, said).run(first, months, orders)
        finally:
            await window.close()


class _Trader:
    """One enterprise and its partners, who send what falls due, in order of time."""

    def __init__(self, window: SingleWindow, seed: int, said: Any) -> None:
        self.window = window
        self.sandbox: Sandbox = window.sandbox("default")
        self.seed = seed
        self.firms = parties(seed)
        self.said = said
        self.messages = 0
        self._ours: dict[int, Chains] = {}
        self._read = 0
        self._due: list[tuple[datetime, int, str, int]] = []
        self._order = count()
        self._firsts: list[datetime] = []

    async def run(self, first: datetime, months: int, orders: int) -> dict[str, Any]:
        """Everything, month after month, to a month behind the last one."""
        mix, before = Mix(shipment=100), 0
        for place in range(months):
            at = _month(first, place)
            self._firsts.append(at)
            share = orders * (place + 1) // months - orders * place // months
            for when, made in shipments(self.seed, at, share, before, firms=self.firms, mix=mix):
                number = before = before + 1
                self._ours[number] = made
                self._plan(when, "sale", number)
                for kind in LATER:
                    self._plan(when + AFTER[kind], kind, number)
            late = late_from(month_of(at), self.sandbox.codes)
            when = late + timedelta(days=2) if place + 1 in LATE else _month(at, 1).replace(day=8, hour=10)
            self._plan(when, "701", place)
        while self._due:
            when, _, kind, number = heappop(self._due)
            await self._until(when)
            await self._act(kind, number, when)
            self.said(f"{when:%Y-%m-%d}: {self.messages} messages")
        await self._until(self.sandbox.now(real_now()) + timedelta(days=40))
        return {"seed": self.seed, "messages": self.messages, "orders": orders, "months": await self._months()}

    def _plan(self, when: datetime, kind: str, number: int) -> None:
        heappush(self._due, (when, next(self._order), kind, number))

    async def _until(self, when: datetime) -> None:
        now = self.sandbox.now(real_now())
        if when > now:
            await self.window.advance(self.sandbox, lambda _: when)

    async def _act(self, kind: str, number: int, when: datetime) -> None:
        if kind == "701":
            await self._send([month_summary(self.seed, self._firsts[number], when, firms=self.firms)])
            return
        made = self._ours[number]
        for one in SALE if kind == "sale" else (kind,):
            documents = made.documents(one)
            for some in batches(documents) if one in {*SALE, "605", "213", "215"} else ([part] for part in documents):
                await self._send(some)
        if kind == "sale":
            await self._until(when + timedelta(minutes=1))
            self._ours[number] = made.follow(await self._returns())
        elif kind == "215":
            del self._ours[number]

    async def _send(self, documents: Any) -> None:
        sent: list[Document] = list(documents)
        self.messages += 1
        guid = f"{self.messages:08X}-0000-4000-8000-{self.seed:012X}"
        message = upload(sent, self.firms.sender(sent[0].number), guid=guid)
        outcome = await self.window.receive(self.sandbox, encode(message), "http")
        if outcome.refused is not None:
            raise RuntimeError(f"a message of the example was refused: {outcome.refused}")

    async def _returns(self) -> list[bytes]:
        """What came for the agent since the last time."""
        found: list[bytes] = []
        while rows := await self.window.store.returns(self.sandbox.box, self.firms.agent.dxp_id, self._read, 500):
            self._read = rows[-1].number
            found += [
                render(row, self.sandbox.name, self.seed, self.sandbox.profile)
                for row in rows
                if row.message_type == "CEB604Message"
            ]
        return found

    async def _months(self) -> list[dict[str, Any]]:
        """Each month's view, statistics and merged declarations."""
        shown = []
        for first in self._firsts:
            month = month_of(first)
            view = await month_view(self.window.store, self.sandbox, month)
            view["statistics"] = await statistics_view(self.window.store, self.sandbox, month)
            for one in view["summaries"]:
                one["merged"] = await summary_view(self.window.store, self.sandbox, one["sumNo"])
            shown.append(view)
        return shown


def _month(first: datetime, later: int) -> datetime:
    months = first.year * 12 + first.month - 1 + later
    return first.replace(year=months // 12, month=months % 12 + 1)
