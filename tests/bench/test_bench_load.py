"""What wrk prints, and what the journal says, read without either."""

import json
from typing import Any

import pytest

from swsim.loadtests.bench import outcome, wrk

LINE = {
    "sent": 200,
    "answered": 200,
    "accepted": 199,
    "first_at": 1767574800.0,
    "last_at": 1767574802.5,
    "p50_ms": 1.5,
    "p99_ms": 3.25,
    "connection_errors": 0,
    "refusal": "503 busy",
}


def test_the_scripts_line_is_found_among_wrks_own() -> None:
    load = wrk.parse(f"Running 20s test\n  Latency 1ms\n\nSWSIM {json.dumps(LINE)}\n")
    assert (load.accepted, load.refusal, load.seconds) == (199, "503 busy", 2.5)


@pytest.mark.parametrize("output", ["", "unable to connect to 127.0.0.1:1 Connection refused"])
def test_wrk_without_the_line_failed(output: str) -> None:
    with pytest.raises(wrk.LoadError, match=output[:20] or "printed nothing"):
        wrk.parse(output)


class Journal:
    """A simulator that has only a journal, read in pages of two."""

    def __init__(self, *entries: dict[str, Any]) -> None:
        self.entries = [
            {"n": n, "at": f"2026-01-05T09:00:{n:02d}+08:00", **entry} for n, entry in enumerate(entries, 1)
        ]

    def ask(self, method: str, path: str) -> bytes:
        if "journal" not in path:
            return json.dumps({"entries": len(self.entries)}).encode()
        after = int(path.partition("after=")[2])
        return b"".join(json.dumps(entry).encode() + b"\n" for entry in self.entries[after : after + 2])


def returned(status: str | int, *keys: str) -> dict[str, Any]:
    records = [{"kind": "603", "key": key, "status": status} for key in keys]
    return {"kind": "output", "what": "return", "data": {"records": records}}


INPUT: dict[str, Any] = {"kind": "input", "what": "message", "data": {}}


def test_lists_are_final_at_399() -> None:
    journal = Journal(INPUT, returned("120", "a", "b"), returned(399, "a", "b"))
    found = outcome.await_final(journal, "bench", 2, 0)
    assert (found.final, found.last_entry, found.final_at) == (2, 3, 1767574803.0)


def test_a_list_without_its_last_return_is_a_backlog() -> None:
    journal = Journal(INPUT, returned("120", "a", "b"), returned("399", "a"), returned("100", "b"))
    with pytest.raises(outcome.BacklogError, match=r"of 2 lists 1 have reached 399 .* \['100', '399'\]"):
        outcome.await_final(journal, "bench", 2, 0, within=0)


def test_what_was_there_before_does_not_count() -> None:
    journal = Journal(INPUT, returned("399", "a"))
    assert outcome.position(journal, "bench") == 2
    with pytest.raises(outcome.BacklogError):
        outcome.await_final(journal, "bench", 1, 2, within=0)
