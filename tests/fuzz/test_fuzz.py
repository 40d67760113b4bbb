"""The fuzzer: a short run finds nothing, and it would see what is wrong."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from swsim.loadtests.fuzz import run as running
from swsim.loadtests.fuzz.corpus import corpus
from swsim.loadtests.fuzz.mutations import MUTATIONS, spoiled
from swsim.loadtests.fuzz.run import one, part

ROOT = Path(__file__).parents[2]
PROMISED = 200_000
"""Inputs of the long tier."""


def test_a_short_run_finds_nothing() -> None:
    """Other inputs than those of the kept run."""
    outcome = part(2, 0, 500)
    assert outcome.findings == []
    assert outcome.accepted + outcome.refused == outcome.inputs == 500
    assert outcome.refused > 100
    assert outcome.accepted > 10


def test_what_it_begins_with_is_accepted() -> None:
    """Bare, enveloped and signed."""
    assert all(one(data) for data in corpus(1))


def test_inputs_are_the_same_for_the_same_seed() -> None:
    """A finding can be made again from its number."""
    inputs = corpus(1)[:12]
    assert spoiled(Random("1/7"), inputs) == spoiled(Random("1/7"), inputs)


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_way_spoils(name: str) -> None:
    """Of each kind of input at least one in fifty becomes another."""
    inputs = corpus(1)
    assert any(MUTATIONS[name](Random(i), data, inputs) != data for i in range(50) for data in inputs)


def test_a_crash_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that is no refusal, and an input that takes long."""

    def broken(_: bytes) -> Any:
        raise KeyError("x")

    monkeypatch.setattr(running, "one", broken)
    assert [found["what"] for found in part(1, 0, 2).findings] == ["KeyError: 'x'"] * 2
    monkeypatch.setattr(running, "one", lambda _: True)
    monkeypatch.setattr(running, "SLOW_SECONDS", -1)
    assert all(found["what"].startswith("slow") for found in part(1, 0, 2).findings)


def test_the_kept_run_is_of_the_present_fuzzer() -> None:
    """The long tier's last result: as many inputs as promised, every way of spoiling and stage of today, no finding."""
    newest = max((ROOT / "loadtests/fuzz/results").glob("*.json"))
    kept = json.loads(newest.read_text("utf-8"))
    assert kept["inputs"] >= PROMISED
    assert kept["findings"] == []
    assert kept["mutations"].keys() == MUTATIONS.keys()
    assert kept["stages"] == list(running.STAGES)
    assert kept["date"] == newest.stem
