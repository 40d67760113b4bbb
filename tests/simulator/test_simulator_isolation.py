"""Sandboxes do not see each other, as a property: whatever is done to some of them, in whatever order and at once, each
says to the byte what it says when it is alone.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simulator_annex import DXP, Sale, message
from simulator_envelopes import dxp_msg
from simulator_line import Line, serving

NAMES = ("a", "b", "c", "d")
SALE = Sale("ISOLATED-1")
MESSAGES = {
    "order": message("303", SALE.document("303")),
    "receipt": message("403", SALE.document("403")),
    "waybill": message("505", SALE.document("505")),
    "list": message("603", SALE.document("603")),
    "enveloped": dxp_msg(message("303", Sale("ISOLATED-2").document("303"))),
    "broken": b"<no",
    "invalid": message("303", SALE.document("303")).replace(b">28<", b">much<"),
}
SETTINGS: dict[str, tuple[str, Any]] = {
    "strict": ("/profile", "strict"),
    "instant": ("/profile", "instant"),
    "fault": ("/faults", {"faults": [{"id": "f", "action": "duplicate"}, {"id": "g", "action": "system-error"}]}),
    "closed": ("/registry", []),
    "small": ("/limits", {"messages": 3}),
}
CLOCK = {"step": {"step": 1}, "second": {"advance": "PT1S"}, "hour": {"advance": "PT1H"}}
ACTIONS = [*MESSAGES, *SETTINGS, *CLOCK, "take", "drain", "snapshot", "restore", "reset", "find"]
Script = Sequence[str]


async def act(line: Line, action: str) -> Any:
    """Do one thing to a sandbox; everything that comes back."""
    if action in MESSAGES:
        got = await line.post(MESSAGES[action])
    elif action in SETTINGS:
        path, said = SETTINGS[action]
        got = await line.control("PUT", path, said)
    elif action in CLOCK:
        got = await line.control("POST", "/clock", CLOCK[action])
    elif action in {"snapshot", "restore", "reset"}:
        got = await line.control("POST", f"/{action}")
    elif action == "find":
        got = await line.control("GET", f"/find?q={SALE.order_no}")
    elif action == "take":
        taken = await line.take(DXP)
        return taken and (taken.id, taken.body)
    else:
        return [(one.id, one.body) for one in await line.drain(DXP)]
    return got.status, got.body


async def lived(line: Line, script: Script) -> list[Any]:
    """A sandbox's whole life, and how it stands at the end."""
    said = [await act(line, action) for action in script]
    ends = [await line.control("GET", path) for path in ("", "/clock", "/journal", "/registry", "/faults")]
    return [*said, *((one.status, one.body) for one in ends), await line.listed()]


async def together(scripts: dict[str, Script], order: Sequence[str]) -> dict[str, list[Any]]:
    """All of them in one simulator: first one thing at a time in a drawn order, then the rest of each at once."""
    async with serving(Path(":memory:")) as served:
        lines = {name: await served.create(name) for name in scripts}
        said: dict[str, list[Any]] = {name: [] for name in scripts}
        left = {name: list(script) for name, script in scripts.items()}
        for name in order:
            if left.get(name):
                said[name].append(await act(lines[name], left[name].pop(0)))
        ends = await asyncio.gather(*(lived(lines[name], left[name]) for name in scripts))
        assert await served.listed() == []
        return {name: said[name] + end for name, end in zip(scripts, ends, strict=True)}


async def alone(name: str, script: Script) -> list[Any]:
    """One of them in a simulator of its own."""
    async with serving(Path(":memory:")) as served:
        return await lived(await served.create(name), script)


async def compared(scripts: dict[str, Script], order: Sequence[str]) -> None:
    """Each says the same in company and alone."""
    found = await together(scripts, order)
    for name, script in scripts.items():
        assert found[name] == await alone(name, script), (name, script)


@pytest.mark.timeout(300)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    scripts=st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(ACTIONS), max_size=9), min_size=2),
    order=st.lists(st.sampled_from(NAMES), max_size=24),
)
def test_each_sandbox_says_what_it_says_alone(scripts: dict[str, Script], order: list[str]) -> None:
    """Random lives, randomly interleaved: answers, returns, journals with their digests, clocks."""
    asyncio.run(compared(scripts, order))


async def test_a_busy_neighbour_changes_nothing() -> None:
    """The lives that meet most: every action in both, one of them reset and restored meanwhile."""
    life = ("order", "receipt", "waybill", "fault", "list", "hour", "take", "enveloped", "invalid", "drain", "find")
    other = ("instant", *life, "snapshot", "small", "order", "restore", "reset", *life)
    await compared({"a": life, "b": other, "c": life}, ["a", "b", "c", "b", "b", "a"] * 4)
