"""`swsim close-month YYYY-MM`: close open lists at the end of a past month, to rehearse a month end."""

import argparse
import json
import sys

from swsim.simulator.transport.client import AskError, add_options, ask


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("month", help="YYYY-MM: lists in 399, 500 or 800 get their 899 at its end")
    parser.add_argument("--consignor", default="", metavar="CODE", help="only lists of this consignor (ebcCode)")
    parser.add_argument("--agent", default="", metavar="CODE", help="only lists of this declaring agent (agentCode)")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    add_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when it was done, 2 where the simulator cannot be asked or refuses."""
    try:
        whose = {"ebcCode": arguments.consignor, "agentCode": arguments.agent}
        query = {name: code for name, code in whose.items() if code}
        said = json.loads(ask(arguments, "POST", f"/months/{arguments.month}/close", None, timeout=600.0, **query))
    except AskError as error:
        print(error, file=sys.stderr)
        return 2
    if arguments.format == "json":
        print(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        print(f"{said['closed']} lists closed at {said['at']} (sandbox {arguments.sandbox})")
    return 0
