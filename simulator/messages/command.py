"""`swsim schema`: write the XSD of an edition."""

import argparse
from pathlib import Path

from swsim.simulator.messages.edition import EDITIONS
from swsim.simulator.messages.schema import write_schema


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument(
        "--edition", choices=sorted(EDITIONS), default="202205", help="edition of the message specification"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")


def run(arguments: argparse.Namespace) -> int:
    """Write the files and name them."""
    for file in write_schema(EDITIONS[arguments.edition], arguments.out):
        print(file)
    return 0
