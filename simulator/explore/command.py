"""The command: a single window of its own is moved to each deadline. It begins empty, as a copy of a database, or as
the sandbox of a running simulator, which is rebuilt from its journal and not touched.
"""

import argparse
import asyncio
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from swsim.simulator.clock import BEIJING, Clock, ClockError, compact, read_instant, real_now
from swsim.simulator.codes.loading import loaded
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.codes.sheets import CodesError
from swsim.simulator.core.model import Held
from swsim.simulator.explore.deadlines import Deadline, Subject, touched
from swsim.simulator.messages.codec import Refused
from swsim.simulator.profile import REGIMES
from swsim.simulator.profiles.checked import said_profile
from swsim.simulator.reading import Message, read
from swsim.simulator.registry import Registry
from swsim.simulator.replay.recording import read_lines
from swsim.simulator.replay.replaying import Replay
from swsim.simulator.sandbox import Sandbox, Settings
from swsim.simulator.serve import load_registry
from swsim.simulator.single_window import SingleWindow
from swsim.simulator.store.protocol import CannotOpenStoreError
from swsim.simulator.store.sqlite import SqliteStore
from swsim.simulator.transport.client import AskError, get
from swsim.simulator.views import message_view

Json = dict[str, Any]
STEPS = (timedelta(seconds=-1), timedelta(0), timedelta(seconds=1))
SETTLED = timedelta(hours=1)
"""How long what is sent before lies back, so that customs has decided on it."""
APP_TIME = re.compile(rb"(<(?:\w+:)?appTime>)\s*\d{14}\s*(</)")


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="the message; others before it go first")
    parser.add_argument("--db", type=Path, help="database of a stopped simulator: its state is the beginning")
    parser.add_argument("--url", help="a running simulator: the state of its sandbox is the beginning")
    parser.add_argument("--token", default=os.environ.get("SWSIM_TOKEN", ""), help="token, where it asks for one")
    parser.add_argument("--sandbox", default="default", help="sandbox with --db or --url (default default)")
    parser.add_argument("--profile", default="standard", metavar="NAME|FILE", help="profile of an empty beginning")
    parser.add_argument("--regime", choices=REGIMES, default="by-date", help="regime of it (default by-date)")
    parser.add_argument("--registry", type=Path, help="registry of it, JSON or TOML")
    parser.add_argument("--codes", type=Path, metavar="DIR", help="folder of your own code tables")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="form of the answer (default text)")


def run(arguments: argparse.Namespace) -> int:
    """0 when it was explored, 2 where something cannot be read."""
    try:
        codes = loaded(arguments.codes).codes
        bodies = [path.read_bytes() for path in arguments.files]
        settings = Settings(
            Clock("real", real_now(), real_now(), 1.0),
            said_profile(arguments.profile),
            arguments.regime,
            0,
            load_registry(arguments.registry) if arguments.registry else Registry(),
        )
        with tempfile.TemporaryDirectory() as folder:
            db, since = _rebuilt(arguments, codes, Path(folder)) if arguments.url else (arguments.db, None)
            found = asyncio.run(explore(bodies, settings, codes, db, arguments.sandbox, since=since))
    except (AskError, OSError, ValueError, ClockError, CodesError, CannotOpenStoreError) as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(found, ensure_ascii=False, indent=2) if arguments.format == "json" else _text(found))
    return 0


def _rebuilt(arguments: argparse.Namespace, codes: Codes, folder: Path) -> tuple[Path, datetime]:
    """A running simulator's sandbox as a database, made again from its journal, and its time; AskError, ValueError."""
    if arguments.db is not None:
        raise ValueError("explore: expected --url or --db, got both")
    path = folder / "rebuilt.sqlite3"
    now = read_instant(json.loads(get(arguments, "/clock"))["now"])
    recording = read_lines(get(arguments, "/journal/export"))
    difference = asyncio.run(Replay(recording, codes, str(path)).run())
    if difference is not None:
        number = difference.recorded.number
        raise ValueError(f"explore: entry {number} of the journal comes out otherwise here; name its tables (--codes)")
    return path, now


async def explore(
    bodies: list[bytes],
    settings: Settings,
    codes: Codes,
    db: Path | None = None,
    name: str = "default",
    *,
    since: datetime | None = None,
) -> list[Json]:
    """What each deadline of the last message changes; those before it are sent an hour earlier. `since` is the time of
    the sandbox where its clock does not tell it. ValueError.
    """
    message = read(bodies[-1], codes).found
    if isinstance(message, Refused):
        raise ValueError(f"explore: expected a message that fits the schema, got {message.faults[0].expected}")
    async with _window(settings, codes, db) as window:
        sandbox = _sandbox(window, name)
        subject = Subject(message, sandbox.settings.registry, await _kept(window, sandbox, message), codes)
        begun, deadlines = since or sandbox.now(real_now()), touched(subject)
    found = []
    for deadline, at in deadlines:
        if db is not None and at + STEPS[0] < begun:
            found.append(_row(deadline, at) | {"skipped": f"lies before the sandbox's time {begun.isoformat()}"})
            continue
        async with _window(settings, codes, db) as window:
            runs = await _runs(window, _sandbox(window, name), deadline, at, bodies, fresh=db is None)
        changes = any(one["documents"] != runs[0]["documents"] for one in runs)
        found.append(_row(deadline, at) | {"changes": changes, "runs": runs})
    return found


async def _runs(
    window: SingleWindow, sandbox: Sandbox, deadline: Deadline, at: datetime, bodies: list[bytes], *, fresh: bool
) -> list[Json]:
    """The message just before, at, and just after an instant; nothing of it is kept."""
    real = real_now()
    first = at + STEPS[0] - (SETTLED if fresh else timedelta(0))
    clock = Clock("virtual", first.astimezone(BEIJING), real, 0.0)
    await window.set_clock(sandbox, "explore", clock)
    for body in bodies[:-1]:
        outcome = await window.receive(sandbox, reported(body, first), "explore")
        if outcome.refused is not None:
            raise ValueError(
                f"explore: expected messages that fit the schema, got {outcome.refused.faults[0].expected}"
            )
    runs = []
    for step in STEPS:
        now = at + step
        await window.set_clock(sandbox, "explore", Clock("virtual", now.astimezone(BEIJING), real, 0.0))
        body = reported(bodies[-1], now) if deadline.moves and b"SignatureValue" not in bodies[-1] else bodies[-1]
        outcome = await window.receive(sandbox, body, "explore", dry_run=True)
        assert outcome.message is not None  # noqa: S101 - it was read before
        said = message_view(outcome.message.kind, outcome.decisions, outcome.later)
        runs.append({"at": now.isoformat(), "documents": [_outcome(one) for one in said]})
    return runs


def reported(body: bytes, at: datetime) -> bytes:
    """A message as it would be reported at a time: every appTime is that one."""
    return APP_TIME.sub(rb"\g<1>" + compact(at).encode() + rb"\g<2>", body)


def _outcome(said: Json) -> Json:
    """What became of a document: its statuses in order, the rules that refused, the rules that remarked."""
    steps = [said, *said["later"]]
    told = [(one["row"], one["kind"]) for step in steps for one in step["explain"]]
    return {
        "key": said["key"],
        "statuses": [step["status"] for step in steps],
        "refuses": sorted({row for row, kind in told if kind == "fault"}),
        "remarks": sorted({row for row, kind in told if kind == "remark"}),
    }


@asynccontextmanager
async def _window(settings: Settings, codes: Codes, db: Path | None) -> AsyncIterator[SingleWindow]:
    """A single window in memory, or over a copy of a database."""
    with tempfile.TemporaryDirectory() as folder:
        path = ":memory:"
        if db is not None:
            for part in (db, Path(f"{db}-wal")):
                if part is db or part.exists():
                    shutil.copy(part, folder)
            path = str(Path(folder) / db.name)
        window = SingleWindow(SqliteStore(path), lambda: settings, codes=codes)
        await window.open()
        try:
            yield window
        finally:
            await window.close()


def _sandbox(window: SingleWindow, name: str) -> Sandbox:
    if name not in window.sandboxes:
        raise ValueError(f"sandbox: expected one of {', '.join(window.sandboxes)}, got {name!r}")
    return window.sandboxes[name]


async def _kept(window: SingleWindow, sandbox: Sandbox, message: Message) -> list[Held]:
    """What customs keeps of the documents of a message, and of the lists they name."""
    held = []
    for paper in message.papers:
        held += [one.held for one in await window.store.documents(sandbox.box, paper.kind, paper.key) if one.taken]
        if paper.list_ref:
            held += [one.held for one in await window.store.find(sandbox.box, paper.list_ref, 10)]
    return held


def _row(deadline: Deadline, at: datetime) -> Json:
    return {"rule": deadline.rule, "at": at.isoformat(), "zh": deadline.zh, "en": deadline.en}


def _text(found: list[Json]) -> str:
    if not found:
        return "the message touches no deadline that is known here"
    lines = []
    for one in found:
        what = one.get("skipped") or ("something changes" if one["changes"] else "nothing changes")
        lines.append(f"{one['at']}  {one['rule']}  {one['en']} {one['zh']}: {what}")
        for run in one.get("runs", ()):
            said = "; ".join(_line(document) for document in run["documents"])
            lines.append(f"  {run['at']}  {said}")
    return "\n".join(lines)


def _line(document: Json) -> str:
    rules = "".join(f", {name} {' '.join(document[name])}" for name in ("refuses", "remarks") if document[name])
    return f"{document['key']} {' '.join(map(str, document['statuses']))}{rules}"
