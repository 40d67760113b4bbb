"""`swsim why NUMBER`: what became of a number, and why, with every fault. By any number the user knows."""

import argparse
import json
import sys
from typing import Any

from swsim.simulator.codes.status import STATUS_TITLES, ReturnStatus
from swsim.simulator.codes.texts import TEXTS
from swsim.simulator.core.model import Stage
from swsim.simulator.messages.edition import EDITION_202205
from swsim.simulator.printed import escaped
from swsim.simulator.transport.client import AskError, add_options, get

UNTOLD_TITLES = {
    Stage.FILL: "总分单补填 filled in by the master list",
    Stage.WITHDRAW: "清单已撤销 withdrawn by a cancellation",
    Stage.HOLD: "海关留置 kept by customs, or let go",
    Stage.COME_BACK: "商品已退回 goods came back",
    Stage.SUM_UP: "已汇总 summed up",
    Stage.DECLARE: "报关单进展 its declaration went on",
    Stage.MONTH: "月度核查 its month was judged",
}
"""What the stages that no return tells did to a document."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("number", help="orderNo, copNo, logisticsNo, preNo, invtNo or guid")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    add_options(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when nothing was refused, 1 where something was or nothing is known, 2 where the simulator cannot be asked."""
    try:
        found = json.loads(get(arguments, "/find", q=arguments.number))["documents"]
    except AskError as error:
        print(error, file=sys.stderr)
        return 2
    if arguments.format == "json":
        print(json.dumps(found, ensure_ascii=False, indent=2))
    elif found:
        print("\n\n".join(timeline(document) for document in found))
    else:
        print(f"nothing bears the number {arguments.number} in sandbox {arguments.sandbox}", file=sys.stderr)
    return 1 if not found or any(refused(step["status"]) for document in found for step in document["history"]) else 0


def refused(status: int) -> bool:
    """100 or a negative code."""
    return status < 0 or status == ReturnStatus.REJECTED


def title_of(status: int) -> str:
    """A status or code in Chinese and English."""
    if status in STATUS_TITLES:
        return " ".join(STATUS_TITLES[ReturnStatus(status)])
    text = TEXTS.get(str(status))
    return text.zh.split("[")[0].split("{")[0].strip("，, ") if text else ""


def timeline(document: dict[str, Any]) -> str:
    """A document's life as text: a line a step, its faults below it."""
    business = EDITION_202205.by_number[document["kind"]]
    numbers = ", ".join(f"{name} {value}" for name, value in document["numbers"].items())
    lines = [
        f"{business.document.zh} {business.document.en} (CEB{document['kind']})  {document['key']}{_player(document)}",
        f"  {numbers}",
    ]
    for step in document["history"]:
        untold = UNTOLD_TITLES.get(step["stage"])  # no return says so: the state stays, or has no status
        said = f"{'':>7}  {untold}" if untold else f"{step['status']:>7}  {title_of(step['status'])}"
        lines.append(f"  {clock_of(step['at'])}  {said}")
        for fault in document["explain"]:
            if fault["at"] == step["at"] and fault["status"] == step["status"]:
                lines += _fault(fault)
    lines += _signature(document.get("signature"))
    return "\n".join(map(escaped, lines))


def _player(document: dict[str, Any]) -> str:
    return "  played by the autopilot" if document.get("autopilot") else ""


def _signature(said: dict[str, Any] | None) -> list[str]:
    """The steps of a signature's check, all of them where one has something to say."""
    if said is None or all(step["state"] == "ok" for step in said["steps"]):
        return []
    out = [f"  签名 signature  {said['subject']}  serial {said['serial']}"]
    for step in said["steps"]:
        out.append(f"      {step['state']:<4} {step['title_zh']} | {step['title_en']}")
        if step["state"] != "ok":
            out.append(f"           expected {step['expected']}; found {step['found']}")
            out += [f"           {hint}" for hint in (step["hint_zh"], step["hint_en"]) if hint]
    return out


def clock_of(at: str) -> str:
    """A sandbox time (Beijing) as a column of fixed width, with milliseconds."""
    time, _, fraction = at.partition("+")[0].partition(".")
    return f"{time}.{fraction[:3]:0<3}"


def _fault(fault: dict[str, Any]) -> list[str]:
    mark = "x" if fault["kind"] == "fault" else "·"
    return [
        f"      {mark} {fault['rule']} {fault['zh']} | {fault['en']}",
        f"        {fault['hint_zh']} | {fault['hint_en']}",
        f"        {fault['path']}: expected {fault['expected']}; found {fault['found']}",
        f"        {fault['citation']} ({fault['basis']})",
    ]
