"""The bound: how fast one core parses and validates with lxml alone, and what our reader adds to it (decoding)."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from swsim.loadtests.bench.bodies import Folder
from swsim.simulator.messages.codec import read_message, validator


@dataclass(frozen=True, slots=True)
class Parsing:
    """Lists a second on one core: lxml's bare parse + validate, and parse + validate + decode of `read_message`."""

    bare: float
    read: float

    @property
    def ratio(self) -> float:
        """Time of our reader to lxml's."""
        return self.bare / self.read


def measure(folder: Folder, *, at_most: int = 2000) -> Parsing:
    """Both rates over the first `at_most` bodies of `folder`, in turn (drift hits both); ValueError if invalid."""
    schema = validator()
    bodies = [body for body, _ in zip(folder.bodies(), range(at_most), strict=False)]
    lists = folder.documents / folder.count * len(bodies)

    def bare(body: bytes) -> None:
        if not schema.validate(etree.fromstring(body)):
            raise ValueError(f"a body of {folder.path.name} is not valid: {schema.error_log}")

    bare_seconds = read_seconds = 0.0
    for body in bodies:
        bare_seconds += _time(bare, body)
        read_seconds += _time(read_message, body)
    return Parsing(lists / bare_seconds, lists / read_seconds)


def _time(function: Callable[[bytes], object], body: bytes) -> float:
    start = time.perf_counter()
    function(body)
    return time.perf_counter() - start
