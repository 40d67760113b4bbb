"""`swsim`: one table of commands. Each module has `configure(parser)` and `run(arguments) -> exit code`.

Exit codes: 0 good, 1 findings, 2 wrong use. Modules load when their command is called.
"""

import argparse
import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from swsim.simulator import __version__


@dataclass(frozen=True, slots=True)
class Command:
    """A command: where its module is, one line of help, an example."""

    module: str
    summary: str
    example: str


COMMANDS = {
    "serve": Command("swsim.simulator.serve", "run the mock single window", "swsim serve --port 8180 --clock real"),
    "demo": Command("swsim.conformance.demo", "the main job, end to end, with a report", "swsim demo"),
    "generate": Command(
        "swsim.fixtures.generate", "write consistent messages", "swsim generate --orders 50 --seed 7 --out DIR"
    ),
    "lint": Command(
        "swsim.simulator.lint.command", "find what is wrong with messages: line, reason", "swsim lint messages"
    ),
    "schema": Command(
        "swsim.simulator.messages.command", "write the XSD of an edition", "swsim schema --edition 202205 --out DIR"
    ),
    "explain": Command("swsim.simulator.explain", "a rule, a code, a message, a due date", "swsim explain INV-04"),
    "why": Command("swsim.simulator.transport.ask", "what became of a number, and why", "swsim why ORDER-NUMBER"),
    "month": Command(
        "swsim.simulator.transport.month", "how a month stands: closed, summed up, missing", "swsim month 2026-01"
    ),
    "year": Command(
        "swsim.conformance.year", "an example: a year of month ends on a virtual clock", "swsim year --orders 10000"
    ),
    "trace": Command(
        "swsim.simulator.transport.trace",
        "from an item to its declaration, and back",
        "swsim trace --item A-17",
    ),
    "close-month": Command(
        "swsim.simulator.transport.close_month",
        "close open lists in a past month, to rehearse",
        "swsim close-month 2026-01",
    ),
    "tail": Command(
        "swsim.simulator.transport.tail", "follow the journal of a sandbox", "swsim tail --sandbox default"
    ),
    "explore": Command(
        "swsim.simulator.explore.command",
        "a message at each deadline it touches",
        "swsim explore order.xml list.xml",
    ),
    "replay": Command(
        "swsim.simulator.replay.command", "decide a journal again and compare", "swsim replay journal.ndjson"
    ),
    "certs": Command(
        "swsim.simulator.signature.command_certs",
        "make or bind certificates",
        "swsim certs --code 4401960A01 --out certs",
    ),
    "sign": Command(
        "swsim.simulator.signature.command_sign",
        "sign a message",
        "swsim sign message.xml --identity certs/4401960A01-sm2 --out signed.xml",
    ),
    "verify": Command(
        "swsim.simulator.signature.command_verify",
        "check a signature, with the likely reason where it fails",
        "swsim verify signed.xml --certs certs/certificates.toml",
    ),
    "ukey": Command(
        "swsim.simulator.transport.ukey",
        "a signing device with test keys",
        "swsim ukey --identity certs/4401960A01-sm2",
    ),
    "conformance": Command(
        "swsim.conformance.command", "judge an enterprise system", "swsim conformance --enterprise reference"
    ),
    "run": Command(
        "swsim.conformance.testing.command_run", "a simulator while a command lasts", "swsim run -- mvn verify"
    ),
    "load": Command(
        "swsim.loadtests.command", "measure time to the final return", "swsim load --users 10 --duration 20"
    ),
}


def build_parser(wanted: str | None = None) -> argparse.ArgumentParser:
    """The parser; only the `wanted` command's module is loaded, all of them when it is None."""
    parser = argparse.ArgumentParser(
        prog="swsim", description="The customs side of the export single window: simulator and conformance harness"
    )
    parser.add_argument("--version", action="version", version=f"swsim {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        sub = commands.add_parser(
            name, help=command.summary, description=command.summary, epilog=f"example: {command.example}"
        )
        if wanted in {None, name}:
            module = importlib.import_module(command.module)
            module.configure(sub)
            sub.set_defaults(run=module.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    wanted = next((word for word in words if word in COMMANDS), "")
    arguments = build_parser(wanted).parse_args(words)
    try:
        code: int = arguments.run(arguments)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0
    return code


if __name__ == "__main__":
    sys.exit(main())
