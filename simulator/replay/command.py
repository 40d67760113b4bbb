"""The command: replay an exported journal, or the journal in a database, and say where it first differs."""

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from swsim.simulator.codes.loading import loaded
from swsim.simulator.codes.sheets import CodesError
from swsim.simulator.replay.recording import RecordingError, load
from swsim.simulator.replay.replaying import Difference, Replay
from swsim.simulator.store.journal import broken_at
from swsim.simulator.store.protocol import CannotOpenStoreError, Entry


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("journal", type=Path, help="exported journal (GET …/journal/export), or a simulator's database")
    parser.add_argument("--sandbox", default="default", help="sandbox of the database (default default)")
    parser.add_argument("--codes", type=Path, metavar="DIR", help="folder of the code tables it was judged by")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="form of the answer (default text)")


def run(arguments: argparse.Namespace) -> int:
    """0 when every entry came out the same, 1 where one did not, 2 where the journal cannot be read."""
    try:
        codes = loaded(arguments.codes).codes
        recording = asyncio.run(load(arguments.journal, arguments.sandbox))
        broken = broken_at(recording.entries)
        difference = None if broken is not None else asyncio.run(Replay(recording, codes).run())
    except (OSError, RecordingError, CodesError, CannotOpenStoreError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    said: dict[str, Any] = {"sandbox": recording.sandbox, "entries": len(recording.entries), "same": True}
    if broken is not None:
        said |= {"same": False, "broken": broken}
    if difference is not None:
        said |= {"same": False} | _told(difference)
    print(json.dumps(said, ensure_ascii=False, indent=2) if arguments.format == "json" else _text(said))
    return 0 if said["same"] else 1


def _told(difference: Difference) -> dict[str, Any]:
    replayed = _entry(difference.replayed) if difference.replayed else None
    return {"at": difference.recorded.number, "recorded": _entry(difference.recorded), "replayed": replayed}


def _entry(one: Entry) -> dict[str, Any]:
    return {"n": one.number, "at": one.at, "kind": one.kind, "what": one.what, "data": one.data.decode()}


def _text(said: dict[str, Any]) -> str:
    if said["same"]:
        return f"{said['entries']} entries of sandbox {said['sandbox']}: every one came out the same"
    if "broken" in said:
        return f"entry {said['broken']} does not follow from the one before it: the journal was changed"
    lines = [f"entry {said['at']} came out otherwise", f"  recorded {json.dumps(said['recorded'], ensure_ascii=False)}"]
    return "\n".join([*lines, f"  replayed {json.dumps(said['replayed'], ensure_ascii=False)}"])
