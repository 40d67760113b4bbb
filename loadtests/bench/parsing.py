"""The bound: how fast one core parses and validates with lxml alone; what our reader adds to it (decoding), and lint
(the rules of the document alone, and where each fault is).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from lxml import etree

from swsim.loadtests.bench.bodies import Folder
from swsim.simulator.clock import real_now
from swsim.simulator.codes.lookup import Codes
from swsim.simulator.lint.examine import lint
from swsim.simulator.lint.message import How
from swsim.simulator.messages.codec import read_message, validator
from swsim.simulator.profile import PROFILES


@dataclass(frozen=True, slots=True)
class Parsing:
    """Lists a second on one core: lxml's bare parse + validate, parse + validate + decode of `read_message`, and what
    `swsim lint` does of a message.
    """

    bare: float
    read: float
    lint: float = 0.0

    @property
    def ratio(self) -> float:
        """Time of our reader to lxml's."""
        return self.bare / self.read

    @property
    def lint_ratio(self) -> float:
        """Time of lint to lxml's."""
        return self.bare / self.lint if self.lint else 0.0


def measure(folder: Folder, *, at_most: int = 2000) -> Parsing:
    """The rates over the first `at_most` bodies of `folder`, in turn (drift hits all); ValueError if invalid."""
    schema, how = validator(), How(PROFILES["standard"], Codes.builtin(), real_now())
    bodies = [body for body, _ in zip(folder.bodies(), range(at_most), strict=False)]
    lists = folder.documents / folder.count * len(bodies)

    def bare(body: bytes) -> None:
        if not schema.validate(etree.fromstring(body)):
            raise ValueError(f"a body of {folder.path.name} is not valid: {schema.error_log}")

    bare_seconds = read_seconds = lint_seconds = 0.0
    for body in bodies:
        bare_seconds += _time(bare, body)
        read_seconds += _time(read_message, body)
        lint_seconds += _time(partial(lint, "", how=how), body)
    return Parsing(lists / bare_seconds, lists / read_seconds, lists / lint_seconds)


def _time(function: Callable[[bytes], object], body: bytes) -> float:
    start = time.perf_counter()
    function(body)
    return time.perf_counter() - start
