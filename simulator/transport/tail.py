"""`swsim tail`: follow the journal of a sandbox, a line an entry."""

import argparse
import json
import sys
from typing import Any

from swsim.simulator.autopilot.settings import CHANNEL
from swsim.simulator.printed import escaped
from swsim.simulator.transport.ask import clock_of, title_of
from swsim.simulator.transport.client import AskError, add_options, get


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--after", type=int, default=0, help="begin behind this entry (default 0: from the start)")
    parser.add_argument("--once", action="store_true", help="print what is there and end")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    add_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """Until interrupted; 2 where the simulator cannot be asked."""
    after = arguments.after
    while True:
        try:
            body = get(arguments, "/journal", after=after, wait=0 if arguments.once else 30)
        except AskError as error:
            print(error, file=sys.stderr)
            return 2
        for line in body.splitlines():
            entry = json.loads(line)
            after = entry["n"]
            print(line.decode() if arguments.format == "json" else escaped(describe(entry)), flush=True)
        if arguments.once and not body:
            return 0


def describe(entry: dict[str, Any]) -> str:
    """An entry in one line."""
    data = entry["data"]
    return (
        f"{entry['n']:>6} {clock_of(entry['at'])} {entry['kind']:<7} {entry['what']:<15} {_detail(entry['what'], data)}"
    )


def _detail(what: str, data: dict[str, Any]) -> str:
    if what == "message":
        keys = ", ".join(one["key"] for one in data.get("documents", ())[:3])
        who = "the autopilot" if data["channel"] == CHANNEL else data["dxpId"]
        return f"{data['messageType']} from {who}: {len(data.get('documents', ()))} documents {keys}"
    if what == "decision":
        shown = [
            f"{r['key']} {r['status']} {title_of(r['status'])} {','.join(r.get('rules', ()))}".strip()
            for r in data.get("records", ())[:3]
        ]
        return f"{data['stage']}: {'; '.join(shown)}"
    if what == "return":
        return f"{data['messageType']} {data.get('id', '')} for {data['dxpId']}"
    if what == "refused-message":
        return f"{data['code']} {'; '.join(data['faults'][:2])}"
    return json.dumps({name: value for name, value in data.items() if name != "records"}, ensure_ascii=False)
