"""Counts and empty bodies, judged by the e-port (`limits = eport`) where the schema would have refused the message.

Predicates of step 5; by default the schema speaks first, and no document comes here that breaks them (MSG-07, MSG-08).
"""

from collections.abc import Iterable

from swsim.simulator.core.checks_common import NONE, Fault
from swsim.simulator.core.facts import Facts
from swsim.simulator.core.incoming import Submission

MOST = 100
"""Documents of a message, lines of a document (§2, the schema)."""


def _place(item: Submission) -> int:
    """Which document of its message it is, from 1: the number at the end of its path."""
    return int(item.path.rpartition("[")[2].rstrip("]"))


def document_is_one_too_many(item: Submission, _: Facts) -> Iterable[Fault]:
    place = _place(item)
    return () if place <= MOST else (("", f"at most {MOST} documents in a message", f"document {place}"),)


def document_has_too_many_lines(item: Submission, _: Facts) -> Iterable[Fault]:
    count = len(item.document.lines)
    return NONE if count <= MOST else (("", f"at most {MOST} lines in a document", f"{count} lines"),)


def document_has_no_lines(item: Submission, _: Facts) -> Iterable[Fault]:
    return NONE if item.document.lines else (("", "at least one line", "none"),)
