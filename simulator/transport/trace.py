"""`swsim trace --item A-17`: from an item to its declaration, or from a merged line back (DUT-05)."""

import argparse
import json
import sys
from typing import Any

from swsim.simulator.printed import escaped
from swsim.simulator.transport.client import AskError, add_options, get

OPTIONS = {
    "item": ("itemNo", "an item of the enterprise"),
    "order": ("orderNo", "an order"),
    "waybill": ("logisticsNo", "a waybill"),
    "cop": ("copNo", "a list by the enterprise's own number"),
    "list": ("invtNo", "a list by the number of customs"),
    "declaration": ("declSeqNo", "a declaration of a summary"),
    "entry": ("entryId", "a customs declaration"),
}
STATIONS = (
    ("order", "orderNo"),
    ("waybill", "logisticsNo"),
    ("list", "invtNo"),
    ("line", "gnum"),
    ("closed", "closed"),
    ("summary", "sumNo"),
    ("declaration", "declSeqNo"),
    ("merged line", "gseqno"),
    ("entry", "entryId"),
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    which = parser.add_mutually_exclusive_group(required=True)
    for name, (number, what) in OPTIONS.items():
        which.add_argument(f"--{name}", metavar="NUMBER", help=f"{what} ({number})")
    parser.add_argument("--line", type=int, default=0, metavar="N", help="one merged line (gseqno) of a declaration")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    add_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when there is a way, 1 where nothing is known, 2 where the simulator cannot be asked or refuses."""
    (given,) = [name for name in OPTIONS if getattr(arguments, name) is not None]
    query: dict[str, Any] = {OPTIONS[given][0]: getattr(arguments, given)}
    try:
        said = _all(arguments, query | ({"line": arguments.line} if arguments.line else {}))
    except AskError as error:
        print(error, file=sys.stderr)
        return 2
    if arguments.format == "json":
        print(json.dumps(said, ensure_ascii=False, indent=2))
    elif said["ways"]:
        print("\n".join(map(text_of, said["ways"])))
    else:
        print(f"no way of {getattr(arguments, given)} in sandbox {arguments.sandbox}", file=sys.stderr)
    if said["partial"]:
        print("only the oldest documents were looked through", file=sys.stderr)
    return 0 if said["ways"] else 1


def _all(arguments: argparse.Namespace, query: dict[str, Any]) -> Any:
    """Every page of an answer."""
    said = page = json.loads(get(arguments, "/duty/trace", **query))
    while page["next"] is not None:
        page = json.loads(get(arguments, "/duty/trace", **query, after=page["next"]))
        said["ways"] += page["ways"]
    return said | {"next": None}


def text_of(way: dict[str, Any]) -> str:
    """A way on a line, as far as it goes."""
    stations = [f"{name} {way[key]}" for name, key in STATIONS if way[key] is not None]
    return escaped(f"{way['itemNo']}: " + " → ".join(stations))
