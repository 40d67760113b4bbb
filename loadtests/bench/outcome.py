"""What customs made of the lists: counted in the sandbox's journal and outbox by an outside reader, not believed.

Under profile `instant` the answer to a message comes when its four returns lie in the outbox, so accepted should equal
final. This module is the proof: a list whose last return is not 399, or which has none, makes the run a failed one.
"""

import json
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

APPROVED = "399"
POLL = 0.05


class Asked(Protocol):
    """What is read here of `servers.Server`."""

    def ask(self, method: str, path: str) -> bytes:
        """Answer body of a control request."""


class BacklogError(Exception):
    """Lists without their last return when the time to wait was over, or refused: the run failed."""


@dataclass(slots=True)
class Outcome:
    """What the journal says of returns after entry `last_entry`. `status` has the latest status of each list by key.

    The journal shows a return's records as they lie in the outbox, so what counts here is there to be fetched.
    `final_at` is the time (seconds since 1970, the simulator's real clock) of the last return 399.
    """

    last_entry: int = 0
    final_at: float = 0.0
    status: dict[str, str] = field(default_factory=dict)

    @property
    def final(self) -> int:
        """Lists that reached 399."""
        return sum(status == APPROVED for status in self.status.values())

    def read(self, entry: dict[str, Any]) -> None:
        """Take one journal entry into account."""
        self.last_entry = entry["n"]
        if entry["kind"] != "output" or entry["what"] != "return":
            return
        for record in entry["data"].get("records", ()):
            if record["kind"] == "603":
                self.status[record["key"]] = str(record["status"])
                if self.status[record["key"]] == APPROVED:
                    self.final_at = datetime.fromisoformat(entry["at"]).timestamp()


def position(server: Asked, sandbox: str) -> int:
    """Number of the last journal entry."""
    entries: int = json.loads(server.ask("GET", f"/_control/sandboxes/{sandbox}"))["entries"]
    return entries


def follow(server: Asked, sandbox: str, outcome: Outcome) -> Outcome:
    """Read the journal on from where `outcome` stands until there is no more."""
    while True:
        page = server.ask("GET", f"/_control/sandboxes/{sandbox}/journal?after={outcome.last_entry}")
        if not page.strip():
            return outcome
        for line in page.splitlines():
            outcome.read(json.loads(line))


def await_final(server: Asked, sandbox: str, lists: int, after: int, *, within: float = 10.0) -> Outcome:
    """Wait until all `lists` sent after entry `after` are final.

    BacklogError after `within` seconds: how many are not, and what they were answered.
    """
    outcome, end = Outcome(last_entry=after), time.monotonic() + within
    while follow(server, sandbox, outcome).final < lists:
        if time.monotonic() > end:
            states = sorted(set(outcome.status.values()))
            raise BacklogError(
                f"of {lists} lists {outcome.final} have reached 399 after {within:.0f} s; states seen: {states}"
            )
        time.sleep(POLL)
    return outcome
