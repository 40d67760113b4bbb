"""`swsim month YYYY-MM`: how a month stands, what was found, and the statistics of lists released by the list alone."""

import argparse
import json
import sys
from typing import Any

from swsim.simulator.transport.client import AskError, add_options, get


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("month", help="YYYY-MM, the month in which lists were closed (899)")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    add_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when nothing was found, 1 where something was, 2 where the simulator cannot be asked or refuses."""
    try:
        month = json.loads(get(arguments, f"/months/{arguments.month}"))
        month["statistics"] = json.loads(get(arguments, f"/months/{arguments.month}/statistics"))
    except AskError as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(month, ensure_ascii=False, indent=2) if arguments.format == "json" else text_of(month))
    return 1 if month["findings"] else 0


def text_of(month: dict[str, Any]) -> str:
    """The month in words."""
    lists, figures = month["lists"], month["statistics"]
    due = f"{month['due']}{' (provisional)' if month['provisional'] else ''}"
    names = ("summarised", "declared", "returnedWhole", "missing")
    told = ", ".join(f"{name} {lists[name]}" for name in names)
    lines = [
        f"{month['month']}: {lists['closed']} lists closed, due {due}, now {month['now']}",
        f"  B 汇总申报: {lists['B']}; {told}",
        f"  A 汇总统计: {lists['A']}; RMB {figures['total']['rmb'] or 'not known'}, net {figures['netWeight']} kg",
    ]
    lines += [
        f"    no customs rate of currency {one['currency']} for {one['month']}: {one['amount']}"
        for one in figures["missingRates"]
    ]
    for one in month["summaries"]:
        state = f"declared {one['declaredAt']}" if one["declaredAt"] else "not declared yet"
        lines.append(f"  {one['sumNo']}: {one['lists']} lists, {one['declarations']} declarations, {state}")
    lines += [
        f"  · {one['rule']} {one['hint_zh']}: expected {one['expected']}; found {one['found']}"
        for one in month["findings"]
    ]
    return "\n".join(lines)
